"""What is not ours stays as it is: files and databases that an address names, and servers that cannot be reached."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.db import migrate
from app.db.backup import backup
from app.db.engine import make_engine
from app.db.folder import DATABASE, open_store
from app.db.own_files import own_file
from app.db.restore import restore
from app.domain.people import pc_actor
from app.domain.site import POST_KINDS
from app.errors import DomainError
from app.operations import care
from app.operations.site_editing import save_post
from app.operations.staff_editing import StaffValues, save_employee
from tests.db.sites import administrator, guard, new_site, opened, register
from tests.sample import copied, made_site

NOWHERE = "postgresql://nobody@127.0.0.1:1/none"
FOREIGN = {
    "unlike ours": "CREATE TABLE accounting (id INTEGER)",
    "a name of ours": "CREATE TABLE customers (id INTEGER, name TEXT)",
    "a version of its own": "CREATE TABLE alembic_version (version_num TEXT); CREATE TABLE sites (name TEXT)",
    "our version": "CREATE TABLE alembic_version AS SELECT '0003' AS version_num",
    "nothing": "",
}


@pytest.fixture
def site(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(made_site(tmp_path_factory), tmp_path / "site")


def _made(url: str, statements: str) -> sa.Engine:
    engine = make_engine(url)
    with engine.begin() as connection:
        for statement in filter(None, statements.split(";")):
            connection.exec_driver_sql(statement)
    return engine


def _tables(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names())


@pytest.mark.parametrize("url", ["sqlite:///{}", "sqlite://", "sqlite+pysqlite:///{}", "mysql://u@h/d", "x"])
def test_an_address_is_never_a_file(tmp_path: Path, site: Path, url: str) -> None:
    """GOALS, data: `--database` names a server; another file, and the folder we stand in, keep their permissions."""
    other = tmp_path / "other.txt"
    other.write_text("mine")
    other.chmod(0o644)
    modes = [path.stat().st_mode for path in (Path(), other)]
    with opened(site) as store:
        saved = backup(store, pc_actor(), tmp_path / "a.yhbackup").file
    address = url.format(other)
    with pytest.raises(DomainError, match="database_url_wrong"):
        open_store(site, address)
    with pytest.raises(DomainError, match="database_url_wrong"):
        new_site(tmp_path / "new", url=address)
    with pytest.raises(DomainError, match="database_url_wrong"):
        restore(pc_actor(), saved, tmp_path / "new", url=address)
    assert not (tmp_path / "new").exists()
    assert [one.code for one in care.check(site, address) if one.fault] == ["errors.database_url_wrong"]
    assert [path.stat().st_mode for path in (Path(), other)] == modes
    assert other.read_text() == "mine"


@pytest.mark.parametrize("statements", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_server_database_gets_no_table_of_ours(
    tmp_path: Path, site: Path, postgres_database: str, statements: str
) -> None:
    """It is looked at before it is upgraded: opened, checked, nothing is written into it."""
    engine = _made(postgres_database, statements)
    before = _tables(engine)
    with pytest.raises(DomainError, match="keys_of_another_site"):
        open_store(site, postgres_database)
    found = [one.code for one in care.check(site, postgres_database) if one.fault]
    assert found == ["errors.keys_of_another_site"]
    assert _tables(engine) == before
    engine.dispose()


@pytest.mark.parametrize("statements", [text for text in FOREIGN.values() if text])
def test_no_site_is_made_beside_another_programs_tables(
    tmp_path: Path, site: Path, postgres_database: str, statements: str
) -> None:
    """Neither a new one nor a restored one; nothing half-made remains, here or there."""
    engine = _made(postgres_database, statements)
    before = _tables(engine)
    with opened(site) as store:
        saved = backup(store, pc_actor(), tmp_path / "a.yhbackup").file
    with pytest.raises(DomainError, match="database_not_empty"):
        new_site(tmp_path / "new", url=postgres_database)
    with pytest.raises(DomainError, match="database_not_empty"):
        restore(pc_actor(), saved, tmp_path / "new", url=postgres_database)
    assert _tables(engine) == before
    assert not (tmp_path / "new").exists()
    engine.dispose()


def test_a_server_database_that_a_failed_making_left_can_be_used(
    tmp_path: Path, postgres_database: str
) -> None:
    """Alembic's empty table, or our tables without a site, are as good as nothing."""
    engine = make_engine(postgres_database)
    migrate.upgrade(engine)
    migrate.downgrade(engine)
    assert _tables(engine) == {"alembic_version"}
    migrate.upgrade(engine)
    engine.dispose()
    new_site(tmp_path / "new", url=postgres_database)
    assert not [one for one in care.check(tmp_path / "new", postgres_database) if one.fault]


