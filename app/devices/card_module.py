"""The SAM_V module inside a resident-card reader: its frames and its four questions (DOCUMENTS section 11).

Out: AA AA AA 96 69, length (2, big-endian: command to checksum), command, parameter, data, XOR of all after the
preamble. In: the same preamble, length, three status words, data, XOR. The module answers in the order it is asked.
The fingerprint is never asked for; the photograph comes with the text and is dropped here, unread (VIS-14).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import xor
from time import monotonic
from typing import Protocol

from app.domain.card_fields import BLOCK_BYTES, CardFields, parse_card
from app.errors import DomainError

PREAMBLE = bytes.fromhex("AAAAAA9669")
STATUS, FIND, SELECT, READ = (0x11, 0xFF), (0x20, 0x01), (0x20, 0x02), (0x30, 0x01)
GOOD, FOUND, NO_CARD = bytes.fromhex("000090"), bytes.fromhex("00009F"), bytes.fromhex("000080")
SHORTEST, LONGEST = 4, 4096
"""Of a frame's length field. The longest answer in use is 2,312 (with fingerprints); more is noise."""
SHORT_DATA = 64
"""What only a read can exceed: longer data after another question is the late answer to a read."""
SILENT, GARBLED = "card_reader_silent", "card_garbled"


class Line(Protocol):
    """A stream of bytes to and from a reader. Each call raises OSError when the device is gone."""

    def write(self, data: bytes) -> None:
        """Sends all of it."""
        ...

    def read(self) -> bytes:
        """What has come, or b'' after a short wait (a fraction of a second)."""
        ...

    def drop_input(self) -> None:
        """Throws away what has come and was not read."""
        ...


@dataclass(frozen=True, slots=True)
class Times:
    """How long a reader waits, in seconds.

    `poll` between two looks for a card, `answer` and `read` for an answer to come whole, `quiet` without a byte until
    the line counts as settled, `retry` between two tries to connect, `shown` for what was told of a card to stand,
    `again` within which the same card is still lying there.
    """

    poll: float = 0.3
    answer: float = 1.0
    read: float = 4.0
    quiet: float = 0.2
    retry: float = 1.5
    shown: float = 4.0
    again: float = 1.0


def checksum(data: bytes) -> int:
    """XOR of all bytes; of a whole frame after its preamble it is 0."""
    return reduce(xor, data, 0)


def frame(body: bytes) -> bytes:
    """A whole frame around command and parameter (or status words), and data."""
    measured = (len(body) + 1).to_bytes(2, "big") + body
    return PREAMBLE + measured + bytes([checksum(measured)])


class Frames:
    """Finds whole frames in a stream that comes in any pieces, with noise between them."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._bad = False

    def feed(self, data: bytes) -> None:
        """Takes the next piece of the stream."""
        self._buffer += data

    def take(self) -> bytes | None:
        """Status words and data of the next whole frame, or None while it is not there yet.

        Raises:
            DomainError: card_garbled, once what came is known to hold a wrong length or checksum and no good frame.
        """
        while (start := self._buffer.find(PREAMBLE)) >= 0:
            del self._buffer[:start]
            if len(self._buffer) < 7:
                return None
            length = int.from_bytes(self._buffer[5:7], "big")
            if SHORTEST <= length <= LONGEST:
                if len(self._buffer) < 7 + length:
                    return None
                body = bytes(self._buffer[5 : 7 + length])
                if checksum(body) == 0:
                    del self._buffer[: 7 + length]
                    self._bad = False
                    return body[2:-1]
            # Noise may look like a preamble: a good frame can begin inside what this one claimed.
            del self._buffer[0]
            self._bad = True
        del self._buffer[: max(0, len(self._buffer) - len(PREAMBLE) + 1)]
        if self._bad:
            self._bad = False
            raise DomainError(GARBLED)
        return None


class CardModule:
    """Asks a module. Every method may wait for `Times.answer` (read: `Times.read`) and raises OSError when it is gone.

    `stopped` is asked while waiting; once it says yes, waiting ends as if the module were silent.
    """

    def __init__(self, line: Line, times: Times, stopped: Callable[[], bool]) -> None:
        self._line = line
        self._times = times
        self._stopped = stopped

    def wake(self) -> None:
        """Asks whether a module is there at all; once more if its first answer was cut by what was on the line.

        Raises:
            DomainError: card_reader_silent, card_garbled if what is there does not answer as a module.
        """
        try:
            status, _ = self._ask(STATUS, self._times.answer)
        except DomainError:
            self.settle()
            status, _ = self._ask(STATUS, self._times.answer)
        if status != GOOD:
            raise DomainError(SILENT)

    def find(self) -> bool:
        """Whether a card can be selected. card_reader_silent, card_garbled."""
        status, _ = self._ask(FIND, self._times.answer)
        if status not in (FOUND, NO_CARD):
            raise DomainError(GARBLED)
        return status == FOUND

    def select(self) -> None:
        """Takes the card that was found; with two in the field it fails. card_select_failed and those of `find`."""
        status, _ = self._ask(SELECT, self._times.answer)
        if status != GOOD:
            raise DomainError("card_select_failed")

    def read(self) -> CardFields:
        """The fields of the selected card; a garbled answer is asked for once more.

        Raises:
            DomainError: card_read_failed (the card was moved, or another came near), card_text_unreadable, and those
                of `find`.
        """
        try:
            status, data = self._ask(READ, self._times.read)
        except DomainError as error:
            if error.code != GARBLED:
                raise
            self.settle()
            status, data = self._ask(READ, self._times.read)
        if status != GOOD:
            raise DomainError("card_read_failed")
        text, photo = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
        if text != BLOCK_BYTES or len(data) != 4 + text + photo:
            raise DomainError(GARBLED)
        return parse_card(data[4 : 4 + BLOCK_BYTES])

    def settle(self) -> None:
        """After a fault: lets late bytes come and throws them away, so that no answer is taken for the next one's."""
        end = monotonic() + self._times.answer
        quiet = monotonic() + self._times.quiet
        while not self._stopped() and monotonic() < min(end, quiet):
            if self._line.read():
                quiet = monotonic() + self._times.quiet

    def _ask(self, question: tuple[int, int], seconds: float) -> tuple[bytes, bytes]:
        """Status words and data of the answer."""
        self._line.drop_input()
        self._line.write(frame(bytes(question)))
        frames, end = Frames(), monotonic() + seconds
        while not self._stopped():
            frames.feed(self._line.read())
            answer = frames.take()
            if answer is not None:
                if question != READ and len(answer) > SHORT_DATA:
                    raise DomainError(GARBLED)
                return answer[:3], answer[3:]
            if monotonic() >= end:
                break
        raise DomainError(SILENT)
