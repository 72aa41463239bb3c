"""What a row of the benchmark says: text, figures, goals; kept as JSON, so that the next run can compare."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build" / "benchmarks"
SLOWER, LITTLE = 1.25, 0.2  # from here on a figure of the last run is worth a line


@dataclass
class Report:
    """One row. Figures are named `what @size` and are ms, MB or ratios, as the name says."""

    name: str
    title: str
    sizes: tuple[int, ...] = ()
    lines: list[str] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)
    goals: list[tuple[str, bool]] = field(default_factory=list)
    quiet: bool = False

    def say(self, text: str = "") -> None:
        """A line of output, printed at once."""
        self.lines.append(text)
        if not self.quiet:
            print(text, flush=True)

    def figure(self, name: str, value: float) -> float:
        """Keeps a figure."""
        self.figures[name] = round(value, 4)
        return value

    def goal(self, text: str, met: bool) -> None:
        """Says whether a goal is reached."""
        self.goals.append((text, met))
        self.say(f"  {'reached' if met else 'MISSED '}  {text}")

    def check(self, same: bool, what: str) -> None:
        """Both sides must have done the same work, else the figures are worth nothing."""
        if not same:
            raise SystemExit(f"{self.name}: not the same work: {what}")

    def as_json(self) -> dict[str, Any]:
        """All of it, with when and under which load."""
        return {
            "name": self.name,
            "title": self.title,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "load": os.getloadavg()[0],
            "nice": priority(),
            "sizes": list(self.sizes),
            "lines": self.lines,
            "figures": self.figures,
            "goals": self.goals,
        }


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def p99(values: Sequence[float]) -> float:
    """Of a hundred, the second slowest (of fewer, the slowest)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


def ms(seconds: float) -> float:
    """Milliseconds."""
    return seconds * 1000


def kept(name: str) -> Path:
    """Where a row's last result lies."""
    return BUILD / f"{name}.json"


def last(name: str) -> dict[str, Any] | None:
    """A row's last result."""
    path = kept(name)
    found: dict[str, Any] | None = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    return found


def slower(before: dict[str, Any] | None, now: dict[str, Any]) -> list[str]:
    """What got slower (or larger) since the last run of the same sizes."""
    if before is None or before["sizes"] != now["sizes"]:
        return []
    found = []
    for name, value in now["figures"].items():
        old = before["figures"].get(name)
        # A list's p99 is the machine's worst moment, and below a fifth of a ms the clock's.
        if old and " p99" not in name and value > old * SLOWER and value - old > LITTLE:
            found.append(f"  more than on {before['at'][:16]}: {name}: {old:g} → {value:g}")
    return found


def priority() -> int:
    """How far this run goes before what else the machine does (negative); Linux weighs sessions, then processes."""
    group = Path("/proc/self/autogroup")
    own = os.nice(0)
    return own + int(group.read_text(encoding="ascii").split()[-1]) if group.is_file() else own


def machine() -> str:
    """The machine, in one line, without its name."""
    model = ""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        lines = [line for line in info.read_text(encoding="utf-8").splitlines() if "model name" in line]
        model = lines[0].partition(":")[2].strip() if lines else ""
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores {model}, "
        f"Python {platform.python_version()}"
    )


def write_page(out: Path, rows: Sequence[dict[str, Any]]) -> None:
    """`docs/benchmarks.md`: the goals first, then each row's own output."""
    goals = [(row["name"], text, met) for row in rows for text, met in row["goals"]]
    page = [
        "# Benchmarks",
        "",
        "Written by `make bench`, not by hand. Ratios hold where milliseconds drift: both",
        "sides of each comparison run in turn, in the same minutes, and are checked to have done the same work.",
        "Rows may come from several runs: each section says when it ran and how loaded the machine was.",
        "",
        f"{machine()}.",
        "",
        "| row | goal | |",
        "|---|---|---|",
        *(f"| {name} | {text} | {'reached' if met else '**missed**'} |" for name, text, met in goals),
        "",
    ]
    for row in rows:
        page += [
            f"## {row['title']}",
            "",
            f"{row['at'][:16].replace('T', ' ')} UTC, load of the machine {row['load']:.1f}"
            + (f"; this run went before it (nice {row['nice']})." if row.get("nice") else "."),
            "",
            "```",
            *row["lines"],
            "```",
            "",
        ]
    out.write_text("\n".join(page), encoding="utf-8")
