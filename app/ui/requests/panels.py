"""The panels under a request: opened by an action, kept while one looks elsewhere, both sides of a lost race.

What is typed into a panel is kept by request and action until it is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from PySide6.QtCore import QObject, Signal

from app.domain.people import Actor
from app.domain.requests import forbidden, missing_for
from app.errors import DomainError
from app.operations import requests as operations
from app.queries import requests_card as queries
from app.queries.requests_card import RequestCard
from app.ui.requests.action_panel import ActionPanel
from app.ui.requests.actions import ACTIONS, BY_CODE
from app.ui.requests.card import CardView
from app.ui.requests.conflict import ConflictPanel
from app.ui.services import Services


class Panels(QObject):
    """`did(text)`: an action is saved; `left()`: the panel is closed; `failed(DomainError)`: for the window's strip."""

    did = Signal(str)
    left = Signal()
    failed = Signal(object)

    def __init__(self, services: Services, view: CardView) -> None:
        super().__init__(view)
        self._services, self._view = services, view
        self._kept: dict[str, dict[str, Any]] = {}

    def begin(self, code: str) -> None:
        """Open an action's panel; say what is missing when it cannot be done (REQ-1)."""
        card = self._view.card
        if card is None:
            return
        if code not in card.allowed:
            missing = missing_for(card.request, code)
            refusal = forbidden(card.request, self._actor(), code)
            self.failed.emit(DomainError(f"request_{missing[0]}") if missing else refusal)
            return
        self.close()
        panel = ActionPanel(self._services, card, BY_CODE[code])
        panel.put_back(self._kept.get(_key(card, code), {}))
        panel.done.connect(partial(self._done, panel))
        panel.lost.connect(self._lost)
        panel.left.connect(self._leave)
        self._view.show_panel(panel)
        panel.start()

    def begin_by_key(self, key: str) -> None:
        """The action of a key that can be done; when none can, what is missing for the first is said."""
        card = self._view.card
        if card is not None:
            codes = [action.code for action in ACTIONS if action.key == key]
            self.begin(next((code for code in codes if code in card.allowed), codes[0]))

    def go_on(self) -> bool:
        """Ctrl+Return in an open panel; False when none is open."""
        panel = self._view.panel()
        if isinstance(panel, ActionPanel):
            panel.send()
        elif isinstance(panel, ConflictPanel):
            panel.go_on()
        return panel is not None

    def close(self) -> None:
        """Bring the request's own parts back; what is typed comes back with the panel."""
        self._kept = self.kept()
        self._view.show_panel(None)

    def kept(self) -> dict[str, dict[str, Any]]:
        """All that is typed and not sent, the open panel's included."""
        kept = dict(self._kept)
        opened = self._view.panel()
        panel = opened.panel if isinstance(opened, ConflictPanel) else opened
        if isinstance(panel, ActionPanel):
            kept.pop(_key(panel.card, panel.action.code), None)
            if typed := panel.keep():
                kept[_key(panel.card, panel.action.code)] = typed
        return kept

    def put_back(self, kept: Mapping[str, Any]) -> None:
        """What a draft holds; what was typed since wins."""
        self._kept = {**kept, **self._kept}

    def opened(self) -> str:
        """The code of the action whose panel is open, or ""."""
        panel = self._view.panel()
        return panel.action.code if isinstance(panel, ActionPanel) else ""

    def _leave(self) -> None:
        self.close()
        self.left.emit()

    def _done(self, panel: ActionPanel, _answer: object) -> None:
        card, action, words = panel.card, panel.action, self._services.words
        self._kept.pop(_key(card, action.code), None)
        if self._view.stack.indexOf(panel) >= 0:
            self._view.show_panel(None)
            self.left.emit()
        self.did.emit(words("requests_page.did", verb=words(action.text_code), number=card.request.number))

    # --- a lost race --------------------------------------------------------------------------------------------------

    def _lost(self, panel: ActionPanel) -> None:
        """Somebody was quicker: show both sides as soon as the newest state is there."""
        self._services.background.run(
            queries.card,
            self._services.house,
            self._actor(),
            panel.card.request.id,
            done=partial(self._both_sides, panel),
            failed=partial(self._not_seen, panel),
            owner=panel,
        )

    def _both_sides(self, panel: ActionPanel, fresh: RequestCard) -> None:
        if self._view.panel() is not panel:
            return
        self._view.show_card(fresh)
        conflict = ConflictPanel(self._services, panel, fresh)
        conflict.again.connect(partial(self._again, conflict))
        conflict.back.connect(partial(self._back, conflict))
        conflict.dropped.connect(partial(self._drop, conflict))
        conflict.noted.connect(partial(self._note, conflict))
        self._view.show_panel(conflict, beneath=panel)
        conflict.start()

    def _back(self, conflict: ConflictPanel) -> None:
        panel = conflict.panel
        panel.card = conflict.fresh
        panel.send_button.setEnabled(True)
        self._view.show_panel(panel)
        panel.start()

    def _again(self, conflict: ConflictPanel) -> None:
        self._back(conflict)
        conflict.panel.send()

    def _drop(self, conflict: ConflictPanel) -> None:
        self._view.show_panel(None)
        self._kept.pop(_key(conflict.fresh, conflict.panel.action.code), None)
        self.left.emit()

    def _note(self, conflict: ConflictPanel, words: str) -> None:
        self._services.background.run(
            operations.add_note,
            self._services.house,
            self._actor(),
            conflict.fresh.request.id,
            words,
            key=conflict.panel.key,
            done=partial(self._noted, conflict),
            failed=self._refused,
            owner=self,
        )

    def _noted(self, conflict: ConflictPanel, _answer: object) -> None:
        words = self._services.words
        number = conflict.fresh.request.number
        self._drop(conflict)
        self.did.emit(words("requests_page.did", verb=words("requests.action_add_note"), number=number))

    def _not_seen(self, panel: ActionPanel, error: DomainError) -> None:
        """The newest state could not be asked for: the panel can be sent again."""
        panel.send_button.setEnabled(True)
        self._refused(error)

    def _refused(self, error: DomainError) -> None:
        self.failed.emit(error)

    def _actor(self) -> Actor:
        return cast("Actor", self._services.session.actor)


def _key(card: RequestCard, code: str) -> str:
    """Under what the typed values of a panel are kept."""
    return f"{card.request.id}/{code}"
