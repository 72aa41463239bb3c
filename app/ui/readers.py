"""What reads documents and codes at this PC: scanners that type like a keyboard, and a card reader (VIS-8)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from app.devices.card_reader import CardReader
from app.devices.reader import DocumentReader, ReaderStatus
from app.devices.scanner import Scanner, system_scanner
from app.devices.serial_line import port_choices, serial_ports
from app.devices.wedge import type_into
from app.domain.card_fields import CardFields
from app.domain.documents import identify
from app.domain.readings import READER, SCAN, Reading
from app.errors import DomainError
from app.words import Words


class Readers(QObject):
    """All readers as one.

    `read(Reading)`: a document or a code; `typed(str)`: a line that came as fast as from a scanner and is none, so
    that it is nobody's but the field's where it was typed; `refused(DomainError)`: something was read that must not
    be used, or the reader cannot; `state_changed(ReaderStatus)`; `port_chosen(str)`: to be kept in the settings of
    this PC. `today` answers the site's day; `scanner` and `reader` stand in for the real ones in training and tests.
    """

    read = Signal(object)
    typed = Signal(str)
    refused = Signal(object)
    state_changed = Signal(object)
    port_chosen = Signal(str)

    def __init__(
        self,
        port: str,
        today: Callable[[], date],
        parent: QObject | None = None,
        *,
        scanner: Scanner | None = None,
        reader: DocumentReader | None = None,
    ) -> None:
        super().__init__(parent)
        self._today = today
        self.port = port
        self.reader: DocumentReader = reader or CardReader(port, self)
        self.scanner = scanner or system_scanner(today, self)
        self.reader.card_read.connect(self._card)
        self.reader.state_changed.connect(self._state)
        if self.scanner is not None:
            self.scanner.scanned.connect(self._scanned)
            self.scanner.refused.connect(self._refused)
            self.scanner.start()

    @property
    def status(self) -> ReaderStatus:
        """What the card reader is doing."""
        return self.reader.status

    def ports(self, words: Words) -> list[tuple[str, str]]:
        """What can be chosen now, as (value, text). Asks the system: for the worker thread."""
        return port_choices(words, self.port, serial_ports())

    def use(self, port: str) -> None:
        """Read cards on that port from now on."""
        if port != self.port:
            self.port = port
            self.reader.use(port)
            self.port_chosen.emit(port)

    def give(self, text: str) -> None:
        """The field in use gets a line with its Enter, as if no ear had been there for scanners."""
        if self.scanner is not None:
            self.scanner.give(text)
        else:
            type_into(QApplication.focusWidget(), text + "\n")

    def close(self) -> None:
        """Nothing is read any more."""
        if self.scanner is not None:
            self.scanner.stop()
        self.reader.close()

    def _scanned(self, text: str) -> None:
        if identify(text, self._today()).kind == "text":
            self.typed.emit(text)
        else:
            self.read.emit(Reading(SCAN, text))

    def _refused(self, code: str) -> None:
        self.refused.emit(DomainError(code))

    def _card(self, card: CardFields) -> None:
        self.read.emit(Reading(READER, card.number, card.name, card.expired(self._today())))

    def _state(self, status: ReaderStatus) -> None:
        self.state_changed.emit(status)
        if status.fault:
            self.refused.emit(DomainError(status.fault, port=status.port))
