"""A scanner and a person at an X server: real key events by XTEST, with gaps that the server keeps (VIS-8)."""

from __future__ import annotations

import ctypes
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.ime import until

ROOT = Path(__file__).resolve().parents[1]
SYMBOLS = {
    "\n": "Return",
    "\t": "Tab",
    " ": "space",
    "<": "comma",
    "/": "slash",
    ":": "semicolon",
    ".": "period",
}
SYMBOLS |= {"'": "apostrophe", ";": "semicolon", "-": "minus", "=": "equal", "]": "bracketright"}
SHIFTED = set("<:")
PATIENCE = 10.0
CORE = 0x100  # XkbUseCoreKbd


class Keys:
    """The keyboard of a display."""

    def __init__(self, display: str) -> None:
        self._x11, self._test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        self._x11.XOpenDisplay.restype = ctypes.c_void_p
        self._x11.XStringToKeysym.restype = ctypes.c_ulong
        self._display = ctypes.c_void_p(self._x11.XOpenDisplay(display.encode()))
        assert self._display, f"no display {display}"
        self._shift = self._code("Shift_L")

    def close(self) -> None:
        """Lets go of the display."""
        self._x11.XCloseDisplay(self._display)

    def type(self, text: str, gaps: Sequence[int], held: int = 1) -> None:
        """Types it; the n-th key goes down `gaps[n]` ms after the one before. Comes back when all is typed."""
        since = 0
        for char, gap in zip(text, gaps, strict=True):
            code, capital = self._code(SYMBOLS.get(char, char)), char.isupper() or char in SHIFTED
            wait = max(0, gap - since)
            if capital:
                self._fake(self._shift, 1, wait)
                wait = 0
            self._fake(code, 1, wait)
            self._fake(code, 0, min(held, max(0, gap - 1)) if gap else 0)
            since = min(held, max(0, gap - 1)) if gap else 0
            if capital:
                self._fake(self._shift, 0, 0)
        self._x11.XSync(self._display, 0)

    def press(self, name: str) -> None:
        """One key by its X name."""
        code = self._code(name)
        self._fake(code, 1, 0)
        self._fake(code, 0, 0)
        self._x11.XSync(self._display, 0)

    def hold(self, name: str, seconds: float, every: int) -> None:
        """Holds a key down; after 150 ms it repeats every so many milliseconds."""
        code = self._code(name)
        before = ctypes.c_uint(0), ctypes.c_uint(0)
        self._x11.XkbGetAutoRepeatRate(self._display, CORE, ctypes.byref(before[0]), ctypes.byref(before[1]))
        self._x11.XkbSetAutoRepeatRate(self._display, CORE, 150, every)
        self._fake(code, 1, 0)
        self._fake(code, 0, int(1000 * seconds))
        self._x11.XSync(self._display, 0)
        self._x11.XkbSetAutoRepeatRate(self._display, CORE, before[0], before[1])
        self._x11.XSync(self._display, 0)

    def _fake(self, code: int, down: int, wait: int) -> None:
        self._test.XTestFakeKeyEvent(self._display, code, down, ctypes.c_ulong(wait))

    def _code(self, name: str) -> int:
        symbol = ctypes.c_ulong(self._x11.XStringToKeysym(name.encode()))
        return int(self._x11.XKeysymToKeycode(self._display, symbol))


class Scanned:
    """`tests/devices/scanned_window.py` in a process of its own."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.scans: list[str] = []
        self.refused: list[str] = []
        self._answers: list[dict[str, Any]] = []
        self._raw = b""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.devices.scanned_window"],
            cwd=ROOT,
            env={**environment, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __enter__(self) -> Scanned:
        until(self._is_active)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()

    def ask(self, **wish: Any) -> dict[str, Any]:
        """Asks for one thing; answers the window's state after it."""
        self.send(**wish)
        state: dict[str, Any] = self.answered()["answer"]
        return state

    def wait_scan(self, seconds: float = 1.5) -> None:
        """Until something was scanned or refused, or so long."""
        late, before = time.monotonic() + seconds, len(self.scans) + len(self.refused)
        while len(self.scans) + len(self.refused) == before and time.monotonic() < late:
            self.listen(late - time.monotonic())

    def listen(self, seconds: float) -> None:
        """Takes in what the window tells within so many seconds, at most one piece of it."""
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], max(0.0, seconds))[0]:
            return
        more = os.read(self._process.stdout.fileno(), 65536)
        assert more, "the window ended"
        *lines, self._raw = (self._raw + more).split(b"\n")
        for line in lines:
            said = json.loads(line)
            if "scanned" in said:
                self.scans.append(said["scanned"])
            elif "refused" in said:
                self.refused.append(said["refused"])
            else:
                self._answers.append(said)

    def send(self, **wish: Any) -> None:
        """Asks without waiting; `answered` waits."""
        assert self._process.stdin is not None
        os.write(self._process.stdin.fileno(), json.dumps(wish).encode() + b"\n")

    def answered(self) -> dict[str, Any]:
        """Waits for the answer to what was sent."""
        late = time.monotonic() + PATIENCE
        while not self._answers:
            assert time.monotonic() < late, "no answer"
            self.listen(late - time.monotonic())
        return self._answers.pop(0)

    def _is_active(self) -> bool:
        self.send(state=True)
        return bool(self.answered()["active"])
