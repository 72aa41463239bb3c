"""The first contact's stamps: told, promised, satisfied, and handing them over (REQ-2, REQ-5)."""

from __future__ import annotations

import sqlalchemy as sa

from app.db.requests import request_events
from app.operations import requests_stamps as stamps
from tests.operations.requests_site import MINUTE, START, RequestsSite, refused


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
