"""The data folder: what lies in it, who has it open, and how it becomes a `Store`.

yinghou.db     the data (SQLite), unless the site has a server
keys.json      the site's key, wrapped (see `app.db.secrets`), and this folder's writer
drafts.db      half-filled forms, encrypted
settings.toml  this PC's choices (see `app.settings`)
backups/       verified, encrypted: daily ones, and `before-…` of an upgrade or a restore
turn*.lock     OS locks: whose turn it is to write (see `app.db.turn`)
in-use.lock    an OS lock: shared by every window and command, held alone by upgrade, restore and demo
"""

from __future__ import annotations

import base64
import os
import sqlite3
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa
import sqlalchemy.exc

from app.clock import Clock
from app.db import added_rights, added_rows, faults, migrate, saving, turn
from app.db.container import Container
from app.db.engine import make_engine, server_url, sqlite_url
from app.db.own_files import own_file, own_files
from app.db.secrets import KeyFile, Secrets, pc_key, unwrap, wrap
from app.db.site import sites, writers
from app.db.store import Site, Store, Writer
from app.domain.people import pc_actor
from app.errors import DomainError

DATABASE = "yinghou.db"
KEYS = "keys.json"
LOCK = "in-use.lock"
BACKUPS = "backups"
FILES = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", "drafts.db", KEYS, LOCK, "settings.toml")
"""What only the owner may read."""
NOT_DATA = frozenset({"settings.toml", LOCK, f"{LOCK}-journal", *turn.FILES})
"""Files that may lie in a folder that counts as empty."""


class Lock:
    """The OS lock of a data folder, by SQLite's own file locks (they work alike on every system and die with us)."""

    def __init__(self, folder: Path, *, alone: bool) -> None:
        """Takes the lock.

        Raises:
            DomainError: `folder_in_use` when it must be alone and is not (or the other way round), `folder_read_only`,
                and what a disk fails at.
        """
        own_file(folder / LOCK)
        with faults.worded(folder):
            self._connection = sqlite3.connect(
                folder / LOCK, timeout=0.5, isolation_level=None, check_same_thread=False
            )
        try:
            self._connection.execute("BEGIN EXCLUSIVE" if alone else "BEGIN")
            if not alone:
                self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.DatabaseError as fault:
            self._connection.close()
            if "locked" in str(fault):
                raise DomainError("folder_in_use") from fault
            raise faults.domain_error(fault, folder) or DomainError("folder_read_only") from fault

    def release(self) -> None:
        """Gives the lock back."""
        self._connection.close()


@dataclass(frozen=True, slots=True)
class Opened:
    """A store and the lock that it holds."""

    store: Store
    lock: Lock

    def close(self) -> None:
        """Closes both."""
        self.store.close()
        self.lock.release()


def has_site(folder: Path) -> bool:
    """Whether there is a site in this folder."""
    return (folder / KEYS).is_file()


def is_empty(folder: Path) -> bool:
    """Whether the folder is not there yet or holds nothing of ours (settings alone do not count)."""
    if not folder.exists():
        return True
    return folder.is_dir() and not any(path.name not in NOT_DATA for path in folder.iterdir())


def make_folder(folder: Path) -> None:
    """Makes the folder, readable by its owner only.

    Raises:
        DomainError: `folder_is_file`, `folder_read_only`.
    """
    if folder.exists() and not folder.is_dir():
        raise DomainError("folder_is_file", folder=str(folder))
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except NotADirectoryError as fault:
        raise DomainError("folder_is_file", folder=str(folder)) from fault
    except OSError as fault:
        raise DomainError("folder_read_only") from fault


def read_keys(folder: Path) -> KeyFile:
    """The folder's key file.

    Raises:
        DomainError: `no_site_here`, `key_file_missing` (data without its keys), `key_file_damaged`,
            `cannot_read_file`.
    """
    path = folder / KEYS
    if not path.is_file():
        raise DomainError(
            "key_file_missing" if (folder / DATABASE).exists() else "no_site_here", folder=str(folder)
        )
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as fault:
        raise DomainError("cannot_read_file", file=str(path)) from fault
    return KeyFile.read(text)


def unlock(folder: Path, recovery_code: str) -> None:
    """Lets this PC open the folder again: the site's key, opened by the recovery code, is wrapped by this PC's key.

    Raises:
        DomainError: `no_site_here`, `key_file_missing`, `key_file_damaged`, `recovery_code_wrong`, `folder_read_only`.
    """
    keys = read_keys(folder)
    site_key = keys.site_key(recovery_code)
    mine = pc_key(make=True)
    if mine is None:
        raise DomainError("key_missing")
    try:
        write_whole(folder / KEYS, replace(keys, by_pc=wrap(site_key, mine, "site by pc")).text().encode())
    except OSError as fault:
        raise DomainError("folder_read_only") from fault


def write_whole(path: Path, content: bytes) -> None:
    """Replaces a file whole: another reader sees the old content or the new one, also after a power cut."""
    part = path.with_name(f".{path.name}.part")
    own_file(part)
    with part.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)


def need_sound_keys(folder: Path, site_key: bytes) -> KeyFile:
    """The folder's key file, fit for a backup: the recovery code will open it.

    Raises:
        DomainError: `recovery_part_damaged`, and what `read_keys` raises.
    """
    keys = read_keys(folder)
    if not keys.sound(site_key):
        raise DomainError("recovery_part_damaged")
    return keys


