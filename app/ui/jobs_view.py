"""Long work as child processes of this program, with progress and a stop button in the status bar.

A child writes JSON lines on its standard output: `{"progress": 0.4, "text": "…"}`, then one of `{"done": {…}}` and
`{"error": {"code": "…", "values": {…}}}`. It is stopped by ending it.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, QProcess, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.errors import DomainError
from app.ui.background import Reply, Then
from app.ui.language import Language
from app.ui.theme import Look
from app.ui.widgets.buttons import QuietButton
from app.ui.widgets.text import Text

log = logging.getLogger(__name__)


class Job(QObject):
    """One child at work: `title`, `progress` (0 to 1, below 0 as long as unknown), `text`; `moved` when they change."""

    moved = Signal()
    ended = Signal()

    def __init__(
        self,
        command: Sequence[str],
        title: str,
        done: Then | None,
        failed: Then | None,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.title = title
        self.progress = -1.0
        self.text = ""
        self.stopped = False
        self.result: Mapping[str, Any] | None = None
        self.error: DomainError | None = None
        self._done = Reply(done) if done else None
        self._failed = Reply(failed) if failed else None
        self._rest = b""
        self._over = False
        self._process = QProcess(self)
        self._process.setProgram(command[0])
        self._process.setArguments(list(command[1:]))
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.readyReadStandardError.connect(self._complaints)
        self._process.finished.connect(self._finish)
        self._process.errorOccurred.connect(self._broken)

    def begin(self) -> None:
        """Start the child."""
        self._process.start()

    def stop(self) -> None:
        """End the child: nothing of it is kept, `done` and `failed` are not called."""
        self.stopped = True
        self._process.terminate()

    def kill(self) -> None:
        """End the child at once and wait for it; when the window closes."""
        self.stopped = True
        self._process.kill()
        self._process.waitForFinished(2000)

    def _read(self) -> None:
        *lines, self._rest = (self._rest + bytes(self._process.readAllStandardOutput().data())).split(b"\n")
        for line in lines:
            self._line(line)

    def _line(self, line: bytes) -> None:
        try:
            said = json.loads(line)
        except ValueError:
            log.warning("a job said what is no JSON: %r", line[:200])
            return
        if not isinstance(said, dict):
            return
        if "progress" in said:
            self.progress = float(said["progress"])
            self.text = str(said.get("text", ""))
            self.moved.emit()
        elif "done" in said:
            self.result = said["done"] or {}
        elif "error" in said:
            self.error = DomainError(str(said["error"]["code"]), **said["error"].get("values", {}))

    def _complaints(self) -> None:
        said = bytes(self._process.readAllStandardError().data())
        log.warning("job: %s", said.decode(errors="replace").strip())

    def _broken(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._finish()

    def _finish(self) -> None:
        if self._over:
            return
        self._over = True
        self._read()
        if not self.stopped:
            if self.error is None and self.result is None:
                self.error = DomainError("job_died", title=self.title)
            if self.error is not None:
                if self._failed is None or not self._failed.call(self.error):
                    runner = self.parent()
                    if isinstance(runner, JobRunner):
                        runner.failure.emit(self.error)
            elif self._done is not None:
                self._done.call(self.result)
        self.ended.emit()


class JobRunner(QObject):
    """Starts children of this program. `changed` when one begins or ends."""

    changed = Signal()
    failure = Signal(object)  # DomainError that nobody asked to get

    def __init__(self, program: Sequence[str] | None = None, options: Sequence[str] = ()) -> None:
        """`options` are the global ones (`--data`, `--lang` …) put before every subcommand."""
        super().__init__()
        frozen = getattr(sys, "frozen", False)
        self._program = list(program or ([sys.executable] if frozen else [sys.executable, "-m", "app"]))
        self.options = list(options)
        self.jobs: list[Job] = []

    def start(
        self, argv: Sequence[str], title: str, done: Then | None = None, failed: Then | None = None
    ) -> Job:
        """Run `yinghou ARGV --progress`. `done(result: Mapping)` and `failed(DomainError)` are bound methods.

        A child that ends without a word fails with `job_died`.
        """
        job = Job([*self._program, *self.options, *argv, "--progress"], title, done, failed, self)
        job.ended.connect(self._ended)
        self.jobs.append(job)
        job.begin()
        self.changed.emit()
        return job

    def close(self) -> None:
        """End all children; the window closes."""
        for job in list(self.jobs):
            job.kill()

    def _ended(self) -> None:
        job = self.sender()
        if isinstance(job, Job) and job in self.jobs:
            self.jobs.remove(job)
            job.deleteLater()
            self.changed.emit()


class _Bar(QWidget):
    """A thin bar from 0 to 1; empty as long as the progress is unknown."""

    def __init__(self, theme: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.value = -1.0
        self.setFixedSize(theme.px(96), theme.px(6))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = self.height() / 2
        painter.setBrush(self._theme.colour("line"))
        painter.drawRoundedRect(self.rect(), radius, radius)
        if self.value > 0:
            painter.setBrush(self._theme.colour("accent"))
            done = self.rect()
            done.setWidth(max(round(done.width() * min(self.value, 1.0)), self.height()))
            painter.drawRoundedRect(done, radius, radius)


class JobsView(QWidget):
    """The oldest job of the runner: title, bar, text, stop. Hidden when nothing runs."""

    def __init__(
        self, runner: JobRunner, theme: Look, words: Language, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._runner, self._words = runner, words
        self._job: Job | None = None
        self._title = Text(theme, role="caption", tone="ink_soft")
        self._bar = _Bar(theme)
        self._stop = QuietButton(theme, "", role="caption")
        self._stop.clicked.connect(self._stop_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        for widget in (self._title, self._bar, self._stop):
            row.addWidget(widget)
        runner.changed.connect(self._show)
        self.retranslate()
        self._show()

    def retranslate(self) -> None:
        """Write the texts in the language in force."""
        self._stop.setText(self._words("window.stop"))
        self._moved()

    def _show(self) -> None:
        job = self._runner.jobs[0] if self._runner.jobs else None
        if job is not self._job:
            self._job = job
            if job is not None:
                job.moved.connect(self._moved)
        self.setVisible(job is not None)
        self._moved()

    def _moved(self) -> None:
        if self._job is None:
            return
        title = f"{self._job.title} {self._job.text}".strip()
        more = len(self._runner.jobs) - 1
        self._title.setText(title if not more else self._words("window.job_and_more", title=title, n=more))
        self._bar.value = self._job.progress
        self._bar.update()

    def _stop_clicked(self) -> None:
        if self._job is not None:
            self._job.stop()
