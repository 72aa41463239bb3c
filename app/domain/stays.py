"""How long a visitor may stay: who is over time, and who is closed by rule in the night (VIS-10).

Both follow from one threshold: those who came at or before it are over time. The night's closing asks for the threshold
of its own hour, so that somebody who came late in the evening is not closed while he is expected to be here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
MOST_HOURS = 72
UNLIMITED_HOURS = 24
"""Where the site sets no limit at all, the night closes whom nobody has seen off for so long."""
NIGHT_CLOSES = 3 * 60
EVERY_MINUTES, MOST_MINUTES = 5, 120
NO_LIMIT = -1
"""How a setting says that there is none: no value is not kept."""
SETTINGS = ("stay_hours", "site_closes", "night_closes", "evacuation_minutes")

# Hours that a visit takes at most, and when the house closes (minutes after midnight), by kind of site.
_DEFAULTS: dict[str, tuple[int | None, int | None]] = {
    "hospital": (4, None),
    "office": (8, 19 * 60),
    "residential": (12, None),
    "empty": (8, None),
}


@dataclass(frozen=True, slots=True)
class StayRule:
    """The site's limit. `hours` after coming, `closes` in minutes after midnight; None where it does not count."""

    hours: int | None
    closes: int | None


def default_rule(kind: str) -> StayRule:
    """What a site of this kind begins with."""
    return StayRule(*_DEFAULTS.get(kind, _DEFAULTS["empty"]))


def over_time_since(now: datetime, rule: StayRule, zone: ZoneInfo) -> datetime | None:
    """Who came at or before this instant is over time now; None where the site has no limit."""
    limits = []
    if rule.hours is not None:
        limits.append(now - timedelta(hours=rule.hours))
    if rule.closes is not None:
        # Who came in after the house closed is measured by the next evening's closing.
        limits.append(last_time(now, rule.closes, zone)[1] - timedelta(microseconds=1))
    return max(limits, default=None)


def is_over_time(since: datetime, now: datetime, rule: StayRule, zone: ZoneInfo) -> bool:
    """Whether somebody who came then is over time now."""
    limit = over_time_since(now, rule, zone)
    return limit is not None and since <= limit


def last_time(now: datetime, minutes: int, zone: ZoneInfo) -> tuple[date, datetime]:
    """The day and the instant at which the site's clock last stood at so many minutes after midnight, at `now` too."""
    day = now.astimezone(zone).date()
    for _ in range(2):
        moment = datetime.combine(day, time(minutes // 60, minutes % 60), zone).astimezone(UTC)
        if moment <= now:
            return day, moment
        day -= timedelta(days=1)
    return day, datetime.combine(day, time(minutes // 60, minutes % 60), zone).astimezone(UTC)


def closed_since(boundary: datetime, rule: StayRule, zone: ZoneInfo) -> datetime:
    """Whom the night's closing of this instant closes: those who came at or before the answer."""
    limit = over_time_since(boundary, rule, zone)
    return boundary - timedelta(hours=UNLIMITED_HOURS) if limit is None else limit


def is_stay_setting(key: str, value: Any) -> bool:
    """Whether this is a value for one of `SETTINGS`; the first two may be `NO_LIMIT`."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if key == "stay_hours":
        return whole and (value == NO_LIMIT or 1 <= value <= MOST_HOURS)
    if key == "site_closes":
        return whole and NO_LIMIT <= value < DAY_MINUTES
    if key == "night_closes":
        return whole and 0 <= value < DAY_MINUTES
    return key == "evacuation_minutes" and whole and 1 <= value <= MOST_MINUTES
