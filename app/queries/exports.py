"""Tables out: csv or xlsx, row by row, so that a million visits need no more memory than a thousand."""

from __future__ import annotations

import csv
import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.db.container import file_faults
from app.db.disclosures import EXPORT, disclose
from app.db.store import Store
from app.db.work import Work
from app.domain.business_day import day_bounds
from app.domain.masks import mask
from app.domain.people import Actor
from app.domain.tables import guarded
from app.errors import DomainError
from app.queries.export_tables import EXPORTS, Between, Export, plain

PORTION = 2_000
XLSX_ROWS = 1_048_575
FIRST, LAST = date(1970, 1, 2), date(9999, 12, 30)


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was written: how many rows, and whether numbers stand in it unmasked."""

    file: Path
    rows: int
    unmasked: bool


def export_table(
    store: Store,
    actor: Actor,
    name: str,
    out: Path,
    *,
    begin: date | None = None,
    end: date | None = None,
    reason: str = "",
) -> Exported:
    """Writes the table of that name to a .csv (UTF-8 with its mark) or .xlsx, whole or not at all.

    `begin` and `end` are days of the site, both included. Document and phone numbers are masked unless a reason is
    given by somebody with the right `personal.unmask`. Who exported what about people is in the audit chain before a
    line is written, and an unmasked export with its reason in `disclosures` (VIS-14).

    Raises:
        DomainError: `no_right`, `table_unknown`, `export_suffix`, `export_too_long`, `cannot_write_file`, `disk_full`.
    """
    actor.need("data.export")
    table = EXPORTS.get(name)
    if table is None:
        raise DomainError("table_unknown", name=name, names=", ".join(EXPORTS))
    if out.suffix.lower() not in (".csv", ".xlsx"):
        raise DomainError("export_suffix", file=out.name)
    unmask = bool(reason.strip())
    if unmask:
        actor.need("personal.unmask")
    between = _between(store, begin, end)
    if table.personal:

        def told(work: Work) -> None:
            work.note("export", name, {"file": out.name, "unmasked": unmask})
            if unmask:
                disclose(work, EXPORT, name, None, reason, out.name)

        store.work(actor, "export", told)
    writing = _csv if out.suffix.lower() == ".csv" else _xlsx
    with writing(out) as write:
        write([column.code for column in table.columns])
        count = 0
        for values in _rows(store, table, between, unmask):
            write(values)
            count += 1
    return Exported(out, count, unmask)


def _between(store: Store, begin: date | None, end: date | None) -> Between:
    if begin is None and end is None:
        return None
    with store.reading() as connection:
        starts = store.setting(connection, "day_starts", 0)
    zone = store.site.zone
    return day_bounds(begin or FIRST, zone, starts)[0], day_bounds(end or LAST, zone, starts)[1]


def _rows(store: Store, table: Export, between: Between, unmask: bool) -> Iterator[list[str]]:
    site_id, zone, unseal = store.site.site_id, store.site.zone, store.secrets.open
    with store.reading() as connection:
        result = connection.execute(
            table.select(site_id, between), execution_options={"stream_results": True, "yield_per": PORTION}
        )
        places = {column: place for place, column in reversed(list(enumerate(result.keys())))}
        key = places["key"]
        reads = [(column.code, places[column.source], column.sealed) for column in table.columns]
        for row in result:
            values = []
            for code, place, sealed in reads:
                if sealed:
                    number = unseal(row[place], sealed, site_id, row[key]) if row[place] is not None else ""
                    values.append(number if unmask else mask(number))
                else:
                    values.append(plain(code, row[place], zone))
            yield values


Write = Callable[[list[str]], Any]


@contextmanager
def _csv(out: Path) -> Iterator[Write]:
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    with file_faults(out):
        try:
            with part.open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file)
                yield lambda values: writer.writerow(map(guarded, values))
                file.flush()
                os.fsync(file.fileno())
            part.replace(out)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def _xlsx(out: Path) -> Iterator[Write]:
    import xlsxwriter
    import xlsxwriter.exceptions

    with file_faults(out):
        # Its rows go through temporary files: beside the target, not where other users look.
        parts = Path(tempfile.mkdtemp(prefix=f".{out.stem}.", dir=out.parent))
        try:
            book = xlsxwriter.Workbook(
                str(parts / out.name),
                {"constant_memory": True, "tmpdir": str(parts), "strings_to_formulas": False},
            )
            sheet = book.add_worksheet()
            bold = book.add_format({"bold": True})
            sheet.freeze_panes(1, 0)
            count = 0

            def write(values: list[str]) -> None:
                nonlocal count
                if count > XLSX_ROWS:
                    raise DomainError("export_too_long", file=out.name, most=XLSX_ROWS)
                for place, value in enumerate(values):
                    sheet.write_string(count, place, value, None if count else bold)
                count += 1

            yield write
            try:
                book.close()
            except xlsxwriter.exceptions.FileCreateError as fault:
                raise OSError(errno.ENOSPC, str(fault)) from fault
            (parts / out.name).replace(out)
        finally:
            shutil.rmtree(parts, ignore_errors=True)
