"""One request in full, as the right-hand side shows it: stations, stamps, history, what can be done (REQ-1, REQ-2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.db.base import EPOCH, MICROSECOND
from app.db.disclosures import UNMASK, checked_reason, disclose
from app.db.people import staff
from app.db.requests import confirmations, follow_ups, request_events, requests, service_items
from app.db.requests_read import load_dispatches, load_row, snapshot
from app.db.store import Store
from app.domain.masks import mask
from app.domain.people import Actor
from app.domain.requests import (
    STATIONS,
    RequestState,
    ServiceRequest,
    allowed,
    missing_for,
    next_step,
)
from app.words import Words

STAMPS = ("told", "promised", "result_told", "satisfied")
"""The four stamps of REQ-2 in their order; texts are `requests.stamp_<code>`."""
# Values of an event that are codes, and what their texts begin with.
_CODED = {
    "answer": "answer",
    "outcome": "outcome",
    "means": "means",
    "reason": "pause",
    "channel": "channel",
}


@dataclass(frozen=True, slots=True)
class StationStamp:
    """A station of the track: `done`, `current` (reached last) or `open`; when it was reached and by whom."""

    state: RequestState
    progress: str
    at: datetime | None
    by: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """One of the first contact's four stamps; `note` is whom it was promised to, or how satisfied."""

    code: str
    at: datetime | None
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the history. `values` are people's names, instants, codes and numbers by name; see `event_text`."""

    at: datetime
    entered_at: datetime
    by: str
    station: str
    round: int
    what: str
    words: str
    old_words: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DispatchRow:
    """A handler's part in a request; `end` is "" while he has the job."""

    round: int
    handler: str
    responsible: bool
    dispatched_at: datetime
    dispatched_by: str
    begun_at: datetime | None
    ended_at: datetime | None
    end: str
    end_reason: str
    result: str


@dataclass(frozen=True, slots=True)
class ConfirmationRow:
    """What the customer said of the work: who, how, when, and who entered it (REQ-6)."""

    round: int
    who: str
    means: str
    answer: str
    words: str
    at: datetime
    entered_at: datetime
    entered_by: str


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """What came of a follow-up (REQ-7); `scores` by dimension, 1 to 5."""

    round: int
    outcome: str
    who: str
    means: str
    words: str
    scores: Mapping[str, int]
    at: datetime
    asked_by: str


@dataclass(frozen=True, slots=True)
class RequestCard:
    """A request in full. Instants are in UTC, the phone is masked unless it was unmasked.

    `listed` says whether the customer is on file (REQ-8). `allowed` holds the actions of this actor, `next_step` the
    primary one, `missing_to_close` codes of what closing still lacks. `events` are newest first.
    """

    request: ServiceRequest
    customer: str
    listed: bool
    place: str
    contact: str
    extension: str
    phone: str
    kind: str
    promise_minutes: int | None
    urgency: str
    clerk: str
    first_contact: str
    handler: str
    helpers: tuple[str, ...]
    call_started_at: datetime
    promise_reason: str
    promise_given_to: str
    return_reason: str
    outcome: str
    overdue: bool
    stations: tuple[StationStamp, ...]
    stamps: tuple[Stamp, ...]
    manager_talk: Stamp | None
    events: tuple[Event, ...]
    dispatches: tuple[DispatchRow, ...]
    confirmations: tuple[ConfirmationRow, ...]
    follow_ups: tuple[FollowUpRow, ...]
    next_step: str
    allowed: frozenset[str]
    missing_to_close: tuple[str, ...]


def card(
    store: Store, actor: Actor, request_id: UUID, *, unmask: bool = False, reason: str = ""
) -> RequestCard:
    """A request in full. `unmask` shows the phone, needs the right and a reason, and is written down (VIS-14).

    Raises:
        DomainError: `row_gone`; `no_right`, `reason_needed` for unmasking; `damaged_value`.
    """
    actor.need("requests.see")
    if unmask:
        actor.need("personal.unmask")
        checked_reason(reason)
    now, site = store.clock.now(), store.site.site_id
    with store.reading() as connection:
        row = load_row(connection, site, request_id)
        jobs = load_dispatches(connection, site, request_id)
        said = _children(connection, confirmations, site, request_id)
        asked = _children(connection, follow_ups, site, request_id)
        happened = connection.execute(
            sa.select(request_events)
            .where(request_events.c.site_id == site, request_events.c.request_id == request_id)
            .order_by(request_events.c.sequence.desc(), request_events.c.entered_at.desc())
        ).all()
        names = _names(connection, site, _people(row, jobs, said, asked, happened))
        item = connection.execute(
            sa.select(service_items.c.name, service_items.c.promise_minutes).where(
                service_items.c.site_id == site, service_items.c.id == row.item_id
            )
        ).first()
    request = snapshot(row, jobs)
    phone = store.secrets.open(row.phone, "requests.phone", site, request_id)
    if unmask and phone:
        store.work(
            actor,
            "requests.unmask",
            lambda work: disclose(work, UNMASK, "requests", request_id, reason),
        )
    return RequestCard(
        request=request,
        customer=row.customer,
        listed=row.customer_id is not None,
        place=row.place,
        contact=row.contact,
        extension=row.extension,
        phone=phone if unmask else mask(phone),
        kind=item.name if item else "",
        promise_minutes=item.promise_minutes if item else None,
        urgency=row.urgency,
        clerk=names.get(row.clerk_id, ""),
        first_contact=names.get(row.first_contact_id, ""),
        handler=names.get(row.handler_id, ""),
        helpers=tuple(sorted(names.get(one, "") for one in request.helper_ids)),
        call_started_at=row.call_started_at,
        promise_reason=row.promise_reason,
        promise_given_to=row.promise_given_to,
        return_reason=row.return_reason,
        outcome=row.outcome,
        overdue=request.overdue(now),
        stations=_stations(request, row, names),
        stamps=(
            Stamp("told", row.told_at, names.get(row.told_by, "")),
            Stamp(
                "promised", row.promise_given_at, names.get(row.promise_given_by, ""), row.promise_given_to
            ),
            Stamp("result_told", row.result_told_at, names.get(row.result_told_by, "")),
            Stamp("satisfied", row.satisfied_at, names.get(row.satisfied_by, ""), row.satisfied_degree),
        ),
        manager_talk=Stamp("manager_talk", row.manager_talked_at, names.get(row.manager_talked_by, ""))
        if row.special
        else None,
        events=tuple(_event(store, one, names) for one in happened),
        dispatches=tuple(_dispatch(one, names) for one in jobs),
        confirmations=tuple(
            ConfirmationRow(
                one.round,
                one.who,
                one.means,
                one.answer,
                one.words,
                one.at,
                one.entered_at,
                names.get(one.entered_by, ""),
            )
            for one in said
        ),
        follow_ups=tuple(
            FollowUpRow(
                one.round,
                one.outcome,
                one.who,
                one.means,
                one.words,
                dict(one.scores),
                one.at,
                names.get(one.asked_by, ""),
            )
            for one in asked
        ),
        next_step=next_step(request, actor),
        allowed=allowed(request, actor),
        missing_to_close=() if request.ended else tuple(missing_for(request, "close")),
    )


