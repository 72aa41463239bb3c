"""A handover as the guards see it before they sign, and as it was signed, to be printed again (VIS-16).

What was signed is kept as figures and keys: names come from the rows themselves, so that a purge of persons (VIS-14)
reaches a reprint too, and only shows — there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.handover import handover_takings, handovers
from app.db.handover_read import LISTS, Present, last_counts, last_handover, present, things_of
from app.db.people import staff
from app.db.site import posts
from app.db.store import Store
from app.db.visits import visits
from app.domain.handover import Counted, period_begin, shift_of
from app.domain.masks import mask
from app.domain.people import Actor
from app.queries.duty_log import DutyLine, lines_of


@dataclass(frozen=True, slots=True)
class Somebody:
    """A visit as a handover names it; `phone_shown` is masked and given where there is no name and no plate."""

    visit_id: UUID
    number: str
    visitor: str
    plate: str
    phone_shown: str
    host: str
    pass_number: str
    since: datetime
    missing: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What there is to hand over: whole figures, and the rows behind them (`MOST_LISTED` of each at most)."""

    visits: int
    on_site: int
    on_site_here: int
    tallies: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[str, int], ...]
    overdue: tuple[Somebody, ...]
    passes_out: tuple[Somebody, ...]
    unfinished: tuple[Somebody, ...]
    open: tuple[Somebody, ...]
    lines: tuple[DutyLine, ...]
    standing: tuple[DutyLine, ...]
    counts: dict[str, int]

    @property
    def leader(self) -> str:
        """The leader on duty, "" when none is noted."""
        return next((line.text for line in self.standing if line.kind == "leader"), "")

    @property
    def orders(self) -> tuple[DutyLine, ...]:
        """Orders from above that are not done."""
        return tuple(line for line in self.standing if line.kind == "order")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A handover that nobody has taken over yet."""

    handover_id: UUID
    at: datetime
    outgoing_id: UUID
    outgoing: str


@dataclass(frozen=True, slots=True)
class HandoverPage:
    """What the outgoing guard sees. `after` is the handover before; `has_pin` whether he can sign at all."""

    after: UUID | None
    since: datetime
    now: datetime
    shift: str
    day: date
    seen: Seen
    things: tuple[Counted, ...]
    waiting: Waiting | None
    has_pin: bool


@dataclass(frozen=True, slots=True)
class HandoverSheet:
    """A handover as it was signed; `incoming` "" while it is not taken over. `heads`: letter, seq, digest in hex."""

    handover_id: UUID
    post: str
    day: date
    shift: str
    since: datetime
    at: datetime
    outgoing: str
    incoming: str
    taken_at: datetime | None
    notes: str
    seen: Seen
    things: tuple[Counted, ...]
    heads: tuple[tuple[str, int, str], ...]


def handover_page(store: Store, actor: Actor) -> HandoverPage:
    """What the actor's post would hand over now."""
    actor.need("visits.see")
    site_id, zone, now = store.site.site_id, store.site.zone, store.clock.now()
    with store.reading() as connection:
        shifts, starts = store.shifts(connection), store.setting(connection, "day_starts", 0)
        last = last_handover(connection, site_id, actor.post_id)
        since = period_begin(now, zone, shifts, starts, None if last is None else last.at, leaving=True)
        there = present(connection, site_id, actor.post_id, now, since)
        shift, day = shift_of(since, now, zone, shifts, starts)
        before = last_counts(last)
        things = tuple(
            Counted(name, before.get(name), None) for name in things_of(connection, site_id, actor.post_id)
        )
        has_pin = bool(
            connection.execute(
                sa.select(staff.c.pin_hash).where(staff.c.site_id == site_id, staff.c.id == actor.staff_id)
            ).scalar()
        )
        seen = _seen(store, connection, there)
        waits = None if last is None else _waiting(store, connection, last)
    return HandoverPage(
        None if last is None else last.id, since, now, shift, day, seen, things, waits, has_pin
    )


def waiting(store: Store, actor: Actor) -> Waiting | None:
    """The post's newest handover if nobody has taken it over yet."""
    actor.need("visits.see")
    with store.reading() as connection:
        last = last_handover(connection, store.site.site_id, actor.post_id)
        return None if last is None else _waiting(store, connection, last)


