"""Numbers of blank slips and what is written on them (VIS-13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.documents import identify
from app.domain.slips import MOST_NUMBER, parts_of, read_clock, read_day, slip_number, slip_times
from app.errors import DomainError

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 24)


def outcome(read: Callable[[], Any]) -> Any:
    """What was read, or the code of the sentence that says why not."""
    try:
        return read()
    except DomainError as error:
        return error.code


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12", ("A", 12)),
        ("００12", ("A", 12)),
        ("SA0012", ("A", 12)),
        ("sa-0012", ("A", 12)),
        ("sa12", ("A", 12)),
        ("b7", ("B", 7)),
        ("SB7", ("B", 7)),
        (" SAB0012 ", ("AB", 12)),
        ("s9", ("S", 9)),
        ("SS9", ("S", 9)),
    ],
)
def test_a_number_may_be_typed_short(typed: str, meant: tuple[str, int]) -> None:
    """VIS-13: by its digits, the own PC's letter is meant."""
    assert parts_of(typed, "A") == meant


@pytest.mark.parametrize(
    "typed", ["", "0", "A", "1123-A026", "12345", "123456", "A1B2", "张三", "SABC1", "1.5.x", "-"]
)
def test_what_is_no_number_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(DomainError) as refused:
        parts_of(typed, "A")
    assert (refused.value.code, refused.value.field) == ("slip_wrong", "slip")


@given(st.text(max_size=12))
def test_reading_a_number_ends_in_one_or_in_a_sentence(text: str) -> None:
    said = outcome(lambda: parts_of(text, "A"))
    assert said == "slip_wrong" or 1 <= said[1] <= MOST_NUMBER


@given(st.sampled_from(["A", "B", "Z", "AA", "BC"]), st.integers(1, MOST_NUMBER))
def test_a_printed_number_is_read_back_and_is_nothing_else(letter: str, count: int) -> None:
    """VIS-13: it is no right plate, pass, document or phone, and no visit has such a number."""
    number = slip_number(letter, count)
    assert parts_of(number, "Q") == (letter, count)
    assert "-" not in number
    assert not identify(number, TODAY).valid


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9:35", (9, 35)),
        ("0935", (9, 35)),
        ("935", (9, 35)),
        ("9", (9, 0)),
        ("９：３５", (9, 35)),
        ("9点5", None),
        ("23:59", (23, 59)),
    ],
)
def test_a_time_is_read_as_it_is_written(typed: str, meant: tuple[int, int] | None) -> None:
    if meant is None:
        with pytest.raises(DomainError, match="slip_time_wrong"):
            read_clock(typed, "came")
    else:
        assert read_clock(typed, "came") == time(*meant)


@pytest.mark.parametrize("typed", ["24:00", "9:60", "", "abc", "-1", "9:3:5", "99999"])
def test_no_time_is_said_at_its_field(typed: str) -> None:
    with pytest.raises(DomainError) as refused:
        read_clock(typed, "left")
    assert (refused.value.code, refused.value.field) == ("slip_time_wrong", "left")


def test_a_day_without_a_year_is_the_last_such_day() -> None:
    """Slips of New Year's Eve are keyed in on New Year's Day."""
    assert read_day("11-23", TODAY) == date(2026, 11, 23)
    assert read_day("11月24日", TODAY) == TODAY
    assert read_day("12/31", date(2027, 1, 1)) == date(2026, 12, 31)
    assert read_day("2025-12-31", TODAY) == date(2025, 12, 31)


@pytest.mark.parametrize("typed", ["", "13-01", "02-30", "x", "2026-11", "11-23-2026", "02-29"])
def test_no_day_is_said_at_its_field(typed: str) -> None:
    with pytest.raises(DomainError) as refused:
        read_day(typed, TODAY)
    assert (refused.value.code, refused.value.field) == ("slip_day_wrong", "day")


@given(st.text(max_size=10), st.text(max_size=8))
def test_reading_times_never_ends_in_anything_else(day: str, clock: str) -> None:
    assert outcome(lambda: read_day(day, TODAY)) == "slip_day_wrong" or read_day(day, TODAY) <= date.max
    said = outcome(lambda: read_clock(clock, "came"))
    assert said == "slip_time_wrong" or isinstance(said, time)


def test_leaving_after_midnight_is_on_the_next_day() -> None:
    came, left = slip_times(date(2026, 11, 23), time(22, 30), time(1, 15), at(9), ZONE)
    assert (came, left) == (at(22, 30, 23), at(1, 15))


@pytest.mark.parametrize(
    ("day", "came", "left", "code", "field"),
    [
        (TODAY, time(9, 1), None, "slip_in_future", "came"),
        (TODAY, time(8), time(9, 1), "slip_in_future", "left"),
        (TODAY, time(8), time(7), "slip_in_future", "left"),
        (date(2026, 10, 1), time(8), None, "slip_too_old", "day"),
    ],
)
def test_times_that_cannot_be_are_said_at_their_field(
    day: date, came: time, left: time | None, code: str, field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        slip_times(day, came, left, at(9), ZONE)
    assert (refused.value.code, refused.value.field) == (code, field)
