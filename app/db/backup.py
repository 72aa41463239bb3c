"""Backups: one verified, encrypted file, and which of the daily ones are kept.

A backup is a copy of the database taken while it is in use, checked, and put into a container (`app.db.container`) that
this PC's key or the recovery code opens. The copy lies in the data folder while it is made (its numbers and phones are
encrypted there as in the database) and is removed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from app.db import dump, faults, saving
from app.db.container import file_faults
from app.db.folder import BACKUPS, DATABASE, need_sound_keys
from app.db.saving import SUFFIX
from app.db.store import Store
from app.domain.business_day import day_of
from app.domain.people import Actor
from app.errors import DomainError

DAYS = 14
WEEKS = 8


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
        DomainError: `file_damaged` (what would be saved is not sound), `recovery_part_damaged`, `folder_missing`,
            `backup_no_file` (it would take the place of a device or a folder), `disk_full`, `cannot_write_file`.
    """
    made_at = store.clock.now()
    keys = need_sound_keys(store.folder, store.secrets.site_key)
    target = _place(store, target)
    with _copy(store) as copy:
        manifest = saving.save(copy, target, keys, store.secrets.backup_key, made_at)
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
        saving.sweep(folder, ".*.part")
    saving.drop_old(store.folder, folder, store.clock.now())
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
    with saving.scratch(store.folder) as copy:
        with faults.worded():
            if store.engine.dialect.name == "sqlite":
                saving.copy_database(store.folder / DATABASE, copy)
            else:
                dump.to_sqlite(store, copy)
            saving.quick_check(copy)
        yield copy


def _place(store: Store, target: Path) -> Path:
    """Where a backup may be written: in a folder that is there, in nobody's place but a file's.

    A link to a file stands for that file.

    Raises:
        DomainError: `folder_missing`, `backup_no_file` (a device, a folder, a pipe), `cannot_write_file`.
    """
    with file_faults(target):
        if target.parent == store.folder / BACKUPS:
            target.parent.mkdir(mode=0o700, exist_ok=True)
        place = target.resolve() if target.is_symlink() else target
        if place.exists() and not place.is_file():
            raise DomainError("backup_no_file", file=str(target))
        if not place.parent.exists() and not _under_a_file(place):
            raise DomainError("folder_missing", folder=str(place.parent))
    return place


def _under_a_file(place: Path) -> bool:
    return any(step.is_file() for step in place.parents)
