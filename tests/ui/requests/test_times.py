"""Times as the desk types them, and how they are said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.requests import RequestState
from app.ui.language import Language
from app.ui.requests.texts import due_of, moment_text, span_text
from app.ui.requests.times import ahead, read_time

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # Monday, 09:00


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("14:30", "11-23 14:30"),
        ("1430", "11-23 14:30"),
        ("14点30", "11-23 14:30"),
        ("930", "11-23 09:30"),
        ("17", "11-23 17:00"),
        ("+30", "11-23 09:30"),
        ("+2h", "11-23 11:00"),
        ("-10", "11-23 08:50"),
        ("明天 10:00", "11-24 10:00"),
        ("明天10", "11-24 10:00"),
        ("昨天 1615", "11-22 16:15"),
        ("tomorrow 8:05", "11-24 08:05"),
        ("11-26 9:30", "11-26 09:30"),
        ("2026-12-01 0800", "12-01 08:00"),
        ("8", "11-23 08:00"),
    ],
)
def test_a_typed_time_is_understood(typed: str, said: str) -> None:
    found = read_time(typed, NOW, ZONE)
    assert found is not None
    assert f"{found.astimezone(ZONE):%m-%d %H:%M}" == said


@pytest.mark.parametrize("typed", ["", "abc", "25:00", "12:61", "13-45 9:00", "明天", "+", "::", "99999"])
def test_what_is_no_time_is_none(typed: str) -> None:
    assert read_time(typed, NOW, ZONE) is None


def test_a_time_of_day_that_is_past_is_tomorrows_when_it_must_lie_ahead() -> None:
    """REQ-2: a promise is for a time to come."""
    found = read_time("8:30", NOW, ZONE, future=True)
    assert found == datetime(2026, 11, 24, 0, 30, tzinfo=UTC)


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading(text: str) -> None:
    found = read_time(text, NOW, ZONE)
    assert found is None or found.tzinfo is not None


def test_quick_choices_lie_ahead_and_begin_with_the_catalogue() -> None:
    """REQ-5: the catalogue's promise is the first to be offered, and every choice keeps its place."""
    quick = ahead(45, by_catalogue=True)
    assert quick[0].minutes == 45
    assert all(one.at(NOW, ZONE) > NOW for one in quick)
    for catalogue in (None, 30, 60):
        assert [one.code for one in ahead(catalogue, by_catalogue=True)] == [one.code for one in quick]
    assert [one.code for one in ahead()] == [one.code for one in quick[1:]]


def test_what_is_left_is_said_by_tone_and_words() -> None:
    """REQ-5: overdue is red, the last half hour amber, and nothing is said once it is done."""
    words = Language("zh_CN")

    def due(minutes: int, state: RequestState = RequestState.DISPATCHED) -> tuple[str, str]:
        one = due_of(words, NOW + timedelta(minutes=minutes), state, False, NOW, ZONE)
        return one.text, one.tone

    assert due(12) == ("12 分钟", "amber")
    assert due(65) == ("1 小时 5 分", "")
    assert due(-8) == ("逾期 8 分钟", "red")
    assert due(300) == ("14:00", "")
    assert due(24 * 60) == ("明天 09:00", "")
    assert due(-8, RequestState.DONE) == ("", "")
    assert span_text(words, timedelta(days=3)) == "3 天"
    assert moment_text(words, NOW - timedelta(days=10), NOW, ZONE) == "11-13 09:00"
