"""Requests from the first word to the end, on both databases (REQ-1 to REQ-8, CMP-1)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.db.records import audit_records, change_records
from app.db.requests import confirmations, dispatches, follow_ups, request_events, request_grams
from app.domain.requests import RequestState
from app.errors import DomainError
from app.operations import requests as taking
from app.operations import requests_aside as aside
from app.operations import requests_stamps as stamps
from app.operations import requests_way as way
from tests.operations.requests_site import MINUTE, START, RequestsSite, open_site


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[RequestsSite]:
    with open_site(database_url, tmp_path) as opened:
        yield opened


def refused(code: str) -> pytest.RaisesExc[DomainError]:
    """The operation is refused with exactly this code."""
    return pytest.RaisesExc(DomainError, check=lambda error: error.code == code)


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


def test_numbers_count_by_day(site: RequestsSite) -> None:
    """REQ-8: by the site's day: 07:30 UTC is the same day in Shanghai, 16:00 UTC the next one."""
    assert [site.take().number for _ in range(2)] == ["1123-E001", "1123-E002"]
    site.clock.turn(15 * 60)
    assert site.take().number == "1124-E001"


def test_taking_fills_in_the_customer(site: RequestsSite) -> None:
    """REQ-8: place and extension come from the customer unless typed; a customer without a row is a text."""
    row = site.row(site.take(call_started_at=START - 15 * timedelta(seconds=1)).request_id)
    assert (row["customer"], row["place"], row["extension"]) == ("手术室", "3 号楼 2 层", "8021")
    assert row["call_started_at"] == START - 15 * timedelta(seconds=1)
    row = site.row(site.take(customer_id=None, customer="来访者", place="门口").request_id)
    assert (row["customer"], row["place"], row["customer_id"]) == ("来访者", "门口", None)


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"words": " "}, "request_words_needed", "words"),
        ({"channel": "fax"}, "not_a_choice", "channel"),
        ({"urgency": "asap"}, "not_a_choice", "urgency"),
        ({"customer_id": None, "customer": " "}, "field_needed", "customer"),
        ({"promised_at": START}, "request_promise_past", "promised_at"),
        ({"received_at": START + 5 * MINUTE}, "request_time_ahead", "received_at"),
        ({"words": "灯" * 5000}, "text_too_long", "words"),
    ],
)
def test_taking_refuses_at_the_field(
    site: RequestsSite, fields: dict[str, object], code: str, field: str
) -> None:
    """Bad input is said at its field, and no number is used up."""
    with refused(code) as found:
        site.take(**fields)
    assert found.value.field == field
    assert site.take().number == "1123-E001"


def test_a_paper_intake_keeps_both_times(site: RequestsSite) -> None:
    """REQ-10: what was written during a power cut counts from then; when it was entered is kept too."""
    row = site.row(site.take(received_at=START - 120 * MINUTE).request_id)
    assert row["received_at"] == START - 120 * MINUTE
    with site.store.reading() as connection:
        event = connection.execute(sa.select(request_events)).one()
    assert (event.at, event.entered_at) == (START - 120 * MINUTE, START)


def test_a_promise_for_somebody_else_is_none_yet(site: RequestsSite) -> None:
    """REQ-2: the clerk writes down a time, but the first contact has not been told and has promised nothing."""
    taken = site.take(first_contact_id=site.people["孙立"], promised_at=START + 30 * MINUTE)
    row = site.row(taken.request_id)
    assert row["promised_at"] == START + 30 * MINUTE
    assert (row["told_at"], row["promise_given_at"]) == (None, None)
    assert site.events(taken.request_id) == ["taken", "promise_noted"]
    with refused("request_not_told"):
        stamps.promise(site.store, site.clerk, taken.request_id, 1, START + 30 * MINUTE, "李护士长")
    told = stamps.tell(site.store, site.clerk, taken.request_id, 1, "下午派空调工")
    stamps.promise(site.store, site.clerk, taken.request_id, told.version, START + 30 * MINUTE, "李护士长")
    row = site.row(taken.request_id)
    assert row["told_by"] == site.people["王建国"]
    assert (row["promise_given_by"], row["promise_given_to"]) == (site.people["孙立"], "李护士长")


