"""The rules of a request without a database: stations, stamps, who may do what, promises (REQ-1 to REQ-7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.domain.people import DEFAULT_RIGHTS, Actor, pc_actor
from app.domain.requests import (
    ACTIONS,
    CHAIN,
    ENDS,
    STATIONS,
    RequestState,
    ServiceRequest,
    allowed,
    check,
    forbidden,
    missing_for,
    next_step,
    one_of,
    stamps_missing,
)
from app.domain.requests_times import promise_needs_reason, stopped_until, work_time
from app.errors import DomainError

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FIRST, CLERK, HANDLER, HELPER, MANAGER = (UUID(int=number) for number in range(1, 6))
STEPS = ("dispatch", "report_done", "confirm", "follow_up", "close")


def actor(person: UUID, role: str) -> Actor:
    return Actor(person, role, frozenset({role}), DEFAULT_RIGHTS[role])


def request_at(state: RequestState, **fields: Any) -> ServiceRequest:
    """A request at a station, no stamp of REQ-2 given."""
    base = ServiceRequest(
        id=UUID(int=99),
        version=1,
        number="1123-E001",
        state=state,
        round=1,
        round_began_at=NOW,
        channel="desk",
        item_id=None,
        words="灯不亮",
        special=False,
        first_contact_id=FIRST,
        received_at=NOW,
    )
    place = STATIONS.index(state) if state in STATIONS else 5
    stamps = ("dispatched_at", "done_at", "confirmed_at", "followed_up_at", "closed_at")[:place]
    values: dict[str, Any] = {name: NOW + MINUTE * (n + 1) for n, name in enumerate(stamps)}
    if place:
        values |= {"handler_id": HANDLER, "handlers": frozenset({HANDLER})}
    return replace(base, **{**values, **fields})


def stamped(request: ServiceRequest) -> ServiceRequest:
    """With all four stamps of REQ-2."""
    return replace(
        request,
        told_at=NOW,
        promise_given_at=NOW,
        result_told_at=NOW,
        satisfied_at=NOW,
        satisfied_degree="satisfied",
    )


@pytest.mark.parametrize("state", STATIONS[:5])
@pytest.mark.parametrize("step", STEPS)
def test_no_station_is_skipped(state: RequestState, step: str) -> None:
    """REQ-1: each step is possible from the station before it only, and every skipped station is named."""
    request = stamped(request_at(state))
    here, there = STATIONS.index(state), STEPS.index(step) + 1
    missing = missing_for(request, step)
    if there == here + 1:
        assert missing == []
    elif there <= here:
        assert missing == ["already"]
    else:
        assert missing == [f"not_{station}" for station in STATIONS[here + 1 : there]]


@pytest.mark.parametrize("lacking", ["told_at", "promise_given_at", "result_told_at", "satisfied_at"])
def test_closing_needs_all_four_stamps(lacking: str) -> None:
    """REQ-2: one stamp missing and it cannot be closed; what is missing is said."""
    whole = stamped(request_at(RequestState.FOLLOWED_UP))
    assert missing_for(whole, "close") == []
    codes = {
        "told_at": "not_told",
        "promise_given_at": "no_promise",
        "result_told_at": "result_not_told",
        "satisfied_at": "not_satisfied",
    }
    without: dict[str, Any] = {lacking: None}
    assert missing_for(replace(whole, **without), "close") == [codes[lacking]]
    assert len(stamps_missing(request_at(RequestState.FOLLOWED_UP))) == 4


def test_special_needs_the_managers_talk() -> None:
    """REQ-3: a special request cannot be closed before the manager talked, which is after the work is done."""
    special = stamped(request_at(RequestState.FOLLOWED_UP, special=True))
    assert missing_for(special, "close") == ["manager_talk"]
    assert missing_for(replace(special, manager_talked_at=NOW), "close") == []
    assert missing_for(request_at(RequestState.DISPATCHED, special=True), "manager_talked") == ["not_done"]
    assert missing_for(request_at(RequestState.DONE), "manager_talked") == ["not_special"]
    assert "manager_talked" in allowed(special, actor(MANAGER, "manager"))
    assert "manager_talked" not in allowed(special, actor(CLERK, "supervisor"))


def test_satisfied_is_the_first_contacts_own() -> None:
    """REQ-2: nobody else sets *satisfied*, whatever his rights."""
    request = request_at(RequestState.CONFIRMED, result_told_at=NOW, confirmed_answer="satisfied")
    assert "set_satisfied" in allowed(request, actor(FIRST, "guard"))
    assert "set_satisfied" not in allowed(request, actor(MANAGER, "manager"))
    assert missing_for(replace(request, result_told_at=None), "set_satisfied") == ["result_not_told"]


def test_a_guard_who_is_first_contact_may_do_his_stamps() -> None:
    """REQ-2: the first contact is whoever was spoken to first, a guard too; the desk may enter a promise for him."""
    request = request_at(RequestState.DISPATCHED)
    assert {"tell", "promise", "hand_over"} <= allowed(request, actor(FIRST, "guard"))
    assert not {"tell", "promise", "hand_over"} & allowed(request, actor(UUID(int=50), "guard"))
    assert {"tell", "promise", "hand_over"} <= allowed(request, actor(CLERK, "clerk"))


def test_the_handler_may_not_follow_up_his_own_job() -> None:
    """REQ-6: nobody who ever had the job asks about it, also after a transfer."""
    late = UUID(int=7)
    request = request_at(RequestState.CONFIRMED, handlers=frozenset({HANDLER, late}))
    for person in (HANDLER, late):
        refusal = forbidden(request, actor(person, "manager"), "follow_up")
        assert refusal is not None
        assert refusal.code == "request_own_job"
    assert "follow_up" in allowed(request, actor(CLERK, "clerk"))


def test_a_technician_reports_only_his_own_jobs() -> None:
    """REQ-1, REQ-10: the handler (or his helper) reports; the desk enters the slips that come back."""
    request = request_at(RequestState.DISPATCHED, helper_ids=frozenset({HELPER}))
    for person, role, may in (
        (HANDLER, "technician", True),
        (HELPER, "technician", True),
        (UUID(int=50), "technician", False),
        (CLERK, "clerk", True),
    ):
        assert ("report_done" in allowed(request, actor(person, role))) is may


def test_only_the_manager_ends_unsatisfied_and_for_good() -> None:
    """REQ-6: the manager alone, once done or somebody dissatisfied; never reopened, never cancelled instead."""
    done = request_at(RequestState.DONE)
    assert "end_unsatisfied" in allowed(done, actor(MANAGER, "manager"))
    assert "end_unsatisfied" not in allowed(done, actor(CLERK, "supervisor"))
    fresh = request_at(RequestState.RECEIVED)
    assert missing_for(fresh, "end_unsatisfied") == ["not_done"]
    assert missing_for(replace(fresh, dissatisfied_at=NOW), "end_unsatisfied") == []
    assert missing_for(fresh, "cancel") == []
    assert missing_for(done, "cancel") == ["done_already"]
    assert missing_for(replace(fresh, dissatisfied_at=NOW), "cancel") == ["was_dissatisfied"]
    assert missing_for(request_at(RequestState.ENDED_UNSATISFIED), "reopen") == ["ended_for_good"]


@pytest.mark.parametrize("end", ENDS)
def test_after_the_end_only_reopening_and_notes(end: RequestState) -> None:
    """REQ-1: an ended request changes no more, but a note can be added, and it can be reopened (not when failed)."""
    request = stamped(request_at(end, closed_at=NOW))
    open_actions = {action for action in ACTIONS if not missing_for(request, action)}
    expected = {"add_note"} if end == RequestState.ENDED_UNSATISFIED else {"add_note", "reopen"}
    assert open_actions == expected
    assert next_step(request) == ""


@pytest.mark.parametrize("state", STATIONS[:5])
def test_paused_goes_no_further(state: RequestState) -> None:
    """REQ-1: no station while paused; the next thing to do is to resume."""
    request = stamped(request_at(state, paused_at=NOW, paused_reason="parts"))
    for step in STEPS:
        assert missing_for(request, step) != []
    assert next_step(request) == "resume"
    assert missing_for(request, "pause") == ["already"]


def test_a_returned_job_is_dispatched_again() -> None:
    """REQ-1: after a return the step is *re-dispatch*, before one it is *dispatch*."""
    fresh = request_at(RequestState.RECEIVED)
    returned = replace(fresh, returned_at=NOW)
    assert (missing_for(fresh, "dispatch"), missing_for(fresh, "re_dispatch")) == ([], ["not_returned"])
    assert (missing_for(returned, "dispatch"), missing_for(returned, "re_dispatch")) == (["returned"], [])
    assert next_step(returned) == "re_dispatch"


def test_the_next_step_leads_to_the_end() -> None:
    """REQ-1, REQ-2: following the primary button alone passes every station and stamp, in order."""
    request, seen = request_at(RequestState.RECEIVED, special=True), []
    effects: dict[str, dict[str, Any]] = {
        "dispatch": {"state": RequestState.DISPATCHED, "dispatched_at": NOW},
        "tell": {"told_at": NOW},
        "promise": {"promise_given_at": NOW},
        "report_done": {"state": RequestState.DONE, "done_at": NOW},
        "tell_result": {"result_told_at": NOW},
        "confirm": {"state": RequestState.CONFIRMED, "confirmed_at": NOW, "confirmed_answer": "satisfied"},
        "set_satisfied": {"satisfied_at": NOW},
        "manager_talked": {"manager_talked_at": NOW},
        "follow_up": {"state": RequestState.FOLLOWED_UP, "followed_up_at": NOW},
        "close": {"state": RequestState.CLOSED, "closed_at": NOW},
    }
    while step := next_step(request):
        seen.append(step)
        request = replace(request, **effects[step])
    assert tuple(seen) == tuple(step for step in CHAIN if step not in ("resume", "re_dispatch"))
    assert request.state == RequestState.CLOSED


def test_the_next_step_of_a_person_is_one_that_he_may_do() -> None:
    """A technician's button is *report done* although the first contact has not been told; else what it waits for."""
    request = request_at(RequestState.DISPATCHED)
    assert next_step(request) == "tell"
    assert next_step(request, actor(HANDLER, "technician")) == "report_done"
    assert next_step(request, actor(MANAGER, "quality")) == "tell"


