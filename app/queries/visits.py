"""What a guard looks at: open registrations, who is on site, today's visits, a record to complete (VIS-4, VIS-10).

Numbers leave masked; pages go by (time, key), newest first, never by offset.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.people import staff
from app.db.site import posts
from app.db.stays import stay_rule
from app.db.store import Store
from app.db.visits import departures, on_site, passes_out, visitors, visits
from app.db.watch_list import watch_hits
from app.domain.business_day import Shift, day_bounds, day_of, shift_bounds
from app.domain.documents import normalise
from app.domain.masks import mask
from app.domain.names import name_matches
from app.domain.people import Actor
from app.domain.stays import StayRule, over_time_since
from app.domain.visits import OTHER_NAME, Fields, Figures, Tally, VisitFact, missing_parts, pass_text

PAGE = 100
PORTION = 2000
MOST_HERE = 200
LAST = 4
# Written into the statement, as the partial indexes have them: a bound value need not fit their condition.
OVER: sa.ColumnElement[float] = sa.literal_column("25.0")
NOTHING: sa.ColumnElement[int] = sa.literal_column("0")


@dataclass(frozen=True, slots=True)
class OpenRegistration:
    """A document that is still in the guard's hand, with the stamps that its clock runs from."""

    visit_id: UUID
    number: str
    fields: Fields
    number_shown: str
    received_wall: datetime
    received_monotonic: float
    boot: str
    phone_shown: str = ""


@dataclass(frozen=True, slots=True)
class OnSite:
    """Somebody who is on the site now; `phone_shown` is masked and given where there is no name and no plate."""

    visit_id: UUID
    visitor: str
    plate: str
    host: str
    purpose: str
    pass_number: str
    post: str
    since: datetime
    number: str = ""
    phone_shown: str = ""


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One line of today's visits and of the visit log; `number_shown` is masked.

    `phone_shown` is masked too and given where there is no name and no plate. `watched`: it met the watch list exactly.
    `late`: keyed in from a slip (VIS-13).
    """

    visit_id: UUID
    number: str
    arrived_at: datetime
    visitor: str
    document_kind: str
    number_shown: str
    plate: str
    host: str
    purpose: str
    pass_number: str
    held_seconds: float | None
    held_estimated: bool
    over_reason: str
    missing: tuple[str, ...]
    left_at: datetime | None
    left_by_rule: bool
    open: bool
    discarded: bool
    post: str
    guard: str
    phone_shown: str = ""
    watched: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class VisitCard:
    """One visit to complete or correct: what is on file, numbers masked and left out of `fields`.

    `name_on_file` is the name of the person whose number it has ("" where nobody on file has one).
    """

    visit_id: UUID
    number: str
    arrived_at: datetime
    fields: Fields
    number_shown: str
    phone_shown: str
    missing: tuple[str, ...]
    held_seconds: float | None
    over_reason: str
    on_site: bool
    name_on_file: str = ""


@dataclass(frozen=True, slots=True)
class PostCounts:
    """The head of the post's screen: today's figures of this post, who is on site, what waits.

    `over_time` of those on site, by the rule `stays` (VIS-10).
    """

    today: Figures
    on_site: int
    passes_out: int
    unfinished: int
    over_time: int = 0
    stays: StayRule | None = None


def open_registrations(store: Store, actor: Actor) -> list[OpenRegistration]:
    """The post's open registrations, oldest first (VIS-4)."""
    actor.need("visits.see")
    query = (
        sa.select(visits)
        .where(
            visits.c.site_id == store.site.site_id,
            visits.c.post_id == actor.post_id,
            visits.c.registered_at.is_(None),
            visits.c.discarded_at.is_(None),
        )
        .order_by(visits.c.arrived_at, visits.c.id)
    )
    with store.reading() as connection:
        return [_open_registration(store, row) for row in connection.execute(query)]


