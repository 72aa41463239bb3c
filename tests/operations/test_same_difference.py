"""One name difference settled settles its like: other visits with that number and the same typed name (VIS-3)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.db.records import audit_records
from app.db.visits import visit_corrections, visitor_recency, visits
from app.domain.visits import RENAME, WRONG_NUMBER
from app.operations import visits as operations
from tests.operations.test_visitors import complete, names, sound, unfinished
from tests.operations.test_visits import NUMBER, rows
from tests.sample import Post


def three_alike(post: Post) -> list[operations.Registered]:
    """Somebody on file, whose number comes three times under another name, once without a host."""
    post.register(visitor="张三", document_number=NUMBER)
    hosts = ("药剂科", "", "骨科")
    return [post.register(visitor="李四", document_number=NUMBER, host=host) for host in hosts]


def test_the_others_of_that_name_are_settled_by_the_same_step(post: Post) -> None:
    """VIS-3: in one transaction, each with its own record of the change and its time; what else is missing waits."""
    first, second, third = three_alike(post)
    records = len(rows(post, audit_records))
    assert complete(post, first.visit_id, RENAME) == 0
    assert names(post) == {"李四": 4}
    assert unfinished(post) == [("李四", ("host",))]
    assert len(rows(post, audit_records)) == records + 1
    kept = rows(post, visit_corrections)
    assert {row.visit_id for row in kept} == {first.visit_id, second.visit_id, third.visit_id}
    assert {row.field for row in kept} == {"name_on_file"}
    assert {row.staff_id for row in kept} == {post.guard.staff_id}
    done = {row.id: row.completed_at for row in rows(post, visits)}
    assert done[first.visit_id] == done[third.visit_id] is not None
    assert done[second.visit_id] is None
    assert complete(post, second.visit_id, host="药剂科") == 0
    assert sound(post)


def test_another_name_still_waits(post: Post) -> None:
    """VIS-3: renaming answers only for the name that was given."""
    first, *_ = three_alike(post)
    post.register(visitor="王五", document_number=NUMBER)
    complete(post, first.visit_id, RENAME)
    assert ("王五", ("other_name",)) in unfinished(post)
    assert sound(post)


def test_an_old_record_keeps_when_it_was_complete(post: Post) -> None:
    """VIS-3: the share complete at the shift's end is not changed by settling afterwards."""
    first, _, third = three_alike(post)
    long_ago = 1_000_000
    with post.store.engine.begin() as connection:
        here = visits.c.id == third.visit_id
        connection.execute(
            sa.update(visits).where(here).values(completed_at=sa.literal(long_ago, sa.BigInteger))
        )
    complete(post, first.visit_id, RENAME)
    [row] = [one for one in rows(post, visits) if one.id == third.visit_id]
    assert row.missing == 0
    assert row.completed_at.year == 1970


@pytest.mark.parametrize("settle", ["", WRONG_NUMBER])
def test_nothing_but_the_renaming_settles_the_others(post: Post, settle: str) -> None:
    """VIS-3: a name or a number typed wrong once says nothing of the other visits."""
    first, *_ = three_alike(post)
    visitor = "李四" if settle else "张三"
    complete(post, first.visit_id, settle, visitor=visitor)
    waiting = [parts for name, parts in unfinished(post) if "other_name" in parts]
    assert len(waiting) == 2


def test_an_older_record_does_not_stand_for_the_last_visit(post: Post) -> None:
    """VIS-5: what is offered the next time is the newest visit's, whatever is completed afterwards."""
    old = post.register(visitor="张三", document_number=NUMBER, host="")
    post.clock.pass_by(60)
    post.register(visitor="张三", document_number=NUMBER, host="药剂科")
    assert complete(post, old.visit_id, host="骨科") == 0
    [row] = rows(post, visitor_recency)
    assert row.last_host == "药剂科"
    assert sound(post)