def handover_sheets(
    store: Store, actor: Actor, post_id: UUID, day: date | None = None, shift: str = ""
) -> list[HandoverSheet]:
    """The handovers of a post and day in order, of one shift if asked; the newest alone without a day."""
    actor.need("visits.see")
    table = handovers
    query = (
        sa.select(table, posts.c.name.label("post"), staff.c.name.label("outgoing"))
        .join(posts, sa.and_(posts.c.site_id == table.c.site_id, posts.c.id == table.c.post_id))
        .join(staff, sa.and_(staff.c.site_id == table.c.site_id, staff.c.id == table.c.outgoing_id))
        .where(table.c.site_id == store.site.site_id, table.c.post_id == post_id)
    )
    if day is None:
        query = query.order_by(table.c.at.desc(), table.c.id.desc()).limit(1)
    else:
        query = query.where(table.c.day == day).order_by(table.c.at, table.c.id)
    if shift:
        query = query.where(table.c.shift == shift)
    with store.reading() as connection:
        return [_sheet(store, connection, row) for row in connection.execute(query).all()]


def last_handover_day(store: Store, post_id: UUID) -> date | None:
    """The day of a post's newest handover."""
    with store.reading() as connection:
        row = last_handover(connection, store.site.site_id, post_id)
    return None if row is None else row.day


def _waiting(store: Store, connection: sa.Connection, row: sa.Row[Any]) -> Waiting | None:
    if _taken(store, connection, row.id) is not None:
        return None
    name = connection.execute(
        sa.select(staff.c.name).where(staff.c.site_id == store.site.site_id, staff.c.id == row.outgoing_id)
    ).scalar_one()
    return Waiting(row.id, row.at, row.outgoing_id, name)


def _taken(store: Store, connection: sa.Connection, handover_id: UUID) -> Any:
    """Who took it over first, and when."""
    table = handover_takings
    query = (
        sa.select(table.c.at, staff.c.name)
        .join(staff, sa.and_(staff.c.site_id == table.c.site_id, staff.c.id == table.c.staff_id))
        .where(table.c.site_id == store.site.site_id, table.c.handover_id == handover_id)
        .order_by(table.c.at, table.c.id)
        .limit(1)
    )
    return connection.execute(query).first()


def _sheet(store: Store, connection: sa.Connection, row: sa.Row[Any]) -> HandoverSheet:
    kept = dict(row.seen)
    things = tuple(Counted(*one) for one in kept.pop("things"))
    for name in LISTS:
        kept[name] = tuple(UUID(hex=key) for key in kept[name])
    for name in ("tallies", "reasons"):
        kept[name] = tuple((kind, count) for kind, count in kept[name])
    known = {one.name for one in fields(Present)}
    there = Present(**{name: value for name, value in kept.items() if name in known})
    taken = _taken(store, connection, row.id)
    return HandoverSheet(
        row.id,
        row.post,
        row.day,
        row.shift,
        row.since,
        row.at,
        row.outgoing,
        "" if taken is None else taken.name,
        None if taken is None else taken.at,
        store.secrets.open(row.notes, "handovers.notes", store.site.site_id, row.id),
        _seen(store, connection, there),
        things,
        tuple((letter, seq, digest) for letter, seq, digest in row.heads),
    )


def _seen(store: Store, connection: sa.Connection, there: Present) -> Seen:
    people = _people(store, connection, [*there.overdue, *there.passes_out, *there.unfinished, *there.open])
    lines = lines_of(store, connection, [*there.lines, *there.standing])

    def named(keys: Sequence[UUID]) -> tuple[Somebody, ...]:
        return tuple(people[key] for key in keys if key in people)

    def said(keys: Sequence[UUID]) -> tuple[DutyLine, ...]:
        return tuple(lines[key] for key in keys if key in lines)

    return Seen(
        there.visits,
        there.on_site,
        there.on_site_here,
        there.tallies,
        there.reasons,
        named(there.overdue),
        named(there.passes_out),
        named(there.unfinished),
        named(there.open),
        said(there.lines),
        said(there.standing),
        there.counts,
    )


def _people(store: Store, connection: sa.Connection, keys: Sequence[UUID]) -> dict[UUID, Somebody]:
    table, site_id = visits, store.site.site_id
    rows = connection.execute(
        sa.select(
            table.c.id,
            table.c.number,
            table.c.visitor,
            table.c.plate,
            table.c.phone,
            table.c.host,
            table.c.pass_number,
            table.c.arrived_at,
            table.c.missing,
        ).where(table.c.site_id == site_id, table.c.id.in_(list(dict.fromkeys(keys))))
    )
    unseal = store.secrets.open
    return {
        row.id: Somebody(
            row.id,
            row.number,
            row.visitor,
            row.plate,
            "" if row.visitor or row.plate else mask(unseal(row.phone, "visits.phone", site_id, row.id)),
            row.host,
            row.pass_number,
            row.arrived_at,
            row.missing,
        )
        for row in rows
    }
