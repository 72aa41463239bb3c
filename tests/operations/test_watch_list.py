"""The watch list on both databases: entries, hits, rights, two PCs, midnight, purge (VIS-11, VIS-14)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import audit_check, file_check
from app.db.folder import open_store
from app.db.records import audit_records, change_records
from app.db.store import Store
from app.db.visits import visits as visit_table
from app.db.watch_list import watch_entries, watch_hits
from app.domain import watch_words
from app.domain.people import Actor, pc_actor
from app.domain.visits import Fields
from app.domain.watch_list import Person
from app.errors import DomainError
from app.operations import care, visits, visits_complete
from app.operations import watch_list as watching
from app.operations.demo import make_demo
from app.operations.site import sign_in_as
from app.operations.watch_list import EntryValues, Hit
from app.queries import visits as visit_queries
from app.queries import watch_list as queries
from app.queries.export_tables import EXPORTS
from tests.domain.test_watch_list import NUMBER, OTHER, identity
from tests.sample import Post

REASON = "多次推搡护士，院方 2026-11-02 要求"


def values(store: Store, **more: Any) -> EntryValues:
    today = queries.site_day(store)
    plain: dict[str, Any] = {
        "name": "张三",
        "number": NUMBER,
        "phone": "",
        "todo": "leader",
        "todo_words": "",
        "reason": REASON,
        "valid_from": today,
        "valid_until": today + timedelta(days=30),
        "review_on": today + timedelta(days=10),
    }
    return EntryValues(**(plain | more))


def enter(post: Post, **more: Any) -> Any:
    return watching.save_entry(post.store, post.actor("supervisor"), values(post.store, **more))


def checked(post: Post, watch: queries.WatchList | None = None, **fields: Any) -> tuple[Hit, ...]:
    row = post.register(**fields)
    return watching.check(post.store, post.guard, watch or queries.WatchList(post.store), row.visit_id)


def rows(post: Post, table: sa.Table) -> list[sa.Row[Any]]:
    with post.store.reading() as connection:
        return list(connection.execute(sa.select(table)))


def sound(post: Post) -> list[str]:
    """What the check of the data says of it."""
    store = post.store
    with store.reading() as connection:
        found = audit_check.AuditCheck(connection, store.secrets, store.site.site_id).run()
        found += file_check.tag_faults(connection, store.secrets, store.site.site_id)
    return [one.code for one in found if one.fault]


def test_an_exact_match_stops_is_logged_once_and_marks_the_visit(post: Post) -> None:
    """VIS-11: what to do and by what, never why; the row holds no value of anybody; F9 was not held up."""
    entry = enter(post, todo_words="东门")
    watch = queries.WatchList(post.store)
    row = post.register(visitor="李四", document_number=NUMBER)
    [hit] = watching.check(post.store, post.guard, watch, row.visit_id)
    assert (hit.exact, hit.basis, hit.todo, hit.todo_words, hit.visitor) == (
        True,
        "number",
        "leader",
        "东门",
        "李四",
    )
    assert REASON not in repr(hit)
    assert watching.check(post.store, post.guard, watch, row.visit_id) == (hit,)
    [logged] = rows(post, watch_hits)
    assert (logged.entry_id, logged.visit_id, logged.staff_id, logged.post_id) == (
        entry,
        row.visit_id,
        post.guard.person,
        post.guard.post_id,
    )
    [shown] = [one for one in visit_queries.day_visits(post.store, post.guard) if one.watched]
    assert shown.visit_id == row.visit_id
    post.register(visitor="无关", document_number=OTHER)
    assert sum(one.watched for one in visit_queries.day_visits(post.store, post.guard)) == 1
    assert sound(post) == []


def test_a_near_match_hints_and_marks_nothing(post: Post) -> None:
    """VIS-11: logged as near; the list of visits does not mark it."""
    enter(post, number="")
    [hit] = checked(post, visitor="章三", document_number=NUMBER)
    assert (hit.exact, hit.basis) == (False, "sound")
    assert [row.exact for row in rows(post, watch_hits)] == [False]
    assert not any(one.watched for one in visit_queries.day_visits(post.store, post.guard))
    assert checked(post, visitor="赵钱", document_number=OTHER) == ()


def test_a_returning_visitor_is_known_by_the_number_on_file(post: Post) -> None:
    """VIS-11, VIS-14: the window never had the number; the check opens the visit's own."""
    first = post.register(visitor="李四", document_number=NUMBER)
    with post.store.reading() as connection:
        visitor = connection.execute(sa.text("SELECT visitor_id FROM visits")).scalar_one()
    enter(post, name="")
    key = visits.new_visit()
    fields = visit_queries.card(post.store, post.guard, first.visit_id)
    assert fields is not None
    visits.begin(
        post.store,
        post.guard,
        key,
        visits.stamp(post.store),
        replace(fields.fields, visitor_id=visitor_key(post, visitor)),
    )
    [hit] = watching.check(post.store, post.guard, queries.WatchList(post.store), key)
    assert (hit.basis, hit.exact) == ("number", True)


