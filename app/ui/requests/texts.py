"""How times and requests are said on the requests tab: short, as the desk says them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.requests import RequestState
from app.ui.language import Language

SOON = timedelta(minutes=30)  # from here on the promised time is amber (REQ-5)
COUNTED = timedelta(hours=3)  # nearer than this is said as what is left, farther as the time itself


@dataclass(frozen=True, slots=True)
class Due:
    """What is said of a promised time, and its tone ("", "amber", "red")."""

    text: str = ""
    tone: str = ""


def clock_text(when: datetime, zone: ZoneInfo) -> str:
    """`09:05`."""
    return f"{when.astimezone(zone):%H:%M}"


def day_text(words: Language, when: datetime, now: datetime, zone: ZoneInfo) -> str:
    """The day as people say it, "" for today: yesterday, tomorrow, a weekday within a week, else month and day."""
    local = when.astimezone(zone)
    days = (local.date() - now.astimezone(zone).date()).days
    if not days:
        return ""
    if days == -1:
        return words("requests_page.yesterday")
    if days == 1:
        return words("requests_page.tomorrow")
    if 1 < days < 7:
        return words(f"requests_page.weekday_{local.isoweekday()}")
    return f"{local:%m-%d}" if local.year == now.astimezone(zone).year else f"{local:%Y-%m-%d}"


def moment_text(words: Language, when: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Day (if it is not today) and time: `10:30`, `明天 10:00`, `11-20 09:05`."""
    return " ".join(part for part in (day_text(words, when, now, zone), clock_text(when, zone)) if part)


def received_text(words: Language, when: datetime, now: datetime, zone: ZoneInfo) -> str:
    """When a request came in, for a list: the time today, else the day."""
    return day_text(words, when, now, zone) or clock_text(when, zone)


def span_text(words: Language, span: timedelta) -> str:
    """A span in whole minutes: `12 分钟`, `1 小时 5 分`, `3 天`."""
    minutes = max(int(span.total_seconds() // 60), 0)
    if minutes < 60:
        return words("requests_page.minutes", n=minutes)
    if minutes < 24 * 60:
        hours, rest = divmod(minutes, 60)
        return words("requests_page.hours_minutes" if rest else "requests_page.hours", h=hours, m=rest)
    return words("requests_page.days", n=minutes // (24 * 60))


def due_of(
    words: Language,
    promised_at: datetime | None,
    state: RequestState,
    paused: bool,
    now: datetime,
    zone: ZoneInfo,
) -> Due:
    """What is left until the promised time (REQ-5): overdue red, the last half hour amber; nothing once it is done."""
    if promised_at is None or state not in (RequestState.RECEIVED, RequestState.DISPATCHED):
        return Due()
    left = promised_at - now
    if left < timedelta(0):
        return Due(words("requests_page.overdue_by", span=span_text(words, -left)), "red")
    if paused:
        return Due(moment_text(words, promised_at, now, zone))
    if left <= SOON:
        return Due(span_text(words, left), "amber")
    return Due(span_text(words, left) if left <= COUNTED else moment_text(words, promised_at, now, zone))


def title_of(customer: str, kind: str, words: str) -> str:
    """`手术室 · 空调不制冷`: who, and the kind or the beginning of the words."""
    first = words.strip().split("\n", 1)[0]
    return " · ".join(part for part in (customer, kind or first) if part)
