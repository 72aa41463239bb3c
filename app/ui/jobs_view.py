"""Long work as child processes of this program, with progress and a stop button in the status bar.

A child writes JSON lines on its standard output: `{"progress": 0.4, "text": "…"}`, then one of `{"done": {…}}` and
`{"error": {"code": "…", "values": {…}}}`. It is stopped by ending it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.background import Then
from app.ui.language import Language
from app.ui.theme import Look
from app.ui.widgets.buttons import QuietButton
from app.ui.widgets.text import Text

if TYPE_CHECKING:
    from app.ui.job import Job


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
        self,
        argv: Sequence[str],
        title: str,
        done: Then | None = None,
        failed: Then | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> Job:
        """Run `yinghou ARGV --progress`. `done(result: Mapping)` and `failed(DomainError)` are bound methods.

        `variables` are added to the child's environment.

        A child that ends without a word fails with `job_died`.
        """
        from app.ui.job import Job  # late: see there

        job = Job(self.command(argv), title, done, failed, self)
        job.add_variables(variables or {})
        job.ended.connect(self._ended)
        job.unheard.connect(self.failure)
        self.jobs.append(job)
        job.begin()
        self.changed.emit()
        return job

    def command(self, argv: Sequence[str]) -> list[str]:
        """What starts `yinghou ARGV --progress`; for a child that is no job (`app.devices.ocr`)."""
        return [*self._program, *self.options, *argv, "--progress"]

    def close(self) -> None:
        """End all children; the window closes."""
        for job in list(self.jobs):
            job.kill()

    def _ended(self) -> None:
        ended = self.sender()
        for job in [job for job in self.jobs if job is ended]:
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
