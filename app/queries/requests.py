"""The lists of requests: saved filters with live counts, pages by key, who can take a job (REQ-5, REQ-9).

Open requests are a small part of all: their lists and counts read the partial indexes `ix_requests_open` and
`ix_requests_due` and never the closed ones. A page goes on after the last row's `after`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.base import Instant, Key
from app.db.people import role_rights, staff, staff_roles
from app.db.requests import requests, service_items
from app.db.requests_read import snapshot
from app.db.store import Store
from app.domain.business_day import day_bounds, day_of
from app.domain.people import Actor
from app.domain.requests import RequestState, is_complaint, next_step
from app.domain.requests_text import flat

LISTS = (
    "mine",
    "unassigned",
    "due_today",
    "overdue",
    "awaiting_confirmation",
    "awaiting_follow_up",
    "paused",
    "open",
    "all",
)
"""The saved filters in their order; texts are `requests.list_<code>`."""
BY_PROMISE = ("due_today", "overdue")
PAGE = 100

After = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class ListCount:
    """A saved filter and how many requests are in it; None for *all*, which nobody counts."""

    code: str
    count: int | None


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request in a list. Instants are in UTC; `kind` is the service item's name, `handler` "" while nobody has it.

    `after` is what the next page goes on from; `found_by` says what a search found it by.
    """

    request_id: UUID
    number: str
    version: int
    state: RequestState
    round: int
    paused: bool
    returned: bool
    complaint: bool
    special: bool
    customer: str
    place: str
    kind: str
    words: str
    urgency: str
    first_contact: str
    handler: str
    received_at: datetime
    promised_at: datetime | None
    resume_at: datetime | None
    overdue: bool
    next_step: str
    after: After
    found_by: str = ""


@dataclass(frozen=True, slots=True)
class Handler:
    """Somebody who can be given a job: `fits` when the service item asks for no skill or for one of his."""

    staff_id: UUID
    name: str
    title: str
    skills: tuple[str, ...]
    fits: bool
    away: bool
    open_jobs: int


@dataclass(frozen=True, slots=True)
class Item:
    """A service item to choose a request's kind from."""

    item_id: UUID
    code: str
    name: str
    group: str
    promise_minutes: int | None
    urgent: bool
    special: bool
    price: str


first_contacts = staff.alias("first_contacts")
handlers_of = staff.alias("handlers")


def taken_as(store: Store, actor: Actor, keys: Sequence[UUID]) -> dict[UUID, str]:
    """The numbers of those forms that are requests already, by key: what a draft holds may have been taken."""
    actor.need("requests.see")
    if not keys:
        return {}
    with store.reading() as connection:
        rows = connection.execute(
            sa.select(requests.c.id, requests.c.number).where(
                requests.c.site_id == store.site.site_id, requests.c.id.in_(list(keys))
            )
        )
        return {row.id: row.number for row in rows}


def row_select(site_id: int) -> sa.Select[Any]:
    """Requests of a site with the names that a list shows."""
    site = requests.c.site_id
    joined = (
        requests.outerjoin(
            first_contacts,
            sa.and_(first_contacts.c.site_id == site, first_contacts.c.id == requests.c.first_contact_id),
        )
        .outerjoin(
            handlers_of, sa.and_(handlers_of.c.site_id == site, handlers_of.c.id == requests.c.handler_id)
        )
        .outerjoin(
            service_items, sa.and_(service_items.c.site_id == site, service_items.c.id == requests.c.item_id)
        )
    )
    return (
        sa.select(
            requests,
            first_contacts.c.name.label("first_contact_name"),
            handlers_of.c.name.label("handler_name"),
            service_items.c.name.label("item_name"),
        )
        .select_from(joined)
        .where(site == site_id)
    )


def as_row(row: sa.Row[Any], now: datetime, *, by_promise: bool = False, found_by: str = "") -> RequestRow:
    """A row of `row_select` as a frozen value."""
    request = snapshot(row, [])
    return RequestRow(
        request_id=row.id,
        number=row.number,
        version=row.version,
        state=request.state,
        round=row.round,
        paused=request.paused,
        returned=row.returned_at is not None,
        complaint=is_complaint(request),
        special=row.special,
        customer=row.customer,
        place=row.place,
        kind=row.item_name or "",
        words=row.words,
        urgency=row.urgency,
        first_contact=row.first_contact_name or "",
        handler=row.handler_name or "",
        received_at=row.received_at,
        promised_at=row.promised_at,
        resume_at=row.resume_at,
        overdue=request.overdue(now),
        next_step=next_step(request),
        after=(row.promised_at if by_promise else row.received_at, row.id),
        found_by=found_by,
    )


