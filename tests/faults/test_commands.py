"""Every fault of the surroundings, as a command says it: one line with the way out, in the user's language."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from app.operations.demo import make_demo
from app.words import LANGUAGES, Words
from tests.faults.conftest import UNTIL
from tests.faults.program import Done, bound_by_permissions, command, make_read_only, make_writable, said
from tests.torture.faultfs import Kind, environment

EXPORT = ("export", "visits", "--out")
BOTH = pytest.mark.parametrize("language", LANGUAGES)


def _refused(done: Done, language: str, code: str, **values: object) -> None:
    assert (done.status, done.err.strip()) == (1, said(language, code, **values))


def _no_keys(site: Path) -> None:
    (site / "keys.json").unlink()


def _rubbish_keys(site: Path) -> None:
    (site / "keys.json").write_bytes(b'{"site_id": 1, "who": \xff')


def _empty_keys(site: Path) -> None:
    (site / "keys.json").write_bytes(b"")


def _keys_of_another_site(site: Path) -> None:
    other = site.with_name("other")
    make_demo(other, "office", visits=5, requests=2, seed=8, until=UNTIL)
    shutil.copy(other / "keys.json", site)


def _no_database(site: Path) -> None:
    (site / "yinghou.db").unlink()


def _rubbish_database(site: Path) -> None:
    (site / "yinghou.db").write_bytes(b"no database at all " * 400)


def _head_gone(site: Path) -> None:
    raw = (site / "yinghou.db").read_bytes()
    (site / "yinghou.db").write_bytes(bytes(4096) + raw[4096:])


def _half_gone(site: Path) -> None:
    raw = (site / "yinghou.db").read_bytes()
    (site / "yinghou.db").write_bytes(raw[: len(raw) // 2])


def _newer(site: Path) -> None:
    connection = sqlite3.connect(site / "yinghou.db")
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()


def _nothing(site: Path) -> None:
    shutil.rmtree(site)


@BOTH
@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (_nothing, "no_site_here"),
        (_no_keys, "key_file_missing"),
        (_rubbish_keys, "key_file_damaged"),
        (_empty_keys, "key_file_damaged"),
        (_keys_of_another_site, "keys_of_another_site"),
        (_no_database, "database_missing"),
        (_rubbish_database, "file_damaged"),
        (_half_gone, "file_damaged"),
        (_newer, "newer_schema"),
    ],
)
def test_a_site_that_cannot_be_opened_says_why_and_what_to_do(
    site: Path, tmp_path: Path, language: str, damage: Callable[[Path], None], code: str
) -> None:
    """A missing or wrong key file, a missing, damaged or newer data file; nothing is written by the attempt."""
    damage(site)
    before = {path: path.read_bytes() for path in site.glob("*.*") if path.suffix in (".db", ".json")}
    done = command(site, "--lang", language, *EXPORT, tmp_path / "out.csv")
    _refused(done, language, code, folder=site)
    assert before == {path: path.read_bytes() for path in before}
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("damage", [_rubbish_database, _half_gone, _head_gone])
def test_check_finds_the_damage(site: Path, damage: Callable[[Path], None]) -> None:
    """`yinghou check` ends with 1 and says what is damaged, without a traceback."""
    damage(site)
    done = command(site, "--lang", "en", "check")
    assert done.status == 1
    assert "yinghou.db" in done.err
    assert "Traceback" not in done.err


@BOTH
@pytest.mark.parametrize("locked_before", [False, True])
def test_a_read_only_folder(site: Path, tmp_path: Path, language: str, locked_before: bool) -> None:
    """Permissions that the kernel holds us to; with and without the lock file of an earlier run."""
    if locked_before:
        assert command(site, *EXPORT, tmp_path / "first.csv").status == 0
    make_read_only(site)
    try:
        for words in ((*EXPORT, tmp_path / "out.csv"), ("backup",)):
            done = command(site, "--lang", language, *words, preexec=bound_by_permissions)
            _refused(done, language, "folder_read_only")
    finally:
        make_writable(site)


@BOTH
def test_a_disk_that_is_full(site: Path, tmp_path: Path, language: str) -> None:
    """No write below the folder finds room: opening, importing and backing up say so; the data is as it was."""
    rows = tmp_path / "customers.csv"
    rows.write_text("customer\n新住户甲\n", encoding="utf-8")
    full = environment(site, Kind.WRITE, error=errno.ENOSPC)
    for words in (("import", "customers", rows), ("backup",), (*EXPORT, tmp_path / "out.csv")):
        done = command(site, "--lang", language, *words, environment=full)
        _refused(done, language, "disk_full")
    done = command(site, "--lang", "en", "check")
    assert (done.status, "Traceback" in done.err) == (0, False), done.err


@BOTH
@pytest.mark.parametrize(
    ("kind", "error", "code"),
    [
        (Kind.WRITE, errno.ENOSPC, "care.file_no_room"),
        (Kind.READ, errno.EIO, "care.file_unread"),
    ],
)
def test_a_check_that_the_disk_does_not_allow(
    site: Path, language: str, kind: Kind, error: int, code: str
) -> None:
    """The file is sound: it is not called damaged, and nobody is told to restore a backup over it."""
    done = command(site, "--lang", language, "check", environment=environment(site, kind, error=error))
    assert Words(language)(code, file="yinghou.db") in done.err
    damaged = Words(language)("care.file_damaged", file="yinghou.db", what="|").partition("|")[0]
    assert damaged not in done.err
    assert done.status == 1
    assert command(site, "check").status == 0


@BOTH
@pytest.mark.parametrize(
    "words",
    [
        ("export", "visits", "--out", "a.csv"),
        ("export", "visits", "--out", "a.xlsx"),
        ("report", "visit_log", "--out", "a.pdf"),
        ("backup", "a.yhbackup"),
    ],
)
def test_a_file_written_onto_a_full_disk(
    site: Path, tmp_path: Path, language: str, words: tuple[str, ...]
) -> None:
    """The place that is written to is full, the data is not: it is said, and no half of a file stays."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    full = environment(elsewhere, Kind.WRITE, error=errno.ENOSPC)
    done = command(site, "--lang", language, *words[:-1], elsewhere / words[-1], environment=full)
    assert done.err.strip() in (
        said(language, "disk_full"),
        said(language, "cannot_write_file", file=elsewhere / words[-1]),
    )
    assert done.status == 1
    assert list(elsewhere.iterdir()) == []
