"""What every section of the Site tab is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.people import Actor
from app.errors import DomainError
from app.ui import messages
from app.ui.page import Command
from app.ui.services import Services


class Section(QWidget):
    """One section: made when first opened. Signals go on to the page, which goes on to the window."""

    saved = Signal()
    message = Signal(str, str)
    error = Signal(object)
    leaving = Signal()  # the focus goes back to the list of sections

    def __init__(self, services: Services, code: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.services, self.code = services, code
        self.words, self.theme = services.words, services.theme

    @property
    def house(self) -> Any:
        """What operations and queries are handed."""
        return self.services.house

    def look_only(self, right: str) -> str:
        """What is said to who may look but not change."""
        return self.words(
            "site_page.no_right", right=self.words(f"site_page.right_{right.replace('.', '_')}")
        )

    def actor(self) -> Actor:
        """Who is signed in."""
        return cast("Actor", self.services.session.actor)

    def title(self) -> str:
        """The section's name."""
        return self.words(f"site_page.section_{self.code}")

    def shown(self) -> None:
        """It came to the front: query again."""

    def enter(self) -> None:
        """Put the focus where work begins."""

    def add(self) -> None:
        """Ctrl+N."""

    def changed(self, names: frozenset[str]) -> None:
        """Rows of these tables have changed somewhere."""

    def commands(self) -> Sequence[Command]:
        """What Ctrl+K offers while this section is in front."""
        return ()

    def draft(self) -> Mapping[str, Any] | None:
        """What is typed and not saved."""
        return None

    def restore_draft(self, value: Mapping[str, Any]) -> None:
        """Put it back."""

    def show_error(self, error: DomainError) -> None:
        """At its field, else on the strip."""
        if not messages.at_field(error, self):
            self.error.emit(error)
