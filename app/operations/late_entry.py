"""Blank numbered slips go to paper, and what was written on them in a power cut is keyed in afterwards (VIS-13).

Such a visit is marked late: no clock, no place in the 25 s share (VIS-2). A slip is keyed in once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from app.db.evacuation import late_entries, slip_runs
from app.db.site import writers
from app.db.store import Store
from app.db.visits import departures, on_site, pass_returns, passes_out, visits
from app.db.work import Work
from app.domain.people import Actor
from app.domain.slips import MOST_NUMBER, MOST_SLIPS, parts_of, slip_number
from app.domain.visits import OTHER_NAME, Fields, Stamp, missing
from app.errors import DomainError
from app.operations.visitors import remember
from app.operations.visits import insert_visit
from app.operations.visits_given import check_typed, checked
from app.operations.visits_rows import by_key, columns

NUMBERS = "slips"


@dataclass(frozen=True, slots=True)
class SlipRun:
    """Slips that are to be printed: the first and the last number."""

    first: str
    last: str
    count: int


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands on a slip. `last_four` are those of the document's number: the paper has no more (VIS-14)."""

    number: str
    fields: Fields
    came: datetime
    left: datetime | None = None
    last_four: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """A slip that was keyed in: its number, the visit's, whom it names, what is missing."""

    visit_id: UUID
    slip: str
    number: str
    visitor: str
    missing: int


def issue(store: Store, actor: Actor, count: int) -> SlipRun:
    """Gives out the numbers of so many blank slips; each number goes to paper as one slip and is never given again.

    Raises:
        DomainError: `no_right`, `sign_in_first`, `slips_count`, `slips_used_up`.
    """
    actor.need("visits.register")
    if not 1 <= count <= MOST_SLIPS:
        raise DomainError("slips_count", field="count", most=MOST_SLIPS)

    def body(work: Work) -> SlipRun:
        first = work.number(NUMBERS, 0)
        last = first
        for _ in range(count - 1):
            last = work.number(NUMBERS, 0)
        if last > MOST_NUMBER:
            raise DomainError("slips_used_up")
        letter = store.writer.letter
        values = {"writer_id": work.writer_id, "letter": letter, "first": first, "last": last}
        work.insert(
            slip_runs, {"id": work.new_key(), **values, "at": work.now, "staff_id": work.actor.person}
        )
        return SlipRun(slip_number(letter, first), slip_number(letter, last), count)

    return store.work(actor, "slips.issue", body)


def enter(store: Store, actor: Actor, slip: Slip, *, as_given: bool = False) -> Entered:
    """Keys one slip in, with the times written on it, at the post that it was written at.

    `as_given` takes a number that was never printed here all the same: the paper may come from a PC that is lost.

    Raises:
        DomainError: `no_right`, `no_post`; at their fields `slip_wrong`, `slip_taken` (names the visit),
            `slip_not_printed`, `slip_left_before`, and what is wrong with what was typed (see `check_typed`).
    """
    actor.need("visits.register")
    fields = checked(replace(slip.fields, way_in="late", visitor_id=None, document_number=""))
    check_typed(fields, Fields(), "", {})
    letter, count = parts_of(slip.number, store.writer.letter)
    number = slip_number(letter, count)
    if slip.left is not None and slip.left < slip.came:
        raise DomainError("slip_left_before", field="left")

    def body(work: Work) -> Entered:
        _need_free(work, number)
        if not as_given and not _is_printed(work, letter, count):
            raise DomainError("slip_not_printed", field="slip", slip=number)
        return _write(store, work, number, fields, slip)

    return store.work(actor, "visits.late_entry", body)


def _write(store: Store, work: Work, number: str, fields: Fields, slip: Slip) -> Entered:
    key = work.new_key()
    insert_visit(store, work, key, Stamp(slip.came, 0.0, ""), fields)
    # The document is gone: that its last four are on the slip is all that can be had of it.
    lacks = missing(fields, number_known=bool(slip.last_four))
    who = remember(store, work, fields, None, slip.came)
    lacks |= OTHER_NAME if who.other_name else 0
    work.update(
        visits,
        key,
        {
            **columns(store, key, slip.came, fields, None),
            "visitor_id": who.visitor_id,
            "registered_at": work.now,
            "missing": lacks,
            "missing_at_return": lacks,
            "completed_at": None if lacks else work.now,
        },
    )
    late = work.new_key()
    seal, site_id = store.secrets.seal, store.site.site_id
    values = {
        "visit_id": key,
        "slip_number": number,
        "last_four": seal(slip.last_four, "late_entries.last_four", site_id, late),
        "entered_at": work.now,
        "staff_id": work.actor.person,
    }
    work.insert(late_entries, {"id": late, **values})
    row = work.connection.execute(by_key(visits, work.site_id, key)).one()
    here = {"site_id": work.site_id, "visit_id": key, "post_id": row.post_id, "since": slip.came}
    if slip.left is None:
        work.derive(on_site.insert(), {**here, "visitor_id": who.visitor_id, "pass_number": row.pass_number})
        if row.pass_number:
            work.derive(passes_out.insert(), {**here, "pass_number": row.pass_number})
    else:
        _has_left(work, key, slip.left, bool(row.pass_number))
    return Entered(key, number, row.number, fields.visitor, lacks)


def _has_left(work: Work, key: UUID, left: datetime, has_pass: bool) -> None:
    person = work.actor.staff_id
    gone = {"visit_id": key, "left_at": left, "post_id": work.actor.post_id, "staff_id": person}
    work.insert(departures, {"id": work.new_key(), **gone, "by_rule": False})
    if has_pass:  # its time of leaving stands on the slip because the pass came back
        back = {"visit_id": key, "returned_at": left, "staff_id": person}
        work.insert(pass_returns, {"id": work.new_key(), **back})


def _need_free(work: Work, number: str) -> None:
    taken = work.connection.execute(
        sa.select(visits.c.number, visits.c.visitor)
        .select_from(late_entries)
        .join(
            visits,
            sa.and_(visits.c.site_id == late_entries.c.site_id, visits.c.id == late_entries.c.visit_id),
        )
        .where(late_entries.c.site_id == work.site_id, late_entries.c.slip_number == number)
        .limit(1)
    ).first()
    if taken is not None:
        who = f"{taken.visitor} {taken.number}".strip()
        raise DomainError("slip_taken", field="slip", slip=number, who=who)


def _is_printed(work: Work, letter: str, count: int) -> bool:
    known = sa.select(writers.c.id).where(writers.c.site_id == work.site_id, writers.c.letter == letter)
    if work.connection.execute(known).first() is None:
        return False
    printed = sa.select(slip_runs.c.id).where(
        slip_runs.c.site_id == work.site_id,
        slip_runs.c.letter == letter,
        slip_runs.c.first <= count,
        slip_runs.c.last >= count,
    )
    return work.connection.execute(printed.limit(1)).first() is not None
