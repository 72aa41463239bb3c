"""Imported visitors and past visits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.base import new_key
from app.db.people import staff
from app.db.prepared import Rows, chunks
from app.db.site import customers, number_counters, posts
from app.db.visits import departures, pass_returns, visits
from app.domain.business_day import day_bounds, day_of, shift_at
from app.domain.names import same_name
from app.domain.tables import SheetRow
from app.domain.visits import OTHER_NAME, WAYS_IN, Fields, has_clock, missing, pass_text
from app.operations.import_people import People
from app.operations.import_rows import Look, RowError, Setting, document, moment, name, phone, plate, text


@dataclass(frozen=True, slots=True)
class VisitorLine:
    """A row of visitors; the key is for a new one."""

    key: UUID
    fields: Fields


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A row of past visits; "" and None where it says nothing. The keys are for what it adds."""

    key: UUID
    departure_key: UUID
    return_key: UUID
    visitor_key: UUID
    fields: Fields
    post: str
    guard: str
    pass_number: str
    way_in: str
    arrived: datetime
    received: datetime | None
    returned: datetime | None
    left: datetime | None
    end: datetime
    day: date
    shift: str


def visitor_line(row: SheetRow, setting: Setting) -> VisitorLine:
    """What a row of visitors says. Raises RowError."""
    return VisitorLine(new_key(), Fields(**_person(row, setting)))


def visit_line(row: SheetRow, setting: Setting) -> VisitLine:
    """What a row of past visits says. Raises RowError."""
    person, zone, now = _person(row, setting), setting.zone, setting.now
    arrived = moment(row, "arrived_at", zone, now, needed=True)
    assert arrived is not None
    received = moment(row, "document_received_at", zone, now)
    returned = moment(row, "document_returned_at", zone, now)
    left = moment(row, "left_at", zone, now)
    for column, later, earlier in (
        ("document_returned_at", returned, received or arrived),
        ("left_at", left, arrived),
    ):
        if later is not None and later < earlier:
            raise RowError("bad_order", column)
    # With both times another program measured it; without, somebody wrote it down afterwards.
    way_in = text(row, "way_in") or ("typed" if received and returned else "late")
    if way_in not in WAYS_IN:
        raise RowError("bad_way_in", "way_in", way_in)
    day = day_of(arrived, zone, setting.day_starts)
    midnight = day_bounds(day, zone, setting.day_starts)[1]
    return VisitLine(
        *(new_key(), new_key(), new_key(), new_key()),
        Fields(**person, host=text(row, "host"), purpose=text(row, "purpose")),
        name(row, "post"),
        text(row, "guard"),
        pass_text(text(row, "pass_number")),
        way_in,
        arrived,
        received,
        returned,
        left,
        left or min(midnight - timedelta(seconds=1), now),
        day,
        shift_at(arrived, zone, setting.shifts),
    )


def _person(row: SheetRow, setting: Setting) -> dict[str, Any]:
    kind, number = document(row, setting.today)
    return {
        "visitor": name(row, "visitor"),
        "document_kind": kind,
        "document_number": number,
        "phone": phone(row),
        "plate": plate(row),
    }


class VisitorsTaker:
    """Takes rows of visitors: by document number, else by name with phone or plate, else by name alone."""

    def __init__(self, look: Look, lines: Sequence[VisitorLine]) -> None:
        self._people = People(look, [line.fields for line in lines])
        self.things = self._people.things
        self.numbers: dict[int, int] = {}

    def take(self, line: VisitorLine) -> str:
        """See `Taker`."""
        known = self._people.find(line.fields)
        if known is not None and not same_name(known.name, line.fields.visitor):
            raise RowError("bad_other_name", "visitor", known.name)
        return self._people.keep(line.fields, known, line.key)[1]


