"""`kill -9` of the real window at random moments while it registers: what it showed as saved, and what comes back.

Each run goes on with the folder that the kill before left: the window is opened again, its open registrations must be
those of the file with their clocks right, F9 finishes them, then it registers until it is killed.

    python -m tests.torture.windows FOLDER WORK --first 0 --count 150 --seed 1      one JSON line a run
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.db.folder import open_store
from app.operations.site import sign_in_as
from app.queries.visits import OpenRegistration, open_registrations
from tests.e2e.stage import State, Window, no_traceback
from tests.torture.judge import TOLERANCE, Judged, judge
from tests.torture.registering import Told

LONGEST_SECONDS = 1.0
ROUNDS = 25


class KilledWindow:
    """One data folder whose window is killed again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.told: list[Told] = []

    def run(self, seed: int) -> dict[str, Any]:
        """Opens the window, finishes what is open, registers, is killed; one in ten dies while it opens."""
        chance = random.Random(seed)
        waiting = _waiting(self.folder)
        wrong: list[str] = []
        begun = time.clock_gettime(time.CLOCK_BOOTTIME)
        finished = 0
        with Window(self.folder) as window:
            if chance.random() < 0.1:
                _listen(window, chance.uniform(0.0, 1.2))
            else:
                wrong += _came_back(window.ready(), waiting)
                finished = _finish(window, waiting)
                wrong += _clocks(window.saved(), waiting, begun)
                window.send(play=seed)
                _listen(window, chance.uniform(0.0, LONGEST_SECONDS))
            window.kill()
            wrong += no_traceback(window)
            self.told += window.told
            saved = len(window.saved())
        judged: Judged = judge(self.folder, self.told, go_on=False)
        return {
            "saved": saved,
            "open": judged.came_back,
            "finished": finished,
            "refused": window.refusals(),
            "wrong": [*wrong, *judged.wrong],
        }


def _listen(window: Window, seconds: float) -> None:
    late = time.monotonic() + seconds
    while (left := late - time.monotonic()) > 0:
        window.listen(left)


def _waiting(folder: Path) -> list[OpenRegistration]:
    opened = open_store(folder)
    try:
        return open_registrations(opened.store, sign_in_as(opened.store, "guard", "post"))
    finally:
        opened.close()


def _came_back(shown: State, waiting: list[OpenRegistration]) -> list[str]:
    """The window offers what the file holds as open, each with the clock of its receipt."""
    rows = {row["visit"]: row for row in shown["open"]}
    wrong = []
    for one in waiting:
        row = rows.pop(str(one.visit_id), None)
        if row is None:
            wrong.append(f"{one.number} is open and not offered again")
        elif row["estimated"] or abs(row["since"] - one.received_monotonic) > TOLERANCE:
            wrong.append(f"the clock of {one.number} does not run from its receipt")
    return wrong + [f"{name} is offered and not open" for name in rows]


def _finish(window: Window, waiting: list[OpenRegistration]) -> int:
    for _ in waiting:
        window.keys("F9")
    shown = window.state()
    return len(waiting) - len(shown["open"])


def _clocks(saved: list[Told], waiting: list[OpenRegistration], begun: float) -> list[str]:
    """What was finished after the crash was held at least since its receipt."""
    receipts = {str(one.visit_id): one.received_monotonic for one in waiting}
    wrong = [
        f"{one.number} did not go back"
        for one in waiting
        if str(one.visit_id) not in {s.visit for s in saved}
    ]
    for one in saved:
        least = begun - receipts[one.visit] if one.visit in receipts else 0.0
        if one.held is not None and one.held < least - TOLERANCE:
            wrong.append(f"{one.number}: {one.held} s held, at least {least:.3f} s went by")
    return wrong


def runs(args: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The results, one by one."""
    killed: KilledWindow | None = None
    for place in range(args.count):
        if killed is None or place % ROUNDS == 0:
            shutil.rmtree(args.work / "site", ignore_errors=True)
            killed = KilledWindow(Path(shutil.copytree(args.folder, args.work / "site")))
        number = args.first + place
        yield {"number": number} | killed.run(args.seed * 1_000_003 + number)


def main() -> int:
    """Runs what was asked for; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    bad = 0
    for result in runs(args):
        bad += bool(result["wrong"])
        print(json.dumps(result, ensure_ascii=False), flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
