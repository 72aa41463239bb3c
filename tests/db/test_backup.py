"""Backups: whole, encrypted, verified; and restores that write nothing unless everything holds."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.db.backup import DAYS, WEEKS, backup, daily_backup, daily_backups, kept_days
from app.db.container import CHUNK, Container
from app.db.drafts import Drafts
from app.db.folder import BACKUPS, DATABASE, Lock
from app.db.restore import restore
from app.db.saving import DAMAGED, KEPT, befores, drop_old
from app.domain.people import pc_actor
from app.errors import DomainError
from app.operations import care
from app.queries.exports import export_table
from tests.db.sites import NUMBER, PHONE, busy_site, folder_content, guard, new_site, opened, register


def _visits(folder: Path, out: Path, url: str = "") -> str:
    with opened(folder, url) as store:
        export_table(store, pc_actor(), "visits", out)
    return out.read_text(encoding="utf-8-sig")


def _backed_up(folder: Path, target: Path, url: str = "") -> Path:
    with opened(folder, url) as store:
        made = backup(store, pc_actor(), target)
    assert made.size == target.stat().st_size
    return target


def test_a_restored_folder_has_the_same_visits_and_a_writer_of_its_own(tmp_path: Path) -> None:
    """Two folders never give the same numbers: a copy gets the next letter, and its check holds."""
    busy_site(tmp_path / "a")
    saved = _backed_up(tmp_path / "a", tmp_path / "site.backup")
    done = restore(pc_actor(), saved, tmp_path / "new" / "b")
    assert (done.letter, done.rows["visits"], done.before) == ("B", 3, None)
    assert _visits(tmp_path / "a", tmp_path / "a.csv") == _visits(tmp_path / "new" / "b", tmp_path / "b.csv")
    with opened(tmp_path / "new" / "b") as store:
        register(store, guard(store), "段誉")
        assert store.writer.letter == "B"
    assert not [one for one in care.check(tmp_path / "new" / "b") if one.fault]


def test_restoring_over_the_own_folder_keeps_the_writer_and_what_was_there(tmp_path: Path) -> None:
    """The folder goes on as the writer that it was; what was there is a backup; newer backups are no fault."""
    folder = tmp_path / "a"
    busy_site(folder)
    saved = _backed_up(folder, tmp_path / "site.backup")
    with opened(folder) as store:
        register(store, guard(store), "黄药师")
        daily_backup(store, pc_actor())
    done = restore(pc_actor(), saved, folder)
    assert done.letter == "A"
    assert done.before is not None
    assert done.before.parent == folder / BACKUPS
    assert "黄药师" not in _visits(folder, tmp_path / "a.csv")
    assert not [one for one in care.check(folder) if one.fault]
    assert restore(pc_actor(), done.before, folder).rows["visits"] == 4
    assert "黄药师" in _visits(folder, tmp_path / "a.csv")
    assert not [one for one in care.check(folder) if one.fault]
    assert not list(folder.glob("*.db-wal"))


def test_a_damaged_database_is_put_aside_by_a_restore(tmp_path: Path) -> None:
    """It cannot be saved as a backup; it stays as it is, a note says so, and it goes after 30 days."""
    folder = tmp_path / "a"
    busy_site(folder)
    saved = _backed_up(folder, tmp_path / "site.backup")
    raw = (folder / DATABASE).read_bytes()
    (folder / DATABASE).write_bytes(raw[:8192] + b"\xa5" * (len(raw) - 8192))
    done = restore(pc_actor(), saved, folder)
    assert done.before is not None
    assert done.before.name.startswith(DAMAGED)
    assert done.before.stat().st_mode & 0o077 == 0
    assert [one.code for one in care.check(folder)] == ["care.damaged_kept", "care.no_backup"]
    drop_old(folder, folder / BACKUPS, datetime.now(UTC) + KEPT - timedelta(days=1))
    assert done.before.exists()
    drop_old(folder, folder / BACKUPS, datetime.now(UTC) + KEPT + timedelta(days=1))
    assert not done.before.exists()


def test_what_was_there_before_is_kept_for_a_while(tmp_path: Path) -> None:
    """After 30 days only the newest two remain; another's file is left alone."""
    names = [f"before-restore-2026{month:02d}01T000000000000.yhbackup" for month in range(1, 7)]
    for name in (*names, "before-mine.yhbackup"):
        (tmp_path / name).touch()
    assert [path.name for path in befores(tmp_path)] == names[::-1]
    drop_old(tmp_path, tmp_path, datetime(2026, 5, 20, tzinfo=UTC))
    assert folder_content(tmp_path) - {"homes"} == {*names[4:], "before-mine.yhbackup"}
    drop_old(tmp_path, tmp_path, datetime(2027, 5, 20, tzinfo=UTC))
    assert folder_content(tmp_path) - {"homes"} == {*names[4:], "before-mine.yhbackup"}


