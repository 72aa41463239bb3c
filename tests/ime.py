"""A real Chinese input method on a screen of its own: Xvfb, openbox, D-Bus, ibus with libpinyin (RECIPES section 1)."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from types import TracebackType

import psutil

SECONDS = 20.0
IBUS_SECONDS = 2.0
PROGRAMS = ("Xvfb", "openbox", "dbus-daemon", "gsettings", "ibus", "ibus-daemon")
MACHINE_IDS = ("/etc/machine-id", "/var/lib/dbus/machine-id")
IBUS_SCHEMA = "org.freedesktop.ibus.general"


class ChineseDesktop:
    """Starts it all, in the order that works; `environment` is what a program on it needs.

    The home is fresh: libpinyin learns, and the first candidates of a fresh one are known (wangfang 王芳).
    """

    def __enter__(self) -> ChineseDesktop:
        missing = [name for name in PROGRAMS if shutil.which(name) is None]
        if missing:
            raise RuntimeError(f"missing here: {', '.join(missing)}; `make setup` installs them")
        if not any(Path(name).is_file() for name in MACHINE_IDS):
            raise RuntimeError("this system has no machine id: as root, type dbus-uuidgen --ensure")
        self._started: list[subprocess.Popen[bytes]] = []
        self._home = Path(tempfile.mkdtemp(prefix="yinghou-ime-"))
        try:
            self._start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        running: list[psutil.Process] = []
        for one in self._started:
            if one.poll() is None:
                own = psutil.Process(one.pid)
                running += [own, *own.children(recursive=True)]
        for process in reversed(self._started):
            process.terminate()
        # What ibus and D-Bus started ends with them, a little later.
        for left in psutil.wait_procs(running, timeout=5)[1]:
            left.kill()
        for process in self._started:
            process.wait(5)
        shutil.rmtree(self._home, ignore_errors=True)

    def chinese(self) -> None:
        """Chooses libpinyin; it says no while ibus is still starting, and 1 even when it worked."""
        until(lambda: self._ibus("engine", "libpinyin") is not None and self._ibus("engine") == "libpinyin")

    def english(self) -> None:
        """Chooses the plain keyboard."""
        until(
            lambda: self._ibus("engine", "xkb:us::eng") is not None and self._ibus("engine") == "xkb:us::eng"
        )

    def _start(self) -> None:
        kept = {name: value for name, value in os.environ.items() if not _of_a_desktop(name)}
        self.environment = kept | {"HOME": str(self._home), "LC_ALL": "C.UTF-8"}
        for name in ("CONFIG", "CACHE", "DATA", "STATE"):
            self.environment[f"XDG_{name}_HOME"] = str(self._home / name.lower())
        runtime = self._home / "run"
        runtime.mkdir(mode=0o700)
        self.environment["XDG_RUNTIME_DIR"] = str(runtime)
        size = ("-screen", "0", "1366x768x24", "-nolisten", "tcp", "-noreset")
        self.environment["DISPLAY"] = ":" + self._said("Xvfb", "-displayfd", "{}", *size)
        self._run("openbox", "--sm-disable")
        bus = self._said("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address={}")
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = bus
        for key in ("preload-engines", "engines-order"):
            self._once("gsettings", "set", IBUS_SCHEMA, key, "['libpinyin', 'xkb:us::eng']")
        self._run("ibus-daemon", "--replace", "--panel=disable", "--emoji-extension=disable")
        self.chinese()
        self.environment |= {
            "QT_QPA_PLATFORM": "xcb",
            "QT_IM_MODULES": "wayland;fcitx;ibus",  # as app/main.py sets it
            "IBUS_ENABLE_SYNC_MODE": "1",
        }

    def _run(self, *words: str, handed: tuple[int, ...] = ()) -> None:
        self._started.append(
            subprocess.Popen(
                words,
                env=self.environment,
                pass_fds=handed,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )

    def _said(self, *words: str) -> str:
        """Starts a program that writes a line to the file whose number stands for {}; answers the line."""
        reading, writing = os.pipe()
        self._run(*(word.format(writing) for word in words), handed=(writing,))
        os.close(writing)
        with os.fdopen(reading) as answer:
            return answer.readline().strip()

    def _once(self, *words: str) -> None:
        subprocess.run(words, env=self.environment, check=True, capture_output=True, timeout=SECONDS)

    def _ibus(self, *words: str) -> str | None:
        """What `ibus` says; None if it does not come to it soon (asked too early it waits 16 s for nothing)."""
        asked = ["ibus", *words]
        try:
            done = subprocess.run(
                asked, env=self.environment, capture_output=True, text=True, timeout=IBUS_SECONDS
            )
        except subprocess.TimeoutExpired:
            return None
        return done.stdout.strip()


def until(holds: Callable[[], object], seconds: float = SECONDS) -> None:
    """Looks again and again until it holds.

    Raises:
        TimeoutError: it did not in time.
    """
    late, tick = time.monotonic() + seconds, Event()
    while not holds():
        if time.monotonic() > late:
            raise TimeoutError("it never came to it")
        tick.wait(0.02)


def _of_a_desktop(name: str) -> bool:
    return name.startswith(("XDG_", "YINGHOU_", "QT_", "IBUS_", "GTK_IM")) or name in (
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "DBUS_SESSION_BUS_ADDRESS",
        "XMODIFIERS",
    )
