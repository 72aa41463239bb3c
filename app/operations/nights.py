"""The night's closing: who was never checked out is closed by rule, and marked so (VIS-10).

Every window asks for it every few minutes. A night is closed once for the site: its row says so, and whoever comes
second, on this PC or another, finds it. A PC that was off for days closes the last night only: that is enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.db.evacuation import nights_closed
from app.db.stays import stay_rule
from app.db.store import Store
from app.db.visits import departures, on_site, visits
from app.db.work import Work
from app.domain.people import pc_actor
from app.domain.stays import NIGHT_CLOSES, closed_since, last_time

PORTION = 100
"""So many are closed in one transaction: a key at the post waits for no more."""


@dataclass(frozen=True, slots=True)
class Night:
    """A night's closing: of which day, how many it has closed so far, and whether that is all."""

    night: date
    closed: int
    over: bool


def close_night(store: Store, most: int = PORTION) -> Night | None:
    """Closes the next of those who are over time since the last night's hour; None when that night is closed already.

    Call it again until `over`. It is the PC's own doing: nobody has to be signed in. A departure by rule says that the
    program ended the visit at that hour, not that anybody was seen; a pass that is out stays out (VIS-9).

    A clock that was set back finds its night closed already, or an earlier one that has nobody left to close.

    Raises:
        DomainError: what a database fails at.
    """
    with store.reading() as connection:
        night, boundary = _night(store, connection)
        if _is_closed(store, connection, night):
            return None

    def body(work: Work) -> Night | None:
        if _is_closed(store, work.connection, night):
            return None
        rule = stay_rule(store, work.connection)
        stays = sa.select(on_site.c.visit_id, visits.c.registered_at).join(
            visits, sa.and_(visits.c.site_id == on_site.c.site_id, visits.c.id == on_site.c.visit_id)
        )
        # Registered before the hour too: who was keyed in this morning is still to be seen off by hand.
        query = stays.where(
            on_site.c.site_id == work.site_id,
            on_site.c.since <= closed_since(boundary, rule, store.site.zone),
            visits.c.registered_at <= boundary,
        )
        rows = work.connection.execute(query.order_by(on_site.c.since).limit(most)).all()
        for row in rows:
            _close(work, row, boundary)
        over = len(rows) < most
        closed = _count(work, boundary)
        if over:
            values = {"night": night, "at": work.now, "boundary": boundary, "closed": closed}
            work.insert(nights_closed, {"id": work.new_key(), **values})
        return Night(night, closed, over)

    return store.work(pc_actor(), "visits.close_night", body)


def _night(store: Store, connection: sa.Connection) -> tuple[date, datetime]:
    minutes = store.setting(connection, "night_closes", NIGHT_CLOSES)
    return last_time(store.clock.now(), minutes, store.site.zone)


def _is_closed(store: Store, connection: sa.Connection, night: date) -> bool:
    closed = sa.select(nights_closed.c.id).where(
        nights_closed.c.site_id == store.site.site_id, nights_closed.c.night == night
    )
    return connection.execute(closed.limit(1)).first() is not None


def _close(work: Work, row: Any, boundary: datetime) -> None:
    gone = work.connection.execute(
        on_site.delete().where(on_site.c.site_id == work.site_id, on_site.c.visit_id == row.visit_id)
    )
    if gone.rowcount == 1:
        values = {"visit_id": row.visit_id, "left_at": boundary, "post_id": None, "staff_id": None}
        work.insert(departures, {"id": work.new_key(), **values, "by_rule": True})


def _count(work: Work, boundary: datetime) -> int:
    mine = departures.c.site_id == work.site_id, departures.c.by_rule, departures.c.left_at == boundary
    return work.connection.execute(
        sa.select(sa.func.count()).select_from(departures).where(*mine)
    ).scalar_one()
