"""What happens beside a request's way: pause, return, cancel, reopen, end unsatisfied (REQ-1, REQ-5, REQ-6)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.db.store import Store
from app.domain.people import Actor
from app.domain.requests import PAUSE_REASONS, RequestState, one_of
from app.domain.typed import fitting, needed
from app.errors import DomainError
from app.operations.requests_change import Change, SavedRequest, changing
from app.operations.requests_round import begin_round


def pause(
    store: Store,
    actor: Actor,
    request_id: UUID,
    version: int,
    reason: str,
    resume_at: datetime,
    words: str = "",
) -> SavedRequest:
    """Lets a request wait, for a reason of `PAUSE_REASONS` (some stop its clock) and until a time.

    Raises:
        DomainError: `not_a_choice` (reason), `request_resume_past` (resume_at), `reason_needed` (words, for *other*),
            `request_already`, and those of `changing`.
    """
    one_of(reason, PAUSE_REASONS, "reason")
    why = needed(words, "words", "reason_needed") if reason == "other" else fitting(words, "words")

    def body(change: Change) -> None:
        if resume_at <= change.work.now:
            raise DomainError("request_resume_past", field="resume_at")
        change.values |= {"paused_at": change.now, "paused_reason": reason, "resume_at": resume_at}
        change.event("paused", why, reason=reason, resume_at=resume_at)

    return changing(store, actor, "pause", request_id, version, body)


def resume(store: Store, actor: Actor, request_id: UUID, version: int, words: str = "") -> SavedRequest:
    """Goes on with a paused request.

    Raises:
        DomainError: `request_not_paused`, and those of `changing`.
    """

    def body(change: Change) -> None:
        change.end_pause()
        change.event("resumed", fitting(words, "words"))

    return changing(store, actor, "resume", request_id, version, body)


def return_(store: Store, actor: Actor, request_id: UUID, version: int, reason: str) -> SavedRequest:
    """The handler gives the job back with a reason: it stands at *received* again and is to be re-dispatched.

    Raises:
        DomainError: `reason_needed`, `request_not_your_job`, `request_not_dispatched`, and those of `changing`.
    """
    why = needed(reason, "reason", "reason_needed")

    def body(change: Change) -> None:
        now = change.now
        change.end_dispatches(now, "returned", why)
        change.values |= {
            "state": RequestState.RECEIVED,
            "handler_id": None,
            "dispatched_at": None,
            "dispatched_by": None,
            "returned_at": now,
            "return_reason": why,
        }
        change.event("returned", why, handler_id=change.request.handler_id)

    return changing(store, actor, "return_", request_id, version, body)


def cancel(store: Store, actor: Actor, request_id: UUID, version: int, reason: str) -> SavedRequest:
    """Ends a request that is not wanted any more; not once it was done or the customer dissatisfied, no complaint.

    Raises:
        DomainError: `reason_needed`, `request_done_already`, `request_was_done` (in an earlier round),
            `request_was_dissatisfied`, `request_complaint_stays`, and those of `changing`.
    """
    return _end(store, actor, "cancel", RequestState.CANCELLED, request_id, version, reason)


def end_unsatisfied(store: Store, actor: Actor, request_id: UUID, version: int, reason: str) -> SavedRequest:
    """The manager ends it although the customer is not satisfied (未满意终结); it counts as failed for good (REQ-6).

    Raises:
        DomainError: `no_right`, `reason_needed`, `request_not_done`, and those of `changing`.
    """
    return _end(store, actor, "end_unsatisfied", RequestState.ENDED_UNSATISFIED, request_id, version, reason)


def _end(
    store: Store,
    actor: Actor,
    action: str,
    state: RequestState,
    request_id: UUID,
    version: int,
    reason: str,
) -> SavedRequest:
    why = needed(reason, "reason", "reason_needed")

    def body(change: Change) -> None:
        now = change.now
        change.end_pause()
        change.end_dispatches(now, state.value, why)
        change.values |= {
            "state": state,
            "outcome": state.value,
            "closed_at": now,
            "open_since": None,
            "closed_by": actor.person,
        }
        change.event(state.value, why)

    return changing(store, actor, action, request_id, version, body)


def reopen(store: Store, actor: Actor, request_id: UUID, version: int, reason: str) -> SavedRequest:
    """Takes a request up again: back to *received*, round + 1, the old stamps in the history.

    Raises:
        DomainError: `reason_needed`, `request_not_done`, `request_ended_for_good`, and those of `changing`.
    """
    why = needed(reason, "reason", "reason_needed")
    return changing(store, actor, "reopen", request_id, version, lambda change: begin_round(change, why))
