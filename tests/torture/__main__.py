"""`make torture`: every part by its full count, resumable (build/torture/*.json), written up in docs/reliability.md.

    python -m tests.torture [PART …] [--scale 1.0] [--seed 1] [--workers 2] [--again]

A part that was finished by the same program (the same commit and seed) is not run again unless `--again` is given; one
that was stopped goes on where it stopped.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tests.torture.parts import PARTS, Part
from tests.torture.report import write
from tests.torture.runner import Runner

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Runs what was asked for and writes the page; 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description="kills, faults and damage")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(part.name for part in PARTS))
    parser.add_argument("--scale", type=float, default=1.0, help="a fraction of the full count")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=min(4, os.cpu_count() or 1))
    parser.add_argument("--again", action="store_true", help="forget what was done before")
    args = parser.parse_args()
    unknown = set(args.parts) - {part.name for part in PARTS}
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    runner = Runner(ROOT / "build" / "torture", args.seed, args.scale, args.workers)
    wanted: list[Part] = [part for part in PARTS if not args.parts or part.name in args.parts]
    try:
        for part in wanted:
            runner.run(part, again=args.again)
    except KeyboardInterrupt:
        print("stopped; the same command goes on from here", file=sys.stderr)
        return 130
    finally:
        write(ROOT / "docs" / "reliability.md", runner.results())
    return 1 if any(result.wrong for result in runner.results()) else 0


if __name__ == "__main__":
    sys.exit(main())
