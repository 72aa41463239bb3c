"""The guard post's rules, by id."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import visits
from app.domain.visits import Fields, Stamp, Tally, VisitFact, pass_text, tidied

WHOLE = Fields(visitor="张顺", document_number="21010219870412919X", host="骨科", purpose="送货")
NOON = datetime(2026, 2, 28, 4, 0, tzinfo=UTC)
seconds = st.floats(0, 10_000_000, allow_nan=False)


def test_the_minimum_is_name_document_host_and_purpose() -> None:
    """VIS-3."""
    assert visits.missing(WHOLE) == 0
    lacks = {
        "name": replace(WHOLE, visitor=""),
        "document": replace(WHOLE, document_number=""),
        "host": replace(WHOLE, host=""),
        "purpose": replace(WHOLE, purpose=""),
    }
    for part, fields in lacks.items():
        assert visits.missing_parts(visits.missing(fields)) == (part,)


def test_a_pass_or_a_reason_for_no_document_stands_for_the_document() -> None:
    """VIS-3, VIS-7."""
    bare = replace(WHOLE, document_number="")
    assert visits.missing(replace(bare, pass_number="A017")) == 0
    assert visits.missing(replace(bare, document_kind="none", none_reason="forgot")) == 0
    assert visits.missing(replace(bare, document_kind="none")) == visits.DOCUMENT
    assert visits.missing(bare, number_known=True) == 0


def test_a_wrong_number_that_went_back_unexplained_waits() -> None:
    """VIS-3, VIS-7."""
    assert visits.missing(replace(WHOLE, override_reason=visits.UNCHECKED)) == visits.DOCUMENT
    assert visits.missing(replace(WHOLE, override_reason="card_says_so")) == 0


def test_without_a_document_and_for_a_late_slip_there_is_no_clock() -> None:
    """VIS-2."""
    assert visits.has_clock("resident_id", "typed")
    assert not visits.has_clock("none", "typed")
    assert not visits.has_clock("resident_id", "late")


@given(start=seconds, taken=st.floats(0, 100_000), wall=st.floats(-90_000, 90_000))
def test_a_clock_that_is_set_changes_no_held_time(start: float, taken: float, wall: float) -> None:
    """VIS-2: measured on the monotonic clock; the stamp of the return agrees with it."""
    received = Stamp(NOON, start, "boot")
    returned = Stamp(NOON + timedelta(seconds=taken + wall), start + taken, "boot")
    time = visits.held(received, returned)
    assert abs(time.seconds - taken) < 1e-3
    assert abs((time.returned_at - NOON).total_seconds() - taken) < 1e-3
    assert not time.estimated


@given(gone=st.floats(-1000, 100_000))
def test_after_a_restart_of_the_pc_wall_time_counts_and_is_marked(gone: float) -> None:
    """VIS-2, and never below zero."""
    time = visits.held(Stamp(NOON, 900.0, "a"), Stamp(NOON + timedelta(seconds=gone), 3.0, "b"))
    assert time.estimated
    assert abs(time.seconds - max(0.0, gone)) < 1e-3


def test_an_open_clock_runs_on_from_its_own_start() -> None:
    """VIS-2: after a crash the clock is right; after a restart it is put where wall time says."""
    received = Stamp(NOON, 900.0, "a")
    assert visits.running_since(received, Stamp(NOON, 930.0, "a")) == (900.0, False)
    later = Stamp(NOON + timedelta(seconds=60), 4.0, "b")
    assert visits.running_since(received, later) == (4.0 - 60, True)
    back = Stamp(NOON - timedelta(hours=1), 4.0, "b")
    assert visits.running_since(received, back) == (4.0, True)


def test_the_clock_changes_at_20_and_past_25() -> None:
    """VIS-2: exactly 25.0 s is within the standard."""
    assert [visits.tone(at) for at in (0, 19.9, 20, 25.0, 25.01)] == ["calm", "calm", "warn", "warn", "over"]


def test_the_share_within_25_s_counts_documents_only() -> None:
    """VIS-2, VIS-15: the rest has no place in it; completeness stands beside it."""
    fact = VisitFact(
        date(2026, 2, 28), "早班", "东门岗", "王建国", "typed", "骨科", 9, 8.0, "", True, True, False
    )
    tally = Tally()
    for held_seconds in (2.0, 8.0, 25.0, 25.1, None, None):
        tally.add(replace(fact, held_seconds=held_seconds, complete_at_return=held_seconds is not None))
    counted = tally.figures()
    assert (counted.visits, counted.documents, counted.within, counted.implausible) == (6, 4, 3, 1)
    assert counted.complete_at_return == 4
    assert counted.median == 8.0
    assert counted.p95 == 25.1


@given(seconds)
def test_a_shown_time_is_over_exactly_when_the_time_is(held: float) -> None:
    """VIS-2: rounded up to the next tenth, the nearest one that is not below."""
    shown = visits.held_tenths(held)
    assert (shown > visits.LIMIT_SECONDS) == (visits.tone(held) == "over")
    assert shown >= held
    assert float(f"{shown:.1f}") == shown
    assert float(f"{shown - 0.1:.1f}") < held or held == 0


@given(st.integers(0, 60_000))
def test_a_stored_time_in_tenths_is_shown_as_it_is(milliseconds: int) -> None:
    """VIS-2: by whole milliseconds, as they are stored."""
    shown = visits.held_tenths(milliseconds / 1000)
    assert round(shown * 10) == -(-milliseconds // 100)


def test_nothing_has_no_share() -> None:
    assert visits.share(0, 0) is None
    assert Tally().figures().median is None


@given(st.lists(st.floats(0, 1000), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_one_of_the_values_and_enough_lie_below(values: list[float], part: float) -> None:
    """Nearest rank: at least that part of the values is not above it."""
    ordered = sorted(values)
    found = visits.percentile(ordered, part)
    assert found in values
    assert sum(value <= found for value in values) >= part * len(values) - 1e-9


def test_a_pass_is_one_pass_however_it_is_typed() -> None:
    """VIS-9."""
    assert [visits.pass_text(text) for text in ("a17", " A017 ", "A17")] == ["A017"] * 3
    assert visits.pass_text("B-12") == "B-12"


@given(months=st.integers(0, 400), visits_made=st.integers(1, 5000))
def test_more_visits_and_later_visits_never_rank_lower(months: int, visits_made: int) -> None:
    """VIS-5: those here often and lately come first."""
    when = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=31 * (months % 100))
    rank = visits.recency_rank(when, visits_made)
    assert visits.recency_rank(when, visits_made + 1) >= rank
    assert visits.recency_rank(when + timedelta(days=31), visits_made) >= rank


@pytest.mark.parametrize("typed", ["a17", " A017 ", "ａ０１７", "A-017", "A·017", "YHPA017X", "a¹⁷"])
def test_a_pass_has_one_number_however_it_is_typed(typed: str) -> None:
    """VIS-9, DOCUMENTS 1 and 7; never an error for a superscript."""
    assert pass_text(typed) == "A017"


def test_what_is_no_pass_of_ours_stays_as_it_is_printed() -> None:
    """A site may have other passes."""
    assert [pass_text(text) for text in ("临时-3", "v-12 b", "YHPA018X", "²")] == [
        "临时-3",
        "V-12 B",
        "YHPA018X",
        "2",
    ]


def test_phones_and_plates_are_kept_in_one_form() -> None:
    """VIS-5, VIS-7: what is typed with marks is found without them; what is neither stays as it is."""
    fields = tidied(Fields(phone="139-1234-5999", plate="京a·3k7p9"))
    assert (fields.phone, fields.plate) == ("13912345999", "京A3K7P9")
    assert tidied(Fields(phone="abc", plate="?")) == Fields(phone="abc", plate="?")
