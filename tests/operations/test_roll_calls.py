"""A roll call with several PCs, on both databases (VIS-13)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.db.evacuation import roll_call_people, roll_call_ticks, roll_calls
from app.db.records import audit_records
from app.errors import DomainError
from app.operations import roll_calls as operations
from app.operations import visits as visit_operations
from app.queries import evacuation as queries
from tests.sample import Post


def rows(post: Post, table: sa.Table) -> list[sa.Row[tuple[object, ...]]]:
    with post.store.reading() as connection:
        return list(connection.execute(sa.select(table)))


def begun(post: Post, *names: str) -> tuple[UUID, dict[str, UUID]]:
    visits = {name: post.register(visitor=name).visit_id for name in names}
    return operations.begin(post.store, post.guard), visits


def state(post: Post) -> dict[str, bool]:
    call = queries.roll_call(post.store, post.guard)
    assert call is not None
    return {one.who.visitor: one.found_at is not None for one in call.people}


def test_a_roll_call_from_beginning_to_end(post: Post) -> None:
    """VIS-13: ticked as found, the missing counted, begin and end in the audit chain with who did it."""
    key, visits = begun(post, "张顺", "李明", "王芳")
    post.clock.pass_by(60)
    operations.tick(post.store, post.guard, key, visits["李明"])
    running = queries.running_roll_call(post.store, post.guard)
    assert running is not None
    assert (running.missing, len(running.people)) == (2, 3)
    assert running.people[-1].who.visitor == "李明"
    assert running.people[-1].found_by == post.guard.name
    operations.end(post.store, post.guard, key)
    assert queries.running_roll_call(post.store, post.guard) is None
    ended = queries.roll_call(post.store, post.guard)
    assert ended is not None
    assert ended.ended_at is not None
    assert (ended.started_by, ended.ended_by, ended.missing) == (post.guard.name, post.guard.name, 2)
    said = {one.action: one.actor for one in rows(post, audit_records)}
    for action in ("roll_call.begin", "roll_call.tick", "roll_call.end"):
        assert said[action] == str(post.guard.staff_id)


def test_a_second_pc_joins_and_sees_the_ticks(post: Post) -> None:
    """VIS-13: beginning twice is one roll call; a tick of both counts once."""
    key, visits = begun(post, "张顺", "李明")
    clerk = post.actor("clerk")
    assert operations.begin(post.store, clerk) == key
    operations.tick(post.store, clerk, key, visits["张顺"])
    operations.tick(post.store, post.guard, key, visits["张顺"])
    assert len(rows(post, roll_call_ticks)) == 1
    assert state(post) == {"张顺": True, "李明": False}


def test_four_pcs_tick_and_begin_at_once(post: Post) -> None:
    """VIS-13: rows of their own; nobody is lost, nobody is ticked twice, there is one roll call."""
    visits = [post.register(visitor=f"张{sign}").visit_id for sign in "一二三四五六"]
    with ThreadPoolExecutor(4) as pool:
        keys = set(pool.map(lambda _: operations.begin(post.store, post.guard), range(4)))
        [key] = keys
        list(pool.map(lambda one: operations.tick(post.store, post.guard, key, one), visits * 2))
    assert len(rows(post, roll_calls)) == 1
    assert len(rows(post, roll_call_ticks)) == 6
    assert all(state(post).values())


def test_a_mistaken_tick_is_taken_back_and_made_again(post: Post) -> None:
    """VIS-13: whatever the clocks say: it is set back in between."""
    key, visits = begun(post, "张顺")
    for found in (True, False, True):
        post.clock.set_wall(-600)
        step = operations.tick if found else operations.take_back
        step(post.store, post.guard, key, visits["张顺"])
        assert state(post) == {"张顺": found}
    operations.take_back(post.store, post.guard, key, visits["张顺"])
    operations.take_back(post.store, post.guard, key, visits["张顺"])
    assert state(post) == {"张顺": False}


def test_who_was_seen_off_stays_on_the_list_and_who_came_meanwhile_is_on_it(post: Post) -> None:
    """VIS-13: the list is that of the beginning and of now; the end writes it down."""
    key, visits = begun(post, "张顺", "李明")
    visit_operations.depart(post.store, post.guard, visits["张顺"], pass_returned=False)
    late = post.register(visitor="王芳").visit_id
    running = queries.running_roll_call(post.store, post.guard)
    assert running is not None
    assert {one.who.visitor: one.left for one in running.people} == {
        "张顺": True,
        "李明": False,
        "王芳": False,
    }
    operations.tick(post.store, post.guard, key, late)
    operations.end(post.store, post.guard, key)
    assert len(rows(post, roll_call_people)) == 3
    post.register(visitor="赵倩")
    assert set(state(post)) == {"张顺", "李明", "王芳"}


def test_after_the_end_nothing_is_ticked_and_another_may_begin(post: Post) -> None:
    key, visits = begun(post, "张顺")
    operations.end(post.store, post.guard, key)
    for step in (operations.tick, operations.take_back):
        with pytest.raises(DomainError, match="roll_call_over"):
            step(post.store, post.guard, key, visits["张顺"])
    with pytest.raises(DomainError, match="roll_call_over"):
        operations.end(post.store, post.guard, key)
    post.clock.pass_by(1)
    assert operations.begin(post.store, post.guard) != key


def test_a_clock_set_back_hides_no_roll_call(post: Post) -> None:
    """VIS-13: the second one begins before the first one did, by the wall clock, and runs all the same."""
    first, visits = begun(post, "张顺")
    operations.end(post.store, post.guard, first)
    post.clock.set_wall(-86400)
    second = operations.begin(post.store, post.guard)
    operations.tick(post.store, post.guard, second, visits["张顺"])
    running = queries.running_roll_call(post.store, post.guard)
    assert running is not None
    assert (running.id, running.missing) == (second, 0)
    shown = queries.roll_call(post.store, post.guard)
    assert shown is not None
    assert shown.id == second


def test_who_is_not_on_the_list_cannot_be_found(post: Post) -> None:
    key, _ = begun(post, "张顺")
    with pytest.raises(DomainError, match="row_gone"):
        operations.tick(post.store, post.guard, key, key)


def test_nobody_on_site_needs_no_roll_call(post: Post) -> None:
    with pytest.raises(DomainError, match="nobody_on_site"):
        operations.begin(post.store, post.guard)
    assert queries.roll_call(post.store, post.guard) is None


def test_who_may_only_look_does_not_tick(post: Post) -> None:
    key, visits = begun(post, "张顺")
    quality = post.actor("quality")
    with pytest.raises(DomainError, match="no_right"):
        operations.tick(post.store, quality, key, visits["张顺"])
    assert queries.running_roll_call(post.store, quality) is not None
