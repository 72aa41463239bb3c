"""What a check finds: damage of every kind is said, what operations did is not taken for damage."""

from __future__ import annotations

import random
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.db.backup import daily_backup
from app.db.engine import make_engine
from app.db.file_check import sealed_columns, sqlite_files
from app.db.integrity import damaged_rows, proven_tables, rows_digest
from app.db.tables import metadata
from app.domain.people import pc_actor
from app.domain.site import MODES
from app.operations import care
from app.operations.demo import make_demo
from app.operations.finding_text import finding_text
from app.operations.site import sign_in_as
from app.operations.site_editing import save_site
from app.operations.visits import depart
from app.queries.visits import on_site_list
from app.words import LANGUAGES, Words
from tests.db.sites import administrator, busy_site, guard, new_site, opened, register
from tests.torture.flips import FREE_PAGE, FREE_SPACE, unseen_flips

UNTIL = datetime(2026, 3, 1, 10, tzinfo=UTC)
PAGE = 4096
# Names of tables and columns with a line under them, and whole keys: no clerk knows them.
RAW = re.compile(r"[a-z]_[a-z]|[0-9a-f]{8}-[0-9a-f]{4}-")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sample site; copied, never changed."""
    folder = tmp_path_factory.mktemp("demo") / "site"
    make_demo(folder, "hospital", visits=200, requests=40, seed=3, until=UNTIL)
    return folder


@pytest.fixture
def site(demo: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    folder = tmp_path / "site"
    folder.mkdir()
    for name in ("yinghou.db", "keys.json"):
        (folder / name).write_bytes((demo / name).read_bytes())
    return folder


def _faults(folder: Path, url: str = "") -> list[str]:
    found = care.check(folder, url)
    for one in found:
        for language in LANGUAGES:
            text = finding_text(Words(language), one)
            assert not RAW.search(text), text
    return [one.code for one in found if one.fault]


def _change(folder: Path, statement: str, *values: object) -> None:
    connection = sqlite3.connect(folder / "yinghou.db")
    assert connection.execute(statement, values).rowcount > 0
    connection.commit()
    connection.close()


def test_a_sound_sample_site_holds_and_says_that_there_is_no_backup(site: Path) -> None:
    """No backup yet is a note, not a fault."""
    assert [one.code for one in care.check(site)] == ["care.no_backup"]


def test_what_operations_do_to_a_sample_site_is_no_damage(site: Path) -> None:
    """Rows changed or added after the anchor have change records and are left out of it."""
    with opened(site) as store:
        actor = guard(store)
        for number in range(3):
            register(store, actor, f"令狐冲{number}", pass_number=f"B{number:03d}")
        daily_backup(store, pc_actor())
    assert _faults(site) == []


def test_a_page_overwritten_anywhere_is_found(site: Path) -> None:
    """A seeded sample of pages, whole and across a border, the file's middle among them."""
    raw = (site / "yinghou.db").read_bytes()
    chance = random.Random(11)
    places = [len(raw) // 2, 0, len(raw) - PAGE] + [
        chance.randrange(0, len(raw) - PAGE, PAGE // 2) for _ in range(9)
    ]
    for place in places:
        (site / "yinghou.db").write_bytes(raw[:place] + b"\xa5" * PAGE + raw[place + PAGE :])
        assert _faults(site), f"page at {place}"


def test_a_flipped_bit_anywhere_is_found(demo: Path, tmp_path: Path) -> None:
    """A seeded sample; what is not seen lies where nothing is stored. 66 of 200 were missed without the comparisons."""
    unseen = unseen_flips(demo, tmp_path, count=30, seed=5)
    assert len(unseen) < 20  # empty tables lie in pages of their own, which are free space but for a line
    # The wording of a table's own CREATE is not compared; its columns are.
    known = (FREE_PAGE, FREE_SPACE, "table sqlite_schema")
    assert [one for one in unseen if one.place not in known] == []


LOST_KEY = """
    DELETE FROM search_keys WHERE scope = 'visitor' AND key = (SELECT min(key) FROM search_keys WHERE scope = 'visitor')
"""
STILL_HERE = """
    INSERT INTO on_site SELECT v.site_id, v.id, v.post_id, v.visitor_id, v.arrived_at, '' FROM visits v
    JOIN departures d ON d.visit_id = v.id LIMIT 1
"""
COPIED = """
    UPDATE visitors SET document_number = (SELECT document_number FROM visitors WHERE rowid = 4) WHERE rowid = 3
"""


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE visits SET host = 'X' WHERE rowid = 17", "care.row_changed"),
        ("UPDATE request_events SET words = words || '.' WHERE rowid = 5", "care.row_changed"),
        (COPIED, "care.value_damaged"),
        ("UPDATE audit_records SET body = replace(body, 'note', 'nota')", "care.audit_digest"),
        ("UPDATE audit_records SET mac = zeroblob(32)", "care.audit_mac"),
        ("UPDATE audit_records SET seq = 2", "care.audit_gap"),
        ("UPDATE day_digests SET content = x'00' WHERE entity = 'visits' AND day > 0", "care.anchor_differs"),
        (LOST_KEY, "care.search_differs"),
        ("UPDATE search_keys SET rank = rank + 1 WHERE scope = 'visitor'", "care.search_differs"),
        (STILL_HERE, "care.on_site_differs"),
        (
            "UPDATE visits SET post_id = x'00112233445566778899aabbccddeeff' WHERE rowid = 2",
            "care.reference_broken",
        ),
        ("UPDATE staff_roles SET role = 'administrator' WHERE role = 'quality'", "care.row_changed"),
        ("DELETE FROM visits WHERE rowid = 40", "care.rows_changed"),
        ("UPDATE on_site SET since = since + 1 WHERE rowid = 1", "care.on_site_differs"),
        ("UPDATE on_site SET visitor_id = randomblob(16) WHERE rowid = 1", "care.on_site_differs"),
        ("UPDATE visitor_recency SET rank = rank + 1 WHERE rowid = 5", "care.recency_differs"),
        (
            "DELETE FROM request_grams WHERE gram = (SELECT min(gram) FROM request_grams)",
            "care.search_differs",
        ),
        ("UPDATE search_keys SET key = key || '~' WHERE scope = 'staff'", "care.search_differs"),
        ("UPDATE search_keys SET key = key || '~' WHERE scope = 'customer'", "care.search_differs"),
        ("UPDATE search_keys SET key = key || '~' WHERE scope = 'item'", "care.search_differs"),
        ("UPDATE search_keys SET scope = 'stuff' WHERE scope = 'staff'", "care.search_differs"),
    ],
)
def test_each_kind_of_damage_is_named(site: Path, statement: str, code: str) -> None:
    """A value changed behind the program's back, a broken chain, a derived row that does not follow."""
    _change(site, statement)
    assert code in _faults(site)


