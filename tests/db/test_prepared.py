"""Rows made ready before the turn: written once, as they are decided in it, however often that begins anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.db.base import new_key
from app.db.prepared import Prepared, Rows, Thing
from app.db.records import audit_records, change_records
from app.db.site import buildings
from app.db.store import Store
from app.db.work import Work
from app.domain.people import pc_actor
from app.operations import care
from tests.db.sites import new_site, opened

Site = tuple[Store, str]


@dataclass(frozen=True, slots=True)
class House:
    """A building, new or on file."""

    id: UUID
    name: str
    new: bool = True

    def build(self, rows: Rows) -> None:
        """Its row."""
        values = {"name": self.name, "position": 77}
        if self.new:
            rows.insert(buildings, {"id": self.id, **values, "active": True})
        else:
            rows.update(buildings, self.id, values)


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A hospital on each database."""
    url = request.getfixturevalue("postgres_database") if request.param == "postgresql" else ""
    new_site(tmp_path / "site", url=url)
    with opened(tmp_path / "site", url) as store:
        yield store, url


def _houses(*names: str) -> dict[UUID, Thing]:
    things = [House(new_key(), name) for name in names]
    return {one.id: one for one in things}


def _there(store: Store) -> set[str]:
    with store.reading() as connection:
        rows = connection.execute(sa.select(buildings.c.name).where(buildings.c.position == 77))
        return set(rows.scalars())


def test_what_is_decided_last_is_written_once(site: Site) -> None:
    """A transaction that was undone leaves what was staged; what was decided anew is built anew, what fell away is not.

    Change records and the audit record name the rows one by one, in the same order.
    """
    store, url = site
    things = _houses("甲楼", "乙楼", "丙楼")
    first, _, third = things
    last = {
        first: things[first],
        **_houses("丁楼"),
        third: House(third, "己楼"),
    }
    with store.staging() as connection:
        prepared = Prepared(store, connection)
        prepared.stage(things)

        def undone(work: Work) -> None:
            prepared.write(work, last)
            raise ValueError("undone")

        def done(work: Work) -> None:
            prepared.write(work, last)
            work.note("import", "houses", {"file": "x"})

        with pytest.raises(ValueError, match="undone"):
            store.work(pc_actor(), "houses", undone, on=connection)
        assert _there(store) == set()
        store.work(pc_actor(), "houses", done, on=connection)
    assert _there(store) == {"甲楼", "己楼", "丁楼"}
    with store.reading() as connection:
        record = connection.execute(
            sa.select(audit_records).order_by(audit_records.c.seq.desc()).limit(1)
        ).one()
        changes = connection.execute(
            sa.select(change_records.c.entity, change_records.c.key, change_records.c.operation)
            .where(change_records.c.audit_seq == record.seq)
            .order_by(change_records.c.seq)
        ).all()
    rows = json.loads(record.body)["rows"]
    assert [tuple(row[:3]) for row in rows[:-1]] == list(changes)
    assert [UUID(row.key) for row in changes][:2] == [first, third]
    assert rows[-1][2] == "note"
    assert (
        json.dumps(json.loads(record.body), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        == record.body
    )
    assert not [finding for finding in care.check(store.folder, url) if finding.fault]


def test_new_values_of_rows_that_are_there(site: Site) -> None:
    """The second part is written with the first, and what others do in between has its own record."""
    store, url = site
    things = _houses("甲楼", "乙楼")
    with store.staging() as connection:
        Prepared(store, connection).stage({})
        prepared = Prepared(store, connection)
        prepared.stage(things)
        store.work(pc_actor(), "others", lambda work: work.note("others", "x", {}))
        store.work(pc_actor(), "houses", lambda work: prepared.write(work, things), on=connection)
    changed: dict[UUID, Thing] = {
        key: replace(one, name=f"新{one.name}", new=False)
        for key, one in things.items()
        if isinstance(one, House)
    }
    with store.staging() as connection:
        prepared = Prepared(store, connection)
        prepared.stage(changed)
        store.work(pc_actor(), "houses", lambda work: prepared.write(work, changed), on=connection)
    assert _there(store) == {"新甲楼", "新乙楼"}
    assert not [finding for finding in care.check(store.folder, url) if finding.fault]
