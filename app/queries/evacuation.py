"""Who is on site now, for paper and for the roll call, and how a roll call stands (VIS-13)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.evacuation import nights_closed, roll_call_ends, roll_call_people, roll_calls, slip_runs
from app.db.people import staff
from app.db.roll_calls_read import running_id, standing_ticks
from app.db.site import buildings, customers, posts
from app.db.stays import stay_rule
from app.db.store import Store
from app.db.visits import departures, on_site, passes_out, visits
from app.domain.masks import mask
from app.domain.people import Actor
from app.domain.slips import parts_of, slip_number
from app.domain.stays import EVERY_MINUTES, over_time_since

# Written into the statement as its partial index has it.
BY_RULE: sa.ColumnElement[bool] = sa.literal_column("departures.by_rule")
CLOSED_HOURS = 24
"""So long the list names those whom the night's rule closed: nobody saw them leave."""
MOST_CLOSED = 200


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody on site. `building` of the host, "" where it is not known; `phone_shown` is masked, of the nameless.

    `pass_out` is told of those whom the night closed: their pass is still to come back (VIS-9).
    """

    visit_id: UUID
    visitor: str
    plate: str
    phone_shown: str
    number: str
    building: str
    host: str
    purpose: str
    post: str
    since: datetime
    pass_number: str
    over_time: bool = False
    pass_out: bool = False


@dataclass(frozen=True, slots=True)
class Presence:
    """Who is on site at one moment: by building, host, then who came first. `closed`: by rule in the last night."""

    as_of: datetime
    present: tuple[Present, ...]
    closed: tuple[Present, ...]


@dataclass(frozen=True, slots=True)
class RollCallPerson:
    """Somebody on the list of a roll call; `found_at` None for who is missing. `left`: seen off meanwhile."""

    who: Present
    found_at: datetime | None
    found_by: str
    left: bool


@dataclass(frozen=True, slots=True)
class RollCall:
    """How a roll call stands: the missing first. `ended_at` None while it runs."""

    id: UUID
    started_at: datetime
    started_by: str
    ended_at: datetime | None
    ended_by: str
    people: tuple[RollCallPerson, ...]

    @property
    def missing(self) -> int:
        """How many were not found."""
        return sum(one.found_at is None for one in self.people)


@dataclass(frozen=True, slots=True)
class NightClosed:
    """What the rule closed in the last night, for the post's screen in the morning: how many, and when."""

    id: UUID
    boundary: datetime
    closed: int


@dataclass(frozen=True, slots=True)
class AtPost:
    """What a post's screen says of it: the roll call that runs, and the last night's closing if it closed anybody."""

    roll_call: UUID | None
    night: NightClosed | None


def on_site_now(store: Store, actor: Actor) -> Presence:
    """Everybody on site now at all posts, and whom the night's rule closed (VIS-13). Numbers are never in it."""
    actor.need("visits.see")
    with store.reading() as connection:
        as_of = store.clock.now()
        limit = over_time_since(as_of, stay_rule(store, connection), store.site.zone)
        here = connection.execute(_here(store)).all()
        closed = connection.execute(_closed(store, as_of)).all()
    return Presence(as_of, _arranged(store, here, limit), _arranged(store, closed))


def at_post(store: Store, actor: Actor) -> AtPost:
    """The roll call that runs (VIS-13), and the last night's closing if it closed anybody within a day (VIS-10)."""
    actor.need("visits.see")
    query = (
        sa.select(nights_closed)
        .where(
            nights_closed.c.site_id == store.site.site_id,
            nights_closed.c.closed > 0,
            nights_closed.c.boundary > store.clock.now() - timedelta(hours=CLOSED_HOURS),
            nights_closed.c.boundary <= store.clock.now(),
        )
        .order_by(nights_closed.c.boundary.desc())
        .limit(1)
    )
    with store.reading() as connection:
        row = connection.execute(query).first()
        running = running_id(connection, store.site.site_id)
    return AtPost(running, None if row is None else NightClosed(row.id, row.boundary, row.closed))


def closed_in_the_night(store: Store, actor: Actor) -> tuple[Present, ...]:
    """Those whom the rule closed in the last night: nobody saw them leave (VIS-10)."""
    closed = on_site_now(store, actor).closed
    with store.reading() as connection:
        query = sa.select(passes_out.c.visit_id).where(passes_out.c.site_id == store.site.site_id)
        out = set(connection.execute(query).scalars())
    return tuple(replace(one, pass_out=one.visit_id in out) for one in closed)


def running_roll_call(store: Store, actor: Actor) -> RollCall | None:
    """The roll call that runs now, None when none does."""
    actor.need("visits.see")
    with store.reading() as connection:
        running = running_id(connection, store.site.site_id)
        return None if running is None else _roll_call(store, connection, running)


def roll_call(store: Store, actor: Actor, roll_call_id: UUID | None = None) -> RollCall | None:
    """A roll call, the newest unless one is named; None when there is none."""
    actor.need("visits.see")
    newest = sa.select(roll_calls.c.id).where(roll_calls.c.site_id == store.site.site_id)
    with store.reading() as connection:
        key = (
            roll_call_id
            or running_id(connection, store.site.site_id)
            or connection.execute(newest.order_by(roll_calls.c.started_at.desc()).limit(1)).scalar()
        )
        return None if key is None else _roll_call(store, connection, key)


