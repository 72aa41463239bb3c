"""docs/reliability.md: what was run, how often, on which machine, what was found."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.torture.runner import Result

HEAD = """# Reliability, as tortured

Written by `make torture` (resumable; `make test` runs a seeded sample of every part). What is proven, and how:

- **Nothing that was shown as saved is lost.** The process under test tells, through a pipe, each answer of *document
  returned* and each departure the moment it has it, before the screen can show it. After the kill or the fault, a
  judge opens the folder: every visit told is there with the number, the name and the held time that were told.
- **The file is sound.** `yinghou check` after every run: SQLite's integrity and foreign keys, every encryption tag, the
  audit chain, rows against their audit records, who is on site, the search keys.
- **Open registrations come back with their clocks right.** Each one that was begun and not told as saved is open (or
  saved after all), its receipt on the monotonic clock unchanged; it is then finished, and its held time is the time
  since its receipt, to 2 ms. In the window parts the window itself has to offer them, and F9 finishes them.
- **The surroundings.** Each fault is made to happen, the sentence is compared with the text of the user's language, and
  the registration is still in the line; once the fault is gone, F9 stores it.

"""


def write(path: Path, results: Sequence[Result]) -> None:
    """Writes the page anew from all results that are kept."""
    lines = [HEAD, "## Last run", "", f"Written {datetime.now(UTC):%Y-%m-%d %H:%M} UTC on {_machine()}.", ""]
    lines += [
        "| part | runs | of | found | seed | program | ended | time |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in results:
        runs, tests = one.sums.get("runs", 0), one.sums.get("tests", 0)
        planned = tests or one.planned
        lines.append(
            f"| {one.name} | {runs:,} | {planned:,} | {len(one.wrong)} | {one.seed} | {one.program} | {one.ended} | "
            f"{one.seconds / 60:.1f} min |"
        )
    lines.append("")
    for one in results:
        lines += [f"### {one.name}", "", f"{one.about[:1].upper()}{one.about[1:]}.", ""]
        figures = ", ".join(f"{name.replace('_', ' ')} {value:,}" for name, value in sorted(one.sums.items()))
        lines += [figures + "." if figures else "Not run yet.", ""]
        if one.wrong:
            lines += ["Found:", ""]
            lines += [
                f"- run {fault.get('number')}: {'; '.join(map(str, fault['wrong']))[:500]}"
                for fault in one.wrong
            ]
            lines.append("")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _machine() -> str:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return (
        f"{os.cpu_count()} × {model}, Linux {platform.release()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}"
    )
