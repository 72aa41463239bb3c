"""The visit log against the same text drawn straight on a reportlab canvas (GOALS, speed table: at most 1.5 ×).

`python -m tests.benchmarks pdf` (or `python -m tests.benchmarks.bench_pdf [rows …]` for other sizes) prints, for each
size, the median seconds of both sides and their ratio, and each side's peak memory over that of a process that has only
imported and loaded the fonts. Every run is a process of its own, both sides in turn. The plain side gets the log's own
cells, at the same places, with `drawString` and `drawRightString`; that both drew the same text is checked by reading
both PDFs back with pdftotext.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from tests.benchmarks.report import Report

TITLE = "PDF visit log against a canvas"
SIZES = (2_000, 20_000)
LARGEST = 200_000  # rows, with the full size
RUNS = 5
TIMES, MORE_MB, LINEAR = 1.5, 20.0, 1.15


def ours(rows: int, out: Path) -> float:
    """Seconds to print the visit log."""
    from app.words import Words
    from reports.visits import visit_log
    from tests.reports.samples import visit_log_of

    log = visit_log_of(rows)
    words = Words("zh_CN")
    start = time.perf_counter()
    visit_log(log, words, out)
    return time.perf_counter() - start


def plain(rows: int, out: Path) -> float:
    """Seconds to draw the same cells, page furniture included, with nothing but a canvas."""
    from typing import Any

    from reportlab.pdfgen.canvas import Canvas

    from app.words import Words
    from reports import visits
    from reports.fonts import BOLD, FALLBACK, REGULAR, embed
    from reports.pen import pdf_document
    from tests.reports.samples import visit_log_of

    log = visit_log_of(rows)
    words = Words("zh_CN")
    edges = (71, 117, 144, 206, 240, 320, 378, 411, 437, 447, 477, 508)
    header = [words(f"reports.{code}") if code else "" for code in HEADER]
    start = time.perf_counter()
    settings: dict[str, Any] = {"initialFontName": REGULAR, "invariant": 1}
    canvas = Canvas(str(out), **settings)
    y = 0.0
    for row in visits.log_rows(log, words):
        if y < 90:
            if y:
                canvas.showPage()
            canvas.setFont(BOLD, 8.5)
            for x, text in zip(edges, header, strict=True):
                canvas.drawString(x, 740, text)
            canvas.setFont(REGULAR, 8.5)
            canvas.drawString(71, 780, FURNITURE)
            canvas.drawString(71, 52, "打印：王建国 2026-11-23 15:58")
            canvas.drawRightString(544, 52, f"第 {canvas.getPageNumber()} 页，共 {rows} 页")
            y = 722.0
        for place, (x, text) in enumerate(zip(edges, row.cells, strict=True)):
            for line, part in enumerate(text.split("\n")):
                if not part:
                    continue
                if "𠮷" in part:
                    canvas.setFont(FALLBACK, 8.5)
                if place == RIGHT_ALIGNED:
                    canvas.drawRightString(x + 24, y - 11.5 * line, part)
                else:
                    canvas.drawString(x, y - 11.5 * line, part)
                if "𠮷" in part:
                    canvas.setFont(REGULAR, 8.5)
        canvas.line(71, y - 5, 544, y - 5)
        y -= 17.3 if "\n" not in row.cells[2] else 28.8
    canvas.showPage()
    embed(pdf_document(canvas))
    canvas.save()
    return time.perf_counter() - start


HEADER = (
    "number", "time", "visitor_plate", "document_kind", "document_number", "host", "purpose", "held", "", "pass",
    "left", "marks",
)  # fmt: skip
FURNITURE = (
    "安和物业服务有限公司 市第一医院物业服务中心 样例 表 VIS-01 · 第 1 版 来访登记日报 · 东门岗 · 2026-11-23"
)
RIGHT_ALIGNED = 7
SIDES = {"ours": ours, "canvas": plain}


def _child(side: str, rows: int, out: Path) -> None:
    """One measurement, printed as JSON: seconds, and peak memory above what importing and loading fonts takes (MB)."""
    from reports.fonts import BOLD, FALLBACK, REGULAR, face

    for name in (REGULAR, BOLD, FALLBACK):
        face(name)
    before = _peak()
    seconds = SIDES[side](rows, out)
    peak = _peak()
    print(json.dumps({"seconds": seconds, "memory": (peak - before) / 1024}))


def _peak() -> int:
    """This process's peak memory in kB; `ru_maxrss` alone may be that of the parent that started it."""
    status = Path("/proc/self/status")
    if status.is_file():
        lines = status.read_text(encoding="ascii").splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("VmHWM")))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _text(pdf: Path) -> str:
    return subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True).stdout


