"""Choosing people: handlers with skill and load for a dispatch, anybody of the staff as first contact."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, cast
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.names import name_matches
from app.domain.people import Actor
from app.queries import requests as queries
from app.queries import site as site_queries
from app.queries.requests import Handler
from app.ui.requests.pick import Match, PickLine
from app.ui.services import Services
from app.ui.widgets.text import Text

MOST = 8


class HandlerField(PickLine):
    """Handlers, the fitting, present and least busy first; opens at once, Enter takes the first (REQ-1)."""

    changed = Signal()
    passed_on = Signal()

    def __init__(
        self,
        services: Services,
        item_id: UUID | None,
        parent: QWidget | None = None,
        *,
        without: UUID | None = None,
    ) -> None:
        super().__init__(services.theme, parent, open_empty=True)
        self._services, self._without = services, without
        self._people: list[Handler] | None = None
        self.asked.connect(self._asked)
        self.edited.connect(self.changed)
        services.background.run(
            queries.handlers,
            services.house,
            cast("Actor", services.session.actor),
            item_id,
            done=self._arrived,
            owner=self,
        )
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
        self.setPlaceholderText(self._services.words("requests_page.find_handler"))

    def _arrived(self, people: list[Handler]) -> None:
        self._people = [one for one in people if one.staff_id != self._without]
        if self.hasFocus():
            self._asked("" if self.value is not None else self.whole())

    def _asked(self, text: str) -> None:
        typed = text.strip()
        found = [one for one in self._people or () if not typed or name_matches(one.name, typed)]
        self.offer(
            self.whole() if self.value is None else self.text(), [self._match(one) for one in found[:MOST]]
        )

    def _match(self, one: Handler) -> Match:
        words = self._services.words
        about = "、".join(one.skills) or one.title
        if one.away:
            return Match(one.name, about, words("requests_page.away"), one.staff_id, "amber")
        load = words("requests_page.load", n=one.open_jobs) if one.open_jobs else words("requests_page.free")
        return Match(one.name, about, load, one.staff_id)


class HelpersField(QWidget):
    """Helpers beside the handler: each one taken joins the line above; Backspace in the empty line drops the last."""

    changed = Signal()

    def __init__(self, services: Services, item_id: UUID | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
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

    def value(self) -> tuple[UUID, ...]:
        """The keys of the helpers."""
        return tuple(key for _, key in self._taken)

    def keep(self) -> Any:
        """The helpers, None for none."""
        return [[name, str(key)] for name, key in self._taken] or None

    def put_back(self, kept: Any) -> None:
        """Put kept helpers back."""
        self._taken = [(str(name), UUID(key)) for name, key in kept]
        self._say()

    def shown(self) -> str:
        """Their names."""
        return "、".join(name for name, _ in self._taken)

    def retranslate(self) -> None:
        """The placeholder."""
        self.line.setPlaceholderText(self._services.words("requests_page.find_helper"))

    def eventFilter(self, watched: Any, event: Any) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress and self._taken:
            if event.key() == Qt.Key.Key_Backspace and not self.line.whole():
                self._taken.pop()
                self._say()
                return True
        return False

    def _joined(self, key: object) -> None:
        name = self.line.text()
        if isinstance(key, UUID) and key not in self.value():
            self._taken.append((name, key))
        self.line.take("", None)
        self._say()

    def _say(self) -> None:
        self.said.setText(self.shown())
        self.said.setVisible(bool(self._taken))
        self.changed.emit()


class StaffField(PickLine):
    """Anybody of the staff, by pinyin or characters. `recent` stands first while nothing is typed."""

    changed = Signal()

    def __init__(
        self,
        services: Services,
        parent: QWidget | None = None,
        *,
        recent: Sequence[tuple[str, UUID]] = (),
    ) -> None:
        super().__init__(services.theme, parent, open_empty=True)
        self._services = services
        self.recent = list(recent)
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
        services = self._services
        services.background.run(
            site_queries.find_staff,
            services.house,
            cast("Actor", services.session.actor),
            text.strip(),
            MOST,
            done=partial(self._found, self.whole()),
            owner=self,
            replaces="staff",
        )

    def _found(self, text: str, people: Sequence[site_queries.StaffFound]) -> None:
        matches = [Match(one.name, one.title, "", one.staff_id) for one in people]
        if self.value is not None or not text.strip():
            first = [Match(name, "", "", key) for name, key in self.recent if key != self.value]
            known = {match.value for match in first}
            matches = first + [match for match in matches if match.value not in known]
        self.offer(text, matches[:MOST])
