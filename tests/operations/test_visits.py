"""What a guard does, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa

from app.db.records import audit_records, change_records
from app.db.visits import on_site, passes_out, visit_corrections, visitor_recency, visitors, visits
from app.domain.visits import DOCUMENT, UNCHECKED, Fields
from app.errors import DomainError
from app.operations import visits as operations
from app.operations import visits_complete as completing
from app.queries import visits as queries
from app.queries.visitor_search import matches
from tests.sample import Post

NUMBER = "21010219870412919X"


def rows(post: Post, table: sa.Table) -> list[sa.Row[tuple[object, ...]]]:
    with post.store.reading() as connection:
        return list(connection.execute(sa.select(table)))


def test_a_registration_is_a_row_from_its_first_field_on(post: Post) -> None:
    """VIS-2, VIS-4: open, with the stamps that its clock runs from."""
    key, started = operations.new_visit(), operations.stamp(post.store)
    operations.begin(post.store, post.guard, key, started, Fields(visitor="张顺"))
    post.clock.pass_by(4)
    [open_one] = queries.open_registrations(post.store, post.guard)
    assert open_one.visit_id == key
    assert open_one.received_monotonic == started.monotonic
    assert rows(post, on_site) == []


def test_document_returned_stops_the_clock_and_stores_everything_at_once(post: Post) -> None:
    """VIS-2: one transaction, one audit record; the stamps agree with what was measured."""
    before = len(rows(post, audit_records))
    done = post.register(visitor="张顺", document_number=NUMBER, seconds=6.25)
    assert done.held_seconds == 6.25
    [row] = rows(post, visits)
    assert (row.document_returned_at - row.document_received_at).total_seconds() == 6.25
    assert row.missing == 0
    assert len(rows(post, on_site)) == 1
    assert len(rows(post, audit_records)) == before + 1
    assert {change.entity for change in rows(post, change_records)} >= {"visits", "visitors"}


def test_a_clock_set_back_by_an_hour_in_the_middle_changes_nothing(post: Post) -> None:
    """VIS-2."""
    key, started = operations.new_visit(), operations.stamp(post.store)
    operations.begin(post.store, post.guard, key, started, Fields(visitor="张顺"))
    post.clock.pass_by(3)
    post.clock.set_wall(-3600)
    post.clock.pass_by(3)
    done = operations.document_returned(
        post.store, post.guard, key, started, operations.stamp(post.store), Fields(visitor="张顺")
    )
    assert done.held_seconds == 6.0
    assert not done.estimated
    [row] = rows(post, visits)
    assert (row.document_returned_at - row.document_received_at).total_seconds() == 6.0


def test_after_a_restart_of_the_pc_the_time_is_marked_as_estimated(post: Post) -> None:
    """VIS-2."""
    key, started = operations.new_visit(), operations.stamp(post.store)
    operations.begin(post.store, post.guard, key, started, Fields(visitor="张顺"))
    post.clock.restart(90)
    done = operations.document_returned(
        post.store, post.guard, key, started, operations.stamp(post.store), Fields(visitor="张顺")
    )
    assert done.held_seconds == 90.0
    assert done.estimated


def test_returned_is_always_allowed_and_what_is_missing_waits(post: Post) -> None:
    """VIS-3."""
    done = post.register(visitor="张顺", host="", purpose="")
    [waiting] = queries.day_visits(post.store, post.guard, only="unfinished")
    assert waiting.missing == ("document", "host", "purpose")
    card = queries.card(post.store, post.guard, done.visit_id)
    assert card is not None
    lacks = completing.complete(
        post.store,
        post.guard,
        done.visit_id,
        replace(card.fields, document_number=NUMBER, host="骨科", purpose="送货"),
    )
    assert lacks == 0
    assert queries.day_visits(post.store, post.guard, only="unfinished") == []
    [row] = rows(post, visits)
    assert row.missing_at_return != 0
    assert row.completed_at is not None
    assert row.corrected_at is None


def test_returned_twice_the_first_time_stands(post: Post) -> None:
    """Two windows on one registration: the second is told, nothing changes."""
    done = post.register(visitor="张顺", seconds=5)
    stamp = operations.stamp(post.store)
    with pytest.raises(DomainError, match="already_returned"):
        operations.document_returned(
            post.store, post.guard, done.visit_id, stamp, stamp, Fields(visitor="别人")
        )
    [row] = rows(post, visits)
    assert (row.visitor, row.held_seconds) == ("张顺", 5.0)


def test_an_open_registration_keeps_its_number_when_it_is_resumed_without_it(post: Post) -> None:
    """VIS-14: the number never reaches the window again, and is not lost for that."""
    key, started = operations.new_visit(), operations.stamp(post.store)
    operations.begin(
        post.store,
        post.guard,
        key,
        started,
        Fields(visitor="张顺", document_number=NUMBER, phone="19900000352"),
    )
    [open_one] = queries.open_registrations(post.store, post.guard)
    assert open_one.fields.document_number == ""
    assert open_one.number_shown == "*" * 14 + "919X"
    fields = replace(open_one.fields, host="骨科", purpose="送货")
    done = operations.document_returned(
        post.store, post.guard, key, started, operations.stamp(post.store), fields
    )
    assert done.missing == 0
    assert [match.by for match in matches(post.store, post.guard, NUMBER)] == ["document"]
    assert [match.by for match in matches(post.store, post.guard, "0352")] == ["phone"]


def test_the_same_document_is_the_same_visitor_and_comes_with_host_and_purpose(post: Post) -> None:
    """VIS-5."""
    post.register(visitor="张顺", document_number=NUMBER, host="骨科 李主任", purpose="面谈")
    post.register(visitor="张顺", document_number=NUMBER, host="药剂科", purpose="送货")
    [visitor] = rows(post, visitors)
    [recency] = rows(post, visitor_recency)
    assert (recency.visits, recency.last_host, recency.last_purpose) == (2, "药剂科", "送货")
    [match] = matches(post.store, post.guard, "zhsh")
    assert (match.visitor_id, match.host, match.purpose, match.visits) == (visitor.id, "药剂科", "送货", 2)


def test_somebody_on_site_can_be_registered_again(post: Post) -> None:
    """VIS-10."""
    post.register(visitor="张顺", document_number=NUMBER)
    [match] = matches(post.store, post.guard, "919x")
    assert match.on_site
    post.register(visitor_id=match.visitor_id, visitor=match.name, way_in="returning")
    assert len(rows(post, on_site)) == 2


def test_a_known_visitor_brings_the_number_along(post: Post) -> None:
    """VIS-5: the number stays in the file, and the new visit has it."""
    post.register(visitor="张顺", document_number=NUMBER)
    [match] = matches(post.store, post.guard, "zs")
    done = post.register(visitor_id=match.visitor_id, visitor=match.name, way_in="returning")
    assert done.missing == 0
    newest = queries.day_visits(post.store, post.guard)[0]
    assert newest.number_shown.endswith("919X")


def test_no_document_has_no_clock_and_no_stamps(post: Post) -> None:
    """VIS-2, VIS-7."""
    done = post.register(visitor="张顺", document_kind="none", none_reason="forgot")
    assert done.held_seconds is None
    [row] = rows(post, visits)
    assert (row.document_received_at, row.document_returned_at) == (None, None)
    assert row.registered_at is not None


def test_an_unchecked_number_is_unfinished(post: Post) -> None:
    """VIS-3, VIS-7."""
    done = post.register(visitor="张顺", document_number="210102198806159032", override_reason=UNCHECKED)
    assert done.missing == DOCUMENT


def test_a_departure_takes_the_visitor_off_the_site_and_brings_the_pass_back(post: Post) -> None:
    """VIS-9, VIS-10."""
    post.register(visitor="张顺", pass_number="a17")
    [one] = queries.leaving(post.store, post.guard, "A017")
    assert one.visitor == "张顺"
    operations.depart(post.store, post.guard, one.visit_id, pass_returned=True)
    assert queries.leaving(post.store, post.guard, "A017") == []
    assert rows(post, passes_out) == []
    [row] = queries.day_visits(post.store, post.guard)
    assert row.left_at is not None
    with pytest.raises(DomainError, match="already_left"):
        operations.depart(post.store, post.guard, one.visit_id, pass_returned=True)


def test_a_pass_that_was_not_handed_back_stays_out(post: Post) -> None:
    """VIS-9: on the shift's list until it is back; then it cannot come back twice."""
    done = post.register(visitor="张顺", pass_number="A017")
    operations.depart(post.store, post.guard, done.visit_id, pass_returned=False)
    assert len(rows(post, passes_out)) == 1
    operations.return_pass(post.store, post.guard, done.visit_id)
    assert rows(post, passes_out) == []
    with pytest.raises(DomainError, match="pass_not_out"):
        operations.return_pass(post.store, post.guard, done.visit_id)


