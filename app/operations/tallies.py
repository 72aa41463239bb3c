"""One key counts somebody who is not registered: no name, only what kind, when and where (VIS-1).

A tally is a row of its own, so that two writers' counts merge by adding; one counted by mistake is marked, not deleted.
"""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from app.db.handover import tallies, tally_kinds
from app.db.handover_read import last_at
from app.db.store import Store
from app.db.work import Work
from app.domain.business_day import day_of, shift_at
from app.domain.handover import TURN_AWAY_REASONS, UNDO, moment_after
from app.domain.people import Actor
from app.errors import DomainError


def tally(store: Store, actor: Actor, kind: str, reason: str = "") -> UUID:
    """Counts one; `reason` (one of TURN_AWAY_REASONS) for a kind that turns away, else "". Answers the row's key.

    Raises:
        DomainError: `no_right`, `no_post`, `tally_kind_gone` (taken off the list meanwhile), `reason_needed`.
    """
    actor.need("visits.register")

    def body(work: Work) -> UUID:
        post_id = post_of(actor)
        row = work.connection.execute(
            sa.select(tally_kinds.c.turned_away).where(
                tally_kinds.c.site_id == work.site_id, tally_kinds.c.name == kind, tally_kinds.c.active
            )
        ).first()
        if row is None:
            raise DomainError("tally_kind_gone", name=kind)
        if row.turned_away and reason not in TURN_AWAY_REASONS:
            raise DomainError("reason_needed", field="reason")
        key = work.new_key()
        values = {"kind": kind, "reason": reason if row.turned_away else "", "undone_at": None}
        work.insert(tallies, {"id": key, **stamped(store, work, post_id), **values})
        return key

    return store.work(actor, "tallies.tally", body)


def undo_tally(store: Store, actor: Actor, key: UUID) -> None:
    """Takes a tally back that was counted by mistake, within `UNDO` and at its post.

    Raises:
        DomainError: `no_right`, `row_gone`, `undo_too_late` (also when it was taken back already).
    """
    actor.need("visits.register")

    def body(work: Work) -> None:
        table = tallies
        row = work.connection.execute(
            sa.select(table).where(table.c.site_id == work.site_id, table.c.id == key)
        ).first()
        if row is None or row.post_id != actor.post_id:
            raise DomainError("row_gone")
        if row.undone_at is not None or work.now > row.at + UNDO or _handed_over(work, row.post_id, row):
            raise DomainError("undo_too_late")
        work.update(table, key, {"undone_at": max(work.now, row.at)})

    store.work(actor, "tallies.undo", body)


def post_of(actor: Actor) -> UUID:
    """The post that the actor stands at. Raises DomainError `no_post`."""
    if actor.post_id is None:
        raise DomainError("no_post")
    return actor.post_id


def stamped(store: Store, work: Work, post_id: UUID) -> dict[str, object]:
    """Post, person, instant, day and shift of something that happens at a post now, after its last handover."""
    zone = store.site.zone
    at = moment_after(work.now, last_at(work.connection, work.site_id, post_id))
    return {
        "post_id": post_id,
        "staff_id": work.actor.person,
        "at": at,
        "day": day_of(at, zone, store.setting(work.connection, "day_starts", 0)),
        "shift": shift_at(at, zone, store.shifts(work.connection)),
    }


def _handed_over(work: Work, post_id: UUID, row: sa.Row[tuple[object, ...]]) -> bool:
    """Whether the tally stands on a signed sheet already."""
    last = last_at(work.connection, work.site_id, post_id)
    return last is not None and last >= row.at
