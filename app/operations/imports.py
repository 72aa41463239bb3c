"""Tables in: customers, staff, visitors and past visits from csv and xlsx; every bad row named, whole or nothing.

What is there already is found again: a customer and an employee by name, a visitor by document number (else by name
with phone or plate), a visit by post, time and name. Then a row changes what differs, or nothing; it never makes a
second one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.db.store import Store
from app.db.work import Work
from app.domain.people import Actor
from app.domain.tables import MOST_ROWS, BadRow, Sheet, SheetRow, read_sheet
from app.errors import DomainError
from app.operations import import_house, import_visits
from app.operations.import_rows import RowError

MOST_BYTES = 100_000_000
"""Of a file: it is read whole, and no table of `MOST_ROWS` rows is longer."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A table that can be imported: its columns, those that must be there, and what takes its rows."""

    columns: tuple[str, ...]
    needed: tuple[str, ...]
    taker: Callable[[Store, Actor, Work], Callable[[SheetRow], str]]


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
        import_house.customers_taker,
    ),
    "staff": Kind(("name", "title", "roles", "skills", "phone"), ("name",), import_house.staff_taker),
    "visitors": Kind(
        ("visitor", "document_kind", "document_number", "phone", "plate"),
        ("visitor",),
        import_visits.visitors_taker,
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
        import_visits.visits_taker,
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
    sheet = read_sheet(file.name, content, kind.columns, kind.needed)
    refused: list[Imported] = []

    def body(work: Work) -> Imported:
        done = _take_all(sheet, kind.taker(store, actor, work), keep_good)
        if not done.written:
            refused[:] = [done]
            raise _RefusedError
        work.note("import", name, {"file": file.name, "added": done.added, "updated": done.updated})
        return done

    try:
        return store.work(actor, f"import.{name}", body)
    except _RefusedError:
        return refused[0]


def _take_all(sheet: Sheet, take: Callable[[SheetRow], str], keep_good: bool) -> Imported:
    counts = {"added": 0, "updated": 0, "unchanged": 0}
    bad = []
    for row in sheet.rows:
        try:
            counts[take(row)] += 1
        except RowError as fault:
            bad.append(BadRow(row.line, fault.code, fault.column, fault.value))
    return Imported(**counts, bad=tuple(bad), unknown_columns=sheet.unknown, written=keep_good or not bad)
