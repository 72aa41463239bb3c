"""Counts what *document returned* costs the disk: commits and flushes of each F9, as JSON on stdout.

`python -m tests.torture.flushes FOLDER`, with the fault library preloaded.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event

from app.db.folder import open_store
from app.domain.visits import Fields
from app.operations import visits
from app.operations.site import sign_in_as
from tests.torture.faultfs import Faults, Kind

TIMES = 5


def main(folder: Path) -> int:
    """[commits, flushes] of five F9 each: on a registration that was a row before, and on one that F9 makes."""
    faults = Faults()
    opened = open_store(folder)
    store, commits = opened.store, 0

    @event.listens_for(store.engine, "commit")
    def committed(connection: sa.Connection) -> None:
        nonlocal commits
        commits += 1

    counted: dict[str, list[list[int]]] = {"begun before": [], "made by F9": []}
    try:
        guard = sign_in_as(store, "guard", "post")
        for number in range(-1, TIMES):  # the first one makes the journal's head
            for what, results in counted.items():
                key, started = visits.new_visit(), visits.stamp(store)
                fields = Fields(
                    visitor=f"单雄信{number}",
                    document_number=f"E{number + 10:08d}",
                    host="骨科",
                    purpose="送货",
                )
                if what == "begun before":
                    visits.begin(store, guard, key, started, fields)
                commits = 0
                faults.arm(folder)
                visits.document_returned(store, guard, key, started, visits.stamp(store), fields)
                flushes = faults.count(Kind.SYNC)
                faults.disarm()
                if number >= 0:
                    results.append([commits, flushes])
    finally:
        opened.close()
    print(json.dumps(counted))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