def visitor_key(post: Post, raw: Any) -> Any:
    from uuid import UUID

    return raw if isinstance(raw, UUID) else UUID(bytes=bytes(raw))


def test_a_corrected_number_is_looked_at_again(post: Post) -> None:
    """VIS-11, VIS-3: the completing form gives a number; the same visit meets the list now."""
    enter(post)
    watch = queries.WatchList(post.store)
    row = post.register(visitor="李四", document_number="")
    assert watching.check(post.store, post.guard, watch, row.visit_id) == ()
    fields = Fields(visitor="李四", document_number=NUMBER, host="骨科", purpose="送货")
    visits_complete.complete(post.store, post.guard, row.visit_id, fields)
    assert [one.basis for one in watching.check(post.store, post.guard, watch, row.visit_id)] == ["number"]


def test_what_was_done_is_kept_and_the_first_sight_stands(post: Post) -> None:
    """VIS-11: seen by one key, then what was done, by whom; another look answers it as it stands."""
    enter(post)
    watch = queries.WatchList(post.store)
    row = post.register(visitor="李四", document_number=NUMBER)
    [hit] = watching.check(post.store, post.guard, watch, row.visit_id)
    assert hit.hit_id is not None
    watching.answer(post.store, post.guard, hit.hit_id)
    seen_at = rows(post, watch_hits)[0].seen_at
    post.clock.pass_by(60)
    supervisor = post.actor("supervisor")
    watching.answer(post.store, supervisor, hit.hit_id, "turned_away")
    [logged] = rows(post, watch_hits)
    assert (logged.seen_at, logged.seen_by, logged.done, logged.done_by) == (
        seen_at,
        post.guard.person,
        "turned_away",
        supervisor.person,
    )
    [again] = watching.check(post.store, post.guard, watch, row.visit_id)
    assert (again.seen, again.done) == (True, "turned_away")
    [listed] = queries.hits(post.store, supervisor)
    assert (listed.number, listed.basis, listed.done, listed.done_by, listed.seen_by) == (
        row.number,
        "number",
        "turned_away",
        supervisor.name,
        post.guard.name,
    )
    with pytest.raises(DomainError, match="not_a_choice"):
        watching.answer(post.store, post.guard, hit.hit_id, "searched")
    assert sound(post) == []


def test_nothing_of_a_person_stands_in_clear(post: Post) -> None:
    """VIS-11, VIS-14: name, number, phone, reason and own words are sealed, in the rows and in the audit chain."""
    enter(post, phone="13812345678", todo_words="请到东侧门")
    [row] = rows(post, watch_entries)
    stored = repr(tuple(row)) + "".join(one.body for one in rows(post, audit_records))
    for text in ("张三", NUMBER, "13812345678", REASON, "东侧门"):
        assert text not in stored
        assert repr(text.encode())[2:-1] not in stored
    assert not [name for name in EXPORTS if "watch" in name]