def test_the_first_contact_promises_himself(site: RequestsSite) -> None:
    """REQ-2: he who promises knows how it is handled: both stamps at once, both in the history."""
    taken = site.take(first_contact_id=site.people["孙立"])
    guard = site.actor("孙立")
    stamps.promise(site.store, guard, taken.request_id, 1, START + 30 * MINUTE, "李护士长")
    row = site.row(taken.request_id)
    assert row["told_by"] == row["promise_given_by"] == site.people["孙立"]
    assert site.events(taken.request_id)[-2:] == ["told", "promised"]
    with refused("request_not_first_contact"):
        stamps.promise(site.store, site.technician, taken.request_id, 2, START + 40 * MINUTE, "李护士长")


def test_longer_and_changed_promises_need_a_reason(site: RequestsSite) -> None:
    """REQ-5: longer than the catalogue's 60 minutes, or changed later; the earlier promise stays in the history."""
    item = site.items["空调维修"]
    with refused("request_promise_longer") as found:
        site.take(item_id=item, promised_at=START + 90 * MINUTE)
    assert (found.value.field, found.value.values) == ("promise_reason", {"minutes": 60})
    taken = site.take(item_id=item, promised_at=START + 90 * MINUTE, promise_reason="等配件")
    key = taken.request_id
    with refused("request_promise_changed"):
        stamps.promise(site.store, site.clerk, key, 1, START + 50 * MINUTE, "李护士长")
    stamps.promise(site.store, site.clerk, key, 1, START + 120 * MINUTE, "李护士长", "配件晚到")
    with site.store.reading() as connection:
        event = connection.execute(
            sa.select(request_events).where(request_events.c.what == "promise_changed")
        ).one()
    assert event.words == "配件晚到"
    assert event.data["promised_at"] - event.data["before_at"] == 30 * 60 * 1_000_000


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
    step = stamps.promise(store, site.clerk, key, step.version, START + MINUTE, "李护士长")
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


def test_ending_unsatisfied(site: RequestsSite) -> None:
    """REQ-6: the manager alone, with a reason; it counts as failed and is never reopened."""
    done = site.at("done")
    key, store = done.request_id, site.store
    with refused("no_right"):
        aside.end_unsatisfied(store, site.clerk, key, done.version, "谈不拢")
    with refused("reason_needed"):
        aside.end_unsatisfied(store, site.manager, key, done.version, " ")
    done = aside.end_unsatisfied(store, site.manager, key, done.version, "用户已搬走")
    row = site.row(key)
    assert (row["state"], row["outcome"], row["closed_by"]) == (
        "ended_unsatisfied",
        "ended_unsatisfied",
        site.people["周主任"],
    )
    with refused("request_ended_for_good"):
        aside.reopen(store, site.manager, key, done.version, "再试")


def test_pausing_and_the_clock(site: RequestsSite) -> None:
    """REQ-1, REQ-5: a reason and a time to resume; only some reasons stop the clock; no station meanwhile."""
    done = site.at("dispatched")
    key, store = done.request_id, site.store
    with refused("request_resume_past"):
        aside.pause(store, site.clerk, key, done.version, "parts", site.clock.now())
    with refused("reason_needed"):
        aside.pause(store, site.clerk, key, done.version, "other", START + 60 * MINUTE)
    done = aside.pause(store, site.technician, key, done.version, "customer_away", START + 60 * MINUTE)
    with refused("request_paused"):
        way.report_done(store, site.technician, key, done.version)
    site.clock.turn(30)
    done = aside.resume(store, site.clerk, key, done.version)
    done = aside.pause(store, site.clerk, key, done.version, "parts", START + 90 * MINUTE)
    site.clock.turn(10)
    done = aside.resume(store, site.clerk, key, done.version)
    row = site.row(key)
    assert (row["stopped_seconds"], row["paused_at"], row["resume_at"]) == (1800, None, None)
    assert way.report_done(store, site.technician, key, done.version).state == RequestState.DONE


