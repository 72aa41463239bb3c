"""One child process of this program at work. Imported with the first job: QProcess and json cost the start 4 ms."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from app.errors import DomainError
from app.ui.background import Reply, Then

log = logging.getLogger(__name__)


class Job(QObject):
    """One child at work: `title`, `progress` (0 to 1, below 0 as long as unknown), `text`; `moved` when they change."""

    moved = Signal()
    ended = Signal()
    unheard = Signal(object)  # DomainError that nobody asked to get

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

    def add_variables(self, variables: Mapping[str, str]) -> None:
        """More variables for the child's environment."""
        if variables:
            environment = QProcessEnvironment.systemEnvironment()
            for name, value in variables.items():
                environment.insert(name, value)
            self._process.setProcessEnvironment(environment)

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
                    self.unheard.emit(self.error)
            elif self._done is not None:
                self._done.call(self.result)
        self.ended.emit()