def lists(store: Store, actor: Actor) -> list[ListCount]:
    """The saved filters with their live counts, in order (REQ-9)."""
    actor.need("requests.see")
    now = store.clock.now()
    with store.reading() as connection:
        _, day_ends = _today(store, connection, now)
        names = [code for code in LISTS if code not in BY_PROMISE and code != "all"]
        one = connection.execute(
            sa.select(
                *(sa.func.count(sa.case((_filter(store, actor, code), 1))).label(code) for code in names)
            ).where(_open(store))
        ).one()
        promised = connection.execute(
            sa.select(
                sa.func.count(sa.case((_due_today(store, connection, now), 1))).label("due_today"),
                sa.func.count(sa.case((requests.c.promised_at < now, 1))).label("overdue"),
            ).where(_promised(store), requests.c.promised_at < day_ends)
        ).one()
    counts: dict[str, int] = {**one._asdict(), **promised._asdict()}
    return [ListCount(code, counts.get(code)) for code in LISTS]


def page(
    store: Store,
    actor: Actor,
    list_code: str,
    after: After | None = None,
    limit: int = PAGE,
    text: str = "",
) -> list[RequestRow]:
    """The next rows of a saved filter: what is promised by its time, the soonest first; all else newest first.

    With a text, those of the filter among what a search for it finds, as one page. A number that was told means one
    request, not the filter's: today's, or that of a number in full, is always there and comes first (REQ-9).

    Raises:
        KeyError: for a code that is no list.
    """
    actor.need("requests.see")
    if text.strip():
        return _found(store, actor, list_code, text, limit) if after is None else []
    now = store.clock.now()
    with store.reading() as connection:
        wanted = page_select(store, actor, connection, list_code, after, limit, now)
        return [as_row(row, now, by_promise=list_code in BY_PROMISE) for row in connection.execute(wanted)]


def page_select(
    store: Store,
    actor: Actor,
    connection: sa.Connection,
    list_code: str,
    after: After | None,
    limit: int,
    now: datetime,
) -> sa.Select[Any]:
    """The statement of a page: exposed so that a test can read its plan."""
    wanted = row_select(store.site.site_id).where(*_conditions(store, actor, connection, list_code, now))
    by_promise = list_code in BY_PROMISE
    always = requests.c.received_at if list_code == "all" else requests.c.open_since
    when = requests.c.promised_at if by_promise else always
    key = sa.tuple_(when, requests.c.id)
    if after is not None:
        last = sa.tuple_(sa.literal(after[0], Instant), sa.literal(after[1], Key))
        wanted = wanted.where(key > last if by_promise else key < last)
    if by_promise:
        return wanted.order_by(when, requests.c.id).limit(limit)
    return wanted.order_by(when.desc(), requests.c.id.desc()).limit(limit)


def rows_of(
    store: Store, connection: sa.Connection, ids: Iterable[UUID], *conditions: sa.ColumnElement[bool]
) -> dict[UUID, sa.Row[Any]]:
    """The rows of these requests by key, those that meet the conditions."""
    wanted = row_select(store.site.site_id).where(requests.c.id.in_(list(ids)), *conditions)
    return {row.id: row for row in connection.execute(wanted)}


def handlers(store: Store, actor: Actor, item_id: UUID | None = None) -> list[Handler]:
    """Who can be given a job, the fitting, present and least busy first; `open_jobs` is the present load."""
    actor.need("requests.see")
    site = store.site.site_id
    with store.reading() as connection:
        people = connection.execute(
            sa.select(staff.c.id, staff.c.name, staff.c.title, staff.c.skills, staff.c.away)
            .where(
                staff.c.site_id == site,
                staff.c.active,
                sa.exists().where(
                    staff_roles.c.site_id == site,
                    staff_roles.c.staff_id == staff.c.id,
                    role_rights.c.site_id == site,
                    role_rights.c.role == staff_roles.c.role,
                    role_rights.c.right == "requests.report_done",
                ),
            )
            .order_by(staff.c.name)
        ).all()
        load: dict[UUID, int] = {
            row.handler_id: row.jobs
            for row in connection.execute(
                sa.select(requests.c.handler_id, sa.func.count().label("jobs"))
                .where(_open(store), requests.c.state == RequestState.DISPATCHED.value)
                .group_by(requests.c.handler_id)
            )
        }
        skill = ""
        if item_id is not None:
            skill = (
                connection.execute(
                    sa.select(service_items.c.skill).where(
                        service_items.c.site_id == site, service_items.c.id == item_id
                    )
                ).scalar_one_or_none()
                or ""
            )
    found = [
        Handler(
            staff_id=row.id,
            name=row.name,
            title=row.title,
            skills=tuple(row.skills),
            fits=not skill or skill in row.skills,
            away=row.away,
            open_jobs=load.get(row.id, 0),
        )
        for row in people
    ]
    # Somebody with skills is a technician; the desk can take a job too, but comes after them.
    return sorted(found, key=lambda one: (one.away, not one.fits, not one.skills, one.open_jobs, one.name))


def items(store: Store, actor: Actor) -> list[Item]:
    """The active service items in the catalogue's order."""
    with store.reading() as connection:
        rows = connection.execute(
            sa.select(service_items)
            .where(service_items.c.site_id == store.site.site_id, service_items.c.active)
            .order_by(service_items.c.position, service_items.c.name)
        ).all()
    return [
        Item(
            item_id=row.id,
            code=row.code,
            name=row.name,
            group=row.group_name,
            promise_minutes=row.promise_minutes,
            urgent=row.urgent,
            special=row.special,
            price=row.price,
        )
        for row in rows
    ]


