"""Tables in while others write: what takes long is done before the turn, and what changed meanwhile is honoured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.db.people import staff
from app.db.search import search_keys
from app.db.site import contacts, customers
from app.db.store import Store
from app.db.turn import turn
from app.db.visits import visitor_recency, visitors, visits
from app.domain.people import pc_actor
from app.operations import care
from app.operations.imports import Imported, import_table
from app.queries.visitor_search import matches
from tests.db.sites import NUMBER, PHONE, guard, new_site, opened, register

ROWS = 400
HEADER = "visitor,document_number,phone,plate\n"
OTHERS = "".join(f"路人{number},,139{number:08d},\n" for number in range(ROWS))
Two = tuple[Store, Store, str]


@pytest.fixture(params=["sqlite", "postgresql"])
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Two]:
    """One data folder open in two programs, on each database: the one that imports, the other, and the URL."""
    url = request.getfixturevalue("postgres_database") if request.param == "postgresql" else ""
    new_site(tmp_path / "site", url=url)
    with opened(tmp_path / "site", url) as one, opened(tmp_path / "site", url) as other:
        yield one, other, url


@contextmanager
def meanwhile(store: Store, act: Callable[[], object]) -> Iterator[None]:
    """Lets something happen elsewhere when the store is about to write its first row, after all was decided."""
    waiting = [act]

    def about_to_write(connection: sa.Connection, cursor: Any, statement: str, *rest: Any) -> None:
        if waiting and statement.startswith("INSERT"):
            waiting.pop()()

    sa.event.listen(store.engine, "before_cursor_execute", about_to_write)
    try:
        yield
    finally:
        sa.event.remove(store.engine, "before_cursor_execute", about_to_write)
    assert not waiting


def _bring(store: Store, name: str, content: str, keep_good: bool = False) -> Imported:
    file = store.folder.parent / "table.csv"
    file.write_text(content, encoding="utf-8")
    return import_table(store, pc_actor(), name, file, keep_good)


def _rows(store: Store, query: sa.Select[Any]) -> list[Any]:
    with store.reading() as connection:
        return list(connection.execute(query).all())


def _whole(store: Store, url: str) -> bool:
    return not [finding for finding in care.check(store.folder, url) if finding.fault]


def test_whoever_is_registered_meanwhile_is_not_doubled(two: Two) -> None:
    """VIS-5: a guard's *returned* is not held up by an import, and the row means the visitor whom it left on file."""
    store, other, url = two
    with meanwhile(store, lambda: register(other, guard(other), "欧阳锋", plate="京A3K7P9")):
        done = _bring(store, "visitors", HEADER + f"欧阳锋,{NUMBER},13800138000,\n" + OTHERS)
    assert (done.added, done.updated, done.written) == (ROWS, 1, True)
    known = _rows(store, sa.select(visitors.c.plate).where(visitors.c.name == "欧阳锋"))
    assert [row.plate for row in known] == ["京A3K7P9"]
    assert [one.visits for one in matches(store, guard(store), "13800138000")] == [1]
    assert matches(store, guard(store), PHONE) == []
    assert _whole(store, url)


def test_past_visits_get_numbers_that_nobody_took_meanwhile(two: Two) -> None:
    """VIS-1: a number is given once, and both visits count for the one visitor."""
    store, other, url = two
    now = store.clock.now().astimezone(store.site.zone)
    header, keeper = "visitor,document_number,post,guard,host,purpose,arrived_at\n", guard(store).name
    content = header + "".join(
        f"{who},{number},东门岗,{keeper},骨科,送货,{now - timedelta(seconds=place):%Y-%m-%d %H:%M:%S}\n"
        for place, (who, number) in enumerate([("欧阳锋", NUMBER), ("洪七", "E60017342")] * 20)
    )
    with meanwhile(store, lambda: register(other, guard(other), "欧阳锋")):
        assert _bring(store, "visits", content).added == 40
    numbers = _rows(store, sa.select(visits.c.day, visits.c.number))
    assert len(set(numbers)) == len(numbers) == 41
    counts = sa.select(visitors.c.name, visitor_recency.c.visits).join_from(
        visitor_recency, visitors, visitors.c.id == visitor_recency.c.visitor_id
    )
    assert sorted(_rows(store, counts)) == [("欧阳锋", 21), ("洪七", 20)]
    assert _whole(store, url)


@pytest.mark.parametrize("keep_good", [False, True])
def test_a_row_that_became_wrong_meanwhile(two: Two, keep_good: bool) -> None:
    """VIS-3: that number is somebody else's by now: the file is refused whole, or all but this row is taken."""
    store, other, url = two
    with meanwhile(store, lambda: register(other, guard(other), "洪七")):
        done = _bring(store, "visitors", HEADER + OTHERS + f"欧阳锋,{NUMBER},,\n", keep_good)
    assert [(one.line, one.code, one.value) for one in done.bad] == [(ROWS + 2, "bad_other_name", "洪七")]
    assert done.written == keep_good
    assert len(_rows(store, sa.select(visitors.c.id))) == 1 + keep_good * ROWS
    assert _whole(store, url)


def test_customers_and_staff_that_came_meanwhile_are_found(two: Two) -> None:
    """One customer, one employee of a name, whoever was quicker; keys that search finds are those that follow."""
    store, other, url = two
    first = "name,place,contact,phone\n日间病房,2 楼,仇护士,\n"
    mine = "name,place,contact,phone\n日间病房,3 楼,单主任,13800138000\n夜间病房,3 楼,,\n"
    with meanwhile(store, lambda: _bring(other, "customers", first)):
        done = _bring(store, "customers", mine)
    assert (done.added, done.updated) == (1, 1)
    found = _rows(store, sa.select(customers.c.place).where(customers.c.name == "日间病房"))
    assert [row.place for row in found] == ["3 楼"]
    people = _rows(store, sa.select(contacts.c.position, contacts.c.name).order_by(contacts.c.id))
    assert sorted(row for row in people if row.name in ("仇护士", "单主任")) == [(1, "仇护士"), (2, "单主任")]
    with meanwhile(store, lambda: _bring(other, "staff", "name,roles\n新来,保安\n")):
        assert _bring(store, "staff", "name,title,roles\n新来,护卫员,保安\n").updated == 1
    assert len(_rows(store, sa.select(staff.c.id).where(staff.c.name == "新来"))) == 1
    assert _whole(store, url)


def test_whom_a_table_meant_was_made_of_no_rows(two: Two) -> None:
    """Nothing staged is left over: who came by another's import of the same file is not brought in again."""
    store, other, url = two
    content = HEADER + f"欧阳锋,{NUMBER},{PHONE},\n" + OTHERS
    with meanwhile(store, lambda: _bring(other, "visitors", content)):
        assert _bring(store, "visitors", content).unchanged == ROWS + 1
    assert len(_rows(store, sa.select(visitors.c.id))) == ROWS + 1
    assert _whole(store, url)


def test_a_refused_file_never_waits_for_the_turn(two: Two) -> None:
    """What is wrong in the file is told while another program writes."""
    store, _, _ = two
    before = _rows(store, sa.select(sa.func.count()).select_from(search_keys))
    with turn(store.folder):
        done = _bring(store, "visitors", HEADER + "甲,123,,\n" + OTHERS)
    assert [(one.line, one.code) for one in done.bad] == [(2, "bad_number")]
    assert not done.written
    assert _rows(store, sa.select(sa.func.count()).select_from(search_keys)) == before
