"""Photographs of identity cards: our reading against rapidocr's default pipeline on the whole picture (GOALS).

`make bench ARGS="ocr"` reads the six of tests/data; with `ID_CARDS=FOLDER` (or `python -m tests.benchmarks.bench_ocr
FOLDER`) those of another folder with a truth.csv. Each side is a warmed-up process of its own, as the window has it;
both read every picture in turn, the order changing from picture to picture, and the time is from sending a picture's
bytes to having its fields. The plain side's lines are taken apart by the same rules: only the reading is compared.
"""

from __future__ import annotations

import csv
import json
import logging
import os
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psutil

from app.devices.photo_wire import as_values, from_values, read_order
from app.domain.card_text import CardReading, Mark, TextLine, read_card
from tests.benchmarks.report import ROOT, Report, median
from tests.benchmarks.sites import clean_environment

TITLE = "Photographs of identity cards against rapidocr's default pipeline"
SAMPLE = ROOT / "tests" / "data" / "id_cards"
FOLDER = "ID_CARDS"
FEW, MANY = 4, 2  # rounds over a small and over a large folder
NUMBERS, NAMES, MEDIAN, SLOW = 0.99, 0.95, 0.5, 0.6
COMMANDS = {
    "ours": [sys.executable, "-m", "app", "identify", "--from-stdin"],
    "rapidocr": [sys.executable, "-m", "tests.benchmarks.bench_ocr", "--child"],
}


class Side:
    """One of the two: a process that reads pictures one after another."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.seconds: list[float] = []
        self.wrong: dict[str, set[str]] = {"number": set(), "name": set()}
        self.false = 0
        self._process = subprocess.Popen(
            COMMANDS[name],
            cwd=ROOT,
            env=clean_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._line()  # ready
        self._warm = self._processor()

    def read(self, file: str, data: bytes, name: str, number: str) -> None:
        """Read one picture and hold it against the truth."""
        pipe = self._process.stdin
        assert pipe is not None
        start = time.perf_counter()
        pipe.write(read_order(1, len(data)) + data)
        pipe.flush()
        said = self._line()
        self.seconds.append(time.perf_counter() - start)
        found = from_values(said["card"]) if "card" in said else CardReading()
        if found.name.value != name:
            self.wrong["name"].add(file)
        if found.number.value != number:
            self.wrong["number"].add(file)
            self.false += found.number.mark is not Mark.doubtful

    def processor(self) -> float:
        """The processor's seconds for each picture, all cores together: hardly moved by what else the machine does."""
        return (self._processor() - self._warm) / len(self.seconds)

    def _processor(self) -> float:
        used = psutil.Process(self._process.pid).cpu_times()
        return float(used.user + used.system)

    def memory(self) -> float:
        """Its memory now, in MB (USS)."""
        return float(psutil.Process(self._process.pid).memory_full_info().uss) / 1e6

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line: dict[str, Any] = json.loads(self._process.stdout.readline())
        return line


def measure(_full: int) -> Report:
    """A row of `make bench`."""
    return _measure(Path(os.environ.get(FOLDER) or SAMPLE))


def _measure(folder: Path) -> Report:
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as rows:
        truth = [(row["file"], row["name"], row["number"]) for row in csv.DictReader(rows)]
    report = Report("ocr", TITLE, (len(truth),))
    rounds = FEW if len(truth) < 20 else MANY
    report.say(
        f"{len(truth)} photographs, {rounds} times, each by both sides in turn; two warmed-up processes, the time from"
    )
    report.say("sending the picture's bytes to having name and number.")
    sides = [Side(name) for name in COMMANDS]
    try:
        for turn in range(rounds):
            for place, (file, name, number) in enumerate(truth):
                data = (folder / file).read_bytes()
                for side in sides if (place + turn) % 2 else sides[::-1]:
                    side.read(file, data, name, number)
        for side in sides:
            _tell(report, side, len(truth))
    finally:
        for side in sides:
            side.close()
    ours, plain = sides
    right = {what: 1 - len(wrong) / len(truth) for what, wrong in ours.wrong.items()}
    report.goal(f"numbers whole ≥ {NUMBERS:.0%}: {right['number']:.1%}", right["number"] >= NUMBERS)
    report.goal(f"names whole ≥ {NAMES:.0%}: {right['name']:.1%}", right["name"] >= NAMES)
    for what in ("number", "name"):
        mine, theirs = len(ours.wrong[what]), len(plain.wrong[what])
        report.goal(f"{what}s wrong: {mine}, rapidocr {theirs}", mine <= theirs)
    report.goal(f"wrong numbers given as right: {ours.false}", ours.false == 0)
    for what, most, of in (("median", MEDIAN, median), ("p95", SLOW, p95)):
        ratio = of(ours.seconds) / of(plain.seconds)
        report.figure(f"{what} ratio", ratio)
        report.goal(f"{what} ≤ {most} × rapidocr's: {ratio:.2f}", ratio <= most)
    return report


def _tell(report: Report, side: Side, photographs: int) -> None:
    middle, slow, memory, cpu = median(side.seconds), p95(side.seconds), side.memory(), side.processor()
    for what, value in (("median s", middle), ("p95 s", slow), ("CPU s", cpu), ("MB", memory)):
        report.figure(f"{side.name} {what} @{photographs}", value)
    wrong = ", ".join(f"{len(files)} {what}s wrong" for what, files in side.wrong.items())
    report.say(
        f"  {side.name:<9} median {middle:.3f} s  p95 {slow:.3f} s  processor {cpu:.3f} s  {memory:4.0f} MB"
    )
    report.say(f"            {wrong}")


def p95(values: list[float]) -> float:
    """Of twenty, the second slowest."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def _child() -> None:
    """The plain side: rapidocr as it comes, on the whole picture; answers as our child does."""
    import numpy as np
    from rapidocr import RapidOCR

    logging.disable()
    engine = RapidOCR(params={"Global.log_level": "critical"})
    engine(np.full((720, 1280, 3), 255, np.uint8))
    print(json.dumps({"ready": 0}), flush=True)
    today: date = datetime.now(UTC).date()
    while line := sys.stdin.buffer.readline():
        data = sys.stdin.buffer.read(json.loads(line)["bytes"])
        found = engine(data)
        boxes, texts, scores = (getattr(found, name, None) for name in ("boxes", "txts", "scores"))
        lines = _level([] if boxes is None else boxes, texts or (), scores or ())
        print(json.dumps({"read": 1, "card": as_values(read_card(lines, today))}), flush=True)


def _level(boxes: Any, texts: Any, scores: Any) -> list[TextLine]:
    """Its boxes set level by the slope of the longest line, so that a row is a row."""
    import numpy as np

    if not len(texts):
        return []
    corners = np.asarray(boxes, float)
    along = corners[:, 1] - corners[:, 0]
    slope = float(np.arctan2(*along[np.hypot(along[:, 0], along[:, 1]).argmax()][::-1]))
    turn = np.array([[np.cos(slope), np.sin(slope)], [-np.sin(slope), np.cos(slope)]])
    level = corners @ turn.T
    lines = []
    for points, text, score in zip(level, texts, scores, strict=True):
        (left, top), (width, height) = points.min(axis=0), np.ptp(points, axis=0)
        lines.append(TextLine(text, float(left), float(top), float(width), float(height), float(score)))
    return lines


if __name__ == "__main__":
    if "--child" in sys.argv:
        _child()
    else:
        _measure(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(os.environ.get(FOLDER) or SAMPLE))
