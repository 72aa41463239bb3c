"""What is kept of a request is what happened: no failure disappears, no stamp lies before what it follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.db.requests import dispatches, request_events, requests
from app.domain.people import DEFAULT_RIGHTS, Actor
from app.domain.requests import RequestState, allowed
from app.operations import requests as taking
from app.operations import requests_aside as aside
from app.operations import requests_stamps as stamps
from app.operations import requests_way as way
from tests.operations.requests_site import MINUTE, START, RequestsSite, refused


@pytest.mark.parametrize("state", ["done", "closed"])
def test_what_was_done_once_is_never_cancelled(site: RequestsSite, state: str) -> None:
    """REQ-6: reopening is no way to make a failure disappear; the manager can still end it."""
    done = site.at(state)
    key, store = done.request_id, site.store
    done = aside.reopen(store, site.clerk, key, done.version, "又坏了")
    for person in (site.clerk, site.manager):
        with refused("request_was_done"):
            aside.cancel(store, person, key, done.version, "不要了")
    done = way.dispatch(store, site.clerk, key, done.version, site.people["钱进"])
    with refused("request_was_done"):
        aside.cancel(store, site.clerk, key, done.version, "不要了")
    done = aside.end_unsatisfied(store, site.manager, key, done.version, "用户已搬走")
    assert done.state == RequestState.ENDED_UNSATISFIED


def test_a_complaint_ends_by_satisfaction_or_by_the_manager(site: RequestsSite) -> None:
    """CMP-1: nobody cancels one, not even at once; the manager ends it unsatisfied, from wherever it stands."""
    store = site.store
    taken = site.take(channel="hotline_complaints", words="态度差")
    for person in (site.clerk, site.manager):
        with refused("request_complaint_stays"):
            aside.cancel(store, person, taken.request_id, 1, "误录")
    with refused("no_right"):
        aside.end_unsatisfied(store, site.clerk, taken.request_id, 1, "误录")
    ended = aside.end_unsatisfied(store, site.manager, taken.request_id, 1, "误录")
    assert site.row(taken.request_id)["outcome"] == "ended_unsatisfied"
    with refused("request_ended_for_good"):
        aside.reopen(store, site.manager, taken.request_id, ended.version, "再办")


def test_a_promise_is_not_moved_once_the_work_is_done(site: RequestsSite) -> None:
    """REQ-5: a promise that is changed afterwards would always have been kept."""
    for state in ("done", "confirmed", "followed_up"):
        done = site.at(state)
        assert "promise" not in allowed(site.load(done.request_id), site.clerk)
        later = site.clock.now() + 72 * 60 * MINUTE
        with refused("request_work_over"):
            stamps.promise(site.store, site.clerk, done.request_id, done.version, later, "李护士长", "改期")


def test_a_forgotten_stamp_is_entered_with_its_time(site: RequestsSite) -> None:
    """REQ-2: told and promised come before the work; afterwards only the time at which it was is taken."""
    store, clerk = site.store, site.clerk
    taken = site.take()
    key = taken.request_id
    site.clock.turn(10)
    step = way.dispatch(store, clerk, key, 1, site.people["赵刚"])
    site.clock.turn(10)
    step = way.report_done(store, site.technician, key, step.version, "好了")
    site.clock.turn(30)
    for at in (None, START + 21 * MINUTE):
        with refused("request_before_done") as found:
            stamps.tell(store, clerk, key, step.version, at=at)
        assert found.value.field == "at"
        with refused("request_before_done"):
            stamps.promise(store, clerk, key, step.version, START + 99 * MINUTE, "李护士长", at=at)
    step = stamps.tell(store, clerk, key, step.version, at=START + 5 * MINUTE)
    with refused("request_time_before"):
        stamps.promise(store, clerk, key, step.version, START + 25 * MINUTE, "李护士长", at=START + MINUTE)
    step = stamps.promise(
        store, clerk, key, step.version, START + 25 * MINUTE, "李护士长", at=START + 6 * MINUTE
    )
    row = site.row(key)
    assert (row["told_at"], row["promise_given_at"]) == (START + 5 * MINUTE, START + 6 * MINUTE)
    with refused("request_time_before"):
        stamps.tell_result(store, clerk, key, step.version, "好了", START + 15 * MINUTE)
    stamps.tell_result(store, clerk, key, step.version, "好了", START + 20 * MINUTE)
    assert site.row(key)["result_told_at"] == row["done_at"]


def test_a_stamp_of_an_older_version_does_not_lock_the_request(site: RequestsSite) -> None:
    """REQ-2: told after the work, as could be entered once: the promise can be made up for all the same."""
    done = site.at("dispatched")
    key, store = done.request_id, site.store
    done = way.report_done(store, site.technician, key, done.version, "好了")
    late = site.clock.turn(10)

    version, once = done.version, {"promise_given_at": None, "promised_at": None, "told_at": late}
    store.work(site.clerk, "test", lambda work: work.update_version(requests, key, version, once))
    at = START + MINUTE
    stamps.promise(store, site.clerk, key, version + 1, START + 30 * MINUTE, "李护士长", at=at)
    assert site.row(key)["promise_given_at"] == at


def test_satisfied_says_no_more_than_the_customer(site: RequestsSite) -> None:
    """REQ-2: the customer's own answer is offered; less may be said, more never, unless the follow-up heard more."""
    store, clerk = site.store, site.clerk

    def fairly() -> tuple[UUID, int]:
        done = site.at("done")
        done = stamps.tell_result(store, clerk, done.request_id, done.version)
        answer = "fairly_satisfied"
        done = way.confirm(store, clerk, done.request_id, done.version, "李护士长", "phone", answer)
        return done.request_id, done.version

    key, version = fairly()
    with refused("request_degree_better") as found:
        stamps.set_satisfied(store, clerk, key, version, "satisfied")
    assert found.value.field == "degree"
    stamps.set_satisfied(store, clerk, key, version)
    assert site.row(key)["satisfied_degree"] == "fairly_satisfied"
    key, version = fairly()
    version = way.follow_up(store, site.other_clerk, key, version, "satisfied", who="李护士长").version
    stamps.set_satisfied(store, clerk, key, version)
    assert site.row(key)["satisfied_degree"] == "satisfied"
    done = site.at("confirmed")
    stamps.set_satisfied(store, clerk, done.request_id, done.version, "fairly_satisfied")
    assert site.row(done.request_id)["satisfied_degree"] == "fairly_satisfied"


