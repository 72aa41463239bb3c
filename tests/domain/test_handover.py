"""Which shift handed over, since when, and what a count differs by."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.business_day import Shift
from app.domain.handover import Counted, moment_after, period_begin, shift_of
from app.domain.site import KINDS
from app.domain.site_lists import TALLY_KINDS

SHANGHAI = ZoneInfo("Asia/Shanghai")
EIGHT = (Shift("早班", 7 * 60, 15 * 60), Shift("中班", 15 * 60, 23 * 60), Shift("夜班", 23 * 60, 7 * 60))
TWELVE = (Shift("白班", 8 * 60, 20 * 60), Shift("夜班", 20 * 60, 8 * 60))
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (its bounds)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("since", "until", "shifts", "expected"),
    [
        (at(23, 7), at(23, 15), EIGHT, ("早班", 23)),
        (at(23, 6, 55), at(23, 14, 50), EIGHT, ("早班", 23)),
        (at(23, 7, 4), at(23, 15, 9), EIGHT, ("早班", 23)),
        (at(23, 23), at(24, 7), EIGHT, ("夜班", 23)),
        (at(23, 22, 57), at(24, 7, 6), EIGHT, ("夜班", 23)),
        (at(23, 20, 2), at(24, 8, 3), TWELVE, ("夜班", 23)),
        (at(20, 8), at(24, 8, 3), TWELVE, ("夜班", 23)),
        (at(23, 9), at(23, 9), EIGHT, ("早班", 23)),
        (at(23, 9), at(23, 12), (), ("", 23)),
    ],
)
def test_a_period_belongs_to_the_shift_in_its_middle(
    since: datetime, until: datetime, shifts: tuple[Shift, ...], expected: tuple[str, int]
) -> None:
    """VIS-16: early, late, over midnight, after a handover that was forgotten; the day is that of the shift's begin."""
    name, day = expected
    assert shift_of(since, until, SHANGHAI, shifts, 0) == (name, date(2026, 11, day))


def test_without_a_handover_before_the_running_shift_or_day_is_the_period() -> None:
    """VIS-16: also past midnight in a night shift."""
    assert period_begin(at(24, 2), SHANGHAI, EIGHT, 0, None) == at(23, 23)
    assert period_begin(at(24, 2), SHANGHAI, (), 0, None) == at(24, 0)
    assert period_begin(at(24, 2), SHANGHAI, EIGHT, 0, at(23, 22, 58)) == at(23, 22, 58)
    assert period_begin(at(24, 7, 5), SHANGHAI, EIGHT, 0, None) == at(24, 7)
    assert period_begin(at(24, 7, 5), SHANGHAI, EIGHT, 0, None, leaving=True) == at(23, 23)
    assert period_begin(at(24, 1), SHANGHAI, (), 0, None, leaving=True) == at(23, 0)


@given(now=moments, back=st.integers(-7200, 7200))
def test_nothing_is_written_before_the_handover_that_it_follows(now: datetime, back: int) -> None:
    """VIS-16: a clock set back changes no order."""
    last = now + timedelta(seconds=back)
    said = moment_after(now, last)
    assert said > last
    assert said >= now
    assert moment_after(now, None) == now


@given(since=moments, minutes=st.integers(0, 60 * 24 * 40), shifts=st.sampled_from([EIGHT, TWELVE]))
def test_a_shift_is_always_found_and_ran_within_the_period(
    since: datetime, minutes: int, shifts: tuple[Shift, ...]
) -> None:
    """VIS-16."""
    until = since + timedelta(minutes=minutes)
    name, day = shift_of(since, until, SHANGHAI, shifts, 0)
    assert name in {shift.name for shift in shifts}
    first = (since - timedelta(days=1)).astimezone(SHANGHAI).date()
    assert first <= day <= until.astimezone(SHANGHAI).date()


def test_a_difference_needs_both_counts() -> None:
    """VIS-16."""
    assert Counted("钥匙", 12, 11).difference == -1
    assert Counted("钥匙", None, 11).difference == 0
    assert Counted("钥匙", 12, None).difference == 0


def test_every_kind_of_site_begins_with_kinds_that_digits_can_take() -> None:
    """VIS-1: at most nine, each once, one of them turns away."""
    assert set(TALLY_KINDS) == set(KINDS)
    for kinds in TALLY_KINDS.values():
        names = [name for name, _ in kinds]
        assert len(names) == len(set(names)) <= 9
        assert sum(away for _, away in kinds) == 1
