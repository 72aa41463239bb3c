"""Taking a request in one form, in at most 18 s (REQ-2, REQ-4): customer and kind by pinyin, words, promised time.

Enter goes the quick way (customer, kind, words, promised time), Tab through everything, Ctrl+Return takes it. Each
optional field has a key of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, cast
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app.domain.people import Actor
from app.domain.requests import URGENCIES
from app.errors import DomainError
from app.operations import requests as operations
from app.operations.requests_change import SavedRequest
from app.queries import site as site_queries
from app.ui import messages
from app.ui.requests.fields import TimeField, no_time
from app.ui.requests.intake_form import IntakeForm, as_uuid
from app.ui.requests.page_keys import INTAKE_KEYS
from app.ui.requests.tab_ring import stray
from app.ui.services import Services
from app.ui.widgets.pick import Match, PickLine


class Intake(IntakeForm):
    """The form at work. `taken(SavedRequest)`; `left()`: Esc; `discarded()`: it is wanted no more.

    While one is being taken the form is empty already: what is typed then is the next call's. If it was not taken it
    comes back, and `crowded(kept)` carries what was typed meanwhile.
    """

    taken = Signal(object)
    crowded = Signal(object)
    came_back = Signal()
    left = Signal()
    discarded = Signal()

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services, parent)
        self.sent: dict[str, Any] | None = None
        """The form that is being taken, as it was typed."""
        self._bind()

    def send(self) -> None:
        """Take the request."""
        if self.sending or self.waiting:
            return
        self.clear_errors()
        self.promised.settle()
        self.appointment.settle()
        try:
            new = self.request()
        except DomainError as error:
            self._refused(error)
            return
        self.sent = self.keep()
        self._services.background.run(
            operations.take,
            self._services.house,
            cast("Actor", self._services.session.actor),
            new,
            done=self._taken,
            failed=self._failed,
            owner=self,
        )
        self.clear(self.words("requests_page.taking", name=self.sent["name"]))
        self.start()

    @property
    def sending(self) -> bool:
        """Whether a request is being taken."""
        return self.sent is not None

    def request(self) -> operations.NewRequest:
        """What the form holds.

        Raises:
            DomainError: `request_no_time`, `request_choose`, at their field.
        """
        contact = self.first_contact.value
        if not isinstance(contact, UUID):
            what = self.words("requests_page.field_first_contact")
            raise DomainError("request_choose", field="first_contact", what=what)
        customer = self.customer.value
        # A kind that was typed and is none of the catalogue's is what the customer said.
        kind = "" if self.item else self.kind.text().strip()
        said = " ".join(part for part in (kind, self.say_words.text().strip()) if part)
        return operations.NewRequest(
            call_started_at=self.started,
            channel=str(self.channel.currentData()),
            first_contact_id=contact,
            words=said,
            item_id=as_uuid(self.item["id"]) if self.item else None,
            customer_id=customer if isinstance(customer, UUID) else None,
            customer=self.customer.text().strip(),
            urgency=str(self.urgency.value() or URGENCIES[0]),
            appointment_at=_time(self.appointment, "appointment_at"),
            promised_at=_time(self.promised, "promised_at"),
            promise_reason=self.promise_reason.text().strip(),
            place=self.details["place"].text(),
            contact=self.details["contact"].text(),
            extension=self.details["extension"].text(),
            phone=self.details["phone"].text(),
            key=self.key,
        )

    def _bind(self) -> None:
        self.send_button.clicked.connect(self.send)
        self.leave_button.clicked.connect(self.left)
        self.discard_button.clicked.connect(self.discarded)
        self.customer.asked.connect(self._find_customers)
        self.customer.picked.connect(self._customer_picked)
        self.customer.passed.connect(self.kind.setFocus)
        self.customer.edited.connect(self.say_unlisted)
        self.kind.edited.connect(self.say_unlisted)
        self.kind.asked.connect(self._find_items)
        self.kind.picked.connect(self._item_picked)
        self.kind.edited.connect(self._item_edited)
        self.kind.passed.connect(self.say_words.setFocus)
        self.first_contact.passed.connect(self.focusNextChild)
        self.first_contact.picked.connect(self._contact_picked)
        self.promised.changed.connect(self.reason_wanted)
        for line in (*self.details.values(), self.promise_reason):
            line.returnPressed.connect(self.focusNextChild)
        self.promised.line.returnPressed.connect(self.send_button.setFocus)
        self.appointment.line.returnPressed.connect(self.send_button.setFocus)
        for changed in (
            self.customer.textChanged,
            self.kind.textChanged,
            self.say_words.textChanged,
            self.promised.line.textChanged,
            self.appointment.line.textChanged,
            *(line.textChanged for line in self.details.values()),
        ):
            changed.connect(self._begin_call)
        self.say_words.installEventFilter(self)
        for field in self.findChildren(QWidget):
            if field.focusPolicy() & Qt.FocusPolicy.TabFocus:
                field.installEventFilter(self)
        goes = {
            "first_contact": self.first_contact.setFocus,
            "channel": self.channel.setFocus,
            "urgency": self._next_urgency,
            "appointment_at": self.appointment.line.setFocus,
        }
        for key, name in INTAKE_KEYS:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(goes[name])

    # --- answers ------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and watched in (self.customer, self.kind):
            QTimer.singleShot(0, self, self.say_unlisted)
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self.area.ensureWidgetVisible(watched, 0, self.theme.px(48))
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.InputMethod) and watched in self._parts():
            self.last = watched
        if stray(watched, event):
            return True
        if watched is not self.say_words or not isinstance(event, QKeyEvent) or event.modifiers():
            return False
        if event.type() == QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.promised.line.setFocus()
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)

    def _find_customers(self, text: str) -> None:
        self._find(site_queries.find_customers, self.customer, text, self._customers_found)

    def _find_items(self, text: str) -> None:
        self._find(site_queries.find_items, self.kind, text, self._items_found)

    def _find(self, query: Any, line: PickLine, text: str, done: Any) -> None:
        services = self._services
        services.background.run(
            query,
            services.house,
            cast("Actor", services.session.actor),
            text.strip(),
            8,
            done=partial(done, text),
            owner=line,
            replaces="find",
        )

    def _customers_found(self, text: str, found: Sequence[site_queries.CustomerFound]) -> None:
        special = self.words("requests_page.special")
        self.customer.offer(
            text,
            [
                Match(
                    one.name,
                    " · ".join(part for part in (one.place, one.contact) if part),
                    f"{special} {one.extension}" if one.special else one.extension,
                    one,
                )
                for one in found
            ],
        )
        if not found and text == self.customer.whole():
            self.say_unlisted(of=self.customer)

    def _customer_picked(self, one: object) -> None:
        if isinstance(one, site_queries.CustomerFound):
            self.customer.take(one.name, one.customer_id)
            for name in ("place", "contact", "extension"):
                self.details[name].setText(getattr(one, name))
            self.kind.setFocus()

    def _items_found(self, text: str, found: Sequence[site_queries.ItemFound]) -> None:
        words = self.words
        matches = []
        for one in found:
            minutes = one.promise_minutes
            promise = words("requests_page.minutes", n=minutes) if minutes else ""
            right = " · ".join(part for part in (one.price, promise) if part)
            tone = "amber" if one.urgent else "ink_soft"
            matches.append(Match(one.name, one.group, right, one, tone))
        self.kind.offer(text, matches)
        if not found and text == self.kind.whole():
            self.say_unlisted(of=self.kind)

    def _item_picked(self, one: object) -> None:
        if isinstance(one, site_queries.ItemFound):
            self.kind.take(one.name, one.item_id)
            self.item = {"id": str(one.item_id), "name": one.name, "minutes": one.promise_minutes}
            self.promised.set_catalogue(one.promise_minutes)
            if one.urgent and self.urgency.value() == URGENCIES[0]:
                self.urgency.set_value(URGENCIES[1])
            self.reason_wanted()
            self.say_words.setFocus()

    def _item_edited(self) -> None:
        if self.kind.value is None and self.item is not None:
            self.item = None
            self.promised.set_catalogue(None)
            self.reason_wanted()

    def _contact_picked(self, key: object) -> None:
        if isinstance(key, UUID):
            person = (self.first_contact.text(), key)
            self.recent = [person, *(one for one in self.recent if one[1] != key)][:3]
        self.say_words.setFocus()

    def _next_urgency(self) -> None:
        at = URGENCIES.index(str(self.urgency.value() or URGENCIES[0]))
        self.urgency.set_value(URGENCIES[(at + 1) % len(URGENCIES)])

    def _taken(self, saved: SavedRequest) -> None:
        self.sent = None
        if self.waiting:
            self.said.setText(self.words("requests_page.taken_ready", number=saved.number))
        self.taken.emit(saved)

    def _failed(self, error: DomainError) -> None:
        sent, self.sent = self.sent, None
        if self.typed():
            self.crowded.emit(self.keep())
        if sent is not None:
            self.put_back(sent)
        self.came_back.emit()
        self._refused(error)

    def _refused(self, error: DomainError) -> None:
        if error.field == "promise_reason":
            self.reason_form.show()
        if not any(form.show_error(error) for form in (self.form, self.reason_form, self.form_rest)):
            self.problem.show_text(messages.text_of(error, self.words))


def _time(field: TimeField, name: str) -> datetime | None:
    try:
        return field.value()
    except ValueError:
        raise no_time(name) from None
