"""`make bench`: measures every row, prints it, keeps it and writes docs/benchmarks.md.

`make bench ARGS="start search --small"` chooses rows and small sizes; `--visits N` another full size.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

from tests.benchmarks import report as kept
from tests.benchmarks.display import screen
from tests.benchmarks.sites import clean_environment, demo, requests_of

ROWS = ("start", "search", "returned", "lists", "pdf", "memory", "tenfold", "klm", "scans", "ocr", "watch")
FULL, SMALL = 1_000_000, 100_000
PAGE = kept.ROOT / "docs" / "benchmarks.md"


def main() -> int:
    """Runs the chosen rows, each in a process of its own."""
    parser = argparse.ArgumentParser(
        prog="make bench", description=__doc__.partition("\n")[0] if __doc__ else ""
    )
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)} (default: all)")
    parser.add_argument("--small", action="store_true", help=f"{SMALL:,} visits instead of {FULL:,}")
    parser.add_argument("--visits", type=int, help="the full size; a tenth of it is measured too")
    parser.add_argument(
        "--page", action="store_true", help="write the page also for another size than the full"
    )
    parser.add_argument("--child", choices=ROWS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    full = options.visits or (SMALL if options.small else FULL)
    if options.child:
        return _child(options.child, full)
    wanted = options.rows or list(ROWS)
    unknown = set(wanted) - set(ROWS)
    if unknown:
        parser.error(f"no such row: {', '.join(sorted(unknown))}; there are {', '.join(ROWS)}")
    kept.BUILD.mkdir(parents=True, exist_ok=True)
    print(f"{kept.machine()}; load {os.getloadavg()[0]:.1f}")
    print(f"{full:,} visits and {requests_of(full):,} requests, and a tenth of that\n")
    for size in sizes(full):
        demo(size)
    failed = []
    with screen():
        for row in [one for one in ROWS if one in wanted]:
            command = [sys.executable, "-m", "tests.benchmarks", "--child", row, "--visits", str(full)]
            if subprocess.run(command, cwd=kept.ROOT, env=clean_environment()).returncode:
                failed.append(row)
            print(flush=True)
    if full == FULL or options.page:
        results = [found for row in ROWS if (found := kept.last(row)) is not None]
        kept.write_page(PAGE, results)
        print(f"written: {PAGE.relative_to(kept.ROOT)}")
    if failed:
        print(f"could not be measured: {', '.join(failed)}")
    return 1 if failed else 0


def sizes(full: int) -> tuple[int, ...]:
    """The sites that are needed: nothing, what the flat rows are held against, a tenth, all."""
    return tuple(sorted({0, min(10_000, full // 10), full // 10, full}))


def _child(row: str, full: int) -> int:
    module = importlib.import_module(f"tests.benchmarks.bench_{row}")
    before = kept.last(row)
    report: kept.Report = module.measure(full)
    now = report.as_json()
    for line in kept.slower(before, now):
        print(line)
    path: Path = kept.kept(row)
    path.write_text(json.dumps(now, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
