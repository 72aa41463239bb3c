"""Half-filled forms of the pages: kept every few seconds, brought back when a page is made, each with its owner.

What is typed belongs to the person signed in, on the page of a guard post to the post (its open registrations do too,
VIS-3): somebody else never gets it as his own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.ui.page import Page
from app.ui.pages import PageSpec
from app.ui.services import Services

EVERY = 3000  # ms between two looks at what is typed and not saved


@dataclass(slots=True)
class _Held:
    """A page, whose draft it holds, and what of it is kept; `loaded` once the kept draft was asked for."""

    spec: PageSpec
    page: Page
    key: str
    kept: Mapping[str, Any] | None = None
    loaded: bool = False


class HalfFilled(QObject):
    """`hold(spec, page)` from the page's first moment on; `restored` when something came back."""

    restored = Signal()

    def __init__(self, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._services = services
        self._held: dict[str, _Held] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self.keep)
        self._timer.start()

    def hold(self, spec: PageSpec, page: Page) -> None:
        """Bring back what its owner had typed on this page, and keep what is typed from now on."""
        held = self._held[spec.code] = _Held(spec, page, self._key(spec))
        self._load(held)

    def drop(self, code: str) -> None:
        """The page goes; its draft stays kept for its owner."""
        self._held.pop(code, None)

    def keep(self) -> None:
        """Save what is typed and not yet saved; forget what is saved by now. Runs by itself every few seconds."""
        drafts, run = self._services.drafts, self._services.background.run
        for held in self._held.values():
            if not held.loaded or (draft := held.page.draft()) == held.kept:
                continue
            held.kept = draft
            if draft is None:
                run(drafts.forget, held.key)
            else:
                run(drafts.save, held.key, draft)

    def stop(self) -> None:
        """Keep all a last time; the window closes."""
        self.keep()
        self._timer.stop()

    def change_owner(self) -> list[str]:
        """Somebody else is here, or another post: keeps what was typed for its owner.

        Answers the pages that still show it: they are to be made anew. The others get what is the new owner's.
        """
        self.keep()
        stale = []
        for code, held in self._held.items():
            key = self._key(held.spec)
            if key == held.key:
                continue
            if held.page.draft() is not None:
                stale.append(code)
                continue
            fresh = self._held[code] = _Held(held.spec, held.page, key)
            self._load(fresh)
        return stale

    def _load(self, held: _Held) -> None:
        back = partial(self._back, held)
        self._services.background.run(self._services.drafts.load, held.key, done=back, owner=held.page)

    def _back(self, held: _Held, draft: Mapping[str, Any] | None) -> None:
        if self._held.get(held.spec.code) is not held:
            return  # somebody else by now
        held.kept, held.loaded = draft, True
        if draft:
            held.page.restore_draft(draft)
            self.restored.emit()

    def _key(self, spec: PageSpec) -> str:
        actor = self._services.session.actor
        owner = getattr(actor, "post_id", None) if spec.of_post else None
        owner = owner or getattr(actor, "staff_id", None)
        return f"{spec.code} {owner}" if owner else spec.code