def event_text(words: Words, zone: ZoneInfo, event: Event) -> str:
    """What happened, as a sentence of the reader's language with local times; the person's own words stand apart."""
    shown: dict[str, object] = {}
    for name, value in event.values.items():
        if isinstance(value, datetime):
            shown[name] = f"{value.astimezone(zone):%m-%d %H:%M}"
        elif name in _CODED:
            shown[name] = words(f"requests.{_CODED[name]}_{value}") if value else ""
        else:
            shown[name] = value
    return words(f"requests.event_{event.what}", **shown)


def _children(connection: sa.Connection, table: sa.Table, site: int, request_id: UUID) -> list[sa.Row[Any]]:
    return list(
        connection.execute(
            sa.select(table)
            .where(table.c.site_id == site, table.c.request_id == request_id)
            .order_by(table.c.entered_at.desc(), table.c.id.desc())
        )
    )


def _people(
    row: sa.Row[Any],
    jobs: Iterable[sa.Row[Any]],
    said: Iterable[sa.Row[Any]],
    asked: Iterable[sa.Row[Any]],
    happened: Iterable[sa.Row[Any]],
) -> set[UUID]:
    columns = [column.name for column in requests.c if column.name.endswith("_by")]
    found = {getattr(row, name) for name in (*columns, "clerk_id", "first_contact_id", "handler_id")}
    for job in jobs:
        found |= {job.handler_id, job.dispatched_by}
    found |= {one.entered_by for one in said} | {one.asked_by for one in asked}
    for one in happened:
        found.add(one.staff_id)
        found |= {UUID(value) for name, value in one.data.items() if name.endswith("_id")}
    found.discard(None)
    return found


def _names(connection: sa.Connection, site: int, people: set[UUID]) -> dict[UUID | None, str]:
    rows = connection.execute(
        sa.select(staff.c.id, staff.c.name).where(staff.c.site_id == site, staff.c.id.in_(sorted(people)))
    )
    return {row.id: row.name for row in rows}


def _stations(
    request: ServiceRequest, row: sa.Row[Any], names: Mapping[UUID | None, str]
) -> tuple[StationStamp, ...]:
    stamps = [(row.round_began_at, row.round_began_by)]
    stamps += [(getattr(row, f"{one}_at"), getattr(row, f"{one}_by")) for one in STATIONS[1:]]
    if request.ended and request.state != RequestState.CLOSED:
        stamps[-1] = (None, None)
    track = []
    for state, (at, by) in zip(STATIONS, stamps, strict=True):
        progress = "current" if state == request.state else "open" if at is None else "done"
        track.append(StationStamp(state, progress, at, names.get(by, "")))
    return tuple(track)


def _event(store: Store, row: sa.Row[Any], names: Mapping[UUID | None, str]) -> Event:
    values: dict[str, Any] = {}
    for name, value in row.data.items():
        if name.endswith("_id"):
            values[name.removesuffix("_id")] = names.get(UUID(value), "")
        elif name.endswith("_at"):
            values[name] = EPOCH + value * MICROSECOND
        elif not isinstance(value, dict):
            values[name] = value
    return Event(
        at=row.at,
        entered_at=row.entered_at,
        by=names.get(row.staff_id, ""),
        station=row.station,
        round=row.round,
        what=row.what,
        words=row.words,
        old_words=store.secrets.open(row.old_words, "request_events.old_words", store.site.site_id, row.id),
        values=values,
    )


def _dispatch(row: sa.Row[Any], names: Mapping[UUID | None, str]) -> DispatchRow:
    return DispatchRow(
        round=row.round,
        handler=names.get(row.handler_id, ""),
        responsible=row.responsible,
        dispatched_at=row.dispatched_at,
        dispatched_by=names.get(row.dispatched_by, ""),
        begun_at=row.begun_at,
        ended_at=row.ended_at,
        end=row.end,
        end_reason=row.end_reason,
        result=row.result,
    )
