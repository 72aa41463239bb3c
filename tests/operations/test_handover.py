"""Tallies, the duty log and the handover of a post, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.db.derived_check import derived_faults
from app.db.handover import duty_endings, duty_lines, duty_standing, handover_takings, handovers, tallies
from app.db.records import audit_records
from app.domain.handover import MOST_LISTED, Counted
from app.domain.people import Actor
from app.domain.visits import Fields
from app.errors import DomainError
from app.operations import duty_log, handover, site_editing
from app.operations import tallies as counting
from app.operations import visits as registering
from app.queries import duty_log as log_queries
from app.queries import handover as queries
from app.queries import tallies as tally_queries
from app.queries.people import sign_in_people
from tests.sample import Post

PIN = "1234"


def rows(post: Post, table: sa.Table) -> list[sa.Row[tuple[object, ...]]]:
    with post.store.reading() as connection:
        return list(connection.execute(sa.select(table)))


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as refused:
        call()
    return refused.value.code


def next_guard(post: Post, at: int = 0) -> UUID:
    """Somebody else with a PIN and the rights of a post."""
    others = [
        one.staff_id
        for one in sign_in_people(post.store, with_pin=True)
        if "guard" in one.roles and one.staff_id != post.guard.staff_id
    ]
    return others[at]


def given(post: Post, **more: Any) -> handover.Given:
    page = queries.handover_page(post.store, post.guard)
    return replace(handover.Given(page.after), **more)


def hand_over(post: Post, **more: Any) -> handover.HandedOver:
    return handover.hand_over(post.store, post.guard, given(post, **more), PIN, next_guard(post), PIN)


# --- tallies (VIS-1) -------------------------------------------------------------------------------------------------


def test_a_tally_is_a_row_without_a_name(post: Post) -> None:
    """VIS-1: what, when, where and who counted; rows add up, so that two writers' rows merge by keeping both."""
    for _ in range(3):
        counting.tally(post.store, post.guard, "就诊")
    board = tally_queries.tally_board(post.store, post.guard)
    assert board.choices[0] == tally_queries.TallyChoice("就诊", False, 3)
    assert board.total == 3
    [row, *_] = rows(post, tallies)
    assert (row.kind, row.reason, row.shift, row.undone_at) == ("就诊", "", "早班", None)
    assert len(rows(post, tallies)) == 3


def test_who_is_turned_away_needs_a_reason(post: Post) -> None:
    """VIS-1: 劝返."""
    assert code_of(lambda: counting.tally(post.store, post.guard, "劝返")) == "reason_needed"
    assert code_of(lambda: counting.tally(post.store, post.guard, "劝返", "不喜欢")) == "reason_needed"
    counting.tally(post.store, post.guard, "劝返", "not_expected")
    counting.tally(post.store, post.guard, "问路", "not_expected")  # asks for none: none is kept
    assert {(row.kind, row.reason) for row in rows(post, tallies)} == {("劝返", "not_expected"), ("问路", "")}
    facts = tally_queries.tally_facts(
        post.store, post.clock.now().replace(hour=0), post.clock.now().replace(hour=23)
    )
    assert {(fact.kind, fact.post, fact.count) for fact in facts} == {
        ("劝返", "东门岗", 1),
        ("问路", "东门岗", 1),
    }


def test_a_tally_can_be_taken_back_for_ten_seconds_and_once(post: Post) -> None:
    """VIS-1: the row stays, marked; a count on a signed sheet is not changed any more."""
    key = counting.tally(post.store, post.guard, "就诊")
    late = counting.tally(post.store, post.guard, "就诊")
    post.clock.pass_by(10)
    counting.undo_tally(post.store, post.guard, key)
    assert code_of(lambda: counting.undo_tally(post.store, post.guard, key)) == "undo_too_late"
    post.clock.pass_by(0.001)
    assert code_of(lambda: counting.undo_tally(post.store, post.guard, late)) == "undo_too_late"
    assert tally_queries.tally_board(post.store, post.guard).total == 1
    assert len(rows(post, tallies)) == 2
    signed = counting.tally(post.store, post.guard, "就诊")
    hand_over(post)
    assert code_of(lambda: counting.undo_tally(post.store, post.guard, signed)) == "undo_too_late"


