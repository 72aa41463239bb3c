"""Bringing a backup back: everything is verified before anything appears in the folder.

Who writes after a restore: a folder that restores its own backup goes on as the writer it was. Any other folder gets a
new writer with the next free letter, because the PC that the backup came from may live on, and two folders must never
give the same numbers or carry on the same audit chain.
"""

from __future__ import annotations

import base64
import json
import os
import secrets as random_source
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.clock import Clock
from app.db import dump, faults, migrate, turn
from app.db.added_rights import add_rights
from app.db.added_rows import add_rows
from app.db.base import EPOCH, new_key, to_micros
from app.db.container import Container, Manifest, file_faults, sync_folder
from app.db.engine import make_engine, server_url, sqlite_url
from app.db.folder import (
    BACKUPS,
    DATABASE,
    KEYS,
    LOCK,
    NOT_DATA,
    Lock,
    has_site,
    is_empty,
    make_folder,
    read_keys,
    write_whole,
)
from app.db.saving import DAMAGED, STAMPED, quick_check, save_before
from app.db.secrets import KeyFile, Secrets, pc_key, unwrap, wrap
from app.db.site import sites, writers
from app.db.store import Site, Store, Writer
from app.db.work import Work
from app.domain.people import Actor
from app.errors import DomainError

PART = ".restore.db"
ACTION = "restore"
# Letters that are told by phone: none that is taken for a digit.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back: the site, when the backup was made, the writer's letter from now on.

    `before` is the backup of what the folder held (of a damaged database: the file itself), None when it held nothing.
    """

    folder: Path
    site: str
    made_at: datetime
    letter: str
    rows: dict[str, int]
    before: Path | None


def restore(
    actor: Actor, file: Path, folder: Path, recovery_code: str = "", url: str = "", clock: Clock | None = None
) -> Restored:
    """Restores a backup into an empty folder, or over the same site's data, which is saved first.

    With `url` the rows go into that server's empty database, and the folder gets the keys.

    Raises:
        DomainError: `backup_missing`, `not_a_backup`, `backup_damaged`, `newer_backup`, `newer_schema`, `key_missing`,
            `recovery_code_wrong`, `folder_not_empty`, `another_site_here`, `folder_in_use`, `database_not_empty`,
            `disk_full`. Then nothing was written.
    """
    source = Container(file)
    site_key = source.keys.site_key(recovery_code)
    secrets = Secrets(site_key)
    manifest = source.verify(secrets.backup_key)
    if not manifest.schema or not migrate.known(manifest.schema):
        raise DomainError("newer_schema")
    _suitable(folder, source.keys.site_id)
    made = _missing_part(folder)
    make_folder(folder)
    try:
        lock = Lock(folder, alone=True)
        try:
            return _restored(actor, source, manifest, secrets, folder, url, clock or Clock())
        finally:
            for path in folder.glob(f"{PART}*"):
                path.unlink(missing_ok=True)
            lock.release()
    except BaseException:
        _unmake(folder, made)
        raise


def _suitable(folder: Path, site_id: int) -> None:
    if folder.exists() and not folder.is_dir():
        raise DomainError("folder_is_file", folder=str(folder))
    if has_site(folder):
        if read_keys(folder).site_id != site_id:
            raise DomainError("another_site_here", folder=str(folder))
    elif not is_empty(folder) and any(
        path.name not in NOT_DATA and not path.name.startswith(PART) for path in folder.iterdir()
    ):
        raise DomainError("folder_not_empty", folder=str(folder))


def _missing_part(folder: Path) -> list[Path]:
    """The folders that will have to be made, the innermost first."""
    missing = []
    for step in (folder.absolute(), *folder.absolute().parents):
        if step.exists():
            break
        missing.append(step)
    return missing


def _unmake(folder: Path, made: list[Path]) -> None:
    if made:
        for name in (LOCK, *turn.FILES):
            (folder / name).unlink(missing_ok=True)
    with suppress(OSError):
        for step in made:
            step.rmdir()


def _restored(
    actor: Actor,
    source: Container,
    manifest: Manifest,
    secrets: Secrets,
    folder: Path,
    url: str,
    clock: Clock,
) -> Restored:
    part = folder / PART
    with file_faults(part), part.open("wb") as out:
        part.chmod(0o600)
        for piece in source.content(secrets.backup_key):
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    quick_check(part)
    before = None if url else _saved(folder, source.keys, secrets, clock.now())
    with faults.worded(saving=False):
        engine = make_engine(sqlite_url(part))
        try:
            migrate.upgrade(engine)
            if url:
                server = make_engine(server_url(url))
                try:
                    _fill_server(engine, server)
                    site, writer, keys = _takes_over(actor, server, source, manifest, secrets, folder, clock)
                finally:
                    server.dispose()
            else:
                site, writer, keys = _takes_over(actor, engine, source, manifest, secrets, folder, clock)
        finally:
            engine.dispose()
    with file_faults(folder):
        write_whole(folder / KEYS, keys.text().encode())
        if not url:
            aside = _into_place(part, folder, clock.now(), saved=before is not None)
            before = before or aside
        sync_folder(folder)
    return Restored(folder, site.name, manifest.made_at, writer.letter, manifest.rows, before)


def _fill_server(source: sa.Engine, server: sa.Engine) -> None:
    with server.connect() as connection:
        if not migrate.is_free(connection):
            raise DomainError("database_not_empty")
    migrate.upgrade(server)
    with source.execution_options(reading=True).connect() as rows, server.begin() as target:
        dump.copy_rows(rows, target)


def _takes_over(
    actor: Actor,
    engine: sa.Engine,
    source: Container,
    manifest: Manifest,
    secrets: Secrets,
    folder: Path,
    clock: Clock,
) -> tuple[Site, Writer, KeyFile]:
    """Who writes here from now on; the restore is the first thing in its chain."""
    site_id = source.keys.site_id
    with engine.execution_options(reading=True).connect() as connection:
        row = connection.execute(sa.select(sites).where(sites.c.site_id == site_id)).one()
        known = connection.execute(sa.select(writers).where(writers.c.site_id == site_id)).all()
    site = Site(site_id, row.name, row.company, row.kind, row.mode, ZoneInfo(row.zone))
    writer = _own_writer(folder, known, secrets)
    new = writer is None
    if writer is None:
        letter = _free_letter({one.letter for one in known})
        writer = Writer(new_key(), letter, random_source.token_bytes(32))
    wrapped = wrap(writer.key, secrets.site_key, "writer")
    made_at = str(to_micros(manifest.made_at))
    row_of_writer = {
        "id": writer.id,
        "letter": writer.letter,
        "name": "",
        "wrapped_key": wrapped.encode(),
        "created_at": clock.now(),
    }

    def body(work: Work) -> None:
        if new:
            work.insert(writers, row_of_writer)
        add_rights(work, manifest.schema)
        add_rows(work, manifest.schema)
        work.note(ACTION, made_at, {"sha256": manifest.sha256})

    Store(folder, engine, secrets, site, writer, clock).work(actor, ACTION, body)
    return site, writer, _keys_here(source.keys, secrets, writer, wrapped)


def made_at_of(body: str) -> datetime:
    """When the backup was made that a restore's audit record speaks of."""
    key = next((str(row[1]) for row in json.loads(body)["rows"] if row[0] == ACTION), "0")
    return EPOCH + timedelta(microseconds=int(key))


