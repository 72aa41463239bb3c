"""The one worker thread that runs operations and queries, in order, away from the window (architecture: write path).

Answers come back on the GUI thread through a queued signal; an answer whose asker is gone is dropped. The thread does
SQL only: long work is a child process (`jobs_view.py`).
"""

from __future__ import annotations

import functools
import itertools
import logging
import sys
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from types import MethodType
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.errors import DomainError

log = logging.getLogger(__name__)
# Seconds after which Python lets the other thread run. Measured with the worker in pure Python: the window's longest
# wait fell from 268 ms to 47 ms; an empty round trip stays at 0.03 ms.
SWITCH = 0.0005

Then = Callable[[Any], object]  # called on the GUI thread: with the answer, or with the DomainError


class Reply:
    """A method (or a `partial` of one) to call back, kept without keeping its widget alive."""

    __slots__ = ("args", "keywords", "method")

    def __init__(self, then: Then) -> None:
        self.args: tuple[Any, ...] = ()
        self.keywords: dict[str, Any] = {}
        if isinstance(then, functools.partial):
            self.args, self.keywords, then = then.args, then.keywords, then.func
        if not isinstance(then, MethodType):
            raise TypeError(
                "done and failed are bound methods (or partials of one), never lambdas: pitfall 6"
            )
        self.method = weakref.WeakMethod(then)

    def asker(self) -> QObject | None:
        """The object whose method it is, if it is one of Qt's and still there."""
        method = self.method()
        owner = method.__self__ if method is not None else None
        return owner if isinstance(owner, QObject) else None

    def call(self, value: object) -> bool:
        """Call it, unless its object is gone; answer whether it was called."""
        method = self.method()
        if method is None or not _alive(method.__self__):
            return False
        method(*self.args, value, **self.keywords)
        return True


def _alive(thing: object) -> bool:
    return not isinstance(thing, QObject) or bool(shiboken6.isValid(thing))


@dataclass(slots=True)
class _Job:
    ticket: int
    call: Callable[[], object]
    done: Reply | None
    failed: Reply | None
    owner: weakref.ref[QObject] | None
    replaces: tuple[int, str] | None
    answer: object = None
    error: BaseException | None = None

    def wanted(self) -> bool:
        if self.owner is None:
            return True
        owner = self.owner()
        return owner is not None and _alive(owner)


class Background(QObject):
    """Runs functions one after the other in one thread. `failure` carries errors that nobody asked to get."""

    failure = Signal(object)  # DomainError, for the window's strip
    busy = Signal(bool)  # a write or a query is under way; from the first waiting job to the last answer
    _answered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._tickets = itertools.count(1)
        self._newest: dict[tuple[int, str], int] = {}
        self._waiting = 0
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        sys.setswitchinterval(SWITCH)
        self._thread = threading.Thread(target=self._work, name="background", daemon=True)
        self._thread.start()

    def run(
        self,
        fn: Callable[..., object],
        *args: object,
        done: Then | None = None,
        failed: Then | None = None,
        owner: QObject | None = None,
        replaces: str = "",
        **kw: object,
    ) -> int:
        """Run `fn(*args, **kw)` in the worker thread; answer the ticket's number.

        `done(answer)` and `failed(error: DomainError)` are bound methods (or `functools.partial` of one), called on the
        GUI thread, and not at all once `owner` (by default the object of `done`) is gone. Without `failed` the window
        shows the error. `replaces` names a question (`"search"`): a newer one of the same owner and name makes older
        ones void, whether they wait or are answered.
        """
        reply = Reply(done) if done else None
        refuse = Reply(failed) if failed else None
        if owner is None and reply is not None:
            owner = reply.asker()
        ticket = next(self._tickets)
        name = (id(owner), replaces) if replaces else None
        if name:
            self._newest[name] = ticket
        self._waiting += 1
        if self._waiting == 1:
            self.busy.emit(True)
        self._queue.put(
            _Job(
                ticket,
                functools.partial(fn, *args, **kw),
                reply,
                refuse,
                weakref.ref(owner) if owner is not None else None,
                name,
            )
        )
        return ticket

    @property
    def waiting(self) -> int:
        """How many questions are not answered yet."""
        return self._waiting

    def close(self) -> None:
        """Finish what waits and end the thread; answers still under way are delivered by the event loop or dropped."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()

    def _void(self, job: _Job) -> bool:
        return job.replaces is not None and self._newest.get(job.replaces) != job.ticket

    def _work(self) -> None:
        while (job := self._queue.get()) is not None:
            if not self._void(job):
                try:
                    job.answer = job.call()
                except DomainError as error:
                    job.error = error
                except (
                    Exception
                ) as error:  # a bug of ours must reach the log and the user, and not end the thread
                    log.exception("in the background")
                    job.error = error
            self._answered.emit(job)

    @Slot(object)
    def _deliver(self, job: _Job) -> None:
        self._waiting -= 1
        if self._waiting == 0:
            self.busy.emit(False)
        if self._void(job):
            return
        if job.replaces is not None:
            del self._newest[job.replaces]
        if job.error is not None:
            error = job.error if isinstance(job.error, DomainError) else DomainError("unexpected")
            if job.failed is None or not job.wanted() or not job.failed.call(error):
                self.failure.emit(error)
        elif job.done is not None and job.wanted():
            job.done.call(job.answer)
