"""What every page is: made when first shown, told when it is shown and hidden, asked for keys and drafts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.errors import DomainError
from app.ui import messages
from app.ui.services import Services

KeyGroups = Sequence[tuple[str, Sequence[tuple[str, str]]]]  # (group's title, [(keys, what they do)])


@dataclass(frozen=True, slots=True)
class Command:
    """Something that Ctrl+K can do on a page: its text, its key ("" if it has none), what runs."""

    text: str
    keys: str
    run: Callable[[], object]


class Page(QWidget):
    """Base of all pages. Made as `Class(services, parent)`; put the widgets up in `__init__`, query in `shown()`.

    Signals to the window: `counted(n, tone)` the count beside the tab's title ("" or "red"), `saved()` something is
    durable now, `message(text, tone)` and `error(DomainError)` for the strip, `wanted(code, argument)` another page,
    `leaving()` Esc where nothing else is left to close: back to the page that wanted this one.
    """

    page_code = ""

    counted = Signal(int, str)
    saved = Signal()
    message = Signal(str, str)
    error = Signal(object)
    wanted = Signal(str, object)
    leaving = Signal()

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.services = services
        self.words = services.words
        self.theme = services.theme

    def shown(self) -> None:
        """The page came to the front. Put the focus where work begins; query again what may have changed."""

    def hidden(self) -> None:
        """Another page came to the front. Nothing typed may go."""

    def open(self, argument: object) -> None:
        """Show this (a key, a filter): what `wanted` and Ctrl+K hand over. Called after `shown()`."""

    def retranslate(self) -> None:
        """Write all texts of the page itself again; children with `retranslate` are asked by the window."""

    def keys(self) -> KeyGroups:
        """The keys of this page for F1."""
        return ()

    def commands(self) -> Sequence[Command]:
        """What Ctrl+K offers while this page is in front."""
        return ()

    def draft(self) -> Mapping[str, Any] | None:
        """What is typed and not yet saved (JSON values), or None. Asked every few seconds and at closing."""
        return None

    def restore_draft(self, value: Mapping[str, Any]) -> None:
        """Put a kept draft back, after the page was made."""

    def show_error(self, error: DomainError) -> None:
        """At its field if a visible form of this page has it, else on the window's strip. Use it as `failed=`."""
        if not messages.at_field(error, self):
            self.error.emit(error)
