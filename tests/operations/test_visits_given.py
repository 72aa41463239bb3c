"""What a visit takes and refuses, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from app.db.site import posts
from app.db.visits import visit_corrections, visits
from app.domain.visits import Fields
from app.errors import DomainError
from app.operations import visits as operations
from app.operations import visits_complete as completing
from app.operations.site import sign_in_as
from app.queries import visits as queries
from app.queries.visitor_search import matches
from tests.operations.test_visits import NUMBER, rows
from tests.sample import Post

WHOLE = Fields(visitor="褚三", host="骨科", purpose="送货")


def test_a_visitor_who_is_on_file_no_more_stops_nobody(post: Post) -> None:
    """VIS-3: a match was shown, another window found it to be somebody else's number: the first F9 still stores."""
    first = post.register(visitor="褚三")
    known = post.register(visitor="褚四", document_number=NUMBER)
    [found, *_] = matches(post.store, post.guard, "褚三")
    began, not_begun = operations.new_visit(), operations.new_visit()
    completing.complete(post.store, post.guard, first.visit_id, replace(WHOLE, document_number=NUMBER))
    started = operations.stamp(post.store)
    taken = replace(WHOLE, visitor_id=found.visitor_id, way_in="returning")
    operations.begin(post.store, post.guard, began, started, taken)
    operations.fill(post.store, post.guard, began, replace(taken, pass_number="A017"))
    for key in (began, not_begun):
        stop = operations.stamp(post.store)
        done = operations.document_returned(post.store, post.guard, key, started, stop, taken)
        assert done.visitor == "褚三"
    stored = {row.id: row for row in rows(post, visits)}
    assert stored[began].visitor_id not in (None, found.visitor_id, stored[known.visit_id].visitor_id)
    assert stored[not_begun].visitor_id == stored[began].visitor_id


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("document_kind", "rubbish"),
        ("way_in", "rubbish"),
        ("none_reason", "13912345678"),
        ("override_reason", "\x00"),
    ],
)
def test_a_code_that_does_not_exist_is_refused(post: Post, name: str, value: str) -> None:
    """VIS-7, VIS-15: reports count codes."""
    done = post.register(visitor="张顺")
    key, now = operations.new_visit(), operations.stamp(post.store)
    bad = replace(WHOLE, **{name: value})  # type: ignore[arg-type]  # the names are of texts
    steps = (
        lambda: operations.begin(post.store, post.guard, key, now, bad),
        lambda: operations.fill(post.store, post.guard, key, bad, now),
        lambda: operations.document_returned(post.store, post.guard, key, now, now, bad),
        lambda: completing.complete(post.store, post.guard, done.visit_id, bad),
    )
    for step in steps:
        with pytest.raises(DomainError, match="not_a_choice") as refused:
            step()
        assert refused.value.field == name
    assert [row.visitor for row in rows(post, visits)] == ["张顺"]


def test_a_phone_and_a_plate_are_found_however_they_were_typed(post: Post) -> None:
    """VIS-5: whoever types them without marks finds who gave them with marks."""
    post.register(visitor="张顺", phone="139-1234-5999", plate="京A·3K7P9")
    done = post.register(visitor="李顺")
    given = replace(WHOLE, visitor="李顺", phone="+86 137 1234 5888", plate="沪b·12345")
    completing.complete(post.store, post.guard, done.visit_id, given)
    for typed, name in (
        ("13912345999", "张顺"),
        ("京A3K7P9", "张顺"),
        ("13712345888", "李顺"),
        ("沪B12345", "李顺"),
    ):
        assert [one.name for one in matches(post.store, post.guard, typed)] == [name]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("phone", "abc不是电话", "phone_wrong"),
        ("phone", "12800000352", "phone_wrong"),
        ("plate", "RUBBISH", "plate_wrong"),
        ("plate", "京A3I7P9", "plate_wrong"),
        ("visitor", "张三 13912345678", "number_in_words"),
        ("host", "骨科 13912345678", "number_in_words"),
        ("purpose", "送 21010219870412919X", "number_in_words"),
        ("host", "骨" * 201, "text_too_long"),
        ("pass_number", "A" * 201, "text_too_long"),
        ("document_number", "9" * 201, "text_too_long"),
    ],
)
def test_a_form_puts_each_text_into_its_own_field(post: Post, field: str, value: str, code: str) -> None:
    """VIS-7, VIS-14: refused at the field; what stood there before, right or wrong, is left alone."""
    done = post.register(visitor="张顺", host="", purpose="", phone="1380013", plate="旧车牌")
    given = Fields(visitor="张顺", plate="旧车牌")
    with pytest.raises(DomainError, match=code) as refused:
        completing.complete(post.store, post.guard, done.visit_id, replace(given, **{field: value}))  # type: ignore[arg-type]  # texts
    assert refused.value.field == field
    completing.complete(post.store, post.guard, done.visit_id, replace(given, purpose="送货 2026-11-24"))
    [row] = rows(post, visits)
    assert (row.plate, row.purpose) == ("旧车牌", "送货 2026-11-24")