def elsewhere(store: Store, actor: Actor, list_code: str, text: str) -> int:
    """How many requests a text finds that `page` does not show with this filter (REQ-9); at most `MOST` are counted."""
    from app.queries.requests_search import MOST, found_ids

    actor.need("requests.see")
    if list_code == "all" or not text.strip():
        return 0
    now = store.clock.now()
    with store.reading() as connection:
        found = found_ids(store, connection, text, MOST)
        inside = rows_of(store, connection, found, *_conditions(store, actor, connection, list_code, now))
        told = _told(store, connection, text, found, now)
    return len(found.keys() - inside.keys() - told.keys())


def _found(store: Store, actor: Actor, list_code: str, text: str, limit: int) -> list[RequestRow]:
    """The rows of a filter that a text means. An open list is short, so its texts are read: none is too old for it."""
    from app.queries.requests_search import MOST, found_ids, named_items

    now = store.clock.now()
    with store.reading() as connection:
        conditions = _conditions(store, actor, connection, list_code, now)
        found = found_ids(store, connection, text, MOST)
        told = _told(store, connection, text, found, now)
        piece = flat(text)
        if list_code != "all" and piece:
            meant = set(named_items(store, connection, text))
            own = sa.select(requests.c.id, requests.c.words, requests.c.item_id).where(
                requests.c.site_id == store.site.site_id, *conditions
            )
            for row in connection.execute(own):
                if piece in flat(row.words):
                    found.setdefault(row.id, "words")
                elif row.item_id in meant:
                    found.setdefault(row.id, "item")
        rows = {**rows_of(store, connection, found, *conditions), **told}.values()
    by_promise = list_code in BY_PROMISE
    first = [as_row(row, now, found_by="number") for row in rows if row.id in told]
    first.sort(key=lambda row: row.after, reverse=True)
    rest = [
        as_row(row, now, by_promise=by_promise, found_by=found[row.id]) for row in rows if row.id not in told
    ]
    rest.sort(key=lambda row: row.after, reverse=not by_promise)
    return [*first, *rest][:limit]


def _told(
    store: Store, connection: sa.Connection, text: str, found: Mapping[UUID, str], now: datetime
) -> dict[UUID, sa.Row[Any]]:
    """Of what was found by its number: today's, or all of a number that was told in full."""
    from app.queries.requests_search import told_number

    keys = [key for key, by in found.items() if by == "number"]
    piece = told_number(text)
    if piece is None or not keys:
        return {}
    begins, _ = _today(store, connection, now)
    return rows_of(store, connection, keys, *([] if piece.whole else [requests.c.received_at >= begins]))


def _open(store: Store) -> sa.ColumnElement[bool]:
    return sa.and_(requests.c.site_id == store.site.site_id, requests.c.open_since.is_not(None))


def _promised(store: Store) -> sa.ColumnElement[bool]:
    return sa.and_(
        requests.c.site_id == store.site.site_id,
        requests.c.closed_at.is_(None),
        requests.c.done_at.is_(None),
        requests.c.promised_at.is_not(None),
    )


def _today(store: Store, connection: sa.Connection, now: datetime) -> tuple[datetime, datetime]:
    starts = store.setting(connection, "day_starts", 0)
    return day_bounds(day_of(now, store.site.zone, starts), store.site.zone, starts)


def _due_today(store: Store, connection: sa.Connection, now: datetime) -> sa.ColumnElement[bool]:
    begins, ends = _today(store, connection, now)
    return sa.and_(requests.c.promised_at >= begins, requests.c.promised_at < ends)


def _filter(store: Store, actor: Actor, code: str) -> sa.ColumnElement[bool]:
    """What of the open requests is in a list that does not go by the promised time."""
    waits = requests.c.paused_at.is_(None)
    match code:
        case "mine":
            if actor.staff_id is None:
                return sa.false()
            return requests.c.first_contact_id == actor.staff_id
        case "unassigned":
            return sa.and_(requests.c.state == RequestState.RECEIVED.value, waits)
        case "awaiting_confirmation":
            return sa.and_(requests.c.state == RequestState.DONE.value, waits)
        case "awaiting_follow_up":
            return sa.and_(requests.c.state == RequestState.CONFIRMED.value, waits)
        case "paused":
            return requests.c.paused_at.is_not(None)
        case "open":
            return sa.true()
    raise KeyError(code)


def _conditions(
    store: Store, actor: Actor, connection: sa.Connection, code: str, now: datetime
) -> list[sa.ColumnElement[bool]]:
    if code == "all":
        return []
    if code == "overdue":
        return [_promised(store), requests.c.promised_at < now]
    if code == "due_today":
        return [_promised(store), _due_today(store, connection, now)]
    return [_open(store), _filter(store, actor, code)]
