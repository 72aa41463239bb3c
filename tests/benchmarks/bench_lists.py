"""Every list opened, paged and filtered, and every search, at three sizes side by side: flat or not (GOALS)."""

from __future__ import annotations

import time
from contextlib import ExitStack

from app.operations.site import sign_in_as
from tests.benchmarks.report import Report, median, ms, p99
from tests.benchmarks.sites import demo, opened
from tests.looks import Look, post_lists, request_pages, searches, typed_of

BASE = 10_000
RUNS = 41
FLAT = 1.2
LITTLE = 0.15  # ms: below this a ratio is noise of the clock, not of the data


def measure(full: int) -> Report:
    """All looks, in turn at every size, so that the machine's moods fall on all alike."""
    base = min(BASE, full // 10)
    sizes = tuple(dict.fromkeys((base, full // 10, full)))
    report = Report("lists", "Lists and searches, by size", sizes)
    report.say(f"Median ms of {RUNS} calls of each query, in turn at every size, and the rows that it gave.")
    with ExitStack() as stack:
        looks: dict[int, dict[str, Look]] = {}
        for size in sizes:
            store = stack.enter_context(opened(demo(size)))
            guard, clerk = sign_in_as(store, "guard", "post"), sign_in_as(store, "clerk", "center")
            typed = next(one for one in typed_of(store, 300) if one.phone and one.plate and one.last_four)
            looks[size] = {f"post: {name}": look for name, look in post_lists(store, guard).items()}
            looks[size] |= {f"requests: {name}": look for name, look in request_pages(store, clerk).items()}
            found = searches(store, guard, clerk, typed)
            looks[size] |= {f"search: {name}": look for name, look in found.items()}
        _measure(report, looks, sizes)
    return report


def _measure(report: Report, looks: dict[int, dict[str, Look]], sizes: tuple[int, ...]) -> None:
    head = "".join(f"{f'{size:,}':>12} {'rows':>5}" for size in sizes)
    report.say(f"  {'':<38}{head}   ratio")
    base = sizes[0]
    uneven, steep, checked = [], [], 0
    for name in looks[base]:
        times: dict[int, list[float]] = {size: [] for size in sizes}
        rows = {size: len(looks[size][name]()) for size in sizes}
        for _ in range(RUNS):
            for size in sizes:
                start = time.perf_counter()
                looks[size][name]()
                times[size].append(time.perf_counter() - start)
        middle = {size: report.figure(f"{name} @{size}", ms(median(times[size]))) for size in sizes}
        for size in sizes:
            report.figure(f"{name} p99 @{size}", ms(p99(times[size])))
            report.figure(f"{name} rows @{size}", rows[size])
        ratio = middle[sizes[-1]] / middle[base]
        shown = "".join(f"{middle[size]:12.2f} {rows[size]:5}" for size in sizes)
        same = len(set(rows.values())) == 1
        note = "" if same else "  other rows"
        report.say(f"  {name:<38}{shown}   {ratio:5.2f}{note}")
        if not same:
            uneven.append(name)
            continue
        checked += 1
        if ratio > FLAT and middle[sizes[-1]] - middle[base] > LITTLE:
            steep.append(f"{name} {ratio:.2f}")
    report.check(checked > 40, f"only {checked} looks gave as many rows at every size")
    report.say()
    report.say(
        f"  {len(uneven)} looks have another number of rows at another size (more visits a day, more requests open)"
    )
    report.say("  and are left out of the goal; their figures stand above.")
    report.goal(
        f"≤ {FLAT} × from {base:,} to {sizes[-1]:,} visits: {checked - len(steep)} of {checked} looks"
        + (f"; not: {', '.join(steep)}" if steep else ""),
        not steep,
    )