def test_text_that_is_no_text_is_a_finding_and_no_crash(site: Path) -> None:
    """Broken UTF-8, a day that is none, a key of 3 bytes."""
    raw = (site / "yinghou.db").read_bytes()
    for statement in (
        "UPDATE visits SET purpose = CAST(x'ff80' AS TEXT) WHERE rowid = 9",
        "UPDATE visits SET day = 20269999 WHERE rowid = 9",
        "UPDATE visitors SET id = x'010203' WHERE rowid = 2",
        "UPDATE audit_records SET body = 'rubbish'",
    ):
        (site / "yinghou.db").write_bytes(raw)
        _change(site, statement)
        assert _faults(site), statement


def test_rows_of_operations_are_proven_by_their_audit_records(tmp_path: Path) -> None:
    """A real site has no anchor: each field of each row is held against what was recorded when it was written."""
    busy_site(tmp_path / "a")
    assert _faults(tmp_path / "a") == []
    _change(tmp_path / "a", "UPDATE visits SET host = 'X' WHERE visitor = '欧阳锋'")
    assert "care.row_differs" in _faults(tmp_path / "a")
    _change(tmp_path / "a", "UPDATE visits SET host = '内科' WHERE visitor = '欧阳锋'")
    assert _faults(tmp_path / "a") == []
    _change(tmp_path / "a", "DELETE FROM role_rights WHERE role = 'guard'")
    _change(tmp_path / "a", "DELETE FROM change_records WHERE seq = 4")
    assert "care.change_gap" in _faults(tmp_path / "a")


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("INSERT INTO role_rights SELECT site_id, 'guard', 'personal.unmask' FROM sites", "care.row_added"),
        ("DELETE FROM role_rights WHERE role = 'guard'", "care.row_gone"),
        ("UPDATE site_settings SET value = '61' WHERE rowid = 1", "care.row_differs"),
        ("INSERT INTO desks SELECT site_id, randomblob(16), '黑席', 9, 1 FROM sites", "care.rows_added"),
        ("UPDATE change_records SET entity = 'desks' WHERE seq = 7", "care.change_gap"),
        ("UPDATE change_records SET operation = 'delete' WHERE seq = 7", "care.change_gap"),
    ],
)
def test_what_a_tool_adds_to_a_real_site_is_found(tmp_path: Path, statement: str, code: str) -> None:
    """Rights that somebody gave himself, a row of no operation, a changed change record (docs/threat-model.md)."""
    busy_site(tmp_path / "a")
    _change(tmp_path / "a", statement)
    assert code in _faults(tmp_path / "a")


