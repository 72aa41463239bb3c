"""Caring for a site's data: backing it up, bringing it back, and proving that it is whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from app.clock import Clock
from app.db import audit_check, derived_check, file_check, integrity, saving
from app.db import backup as backups
from app.db import restore as restoring
from app.db.backup import BackupMade
from app.db.base import EPOCH
from app.db.container import Container
from app.db.drafts import ASIDE
from app.db.folder import BACKUPS, has_site, open_store, read_keys
from app.db.records import audit_records
from app.db.restore import Restored
from app.db.saving import DAMAGED
from app.db.store import Store
from app.domain.findings import Finding, fault, note
from app.domain.people import Actor
from app.errors import DomainError
from app.operations import watch_list
from app.operations.site_rows import customer_keys, item_keys

NEWEST = 3


def backup(store: Store, actor: Actor, target: Path | None = None) -> BackupMade:
    """Writes a verified, encrypted backup; without a target into the folder's own `backups`.

    Raises:
        DomainError: `no_right`, `file_damaged`, `disk_full`, `cannot_write_file`.
    """
    actor.need("data.backup")
    return backups.backup(store, actor, target or backups.new_name(store))


def daily_backup(store: Store, actor: Actor) -> BackupMade | None:
    """Today's backup, None when there is one already; 14 daily and 8 weekly ones are kept.

    After it goes what has been kept long enough: ended entries of the watch list (VIS-11, VIS-14).

    Raises:
        DomainError: as `backup`.
    """
    made = backups.daily_backup(store, actor)
    if made is not None:
        watch_list.purge(store, actor)
    return made


def restore(
    actor: Actor, file: Path, folder: Path, recovery_code: str = "", url: str = "", clock: Clock | None = None
) -> Restored:
    """Brings a backup back; see `app.db.restore.restore`. The folder must not be in use.

    Raises:
        DomainError: `no_right`, and what `app.db.restore.restore` raises; then nothing was written.
    """
    actor.need("data.restore")
    return restoring.restore(actor, file, folder, recovery_code, url, clock)


def check(folder: Path, url: str = "", clock: Clock | None = None) -> list[Finding]:
    """Everything that can be proven about a site's data; no fault in the answer means that it is whole.

    Raises:
        DomainError: `no_site_here`, `folder_is_file`.
    """
    if folder.exists() and not folder.is_dir():
        raise DomainError("folder_is_file", folder=str(folder))
    if not has_site(folder):
        read_keys(folder)  # says what is missing
    findings = [note("care.draft_damaged") for _ in folder.glob(f"{ASIDE}*.db")]
    findings += [note("care.damaged_kept", file=path.name) for path in sorted(folder.glob(f"{DAMAGED}*.db"))]
    ours, others = file_check.sqlite_files(folder)
    findings += [note("care.file_foreign", file=str(path.relative_to(folder))) for path in others]
    for path in ours:
        findings += file_check.file_faults(path, folder)
    if file_check.unusable(findings):
        return findings
    try:
        opened = open_store(folder, url, clock=clock)
    except DomainError as error:
        return [*findings, fault(f"errors.{error.code}", **error.values)]
    try:
        for part in (_data, _backups):
            try:
                findings += part(opened.store)
            except DomainError as error:
                findings.append(fault(f"errors.{error.code}", **error.values))
            except (ValueError, TypeError, OverflowError):
                # A damaged value that its column's type cannot be: no date, no UUID, no JSON.
                findings.append(fault("errors.file_damaged"))
    finally:
        opened.close()
    return findings


def _data(store: Store) -> list[Finding]:
    site_id, secrets = store.site.site_id, store.secrets
    with store.reading() as connection:
        found = file_check.schema_faults(connection)
        if found:
            return found
        found += file_check.key_faults(store.folder, secrets)
        found += file_check.foreign_objects(connection)
        found += file_check.tag_faults(connection, secrets, site_id)
        found += audit_check.AuditCheck(connection, secrets, site_id).run()
        for damage in integrity.damaged_rows(connection, site_id):
            day = f"{EPOCH + timedelta(days=damage.day):%Y-%m-%d}"
            if damage.key:
                found.append(fault("care.row_changed", table=damage.entity, row=damage.key, day=day))
            else:
                found.append(fault("care.rows_changed", table=damage.entity, day=day))
        found += derived_check.derived_faults(connection, site_id)
        found += derived_check.recency_faults(connection, site_id)
        found += derived_check.counter_faults(connection, site_id)
        found += derived_check.search_faults(connection, secrets, site_id, customer_keys, item_keys)
    return found


def _backups(store: Store) -> list[Finding]:
    """The newest backups are whole, and the audit chains still hold what was their end then."""
    folder = store.folder / BACKUPS
    before = saving.befores(folder)
    files = sorted((path for path in folder.glob(f"*{saving.SUFFIX}") if path not in before), reverse=True)
    found = [] if files else [note("care.no_backup")]
    files = files[:NEWEST] + before[: saving.LEAST]
    with store.reading() as connection:
        undone = list(_undone(store, connection))
        for path in files:
            try:
                manifest = Container(path).verify(store.secrets.backup_key)
            except DomainError as error:
                found.append(fault(f"errors.{error.code}", **error.values))
                continue
            if any(begin < manifest.made_at < end for begin, end in undone):
                continue
            for writer, seq, digest in manifest.heads:
                if not audit_check.head_holds(connection, store.site.site_id, UUID(hex=writer), seq, digest):
                    found.append(fault("care.audit_cut", file=path.name, seq=seq))
    return found


def _undone(store: Store, connection: sa.Connection) -> Iterator[tuple[datetime, datetime]]:
    """From when to when a restore took back what was written: a backup made between holds more than we do."""
    rows = connection.execute(
        sa.select(audit_records.c.at, audit_records.c.body).where(
            audit_records.c.site_id == store.site.site_id, audit_records.c.action == restoring.ACTION
        )
    )
    for at, body in rows:
        yield restoring.made_at_of(body), at
