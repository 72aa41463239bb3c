"""Runs slices of parts side by side and keeps every result, so that a stopped torture goes on where it was."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from app.operations.demo import make_demo
from tests.torture.faultfs import environment
from tests.torture.parts import Part, Slice

UNTIL = datetime(2026, 3, 1, 10, tzinfo=UTC)
KEPT_FAULTS = 50
OUTCOME = re.compile(r"^(PASSED|FAILED|ERROR) (\S+)", re.MULTILINE)


@dataclass(slots=True)
class Result:
    """What a part has done so far. `sums` adds up the figures of its runs, `wrong` holds what was found."""

    name: str
    about: str
    program: str
    seed: int
    planned: int
    done: list[int] = field(default_factory=list)
    seconds: float = 0.0
    ended: str = ""
    sums: dict[str, int] = field(default_factory=dict)
    wrong: list[dict[str, Any]] = field(default_factory=list)


def program_version() -> str:
    """The commit, with a plus when the tree differs from it."""
    where = {"cwd": Path(__file__).parent, "capture_output": True, "text": True}
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], **where).stdout.strip()  # type: ignore[call-overload]
    changed = subprocess.run(["git", "status", "--porcelain", "--untracked-files=no"], **where).stdout.strip()  # type: ignore[call-overload]
    return f"{commit or 'unknown'}{'+' if changed else ''}"


class Runner:
    """Runs parts; `folder` keeps their results."""

    def __init__(self, folder: Path, seed: int, scale: float, workers: int) -> None:
        self.folder, self.seed, self.scale, self.workers = folder, seed, scale, workers
        self.program = program_version()
        self._results: dict[str, Result] = {}
        self._turn = Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def results(self) -> list[Result]:
        """All results that are kept, of this run and of earlier ones."""
        for path in sorted(self.folder.glob("*.json")):
            kept = Result(**json.loads(path.read_text(encoding="utf-8")))
            self._results.setdefault(kept.name, kept)
        return list(self._results.values())

    def run(self, part: Part, *, again: bool) -> None:
        """Runs what is left of a part."""
        planned = part.runs if part.tests else max(1, round(part.runs * self.scale))
        result = self._kept(part, planned, again)
        left = [
            (first, min(part.slice, planned - first))
            for first in range(0, planned, part.slice)
            if first not in result.done
        ]
        print(f"{part.name}: {planned} runs, {len(left)} slices left", flush=True)
        workers = 1 if part.tests else self.workers
        with ExitStack() as stack, ThreadPoolExecutor(workers) as pool:
            displays = [stack.enter_context(Display()) for _ in range(workers if part.display else 0)]
            work = [Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(workers)]
            site = work[0] / "made"
            make_demo(site, "hospital", visits=60, requests=20, seed=7, until=UNTIL)
            free = list(range(workers))

            def one(piece: tuple[int, int]) -> None:
                with self._turn:
                    place = free.pop()
                try:
                    display = displays[place].name if displays else ""
                    self._slice(part, result, Slice(site, work[place] / "runs", *piece, self.seed), display)
                finally:
                    with self._turn:
                        free.append(place)

            list(pool.map(one, left))
        self._keep(result)

    def _slice(self, part: Part, result: Result, piece: Slice, display: str) -> None:
        shutil.rmtree(piece.work, ignore_errors=True)
        piece.work.mkdir(parents=True)
        home = piece.work.with_name(f"{piece.work.name}-home")
        home.mkdir(exist_ok=True)
        env = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "YINGHOU_"))}
        env |= {"HOME": str(home), "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        env |= environment() if part.preload else {}
        begun = time.monotonic()
        done = subprocess.run(part.command(piece), env=env, capture_output=True, text=True, errors="replace")
        lines = _outcomes(done.stdout) if part.tests else _lines(done.stdout)
        (self.folder / f"{part.name}-{piece.first}.log").write_text(
            done.stdout + done.stderr, encoding="utf-8"
        )
        with self._turn:
            result.seconds += time.monotonic() - begun
            for line in lines:
                _add(result, line)
            if not part.tests and len(lines) != piece.count:
                said = (done.stderr.strip().splitlines() or ["nothing said"])[-1]
                result.wrong.append(
                    {"number": piece.first, "wrong": [f"ended after {len(lines)} runs: {said}"]}
                )
            result.done.append(piece.first)
            self._keep(result)
            print(f"  {part.name}: {len(result.done)} slices, {len(result.wrong)} found", flush=True)

    def _kept(self, part: Part, planned: int, again: bool) -> Result:
        path = self.folder / f"{part.name}.json"
        fresh = Result(part.name, part.about, self.program, self.seed, planned)
        if path.exists() and not again:
            kept = Result(**json.loads(path.read_text(encoding="utf-8")))
            if (kept.program, kept.seed, kept.planned) == (self.program, self.seed, planned):
                fresh = kept
        self._results[part.name] = fresh
        return fresh

    def _keep(self, result: Result) -> None:
        result.ended = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
        path = self.folder / f"{result.name}.json"
        part = path.with_suffix(".part")
        part.write_text(json.dumps(asdict(result), ensure_ascii=False, indent=1), encoding="utf-8")
        part.replace(path)


class Display:
    """An X server of our own, for one worker's windows."""

    def __enter__(self) -> Display:
        read, write = os.pipe()
        words = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1366x768x24", "-nolisten", "tcp"]
        self._server = subprocess.Popen(words, pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as answer:
            self.name = f":{answer.readline().strip()}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.terminate()
        self._server.wait(10)


def _lines(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines() if line.startswith("{")]


def _outcomes(out: str) -> list[dict[str, Any]]:
    """Pytest's own summary: one line a test."""
    found: list[dict[str, Any]] = [
        {"number": test, "tests": 1, "wrong": [] if outcome == "PASSED" else [outcome.lower()]}
        for outcome, test in OUTCOME.findall(out)
    ]
    if not found:
        print(out[-2000:], file=sys.stderr)
    return found or [{"number": 0, "wrong": ["pytest did not run"]}]


def _add(result: Result, line: dict[str, Any]) -> None:
    sums = result.sums
    sums["runs"] = sums.get("runs", 0) + 1
    for name, value in line.items():
        if isinstance(value, (bool, int)) and name not in ("number", "at"):
            sums[name] = sums.get(name, 0) + int(value)
    for code in line.get("codes", ()):
        sums[f"said {code}"] = sums.get(f"said {code}", 0) + 1
    if line["wrong"] and len(result.wrong) < KEPT_FAULTS:
        result.wrong.append(line)
