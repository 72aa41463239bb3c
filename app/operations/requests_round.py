"""A new round: back to *received*, the old stamps in the history (REQ-1, REQ-6)."""

from __future__ import annotations

from app.db.base import to_micros
from app.domain.requests import RequestState
from app.operations.requests_change import Change

STAMPS = (
    "dispatched_at",
    "done_at",
    "confirmed_at",
    "followed_up_at",
    "closed_at",
    "told_at",
    "promised_at",
    "promise_given_at",
    "result_told_at",
    "satisfied_at",
    "manager_talked_at",
)
_PEOPLE = (
    "dispatched_by",
    "done_by",
    "confirmed_by",
    "followed_up_by",
    "closed_by",
    "told_by",
    "promise_given_by",
    "result_told_by",
    "satisfied_by",
    "manager_talked_by",
    "handler_id",
    "returned_at",
)
_TEXTS = (
    "confirmed_answer",
    "follow_up_outcome",
    "outcome",
    "promise_reason",
    "promise_given_to",
    "satisfied_degree",
    "return_reason",
)


def begin_round(change: Change, reason: str) -> None:
    """Sends the request back to *received* for another round; every stamp of this round goes into the history."""
    request = change.request
    change.end_pause()
    change.end_dispatches(change.now, "reopened", reason)
    if request.satisfied_at is not None:
        change.event("satisfied_withdrawn", answer=request.satisfied_degree)
    stamps = {name: to_micros(value) for name in STAMPS if (value := getattr(request, name)) is not None}
    change.event("reopened", reason, round_was=request.round, stamps=stamps)
    change.values |= dict.fromkeys((*STAMPS, *_PEOPLE))
    change.values |= dict.fromkeys(_TEXTS, "")
    change.values |= {
        "state": RequestState.RECEIVED,
        "round": request.round + 1,
        "round_began_at": change.now,
        "open_since": request.received_at,
        "round_began_by": change.actor.person,
    }