def test_who_may_what(post: Post) -> None:
    """VIS-11: guards match and answer and never read; the supervisor keeps the list; why is the manager's to see."""
    key = enter(post)
    store, watch = post.store, queries.WatchList(post.store)
    for who in (post.guard, post.actor("clerk"), pc_actor()):
        for step in (queries.entries, queries.hits):
            with pytest.raises(DomainError, match="no_right"):
                step(store, who)
        with pytest.raises(DomainError, match="no_right"):
            watching.save_entry(store, who, values(store), key, 1)
        with pytest.raises(DomainError, match="no_right"):
            watching.end_entry(store, who, key, "不再需要", 1)
    with pytest.raises(DomainError, match="no_right"):
        watching.check(store, post.actor("quality"), watch, key)
    [shown] = queries.entries(store, post.actor("supervisor"))
    assert (shown.name, shown.number_shown, shown.reason, shown.entered_by) == (
        "张三",
        "*" * 14 + "002X",
        None,
        post.actor("supervisor").name,
    )
    assert queries.entries(store, post.actor("manager"))[0].reason == REASON


def test_a_supervisor_who_cannot_see_why_keeps_it(post: Post) -> None:
    """VIS-11: None leaves number, phone and reason as they are; a reason may be written anew without seeing the old."""
    key = enter(post, phone="13812345678")
    store, supervisor = post.store, post.actor("supervisor")
    kept = values(store, name="张三丰", number=None, phone=None, reason=None)
    watching.save_entry(store, supervisor, kept, key, 1)
    [row] = queries.entries(store, post.actor("manager"))
    assert (row.name, row.number_shown[-4:], row.phone_shown[-4:], row.reason) == (
        "张三丰",
        "002X",
        "5678",
        REASON,
    )
    watching.save_entry(store, supervisor, replace(kept, phone="", reason="新的理由"), key, 2)
    [row] = queries.entries(store, post.actor("manager"))
    assert (row.phone_shown, row.reason, row.version) == ("", "新的理由", 3)


def test_two_pcs_change_one_entry(post: Post) -> None:
    """VIS-11: the second is told, and nothing of the first is overwritten unseen; ending is a change like any."""
    key = enter(post)
    store, one, other = post.store, post.actor("supervisor"), post.actor("manager")
    watching.save_entry(store, one, values(store, todo="explain"), key, 1)
    with pytest.raises(DomainError, match="changed_by_another"):
        watching.save_entry(store, other, values(store, todo="accompany"), key, 1)
    with pytest.raises(DomainError, match="changed_by_another"):
        watching.end_entry(store, other, key, "不再需要", 1)
    watching.end_entry(store, other, key, "不再需要", 2)
    for step in (
        lambda: watching.save_entry(store, one, values(store), key, 3),
        lambda: watching.end_entry(store, one, key, "再一次", 3),
    ):
        with pytest.raises(DomainError, match="watch_ended"):
            step()
    assert queries.entries(store, one) == []
    [ended] = queries.entries(store, other, retired=True)
    assert (ended.state, ended.end_reason, ended.active) == ("ended", "不再需要", False)
    assert sound(post) == []


def test_the_index_hears_of_a_change_and_of_an_end(post: Post) -> None:
    """VIS-11: another PC's change record wakes it; until then it stands, afterwards it is read anew."""
    watch = queries.WatchList(post.store)
    assert checked(post, watch, visitor="甲", document_number=NUMBER) == ()
    key = enter(post, name="")
    assert checked(post, watch, visitor="乙", document_number=NUMBER) == ()
    watch.changed()
    assert [one.basis for one in checked(post, watch, visitor="丙", document_number=NUMBER)] == ["number"]
    watching.save_entry(post.store, post.actor("manager"), values(post.store, name="", number=OTHER), key, 1)
    watch.changed()
    assert checked(post, watch, visitor="丁", document_number=NUMBER) == ()
    [hit] = checked(post, watch, visitor="戊", document_number=OTHER)
    watching.end_entry(post.store, post.actor("manager"), key, "不再需要", 2)
    watch.changed()
    assert checked(post, watch, visitor="己", document_number=OTHER) == ()
    entities = {row.entity for row in rows(post, change_records)}
    assert {"watch_entries", "watch_hits"} <= entities
    assert hit.exact


