"""Scanners that type like a keyboard: how many scans arrive whole, how often a person is taken for one (VIS-8).

`python -m tests.benchmarks.bench_scans [--scans 1000] [--words 40000] [--seed 1] [--parts rule people quiet busy]`
"""

from __future__ import annotations

import argparse

from tests.benchmarks.report import Report, median, ms, p99
from tests.scan_runs import ScanRun, busy_machine, scan_often, scanned_window
from tests.scanning import count_scans, count_typists

SIMULATED, TYPED, WORDS = 10_000, 1_000, 40_000
WHOLE = 99.9
PARTS = ("rule", "people", "quiet", "busy")


def measure(_full: int) -> Report:
    """The row of the benchmark: everything."""
    return measured(TYPED, WORDS, 1, PARTS)


def measured(scans: int, words: int, seed: int, parts: tuple[str, ...]) -> Report:
    """The parts that are asked for."""
    report = Report("scans", "Scanner that types like a keyboard → whole, and nothing of it in a field")
    if "rule" in parts:
        counted = count_scans(SIMULATED, seed)
        share = 100 * counted.whole / counted.scans
        report.figure("simulated whole %", share)
        report.say(
            f"{counted.scans:,} made-up scans, four kinds, gaps of 1–25 ms, a quarter each in lumps and with pauses: "
            f"{counted.whole:,} whole ({share:.2f} %), {counted.wrong} wrong, {counted.refused} not taken, "
            f"{counted.soiled} fields soiled"
        )
        report.goal(f"simulated: ≥ {WHOLE} % whole: {share:.2f} %", share >= WHOLE and not counted.wrong)
    if "people" in parts:
        _people(report, words, seed)
    for part in ("quiet", "busy"):
        if part in parts:
            _typed(report, part, scans, seed)
    return report


def _people(report: Report, words: int, seed: int) -> None:
    for manner, about in (
        ("even", "30–140 ms a key"),
        ("bursts", "bursts of 3–8 keys at 30–60 ms"),
        ("rolls", "every third key begins a roll of 2–3 fingers at 12–35 ms"),
    ):
        typed = count_typists(words, seed, manner)
        report.figure(f"people, {manner}: false scans", typed.false)
        report.figure(f"people, {manner}: held back per 100,000 keys", 1e5 * typed.taken / typed.keys)
        report.say(
            f"people, {about}: {typed.keys:,} keys, {typed.false} taken for a scan; held back for a moment and given "
            f"back as letters {typed.taken} times ({1e5 * typed.taken / typed.keys:.1f} in 100,000 keys)"
        )
        report.goal(f"people, {manner}: none is taken for a scan: {typed.false}", typed.false == 0)


def _typed(report: Report, part: str, scans: int, seed: int) -> None:
    with scanned_window() as (window, keys):
        if part == "busy":
            with busy_machine():
                run = scan_often(window, keys, scans, seed)
        else:
            run = scan_often(window, keys, scans, seed)
    about = "both cores busy" if part == "busy" else "nothing else to do"
    report.figure(f"{part} whole %", run.share)
    report.figure(f"{part} last key → told p50", ms(median(run.filled)))
    report.figure(f"{part} last key → told p99", ms(p99(run.filled)))
    report.say(
        f"{run.scans:,} scans as real X key events, ibus with libpinyin in Chinese mode, {about}: {run.whole:,} whole "
        f"({run.share:.1f} %), {run.wrong} wrong, {run.soiled} fields soiled; last key → told p50 "
        f"{ms(median(run.filled)):.1f} ms, p99 {ms(p99(run.filled)):.1f} ms"
    )
    _say_missed(report, run)
    report.goal(f"{part}: ≥ {WHOLE} % whole: {run.share:.2f} %", run.share >= WHOLE and not run.wrong)


def _say_missed(report: Report, run: ScanRun) -> None:
    for one in run.missed[:20]:
        report.say(f"  {one}")


def main() -> None:
    """The same without the sites that the other rows need."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bench_scans")
    parser.add_argument("--scans", type=int, default=TYPED)
    parser.add_argument("--words", type=int, default=WORDS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parts", nargs="*", choices=PARTS, default=PARTS)
    options = parser.parse_args()
    measured(options.scans, options.words, options.seed, tuple(options.parts))


if __name__ == "__main__":
    main()
