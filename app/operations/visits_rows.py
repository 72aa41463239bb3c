"""A visit's row and the fields it holds, both ways: what registering and completing share (VIS-3, VIS-14)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.store import Store
from app.db.visits import visitors, visits
from app.db.work import Work
from app.domain.visits import Fields, has_clock, pass_text
from app.operations.visitors import Known

# The fields in clear that a form or a line shows as they are.
TYPED = ("visitor", "plate", "purpose", "pass_number")


def by_key(table: sa.Table, site_id: int, key: UUID) -> sa.Select[Any]:
    """The query for one row of a table."""
    return sa.select(table).where(table.c.site_id == site_id, table.c.id == key)


def exists(work: Work, key: UUID, table: sa.Table = visits) -> bool:
    """Whether there is such a row."""
    found = sa.select(table.c.id).where(table.c.site_id == work.site_id, table.c.id == key)
    return work.connection.execute(found).first() is not None


def still_known(work: Work, fields: Fields) -> Fields:
    """The fields without a visitor who is on file no more: the row of another record alone was forgotten with it."""
    if fields.visitor_id is None or exists(work, fields.visitor_id, visitors):
        return fields
    return replace(fields, visitor_id=None)


def columns(
    store: Store, key: UUID, received: datetime, fields: Fields, known: Known | None
) -> dict[str, Any]:
    """The columns that hold the fields: a known visitor's own number and phone where none was typed."""
    number = fields.document_number or (
        known.number if known and fields.document_kind == known.document_kind else ""
    )
    phone = fields.phone or (known.phone if known else "")
    seal, site_id = store.secrets.seal, store.site.site_id
    return {
        "visitor_id": known.id if known else None,
        "visitor": fields.visitor,
        "document_kind": fields.document_kind,
        "document_number": seal(number, "visits.document_number", site_id, key),
        "phone": seal(phone, "visits.phone", site_id, key),
        "plate": fields.plate,
        "host_id": fields.host_id,
        "host": fields.host,
        "purpose": fields.purpose,
        "pass_number": pass_text(fields.pass_number),
        "way_in": fields.way_in,
        "override_reason": fields.override_reason,
        "none_reason": fields.none_reason,
        "document_received_at": received if has_clock(fields.document_kind, fields.way_in) else None,
    }


def fields_of(store: Store, row: sa.Row[Any]) -> Fields:
    """What a visit's row holds, its numbers opened."""
    unseal, site_id = store.secrets.open, store.site.site_id
    names = [name for name in Fields.__slots__ if name not in ("document_number", "phone")]
    return Fields(
        **{name: getattr(row, name) for name in names},
        document_number=unseal(row.document_number, "visits.document_number", site_id, row.id),
        phone=unseal(row.phone, "visits.phone", site_id, row.id),
    )


def with_kept(store: Store, fields: Fields, row: Any) -> Fields:
    """The fields with the row's own number and phone where none is given: those never leave the file (VIS-14).

    A row whose document turned out to be *none* keeps its phone: its number is of another kind and stays behind.
    """
    if fields.visitor_id not in (None, row.visitor_id):
        return fields
    unseal, site_id = store.secrets.open, store.site.site_id
    number, phone = fields.document_number, fields.phone
    if not number and fields.document_kind == row.document_kind:
        number = unseal(row.document_number, "visits.document_number", site_id, row.id)
    if not phone:
        phone = unseal(row.phone, "visits.phone", site_id, row.id)
    return replace(fields, document_number=number, phone=phone)
