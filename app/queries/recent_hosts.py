"""Whom a returning visitor came to see lately (VIS-5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from app.db.store import Store
from app.db.visits import visits
from app.domain.people import Actor

LOOKED_AT = 40


@dataclass(frozen=True, slots=True)
class RecentHost:
    """A host with the purpose of the last visit there, and when that was."""

    host_id: UUID | None
    host: str
    purpose: str
    at: datetime


def recent_hosts(store: Store, actor: Actor, visitor_id: UUID, limit: int = 5) -> list[RecentHost]:
    """The different hosts of this visitor's last visits, newest first; at most 40 visits are looked at."""
    actor.need("visits.see")
    with store.reading() as connection:
        rows = connection.execute(_LAST, {"site": store.site.site_id, "visitor": visitor_id}).all()
    found: dict[tuple[UUID | None, str], RecentHost] = {}
    for row in rows:
        if row.host:
            seen = RecentHost(row.host_id, row.host, row.purpose, row.arrived_at)
            found.setdefault((row.host_id, row.host), seen)
    return list(found.values())[:limit]


_LAST = (
    sa.select(visits.c.host_id, visits.c.host, visits.c.purpose, visits.c.arrived_at)
    .where(
        visits.c.site_id == sa.bindparam("site"),
        visits.c.visitor_id == sa.bindparam("visitor"),
        visits.c.discarded_at.is_(None),
    )
    .order_by(visits.c.arrived_at.desc())
    .limit(LOOKED_AT)
)
