"""Who saw whole numbers, when and why, to be read by who may (VIS-14)."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from app.queries.disclosures import Disclosure, disclosed
from app.ui.paged_table_model import Answer, Column
from app.ui.site.table_section import TableSection

TABLES = frozenset({"disclosures"})
RIGHT = "audit.see"


class DisclosuresSection(TableSection):
    """The list, newest first; empty, with a sentence that says so, for who may not read it."""

    def columns(self) -> Sequence[Column]:
        """When, who, what and why."""
        return (
            Column("at", "site_page.disclosed_at", self._at, width=150),
            Column("who", "site_page.disclosed_by", lambda row: row.who, width=110),
            Column("what", "site_page.disclosed_what", self._what, width=230),
            Column("reason", "site_page.disclosed_reason", lambda row: row.reason),
        )

    def key(self, row: Disclosure) -> Hashable:
        """Its place in the list."""
        return row.after

    def note_text(self) -> str:
        """What the list is, for who may read it."""
        return self.words("site_page.disclosed_note") if self._may() else ""

    def empty_text(self) -> str:
        """Nothing yet, or nothing for who looks."""
        return self.words("site_page.disclosed_empty" if self._may() else "site_page.disclosed_not_yours")

    def shown(self) -> None:
        """The tab or section came to the front."""
        self.retranslate()
        self.model.reload()

    def changed(self, names: frozenset[str]) -> None:
        """Rows of these tables have changed somewhere."""
        if names & TABLES:
            self.model.refresh()

    def fetch(self, after: Any, limit: int, answer: Answer) -> None:
        """Page by page, of who may see them."""
        if not self._may():
            answer([])
            return
        self.services.background.run(
            disclosed,
            self.house,
            self.actor(),
            after,
            limit,
            done=answer,
            failed=self.not_loaded,
            owner=self,
        )

    def _may(self) -> bool:
        return self.services.session.may(RIGHT)

    def _at(self, row: Disclosure) -> str:
        local = row.at.astimezone(ZoneInfo(self.services.session.now.zone))
        return f"{local:%Y-%m-%d %H:%M}"

    def _what(self, row: Disclosure) -> str:
        if row.what == "export":
            return self.words(
                "site_page.disclosed_export", what=self.words(f"tables.about_{row.entity}"), file=row.file
            )
        return self.words("site_page.disclosed_request", number=row.number)
