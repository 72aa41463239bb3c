"""The child process that reads photographs: warmed up once, then one picture after another (see `photo_wire`).

One thread listens, so that a cancelled picture is dropped at its next step and the end of the input ends the process at
once, whatever is being read; the other reads pictures. A picture lies in this process's memory and nowhere else.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from queue import SimpleQueue
from time import perf_counter
from typing import TYPE_CHECKING, Any, BinaryIO

from app.devices.photo_wire import MOST_BYTES, as_values, check_size, error_values
from app.domain.card_text import CardReading, is_simplified_of
from app.domain.identity_numbers import region_name
from app.errors import DomainError

if TYPE_CHECKING:
    from app.devices.text_models import TextModels

log = logging.getLogger(__name__)
LONGEST_ORDER = 1000  # bytes
PIECE = 1 << 20


class Reader:
    """The warmed-up models, and how one photograph is read with them."""

    def __init__(self) -> None:
        """Load the models (about a second); raises DomainError `photo_extra_missing` without `yinghou[ocr]`."""
        try:
            from app.devices import camera, card_photo, text_models
        except ImportError as fault:
            raise DomainError("photo_extra_missing") from fault
        self._photo, self._camera = card_photo, camera
        self._models: TextModels = text_models.load_models(min(4, os.cpu_count() or 1))
        # Tables that the first card would wait for: pinyin and regions.
        is_simplified_of("悦", "悅")
        region_name("110101")

    def still(self, camera: str) -> bytes:
        """One picture of a camera ("" the first); raises DomainError (see `camera.Camera`)."""
        return self._camera.OpenCvCamera(camera).still()

    def read(self, data: bytes, cancelled: Callable[[], bool] = lambda: False) -> CardReading | None:
        """What the document says; None when it was cancelled. Raises DomainError (see `card_photo.read_photo`)."""
        today = datetime.now().astimezone().date()
        try:
            return self._photo.read_photo(self._models, data, today, cancelled)
        except self._photo.Cancelled:
            return None
        except DomainError:
            raise
        except Exception as fault:  # noqa: BLE001 - whatever a picture does to a decoder, the next one must be read
            # Without what went before: the picture's own words would stand in a traceback (VIS-14).
            log.warning("%s while a photograph was read", type(fault).__name__)
            raise DomainError("photo_broken") from None


class _Inbox:
    """Pictures that were ordered, and which of them nobody waits for any more."""

    def __init__(self) -> None:
        # A picture's bytes, None where they were too many, or the camera to take it with.
        self.pictures: SimpleQueue[tuple[int, bytes | str | None]] = SimpleQueue()
        self._cancelled = 0

    def cancel(self, number: int) -> None:
        """Drop this picture and those before it."""
        self._cancelled = max(self._cancelled, number)

    def wanted(self, number: int) -> bool:
        """Whether somebody still waits for it."""
        return number > self._cancelled


def serve(source: BinaryIO) -> int:
    """Read the orders in `source` until it ends, which ends the process. Answers 1 when the models cannot be loaded."""
    no_core_dump()
    inbox = _Inbox()
    threading.Thread(target=_listen, args=(source, inbox), daemon=True).start()
    start = perf_counter()
    try:
        reader = Reader()
    except DomainError as error:
        _say(error=error_values(error))
        return 1
    _say(ready=round(perf_counter() - start, 3))
    while True:
        number, data = inbox.pictures.get()
        if inbox.wanted(number):
            _answer(reader, number, data, inbox)
        del data


def no_core_dump() -> None:
    """A crash writes no memory to the disk: a photograph may lie in it (VIS-14)."""
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(reader: Reader, number: int, data: bytes | str | None, inbox: _Inbox) -> None:
    start = perf_counter()
    try:
        picture = reader.still(data) if isinstance(data, str) else data
        check_size(MOST_BYTES + 1 if picture is None else len(picture))
        reading = reader.read(picture or b"", lambda: not inbox.wanted(number))
    except DomainError as error:
        _say(read=number, error=error_values(error))
        return
    if reading is not None and inbox.wanted(number):
        _say(read=number, card=as_values(reading), seconds=round(perf_counter() - start, 3))


def _listen(source: BinaryIO, inbox: _Inbox) -> None:
    """Take orders until the input ends; then the process ends, in the middle of a picture too."""
    while line := source.readline(LONGEST_ORDER):
        order = json.loads(line)
        if "cancel" in order:
            inbox.cancel(int(order["cancel"]))
        elif "camera" in order:
            inbox.pictures.put((int(order["read"]), str(order["camera"])))
        else:
            inbox.pictures.put((int(order["read"]), _taken(source, int(order["bytes"]))))
    os._exit(0)


def _taken(source: BinaryIO, size: int) -> bytes | None:
    """So many bytes; None, and nothing kept, when they are too many."""
    if size <= MOST_BYTES:
        return source.read(size)
    while size > 0 and (piece := source.read(min(PIECE, size))):
        size -= len(piece)
    return None


def _say(**line: Any) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()
