"""Python's cycle collector, on the window's thread only.

A dialog that is gone is often a cycle. Collected while the worker thread happens to allocate, its timers and widgets
are destroyed in the wrong thread: Qt says «Timers cannot be stopped from another thread», or crashes.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY = 500  # ms


class Collector(QObject):
    """As long as it lives, nothing is collected but by its timer. `settle` once the window stands."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collects what is due by Python's own thresholds, the oldest generation that is."""
        due = [
            at
            for at, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
            if count > most
        ]
        if due:
            gc.collect(due[-1])

    def settle(self) -> None:
        """What was made by now (modules, classes, the window) lives as long as the program: never looked at again."""
        gc.freeze()

    def close(self) -> None:
        """Python collects by itself again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
