"""The parts of the torture: what each does, how often, and the command that does a slice of it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.torture.forks import FLAVOURS

CALLS = 40
"""The n-th call fails for n = 1 … 40: an opening has some 30 calls of a kind, a registration some 15."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Some runs of a part: the first one's number and how many, on a site's folder, in a working folder."""

    site: Path
    work: Path
    first: int
    count: int
    seed: int


@dataclass(frozen=True, slots=True)
class Part:
    """`runs` in all, `slice` at a time; `command` answers what to start, and it prints a JSON line a run.

    `preload`: under the fault library; `display`: needs a screen. A part with `tests` runs pytest instead, and its
    runs are the tests that passed or failed.
    """

    name: str
    about: str
    runs: int
    slice: int
    command: Callable[[Slice], list[str]]
    preload: bool = False
    display: bool = False
    tests: tuple[str, ...] = ()


def _module(name: str, *first: str) -> Callable[[Slice], list[str]]:
    def command(part: Slice) -> list[str]:
        counts = ["--first", str(part.first), "--count", str(part.count), "--seed", str(part.seed)]
        return [sys.executable, "-m", name, *first, str(part.site), str(part.work), *counts]

    return command


def _pytest(*files: str) -> Callable[[Slice], list[str]]:
    return lambda part: [sys.executable, "-m", "pytest", "-q", "-rA", "--hypothesis-profile=thorough", *files]


SURROUNDINGS = (
    "tests/faults/test_commands.py",
    "tests/faults/test_sharing.py",
    "tests/e2e/test_window_faults.py",
)
FUZZ = (
    "tests/e2e/test_line_fuzz.py",
    "tests/faults/test_cli_fuzz.py",
    "tests/test_settings.py",
    "tests/operations/test_imports.py",
)

PARTS = (
    Part(
        "window-kills",
        "`kill -9` of the real window at a random moment while keys register visits; opened again on what is left",
        300,
        25,
        _module("tests.torture.windows"),
        display=True,
    ),
    Part(
        "kills",
        "`kill -9` of a process that registers by the operations, at a random microsecond",
        1000,
        100,
        _module("tests.torture.forks", "kills"),
    ),
    Part(
        "failing-calls",
        f"the n-th write, flush, truncation, read or opening fails, {len(FLAVOURS)} ways, while opening and while "
        f"registering, n = 1 … {CALLS}",
        2 * CALLS * len(FLAVOURS),
        120,
        _module("tests.torture.forks", "faults"),
        preload=True,
    ),
    Part(
        "power-cuts",
        "the disk as it may be after a power cut: what was flushed, and any part of what was not, torn or not at all",
        1000,
        100,
        _module("tests.torture.power"),
        preload=True,
    ),
    Part(
        "surroundings",
        "disk full, read-only, locked, damaged, keys missing or wrong, two windows, clock set back: the sentence is "
        "said, what was typed is there",
        1,
        1,
        _pytest(*SURROUNDINGS),
        display=True,
        tests=SURROUNDINGS,
    ),
    Part(
        "fuzz",
        "the entry line by keys, the command line, the settings, the importer: 2,000 examples each",
        1,
        1,
        _pytest(*FUZZ),
        display=True,
        tests=FUZZ,
    ),
)