def test_another_post_takes_nothing_back_and_the_center_counts_nothing(post: Post) -> None:
    """VIS-1: a tally is of its post."""
    key = counting.tally(post.store, post.guard, "就诊")
    elsewhere = replace(post.guard, post_id=UUID(int=7))
    assert code_of(lambda: counting.undo_tally(post.store, elsewhere, key)) == "row_gone"
    at_center = replace(post.guard, post_id=None, station="center")
    assert code_of(lambda: counting.tally(post.store, at_center, "就诊")) == "no_post"
    assert code_of(lambda: counting.tally(post.store, post.actor("technician"), "就诊")) == "no_right"


def test_the_kinds_are_the_sites(post: Post) -> None:
    """VIS-1: added, renamed, retired on the Site tab; what was counted keeps its name."""
    manager = post.actor("manager")
    counting.tally(post.store, post.guard, "就诊")
    [kind, *_] = tally_queries.tally_kind_list(post.store, manager)
    site_editing.save_tally_kind(post.store, manager, "看病", False, kind.id)
    assert code_of(lambda: counting.tally(post.store, post.guard, "就诊")) == "tally_kind_gone"
    counting.tally(post.store, post.guard, "看病")
    site_editing.set_active(post.store, manager, "tally_kinds", kind.id, False)
    assert code_of(lambda: counting.tally(post.store, post.guard, "看病")) == "tally_kind_gone"
    assert tally_queries.tally_board(post.store, post.guard).total == 2
    taken = code_of(lambda: site_editing.save_tally_kind(post.store, manager, "问路", False))
    assert taken == "name_taken"


# --- the duty log (VIS-16) -------------------------------------------------------------------------------------------


def test_a_line_is_encrypted_and_corrected_by_a_further_one(post: Post) -> None:
    """VIS-16: never changed, never deleted; what happened may name a person."""
    first = duty_log.write_line(post.store, post.guard, "incident", " 李四在门口\n摔倒 ")
    again = duty_log.write_line(post.store, post.guard, "incident", "李四在大厅摔倒", first)
    log = log_queries.duty_log(post.store, post.guard)
    assert [(line.text, line.corrects, line.corrected) for line in log.lines] == [
        ("李四在大厅摔倒", True, False),
        ("李四在门口 摔倒", False, True),
    ]
    assert [line.line_id for line in log.lines] == [again, first]
    assert all("李四".encode() not in bytes(row.text) for row in rows(post, duty_lines))
    assert (
        code_of(lambda: duty_log.write_line(post.store, post.guard, "incident", "\u200b ")) == "field_needed"
    )
    assert (
        code_of(lambda: duty_log.write_line(post.store, post.guard, "incident", "长" * 201))
        == "text_too_long"
    )
    assert code_of(lambda: duty_log.write_line(post.store, post.guard, "gossip", "x")) == "unknown_line_kind"
    assert (
        code_of(lambda: duty_log.write_line(post.store, post.guard, "other", "x", UUID(int=9))) == "row_gone"
    )


def test_an_order_stands_over_handovers_until_it_is_done(post: Post) -> None:
    """VIS-16: a correction takes its place; done once; `yinghou check` compares what stands."""
    order = duty_log.write_line(post.store, post.guard, "order", "加强巡逻")
    right = duty_log.write_line(post.store, post.guard, "order", "北门加强巡逻", order)
    duty_log.write_line(post.store, post.guard, "incident", "停水")
    hand_over(post)
    log = log_queries.duty_log(post.store, post.guard)
    assert log.lines == ()
    assert [line.line_id for line in log.standing] == [right]
    with post.store.reading() as connection:
        assert derived_faults(connection, post.store.site.site_id) == []
    duty_log.end_line(post.store, post.guard, right)
    assert code_of(lambda: duty_log.end_line(post.store, post.guard, right)) == "line_done_already"
    assert log_queries.duty_log(post.store, post.guard).standing == ()
    assert len(rows(post, duty_endings)) == 2
    with post.store.engine.begin() as connection:
        connection.execute(duty_endings.delete())
    with post.store.reading() as connection:
        assert [one.code for one in derived_faults(connection, post.store.site.site_id)] == [
            "care.standing_differs"
        ]