def test_nobody_acts_without_signing_in() -> None:
    """The PC itself may look, never do."""
    assert allowed(request_at(RequestState.RECEIVED), pc_actor()) == frozenset()
    with pytest.raises(DomainError, match="sign_in_first"):
        check(request_at(RequestState.RECEIVED), pc_actor(), "dispatch")


def test_check_says_the_first_thing_missing() -> None:
    """The refusal names what is missing, as an error that has a text."""
    with pytest.raises(DomainError) as refused:
        check(request_at(RequestState.RECEIVED), actor(CLERK, "clerk"), "confirm")
    assert refused.value.code == "request_not_dispatched"


def test_unknown_choices_are_refused() -> None:
    assert one_of("desk", ("desk", "post"), "channel") == "desk"
    with pytest.raises(DomainError) as refused:
        one_of("fax", ("desk", "post"), "channel")
    assert (refused.value.code, refused.value.field) == ("not_a_choice", "channel")


def test_overdue_until_it_is_done() -> None:
    """REQ-5: past the promised time and not done; what was done in time is never overdue afterwards."""
    request = request_at(RequestState.DISPATCHED, promised_at=NOW + MINUTE)
    assert not request.overdue(NOW + MINUTE)
    assert request.overdue(NOW + 2 * MINUTE)
    assert not replace(request, done_at=NOW).overdue(NOW + 2 * MINUTE)
    assert not replace(request, state=RequestState.CANCELLED).overdue(NOW + 2 * MINUTE)


