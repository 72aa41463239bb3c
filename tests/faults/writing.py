"""A program that writes without a pause into a data folder, as its own process: `python -m tests.faults.writing`.

It waits for a line on its standard input, registers visits for so many seconds (0: until it is killed), and prints one
JSON line: how many transactions it made, the longest one in seconds, and the codes of what was refused.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from app.db.folder import open_store
from app.operations.site import sign_in_as
from tests.torture.registering import Guard, Told


def main(words: Sequence[str]) -> None:
    """Opens, waits for the start, writes, tells."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("seconds", type=float)
    parser.add_argument("--database", default="")
    options = parser.parse_args(words)
    opened = open_store(options.folder, options.database)
    told: list[Told] = []
    try:
        actor = sign_in_as(opened.store, "guard", "post")
        guard = Guard(opened.store, actor, random.Random(), told.append)
        print("ready", flush=True)
        sys.stdin.readline()
        begun = last = time.monotonic()
        longest = 0.0
        while not options.seconds or last - begun < options.seconds:
            guard.step()
            now = time.monotonic()
            longest, last = max(longest, now - last), now
        refused = [one.code for one in told if one.what == "refused"]
        done = len(told) - len(refused)
        print(json.dumps({"done": done, "longest": longest, "refused": refused}), flush=True)
    finally:
        opened.close()


if __name__ == "__main__":
    main(sys.argv[1:])
