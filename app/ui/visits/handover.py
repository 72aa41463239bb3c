"""Ctrl+Shift+H: what the post hands over on one page, the things counted, both guards' PINs (VIS-16)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, cast
from uuid import UUID

from PySide6.QtCore import QRegularExpression, Qt
from PySide6.QtGui import QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from app.domain.handover import Counted
from app.domain.people import Actor
from app.domain.site import PIN_LEAST, PIN_MOST, SAMPLE_PIN
from app.errors import DomainError
from app.operations import handover as operations
from app.queries import handover as queries
from app.queries.people import StaffFound
from app.ui import messages
from app.ui.services import Services
from app.ui.start.asking import Asking
from app.ui.start.people import fitting, job_of
from app.ui.visits.handover_facts import HandoverFacts
from app.ui.visits.kept_form import KeptForm
from app.ui.widgets.buttons import PlainButton
from app.ui.widgets.check import Check
from app.ui.widgets.dialogs import Dialog
from app.ui.widgets.forms import FieldError, Form
from app.ui.widgets.pick import MOST, Match, PickLine
from app.ui.widgets.pin import PinLine
from app.ui.widgets.text import Text

WIDE, HIGH, NARROW = 1060, 590, 480
COUNT = 72  # logical px of a count's field


class Signing(Dialog):
    """What both dialogs share: the one who comes, found by a few letters, his PIN, and the way to the worker thread."""

    def __init__(
        self,
        services: Services,
        title: str,
        people: Sequence[StaffFound],
        parent: QWidget | None,
        *,
        width: int,
    ) -> None:
        super().__init__(services.theme, services.words, title, parent, width=width)
        self.services, self._people = services, list(people)
        self.form = Form(services.theme, services.words)
        self.incoming = PickLine(services.theme, open_empty=True)
        self.incoming.setPlaceholderText(services.words("handover.incoming_hint"))
        self.incoming.asked.connect(self._asked)
        self.incoming.picked.connect(self._picked)
        self.incoming_pin = PinLine()
        self.fault = FieldError(services.theme)
        self.asking = Asking(self, services.background, self.fault.hint)
        self._answer: object = None

    def value(self) -> object:
        """What was signed."""
        return self._answer

    def add_incoming(self) -> None:
        """The two fields of who comes, at the end of the form."""
        self.form.add("incoming", "handover.field_incoming", self.incoming)
        self.form.add("incoming_pin", "handover.field_incoming_pin", self.incoming_pin)
        if self.services.session.now.sample:
            hint = self.words("start.pin_sample", pin=SAMPLE_PIN)
            self.form.error("incoming_pin").hint(hint)

    def chosen(self) -> UUID | None:
        """Who comes; None while nobody is chosen. A name typed in full or the only one that fits counts as chosen."""
        if isinstance(self.incoming.value, UUID):
            return self.incoming.value
        text = self.incoming.text().strip()
        found = fitting(self._people, text) if text else []
        return cast("StaffFound", found[0]).staff_id if len(found) == 1 else None

    def pin_complete(self, field: str, line: PinLine) -> bool:
        """Whether so many digits can be a PIN; says so at the field otherwise."""
        if len(line.text()) >= PIN_LEAST:
            return True
        self.form.show_error(DomainError("pin_not_digits", field=field, least=PIN_LEAST, most=PIN_MOST))
        return False

    def refused(self, error: DomainError) -> None:
        """At its field, with the PIN there marked to be typed over."""
        if not self.form.show_error(error):
            self.fault.show_text(messages.text_of(error, self.words))
        field = self.form.field(error.field) if error.field in ("pin", "incoming_pin") else None
        if isinstance(field, PinLine):
            field.selectAll()

    def signed(self, answer: object) -> None:
        """Done: the dialog goes."""
        self._answer = answer
        self.accept()

    def _asked(self, text: str) -> None:
        found = [cast("StaffFound", one) for one in fitting(self._people, text)][:MOST]
        self.incoming.offer(
            text, [Match(one.name, right=job_of(one, self.words), value=one.staff_id) for one in found]
        )

    def _picked(self, _value: object) -> None:
        self.incoming_pin.setFocus()


class TakeOverDialog(Signing):
    """A handover that nobody has taken over yet: who comes signs. Answers the actor who is at the post now."""

    def __init__(
        self,
        services: Services,
        waiting: queries.Waiting,
        people: Sequence[StaffFound],
        post: str,
        parent: QWidget | None = None,
    ) -> None:
        words = services.words
        title = words("handover.take_title", post=post)
        others = [one for one in people if one.staff_id != waiting.outgoing_id]
        super().__init__(services, title, others, parent, width=NARROW)
        self._waiting = waiting
        at = f"{waiting.at.astimezone(services.house.site.zone):%m-%d %H:%M}"
        self.say(words("handover.take_text", name=waiting.outgoing, at=at))
        self.add_incoming()
        self.add(self.form)
        self.add(self.fault)
        self.add_verbs(words("handover.take_verb"), key="Return")
        self.incoming.setFocus()

    def take(self) -> None:
        """Both are there: sign."""
        self.form.clear_errors()
        who = self.chosen()
        if who is None:
            self.form.show_error(DomainError("field_needed", field="incoming"))
        elif self.pin_complete("incoming_pin", self.incoming_pin):
            self.asking.ask(
                operations.take_over,
                self.services.house,
                self.services.session.actor,
                self._waiting.handover_id,
                who,
                self.incoming_pin.text(),
                text=self.words("handover.signing"),
                done=self.signed,
                failed=self.refused,
            )


class HandoverDialog(Signing):
    """The page that is signed. Answers `operations.HandedOver`; what is filled in stays a draft until then."""

    def __init__(
        self,
        services: Services,
        page: queries.HandoverPage,
        people: Sequence[StaffFound],
        post: str,
        parent: QWidget | None = None,
    ) -> None:
        words, theme = services.words, services.theme
        actor = cast("Actor", services.session.actor)
        others = [one for one in people if one.staff_id != actor.person]
        title = words("handover.page_title", post=post, shift=page.shift).removesuffix(" · ")
        super().__init__(services, title, others, parent, width=WIDE)
        self.page = page
        self.counts: dict[str, QLineEdit] = {}
        self._beside: dict[str, Text] = {}
        self.notes = QLineEdit()
        self.pin = PinLine()
        self.aside = Check(theme, words("handover.put_aside"))
        self.as_last = PlainButton(theme, words("handover.as_last"), "Alt+0", bind=True)
        self.as_last.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.as_last.clicked.connect(self._as_last)
        self._fill(actor)
        across = QHBoxLayout()
        across.setSpacing(theme.px(28))
        across.addWidget(_scrolled(HandoverFacts(services, page), self), 1)
        across.addWidget(_scrolled(self.form, self), 1)
        self.add(across, 1)
        self.add(self.fault)
        self.add_verb(self.as_last)
        self.as_last.setVisible(any(one.last is not None for one in page.things))
        self.add_verbs(words("handover.sign_verb"))
        self._order: list[QWidget] = [
            *self.counts.values(),
            self.notes,
            self.pin,
            self.incoming,
            self.incoming_pin,
        ]
        if page.seen.open:
            self._order.insert(len(self.counts), self.aside)
        self.kept = KeptForm(services, "handover", self._values, self)
        for line in (*self.counts.values(), self.notes):
            line.textChanged.connect(self.kept.touch)
        self.incoming.edited.connect(self.kept.touch)
        self.fit_in(WIDE, HIGH)
        (self._order[0] if self.counts else self.pin).setFocus()
        self.kept.load(self._back)

    def take(self) -> None:
        """Sign: with nobody coming yet it waits to be taken over."""
        self.form.clear_errors()
        self.fault.show_text("")
        if not self.page.has_pin:
            self.form.error("pin").show_text(self.words("handover.no_pin"))
            return
        if self.page.seen.open and not self.aside.isChecked():
            n = self.page.seen.counts["open"]
            self.form.show_error(DomainError("registrations_open", field="aside", n=n))
            return
        who = self.chosen()
        typed = self.incoming.text().strip()
        if typed and who is None:
            self.form.show_error(DomainError("field_needed", field="incoming"))
            return
        if not self.pin_complete("pin", self.pin):
            return
        if who is not None and not self.pin_complete("incoming_pin", self.incoming_pin):
            return
        self.kept.keep()  # what is filled in is safe before it is on its way
        self.asking.ask(
            operations.hand_over,
            self.services.house,
            self.services.session.actor,
            self.given(),
            self.pin.text(),
            who,
            self.incoming_pin.text(),
            text=self.words("handover.signing"),
            done=self.signed,
            failed=self.refused,
        )

    def signed(self, answer: object) -> None:
        self.kept.forget()
        super().signed(answer)

    def given(self) -> operations.Given:
        """What is filled in."""
        counts = tuple(replace(one, count=self._count(one.name)) for one in self.page.things)
        aside = {one.visit_id for one in self.page.seen.open} if self.aside.isChecked() else set()
        return operations.Given(self.page.after, counts, self.notes.text(), frozenset(aside))

    def reject(self) -> None:
        """Esc: nothing is handed over; what is filled in stays a draft."""
        self.kept.keep()
        super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._next():
            return
        super().keyPressEvent(event)

    def _next(self) -> bool:
        """Enter goes on to the next field; in the last one it signs."""
        here = self.focusWidget()
        at = next((at for at, field in enumerate(self._order) if field is here), -1)
        if not 0 <= at < len(self._order) - 1:
            return False
        self._order[at + 1].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def _fill(self, actor: Actor) -> None:
        words, theme, form = self.words, self.theme, self.form
        digits = QRegularExpression("[0-9]{0,4}")
        things = QWidget()
        rows = QVBoxLayout(things)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.px(6))
        for one in self.page.things:
            line = self.counts[one.name] = QLineEdit()
            line.setAccessibleName(one.name)
            line.setValidator(QRegularExpressionValidator(digits, line))
            line.setFixedSize(theme.px(COUNT), theme.row())
            line.setAlignment(Qt.AlignmentFlag.AlignRight)
            beside = self._beside[one.name] = Text(theme, tone="ink_soft", elide=True)
            line.textChanged.connect(partial(self._compared, one))
            row = QHBoxLayout()
            row.setSpacing(theme.px(10))
            row.addWidget(Text(theme, one.name, wrap=True), 1)
            row.addWidget(line)
            row.addWidget(beside, 2)
            rows.addLayout(row)
            self._compared(one)
        if self.counts:
            form.add("things", "handover.things", things)
        if self.page.seen.open:
            form.add("aside", "handover.open", self.aside)
            n = self.page.seen.counts["open"]
            form.error("aside").hint(words("handover.open_first", n=n), "amber")
        form.add("notes", "handover.field_notes", self.notes)
        form.add("pin", "handover.field_pin", self.pin)
        form.error("pin").hint(actor.name)
        self.add_incoming()
        if not self.page.has_pin:
            form.error("pin").show_text(words("handover.no_pin"))

    def _compared(self, one: Counted, _text: str = "") -> None:
        """The last count beside it, and the difference, by word and sign, not by colour alone."""
        words, place = self.words, self._beside[one.name]
        now = replace(one, count=self._count(one.name))
        if one.last is None:
            place.setText(words("handover.first_count"))
        elif now.difference:
            by = f"{now.difference:+d}"
            place.setText("▲ " + words("handover.count_differs", n=one.last, by=by))
        else:
            place.setText(words("handover.last_count", n=one.last))
        place.set_tone("amber" if now.difference else "ink_soft", bold=bool(now.difference))

    def _count(self, name: str) -> int | None:
        text = self.counts[name].text()
        return int(text) if text else None

    def _as_last(self) -> None:
        """All were counted and are as last time: on to the PIN."""
        for one in self.page.things:
            if one.last is not None and not self.counts[one.name].text():
                self.counts[one.name].setText(str(one.last))
        left = next((line for line in self.counts.values() if not line.text()), None)
        (left or (self.aside if self.page.seen.open and not self.aside.isChecked() else self.pin)).setFocus()

    def _values(self) -> Mapping[str, Any] | None:
        counts = {name: line.text() for name, line in self.counts.items() if line.text()}
        who = self.incoming.value if isinstance(self.incoming.value, UUID) else None
        if not counts and not self.notes.text().strip() and who is None:
            return None
        after = "" if self.page.after is None else self.page.after.hex
        incoming = "" if who is None else who.hex
        return {"after": after, "counts": counts, "notes": self.notes.text(), "incoming": incoming}

    def _back(self, kept: Mapping[str, Any] | None) -> None:
        """What was filled in for this very handover; of one that was signed elsewhere meanwhile nothing comes back."""
        if not kept or kept["after"] != ("" if self.page.after is None else self.page.after.hex):
            return
        for name, text in kept["counts"].items():
            if name in self.counts and not self.counts[name].text():
                self.counts[name].setText(text)
        if not self.notes.text():
            self.notes.setText(kept["notes"])
        who = next((one for one in self._people if one.staff_id.hex == kept["incoming"]), None)
        if who is not None and not self.incoming.text():
            self.incoming.take(who.name, who.staff_id)
        for line in self.counts.values():
            if line.hasFocus():
                line.selectAll()
        self.fault.hint(self.words("handover.draft_back"))


def _scrolled(content: QWidget, parent: QWidget) -> QScrollArea:
    """The content, scrolled where the window is low; the field with the focus is always in sight."""
    area = QScrollArea(parent)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    holder = QWidget()
    holder.setProperty("kind", "clear")
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 8, 0)
    column.addWidget(content)
    column.addStretch(1)
    area.setWidget(holder)
    area.viewport().setAutoFillBackground(False)
    holder.setAutoFillBackground(False)
    return area
