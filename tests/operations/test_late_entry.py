"""Blank slips and late entry, on both databases (VIS-13)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.db.evacuation import late_entries, slip_runs
from app.db.visits import departures, on_site, pass_returns, passes_out, visitors, visits
from app.domain.visits import DOCUMENT, Fields
from app.errors import DomainError
from app.operations import care
from app.operations import visits_complete as completing
from app.operations.late_entry import Slip, SlipRun, enter, issue
from app.queries import evacuation as queries
from app.queries import visits as visit_queries
from app.queries.visitor_search import matches
from tests.sample import Post


def rows(post: Post, table: sa.Table) -> list[sa.Row[tuple[object, ...]]]:
    with post.store.reading() as connection:
        return list(connection.execute(sa.select(table)))


def slip(
    post: Post, number: str = "1", *, minutes: float = 90, left: float | None = None, **more: Any
) -> Slip:
    """A slip that was written so many minutes ago."""
    last_four = more.pop("last_four", "919X")
    now = post.clock.now()
    fields = Fields(**{"visitor": "张顺", "host": "骨科", "purpose": "送货", **more})
    gone = None if left is None else now - timedelta(minutes=left)
    return Slip(number, fields, now - timedelta(minutes=minutes), gone, last_four)


def refused(post: Post, one: Slip) -> tuple[str, str]:
    with pytest.raises(DomainError) as error:
        enter(post.store, post.guard, one)
    return error.value.code, error.value.field


def whole(post: Post) -> bool:
    engine = post.store.engine
    url = engine.url.render_as_string(False) if engine.dialect.name == "postgresql" else ""
    return not [one for one in care.check(post.folder, url) if one.fault]


def test_numbers_go_on_and_never_come_twice(post: Post) -> None:
    """VIS-13: of their own sequence; four windows at once get four runs that do not touch."""
    assert issue(post.store, post.guard, 20) == SlipRun("SA0001", "SA0020", 20)
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: issue(post.store, post.guard, 5), range(4)))
    spans = sorted((row.first, row.last) for row in rows(post, slip_runs))
    assert spans == [(1, 20), (21, 25), (26, 30), (31, 35), (36, 40)]
    assert {run.count for run in runs} == {5}
    assert queries.slip_run(post.store, post.guard, "22") == (
        "SA0021",
        "SA0022",
        "SA0023",
        "SA0024",
        "SA0025",
    )
    assert queries.slip_run(post.store, post.guard, "99") == ()


@pytest.mark.parametrize("count", [0, -1, 401, 10**9])
def test_no_more_than_a_pile_at_a_time(post: Post, count: int) -> None:
    with pytest.raises(DomainError, match="slips_count"):
        issue(post.store, post.guard, count)
    assert rows(post, slip_runs) == []


def test_a_slip_is_a_late_visit_without_a_clock(post: Post) -> None:
    """VIS-2, VIS-13: way in late, no held time, no place in the 25 s share; the times of the slip stand."""
    issue(post.store, post.guard, 4)
    one = slip(post, "1", minutes=90, left=30)
    done = enter(post.store, post.guard, one)
    assert (done.slip, done.visitor, done.missing) == ("SA0001", "张顺", 0)
    [row] = rows(post, visits)
    assert (row.way_in, row.held_seconds) == ("late", None)
    assert (row.document_received_at, row.document_returned_at) == (None, None)
    assert row.arrived_at == one.came
    assert row.registered_at == post.clock.now()
    assert row.document_number is None
    [gone] = rows(post, departures)
    assert (gone.left_at, gone.by_rule) == (one.left, False)
    assert rows(post, on_site) == []
    counts = visit_queries.post_counts(post.store, post.guard)
    assert (counts.today.visits, counts.today.documents) == (1, 0)
    [logged] = visit_queries.day_visits(post.store, post.guard)
    assert logged.late
    assert whole(post)


def test_a_slip_without_a_time_of_leaving_is_still_on_site(post: Post) -> None:
    """VIS-13: and on the evacuation list, since when the slip says; its pass is out."""
    issue(post.store, post.guard, 4)
    enter(post.store, post.guard, slip(post, "2", pass_number="a17"))
    [here] = queries.on_site_now(post.store, post.guard).present
    assert (here.visitor, here.pass_number) == ("张顺", "A017")
    assert here.since == post.clock.now() - timedelta(minutes=90)
    assert len(rows(post, passes_out)) == 1
    assert whole(post)


def test_a_pass_of_who_has_left_came_back(post: Post) -> None:
    issue(post.store, post.guard, 4)
    enter(post.store, post.guard, slip(post, "2", pass_number="A017", left=5))
    assert rows(post, passes_out) == []
    assert len(rows(post, pass_returns)) == 1
    assert whole(post)


def test_a_slip_is_keyed_in_once(post: Post) -> None:
    """VIS-13: however it is typed; the second is told whose it is, and four windows at once make one visit."""
    issue(post.store, post.guard, 4)

    def once(typed: str) -> str:
        try:
            return enter(post.store, post.guard, slip(post, typed)).slip
        except DomainError as error:
            return f"{error.code} {error.values.get('who', '')}".strip()

    with ThreadPoolExecutor(4) as pool:
        said = sorted(pool.map(once, ("3", "sa3", "SA-0003", "０３")))
    assert said[0] == "SA0003"
    assert [one.split()[0] for one in said[1:]] == ["slip_taken"] * 3
    assert "张顺" in said[1]
    assert len(rows(post, visits)) == len(rows(post, late_entries)) == 1


def test_a_number_that_was_never_printed_is_asked_about_and_can_be_kept(post: Post) -> None:
    """VIS-13: a slip of the pen is caught, and the paper of a PC that is lost can still be keyed in."""
    issue(post.store, post.guard, 4)
    assert refused(post, slip(post, "5")) == ("slip_not_printed", "slip")
    assert refused(post, slip(post, "q1")) == ("slip_not_printed", "slip")
    assert enter(post.store, post.guard, slip(post, "q1"), as_given=True).slip == "SQ0001"
    with pytest.raises(DomainError, match="slip_taken"):
        enter(post.store, post.guard, slip(post, "q1"), as_given=True)


def test_the_last_four_are_sealed_and_stand_for_the_document(post: Post) -> None:
    """VIS-3, VIS-14: nothing is missing with them; they are no number of a person on file."""
    issue(post.store, post.guard, 9)
    enter(post.store, post.guard, slip(post, "1", last_four="4321"))
    enter(post.store, post.guard, slip(post, "2", visitor="李明", last_four="4321"))
    done = enter(post.store, post.guard, slip(post, "3", visitor="王芳", last_four=""))
    assert done.missing == DOCUMENT
    assert all(b"4321" not in bytes(row.last_four or b"") for row in rows(post, late_entries))
    assert sorted(row.visitor for row in rows(post, visits)) == ["张顺", "李明", "王芳"]
    assert len({row.visitor_id for row in rows(post, visits)}) == 3
    for table in (visits, visitors):
        assert all("4321" not in map(str, row) for row in rows(post, table))


def test_a_late_record_that_is_corrected_does_not_ask_for_its_document(post: Post) -> None:
    """VIS-3: the slip is all that there is."""
    issue(post.store, post.guard, 4)
    done = enter(post.store, post.guard, slip(post, "1", purpose=""))
    card = visit_queries.card(post.store, post.guard, done.visit_id)
    assert card is not None
    assert card.missing == ("purpose",)
    fields = replace(card.fields, purpose="送货")
    assert completing.complete(post.store, post.guard, done.visit_id, fields) == 0


def test_who_was_here_in_the_power_cut_is_found_the_next_time(post: Post) -> None:
    """VIS-5."""
    issue(post.store, post.guard, 4)
    enter(post.store, post.guard, slip(post, "1", left=10))
    [found] = matches(post.store, post.guard, "zhangshun")
    assert (found.name, found.host) == ("张顺", "骨科")


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"number": "x"}, "slip_wrong", "slip"),
        ({"left": 120}, "slip_left_before", "left"),
        ({"visitor": "张顺13912345678"}, "number_in_words", "visitor"),
        ({"phone": "12"}, "phone_wrong", "phone"),
        ({"plate": "京A1"}, "plate_wrong", "plate"),
        ({"visitor": "张" * 201}, "text_too_long", "visitor"),
        ({"document_kind": "spoon"}, "not_a_choice", "document_kind"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(
    post: Post, more: dict[str, Any], code: str, field: str
) -> None:
    """VIS-7, VIS-14: the slip can be keyed in rightly afterwards."""
    issue(post.store, post.guard, 4)
    assert refused(post, slip(post, **{"number": "1", **more})) == (code, field)
    assert rows(post, visits) == []
    assert enter(post.store, post.guard, slip(post, "1")).slip == "SA0001"


def test_the_center_has_no_post_to_key_in_for(post: Post) -> None:
    issue(post.store, post.guard, 4)
    clerk = replace(post.actor("clerk"), post_id=None)
    with pytest.raises(DomainError, match="no_post"):
        enter(post.store, clerk, slip(post, "1"))


def test_yesterdays_slips_have_yesterdays_numbers(post: Post) -> None:
    """VIS-13: beside those that the program gave that day."""
    post.register(visitor="李明")
    issue(post.store, post.guard, 4)
    post.clock.pass_by(24 * 3600)
    done = enter(post.store, post.guard, slip(post, "1", minutes=24 * 60))
    assert done.number == "1123-A002"
