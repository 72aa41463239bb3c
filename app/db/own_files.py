"""Files of a data folder that only their owner can read."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def own_file(path: Path) -> None:
    """Makes a file, empty, if it is not there, and takes everybody else's permissions away.

    A file that is there is never opened: closing it would drop the locks that SQLite holds on it for this process. What
    the system does not allow is left for whoever opens the file to say. What a link points to may be somebody else's,
    and is left as it is.
    """
    with suppress(OSError):
        if path.is_symlink():
            return
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)


def own_files(paths: list[Path]) -> None:
    """Takes everybody else's permissions away from files that an older program or a copy left readable."""
    for path in paths:
        if path.is_file():
            own_file(path)
