"""Small texts that several parts of the post's screen say alike."""

from __future__ import annotations

import math
from datetime import datetime
from zoneinfo import ZoneInfo

from app.ui.language import Language


def ago(words: Language, when: datetime, now: datetime, zone: ZoneInfo) -> str:
    """When somebody was here last, as a guard says it: today at a time, yesterday, days, weeks or months ago."""
    days = (now.astimezone(zone).date() - when.astimezone(zone).date()).days
    if days <= 0:
        return words("visits.today_at", time=f"{when.astimezone(zone):%H:%M}")
    if days == 1:
        return words("visits.yesterday")
    if days < 14:
        return words("visits.days_ago", n=days)
    if days < 60:
        return words("visits.weeks_ago", n=days // 7)
    return words("visits.months_ago", n=days // 30)


def called(visitor: str, plate: str, phone: str, *others: str) -> str:
    """What a row calls somebody: name, plate, the phone's end, or the first of the others that there is (VIS-5)."""
    return next((text for text in (visitor, plate, f"☎ {phone[-4:]}" if phone else "", *others) if text), "")


def host_text(host: str, purpose: str) -> str:
    """Host and purpose in one."""
    return " · ".join(part for part in (host, purpose) if part)


def stay_text(since: datetime, now: datetime) -> str:
    """How long somebody has been on the site, as h:mm."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    return f"{minutes // 60}:{minutes % 60:02d}"


def rounded_share(part: float, digits: int) -> str:
    """A share in per cent, rounded down as on paper, so that 100 % means all."""
    factor = 10**digits
    return f"{math.floor(part * 100 * factor + 1e-9) / factor:.{digits}f}%"
