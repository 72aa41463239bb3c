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
from app.db.secrets import Secrets
from app.db.store import Store
from app.db.visitor_keys import visitor_keys
from app.db.visits import visitor_recency, visitors, visits
from app.db.work import Work
from app.domain.names import same_name, typed_key
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
    created_at: datetime


def known_visitor(store: Store, work: Work, visitor_id: UUID | None) -> Known | None:
    """The visitor of that key, None for none."""
    if visitor_id is None:
        return None
    row = work.connection.execute(
        sa.select(visitors).where(visitors.c.site_id == work.site_id, visitors.c.id == visitor_id)
    ).first()
    if row is None:
        return None
    return opened_visitor(store, row)


def opened_visitor(store: Store, row: sa.Row[Any]) -> Known:
    """A row of `visitors` with its numbers opened."""
    unseal, site_id = store.secrets.open, store.site.site_id
    number = unseal(row.document_number, "visitors.document_number", site_id, row.id)
    phone = unseal(row.phone, "visitors.phone", site_id, row.id)
    return Known(row.id, row.name, row.document_kind, number, phone, row.plate, row.created_at)


def _by_number(store: Store, work: Work, number: str) -> Known | None:
    digest = store.secrets.digest("d", number)
    row = work.connection.execute(
        sa.select(visitors).where(visitors.c.site_id == work.site_id, visitors.c.document_digest == digest)
    ).first()
    return None if row is None else opened_visitor(store, row)


def wanted_key(secrets: Secrets, fields: Fields) -> str:
    """Where somebody is looked up whose number is not on file: by phone, else by plate, else by name."""
    if fields.phone:
        return secrets.search_key("p", fields.phone)
    return f"v:{fields.plate}" if fields.plate else typed_key(fields.visitor)


def means(fields: Fields, found: Known) -> bool:
    """Whether somebody of this name with this phone or plate is meant, or, with neither, one on file by name alone."""
    if not same_name(found.name, fields.visitor) or (fields.document_number and found.number):
        return False
    if fields.phone:
        return found.phone == fields.phone
    if fields.plate:
        return found.plate == fields.plate
    return not (found.number or found.phone or found.plate)


def _by_phone_or_name(store: Store, work: Work, fields: Fields) -> Known | None:
    for visitor_id in find(work.connection, work.site_id, SCOPE, wanted_key(store.secrets, fields), SAME_KEY):
        found = known_visitor(store, work, visitor_id)
        if found is not None and means(fields, found):
            return found
    return None


def kept(known: Known | None, key: UUID, fields: Fields, now: datetime, follows: bool = False) -> Known:
    """How the visitor stands on file after a record: what it says goes before what was known, except for the name.

    A person on file keeps their name unless it `follows` the record's.
    """
    return Known(
        key,
        fields.visitor if known is None or follows else known.name,
        fields.document_kind if fields.document_number or known is None else known.document_kind,
        fields.document_number or (known.number if known else ""),
        fields.phone or (known.phone if known else ""),
        fields.plate or (known.plate if known else ""),
        known.created_at if known else now,
    )


@dataclass(frozen=True, slots=True)
class Remembered:
    """Who a visit's visitor is on file, and whether that number is on file under another name (VIS-3)."""

    visitor_id: UUID | None
    other_name: bool = False


def remember(
    store: Store,
    work: Work,
    fields: Fields,
    known: Known | None,
    when: datetime,
    again: UUID | None = None,
    *,
    before: str = "",
    rename: bool = False,
) -> Remembered:
    """Keeps the visitor for the next time: their row, when they were here last, and the keys that find them.

    A document number is a person's, and a person on file keeps their name: another name is only answered, to be settled
    by somebody, unless `rename` says that it is the right one. `again` is the visitor of a record that is only
    completed (the visit counts once) and `before` the name it had: who is on file by this record alone follows it.
    """
    if not fields.visitor:
        return Remembered(again)
    known = _who(store, work, fields, known, again, before)
    key = known.id if known else work.new_key()
    row = _recency(work, key) if known else None
    follows = known is None or rename or _of_this_record(row, known, again, before)
    other_name = known is not None and not follows and not same_name(known.name, fields.visitor)
    now_known = kept(known, key, fields, work.now, follows)
    if known is None or known != now_known:
        _write_visitor(store, work, known, now_known)
    count = (row.visits if row else 0) + (0 if again == key else 1)
    last = when if row is None else max(row.last_visit_at, when)
    rank = recency_rank(last, count)
    old_keys = keys_of(store.secrets, known) if known and row else set()
    _move_keys(work, key, old_keys, row.rank if row else rank, keys_of(store.secrets, now_known), rank)
    values = {"visits": count, "rank": rank, "last_visit_at": last}
    if when == last:  # a record that is completed later says nothing of a visit since
        values |= {
            "last_post_id": work.actor.post_id,
            "last_host_id": fields.host_id,
            "last_host": fields.host,
            "last_purpose": fields.purpose,
        }
    if row is None:
        work.derive(visitor_recency.insert(), {"site_id": work.site_id, "visitor_id": key, **values})
    else:
        work.derive(visitor_recency.update().where(*_mine(work, key)).values(**values))
    return Remembered(key, other_name)


