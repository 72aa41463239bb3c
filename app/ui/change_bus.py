"""Who tells the pages that rows have changed: our own operations at once, other programs within a second.

A commit and the clock only wake; what changed is read from the change records, in one place, so that nothing is told
twice. Pages query again (architecture: who may write a row).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.errors import DomainError
from app.queries.changes import Changes
from app.ui.background import Background

Newest = Callable[
    [int], tuple[int, frozenset[str]]
]  # seq last seen → newest seq, entities changed since then
EVERY = 1000  # ms between two looks at what other programs have written


class ChangeBus(QObject):
    """`changed(names)` carries a frozenset of entity names ("visits", "requests", "people")."""

    changed = Signal(object)
    lost = Signal(object)  # DomainError: the database does not answer; said once until it answers again
    found = Signal()  # it answers again
    _woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._newest: Newest | None = None
        self._background: Background | None = None
        self._seen = 0
        self._asking = False
        self._again = False
        self._down = False
        self._woken.connect(self._look_again, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self.poll)

    def publish(self, names: Iterable[str]) -> None:
        """Say that these have changed."""
        changed = frozenset(names)
        if changed:
            self.changed.emit(changed)

    def watch(self, newest: Newest, background: Background, seen: int = 0) -> None:
        """Look once a second, in the worker thread, for what other programs have written since `seen`."""
        self._newest, self._background, self._seen = newest, background, seen
        self._timer.start()
        self.poll()  # from here on; what a page asks for afterwards is newer

    def follow(self, store: Any, background: Background) -> None:
        """Hear of every commit: this window's at once, other programs' within a second; from now on."""
        store.committed = self.wake
        self.watch(Changes(store).newest, background)

    def wake(self, _changed: frozenset[str] = frozenset()) -> None:
        """Something was committed: look at once (`Store.committed`, from any thread). What, the look finds out."""
        self._woken.emit()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()
        self._newest = None

    def poll(self) -> None:
        """Look now. A look still under way is not asked a second time."""
        if self._newest is None or self._background is None or self._asking:
            return
        self._asking, self._again = True, False
        self._background.run(self._newest, self._seen, done=self._looked, failed=self._failed)

    def _looked(self, answer: tuple[int, frozenset[str]]) -> None:
        self._asking = False
        if self._down:
            self._down = False
            self.found.emit()
        self._seen, names = answer
        self.publish(names)
        if self._again:
            self.poll()

    def _look_again(self) -> None:
        """A commit after a look has begun may not be in its answer: then look once more."""
        self._again = self._asking
        self.poll()

    def _failed(self, error: DomainError) -> None:
        self._asking = False
        self._again = False
        if not self._down:
            self._down = True
            self.lost.emit(error)