def test_an_entry_is_over_at_its_midnight_while_the_window_stays_open(post: Post) -> None:
    """VIS-11: the site's midnight (Shanghai), not the world's; nothing was written, nothing is read again."""
    store = post.store
    today = queries.site_day(store)
    enter(post, name="", valid_until=today, review_on=today)
    watch = queries.WatchList(store)
    assert checked(post, watch, visitor="甲", document_number=NUMBER)
    local = post.clock.now().astimezone(store.site.zone)
    left = timedelta(days=1) - timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)
    post.clock.pass_by(left.total_seconds() - 120)
    assert checked(post, watch, visitor="乙", document_number=NUMBER)
    post.clock.pass_by(240)
    assert checked(post, watch, visitor="丙", document_number=NUMBER) == ()
    [row] = queries.entries(store, post.actor("supervisor"), retired=True)
    assert (row.state, row.active) == ("expired", False)


WRONG: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"name": " ", "number": "", "phone": ""}, "watch_who_needed", "name"),
    ({"name": "\u200b", "number": "002X"}, "watch_four_needs_name", "name"),
    ({"number": "123"}, "watch_number_short", "number"),
    ({"name": "名" * 101}, "text_too_long", "name"),
    ({"number": "1" * 101}, "text_too_long", "number"),
    ({"todo": "detain"}, "not_a_choice", "todo"),
    ({"todo": "other"}, "watch_words_needed", "todo_words"),
    ({"todo": "other", "todo_words": "搜 身"}, "watch_words_harsh", "todo_words"),
    ({"todo_words": "and d e t a i n him"}, "watch_words_harsh", "todo_words"),
    ({"todo_words": "好" * 61}, "text_too_long", "todo_words"),
    ({"reason": "\u3000"}, "reason_needed", "reason"),
    ({"valid_until": date(2020, 1, 1)}, "watch_days_wrong", "valid_until"),
    ({"valid_until": date(2099, 1, 1)}, "watch_days_long", "valid_until"),
    ({"review_on": date(2020, 1, 1)}, "watch_review_wrong", "review_on"),
)


def test_what_an_entry_may_not_be(post: Post) -> None:
    """VIS-11: each said at its field; nothing is written."""
    for wrong, code, field in WRONG:
        with pytest.raises(DomainError, match=code) as refused:
            enter(post, **wrong)
        assert refused.value.field == field
    assert rows(post, watch_entries) == []


def test_one_person_is_on_the_list_once(post: Post) -> None:
    """VIS-11: by the number in any writing; after the first has ended there is room again."""
    key = enter(post)
    with pytest.raises(DomainError, match="watch_listed_already"):
        enter(post, name="别名", number="１１０１０５４９１２３１００２")
    watching.end_entry(post.store, post.actor("manager"), key, "不再需要", 1)
    enter(post, number="110105491231002")


def test_an_overdue_review_comes_first_and_is_marked(post: Post) -> None:
    """VIS-11: it counts on until it ends; the list says that somebody must look at it."""
    enter(post, name="一")
    enter(post, name="二", number=OTHER, review_on=queries.site_day(post.store) + timedelta(days=1))
    supervisor = post.actor("supervisor")
    assert [(row.name, row.overdue) for row in queries.entries(post.store, supervisor)] == [
        ("二", False),
        ("一", False),
    ]
    post.clock.pass_by(2 * 86_400)
    assert [(row.name, row.overdue) for row in queries.entries(post.store, supervisor)] == [
        ("二", True),
        ("一", False),
    ]
    assert checked(post, visitor="甲", document_number=OTHER)


def test_ended_and_expired_entries_go_after_their_days_and_hits_stay(post: Post) -> None:
    """VIS-11, VIS-14: 90 days after the end; the chain holds, the hits count on, what is active stays."""
    ended, expired = enter(post), enter(post, name="过", number=OTHER)
    today = queries.site_day(post.store)
    lasting = enter(post, name="久", number="", valid_until=today + timedelta(days=400))
    assert checked(post, visitor="甲", document_number=NUMBER)
    watching.end_entry(post.store, post.actor("manager"), ended, "不再需要", 1)
    post.clock.pass_by(90 * 86_400)
    assert watching.purge(post.store, pc_actor()) == 0
    post.clock.pass_by(86_400)
    assert watching.purge(post.store, pc_actor()) == 1
    assert {row.id for row in rows(post, watch_entries)} == {expired, lasting}
    post.clock.pass_by(30 * 86_400)
    assert watching.purge(post.store, pc_actor()) == 1
    assert watching.purge(post.store, pc_actor()) == 0
    assert [row.id for row in rows(post, watch_entries)] == [lasting]
    assert len(queries.hits(post.store, post.actor("manager"))) == 1
    assert sound(post) == []


