"""Imported visitors and past visits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.people import staff
from app.db.search import add_keys, drop_keys, find
from app.db.site import customers, posts
from app.db.store import Store
from app.db.visitor_keys import visitor_keys
from app.db.visits import departures, pass_returns, visitor_recency, visitors, visits
from app.db.work import Work
from app.domain.business_day import day_bounds, day_of, shift_at
from app.domain.names import same_name, typed_key
from app.domain.people import Actor
from app.domain.tables import SheetRow
from app.domain.visits import OTHER_NAME, WAYS_IN, Fields, has_clock, missing, pass_text, recency_rank
from app.operations.import_rows import RowError, document, moment, name, phone, plate, text

SCOPE = "visitor"
SAME_NAME = 200


@dataclass(frozen=True, slots=True)
class Given:
    """A visitor as a row gives them; "" where it says nothing."""

    name: str
    document_kind: str
    number: str
    phone: str
    plate: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A past visit, as far as it says how recent its visitor is and where they went."""

    arrived: datetime
    post_id: UUID
    host_id: UUID | None
    host: str
    purpose: str

    def last(self) -> dict[str, Any]:
        """The columns of the newest visit."""
        return {
            "last_post_id": self.post_id,
            "last_host_id": self.host_id,
            "last_host": self.host,
            "last_purpose": self.purpose,
        }


NOWHERE = {"last_post_id": None, "last_host_id": None, "last_host": "", "last_purpose": ""}


def visitors_taker(store: Store, actor: Actor, work: Work) -> Callable[[SheetRow], str]:
    """Takes rows of visitors: by document number, else by name with phone or plate, else by name alone."""
    today = day_of(work.now, store.site.zone)

    def take(row: SheetRow) -> str:
        given = _given(row, today)
        known = _known(store, work, given)
        if known is not None and given.number and not same_name(known.name, given.name):
            raise RowError("bad_other_name", "visitor", known.name)
        return _keep(store, work, given, known)[1]

    return take


