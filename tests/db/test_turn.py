"""Whose turn it is to write: programs of one data folder wait for each other, in order, and never for the dead."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from app.db.turn import FILES, turn
from app.db.work import Work
from app.domain.people import pc_actor
from app.errors import DomainError
from app.operations import care
from tests.db.sites import opened
from tests.faults.program import ROOT
from tests.sample import make_site

PROGRAMS = 8
SECONDS = 1.0
BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"])
HOLD = """
import sys
from pathlib import Path
from app.db.turn import turn
with turn(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def python(*words: object) -> Iterator[subprocess.Popen[str]]:
    """A Python process that has said its first line; ended at the end."""
    with subprocess.Popen(
        [sys.executable, *map(str, words)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() in ("held", "ready")
            yield process
        finally:
            process.kill()


@BOTH
def test_eight_programs_that_write_without_a_pause(
    tmp_path: Path, request: pytest.FixtureRequest, database: str
) -> None:
    """GOALS: two windows and any number of commands on one folder.

    None is refused, everyone gets a turn, and what all of them wrote is one whole audit chain. Without turns, six on
    PostgreSQL ended in `database_locked`.
    """
    url = request.getfixturevalue("postgres_database") if database == "postgresql" else ""
    folder = make_site(tmp_path / "site", url)
    words = ["-m", "tests.faults.writing", folder, SECONDS, "--database", url]
    with ExitStack() as stack:
        programs = [stack.enter_context(python(*words)) for _ in range(PROGRAMS)]
        for program in programs:
            assert program.stdin is not None
            program.stdin.write("go\n")
            program.stdin.flush()
        told = [json.loads(program.communicate(timeout=60)[0]) for program in programs]
    assert [one["refused"] for one in told] == [[]] * PROGRAMS
    assert min(one["done"] for one in told) >= 1, told
    assert [finding for finding in care.check(folder, url) if finding.fault] == []


@BOTH
def test_a_transaction_holds_the_turn(tmp_path: Path, request: pytest.FixtureRequest, database: str) -> None:
    """Nobody else of this folder gets in before it has ended."""
    url = request.getfixturevalue("postgres_database") if database == "postgresql" else ""
    folder = make_site(tmp_path / "site", url)

    def body(work: Work) -> None:
        with pytest.raises(DomainError, match="database_locked"), turn(folder, longest=0.05):
            pass

    with opened(folder, url) as store:
        store.work(pc_actor(), "nothing", body)
    with turn(folder, longest=0.05):
        pass


def test_who_waits_too_long_is_told(tmp_path: Path) -> None:
    """A bounded wait, then the error that says who is in the way and what to do; afterwards it goes on."""
    with python("-c", HOLD, tmp_path) as holder:
        begun = time.monotonic()
        with pytest.raises(DomainError, match="database_locked"), turn(tmp_path, longest=0.05):
            pass
        assert time.monotonic() - begun < 1
        holder.communicate("")
    with turn(tmp_path, longest=5):
        pass


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    """The system takes the lock back with `kill -9`, and nothing lies in the way."""
    with python("-c", HOLD, tmp_path) as holder:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with turn(tmp_path, longest=5):
            assert {path.name for path in tmp_path.iterdir()} >= set(FILES)


def test_two_who_wait_both_come_in(tmp_path: Path) -> None:
    """One waits inside the door, one outside; both get their turn after the holder."""
    with python("-c", HOLD, tmp_path) as holder, ExitStack() as stack:
        waiting = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", HOLD, str(tmp_path)],
                    cwd=ROOT,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for _ in range(2)
        ]
        holder.communicate("")
        assert [one.communicate(timeout=20)[0] for one in waiting] == ["held\n", "held\n"]


def test_a_body_that_fails_gives_the_turn_back(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="body"), turn(tmp_path):
        raise ValueError("body")
    with turn(tmp_path, longest=5):
        pass
