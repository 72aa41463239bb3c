"""Who saw whole numbers, when and why, to be read by who may (VIS-14)."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.queries.disclosures import Disclosure, disclosed
from app.ui.paged_table_model import Answer, Column, PagedTableModel
from app.ui.services import Services
from app.ui.site.section import Section
from app.ui.widgets.card import Card
from app.ui.widgets.tables import Table
from app.ui.widgets.text import Text

TABLES = frozenset({"disclosures"})
RIGHT = "audit.see"


class DisclosuresSection(Section):
    """The list, newest first; empty, with a line that says so, for who may not read it."""

    def __init__(self, services: Services, code: str, parent: QWidget | None = None) -> None:
        super().__init__(services, code, parent)
        theme = self.theme
        columns = [
            Column("at", "site_page.disclosed_at", self._at, width=150),
            Column("who", "site_page.disclosed_by", lambda row: row.who, width=110),
            Column("what", "site_page.disclosed_what", self._what, width=230),
            Column("reason", "site_page.disclosed_reason", lambda row: row.reason),
        ]
        self.model = PagedTableModel(columns, self._fetch, lambda row: row.after, self.words, parent=self)
        self.card = Card(theme, " ")
        self.note = Text(theme, role="caption", tone="ink_soft")
        self.card.add_right(self.note)
        self.table = Table(theme)
        self.table.setModel(self.model)
        self.table.set_columns(columns)
        self.card.add(self.table, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.card)
        self.retranslate()

    def retranslate(self) -> None:
        """All texts in the language in force."""
        self.card.set_title(self.title())
        may = self.services.session.may(RIGHT)
        self.note.setText(self.words("site_page.disclosed_note" if may else "site_page.disclosed_not_yours"))
        self.model.retranslate()

    def shown(self) -> None:
        """The tab or section came to the front."""
        self.retranslate()
        self.model.reload()

    def enter(self) -> None:
        """The focus goes to where work begins."""
        self.table.setFocus()

    def changed(self, names: frozenset[str]) -> None:
        """Rows of these tables have changed somewhere."""
        if names & TABLES:
            self.model.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Left):
            self.leaving.emit()
        else:
            super().keyPressEvent(event)

    def _fetch(self, after: Any, limit: int, answer: Answer) -> None:
        if not self.services.session.may(RIGHT):
            answer([])
            return
        self.services.background.run(
            disclosed,
            self.house,
            self.actor(),
            after,
            limit,
            done=answer,
            failed=self.show_error,
            owner=self,
        )

    def _at(self, row: Disclosure) -> str:
        local = row.at.astimezone(ZoneInfo(self.services.session.now.zone))
        return f"{local:%Y-%m-%d %H:%M}"

    def _what(self, row: Disclosure) -> str:
        if row.what == "export":
            return self.words(
                "site_page.disclosed_export", what=self.words(f"tables.about_{row.entity}"), file=row.file
            )
        return self.words("site_page.disclosed_request", number=row.number)
