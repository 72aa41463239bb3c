"""Who is over time, and when the night closes (VIS-10)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.site import KINDS
from app.domain.stays import (
    NO_LIMIT,
    StayRule,
    closed_since,
    default_rule,
    is_over_time,
    is_stay_setting,
    last_time,
    over_time_since,
)

ZONE = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def test_hours_are_counted_from_the_coming() -> None:
    """VIS-10: to the microsecond."""
    rule = StayRule(4, None)
    assert not is_over_time(at(9) + timedelta(microseconds=1), at(13), rule, ZONE)
    assert is_over_time(at(9), at(13), rule, ZONE)


def test_a_house_that_closes_marks_who_is_in_it_and_not_who_comes_later() -> None:
    """VIS-10: at 19:00 everybody; who comes at 20:00 has until the next evening."""
    rule = StayRule(None, 19 * 60)
    assert not is_over_time(at(9), at(18, 59), rule, ZONE)
    assert is_over_time(at(18, 59), at(19), rule, ZONE)
    assert not is_over_time(at(19), at(19), rule, ZONE)
    assert not is_over_time(at(20), at(18, 59, 24), rule, ZONE)
    assert is_over_time(at(20), at(19, 0, 24), rule, ZONE)


def test_without_a_limit_nobody_is_over_time_and_the_night_takes_a_whole_day() -> None:
    """VIS-10."""
    rule = StayRule(None, None)
    assert over_time_since(at(9), rule, ZONE) is None
    assert closed_since(at(3), rule, ZONE) == at(3, 0, 22)


def test_who_came_late_in_the_evening_is_not_closed_at_three() -> None:
    """VIS-10: the night closes those only who are over time at its hour."""
    limit = closed_since(at(3, 0, 24), default_rule("hospital"), ZONE)
    assert at(22, 59) <= limit < at(23, 30)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_site_has_a_limit(kind: str) -> None:
    assert over_time_since(at(9), default_rule(kind), ZONE) is not None


def test_the_last_night_is_todays_from_its_hour_on() -> None:
    assert last_time(at(3), 180, ZONE) == (date(2026, 11, 23), at(3))
    assert last_time(at(2, 59), 180, ZONE) == (date(2026, 11, 22), at(3, 0, 22))


@given(
    st.integers(0, 1_600_000).map(
        lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.integers(0, 1439),
    st.sampled_from([ZONE, BERLIN]),
)
def test_the_last_time_is_past_and_the_newest(now: datetime, minutes: int, zone: ZoneInfo) -> None:
    """Also where the zone's clock changes: never in the future, never more than a long day ago."""
    _, moment = last_time(now, minutes, zone)
    assert moment <= now < moment + timedelta(hours=26)


@given(st.integers(-5_000, 5_000), st.integers(1, 72), st.one_of(st.none(), st.integers(0, 1439)))
def test_time_that_goes_by_never_brings_anybody_back_into_time(
    minutes: int, hours: int, closes: int | None
) -> None:
    """VIS-10."""
    rule, since = StayRule(hours, closes), at(9) + timedelta(minutes=minutes)
    states = [is_over_time(since, at(9) + timedelta(hours=hour), rule, ZONE) for hour in range(-90, 180, 3)]
    assert states == sorted(states)


@pytest.mark.parametrize(
    ("key", "value", "good"),
    [
        ("stay_hours", None, False),
        ("stay_hours", NO_LIMIT, True),
        ("stay_hours", 4, True),
        ("stay_hours", 0, False),
        ("stay_hours", True, False),
        ("stay_hours", "4", False),
        ("site_closes", NO_LIMIT, True),
        ("site_closes", -2, False),
        ("site_closes", 1439, True),
        ("site_closes", 1440, False),
        ("night_closes", 0, True),
        ("night_closes", None, False),
        ("evacuation_minutes", 5, True),
        ("evacuation_minutes", 0, False),
        ("evacuation_minutes", None, False),
        ("other", 5, False),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(key: str, value: object, good: bool) -> None:
    assert is_stay_setting(key, value) is good
