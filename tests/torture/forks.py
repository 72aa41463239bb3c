"""Kills and faults by the thousand: this process forks a guard, ends it or lets its disk fail, and judges what is left.

A process of its own (`python -m tests.torture.forks …`), single-threaded, so that forking is safe and a run costs
milliseconds; one JSON line a run on stdout.

    kills FOLDER WORK --first 0 --count 300 --seed 1       SIGKILL at a random moment
    faults FOLDER WORK --first 0 --count 100 --seed 1      the n-th call below the folder fails (preloaded library)
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import random
import select
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.torture.faultfs import Faults, Kind
from tests.torture.judge import judge
from tests.torture.registering import Told, heard, register, to_pipe

LONGEST_SECONDS = 0.25
ROUNDS = 40  # runs on one copy of the site; each takes it over as the one before left it
STEPS = 6
FLAVOURS: tuple[tuple[str, Kind, int, bool, bool], ...] = (
    # name, which calls, the error, for ever, torn
    ("write fails once", Kind.WRITE, errno.EIO, False, False),
    ("disk full from then on", Kind.WRITE, errno.ENOSPC, True, False),
    ("half a write, then full", Kind.WRITE, errno.ENOSPC, True, True),
    ("flush fails once", Kind.SYNC, errno.EIO, False, False),
    ("flush fails from then on", Kind.SYNC, errno.EIO, True, False),
    ("truncation fails", Kind.TRUNCATE, errno.EIO, False, False),
    ("read fails once", Kind.READ, errno.EIO, False, False),
    (
        "everything fails from then on",
        Kind.WRITE | Kind.SYNC | Kind.TRUNCATE | Kind.READ,
        errno.EIO,
        True,
        False,
    ),
    ("read-only from then on", Kind.WRITE | Kind.OPEN | Kind.TRUNCATE, errno.EROFS, True, False),
)


def child(body: Callable[[int], object]) -> tuple[int, int]:
    """Forks; `body` gets the end of a pipe to tell into. Answers the child's id and our end of the pipe."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(ours)
        status = 1
        try:
            body(theirs)
            status = 0
        except BaseException as fault:  # noqa: BLE001  # whatever it is, it is told and judged as a bug
            os.write(theirs, Told("broken", code=f"{type(fault).__name__}: {fault}"[:400]).line())
        finally:
            os._exit(status)
    os.close(theirs)
    return pid, ours


def listen(pipe: int, seconds: float, until: bytes = b"") -> bytes:
    """What comes out of a pipe within so many seconds, or until a word or the end came."""
    raw, late = b"", time.monotonic() + seconds
    while (left := late - time.monotonic()) > 0:
        if select.select([pipe], [], [], left)[0]:
            more = os.read(pipe, 65536)
            raw += more
            if not more or (until and until in raw):
                break
    return raw


def drain(pipe: int) -> bytes:
    """The rest, up to the end."""
    raw = b""
    while more := os.read(pipe, 65536):
        raw += more
    os.close(pipe)
    return raw


def kill_once(folder: Path, seed: int) -> dict[str, object]:
    """One guard, killed at a random moment: most while registering, one in eight while opening the site."""
    chance = random.Random(seed)
    pid, pipe = child(lambda end: register(folder, seed, to_pipe(end)))
    opening = chance.random() < 0.125
    raw = b"" if opening else listen(pipe, 20.0, b'"ready"')
    raw += listen(pipe, chance.uniform(0.0, 0.06 if opening else LONGEST_SECONDS))
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    told = heard(raw + drain(pipe))
    judged = judge(folder, told)
    wrong = [*judged.wrong, *(f"not killed: {status}" for _ in [0] if os.WTERMSIG(status) != signal.SIGKILL)]
    return _result(told, wrong, judged.came_back)


def fault_once(folder: Path, seed: int, faults: Faults) -> dict[str, object]:
    """One guard whose disk fails at the n-th call, the flavours in turn: from the opening on, or while registering."""
    name, kinds, error, forever, torn = FLAVOURS[seed // 2 % len(FLAVOURS)]
    at, opening = 1 + seed // 2 // len(FLAVOURS), seed % 2 == 0

    def body(end: int) -> None:
        to_us = to_pipe(end)

        def arm() -> None:
            faults.arm(folder, kinds, at=at, error=error, forever=forever, torn=torn)

        def tell(told: Told) -> None:
            to_us(told)
            if told.what == "ready" and not opening:
                arm()

        if opening:
            arm()
        register(folder, seed, tell, STEPS)
        tell(Told("ended", held=float(faults.failed())))

    pid, pipe = child(body)
    told = heard(drain(pipe))
    os.waitpid(pid, 0)
    judged = judge(folder, told)
    wrong = [*judged.wrong, *(one.code for one in told if one.what == "broken")]
    result = _result(told, wrong, judged.came_back)
    hits = sum(int(one.held or 0) for one in told if one.what == "ended")
    codes = sorted({one.code for one in told if one.what == "refused"})
    return result | {
        "flavour": name,
        "while": "opening" if opening else "registering",
        "at": at,
        "hit": hits > 0,
        "codes": codes,
    }


def _result(told: list[Told], wrong: list[str], came_back: int) -> dict[str, object]:
    saved = sum(one.what == "saved" for one in told)
    return {
        "saved": saved,
        "came_back": came_back,
        "refused": sum(one.what == "refused" for one in told),
        "wrong": wrong,
    }


def runs(args: argparse.Namespace) -> Iterator[dict[str, object]]:
    """The results, one by one; the site is copied anew after some runs, so that judging stays quick."""
    faults = Faults() if args.what == "faults" else None
    site: Path = args.work / "site"
    for place in range(args.count):
        number = args.first + place * args.step
        if place % ROUNDS == 0:
            shutil.rmtree(site, ignore_errors=True)
            shutil.copytree(args.folder, site)
        if faults is not None:
            result = fault_once(site, number, faults)
        else:
            result = kill_once(site, args.seed * 1_000_003 + number)
        yield {"number": number} | result
    shutil.rmtree(site, ignore_errors=True)


def main() -> int:
    """Runs what was asked for; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("kills", "faults"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--step", type=int, default=1, help="numbers so far apart, for a sample")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    bad = 0
    for result in runs(args):
        bad += bool(result["wrong"])
        print(json.dumps(result, ensure_ascii=False), flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
