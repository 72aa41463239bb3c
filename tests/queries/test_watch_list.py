"""The watch list's hits go by pages, and no plan of theirs or of the marked visits reads a table whole (VIS-11)."""

from __future__ import annotations

from typing import Any

import pytest

from app.db.watch_list import watch_entries
from app.errors import DomainError
from app.operations import watch_list as watching
from app.queries import visits as visit_queries
from app.queries import watch_list as queries
from tests.operations.test_watch_list import enter
from tests.queries.test_plans import statements
from tests.sample import Post

NUMBER = "11010519491231002X"


def steps(post: Post, query: Any) -> list[str]:
    """The steps of all plans of a query."""
    found = []
    for statement, parameters in statements(post.store, query):
        with post.store.reading() as connection:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        found += [step[3] for step in plan]
    return found


def test_hits_go_by_pages_newest_first(post: Post) -> None:
    """VIS-11: keyset paging: every row once, also where several have one instant; nothing is sorted or scanned."""
    enter(post, name="")
    watch = queries.WatchList(post.store)
    for at in range(7):
        row = post.register(visitor=f"访客{at}", document_number=NUMBER)
        watching.check(post.store, post.guard, watch, row.visit_id)
    supervisor = post.actor("supervisor")
    found: list[queries.HitRow] = []
    while rows := queries.hits(post.store, supervisor, found[-1].after if found else None, 3):
        found += rows
    assert len({row.visit_id for row in found}) == len(found) == 7
    assert [row.after for row in found] == sorted((row.after for row in found), reverse=True)
    taken = steps(post, lambda: queries.hits(post.store, supervisor, found[2].after, 3))
    assert any("ix_watch_hits_site_id_at_id" in step for step in taken), taken
    assert not any("TEMP B-TREE" in step or step.startswith("SCAN") for step in taken), taken


def test_the_mark_of_a_visit_is_found_by_its_index(post: Post) -> None:
    """VIS-11: today's list asks of each row, never reads all hits."""
    post.register(visitor="张顺")
    taken = steps(post, lambda: visit_queries.day_visits(post.store, post.guard))
    assert any("ix_watch_hits_site_id_visit_id" in step for step in taken), taken
    assert not any(step.startswith("SCAN") for step in taken), taken


def test_an_index_that_cannot_be_read_anew_stands(post: Post) -> None:
    """VIS-11: the file cannot be read for a moment: what is in memory still stops; the next look reads again."""
    enter(post, name="")
    watch = queries.WatchList(post.store)
    assert len(watch.index()) == 1
    path, away = post.folder / "yinghou.db", post.folder / "away.db"
    post.store.engine.dispose()
    path.rename(away)
    path.write_bytes(b"no database at all" * 500)
    watch.changed()
    assert len(watch.index()) == 1
    with pytest.raises(DomainError, match="file_damaged"):
        queries.WatchList(post.store).index()
    post.store.engine.dispose()
    away.replace(path)
    enter(post, name="", number="E12345678")
    assert len(watch.index()) == 2


def test_one_damaged_entry_keeps_no_other_from_being_met(post: Post) -> None:
    """VIS-11: a flipped bit in one; the others stop as before, and the check names it."""
    whole = enter(post, name="")
    broken = enter(post, name="", number="E12345678")
    with post.store.engine.begin() as connection:
        table = watch_entries
        connection.execute(
            table.update().where(table.c.id == broken).values(document_number=b"\1" + bytes(40))
        )
    assert set(queries.WatchList(post.store).index().entries) == {whole}