def test_a_backup_takes_the_place_of_files_only(tmp_path: Path) -> None:
    """A folder, a pipe, a device and links to them are refused; a link to a file stands for the file."""
    busy_site(tmp_path / "a")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "device").symlink_to("/dev/null")
    (tmp_path / "to_folder").symlink_to(tmp_path / "folder")
    (tmp_path / "there").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "there")
    with opened(tmp_path / "a") as store:
        for name in ("folder", "pipe", "device", "to_folder"):
            with pytest.raises(DomainError, match="backup_no_file"):
                backup(store, pc_actor(), tmp_path / name)
        with pytest.raises(DomainError, match="folder_missing"):
            backup(store, pc_actor(), tmp_path / "not" / "there" / "x.backup")
        assert not (tmp_path / "not").exists()
        made = backup(store, pc_actor(), tmp_path / "link")
        assert (tmp_path / "link").is_symlink()
        assert made.file == tmp_path / "there"
        assert Container(tmp_path / "there").verify(store.secrets.backup_key).rows["visits"] == 3
    assert (tmp_path / "pipe").is_fifo()


def test_only_the_owner_reads_the_files_of_a_data_folder(tmp_path: Path) -> None:
    """Also in a folder that others may read, whatever the umask; what an older program left is mended."""
    folder = tmp_path / "a"
    folder.mkdir(mode=0o755)
    busy_site(folder)
    with opened(folder) as store:
        drafts = Drafts(folder, store.secrets)
        daily_backup(store, pc_actor())
        register(store, guard(store), "段誉")
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert {f"{DATABASE}-wal", f"{DATABASE}-shm", "drafts.db", "keys.json"} <= {
            path.name for path in files
        }
        assert [path.name for path in files if path.stat().st_mode & 0o077] == []
        drafts.close()
    assert (folder / BACKUPS).stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o777 == 0o755
    for path in folder.glob("*.db"):
        path.chmod(0o644)
    with opened(folder) as store:
        register(store, guard(store), "王语嫣")
        assert [
            path.name for path in folder.iterdir() if path.is_file() and path.stat().st_mode & 0o077
        ] == []


@pytest.mark.parametrize("part", [0.0, 0.001, 0.01, 0.2, 0.5, 0.8, 0.999])
def test_a_flipped_bit_is_found_and_nothing_is_written(tmp_path: Path, part: float) -> None:
    """One flipped bit anywhere: a clear error, and no folder that was not there before."""
    new_site(tmp_path / "a")
    saved = _backed_up(tmp_path / "a", tmp_path / "site.backup")
    raw = bytearray(saved.read_bytes())
    raw[int(len(raw) * part)] ^= 4
    saved.write_bytes(raw)
    with pytest.raises(DomainError) as error:
        restore(pc_actor(), saved, tmp_path / "deep" / "b")
    assert error.value.code in ("backup_damaged", "not_a_backup")
    assert not (tmp_path / "deep").exists()


