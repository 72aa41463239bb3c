"""What the window sees of the reading of photographs: a picture goes in, a reading or an error comes out.

A port with two ways in: `OcrReader` (a child process of this program, warmed up when the post opens) and
`SimulatedOcr` (training, tests). All signals come in the window's thread; nothing here waits, and no picture is written
to a disk. Typing cancels: `cancel` may be called at any time, and `read` cancels the picture before.
"""

from __future__ import annotations

import importlib.util
import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from PySide6.QtCore import QObject, QProcess, QTimer, Signal, SignalInstance

from app.devices.photo_wire import cancel_order, check_size, from_values, read_order, still_order
from app.domain.card_text import CardReading, ReadField
from app.errors import DomainError
from app.words import Words

log = logging.getLogger(__name__)

LONGEST_MS = 30_000
"""A child that has not answered by then hangs: it is ended, and the next picture gets a new one."""
NEEDED = ("rapidocr", "onnxruntime", "cv2")


class PhotoReader(Protocol):
    """Reads photographs of documents, one at a time."""

    @property
    def photo_read(self) -> SignalInstance:
        """Emitted with the `CardReading` of the last picture handed to `read`, unless it was cancelled."""
        ...

    @property
    def refused(self) -> SignalInstance:
        """Emitted with the DomainError in place of a reading."""
        ...

    @property
    def busy(self) -> bool:
        """Whether a picture is being read."""
        ...

    def warm_up(self) -> None:
        """Make the next `read` quick; without it the first one takes a second or two longer."""
        ...

    def read(self, data: bytes) -> None:
        """Read a picture (the bytes of its file). One that is still being read is cancelled."""
        ...

    def photograph(self, camera: str = "") -> None:
        """Take a still of this camera ("" the first of the PC) and read it, as `read` does."""
        ...

    def cancel(self) -> None:
        """Nobody waits any more: no signal comes for the picture that is being read."""
        ...

    def close(self) -> None:
        """End reading for good; no signal comes after it."""
        ...


def is_installed() -> bool:
    """Whether `yinghou[ocr]` is installed, without importing it."""
    return all(importlib.util.find_spec(name) is not None for name in NEEDED)


def trust(field: ReadField, words: Words) -> str:
    """What the guard reads beside a filled field: how far to trust it, or what is wrong with it."""
    return words(f"documents.reason_{field.reason}" if field.reason else f"ocr.mark_{field.mark}")


