"""Which day and which shift an instant belongs to: midnight, night shifts and clocks set back are decided here only.

The site's day begins at `day_starts` minutes after midnight (0 unless the site wants otherwise). A shift that runs over
midnight keeps its name on both sides; the visit's day stays the calendar's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift as the site sets it; minutes after midnight, `ends` <= `starts` runs over midnight."""

    name: str
    starts: int
    ends: int

    def holds(self, minute: int) -> bool:
        """Whether this minute of the day is in the shift."""
        if self.starts < self.ends:
            return self.starts <= minute < self.ends
        return minute >= self.starts or minute < self.ends


def day_of(moment: datetime, zone: ZoneInfo, day_starts: int = 0) -> date:
    """The site's day of an instant: the one whose `day_bounds` hold it, also when the clock changes as a day begins."""
    day = (moment.astimezone(zone) - timedelta(minutes=day_starts)).date()
    if moment < _begin(day, zone, day_starts):
        return day - timedelta(days=1)
    after = day + timedelta(days=1)
    return after if moment >= _begin(after, zone, day_starts) else day


def day_bounds(day: date, zone: ZoneInfo, day_starts: int = 0) -> tuple[datetime, datetime]:
    """The instants at which a site's day begins and the next one does, in UTC; 23 or 25 hours when the zone shifts."""
    return _begin(day, zone, day_starts), _begin(day + timedelta(days=1), zone, day_starts)


def _begin(day: date, zone: ZoneInfo, day_starts: int) -> datetime:
    return datetime.combine(day, time(day_starts // 60, day_starts % 60), zone).astimezone(UTC)


def shift_at(moment: datetime, zone: ZoneInfo, shifts: Sequence[Shift]) -> str:
    """The name of the shift that an instant is in, "" when no shift covers it."""
    local = moment.astimezone(zone)
    minute = local.hour * 60 + local.minute
    return next((shift.name for shift in shifts if shift.holds(minute)), "")


def shift_bounds(moment: datetime, zone: ZoneInfo, shift: Shift) -> tuple[datetime, datetime]:
    """When the shift that holds this instant began and ends, in UTC."""
    local = moment.astimezone(zone)
    minute = local.hour * 60 + local.minute
    day = local.date()
    if shift.starts >= shift.ends and minute < shift.ends:
        day -= timedelta(days=1)
    begin = datetime.combine(day, time(shift.starts // 60, shift.starts % 60), zone)
    last = day if shift.starts < shift.ends else day + timedelta(days=1)
    end = datetime.combine(last, time(shift.ends // 60 % 24, shift.ends % 60), zone)
    if shift.ends == 24 * 60:
        end += timedelta(days=1)
    return begin.astimezone(UTC), end.astimezone(UTC)