def slip_run(store: Store, actor: Actor, number: str = "") -> tuple[str, ...]:
    """The numbers of the run of blank slips that a number is in, of the newest run for ""; () when there is none.

    Raises:
        DomainError: `slip_wrong` for what is no slip's number.
    """
    actor.need("visits.see")
    query = sa.select(slip_runs).where(slip_runs.c.site_id == store.site.site_id)
    if number:
        letter, count = parts_of(number, store.writer.letter)
        query = query.where(
            slip_runs.c.letter == letter, slip_runs.c.first <= count, slip_runs.c.last >= count
        )
    with store.reading() as connection:
        row = connection.execute(
            query.order_by(slip_runs.c.at.desc(), slip_runs.c.id.desc()).limit(1)
        ).first()
    return () if row is None else tuple(slip_number(row.letter, at) for at in range(row.first, row.last + 1))


def copies_every(store: Store) -> int:
    """Every how many minutes the evacuation list is saved (a setting of the site)."""
    with store.reading() as connection:
        return int(store.setting(connection, "evacuation_minutes", EVERY_MINUTES))


# --- rows -------------------------------------------------------------------------------------------------------------


def _people(store: Store, since: sa.ColumnElement[Any], source: sa.FromClause) -> sa.Select[Any]:
    """What a line says of the visits of a join."""
    post = sa.and_(posts.c.site_id == visits.c.site_id, posts.c.id == visits.c.post_id)
    host = sa.and_(customers.c.site_id == visits.c.site_id, customers.c.id == visits.c.host_id)
    house = sa.and_(buildings.c.site_id == customers.c.site_id, buildings.c.id == customers.c.building_id)
    whole = source.join(posts, post).outerjoin(customers, host).outerjoin(buildings, house)
    return (
        sa.select(
            visits.c.id,
            visits.c.visitor,
            visits.c.plate,
            visits.c.phone,
            visits.c.number,
            visits.c.host,
            visits.c.purpose,
            visits.c.pass_number,
            since.label("since"),
            posts.c.name.label("post"),
            buildings.c.name.label("building"),
            buildings.c.position.label("place"),
        )
        .select_from(whole)
        .where(visits.c.site_id == store.site.site_id)
    )


def _with_visit(table: sa.Table) -> sa.FromClause:
    """A table of rows about visits, each with its visit."""
    return table.join(visits, sa.and_(visits.c.site_id == table.c.site_id, visits.c.id == table.c.visit_id))


def _here(store: Store) -> sa.Select[Any]:
    query = _people(store, on_site.c.since, _with_visit(on_site))
    return query.where(on_site.c.site_id == store.site.site_id)


def _closed(store: Store, now: datetime) -> sa.Select[Any]:
    return (
        _people(store, visits.c.arrived_at, _with_visit(departures))
        .where(
            departures.c.site_id == store.site.site_id,
            BY_RULE,
            departures.c.left_at > now - timedelta(hours=CLOSED_HOURS),
            departures.c.left_at <= now,
        )
        .order_by(departures.c.left_at.desc())
        .limit(MOST_CLOSED)
    )


def _present(store: Store, row: Any, over_time: bool = False) -> Present:
    phone = ""
    if not row.visitor and not row.plate:
        phone = mask(store.secrets.open(row.phone, "visits.phone", store.site.site_id, row.id))
    return Present(
        row.id,
        row.visitor,
        row.plate,
        phone,
        row.number,
        row.building or "",
        row.host,
        row.purpose,
        row.post,
        row.since,
        row.pass_number,
        over_time,
    )


def _arranged(store: Store, rows: Iterable[Any], limit: datetime | None = None) -> tuple[Present, ...]:
    """By building in the site's order, then by host, those without at the end; then who came first."""
    ordered = sorted(
        rows,
        key=lambda one: (
            one.building is None,
            one.place or 0,
            one.building or "",
            not one.host,
            one.host,
            one.since,
            one.id,
        ),
    )
    return tuple(_present(store, one, limit is not None and one.since <= limit) for one in ordered)


def _roll_call(store: Store, connection: sa.Connection, key: UUID) -> RollCall | None:
    site = store.site.site_id
    row = connection.execute(
        sa.select(roll_calls).where(roll_calls.c.site_id == site, roll_calls.c.id == key)
    ).first()
    if row is None:
        return None
    ended = connection.execute(
        sa.select(roll_call_ends)
        .where(roll_call_ends.c.site_id == site, roll_call_ends.c.roll_call_id == key)
        .order_by(roll_call_ends.c.at)
        .limit(1)
    ).first()
    expected = _people(store, visits.c.arrived_at, _with_visit(roll_call_people)).where(
        roll_call_people.c.site_id == site, roll_call_people.c.roll_call_id == key
    )
    rows = {one.id: one for one in connection.execute(expected)}
    here = {one.id: one for one in connection.execute(_here(store))}
    if ended is None:
        rows = here | rows
    ticks: dict[UUID, Any] = {}
    for tick in standing_ticks(connection, site, key):
        first = ticks.get(tick.visit_id)
        if first is None or tick.at < first.at:
            ticks[tick.visit_id] = tick
    people = (
        {tick.staff_id for tick in ticks.values()} | {row.staff_id} | ({ended.staff_id} if ended else set())
    )
    names = {
        one.id: one.name
        for one in connection.execute(
            sa.select(staff.c.id, staff.c.name).where(staff.c.site_id == site, staff.c.id.in_(people))
        )
    }
    listed = _arranged(store, rows.values())
    lines = [_line(one, ticks.get(one.visit_id), names, one.visit_id not in here) for one in listed]
    lines.sort(key=lambda one: one.found_at is not None)
    return RollCall(
        row.id,
        row.started_at,
        names.get(row.staff_id, ""),
        None if ended is None else ended.at,
        "" if ended is None else names.get(ended.staff_id, ""),
        tuple(lines),
    )


def _line(who: Present, tick: Any, names: dict[UUID, str], left: bool) -> RollCallPerson:
    if tick is None:
        return RollCallPerson(who, None, "", left)
    return RollCallPerson(who, tick.at, names.get(tick.staff_id, ""), left)
