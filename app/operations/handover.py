"""Handing a post over to the next shift, signed by both guards' PINs (VIS-16)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa

from app.db.handover import handover_takings, handovers
from app.db.handover_read import (
    LISTS,
    Present,
    chain_heads,
    last_counts,
    last_handover,
    newest_at,
    open_ids,
    present,
    things_of,
)
from app.db.store import Store
from app.db.work import Work
from app.domain.handover import MOST_COUNTED, Counted, moment_after, period_begin, shift_of
from app.domain.people import Actor
from app.domain.typed import fitting
from app.errors import DomainError
from app.operations.site import change_guard
from app.operations.tallies import post_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Given:
    """What the outgoing guard fills in. `after` is the handover that the page was read after (None: the first).

    `aside` are the open registrations that he has put aside for the next shift, knowing them; `counts` are the things
    counted, None where one was not.
    """

    after: UUID | None
    counts: tuple[Counted, ...] = ()
    notes: str = ""
    aside: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What came of it: the handover, and who is at the post now (None: not yet taken over)."""

    handover_id: UUID
    incoming: Actor | None


def hand_over(
    store: Store,
    actor: Actor,
    given: Given,
    pin: str,
    incoming_id: UUID | None = None,
    incoming_pin: str = "",
) -> HandedOver:
    """Hands the actor's post over, in one commit, after both PINs were right; wrong ones lock as at a change of guard.

    Without `incoming_id` it waits, not yet taken over, until `take_over`.

    Raises:
        DomainError: `no_right`, `no_post`, `same_guard`, `handed_over_meanwhile` (another window was quicker: read the
            page again), `registrations_open` (n), `bad_count`, `text_too_long`; at the fields `pin` and `incoming_pin`
            `wrong_pin`, `locked_until`, `row_gone`.
    """
    actor.need("visits.register")
    post_id = post_of(actor)
    if incoming_id == actor.person:
        raise DomainError("same_guard", field="incoming")
    notes = fitting(given.notes, "notes")
    for at, one in enumerate(given.counts):
        if one.count is not None and not 0 <= one.count <= MOST_COUNTED:
            raise DomainError("bad_count", field=f"count_{at}", most=MOST_COUNTED)
    with store.reading() as connection:
        _need_current(connection, store, post_id, given)  # before a PIN is asked for in vain
    _signed("pin", change_guard, store, actor.person, pin, actor.station)
    incoming = None
    if incoming_id is not None:
        incoming = _signed("incoming_pin", change_guard, store, incoming_id, incoming_pin, actor.station)
        _need_guard(incoming)

    def body(work: Work) -> UUID:
        last = _need_current(work.connection, store, post_id, given)
        before = None if last is None else last.at
        zone, shifts = store.site.zone, store.shifts(work.connection)
        starts = store.setting(work.connection, "day_starts", 0)
        newest = newest_at(work.connection, work.site_id, post_id)
        now = max(moment_after(work.now, before), newest or work.now)
        since = period_begin(now, zone, shifts, starts, before, leaving=True)
        there = present(work.connection, work.site_id, post_id, now, since)
        shift, day = shift_of(since, now, zone, shifts, starts)
        key = work.new_key()
        values = {
            "post_id": post_id,
            "outgoing_id": actor.person,
            "at": now,
            "since": since,
            "day": day,
            "shift": shift,
            "notes": store.secrets.seal(notes, "handovers.notes", work.site_id, key),
            "seen": _kept(there, _counts(work, post_id, given, last)),
            "heads": chain_heads(work.connection, work.site_id),
        }
        work.insert(handovers, {"id": key, **values})
        if incoming is not None:
            _take(work, key, incoming.person)
        return key

    return HandedOver(store.work(actor, "handover.hand_over", body), incoming)


def take_over(store: Store, actor: Actor, handover_id: UUID, incoming_id: UUID, pin: str) -> Actor:
    """Signs for a handover that waited; answers who is at the post now, with the rights that a PIN gives.

    Raises:
        DomainError: `no_right`, `row_gone`, `taken_over_already`, `same_guard`; at the field `incoming_pin`
            `wrong_pin`, `locked_until`.
    """
    actor.need("visits.register")
    post_id = post_of(actor)
    with store.reading() as connection:
        _need_waiting(connection, store, post_id, handover_id, incoming_id)
    incoming = _signed("incoming_pin", change_guard, store, incoming_id, pin, actor.station)
    _need_guard(incoming)

    def body(work: Work) -> None:
        _need_waiting(work.connection, store, post_id, handover_id, incoming_id)
        _take(work, handover_id, incoming_id)

    store.work(incoming, "handover.take_over", body)
    return incoming


def _need_guard(incoming: Actor) -> None:
    if not incoming.may("visits.register"):
        raise DomainError("no_right", field="incoming", who=incoming.name, right="visits.register")


def _signed(field: str, check: Callable[..., T], *what: object) -> T:
    """The PIN check of a change of guard; what it refuses stands at the field of this signature."""
    try:
        return check(*what)
    except DomainError as error:
        values = {name: value for name, value in error.values.items() if name != "field"}
        raise DomainError(error.code, field=field, **values) from error


def _need_current(connection: sa.Connection, store: Store, post_id: UUID, given: Given) -> sa.Row[Any] | None:
    """The handover before; refuses another than the page knew, and registrations neither closed nor aside."""
    last = last_handover(connection, store.site.site_id, post_id)
    if (None if last is None else last.id) != given.after:
        raise DomainError("handed_over_meanwhile")
    left = set(connection.execute(open_ids(store.site.site_id, post_id)).scalars()) - given.aside
    if left:
        raise DomainError("registrations_open", field="aside", n=len(left))
    return last


def _need_waiting(
    connection: sa.Connection, store: Store, post_id: UUID, handover_id: UUID, incoming_id: UUID
) -> None:
    table, site_id = handovers, store.site.site_id
    row = connection.execute(
        sa.select(table.c.post_id, table.c.outgoing_id).where(
            table.c.site_id == site_id, table.c.id == handover_id
        )
    ).first()
    if row is None or row.post_id != post_id:
        raise DomainError("row_gone")
    if row.outgoing_id == incoming_id:
        raise DomainError("same_guard", field="incoming")
    taken = connection.execute(
        sa.select(handover_takings.c.id).where(
            handover_takings.c.site_id == site_id, handover_takings.c.handover_id == handover_id
        )
    ).first()
    if taken is not None:
        raise DomainError("taken_over_already")


def _take(work: Work, handover_id: UUID, staff_id: UUID) -> None:
    values = {"handover_id": handover_id, "staff_id": staff_id, "at": work.now}
    work.insert(handover_takings, {"id": work.new_key(), **values})


def _counts(work: Work, post_id: UUID, given: Given, last: sa.Row[Any] | None) -> list[list[Any]]:
    """The things of this post with the last count that stands on file, whatever the page showed."""
    before = last_counts(last)
    counted = {one.name: one.count for one in given.counts}
    return [
        [name, before.get(name), counted.get(name)]
        for name in things_of(work.connection, work.site_id, post_id)
    ]


def _kept(there: Present, counts: Sequence[Any]) -> dict[str, Any]:
    """Figures and keys, as JSON holds them."""
    kept = asdict(there)
    for name in LISTS:
        kept[name] = [key.hex for key in kept[name]]
    return {**kept, "things": counts}
