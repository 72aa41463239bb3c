"""What a shift hands over: tallies, lines of the duty log, things counted; which shift it was (VIS-1, VIS-16).

Everything belongs to a post. A period begins with the post's last handover; what is written while the PC's clock is set
back keeps its order, as a departure does: it is never earlier than the handover that it follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.business_day import Shift, day_bounds, day_of, shift_bounds

LINE_KINDS = ("incident", "patrol", "repair", "other", "order", "leader")
"""Alt and a digit in this order. An order from above and the leader on duty stay in sight until they are done."""
STAYING = frozenset({"order", "leader"})
TURN_AWAY_REASONS = (
    "no_document",
    "not_expected",
    "host_refused",
    "forbidden_goods",
    "out_of_hours",
    "other",
)
MOST_KINDS = 9
"""Kinds of tallies that a digit can take."""
UNDO = timedelta(seconds=10)
OVERDUE = timedelta(hours=8)
"""After so long on site somebody is named in the handover as over time (VIS-10)."""
MOST_COUNTED = 9999
MOST_LISTED = 200
"""So many people or lines of one sort are kept by a handover; the figures beside them are whole."""
LONGEST_LINE = 200
LEEWAY, HALF = timedelta(hours=2), timedelta(hours=4)
"""So long may the next shift have run when the one before hands over; half of a shift, at most."""
TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Counted:
    """A thing counted: what there was at the last handover (None at the first), and now (None: not counted)."""

    name: str
    last: int | None
    count: int | None

    @property
    def difference(self) -> int:
        """Now less the last time; 0 where one of the two is not known."""
        return 0 if self.last is None or self.count is None else self.count - self.last


def moment_after(now: datetime, last_handover: datetime | None) -> datetime:
    """When something at a post is said to be: now, but never before the handover that it follows (VIS-16)."""
    return now if last_handover is None else max(now, last_handover + TICK)


def period_begin(
    now: datetime,
    zone: ZoneInfo,
    shifts: Sequence[Shift],
    day_starts: int,
    last_handover: datetime | None,
    *,
    leaving: bool = False,
) -> datetime:
    """Since when a post has not handed over: its last handover, else the begin of the shift or day that runs.

    `leaving`: somebody hands over for the first time. It is then the shift that ran LEEWAY ago: who comes to it a
    little after the hour hands over what was before.
    """
    if last_handover is not None:
        return last_handover
    moment = now - LEEWAY if leaving else now
    running = _running(moment, zone, shifts)
    if running is None:
        return day_bounds(day_of(moment, zone, day_starts), zone, day_starts)[0]
    return shift_bounds(moment, zone, running)[0]


def shift_of(
    since: datetime, until: datetime, zone: ZoneInfo, shifts: Sequence[Shift], day_starts: int
) -> tuple[str, date]:
    """Which shift handed over, and the day on which it began; "" where no shift runs.

    The shift in the middle of the period, of its last eight hours at most: who hands over a little early or late, and
    over midnight, is still of that shift, and so is who comes after a handover that was forgotten.
    """
    middle = until - max(min((until - since) / 2, HALF), timedelta(0))
    running = _running(middle, zone, shifts)
    if running is None:
        return "", day_of(middle, zone, day_starts)
    return running.name, day_of(shift_bounds(middle, zone, running)[0], zone, day_starts)


def _running(moment: datetime, zone: ZoneInfo, shifts: Sequence[Shift]) -> Shift | None:
    local = moment.astimezone(zone)
    return next((shift for shift in shifts if shift.holds(local.hour * 60 + local.minute)), None)
