"""Rows that a later version's lists begin with: an upgrade gives them to a site that is there already (VIS-1, VIS-16).

They are written after the migration that makes their tables, with change and audit records like any other. A list that
has rows already is left alone.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from app.db.handover import counted_things, tally_kinds
from app.db.site import sites
from app.db.work import Work
from app.domain.site_lists import COUNTED_THINGS, TALLY_KINDS

ADDED_IN = "0007"


def add_rows(work: Work, found: str) -> None:
    """The kinds of tallies and the things counted, if the version that was found did not know them."""
    if not "" < found < ADDED_IN:
        return
    kind = work.connection.execute(
        sa.select(sites.c.kind).where(sites.c.site_id == work.site_id)
    ).scalar_one()
    first: dict[sa.Table, list[dict[str, Any]]] = {
        tally_kinds: [{"name": name, "turned_away": away} for name, away in TALLY_KINDS[kind]],
        counted_things: [{"name": name, "post_id": None} for name in COUNTED_THINGS],
    }
    for table, rows in first.items():
        there = sa.select(table.c.id).where(table.c.site_id == work.site_id).limit(1)
        if work.connection.execute(there).first() is None:
            for position, values in enumerate(rows, 1):
                work.insert(table, {"id": work.new_key(), **values, "position": position, "active": True})
