"""What every page gets. Made once in `main.py`; nothing else is shared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from app.ui.background import Background
from app.ui.change_bus import ChangeBus
from app.ui.jobs_view import JobRunner
from app.ui.language import Language
from app.ui.session import Session
from app.ui.theme import Look

if TYPE_CHECKING:
    from app.ui.readers import Readers


class Drafts(Protocol):
    """Half-filled forms, kept encrypted in `drafts.db`. Called in the worker thread (`background.run`)."""

    def load(self, key: str) -> Mapping[str, Any] | None:
        """The draft of this key, or None."""

    def save(self, key: str, value: Mapping[str, Any]) -> None:
        """Keep it, in place of an older one."""

    def forget(self, key: str) -> None:
        """It is saved for good, or was put aside by its writer."""


@dataclass(frozen=True, slots=True)
class Services:
    """What a page works with.

    `words("visits.returned")`, `theme.colour("ink")`, `background.run(query, house, actor, done=self._shown)`.

    `house` is handed to operations and queries untouched: pages never look into it. `readers` is asked for when it is
    needed: listening begins only once the window stands.
    """

    words: Language
    theme: Look
    background: Background
    bus: ChangeBus
    session: Session
    jobs: JobRunner
    drafts: Drafts
    house: Any
    readers: Callable[[], Readers | None] = lambda: None
