"""Who saw whole numbers and why: written with the audit record, sealed in the file, read by who may (VIS-14)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.db.disclosures import disclose, disclosures
from app.db.folder import DATABASE, open_store
from app.db.records import audit_records, change_records
from app.db.store import Store
from app.db.work import Work
from app.domain.people import Actor, pc_actor
from app.errors import DomainError
from app.operations import care
from app.operations.site import sign_in_as
from app.queries.disclosures import disclosed
from app.queries.exports import export_table
from app.queries.requests_card import card
from tests.queries.test_plans import statements
from tests.sample import PHONE, make_site, taken_call

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"])
REASON = "公安调取，案号 2026-117"


@contextmanager
def manager_at(folder: Path, url: str = "") -> Iterator[tuple[Store, Actor]]:
    opened = open_store(make_site(folder, url), url)
    try:
        yield opened.store, sign_in_as(opened.store, "manager", "center")
    finally:
        opened.close()


def four(number: int, work: Work) -> None:
    """Four of them in one instant."""
    for one in range(4):
        disclose(work, "export", "visits", None, f"{number}.{one}")


@BOTH
def test_each_unmasking_can_be_read_with_its_reason(
    tmp_path: Path, request: pytest.FixtureRequest, database: str
) -> None:
    """On the screen and in an export; masked leaves none; the rows are recorded as every row, and check holds."""
    url = request.getfixturevalue("postgres_database") if database == "postgresql" else ""
    with manager_at(tmp_path / "a", url) as (store, manager):
        one = taken_call(store, manager)
        card(store, manager, one.request_id)
        export_table(store, manager, "visits", tmp_path / "masked.csv")
        assert disclosed(store, manager) == []
        for reason in ("", "  "):
            with pytest.raises(DomainError, match="reason_needed"):
                card(store, manager, one.request_id, unmask=True, reason=reason)
        assert card(store, manager, one.request_id, unmask=True, reason="回电").phone == PHONE
        export_table(store, manager, "visits", tmp_path / "whole.csv", reason=REASON)
        newest, first = disclosed(store, sign_in_as(store, "quality", "center"))
        assert (newest.who, newest.what, newest.entity, newest.number) == (
            manager.name,
            "export",
            "visits",
            "",
        )
        assert (newest.reason, newest.file) == (REASON, "whole.csv")
        assert (first.what, first.number, first.reason, first.file) == ("unmask", one.number, "回电", "")
        with store.reading() as connection:
            changed = connection.execute(
                sa.select(change_records.c.key).where(change_records.c.entity == "disclosures")
            ).scalars()
            assert len(set(changed)) == 2
            bodies = connection.execute(sa.select(audit_records.c.body)).scalars()
            assert all("公安" not in body and "回电" not in body for body in bodies)
    assert [one.code for one in care.check(tmp_path / "a", url) if one.fault] == []


def test_only_who_may_reads_them(tmp_path: Path) -> None:
    """`audit.see` (docs/rights.md); the PC itself neither reads them nor is shown a number."""
    with manager_at(tmp_path / "a") as (store, _):
        for role in ("guard", "clerk", "technician", "supervisor"):
            with pytest.raises(DomainError, match="no_right"):
                disclosed(store, sign_in_as(store, role, "center"))
        with pytest.raises(DomainError, match="no_right"):
            disclosed(store, pc_actor())
        with pytest.raises(DomainError, match="sign_in_first"):
            store.work(pc_actor(), "x", lambda work: disclose(work, "unmask", "visits", None, REASON))
        for role in ("manager", "quality", "administrator"):
            assert disclosed(store, sign_in_as(store, role, "center")) == []


@BOTH
def test_pages_go_on_from_the_last_row(tmp_path: Path, request: pytest.FixtureRequest, database: str) -> None:
    """Keyset paging: every row once, newest first, also where many have one instant; no plan sorts or scans."""
    url = request.getfixturevalue("postgres_database") if database == "postgresql" else ""
    with manager_at(tmp_path / "a", url) as (store, manager):
        for number in range(3):
            store.work(manager, "x", partial(four, number))
        found, after = [], None
        while rows := disclosed(store, manager, after, limit=5):
            found += rows
            after = rows[-1].after
        assert len({one.after for one in found}) == len(found) == 12
        assert [one.after for one in found] == sorted((one.after for one in found), reverse=True)
        for statement, parameters in statements(store, lambda: disclosed(store, manager, found[3].after, 5)):
            if url:
                continue
            with store.reading() as connection:
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            steps = [step[3] for step in plan]
            assert any("ix_disclosures_site_id_at_id" in step for step in steps), steps
            assert not any("TEMP B-TREE" in step or step.startswith("SCAN") for step in steps), steps


def test_the_reason_is_sealed_and_the_check_opens_it(tmp_path: Path) -> None:
    """Not in clear in the file; a reason copied from another row does not open."""
    with manager_at(tmp_path / "a") as (store, manager):
        export_table(store, manager, "visits", tmp_path / "调取.csv", reason=REASON)
        export_table(store, manager, "staff", tmp_path / "b.csv", reason="盘点")
        with store.reading() as connection:
            assert connection.execute(sa.select(sa.func.count()).select_from(disclosures)).scalar_one() == 2
    raw = (tmp_path / "a" / DATABASE).read_bytes()
    assert REASON.encode() not in raw
    assert "调取.csv".encode() not in raw
    with closing(sqlite3.connect(tmp_path / "a" / DATABASE)) as connection:
        connection.execute("UPDATE disclosures SET reason = (SELECT min(reason) FROM disclosures)")
        connection.commit()
    assert "care.value_damaged" in [one.code for one in care.check(tmp_path / "a")]
