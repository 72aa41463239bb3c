"""Tables in: customers, staff, visitors and past visits from csv and xlsx; every bad row named, whole or nothing.

What is there already is found again: a customer and an employee by name, a visitor by document number (else by name
with phone or plate), a visit by post, time and name. Then a row changes what differs, or nothing; it never makes a
second one.

What becomes of the rows is decided and made ready while others go on writing, and decided once more in the turn, on the
data as they are then: the turn of the data folder is held for the writing alone (`app.db.prepared`).
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.prepared import Prepared, Thing
from app.db.store import Store
from app.db.work import Work
from app.domain.business_day import day_of
from app.domain.people import Actor
from app.domain.tables import MOST_ROWS, BadRow, Sheet, SheetRow, read_sheet
from app.errors import DomainError
from app.operations import import_house, import_visits
from app.operations.import_rows import Look, RowError, Setting, Taker

MOST_BYTES = 100_000_000
"""Of a file: it is read whole, and no table of `MOST_ROWS` rows is longer."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A table that can be imported: its columns, those that must be there, what reads a row and what takes the rows."""

    columns: tuple[str, ...]
    needed: tuple[str, ...]
    line: Callable[[SheetRow, Setting], Any]
    taker: Callable[[Look, Sequence[Any]], Taker[Any]]


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the rows. Nothing was written if there are bad rows and the good ones were not asked for."""

    added: int
    updated: int
    unchanged: int
    bad: tuple[BadRow, ...]
    unknown_columns: tuple[str, ...]
    written: bool


KINDS: Mapping[str, Kind] = {
    "customers": Kind(
        ("name", "kind", "building", "place", "extension", "contact", "phone"),
        ("name",),
        import_house.customer_line,
        import_house.CustomersTaker,
    ),
    "staff": Kind(
        ("name", "title", "roles", "skills", "phone"),
        ("name",),
        import_house.staff_line,
        import_house.StaffTaker,
    ),
    "visitors": Kind(
        ("visitor", "document_kind", "document_number", "phone", "plate"),
        ("visitor",),
        import_visits.visitor_line,
        import_visits.VisitorsTaker,
    ),
    "visits": Kind(
        (
            "visitor",
            "document_kind",
            "document_number",
            "phone",
            "plate",
            "post",
            "guard",
            "host",
            "purpose",
            "pass_number",
            "way_in",
            "arrived_at",
            "document_received_at",
            "document_returned_at",
            "left_at",
        ),
        ("visitor", "post", "arrived_at"),
        import_visits.visit_line,
        import_visits.VisitsTaker,
    ),
}


class _RefusedError(Exception):
    """Undoes the transaction: there are bad rows, and the file is imported whole or not at all."""


def import_table(store: Store, actor: Actor, name: str, file: Path, keep_good: bool = False) -> Imported:
    """Imports a file into the table of that name; with `keep_good` the good rows of a file that has bad ones too.

    Raises:
        DomainError: `no_right`, `table_unknown`, `import_missing`, `import_too_long`, and what `read_sheet` raises.
    """
    actor.need("data.import")
    kind = KINDS.get(name)
    if kind is None:
        raise DomainError("table_unknown", name=name, names=", ".join(KINDS))
    try:
        with file.open("rb") as raw:
            content = raw.read(MOST_BYTES + 1)
    except OSError as fault:
        raise DomainError("import_missing", file=str(file)) from fault
    if len(content) > MOST_BYTES:
        raise DomainError("import_too_long", file=file.name, most=MOST_ROWS)
    with _uncollected():
        sheet = read_sheet(file.name, content, kind.columns, kind.needed)
        return _import_sheet(store, actor, kind, name, file.name, sheet, keep_good)


@contextmanager
def _uncollected() -> Iterator[None]:
    """No search for cycles among a million values that hold none: it took a third of the time, also in the turn."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _import_sheet(
    store: Store, actor: Actor, kind: Kind, name: str, file: str, sheet: Sheet, keep_good: bool
) -> Imported:
    now, zone = store.clock.now(), store.site.zone
    with store.reading() as connection:
        starts = store.setting(connection, "day_starts", 0)
        setting = Setting(now, zone, starts, store.shifts(connection), day_of(now, zone))
    lines, bad = [], []
    for row in sheet.rows:
        try:
            lines.append((row.line, kind.line(row, setting)))
        except RowError as fault:
            bad.append(BadRow(row.line, fault.code, fault.column, fault.value))
    wanted: dict[tuple[str, str, str], str] = {}

    def decide(connection: sa.Connection, search: sa.Connection) -> _Decided:
        look = Look(store, actor, connection, search, now, wanted)
        taker = kind.taker(look, [line for _, line in lines])
        return _take_all(taker, lines, bad, sheet.unknown, keep_good)

    with store.reading() as connection:
        first = decide(connection, connection)
    if not first.done.written:
        return first.done
    refused: list[Imported] = []
    with store.staging() as connection:
        prepared = Prepared(store, connection)
        prepared.stage(first.things)
        del first

        def body(work: Work) -> Imported:
            with store.reading() as search:
                decided = decide(work.connection, search)
            done = decided.done
            if not done.written:
                refused[:] = [done]
                raise _RefusedError
            prepared.write(work, decided.things)
            for day, count in decided.numbers.items():
                work.number("visits", day, count)
            work.note("import", name, {"file": file, "added": done.added, "updated": done.updated})
            return done

        try:
            return store.work(actor, f"import.{name}", body, on=connection)
        except _RefusedError:
            return refused[0]


@dataclass(frozen=True, slots=True)
class _Decided:
    """What becomes of the rows, what shall be written, and how many numbers of each day that takes."""

    done: Imported
    things: Mapping[UUID, Thing]
    numbers: Mapping[int, int]


def _take_all(
    taker: Taker[Any],
    lines: Sequence[tuple[int, Any]],
    unread: Sequence[BadRow],
    unknown: tuple[str, ...],
    keep_good: bool,
) -> _Decided:
    counts = {"added": 0, "updated": 0, "unchanged": 0}
    bad = list(unread)
    for number, line in lines:
        try:
            counts[taker.take(line)] += 1
        except RowError as fault:
            bad.append(BadRow(number, fault.code, fault.column, fault.value))
    bad.sort(key=lambda one: one.line)
    done = Imported(**counts, bad=tuple(bad), unknown_columns=unknown, written=keep_good or not bad)
    return _Decided(done, taker.things, taker.numbers)