def test_a_new_leader_relieves_the_one_before(post: Post) -> None:
    """VIS-16: one leader on duty at a post."""
    duty_log.write_line(post.store, post.guard, "leader", "王队长")
    duty_log.write_line(post.store, post.guard, "leader", "李队长")
    assert queries.handover_page(post.store, post.guard).seen.leader == "李队长"
    assert len(rows(post, duty_standing)) == 1


# --- the handover (VIS-16) -------------------------------------------------------------------------------------------


def test_one_page_one_commit_and_the_chains_heads(post: Post) -> None:
    """VIS-16, VIS-9, VIS-3: everything is there, in one audit record, and the end of the chain before it."""
    hand_over(post)
    post.register(visitor="张顺", document_number="21010219870412919X", pass_number="A017")
    post.register(visitor="李半", host="", purpose="")
    counting.tally(post.store, post.guard, "就诊")
    counting.tally(post.store, post.guard, "劝返", "no_document")
    duty_log.write_line(post.store, post.guard, "incident", "停水十分钟")
    duty_log.write_line(post.store, post.guard, "order", "今晚清场")
    post.clock.pass_by(9 * 3600)
    page = queries.handover_page(post.store, post.guard)
    counts = tuple(replace(one, count=at) for at, one in enumerate(page.things, 4))
    done = handover.hand_over(
        post.store, post.guard, handover.Given(page.after, counts, "门禁坏"), PIN, next_guard(post), PIN
    )
    assert done.incoming is not None
    assert not done.incoming.may("data.export")
    chain = sorted(rows(post, audit_records), key=lambda row: row.seq)
    _, writing = [row for row in chain if row.action == "handover.hand_over"]
    [sheet] = queries.handover_sheets(post.store, post.guard, post.guard.post_id or UUID(int=0))
    assert sheet.heads == (("A", writing.seq - 1, bytes(chain[writing.seq - 2].digest).hex()),)
    assert (sheet.outgoing, sheet.incoming) == (post.guard.name, done.incoming.name)
    assert sheet.notes == "门禁坏"
    assert [(one.name, one.last, one.count) for one in sheet.things] == [
        ("对讲机", None, 4),
        ("钥匙", None, 5),
        ("手电", None, 6),
    ]
    seen = sheet.seen
    assert (seen.visits, seen.on_site_here) == (2, 2)
    assert [one.visitor for one in seen.overdue] == ["张顺", "李半"]
    assert [one.pass_number for one in seen.passes_out] == ["A017"]
    assert [one.visitor for one in seen.unfinished] == ["李半"]
    assert dict(seen.tallies) == {"就诊": 1, "劝返": 1}
    assert seen.reasons == (("no_document", 1),)
    assert [line.text for line in seen.orders] == ["今晚清场"]
    assert len(seen.lines) == 2
    kept = str(rows(post, handovers))
    assert "张顺" not in kept
    assert "停水" not in kept


def test_the_next_period_begins_where_the_last_ended(post: Post) -> None:
    """VIS-16: counts start anew, the last count stands beside; one not counted passes the older count on."""
    counting.tally(post.store, post.guard, "就诊")
    page = queries.handover_page(post.store, post.guard)
    hand_over(post, counts=tuple(replace(one, count=8) for one in page.things))
    assert tally_queries.tally_board(post.store, post.guard).total == 0
    post.clock.pass_by(60)
    hand_over(post, counts=(Counted("钥匙", None, 7),))
    page = queries.handover_page(post.store, post.guard)
    assert {one.name: one.last for one in page.things} == {"对讲机": 8, "钥匙": 7, "手电": 8}
    [sheet] = queries.handover_sheets(post.store, post.guard, post.guard.post_id or UUID(int=0))
    assert {one.name: one.difference for one in sheet.things} == {"对讲机": 0, "钥匙": -1, "手电": 0}