def test_a_phone_and_a_plate_that_fit_no_rule_are_kept_with_a_reason(post: Post) -> None:
    """VIS-7: why, by whom and when stands among the corrections; it is no correction where nothing stood before."""
    done = post.register(visitor="张顺", host="")
    wrong = replace(WHOLE, visitor="张顺", document_number=NUMBER, phone="12800000352", plate="京A3I7P9")
    whys = {"phone": "card_says_so", "plate": "hard_to_read"}
    with pytest.raises(DomainError, match="not_a_choice"):
        completing.complete(post.store, post.guard, done.visit_id, wrong, as_given={"phone": "13912345678"})
    with pytest.raises(DomainError, match="plate_wrong"):
        completing.complete(post.store, post.guard, done.visit_id, wrong, as_given={"phone": "other"})
    number = replace(wrong, plate="京13912345678")
    with pytest.raises(DomainError, match="number_in_words"):
        completing.complete(post.store, post.guard, done.visit_id, number, as_given=whys)
    assert completing.complete(post.store, post.guard, done.visit_id, wrong, as_given=whys) == 0
    [row] = rows(post, visits)
    assert (row.plate, row.corrected_at) == ("京A3I7P9", None)
    kept = {one.field: one for one in rows(post, visit_corrections)}
    assert {name: one.reason for name, one in kept.items()} == whys
    right = replace(wrong, phone="13912345999")
    supervisor = sign_in_as(post.store, "supervisor", post.guard.station)
    completing.complete(post.store, supervisor, done.visit_id, right, "看错了", as_given=whys)
    assert [one.reason for one in rows(post, visit_corrections) if one.field == "phone"] == [
        "card_says_so",
        "看错了",
    ]


def test_the_reason_for_no_document_is_corrected_like_any_other_value(post: Post) -> None:
    """VIS-3: on a complete record it needs the right and a reason, and what it was is kept."""
    done = post.register(visitor="张顺", document_kind="none", none_reason="forgot")
    card = queries.card(post.store, post.guard, done.visit_id)
    assert card is not None
    other = replace(card.fields, none_reason="official")
    with pytest.raises(DomainError, match="no_right"):
        completing.complete(post.store, post.guard, done.visit_id, other, "看错了")
    supervisor = sign_in_as(post.store, "supervisor", post.guard.station)
    with pytest.raises(DomainError, match="reason_needed"):
        completing.complete(post.store, supervisor, done.visit_id, other)
    completing.complete(post.store, supervisor, done.visit_id, other, "看错了")
    assert [kept.field for kept in rows(post, visit_corrections)] == ["none_reason"]
    assert [row.none_reason for row in rows(post, visits)] == ["official"]


def test_looking_at_an_unchecked_number_is_no_correction(post: Post) -> None:
    """VIS-3: what was missing is filled in, nothing was wrong."""
    done = post.register(visitor="张顺", document_number="210102198806159032", override_reason="unchecked")
    card = queries.card(post.store, post.guard, done.visit_id)
    assert card is not None
    seen = replace(card.fields, override_reason="card_says_so")
    assert completing.complete(post.store, post.guard, done.visit_id, seen) == 0
    assert rows(post, visit_corrections) == []


def test_a_reason_for_more_than_25_s_is_kept_of_such_a_visit_alone(post: Post) -> None:
    """VIS-2, VIS-15: reasons are counted among the visits over 25 s."""
    short, long = post.register(visitor="张顺", seconds=25), post.register(visitor="李顺", seconds=25.1)
    bare = post.register(visitor="王顺", seconds=60, document_kind="none", none_reason="forgot")
    open_one = operations.new_visit()
    operations.begin(post.store, post.guard, open_one, operations.stamp(post.store), WHOLE)

    def give(visit_id: object) -> None:
        assert isinstance(visit_id, type(open_one))
        operations.over_reason(post.store, post.guard, visit_id, "other")

    for visit_id in (short.visit_id, bare.visit_id, open_one):
        with pytest.raises(DomainError, match="not_over_limit"):
            give(visit_id)
    post.clock.pass_by(26)
    give(long.visit_id)
    give(open_one)
    operations.discard(post.store, post.guard, open_one, "访客走了")
    with pytest.raises(DomainError, match="row_gone"):
        give(open_one)


def test_a_registration_is_discarded_by_its_own_post(post: Post) -> None:
    """docs/merging.md: an open registration belongs to the post that opened it."""
    key = operations.new_visit()
    operations.begin(post.store, post.guard, key, operations.stamp(post.store), WHOLE)
    with post.store.reading() as connection:
        names = connection.execute(sa.select(posts.c.name).where(posts.c.id != post.guard.post_id)).scalars()
        other = sign_in_as(post.store, "guard", f"post:{names.first()}")
    assert other.post_id != post.guard.post_id
    with pytest.raises(DomainError, match="registration_elsewhere"):
        operations.discard(post.store, other, key, "按错了")
    assert [row.discarded_at for row in rows(post, visits)] == [None]
    with pytest.raises(DomainError, match="text_too_long"):
        operations.discard(post.store, post.guard, key, "长" * 201)
    operations.discard(post.store, post.guard, key, "按错了")
