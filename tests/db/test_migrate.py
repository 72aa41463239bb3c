"""Migrations on both databases: up with data, down on a small one, the head equals the models."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from app.db import migrate
from app.db.container import Container
from app.db.engine import make_engine
from app.db.folder import BACKUPS, DATABASE, open_store
from app.db.handover import counted_things, tally_kinds
from app.db.restore import restore
from app.db.saving import befores
from app.db.store import Store
from app.db.tables import metadata
from app.db.work import Work
from app.domain.people import pc_actor
from app.errors import DomainError
from app.operations import care
from app.operations.site import sign_in_as
from app.queries.disclosures import disclosed
from tests.sample import copied, made_site, make_site

FIRST = Path(__file__).resolve().parents[1] / "data" / "sites" / "0001.zip"


@pytest.fixture
def site(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(made_site(tmp_path_factory), tmp_path / "site")


def stamp(folder: Path, version: str) -> None:
    with sqlite3.connect(folder / DATABASE) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    connection.close()


def test_the_head_equals_the_models_and_goes_down_to_nothing(database_url: str) -> None:
    engine = make_engine(database_url)
    migrate.upgrade(engine)
    with engine.connect() as connection:
        assert migrate.version(connection) == migrate.HEAD
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    migrate.downgrade(engine)
    left = set(sa.inspect(engine).get_table_names()) - {"alembic_version"}
    engine.dispose()
    assert left == set()


def test_an_upgrade_is_whole_with_data(tmp_path: Path, postgres_database: str) -> None:
    """Up with a site's rows in it, on both: running it again changes nothing."""
    for at, url in enumerate(("", postgres_database)):
        folder = make_site(tmp_path / str(at), url)
        opened = open_store(folder, url)
        with opened.store.reading() as connection:
            before = connection.execute(sa.text("SELECT count(*) FROM customers")).scalar_one()
        migrate.upgrade(opened.store.engine)
        with opened.store.reading() as connection:
            assert connection.execute(sa.text("SELECT count(*) FROM customers")).scalar_one() == before > 0
        opened.close()


def test_the_head_is_the_newest_migration() -> None:
    names = sorted(path.name for path in (migrate.MIGRATIONS / "versions").glob("[0-9]*.py"))
    assert names[-1].startswith(f"{migrate.HEAD}_")


def test_a_file_of_a_newer_program_is_refused_and_left_alone(site: Path) -> None:
    stamp(site, "9999")
    before = (site / DATABASE).read_bytes()
    with pytest.raises(DomainError, match="newer_schema"):
        open_store(site)
    assert (site / DATABASE).read_bytes() == before


@pytest.fixture
def first_site(tmp_path: Path) -> Path:
    """A sample site that the program of version 0001 made: a `demo`, a visit registered and a request taken."""
    folder = tmp_path / "first"
    with zipfile.ZipFile(FIRST) as packed:
        packed.extractall(folder)
    return folder


def _rows(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr) for name in names}


def test_a_site_of_the_first_version_is_upgraded_with_its_data(first_site: Path) -> None:
    """Opening is enough: saved before, every row kept, the new right given to its roles, everything provable."""
    with closing(sqlite3.connect(first_site / DATABASE)) as connection:
        before = _rows(connection)
    assert before["alembic_version"] == [("0001",)]
    assert len(before["visits"]) == 13
    opened = open_store(first_site)
    try:
        assert sign_in_as(opened.store, "quality", "center").may("audit.see")
        assert not sign_in_as(opened.store, "supervisor", "center").may("audit.see")
        assert sign_in_as(opened.store, "supervisor", "center").may("watch.edit")
        assert not sign_in_as(opened.store, "supervisor", "center").may("watch.reason")
        assert disclosed(opened.store, sign_in_as(opened.store, "manager", "center")) == []
        [saved] = befores(first_site / BACKUPS)
        manifest = Container(saved).verify(opened.store.secrets.backup_key)
    finally:
        opened.close()
    assert (manifest.schema, manifest.rows["visits"]) == ("0001", 13)
    with closing(sqlite3.connect(first_site / DATABASE)) as connection:
        after = _rows(connection)
    begun = {"tally_kinds": 7, "counted_things": 3}  # the lists that later versions brought
    for name in set(after) - set(before):
        assert len(after.pop(name)) == begun.get(name, 0), name
    assert after.pop("alembic_version") == [(migrate.HEAD,)]
    for name, rows in after.items():
        if name in ("role_rights", "audit_records", "change_records", "search_keys"):
            assert set(rows) > set(before[name]), name
        else:
            assert rows == before[name], name
    assert not [one for one in care.check(first_site) if one.fault]
    # The way back, and forward again: the backup is the first version's, and restoring it upgrades it, too.
    done = restore(pc_actor(), saved, first_site)
    assert done.rows["visits"] == 13
    assert not [one for one in care.check(first_site) if one.fault]
    opened = open_store(first_site)
    assert sign_in_as(opened.store, "quality", "center").may("audit.see")
    opened.close()


def without_later_lists(store: Store) -> None:
    """Takes away the rows that later versions brought, with their records: the first version had none."""

    def body(work: Work) -> None:
        for table in (tally_kinds, counted_things):
            for key in work.connection.execute(sa.select(table.c.id)).scalars().all():
                work.delete(table, key)

    store.work(pc_actor(), "test", body)


def test_an_upgrade_that_was_killed_in_the_middle_goes_on(first_site: Path) -> None:
    """The rights are written before the migration: once more does no harm."""
    opened = open_store(first_site)
    without_later_lists(opened.store)
    opened.close()
    engine = make_engine(f"sqlite:///{first_site / DATABASE}")
    migrate.downgrade(engine, "0001")
    engine.dispose()
    open_store(first_site).close()
    assert not [one for one in care.check(first_site) if one.fault]


def test_a_damaged_file_is_not_upgraded(first_site: Path) -> None:
    """What cannot be saved is not changed."""
    raw = (first_site / DATABASE).read_bytes()
    broken = raw[:40960] + b"\xa5" * 40960 + raw[81920:]
    (first_site / DATABASE).write_bytes(broken)
    with pytest.raises(DomainError, match="file_damaged"):
        open_store(first_site)
    assert (first_site / DATABASE).read_bytes()[40960:] == broken[40960:]
    assert migrate.sqlite_version(first_site / DATABASE) == "0001"


def test_a_server_of_the_first_version_is_upgraded_with_its_data(
    tmp_path: Path, postgres_database: str
) -> None:
    """The same on PostgreSQL, from a site that was taken back to the first version."""
    folder = make_site(tmp_path / "site", postgres_database)
    opened = open_store(folder, postgres_database)
    without_later_lists(opened.store)
    opened.close()
    engine = make_engine(postgres_database)
    migrate.downgrade(engine, "0001")
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM role_rights WHERE \"right\" = 'audit.see'"))
    engine.dispose()
    opened = open_store(folder, postgres_database)
    assert sign_in_as(opened.store, "quality", "center").may("audit.see")
    with opened.store.reading() as connection:
        assert migrate.version(connection) == migrate.HEAD
    opened.close()
    assert not [one for one in care.check(folder, postgres_database) if one.fault]


def test_a_site_without_its_schemas_version_is_not_upgraded(site: Path) -> None:
    stamp(site, "")
    with pytest.raises(DomainError, match="file_damaged"):
        open_store(site)
    assert not (site / BACKUPS).exists()


def test_an_upgrade_asks_for_the_folder_alone(site: Path) -> None:
    opened = open_store(site)
    stamp(site, "0002")
    with pytest.raises(DomainError, match="folder_in_use"):
        open_store(site)
    opened.close()