class OcrReader(QObject):
    """A `PhotoReader` by a child process. `command` is this program's `identify --from-stdin`."""

    photo_read = Signal(object)
    refused = Signal(object)
    warmed_up = Signal()

    def __init__(
        self, command: Sequence[str], parent: QObject | None = None, *, longest_ms: int = LONGEST_MS
    ) -> None:
        super().__init__(parent)
        self._command = list(command)
        self._process: QProcess | None = None
        self._rest = b""
        self._number = 0
        self._awaited = 0
        self._closed = False
        self.warm = False
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setInterval(longest_ms)
        self._clock.timeout.connect(self._too_long)

    @property
    def busy(self) -> bool:
        """Whether a picture is being read."""
        return self._awaited != 0

    def status(self, words: Words) -> str:
        """What it does just now, for the status line; '' when nobody waits for it."""
        return words("ocr.reading" if self.warm else "ocr.warming_up") if self.busy else ""

    def warm_up(self) -> None:
        """Start the child unless it runs."""
        if self._process is not None or self._closed:
            return
        self._rest = b""
        process = self._process = QProcess(self)
        process.setProgram(self._command[0])
        process.setArguments(self._command[1:])
        process.readyReadStandardOutput.connect(self._heard)
        process.readyReadStandardError.connect(self._complaints)
        process.finished.connect(self._ended)
        process.errorOccurred.connect(self._broken)
        process.start()

    def read(self, data: bytes) -> None:
        """Send the picture to the child; what is too large is refused without sending it."""
        self.cancel()
        try:
            check_size(len(data))
        except DomainError as error:
            self.refused.emit(error)
            return
        self._number += 1
        self._order(read_order(self._number, len(data)), data)

    def photograph(self, camera: str = "") -> None:
        """Let the child take a still and read it."""
        self.cancel()
        self._number += 1
        self._order(still_order(self._number, camera))

    def _order(self, *parts: bytes) -> None:
        if self._closed:
            return
        self._awaited = self._number
        self._clock.start()
        self.warm_up()
        for part in parts:
            if self._process is not None:
                self._process.write(part)

    def cancel(self) -> None:
        """Tell the child that nobody waits; an answer that is already on its way is dropped."""
        if self._awaited and self._process is not None:
            self._process.write(cancel_order(self._awaited))
        self._awaited = 0
        self._clock.stop()

    def close(self) -> None:
        """End the child and wait for it."""
        self._closed, self._awaited = True, 0
        self._clock.stop()
        self._end()

    def _heard(self) -> None:
        if self._process is None:
            return
        *lines, self._rest = (self._rest + bytes(self._process.readAllStandardOutput().data())).split(b"\n")
        for line in lines:
            try:
                self._line(json.loads(line))
            except (ValueError, KeyError, TypeError):
                log.warning("the reader of photographs said what cannot be understood (%d bytes)", len(line))

    def _line(self, said: Mapping[str, Any]) -> None:
        if "ready" in said:
            self.warm = True
            self.warmed_up.emit()
        elif "error" in said and said.get("read", self._awaited) == self._awaited != 0:
            self._refuse(DomainError(str(said["error"]["code"]), **said["error"]["values"]))
        elif "card" in said and said["read"] == self._awaited:
            reading: CardReading = from_values(said["card"])
            self._awaited = 0
            self._clock.stop()
            self.photo_read.emit(reading)

    def _refuse(self, error: DomainError) -> None:
        self._awaited = 0
        self._clock.stop()
        self.refused.emit(error)

    def _too_long(self) -> None:
        self._end()
        if self._awaited:
            self._refuse(DomainError("photo_too_slow"))
        self.warm_up()

    def _broken(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._ended()

    def _ended(self) -> None:
        """The child is gone though nobody ended it: say so to who waits; the next picture gets a new one."""
        self._heard()
        if self._process is not None:
            self._process.deleteLater()
        self._process, self.warm = None, False
        if self._awaited:
            self._refuse(DomainError("photo_reader_died"))

    def _end(self) -> None:
        process, self._process, self.warm = self._process, None, False
        if process is None:
            return
        process.blockSignals(True)
        process.kill()
        process.waitForFinished(2000)
        process.deleteLater()

    def _complaints(self) -> None:
        if self._process is not None:
            said = bytes(self._process.readAllStandardError().data())
            log.warning("reader of photographs: %s", said.decode(errors="replace").strip()[:500])


class SimulatedOcr(QObject):
    """A `PhotoReader` that answers what it was told to, `after_ms` later: a `CardReading` or a DomainError."""

    photo_read = Signal(object)
    refused = Signal(object)

    def __init__(
        self, answer: CardReading | DomainError, parent: QObject | None = None, *, after_ms: int = 0
    ) -> None:
        super().__init__(parent)
        self.answer = answer
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(after_ms)
        self._timer.timeout.connect(self._tell)

    @property
    def busy(self) -> bool:
        """Whether the answer is still to come."""
        return self._timer.isActive()

    def warm_up(self) -> None:
        """It always is."""

    def read(self, data: bytes) -> None:
        """Answer soon; what is too large is refused as the real one does."""
        self.cancel()
        try:
            check_size(len(data))
        except DomainError as error:
            self.refused.emit(error)
            return
        self._timer.start()

    def photograph(self, camera: str = "") -> None:
        """Answer soon, whatever the camera."""
        self.cancel()
        self._timer.start()

    def cancel(self) -> None:
        """No answer comes."""
        self._timer.stop()

    def close(self) -> None:
        """No answer comes."""
        self._timer.stop()

    def _tell(self) -> None:
        told = self.refused if isinstance(self.answer, DomainError) else self.photo_read
        told.emit(self.answer)
