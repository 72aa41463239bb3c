"""Days, shifts and midnights."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.domain.business_day import Shift, day_bounds, day_of, shift_at, shift_bounds

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
SHIFTS = (Shift("早班", 7 * 60, 15 * 60), Shift("中班", 15 * 60, 23 * 60), Shift("夜班", 23 * 60, 7 * 60))
moments = st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (its bounds)
zones = st.sampled_from([SHANGHAI, BERLIN, ZoneInfo("America/New_York"), ZoneInfo("UTC")])


@given(moment=moments, zone=zones, starts=st.integers(0, 12 * 60))
def test_every_instant_lies_in_its_own_day(moment: datetime, zone: ZoneInfo, starts: int) -> None:
    """Also where a day has 23 or 25 hours."""
    begin, end = day_bounds(day_of(moment, zone, starts), zone, starts)
    assert begin <= moment < end


@given(
    minutes=st.integers(-240, 240),
    changes=st.sampled_from([datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)]),
    starts=st.integers(60, 240),
)
def test_a_day_that_begins_as_the_clock_changes(minutes: int, changes: datetime, starts: int) -> None:
    """02:30 in Berlin is not there once a year, and twice: the day of an instant and its bounds agree."""
    moment = changes + timedelta(minutes=minutes)
    begin, end = day_bounds(day_of(moment, BERLIN, starts), BERLIN, starts)
    assert begin <= moment < end


def test_a_leap_day_and_a_day_of_23_hours() -> None:
    assert day_of(datetime(2028, 2, 29, 15, 59, tzinfo=UTC), SHANGHAI) == date(2028, 2, 29)
    assert day_of(datetime(2028, 2, 29, 16, 0, tzinfo=UTC), SHANGHAI) == date(2028, 3, 1)
    begin, end = day_bounds(date(2026, 3, 29), BERLIN)
    assert end - begin == timedelta(hours=23)


@given(moment=moments)
def test_three_shifts_cover_the_day_and_hold_their_own_instants(moment: datetime) -> None:
    """A shift over midnight keeps its name on both sides."""
    name = shift_at(moment, SHANGHAI, SHIFTS)
    shift = next(one for one in SHIFTS if one.name == name)
    begin, end = shift_bounds(moment, SHANGHAI, shift)
    assert begin <= moment < end
    assert end - begin == timedelta(hours=8)


def test_no_shift_covers_a_gap() -> None:
    assert shift_at(datetime(2026, 11, 23, 20, 0, tzinfo=UTC), SHANGHAI, SHIFTS[:2]) == ""
