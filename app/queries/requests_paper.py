"""Values of requests for paper: the job slip (REQ-10), the request list, the follow-up form (REQ-7).

Times are local to the site; states, urgencies and answers are codes (`requests.state_…`), worded by whoever prints.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.people import staff
from app.db.requests import follow_ups, requests
from app.db.store import Store
from app.domain.business_day import day_bounds, day_of
from app.domain.own_codes import make_code
from app.domain.people import Actor
from app.domain.requests import RequestState
from app.errors import DomainError
from app.queries.requests import RequestRow, as_row, page, row_select, rows_of

_ALL = 1_000_000
PART = 500
"""How many keys one statement asks for: a database has a most of bound values."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What a job slip prints. `urgency` is a code, `qr` the program's own code of the number."""

    request_id: UUID
    number: str
    qr: str
    customer: str
    place: str
    contact: str
    extension: str
    kind: str
    text: str
    urgency: str
    urgent: bool
    received_at: datetime
    promised_at: datetime | None
    first_contact: str
    handler: str
    dispatched_at: datetime | None


@dataclass(frozen=True, slots=True)
class ListLine:
    """A line of the request list. `state` is a code: a `RequestState`, `paused` or `returned`."""

    number: str
    received_at: datetime
    customer: str
    place: str
    text: str
    first_contact: str
    handler: str
    state: str
    promised_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class FollowUpLine:
    """A line of the follow-up form; empty from `asked_on` on while nobody was asked. `answer` is "" or a code."""

    number: str
    customer: str
    place: str
    contact: str
    extension: str
    asked_on: datetime | None = None
    asked_whom: str = ""
    answer: str = ""
    text: str = ""
    asked_by: str = ""


def state_code(row: RequestRow) -> str:
    """What stands for a request's state in a list: paused and returned before the station."""
    if row.paused:
        return "paused"
    return "returned" if row.returned else row.state.value


def slip(store: Store, actor: Actor, request_id: UUID | None = None) -> Slip:
    """The job slip of a request, or of the newest dispatched one.

    Raises:
        DomainError: `no_right`, `row_gone` (also when nothing was ever dispatched).
    """
    actor.need("reports.make")
    with store.reading() as connection:
        key = request_id or _newest_dispatched(store, connection)
        row = rows_of(store, connection, [] if key is None else [key]).get(key) if key else None
    if row is None:
        raise DomainError("row_gone")
    return Slip(
        request_id=row.id,
        number=row.number,
        qr=make_code("job_slip", row.number),
        customer=row.customer,
        place=row.place,
        contact=row.contact,
        extension=row.extension,
        kind=row.item_name or "",
        text=row.words,
        urgency=row.urgency,
        urgent=row.urgency != "normal",
        received_at=_local(store, row.received_at),
        promised_at=_local_or_none(store, row.promised_at),
        first_contact=row.first_contact_name or "",
        handler=row.handler_name or "",
        dispatched_at=_local_or_none(store, row.dispatched_at),
    )


def newest_day(store: Store, actor: Actor) -> date | None:
    """The site's day of the newest request; None when there is none."""
    with store.reading() as connection:
        newest = connection.execute(
            sa.select(requests.c.received_at)
            .where(requests.c.site_id == store.site.site_id)
            .order_by(requests.c.received_at.desc(), requests.c.id.desc())
            .limit(1)
        ).scalar()
        starts = store.setting(connection, "day_starts", 0)
    return None if newest is None else day_of(newest, store.site.zone, starts)


def list_for_paper(store: Store, actor: Actor, list_code: str) -> list[ListLine]:
    """A saved filter as it is now, whole.

    Raises:
        DomainError: `no_right`. KeyError: for a code that is no list.
    """
    actor.need("reports.make")
    return [_line(store, row) for row in page(store, actor, list_code, limit=_ALL)]


def list_of_days(store: Store, actor: Actor, first: date, last: date) -> list[ListLine]:
    """The requests received from one site's day to another, both included, in the order of time.

    Raises:
        DomainError: `no_right`.
    """
    actor.need("reports.make")
    now = store.clock.now()
    with store.reading() as connection:
        rows = connection.execute(_of_days(store, connection, first, last)).all()
    return [_line(store, as_row(row, now)) for row in rows]


