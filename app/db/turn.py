"""Whose turn it is to write: one OS lock per data folder, around each transaction of every program that has it open.

All programs of one data folder are one writer with one audit chain, so their transactions can only come one after the
other. PostgreSQL would let them begin together and refuse all but one: eight programs that wrote without a pause ended
in `database_locked`. SQLite lets them wait, but in no order: one of eight waited 4.7 s of its 5. A lock that the system
takes back when its holder dies, by a kill too, makes them wait for each other instead.

Two files: who wants to write stands at the *door* until the one inside has gone. Nobody can go in twice while another
waits, and only one at a time tries for the inner lock.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from app.errors import DomainError

DOOR, INNER = FILES = ("turn-door.lock", "turn.lock")
LONGEST_WAIT = 10.0
"""Seconds until a waiting program says `database_locked`."""
# Seconds between two tries. One waits inside the door, any number outside: these need not be quick, only few.
PAUSE_OUTSIDE, PAUSE_INSIDE = 0.004, 0.0005

if sys.platform == "win32":
    import msvcrt

    def _try(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def turn(folder: Path, longest: float = LONGEST_WAIT) -> Iterator[None]:
    """Holds the turn of a data folder (about 20 µs when nobody else has it); waits at most `longest` seconds for it.

    Raises:
        DomainError: `database_locked` when others hold it for too long; `folder_read_only`, `disk_full` when the
            lock's files cannot be made.
    """
    late = time.monotonic() + longest
    with ExitStack() as inside:
        with ExitStack() as outside:
            _lock(outside, folder / DOOR, late, PAUSE_OUTSIDE)
            _lock(inside, folder / INNER, late, PAUSE_INSIDE)
        yield


def _lock(held: ExitStack, path: Path, late: float, pause: float) -> None:
    """Locks a file until `held` is closed; the system unlocks what is closed."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as fault:
        full = fault.errno in (errno.ENOSPC, errno.EDQUOT)
        raise DomainError("disk_full" if full else "folder_read_only") from fault
    held.callback(os.close, handle)
    while not _try(handle):
        if time.monotonic() > late:
            raise DomainError("database_locked")
        time.sleep(pause)
