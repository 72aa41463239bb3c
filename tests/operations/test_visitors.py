"""Whose number it is: another name on file is kept apart until somebody says which is right; on both databases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.db.records import audit_records
from app.db.search import search_keys
from app.db.visits import on_site, visit_corrections, visitor_recency, visitors
from app.domain.visits import RENAME, WRONG_NUMBER
from app.errors import DomainError
from app.operations import care
from app.operations import visits as operations
from app.operations import visits_complete as completing
from app.queries import visits as queries
from app.queries.noticed import noticed
from app.queries.visitor_search import matches
from tests.operations.test_visits import NUMBER, rows
from tests.sample import Post

OTHER = "210102198806159031"


def complete(post: Post, visit_id: UUID, settle: str = "", **fields: Any) -> int:
    """What the form does: the record's own fields with these."""
    card = queries.card(post.store, post.guard, visit_id)
    assert card is not None
    changed = replace(card.fields, **fields)
    return completing.complete(post.store, post.guard, visit_id, changed, seen=card.fields, settle=settle)


def names(post: Post) -> dict[str, int]:
    """The visitors on file and their visits."""
    counts = {row.visitor_id: row.visits for row in rows(post, visitor_recency)}
    return {row.name: counts[row.id] for row in rows(post, visitors)}


def sound(post: Post) -> bool:
    """Whether `yinghou check` finds search keys, on-site list and passes as they must be."""
    other = post.store.engine.dialect.name != "sqlite"
    return other or not [one for one in care.check(post.folder) if one.fault]


def unfinished(post: Post) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (row.visitor, row.missing) for row in queries.day_visits(post.store, post.guard, only="unfinished")
    ]


def mixed(post: Post) -> operations.Registered:
    """A known number under another name."""
    post.register(visitor="张三", document_number=NUMBER, phone="13912345678")
    return post.register(visitor="李四", document_number=NUMBER, host="药剂科")


def test_a_number_with_another_name_leaves_both_as_they_are_and_waits(post: Post) -> None:
    """VIS-3: nobody is renamed silently; the visit says what was typed."""
    done = mixed(post)
    assert names(post) == {"张三": 2}
    assert unfinished(post) == [("李四", ("other_name",))]
    card = queries.card(post.store, post.guard, done.visit_id)
    assert card is not None
    assert (card.fields.visitor, card.name_on_file) == ("李四", "张三")


def test_what_is_odd_is_answered_before_the_return(post: Post) -> None:
    """VIS-3, VIS-9: by what was typed, nothing else."""
    post.register(visitor="张三", document_number=NUMBER, pass_number="A017")
    ask = (post.store, post.guard, operations.new_visit())
    assert noticed(*ask, "李四", NUMBER, "").name_on_file == "张三"
    assert noticed(*ask, "张 三", NUMBER, "").name_on_file == ""
    assert noticed(*ask, "", NUMBER, "").name_on_file == ""
    assert noticed(*ask, "李四", OTHER, "").name_on_file == ""
    out = noticed(*ask, "李四", "", "a17").pass_out
    assert out is not None
    assert (out.visitor, out.pass_number) == ("张三", "A017")
    assert noticed(*ask, "李四", "", "A018").pass_out is None


def test_completing_something_else_settles_nothing(post: Post) -> None:
    """VIS-3."""
    done = mixed(post)
    assert complete(post, done.visit_id, phone="13800000000")
    assert names(post) == {"张三": 2}
    assert unfinished(post) == [("李四", ("other_name",))]


def test_the_name_was_typed_wrong(post: Post) -> None:
    """VIS-3: the visit gets the name on file; what stood there is kept."""
    done = mixed(post)
    assert complete(post, done.visit_id, visitor="张三") == 0
    assert names(post) == {"张三": 2}
    assert unfinished(post) == []
    assert [row.field for row in rows(post, visit_corrections)] == ["visitor"]


def test_the_name_on_file_was_wrong(post: Post) -> None:
    """VIS-3: the person is renamed, which is kept with who and when, and audited."""
    done = mixed(post)
    before = len(rows(post, audit_records))
    assert complete(post, done.visit_id, RENAME) == 0
    assert names(post) == {"李四": 2}
    assert [match.name for match in matches(post.store, post.guard, "lisi")] == ["李四"]
    assert matches(post.store, post.guard, "张三") == []
    [kept] = rows(post, visit_corrections)
    old = post.store.secrets.open(kept.old, "visit_corrections.old", post.store.site.site_id, kept.id)
    assert (kept.field, old, kept.staff_id) == ("name_on_file", "张三", post.guard.staff_id)
    assert len(rows(post, audit_records)) == before + 1
    assert sound(post)


