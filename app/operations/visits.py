"""What a guard does at the post: register, return the document, see off (VIS-1 to VIS-10).

A registration is a committed row from the moment a match or a field is taken. *Document returned* is one transaction:
the visit, its visitor, who is on site, the change and the audit record.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.base import new_key
from app.db.store import Store
from app.db.visits import (
    departures,
    on_site,
    pass_returns,
    passes_out,
    visits,
)
from app.db.work import Work
from app.domain.business_day import day_of, shift_at
from app.domain.people import Actor
from app.domain.typed import needed
from app.domain.visits import (
    LIMIT_SECONDS,
    OTHER_NAME,
    OVER_REASONS,
    Fields,
    Stamp,
    has_clock,
    held,
    missing,
)
from app.errors import DomainError
from app.operations.visitors import known_visitor, remember
from app.operations.visits_given import check_length, checked
from app.operations.visits_rows import TYPED, by_key, columns, exists, still_known, with_kept


@dataclass(frozen=True, slots=True)
class Registered:
    """What the screen shows as saved after *document returned*."""

    visit_id: UUID
    number: str
    visitor: str
    held_seconds: float | None
    estimated: bool
    missing: int


def stamp(store: Store) -> Stamp:
    """Now, on all clocks (VIS-2)."""
    clock = store.clock
    return Stamp(clock.now(), clock.monotonic(), clock.boot())


def new_visit() -> UUID:
    """The key of a registration that begins: made at the window, so that no step waits for the answer of another."""
    return new_key()


def begin(store: Store, actor: Actor, visit_id: UUID, started: Stamp, fields: Fields) -> None:
    """Opens a registration: a row that survives a crash, its clock running since `started`.

    Raises:
        DomainError: `no_right`, `no_post`, `not_a_choice`.
    """
    actor.need("visits.register")
    plain = checked(fields)
    store.work(actor, "visits.begin", lambda work: insert_visit(store, work, visit_id, started, plain))


def fill(store: Store, actor: Actor, visit_id: UUID, fields: Fields, started: Stamp | None = None) -> None:
    """Writes what an open registration holds so far; with its start given, also one whose `begin` was refused.

    Raises:
        DomainError: `no_right`, `row_gone`, `already_returned`.
    """
    actor.need("visits.register")
    fields = checked(fields)

    def body(work: Work) -> None:
        if started is not None and not exists(work, visit_id):
            insert_visit(store, work, visit_id, started, fields)
            return
        row = _open_row(work, visit_id)
        whole = with_kept(store, _with_filled(still_known(work, fields), row), row)
        known = known_visitor(store, work, whole.visitor_id)
        work.update(visits, visit_id, columns(store, visit_id, row.arrived_at, whole, known))

    store.work(actor, "visits.fill", body)


def document_returned(
    store: Store, actor: Actor, visit_id: UUID, started: Stamp, returned: Stamp, fields: Fields
) -> Registered:
    """Stops the clock and stores the visit, complete or not; always allowed (VIS-2, VIS-3).

    When nothing was taken yet the row is made here, in the same transaction.

    Raises:
        DomainError: `no_right`, `row_gone`, `already_returned` (another window was quicker; the first time stands).
    """
    actor.need("visits.register")
    fields = checked(fields)

    def body(work: Work) -> Registered:
        key = visit_id
        if not exists(work, key):
            insert_visit(store, work, key, started, fields)
        row = _open_row(work, key)
        start = Stamp(row.arrived_at, row.started_monotonic, row.boot)
        whole = with_kept(store, _with_filled(still_known(work, fields), row), row)
        known = known_visitor(store, work, whole.visitor_id)
        lacks = missing(whole, number_known=known is not None and bool(known.number))
        values = columns(store, key, start.wall, whole, known)
        time = held(start, returned)
        clocked = has_clock(whole.document_kind, whole.way_in)
        who = remember(store, work, whole, known, start.wall)
        lacks |= OTHER_NAME if who.other_name else 0
        values |= {
            "visitor_id": who.visitor_id,
            "document_returned_at": time.returned_at if clocked else None,
            "registered_at": time.returned_at,
            "held_seconds": round(time.seconds, 3) if clocked else None,
            "held_estimated": time.estimated,
            "missing": lacks,
            "missing_at_return": lacks,
            "completed_at": None if lacks else time.returned_at,
        }
        work.update(visits, key, values)
        site = {"site_id": work.site_id, "visit_id": key, "post_id": row.post_id, "since": start.wall}
        work.derive(
            on_site.insert(), {**site, "visitor_id": who.visitor_id, "pass_number": values["pass_number"]}
        )
        if values["pass_number"]:
            work.derive(passes_out.insert(), {**site, "pass_number": values["pass_number"]})
        return Registered(key, row.number, whole.visitor, values["held_seconds"], time.estimated, lacks)

    return store.work(actor, "visits.document_returned", body)


def over_reason(store: Store, actor: Actor, visit_id: UUID, reason: str) -> None:
    """Keeps why a document was held longer than 25 s, one of `OVER_REASONS` (VIS-2).

    Raises:
        DomainError: `no_right`, `not_a_choice`, `row_gone` (also for a registration that was discarded),
            `not_over_limit`.
    """
    actor.need("visits.register")
    if reason not in OVER_REASONS:
        raise DomainError("not_a_choice", field="over_reason", value=reason)

    def body(work: Work) -> None:
        row = work.connection.execute(by_key(visits, work.site_id, visit_id)).first()
        if row is None or row.discarded_at is not None:
            raise DomainError("row_gone")
        seconds = row.held_seconds
        if row.registered_at is None and has_clock(row.document_kind, row.way_in):
            seconds = held(Stamp(row.arrived_at, row.started_monotonic, row.boot), stamp(store)).seconds
        if seconds is None or seconds <= LIMIT_SECONDS:
            raise DomainError("not_over_limit")
        work.update(visits, visit_id, {"over_reason": reason})

    store.work(actor, "visits.over_reason", body)


def discard(store: Store, actor: Actor, visit_id: UUID, reason: str) -> None:
    """Ends an open registration that was none, at the post that opened it; the row stays, marked, with the reason.

    Who did it stands in the audit record.

    Raises:
        DomainError: `reason_needed`, `text_too_long`, `already_returned`, `row_gone`, `registration_elsewhere`.
    """
    actor.need("visits.register")
    why = needed(reason, "reason", "reason_needed")
    check_length("reason", why)

    def body(work: Work) -> None:
        if _open_row(work, visit_id).post_id != actor.post_id:
            raise DomainError("registration_elsewhere")
        work.update(visits, visit_id, {"discarded_at": work.now, "discard_reason": why})

    store.work(actor, "visits.discard", body)


def depart(store: Store, actor: Actor, visit_id: UUID, *, pass_returned: bool) -> datetime:
    """Logs that a visitor has left, and whether the pass came back (VIS-9, VIS-10). Answers the time.

    Nobody leaves before he came: while the PC's clock is set back, it is the instant of the registration.

    Raises:
        DomainError: `no_right`, `already_left`.
    """
    actor.need("visits.register")

    def body(work: Work) -> datetime:
        gone = work.connection.execute(
            on_site.delete().where(on_site.c.site_id == work.site_id, on_site.c.visit_id == visit_id)
        )
        if gone.rowcount != 1:
            raise DomainError("already_left")
        row = work.connection.execute(by_key(visits, work.site_id, visit_id)).one()
        left_at: datetime = max(work.now, row.registered_at)
        values = {
            "visit_id": visit_id,
            "left_at": left_at,
            "post_id": actor.post_id,
            "staff_id": actor.staff_id,
        }
        work.insert(departures, {"id": work.new_key(), **values, "by_rule": False})
        if pass_returned:
            _pass_back(work, visit_id)
        return left_at

    return store.work(actor, "visits.depart", body)


def return_pass(store: Store, actor: Actor, visit_id: UUID) -> None:
    """Logs that a pass came back later than its visitor left (VIS-9).

    Raises:
        DomainError: `pass_not_out`.
    """
    actor.need("visits.register")

    def body(work: Work) -> None:
        if not _pass_back(work, visit_id):
            raise DomainError("pass_not_out")

    store.work(actor, "visits.return_pass", body)


# --- rows -------------------------------------------------------------------------------------------------------------


def _open_row(work: Work, visit_id: UUID) -> Any:
    row = work.connection.execute(
        sa.select(
            visits.c.number,
            visits.c.post_id,
            visits.c.arrived_at,
            visits.c.started_monotonic,
            visits.c.boot,
            visits.c.id,
            visits.c.visitor_id,
            visits.c.visitor,
            visits.c.document_kind,
            visits.c.document_number,
            visits.c.phone,
            visits.c.plate,
            visits.c.host_id,
            visits.c.host,
            visits.c.purpose,
            visits.c.pass_number,
            visits.c.registered_at,
            visits.c.discarded_at,
        ).where(visits.c.site_id == work.site_id, visits.c.id == visit_id)
    ).first()
    if row is None:
        raise DomainError("row_gone")
    if row.registered_at is not None or row.discarded_at is not None:
        raise DomainError("already_returned")
    return row


def insert_visit(store: Store, work: Work, key: UUID, started: Stamp, fields: Fields) -> None:
    """Writes the row of a registration that begins, with its number of the day. Raises DomainError `no_post`."""
    if work.actor.post_id is None:
        raise DomainError("no_post")
    zone = store.site.zone
    day = day_of(started.wall, zone, store.setting(work.connection, "day_starts", 0))
    count = work.number("visits", day.year * 10000 + day.month * 100 + day.day)
    values = columns(store, key, started.wall, fields, known_visitor(store, work, fields.visitor_id))
    work.insert(
        visits,
        {
            "id": key,
            "number": f"{day:%m%d}-{store.writer.letter}{count:03d}",
            "writer_id": work.writer_id,
            "post_id": work.actor.post_id,
            "guard_id": work.actor.person,
            **values,
            "arrived_at": started.wall,
            "day": day,
            "shift": shift_at(started.wall, zone, store.shifts(work.connection)),
            "document_returned_at": None,
            "registered_at": None,
            "held_seconds": None,
            "held_estimated": False,
            "boot": started.boot,
            "started_monotonic": started.monotonic,
            "over_reason": "",
            "missing": 0,
            "missing_at_return": 0,
            "completed_at": None,
            "corrected_at": None,
            "discarded_at": None,
            "discard_reason": "",
        },
    )


def _with_filled(fields: Fields, row: Any) -> Fields:
    """The fields with what another window filled in meanwhile: the line only fills fields, it empties none (VIS-4)."""
    kept = {name: getattr(row, name) for name in TYPED if not getattr(fields, name)}
    if not fields.host:
        kept |= {"host": row.host, "host_id": row.host_id}
    if fields.visitor_id is None and fields.visitor in ("", row.visitor):
        kept["visitor_id"] = row.visitor_id
    return replace(fields, **kept)


def _pass_back(work: Work, visit_id: UUID) -> bool:
    out = work.connection.execute(
        passes_out.delete().where(passes_out.c.site_id == work.site_id, passes_out.c.visit_id == visit_id)
    )
    if out.rowcount:
        values = {"visit_id": visit_id, "returned_at": work.now, "staff_id": work.actor.staff_id}
        work.insert(pass_returns, {"id": work.new_key(), **values})
    return bool(out.rowcount)
