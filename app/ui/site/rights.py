"""Who may do what: each right against each role, to be read (docs/rights.md)."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QWidget

from app.domain.people import RIGHTS, ROLES
from app.queries.people import rights_of_roles
from app.ui.paged_table_model import Answer, Column
from app.ui.services import Services
from app.ui.site.table_section import TableSection
from app.ui.widgets.rows import Cell

ROOM = 18  # logical px around a role's name: what the header keeps free left and right of a text
EDGE = 10  # and so many more at the table's right edge


@dataclass(frozen=True, slots=True)
class RightRow:
    """One right and the roles that hold it."""

    right: str
    roles: frozenset[str]


def _held(role: str, row: RightRow) -> str:
    return "✓" if role in row.roles else ""


def _held_cell(role: str, row: RightRow) -> Cell:
    return Cell(_held(role, row), "accent_ink", bold=True)


class RightsSection(TableSection):
    """The table of roles and rights as it stands in the database."""

    page = 1000

    def __init__(self, services: Services, code: str, parent: QWidget | None = None) -> None:
        super().__init__(services, code, parent)
        self._rows: list[RightRow] = []
        self.theme.changed.connect(self._spread)

    def columns(self) -> Sequence[Column]:
        """The right, and one column a role."""
        roles = (
            Column(role, f"site.role_{role}", partial(_held, role), cell=partial(_held_cell, role))
            for role in ROLES
        )
        return (Column("right", "site_page.right", self._text), *roles)

    def key(self, row: RightRow) -> Hashable:
        """The right's own name."""
        return str(row.right)

    def note_text(self) -> str:
        """They are not changed here."""
        return self.words("site_page.rights_note")

    def retranslate(self) -> None:
        """All texts in the language in force."""
        super().retranslate()
        self._spread()

    def shown(self) -> None:
        """The tab or section came to the front."""
        self.services.background.run(
            rights_of_roles, self.house, self.actor(), done=self._arrived, failed=self.show_error
        )

    def fetch(self, after: Any, limit: int, answer: Answer) -> None:
        """All of them at once."""
        answer([] if after is not None else self._rows)

    def _spread(self) -> None:
        """Each role's column as wide as its name in the language in force."""
        metrics = QFontMetrics(self.theme.font("body"))
        factor = self.theme.type_factor
        wide = {
            role: round(metrics.horizontalAdvance(self.words(f"site.role_{role}")) / factor) + ROOM
            for role in ROLES
        }
        wide[ROLES[-1]] += EDGE
        self.table.set_columns([replace(one, width=wide.get(one.code, 0)) for one in self.model.columns])

    def _arrived(self, rights: dict[str, frozenset[str]]) -> None:
        self._rows = [
            RightRow(right, frozenset(role for role, held in rights.items() if right in held))
            for right in RIGHTS
        ]
        self.model.refresh()

    def _text(self, row: RightRow) -> str:
        return self.words(f"site_page.right_{row.right.replace('.', '_')}")