def test_a_discard_asks_for_its_reason_and_keeps_the_row(post: Post) -> None:
    """The issue: never silently, and logged."""
    key, started = operations.new_visit(), operations.stamp(post.store)
    operations.begin(post.store, post.guard, key, started, Fields(visitor="张顺"))
    with pytest.raises(DomainError, match="reason_needed"):
        operations.discard(post.store, post.guard, key, "  ")
    operations.discard(post.store, post.guard, key, "输错了")
    assert queries.open_registrations(post.store, post.guard) == []
    [row] = queries.day_visits(post.store, post.guard)
    assert row.discarded


def test_a_correction_of_a_complete_record_needs_the_right_and_a_reason_and_is_kept(post: Post) -> None:
    """VIS-3: corrected later is a figure of its own; what stood there stays readable."""
    done = post.register(visitor="张顺", document_number=NUMBER)
    card = queries.card(post.store, post.guard, done.visit_id)
    assert card is not None
    wrong = replace(card.fields, visitor="张舜")
    with pytest.raises(DomainError, match="no_right"):
        completing.complete(post.store, post.guard, done.visit_id, wrong)
    supervisor = post.actor("supervisor")
    with pytest.raises(DomainError, match="reason_needed"):
        completing.complete(post.store, supervisor, done.visit_id, wrong)
    completing.complete(post.store, supervisor, done.visit_id, wrong, "听错了")
    [kept] = rows(post, visit_corrections)
    place = "visit_corrections.old"
    assert post.store.secrets.open(kept.old, place, post.store.site.site_id, kept.id) == "张顺"
    [row] = rows(post, visits)
    assert (row.visitor, row.corrected_at is not None) == ("张舜", True)
    assert matches(post.store, post.guard, "张舜")
    assert not matches(post.store, post.guard, "张顺")