def test_over_midnight_it_is_the_night_shifts_of_the_day_before(post: Post) -> None:
    """VIS-16: 23:00 to 07:00 with a tally on both sides of midnight; found again by the day on which it began."""
    post.clock.pass_by(14 * 3600)  # 23:00
    hand_over(post)
    counting.tally(post.store, post.guard, "急救")
    post.clock.pass_by(4 * 3600)  # 03:00
    counting.tally(post.store, post.guard, "急救")
    post.clock.pass_by(4 * 3600 + 300)  # 07:05
    hand_over(post)
    post_id = post.guard.post_id or UUID(int=0)
    [sheet] = queries.handover_sheets(post.store, post.guard, post_id)
    assert (sheet.shift, f"{sheet.day:%m-%d}", dict(sheet.seen.tallies)) == ("夜班", "11-23", {"急救": 2})
    assert queries.handover_sheets(post.store, post.guard, post_id, sheet.day, "夜班") == [sheet]
    assert len(queries.handover_sheets(post.store, post.guard, post_id, sheet.day)) == 2
    assert {f"{row.day:%m-%d}" for row in rows(post, tallies)} == {"11-23", "11-24"}


def test_a_clock_set_back_loses_nothing_and_counts_nothing_twice(post: Post) -> None:
    """VIS-16: an hour back after a handover, then lines, tallies and two more handovers."""
    duty_log.write_line(post.store, post.guard, "incident", "第一班")
    hand_over(post)
    post.clock.set_wall(-3600)
    duty_log.write_line(post.store, post.guard, "incident", "第二班")
    counting.tally(post.store, post.guard, "就诊")
    hand_over(post)
    post.clock.pass_by(60)
    duty_log.write_line(post.store, post.guard, "incident", "第三班")
    hand_over(post)
    signed = sorted(rows(post, handovers), key=lambda row: row.at)
    sheets = queries.handover_sheets(post.store, post.guard, post.guard.post_id or UUID(int=0), signed[0].day)
    assert [[line.text for line in sheet.seen.lines] for sheet in sheets] == [
        ["第一班"],
        ["第二班"],
        ["第三班"],
    ]
    assert [dict(sheet.seen.tallies) for sheet in sheets] == [{}, {"就诊": 1}, {}]


def test_two_windows_at_one_post_hand_over_at_once(post: Post) -> None:
    """VIS-16: the first counts; the second is told and writes nothing."""
    page = queries.handover_page(post.store, post.guard)
    comes = [next_guard(post, at) for at in range(2)]

    def sign(who: UUID) -> str:
        try:
            handover.hand_over(post.store, post.guard, handover.Given(page.after), PIN, who, PIN)
        except DomainError as error:
            return error.code
        return "signed"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(sign, comes))
    assert said == ["handed_over_meanwhile", "signed"]
    assert len(rows(post, handovers)) == len(rows(post, handover_takings)) == 1


def test_a_wrong_pin_writes_nothing_and_locks_as_elsewhere(post: Post) -> None:
    """VIS-16: of both guards, each said at its own field; the fifth wrong one locks, the right one too then."""
    who = next_guard(post)

    def sign(pin: str, coming: str) -> DomainError:
        with pytest.raises(DomainError) as refused:
            handover.hand_over(post.store, post.guard, given(post), pin, who, coming)
        return refused.value

    assert (sign("9999", PIN).code, sign("9999", PIN).field) == ("wrong_pin", "pin")
    wrong = [sign(PIN, "9999") for _ in range(5)]
    assert {error.field for error in wrong} == {"incoming_pin"}
    assert [error.code for error in wrong] == ["wrong_pin"] * 4 + ["locked_until"]
    locked = sign(PIN, PIN)
    assert (locked.code, locked.field) == ("locked_until", "incoming_pin")
    assert rows(post, handovers) == []
    assert code_of(
        lambda: handover.hand_over(post.store, post.guard, given(post), PIN, post.guard.person, PIN)
    ) == ("same_guard")


