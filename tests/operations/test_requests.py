"""Requests from the first word to the end, on both databases (REQ-1 to REQ-8, CMP-1).

Taking, the stamps and the steps aside have files of their own.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from app.db.records import audit_records, change_records
from app.db.requests import confirmations, dispatches, follow_ups, request_events
from app.domain.requests import RequestState
from app.errors import DomainError
from app.operations import requests as taking
from app.operations import requests_aside as aside
from app.operations import requests_stamps as stamps
from app.operations import requests_way as way
from tests.operations.requests_site import MINUTE, START, RequestsSite, refused


def test_the_whole_way(site: RequestsSite) -> None:
    """REQ-1, REQ-2: every station and stamp with time and person, closed at the end, the history complete."""
    done = site.at("closed")
    row = site.row(done.request_id)
    assert (done.state, row["state"], row["outcome"]) == (RequestState.CLOSED, "closed", "satisfied")
    assert row["number"] == "1123-E001"
    clerk, other = site.people["王建国"], site.people["李婷"]
    minute = {name: START + n * MINUTE for n, name in enumerate(["dispatched", "done", "confirmed"], 1)}
    for name, at in minute.items():
        assert row[f"{name}_at"] == at
    assert [row[f"{name}_by"] for name in ("dispatched", "done", "confirmed", "followed_up", "closed")] == [
        clerk,
        site.people["赵刚"],
        clerk,
        other,
        clerk,
    ]
    assert [row[name] for name in ("told_by", "promise_given_by", "result_told_by", "satisfied_by")] == [
        clerk
    ] * 4
    assert site.events(done.request_id) == [
        "taken",
        "promised",
        "dispatched",
        "done",
        "result_told",
        "confirmed",
        "satisfied",
        "followed_up",
        "closed",
    ]
    with site.store.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(audit_records)).scalar() == 8
        assert connection.execute(sa.select(sa.func.count()).select_from(change_records)).scalar()


def test_closing_without_a_stamp_is_refused(site: RequestsSite) -> None:
    """REQ-2: followed up, but nothing promised: it stays open until the promise is there."""
    taken = site.take()
    key, store = taken.request_id, site.store
    step = way.dispatch(store, site.clerk, key, 1, site.people["赵刚"])
    step = way.report_done(store, site.technician, key, step.version)
    step = way.confirm(store, site.clerk, key, step.version, "李护士长", "in_person", "fairly_satisfied")
    step = way.follow_up(store, site.clerk, key, step.version, "not_reached")
    with refused("request_not_told"):
        way.close(store, site.clerk, key, step.version)
    with refused("request_result_not_told"):
        stamps.set_satisfied(store, site.clerk, key, step.version)
    step = stamps.promise(store, site.clerk, key, step.version, START + MINUTE, "李护士长", at=START)
    step = stamps.tell_result(store, site.clerk, key, step.version)
    with refused("request_not_satisfied"):
        way.close(store, site.clerk, key, step.version)
    with refused("request_not_first_contact"):
        stamps.set_satisfied(store, site.manager, key, step.version)
    step = stamps.set_satisfied(store, site.clerk, key, step.version)
    way.close(store, site.clerk, key, step.version)
    row = site.row(key)
    assert (row["outcome"], row["follow_up_outcome"]) == ("fairly_satisfied", "not_reached")


@pytest.mark.parametrize("flag", ["item", "customer", "request"])
def test_special_cannot_close_without_the_manager(site: RequestsSite, flag: str) -> None:
    """REQ-3: special by the item, by the customer, or by itself."""
    if flag == "customer":
        with site.store.engine.begin() as connection:
            connection.execute(sa.text("UPDATE customers SET special = true"))
    fields: dict[str, dict[str, object]] = {
        "item": {"item_id": site.items["贵宾接待"]},
        "customer": {},
        "request": {"special": True},
    }
    done = site.at("followed_up", **fields[flag])
    key, store = done.request_id, site.store
    with refused("request_manager_talk"):
        way.close(store, site.clerk, key, done.version)
    with refused("no_right"):
        stamps.manager_talked(store, site.clerk, key, done.version, "都好")
    done = stamps.manager_talked(store, site.manager, key, done.version, "科主任很满意")
    assert way.close(store, site.clerk, key, done.version).state == RequestState.CLOSED


def test_a_dissatisfied_confirmation_reopens(site: RequestsSite) -> None:
    """REQ-6: back to *received*, round 2, the old stamps in the history, the evidence kept; never closed."""
    done = site.at("done")
    key, store = done.request_id, site.store
    with refused("reason_needed"):
        way.confirm(store, site.clerk, key, done.version, "李护士长", "phone", "dissatisfied")
    site.clock.turn()
    again = way.confirm(store, site.clerk, key, done.version, "李护士长", "phone", "dissatisfied", "还是不冷")
    assert (again.state, again.round) == (RequestState.RECEIVED, 2)
    row = site.row(key)
    for name in ("dispatched_at", "done_at", "told_at", "promised_at", "promise_given_at", "handler_id"):
        assert row[name] is None, name
    assert row["dissatisfied_at"] == row["round_began_at"] == START + 3 * MINUTE
    assert row["received_at"] == START
    with store.reading() as connection:
        said = connection.execute(sa.select(confirmations)).one()
        event = connection.execute(sa.select(request_events).where(request_events.c.what == "reopened")).one()
    assert (said.who, said.means, said.answer, said.words) == (
        "李护士长",
        "phone",
        "dissatisfied",
        "还是不冷",
    )
    assert said.entered_by == site.people["王建国"]
    assert set(event.data["stamps"]) == {
        "told_at",
        "promised_at",
        "promise_given_at",
        "dispatched_at",
        "done_at",
    }
    with refused("request_was_dissatisfied"):
        aside.cancel(store, site.clerk, key, again.version, "算了")


def test_a_dissatisfied_follow_up_takes_satisfied_back(site: RequestsSite) -> None:
    """REQ-2, REQ-6: *satisfied* is withdrawn and the request reopened; all four stamps are needed again."""
    done = site.at("confirmed")
    key, store = done.request_id, site.store
    done = stamps.set_satisfied(store, site.clerk, key, done.version)
    again = way.follow_up(
        store, site.other_clerk, key, done.version, "dissatisfied", who="陈静", words="又坏了"
    )
    assert (again.state, again.round) == (RequestState.RECEIVED, 2)
    assert site.row(key)["satisfied_at"] is None
    assert site.events(key)[-3:] == ["followed_up", "satisfied_withdrawn", "reopened"]


def test_the_handler_does_not_follow_up(site: RequestsSite) -> None:
    """REQ-6: not the handler, not one who had the job before him."""
    taken = site.take()
    key, store = taken.request_id, site.store
    done = way.dispatch(store, site.clerk, key, 1, site.people["李婷"])
    done = way.transfer(store, site.clerk, key, done.version, site.people["王建国"], "换班")
    done = way.report_done(store, site.clerk, key, done.version)
    done = way.confirm(store, site.clerk, key, done.version, "李护士长", "phone", "satisfied")
    for person in (site.clerk, site.other_clerk):
        with refused("request_own_job"):
            way.follow_up(store, person, key, done.version, "satisfied", who="李护士长")
    done = way.follow_up(store, site.manager, key, done.version, "satisfied", who="李护士长")
    assert done.state == RequestState.FOLLOWED_UP


def test_sampling_out_is_the_managers_with_a_reason(site: RequestsSite) -> None:
    """REQ-7: the clerk cannot, the manager can with a written reason; the outcome stands apart from *not reached*."""
    done = site.at("confirmed")
    key, store = done.request_id, site.store
    with refused("no_right"):
        way.follow_up(store, site.clerk, key, done.version, "sampled_out", words="低风险")
    with refused("reason_needed"):
        way.follow_up(store, site.manager, key, done.version, "sampled_out")
    way.follow_up(store, site.manager, key, done.version, "sampled_out", words="低风险,抽样")
    assert site.row(key)["follow_up_outcome"] == "sampled_out"


def test_every_complaint_is_followed_up(site: RequestsSite) -> None:
    """REQ-7, CMP-1: a complaint is not sampled out, and one that nobody was reached for stays to be followed up."""
    done = site.at("confirmed", channel="hotline_complaints")
    key, store = done.request_id, site.store
    with refused("request_complaint_sampled"):
        way.follow_up(store, site.manager, key, done.version, "sampled_out", words="低风险")
    done = way.follow_up(store, site.other_clerk, key, done.version, "not_reached")
    assert done.state == RequestState.CONFIRMED
    assert site.events(key)[-1] == "follow_up_missed"
    done = way.follow_up(
        store,
        site.other_clerk,
        key,
        done.version,
        "satisfied",
        "visit",
        "李护士长",
        scores={"speed": 5, "manner": 4},
    )
    assert done.state == RequestState.FOLLOWED_UP
    with store.reading() as connection:
        rows = connection.execute(sa.select(follow_ups).order_by(follow_ups.c.id)).all()
    assert sorted(row.outcome for row in rows) == ["not_reached", "satisfied"]
    assert {"speed": 5, "manner": 4} in [row.scores for row in rows]


@pytest.mark.parametrize("scores", [{"speed": 6}, {"speed": 0}, {"price": 3}])
def test_scores_are_one_to_five(site: RequestsSite, scores: dict[str, int]) -> None:
    done = site.at("confirmed")
    with refused("not_a_choice"):
        way.follow_up(
            site.store,
            site.other_clerk,
            done.request_id,
            done.version,
            "satisfied",
            who="李护士长",
            scores=scores,
        )


def test_begin_and_transfer(site: RequestsSite) -> None:
    """REQ-1: begun once by each handler; transferred to another, not to the same."""
    done = site.at("dispatched")
    key, store = done.request_id, site.store
    done = way.begin(store, site.technician, key, done.version)
    with refused("request_already"):
        way.begin(store, site.technician, key, done.version)
    with refused("not_a_choice"):
        way.transfer(store, site.clerk, key, done.version, site.people["赵刚"])
    done = way.transfer(store, site.clerk, key, done.version, site.people["钱进"], "下班")
    assert site.load(key).begun_at is None
    with refused("request_not_your_job"):
        way.report_done(store, site.technician, key, done.version)
    way.begin(store, site.actor("钱进"), key, done.version)


def test_a_slip_that_comes_back_late(site: RequestsSite) -> None:
    """REQ-10: the desk enters it; the time of the work counts, the time of entry is in the history."""
    done = site.at("dispatched")
    key, store, worked = done.request_id, site.store, site.clock.turn(5)
    site.clock.turn(120)
    way.report_done(store, site.clerk, key, done.version, "换灯管", at=worked)
    row = site.row(key)
    assert (row["done_at"], row["done_by"]) == (worked, site.people["赵刚"])
    with store.reading() as connection:
        event = connection.execute(sa.select(request_events).where(request_events.c.what == "done")).one()
    assert (event.at, event.entered_at) == (worked, site.clock.now())
    assert event.staff_id == site.people["王建国"]
    with refused("request_time_before"):
        way.confirm(store, site.clerk, key, done.version + 1, "李护士长", "in_person", "satisfied", at=START)


def test_two_people_on_one_request(site: RequestsSite) -> None:
    """The second of two with the same version gets *changed by another*, and what the first did stays."""
    taken = site.take()
    key, store = taken.request_id, site.store
    way.dispatch(store, site.clerk, key, taken.version, site.people["赵刚"])
    other, version = site.other_clerk, taken.version
    with refused("changed_by_another"):
        way.dispatch(store, other, key, version, site.people["钱进"])
    with refused("changed_by_another"):
        taking.change_words(store, other, key, version, "空调漏水")
    with refused("changed_by_another"):
        aside.cancel(store, other, key, version, "重复")
    row = site.row(key)
    assert (row["handler_id"], row["words"], row["version"]) == (site.people["赵刚"], "空调不制冷", 2)
    assert site.events(key) == ["taken", "dispatched"]
    with store.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(dispatches)).scalar() == 1


def test_a_race_has_one_winner(site: RequestsSite) -> None:
    """Eight at once with the same version: one dispatch is done, seven are told, one event and one row more."""
    taken = site.take()

    def attempt(number: int) -> str:
        actor = site.clerk if number % 2 else site.other_clerk
        try:
            way.dispatch(site.store, actor, taken.request_id, 1, site.people["赵刚"])
        except DomainError as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, range(8)))
    assert sorted(outcomes) == ["changed_by_another"] * 7 + ["done"]
    assert site.events(taken.request_id) == ["taken", "dispatched"]


def test_rights(site: RequestsSite) -> None:
    """A guard takes requests but dispatches none; nobody does anything unless signed in."""
    guard = site.actor("孙立")
    taken = taking.take(site.store, guard, site.new(first_contact_id=site.people["孙立"], channel="post"))
    with refused("no_right"):
        way.dispatch(site.store, guard, taken.request_id, 1, site.people["赵刚"])
    with refused("no_right"):
        aside.cancel(site.store, guard, taken.request_id, 1, "不要了")


def test_a_clock_set_back_stops_nobody(site: RequestsSite) -> None:
    """The PC's clock goes back an hour in the middle: the way goes on, nothing is refused."""
    done = site.at("dispatched")
    site.clock.turn(-60)
    done = way.report_done(site.store, site.technician, done.request_id, done.version)
    assert done.state == RequestState.DONE
    assert site.events(done.request_id)[-1] == "done"
