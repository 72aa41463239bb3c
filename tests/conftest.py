"""What holds for every test: a home of its own, and nothing left running behind it."""

from __future__ import annotations

import ctypes
import itertools
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psutil
import pytest

from tests.postgres import SERVER
from tests.postgres import database_url as database_url
from tests.postgres import postgres_database as postgres_database
from tests.postgres import postgres_server as postgres_server
from tests.postgres import postgres_url as postgres_url

# Qt shows itself on the tests' own X server, also on a desktop that runs Wayland.
os.environ["QT_QPA_PLATFORM"] = "xcb"
os.environ.pop("WAYLAND_DISPLAY", None)

# The same examples on every run: a red test is red for everybody. `--hypothesis-profile=thorough` looks further.
hypothesis.settings.register_profile("ci", derandomize=True, max_examples=60, deadline=None, database=None)
hypothesis.settings.register_profile("thorough", max_examples=2000, deadline=None, database=None)
hypothesis.settings.load_profile("ci")

GRACE_SECONDS = 3.0
PR_SET_CHILD_SUBREAPER = 36
if sys.platform == "linux":
    # A process whose parent ends becomes our child instead of disappearing from sight: a leak is seen at any depth.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

_homes = itertools.count(1)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, so that no test reads or writes the real one; no YINGHOU_ variable, no session bus."""
    home = tmp_path_factory.getbasetemp() / "homes" / str(next(_homes))
    home.mkdir(parents=True)
    for name in [name for name in os.environ if name.startswith(("XDG_", "YINGHOU_"))]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("HOME", str(home))
    for name in ("CONFIG", "CACHE", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    runtime = home / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    return home


@pytest.fixture(autouse=True)
def nothing_left_running(request: pytest.FixtureRequest, own_home: Path) -> Iterator[None]:
    """Fails a test that leaves a thread or a process; the process is ended, so that later tests are not blamed.

    What a fixture of wider scope started is there before and may stay; so may the session's PostgreSQL.
    """
    threads, children = set(threading.enumerate()), _children()
    yield
    late = time.monotonic() + GRACE_SECONDS
    left = _wait_for_threads(set(threading.enumerate()) - threads, late)
    server = request.config.stash.get(SERVER, None)
    allowed = children | ({server.pid} if server else set())
    remaining = _wait_for_processes(_children() - allowed, late)
    faults = [f"thread {thread.name}" for thread in left]
    for process in remaining:
        with process.oneshot():
            faults.append(f"process {process.pid} {' '.join(process.cmdline())[:200]}")
        process.kill()
    psutil.wait_procs(remaining, timeout=GRACE_SECONDS)
    if faults:
        pytest.fail("left running: " + "; ".join(faults), pytrace=False)


def _children() -> set[int]:
    """The ids of our child processes, by the quickest way (this runs twice around every test)."""
    tasks = Path("/proc/self/task")
    if not (tasks / str(threading.main_thread().native_id) / "children").exists():
        return {child.pid for child in psutil.Process().children()}
    found: set[int] = set()
    for task in tasks.iterdir():
        try:
            found.update(map(int, (task / "children").read_text().split()))
        except (FileNotFoundError, ProcessLookupError):  # the thread ended meanwhile
            continue
    return found


def _runs(thread: threading.Thread) -> bool:
    # Python never learns that a thread of Qt, which it knows as a dummy, has ended: the system does.
    task = Path(f"/proc/self/task/{thread.native_id}")
    return thread.is_alive() and (task.exists() or not task.parent.exists())


def _wait_for_threads(threads: set[threading.Thread], late: float) -> list[threading.Thread]:
    tick = threading.Event()
    while (left := [thread for thread in threads if _runs(thread)]) and time.monotonic() < late:
        tick.wait(0.01)
    return left


def _wait_for_processes(pids: set[int], late: float) -> list[psutil.Process]:
    processes = []
    for pid in pids:
        try:
            processes.append(psutil.Process(pid))
        except psutil.NoSuchProcess:
            continue
    return psutil.wait_procs(processes, timeout=max(0.1, late - time.monotonic()))[1]
