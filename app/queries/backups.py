"""Which backups lie in the data folder: for the Site tab."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.db.folder import BACKUPS
from app.db.saving import SUFFIX
from app.db.store import Store
from app.domain.people import Actor


@dataclass(frozen=True, slots=True)
class BackupFile:
    """A backup file: where it is, when it was written, how many bytes it has."""

    path: Path
    made_at: datetime
    size: int


def backup_files(store: Store, actor: Actor) -> list[BackupFile]:
    """The data folder's backups, the newest first. A file that goes meanwhile is left out."""
    found = []
    for path in (store.folder / BACKUPS).glob(f"*{SUFFIX}"):
        try:
            facts = path.stat()
        except FileNotFoundError:
            continue
        found.append(BackupFile(path, datetime.fromtimestamp(facts.st_mtime, UTC), facts.st_size))
    return sorted(found, key=lambda file: (file.made_at, file.path.name), reverse=True)
