"""Who saw whole numbers, when and why, for an auditor (VIS-14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.base import Instant, Key
from app.db.disclosures import disclosures
from app.db.people import staff
from app.db.requests import requests
from app.db.store import Store
from app.domain.people import Actor

PAGE = 100
After = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One time that numbers left unmasked.

    `what` is `unmask` or `export`; `entity` the table or the export's name; `number` the request's, "" for an export;
    `file` the export's file name, "" for what was shown on the screen. `after` is what the next page goes on from.
    """

    at: datetime
    who: str
    what: str
    entity: str
    number: str
    reason: str
    file: str
    after: After


def disclosed(store: Store, actor: Actor, after: After | None = None, limit: int = PAGE) -> list[Disclosure]:
    """The next of them, newest first.

    Raises:
        DomainError: `no_right` without `audit.see`; `damaged_value`.
    """
    actor.need("audit.see")
    site_id, unseal = store.site.site_id, store.secrets.open
    with store.reading() as connection:
        rows = connection.execute(disclosed_select(site_id, after, limit)).all()
    return [
        Disclosure(
            row.at,
            row.name,
            row.what,
            row.entity,
            row.number or "",
            unseal(row.reason, "disclosures.reason", site_id, row.id),
            unseal(row.file, "disclosures.file", site_id, row.id),
            (row.at, row.id),
        )
        for row in rows
    ]


def disclosed_select(site_id: int, after: After | None, limit: int) -> sa.Select[Any]:
    """The statement of a page: exposed so that a test can read its plan."""
    table = disclosures
    query = (
        sa.select(table, staff.c.name, requests.c.number)
        .join(staff, sa.and_(staff.c.site_id == table.c.site_id, staff.c.id == table.c.staff_id))
        .outerjoin(
            requests,
            sa.and_(
                requests.c.site_id == table.c.site_id,
                requests.c.id == table.c.row_id,
                table.c.entity == requests.name,
            ),
        )
        .where(table.c.site_id == site_id)
    )
    if after is not None:
        last = sa.tuple_(sa.literal(after[0], Instant), sa.literal(after[1], Key))
        query = query.where(sa.tuple_(table.c.at, table.c.id) < last)
    return query.order_by(table.c.at.desc(), table.c.id.desc()).limit(limit)
