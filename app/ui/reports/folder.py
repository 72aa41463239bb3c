"""Where the PDF of the preview lies: a private temporary folder, away with the page, swept up after a crash."""

from __future__ import annotations

import shutil
import tempfile
import time
import weakref
from itertools import count
from pathlib import Path

from PySide6.QtCore import QLockFile

PREFIX = "yinghou-paper-"
LOCK = "lock"
YOUNG = 60.0  # seconds: a folder that another window is just making is left alone


class PrivateFolder:
    """A folder that only this account can enter (0700); it goes with `close()`, this object, or the program."""

    def __init__(self, below: Path | None = None) -> None:
        """Makes it in the system's temporary folder (or `below`), and removes what a killed window left there."""
        root = below or Path(tempfile.gettempdir())
        sweep(root)
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=root))
        self._lock = QLockFile(str(self.path / LOCK))
        self._lock.setStaleLockTime(0)
        self._lock.tryLock(0)
        self._numbers = count(1)
        self._end = weakref.finalize(self, _remove, self.path, self._lock)

    def new(self) -> Path:
        """The path of another PDF; there is no file yet."""
        return self.path / f"{next(self._numbers)}.pdf"

    def copy(self, file: Path) -> Path:
        """A second PDF with the same content, which stays when the first goes. OSError."""
        return Path(shutil.copyfile(file, self.new()))

    def drop(self, file: Path | None) -> None:
        """Remove one; a file that is not there is no fault."""
        if file is not None:
            file.unlink(missing_ok=True)

    def close(self) -> None:
        """Remove all."""
        self._end()


def sweep(root: Path) -> None:
    """Remove the folders of windows that run no more; those of others and of running ones stay."""
    for left in root.glob(f"{PREFIX}*"):
        try:
            young = time.time() - left.stat().st_mtime < YOUNG
        except OSError:  # another window has just swept it
            continue
        lock = QLockFile(str(left / LOCK))
        lock.setStaleLockTime(0)
        if not young and lock.tryLock(0):
            _remove(left, lock)


def _remove(path: Path, lock: QLockFile) -> None:
    lock.unlock()
    shutil.rmtree(path, ignore_errors=True)
