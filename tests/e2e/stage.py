"""The other end of `puppet.py`: starts the window in a process of its own, plays it, asks it, kills it."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.torture.registering import Told

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 20.0

State = dict[str, Any]


class WindowEndedError(Exception):
    """The window's process ended where it should not have."""


class Window:
    """One window on a data folder, as a guard at its first post unless told otherwise.

    `told` is what it told of its own accord; `raised` are exceptions that nobody caught.
    """

    def __init__(
        self,
        folder: Path,
        *options: str,
        environment: Mapping[str, str] | None = None,
        whom: str = "guard",
        preexec: Callable[[], None] | None = None,
    ) -> None:
        self.told: list[Told] = []
        self.raised: list[str] = []
        self._answers: list[State] = []
        self._raw = b""
        self._errors = folder.with_name(f"{folder.name}.stderr")
        words = ["--data", str(folder), "--station", "post", *(["--as", whom] if whom else []), *options]
        with self._errors.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.e2e.puppet", *words],
                cwd=ROOT,
                env={**os.environ, "QT_QPA_PLATFORM": "xcb", "QT_IM_MODULE": "none", **(environment or {})},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                preexec_fn=preexec,
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()

    def __enter__(self) -> Window:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def ask(self, **wish: Any) -> State:
        """Asks for one thing and waits for its answer."""
        self.send(**wish)
        late = time.monotonic() + PATIENCE
        while not self._answers:
            if self.raised:
                raise AssertionError(self.raised[0])
            if not self.listen(late - time.monotonic()) and time.monotonic() >= late:
                raise WindowEndedError(f"no answer in time to {wish}: {self.errors()}")
        return self._answers.pop(0)

    def send(self, **wish: Any) -> None:
        """Asks without waiting."""
        os.write(self._in, json.dumps(wish, ensure_ascii=False).encode() + b"\n")

    def keys(self, *keys: str, pause: int = 5, calm: bool = True) -> State:
        """Plays keys, so many milliseconds apart, and answers what is shown when the worker is done.

        `calm`: each key waits until the worker has answered the one before, as a person's does.
        """
        self.ask(keys=list(keys), pause=pause, calm=calm)
        return self.wait(lambda shown: not shown.get("waits"))

    def state(self) -> State:
        """What is shown now."""
        return self.ask(state=True)

    def wait(self, holds: Callable[[State], object], seconds: float = PATIENCE) -> State:
        """Asks until it holds.

        Raises:
            AssertionError: it did not in time.
        """
        late = time.monotonic() + seconds
        while not holds(shown := self.state()):
            if time.monotonic() > late:
                raise AssertionError(f"it never came to it; shown at last: {shown}; {self.errors()}")
            self.listen(0.02)
        return shown

    def ready(self) -> State:
        """Waits until the post's screen takes keys and has its rows."""
        return self.wait(lambda shown: shown["page"] and shown["focus"] and not shown["waits"])

    def listen(self, seconds: float) -> bool:
        """Takes in what comes within so many seconds; whether something came.

        Raises:
            WindowEndedError: it ended.
        """
        if not select.select([self._out], [], [], max(0.0, seconds))[0]:
            return False
        more = os.read(self._out, 65536)
        if not more:
            status = self._process.wait(PATIENCE)
            raise WindowEndedError(f"the window ended with {status}: {self.errors()}")
        self._take(more)
        return True

    def kill(self) -> None:
        """`kill -9`, and takes in what it had told before."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
        self._finish()

    def close(self) -> int:
        """Closes it as a person does; answers the exit status."""
        self.send(close=True)
        return self.ended()

    def ended(self) -> int:
        """Waits for its own end; answers the exit status."""
        self._finish()
        return int(self._process.returncode)

    def errors(self) -> str:
        """What it wrote on stderr."""
        return self._errors.read_text(errors="replace")

    def saved(self) -> list[Told]:
        """What was told as saved."""
        return [one for one in self.told if one.what == "saved"]

    def refusals(self) -> list[str]:
        """The codes of what was refused."""
        return [one.code for one in self.told if one.what == "refused"]

    def _finish(self) -> None:
        if self._process.stdout is None or self._process.stdout.closed:
            return
        while more := os.read(self._out, 65536):
            self._take(more)
        self._process.wait(PATIENCE)
        self._process.stdout.close()
        assert self._process.stdin is not None
        self._process.stdin.close()

    def _take(self, more: bytes) -> None:
        *lines, self._raw = (self._raw + more).split(b"\n")
        for line in lines:
            said = json.loads(line)
            if "told" in said:
                self.told.append(Told(**said["told"]))
            elif "raised" in said:
                self.raised.append(said["raised"])
            else:
                self._answers.append(said["answer"])


def no_traceback(window: Window) -> Sequence[str]:
    """What went wrong without being said to the user: nothing, if all is well."""
    return [*window.raised, *(["traceback on stderr"] if "Traceback" in window.errors() else [])]
