"""Choosing people: handlers with skill and load for a dispatch, anybody of the staff as first contact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.names import name_matches
from app.domain.people import Actor
from app.queries import people as people_queries
from app.queries import requests as queries
from app.queries import site as site_queries
from app.queries.requests import Handler
from app.ui.services import Services
from app.ui.widgets.pick import Match, PickLine
from app.ui.widgets.text import Text

MOST = 8
NO_DESK = {"administrator", "quality"}  # they seldom speak to a customer first


def find_handlers(house: Any, actor: Actor, item_id: UUID | None, text: str) -> list[Handler]:
    """The handlers whose name is meant, in the query's order. Runs in the worker: it reads the pinyin tables."""
    found = queries.handlers(house, actor, item_id)
    return [one for one in found if not text or name_matches(one.name, text)]


def find_people(house: Any, actor: Actor, text: str) -> list[tuple[str, str, UUID]]:
    """Name, title and key of the staff meant; for an empty text those who are here, in the site's order."""
    if text:
        return [
            (one.name, one.title, one.staff_id) for one in site_queries.find_staff(house, actor, text, MOST)
        ]
    here = [one for one in people_queries.employees(house, actor) if not one.away]
    here.sort(key=lambda one: not set(one.roles) - NO_DESK)
    return [(one.name, one.title, one.id) for one in here]


class PersonLine(PickLine):
    """A line that takes a person: what it keeps and says."""

    changed = Signal()

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services.theme, parent, open_empty=True)
        self._services = services
        self.asked.connect(self._asked)
        self.edited.connect(self.changed)
        self.retranslate()

    def keep(self) -> Any:
        """The typed name and the key of the person taken."""
        if not self.text():
            return None
        return {"text": self.text(), "id": str(self.value) if self.value else ""}

    def put_back(self, kept: Any) -> None:
        """Put a kept person back."""
        self.take(str(kept["text"]), UUID(kept["id"]) if kept["id"] else None)

    def shown(self) -> str:
        """The name."""
        return self.text().strip()

    def retranslate(self) -> None:
        """The placeholder."""
        self.setPlaceholderText(self._services.words("requests_page.find_person"))

    def _asked(self, text: str) -> None:
        raise NotImplementedError

    def _ask(self, find: Callable[..., object], *about: object, done: Callable[..., object]) -> None:
        services = self._services
        services.background.run(
            find,
            services.house,
            cast("Actor", services.session.actor),
            *about,
            done=partial(done, self.whole()),
            owner=self,
            replaces="people",
        )


class HandlerField(PersonLine):
    """Handlers, the fitting, present and least busy first; opens at once, Enter takes the first (REQ-1)."""

    def __init__(
        self,
        services: Services,
        item_id: UUID | None,
        parent: QWidget | None = None,
        *,
        without: UUID | None = None,
    ) -> None:
        self.without, self._item_id = frozenset(filter(None, (without,))), item_id
        """Whom it never offers."""
        super().__init__(services, parent)

    def retranslate(self) -> None:
        """The placeholder."""
        self.setPlaceholderText(self._services.words("requests_page.find_handler"))

    def _asked(self, text: str) -> None:
        self._ask(find_handlers, self._item_id, text.strip(), done=self._found)

    def _found(self, text: str, people: Sequence[Handler]) -> None:
        self.offer(text, [self._match(one) for one in people if one.staff_id not in self.without][:MOST])

    def _match(self, one: Handler) -> Match:
        words = self._services.words
        about = words("requests_page.list_mark").join(one.skills) or one.title
        if one.away:
            return Match(one.name, about, words("requests_page.away"), one.staff_id, "amber", fits=False)
        load = words("requests_page.load", n=one.open_jobs) if one.open_jobs else words("requests_page.free")
        return Match(one.name, about, load, one.staff_id, fits=one.fits)


class HelpersField(QWidget):
    """Helpers beside the handler: each one taken joins the line above; Backspace in the empty line drops the last."""

    changed = Signal()

    def __init__(self, services: Services, item_id: UUID | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._handler: UUID | None = None
        self._taken: list[tuple[str, UUID]] = []
        self.line = HandlerField(services, item_id)
        self.line.picked.connect(self._joined)
        self.line.installEventFilter(self)
        self.said = Text(services.theme)
        self.said.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(services.theme.px(4))
        whole.addWidget(self.said)
        self.line.setMinimumHeight(services.theme.row())
        whole.addWidget(self.line)
        self.setFocusProxy(self.line)
        self.retranslate()

    def set_handler(self, key: object) -> None:
        """Who has the job does not help himself: he is not offered, and who was a helper is none any more."""
        self._handler = key if isinstance(key, UUID) else None
        self._leave_out()
        self._say()

    def value(self) -> tuple[UUID, ...]:
        """The keys of the helpers."""
        return tuple(key for _, key in self._taken)

    def keep(self) -> Any:
        """The helpers, None for none."""
        return [[name, str(key)] for name, key in self._taken] or None

    def put_back(self, kept: Any) -> None:
        """Put kept helpers back."""
        self._taken = [(str(name), UUID(key)) for name, key in kept]
        self._leave_out()
        self._say()

    def shown(self) -> str:
        """Their names."""
        return self._services.words("requests_page.list_mark").join(name for name, _ in self._taken)

    def retranslate(self) -> None:
        """The placeholder."""
        self.line.setPlaceholderText(self._services.words("requests_page.find_helper"))

    def eventFilter(self, watched: Any, event: Any) -> bool:
        if not (isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress and self._taken):
            return False
        if event.key() != Qt.Key.Key_Backspace or self.line.whole():
            return False
        self._taken.pop()
        self._leave_out()
        self._say()
        return True

    def _joined(self, key: object) -> None:
        name = self.line.text()
        if isinstance(key, UUID) and key not in self.line.without:
            self._taken.append((name, key))
        self.line.take("", None)
        self._leave_out()
        self._say()

    def _leave_out(self) -> None:
        self._taken = [one for one in self._taken if one[1] != self._handler]
        self.line.without = frozenset(filter(None, (self._handler, *self.value())))

    def _say(self) -> None:
        self.said.setText(self.shown())
        self.said.setVisible(bool(self._taken))
        self.changed.emit()


class StaffField(PersonLine):
    """Anybody of the staff, by pinyin or characters. `recent` stands first while nothing is typed."""

    def __init__(
        self,
        services: Services,
        parent: QWidget | None = None,
        *,
        recent: Sequence[tuple[str, UUID]] = (),
    ) -> None:
        super().__init__(services, parent)
        self.recent = list(recent)

    def _asked(self, text: str) -> None:
        self._ask(find_people, text.strip(), done=self._found)

    def _found(self, text: str, people: Sequence[tuple[str, str, UUID]]) -> None:
        matches = [Match(name, title, "", key) for name, title, key in people if key != self.value]
        if self.value is not None or not text.strip():
            first = [match for name, key in self.recent for match in matches if match.value == key]
            matches = first + [match for match in matches if match not in first]
        self.offer(text, matches[:MOST])
