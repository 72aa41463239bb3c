"""Saving a PDF where the person wants it: beside the running window, whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import threading
from pathlib import Path
from typing import BinaryIO

from PySide6.QtCore import QObject, Qt, Signal

from app.errors import DomainError


def copy_whole(source: BinaryIO, target: Path) -> None:
    """Write `target` from `source` so that it is there complete, or not at all. OSError."""
    handle, name = tempfile.mkstemp(prefix=".yinghou-", suffix=".pdf", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            shutil.copyfileobj(source, out, 1 << 20)
            out.flush()
            os.fsync(out.fileno())
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(target)
    except OSError:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


class Saver(QObject):
    """Copies in a thread of its own: a stick or a server may be slow. `saved(Path)` or `failed(DomainError)`."""

    saved = Signal(object)
    failed = Signal(object)
    _over = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._over.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def save(self, source: Path, target: Path) -> None:
        """Begin; the source may go as soon as this returns."""
        try:
            file = source.open("rb")
        except OSError as fault:
            self._tell(source, fault)
            return
        threading.Thread(target=self._copy, args=(file, target), name="save-pdf", daemon=True).start()

    def _copy(self, file: BinaryIO, target: Path) -> None:
        fault: OSError | None = None
        try:
            with file:
                copy_whole(file, target)
        except OSError as caught:
            fault = caught
        with contextlib.suppress(RuntimeError):  # the page went meanwhile: nobody is left to be told
            self._over.emit(target, fault)

    def _tell(self, target: Path, fault: OSError | None) -> None:
        if fault is None:
            self.saved.emit(target)
        else:
            self.failed.emit(DomainError("cannot_write_file", file=str(target)))
