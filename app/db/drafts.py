"""Half-filled forms: kept outside the data, encrypted, so that a crash loses nothing that was typed.

`drafts.db` is SQLite with `synchronous=NORMAL` (a power cut may lose the last moment, a crash of the program nothing).
Values are bound to their owner and name. A damaged file is set aside and a fresh one begun: drafts never stop the work.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.db import faults
from app.db.own_files import own_file
from app.db.secrets import NONCE, Secrets

FILE = "drafts.db"
ASIDE = "drafts-damaged-"
# auto_vacuum leaves no free page, so that `integrity_check` sees every page of this file.
TABLE = """
    CREATE TABLE IF NOT EXISTS drafts (
        owner TEXT NOT NULL, name TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (owner, name)
    ) WITHOUT ROWID
"""
SETUP = (
    "PRAGMA auto_vacuum=FULL",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA secure_delete=ON",
    "PRAGMA busy_timeout=5000",
    TABLE,
)

T = TypeVar("T")


class Drafts:
    """The drafts of a data folder. Used from several threads and by several windows.

    `set_aside` is the damaged file that was put away since this was opened, None if there was none: said once.
    """

    def __init__(self, folder: Path, secrets: Secrets) -> None:
        """Opens the file, makes it when it is not there.

        Raises:
            DomainError: `disk_full`, `folder_read_only`, `cannot_open`.
        """
        self._path = folder / FILE
        self._cipher = AESGCM(secrets.drafts_key)
        self._turn = threading.Lock()
        self.set_aside: Path | None = None
        with faults.worded():
            try:
                self._connection = self._opened()
            except sqlite3.DatabaseError as fault:
                self._put_aside(fault)

    def keep(self, owner: str, name: str, value: Mapping[str, Any]) -> None:
        """Keeps a form's plain values (what JSON can hold), in place of an older draft of that name.

        Raises:
            DomainError: `disk_full` and the like.
        """
        nonce = os.urandom(NONCE)
        text = json.dumps(dict(value), ensure_ascii=False).encode()
        sealed = nonce + self._cipher.encrypt(nonce, text, _bound(owner, name))
        self._do(lambda c: c.execute("INSERT OR REPLACE INTO drafts VALUES (?, ?, ?)", (owner, name, sealed)))

    def take(self, owner: str, name: str) -> dict[str, Any] | None:
        """A draft, None when there is none (or it cannot be read any more). It stays until it is dropped."""
        return self.all(owner, name).get(name)

    def all(self, owner: str, name: str | None = None) -> dict[str, dict[str, Any]]:
        """All drafts of an owner by name, or the one of that name."""
        rows = self._do(
            lambda c: c.execute(
                "SELECT name, value FROM drafts WHERE owner = ? AND (name = ? OR ?)",
                (owner, name, name is None),
            ).fetchall()
        )
        found = {}
        for key, sealed in rows:
            try:
                text = self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], _bound(owner, key))
            except (InvalidTag, ValueError):
                continue
            found[key] = json.loads(text)
        return found

    def drop(self, owner: str, name: str) -> None:
        """Forgets a draft: it was saved for good, or was put aside by who wrote it."""
        self._do(lambda c: c.execute("DELETE FROM drafts WHERE owner = ? AND name = ?", (owner, name)))

    def of(self, owner: str) -> OwnDrafts:
        """The drafts of one owner, as the window's pages use them."""
        return OwnDrafts(self, owner)

    def close(self) -> None:
        """Closes the file."""
        with self._turn:
            self._connection.close()

    def _do(self, act: Callable[[sqlite3.Connection], T]) -> T:
        with self._turn, faults.worded():
            try:
                return act(self._connection)
            except sqlite3.DatabaseError as fault:
                self._put_aside(fault)
                return act(self._connection)

    def _opened(self) -> sqlite3.Connection:
        own_file(self._path)
        connection = sqlite3.connect(self._path, timeout=5, isolation_level=None, check_same_thread=False)
        try:
            for statement in SETUP:
                connection.execute(statement)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _put_aside(self, fault: sqlite3.DatabaseError) -> None:
        """Renames a damaged file and begins a new one; raises any other fault again."""
        error = faults.domain_error(fault)
        if error is None or error.code != "file_damaged":
            raise fault
        if hasattr(self, "_connection"):
            self._connection.close()
        aside = self._path.with_name(f"{ASIDE}{datetime.now(UTC):%Y%m%dT%H%M%S%f}.db")
        for end in ("-wal", "-shm"):
            self._path.with_name(FILE + end).unlink(missing_ok=True)
        self._path.replace(aside)
        self.set_aside = aside
        self._opened()


@dataclass(frozen=True, slots=True)
class OwnDrafts:
    """One owner's drafts."""

    drafts: Drafts
    owner: str

    def load(self, key: str) -> Mapping[str, Any] | None:
        """The draft of this key, or None."""
        return self.drafts.take(self.owner, key)

    def save(self, key: str, value: Mapping[str, Any]) -> None:
        """Keeps it, in place of an older one."""
        self.drafts.keep(self.owner, key, value)

    def forget(self, key: str) -> None:
        """Drops it."""
        self.drafts.drop(self.owner, key)


def _bound(owner: str, name: str) -> bytes:
    return json.dumps(["draft", owner, name], ensure_ascii=False).encode()
