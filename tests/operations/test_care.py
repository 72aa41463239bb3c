"""Care of the data by people: who may do what, where a backup goes, what a check says in words."""

from __future__ import annotations

import resource
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.people import pc_actor
from app.errors import DomainError
from app.operations import care, requests_aside, requests_way
from app.operations.finding_text import finding_text
from app.operations.site import sign_in_as
from app.queries import requests as request_queries
from app.words import LANGUAGES, Words
from tests.db.sites import busy_site, guard, new_site, opened
from tests.sample import taken_call


def test_a_guard_may_not_back_up_by_hand_but_the_daily_backup_is_made(tmp_path: Path) -> None:
    """Rights are checked; the daily one is the program's own duty, whoever is signed in."""
    busy_site(tmp_path / "a")
    with opened(tmp_path / "a") as store:
        with pytest.raises(DomainError, match="no_right"):
            care.backup(store, guard(store), tmp_path / "x.backup")
        assert care.daily_backup(store, guard(store)) is not None
        someone = guard(store)
    with pytest.raises(DomainError, match="no_right"):
        care.restore(someone, tmp_path / "x.backup", tmp_path / "b")


def test_a_backup_without_a_name_never_takes_an_older_ones_place(tmp_path: Path) -> None:
    """It lies beside the daily ones, by its second, and the check reads it."""
    busy_site(tmp_path / "a")
    with opened(tmp_path / "a") as store:
        made = care.backup(store, pc_actor())
    assert made.file.parent == tmp_path / "a" / "backups"
    assert made.rows["visits"] == 3
    assert care.check(tmp_path / "a") == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A target inside a file: a clear error, and no copy stays in the data folder."""
    busy_site(tmp_path / "a")
    (tmp_path / "file").write_text("x")
    with opened(tmp_path / "a") as store:
        before = {path.name for path in (tmp_path / "a").iterdir()}
        with pytest.raises(DomainError, match="cannot_write_file"):
            care.backup(store, pc_actor(), tmp_path / "file" / "x.backup")
        assert {path.name for path in (tmp_path / "a").iterdir()} == before


def test_checking_nothing_is_an_error(tmp_path: Path) -> None:
    """No site, a file instead of a folder, keys without data, data without keys."""
    with pytest.raises(DomainError, match="no_site_here"):
        care.check(tmp_path / "nowhere")
    (tmp_path / "file").write_text("x")
    with pytest.raises(DomainError, match="folder_is_file"):
        care.check(tmp_path / "file")
    new_site(tmp_path / "a")
    keys = (tmp_path / "a" / "keys.json").read_text()
    (tmp_path / "a" / "keys.json").unlink()
    with pytest.raises(DomainError, match="key_file_missing"):
        care.check(tmp_path / "a")
    (tmp_path / "a" / "keys.json").write_text(keys[:40])
    assert [one.code for one in care.check(tmp_path / "a")] == ["errors.key_file_damaged"]
    (tmp_path / "a" / "keys.json").write_text(keys)
    (tmp_path / "a" / "yinghou.db").unlink()
    found = care.check(tmp_path / "a")
    assert [one.code for one in found] == ["errors.database_missing"]
    for language in LANGUAGES:
        assert finding_text(Words(language), found[0])


@pytest.mark.parametrize("room", [50_000, 400_000])
def test_a_full_disk_leaves_no_half_backup(tmp_path: Path, room: int) -> None:
    """No file may grow beyond `room` bytes: the copy or the backup fails, is said, and nothing of it remains."""
    busy_site(tmp_path / "a")
    (tmp_path / "out").mkdir()
    code = ""
    with opened(tmp_path / "a") as store:
        before = {path.name for path in (tmp_path / "a").iterdir()}
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
        try:
            care.backup(store, pc_actor(), tmp_path / "out" / "x.backup")
        except DomainError as error:
            code = error.code
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert code in ("disk_full", "disk_fault")
        assert {path.name for path in (tmp_path / "a").iterdir()} == before
        assert list((tmp_path / "out").iterdir()) == []
        assert care.backup(store, pc_actor(), tmp_path / "out" / "x.backup").rows["visits"] == 3


def test_a_full_disk_leaves_no_half_restore(tmp_path: Path) -> None:
    """The folder that a restore began to fill is gone again."""
    busy_site(tmp_path / "a")
    with opened(tmp_path / "a") as store:
        care.backup(store, pc_actor(), tmp_path / "x.backup")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    code = ""
    try:
        care.restore(pc_actor(), tmp_path / "x.backup", tmp_path / "b")
    except DomainError as error:
        code = error.code
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert code == "disk_full"
    assert not (tmp_path / "b").exists()


def test_requests_that_were_worked_on_are_sound(tmp_path: Path) -> None:
    """REQ-1: dispatching and pausing count the version on, and the audit record knows it."""
    folder = tmp_path / "site"
    new_site(folder)
    with opened(folder) as store:
        clerk = sign_in_as(store, "clerk", "center")
        taken = taken_call(store, clerk)
        [handler, *_] = request_queries.handlers(store, clerk)
        sent = requests_way.dispatch(store, clerk, taken.request_id, taken.version, handler.staff_id)
        requests_aside.pause(
            store, clerk, sent.request_id, sent.version, "parts", store.clock.now() + timedelta(hours=1)
        )
    assert [finding for finding in care.check(folder) if finding.fault] == []
    with closing(sqlite3.connect(folder / "yinghou.db")) as connection:
        assert connection.execute("DELETE FROM search_keys WHERE scope = 'request'").rowcount == 2
        connection.commit()
    assert [finding.code for finding in care.check(folder) if finding.fault] == ["care.search_differs"]
