"""A SQLite file becomes a verified, encrypted backup: the parts that backups, upgrades and restores share.

Before an upgrade or a restore what was there is saved as an ordinary backup too, `before-….yhbackup` among the others;
it can be restored like them, and goes after a while.
"""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.db import container, faults
from app.db.container import Container, Manifest, file_faults
from app.db.own_files import own_file
from app.db.secrets import KeyFile
from app.errors import DomainError

SUFFIX = ".yhbackup"
COPY = ".copy-"
BEFORE = "before-"
DAMAGED = "damaged-"
STAMPED, STAMP = "%Y%m%dT%H%M%S%f", re.compile(r"\d{8}T\d{12}")
KEPT, LEAST = timedelta(days=30), 2
"""How long what was there before an upgrade or restore is kept, and how many at least."""
ABANDONED_SECONDS = 86_400
COUNTED = ("visits", "visitors", "requests", "customers", "staff", "departures", "request_events")


def copy_database(source: Path, target: Path) -> None:
    """A whole copy of a SQLite file that may be in use, readable by its owner only."""
    target.unlink(missing_ok=True)
    own_file(target)
    connection = sqlite3.connect(source, timeout=5)
    copy = sqlite3.connect(target)
    try:
        connection.backup(copy)
    finally:
        copy.close()
        connection.close()


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A name for a copy in the data folder; whatever is there at the end is removed, with its journals."""
    sweep(folder, f"{COPY}*")
    copy = folder / f"{COPY}{os.getpid()}.{time.monotonic_ns()}"
    try:
        yield copy
    finally:
        for path in folder.glob(f"{copy.name}*"):
            path.unlink(missing_ok=True)


def quick_check(path: Path) -> None:
    """Raises DomainError `file_damaged` unless SQLite finds the file sound. The file must not be in use."""
    with closed(open_alone(path)) as connection:
        answers = [str(row[0]) for row in connection.execute("PRAGMA quick_check(1)")]
    if answers != ["ok"]:
        raise DomainError("file_damaged")


def open_alone(path: Path) -> sqlite3.Connection:
    """A SQLite file that nobody else has open, for reading: it gets no journal beside it."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)


@contextmanager
def closed(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Closes the connection at the end (its own `with` only ends a transaction)."""
    try:
        yield connection
    finally:
        connection.close()


def save(copy: Path, target: Path, keys: KeyFile, backup_key: bytes, made_at: datetime) -> Manifest:
    """Puts a sound copy of a database into a container and reads that back whole.

    Raises:
        DomainError: `disk_full`, `cannot_write_file`, `disk_fault`; then no such file is there.
    """
    manifest = manifest_of(copy, keys.site_id, made_at)
    container.write(target, keys, backup_key, manifest, copy)
    try:
        Container(target).verify(backup_key)
    except DomainError:
        target.unlink(missing_ok=True)
        raise
    return manifest


def save_before(
    database: Path, backups: Path, name: str, keys: KeyFile, backup_key: bytes, now: datetime
) -> Path:
    """Saves a SQLite database as it is, before it is changed as a whole; drops the older ones.

    Raises:
        DomainError: `file_damaged` (what is there is not sound), `disk_full`, `cannot_write_file`.
    """
    target = backups / f"{BEFORE}{name}-{now:{STAMPED}}{SUFFIX}"
    with file_faults(target):
        backups.mkdir(mode=0o700, exist_ok=True)
    with scratch(database.parent) as copy:
        with faults.worded(database.parent):
            copy_database(database, copy)
            quick_check(copy)
        save(copy, target, keys, backup_key, now)
    drop_old(database.parent, backups, now)
    return target


def befores(backups: Path) -> list[Path]:
    """What was saved before an upgrade or a restore, the newest first."""
    found = [(saved_at(path), path) for path in backups.glob(f"{BEFORE}*{SUFFIX}")]
    return [path for at, path in sorted(found, reverse=True) if at]


def saved_at(path: Path) -> str:
    """The instant (UTC) in such a file's name, "" for a name that is none of ours."""
    found = STAMP.search(path.name)
    return found[0] if found else ""


def drop_old(folder: Path, backups: Path, now: datetime) -> None:
    """Removes what was saved before an upgrade or a restore more than 30 days ago, but for the newest two.

    So goes a damaged database that a restore has put aside.
    """
    late = f"{now - KEPT:{STAMPED}}"
    for path in [*befores(backups)[LEAST:], *folder.glob(f"{DAMAGED}*.db*")]:
        if "" < saved_at(path) < late:
            with suppress(OSError):
                path.unlink(missing_ok=True)


def manifest_of(copy: Path, site_id: int, made_at: datetime) -> Manifest:
    """What a database file holds; a table that an older one does not have is left out."""
    with copy.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    with closed(open_alone(copy)) as connection:
        there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}

        def ask(table: str, query: str, *values: object) -> list[Any]:
            return connection.execute(query, values).fetchall() if table in there else []

        heads = ask(
            "audit_records",
            "SELECT writer_id, max(seq), digest FROM audit_records WHERE site_id = ? GROUP BY writer_id",
            site_id,
        )
        schema = ask("alembic_version", "SELECT version_num FROM alembic_version")
        name = ask("sites", "SELECT name FROM sites WHERE site_id = ?", site_id)
        rows = {table: count for table in COUNTED for (count,) in ask(table, f"SELECT count(*) FROM {table}")}
    return Manifest(
        made_at,
        str(name[0][0]) if name else "",
        str(schema[0][0]) if schema else "",
        copy.stat().st_size,
        digest,
        tuple((bytes(writer).hex(), seq, bytes(head).hex()) for writer, seq, head in heads),
        rows,
    )


def sweep(folder: Path, pattern: str) -> None:
    """Removes what a killed backup left; one that still runs has newer files."""
    late = time.time() - ABANDONED_SECONDS
    for path in folder.glob(pattern):
        if path.is_file() and path.stat().st_mtime < late:
            path.unlink(missing_ok=True)