def test_cut_doubled_and_swapped_chunks_are_found(tmp_path: Path) -> None:
    """Chunks are bound to their place and to the end: cut at a chunk's border, doubled or swapped they do not open."""
    busy_site(tmp_path / "a")
    big = sqlite3.connect(tmp_path / "a" / "yinghou.db")
    big.execute("CREATE TABLE filler (x BLOB)")
    big.execute("INSERT INTO filler VALUES (randomblob(?))", (3 * CHUNK,))
    big.commit()
    big.close()
    raw = _backed_up(tmp_path / "a", tmp_path / "site.backup").read_bytes()
    place = 17 + 4 + int.from_bytes(raw[17:21], "big") + 32
    chunks, head = [], raw[:place]
    while place < len(raw):
        length = 4 + int.from_bytes(raw[place : place + 4], "big")
        chunks.append(raw[place : place + length])
        place += length
    assert len(chunks) > 4
    broken = tmp_path / "broken.backup"
    wrongs = [
        chunks[:-1],
        chunks[:1],
        [],
        chunks + chunks[-1:],
        [chunks[0], chunks[2], chunks[1], *chunks[3:]],
    ]
    for wrong in [head + b"".join(some) for some in wrongs] + [
        raw[: len(raw) // 2],
        raw + b"\0",
        head[:30],
        b"",
    ]:
        broken.write_bytes(wrong)
        with pytest.raises(DomainError):
            restore(pc_actor(), broken, tmp_path / "b")
        assert not (tmp_path / "b").exists()


def test_a_real_site_needs_this_pc_or_the_recovery_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On another PC: nothing without the code, everything with it, and then this PC's own key opens it."""
    code = new_site(tmp_path / "a", sample=False).recovery_code
    saved = _backed_up(tmp_path / "a", tmp_path / "site.backup")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "stranger"))
    for given_code, expected in (
        ("", "key_missing"),
        ("AAAAA-AAAAA-AAAAA-AAAAA-AAAAA", "recovery_code_wrong"),
    ):
        with pytest.raises(DomainError) as error:
            restore(pc_actor(), saved, tmp_path / "b", given_code)
        assert error.value.code == expected
        assert not (tmp_path / "b").exists()
    restore(pc_actor(), saved, tmp_path / "b", code.lower())
    with opened(tmp_path / "b") as store:
        assert store.site.kind == "hospital"
    with opened(tmp_path / "b", code=code):
        pass


def test_no_number_can_be_read_in_a_backup_or_beside_it(tmp_path: Path) -> None:
    """VIS-14: names and numbers of a backup are encrypted; the copy made for it is gone."""
    busy_site(tmp_path / "a")
    before = folder_content(tmp_path / "a")
    raw = _backed_up(tmp_path / "a", tmp_path / "site.backup").read_bytes()
    for text in (NUMBER, PHONE, "欧阳锋", "市第一医院"):
        assert text.encode() not in raw
    assert folder_content(tmp_path / "a") == before
    assert folder_content(tmp_path) == {"a", "homes", "site.backup"} or "site.backup" in folder_content(
        tmp_path
    )


def test_what_a_restore_refuses(tmp_path: Path) -> None:
    """A folder with something in it, another site's folder, a folder in use, a file: each its own error."""
    busy_site(tmp_path / "a")
    new_site(tmp_path / "other")
    saved = _backed_up(tmp_path / "a", tmp_path / "site.backup")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("x")
    for target, code in (
        ("full", "folder_not_empty"),
        ("other", "another_site_here"),
        ("site.backup", "folder_is_file"),
    ):
        before = folder_content(tmp_path / target) if target != "site.backup" else set()
        with pytest.raises(DomainError) as error:
            restore(pc_actor(), saved, tmp_path / target)
        assert error.value.code == code
        assert target == "site.backup" or folder_content(tmp_path / target) == before
    lock = Lock(tmp_path / "a", alone=False)
    try:
        with pytest.raises(DomainError, match="folder_in_use"):
            restore(pc_actor(), saved, tmp_path / "a")
    finally:
        lock.release()
    with pytest.raises(DomainError, match="backup_missing"):
        restore(pc_actor(), tmp_path / "nowhere", tmp_path / "b")
    (tmp_path / "newer").write_bytes(b"yinghou backup 2\n" + bytes(100))
    with pytest.raises(DomainError, match="newer_backup"):
        restore(pc_actor(), tmp_path / "newer", tmp_path / "b")