def test_who_has_no_rights_left_does_nothing(site: RequestsSite) -> None:
    """A first contact and handler whose roles were taken away: no stamp, no words, no pause, no handing over."""
    person = site.people["王建国"]
    gone = Actor(person, "王建国", frozenset(), frozenset())
    taken = site.at("received")
    key, store = taken.request_id, site.store
    assert allowed(replace(site.load(key), handler_id=person), gone) == frozenset()
    calls: list[Callable[[], object]] = [
        lambda: stamps.hand_over(store, gone, key, 1, site.people["李婷"]),
        lambda: stamps.promise(store, gone, key, 1, START + 99 * MINUTE, "李护士长", "改期"),
        lambda: taking.change_words(store, gone, key, 1, "别的"),
        lambda: aside.pause(store, gone, key, 1, "parts", START + 99 * MINUTE),
    ]
    for call in calls:
        with refused("no_right"):
            call()
    looking = Actor(person, "王建国", frozenset({"quality"}), DEFAULT_RIGHTS["quality"])
    assert "change_words" not in allowed(site.load(key), looking), "docs/rights.md: it needs requests.take"
    assert "hand_over" in allowed(site.load(key), looking), "REQ-2: the first contact is whoever it is"


def test_a_clock_set_back_turns_nothing_round(site: RequestsSite) -> None:
    """REQ-1: whatever follows lies at or after what it follows, in the row, its dispatches and the history."""
    store, clerk = site.store, site.clerk
    done = site.at("dispatched")
    key = done.request_id
    done = way.begin(store, site.technician, key, done.version)
    site.clock.turn(-60)
    done = way.transfer(store, clerk, key, done.version, site.people["钱进"])
    done = aside.return_(store, site.actor("钱进"), key, done.version, "不会")
    done = way.re_dispatch(store, clerk, key, done.version, site.people["赵刚"])
    done = aside.pause(store, clerk, key, done.version, "customer_asked", START + 600 * MINUTE)
    site.clock.turn(-60)
    done = aside.resume(store, clerk, key, done.version)
    done = way.report_done(store, site.technician, key, done.version, "好了")
    done = stamps.tell_result(store, clerk, key, done.version)
    done = way.confirm(store, clerk, key, done.version, "李护士长", "phone", "satisfied")
    done = stamps.set_satisfied(store, clerk, key, done.version)
    done = way.follow_up(store, site.other_clerk, key, done.version, "satisfied", who="李护士长")
    site.clock.turn(-60)
    done = way.close(store, clerk, key, done.version)
    row = site.row(key)
    assert row["stopped_seconds"] == 0
    order = (
        "received",
        "dispatched",
        "done",
        "result_told",
        "confirmed",
        "satisfied",
        "followed_up",
        "closed",
    )
    for before, after in pairwise(f"{name}_at" for name in order):
        assert str(row[before]) <= str(row[after]), (before, after)  # instants in UTC
    with store.reading() as connection:
        jobs = connection.execute(sa.select(dispatches)).all()
        at = connection.execute(sa.select(request_events.c.at).order_by(request_events.c.sequence)).scalars()
        times = at.all()
    assert all(job.dispatched_at <= job.ended_at and (job.begun_at or START) <= job.ended_at for job in jobs)
    assert list(times) == sorted(times)
    again = aside.reopen(store, clerk, key, done.version, "又坏了")
    assert site.load(key).round_began_at == row["closed_at"]
    assert again.round == 2
