"""A reader without a device: a made-up visitor lays a card, in training and in tests (VIS-8)."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.devices.reader import ReaderPhase, ReaderStatus
from app.domain.card_fields import CardFields

PORT = "simulated"


class SimulatedReader(QObject):
    """A `DocumentReader` whose cards are laid by a call. It behaves as a real one: once until lifted, and so on."""

    card_read = Signal(object)
    state_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._status = ReaderStatus(ReaderPhase.ready, port=PORT)
        self._lying: list[CardFields] = []

    @property
    def status(self) -> ReaderStatus:
        """The status that was told last."""
        return self._status

    def use(self, port: str) -> None:
        """Any port but "" is ready at once."""
        self._lying.clear()
        self._tell(ReaderPhase.ready if port else ReaderPhase.none)

    def close(self) -> None:
        """Nothing comes any more."""
        self.use("")

    def lay(self, card: CardFields) -> None:
        """A card is laid down: read at once if it lies alone, a problem beside another, nothing when unplugged."""
        if self._status.phase in (ReaderPhase.none, ReaderPhase.missing):
            return
        self._lying.append(card)
        if len(self._lying) > 1:
            self._tell(ReaderPhase.problem, "card_select_failed")
            return
        self._tell(ReaderPhase.reading)
        self._tell(ReaderPhase.lying)
        self.card_read.emit(card)

    def lift(self) -> None:
        """All cards are lifted."""
        self._lying.clear()
        if self._status.phase not in (ReaderPhase.none, ReaderPhase.missing):
            self._tell(ReaderPhase.ready)

    def unplug(self) -> None:
        """The cable is out, until `plug_in`."""
        self._lying.clear()
        if self._status.phase is not ReaderPhase.none:
            self._tell(ReaderPhase.missing, "card_reader_unplugged")

    def plug_in(self) -> None:
        """The cable is in again."""
        if self._status.phase is ReaderPhase.missing:
            self._tell(ReaderPhase.ready)

    def _tell(self, phase: ReaderPhase, fault: str = "") -> None:
        status = ReaderStatus(phase, fault, PORT)
        if status != self._status:
            self._status = status
            self.state_changed.emit(status)
