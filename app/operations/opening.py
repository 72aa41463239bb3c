"""Opening and leaving a site's data: what the window and every command do first."""

from __future__ import annotations

from pathlib import Path

from app.clock import Clock
from app.db.drafts import Drafts
from app.db.folder import Opened, has_site, is_empty, open_store, unlock
from app.db.store import Store

__all__ = ["Drafts", "Opened", "Store", "has_site", "is_empty", "open_drafts", "open_site", "unlock"]


def open_site(folder: Path, url: str = "", clock: Clock | None = None) -> Opened:
    """Opens the site in a data folder; an older file is backed up and upgraded first.

    Raises:
        DomainError: see `app.db.folder.open_store`.
    """
    return open_store(folder, url, clock=clock)


def open_drafts(store: Store) -> Drafts:
    """The half-filled forms of this data folder.

    Raises:
        DomainError: `disk_full`, `folder_read_only`, `cannot_open`.
    """
    return Drafts(store.folder, store.secrets)
