"""The command line as a site's script calls it: a process of its own, what it printed, how it ended."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.words import Words

ROOT = Path(__file__).resolve().parents[2]
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    status: int
    out: str
    err: str


def command(
    folder: Path,
    *words: object,
    environment: Mapping[str, str] | None = None,
    preexec: Callable[[], None] | None = None,
) -> Done:
    """Runs `yinghou --data FOLDER …` to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "app", "--data", str(folder), *map(str, words)],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=120,
        preexec_fn=preexec,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def said(language: str, code: str, **values: object) -> str:
    """The text of an error, as the user must see it."""
    return Words(language)(f"errors.{code}", **values)


def bound_by_permissions() -> None:
    """For a child: root, too, may only do what the permissions of files allow.

    It starts without CAP_DAC_OVERRIDE; somebody who is not root has none to lose.
    """
    libc = ctypes.CDLL(None)
    for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def make_read_only(folder: Path) -> None:
    """No file of it can be written, none added."""
    for path in folder.rglob("*"):
        path.chmod(0o500 if path.is_dir() else 0o400)
    folder.chmod(0o500)


def make_writable(folder: Path) -> None:
    """The other way round, so that it can be taken away."""
    folder.chmod(0o700)
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