def test_returned_and_dispatched_again(site: RequestsSite) -> None:
    """REQ-1: the handler returns with a reason; it waits for a dispatch; both dispatches are kept."""
    done = site.at("dispatched")
    key, store = done.request_id, site.store
    with refused("request_not_your_job"):
        aside.return_(store, site.actor("钱进"), key, done.version, "不会")
    with refused("reason_needed"):
        aside.return_(store, site.technician, key, done.version, "")
    done = aside.return_(store, site.technician, key, done.version, "要高空作业证")
    assert done.state == RequestState.RECEIVED
    assert site.row(key)["return_reason"] == "要高空作业证"
    with refused("request_returned"):
        way.dispatch(store, site.clerk, key, done.version, site.people["钱进"])
    helpers = [site.people["赵刚"], site.people["钱进"]]
    done = way.re_dispatch(store, site.clerk, key, done.version, site.people["钱进"], helpers)
    assert done.state == RequestState.DISPATCHED
    assert site.row(key)["returned_at"] is None
    with store.reading() as connection:
        rows = connection.execute(sa.select(dispatches)).all()
    assert sorted((row.end, row.responsible) for row in rows) == [
        ("", False),
        ("", True),
        ("returned", True),
    ]
    assert site.load(key).helper_ids == {site.people["赵刚"]}


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


def test_handing_over_by_name(site: RequestsSite) -> None:
    """REQ-2: the new first contact has the stamps to give; the old one no more; who handed over is recorded."""
    done = site.at("confirmed")
    key, store = done.request_id, site.store
    done = stamps.hand_over(store, site.clerk, key, done.version, site.people["李婷"], "下班")
    with refused("request_not_first_contact"):
        stamps.set_satisfied(store, site.clerk, key, done.version)
    stamps.set_satisfied(store, site.other_clerk, key, done.version)
    assert site.row(key)["promise_given_by"] == site.people["王建国"]
    assert "handed_over" in site.events(key)


def test_cancel_and_reopen(site: RequestsSite) -> None:
    """REQ-1: cancelled with a reason before it is done; reopened as round 2; the handler's dispatch ends with it."""
    done = site.at("dispatched")
    key, store = done.request_id, site.store
    done = aside.cancel(store, site.clerk, key, done.version, "用户说不用了")
    assert done.state == RequestState.CANCELLED
    with refused("request_ended"):
        way.report_done(store, site.technician, key, done.version)
    taking.add_note(store, site.clerk, key, "用户又来电话")
    done = aside.reopen(store, site.clerk, key, done.version, "还是要修")
    assert (done.state, done.round) == (RequestState.RECEIVED, 2)
    assert site.row(key)["closed_at"] is None
    with store.reading() as connection:
        assert connection.execute(sa.select(dispatches.c.end)).scalar_one() == "cancelled"


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


def test_notes_do_not_conflict(site: RequestsSite) -> None:
    """CMP-3: a note needs no version and takes none away from others."""
    taken = site.take()
    taking.add_note(site.store, site.other_clerk, taken.request_id, "已电话告知进度")
    way.dispatch(site.store, site.clerk, taken.request_id, taken.version, site.people["赵刚"])
    assert site.events(taken.request_id) == ["taken", "note", "dispatched"]