def _who(
    store: Store, work: Work, fields: Fields, known: Known | None, again: UUID | None, before: str
) -> Known | None:
    """The person on file whom a record means: whoever has its number, else one of that name."""
    number = fields.document_number
    if not number and known is not None and fields.document_kind == known.document_kind:
        number = known.number
    if number:
        by_number = known if known is not None and known.number == number else _by_number(store, work, number)
        if by_number is not None:
            return by_number
    for one in (known, known_visitor(store, work, again)):
        if one is None:
            continue
        if same_name(one.name, fields.visitor) or _of_this_record(_recency(work, one.id), one, again, before):
            return one
    return _by_phone_or_name(store, work, fields)


def _of_this_record(row: sa.Row[Any] | None, known: Known, again: UUID | None, before: str) -> bool:
    """Whether somebody is on file by the record that is being completed alone, and as it had them."""
    return row is not None and known.id == again and row.visits <= 1 and same_name(known.name, before)


def leave_behind(store: Store, work: Work, visitor_id: UUID) -> None:
    """A record turned out to be somebody else's: the visit no longer counts for this visitor.

    Who was on file by that record alone is forgotten, row and keys (VIS-14). Call it when the visit names the other.
    """
    known, row = known_visitor(store, work, visitor_id), _recency(work, visitor_id)
    if known is None or row is None:
        return
    theirs = sa.select(visits).where(visits.c.site_id == work.site_id, visits.c.visitor_id == visitor_id)
    newest = theirs.order_by(visits.c.arrived_at.desc()).limit(1)
    other = work.connection.execute(newest).first()
    keys = keys_of(store.secrets, known)
    if other is None and row.visits <= 1 and known.created_at >= row.last_visit_at:
        drop_keys(work, SCOPE, visitor_id, keys, row.rank)
        work.derive(visitor_recency.delete().where(*_mine(work, visitor_id)))
        work.delete(visitors, visitor_id)
        return
    count = max(row.visits - 1, 0)
    values: dict[str, Any] = {"visits": count}
    last = row.last_visit_at
    if other is not None:
        last = other.arrived_at
        values |= {
            "last_visit_at": last,
            "last_post_id": other.post_id,
            "last_host_id": other.host_id,
            "last_host": other.host,
            "last_purpose": other.purpose,
        }
    values["rank"] = rank = recency_rank(last, count)
    _move_keys(work, visitor_id, keys, row.rank, keys, rank)
    work.derive(visitor_recency.update().where(*_mine(work, visitor_id)).values(**values))


def _mine(work: Work, visitor_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    return visitor_recency.c.site_id == work.site_id, visitor_recency.c.visitor_id == visitor_id


def _recency(work: Work, visitor_id: UUID) -> sa.Row[Any] | None:
    return work.connection.execute(sa.select(visitor_recency).where(*_mine(work, visitor_id))).first()


def _move_keys(work: Work, key: UUID, old: set[str], old_rank: int, new: set[str], rank: int) -> None:
    """Makes the keys those of now, writing only what differs."""
    if old_rank != rank:
        drop_keys(work, SCOPE, key, old, old_rank)
        add_keys(work, SCOPE, key, new, rank)
    elif old != new:
        drop_keys(work, SCOPE, key, old - new, rank)
        add_keys(work, SCOPE, key, new - old, rank)


def _write_visitor(store: Store, work: Work, before: Known | None, after: Known) -> None:
    values = visitor_row(store, after)
    if before is None:
        work.insert(visitors, {"id": after.id, **values, "created_at": work.now})
    else:
        work.update(visitors, after.id, values)


def visitor_row(store: Store, one: Known) -> dict[str, Any]:
    """The columns of `visitors` that a record may change, sealed."""
    seal, site_id = store.secrets.seal, store.site.site_id
    return {
        "name": one.name,
        "document_kind": one.document_kind,
        "document_number": seal(one.number, "visitors.document_number", site_id, one.id),
        "document_digest": store.secrets.digest("d", one.number) if one.number else None,
        "phone": seal(one.phone, "visitors.phone", site_id, one.id),
        "plate": one.plate,
    }


def keys_of(secrets: Secrets, known: Known) -> set[str]:
    """Under what a visitor is found."""
    return visitor_keys(secrets, known.name, known.number, known.phone, known.plate)
