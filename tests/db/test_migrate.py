"""Migrations on both databases: up with data, down on a small one, the head equals the models."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from app.db import migrate
from app.db.engine import make_engine
from app.db.folder import DATABASE, open_store
from app.db.tables import metadata
from app.errors import DomainError
from tests.sample import copied, made_site, make_site


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


def test_an_older_file_is_backed_up_and_upgraded_by_itself(tmp_path: Path, site: Path) -> None:
    """An empty database is the oldest there is: the copy of it stays beside, the new one has the tables."""
    with sqlite3.connect(site / DATABASE) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        for name in names:
            if not name.startswith("sqlite_"):
                connection.execute(f'DROP TABLE "{name}"')
    connection.close()
    with pytest.raises(DomainError, match="keys_of_another_site"):
        open_store(site)
    assert migrate.sqlite_version(site / DATABASE) == migrate.HEAD
    assert (site / f"before-{migrate.HEAD}-empty.db").exists()


def test_an_upgrade_asks_for_the_folder_alone(site: Path) -> None:
    opened = open_store(site)
    stamp(site, "")
    with pytest.raises(DomainError, match="folder_in_use"):
        open_store(site)
    opened.close()
