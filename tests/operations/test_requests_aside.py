"""Steps aside from the way: paused, returned, cancelled and reopened, ended unsatisfied (REQ-1, REQ-5, REQ-6)."""

from __future__ import annotations

import sqlalchemy as sa

from app.db.requests import dispatches
from app.domain.requests import RequestState
from app.operations import requests as taking
from app.operations import requests_aside as aside
from app.operations import requests_way as way
from tests.operations.requests_site import MINUTE, START, RequestsSite, refused


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
