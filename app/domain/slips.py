"""Blank numbered slips for power cuts: their numbers, and the times written on them (VIS-13).

A slip's number is `S`, the letter of the writer that printed it, and four digits counted on for ever: it looks like no
visit (`1123-A026`), no pass (`A017`), no plate and no document. What is typed may be short: `12` is SA0012.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.domain.verdicts import normalise
from app.errors import DomainError

MOST_SLIPS = 400
MOST_NUMBER = 9_999
OLDEST_DAYS = 31
"""Slips of a power cut are keyed in within days; an older time is a slip of the pen."""
_NUMBER = re.compile(r"(?:S?([A-Z]{1,2}))?([0-9]{1,4})")
_TIME = re.compile(r"([0-9]{1,2})[:.]?([0-9]{2})|([0-9]{1,2})")
_DAY = re.compile(r"(?:([0-9]{4})[-/.])?([0-9]{1,2})[-/.]([0-9]{1,2})")


def slip_number(letter: str, count: int) -> str:
    """The number as it is printed and kept: SA0012."""
    return f"S{letter}{count:04d}"


def parts_of(text: str, letter: str) -> tuple[str, int]:
    """The writer's letter and the count of a typed number; `letter` is meant where none is typed.

    Raises:
        DomainError: `slip_wrong` at its field for what is no slip's number.
    """
    plain = normalise(text)
    found = _NUMBER.fullmatch(plain)
    if found is None or not 1 <= int(found[2]) <= MOST_NUMBER:
        raise DomainError("slip_wrong", field="slip")
    own = found[1] or letter
    if plain[0] != "S" and len(own) == 2 and own[0] == "S":  # SA typed for the writer A
        own = own[1]
    return own, int(found[2])


def read_day(text: str, today: date) -> date:
    """The day written on a slip, `11-23` or `2026-11-23`; the last such day that is not after today.

    Raises:
        DomainError: `slip_day_wrong` at its field.
    """
    found = _DAY.fullmatch(normalise_marks(text))
    try:
        if found is None:
            raise ValueError(text)
        year = int(found[1]) if found[1] else today.year
        day = date(year, int(found[2]), int(found[3]))
        return day if found[1] or day <= today else date(year - 1, day.month, day.day)
    except ValueError as fault:
        raise DomainError("slip_day_wrong", field="day") from fault


def read_clock(text: str, field: str) -> time:
    """A time of day written on a slip: `9:35`, `0935`, `9`, `9：35`.

    Raises:
        DomainError: `slip_time_wrong` at that field.
    """
    found = _TIME.fullmatch(normalise_marks(text))
    hour, minute = (int(found[1] or found[3]), int(found[2] or 0)) if found else (24, 0)
    if hour > 23 or minute > 59:
        raise DomainError("slip_time_wrong", field=field)
    return time(hour, minute)


def normalise_marks(text: str) -> str:
    """Full-width digits and marks made narrow, no space."""
    return "".join(text.translate(_NARROW).split())


_NARROW = {0xFF10 + digit: 0x30 + digit for digit in range(10)} | {
    ord("："): ":", ord("．"): ".", ord("。"): ".", ord("－"): "-", ord("／"): "/", ord("点"): ":",
    ord("月"): "-", ord("日"): None,
}  # fmt: skip


def slip_times(
    day: date, came: time, left: time | None, now: datetime, zone: ZoneInfo
) -> tuple[datetime, datetime | None]:
    """When the visitor came and left, in UTC. A time of leaving before the coming is after midnight.

    Raises:
        DomainError: `slip_in_future` at `came` or `left`, `slip_too_old` at `day`.
    """
    arrived = datetime.combine(day, came, zone).astimezone(UTC)
    if arrived > now:
        raise DomainError("slip_in_future", field="came")
    if arrived < now - timedelta(days=OLDEST_DAYS):
        raise DomainError("slip_too_old", field="day", days=OLDEST_DAYS)
    if left is None:
        return arrived, None
    next_day = day + timedelta(days=1) if left < came else day
    gone = datetime.combine(next_day, left, zone).astimezone(UTC)
    if gone > now:
        raise DomainError("slip_in_future", field="left")
    return arrived, gone
