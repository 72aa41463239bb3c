"""Resident-card readers on a serial or USB port (VIS-8): find, select, read, in a thread of its own.

A thread and not QSocketNotifier: a serial port on Windows is no socket, and opening one may take seconds; the window
must never wait for either. The thread tells the window's thread by a queued signal, so that a receiver needs no care
about threads. What goes over is `CardFields` and codes, never an exception: its traceback would keep the block of the
chip, address and all, alive (VIS-14).

Between two questions the thread sleeps on an event and inside a question in the port's own read: it never spins.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.devices.card_module import SILENT, CardModule, Times
from app.devices.reader import ReaderPhase, ReaderStatus
from app.devices.serial_line import AUTO, WAIT_SECONDS, LineDeniedError, LineGoneError, SerialLine, usb_ports
from app.domain.card_fields import UNREADABLE, CardFields
from app.errors import DomainError

TRIES = 3
"""So often "auto" speaks to a USB port that does not answer: it may be a gate's. Plugging in counts anew."""
DEAF = 2
"""After so many finds in a row without a good answer the port is opened anew."""
UNPLUGGED = "card_reader_unplugged"


class CardReader(QObject):
    """A `DocumentReader` for the SAM_V protocol.

    `find_ports` answers the ports that "auto" tries; `wait` is how long one read of the port may take. There is no
    thread before a port is chosen.
    """

    card_read = Signal(object)
    state_changed = Signal(object)
    _heard = Signal(str, object)  # the port that it was heard on, and a ReaderStatus or CardFields

    def __init__(
        self,
        port: str = "",
        parent: QObject | None = None,
        *,
        times: Times | None = None,
        find_ports: Callable[[], list[str]] = usb_ports,
        wait: float = WAIT_SECONDS,
    ) -> None:
        super().__init__(parent)
        self._times = times or Times()
        self._find_ports = find_ports
        self._wait = wait
        self._status = self._told = ReaderStatus()
        self._port = self._following = ""
        self._tries: dict[str, int] = {}
        self._readers: set[str] = set()
        self._last, self._seen, self._finds_once = 0, 0.0, False
        self._closing = False
        self._interrupt = threading.Event()
        self._thread: threading.Thread | None = None
        self._heard.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self.use(port)

    @property
    def status(self) -> ReaderStatus:
        """The status that was told last."""
        return self._status

    def use(self, port: str) -> None:
        """Read from that port from now on: a device, "auto" (the USB ports in turn) or "" (none). Never waits."""
        if port == self._port or self._closing:
            return
        self._port = port
        self._interrupt.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="card reader", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """End the thread, within `wait` seconds (longer only while a system hangs in opening a port)."""
        self._closing = True
        self._interrupt.set()
        if self._thread is not None:
            self._thread.join(max(2.0, 2 * self._wait))

    @Slot(str, object)
    def _deliver(self, port: str, news: ReaderStatus | CardFields) -> None:
        if self._closing or port != self._port:
            return
        if isinstance(news, ReaderStatus):
            self._status = news
            self.state_changed.emit(news)
        else:
            self.card_read.emit(news)

    # From here on everything runs in the reader's thread.

    def _work(self) -> None:
        while True:
            self._interrupt.clear()
            # After the clearing, so that what is set now is seen here or wakes the waits below.
            if self._closing:
                return
            self._follow(self._port)

    def _follow(self, port: str) -> None:
        """Reads from one port until another is chosen, connecting again and again."""
        self._following = port
        self._tries.clear()
        self._readers.clear()
        if not port:
            self._tell(ReaderPhase.none)
            self._interrupt.wait()
            return
        self._tell(ReaderPhase.missing, port=port)
        while not self._interrupt.is_set():
            for device in self._devices(port):
                if not self._interrupt.is_set():
                    self._connect(device)
            self._interrupt.wait(self._times.retry)

    def _devices(self, port: str) -> list[str]:
        if port != AUTO:
            return [port]
        here = self._find_ports()
        self._tries = {device: tries for device, tries in self._tries.items() if device in here}
        self._readers &= set(here)
        if not here:
            self._gone("card_reader_none", AUTO)
        return [device for device in here if self._tries.get(device, 0) < TRIES]

    def _connect(self, device: str) -> None:
        """Opens a device and reads cards until it is gone, is deaf, or another port is chosen."""
        served, absent = False, "card_reader_none" if self._following == AUTO else ""
        try:
            with SerialLine(device, self._wait) as line:
                module = CardModule(line, self._times, self._interrupt.is_set)
                module.wake()
                served = True
                self._readers.add(device)
                self._tell(ReaderPhase.ready, port=device)
                self._serve(module, device)
        except DomainError:
            if device not in self._readers:
                self._tries[device] = self._tries.get(device, 0) + 1
            self._gone(SILENT if served else absent or SILENT, device)
        except LineDeniedError:
            self._gone("card_reader_denied", device)
        except LineGoneError:
            self._gone(UNPLUGGED if served else absent or "card_reader_missing", device)

    def _serve(self, module: CardModule, device: str) -> None:
        """Looks for cards and reads each once. DomainError when the module is deaf, LineGoneError when it is gone.

        Most modules find a card once until it is lifted, some find it all the time: `lying` is for those. A fault is
        told when it comes twice in a row, or when the card is not found again (it lies there, or was taken too soon);
        one alone is a card that was just coming near. Then it stands for a while, even if nothing is found.
        """
        lying, failed, deaf, until = False, "", 0, 0.0
        self._finds_once = False
        while not self._interrupt.wait(self._times.poll):
            try:
                found = module.find()
                deaf = 0
            except DomainError:
                module.settle()
                deaf += 1
                if deaf == DEAF:
                    raise
                continue
            if found and lying:
                self._seen = monotonic()
            elif found:
                fault, lying = self._take(module, device, again=bool(failed))
                until = monotonic() + self._times.shown
                if fault and (failed or fault == UNREADABLE):
                    self._tell(ReaderPhase.problem, fault, device)
                failed = fault if fault != UNREADABLE else ""
            else:
                if failed:
                    self._tell(ReaderPhase.problem, failed, device)
                elif monotonic() >= until:
                    self._tell(ReaderPhase.ready, port=device)
                lying, failed = False, ""

    def _take(self, module: CardModule, device: str, *, again: bool) -> tuple[str, bool]:
        """Reads the card that was found and tells it; answers what went wrong, and whether it must be lifted first."""
        if not again:
            self._tell(ReaderPhase.reading, port=device)
        try:
            module.select()
            card = module.read()
        except DomainError as error:
            module.settle()
            fault = "card_read_failed" if error.code == SILENT else error.code
            return fault, fault == UNREADABLE and not self._finds_once
        known, now = hash(card), monotonic()
        # A card at the edge of the field comes and goes: the same one within a moment was never lifted.
        repeated = known == self._last and now - self._seen < self._times.again
        lying = self._still_found(module, repeated)
        self._last, self._seen = known, now
        self._tell(ReaderPhase.lying, port=device)
        if not repeated:
            self._heard.emit(self._following, card)
        return "", lying

    def _still_found(self, module: CardModule, repeated: bool) -> bool:
        """Whether the module finds the card that it has just read, so that no other can be told from it.

        Asked at once, before anybody could lay a second card, and of a module that does not only until that is known.
        """
        if repeated or not self._finds_once:
            try:
                self._finds_once = not module.find()
            except DomainError:
                module.settle()
                return True
        return not self._finds_once

    def _gone(self, fault: str, device: str) -> None:
        """Tells why there is no reader. After an unplugged one only its own port has news: what else it answers."""
        if self._told.fault != UNPLUGGED or (device == self._told.port and fault != "card_reader_missing"):
            self._tell(ReaderPhase.missing, fault, device)

    def _tell(self, phase: ReaderPhase, fault: str = "", port: str = "") -> None:
        status = ReaderStatus(phase, fault, port)
        if status != self._told and not self._interrupt.is_set():
            self._told = status
            self._heard.emit(self._following, status)
