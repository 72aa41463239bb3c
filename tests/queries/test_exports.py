"""Tables out: what stands in them, masked, whole, in order, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import re
import tracemalloc
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa

from app.db.records import audit_records
from app.domain.people import pc_actor
from app.errors import DomainError
from app.operations.demo import make_demo
from app.operations.site import sign_in_as
from app.queries.export_tables import EXPORTS
from app.queries.exports import export_table
from app.words import LANGUAGES, Words
from tests.db.sites import NUMBER, PHONE, busy_site, folder_content, guard, opened

NEEDED = [
    "visit_id",
    "number",
    "post",
    "guard",
    "visitor",
    "document_kind",
    "document_number",
    "host",
    "purpose",
    "way_in",
    "document_received_at",
    "document_returned_at",
    "held_seconds",
    "left_at",
]


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as content:
        return list(csv.DictReader(content))


@pytest.mark.parametrize("name", sorted(EXPORTS))
def test_csv_and_xlsx_hold_the_same(tmp_path: Path, name: str) -> None:
    """Every table in both forms, a header of code names, a title in both languages, nothing left beside it."""
    busy_site(tmp_path / "a")
    out = tmp_path / "out"
    out.mkdir()
    with opened(tmp_path / "a") as store:
        first = export_table(store, pc_actor(), name, out / "t.csv")
        second = export_table(store, pc_actor(), name, out / "t.xlsx")
    assert folder_content(out) == {"t.csv", "t.xlsx"}
    rows = _rows(out / "t.csv")
    assert len(rows) == first.rows == second.rows
    sheet = openpyxl.load_workbook(out / "t.xlsx").worksheets[0]
    cells = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert list(cells[0]) == [column.code for column in EXPORTS[name].columns]
    plain = [
        ["" if v is None else v.removeprefix("'") if v[:2] in ("'=", "'+", "'-") else v for v in r.values()]
        for r in rows
    ]
    assert [list(map(str, row)) for row in cells[1:]] == plain
    for language in LANGUAGES:
        assert Words(language)(f"tables.about_{name}")


def test_visits_have_the_columns_that_scripts_rely_on_and_masked_numbers(tmp_path: Path) -> None:
    """ARCHITECTURE, the command line; VIS-14: no number can be read."""
    busy_site(tmp_path / "a")
    with opened(tmp_path / "a") as store:
        export_table(store, pc_actor(), "visits", tmp_path / "v.csv")
    rows = _rows(tmp_path / "v.csv")
    assert list(rows[0])[: len(NEEDED)] == NEEDED
    text = (tmp_path / "v.csv").read_text(encoding="utf-8-sig")
    assert NUMBER not in text
    assert PHONE not in text
    for row in rows:
        assert re.fullmatch(r"\**.{0,4}", row["document_number"])
    returned = datetime.fromisoformat(rows[0]["document_returned_at"])
    received = datetime.fromisoformat(rows[0]["document_received_at"])
    assert returned.utcoffset() == timedelta(hours=8)
    assert abs((returned - received).total_seconds() - float(rows[0]["held_seconds"])) < 0.01
    assert rows[2]["visitor"] == "'=HYPERLINK(1)"


def test_whole_numbers_need_the_right_and_a_reason_and_are_noted(tmp_path: Path) -> None:
    """VIS-14: who unmasked what is in the audit chain; the PC itself and a guard never see a whole number."""
    busy_site(tmp_path / "a")
    with opened(tmp_path / "a") as store:
        for actor in (pc_actor(), sign_in_as(store, "clerk", "center")):
            with pytest.raises(DomainError, match="no_right"):
                export_table(store, actor, "visits", tmp_path / "v.csv", reason="公安调取")
        with pytest.raises(DomainError, match="no_right"):
            export_table(store, guard(store), "visits", tmp_path / "v.csv")
        assert not (tmp_path / "v.csv").exists()
        manager = sign_in_as(store, "manager", "center")
        assert not export_table(store, manager, "visits", tmp_path / "v.csv").unmasked
        assert NUMBER not in (tmp_path / "v.csv").read_text(encoding="utf-8-sig")
        assert export_table(store, manager, "visits", tmp_path / "v.csv", reason="公安调取").unmasked
        assert NUMBER in (tmp_path / "v.csv").read_text(encoding="utf-8-sig")
        with store.reading() as connection:
            noted = connection.execute(
                sa.select(audit_records.c.actor, audit_records.c.body).where(
                    audit_records.c.action == "export"
                )
            ).all()
        assert [row.actor for row in noted] == [str(manager.staff_id)] * 2
        assert all("公安" not in row.body for row in noted)


def test_days_of_the_site_and_order(tmp_path: Path) -> None:
    """Both days are included, in the site's zone; rows by time, then key."""
    until = datetime(2026, 3, 1, 10, tzinfo=UTC)
    make_demo(tmp_path / "a", "residential", visits=300, requests=30, seed=9, until=until)
    with opened(tmp_path / "a") as store:
        export_table(store, pc_actor(), "visits", tmp_path / "all.csv")
        everything = _rows(tmp_path / "all.csv")
        days = sorted({row["arrived_at"][:10] for row in everything})
        begin, end = days[1], days[2]
        export_table(
            store,
            pc_actor(),
            "visits",
            tmp_path / "some.csv",
            begin=date.fromisoformat(begin),
            end=date.fromisoformat(end),
        )
    assert _rows(tmp_path / "some.csv") == [
        row for row in everything if begin <= row["arrived_at"][:10] <= end
    ]
    assert len(everything) == 300
    assert everything == sorted(everything, key=lambda row: (row["arrived_at"], row["visit_id"]))


