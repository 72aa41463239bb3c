"""Power cuts, replayed: a disk keeps what was flushed, and of what was only written any part, torn or not.

A guard registers while the fault library keeps a log of every write, truncation and flush below the folder, and of what
was told. For any place in that log the files are then made as a disk could hold them after a cut there, and judged:
what was told before the cut must be there. Names of files count as durable; a write is torn between sectors.

    python -m tests.torture.power FOLDER WORK --first 0 --count 200 --seed 1      one JSON line a run
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import struct
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.torture.faultfs import Faults
from tests.torture.forks import child, drain
from tests.torture.judge import judge
from tests.torture.registering import Told, heard, register, to_pipe

WRITE, SYNC, TRUNCATE, MARK = 1, 2, 4, 32
HEAD = struct.Struct("4q")
SECTOR = 512
ROUNDS = 50  # cuts of one history
STEPS = 14


@dataclass(frozen=True, slots=True)
class Record:
    """One call that succeeded, in order; `data` of a mark is what was told."""

    kind: int
    path: str
    offset: int
    length: int
    data: bytes


def read_log(path: Path) -> list[Record]:
    """All records of a log."""
    raw, at, found = path.read_bytes(), 0, []
    while at + HEAD.size <= len(raw):
        kind, named, offset, length = HEAD.unpack_from(raw, at)
        at += HEAD.size
        name = raw[at : at + named].decode()
        at += named
        size = length if kind in (WRITE, MARK) else 0
        found.append(Record(kind, name, offset, length, raw[at : at + size]))
        at += size
    return found


def history(site: Path, log: Path, seed: int, faults: Faults) -> list[Record]:
    """Lets a guard register on the site (a child of ours) and answers all that reached the files."""

    def body(end: int) -> None:
        tell = to_pipe(end)
        faults.arm(site)
        faults.log(log)

        def told(one: Told) -> None:
            tell(one)
            faults.mark(one.line().decode())

        register(site, seed, told, STEPS)

    pid, pipe = child(body)
    broken = [one.code for one in heard(drain(pipe)) if one.what == "broken"]
    os.waitpid(pid, 0)
    if broken:
        raise RuntimeError(broken[0])
    return read_log(log)


def after_cut(
    records: Sequence[Record], before: Path, after: Path, chance: random.Random, *, lies: bool = False
) -> list[Told]:
    """Makes the folder as a disk could hold it after a cut behind these records; answers what had been told by then.

    `lies`: the disk only says that it flushes, which must lose something: the proof that a loss would be seen.
    """
    shutil.rmtree(after, ignore_errors=True)
    shutil.copytree(before, after)
    flushed = {record.path: at for at, record in enumerate(records) if record.kind == SYNC and not lies}
    keeps = chance.choice(
        (0.0, 0.5, 0.9, 1.0)
    )  # how much of what was not flushed reached the disk all the same
    real = before.resolve()
    for at, record in enumerate(records):
        if record.kind not in (WRITE, TRUNCATE) or record.path.endswith("-shm"):
            continue
        if at > flushed.get(record.path, -1) and chance.random() >= keeps:
            continue
        target = after / Path(record.path).relative_to(real)
        data = record.data
        if at > flushed.get(record.path, -1) and chance.random() < 0.3:
            data = data[: chance.randrange(0, len(data) + SECTOR, SECTOR)]
        target.touch()
        with target.open("r+b") as out:
            if record.kind == TRUNCATE:
                out.truncate(record.length)
            else:
                out.seek(record.offset)
                out.write(data)
    return heard(b"".join(record.data for record in records if record.kind == MARK))


def runs(args: argparse.Namespace) -> Iterator[dict[str, object]]:
    """The results, one by one."""
    faults = Faults()
    live, before, after = args.work / "live", args.work / "before", args.work / "after"
    records: list[Record] = []
    for place in range(args.count):
        number = args.first + place
        chance = random.Random(args.seed * 1_000_003 + number)
        if place % ROUNDS == 0:
            for folder in (live, before):
                shutil.rmtree(folder, ignore_errors=True)
                shutil.copytree(args.folder, folder)
            records = [
                Record(
                    one.kind,
                    one.path.replace(str(live.resolve()), str(before.resolve())),
                    one.offset,
                    one.length,
                    one.data,
                )
                for one in history(live, args.work / "log", number, faults)
            ]
        cut = chance.randrange(len(records) + 1)
        told = after_cut(records[:cut], before, after, chance, lies=args.lies)
        judged = judge(after, told)
        saved = sum(one.what == "saved" for one in told)
        yield {"number": number, "saved": saved, "came_back": judged.came_back, "wrong": list(judged.wrong)}


def main() -> int:
    """Runs what was asked for; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--lies", action="store_true", help="a disk that does not flush, for the test of this test"
    )
    args = parser.parse_args()
    bad = 0
    for result in runs(args):
        bad += bool(result["wrong"])
        print(json.dumps(result, ensure_ascii=False), flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
