"""Filling in what was missing, or correcting a record, after the document went back (VIS-3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, cast
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.documents import identify, judge
from app.domain.names import same_name
from app.domain.parting import PHONES, parted
from app.domain.people import Actor
from app.domain.visits import (
    DOCUMENT_KINDS,
    RENAME,
    WRONG_NUMBER,
    Fields,
    fits,
    pass_text,
)
from app.errors import DomainError
from app.operations import visits_complete as completing
from app.queries import site as site_queries
from app.queries.post import Purpose
from app.queries.visits import VisitCard
from app.ui.services import Services
from app.ui.visits import offers
from app.ui.visits.choices import Choice
from app.ui.widgets.combo import Combo
from app.ui.widgets.dialogs import Dialog
from app.ui.widgets.forms import Form
from app.ui.widgets.pick import Match, PickLine

UNJUDGED = ("work_pass", "none")
MOST = 8
AS_ON_FILE = "as_on_file"


class CompleteDialog(Dialog):
    """One visit's fields. What is on file and masked stays as it is unless something else is typed.

    Enter takes the marked offer or goes on to the next field, in the last one it stores; Ctrl+Enter stores anywhere.
    """

    def __init__(
        self, services: Services, card: VisitCard, purposes: Sequence[Purpose], parent: QWidget | None = None
    ) -> None:
        words = services.words
        title = words("visits.complete_title", name=card.fields.visitor or card.number, number=card.number)
        super().__init__(services.theme, words, title, parent, width=560)
        self.services, self.card, self._purposes = services, card, purposes
        fields = card.fields
        self.form = Form(services.theme, words)
        self.visitor = QLineEdit(fields.visitor)
        self.settle = Combo(services.theme)
        for code in ("", AS_ON_FILE, RENAME, WRONG_NUMBER):
            said = words(f"visits.settle_{code}", name=card.name_on_file) if code else words("visits.settle")
            self.settle.addItem(said, code)
        self.kind = Combo(services.theme)
        for code in DOCUMENT_KINDS:
            self.kind.addItem(words(f"documents.kind_{code}"), code)
        self.kind.setCurrentIndex(max(0, DOCUMENT_KINDS.index(fields.document_kind)))
        self.number = QLineEdit()
        self.number.setPlaceholderText(card.number_shown)
        self.why = Combo(services.theme)
        self.phone = QLineEdit()
        self.phone.setPlaceholderText(card.phone_shown)
        self.plate = QLineEdit(fields.plate)
        self._whys = {name: (line, Combo(services.theme)) for name, line in self._judged().items()}
        for name, (line, why) in self._whys.items():
            self._fill(why, offers.override_reasons(words, ""))
            line.editingFinished.connect(partial(self._why_kept, name))
        self.host = PickLine(services.theme)
        self.host.take(fields.host, fields.host_id)
        self._hosts: dict[str, UUID] = {}
        self._lacks = 0
        self.purpose = PickLine(services.theme, open_empty=True)
        self.purpose.take(fields.purpose, fields.purpose or None)
        self.pass_number = QLineEdit(fields.pass_number)
        self.reason = QLineEdit()
        rows: list[tuple[str, QWidget]] = [
            ("visitor", self.visitor),
            ("settle", self.settle),
            ("document_kind", self.kind),
            ("document_number", self.number),
            ("why", self.why),
            ("host", self.host),
            ("purpose", self.purpose),
            ("phone", self.phone),
            ("why_phone", self._whys["phone"][1]),
            ("plate", self.plate),
            ("why_plate", self._whys["plate"][1]),
            ("pass_number", self.pass_number),
        ]
        if not card.missing:
            rows.append(("reason", self.reason))
        for name, field in rows:
            self.form.add(name, f"visits.field_{'why' if name.startswith('why') else name}", field)
        self._order = [field for _, field in rows]
        self.host.asked.connect(self._host_typed)
        self.host.edited.connect(self._host_said)
        self.purpose.asked.connect(self._purpose_typed)
        for line in (self.host, self.purpose):
            line.passed.connect(self._next)
            line.picked.connect(self._picked)
        self.kind.currentIndexChanged.connect(self._kind_changed)
        self.number.textChanged.connect(self._why_shown)
        self.visitor.textChanged.connect(self._settle_shown)
        self.number.textChanged.connect(self._settle_shown)
        self._kind_changed()
        self._settle_shown()
        self._whys_kept()
        self.add(self.form)
        self.add_verbs(words("visits.keep"))
        first: dict[str, QWidget] = {
            "name": self.visitor,
            "document": self.number,
            "host": self.host,
            "purpose": self.purpose,
            "other_name": self.settle,
        }
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
        elif not number:
            override = why if self.card.fields.override_reason else ""  # of the one on file
        elif kind not in UNJUDGED:
            said = judge(kind, number, self._today())
            number, override = said.value, "" if said.valid else why
            if not said.valid and not why:
                reason = self.words(f"documents.reason_{said.reason}")
                raise DomainError("number_wrong", field="document_number", reason=reason)
        before = self.card.fields
        same = self.host.text() == before.host
        visitor = self.visitor.text().strip()
        if self.settle.currentData() == AS_ON_FILE and self._differs():
            visitor = self.card.name_on_file
        return replace(
            before,
            visitor=visitor,
            document_kind=kind,
            document_number=number,
            override_reason=override or ("" if number else before.override_reason),
            none_reason=none,
            phone=self.phone.text().strip(),
            plate=self.plate.text().strip().upper(),
            host=self.host.text().strip(),
            host_id=before.host_id if same else self._hosts.get(self.host.text()),
            purpose=self.purpose.text().strip(),
            pass_number=pass_text(self.pass_number.text()),
        )

    def take(self) -> None:
        self.form.clear_errors()
        self._take_marked()
        self._part_name()
        as_given = self._whys_kept()
        try:
            fields = self.fields()
        except DomainError as error:
            self.form.show_error(error)
            return
        settle = str(self.settle.currentData() or "")
        self.services.background.run(
            completing.complete,
            self.services.house,
            cast("Actor", self.services.session.actor),
            self.card.visit_id,
            fields,
            self.reason.text().strip(),
            self.card.fields,
            settle if settle != AS_ON_FILE and self._differs() else "",
            as_given,
            done=self._kept,
            failed=self._refused,
            owner=self,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if (
            plain
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and self.focusWidget() in self._order
        ):
            self._next()
            return
        super().keyPressEvent(event)

    def _next(self) -> None:
        """Enter: on to the next field; in the last one it stores."""
        shown = [field for field in self._order if field.isVisible() and field.isEnabled()]
        here = self.focusWidget()
        at = shown.index(here) + 1 if here in shown else len(shown)
        if at >= len(shown):
            self.take()
            return
        shown[at].setFocus(Qt.FocusReason.TabFocusReason)

    def _picked(self, _value: object) -> None:
        self._next()

    def _take_marked(self) -> None:
        """Letters typed to find a host or a purpose mean the marked offer, also when the form is stored from here."""
        for line in (self.host, self.purpose):
            if line.value is None and line.matches() and line.text() and line.text().isascii():
                line.take_marked()

    def _part_name(self) -> None:
        """A number typed behind the name goes to its own field: a name stands in clear in the file (VIS-14)."""
        name, number = parted(self.visitor.text())
        if not number:
            return
        kind = identify(number, self._today()).kind
        places = {"plate": (self.plate,)}.get(
            kind, (self.phone, self.number) if kind in PHONES else (self.number,)
        )
        for line in places:
            if not line.text():
                self.visitor.setText(name)
                line.setText(number)
                self._part_name()  # it may hold a second one
                return

    def value(self) -> object:
        """The bits that are still missing."""
        return self._lacks

    def _kept(self, lacks: int) -> None:
        self._lacks = lacks
        self.accept()

    def _refused(self, error: DomainError) -> None:
        if not self.form.show_error(error):
            self.form.error("visitor").show_text(error.text(self.words.words))

    def _kind_changed(self, _at: int = 0) -> None:
        """The reasons that this kind may need: none was shown, or a wrong number is kept."""
        none = self.kind.currentData() == "none"
        self.number.setEnabled(not none)
        words = self.words
        self._fill(self.why, offers.none_reasons(words) if none else offers.override_reasons(words, ""))
        self._why_shown()
        kept = self.card.fields.none_reason if none else self.card.fields.override_reason
        self.why.setCurrentIndex(max(0, self.why.findData(kept)))

    @staticmethod
    def _fill(why: Combo, choices: Sequence[Choice]) -> None:
        """The reasons that the registration asks for, in its words."""
        why.clear()
        why.addItem("", "")
        for choice in choices:
            why.addItem(choice.title, cast("tuple[str, str]", choice.value)[1])

    def _judged(self) -> dict[str, QLineEdit]:
        return {"phone": self.phone, "plate": self.plate}

    def _whys_kept(self) -> dict[str, str]:
        """Why a phone or a plate is kept that does not fit its rule, where it is so and a reason was chosen (VIS-7)."""
        return {name: why for name in self._whys if (why := self._why_kept(name))}

    def _why_kept(self, name: str) -> str:
        """The same for one of them; that and the question stand at its field from when it is left."""
        line, why = self._whys[name]
        text = line.text().strip()
        wrong = bool(text) and text != getattr(self.card.fields, name) and not fits(name, text)
        self.form.show_row(f"why_{name}", wrong)
        place = self.form.error(name)
        if not wrong:
            place.hint("")
        elif not place.text():
            place.hint(self.words(f"errors.{name}_wrong"), "amber")
        return str(why.currentData() or "") if wrong else ""

    def _why_shown(self, _text: str = "") -> None:
        """A reason is asked for where there is no document, or its number is wrong."""
        kind, number = str(self.kind.currentData()), self.number.text().strip()
        wrong = bool(number) and kind not in UNJUDGED and not judge(kind, number, self._today()).valid
        self.form.show_row("why", kind == "none" or wrong or bool(self.card.fields.override_reason))

    def _differs(self) -> bool:
        """Whether the record's own number is on file under another name than the one in the form."""
        card, name = self.card, self.visitor.text().strip()
        return bool(card.name_on_file and name and not self.number.text().strip()) and not same_name(
            card.name_on_file, name
        )

    def _settle_shown(self, _text: str = "") -> None:
        """Which of the two names is right is asked for while they differ."""
        differs = self._differs()
        self.form.show_row("settle", differs)
        said = self.words("visits.on_file_as", name=self.card.name_on_file) if differs else ""
        self.form.error("settle").hint(said, "amber")

    def _host_typed(self, text: str) -> None:
        self.services.background.run(
            site_queries.hosts,
            self.services.house,
            self.services.session.actor,
            text,
            MOST,
            done=partial(self._hosts_found, text),
            owner=self,
            replaces="hosts",
        )

    def _hosts_found(self, text: str, hosts: list[site_queries.HostFound]) -> None:
        self._hosts |= {host.text: host.customer_id for host in hosts}
        self.host.offer(text, [Match(host.text, host.place, host.extension, host) for host in hosts])
        if text == self.host.whole():
            self._host_said()
            if text.strip() and not hosts:
                self.form.error("host").hint(self.words("visits.host_not_listed"), "amber")

    def _host_said(self) -> None:
        self.form.error("host").hint("")

    def _purpose_typed(self, text: str) -> None:
        found = [one.name for one in self._purposes if one.fits(text)][:MOST]
        self.purpose.offer(text, [Match(name, value=name) for name in found])

    def _today(self) -> date:
        house: Any = self.services.house
        return cast("date", house.clock.now().astimezone(house.site.zone).date())
