"""Start → the entry line takes a key, first rows, *document returned* possible; against a bare PySide6 window."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from app.db.folder import DATABASE
from tests.benchmarks.report import ROOT, Report, median, ms
from tests.benchmarks.sites import clean_environment, scratch

RUNS = 9
PATIENCE = 15.0  # s; below the 20 s after which the program begins its daily backup
BARE_TIMES, BARE_MORE, SAME = 1.5, 1500.0, 0.10


def measure(full: int) -> Report:
    """At no visits, a tenth and all; the bare window in turn with each."""
    sizes = tuple(dict.fromkeys((0, full // 10, full)))
    report = Report("start", "Start → the line takes a key", sizes)
    report.say(
        "A process each, from before it is made. A key by XTEST as soon as the window is painted, counted when the"
    )
    report.say(
        "line has painted it; then F9, counted when the visit is in the file. Bare: PySide6, one line, one table."
    )
    report.say(f"Medians of {RUNS} starts, all in turn; one start of each before, uncounted.")
    found: dict[tuple[str, int], list[float]] = {}
    times: dict[int, list[float]] = {size: [] for size in sizes}
    with ExitStack() as stack:
        folders = {size: stack.enter_context(scratch(size)) for size in sizes}
        for turn in range(RUNS + 1):
            for size in sizes:
                plain = _start(["bare"], {"window", "key"}, None)
                wanted = {"window", "key", "stored"} | ({"rows"} if size else set())
                arguments = ["ours", "--data", str(folders[size]), "--station", "post", "--as", "guard"]
                mine = _start(arguments, wanted, folders[size])
                report.check(set(mine) >= wanted, f"{size:,} visits: only {sorted(mine)} were seen")
                if not turn:
                    continue
                times[size].append(mine["key"] / plain["key"])
                for what, seconds in plain.items():
                    found.setdefault((f"bare {what}", -1), []).append(seconds)
                for what, seconds in mine.items():
                    found.setdefault((what, size), []).append(seconds)
    _tell(report, sizes, {name: ms(median(seconds)) for name, seconds in found.items()}, times)
    return report


def _tell(
    report: Report,
    sizes: tuple[int, ...],
    of: dict[tuple[str, int], float],
    times: dict[int, list[float]],
) -> None:
    bare = report.figure("bare key", of["bare key", -1])
    report.say(f"\n  {'bare window':<22} painted {of['bare window', -1]:6.0f} ms   key {bare:6.0f} ms")
    for size in sizes:
        for what in ("window", "key", "rows", "stored"):
            if (what, size) in of:
                report.figure(f"{what} @{size}", of[what, size])
        report.say(
            f"  {f'ours, {size:,} visits':<22} painted {of['window', size]:6.0f} ms   key {of['key', size]:6.0f} ms   "
            f"first rows {of.get(('rows', size), float('nan')):6.0f} ms   F9 stored {of['stored', size]:6.0f} ms   "
            f"key, each start against the bare one before it: {median(times[size]):.2f} ×"
        )
    report.say()
    for size in sizes:
        ratio = report.figure(f"key ratio @{size}", median(times[size]))
        report.goal(f"{size:,} visits: key ≤ {BARE_TIMES} × bare: {ratio:.2f}", ratio <= BARE_TIMES)
        more = max(of.get(("rows", size), 0.0), of["stored", size]) - bare
        report.goal(f"{size:,} visits: rows and F9 ≤ bare + 1.5 s: + {more / 1000:.2f} s", more <= BARE_MORE)
    apart = abs(median(times[sizes[-1]]) / median(times[sizes[0]]) - 1)
    report.goal(
        f"the same within 10 % at {sizes[0]:,} and {sizes[-1]:,} visits: {apart:.0%} apart", apart <= SAME
    )


def _start(arguments: list[str], wanted: set[str], folder: Path | None) -> dict[str, float]:
    """One process from its making to the last of what is wanted; seconds by name."""
    found: dict[str, float] = {}
    before = _last_audit(folder)
    started = time.monotonic()
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.start_child", arguments[0], str(started), *arguments[1:]],
        cwd=ROOT,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    output = child.stdout

    def read() -> None:
        for line in output:
            found.update(json.loads(line))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        while not wanted <= set(found) and time.monotonic() - started < PATIENCE and child.poll() is None:
            if folder is not None and "key" in found and "stored" not in found:
                seq, action = _last_audit(folder)
                if seq > before[0] and action == "visits.document_returned":
                    found["stored"] = time.monotonic() - started
            time.sleep(0.002)
    finally:
        child.terminate()
        child.wait()
        reader.join()
    return found


def _last_audit(folder: Path | None) -> tuple[int, str]:
    if folder is None:
        return 0, ""
    connection = sqlite3.connect(f"file:{folder / DATABASE}?mode=ro", uri=True)
    try:
        row = connection.execute("SELECT seq, action FROM audit_records ORDER BY seq DESC LIMIT 1").fetchone()
    finally:
        connection.close()
    return row or (0, "")
