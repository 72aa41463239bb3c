"""A guard's post with a card reader, and the faults that a line can have; for the tests of the reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from app.devices.card_module import Times
from app.devices.card_reader import CardReader
from app.devices.reader import ReaderPhase, ReaderStatus
from app.domain.card_fields import CardFields
from tests.devices import cards
from tests.devices.sam_module import PluggedModule

QUICK = Times(poll=0.004, answer=2.0, read=2.0, quiet=0.01, retry=0.01, shown=0.05, again=0.0)
ANNA, BERT = cards.citizen("安某"), cards.citizen("白某", "37060219660125939X", birth="19660125")
PATIENCE = 5000


class Post:
    """A reader and what the window heard of it."""

    def __init__(self, qtbot: QtBot, port: str, times: Times, find_ports: Callable[[], list[str]]) -> None:
        self.qtbot = qtbot
        self.reader = CardReader(port, times=times, find_ports=find_ports, wait=0.01)
        self.cards: list[CardFields] = []
        self.told: list[ReaderStatus] = []
        self.threads: set[object] = set()
        self._seen = 0
        self.reader.card_read.connect(self._card)
        self.reader.state_changed.connect(self._state)

    def _card(self, card: CardFields) -> None:
        self.cards.append(card)
        self.threads.add(QThread.currentThread())

    def _state(self, status: ReaderStatus) -> None:
        self.told.append(status)
        self.threads.add(QThread.currentThread())

    def has_read(self, cards: int) -> bool:
        """Whether so many cards were told, or more."""
        return len(self.cards) >= cards

    def names(self) -> list[str]:
        """Who was read."""
        return [card.name for card in self.cards]

    def wait(self, phase: ReaderPhase, fault: str = "") -> None:
        """Until the reader has told that phase for that reason, after what was waited for before."""

        def told() -> bool:
            while self._seen < len(self.told):
                status = self.told[self._seen]
                self._seen += 1
                if (status.phase, status.fault) == (phase, fault):
                    return True
            return False

        self.until(told)

    def looks(self, plugged: PluggedModule, more: int) -> None:
        """Until the reader has looked for a card so often again."""
        until = plugged.module.finds + more
        self.until(lambda: plugged.module.finds > until)

    def until(self, true: Callable[[], bool]) -> None:
        """Until something is so, with the window's events handled meanwhile."""
        self.qtbot.waitUntil(true, timeout=PATIENCE)


@pytest.fixture
def post(qtbot: QtBot) -> Iterator[Callable[..., Post]]:
    """`post(port)` makes a reader; its thread is ended after the test."""
    made: list[Post] = []

    def make(port: str | Path, times: Times = QUICK, find_ports: Callable[[], list[str]] = list) -> Post:
        made.append(Post(qtbot, str(port), times, find_ports))
        return made[-1]

    yield make
    for each in made:
        each.reader.close()


@pytest.fixture
def plugged(tmp_path: Path) -> Iterator[PluggedModule]:
    """A module on a cable; the kind that finds a card once."""
    with PluggedModule(tmp_path / "ttyUSB0") as module:
        yield module


def once(change: Callable[[bytes], Iterable[bytes]], on: bytes) -> Callable[[bytes, bytes], Iterable[bytes]]:
    """Spoils the first answer to one question."""
    left = [change]

    def spoil(question: bytes, answer: bytes) -> Iterable[bytes]:
        return left.pop()(answer) if question == on and left else [answer]

    return spoil


def wrong_check(answer: bytes) -> Iterable[bytes]:
    return [answer[:-1] + bytes([answer[-1] ^ 0x20])]


def one_bit(answer: bytes) -> Iterable[bytes]:
    changed = bytearray(answer)
    changed[len(answer) // 2] ^= 1
    return [bytes(changed)]


def half(answer: bytes) -> Iterable[bytes]:
    return [answer[: len(answer) // 2]]


def too_long(answer: bytes) -> Iterable[bytes]:
    return [answer[:5] + b"\xff\xff" + answer[7:]]


def too_short(answer: bytes) -> Iterable[bytes]:
    return [answer[:5] + b"\x00\x04" + answer[7:]]


def no_length(answer: bytes) -> Iterable[bytes]:
    return [answer[:5] + b"\x00\x00" + answer[7:]]


def silent(_answer: bytes) -> Iterable[bytes]:
    return []


def noise_before(answer: bytes) -> Iterable[bytes]:
    return [b"\x00\xaa\xaa\x96\xff", b"\xaa\xaa\xaa\x96\x69\xff\xff" + b"\xaa" * 3, answer]


def byte_by_byte(answer: bytes) -> Iterable[bytes]:
    return [bytes([byte]) for byte in answer]