@dataclass(frozen=True, slots=True)
class PastVisit:
    """A visit as it will be written: what the row says, and what follows from the data."""

    number: str
    line: VisitLine
    post_id: UUID
    guard_id: UUID
    visitor_id: UUID
    host_id: UUID | None
    lacks: int

    def build(self, rows: Rows) -> None:
        """The visit, that its visitor left, and that the pass came back."""
        key, line, seal = self.line.key, self.line, rows.secrets.seal
        fields, received, returned = line.fields, line.received, line.returned
        # A slip that was keyed in afterwards has no clock, nor has a visit without a document (VIS-2).
        clocked = has_clock(fields.document_kind, line.way_in)
        held = (returned - received).total_seconds() if clocked and returned and received else None
        registered = returned or line.arrived
        rows.insert(
            visits,
            {
                "id": key,
                "number": self.number,
                "writer_id": rows.store.writer.id,
                "post_id": self.post_id,
                "guard_id": self.guard_id,
                "visitor_id": self.visitor_id,
                "visitor": fields.visitor,
                "document_kind": fields.document_kind,
                "document_number": seal(fields.document_number, "visits.document_number", rows.site_id, key),
                "phone": seal(fields.phone, "visits.phone", rows.site_id, key),
                "plate": fields.plate,
                "host_id": self.host_id,
                "host": fields.host,
                "purpose": fields.purpose,
                "pass_number": line.pass_number,
                "way_in": line.way_in,
                "arrived_at": line.arrived,
                "day": line.day,
                "shift": line.shift,
                "document_received_at": received,
                "document_returned_at": returned if received else None,
                "registered_at": registered,
                "held_seconds": held,
                # Measured by another program, on a clock that we do not know.
                "held_estimated": True,
                "boot": "",
                "started_monotonic": 0.0,
                "over_reason": "",
                "override_reason": "",
                "none_reason": "",
                "missing": self.lacks,
                "missing_at_return": self.lacks,
                "completed_at": None if self.lacks else registered,
                "corrected_at": None,
                "discarded_at": None,
                "discard_reason": "",
            },
        )
        gone = {"visit_id": key, "left_at": line.end, "post_id": None, "staff_id": None}
        rows.insert(departures, {"id": line.departure_key, **gone, "by_rule": line.left is None})
        if line.pass_number:
            back = {"visit_id": key, "returned_at": line.end, "staff_id": None}
            rows.insert(pass_returns, {"id": line.return_key, **back})


class VisitsTaker:
    """Takes rows of past visits: by post, time and name. Who has no time of leaving is closed by rule."""

    def __init__(self, look: Look, lines: Sequence[VisitLine]) -> None:
        self._look = look
        self._posts, self._guards, self._hosts = (_by_name(look, one) for one in (posts, staff, customers))
        self._people = People(look, [line.fields for line in lines])
        self._there = self._visits_there(lines)
        self._last = self._numbers_given()
        self.things = self._people.things
        self.numbers: dict[int, int] = {}

    def take(self, line: VisitLine) -> str:
        """See `Taker`."""
        fields = line.fields
        if line.post not in self._posts:
            raise RowError("bad_post", "post", line.post)
        if line.guard and line.guard not in self._guards:
            raise RowError("bad_guard", "guard", line.guard)
        post_id = self._posts[line.post]
        guard_id = self._guards.get(line.guard, self._look.actor.staff_id)
        if guard_id is None:
            raise RowError("bad_needed", "guard")
        if (post_id, line.arrived, fields.visitor) in self._there:
            return "unchanged"
        self._there.add((post_id, line.arrived, fields.visitor))
        known = self._people.find(fields)
        visitor_id = self._people.keep(fields, known, line.visitor_key)[0]
        host_id = self._hosts.get(fields.host)
        self._people.count_visit(visitor_id, line.arrived, (post_id, host_id, fields.host, fields.purpose))
        lacks = missing(fields)
        if known is not None and not same_name(known.name, fields.visitor):
            lacks |= OTHER_NAME  # as at the post: both names stay, and somebody says which is right (VIS-3)
        self.things[line.key] = PastVisit(
            self._number(line.day), line, post_id, guard_id, visitor_id, host_id, lacks
        )
        return "added"

    def _number(self, day: date) -> str:
        digits = day.year * 10000 + day.month * 100 + day.day
        self.numbers[digits] = count = self.numbers.get(digits, 0) + 1
        return f"{day:%m%d}-{self._look.store.writer.letter}{self._last.get(digits, 0) + count:03d}"

    def _visits_there(self, lines: Sequence[VisitLine]) -> set[tuple[UUID, datetime, str]]:
        there = set()
        arrived: dict[str, set[datetime]] = {}
        for line in lines:
            arrived.setdefault(line.post, set()).add(line.arrived)
        for post, moments in arrived.items():
            for some in chunks(moments if post in self._posts else ()):
                query = sa.select(visits.c.arrived_at, visits.c.visitor).where(
                    visits.c.site_id == self._look.store.site.site_id,
                    visits.c.post_id == self._posts[post],
                    visits.c.arrived_at.in_(some),
                )
                there |= {
                    (self._posts[post], row.arrived_at, row.visitor)
                    for row in self._look.connection.execute(query)
                }
        return there

    def _numbers_given(self) -> dict[int, int]:
        mine = (number_counters.c.writer_id == self._look.store.writer.id, number_counters.c.what == "visits")
        found = self._look.connection.execute(self._look.mine(number_counters).where(*mine))
        return {row.day: row.last for row in found}


def _by_name(look: Look, table: sa.Table) -> dict[str, UUID]:
    return {row.name: row.id for row in look.connection.execute(look.mine(table).where(table.c.active))}