def test_changed_words_keep_the_old_ones_encrypted(site: RequestsSite) -> None:
    """REQ-8: the old words are in the history, sealed; the bigrams follow the new ones."""
    taken = site.take()
    taking.change_words(site.store, site.clerk, taken.request_id, 1, "空调漏水")
    with site.store.reading() as connection:
        event = connection.execute(
            sa.select(request_events).where(request_events.c.what == "words_changed")
        ).one()
        found = set(connection.execute(sa.select(request_grams.c.gram)).scalars())
    assert "不制冷".encode() not in bytes(event.old_words)
    assert (
        site.store.secrets.open(event.old_words, "request_events.old_words", event.site_id, event.id)
        == "空调不制冷"
    )
    assert found == {"空调", "调漏", "漏水"}


def test_the_phone_is_encrypted(site: RequestsSite, tmp_path: Path) -> None:
    """The phone stands nowhere in clear, also not in the search keys."""
    taken = site.take(phone="138 0013 8000")
    row = site.row(taken.request_id)
    sealed = row["phone"]
    assert isinstance(sealed, bytes)
    assert (
        site.store.secrets.open(sealed, "requests.phone", site.store.site.site_id, taken.request_id)
        == "13800138000"
    )
    for path in tmp_path.glob("yinghou.db*"):
        assert b"13800138000" not in path.read_bytes()


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


def test_a_form_sent_twice_is_taken_once(site: RequestsSite) -> None:
    """REQ-8: the answer was lost after the commit; the same key answers the same request, whatever it became since."""
    store, key = site.store, taking.mint_key()
    form = site.new(key=key, promised_at=site.clock.now() + 20 * MINUTE)
    first = taking.take(store, site.clerk, form)
    assert first.request_id == key
    assert taking.take(store, site.clerk, form) == first
    way.dispatch(store, site.clerk, key, first.version, site.people["赵刚"])
    again = taking.take(store, site.clerk, form)
    assert (again.number, again.version, again.state) == (first.number, 2, RequestState.DISPATCHED)
    assert site.events(key) == ["taken", "promised", "dispatched"]
    other = taking.take(store, site.clerk, site.new(key=taking.mint_key()))
    assert other.number != first.number


@pytest.mark.parametrize(
    "altered", [{"words": "空调漏水"}, {"urgency": "urgent"}, {"place": "2 楼"}, {"promised_at": None}]
)
def test_a_form_altered_after_it_was_taken_is_not_dropped_silently(
    site: RequestsSite, altered: dict[str, object]
) -> None:
    """The person is told the number under which the first version stands; nothing is written."""
    form = {"key": taking.mint_key(), "promised_at": site.clock.now() + 20 * MINUTE}
    first = site.take(**form)
    with refused("request_taken_before"):
        site.take(**(form | altered))
    assert site.row(first.request_id)["words"] == "空调不制冷"
    assert site.events(first.request_id) == ["taken", "promised"]


def test_a_note_sent_twice_is_there_once(site: RequestsSite) -> None:
    """CMP-3: the same key and words are one note; other words under it are another note, never dropped."""
    taken, key = site.take(), taking.mint_key()
    for words in ("用户又催", "用户又催", "用户来了"):
        taking.add_note(site.store, site.clerk, taken.request_id, words, key=key)
    assert site.events(taken.request_id) == ["taken", "note", "note"]


def test_words_are_corrected_by_those_who_heard_them(site: RequestsSite) -> None:
    """REQ-8: the first contact, who took it and the manager; others add a note; nobody after the end."""
    other = site.people["李婷"]
    taken = site.take(first_contact_id=other)
    key, store = taken.request_id, site.store
    with refused("request_not_your_words"):
        taking.change_words(store, site.technician, key, 1, "别的")
    for version, person in enumerate((site.clerk, site.other_clerk, site.manager), start=1):
        taking.change_words(store, person, key, version, f"空调第 {version} 次")
    assert site.events(key) == ["taken"] + ["words_changed"] * 3
    stranger = site.take()
    with refused("request_not_your_words"):
        taking.change_words(store, site.other_clerk, stranger.request_id, 1, "别的")
    aside.cancel(store, site.clerk, key, 4, "不用了")
    with refused("request_ended"):
        taking.change_words(store, site.manager, key, 5, "晚了")
