"""The sample sites that are measured: made once for each size, reused as long as the tables are the same."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.clock import Clock
from app.db import migrate
from app.db.folder import Opened, open_store
from app.operations.opening import Store
from tests.benchmarks.report import BUILD, ROOT
from tests.looks import until

SEED = 7


class Shifted(Clock):
    """Runs on from the instant at which a sample site ends, so that its last day is today."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self._by = at - datetime.now(UTC)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._by


def requests_of(visits: int) -> int:
    """How many requests a site of so many visits has."""
    return visits // 5


def demo(visits: int) -> Path:
    """A sample site with so many visits and a fifth of that in requests; made when there is none that fits."""
    folder = BUILD / f"data-{visits}"
    stamp = BUILD / f"data-{visits}.json"
    wanted = {"schema": _schema(), "seed": SEED}
    if folder.is_dir() and stamp.is_file() and json.loads(stamp.read_text(encoding="utf-8")) == wanted:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "app", "--data", str(folder), "demo", "--seed", str(SEED)]
    command += ["--visits", str(visits), "--requests", str(requests_of(visits))]
    print(f"making a sample site of {visits:,} visits …", flush=True)
    subprocess.run(command, check=True, cwd=ROOT, env=clean_environment(), stdout=subprocess.DEVNULL)
    stamp.write_text(json.dumps(wanted), encoding="utf-8")
    return folder


@contextmanager
def scratch(visits: int, *, name: str = "scratch") -> Iterator[Path]:
    """A copy of it that may be written to; it goes afterwards."""
    folder = BUILD / f"{name}-{visits}-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(demo(visits), folder)
    os.sync()  # else the copy is still being written out while commits are timed
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def opened(folder: Path) -> Iterator[Store]:
    """The site opened, its clock at the end of its own time."""
    first = open_store(folder)
    try:
        newest = until(first.store) + timedelta(minutes=1)
    except Exception:
        first.close()
        raise
    first.close()
    here: Opened = open_store(folder, clock=Shifted(newest))
    try:
        yield here.store
    finally:
        here.close()


def clean_environment() -> dict[str, str]:
    """The environment of a child as a user has it: compiled modules may be kept, nothing of ours is set."""
    left_out = ("PYTHONDONTWRITEBYTECODE", "YINGHOU_")
    return {name: value for name, value in os.environ.items() if not name.startswith(left_out)}


def _schema() -> str:
    """A digest of all that decides what is in a sample site: tables, makers, search keys, rights, templates."""
    app = ROOT / "app"
    made = [*sorted((Path(migrate.__file__).parent / "migrations" / "versions").glob("*.py"))]
    made += [*sorted(app.glob("*/demo*.py")), app / "domain" / "people.py", app / "domain" / "site.py"]
    made += [app / "db" / "visitor_keys.py", app / "domain" / "names.py"]
    made += [app / "operations" / "site_rows.py", *sorted((ROOT / "resources" / "sites").glob("*.toml"))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in made)).hexdigest()[:16]