def test_what_an_export_refuses(tmp_path: Path) -> None:
    """No such table, another ending, a place that cannot be written; an older file stays as it was."""
    busy_site(tmp_path / "a")
    (tmp_path / "old.csv").write_text("old")
    with opened(tmp_path / "a") as store:
        for name, out, code in (
            ("passwords", "x.csv", "table_unknown"),
            ("visits", "x.pdf", "export_suffix"),
            ("visits", "old.csv/x.csv", "cannot_write_file"),
            ("visits", "old.csv/x.xlsx", "cannot_write_file"),
            ("visits", "nowhere/x.csv", "cannot_write_file"),
        ):
            with pytest.raises(DomainError) as error:
                export_table(store, pc_actor(), name, tmp_path / out)
            assert error.value.code == code
    assert (tmp_path / "old.csv").read_text() == "old"


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    """Ten times the rows, the same memory."""
    peaks = []
    for count in (1_000, 10_000):
        folder = tmp_path / str(count)
        make_demo(folder, "office", visits=count, requests=10, seed=1, until=datetime(2026, 3, 1, tzinfo=UTC))
        with opened(folder) as store:
            export_table(store, pc_actor(), "service_items", tmp_path / "warm.csv")
            tracemalloc.start()
            export_table(store, pc_actor(), "visits", tmp_path / "v.csv")
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < max(2.5 * peaks[0], 30_000_000)
    assert peaks[1] < 30_000_000


def test_both_databases_give_the_same_file(tmp_path: Path, postgres_database: str) -> None:
    """The same seed on SQLite and PostgreSQL, the same bytes."""
    until = datetime(2026, 3, 1, 10, tzinfo=UTC)
    files = []
    for folder, url in (("a", ""), ("b", postgres_database)):
        make_demo(tmp_path / folder, "office", visits=60, requests=10, seed=5, until=until, url=url)
        with opened(tmp_path / folder, url) as store:
            for name in ("visits", "requests", "visitors", "service_items"):
                export_table(store, pc_actor(), name, tmp_path / f"{folder}-{name}.csv")
            files.append(
                [
                    (tmp_path / f"{folder}-{name}.csv").read_bytes()
                    for name in ("visits", "requests", "visitors")
                ]
            )
    assert files[0] == files[1]
