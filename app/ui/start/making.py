"""Making what was chosen: one child job of this program, and its progress (ARCHITECTURE: long work)."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.errors import DomainError
from app.ui.job import Job
from app.ui.jobs_view import JobRunner
from app.ui.language import Language
from app.ui.start.choice import StartChoice
from app.ui.theme import Look
from app.ui.widgets.buttons import PlainButton
from app.ui.widgets.card import band
from app.ui.widgets.text import Text

SAMPLE_VISITS, SAMPLE_REQUESTS = 20_000, 3_000


class Bar(QWidget):
    """A broad bar from 0 to 1; empty as long as the progress is unknown (below 0)."""

    def __init__(self, theme: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.value = -1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.px(8))

    def set_value(self, value: float) -> None:
        """How far it is."""
        self.value = value
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = self.height() / 2
        painter.setBrush(self._theme.colour("line"))
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        if self.value > 0:
            wide = max(self.width() * min(self.value, 1.0), self.height())
            painter.setBrush(self._theme.colour("accent"))
            painter.drawRoundedRect(QRectF(0, 0, wide, self.height()), radius, radius)


class Making(QWidget):
    """Runs `yinghou demo | init | restore` for a choice. `made(recovery_code)`, `refused(DomainError)`, `stopped()`.

    The password and the recovery code pass through files of a folder that only its owner can read, gone afterwards.
    """

    made = Signal(str)
    refused = Signal(object)
    stopped = Signal()

    def __init__(
        self, theme: Look, words: Language, jobs: JobRunner, data: Path, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._words, self._jobs, self._data = words, jobs, data
        self._before: frozenset[str] = frozenset()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._job: Job | None = None
        self._title = Text(theme, role="title", bold=True)
        self._text = Text(theme, tone="ink_soft", wrap=True)
        self.bar = Bar(theme)
        self._stop = PlainButton(theme, "", "Esc")
        self._stop.clicked.connect(self.stop)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(16))
        whole.addStretch(2)
        whole.addWidget(self._title)
        whole.addWidget(self.bar)
        whole.addWidget(self._text)
        whole.addLayout(band(theme, None, self._stop))
        whole.addStretch(3)
        self._choice = StartChoice()
        self.retranslate()

    def begin(self, choice: StartChoice) -> None:
        """Start the child for this choice."""
        self._choice = choice
        self._before = _names(self._data)
        self._folder = tempfile.TemporaryDirectory(prefix="yinghou-")
        argv = self._argv(choice, Path(self._folder.name))
        self.bar.set_value(-1.0)
        self.retranslate()
        self._text.setText(self._words("start.making_wait"))
        self._job = self._jobs.start(argv, self._title.text(), done=self._done, failed=self._failed)
        self._job.moved.connect(self._moved)
        self._job.ended.connect(self._ended)
        self._stop.setFocus()

    def running(self) -> bool:
        """Whether the child is at work."""
        return self._job is not None

    def stop(self) -> None:
        """End the child; what it has left half made in the data folder is taken away."""
        if self._job is not None:
            self._job.stop()

    def retranslate(self) -> None:
        """The texts in the language in force."""
        what = "restore" if self._choice.backup else "sample" if self._choice.sample else "site"
        self._title.setText(self._words(f"start.making_{what}"))
        self._stop.setText(self._words("window.stop"))

    def _argv(self, choice: StartChoice, folder: Path) -> list[str]:
        if choice.backup is not None:
            argv = ["restore", str(choice.backup)]
            if choice.recovery_code:
                argv += ["--recovery-code-file", _written(folder / "code", choice.recovery_code)]
            return argv
        if choice.sample:
            amounts = ["--visits", str(SAMPLE_VISITS), "--requests", str(SAMPLE_REQUESTS)]
            return ["demo", "--site", choice.kind, *amounts]
        argv = ["init", "--site", choice.kind, "--admin", choice.admin]
        argv += ["--password-file", _written(folder / "password", choice.password)]
        argv += ["--recovery-out", str(folder / "recovery")]
        return [*argv, "--plan", _written(folder / "plan.json", choice.plan.text())]

    def _moved(self) -> None:
        if self._job is not None:
            self.bar.set_value(self._job.progress)
            if self._job.text:
                self._text.setText(self._job.text)

    def _done(self, answer: Mapping[str, Any]) -> None:
        code = ""
        if self._folder is not None and (Path(self._folder.name) / "recovery").exists():
            code = (Path(self._folder.name) / "recovery").read_text(encoding="utf-8").strip()
        self._close()
        self.made.emit(code)

    def _failed(self, error: DomainError) -> None:
        self._close()
        self.refused.emit(error)

    def _ended(self) -> None:
        if self._job is not None:  # neither done nor failed: it was stopped
            self._close()
            for name in _names(self._data) - self._before:
                path = self._data / name
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            self.stopped.emit()

    def _close(self) -> None:
        self._job = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def _names(folder: Path) -> frozenset[str]:
    return frozenset(path.name for path in folder.iterdir()) if folder.is_dir() else frozenset()


def _written(path: Path, text: str) -> str:
    """Write a file that only its owner can read; answer its name."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
    return str(path)
