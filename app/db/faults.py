"""What a database can fail at, as errors that the user can act on: one place for both databases."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy.exc

from app.errors import DomainError

_SQLITE = {
    sqlite3.SQLITE_FULL: "disk_full",
    sqlite3.SQLITE_READONLY: "folder_read_only",
    sqlite3.SQLITE_PERM: "folder_read_only",
    sqlite3.SQLITE_BUSY: "database_locked",
    sqlite3.SQLITE_LOCKED: "database_locked",
    sqlite3.SQLITE_IOERR: "disk_fault",
    sqlite3.SQLITE_CANTOPEN: "cannot_open",
    sqlite3.SQLITE_CORRUPT: "file_damaged",
    sqlite3.SQLITE_NOTADB: "file_damaged",
}
_PRIMARY = 0xFF
# The file beside the data that all connections share could not be made longer: there is no room for it.
_SPECIAL = {sqlite3.SQLITE_IOERR_SHMSIZE: "disk_full"}
# How Python's sqlite3 words damage for which SQLite has no code.
_DAMAGED = ("malformed", "not a database", "decode to UTF-8")
# What psycopg calls trouble with the connection, when the server itself said nothing.
_CONNECTION = ("OperationalError", "InterfaceError", "ConnectionTimeout")


def domain_error(
    fault: BaseException | None, folder: Path | None = None, *, saving: bool = True
) -> DomainError | None:
    """The user's error for a database fault, None when it is a bug of ours (a broken constraint, wrong SQL).

    With the data folder given, a file that cannot be opened because nobody may write there is said as such. When
    nothing was to be saved (`saving`), a server that does not answer is said to be out of reach, and no more.
    """
    gone = "server_gone" if saving else "server_unreachable"
    connecting = False
    if isinstance(fault, sqlalchemy.exc.DBAPIError):
        if fault.connection_invalidated:
            return DomainError(gone)
        connecting = fault.statement is None
        fault = fault.orig
    if isinstance(fault, sqlite3.Error):
        code = getattr(fault, "sqlite_errorcode", None)
        if code is None:
            return DomainError("file_damaged") if any(sign in str(fault) for sign in _DAMAGED) else None
        name = _SPECIAL.get(code) or _SQLITE.get(code & _PRIMARY)
        if name == "cannot_open" and folder is not None and not os.access(folder, os.W_OK | os.X_OK):
            name = "folder_read_only"
        return DomainError(name) if name else None
    if fault is not None and type(fault).__module__.startswith("psycopg"):
        state = getattr(fault, "sqlstate", None)
        if state is None:  # the driver's own: what it cannot send, the connection, or a bug of ours
            kind = type(fault).__name__
            if connecting and kind == "ProgrammingError":
                return DomainError("database_url_wrong")
            if kind == "DataError":  # a text with a NUL in it
                return DomainError("text_unstorable")
            return DomainError(gone) if kind in _CONNECTION else None
        if state.startswith(("08", "57")):
            return DomainError(gone)
        if state.startswith("53"):
            return DomainError("disk_full")
    return None


def must_retry(fault: sqlalchemy.exc.DBAPIError) -> bool:
    """Whether PostgreSQL asks to run the transaction again (serialization failure, deadlock)."""
    return getattr(fault.orig, "sqlstate", None) in ("40001", "40P01")


@contextmanager
def worded(folder: Path | None = None, *, saving: bool = True) -> Iterator[None]:
    """Turns database faults into DomainErrors; what is no fault of the surroundings goes on as it is."""
    try:
        yield
    except (sqlalchemy.exc.DBAPIError, sqlite3.Error) as fault:
        error = domain_error(fault, folder, saving=saving)
        if error is None:
            raise
        raise error from fault