def _mended(folder: Path, keys: KeyFile, secrets: Secrets) -> KeyFile:
    """The keys with a MAC that fits: an older program's get theirs, a damaged recovery part comes from a backup.

    Without such a backup they stay as they are: the data opens, `check` and backups say it.
    """
    site_key = secrets.site_key
    if keys.sound(site_key):
        return keys.signed(site_key)
    for path in sorted((folder / BACKUPS).glob(f"*{saving.SUFFIX}"), reverse=True):
        try:
            source = Container(path)
            source.manifest(secrets.backup_key)  # its tag proves the head too
        except DomainError:
            continue
        mended = replace(keys, by_recovery=source.keys.by_recovery, salt=source.keys.salt)
        if source.keys.site_id == keys.site_id and (mended.holds(site_key) or source.keys.holds(site_key)):
            return mended.signed(site_key)
    return keys


def _keep_keys(folder: Path, keys: KeyFile) -> None:
    """Writes mended keys, if nobody was quicker; a folder that cannot be written to goes on without."""
    with suppress(OSError, DomainError), turn.turn(folder, longest=1.0):
        there = read_keys(folder)
        mended = replace(keys, by_pc=there.by_pc)
        if there != mended:
            write_whole(folder / KEYS, mended.text().encode())


def database_url(folder: Path, url: str = "") -> str:
    """The database of a folder: its own SQLite file unless a server is given.

    Raises:
        DomainError: `database_url_wrong` for anything but a server.
    """
    return server_url(url) if url else sqlite_url(folder / DATABASE)


def open_store(folder: Path, url: str = "", *, clock: Clock | None = None, recovery_code: str = "") -> Opened:
    """Opens a site's data; upgrades an older file after a backup of it.

    Raises:
        DomainError: `no_site_here`, `key_missing`, `newer_schema`, `file_damaged`, `folder_in_use`,
            `keys_of_another_site`, `server_unreachable` and the like.
    """
    if folder.exists() and not folder.is_dir():
        raise DomainError("folder_is_file", folder=str(folder))
    keys = read_keys(folder)
    site_key = keys.site_key(recovery_code)
    own_files([folder / name for name in FILES] + list((folder / BACKUPS).glob(f"*{saving.SUFFIX}")))
    lock = Lock(folder, alone=False)
    engine = None
    try:
        if not url and not (folder / DATABASE).is_file():
            raise DomainError("database_missing", folder=str(folder))
        engine = make_engine(database_url(folder, url))
        with faults.worded(folder, saving=False):
            secrets, clock = Secrets(site_key), clock or Clock()
            whole = _mended(folder, keys, secrets)
            lock = _upgraded(folder, url, engine, lock, whole, secrets, clock)
            store = _store(folder, engine, secrets, whole, clock)
        if whole != keys:
            _keep_keys(folder, whole)
    except BaseException:
        if engine is not None:
            engine.dispose()
        lock.release()
        raise
    return Opened(store, lock)


def _upgraded(
    folder: Path, url: str, engine: sa.Engine, lock: Lock, keys: KeyFile, secrets: Secrets, clock: Clock
) -> Lock:
    """Brings an older database up, after a backup of it; answers the lock that is held then.

    A database without this site in it is not ours: nothing is changed in it.
    """
    _need_site(engine, keys.site_id)
    if url:
        with engine.connect() as connection:
            found = migrate.version(connection)
    else:
        found = migrate.sqlite_version(folder / DATABASE)
    if found == migrate.HEAD:
        return lock
    if not found:
        raise DomainError("file_damaged")  # a site without its schema's version
    if not migrate.known(found):
        raise DomainError("newer_schema")
    lock.release()
    alone = Lock(folder, alone=True)
    try:
        if not url:
            saving.save_before(
                folder / DATABASE,
                folder / BACKUPS,
                migrate.HEAD,
                keys,
                secrets.backup_key,
                clock.now(),
            )
        older = _store(folder, engine, secrets, keys, clock)
        older.work(pc_actor(), added_rights.ACTION, lambda work: added_rights.add_rights(work, found))
        migrate.upgrade(engine)
        older.work(pc_actor(), added_rights.ACTION, lambda work: added_rows.add_rows(work, found))
    finally:
        alone.release()
    return Lock(folder, alone=False)


def _need_site(engine: sa.Engine, site_id: int) -> None:
    """Raises DomainError `keys_of_another_site` for a database that has no such site or is none of this program's."""
    try:
        with engine.execution_options(reading=True).connect() as connection:
            found = connection.execute(sa.select(sites.c.site_id).where(sites.c.site_id == site_id)).first()
    except sqlalchemy.exc.DBAPIError as fault:
        if faults.domain_error(fault) is None:  # no such table, or another program's
            raise DomainError("keys_of_another_site") from fault
        raise
    if found is None:
        raise DomainError("keys_of_another_site")


def _store(folder: Path, engine: sa.Engine, secrets: Secrets, keys: KeyFile, clock: Clock) -> Store:
    with engine.execution_options(reading=True).connect() as connection:
        row = connection.execute(sa.select(sites).where(sites.c.site_id == keys.site_id)).first()
        if row is None:
            raise DomainError("keys_of_another_site")
        try:
            zone = ZoneInfo(row.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
            raise DomainError("file_damaged") from fault
        site = Site(row.site_id, row.name, row.company, row.kind, row.mode, zone)
        own = base64.b64decode(keys.writer_id)
        mine = next(
            (
                w
                for w in connection.execute(sa.select(writers).where(writers.c.site_id == keys.site_id))
                if w.id.bytes == own
            ),
            None,
        )
    if mine is None:
        raise DomainError("keys_of_another_site")
    key = unwrap(keys.writer_key, secrets.site_key, "writer")
    if key is None:
        raise DomainError("key_file_damaged")
    return Store(folder, engine, secrets, site, Writer(mine.id, mine.letter, key), clock)
