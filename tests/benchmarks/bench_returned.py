"""*Document returned* → on the disk, against plain sqlite3 writing the same rows, indexes and audit record (GOALS)."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.db.engine import DURABLE
from app.db.folder import DATABASE
from app.domain.people import Actor
from app.domain.visits import Fields
from app.operations import visits as operations
from app.operations.opening import Store
from app.operations.site import sign_in_as
from app.queries import site as site_queries
from app.queries.visitor_search import matches
from tests.benchmarks.report import Report, median, ms, p99
from tests.benchmarks.sites import opened, scratch
from tests.benchmarks.window import window
from tests.looks import typed_of

TIMES = 300
IN_WINDOW = 60
MEDIAN_MORE, P99_MORE = 3.0, 10.0
COUNTER = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
static int count;
int fsync(int f) { count++; return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(f); }
int fdatasync(int f) { count++; return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(f); }
int flushes(void) { return count; }
"""


class Recorder:
    """The writing statements of one transaction, in order, as the driver gets them, and the commits."""

    def __init__(self, engine: sa.Engine) -> None:
        self.statements: list[tuple[str, Any, bool]] = []
        self.commits = 0
        self.rows = 0
        sa.event.listen(engine, "after_cursor_execute", self._executed)
        sa.event.listen(engine, "commit", self._committed)

    def clear(self) -> None:
        """A new transaction."""
        self.statements.clear()
        self.commits = self.rows = 0

    def _executed(
        self, connection: Any, cursor: Any, text: str, given: Any, context: Any, many: bool
    ) -> None:
        if text.startswith(("INSERT", "UPDATE", "DELETE")):
            self.statements.append((text, given, many))
            self.rows += cursor.rowcount

    def _committed(self, connection: Any) -> None:
        self.commits += 1


