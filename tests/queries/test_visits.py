"""What a guard looks at: ranking, paging, counts, and what is masked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.db.base import EPOCH, new_key
from app.db.search import search_keys
from app.db.visits import visitors
from app.domain.visits import Fields
from app.operations import visits as operations
from app.operations import visits_complete as completing
from app.queries import site
from app.queries import visits as queries
from app.queries.visitor_search import matches
from tests.sample import Post

NUMBER = "21010219870412919X"


def names(post: Post, text: str) -> list[str]:
    return [match.name for match in matches(post.store, post.guard, text)]


def test_a_documents_last_four_rank_before_a_phones_and_a_plates(post: Post) -> None:
    """The issue: and the way in which somebody was found is known."""
    post.register(visitor="丙", plate="京A30352")
    post.register(visitor="乙", phone="19900000352")
    post.register(visitor="甲", document_kind="passport", document_number="E60010352")
    found = matches(post.store, post.guard, "0352")
    assert [(match.name, match.by) for match in found] == [
        ("甲", "document"),
        ("乙", "phone"),
        ("丙", "plate"),
    ]


def test_the_often_and_lately_seen_rank_first_and_this_posts_regulars_before_them(post: Post) -> None:
    """VIS-5."""
    for name, times in (("张一", 1), ("张二", 4), ("张三", 2)):
        for _ in range(times):
            post.register(visitor=name, phone=f"1990000000{times}")
            post.clock.pass_by(60)
    assert names(post, "zh") == ["张二", "张三", "张一"]
    other = next(row for row in site.posts(post.store, post.guard) if row.id != post.guard.post_id)
    there = replace(post.guard, post_id=other.id, station=f"post:{other.name}")
    key, stamp = operations.new_visit(), operations.stamp(post.store)
    fields = Fields(visitor="张四", host="骨科", purpose="送货")
    operations.document_returned(post.store, there, key, stamp, stamp, fields)
    assert names(post, "zh")[-1] == "张四"
    assert matches(post.store, there, "zh")[0].name == "张四"


@pytest.mark.parametrize(
    "typed", ["ouyang", "oyf", "欧阳", "阳锋", "锋", "OuYang", "ou yang", "ou'yang'feng"]
)
def test_a_name_is_found_by_any_of_its_spellings(post: Post, typed: str) -> None:
    """VIS-5."""
    post.register(visitor="欧阳锋")
    assert names(post, typed) == ["欧阳锋"]


@pytest.mark.parametrize("typed", ["shan", "dan", "sxx", "dxx"])
def test_a_surname_is_found_by_its_own_and_by_the_common_reading(post: Post, typed: str) -> None:
    post.register(visitor="单晓雪")
    assert names(post, typed) == ["单晓雪"]


def test_a_long_text_is_checked_to_its_end(post: Post) -> None:
    """Keys end at eight letters; what was typed beyond them still counts."""
    post.register(visitor="欧阳锋利")
    post.register(visitor="欧阳锋锐")
    assert names(post, "ouyangfengli") == ["欧阳锋利"]
    assert names(post, "ouyangfengxx") == []


def test_the_best_are_shown_though_many_more_are_found(post: Post) -> None:
    """VIS-5: a short list is the head of the long one, also where a whole name stands behind many longer ones."""
    post.register(visitor="张伟", plate="京A10352")
    post.register(visitor="张伟明月", phone="19900010352")
    for number in range(26):
        post.clock.pass_by(60)
        named = "张伟明亮" if number % 2 else "张伟民"
        post.register(visitor=named, document_kind="passport", document_number=f"E{number:03}00352")
    assert names(post, "zhangwei")[0] == "张伟"
    assert "张伟明月" not in names(post, "zhangwe")
    assert names(post, "zhangweimingyue") == ["张伟明月"]
    assert names(post, "zhangweimingl") == ["张伟明亮"] * 8
    for text in ("0352", "zhangwei", "zhangweimin", "zw"):
        whole = matches(post.store, post.guard, text, 40)
        assert len(whole) > 20
        for limit in (1, 5, 8):
            assert matches(post.store, post.guard, text, limit) == whole[:limit], (text, limit)
    assert [match.by for match in matches(post.store, post.guard, "0352", 40)][-2:] == ["phone", "plate"]


@pytest.mark.parametrize("typed", ["", " ", "'", "%", "_", "x" * 300, "张" * 60, "\u0000", "1", "…"])
def test_any_text_is_answered(post: Post, typed: str) -> None:
    post.register(visitor="张顺")
    assert isinstance(names(post, typed), list)


def test_numbers_leave_masked(post: Post) -> None:
    """VIS-14: in matches, lists, the card and open registrations."""
    post.register(visitor="张顺", document_number=NUMBER, phone="19900000352")
    [match] = matches(post.store, post.guard, "zs")
    [row] = queries.day_visits(post.store, post.guard)
    card = queries.card(post.store, post.guard, row.visit_id)
    assert card is not None
    shown = [match.number_shown, match.phone_shown, row.number_shown, card.number_shown, card.phone_shown]
    assert all(text.startswith("*") and len(text.strip("*")) == 4 for text in shown)
    assert (card.fields.document_number, card.fields.phone) == ("", "")


def test_lists_are_paged_by_time_and_key_without_gaps_or_repeats(post: Post) -> None:
    """Also among visits of the same instant."""
    for at in range(25):
        post.register(visitor=f"访客{at}", seconds=0 if at % 3 else 1)
    seen: list[queries.VisitRow] = []
    after = None
    while page := queries.day_visits(post.store, post.guard, after=after, limit=7):
        seen += page
        after = page[-1].arrived_at, page[-1].visit_id
    assert len({row.visit_id for row in seen}) == len(seen) == 25
    assert [row.arrived_at for row in seen] == sorted((row.arrived_at for row in seen), reverse=True)
    here: list[queries.OnSite] = []
    since = None
    while part := queries.on_site_list(post.store, post.guard, after=since, limit=7):
        here += part
        since = part[-1].since, part[-1].visit_id
    assert len({row.visit_id for row in here}) == 25


def test_today_ends_at_midnight_and_unfinished_does_not(post: Post) -> None:
    """VIS-3: what is missing waits until it is filled in."""
    post.register(visitor="张顺")
    post.clock.wall += timedelta(days=1)
    assert queries.day_visits(post.store, post.guard) == []
    assert len(queries.day_visits(post.store, post.guard, only="unfinished")) == 1


def test_over_25_s_is_a_list_of_its_own(post: Post) -> None:
    """VIS-2: exactly 25.0 s is within."""
    for seconds in (10, 25, 25.001, 40):
        post.register(visitor="张顺", seconds=seconds)
    assert [row.held_seconds for row in queries.day_visits(post.store, post.guard, only="over")] == [
        40,
        25.001,
    ]


def test_the_counts_are_those_of_the_lists(post: Post) -> None:
    post.register(visitor="张顺", document_number=NUMBER, pass_number="A001", seconds=30)
    post.register(visitor="李四", seconds=5)
    counts = queries.post_counts(post.store, post.guard)
    assert (counts.today.visits, counts.today.documents, counts.today.within) == (2, 2, 1)
    assert (counts.on_site, counts.passes_out, counts.unfinished) == (2, 1, 1)


def test_facts_and_log_agree_with_what_was_registered(post: Post) -> None:
    """VIS-15."""
    for seconds in (5, 30):
        post.register(visitor="张顺", seconds=seconds)
    begin, end = post.clock.wall - timedelta(hours=1), post.clock.wall + timedelta(hours=1)
    facts = list(queries.facts(post.store, begin, end))
    assert [fact.held_seconds for fact in facts] == [5, 30]
    assert facts[0].guard == post.guard.name
    assert post.guard.post_id is not None
    logged = list(queries.log(post.store, post.guard.post_id, begin, end))
    assert [row.held_seconds for row in logged] == [5, 30]


def test_what_was_complete_by_the_shifts_end_is_told_apart(post: Post) -> None:
    """VIS-3: the early shift ends; what is filled in after that counts no more as complete then."""
    done = [post.register(visitor=f"访客{at}") for at in range(2)]
    cards = [queries.card(post.store, post.guard, one.visit_id) for one in done]
    first, second = (card for card in cards if card is not None)
    post.clock.pass_by(600)
    completing.complete(post.store, post.guard, first.visit_id, replace(first.fields, document_number=NUMBER))
    post.clock.pass_by(12 * 3600)
    completing.complete(post.store, post.guard, second.visit_id, replace(second.fields, pass_number="A001"))
    begin, end = post.clock.wall - timedelta(days=1), post.clock.wall
    facts = list(queries.facts(post.store, begin, end))
    assert [(fact.complete_at_return, fact.complete_at_shift_end) for fact in facts] == [
        (False, True),
        (False, False),
    ]


def test_who_leaves_is_found_among_many_of_the_name_on_file(post: Post) -> None:
    """VIS-10: somebody here for the first time, and 300 regulars of the same surname who are not here."""
    here = post.register(visitor="王小新").visit_id
    site_id, ids = post.store.site.site_id, [new_key() for _ in range(300)]
    person = {"site_id": site_id, "name": "王常来", "document_kind": "none", "plate": "", "created_at": EPOCH}
    known = [
        {"site_id": site_id, "scope": "visitor", "key": key, "rank": 9999, "entity_id": one}
        for key in ("w", "wang", "王")
        for one in ids
    ]
    with post.store.engine.begin() as connection:
        connection.execute(visitors.insert(), [{"id": one, **person} for one in ids])
        connection.execute(search_keys.insert(), known)
    for typed in ("w", "wang", "王", "wxx", "王小新", "wangxiaoxin"):
        assert [row.visit_id for row in queries.leaving(post.store, post.guard, typed)] == [here]
    assert queries.leaving(post.store, post.guard, "wangxiaoxinx") == []
    assert queries.leaving(post.store, post.guard, "li") == []
