"""Keying in blank slips after a power cut, one after the other, without the mouse (VIS-13).

Enter goes on to the next field and stores in the last one; Ctrl+Enter stores anywhere. The next slip's number stands
there then, and the day stays: slips come in a pile.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, cast
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.domain.people import Actor
from app.domain.slips import parts_of, read_clock, read_day, slip_number, slip_times
from app.domain.verdicts import normalise
from app.domain.visits import DOCUMENT_KINDS, Fields, pass_text
from app.errors import DomainError
from app.operations.late_entry import Entered, Slip, enter
from app.queries import site as site_queries
from app.queries.post import PostFacts, Purpose, post_facts
from app.ui import messages
from app.ui.services import Services
from app.ui.visits import offers
from app.ui.widgets.buttons import PlainButton
from app.ui.widgets.combo import Combo
from app.ui.widgets.dialogs import Dialog
from app.ui.widgets.forms import FieldError, Form
from app.ui.widgets.pick import Match, PickLine

MOST = 8
LAST_FOUR = 4


class LateEntryDialog(Dialog):
    """`ask()` stays open until the pile is through; what was typed and not stored comes back the next time."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        words, theme = services.words, services.theme
        super().__init__(theme, words, words("evacuation.late_title"), parent, width=760)
        self.services, self.house = services, services.house
        self.entered: list[Entered] = []
        self._hosts: dict[str, UUID] = {}
        self._purposes: tuple[Purpose, ...] = ()
        self._busy = False
        self.say(words("evacuation.late_text"))
        self.said = FieldError(theme)
        self.forms = (Form(theme, words), Form(theme, words))
        self.slip, self.day, self.came, self.left = (QLineEdit() for _ in range(4))
        self.visitor, self.last_four, self.phone, self.plate, self.pass_number = (
            QLineEdit() for _ in range(5)
        )
        self.kind, self.why = Combo(theme), Combo(theme)
        for code in DOCUMENT_KINDS:
            self.kind.addItem(words(f"documents.kind_{code}"), code)
        self.why.addItem("", "")
        for choice in offers.none_reasons(words):
            self.why.addItem(choice.title, cast("tuple[str, str]", choice.value)[1])
        self.host, self.purpose = PickLine(theme), PickLine(theme)
        hints = {"slip": self.slip, "day": self.day, "clock": self.came, "on_site": self.left}
        for name, line in hints.items():
            line.setPlaceholderText(words(f"evacuation.late_{name}_hint"))
        left, right = self.forms
        rows: list[tuple[Form, str, str, QWidget]] = [
            (left, "slip", "evacuation.late_slip", self.slip),
            (left, "visitor", "visits.field_visitor", self.visitor),
            (left, "document_kind", "visits.field_document_kind", self.kind),
            (left, "last_four", "evacuation.late_last_four", self.last_four),
            (left, "none_reason", "visits.field_why", self.why),
            (left, "host", "visits.field_host", self.host),
            (left, "purpose", "visits.field_purpose", self.purpose),
            (right, "day", "evacuation.late_day", self.day),
            (right, "came", "evacuation.late_came", self.came),
            (right, "left", "evacuation.late_left", self.left),
            (right, "phone", "visits.field_phone", self.phone),
            (right, "plate", "visits.field_plate", self.plate),
            (right, "pass_number", "visits.field_pass_number", self.pass_number),
        ]
        for form, name, label, field in rows:
            form.add(name, label, field)
        self._order = [field for _, _, _, field in rows]
        beside = QHBoxLayout()
        beside.setSpacing(theme.px(28))
        for form, share in ((left, 3), (right, 2)):
            beside.addWidget(form, share, Qt.AlignmentFlag.AlignTop)
        self.add(beside)
        self.add(self.said)
        self.anyway = PlainButton(theme, words("evacuation.late_anyway"), "Alt+1", bind=True)
        self.anyway.clicked.connect(self._take_anyway)
        self.anyway.hide()
        self.add_verb(self.anyway)
        self.add_verbs(words("evacuation.late_keep"), words("evacuation.late_leave"))
        self.host.asked.connect(self._host_typed)
        self.purpose.asked.connect(self._purpose_typed)
        for line in (self.host, self.purpose):
            line.passed.connect(self._next)
            line.picked.connect(self._picked)
        self.kind.currentIndexChanged.connect(self._kind_changed)
        self.slip.textEdited.connect(self._slip_edited)
        self._kind_changed()
        self.day.setText(f"{self._today():%m-%d}")
        self.slip.setFocus()
        self.finished.connect(self._keep_draft)
        run = services.background.run
        run(post_facts, self.house, services.session.actor, done=self._facts, owner=self)
        actor = cast("Actor", services.session.actor)
        self._draft = f"late_entry {actor.post_id or actor.staff_id}"  # of the post, whoever works there
        run(services.drafts.load, self._draft, done=self._draft_back, owner=self)

    def value(self) -> object:
        """How many slips were keyed in."""
        return len(self.entered)

    def slip_typed(self) -> Slip:
        """What is typed.

        Raises:
            DomainError: at its field, what cannot be read.
        """
        now, zone = self.house.clock.now(), self.house.site.zone
        parts_of(self.slip.text(), self.house.writer.letter)
        day = read_day(self.day.text(), self._today())
        if not self.came.text().strip():
            raise DomainError("slip_came_needed", field="came")
        left = read_clock(self.left.text(), "left") if self.left.text().strip() else None
        came, gone = slip_times(day, read_clock(self.came.text(), "came"), left, now, zone)
        last_four = normalise(self.last_four.text())
        if last_four and (len(last_four) != LAST_FOUR or not last_four.isascii() or not last_four.isalnum()):
            raise DomainError("slip_last_four_wrong", field="last_four")
        none = self.kind.currentData() == "none"
        fields = Fields(
            visitor=self.visitor.text().strip(),
            document_kind=str(self.kind.currentData()),
            none_reason=str(self.why.currentData() or "") if none else "",
            phone=self.phone.text().strip(),
            plate=self.plate.text().strip().upper(),
            host=self.host.text().strip(),
            host_id=self._hosts.get(self.host.text()),
            purpose=self.purpose.text().strip(),
            pass_number=pass_text(self.pass_number.text()),
            way_in="late",
        )
        return Slip(self.slip.text(), fields, came, gone, "" if none else last_four)

    def take(self) -> None:
        """Store this slip and go on to the next."""
        self._store(as_given=False)

    def _take_anyway(self) -> None:
        self._store(as_given=True)

    def _store(self, *, as_given: bool) -> None:
        if self._busy:
            return
        for form in self.forms:
            form.clear_errors()
        for line in (self.host, self.purpose):  # letters typed to find one mean the marked offer
            if line.value is None and line.matches() and line.text() and line.text().isascii():
                line.take_marked()
        try:
            slip = self.slip_typed()
        except DomainError as error:
            self._refused(error)
            return
        self._busy = True
        services = self.services
        actor = cast("Actor", services.session.actor)
        services.background.run(
            enter,
            self.house,
            actor,
            slip,
            as_given=as_given,
            done=self._kept,
            failed=self._refused,
            owner=self,
        )

    def _kept(self, done: Entered) -> None:
        self._busy = False
        self.entered.append(done)
        self.anyway.hide()
        words = self.words
        said = words("evacuation.late_kept", slip=done.slip, name=done.visitor or "—", number=done.number)
        self.said.hint(said + (words("evacuation.late_unfinished") if done.missing else ""), "green")
        for line in (
            self.visitor,
            self.last_four,
            self.phone,
            self.plate,
            self.pass_number,
            self.came,
            self.left,
        ):
            line.clear()
        for pick in (self.host, self.purpose):
            pick.take("", None)
        self.kind.setCurrentIndex(0)
        self.why.setCurrentIndex(0)
        letter, count = parts_of(done.slip, self.house.writer.letter)
        self.slip.setText(slip_number(letter, count + 1))
        self.slip.setFocus()
        self.slip.selectAll()

    def _refused(self, error: DomainError) -> None:
        self._busy = False
        self.said.show_text("")
        self.anyway.setVisible(error.code == "slip_not_printed")
        if not any(form.show_error(error) for form in self.forms):
            self.said.show_text(messages.text_of(error, self.words))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if plain and enter and self.focusWidget() in self._order:
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
        else:
            shown[at].setFocus(Qt.FocusReason.TabFocusReason)

    def _picked(self, _value: object) -> None:
        self._next()

    def _slip_edited(self, _text: str) -> None:
        self.anyway.hide()

    def _kind_changed(self, _at: int = 0) -> None:
        """Without a document its reason is asked for, else its last four."""
        none = self.kind.currentData() == "none"
        self.forms[0].show_row("none_reason", none)
        self.forms[0].show_row("last_four", not none)

    def _facts(self, facts: PostFacts) -> None:
        self._purposes = facts.purposes

    def _host_typed(self, text: str) -> None:
        services = self.services
        services.background.run(
            site_queries.hosts,
            self.house,
            services.session.actor,
            text,
            MOST,
            done=partial(self._hosts_found, text),
            owner=self,
            replaces="hosts",
        )

    def _hosts_found(self, text: str, hosts: Sequence[site_queries.HostFound]) -> None:
        self._hosts |= {host.text: host.customer_id for host in hosts}
        self.host.offer(text, [Match(host.text, host.place, host.extension, host) for host in hosts])

    def _purpose_typed(self, text: str) -> None:
        found = [one.name for one in self._purposes if one.fits(text)][:MOST]
        self.purpose.offer(text, [Match(name, value=name) for name in found])

    def _today(self) -> date:
        now: datetime = self.house.clock.now()
        return now.astimezone(self.house.site.zone).date()

    # --- half-filled --------------------------------------------------------------------------------------------------

    def _lines(self) -> dict[str, QLineEdit]:
        return {
            "slip": self.slip,
            "visitor": self.visitor,
            "last_four": self.last_four,
            "host": self.host,
            "purpose": self.purpose,
            "day": self.day,
            "came": self.came,
            "left": self.left,
            "phone": self.phone,
            "plate": self.plate,
            "pass_number": self.pass_number,
        }

    def _keep_draft(self, _result: int) -> None:
        """A slip that is typed and not stored comes back; of one that was stored nothing remains."""
        lines = self._lines()
        typed = {name: line.text() for name, line in lines.items() if line.text().strip()}
        drafts, run = self.services.drafts, self.services.background.run
        if set(typed) - {"slip", "day"}:
            run(drafts.save, self._draft, {**typed, "kind": str(self.kind.currentData())})
        else:
            run(drafts.forget, self._draft)

    def _draft_back(self, kept: Any) -> None:
        if not kept or any(line.text() for name, line in self._lines().items() if name != "day"):
            return
        for name, line in self._lines().items():
            line.setText(str(kept.get(name, line.text())))
        self.kind.setCurrentIndex(max(0, self.kind.findData(kept.get("kind"))))
        self.said.hint(self.words("window.draft_back"))