def visits_taker(store: Store, actor: Actor, work: Work) -> Callable[[SheetRow], str]:
    """Takes rows of past visits: by post, time and name. Who has no time of leaving is closed by rule."""
    zone, site_id = store.site.zone, work.site_id
    today = day_of(work.now, zone)
    starts = store.setting(work.connection, "day_starts", 0)
    shifts = store.shifts(work.connection)
    post_ids = _by_name(work, posts)
    guard_ids = _by_name(work, staff)
    host_ids = _by_name(work, customers)

    def take(row: SheetRow) -> str:
        given = _given(row, today)
        arrived = moment(row, "arrived_at", zone, work.now, needed=True)
        assert arrived is not None
        received = moment(row, "document_received_at", zone, work.now)
        returned = moment(row, "document_returned_at", zone, work.now)
        left = moment(row, "left_at", zone, work.now)
        for column, later, earlier in (
            ("document_returned_at", returned, received or arrived),
            ("left_at", left, arrived),
        ):
            if later is not None and later < earlier:
                raise RowError("bad_order", column)
        post, guard = name(row, "post"), text(row, "guard")
        if post not in post_ids:
            raise RowError("bad_post", "post", post)
        if guard and guard not in guard_ids:
            raise RowError("bad_guard", "guard", guard)
        guard_id = guard_ids.get(guard, actor.staff_id)
        if guard_id is None:
            raise RowError("bad_needed", "guard")
        # With both times another program measured it; without, somebody wrote it down afterwards.
        way_in = text(row, "way_in") or ("typed" if received and returned else "late")
        if way_in not in WAYS_IN:
            raise RowError("bad_way_in", "way_in", way_in)
        same = work.connection.execute(
            sa.select(visits.c.id).where(
                visits.c.site_id == site_id,
                visits.c.post_id == post_ids[post],
                visits.c.arrived_at == arrived,
                visits.c.visitor == given.name,
            )
        ).first()
        if same is not None:
            return "unchanged"
        host, purpose = text(row, "host"), text(row, "purpose")
        day = day_of(arrived, zone, starts)
        end = left or min(day_bounds(day, zone, starts)[1] - timedelta(seconds=1), work.now)
        known = _known(store, work, given)
        visit = Visit(arrived, post_ids[post], host_ids.get(host), host, purpose)
        visitor_id = _keep(store, work, given, known, visit)[0]
        if known is not None:
            _count_visit(store, work, visitor_id, visit)
        fields = Fields(
            visitor_id,
            given.name,
            given.document_kind,
            given.number,
            given.phone,
            given.plate,
            None,
            host,
            purpose,
        )
        lacks = missing(fields)
        if known is not None and given.number and not same_name(known.name, given.name):
            lacks |= OTHER_NAME  # as at the post: both names stay, and somebody says which is right (VIS-3)
        key = work.new_key()
        seal = store.secrets.seal
        count = work.number("visits", day.year * 10000 + day.month * 100 + day.day)
        pass_number = pass_text(text(row, "pass_number"))
        # A slip that was keyed in afterwards has no clock, nor has a visit without a document (VIS-2).
        clocked = has_clock(given.document_kind, way_in)
        held = (returned - received).total_seconds() if clocked and returned and received else None
        registered = returned or arrived
        work.insert(
            visits,
            {
                "id": key,
                "number": f"{day:%m%d}-{store.writer.letter}{count:03d}",
                "writer_id": work.writer_id,
                "post_id": post_ids[post],
                "guard_id": guard_id,
                "visitor_id": visitor_id,
                "visitor": given.name,
                "document_kind": given.document_kind,
                "document_number": seal(given.number, "visits.document_number", site_id, key),
                "phone": seal(given.phone, "visits.phone", site_id, key),
                "plate": given.plate,
                "host_id": host_ids.get(host),
                "host": host,
                "purpose": purpose,
                "pass_number": pass_number,
                "way_in": way_in,
                "arrived_at": arrived,
                "day": day,
                "shift": shift_at(arrived, zone, shifts),
                "document_received_at": received,
                "document_returned_at": returned if received else None,
                "registered_at": registered,
                "held_seconds": held,
                # Measured by another program, on a clock that we do not know.
                "held_estimated": True,
                "boot": "",
                "started_monotonic": 0.0,
                "over_reason": "",
                "override_reason": "",
                "none_reason": "",
                "missing": lacks,
                "missing_at_return": lacks,
                "completed_at": None if lacks else registered,
                "corrected_at": None,
                "discarded_at": None,
                "discard_reason": "",
            },
        )
        gone = {"visit_id": key, "left_at": end, "post_id": None, "staff_id": None, "by_rule": left is None}
        work.insert(departures, {"id": work.new_key(), **gone})
        if pass_number:
            back = {"visit_id": key, "returned_at": end, "staff_id": None}
            work.insert(pass_returns, {"id": work.new_key(), **back})
        return "added"

    return take


def _given(row: SheetRow, today: Any) -> Given:
    kind, number = document(row, today)
    return Given(name(row, "visitor"), kind, number, phone(row), plate(row))


def _by_name(work: Work, table: sa.Table) -> dict[str, UUID]:
    rows = work.connection.execute(
        sa.select(table.c.name, table.c.id).where(table.c.site_id == work.site_id, table.c.active)
    )
    return {row.name: row.id for row in rows}


def _known(store: Store, work: Work, given: Given) -> sa.Row[Any] | None:
    """The visitor on file whom a row means."""
    mine = sa.select(visitors).where(visitors.c.site_id == work.site_id)
    if given.number:
        digest = store.secrets.digest("d", given.number)
        return work.connection.execute(mine.where(visitors.c.document_digest == digest).limit(1)).first()
    keys = []
    if given.phone:
        keys.append(store.secrets.search_key("p", given.phone))
    if given.plate:
        keys.append(f"v:{given.plate}")
    for key in keys or [typed_key(given.name)]:
        ids = find(work.connection, work.site_id, SCOPE, key, SAME_NAME) if key else []
        query = mine.where(visitors.c.id.in_(ids), visitors.c.name == given.name).order_by(visitors.c.id)
        if not keys:
            query = query.where(visitors.c.document_digest.is_(None))
        found = work.connection.execute(query.limit(1)).first() if ids else None
        if found is not None:
            return found
    return None