@pytest.mark.parametrize("statements", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_file_in_our_files_place_is_left_alone(site: Path, statements: str) -> None:
    """SQLite alike: no table is made in it."""
    (site / DATABASE).unlink()
    with closing(sqlite3.connect(site / DATABASE)) as connection:
        connection.executescript(statements)
    with pytest.raises(DomainError, match="keys_of_another_site"):
        open_store(site)
    with closing(sqlite3.connect(site / DATABASE)) as connection:
        there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert not there & {"visits", "audit_records"}
    assert not (site / "backups").exists()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (NOWHERE, "server_unreachable"),
        (f"{NOWHERE}?sslmode=rubbish", "server_unreachable"),
        (NOWHERE.replace("postgresql", "postgresql+asyncpg"), "server_unreachable"),
        (f"{NOWHERE}?rubbish=1", "database_url_wrong"),
    ],
)
def test_a_server_out_of_reach_has_nothing_to_do_with_saving(
    tmp_path: Path, site: Path, url: str, code: str
) -> None:
    """Nothing was to be saved, so it is not said that it was not."""
    with pytest.raises(DomainError, match=code):
        open_store(site, url)
    with pytest.raises(DomainError, match=code):
        new_site(tmp_path / "new", url=url)
    assert [one.code for one in care.check(site, url) if one.fault] == [f"errors.{code}"]
    assert not (tmp_path / "new").exists()


def test_a_look_at_a_server_that_has_gone(tmp_path: Path, postgres_database: str) -> None:
    """A list that cannot be read loses nothing; a registration that cannot be written says so (GOALS, data)."""
    new_site(tmp_path / "a", url=postgres_database)
    with opened(tmp_path / "a", postgres_database) as store:
        actor = guard(store)
        away = make_engine(NOWHERE)
        store.engine.dispose()
        store.engine, store._reading = away, away.execution_options(reading=True)
        with pytest.raises(DomainError, match="server_unreachable"), store.reading():
            pass
        with pytest.raises(DomainError, match="server_gone"):
            store.work(actor, "x", lambda work: None)


def test_a_text_with_a_nul_is_no_bug(tmp_path: Path, postgres_database: str) -> None:
    """PostgreSQL holds none: it is taken from names and is no choice; wherever else it comes from, it is said."""
    new_site(tmp_path / "a", url=postgres_database)
    with opened(tmp_path / "a", postgres_database) as store:
        actor = guard(store)
        none: dict[str, str] = {"document_number": "", "document_kind": "none", "phone": ""}
        with pytest.raises(DomainError, match="not_a_choice"):
            register(store, actor, "段誉", override_reason="a\0b")
        with pytest.raises(DomainError, match="not_a_choice"):
            register(store, actor, "王语嫣", none_reason="forg\0ot", **none)
        register(store, actor, "王\0语嫣", none_reason="forgot", **none)
        save_employee(store, administrator(store), StaffValues("木\0婉清", roles=frozenset({"guard"})))
        save_post(store, administrator(store), "天\0龙岗", POST_KINDS[0])
        with pytest.raises(DomainError, match="text_unstorable"), store.reading() as connection:
            connection.execute(sa.text("SELECT :a"), {"a": "x\0"})


def test_what_a_link_points_to_keeps_its_permissions(tmp_path: Path) -> None:
    """A link in the folder may lead to a file of somebody else's."""
    theirs = tmp_path / "theirs"
    theirs.write_text("x")
    theirs.chmod(0o644)
    link = tmp_path / "lock"
    link.symlink_to(theirs)
    own_file(link)
    assert theirs.stat().st_mode & 0o777 == 0o644