def test_a_row_that_vanished_is_missed(tmp_path: Path) -> None:
    """An inserted row without a record of its deletion must be there."""
    busy_site(tmp_path / "a")
    connection = sqlite3.connect(tmp_path / "a" / "yinghou.db")
    key = connection.execute("SELECT id FROM purposes LIMIT 1").fetchone()[0]
    connection.execute("DELETE FROM purposes WHERE id = ?", (key,))
    connection.commit()
    connection.close()
    assert "care.row_gone" in _faults(tmp_path / "a")


def test_a_cut_tail_of_the_chain_is_found_by_the_newest_backup(tmp_path: Path) -> None:
    """The chain's end is in the daily backup: records taken away from the end are missed."""
    busy_site(tmp_path / "a")
    with opened(tmp_path / "a") as store:
        register(store, guard(store), "周伯通")
        daily_backup(store, pc_actor())
    _change(tmp_path / "a", "DELETE FROM audit_records WHERE seq >= (SELECT max(seq) - 2 FROM audit_records)")
    assert "care.audit_cut" in _faults(tmp_path / "a")


def test_a_damaged_backup_is_found(tmp_path: Path) -> None:
    """The newest backups are read whole."""
    busy_site(tmp_path / "a")
    with opened(tmp_path / "a") as store:
        made = daily_backup(store, pc_actor())
    assert made is not None
    raw = bytearray(made.file.read_bytes())
    raw[len(raw) // 2] ^= 1
    made.file.write_bytes(raw)
    assert "errors.backup_damaged" in _faults(tmp_path / "a")


def test_the_anchor_is_the_same_on_both_databases(tmp_path: Path, postgres_database: str) -> None:
    """The same rows, the same digest: a site moves between a file and a server with its proof."""
    make_demo(tmp_path / "a", "office", visits=60, requests=10, seed=5, until=UNTIL)
    make_demo(tmp_path / "b", "office", visits=60, requests=10, seed=5, until=UNTIL, url=postgres_database)
    digests = []
    for folder, url in ((tmp_path / "a", ""), (tmp_path / "b", postgres_database)):
        assert _faults(folder, url) == []
        with opened(folder, url) as store, store.engine.begin() as connection:
            digests.append(rows_digest(connection, store.site.site_id))
            assert damaged_rows(connection, store.site.site_id) == []
    assert digests[0] == digests[1]


def test_every_sealed_column_and_every_table_is_covered() -> None:
    """A new table is proven unless it is named as derived; a new encrypted column is found by its type."""
    assert {f"{c.table.name}.{c.name}" for c in sealed_columns()} >= {
        "visits.phone",
        "visitors.document_number",
    }
    assert {"visits", "departures", "requests", "role_rights"} <= {table.name for table in proven_tables()}
    for column in sealed_columns():
        assert isinstance(metadata.tables[column.table.name].c[column.name].type, sa.LargeBinary)


def test_every_sqlite_file_of_the_folder_is_checked(site: Path) -> None:
    """Ours also when their first bytes are gone; another's is named and no damage of ours."""
    for name in ("other.sqlite", "broken.sqlite"):
        with closing(sqlite3.connect(site / name)) as other:
            other.execute("CREATE TABLE x (y)")
            other.commit()
    raw = (site / "broken.sqlite").read_bytes()
    (site / "broken.sqlite").write_bytes(raw[:100] + b"\xa5" * 200)
    (site / "drafts.db").write_bytes(b"rubbish" * 100)
    ours, others = sqlite_files(site)
    assert {path.name for path in ours} == {"yinghou.db", "drafts.db"}
    assert {path.name for path in others} == {"other.sqlite", "broken.sqlite"}
    assert _faults(site) == ["care.file_damaged"]
    (site / "drafts.db").unlink()
    assert _faults(site) == []
    assert [one.code for one in care.check(site)].count("care.file_foreign") == 2


def test_a_file_that_cannot_be_read_is_not_damaged(site: Path) -> None:
    """Held by another program, or no journal can be made for it: nobody restores a backup over a sound file."""
    with closing(sqlite3.connect(site / "yinghou.db", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        assert _faults(site) == ["care.file_locked"]
    (site / "yinghou.db-wal").mkdir()
    assert _faults(site) == ["care.file_unread"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE visits SET discarded_at = 1",
        "UPDATE visits SET corrected_at = 1",
        "UPDATE visits SET held_seconds = NULL",
        "UPDATE departures SET staff_id = NULL",
        "UPDATE staff SET locked_until = 9000000000000000",
        "UPDATE sites SET name = '假'",
        "UPDATE sites SET zone = 'UTC'",
    ],
)
def test_what_was_empty_when_it_was_written_is_proven_too(tmp_path: Path, change: str) -> None:
    """A time that nobody entered, a lock, the site's name and zone: a record without a digest of a field says NULL."""
    busy_site(tmp_path / "a")
    with opened(tmp_path / "a") as store:
        actor = guard(store)
        depart(store, actor, on_site_list(store, actor)[0].visit_id, pass_returned=False)
    assert _faults(tmp_path / "a") == []
    _change(tmp_path / "a", change)
    assert "care.row_differs" in _faults(tmp_path / "a")


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (
            "CREATE TRIGGER evil AFTER INSERT ON visits BEGIN UPDATE visits SET host = ''; END",
            "care.object_foreign",
        ),
        ("CREATE VIEW evil AS SELECT * FROM visits", "care.object_foreign"),
        ("CREATE TABLE evil (id INTEGER)", "care.object_foreign"),
        ("ALTER TABLE visits ADD COLUMN evil TEXT", "care.object_foreign"),
        ("DROP INDEX ix_visits_time", "care.index_missing"),
        ("UPDATE number_counters SET last = last - 1", "care.counter_behind"),
        ("DELETE FROM number_counters", "care.counter_behind"),
    ],
)
def test_what_would_change_data_later_is_found(tmp_path: Path, site: Path, statement: str, code: str) -> None:
    """Planted triggers and the like, and counters set back, on a sample site as on a real one."""
    busy_site(tmp_path / "a")
    for folder in (site, tmp_path / "a"):
        with closing(sqlite3.connect(folder / "yinghou.db")) as connection:
            connection.execute(statement)
            connection.commit()
        assert code in _faults(folder)