def _keep(
    store: Store, work: Work, given: Given, known: sa.Row[Any] | None, visit: Visit | None = None
) -> tuple[UUID, str]:
    """Adds the visitor, or writes the phone and plate that are new; answers the key and what it became."""
    secrets, site_id = store.secrets, work.site_id
    if known is None:
        key = work.new_key()
        values = {
            "name": given.name,
            "document_kind": given.document_kind,
            "document_number": secrets.seal(given.number, "visitors.document_number", site_id, key),
            "document_digest": secrets.digest("d", given.number) if given.number else None,
            "phone": secrets.seal(given.phone, "visitors.phone", site_id, key),
            "plate": given.plate,
            "created_at": work.now,
        }
        work.insert(visitors, {"id": key, **values})
        last, count = (work.now, 0) if visit is None else (visit.arrived, 1)
        rank = recency_rank(last, count)
        keys = visitor_keys(secrets, given.name, given.number, given.phone, given.plate)
        add_keys(work, SCOPE, key, keys, rank)
        own = {"site_id": site_id, "visitor_id": key, "visits": count, "rank": rank, "last_visit_at": last}
        work.derive(visitor_recency.insert(), {**own, **(NOWHERE if visit is None else visit.last())})
        return key, "added"
    before = _opened(store, work, known)
    after = Given(
        before.name,
        before.document_kind,
        before.number,
        given.phone or before.phone,
        given.plate or before.plate,
    )
    if after == before:
        return known.id, "unchanged"
    values = {"phone": secrets.seal(after.phone, "visitors.phone", site_id, known.id), "plate": after.plate}
    work.update(visitors, known.id, values)
    old, new = _keys(store, before), _keys(store, after)
    now_rank = work.connection.execute(
        sa.select(visitor_recency.c.rank).where(
            visitor_recency.c.site_id == site_id, visitor_recency.c.visitor_id == known.id
        )
    ).scalar()
    drop_keys(work, SCOPE, known.id, old - new, now_rank or 0)
    add_keys(work, SCOPE, known.id, new - old, now_rank or 0)
    return known.id, "updated"


def _opened(store: Store, work: Work, row: sa.Row[Any]) -> Given:
    unseal, site_id = store.secrets.open, work.site_id
    return Given(
        row.name,
        row.document_kind,
        unseal(row.document_number, "visitors.document_number", site_id, row.id),
        unseal(row.phone, "visitors.phone", site_id, row.id),
        row.plate,
    )


def _keys(store: Store, one: Given) -> set[str]:
    return visitor_keys(store.secrets, one.name, one.number, one.phone, one.plate)


def _count_visit(store: Store, work: Work, visitor_id: UUID, visit: Visit) -> None:
    """One more visit of somebody known: how far up they stand, and where they went if it is their newest."""
    mine = visitor_recency.c.site_id == work.site_id, visitor_recency.c.visitor_id == visitor_id
    row = work.connection.execute(sa.select(visitor_recency).where(*mine)).first()
    count = (row.visits if row else 0) + 1
    newest = row is None or row.visits == 0 or visit.arrived >= row.last_visit_at
    last = visit.arrived if row is None or newest else row.last_visit_at
    rank = recency_rank(last, count)
    values: dict[str, Any] = {"visits": count, "rank": rank, "last_visit_at": last}
    if newest:
        values |= visit.last()
    if row is None:
        own = {"site_id": work.site_id, "visitor_id": visitor_id}
        work.derive(visitor_recency.insert(), {**own, **values})
    else:
        work.derive(visitor_recency.update().where(*mine).values(**values))
    old_rank = row.rank if row else 0
    if rank != old_rank:
        person = work.connection.execute(
            sa.select(visitors).where(visitors.c.site_id == work.site_id, visitors.c.id == visitor_id)
        ).one()
        keys = _keys(store, _opened(store, work, person))
        drop_keys(work, SCOPE, visitor_id, keys, old_rank)
        add_keys(work, SCOPE, visitor_id, keys, rank)
