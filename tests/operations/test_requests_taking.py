"""Taking a request: its number, its customer, its words and notes, what of it is encrypted (REQ-8, REQ-10, CMP-3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.db.requests import request_events, request_grams
from app.domain.requests import RequestState
from app.operations import requests as taking
from app.operations import requests_aside as aside
from app.operations import requests_way as way
from tests.operations.requests_site import MINUTE, START, RequestsSite, refused


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


def test_a_special_form_sent_twice_is_taken_once(site: RequestsSite) -> None:
    """REQ-3, REQ-8: what is special by its kind is the same form without the tick; so is a phone written otherwise."""
    form = site.new(key=taking.mint_key(), item_id=site.items["贵宾接待"], phone="138 0013 8000")
    first = taking.take(site.store, site.clerk, form)
    for same in (form, replace(form, special=True), replace(form, phone="13800138000")):
        assert taking.take(site.store, site.clerk, same) == first


@pytest.mark.parametrize(
    "altered",
    [
        {"words": "空调漏水"},
        {"urgency": "urgent"},
        {"place": "2 楼"},
        {"promised_at": None},
        {"phone": "13900000000"},
        {"phone": ""},
        {"special": True},
        {"promise_reason": "等配件"},
        {"received_at": START - 10 * MINUTE},
    ],
)
def test_a_form_altered_after_it_was_taken_is_not_dropped_silently(
    site: RequestsSite, altered: dict[str, object]
) -> None:
    """The person is told the number under which the first version stands; nothing is written."""
    form = {
        "key": taking.mint_key(),
        "promised_at": site.clock.now() + 20 * MINUTE,
        "phone": "138 0013 8000",
    }
    first = site.take(**form)
    with refused("request_taken_before"):
        site.take(**(form | altered))
    assert site.row(first.request_id)["words"] == "空调不制冷"
    assert site.events(first.request_id) == ["taken", "promised"]


def test_notes_do_not_conflict(site: RequestsSite) -> None:
    """CMP-3: a note needs no version and takes none away from others."""
    taken = site.take()
    taking.add_note(site.store, site.other_clerk, taken.request_id, "已电话告知进度")
    way.dispatch(site.store, site.clerk, taken.request_id, taken.version, site.people["赵刚"])
    assert site.events(taken.request_id) == ["taken", "note", "dispatched"]


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
