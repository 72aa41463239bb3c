"""The first contact's four stamps, the manager's talk with special customers, handing over (REQ-2, REQ-3).

The stamps go told → promised → done → result told → satisfied, each not before the one that it follows. Told and
promised come before the work is done: entered later they need the time at which it was, so that a forgotten stamp can
be made up for and a time promised afterwards is never taken for one that was kept.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.db.store import Store
from app.domain.people import Actor
from app.domain.requests import SATISFIED, one_of
from app.domain.requests_times import work_time
from app.domain.typed import fitting, needed
from app.errors import DomainError
from app.operations.requests import check_promise, promise_minutes
from app.operations.requests_change import Change, SavedRequest, active_person, changing


def tell(
    store: Store, actor: Actor, request_id: UUID, version: int, words: str = "", at: datetime | None = None
) -> SavedRequest:
    """The first contact has been told how it will be handled: the first stamp. `words` is what he was told.

    Raises:
        DomainError: `request_not_first_contact`, `request_already`, `request_before_done` (at), and those of
            `changing`.
    """

    def body(change: Change) -> None:
        when = _before_done(change, at)
        change.values |= {"told_at": when, "told_by": actor.person}
        change.event("told", fitting(words, "words"), when, first_contact_id=change.request.first_contact_id)

    return changing(store, actor, "tell", request_id, version, body)


def promise(
    store: Store,
    actor: Actor,
    request_id: UUID,
    version: int,
    promised_at: datetime,
    promised_to: str,
    reason: str = "",
    at: datetime | None = None,
) -> SavedRequest:
    """The first contact has promised a time to the customer: the second stamp; entered by him or for him by the desk.

    He who promises himself knows how it will be handled, so the first stamp is set with it if it was not. A promise
    that is changed keeps the earlier one in the history and needs a reason, as does one longer than the catalogue's.
    Once the work is done none is changed any more, and one that was not entered yet needs the time it was given.

    Raises:
        DomainError: `request_not_told`, `field_needed` (promised_to), `request_promise_past`,
            `request_promise_longer`, `request_promise_changed`, `request_work_over`, `request_before_done` (at), and
            those of `changing`.
    """
    whom = needed(promised_to, "promised_to")

    def body(change: Change) -> None:
        request, why = change.request, fitting(reason, "promise_reason")
        when = _before_done(change, at, request.told_at)
        if request.told_at is None:
            if actor.person != request.first_contact_id:
                raise DomainError("request_not_told")
            change.values |= {"told_at": when, "told_by": actor.person}
            change.event("told", "", when, first_contact_id=request.first_contact_id)
        if promised_at <= when:
            raise DomainError("request_promise_past", field="promised_at")
        minutes = promise_minutes(change.work, request.item_id)
        check_promise(change.work, promised_at, request.round_began_at, request.appointment_at, minutes, why)
        again = request.promise_given_at is not None
        if again and not why:
            raise DomainError("request_promise_changed", field="promise_reason")
        change.values |= {
            "promised_at": promised_at,
            "promise_reason": why,
            "promise_given_at": when,
            "promise_given_by": request.first_contact_id,
            "promise_given_to": whom,
        }
        change.event(
            "promise_changed" if again else "promised",
            why,
            when,
            promised_at=promised_at,
            promised_to=whom,
            first_contact_id=request.first_contact_id,
            before_at=request.promised_at if again else None,
        )

    return changing(store, actor, "promise", request_id, version, body)


def tell_result(
    store: Store, actor: Actor, request_id: UUID, version: int, words: str = "", at: datetime | None = None
) -> SavedRequest:
    """The customer has been told the result: the third stamp (the time from done to told is a figure).

    Raises:
        DomainError: `request_not_done`, `request_not_first_contact`, `request_already`, `request_time_before` (at),
            and those of `changing`.
    """

    def body(change: Change) -> None:
        when = _after(change, at, change.request.done_at)
        change.values |= {"result_told_at": when, "result_told_by": actor.person}
        change.event("result_told", fitting(words, "words"), when)

    return changing(store, actor, "tell_result", request_id, version, body)


def set_satisfied(
    store: Store, actor: Actor, request_id: UUID, version: int, degree: str = "", at: datetime | None = None
) -> SavedRequest:
    """The first contact states that the customer is satisfied: the fourth stamp.

    The customer's own last answer is offered and taken for "": of the confirmation, or of a follow-up after it. The
    stamp may say less than that, never more.

    Raises:
        DomainError: `request_not_first_contact`, `request_result_not_told`, `request_not_confirmed`, `not_a_choice`,
            `request_degree_better` (degree), `request_time_before` (at), and those of `changing`.
    """

    def body(change: Change) -> None:
        request, said = change.request, change.request.said_satisfied
        answer = one_of(degree or said, SATISFIED, "degree")
        if answer not in SATISFIED[SATISFIED.index(said) :]:
            raise DomainError("request_degree_better", field="degree")
        when = _after(change, at, request.result_told_at, request.confirmed_at)
        change.values |= {"satisfied_at": when, "satisfied_by": actor.person, "satisfied_degree": answer}
        change.event("satisfied", "", when, answer=answer)

    return changing(store, actor, "set_satisfied", request_id, version, body)


def manager_talked(
    store: Store, actor: Actor, request_id: UUID, version: int, words: str, at: datetime | None = None
) -> SavedRequest:
    """The manager has talked to a special customer after the work (REQ-3); `words` is what was said.

    Raises:
        DomainError: `no_right`, `request_not_special`, `request_not_done`, `field_needed`, and those of `changing`.
    """
    said = needed(words, "words")

    def body(change: Change) -> None:
        when = _after(change, at, change.request.done_at)
        change.values |= {"manager_talked_at": when, "manager_talked_by": actor.person}
        change.event("manager_talked", said, when)

    return changing(store, actor, "manager_talked", request_id, version, body)


def hand_over(
    store: Store, actor: Actor, request_id: UUID, version: int, to_id: UUID, reason: str = ""
) -> SavedRequest:
    """Another becomes the first contact, by name (off shift, on leave, away); the stamps given so far stay.

    Raises:
        DomainError: `request_not_first_contact`, `not_a_choice` (first_contact), `request_already`, and those of
            `changing`.
    """

    def body(change: Change) -> None:
        before = change.request.first_contact_id
        if to_id == before:
            raise DomainError("request_already")
        active_person(change.work, to_id, "first_contact")
        change.values["first_contact_id"] = to_id
        change.event("handed_over", fitting(reason, "reason"), from_id=before, to_id=to_id)

    return changing(store, actor, "hand_over", request_id, version, body)


def _after(change: Change, at: datetime | None, *follows: datetime | None) -> datetime:
    """When a stamp was given: not before the round began, nor before what it follows."""
    since = max(stamp for stamp in (change.request.round_began_at, *follows) if stamp is not None)
    return work_time(at, since, change.work.now)


def _before_done(change: Change, at: datetime | None, follows: datetime | None = None) -> datetime:
    """When a stamp was given that comes before the work is done.

    Raises:
        DomainError: `request_before_done` (at) when the work is over and the time is missing or lies after that.
    """
    done = change.request.done_at
    if done is None:
        return _after(change, at, follows)
    if at is None or at > done:
        raise DomainError("request_before_done", field="at")
    # Older versions let the first contact be told after the work; the promise may still be entered then.
    return min(done, _after(change, at, follows if follows is not None and follows <= done else None))
