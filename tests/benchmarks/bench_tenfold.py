"""What ten times the data cost a person who waits: the ratios of the rows before this one (GOALS)."""

from __future__ import annotations

from tests.benchmarks.report import Report, last

MOST = 1.3
LITTLE = 0.15  # ms
WAITED = {
    "search": ("shown p50", "query p50"),
    "returned": ("ours p50", "window stored p50", "window line empty and ready p50"),
    "lists": ("post:", "requests:", "search:"),
    "start": ("key @", "rows @", "stored @"),
}


def measure(full: int) -> Report:
    """Reads what the other rows have kept; they must have been run at this size."""
    report = Report("tenfold", "Ten times the data", (full // 10, full))
    report.say(f"{full:,} visits against {full // 10:,}: median ms of each action that a person waits for.")
    dear: list[str] = []
    more: list[str] = []
    count = 0
    for row, names in WAITED.items():
        kept = last(row)
        if kept is None or full not in kept["sizes"]:
            report.say(f"  {row}: not measured at this size")
            continue
        figures = kept["figures"]
        for name, value in figures.items():
            what, _, size = name.partition(" @")
            tenth = figures.get(f"{what} @{full // 10}")
            if size != str(full) or not tenth or not any(part in name for part in names):
                continue
            if what.endswith((" p99", " rows")):
                continue
            if " +jobs" in what:
                continue
            rows = [figures.get(f"{what} rows @{at}") for at in report.sizes]
            ratio = value / tenth
            if rows[0] != rows[1]:
                more.append(f"{what} {ratio:.2f} for {rows[0]:.0f} → {rows[1]:.0f} rows")
                continue
            count += 1
            if ratio > MOST and value - tenth > LITTLE:
                dear.append(f"{row}: {what} {ratio:.2f} ({tenth:.2f} → {value:.2f} ms)")
    report.say(
        "A search is held against searches that show as many matches: ten times the people are more of them."
    )
    for line in dear:
        report.say(f"  {line}")
    report.say(f"  Left out, as there are other rows to show: {'; '.join(more)}")
    report.goal(f"≤ {MOST} × for any action: {count - len(dear)} of {count}", count > 0 and not dear)
    return report
