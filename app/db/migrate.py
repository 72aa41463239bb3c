"""The schema's version: read with one raw select; Alembic is imported only to create or upgrade."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
import sqlalchemy.exc

from app.errors import DomainError

HEAD = "0007"
MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def version(connection: sa.Connection) -> str:
    """The database's version, "" for an empty one."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() or "")


def is_free(connection: sa.Connection) -> bool:
    """Whether a site can be made in a database: nothing is in it, or this program's tables without a site."""
    from app.db.site import sites
    from app.db.tables import metadata

    there = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
    try:
        found = version(connection)
    except sqlalchemy.exc.ProgrammingError:  # another program's table of that name
        return False
    if not there:
        return found == ""
    if not found or there - set(metadata.tables) or sites.name not in there:
        return False
    return connection.execute(sa.select(sites.c.site_id).limit(1)).first() is None


def sqlite_version(path: Path) -> str:
    """The version of a SQLite file without SQLAlchemy, "" when there is none."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError as fault:
        if "no such table" in str(fault):
            return ""
        raise
    finally:
        connection.close()
    return "" if row is None else str(row[0])


def upgrade(engine: sa.Engine, target: str = HEAD) -> None:
    """Creates the tables or brings them to `target`; on SQLite with foreign keys off, checked afterwards.

    Raises:
        DomainError: `newer_schema` when a newer program made it, `upgrade_failed` when references do not hold.
    """
    _run(engine, lambda command, config: command.upgrade(config, target))


def downgrade(engine: sa.Engine, target: str = "base") -> None:
    """Takes the tables back to `target`. For tests: the way back of a site is the backup made before the upgrade."""
    _run(engine, lambda command, config: command.downgrade(config, target))


def known(found: str) -> bool:
    """Whether this program knows the version (otherwise a newer one made the database)."""
    return found == "" or any(
        path.name.startswith(f"{found}_") for path in (MIGRATIONS / "versions").glob("*.py")
    )


def _run(engine: sa.Engine, step: Callable[..., None]) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect().execution_options(reading=True) as connection:
        if not known(version(connection)):
            raise DomainError("newer_schema")
        connection.rollback()
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # batch_alter_table with foreign keys on deletes cascading child rows.
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.rollback()
        config.attributes["connection"] = connection
        step(command, config)
        connection.commit()
        if sqlite:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            connection.rollback()
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
            connection.rollback()
            if broken:
                raise DomainError("upgrade_failed", count=len(broken))
