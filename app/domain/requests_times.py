"""Times of a request: when work was done and when it was entered, promises, clocks that stand still (REQ-2, REQ-5)."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.domain.requests import PAUSE_REASONS, ServiceRequest
from app.errors import DomainError

LATENESS = timedelta(minutes=1)
"""How far a typed time, which has no seconds, may seem to lie before what it follows, or after now."""


def work_time(at: datetime | None, since: datetime, now: datetime) -> datetime:
    """When something was done: now, or the time on a slip that is entered later (REQ-10).

    `since` is the stamp that it cannot lie before (the last station's). A typed time has no seconds: one in the same
    minute counts as `since`. The PC's own time is never refused, so a clock that was set back stops nobody; but what
    follows never lies before what it follows: until the clock has caught up, it happened at the same instant.

    Raises:
        DomainError: `request_time_ahead`, `request_time_before` (field `at`).
    """
    now = max(now, since)
    if at is None:
        return now
    if at > now + LATENESS:
        raise DomainError("request_time_ahead", field="at")
    if at <= since - LATENESS:
        raise DomainError("request_time_before", field="at")
    return max(at, since)


def promise_needs_reason(
    promised_at: datetime, began_at: datetime, appointment_at: datetime | None, promise_minutes: int | None
) -> bool:
    """Whether a promise is longer than the catalogue's (REQ-5); it counts from a later appointment, if there is one."""
    if promise_minutes is None:
        return False
    since = max(began_at, appointment_at) if appointment_at else began_at
    return promised_at > since + timedelta(minutes=promise_minutes) + LATENESS


def stopped_until(request: ServiceRequest, now: datetime) -> int:
    """Whole seconds that the request's clock has stood still, the present pause included (REQ-5)."""
    if request.paused_at is None or not PAUSE_REASONS.get(request.paused_reason, False):
        return request.stopped_seconds
    return request.stopped_seconds + max(0, int((now - request.paused_at).total_seconds()))