def test_open_registrations_are_returned_or_put_aside_knowingly(post: Post) -> None:
    """VIS-16, VIS-4: one that another window opens meanwhile is not handed over unseen."""
    key = registering.new_visit()
    registering.begin(post.store, post.guard, key, registering.stamp(post.store), Fields(visitor="张顺"))
    assert code_of(lambda: hand_over(post)) == "registrations_open"
    second = registering.new_visit()
    registering.begin(post.store, post.guard, second, registering.stamp(post.store), Fields(visitor="李明"))
    assert code_of(lambda: hand_over(post, aside=frozenset({key}))) == "registrations_open"
    hand_over(post, aside=frozenset({key, second}))
    [sheet] = queries.handover_sheets(post.store, post.guard, post.guard.post_id or UUID(int=0))
    assert [one.visitor for one in sheet.seen.open] == ["张顺", "李明"]


def test_nobody_has_come_yet(post: Post) -> None:
    """VIS-16: it waits; taken over once, by somebody else than who left, with a PIN."""
    done = handover.hand_over(post.store, post.guard, given(post), PIN)
    assert done.incoming is None
    waits = queries.waiting(post.store, post.guard)
    assert waits is not None
    assert (waits.handover_id, waits.outgoing) == (done.handover_id, post.guard.name)

    def take(who: UUID, pin: str = PIN) -> Actor:
        return handover.take_over(post.store, post.guard, done.handover_id, who, pin)

    assert code_of(lambda: take(post.guard.person)) == "same_guard"
    assert code_of(lambda: take(next_guard(post), "9999")) == "wrong_pin"
    assert take(next_guard(post)).person == next_guard(post)
    assert code_of(lambda: take(next_guard(post, 1))) == "taken_over_already"
    assert queries.waiting(post.store, post.guard) is None
    assert len(rows(post, handover_takings)) == 1


def test_a_count_out_of_reason_is_refused_at_its_field(post: Post) -> None:
    """VIS-16."""
    for count in (-1, 10_000):
        with pytest.raises(DomainError) as refused:
            hand_over(post, counts=(Counted("钥匙", None, count),))
        assert (refused.value.code, refused.value.field) == ("bad_count", "count_0")
    assert rows(post, handovers) == []


def test_a_thing_is_counted_at_its_post_only(post: Post) -> None:
    """VIS-16: the list is the site's, for every post or for one; the same name may stand at two posts."""
    manager = post.actor("manager")
    here = post.guard.post_id
    other = next(row.id for row in site_posts(post) if row.id != here)
    site_editing.save_counted_thing(post.store, manager, "闸机钥匙", here)
    site_editing.save_counted_thing(post.store, manager, "闸机钥匙", other)
    again = code_of(lambda: site_editing.save_counted_thing(post.store, manager, "闸机钥匙", other))
    assert again == "name_taken"
    site_editing.save_counted_thing(post.store, manager, "担架", other)
    names = [one.name for one in queries.handover_page(post.store, post.guard).things]
    assert names == ["对讲机", "钥匙", "手电", "闸机钥匙"]


def site_posts(post: Post) -> list[sa.Row[tuple[object, ...]]]:
    from app.db.site import posts

    return rows(post, posts)


def test_a_shift_of_many_lines_keeps_the_figures_whole(post: Post) -> None:
    """VIS-16: the newest lines are kept, the count is that of all."""
    duty_log.write_line(post.store, post.guard, "other", "一")
    seal, site_id = post.store.secrets.seal, post.store.site.site_id
    with post.store.engine.begin() as connection:
        [row] = connection.execute(sa.select(duty_lines)).mappings().all()
        keys = [UUID(int=row["id"].int + at) for at in range(1, MOST_LISTED + 5)]
        copies = [{**row, "id": key, "text": seal("二", "duty_lines.text", site_id, key)} for key in keys]
        connection.execute(duty_lines.insert(), copies)
    page = queries.handover_page(post.store, post.guard)
    assert page.seen.counts["lines"] == MOST_LISTED + 5
