"""A resident-card reader on a pseudo-terminal: the SAM_V module as a state machine, a cable, and faults to order.

Written after DOCUMENTS section 11 and not after the driver. A thread of its own answers, as a device would; `spoil` may
change what it sends. All is set from the test's thread between two questions, under one lock.
"""

from __future__ import annotations

import os
import select
import threading
import tty
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Self

PREAMBLE = b"\xaa\xaa\xaa\x96\x69"
STATUS, FIND, SELECT, READ = b"\x11\xff", b"\x20\x01", b"\x20\x02", b"\x30\x01"
PHOTO = b"WLf" + bytes(1021)
Spoil = Callable[[bytes, bytes], Iterable[bytes]]


def frame(body: bytes) -> bytes:
    """Preamble, length, body, XOR."""
    measured = (len(body) + 1).to_bytes(2, "big") + body
    check = 0
    for byte in measured:
        check ^= byte
    return PREAMBLE + measured + bytes([check])


def whole(_question: bytes, answer: bytes) -> Iterable[bytes]:
    """Nothing is spoiled."""
    return [answer]


class SamModule:
    """What a module answers, by what lies on it.

    `finds_again`: this make finds a card for as long as it lies there; the others once, until it is lifted (the rule).
    Two cards are found and cannot be selected. A card that comes during a reading spoils it.
    """

    def __init__(self, finds_again: bool = False) -> None:
        self.finds_again = finds_again
        self.cards: list[bytes] = []
        self.read_already: list[bytes] = []
        self.selected: bytes | None = None
        self.finds = self.reads = 0
        self.coming: bytes | None = None

    def lay(self, block: bytes) -> None:
        """A card is laid down beside what lies there."""
        self.cards.append(block)

    def lift(self, block: bytes | None = None) -> None:
        """One card is lifted, or all of them."""
        self.cards = [card for card in self.cards if block is not None and card != block]
        self.read_already = [card for card in self.read_already if card in self.cards]
        self.selected = None

    def has_read(self, times: int) -> bool:
        """Whether it was asked to read so often."""
        return self.reads == times

    def answer(self, question: bytes) -> bytes:
        """Status words and data for a command and its parameter."""
        if question == STATUS:
            return b"\x00\x00\x90"
        if question == FIND:
            self.finds += 1
            self.selected = None
            new = [card for card in self.cards if self.finds_again or card not in self.read_already]
            return b"\x00\x00\x9f" + bytes(4) if new else b"\x00\x00\x80"
        if question == SELECT:
            # Cards that were read are halted and do not disturb; two that wait to be selected do.
            new = [card for card in self.cards if self.finds_again or card not in self.read_already]
            self.selected = new[0] if len(new) == 1 else None
            return b"\x00\x00\x90" + bytes(8) if self.selected else b"\x00\x00\x81"
        if question == READ:
            self.reads += 1
            if self.coming is not None:
                self.lay(self.coming)
                self.coming = self.selected = None
            if self.selected is None:
                return b"\x00\x00\x41"
            self.read_already.append(self.selected)
            return b"\x00\x00\x90\x01\x00\x04\x00" + self.selected + PHOTO
        return b"\x00\x00\x21"


class PluggedModule:
    """A module on a cable: `link` is the device's path, whatever pseudo-terminal is behind it now."""

    def __init__(self, link: Path, module: SamModule | None = None) -> None:
        self.link = link
        self.module = module or SamModule()
        self.spoil: Spoil = whole
        self.lock = threading.RLock()
        self._thread: threading.Thread | None = None
        self._pull, self._pulled = os.pipe()
        self._master = self._slave = -1

    def __enter__(self) -> Self:
        self.plug_in()
        return self

    def __exit__(self, *_: object) -> None:
        self.unplug()
        os.close(self._pull)
        os.close(self._pulled)

    def plug_in(self) -> None:
        """The device appears."""
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.link.symlink_to(os.ttyname(self._slave))
        self._thread = threading.Thread(target=self._live, name="simulated module")
        self._thread.start()

    def unplug(self) -> None:
        """The device disappears: its master is closed."""
        self.end()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
            os.read(self._pull, 16)

    def end(self) -> None:
        """As `unplug`, from a spoil function, in the middle of an answer."""
        os.write(self._pulled, b".")

    def _live(self) -> None:
        waiting = bytearray()
        while self._pull not in (ready := select.select([self._master, self._pull], [], [])[0]):
            assert ready
            waiting += os.read(self._master, 4096)
            with self.lock:
                while (question := _question(waiting)) is not None:
                    if not self._send(self.spoil(question, frame(self.module.answer(question)))):
                        break
        self.link.unlink()
        os.close(self._slave)
        os.close(self._master)

    def _send(self, pieces: Iterable[bytes]) -> bool:
        """Sends the pieces; False once the cable is out."""
        for piece in pieces:
            while piece:
                # The pseudo-terminal holds 4 KiB: a driver that does not read must not stop the cable from coming out.
                ready, free, _ = select.select([self._pull], [self._master], [])
                if ready:
                    return False
                with suppress(BlockingIOError):
                    piece = piece[os.write(self._master, piece) :] if free else piece
        return True


def _question(waiting: bytearray) -> bytes | None:
    """Takes the next command and parameter off what came; what is no whole good frame is a fault of the driver."""
    if len(waiting) < 7 or len(waiting) < 7 + int.from_bytes(waiting[5:7], "big"):
        return None
    size = 7 + int.from_bytes(waiting[5:7], "big")
    body, rest = bytes(waiting[7 : size - 1]), bytes(waiting[size:])
    assert bytes(waiting[:size]) == frame(body), waiting.hex()
    waiting[:] = rest
    return body
