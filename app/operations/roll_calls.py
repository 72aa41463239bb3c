"""A roll call: begun, ticked off by several PCs at once, ended; each step in the audit chain (VIS-13)."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from app.db.evacuation import roll_call_ends, roll_call_people, roll_call_ticks, roll_calls
from app.db.roll_calls_read import found_ids, running_id, standing_tick
from app.db.store import Store
from app.db.visits import on_site
from app.db.work import Work
from app.domain.people import Actor
from app.errors import DomainError

RIGHT = "visits.register"


def begin(store: Store, actor: Actor) -> UUID:
    """Begins a roll call of all who are on site now; answers the one that runs already, if one does.

    Raises:
        DomainError: `no_right`, `sign_in_first`, `nobody_on_site`.
    """
    actor.need(RIGHT)

    def body(work: Work) -> UUID:
        running = running_id(work.connection, work.site_id)
        if running is not None:
            return running
        here = _on_site(work)
        if not here:
            raise DomainError("nobody_on_site")
        key = work.new_key()
        values = {"started_at": work.now, "staff_id": work.actor.person, "post_id": work.actor.post_id}
        work.insert(roll_calls, {"id": key, **values})
        _expect(work, key, here)
        return key

    return store.work(actor, "roll_call.begin", body)


def tick(store: Store, actor: Actor, roll_call_id: UUID, visit_id: UUID) -> None:
    """Somebody was found. A second tick of the same person, from another PC, changes nothing.

    Raises:
        DomainError: `no_right`, `roll_call_over`, `row_gone` for a visit that is not on its list.
    """
    actor.need(RIGHT)

    def body(work: Work) -> None:
        _need_running(work, roll_call_id)
        if visit_id not in _expected(work, roll_call_id) | set(_on_site(work)):
            raise DomainError("row_gone")
        if standing_tick(work.connection, work.site_id, roll_call_id, visit_id) is None:
            _write_tick(work, roll_call_id, visit_id, None)

    store.work(actor, "roll_call.tick", body)


def take_back(store: Store, actor: Actor, roll_call_id: UUID, visit_id: UUID) -> None:
    """The tick was a mistake: the person counts as missing again. Nothing happens where there is no tick.

    Raises:
        DomainError: `no_right`, `roll_call_over`.
    """
    actor.need(RIGHT)

    def body(work: Work) -> None:
        _need_running(work, roll_call_id)
        # Two PCs apart may both have ticked: all of them are taken back.
        while (standing := standing_tick(work.connection, work.site_id, roll_call_id, visit_id)) is not None:
            _write_tick(work, roll_call_id, visit_id, standing)

    store.work(actor, "roll_call.take_back", body)


def end(store: Store, actor: Actor, roll_call_id: UUID) -> None:
    """Ends it: who came to the list meanwhile is written on it, and how many were expected and found.

    Raises:
        DomainError: `no_right`, `roll_call_over`.
    """
    actor.need(RIGHT)

    def body(work: Work) -> None:
        _need_running(work, roll_call_id)
        before = _expected(work, roll_call_id)
        more = [one for one in _on_site(work) if one not in before]
        _expect(work, roll_call_id, more)
        whole = before | set(more)
        found = whole & found_ids(work.connection, work.site_id, roll_call_id)
        values = {"at": work.now, "staff_id": work.actor.person, "expected": len(whole), "found": len(found)}
        work.insert(roll_call_ends, {"id": work.new_key(), "roll_call_id": roll_call_id, **values})

    store.work(actor, "roll_call.end", body)


# --- rows -------------------------------------------------------------------------------------------------------------


def _need_running(work: Work, roll_call_id: UUID) -> None:
    if running_id(work.connection, work.site_id) != roll_call_id:
        raise DomainError("roll_call_over")


def _on_site(work: Work) -> list[UUID]:
    query = sa.select(on_site.c.visit_id).where(on_site.c.site_id == work.site_id)
    return list(work.connection.execute(query.order_by(on_site.c.since, on_site.c.visit_id)).scalars())


def _expected(work: Work, roll_call_id: UUID) -> set[UUID]:
    query = sa.select(roll_call_people.c.visit_id).where(
        roll_call_people.c.site_id == work.site_id, roll_call_people.c.roll_call_id == roll_call_id
    )
    return set(work.connection.execute(query).scalars())


def _expect(work: Work, roll_call_id: UUID, visit_ids: list[UUID]) -> None:
    for visit_id in visit_ids:
        values = {"id": work.new_key(), "roll_call_id": roll_call_id, "visit_id": visit_id}
        work.insert(roll_call_people, values)


def _write_tick(work: Work, roll_call_id: UUID, visit_id: UUID, takes_back: UUID | None) -> None:
    work.insert(
        roll_call_ticks,
        {
            "id": work.new_key(),
            "roll_call_id": roll_call_id,
            "visit_id": visit_id,
            "at": work.now,
            "staff_id": work.actor.person,
            "post_id": work.actor.post_id,
            "takes_back": takes_back,
        },
    )
