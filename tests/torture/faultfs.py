"""The fault library: compiled when first needed, preloaded into a child, driven from inside that child.

It fails calls below one folder (see `faultfs.c`); it can only be asked for when a process starts, so tests start one.
"""

from __future__ import annotations

import ctypes
import enum
import errno
import hashlib
import os
import shutil
import subprocess
import threading
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).with_name("faultfs.c")
BUILT = Path(__file__).resolve().parents[2] / "build" / "torture"


class Kind(enum.IntFlag):
    """The calls that can fail; opening means opening for writing, making folders included."""

    WRITE = 1
    SYNC = 2
    TRUNCATE = 4
    READ = 8
    OPEN = 16


NONE = Kind(0)


class NoCompilerError(Exception):
    """Without a C compiler there is no fault library; tests fail with this, they are not skipped."""


@cache
def library() -> Path:
    """The compiled library, made anew when its source changed.

    Raises:
        NoCompilerError: no `cc`; on Debian and Ubuntu `apt-get install gcc libc6-dev` helps.
    """
    source = SOURCE.read_bytes()
    built = BUILT / f"faultfs-{hashlib.sha256(source).hexdigest()[:12]}.so"
    if built.exists():
        return built
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise NoCompilerError("no C compiler for the fault library: apt-get install gcc libc6-dev")
    BUILT.mkdir(parents=True, exist_ok=True)
    part = built.with_name(f"{built.name}.{os.getpid()}.{threading.get_ident()}.part")
    flags = ["-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror"]
    done = subprocess.run(
        [compiler, *flags, "-o", str(part), str(SOURCE), "-ldl", "-lpthread"], capture_output=True, text=True
    )
    if done.returncode:
        raise NoCompilerError(f"the fault library does not compile: {done.stderr}")
    part.replace(built)
    return built


def environment(
    folder: Path | None = None,
    kinds: Kind = NONE,
    *,
    at: int = 1,
    error: int = errno.EIO,
    forever: bool = True,
    clock: int = 0,
) -> dict[str, str]:
    """What to add to a child's environment: preloaded only, or failing from its start on; `clock` in seconds."""
    more = {"LD_PRELOAD": str(library())}
    if clock:
        more["FAULTFS_CLOCK"] = str(clock)
    if folder is not None:
        more |= {
            "FAULTFS_FOLDER": str(folder),
            "FAULTFS_KINDS": str(int(kinds)),
            "FAULTFS_NTH": str(at),
            "FAULTFS_ERRNO": str(error),
        }
        if forever:
            more["FAULTFS_FOREVER"] = "1"
    return more


class Faults:
    """The library from inside a process that it was preloaded into."""

    def __init__(self) -> None:
        """Finds it.

        Raises:
            AttributeError: it was not preloaded here.
        """
        self._it = ctypes.CDLL(None)
        self._it.faultfs_arm.argtypes = [
            ctypes.c_char_p,
            ctypes.c_int,
            ctypes.c_long,
            ctypes.c_int,
            ctypes.c_int,
            ctypes.c_int,
        ]
        self._it.faultfs_count.restype = self._it.faultfs_failed.restype = ctypes.c_long
        self._it.faultfs_turn_clock.argtypes = [ctypes.c_long]
        self._it.faultfs_log.argtypes = self._it.faultfs_mark.argtypes = [ctypes.c_char_p]

    def arm(
        self,
        folder: Path,
        kinds: Kind = NONE,
        *,
        at: int = 1,
        error: int = errno.EIO,
        forever: bool = False,
        torn: bool = False,
    ) -> None:
        """Counts from now on, and fails the `at`-th call of these kinds; `torn`: half of it is written first."""
        self._it.faultfs_arm(os.fsencode(folder), int(kinds), at, error, forever, torn)

    def disarm(self) -> None:
        """Lets everything through again."""
        self._it.faultfs_disarm()

    def count(self, kind: Kind) -> int:
        """How many calls of this kind there were since it was armed."""
        return int(self._it.faultfs_count(int(kind)))

    def failed(self) -> int:
        """How many calls were made to fail since it was armed."""
        return int(self._it.faultfs_failed())

    def turn_clock(self, seconds: int) -> None:
        """Sets the wall clock off by so many seconds; monotonic clocks go on."""
        self._it.faultfs_turn_clock(seconds)

    def log(self, path: Path) -> None:
        """Keeps from now on what is written, cut and flushed below the armed folder, for a power cut to be replayed."""
        self._it.faultfs_log(os.fsencode(path))

    def mark(self, text: str) -> None:
        """Puts a word of ours into that log, in order."""
        self._it.faultfs_mark(text.encode())
