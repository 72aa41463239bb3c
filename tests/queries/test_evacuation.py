"""Who is on site now, for paper and roll call; how much of them the list says (VIS-13, VIS-14)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from app.domain.people import pc_actor
from app.errors import DomainError
from app.operations import visits as operations
from app.operations.nights import close_night
from app.queries import evacuation as queries
from app.queries.site import find_customers
from tests.queries.test_plans import sqlite_faults
from tests.sample import Post

NUMBER, PHONE = "21010219870412919X", "13912345678"


def host(post: Post, typed: str) -> dict[str, Any]:
    [found] = find_customers(post.store, post.guard, typed, 1)
    return {"host": found.name, "host_id": found.customer_id}


def test_everybody_of_all_posts_by_building_and_host(post: Post) -> None:
    """VIS-13: in the site's order of buildings, those of no building at the end; who came first goes first."""
    post.register(visitor="甲", host="老王", host_id=None)
    post.register(visitor="乙", **host(post, "guke"))
    post.register(visitor="丙", **host(post, "guke"))
    gone = post.register(visitor="丁", **host(post, "guke"))
    operations.depart(post.store, post.guard, gone.visit_id, pass_returned=False)
    now = queries.on_site_now(post.store, post.guard)
    assert [one.visitor for one in now.present] == ["乙", "丙", "甲"]
    assert now.present[0].building
    assert now.present[-1].building == ""
    assert now.as_of == post.clock.now()


def test_no_number_leaves_with_the_list(post: Post) -> None:
    """VIS-14: no document number at all; a phone's end only of who has no other name."""
    post.register(visitor="张顺", document_number=NUMBER, phone=PHONE)
    post.register(visitor="", phone=PHONE)
    said = repr(queries.on_site_now(post.store, post.guard))
    assert NUMBER not in said
    assert NUMBER[-4:] not in said
    assert PHONE not in said
    assert said.count(PHONE[-4:]) == 1


def test_the_list_is_what_the_posts_list_shows(post: Post) -> None:
    """VIS-10: both read who is on site."""
    for name in ("甲", "乙", "丙"):
        post.register(visitor=name)
    from app.queries import visits

    shown = {row.visit_id for row in visits.on_site_list(post.store, post.guard)}
    assert {one.visit_id for one in queries.on_site_now(post.store, post.guard).present} == shown


def test_whom_the_night_closed_are_named_for_a_day(post: Post) -> None:
    """VIS-10, VIS-13: they may be here still."""
    post.register(visitor="张顺")
    post.clock.pass_by(23 * 3600)
    close_night(post.store)
    now = queries.on_site_now(post.store, post.guard)
    assert (now.present, [one.visitor for one in now.closed]) == ((), ["张顺"])
    post.clock.pass_by(20 * 3600)
    assert queries.on_site_now(post.store, post.guard).closed == ()


def test_who_may_not_see_visits_does_not_see_the_list(post: Post) -> None:
    nobody = replace(post.guard, rights=frozenset({"reports.make"}))
    for look in (queries.on_site_now, queries.at_post, queries.running_roll_call, queries.roll_call):
        with pytest.raises(DomainError, match="no_right"):
            look(post.store, nobody)
    assert queries.on_site_now(post.store, pc_actor()).present == ()


def test_the_look_reads_who_is_here_and_not_all_visits(post: Post) -> None:
    """GOALS: by its keys, the closed ones by their own index."""
    post.register(visitor="张顺")
    asked: list[tuple[str, Any]] = []

    def note(connection: object, cursor: object, statement: str, values: object, *_more: object) -> None:
        asked.append((statement, values))

    sa.event.listen(post.store.engine, "before_cursor_execute", note)
    try:
        queries.on_site_now(post.store, post.guard)
        queries.at_post(post.store, post.guard)
    finally:
        sa.event.remove(post.store.engine, "before_cursor_execute", note)
    with post.store.reading() as connection:
        steps = {
            statement: [
                row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            ]
            for statement, values in asked
            if statement.startswith("SELECT")
        }
    assert steps
    for statement, plan in steps.items():
        assert sqlite_faults(plan, limited="LIMIT" in statement) == [], plan
    assert any("ix_departures_by_rule" in step for plan in steps.values() for step in plan)