def test_completing_counts_the_visit_once(post: Post) -> None:
    """VIS-5: the number of visits is what the ranking stands on."""
    done = post.register(visitor="张顺")
    card = queries.card(post.store, post.guard, done.visit_id)
    assert card is not None
    completing.complete(post.store, post.guard, done.visit_id, replace(card.fields, document_number=NUMBER))
    [recency] = rows(post, visitor_recency)
    assert recency.visits == 1


def test_numbers_count_on_and_carry_the_writers_letter(post: Post) -> None:
    """Two posts cut off from each other never give the same number."""
    numbers = [post.register(visitor="张顺").number for _ in range(3)]
    assert numbers == ["1123-A001", "1123-A002", "1123-A003"]
    post.clock.pass_by(86_400)
    assert post.register(visitor="张顺").number == "1124-A001"


def test_who_may_not_register_cannot(post: Post) -> None:
    """Rights are checked in operations."""
    technician = post.actor("technician")
    with pytest.raises(DomainError, match="no_right"):
        operations.begin(
            post.store, technician, operations.new_visit(), operations.stamp(post.store), Fields()
        )


@pytest.mark.parametrize(
    "name", ["𠮷田", "䶮㛃", "单雄信", "阿" * 60, "Anna-Karin Lindqvist", "'; DROP TABLE visits--"]
)
def test_any_name_is_kept_and_found(post: Post, name: str) -> None:
    """Rare characters, sixty characters, Latin ones, and what looks like SQL."""
    post.register(visitor=name)
    assert [match.name for match in matches(post.store, post.guard, name)] == [name]
    assert queries.day_visits(post.store, post.guard)[0].visitor == name


def test_the_same_name_and_phone_is_the_same_visitor(post: Post) -> None:
    """VIS-5: also without a document number, and a name alone is kept once."""
    for _ in range(2):
        post.register(visitor="张顺", phone="19900000352")
        post.register(visitor="李四")
    assert sorted(row.visits for row in rows(post, visitor_recency)) == [2, 2]


def test_a_stub_that_turns_out_to_be_known_is_found_no_more(post: Post) -> None:
    """VIS-5: what was typed by name alone and completed with a known number is one visitor."""
    post.register(visitor="张顺", document_number=NUMBER)
    done = post.register(visitor="张顺")
    card = queries.card(post.store, post.guard, done.visit_id)
    assert card is not None
    completing.complete(post.store, post.guard, done.visit_id, replace(card.fields, document_number=NUMBER))
    [match] = matches(post.store, post.guard, "张顺")
    assert match.visits == 2


def test_a_visitor_without_a_document_keeps_the_phone(post: Post) -> None:
    """VIS-3, VIS-14: the phone never reaches the window, so a form without it means the one on file."""
    key, started = operations.new_visit(), operations.stamp(post.store)
    fields = Fields(
        visitor="张顺", document_kind="none", none_reason="forgot", phone="13912345678", host="骨科"
    )
    operations.begin(post.store, post.guard, key, started, fields)
    [resumed] = queries.open_registrations(post.store, post.guard)
    operations.document_returned(
        post.store, post.guard, key, started, operations.stamp(post.store), resumed.fields
    )
    card = queries.card(post.store, post.guard, key)
    assert card is not None
    completing.complete(post.store, post.guard, key, replace(card.fields, purpose="送货"))
    after = queries.card(post.store, post.guard, key)
    assert after is not None
    assert (after.phone_shown, after.missing) == ("*******5678", ())
    assert rows(post, visit_corrections) == []