def follow_up_rows(
    store: Store, actor: Actor, first: date | None = None, last: date | None = None
) -> list[FollowUpLine]:
    """The requests that wait for a follow-up; with days, those received in them, asked about or waiting.

    Raises:
        DomainError: `no_right`.
    """
    actor.need("reports.make")
    if first is None or last is None:
        with store.reading() as connection:
            ids = [row.request_id for row in page(store, actor, "awaiting_follow_up", limit=_ALL)]
            rows = sorted(
                (row for part in _parts(ids) for row in rows_of(store, connection, part).values()),
                key=lambda row: (row.received_at, row.id),
            )
        return [_unasked(row) for row in rows]
    with store.reading() as connection:
        rows = list(connection.execute(_of_days(store, connection, first, last)))
        answers = _answers(store, connection, [row.id for row in rows])
    lines: list[FollowUpLine] = []
    for row in rows:
        given = answers.get(row.id, [])
        lines += [_asked(store, row, one) for one in given]
        if row.state == RequestState.CONFIRMED.value:
            lines.append(_unasked(row))
    return lines


def _parts(ids: list[UUID]) -> list[list[UUID]]:
    return [ids[start : start + PART] for start in range(0, len(ids), PART)]


def _newest_dispatched(store: Store, connection: sa.Connection) -> UUID | None:
    """The newest open job that somebody has, else the newest request that ever had a handler."""
    mine = requests.c.site_id == store.site.site_id
    running = (
        sa.select(requests.c.id)
        .where(mine, requests.c.open_since.is_not(None), requests.c.state == RequestState.DISPATCHED.value)
        .order_by(requests.c.open_since.desc(), requests.c.id.desc())
        .limit(1)
    )
    ever = (
        sa.select(requests.c.id)
        .where(mine, requests.c.handler_id.is_not(None))
        .order_by(requests.c.received_at.desc(), requests.c.id.desc())
        .limit(1)
    )
    found: UUID | None = connection.execute(running).scalar() or connection.execute(ever).scalar()
    return found


def _of_days(store: Store, connection: sa.Connection, first: date, last: date) -> sa.Select[Any]:
    starts = store.setting(connection, "day_starts", 0)
    begin = day_bounds(first, store.site.zone, starts)[0]
    end = day_bounds(last, store.site.zone, starts)[1]
    return (
        row_select(store.site.site_id)
        .where(requests.c.received_at >= begin, requests.c.received_at < end)
        .order_by(requests.c.received_at, requests.c.id)
    )


def _answers(
    store: Store, connection: sa.Connection, request_ids: list[UUID]
) -> dict[UUID, list[sa.Row[Any]]]:
    """Who was asked about each of these requests, the earliest first.

    By keys, not by a subquery of the days: PostgreSQL 17 then reads all follow-ups there are.
    """
    found: dict[UUID, list[sa.Row[Any]]] = {}
    for part in _parts(request_ids):
        rows = connection.execute(
            sa.select(follow_ups, staff.c.name.label("asker"))
            .select_from(
                follow_ups.outerjoin(
                    staff,
                    sa.and_(staff.c.site_id == follow_ups.c.site_id, staff.c.id == follow_ups.c.asked_by),
                )
            )
            .where(
                follow_ups.c.site_id == store.site.site_id,
                follow_ups.c.request_id.in_(part),
                follow_ups.c.outcome != "sampled_out",
            )
            .order_by(follow_ups.c.at, follow_ups.c.id)
        )
        for row in rows:
            found.setdefault(row.request_id, []).append(row)
    return found


def _line(store: Store, row: RequestRow) -> ListLine:
    return ListLine(
        number=row.number,
        received_at=_local(store, row.received_at),
        customer=row.customer,
        place=row.place,
        text=" · ".join(part for part in (row.kind, row.words) if part),
        first_contact=row.first_contact,
        handler=row.handler,
        state=state_code(row),
        promised_at=_local_or_none(store, row.promised_at),
        overdue=row.overdue,
    )


def _unasked(row: sa.Row[Any]) -> FollowUpLine:
    return FollowUpLine(row.number, row.customer, row.place, row.contact, row.extension)


def _asked(store: Store, row: sa.Row[Any], one: sa.Row[Any]) -> FollowUpLine:
    return FollowUpLine(
        number=row.number,
        customer=row.customer,
        place=row.place,
        contact=row.contact,
        extension=row.extension,
        asked_on=_local(store, one.at),
        asked_whom=one.who,
        answer="" if one.outcome == "not_reached" else one.outcome,
        text=one.words,
        asked_by=one.asker or "",
    )


def _local(store: Store, moment: datetime) -> datetime:
    return moment.astimezone(store.site.zone)


def _local_or_none(store: Store, moment: datetime | None) -> datetime | None:
    return None if moment is None else _local(store, moment)
