"""What a window does by itself every few minutes: closes the night, saves the evacuation list (VIS-10, VIS-13).

The list is written by a child that nobody sees in the status bar: no key waits for it, closing the window does not ask.
While nothing has changed it is written anew only every half hour, so that what it says it is true of is never older.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.errors import DomainError
from app.operations.nights import Night, close_night
from app.queries.evacuation import copies_every
from app.ui.jobs_view import JobRunner
from app.ui.services import Services

if TYPE_CHECKING:
    from app.ui.job import Job

FIRST_MS = 10_000  # after the start: the first visitor goes before
EVERY_MS = 60_000
STILL_SECONDS = 30 * 60.0
NEVER = float("-inf")
WATCHED = frozenset(
    {
        "visits",
        "departures",
        "late_entries",
        "visit_corrections",
        "pass_returns",
        "customers",
        "buildings",
        "posts",
    }
)


class Rounds(QObject):
    """`begin()` once the window stands; `close()` with it.

    `failed(DomainError)` when a copy could not be written, once until it can be again: then `mended()`.
    """

    failed = Signal(object)
    mended = Signal()
    saved = Signal(str)  # the file

    def __init__(
        self,
        services: Services,
        runner: JobRunner,
        parent: QObject | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(parent)
        self._services, self._runner, self._clock = services, runner, clock
        self._changed = True
        self._written = NEVER
        self._faulty = False
        self._job: Job | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.go)
        self._first = QTimer(self)
        self._first.setSingleShot(True)
        self._first.setInterval(FIRST_MS)
        self._first.timeout.connect(self.go)
        services.bus.changed.connect(self._heard)

    def begin(self) -> None:
        """From now on."""
        self._timer.start()
        self._first.start()

    def close(self) -> None:
        """No more; what is being written is left unfinished, the older files stay."""
        self._timer.stop()
        self._first.stop()
        self._runner.close()

    @property
    def writing(self) -> bool:
        """Whether a copy is being written."""
        return self._job is not None

    def go(self) -> None:
        """One round now."""
        self._close_next(None)

    def save_now(self) -> None:
        """Write a copy, whatever the time: the folder is another one."""
        self._changed, self._written = True, NEVER
        self.go()

    def _close_next(self, night: Night | None) -> None:
        """The night first, portion by portion: a key at the post comes between two of them."""
        services = self._services
        if night is None or not night.over:
            done = self._closed
            services.background.run(close_night, services.house, done=done, failed=self._not_closed)

    def _closed(self, night: Night | None) -> None:
        if night is not None and not night.over:
            self._close_next(night)
            return
        self._ask()

    def _not_closed(self, _error: DomainError) -> None:
        """The bus says that the database does not answer; the next round tries again. The copy says more, if it can."""
        self._ask()

    def _ask(self) -> None:
        services = self._services
        services.background.run(copies_every, services.house, done=self._save, failed=self._copy_failed)

    def _save(self, every: int) -> None:
        since = self._clock() - self._written
        wait = every * 60.0
        due = since >= (wait if self._changed or self._faulty else max(wait, STILL_SECONDS))
        if not due or self._job is not None:
            return
        self._changed = False
        words = self._services.words
        argv = ["evacuation", "--lang", words.name]
        title = words("evacuation.saving")
        self._job = self._runner.start(argv, title, self._copied, self._copy_failed)
        self._job.ended.connect(self._ended)

    def _ended(self) -> None:
        self._job = None

    def _copied(self, result: Mapping[str, Any]) -> None:
        self._written = self._clock()
        if self._faulty:
            self._faulty = False
            self.mended.emit()
        self.saved.emit(str(result.get("file", "")))

    def _copy_failed(self, error: DomainError) -> None:
        self._changed = True
        if not self._faulty:
            self._faulty = True
            self.failed.emit(error)

    def _heard(self, names: frozenset[str]) -> None:
        self._changed = self._changed or bool(names & WATCHED)