def on_site_list(
    store: Store, actor: Actor, *, after: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> list[OnSite]:
    """Who is on site, who came in last first; `after` is the last row's (since, visit_id) (VIS-10)."""
    actor.need("visits.see")
    query = _on_site(store).order_by(on_site.c.since.desc(), on_site.c.visit_id.desc()).limit(limit)
    if after is not None:
        query = query.where(sa.tuple_(on_site.c.since, on_site.c.visit_id) < sa.tuple_(*_moment(after)))
    with store.reading() as connection:
        return [_on_site_row(store, row) for row in connection.execute(query)]


def leaving(store: Store, actor: Actor, text: str, limit: int = 8) -> list[OnSite]:
    """Who on site is meant by a pass, a name, a number, a phone or a plate, for the departure (VIS-9, VIS-10)."""
    actor.need("visits.see")
    from app.queries.visitor_search import on_site_ids

    by_pass = _on_site(store).where(on_site.c.pass_number == pass_text(text)).limit(limit)
    with store.reading() as connection:
        rows = [_on_site_row(store, row) for row in connection.execute(by_pass)] if text.strip() else []
        found = on_site_ids(store, connection, text)
        if found:
            by_visitor = (
                _on_site(store)
                .where(on_site.c.visitor_id.in_(found[:MOST_HERE]))
                .order_by(on_site.c.since, on_site.c.visit_id)
                .limit(limit)
            )
            rows += [_on_site_row(store, row) for row in connection.execute(by_visitor)]
        rows += _not_as_on_file(store, connection, text, limit)
    return list({row.visit_id: row for row in rows}.values())[:limit]


def _not_as_on_file(store: Store, connection: sa.Connection, text: str, limit: int) -> list[OnSite]:
    """Those on site whom the file does not find as they are.

    Without a name: by plate, or the end of plate, number or phone. With a number that is on file under another name: by
    their own name too.
    """
    typed = normalise(text)
    number = len(typed) >= LAST and any(letter.isdigit() for letter in typed)
    few = (
        _on_site(store)
        .add_columns(visits.c.document_number)
        .where(sa.or_(on_site.c.visitor_id.is_(None), visits.c.missing.bitwise_and(OTHER_NAME) != NOTHING))
        .order_by(on_site.c.since.desc())
        .limit(MOST_HERE)
    )
    unseal, site_id = store.secrets.open, store.site.site_id
    found = []
    for row in connection.execute(few):
        ends = [row.plate] if number else []
        if number:
            ends.append(unseal(row.document_number, "visits.document_number", site_id, row.id))
            ends.append(unseal(row.phone, "visits.phone", site_id, row.id))
        if name_matches(row.visitor, text) or any(one.endswith(typed) for one in ends):
            found.append(_on_site_row(store, row))
    return found[:limit]


def day_visits(
    store: Store,
    actor: Actor,
    *,
    day: date | None = None,
    post_id: UUID | None = None,
    only: str = "all",
    after: tuple[datetime, UUID] | None = None,
    limit: int = PAGE,
) -> list[VisitRow]:
    """A post's visits of a day (today), newest first; `only` is all, over or unfinished.

    `unfinished` is not bound to the day: what is missing waits until it is filled in (VIS-3).
    """
    actor.need("visits.see")
    query = _visit_rows(store).where(visits.c.post_id == (post_id or actor.post_id))
    with store.reading() as connection:
        if only == "unfinished":
            query = query.where(visits.c.missing != NOTHING)
        else:
            begin, end = _bounds(store, connection, day)
            query = query.where(visits.c.arrived_at >= begin, visits.c.arrived_at < end)
        if only == "over":
            query = query.where(visits.c.held_seconds > OVER)
        if after is not None:
            query = query.where(sa.tuple_(visits.c.arrived_at, visits.c.id) < sa.tuple_(*_moment(after)))
        query = query.order_by(visits.c.arrived_at.desc(), visits.c.id.desc()).limit(limit)
        return [_visit_row(store, row) for row in connection.execute(query)]


def log(store: Store, post_id: UUID, begin: datetime, end: datetime) -> Iterator[VisitRow]:
    """A post's visits between two instants in order of time, in portions: for paper and export."""
    after: tuple[datetime, UUID] | None = None
    while True:
        query = (
            _visit_rows(store)
            .where(visits.c.post_id == post_id, visits.c.arrived_at >= begin, visits.c.arrived_at < end)
            .order_by(visits.c.arrived_at, visits.c.id)
            .limit(PORTION)
        )
        if after is not None:
            query = query.where(_later(after))
        with store.reading() as connection:
            rows = [_visit_row(store, row) for row in connection.execute(query)]
        yield from rows
        if len(rows) < PORTION:
            return
        after = rows[-1].arrived_at, rows[-1].visit_id


def card(store: Store, actor: Actor, visit_id: UUID) -> VisitCard | None:
    """One visit, for completing and correcting it; None when there is none."""
    actor.need("visits.see")
    query = sa.select(visits).where(visits.c.site_id == store.site.site_id, visits.c.id == visit_id)
    with store.reading() as connection:
        row = connection.execute(query).first()
        if row is None:
            return None
        here = connection.execute(
            sa.select(on_site.c.visit_id).where(
                on_site.c.site_id == store.site.site_id, on_site.c.visit_id == visit_id
            )
        ).first()
        on_file = connection.execute(
            sa.select(visitors.c.name).where(
                visitors.c.site_id == store.site.site_id,
                visitors.c.id == row.visitor_id,
                visitors.c.document_digest.is_not(None),
            )
        ).scalar()
    unseal = store.secrets.open
    phone = unseal(row.phone, "visits.phone", store.site.site_id, row.id)
    return VisitCard(
        row.id,
        row.number,
        row.arrived_at,
        _fields(row),
        _shown(store, row),
        mask(phone),
        missing_parts(row.missing),
        row.held_seconds,
        row.over_reason,
        here is not None,
        on_file or "",
    )


def post_counts(store: Store, actor: Actor) -> PostCounts:
    """The figures in the head of the post's screen."""
    actor.need("visits.see")
    site = store.site.site_id
    with store.reading() as connection:
        begin, end = _bounds(store, connection, None)
        rows = connection.execute(
            sa.select(visits.c.held_seconds, visits.c.missing_at_return).where(
                visits.c.site_id == site,
                visits.c.post_id == actor.post_id,
                visits.c.arrived_at >= begin,
                visits.c.arrived_at < end,
                visits.c.registered_at.is_not(None),
            )
        )
        tally = Tally()
        for row in rows:
            whole = row.missing_at_return == 0
            tally.add(
                VisitFact(begin.date(), "", "", "", "", "", 0, row.held_seconds, "", whole, whole, False)
            )
        today = tally.figures()
        count = sa.select(sa.func.count())
        here = connection.execute(count.select_from(on_site).where(on_site.c.site_id == site)).scalar_one()
        out = connection.execute(
            count.select_from(passes_out).where(passes_out.c.site_id == site)
        ).scalar_one()
        stays = stay_rule(store, connection)
        limit = over_time_since(store.clock.now(), stays, store.site.zone)
        over_time = 0
        if limit is not None:
            too_long = count.select_from(on_site).where(on_site.c.site_id == site, on_site.c.since <= limit)
            over_time = connection.execute(too_long).scalar_one()
        unfinished = connection.execute(
            count.select_from(visits).where(
                visits.c.site_id == site, visits.c.post_id == actor.post_id, visits.c.missing != NOTHING
            )
        ).scalar_one()
    return PostCounts(today, here, out, unfinished, over_time, stays)


def facts(store: Store, begin: datetime, end: datetime, post_id: UUID | None = None) -> Iterator[VisitFact]:
    """What the figures need of each registered visit between two instants, of a post or of the site (VIS-15)."""
    query = (
        sa.select(
            visits.c.id,
            visits.c.arrived_at,
            visits.c.shift,
            visits.c.way_in,
            visits.c.host,
            visits.c.held_seconds,
            visits.c.over_reason,
            visits.c.missing_at_return,
            visits.c.completed_at,
            visits.c.corrected_at,
            posts.c.name.label("post"),
            staff.c.name.label("guard"),
        )
        .select_from(visits)
        .join(posts, sa.and_(posts.c.site_id == visits.c.site_id, posts.c.id == visits.c.post_id))
        .join(staff, sa.and_(staff.c.site_id == visits.c.site_id, staff.c.id == visits.c.guard_id))
        .where(
            visits.c.site_id == store.site.site_id,
            visits.c.arrived_at >= begin,
            visits.c.arrived_at < end,
            visits.c.registered_at.is_not(None),
        )
        .order_by(visits.c.arrived_at, visits.c.id)
        .limit(PORTION)
    )
    if post_id is not None:
        query = query.where(visits.c.post_id == post_id)
    with store.reading() as connection:
        shifts = {shift.name: shift for shift in store.shifts(connection)}
        starts = store.setting(connection, "day_starts", 0)
    after: tuple[datetime, UUID] | None = None
    while True:
        page = query if after is None else query.where(_later(after))
        with store.reading() as connection:
            rows = connection.execute(page).all()
        for row in rows:
            yield _fact(store, row, shifts.get(row.shift), starts)
        if len(rows) < PORTION:
            return
        after = rows[-1].arrived_at, rows[-1].id


def _fact(store: Store, row: Any, shift: Shift | None, starts: int) -> VisitFact:
    zone = store.site.zone
    ended = None if shift is None else shift_bounds(row.arrived_at, zone, shift)[1]
    whole = row.completed_at is not None
    return VisitFact(
        day_of(row.arrived_at, zone, starts),
        row.shift,
        row.post,
        row.guard,
        row.way_in,
        row.host,
        row.arrived_at.astimezone(zone).hour,
        row.held_seconds,
        row.over_reason,
        row.missing_at_return == 0,
        whole and (ended is None or row.completed_at <= ended),
        row.corrected_at is not None,
    )


def last_day(store: Store, post_id: UUID | None = None) -> date | None:
    """The newest day that has visits, of a post or of the site; today at the latest, whatever a wrong clock wrote."""
    query = sa.select(visits.c.day).where(visits.c.site_id == store.site.site_id)
    if post_id is not None:
        query = query.where(visits.c.post_id == post_id)
    with store.reading() as connection:
        until = visits.c.arrived_at < _bounds(store, connection, None)[1]
        return connection.execute(query.where(until).order_by(visits.c.arrived_at.desc()).limit(1)).scalar()


# --- rows ------------------------------------------------------------------------------------------------------------


def _bounds(store: Store, connection: sa.Connection, day: date | None) -> tuple[datetime, datetime]:
    starts = store.setting(connection, "day_starts", 0)
    return day_bounds(day or day_of(store.clock.now(), store.site.zone, starts), store.site.zone, starts)


def _moment(after: tuple[datetime, UUID]) -> tuple[Any, Any]:
    moment, key = after
    return sa.literal(moment, visits.c.arrived_at.type), sa.literal(key, visits.c.id.type)


def _later(after: tuple[datetime, UUID]) -> sa.ColumnElement[bool]:
    return sa.tuple_(visits.c.arrived_at, visits.c.id) > sa.tuple_(*_moment(after))


def _on_site(store: Store) -> sa.Select[Any]:
    return (
        sa.select(
            on_site.c.visit_id,
            on_site.c.since,
            on_site.c.pass_number,
            visits.c.id,
            visits.c.number,
            visits.c.visitor,
            visits.c.phone,
            visits.c.plate,
            visits.c.host,
            visits.c.purpose,
            posts.c.name.label("post"),
        )
        .select_from(on_site)
        .join(visits, sa.and_(visits.c.site_id == on_site.c.site_id, visits.c.id == on_site.c.visit_id))
        .join(posts, sa.and_(posts.c.site_id == on_site.c.site_id, posts.c.id == on_site.c.post_id))
        .where(on_site.c.site_id == store.site.site_id)
    )


def _on_site_row(store: Store, row: sa.Row[Any]) -> OnSite:
    return OnSite(
        row.visit_id,
        row.visitor,
        row.plate,
        row.host,
        row.purpose,
        row.pass_number,
        row.post,
        row.since,
        row.number,
        _phone_of_nobody(store, row),
    )


_FIRST_LEFT = (
    sa.select(sa.func.min(departures.c.left_at))
    .where(departures.c.site_id == visits.c.site_id, departures.c.visit_id == visits.c.id)
    .correlate(visits)
    .scalar_subquery()
)
_BY_RULE = (
    sa.select(sa.func.count())
    .select_from(departures)
    .where(
        departures.c.site_id == visits.c.site_id, departures.c.visit_id == visits.c.id, departures.c.by_rule
    )
    .correlate(visits)
    .scalar_subquery()
)
_WATCHED = (
    sa.exists()
    .where(watch_hits.c.site_id == visits.c.site_id, watch_hits.c.visit_id == visits.c.id, watch_hits.c.exact)
    .correlate(visits)
)


def _visit_rows(store: Store) -> sa.Select[Any]:
    return (
        sa.select(
            visits,
            _FIRST_LEFT.label("left_at"),
            _BY_RULE.label("by_rule"),
            _WATCHED.label("watched"),
            posts.c.name.label("post"),
            staff.c.name.label("guard"),
        )
        .select_from(visits)
        .join(posts, sa.and_(posts.c.site_id == visits.c.site_id, posts.c.id == visits.c.post_id))
        .join(staff, sa.and_(staff.c.site_id == visits.c.site_id, staff.c.id == visits.c.guard_id))
        .where(visits.c.site_id == store.site.site_id)
    )


def _visit_row(store: Store, row: sa.Row[Any]) -> VisitRow:
    return VisitRow(
        row.id,
        row.number,
        row.arrived_at,
        row.visitor,
        row.document_kind,
        _shown(store, row),
        row.plate,
        row.host,
        row.purpose,
        row.pass_number,
        row.held_seconds,
        row.held_estimated,
        row.over_reason,
        missing_parts(row.missing),
        row.left_at,
        bool(row.by_rule),
        row.registered_at is None and row.discarded_at is None,
        row.discarded_at is not None,
        row.post,
        row.guard,
        _phone_of_nobody(store, row),
        bool(row.watched),
        row.way_in == "late",
    )


def _shown(store: Store, row: sa.Row[Any]) -> str:
    return mask(store.secrets.open(row.document_number, "visits.document_number", store.site.site_id, row.id))


def _phone_of_nobody(store: Store, row: sa.Row[Any]) -> str:
    """The masked phone of a visitor who left nothing else to be called by."""
    if row.visitor or row.plate:
        return ""
    return mask(store.secrets.open(row.phone, "visits.phone", store.site.site_id, row.id))


def _fields(row: sa.Row[Any]) -> Fields:
    """The fields without the numbers: those stay in the file, and only their last four are shown."""
    names = [name for name in Fields.__slots__ if name not in ("document_number", "phone")]
    return Fields(**{name: getattr(row, name) for name in names})


def _open_registration(store: Store, row: sa.Row[Any]) -> OpenRegistration:
    return OpenRegistration(
        row.id,
        row.number,
        _fields(row),
        _shown(store, row),
        row.arrived_at,
        row.started_monotonic,
        row.boot,
        _phone_of_nobody(store, row),
    )