def test_time_of_work() -> None:
    """REQ-10: a time typed from a slip counts if it lies between the last station and now; minutes have no seconds."""
    since, now = NOW + timedelta(seconds=32), NOW + 10 * MINUTE
    assert work_time(None, since, now) == now
    assert work_time(NOW + 3 * MINUTE, since, now) == NOW + 3 * MINUTE
    assert work_time(NOW, since, now) == since
    assert work_time(None, now, NOW) == now, "a clock that was set back stops nobody and turns nothing round"
    assert work_time(now, now, NOW - 60 * MINUTE) == now
    for at, code in ((NOW - MINUTE, "request_time_before"), (now + 2 * MINUTE, "request_time_ahead")):
        with pytest.raises(DomainError, match=code):
            work_time(at, since, now)


@pytest.mark.parametrize(
    ("minutes", "appointment", "catalogue", "needed"),
    [(60, None, 60, False), (62, None, 60, True), (600, None, None, False), (200, 150, 60, False)],
)
def test_a_longer_promise_needs_a_reason(
    minutes: int, appointment: int | None, catalogue: int | None, needed: bool
) -> None:
    """REQ-5: longer than the catalogue's promise, counted from the intake or from a later appointment."""
    at = None if appointment is None else NOW + appointment * MINUTE
    assert promise_needs_reason(NOW + minutes * MINUTE, NOW, at, catalogue) is needed


@pytest.mark.parametrize(("reason", "seconds"), [("customer_away", 7 + 120), ("parts", 7)])
def test_only_some_reasons_stop_the_clock(reason: str, seconds: int) -> None:
    """REQ-5: the clock stands still while the customer lets us wait, not while we wait for parts."""
    request = request_at(RequestState.DISPATCHED, paused_at=NOW, paused_reason=reason, stopped_seconds=7)
    assert stopped_until(request, NOW + 2 * MINUTE) == seconds
    assert stopped_until(replace(request, paused_at=None), NOW + 2 * MINUTE) == 7
