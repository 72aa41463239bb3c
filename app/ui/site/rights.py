"""Who may do what: each right against each role, to be read (docs/rights.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.people import RIGHTS, ROLES
from app.queries.people import rights_of_roles
from app.ui.paged_table_model import Column, PagedTableModel
from app.ui.services import Services
from app.ui.site.section import Section
from app.ui.widgets.card import Card
from app.ui.widgets.rows import Cell
from app.ui.widgets.tables import Table
from app.ui.widgets.text import Text

ROOM = 28  # logical px around a role's name


@dataclass(frozen=True, slots=True)
class RightRow:
    """One right and the roles that hold it."""

    right: str
    roles: frozenset[str]


def _held(role: str, row: RightRow) -> str:
    return "✓" if role in row.roles else ""


def _held_cell(role: str, row: RightRow) -> Cell:
    return Cell(_held(role, row), "accent_ink", bold=True)


class RightsSection(Section):
    """The table of roles and rights as it stands in the database."""

    def __init__(self, services: Services, code: str, parent: QWidget | None = None) -> None:
        super().__init__(services, code, parent)
        theme, words = self.theme, self.words
        self._rows: list[RightRow] = []
        columns = [Column("right", "site_page.right", self._text)]
        columns += [
            Column(role, f"site.role_{role}", partial(_held, role), cell=partial(_held_cell, role))
            for role in ROLES
        ]
        self._columns = columns
        self.model = PagedTableModel(
            columns, self._fetch, lambda row: str(row.right), words, page=1000, parent=self
        )
        self.card = Card(theme, " ")
        self.note = Text(theme, role="caption", tone="ink_soft")
        self.card.add_right(self.note)
        self.table = Table(theme)
        self.table.setModel(self.model)
        theme.changed.connect(self._spread)
        self.card.add(self.table, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.card)
        self.retranslate()

    def retranslate(self) -> None:
        """All texts in the language in force."""
        self.card.set_title(self.title())
        self.note.setText(self.words("site_page.rights_note"))
        self.model.retranslate()
        self._spread()

    def _spread(self) -> None:
        """Each role's column as wide as its name in the language in force."""
        metrics = QFontMetrics(self.theme.font("body"))
        factor = self.theme.type_factor
        columns = [
            replace(one, width=round(metrics.horizontalAdvance(self.words(one.title_code)) / factor) + ROOM)
            if one.code in ROLES
            else one
            for one in self._columns
        ]
        self.table.set_columns(columns)

    def shown(self) -> None:
        """The tab or section came to the front."""
        self.services.background.run(
            rights_of_roles, self.house, self.actor(), done=self._loaded, failed=self.show_error
        )

    def enter(self) -> None:
        """The focus goes to where work begins."""
        self.table.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Left):
            self.leaving.emit()
        else:
            super().keyPressEvent(event)

    def _loaded(self, rights: dict[str, frozenset[str]]) -> None:
        self._rows = [
            RightRow(right, frozenset(role for role, held in rights.items() if right in held))
            for right in RIGHTS
        ]
        self.model.refresh()

    def _fetch(self, after: object, limit: int, answer: object) -> None:
        assert callable(answer)
        answer([] if after is not None else self._rows)

    def _text(self, row: RightRow) -> str:
        return self.words(f"site_page.right_{row.right.replace('.', '_')}")