def measure(full: int) -> Report:
    """Both sizes: the operation beside its replay, and through the window."""
    report = Report("returned", "Document returned → durable and ready", (full // 10, full))
    report.say(
        f"{TIMES} registrations, half of returning visitors; each written by the operation into one copy of the site"
    )
    report.say(
        "and by sqlite3 into another: the same statements, indexes, audit record, pragmas and file system, in turn."
    )
    for size in report.sizes:
        with scratch(size) as ours, scratch(size, name="plain") as plain:
            _against(report, ours, plain, size)
        with scratch(size) as folder:
            _through_the_window(report, folder, size)
    _flushes(report, full // 10)
    return report


def _against(report: Report, ours: Path, plain: Path, size: int) -> None:
    raw = sqlite3.connect(plain / DATABASE, isolation_level=None)
    for pragma in DURABLE:
        raw.execute(pragma)
    taken: dict[str, list[float]] = {"ours": [], "plain": []}
    commits = 0
    with opened(ours) as store:
        guard = sign_in_as(store, "guard", "post")
        _replay_sign_in(store, raw)
        recorder = Recorder(store.engine)
        people = typed_of(store, TIMES // 2)
        keys = []
        for turn in range(TIMES):
            fields = _fields(store, guard, people[turn // 2].name if turn % 2 else "", turn)
            key, started = operations.new_visit(), operations.stamp(store)
            recorder.clear()
            operations.begin(store, guard, key, started, fields)
            _replay(raw, recorder.statements)
            recorder.clear()
            start = time.perf_counter()
            operations.document_returned(store, guard, key, started, operations.stamp(store), fields)
            taken["ours"].append(time.perf_counter() - start)
            commits += recorder.commits
            start = time.perf_counter()
            rows = _replay(raw, recorder.statements)
            taken["plain"].append(time.perf_counter() - start)
            report.check(rows == recorder.rows, f"{rows} rows written, wanted {recorder.rows}")
            keys.append(key.bytes)
        _same_rows(report, store, raw, keys)
    raw.close()
    figures = {side: (ms(median(times)), ms(p99(times))) for side, times in taken.items()}
    for side, (middle, slow) in figures.items():
        report.figure(f"{side} p50 @{size}", middle)
        report.figure(f"{side} p99 @{size}", slow)
    (mine, my_slow), (theirs, their_slow) = figures["ours"], figures["plain"]
    report.say(
        f"\n{size:,} visits: operation p50 {mine:.2f} ms p99 {my_slow:.2f} ms, sqlite3 p50 {theirs:.2f} ms "
        f"p99 {their_slow:.2f} ms, ratio {mine / theirs:.2f}; {commits / TIMES:g} commits each"
    )
    report.goal(f"{size:,} visits: exactly one commit: {commits} of {TIMES}", commits == TIMES)
    report.goal(
        f"{size:,} visits: median ≤ sqlite3's + 3 ms: + {mine - theirs:.2f} ms", mine - theirs <= MEDIAN_MORE
    )
    report.goal(
        f"{size:,} visits: p99 ≤ sqlite3's + 10 ms: {my_slow - their_slow:+.2f} ms",
        my_slow - their_slow <= P99_MORE,
    )


def _fields(store: Store, guard: Actor, known: str, turn: int) -> Fields:
    """What a guard has taken when F9 is pressed: a returning visitor's match, or a new visitor typed."""
    [host, *_] = site_queries.hosts(store, guard, "gu")
    if known:
        match = matches(store, guard, known)[0]
        return Fields(
            visitor_id=match.visitor_id,
            visitor=match.name,
            document_kind=match.document_kind,
            plate=match.plate,
            host_id=match.host_id,
            host=match.host,
            purpose=match.purpose,
            way_in="returning",
        )
    random = Random(turn)
    number = f"21010219{random.randint(60, 99)}0412{random.randint(1000, 9999)}"
    return Fields(
        visitor="慕容" + "雪花梅兰竹菊春夏秋冬"[turn // 2 % 10],
        document_number=number,
        host_id=host.customer_id,
        host=host.text,
        purpose="送货",
    )


def _replay(raw: sqlite3.Connection, statements: list[tuple[str, Any, bool]]) -> int:
    """Writes the same rows in one transaction; answers how many."""
    rows = 0
    raw.execute("BEGIN IMMEDIATE")
    for text, given, many in statements:
        rows += (raw.executemany(text, given) if many else raw.execute(text, given)).rowcount
    raw.execute("COMMIT")
    return rows


def _replay_sign_in(store: Store, raw: sqlite3.Connection) -> None:
    """What was written before the first registration (a sign-in) is copied, so that both files are the same."""
    with store.reading() as connection:
        for table in ("audit_records", "change_records"):
            query = f"SELECT * FROM {table} ORDER BY seq DESC LIMIT 5"
            mine = {tuple(row) for row in connection.exec_driver_sql(query)}
            for row in sorted(mine - set(raw.execute(query)), key=str):
                raw.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)


def _same_rows(report: Report, store: Store, raw: sqlite3.Connection, keys: list[bytes]) -> None:
    """The visits, their visitors, who is on site and the audit chain are the same in both files, to the byte."""
    some = ",".join("?" * len(keys))
    site = (store.site.site_id,)
    for query, given in (
        (f"SELECT * FROM visits WHERE site_id = ? AND id IN ({some}) ORDER BY id", (*site, *keys)),
        (
            f"SELECT * FROM on_site WHERE site_id = ? AND visit_id IN ({some}) ORDER BY visit_id",
            (*site, *keys),
        ),
        (f"SELECT * FROM audit_records WHERE site_id = ? ORDER BY seq DESC LIMIT {2 * len(keys)}", site),
        (f"SELECT * FROM change_records WHERE site_id = ? ORDER BY seq DESC LIMIT {2 * len(keys)}", site),
        ("SELECT count(*) FROM visitor_recency WHERE site_id = ?", site),
    ):
        with store.reading() as connection:
            mine = [tuple(row) for row in connection.exec_driver_sql(query, given)]
        report.check(bool(mine) and mine == raw.execute(query, given).fetchall(), query[:60])


def _through_the_window(report: Report, folder: Path, size: int) -> None:
    """F9 pressed → stored on the disk, and → the line painted empty and ready."""
    stored: list[float] = []
    ready: list[float] = []
    with window(folder) as here:
        registration = here.page.registration
        done = [0.0]
        emptied = [0.0]

        def note(_row: object) -> None:
            done[0] = time.perf_counter()

        registration.stored.connect(note)
        for one in typed_of(here.store, IN_WINDOW):
            for letter in one.initials:
                here.letter(letter, registration.line)
            here.settle()
            here.press(Qt.Key.Key_Return, "\r", target=registration.line)
            here.settle()
            done[0] = 0.0
            pressed = time.perf_counter()
            QTest.keyClick(registration.line, Qt.Key.Key_F9)
            emptied[0] = time.perf_counter()
            registration.line.update()
            here.wait(lambda: here.painted["line"] > emptied[0])
            ready.append(here.painted["line"] - pressed)
            here.wait(lambda: bool(done[0]))
            stored.append(done[0] - pressed)
            here.settle()
        report.check(len(stored) == IN_WINDOW, "registrations through the window")
    for name, times in (("stored", stored), ("line empty and ready", ready)):
        middle, slow = ms(median(times)), ms(p99(times))
        report.figure(f"window {name} p50 @{size}", middle)
        report.figure(f"window {name} p99 @{size}", slow)
        report.say(
            f"  through the window: {name:<22} p50 {middle:6.2f} ms   p99 {slow:6.2f} ms   {len(times)} times"
        )


def _flushes(report: Report, size: int) -> None:
    """How often one F9 asks the system to flush to the disk, counted below sqlite."""
    compiler = shutil.which("cc")
    if compiler is None:
        report.say("\nflushes not counted: there is no C compiler here")
        return
    with scratch(size) as folder:
        source, library = folder / "flushes.c", folder / "flushes.so"
        source.write_text(COUNTER, encoding="ascii")
        subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
        command = [sys.executable, "-m", "tests.benchmarks.bench_returned", str(folder), str(library)]
        environment = {**os.environ, "LD_PRELOAD": str(library)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    counts = [int(part) for part in done.stdout.split()]
    one = sum(count == 1 for count in counts)
    report.say(
        f"\nflushes asked of the system by each of {len(counts)} F9s: {sorted(set(counts))} (more: a checkpoint)"
    )
    report.goal(
        f"one flush for each F9: {one} of {len(counts)}", one >= 0.9 * len(counts) and min(counts) == 1
    )


def _count_flushes(folder: Path, library: Path) -> None:
    import ctypes

    flushes = ctypes.CDLL(str(library)).flushes
    with opened(folder) as store:
        guard = sign_in_as(store, "guard", "post")
        for turn in range(40):
            fields = _fields(store, guard, "", turn)
            key, started = operations.new_visit(), operations.stamp(store)
            operations.begin(store, guard, key, started, fields)
            before = flushes()
            operations.document_returned(store, guard, key, started, operations.stamp(store), fields)
            print(flushes() - before)


if __name__ == "__main__":
    _count_flushes(Path(sys.argv[1]), Path(sys.argv[2]))