def _cell_characters(texts: dict[str, str], rows: int, folder: Path) -> dict[str, Counter[str]]:
    """How often each character of the cells stands in each text, but for those of title, header, foot and notes."""
    from app.words import Words
    from reports.visits import visit_log
    from tests.reports.samples import visit_log_of

    empty = folder / "empty.pdf"
    visit_log(replace(visit_log_of(rows), rows=()), Words("zh_CN"), empty)
    furniture = set(_text(empty)) | set(FURNITURE) | set("0123456789 \n\f")
    return {side: Counter(char for char in text if char not in furniture) for side, text in texts.items()}


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("rows", nargs="*", type=int, default=list(SIZES))
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--child", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        _child(options.child, options.rows[0], options.out)
        return
    _measure(Report("pdf", TITLE, tuple(options.rows)), tuple(options.rows), options.runs)


def measure(full: int) -> Report:
    """A row of `make bench`: a tenth of the largest, and the largest when the sites have their full size."""
    rows = (*SIZES, LARGEST) if full >= 1_000_000 else SIZES
    report = Report("pdf", TITLE, rows)
    _measure(report, rows, RUNS)
    return report


def _measure(report: Report, sizes: tuple[int, ...], runs: int) -> None:
    report.say(
        "The visit log against the same text on a reportlab canvas; medians of a process each, both sides in turn."
    )
    seconds = {rows: _compare(report, rows, runs if rows <= SIZES[-1] else 1) for rows in sizes}
    if len(sizes) > 1:
        each = {rows: seconds[rows] / rows for rows in sizes}
        growth = each[sizes[-1]] / each[sizes[-2]]
        report.goal(
            f"linear: a row of {sizes[-1]:,} takes {growth:.2f} × one of {sizes[-2]:,}", growth <= LINEAR
        )


def _compare(report: Report, rows: int, runs: int) -> float:
    measured: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(runs):
            for side in SIDES:
                out = Path(folder) / f"{side}.pdf"
                command = [sys.executable, "-m", __spec__.name, str(rows), "--child", side, "--out", str(out)]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                measured[side].append(json.loads(done.stdout))
        pdfs = {side: Path(folder) / f"{side}.pdf" for side in SIDES}
        sizes = {side: pdf.stat().st_size / 1024 for side, pdf in pdfs.items()}
        texts = {side: _text(pdf) for side, pdf in pdfs.items()}
        characters = _cell_characters(texts, rows, Path(folder))
    counts = {side: text.count("1123-E") for side, text in texts.items()}
    report.check(set(counts.values()) == {rows}, f"{counts} rows, wanted {rows}")
    report.check(
        characters["ours"] == characters["canvas"], f"text: {characters['ours'] - characters['canvas']}"
    )
    seconds = {side: statistics.median(run["seconds"] for run in taken) for side, taken in measured.items()}
    memory = {side: statistics.median(run["memory"] for run in taken) for side, taken in measured.items()}
    for side in SIDES:
        report.figure(f"{side} s @{rows}", seconds[side])
        report.figure(f"{side} MB @{rows}", memory[side])
        report.say(
            f"  {rows:>7,} rows  {side:<6}  {seconds[side]:8.3f} s  {memory[side]:7.1f} MB  "
            f"{sizes[side]:8.0f} kB  {counts[side]:,} rows and {characters[side].total():,} characters read back"
        )
    ratio = seconds["ours"] / seconds["canvas"]
    more = memory["ours"] - memory["canvas"]
    report.goal(f"{rows:,} rows: ≤ {TIMES} × the canvas: {ratio:.2f}", ratio <= TIMES)
    report.goal(f"{rows:,} rows: memory ≤ the canvas's + {MORE_MB:.0f} MB: {more:+.1f} MB", more <= MORE_MB)
    return seconds["ours"]


if __name__ == "__main__":
    main()