def test_the_number_was_wrong_and_the_right_one_is_known(post: Post) -> None:
    """VIS-3: the visit is somebody else's; the person on file is as if it had never been theirs."""
    done = mixed(post)
    assert complete(post, done.visit_id, document_number=OTHER) == 0
    assert names(post) == {"张三": 1, "李四": 1}
    [person] = [row for row in rows(post, visitor_recency) if row.visits and row.last_host == "骨科"]
    [three] = [row for row in rows(post, visitors) if row.name == "张三"]
    assert person.visitor_id == three.id
    [four] = [row for row in rows(post, visitors) if row.name == "李四"]
    assert {row.visitor_id for row in rows(post, on_site)} == {three.id, four.id}
    card = queries.card(post.store, post.guard, done.visit_id)
    assert card is not None
    assert card.phone_shown == ""
    assert sound(post)


def test_the_number_was_wrong_and_nobody_knows_the_right_one(post: Post) -> None:
    """VIS-3: the number goes, kept as a correction; the document is missing now."""
    done = mixed(post)
    complete(post, done.visit_id, WRONG_NUMBER)
    assert names(post) == {"张三": 1, "李四": 1}
    assert unfinished(post) == [("李四", ("document",))]
    assert [row.field for row in rows(post, visit_corrections)] == ["document_number"]
    assert [match.name for match in matches(post.store, post.guard, NUMBER)] == ["张三"]


def test_nothing_else_settles(post: Post) -> None:
    """VIS-3."""
    done = mixed(post)
    with pytest.raises(DomainError, match="not_a_choice"):
        complete(post, done.visit_id, "whatever")


def test_a_person_on_file_from_a_list_is_not_renamed_by_completing(post: Post) -> None:
    """VIS-3: the first visit of a number that was imported without one."""
    done = mixed(post)
    mine = visitor_recency.c.visits > 0
    post.store.work(
        post.guard, "test", lambda work: work.derive(visitor_recency.update().where(mine).values(visits=1))
    )
    assert complete(post, done.visit_id, purpose="面谈")
    assert list(names(post)) == ["张三"]


def test_a_stub_leaves_no_row_behind(post: Post) -> None:
    """VIS-14: who turned out to be somebody on file is not kept twice, neither row nor keys."""
    post.register(visitor="张顺", document_number=NUMBER)
    done = post.register(visitor="张顺")
    complete(post, done.visit_id, document_number=NUMBER)
    [person] = rows(post, visitors)
    assert names(post) == {"张顺": 2}
    with post.store.reading() as connection:
        owners = sa.select(search_keys.c.entity_id).where(search_keys.c.scope == "visitor").distinct()
        assert connection.execute(owners).scalars().all() == [person.id]
    assert {row.visitor_id for row in rows(post, on_site)} == {person.id}
    assert sound(post)


def test_a_stub_that_others_name_stays_with_one_visit_less(post: Post) -> None:
    """VIS-5."""
    post.register(visitor="张顺", document_number=NUMBER)
    post.register(visitor="张顺")
    done = post.register(visitor="张顺", host="药剂科")
    complete(post, done.visit_id, document_number=NUMBER)
    assert sorted((row.visits, row.last_host) for row in rows(post, visitor_recency)) == [
        (1, "骨科"),
        (2, "药剂科"),
    ]
    assert sound(post)


def test_a_visitor_without_a_name_is_found_for_the_departure(post: Post) -> None:
    """VIS-10: by plate, or by the end of plate, number and phone."""
    plate = post.register(plate="京A12345").visit_id
    number = post.register(document_number=NUMBER).visit_id
    for typed, visit_id in (("京A12345", plate), ("2345", plate), ("919x", number), (NUMBER, number)):
        found = queries.leaving(post.store, post.guard, typed)
        assert [one.visit_id for one in found] == [visit_id], typed
    assert queries.leaving(post.store, post.guard, "nobody") == []


def test_who_is_on_site_under_another_name_leaves_by_either(post: Post) -> None:
    """VIS-3, VIS-10: the guard types the name that was typed."""
    first = post.register(visitor="张三", document_number=NUMBER).visit_id
    operations.depart(post.store, post.guard, first, pass_returned=False)
    second = post.register(visitor="李四", document_number=NUMBER).visit_id
    for typed in ("lisi", "李四", "zhangs", "919X"):
        assert [one.visit_id for one in queries.leaving(post.store, post.guard, typed)] == [second], typed
