"""Filling in what was missing, or correcting a record, after the document went back (VIS-3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QWidget

from app.domain.documents import judge
from app.domain.people import Actor
from app.domain.visits import DOCUMENT_KINDS, NONE_REASONS, OVERRIDE_REASONS, Fields, pass_text
from app.errors import DomainError
from app.operations import visits as operations
from app.queries import site as site_queries
from app.queries.visits import VisitCard
from app.ui.services import Services
from app.ui.widgets.dialogs import Dialog
from app.ui.widgets.forms import Form

UNJUDGED = ("work_pass", "none")


class CompleteDialog(Dialog):
    """One visit's fields. What is on file and masked stays as it is unless something else is typed."""

    def __init__(
        self, services: Services, card: VisitCard, purposes: tuple[str, ...], parent: QWidget | None = None
    ) -> None:
        words = services.words
        title = words("visits.complete_title", name=card.fields.visitor or card.number, number=card.number)
        super().__init__(services.theme, words, title, parent, width=560)
        self.services, self.card = services, card
        self._host: site_queries.HostFound | None = None
        fields = card.fields
        self.form = Form(services.theme, words)
        self.visitor = QLineEdit(fields.visitor)
        self.kind = QComboBox()
        for code in DOCUMENT_KINDS:
            self.kind.addItem(words(f"documents.kind_{code}"), code)
        self.kind.setCurrentIndex(max(0, DOCUMENT_KINDS.index(fields.document_kind)))
        self.number = QLineEdit()
        self.number.setPlaceholderText(card.number_shown)
        self.why = QComboBox()
        self.phone = QLineEdit()
        self.phone.setPlaceholderText(card.phone_shown)
        self.plate = QLineEdit(fields.plate)
        self.host = QLineEdit(fields.host)
        self._hosts: dict[str, site_queries.HostFound] = {}
        self.host.textEdited.connect(self._host_typed)
        self.purpose = QLineEdit(fields.purpose)
        completer = QCompleter(list(purposes), self.purpose)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._paint(completer)
        self.purpose.setCompleter(completer)
        self.pass_number = QLineEdit(fields.pass_number)
        self.reason = QLineEdit()
        for name, field in (
            ("visitor", self.visitor),
            ("document_kind", self.kind),
            ("document_number", self.number),
            ("why", self.why),
            ("host", self.host),
            ("purpose", self.purpose),
            ("phone", self.phone),
            ("plate", self.plate),
            ("pass_number", self.pass_number),
        ):
            self.form.add(name, f"visits.field_{name}", field)
        if not card.missing:
            self.form.add("reason", "visits.field_reason", self.reason)
        self.kind.currentIndexChanged.connect(self._kind_changed)
        self.number.textChanged.connect(self._why_shown)
        self._kind_changed()
        self.add(self.form)
        self.add_verbs(words("visits.keep"))
        first = {"name": self.visitor, "document": self.number, "host": self.host, "purpose": self.purpose}
        (first[card.missing[0]] if card.missing else self.visitor).setFocus()

    def fields(self) -> Fields:
        """The fields as typed.

        Raises:
            DomainError: a document number that is wrong and has no reason, at its field.
        """
        kind = str(self.kind.currentData())
        number = self.number.text().strip()
        why = str(self.why.currentData() or "")
        override = none = ""
        if kind == "none":
            none, number = why, ""
        elif number and kind not in UNJUDGED:
            said = judge(kind, number, self._today())
            number, override = said.value, "" if said.valid else why
            if not said.valid and not why:
                reason = self.words(f"documents.reason_{said.reason}")
                raise DomainError("number_wrong", field="document_number", reason=reason)
        host = self._hosts.get(self.host.text())
        before = self.card.fields
        same = self.host.text() == before.host
        return replace(
            before,
            visitor=self.visitor.text().strip(),
            document_kind=kind,
            document_number=number,
            override_reason=override or ("" if number else before.override_reason),
            none_reason=none,
            phone=self.phone.text().strip(),
            plate=self.plate.text().strip().upper(),
            host=self.host.text().strip(),
            host_id=before.host_id if same else (host.customer_id if host else None),
            purpose=self.purpose.text().strip(),
            pass_number=pass_text(self.pass_number.text()),
        )

    def take(self) -> None:
        self.form.clear_errors()
        try:
            fields = self.fields()
        except DomainError as error:
            self.form.show_error(error)
            return
        self.services.background.run(
            operations.complete,
            self.services.house,
            cast("Actor", self.services.session.actor),
            self.card.visit_id,
            fields,
            self.reason.text().strip(),
            self.card.fields,
            done=self._kept,
            failed=self._refused,
            owner=self,
        )

    def _kept(self, _lacks: int) -> None:
        self.accept()

    def _refused(self, error: DomainError) -> None:
        if not self.form.show_error(error):
            self.form.error("visitor").show_text(error.text(self.words.words))

    def _kind_changed(self, _at: int = 0) -> None:
        """The reasons that this kind may need: none was shown, or a wrong number is kept."""
        none = self.kind.currentData() == "none"
        self.number.setEnabled(not none)
        self.why.clear()
        self.why.addItem("", "")
        for code in NONE_REASONS if none else OVERRIDE_REASONS:
            self.why.addItem(self.words(f"visits.{'none' if none else 'override'}_{code}"), code)
        self._why_shown()
        kept = self.card.fields.none_reason if none else self.card.fields.override_reason
        self.why.setCurrentIndex(max(0, self.why.findData(kept)))

    def _why_shown(self, _text: str = "") -> None:
        """A reason is asked for where there is no document, or its number is wrong."""
        kind, number = str(self.kind.currentData()), self.number.text().strip()
        wrong = bool(number) and kind not in UNJUDGED and not judge(kind, number, self._today()).valid
        self.form.show_row("why", kind == "none" or wrong or bool(self.card.fields.override_reason))

    def _host_typed(self, text: str) -> None:
        run = self.services.background.run
        actor = self.services.session.actor
        run(
            site_queries.hosts,
            self.services.house,
            actor,
            text,
            8,
            done=partial(self._hosts_found, text),
            owner=self,
            replaces="hosts",
        )

    def _hosts_found(self, text: str, hosts: list[site_queries.HostFound]) -> None:
        if text != self.host.text():
            return
        self._hosts |= {host.text: host for host in hosts}
        completer = QCompleter([host.text for host in hosts], self.host)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._paint(completer)
        self.host.setCompleter(completer)
        if hosts and self.host.hasFocus():
            completer.complete()

    def _paint(self, completer: QCompleter) -> None:
        """A popup is a window of its own: without a ground of its own it is black."""
        colour = self.theme.theme.colours
        popup = completer.popup()
        if popup is not None:
            popup.setStyleSheet(
                f"background: {colour['paper']}; color: {colour['ink']}; border: 1px solid {colour['line_strong']};"
            )

    def _today(self) -> date:
        house: Any = self.services.house
        return cast("date", house.clock.now().astimezone(house.site.zone).date())
