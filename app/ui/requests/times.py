"""Times as people type them: `1430`, `14:30`, `9`, `+30`, `明天 10:00`, `11-26 9:30`; and the quick choices."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAYS = {
    "今天": 0, "今": 0, "today": 0, "t": 0,
    "明天": 1, "明": 1, "tomorrow": 1, "m": 1,
    "后天": 2, "后": 2,
    "昨天": -1, "昨": -1, "yesterday": -1,
}  # fmt: skip
_DATE = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?(?:\s+|$)")
_CLOCK = re.compile(r"(\d{1,2})[:点时.](\d{1,2})?分?|(\d{1,2})(\d{2})|(\d{1,2})")
_LATER = re.compile(r"([+-])\s*(\d{1,4})\s*(h|小时|时|m|min|分钟|分)?")
_HOURS = ("h", "小时", "时")


@dataclass(frozen=True, slots=True)
class Quick:
    """A quick choice: `code` names its text, `minutes` counts from now, or `day` and `hour` name a time of day."""

    code: str
    minutes: int = 0
    day: int = 0
    hour: int = -1

    @property
    def text(self) -> str:
        """The key of its text after `requests_page.quick_`."""
        return self.code if self.minutes or self.hour >= 0 else f"no_{self.code}"

    def at(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The instant, in UTC, without seconds."""
        if self.hour < 0:
            return (now + timedelta(minutes=self.minutes)).replace(second=0, microsecond=0)
        local = now.astimezone(zone).date() + timedelta(days=self.day)
        return datetime.combine(local, time(self.hour), zone).astimezone(UTC)


HALF_HOUR, ONE_HOUR, TWO_HOURS = Quick("half_hour", 30), Quick("one_hour", 60), Quick("two_hours", 120)
TODAY_17, TOMORROW_10 = Quick("today_17", hour=17), Quick("tomorrow_10", day=1, hour=10)
AHEAD = (HALF_HOUR, ONE_HOUR, TWO_HOURS, TODAY_17, TOMORROW_10)


def ahead(catalogue: int | None = None, by_catalogue: bool = False) -> tuple[Quick, ...]:
    """The quick choices, always at the same place, so that their keys never change under somebody's hands.

    `by_catalogue`: the catalogue's promise comes first (REQ-5), without minutes while none is known.
    """
    return (Quick("catalogue", catalogue or 0), *AHEAD) if by_catalogue else AHEAD


def read_time(text: str, now: datetime, zone: ZoneInfo, *, future: bool = False) -> datetime | None:
    """The instant that a typed time means, in UTC, without seconds; None when it is no time.

    A time of day alone is today's; with `future` one that is past is tomorrow's. Never raises.
    """
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    later = _LATER.fullmatch(plain)
    if later is not None:
        span = timedelta(minutes=int(later[2]) * (60 if later[3] in _HOURS else 1))
        found = now + span if later[1] == "+" else now - span
        return found.replace(second=0, microsecond=0)
    today = now.astimezone(zone).date()
    day, rest = _day(plain, today)
    clock = _CLOCK.fullmatch(rest.strip())
    if clock is None:
        return None
    hour = int(clock[1] or clock[3] or clock[5])
    minute = int(clock[2] or clock[4] or 0)
    if hour > 23 or minute > 59:
        return None
    local = datetime.combine(day or today, time(hour, minute), zone)
    if day is None and future and local <= now:
        local = datetime.combine(today + timedelta(days=1), time(hour, minute), zone)
    return local.astimezone(UTC)


def _day(plain: str, today: date) -> tuple[date | None, str]:
    for word in sorted(_DAYS, key=len, reverse=True):
        if plain.startswith(word):
            return today + timedelta(days=_DAYS[word]), plain.removeprefix(word)
    found = _DATE.match(plain)
    if found is None:
        return None, plain
    try:
        return date(int(found[1] or today.year), int(found[2]), int(found[3])), plain[found.end() :]
    except ValueError:
        return None, plain