def test_what_another_plants_on_a_server_is_found(tmp_path: Path, postgres_database: str) -> None:
    """The same on PostgreSQL; what belongs to an extension or to the database itself is none of it."""
    busy_site(tmp_path / "a", postgres_database)
    assert _faults(tmp_path / "a", postgres_database) == []
    statements = (
        "CREATE FUNCTION evil() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TRIGGER evil BEFORE INSERT ON visits FOR EACH ROW EXECUTE FUNCTION evil()",
        "CREATE RULE worse AS ON DELETE TO visits DO INSTEAD NOTHING",
        "CREATE VIEW worst AS SELECT name FROM staff",
        "UPDATE requests SET told_at = 1",
        "UPDATE visits SET corrected_at = 1",
    )
    engine = make_engine(postgres_database)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()
    found = _faults(tmp_path / "a", postgres_database)
    assert found.count("care.object_foreign") == 3
    assert "care.row_differs" in found


def test_a_site_that_was_renamed_is_sound(tmp_path: Path, site: Path) -> None:
    """Its row is proven by the newest record, on a sample site too (it was called changed)."""
    new_site(tmp_path / "a")
    for folder in (tmp_path / "a", site):
        with opened(folder) as store:
            person = administrator(store) if folder != site else sign_in_as(store, "administrator", "center")
            save_site(store, person, "新名字", "", MODES[-1])
        assert _faults(folder) == []
        _change(folder, "UPDATE sites SET name = '假'")
        assert "care.row_differs" in _faults(folder)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_has_a_word_of_the_users(language: str) -> None:
    """A finding never shows a table's own name."""
    assert [name for name in metadata.tables if not Words(language).has(f"care.table_{name}")] == []
