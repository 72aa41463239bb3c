"""Many scans as real key events into a real window with a real input method, counted (VIS-8).

The field changes from scan to scan (line, note, number, button), half of the fields have a text, and into every fourth
a person has just typed a syllable that is still being composed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from threading import Event
from typing import Any

from tests.ime import ChineseDesktop
from tests.scanning import KINDS, payload, scanner_gaps
from tests.typing_on_x import Keys, Scanned

FIELDS = ("line", "note", "count", "button")
MANNERS = ("even", "even", "lumps", "pauses")
SYLLABLES = ("zhang", "wang", "li", "shanghai")
COMPOSING_GAP, SETTLE = 45, 0.12


@dataclass
class ScanRun:
    """What came of it. `wrong`: something else than what was scanned was told; `soiled`: a field was not as before."""

    scans: int = 0
    whole: int = 0
    wrong: int = 0
    soiled: int = 0
    missed: list[str] = field(default_factory=list)
    filled: list[float] = field(
        default_factory=list
    )  # seconds from the last key's sending to the text's telling

    @property
    def share(self) -> float:
        """Whole scans, in per cent."""
        return 100 * self.whole / self.scans if self.scans else 0.0


def scan_often(
    window: Scanned, keys: Keys, count: int, seed: int, *, slowest: int = 25, composing: bool = True
) -> ScanRun:
    """So many scans in a row, made up by `seed`; `slowest`: the longest even gap in ms."""
    random, run, tick = Random(seed), ScanRun(), Event()
    for number in range(count):
        kind, manner = KINDS[number % 4], MANNERS[number // 4 % 4]
        text, place = payload(random, kind), FIELDS[number // 3 % 4]
        _prepare(window, place, random)
        if composing and number % 4 == 3 and place in ("line", "note"):
            syllable = random.choice(SYLLABLES)
            keys.type(syllable, [COMPOSING_GAP] * len(syllable), 20)
            tick.wait(SETTLE)
        before = window.ask(state=True)
        gaps = [
            gap if manner != "even" else min(gap, slowest)
            for gap in scanner_gaps(random, len(text) + 1, manner)
        ]
        known, refused = len(window.scans), len(window.refused)
        keys.type(text + "\n", gaps)
        sent = time.monotonic()
        if len(window.scans) == known:
            window.wait_scan()
        run.filled.append(time.monotonic() - sent)
        tick.wait(SETTLE)  # what comes late must not be seen by the next one only
        after = window.ask(state=True)
        told = window.scans[known:]
        run.scans += 1
        run.whole += told == [text]
        run.wrong += any(one != text for one in told)
        changed = _changed(before, after)
        run.soiled += bool(changed)
        if told != [text] or changed:
            run.missed.append(
                f"{place} {manner} {text} {gaps}: {told} {window.refused[refused:]} {changed}, "
                f"as stamped {after['gaps'][-len(text) - 4 :]}"
            )
    return run


def _prepare(window: Scanned, place: str, random: Random) -> None:
    texts = {"line": "", "note": "", "count": 0, "button": ""}
    if random.random() < 0.5:
        texts = {"line": "王芳 来访", "note": "第一行\n二", "count": 17, "button": ""}
    window.ask(focus=place, text=texts[place])


def _changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What is not as before; what was being composed may be dropped (RECIPES section 2), nothing else."""
    ignored = {"heard", "composing", "gaps"}
    found = {
        name: (before[name], after[name])
        for name in before
        if name not in ignored and before[name] != after[name]
    }
    if after["composing"]:
        found["left composing"] = after["composing"]
    return found


@contextmanager
def busy_machine() -> Iterator[None]:
    """Every core has something else to do."""
    burning = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)
    ]
    try:
        yield
    finally:
        for process in burning:
            process.kill()
            process.wait()


@contextmanager
def scanned_window() -> Iterator[tuple[Scanned, Keys]]:
    """A window on a desktop of its own, in Chinese mode: a typed word came out Chinese."""
    with ChineseDesktop() as desktop, Scanned(desktop.environment) as window:
        keys = Keys(desktop.environment["DISPLAY"])
        try:
            chinese_mode(window, keys)
            yield window, keys
        finally:
            keys.close()


def chinese_mode(window: Scanned, keys: Keys) -> None:
    """Types a name until it comes out in Chinese: an input method that is just starting gives letters.

    Raises:
        TimeoutError: it never did.
    """
    for _ in range(8):
        window.ask(focus="line", text="")
        Event().wait(0.1)
        keys.type("wangfang ", [45] * 9, 20)
        late = time.monotonic() + 2
        while (text := window.ask(state=True)["line"]) != "王芳" and time.monotonic() < late:
            if text.endswith((" ", "wangfang")):  # letters: the input method was not there yet
                break
            Event().wait(0.02)
        if text == "王芳":
            window.ask(focus="line", text="")
            return
    raise TimeoutError("no Chinese")
