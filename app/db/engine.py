"""From a URL to an engine: SQLite with the pragmas that keep every commit, or PostgreSQL, both serializable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
import sqlalchemy.exc
from sqlalchemy import event

from app.db.own_files import own_file
from app.errors import DomainError

BUSY_MS = 5000
DURABLE = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_MS}",
    "PRAGMA secure_delete=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-16384",
)


def make_engine(url: str) -> sa.Engine:
    """An engine for `sqlite:///…` (a file of our own, made readable by its owner only) or `postgresql+psycopg://…`.

    SQLite: WAL and FULL (a commit that returned is on the disk), foreign keys, and every transaction begins IMMEDIATE
    unless its connection carries the execution option `reading`: a deferred read-then-write gets SQLITE_BUSY_SNAPSHOT
    at once, whatever the timeout. PostgreSQL: SERIALIZABLE.

    Raises:
        DomainError: `database_url_wrong` (without the URL: it may hold a password).
    """
    try:
        parsed = sa.make_url(url)
    except (sqlalchemy.exc.ArgumentError, ValueError) as fault:
        raise DomainError("database_url_wrong") from fault
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise DomainError("database_url_wrong")
    if parsed.get_backend_name() == "postgresql":
        return sa.create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            isolation_level="SERIALIZABLE",
            pool_pre_ping=True,
            hide_parameters=True,
        )
    engine = sa.create_engine(
        parsed, connect_args={"check_same_thread": False}, pool_size=4, hide_parameters=True
    )

    @event.listens_for(engine, "do_connect")
    def connecting(dialect: Any, record: Any, args: Any, settings: Any) -> None:
        if parsed.database:
            own_file(Path(parsed.database))  # SQLite gives the journals the permissions of their file

    @event.listens_for(engine, "connect")
    def connected(raw: Any, record: Any) -> None:
        raw.isolation_level = None
        cursor = raw.cursor()
        for pragma in DURABLE:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: sa.Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def server_url(url: str) -> str:
    """The URL of a server, as it came from the command line or the settings: never a file, which would not be ours.

    Raises:
        DomainError: `database_url_wrong`.
    """
    try:
        name = sa.make_url(url).get_backend_name()
    except (sqlalchemy.exc.ArgumentError, ValueError) as fault:
        raise DomainError("database_url_wrong") from fault
    if name != "postgresql":
        raise DomainError("database_url_wrong")
    return url


def sqlite_url(path: object) -> str:
    """The URL of a SQLite file."""
    return f"sqlite:///{path}"