def test_what_could_not_be_written_is_said_all_the_same(post: Post) -> None:
    """VIS-11: a registration that has no row yet is looked at as it was typed."""
    enter(post)
    watch = queries.WatchList(post.store)
    fields = Fields(visitor="李四", document_number=NUMBER)
    [hit] = watching.check(post.store, post.guard, watch, visits.new_visit(), fields)
    assert (hit.hit_id, hit.basis) == (None, "number")
    assert rows(post, watch_hits) == []


def test_a_name_alone_waits_for_the_number_that_may_clear_it(post: Post) -> None:
    """VIS-11: nothing is said of a namesake while the number is to come; nothing when it is another's; else a hint."""
    enter(post)
    watch = queries.WatchList(post.store)
    key, started = visits.new_visit(), visits.stamp(post.store)
    visits.begin(post.store, post.guard, key, started, Fields(visitor="张三"))
    assert watching.check(post.store, post.guard, watch, key) == ()
    visits.fill(
        post.store, post.guard, key, Fields(visitor="张三", document_number=identity("32010619880101457"))
    )
    assert watching.check(post.store, post.guard, watch, key) == ()
    [hit] = checked(
        post, watch, visitor="张三", document_kind="none", none_reason="forgot", document_number=""
    )
    assert (hit.exact, hit.basis) == (False, "name")


def test_backup_and_check_hold_with_a_list(post: Post, tmp_path: Path) -> None:
    """VIS-11: the day's backup carries the entries; what has been kept long enough goes after it, not before."""
    key = enter(post)
    watching.end_entry(post.store, post.actor("manager"), key, "不再需要", 1)
    post.clock.pass_by(100 * 86_400)
    made = care.daily_backup(post.store, pc_actor())
    assert made is not None
    assert rows(post, watch_entries) == []
    care.restore(pc_actor(), made.file, tmp_path / "again")
    again = open_store(tmp_path / "again")
    try:
        [back] = queries.entries(again.store, post.actor("manager"), retired=True)
        assert (back.id, back.reason, back.end_reason) == (key, REASON, "不再需要")
    finally:
        again.close()
    assert not [one for one in care.check(tmp_path / "again") if one.fault]


def test_a_person_without_the_right_to_register_matches_nothing(post: Post) -> None:
    """VIS-11: rights are checked where it is done."""
    nobody = Actor(post.guard.staff_id, post.guard.name, frozenset(), frozenset())
    with pytest.raises(DomainError, match="no_right"):
        watching.check(post.store, nobody, queries.WatchList(post.store), visits.new_visit())


def test_a_sample_site_has_a_list_that_nobody_meets(tmp_path: Path) -> None:
    """VIS-11: three made-up entries, one with its review overdue; none of the sample's visitors is on it."""
    make_demo(
        tmp_path / "d", "office", visits=300, requests=0, seed=7, until=datetime(2026, 11, 20, 10, tzinfo=UTC)
    )
    there = open_store(tmp_path / "d")
    try:
        manager = sign_in_as(there.store, "manager", "center")
        listed = queries.entries(there.store, manager, retired=True)
        assert len(listed) == 3
        assert all(row.reason and not watch_words.is_harsh(row.todo_words) for row in listed)
        index = queries.WatchList(there.store).index()
        with there.store.reading() as connection:
            for row in connection.execute(sa.select(visit_table)):
                number = there.store.secrets.open(
                    row.document_number, "visits.document_number", there.store.site.site_id, row.id
                )
                assert index.look(Person(row.visitor, number), date(2026, 11, 20)) == ()
    finally:
        there.close()
    assert not [one for one in care.check(tmp_path / "d") if one.fault]
