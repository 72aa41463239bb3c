"""A section that is one table to be read."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.errors import DomainError
from app.ui.paged_table_model import PAGE, Answer, Column, PagedTableModel
from app.ui.services import Services
from app.ui.site.section import Section
from app.ui.widgets.card import Card
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.tables import Table
from app.ui.widgets.text import Text


class TableSection(Section):
    """The card: the section's name, a note at its right, the table; while it has no rows, a sentence in its place.

    A section of this kind says what its columns, its rows and its texts are.
    """

    page = PAGE

    def __init__(self, services: Services, code: str, parent: QWidget | None = None) -> None:
        super().__init__(services, code, parent)
        theme = self.theme
        columns = self.columns()
        self.model = PagedTableModel(columns, self.fetch, self.key, self.words, page=self.page, parent=self)
        self.card = Card(theme, " ")
        self.note = Text(theme, role="caption", tone="ink_soft")
        self.card.add_right(self.note)
        self.table = Table(theme)
        self.table.setModel(self.model)
        self.table.set_columns(columns)
        self.empty = EmptyState(theme, "")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.empty)
        self.card.add(self.stack, 1)
        self.model.loaded.connect(self._loaded)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.card)
        self.retranslate()

    def columns(self) -> Sequence[Column]:
        """The table's columns, asked for once."""
        raise NotImplementedError

    def key(self, row: Any) -> Hashable:
        """What the page after this row begins behind."""
        raise NotImplementedError

    def fetch(self, after: Any, limit: int, answer: Answer) -> None:
        """The rows behind a key; `not_loaded` when they cannot be had."""
        raise NotImplementedError

    def note_text(self) -> str:
        """What stands at the card's right edge."""
        return ""

    def empty_text(self) -> str:
        """What is said while there is no row."""
        return ""

    def retranslate(self) -> None:
        """All texts in the language in force."""
        self.card.set_title(self.title())
        self.note.setText(self.note_text())
        self.empty.set(self.empty_text())
        self.model.retranslate()

    def enter(self) -> None:
        """The focus goes to where work begins."""
        front = self.stack.currentWidget()
        assert front is not None
        front.setFocus()

    def not_loaded(self, error: DomainError) -> None:
        """The rows could not be had: the next look asks again."""
        self.model.failed()
        self.show_error(error)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Left):
            self.leaving.emit()
        else:
            super().keyPressEvent(event)

    def _loaded(self) -> None:
        had_focus = self.stack.isAncestorOf(self.focusWidget() or self)
        self.stack.setCurrentWidget(self.table if self.model.rowCount() else self.empty)
        if had_focus:
            self.enter()
