"""Backups: one verified, encrypted file, and which of the daily ones are kept.

A backup is a copy of the database taken while it is in use, checked, and put into a container (`app.db.container`) that
this PC's key or the recovery code opens. The copy lies in the data folder while it is made (its numbers and phones are
encrypted there as in the database) and is removed.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from app.db import container, dump, faults
from app.db.container import Container, Manifest, file_faults
from app.db.folder import BACKUPS, DATABASE, copy_database, read_keys
from app.db.store import Store
from app.domain.business_day import day_of
from app.domain.people import Actor
from app.errors import DomainError

SUFFIX = ".yhbackup"
DAYS = 14
WEEKS = 8
COPY = ".copy-"
ABANDONED_SECONDS = 86_400
COUNTED = ("visits", "visitors", "requests", "customers", "staff", "departures", "request_events")


@dataclass(frozen=True, slots=True)
class BackupMade:
    """A backup that was written and read back. `size` is the file's, in bytes; `rows` of the main tables."""

    file: Path
    made_at: datetime
    size: int
    rows: dict[str, int]


def backup(store: Store, actor: Actor, target: Path) -> BackupMade:
    """Writes a backup to `target`, reads it back whole, and notes it in the audit chain.

    Raises:
        DomainError: `file_damaged` (what would be saved is not sound), `disk_full`, `cannot_write_file`.
    """
    made_at = store.clock.now()
    keys = read_keys(store.folder)
    with file_faults(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    with _copy(store) as copy:
        manifest = _manifest(copy, store, made_at)
        container.write(target, keys, store.secrets.backup_key, manifest, copy)
        try:
            Container(target).verify(store.secrets.backup_key)
        except DomainError:
            target.unlink(missing_ok=True)
            raise
    store.work(actor, "backup", lambda work: work.note("backup", target.name, {"sha256": manifest.sha256}))
    return BackupMade(target, made_at, target.stat().st_size, manifest.rows)


def daily_backup(store: Store, actor: Actor) -> BackupMade | None:
    """Today's backup into the data folder, None when there is one; drops those that are no longer kept.

    Raises:
        DomainError: as `backup`.
    """
    folder = store.folder / BACKUPS
    today = day_of(store.clock.now(), store.site.zone)
    target = folder / f"{today:%Y-%m-%d}{SUFFIX}"
    if target.exists():
        return None
    with file_faults(folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        _sweep(folder, ".*.part")
    made = backup(store, actor, target)
    there = daily_backups(store.folder)
    with file_faults(folder):
        for day in set(there) - kept_days(set(there)):
            there[day].unlink(missing_ok=True)
    return made


def daily_backups(folder: Path) -> dict[date, Path]:
    """The daily backups of a data folder by their day, oldest first; files with another name are left alone."""
    found = {}
    for path in sorted((folder / BACKUPS).glob(f"*{SUFFIX}")):
        try:
            found[date.fromisoformat(path.name.removesuffix(SUFFIX))] = path
        except ValueError:
            continue
    return found


def kept_days(days: set[date]) -> set[date]:
    """Which days' backups are kept: the newest 14, and of those before them the newest of each of 8 weeks."""
    newest = sorted(days, reverse=True)
    weeks: dict[tuple[int, int], date] = {}
    for day in newest[DAYS:]:
        weeks.setdefault(day.isocalendar()[:2], day)
    return set(newest[:DAYS]) | set(list(weeks.values())[:WEEKS])


def new_name(store: Store) -> Path:
    """Where a backup goes that was asked for without a name: beside the daily ones, never in an older one's place."""
    local = store.clock.now().astimezone(store.site.zone)
    return store.folder / BACKUPS / f"{local:%Y-%m-%dT%H%M%S}{SUFFIX}"


@contextmanager
def _copy(store: Store) -> Iterator[Path]:
    """A sound copy of the database as one SQLite file without a journal; removed afterwards."""
    _sweep(store.folder, f"{COPY}*")
    copy = store.folder / f"{COPY}{os.getpid()}.{time.monotonic_ns()}"
    try:
        with faults.worded():
            if store.engine.dialect.name == "sqlite":
                copy_database(store.folder / DATABASE, copy)
            else:
                dump.to_sqlite(store, copy)
            quick_check(copy)
        yield copy
    finally:
        for path in copy.parent.glob(f"{copy.name}*"):
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


def _manifest(copy: Path, store: Store, made_at: datetime) -> Manifest:
    with copy.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    with closed(open_alone(copy)) as connection:
        heads = connection.execute(
            "SELECT writer_id, max(seq), digest FROM audit_records WHERE site_id = ? GROUP BY writer_id",
            (store.site.site_id,),
        ).fetchall()
        schema = str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
        rows = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in COUNTED}
    return Manifest(
        made_at,
        store.site.name,
        schema,
        copy.stat().st_size,
        digest,
        tuple((bytes(writer).hex(), seq, bytes(head).hex()) for writer, seq, head in heads),
        rows,
    )


def _sweep(folder: Path, pattern: str) -> None:
    """Removes what a killed backup left; one that still runs has newer files."""
    late = time.time() - timedelta(seconds=ABANDONED_SECONDS).total_seconds()
    for path in folder.glob(pattern):
        if path.is_file() and path.stat().st_mtime < late:
            path.unlink(missing_ok=True)