def test_what_another_window_filled_in_survives_a_return_that_does_not_know_it(post: Post) -> None:
    """VIS-4, GOALS: two windows on one registration, no lost update; the second learns that it is returned."""
    key, started = operations.new_visit(), operations.stamp(post.store)
    operations.begin(post.store, post.guard, key, started, Fields(visitor="张顺", document_number=NUMBER))
    [seen] = queries.open_registrations(post.store, post.guard)
    filled = replace(seen.fields, host="骨科", purpose="送货", plate="京A12345", pass_number="A017")
    operations.fill(post.store, post.guard, key, filled)
    stop = operations.stamp(post.store)
    done = operations.document_returned(post.store, post.guard, key, started, stop, seen.fields)
    assert done.missing == 0
    [row] = rows(post, visits)
    assert (row.host, row.purpose, row.plate, row.pass_number) == ("骨科", "送货", "京A12345", "A017")
    with pytest.raises(DomainError, match="already_returned"):
        operations.document_returned(post.store, post.guard, key, started, stop, filled)


def test_two_forms_on_one_record_lose_nothing(post: Post) -> None:
    """VIS-3, GOALS: a field that a form left alone keeps what the other form wrote; one that was emptied is empty."""
    done = post.register(visitor="张顺", document_number=NUMBER, host="", purpose="", plate="京A12345")
    card = queries.card(post.store, post.guard, done.visit_id)
    assert card is not None
    seen = card.fields
    completing.complete(post.store, post.guard, done.visit_id, replace(seen, host="骨科"), seen=seen)
    lacks = completing.complete(
        post.store, post.guard, done.visit_id, replace(seen, purpose="送货", plate=""), seen=seen
    )
    [row] = rows(post, visits)
    assert (lacks, row.host, row.purpose, row.plate) == (0, "骨科", "送货", "")
    assert [kept.field for kept in rows(post, visit_corrections)] == ["plate"]


def test_only_a_returned_registration_is_completed(post: Post) -> None:
    """VIS-3: an open one would count its visitor twice, a discarded one would make a visitor of nobody."""
    fields = Fields(visitor="张顺", document_number=NUMBER, host="骨科", purpose="送货")
    key = operations.new_visit()
    operations.begin(post.store, post.guard, key, operations.stamp(post.store), Fields())
    with pytest.raises(DomainError, match="visit_still_open"):
        completing.complete(post.store, post.guard, key, fields)
    operations.discard(post.store, post.guard, key, "按错了")
    with pytest.raises(DomainError, match="row_gone"):
        completing.complete(post.store, post.guard, key, fields)
    assert rows(post, visitors) == []


def test_why_it_took_longer_is_one_of_the_reasons(post: Post) -> None:
    """VIS-2: figures count codes."""
    done = post.register(visitor="张顺", seconds=31)
    with pytest.raises(DomainError, match="not_a_choice"):
        operations.over_reason(post.store, post.guard, done.visit_id, "13912345678")
    operations.over_reason(post.store, post.guard, done.visit_id, "host_asked")
    assert [row.over_reason for row in rows(post, visits)] == ["host_asked"]


def test_many_writers_of_one_folder_wait_for_each_other(post: Post) -> None:
    """ARCHITECTURE: seq is taken inside the transaction; on PostgreSQL every two of them clash and run again."""

    def guard(_at: int) -> None:
        for _ in range(12):
            operations.begin(
                post.store,
                post.guard,
                operations.new_visit(),
                operations.stamp(post.store),
                Fields(visitor="张顺"),
            )

    with ThreadPoolExecutor(4) as guards:
        list(guards.map(guard, range(4)))
    assert len({row.number for row in rows(post, visits)}) == 48
    assert len({row.digest for row in rows(post, audit_records)}) == len(rows(post, audit_records))


@pytest.mark.parametrize("text", ["张\x00顺", "张\t顺", "张\n顺", "张\ud800顺"])
def test_what_a_database_cannot_hold_is_left_out(post: Post, text: str) -> None:
    """VIS-3: *returned* is always allowed, whatever was pasted into the line."""
    post.register(visitor=text, host=text, purpose=text, plate=text, document_number=text, phone=text)
    [row] = rows(post, visits)
    assert {row.visitor, row.host, row.purpose, row.plate} == {"张 顺"}
    assert matches(post.store, post.guard, "zhangs")[0].name == "张 顺"
    matches(post.store, post.guard, text)
