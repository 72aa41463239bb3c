"""The fields of a new request, and how all that is typed into them is kept and put back (REQ-2, REQ-4, REQ-8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.people import Actor
from app.domain.requests import CHANNELS, URGENCIES
from app.operations.requests import mint_key
from app.ui.requests.fields import ChoiceField, LineField, TimeField, WordsField
from app.ui.requests.page_keys import INTAKE_KEYS
from app.ui.requests.people import StaffField
from app.ui.requests.tab_ring import step
from app.ui.requests.texts import clock_text
from app.ui.services import Services
from app.ui.widgets.buttons import KeyCap, PlainButton, PrimaryButton, QuietButton
from app.ui.widgets.card import scrolled
from app.ui.widgets.flow import FlowLayout
from app.ui.widgets.forms import FieldError, Form
from app.ui.widgets.pick import PickLine
from app.ui.widgets.text import Text

DETAILS = ("place", "contact", "extension", "phone")


class DetailRow(QWidget):
    """A few lines side by side; two and two where there is too little room for all."""

    def __init__(
        self, between: int, enough: int, lines: Sequence[QWidget], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._enough, self._lines, self._across = enough, lines, 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(between)
        self.setFocusProxy(lines[0])
        self._lay(len(lines))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay(len(self._lines) if event.size().width() >= self._enough else 2)

    def _lay(self, across: int) -> None:
        if across != self._across:
            self._across = across
            for at, line in enumerate(self._lines):
                line.setMinimumWidth(self.fontMetrics().horizontalAdvance("0") * 8)
                self._grid.addWidget(line, at // across, at % across)


class IntakeForm(QWidget):
    """The form without its doings: `keep()` and `put_back()` carry all that is typed."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self.words, self.theme = services, services.words, services.theme
        self.started: datetime = services.house.clock.now()
        self.key: UUID = mint_key()
        self.waiting = False
        """Whether the form lies ready and its call has not begun: it begins with the first key."""
        self.item: dict[str, Any] | None = None
        self.recent: list[tuple[str, UUID]] = []
        self.last: QWidget | None = None
        """The field that the last key went to."""
        self._build()
        self.clear()
        self.retranslate()

    def clear(self, said: str = "") -> None:
        """An empty form for the next call, which begins now; with something to say it begins with its first key."""
        self.started = self._services.house.clock.now()
        self.key = mint_key()
        self.waiting = False
        self.customer.take("", None)
        self.kind.take("", None)
        self.item = None
        for line in (*self.details.values(), self.promise_reason):
            line.clear()
        self.say_words.clear()
        self.promised.line.clear()
        self.promised.set_catalogue(None)
        self.appointment.line.clear()
        self.promised.retranslate()
        self.appointment.retranslate()
        if self.promised.bar is not None:
            self.promised.bar.set_value(None)
        actor = cast("Actor", self._services.session.actor)
        self.first_contact.recent = list(self.recent)
        self.first_contact.take(actor.name, actor.staff_id)
        self.channel.setCurrentIndex(CHANNELS.index(self._usual_channel()))
        self.urgency.set_value(URGENCIES[0])
        self.clear_errors()
        self.reason_wanted()
        self.waiting = bool(said)
        self.said.setText(said)
        self._say_when()

    def start(self) -> None:
        """The focus goes to the first field that is empty."""
        lines = (self.customer, self.kind)
        empty = [line for line in lines if not line.text()]
        first: QWidget = empty[0] if empty else self.say_words
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_on(self) -> None:
        """After another tab: the focus goes back to where it was, in an empty form to the beginning."""
        if self.last is not None and self.last.isVisible() and self.typed():
            self.last.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.start()

    def typed(self) -> bool:
        """Whether there is anything that would be lost."""
        lines = (self.customer, self.kind, self.promised.line, self.appointment.line, *self.details.values())
        return bool(self.say_words.text().strip()) or any(line.text().strip() for line in lines)

    def name(self) -> str:
        """What a chip calls it: who and what, or the time when the call began."""
        parts = [self.customer.text().strip(), self.kind.text().strip() or self.say_words.text().strip()]
        return " · ".join(part for part in parts if part) or clock_text(self.started, self._zone())

    def keep(self) -> dict[str, Any]:
        """All that is typed, as JSON values."""
        contact = self.first_contact.value
        return {
            "name": self.name(),
            "started": self.started.isoformat(),
            "key": str(self.key),
            "customer": self.customer.text(),
            "customer_id": str(self.customer.value or ""),
            "item": self.item,
            "kind": self.kind.text(),
            **{name: line.text() for name, line in self.details.items()},
            "words": self.say_words.text(),
            "promised": self.promised.line.text(),
            "promised_by": self.promised.quick(),
            "promise_reason": self.promise_reason.text(),
            "first_contact": self.first_contact.text(),
            "first_contact_id": str(contact or ""),
            "channel": self.channel.currentData(),
            "urgency": self.urgency.value(),
            "appointment": self.appointment.line.text(),
        }

    def put_back(self, kept: Mapping[str, Any]) -> None:
        """Put a kept form back."""
        self.clear()
        self.started = datetime.fromisoformat(str(kept["started"]))
        self.key = as_uuid(kept.get("key")) or self.key
        self.customer.take(str(kept["customer"]), as_uuid(kept["customer_id"]))
        for name, line in self.details.items():
            line.setText(str(kept[name]))
        self.item = dict(kept["item"]) if kept["item"] else None
        self.kind.take(str(kept["kind"]), as_uuid(self.item["id"]) if self.item else None)
        self.promised.set_catalogue(self.item["minutes"] if self.item else None)
        self.say_words.setPlainText(str(kept["words"]))
        self.promised.put_back(kept["promised"])
        self.promised.mark(str(kept.get("promised_by", "")))
        self.promise_reason.setText(str(kept["promise_reason"]))
        self.first_contact.take(str(kept["first_contact"]), as_uuid(kept["first_contact_id"]))
        self.channel.setCurrentIndex(max(self.channel.findData(kept["channel"]), 0))
        self.urgency.set_value(kept["urgency"])
        self.appointment.put_back(kept["appointment"])
        self._say_when()
        self.reason_wanted()
        self.say_unlisted()

    def clear_errors(self) -> None:
        """Take all errors away."""
        self.form.clear_errors()
        self.reason_form.clear_errors()
        self.problem.show_text("")
        self.say_unlisted()

    def say_unlisted(self, *, of: PickLine | None = None) -> None:
        """Amber under customer and kind while what was left there is on no list: it is taken all the same (REQ-8).

        `of` is the line of which nothing was found though it is still being typed into.
        """
        for name, line in (("customer", self.customer), ("item", self.kind)):
            if self.form.field(name).property("wrong"):
                continue
            said, text = self.form.error(name), line.text().strip()
            if not text or line.value is not None or (line.hasFocus() and line is not of):
                said.hint("")
            else:
                said.hint(self.words(f"requests_page.unlisted_{name}", text=text), "amber")

    def retranslate(self) -> None:
        """All texts."""
        words = self.words
        self._title.setText(words("requests_page.new"))
        self._say_when()
        self.customer.setPlaceholderText(words("requests_page.find_customer"))
        self.kind.setPlaceholderText(words("requests_page.find_item"))
        for name, line in self.details.items():
            line.setPlaceholderText(words(f"requests_page.field_{name}"))
            line.setAccessibleName(words(f"requests_page.field_{name}"))
        for at, code in enumerate(CHANNELS):
            self.channel.setItemText(at, words(f"requests.channel_{code}"))
        for field in (self.promised, self.appointment, self.urgency, self.first_contact):
            field.retranslate()
        forms = (self.form, self.reason_form, self.form_rest)
        wide = 0
        for form in forms:
            form.retranslate()
            labels = form.findChildren(Text, options=Qt.FindChildOption.FindDirectChildrenOnly)
            wide = max(
                wide, *(QFontMetrics(label.font()).horizontalAdvance(label.text()) for label in labels)
            )
        for form in forms:  # one column of labels through all three
            grid = form.layout()
            if isinstance(grid, QGridLayout):
                grid.setColumnMinimumWidth(0, wide)
        self.say_unlisted()
        self.send_button.setText(words("requests.action_take"))
        self.leave_button.setText(words("requests_page.put_aside"))
        self.discard_button.setText(words("requests_page.discard"))

    # --- made once ----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        services, theme = self._services, self.theme
        content = QWidget()
        whole = QVBoxLayout(content)
        whole.setContentsMargins(theme.px(26), theme.px(18), theme.px(26), theme.px(14))
        whole.setSpacing(theme.px(8))
        self._title, self._when = Text(theme, role="figure", bold=True), Text(theme, tone="ink_soft")
        head = QHBoxLayout()
        head.setSpacing(theme.px(12))
        head.addWidget(self._title)
        head.addWidget(self._when, 0, Qt.AlignmentFlag.AlignVCenter)
        self.said = Text(theme, tone="green", wrap=True)
        head.addWidget(self.said, 1, Qt.AlignmentFlag.AlignVCenter)
        whole.addLayout(head)
        self.customer, self.kind = PickLine(theme), PickLine(theme)
        self.details = {name: LineField(services) for name in DETAILS}
        self.say_words = WordsField(services, lines=2)
        self.promised = TimeField(
            services, future=True, empty="requests_page.may_stay_empty", by_catalogue=True
        )
        self.promise_reason = LineField(services)
        self.first_contact = StaffField(services)
        self.channel = QComboBox()
        for code in CHANNELS:
            self.channel.addItem("", code)
        self.urgency = ChoiceField(
            services, URGENCIES, lambda code: f"requests.urgency_{code}", first_key=0, value=URGENCIES[0]
        )
        self.appointment = TimeField(services, future=True, empty="requests_page.may_stay_empty", quick=False)
        self.form = Form(theme, self.words)
        self.form.add("customer", "requests_page.field_customer", self.customer)
        self.form.add(
            "place",
            "requests_page.field_details",
            DetailRow(theme.px(8), theme.px(560), list(self.details.values())),
        )
        self.form.add("item", "requests_page.field_kind", self.kind)
        self.form.add("words", "requests_page.field_request_words", self.say_words)
        self.form.add("promised_at", "requests_page.field_promised_at", self.promised)
        self.reason_form = Form(theme, self.words)
        self.reason_form.add("promise_reason", "requests_page.field_promise_reason", self.promise_reason)
        self.reason_form.hide()
        caps = {name: KeyCap(theme, key) for key, name in INTAKE_KEYS}
        rest = Form(theme, self.words)
        self.form_rest = rest
        rest.add(
            "first_contact",
            "requests_page.field_first_contact",
            self.first_contact,
            beside=caps["first_contact"],
        )
        rest.add("channel", "requests_page.field_channel", self.channel, beside=caps["channel"])
        rest.add("urgency", "requests_page.field_urgency", self.urgency, beside=caps["urgency"])
        rest.add(
            "appointment_at",
            "requests_page.field_appointment",
            self.appointment,
            beside=caps["appointment_at"],
        )
        for part in (self.form, self.reason_form, rest):
            whole.addWidget(part)
        whole.addStretch(1)
        self.problem = FieldError(theme)
        self.send_button = PrimaryButton(theme, "", "Ctrl+Return")
        self.leave_button = PlainButton(theme, "", "Esc")
        self.discard_button = QuietButton(theme, "", "Ctrl+Delete", tone="ink_soft")
        verbs = QWidget()
        flow = FlowLayout(verbs, across=theme.px(12), down=theme.px(8))
        for button in (self.send_button, self.leave_button, self.discard_button):
            flow.addWidget(button)
        foot = QVBoxLayout()
        foot.setContentsMargins(theme.px(26), theme.px(10), theme.px(26), theme.px(14))
        foot.setSpacing(theme.px(6))
        foot.addWidget(self.problem)
        foot.addWidget(verbs)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.area = scrolled(content)
        outer.addWidget(self.area, 1)
        outer.addLayout(foot)

    def reason_wanted(self) -> None:
        """A promise longer than the catalogue's needs a reason (REQ-5): its field comes when it is needed."""
        minutes = self.item["minutes"] if self.item else None
        try:
            when = self.promised.value()
        except ValueError:
            when = None
        longer = (
            minutes is not None and when is not None and when > self._now() + timedelta(minutes=minutes + 1)
        )
        self.reason_form.setVisible(longer or bool(self.promise_reason.text()))

    def focusNextPrevChild(self, forward: bool) -> bool:
        return step(self._parts(), forward=forward) or super().focusNextPrevChild(forward)

    def _parts(self) -> list[QWidget]:
        """What Tab goes through, from top to bottom."""
        bar = [self.promised.bar] if self.promised.bar is not None else []
        return [
            self.customer,
            *self.details.values(),
            self.kind,
            self.say_words,
            self.promised.line,
            *bar,
            self.promise_reason,
            self.first_contact,
            self.channel,
            self.urgency,
            self.appointment.line,
            self.send_button,
            self.leave_button,
            self.discard_button,
        ]

    def _say_when(self) -> None:
        time = clock_text(self.started, self._zone())
        self._when.setText(self.words("requests_page.call_since", time=time))
        self._when.setVisible(not self.waiting)

    def _begin_call(self, *_: object) -> None:
        """The first key of a form that lay ready."""
        if self.waiting and self.typed():
            self.waiting = False
            self.started = self._now()
            self.said.setText("")
            self._say_when()

    def _usual_channel(self) -> str:
        station = cast("Actor", self._services.session.actor).station
        return "post" if station.startswith("post") else "hotline_services"

    def _now(self) -> datetime:
        return cast("datetime", self._services.house.clock.now())

    def _zone(self) -> Any:
        return self._services.house.site.zone


def as_uuid(text: Any) -> UUID | None:
    """A key that was kept as text; None for "" and None."""
    return UUID(str(text)) if text else None
