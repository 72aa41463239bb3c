"""Single flipped bits in a database file: which of them `yinghou check` sees, and on what the unseen ones lie.

    python -m tests.torture.flips FOLDER --count 200 --seed 1      one JSON line, then one line for each unseen bit

A bit lies on a free page, in the free space of a page, on an index or on a table; an unseen one in free space is no
fault, since nothing is stored there.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from app.db.folder import DATABASE
from app.operations import care

LEAVES = {2: 8, 5: 12, 10: 8, 13: 8}  # page type → bytes of its head
FREE_PAGE, FREE_SPACE = "free page", "free space in a page"


def owners(path: Path) -> dict[int, tuple[str, str]]:
    """From a page's number to its tree and the tree's kind: `table`, `index`, or the schema itself."""
    with closing(sqlite3.connect(path)) as connection:
        kinds = dict(connection.execute("SELECT name, type FROM sqlite_master").fetchall())
        found = {}
        for name, page in connection.execute("SELECT name, pageno FROM dbstat"):
            found[page] = (name, kinds.get(name, "table"))
    return found


def unused(page: bytes, number: int) -> set[int]:
    """The bytes of a tree's page that hold nothing: between the cell pointers and the cells, freeblocks, fragments."""
    start = 100 if number == 1 else 0
    kind = page[start]
    if kind not in LEAVES:
        return set()
    cells = int.from_bytes(page[start + 3 : start + 5], "big")
    content = int.from_bytes(page[start + 5 : start + 7], "big") or 65536
    free = set(range(start + LEAVES[kind] + 2 * cells, content))
    block = int.from_bytes(page[start + 1 : start + 3], "big")
    while block:
        size = int.from_bytes(page[block + 2 : block + 4], "big")
        free |= set(range(block + 4, block + size))
        block = int.from_bytes(page[block : block + 2], "big")
    return free


def place_of(raw: bytes, page_size: int, pages: dict[int, tuple[str, str]], offset: int) -> str:
    """What a byte of the file lies on."""
    number = offset // page_size + 1
    page = raw[(number - 1) * page_size : number * page_size]
    if offset < 100:
        return "file head"
    if number not in pages:
        return FREE_PAGE
    name, kind = pages[number]
    within = offset % page_size
    if within in unused(page, number):
        return FREE_SPACE
    return f"{kind} {name}"


@dataclass(frozen=True, slots=True)
class Unseen:
    """A flipped bit that the check did not see: on what it lies, its byte in the file, its value."""

    place: str
    offset: int
    bit: int


def unseen_flips(folder: Path, work: Path, count: int, seed: int) -> list[Unseen]:
    """Flips so many bits of a site's database, one at a time, in a copy below `work`; answers the unseen ones."""
    chance, found = random.Random(seed), []
    site = Path(shutil.copytree(folder, work / "flipped"))
    file = site / DATABASE
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        page_size = int(connection.execute("PRAGMA page_size").fetchone()[0])
    raw, pages = file.read_bytes(), owners(file)
    for _ in range(count):
        offset, bit = chance.randrange(len(raw)), 1 << chance.randrange(8)
        flipped = bytearray(raw)
        flipped[offset] ^= bit
        for leftover in site.glob(f"{DATABASE}-*"):
            leftover.unlink()
        file.write_bytes(flipped)
        if not any(finding.fault for finding in care.check(site)):
            found.append(Unseen(place_of(raw, page_size, pages, offset), offset, bit))
    return found


def main(words: Sequence[str]) -> None:
    """Flips, checks, counts, tells."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as work:
        unseen = unseen_flips(options.folder, Path(work), options.count, options.seed)
    counted = dict(Counter(one.place for one in unseen))
    print(json.dumps({"flips": options.count, "seen": options.count - len(unseen), "unseen": counted}))
    for one in unseen:
        print(one.place, one.offset, one.bit)


if __name__ == "__main__":
    main(sys.argv[1:])