def test_a_backup_of_a_server_comes_back_in_a_file_and_the_other_way_round(
    tmp_path: Path, postgres_database: str
) -> None:
    """Same tables on both: rows of a server restored into a folder, and the folder's into the emptied server."""
    busy_site(tmp_path / "a", postgres_database)
    saved = _backed_up(tmp_path / "a", tmp_path / "site.backup", postgres_database)
    rows = _visits(tmp_path / "a", tmp_path / "a.csv", postgres_database)
    restore(pc_actor(), saved, tmp_path / "b")
    assert _visits(tmp_path / "b", tmp_path / "b.csv") == rows
    assert not [one for one in care.check(tmp_path / "b") if one.fault]
    with pytest.raises(DomainError, match="database_not_empty"):
        restore(pc_actor(), saved, tmp_path / "c", url=postgres_database)


def test_a_file_goes_into_a_server(tmp_path: Path, postgres_database: str) -> None:
    """A site moves from a PC to a server by backup and restore."""
    busy_site(tmp_path / "a")
    saved = _backed_up(tmp_path / "a", tmp_path / "site.backup")
    restore(pc_actor(), saved, tmp_path / "b", url=postgres_database)
    assert _visits(tmp_path / "b", tmp_path / "b.csv", postgres_database) == _visits(
        tmp_path / "a", tmp_path / "a.csv"
    )
    assert not [one for one in care.check(tmp_path / "b", postgres_database) if one.fault]


def test_the_daily_backup_is_made_once_a_day(tmp_path: Path) -> None:
    """A second one on the same day is none; it is whole, and the audit chain's head stands in it."""
    busy_site(tmp_path / "a")
    with opened(tmp_path / "a") as store:
        made = daily_backup(store, pc_actor())
        assert made is not None
        assert daily_backup(store, pc_actor()) is None
        manifest = Container(made.file).verify(store.secrets.backup_key)
        assert manifest.heads[0][0] == store.writer.id.hex
        assert manifest.rows["visits"] == 3
    assert list(daily_backups(tmp_path / "a").values()) == [made.file]
    assert made.file.parent == tmp_path / "a" / BACKUPS


@given(st.sets(st.dates(date(2025, 1, 1), date(2026, 12, 31)), max_size=200))
def test_rotation_keeps_the_newest_days_and_weeks(days: set[date]) -> None:
    """14 daily ones, and of those before them the newest of each of the 8 newest weeks that have one."""
    kept = kept_days(days)
    newest = sorted(days, reverse=True)
    assert kept <= days
    assert set(newest[:DAYS]) <= kept
    older = newest[DAYS:]
    weeks = sorted({day.isocalendar()[:2] for day in older}, reverse=True)[:WEEKS]
    assert sorted((day.isocalendar()[:2] for day in kept - set(newest[:DAYS])), reverse=True) == weeks
    for day in kept - set(newest[:DAYS]):
        assert day == max(one for one in older if one.isocalendar()[:2] == day.isocalendar()[:2])


def test_rotation_of_a_year_of_days() -> None:
    """After a year of daily backups there are 14 days, and 8 weeks before them."""
    days = {date(2026, 1, 1) + timedelta(days=n) for n in range(365)}
    assert len(kept_days(days)) == DAYS + WEEKS
    assert min(kept_days(days)) >= max(days) - timedelta(days=DAYS + 7 * WEEKS)
