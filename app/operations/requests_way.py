"""The stations of a request: dispatch, work, confirmation, follow-up, closing (REQ-1, REQ-6, REQ-7, REQ-10).

Each takes `at`, the time of the work (on a slip that comes back later); the time of entry is kept in the history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from app.db.requests import confirmations, dispatches, follow_ups
from app.db.store import Store
from app.domain.people import Actor
from app.domain.requests import (
    ANSWERS,
    AS_MANAGER,
    CONFIRMATION_MEANS,
    FOLLOW_UP_MEANS,
    FOLLOW_UP_OUTCOMES,
    SCORES,
    RequestState,
    is_complaint,
    one_of,
)
from app.domain.requests_times import work_time
from app.domain.typed import fitting, needed
from app.errors import DomainError
from app.operations.requests_change import Change, SavedRequest, active_person, changing
from app.operations.requests_round import begin_round

MOST_SCORE = 5


def dispatch(
    store: Store,
    actor: Actor,
    request_id: UUID,
    version: int,
    handler_id: UUID,
    helper_ids: Sequence[UUID] = (),
    words: str = "",
    at: datetime | None = None,
) -> SavedRequest:
    """Gives the job to a handler who answers for it, and helpers with him: *dispatched*.

    Raises:
        DomainError: `not_a_choice` (handler), `request_returned` (use `re_dispatch`), and those of `changing`.
    """
    return _dispatch(store, actor, "dispatch", request_id, version, handler_id, helper_ids, words, at)


def re_dispatch(
    store: Store,
    actor: Actor,
    request_id: UUID,
    version: int,
    handler_id: UUID,
    helper_ids: Sequence[UUID] = (),
    words: str = "",
    at: datetime | None = None,
) -> SavedRequest:
    """Gives a returned job to the same or another handler.

    Raises:
        DomainError: `not_a_choice` (handler), `request_not_returned`, and those of `changing`.
    """
    return _dispatch(store, actor, "re_dispatch", request_id, version, handler_id, helper_ids, words, at)


def _dispatch(
    store: Store,
    actor: Actor,
    action: str,
    request_id: UUID,
    version: int,
    handler_id: UUID,
    helper_ids: Sequence[UUID],
    words: str,
    at: datetime | None,
) -> SavedRequest:
    helpers = tuple(dict.fromkeys(person for person in helper_ids if person != handler_id))

    def body(change: Change) -> None:
        when = work_time(at, change.request.last_stamp, change.work.now)
        active_person(change.work, handler_id, "handler")
        for person in helpers:
            active_person(change.work, person, "helpers")
        change.start_dispatch(handler_id, helpers, when)
        what = "dispatched" if action == "dispatch" else "re_dispatched"
        change.event(what, fitting(words, "words"), when, handler_id=handler_id)

    return changing(store, actor, action, request_id, version, body)


def transfer(
    store: Store, actor: Actor, request_id: UUID, version: int, handler_id: UUID, reason: str = ""
) -> SavedRequest:
    """Gives a dispatched job to another handler; the first one's dispatch ends as transferred.

    Raises:
        DomainError: `not_a_choice` (handler; also the one who has it), and those of `changing`.
    """

    def body(change: Change) -> None:
        before, why, now = change.request.handler_id, fitting(reason, "reason"), change.now
        if handler_id == before:
            raise DomainError("not_a_choice", field="handler")
        active_person(change.work, handler_id, "handler")
        change.end_dispatches(now, "transferred", why)
        change.start_dispatch(handler_id, (), now)
        change.event("transferred", why, from_id=before, handler_id=handler_id)

    return changing(store, actor, "transfer", request_id, version, body)


def begin(
    store: Store, actor: Actor, request_id: UUID, version: int, at: datetime | None = None
) -> SavedRequest:
    """The handler has begun the work.

    Raises:
        DomainError: `request_not_your_job`, `request_already`, and those of `changing`.
    """

    def body(change: Change) -> None:
        when = work_time(at, change.request.last_stamp, change.work.now)
        if change.request.dispatch_id is not None:
            change.work.update(dispatches, change.request.dispatch_id, {"begun_at": when})
        change.event("begun", "", when, handler_id=change.request.handler_id)

    return changing(store, actor, "begin", request_id, version, body)


def report_done(
    store: Store, actor: Actor, request_id: UUID, version: int, result: str = "", at: datetime | None = None
) -> SavedRequest:
    """The work is done: *done*, by the handler, whoever enters his slip. `result` says what was done and used.

    Raises:
        DomainError: `request_not_dispatched`, `request_not_your_job`, `request_time_before`, and those of `changing`.
    """

    def body(change: Change) -> None:
        done, request = fitting(result, "result"), change.request
        when = work_time(at, request.begun_at or request.last_stamp, change.work.now)
        change.end_dispatches(when, "done", done_at=when, result=done)
        change.values |= {"state": RequestState.DONE, "done_at": when, "done_by": request.handler_id}
        change.event("done", done, when, handler_id=request.handler_id)

    return changing(store, actor, "report_done", request_id, version, body)


def confirm(
    store: Store,
    actor: Actor,
    request_id: UUID,
    version: int,
    who: str,
    means: str,
    answer: str,
    words: str = "",
    at: datetime | None = None,
) -> SavedRequest:
    """What the customer says of the work: evidence with who, by what means, when, and who entered it (REQ-6).

    *Satisfied* and *fairly satisfied* make it *confirmed*; *dissatisfied* needs the customer's words and reopens it.

    Raises:
        DomainError: `field_needed` (who), `not_a_choice` (means, answer), `reason_needed` (words),
            `request_not_done`, and those of `changing`.
    """
    said_by = needed(who, "who")
    one_of(means, CONFIRMATION_MEANS, "means")
    one_of(answer, ANSWERS, "answer")

    def body(change: Change) -> None:
        said = _said(words, answer)
        when = work_time(at, change.request.last_stamp, change.work.now)
        change.work.insert(
            confirmations,
            {
                "id": change.work.new_key(),
                "request_id": request_id,
                "round": change.request.round,
                "who": said_by,
                "means": means,
                "answer": answer,
                "words": said,
                "at": when,
                "entered_at": change.work.now,
                "entered_by": actor.person,
            },
        )
        change.event("confirmed", said, when, who=said_by, means=means, answer=answer)
        if answer == "dissatisfied":
            change.values["dissatisfied_at"] = when
            begin_round(change, said)
            return
        change.values |= {
            "state": RequestState.CONFIRMED,
            "confirmed_at": when,
            "confirmed_by": actor.person,
            "confirmed_answer": answer,
        }

    return changing(store, actor, "confirm", request_id, version, body)


def follow_up(
    store: Store,
    actor: Actor,
    request_id: UUID,
    version: int,
    outcome: str,
    means: str = "phone",
    who: str = "",
    words: str = "",
    scores: Mapping[str, int] | None = None,
    at: datetime | None = None,
) -> SavedRequest:
    """The center asks the customer afterwards, by another than the handler (REQ-6, REQ-7).

    *Dissatisfied* takes *satisfied* back and reopens. *Not reached* and *sampled out* are the station's stamp with that
    outcome; sampling out needs the manager and a reason. A complaint can be neither: an attempt that reached nobody is
    kept in the history and the request stays where it is (CMP-1).

    Raises:
        DomainError: `request_own_job`, `field_needed` (who), `not_a_choice` (outcome, means, scores),
            `reason_needed` (words), `no_right`, `request_complaint_sampled`, and those of `changing`.
    """
    one_of(outcome, FOLLOW_UP_OUTCOMES, "outcome")
    one_of(means, FOLLOW_UP_MEANS, "means")
    marks = dict(scores or {})
    for name, score in marks.items():
        if name not in SCORES or not 1 <= score <= MOST_SCORE:
            raise DomainError("not_a_choice", field="scores")
    said_by = needed(who, "who") if outcome in ANSWERS else fitting(who, "who")
    if outcome == "sampled_out":
        actor.need(AS_MANAGER)

    def body(change: Change) -> None:
        said = _said(words, outcome)
        when = work_time(at, change.request.last_stamp, change.work.now)
        if outcome == "sampled_out" and is_complaint(change.request):
            raise DomainError("request_complaint_sampled")
        change.work.insert(
            follow_ups,
            {
                "id": change.work.new_key(),
                "request_id": request_id,
                "round": change.request.round,
                "outcome": outcome,
                "who": said_by,
                "means": means,
                "words": said,
                "scores": marks,
                "at": when,
                "entered_at": change.work.now,
                "asked_by": actor.person,
            },
        )
        if outcome == "not_reached" and is_complaint(change.request):
            change.event("follow_up_missed", said, when, means=means)
            return
        if outcome in ANSWERS:
            change.event("followed_up", said, when, outcome=outcome, means=means, who=said_by)
        else:
            change.event("not_followed_up", said, when, outcome=outcome)
        if outcome == "dissatisfied":
            change.values["dissatisfied_at"] = when
            begin_round(change, said)
            return
        change.values |= {
            "state": RequestState.FOLLOWED_UP,
            "followed_up_at": when,
            "followed_up_by": actor.person,
            "follow_up_outcome": outcome,
        }

    return changing(store, actor, "follow_up", request_id, version, body)


def close(store: Store, actor: Actor, request_id: UUID, version: int) -> SavedRequest:
    """Closes a request that has passed every station and has all four stamps (REQ-1, REQ-2, REQ-3).

    Raises:
        DomainError: `request_not_followed_up`, `request_not_told`, `request_no_promise`, `request_result_not_told`,
            `request_not_satisfied`, `request_manager_talk`, and those of `changing`.
    """

    def body(change: Change) -> None:
        change.values |= {
            "state": RequestState.CLOSED,
            "closed_at": change.now,
            "open_since": None,
            "closed_by": actor.person,
            "outcome": change.request.satisfied_degree,
        }
        change.event("closed", answer=change.request.satisfied_degree)

    return changing(store, actor, "close", request_id, version, body)


def _said(words: str, answer: str) -> str:
    """The customer's words; needed when he is dissatisfied or not asked at all."""
    if answer in ("dissatisfied", "sampled_out"):
        return needed(words, "words", "reason_needed")
    return fitting(words, "words")
