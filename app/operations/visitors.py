"""Who is remembered for the next time: a visitor's row, when they were here last, and the keys that find them (VIS-5).

A person is known by document number; without one by name with phone or plate; with neither by name alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.search import add_keys, drop_keys, find
from app.db.store import Store
from app.db.visitor_keys import visitor_keys
from app.db.visits import visitor_recency, visitors
from app.db.work import Work
from app.domain.names import typed_key
from app.domain.visits import Fields, recency_rank

SCOPE = "visitor"
SAME_KEY = 50


@dataclass(frozen=True, slots=True)
class Known:
    """A visitor on file, opened."""

    id: UUID
    name: str
    document_kind: str
    number: str
    phone: str
    plate: str


def known_visitor(store: Store, work: Work, visitor_id: UUID | None) -> Known | None:
    """The visitor of that key, None for none."""
    if visitor_id is None:
        return None
    row = work.connection.execute(
        sa.select(visitors).where(visitors.c.site_id == work.site_id, visitors.c.id == visitor_id)
    ).first()
    if row is None:
        return None
    return _opened(store, row)


def _opened(store: Store, row: sa.Row[Any]) -> Known:
    unseal, site_id = store.secrets.open, store.site.site_id
    number = unseal(row.document_number, "visitors.document_number", site_id, row.id)
    phone = unseal(row.phone, "visitors.phone", site_id, row.id)
    return Known(row.id, row.name, row.document_kind, number, phone, row.plate)


def _by_number(store: Store, work: Work, number: str) -> Known | None:
    digest = store.secrets.digest("d", number)
    row = work.connection.execute(
        sa.select(visitors).where(visitors.c.site_id == work.site_id, visitors.c.document_digest == digest)
    ).first()
    return None if row is None else _opened(store, row)


def _by_phone_or_name(store: Store, work: Work, fields: Fields) -> Known | None:
    """Somebody of this name with this phone or plate, or, with neither, one on file by name alone."""
    if fields.phone:
        key = store.secrets.search_key("p", fields.phone)
    elif fields.plate:
        key = f"v:{fields.plate}"
    else:
        key = typed_key(fields.visitor)
    for visitor_id in find(work.connection, work.site_id, SCOPE, key, SAME_KEY):
        found = known_visitor(store, work, visitor_id)
        if found is None or found.name != fields.visitor or (fields.document_number and found.number):
            continue
        bare = not (found.number or found.phone or found.plate)
        if bare or fields.phone or fields.plate:
            return found
    return None


def _forget_stub(store: Store, work: Work, stub_id: UUID) -> None:
    """A record's visitor by name alone turned out to be somebody on file: the stub is found no more."""
    stub = known_visitor(store, work, stub_id)
    recency = visitor_recency.c.site_id == work.site_id, visitor_recency.c.visitor_id == stub_id
    row = work.connection.execute(sa.select(visitor_recency).where(*recency)).first()
    if stub is None or row is None or row.visits != 1 or stub.number:
        return
    drop_keys(work, SCOPE, stub_id, _keys(store, stub), row.rank)
    work.derive(visitor_recency.delete().where(*recency))


def remember(
    store: Store, work: Work, fields: Fields, known: Known | None, when: datetime, again: UUID | None = None
) -> UUID | None:
    """Keeps the visitor for the next time: their row, when they were here last, and the keys that find them.

    `again` is the visitor of a record that is only completed: the visit counts once. A document number is a person's:
    a typed number that is on file is that person, whatever the name was typed as.
    """
    if not fields.visitor:
        return again
    if fields.document_number:
        known = _by_number(store, work, fields.document_number) or known
    if known is not None and again is not None and known.id != again:
        _forget_stub(store, work, again)
    if known is None and again is not None:
        known = known_visitor(store, work, again)
    if known is None:
        known = _by_phone_or_name(store, work, fields)
    key = known.id if known else work.new_key()
    now_known = Known(
        key,
        fields.visitor,
        fields.document_kind if fields.document_number or known is None else known.document_kind,
        fields.document_number or (known.number if known else ""),
        fields.phone or (known.phone if known else ""),
        fields.plate or (known.plate if known else ""),
    )
    if known is None or known != now_known:
        _write_visitor(store, work, known, now_known)
    row = work.connection.execute(
        sa.select(visitor_recency).where(
            visitor_recency.c.site_id == work.site_id, visitor_recency.c.visitor_id == key
        )
    ).first()
    count = (row.visits if row else 0) + (0 if again == key else 1)
    last = when if row is None else max(row.last_visit_at, when)
    rank = recency_rank(last, count)
    old_keys = _keys(store, known) if known and row else set()
    new_keys = _keys(store, now_known)
    if row is None or row.rank != rank:
        drop_keys(work, SCOPE, key, old_keys, row.rank if row else rank)
        add_keys(work, SCOPE, key, new_keys, rank)
    elif old_keys != new_keys:
        drop_keys(work, SCOPE, key, old_keys - new_keys, rank)
        add_keys(work, SCOPE, key, new_keys - old_keys, rank)
    values = {
        "visits": count,
        "rank": rank,
        "last_visit_at": last,
        "last_post_id": work.actor.post_id,
        "last_host_id": fields.host_id,
        "last_host": fields.host,
        "last_purpose": fields.purpose,
    }
    if row is None:
        work.derive(visitor_recency.insert(), {"site_id": work.site_id, "visitor_id": key, **values})
    else:
        work.derive(
            visitor_recency.update()
            .where(visitor_recency.c.site_id == work.site_id, visitor_recency.c.visitor_id == key)
            .values(**values)
        )
    return key


def _write_visitor(store: Store, work: Work, before: Known | None, after: Known) -> None:
    seal, site_id = store.secrets.seal, store.site.site_id
    values: dict[str, Any] = {
        "name": after.name,
        "document_kind": after.document_kind,
        "document_number": seal(after.number, "visitors.document_number", site_id, after.id),
        "document_digest": store.secrets.digest("d", after.number) if after.number else None,
        "phone": seal(after.phone, "visitors.phone", site_id, after.id),
        "plate": after.plate,
    }
    if before is None:
        work.insert(visitors, {"id": after.id, **values, "created_at": work.now})
    else:
        work.update(visitors, after.id, values)


def _keys(store: Store, known: Known) -> set[str]:
    return visitor_keys(store.secrets, known.name, known.number, known.phone, known.plate)
