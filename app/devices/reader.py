"""What the window sees of a reader of documents: cards that were read, and what it is doing (VIS-8).

A port with two ways in: `card_reader.CardReader` (serial and USB, a thread of its own) and
`simulated_reader.SimulatedReader` (training, tests). The window connects two signals and never waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from PySide6.QtCore import SignalInstance

from app.errors import DomainError
from app.words import Words


class ReaderPhase(StrEnum):
    """What a reader does now. `lying`: the card was read and must be lifted before another can be."""

    none = "none"
    missing = "missing"
    ready = "ready"
    reading = "reading"
    lying = "lying"
    problem = "problem"


@dataclass(frozen=True, slots=True)
class ReaderStatus:
    """A phase, the code of the error that led to it ('' if none did), and the port that it is about."""

    phase: ReaderPhase = ReaderPhase.none
    fault: str = ""
    port: str = ""

    def text(self, words: Words) -> str:
        """The sentence for the guard."""
        if self.fault:
            return DomainError(self.fault, port=self.port).text(words)
        return words(f"devices.reader_{self.phase}", port=self.port)


class DocumentReader(Protocol):
    """A reader of documents. Both signals are emitted in the thread that made the reader (the window's)."""

    @property
    def card_read(self) -> SignalInstance:
        """Emitted with the `CardFields` of each card, once until it is lifted."""
        ...

    @property
    def state_changed(self) -> SignalInstance:
        """Emitted with the new `ReaderStatus` when it differs from the last one."""
        ...

    @property
    def status(self) -> ReaderStatus:
        """The status that was told last."""
        ...

    def use(self, port: str) -> None:
        """Read from that port from now on: a device, "auto" (the USB ports in turn) or "" (none). Never waits."""
        ...

    def close(self) -> None:
        """End reading; no signal comes after it. Must be called before the program ends."""
        ...
