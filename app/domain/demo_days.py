"""When things happen on a made-up site: which days are busy, and at which hours (demo)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

# A day has this many visits until two years are full; then the days grow.
USUAL_DAY = 240
MOST_DAYS = 730
HOLIDAY = 0.35
"""How busy a public holiday is beside the same weekday."""


@dataclass(frozen=True, slots=True)
class Busy:
    """A day and how much of the whole falls on it. `until` is where the last day ends, None on whole days."""

    day: date
    weight: float
    until: datetime | None


def busy_days(
    visits: int, until: datetime, zone: ZoneInfo, weekend: float, hours: Sequence[float]
) -> list[Busy]:
    """The days before `until` on which so many visits are spread; the last one ends at `until`."""
    count = max(5, min(MOST_DAYS, visits // USUAL_DAY))
    local = until.astimezone(zone)
    last = local.date()
    found = []
    for back in range(count, -1, -1):
        day = last - timedelta(days=back)
        weight = _weight(day, weekend)
        if back:
            found.append(Busy(day, weight, None))
        else:
            passed = local.hour + local.minute / 60
            share = sum(hours[: local.hour]) + hours[local.hour] * (passed - local.hour)
            found.append(Busy(day, weight * share / sum(hours), until))
    return found


def _weight(day: date, weekend: float) -> float:
    working, holiday = _calendar(day)
    if working:
        return 1.12 if day.weekday() == 0 else 1.0 if day.weekday() < 4 else 0.94
    return weekend * (HOLIDAY / 0.55 if holiday else 1.0 if day.weekday() == 5 else 0.86)


def _calendar(day: date) -> tuple[bool, bool]:
    """Whether a day is worked, and whether it is a public holiday; beyond the decrees only weekends are known."""
    import chinese_calendar

    try:
        free, holiday = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return day.weekday() < 5, False
    return not free, free and holiday is not None


def shared_out(total: int, weights: Sequence[float]) -> list[int]:
    """Whole numbers in the ratio of the weights that add up to the total."""
    whole = sum(weights)
    sums = [round(total * part / whole) for part in accumulate(weights)] if whole else [0] * len(weights)
    if whole == 0 and sums:
        sums[-1] = total
    return [end - start for start, end in zip([0, *sums], sums, strict=False)]


class Hours:
    """Times of a day by how busy each hour is."""

    def __init__(self, hours: Sequence[float]) -> None:
        self._sums = list(accumulate(hours))

    def moments(self, day: Busy, count: int, zone: ZoneInfo, random: Random) -> list[int]:
        """So many instants of the day, in microseconds since 1970, in order, none at or after its end."""
        begin = datetime.combine(day.day, time(), zone).astimezone(UTC)
        start = int(begin.timestamp()) * 1_000_000
        most = self._sums[-1]
        end = None
        if day.until is not None:
            end = int(day.until.timestamp() * 1_000_000) - start
            hour, rest = divmod(end / 3_600_000_000, 1)
            low = self._sums[int(hour) - 1] if hour >= 1 else 0.0
            most = low + (self._sums[min(int(hour), 23)] - low) * rest
        found = sorted(self._moment(random.random() * most) for _ in range(count))
        if end is not None:
            found = [min(moment, end - 1) for moment in found]
        return [start + moment for moment in found]

    def _moment(self, at: float) -> int:
        hour = min(bisect_right(self._sums, at), 23)
        low = self._sums[hour - 1] if hour else 0.0
        width = self._sums[hour] - low
        return int((hour + (at - low) / width if width else hour) * 3_600_000_000)
