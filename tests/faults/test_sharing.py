"""One data folder, several programs: a lock that another program holds, commands beside it, who must be alone."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.db.folder import Lock, open_store
from app.errors import DomainError
from app.operations.site import new_database
from app.words import LANGUAGES
from tests.faults.program import command, said

HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""
BOTH = pytest.mark.parametrize("language", LANGUAGES)


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Another program, not ours, holds the file."""
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdin is not None
    try:
        assert other.stdout.readline() == "held\n"
        yield
    finally:
        other.stdin.close()
        other.stdout.close()
        other.wait(20)


@BOTH
def test_a_file_that_another_program_holds(site: Path, tmp_path: Path, language: str) -> None:
    """What writes says who is in the way and what to do; what only reads works; afterwards it is saved."""
    rows = tmp_path / "customers.csv"
    rows.write_text("customer\n新住户甲\n", encoding="utf-8")
    with held(site / "yinghou.db"):
        done = command(site, "--lang", language, "import", "customers", rows)
        assert (done.status, done.err.strip()) == (1, said(language, "database_locked"))
        assert command(site, "find", "visitors", "w").status == 0
    again = command(site, "--lang", language, "import", "customers", rows)
    assert (again.status, again.err) == (0, "")


@BOTH
def test_restore_and_demo_and_upgrade_ask_for_the_folder_alone(
    site: Path, tmp_path: Path, language: str
) -> None:
    """A window is open: restore, demo and an upgrade say that it has to be closed; everything else works beside it."""
    saved = tmp_path / "site.backup"
    assert command(site, "backup", saved).status == 0
    opened = open_store(site)
    try:
        done = command(site, "--lang", language, "restore", saved)
        assert (done.status, done.err.strip()) == (1, said(language, "folder_in_use"))
        done = command(site, "--lang", language, "demo", "--visits", "5", "--requests", "2")
        assert done.status == 1
        assert done.err.strip() in (
            said(language, "folder_in_use"),
            said(language, "folder_not_empty", folder=site),
        )
        assert command(site, "export", "visits", "--out", tmp_path / "visits.csv").status == 0
        assert command(site, "--lang", "en", "check").status == 0
        _set_version_back(site)
        done = command(site, "--lang", language, "find", "visitors", "w")
        assert (done.status, done.err.strip()) == (1, said(language, "folder_in_use"))
    finally:
        opened.close()


def test_demo_waits_for_nobody_in_an_empty_folder_that_is_being_made(tmp_path: Path) -> None:
    """Two demos into one empty folder at once: one makes it, the other is refused, nothing is mixed."""
    folder = tmp_path / "site"
    words = [sys.executable, "-m", "app", "--data", str(folder), "--lang", "en", "demo", "--visits", "300"]
    both = [
        subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    ended = [(one.communicate(timeout=120)[1], one.returncode) for one in both]
    assert sorted(status for _, status in ended) == [0, 1], ended
    assert all("Traceback" not in err for err, _ in ended), ended
    assert command(folder, "--lang", "en", "check").status == 0


def test_a_site_made_while_a_demo_waited_stays_as_it_is(tmp_path: Path) -> None:
    """The demo has seen an empty folder and waits for its lock; then a site is there: refused, nothing is lost."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "settings.toml").touch()
    lock = Lock(folder, alone=True)
    looked = threading.Event()

    class Folder(type(folder)):  # type: ignore[misc]  # pathlib's own class of this system
        """Tells when the demo has made sure of the folder, which is the last it does before it waits."""

        def mkdir(self, *args: Any, **kept: Any) -> None:
            looked.set()
            super().mkdir(*args, **kept)

    def make() -> None:
        with pytest.raises(DomainError, match="folder_not_empty"), new_database(Folder(folder), ""):
            pass
        refused.append(True)

    refused: list[bool] = []
    other = threading.Thread(target=make)
    other.start()
    assert looked.wait(10)
    (folder / "yinghou.db").write_bytes(b"a site")
    lock.release()
    other.join()
    assert refused
    assert (folder / "yinghou.db").read_bytes() == b"a site"


def _set_version_back(site: Path) -> None:
    connection = sqlite3.connect(site / "yinghou.db")
    connection.execute("UPDATE alembic_version SET version_num = '0002'")
    connection.commit()
    connection.close()
