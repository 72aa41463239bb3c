"""One document at a time is being made, by a child of this program: another one ends the one before."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QObject, Signal

from app.errors import DomainError
from app.operations.site_errands import VARIABLE, errand
from app.ui.reports.documents import Asked
from app.ui.reports.folder import PrivateFolder
from app.ui.services import Services

if TYPE_CHECKING:
    from app.domain.people import Actor
    from app.ui.job import Job


class Maker(QObject):
    """`start(asked)`, then `made(Asked, Path)`, `failed(DomainError)`, or `stopped()` by the status bar's button."""

    made = Signal(object, object)
    failed = Signal(object)
    stopped = Signal()

    def __init__(self, services: Services, folder: PrivateFolder, parent: QObject) -> None:
        super().__init__(parent)
        self._services, self._folder = services, folder
        self._job: Job | None = None

    @property
    def running(self) -> bool:
        """Whether something is being made."""
        return self._job is not None

    def start(self, asked: Asked, title: str) -> None:
        """Make it; `title` stands in the status bar. What was being made is stopped."""
        self.stop()
        out, services = self._folder.new(), self._services
        command = asked.command(out, services.words.name)
        now = services.session.now
        for_whom = {VARIABLE: errand(services.house, cast("Actor", now.actor), out, by_pin=now.by_pin)}
        done, failed = partial(self._made, asked, out), partial(self._failed, out)
        job = self._job = services.jobs.start(command, title, done, failed, for_whom)
        job.ended.connect(partial(self._ended, job, out))

    def stop(self) -> None:
        """Stop, without a word."""
        job, self._job = self._job, None
        if job is not None:
            job.stop()

    def _made(self, asked: Asked, out: Path, _result: Mapping[str, Any]) -> None:
        self._job = None
        self.made.emit(asked, out)

    def _failed(self, out: Path, error: DomainError) -> None:
        self._job = None
        self._folder.drop(out)
        self.failed.emit(error)

    def _ended(self, job: Job, out: Path) -> None:
        if job.stopped:
            self._folder.drop(out)
            if self._job is job:
                self._job = None
                self.stopped.emit()
