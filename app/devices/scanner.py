"""Scanners and identity-card readers as the program sees them (VIS-8): a port, and a made-up one for training."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtWidgets import QApplication

from app.devices.wedge import type_into
from app.domain.scans import Scans
from app.domain.wedge import Line


class Scanner(Protocol):
    r"""Something that reads codes and cards.

    `scanned(text)`: a line that was read, clean and once, nothing of it in any field; the lines of a
    machine-readable zone come together, "\n" between them. Its check digit may be wrong: ask
    `app.domain.documents.identify`, as for what is typed. `refused(code)`: something was read that must not be used
    ("scan_cut", "scan_too_long"); the text for it is `errors.<code>`.
    """

    @property
    def scanned(self) -> SignalInstance:
        """Carries the text."""
        ...

    @property
    def refused(self) -> SignalInstance:
        """Carries the code of an error."""
        ...

    def give(self, text: str) -> None:
        """Types a line into the field in use, with its Enter: it was not for us."""
        ...

    def start(self) -> None:
        """Listens from now on."""
        ...

    def stop(self) -> None:
        """Listens no more; may be started again."""
        ...


def system_scanner(today: Callable[[], date], parent: QObject) -> Scanner | None:
    """What listens for scanners that type like a keyboard, on this window system; None where none can.

    `today` answers the site's date (a birth is not in the future). On Wayland the keys are not ours to see early:
    None, and what a scanner types arrives as if typed.
    """
    platform = QApplication.platformName()
    if platform == "xcb":
        from app.devices.wedge_xcb import XcbWedge

        try:
            return XcbWedge(today, parent)
        except OSError:  # no libxkbcommon that understands this server: typing goes on without
            return None
    if platform == "windows":
        from app.devices.wedge_windows import WindowsWedge

        return WindowsWedge(today, parent)
    return None


class SimulatedScanner(QObject):
    """A scanner for training and tests: `scan` is what a real one does with a code before it."""

    scanned = Signal(str)
    refused = Signal(str)

    def __init__(self, today: Callable[[], date], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._scans = Scans()
        self._listens = False
        self._time = 0

    def give(self, text: str) -> None:
        type_into(QApplication.focusWidget(), text + "\n")

    def start(self) -> None:
        self._listens = True

    def stop(self) -> None:
        self._listens = False

    def scan(self, *lines: str, at: int | None = None) -> None:
        """Reads something of one line, or a zone of several; `at`: milliseconds, else long after the last time."""
        self._time = self._time + 10_000 if at is None else at
        if not self._listens:
            return
        today = self._today()
        found = [scan for text in lines for scan in self._scans.feed(Line(text, 0, self._time), today)]
        for scan in (*found, *self._scans.quiet(today)):
            if scan.fault:
                self.refused.emit(scan.fault)
            else:
                self.scanned.emit(scan.text)
