"""The night's closing by rule, on both databases (VIS-10)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.db.evacuation import nights_closed
from app.db.records import audit_records
from app.db.visits import departures, on_site, passes_out
from app.domain.stays import NO_LIMIT
from app.errors import DomainError
from app.operations import care
from app.operations import visits as visit_operations
from app.operations.nights import Night, close_night
from app.operations.site_editing import save_settings
from app.queries import evacuation as queries
from app.queries import visits as visit_queries
from tests.sample import Post

HOUR = 3600


def rows(post: Post, table: sa.Table) -> list[sa.Row[tuple[object, ...]]]:
    with post.store.reading() as connection:
        return list(connection.execute(sa.select(table)))


def to_next_morning(post: Post) -> None:
    """From 09:00 to 08:00 of the next day."""
    post.clock.pass_by(23 * HOUR)


def test_who_was_never_checked_out_is_closed_at_three_and_marked(post: Post) -> None:
    """VIS-10: with the hour of the rule, nobody's name, its mark in the lists and in the audit chain."""
    done = post.register(visitor="张顺", pass_number="A017")
    to_next_morning(post)
    assert close_night(post.store) == Night(date(2026, 11, 24), 1, True)
    [row] = rows(post, departures)
    assert (row.visit_id, row.by_rule, row.staff_id, row.post_id) == (done.visit_id, True, None, None)
    assert f"{row.left_at.astimezone(post.store.site.zone):%m-%d %H:%M}" == "11-24 03:00"
    assert rows(post, on_site) == []
    [logged] = visit_queries.day_visits(post.store, post.guard, day=date(2026, 11, 23))
    assert logged.left_by_rule
    assert [one.action for one in rows(post, audit_records)][-1] == "visits.close_night"
    assert [one.pass_number for one in rows(post, passes_out)] == ["A017"], "VIS-9: the pass is still out"
    engine = post.store.engine
    url = engine.url.render_as_string(False) if engine.dialect.name == "postgresql" else ""
    assert not [one for one in care.check(post.folder, url) if one.fault]


def test_it_is_said_in_the_morning_and_for_a_day(post: Post) -> None:
    """VIS-10: never silently."""
    post.register(visitor="张顺")
    assert queries.at_post(post.store, post.guard).night is None
    to_next_morning(post)
    close_night(post.store)
    said = queries.at_post(post.store, post.guard).night
    assert said is not None
    assert said.closed == 1
    assert [one.visitor for one in queries.closed_in_the_night(post.store, post.guard)] == ["张顺"]
    post.clock.pass_by(20 * HOUR)
    assert queries.at_post(post.store, post.guard).night is None


def test_a_night_is_closed_once(post: Post) -> None:
    """VIS-10: what is keyed in or registered afterwards waits for the next night."""
    post.register(visitor="张顺")
    to_next_morning(post)
    close_night(post.store)
    before = len(rows(post, audit_records))
    assert close_night(post.store) is None
    assert len(rows(post, audit_records)) == before
    assert len(rows(post, nights_closed)) == 1


def test_a_night_without_anybody_is_closed_too(post: Post) -> None:
    assert close_night(post.store) == Night(date(2026, 11, 23), 0, True)
    assert queries.at_post(post.store, post.guard).night is None


def test_who_came_late_in_the_evening_stays_until_the_next_night(post: Post) -> None:
    """VIS-10: 23:30 is within the hospital's four hours at 03:00."""
    post.clock.pass_by(14.5 * HOUR)
    post.register(visitor="张顺")
    post.clock.pass_by(8 * HOUR)
    assert close_night(post.store) == Night(date(2026, 11, 24), 0, True)
    post.clock.pass_by(24 * HOUR)
    assert close_night(post.store) == Night(date(2026, 11, 25), 1, True)


def test_a_return_visit_in_the_evening_is_a_new_record(post: Post) -> None:
    """VIS-10: the one who left at noon comes again; the night closes the second visit alone."""
    first = post.register(visitor="张顺", phone="13912345678")
    visit_operations.depart(post.store, post.guard, first.visit_id, pass_returned=False)
    post.clock.pass_by(9 * HOUR)
    second = post.register(visitor="张顺", phone="13912345678")
    assert second.visit_id != first.visit_id
    post.clock.pass_by(14 * HOUR)
    close_night(post.store)
    assert {row.visit_id: row.by_rule for row in rows(post, departures)} == {
        first.visit_id: False,
        second.visit_id: True,
    }


