"""What must hold after a kill or a fault: nothing told is lost, the file is sound, open registrations come back.

Every answer is a list of sentences, empty when all holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.folder import open_store
from app.db.store import Store
from app.db.visits import departures, visits
from app.domain.people import Actor
from app.domain.visits import running_since
from app.operations import care
from app.operations import visits as operations
from app.operations.site import sign_in_as
from app.queries.visits import OpenRegistration, open_registrations
from app.words import Words
from tests.torture.registering import Told

TOLERANCE = 0.002
"""Seconds: held times are kept to the millisecond."""
WORDS = Words("en")


@dataclass(frozen=True, slots=True)
class Judged:
    """What was wrong (nothing, if all is well), and how many open registrations came back."""

    wrong: tuple[str, ...]
    came_back: int = 0


def judge(folder: Path, told: Sequence[Told], *, go_on: bool = True) -> Judged:
    """Checks a site after its writer ended somehow, then (unless told not to) a guard goes on with what is open."""
    wrong = [WORDS(one.code, **one.values) for one in care.check(folder) if one.fault]
    if wrong:
        return Judged(tuple(wrong))
    opened = open_store(folder)
    try:
        actor = sign_in_as(opened.store, "guard", "post")
        wrong += _lost(opened.store, told)
        waiting = open_registrations(opened.store, actor)
        wrong += _not_open(opened.store, told, waiting)
        for row in waiting if go_on else ():
            wrong += _goes_on(opened.store, actor, row)
    finally:
        opened.close()
    return Judged(tuple(wrong), len(waiting))


def _row(connection: sa.Connection, store: Store, key: str) -> Any:
    return connection.execute(
        sa.select(visits).where(visits.c.site_id == store.site.site_id, visits.c.id == UUID(key))
    ).first()


def _lost(store: Store, told: Sequence[Told]) -> list[str]:
    """What was told as saved and is not there, or is there with other values."""
    wrong = []
    with store.reading() as connection:
        for one in told:
            if one.what == "saved":
                row = _row(connection, store, one.visit)
                if row is None or row.registered_at is None:
                    wrong.append(f"visit {one.number} was told as saved and is lost")
                elif (row.number, row.held_seconds, row.visitor) != (one.number, one.held, one.name):
                    wrong.append(f"visit {one.number} is not what was told: {row.held_seconds} s")
            elif one.what == "left":
                found = connection.execute(
                    sa.select(sa.func.count()).where(
                        departures.c.site_id == store.site.site_id, departures.c.visit_id == UUID(one.visit)
                    )
                ).scalar_one()
                if found != 1:
                    wrong.append(f"the departure of {one.visit} was told and is there {found} times")
    return wrong


def _not_open(store: Store, told: Sequence[Told], waiting: Sequence[OpenRegistration]) -> list[str]:
    """What was begun and is neither offered again nor saved (or discarded), or has lost its clock or a field."""
    rows = {str(row.visit_id): row for row in waiting}
    saved = {one.visit for one in told if one.what == "saved"}
    wrong = []
    with store.reading() as connection:
        for one in told:
            if one.what not in ("begun", "filled") or one.visit in saved:
                continue
            row = rows.get(one.visit)
            if row is None:
                kept = _row(connection, store, one.visit)
                if kept is None or (kept.registered_at is None and not kept.discard_reason):
                    wrong.append(f"the open registration of {one.name} is lost")
            elif abs(row.received_monotonic - one.monotonic) > TOLERANCE:
                wrong.append(f"the clock of {one.name} runs from another moment")
            elif row.fields.visitor != one.name or (one.host and row.fields.host != one.host):
                wrong.append(f"the open registration of {one.name} has lost a field")
    return wrong


def _goes_on(store: Store, actor: Actor, row: OpenRegistration) -> list[str]:
    """An open registration is finished: its clock has run on from its receipt, on the monotonic clock of this boot."""
    now = operations.stamp(store)
    started = type(now)(row.received_wall, row.received_monotonic, row.boot)
    since, estimated = running_since(started, now)
    done = operations.document_returned(store, actor, row.visit_id, started, now, row.fields)
    ran = now.monotonic - row.received_monotonic
    right = done.held_seconds is not None and abs(done.held_seconds - ran) <= TOLERANCE
    if estimated or done.estimated or since != row.received_monotonic or not right:
        return [f"the clock of {row.number} shows {done.held_seconds} s, {ran:.3f} s went by"]
    return []