def _own_writer(folder: Path, known: Sequence[sa.Row[Any]], secrets: Secrets) -> Writer | None:
    """The folder's own writer, if it has one that the backup knows."""
    if not has_site(folder):
        return None
    keys = read_keys(folder)
    key = unwrap(keys.writer_key, secrets.site_key, "writer")
    own = base64.b64decode(keys.writer_id)
    row = next((one for one in known if one.id.bytes == own), None)
    return None if key is None or row is None else Writer(row.id, row.letter, key)


def _keys_here(keys: KeyFile, secrets: Secrets, writer: Writer, wrapped: str) -> KeyFile:
    """The key file of this folder on this PC."""
    by_pc = "sample"
    if not secrets.sample:
        mine = pc_key(make=True)
        if mine is None:
            raise DomainError("pc_key_damaged")
        by_pc = wrap(secrets.site_key, mine, "site by pc")
    here = replace(
        keys, by_pc=by_pc, writer_id=base64.b64encode(writer.id.bytes).decode(), writer_key=wrapped
    )
    return here.signed(secrets.site_key) if keys.sound(secrets.site_key) else here


def _free_letter(taken: set[str]) -> str:
    """The next letter in order; after Z, two of them."""
    for length in (1, 2):
        for letters in product(LETTERS, repeat=length):
            if (letter := "".join(letters)) not in taken:
                return letter
    raise AssertionError("600 writers")


def _saved(folder: Path, restored: KeyFile, secrets: Secrets, now: datetime) -> Path | None:
    """A backup of what the folder holds, None when it holds nothing or nothing sound.

    Raises:
        DomainError: `disk_full` and the like: nothing has been changed yet.
    """
    if not (folder / DATABASE).exists():
        return None
    keys = read_keys(folder)
    if not keys.sound(secrets.site_key):
        keys = replace(keys, by_recovery=restored.by_recovery, salt=restored.salt).signed(secrets.site_key)
    try:
        return save_before(folder / DATABASE, folder / BACKUPS, "restore", keys, secrets.backup_key, now)
    except DomainError as error:
        if error.code == "file_damaged":
            return None
        raise


def _into_place(part: Path, folder: Path, now: datetime, *, saved: bool) -> Path | None:
    """Puts the restored database into its place; one that could not be saved is put aside, with its journal.

    The old journal goes first: SQLite would play it into the new file.
    """
    live, aside = folder / DATABASE, None
    if live.exists() and not saved:
        aside = folder / f"{DAMAGED}{now:{STAMPED}}.db"
        live.replace(aside)
        journal = folder / f"{DATABASE}-wal"
        if journal.exists():
            journal.replace(aside.with_name(f"{aside.name}-wal"))
    for end in ("-wal", "-shm"):
        (folder / f"{DATABASE}{end}").unlink(missing_ok=True)
    part.replace(live)
    return aside