def test_a_pc_that_was_off_for_days_closes_the_last_night_only(post: Post) -> None:
    post.register(visitor="张顺")
    post.clock.restart(5 * 24 * HOUR)
    assert close_night(post.store) == Night(date(2026, 11, 28), 1, True)
    assert len(rows(post, nights_closed)) == 1


def test_a_clock_set_back_closes_nobody_twice_and_nobody_too_early(post: Post) -> None:
    """VIS-10: who came in meanwhile is not closed by an earlier night, and the right night comes again."""
    post.register(visitor="张顺")
    to_next_morning(post)
    close_night(post.store)
    post.register(visitor="李明")
    post.clock.set_wall(-3 * 24 * HOUR)
    said = close_night(post.store)
    assert said is not None
    assert said.closed == 0
    post.register(visitor="王芳")
    post.clock.set_wall(3 * 24 * HOUR)
    assert close_night(post.store) is None
    assert len(rows(post, departures)) == 1
    assert len(rows(post, on_site)) == 2


def test_many_are_closed_in_portions_that_keys_come_between(post: Post) -> None:
    for at in range(5):
        post.register(visitor=f"张{'一二三四五'[at]}")
    to_next_morning(post)
    counts = []
    while (night := close_night(post.store, 2)) is not None and not night.over:
        counts.append(night.closed)
    assert counts == [2, 4]
    assert night == Night(date(2026, 11, 24), 5, True)


def test_two_pcs_close_the_same_night(post: Post) -> None:
    """VIS-10: each visit is closed once, and the night has one row."""
    for name in ("甲", "乙", "丙", "丁"):
        post.register(visitor=name)
    to_next_morning(post)

    def close(_at: int) -> int:
        rounds = 0
        while (night := close_night(post.store, 1)) is not None and not night.over:
            rounds += 1
        return rounds

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(close, range(4)))
    assert len(rows(post, departures)) == 4
    assert len({row.visit_id for row in rows(post, departures)}) == 4
    [night] = rows(post, nights_closed)
    assert night.closed == 4


def test_a_guard_who_sees_off_meanwhile_is_told_and_nothing_is_doubled(post: Post) -> None:
    done = post.register(visitor="张顺")
    to_next_morning(post)
    close_night(post.store)
    with pytest.raises(DomainError, match="already_left"):
        visit_operations.depart(post.store, post.guard, done.visit_id, pass_returned=False)


def test_the_hour_is_the_sites_own(post: Post) -> None:
    """VIS-10: closing at 22:00 for a site that wants it so, and a limit of two hours."""
    manager = post.actor("manager")
    save_settings(post.store, manager, {"night_closes": 22 * 60, "stay_hours": 2})
    assert close_night(post.store) == Night(date(2026, 11, 22), 0, True)
    post.register(visitor="张顺")
    post.clock.pass_by(timedelta(hours=13, minutes=1).total_seconds())
    assert close_night(post.store) == Night(date(2026, 11, 23), 1, True)


@pytest.mark.parametrize("values", [{"night_closes": 1440}, {"stay_hours": 0}, {"evacuation_minutes": 0}])
def test_a_setting_that_makes_no_sense_is_refused(post: Post, values: dict[str, int]) -> None:
    with pytest.raises(DomainError, match="bad_setting"):
        save_settings(post.store, post.actor("manager"), values)


def test_over_time_is_counted_and_shown(post: Post) -> None:
    """VIS-10: four hours at a hospital; counted at the head, by the rule that the list marks rows by."""
    post.register(visitor="张顺")
    post.clock.pass_by(2 * HOUR)
    post.register(visitor="李明")
    post.clock.pass_by(2 * HOUR)
    counts = visit_queries.post_counts(post.store, post.guard)
    assert (counts.on_site, counts.over_time) == (2, 1)
    now = queries.on_site_now(post.store, post.guard)
    assert {one.visitor: one.over_time for one in now.present} == {"张顺": True, "李明": False}
    save_settings(post.store, post.actor("manager"), {"stay_hours": NO_LIMIT})
    assert visit_queries.post_counts(post.store, post.guard).over_time == 0
