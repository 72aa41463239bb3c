"""What people look at: lists with live counts, pages, cards, finding, papers (REQ-5, REQ-8, REQ-9, REQ-10)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path
from typing import get_type_hints
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from app.db.records import audit_records
from app.db.requests import requests
from app.domain.people import pc_actor
from app.domain.requests import STATIONS
from app.errors import DomainError
from app.operations import requests as taking
from app.operations import requests_aside as aside
from app.operations import requests_stamps as stamps
from app.operations import requests_way as way
from app.queries import requests as looking
from app.queries.finding import FINDERS
from app.queries.requests import (
    LISTS,
    Handler,
    RequestRow,
    elsewhere,
    handlers,
    items,
    lists,
    page,
    page_select,
)
from app.queries.requests_card import card, event_text
from app.queries.requests_paper import (
    follow_up_rows,
    list_for_paper,
    list_of_days,
    newest_day,
    slip,
)
from app.queries.requests_search import by_words, search, words_select
from app.words import LANGUAGES, Words
from reports import requests as papers
from tests.operations.requests_site import MINUTE, SITE, START, RequestsSite, open_site

ZONE = ZoneInfo("Asia/Shanghai")
INDEXES = {
    "all": "ix_requests_time",
    "mine": "ix_requests_first_contact_open",
    "due_today": "ix_requests_due",
    "overdue": "ix_requests_due",
}
"""Which index a list reads; the others read `ix_requests_open`."""


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[RequestsSite]:
    with open_site(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[RequestsSite]:
    """On SQLite only."""
    with open_site(f"sqlite:///{tmp_path / 'yinghou.db'}", tmp_path) as opened:
        yield opened


def filled(site: RequestsSite) -> dict[str, str]:
    """One request in every place that a list asks about; their numbers by what they are."""
    other = site.people["李婷"]
    numbers = {state.value: site.at(state).number for state in STATIONS}
    numbers["unpromised"] = site.take(first_contact_id=other, words="灯不亮").number
    paused = site.at("done")
    store = site.store
    aside.pause(store, site.clerk, paused.request_id, paused.version, "customer_away", START + 600 * MINUTE)
    numbers["paused"] = paused.number
    late = site.take(promised_at=site.clock.now() + MINUTE)
    numbers["late"] = late.number
    tomorrow = site.take(promised_at=START + timedelta(days=1))
    numbers["tomorrow"] = tomorrow.number
    site.clock.turn(5)
    return numbers


def test_lists_count_what_their_pages_show(site: RequestsSite) -> None:
    """REQ-9: every saved filter: its count, its page, and a plain look at all rows agree."""
    numbers = filled(site)
    expected = {
        "unassigned": {"received", "unpromised", "late", "tomorrow"},
        "due_today": {"received", "dispatched", "late"},
        "overdue": {"late"},
        "awaiting_confirmation": {"done"},
        "awaiting_follow_up": {"confirmed"},
        "paused": {"paused"},
        "open": set(numbers) - {"closed"},
        "mine": set(numbers) - {"closed", "unpromised"},
        "all": set(numbers),
    }
    counts = {one.code: one.count for one in lists(site.store, site.clerk)}
    assert tuple(counts) == LISTS
    for code, names in expected.items():
        shown = [row.number for row in page(site.store, site.clerk, code)]
        assert sorted(shown) == sorted(numbers[name] for name in names), code
        assert counts[code] == (None if code == "all" else len(names)), code
    assert [row.number for row in page(site.store, site.other_clerk, "mine")] == [numbers["unpromised"]]
    assert next(one.count for one in lists(site.store, pc_actor()) if one.code == "mine") == 0


@pytest.mark.parametrize("code", LISTS)
def test_pages_join_without_gap_or_double(site: RequestsSite, code: str) -> None:
    """Keyset paging: pages of one and of two are the whole list, in its order, also among equal times."""
    filled(site)
    with site.store.engine.begin() as connection:
        connection.execute(requests.update().values(received_at=START))
        connection.execute(requests.update().where(requests.c.closed_at.is_(None)).values(open_since=START))
    whole = [row.number for row in page(site.store, site.clerk, code)]
    for size in (1, 2):
        shown: list[str] = []
        after = None
        while rows := page(site.store, site.clerk, code, after, size):
            shown += [row.number for row in rows]
            after = rows[-1].after
        assert shown == whole


def test_a_row_says_what_it_is(site: RequestsSite) -> None:
    """REQ-5: overdue is visible in the row; names, kind and the next step are there."""
    taken = site.take(item_id=site.items["空调维修"], promised_at=START + 30 * MINUTE)
    way.dispatch(site.store, site.clerk, taken.request_id, 1, site.people["赵刚"])
    site.clock.turn(31)
    (row,) = page(site.store, site.clerk, "overdue")
    assert (row.first_contact, row.handler, row.kind) == ("王建国", "赵刚", "空调维修")
    assert (row.overdue, row.paused, row.returned, row.next_step) == (True, False, False, "report_done")
    assert page(site.store, site.clerk, "overdue", text="不制冷")[0].number == taken.number
    assert page(site.store, site.clerk, "overdue", text="漏水") == []
    assert page(site.store, site.clerk, "paused", text="不制冷") == []


def test_a_filter_is_searched_whole(site: RequestsSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """REQ-9: what stands in an open list is found in it, however many newer requests have the same words."""
    monkeypatch.setattr("app.queries.requests_search.MOST", 2)
    old = site.take()
    for _ in range(3):
        closed = site.take()
        aside.cancel(site.store, site.clerk, closed.request_id, 1, "重复")
    assert [row.number for row in page(site.store, site.clerk, "open", text="制冷")] == [old.number]
    assert page(site.store, site.clerk, "open", text="\x00") == []


def plans(site: RequestsSite) -> dict[str, list[str]]:
    """The plan of every list, page, count and search, as SQLite tells it."""
    found: dict[str, list[str]] = {}
    store, current = site.store, "?"

    def note(
        connection: sa.Connection, cursor: object, statement: str, parameters: object, *rest: object
    ) -> None:
        if statement.startswith("SELECT"):
            raw = connection.connection.driver_connection
            assert raw is not None
            rows = raw.execute("EXPLAIN QUERY PLAN " + statement, parameters).fetchall()
            found.setdefault(current, []).extend(row[3] for row in rows)

    sa.event.listen(store.engine, "before_cursor_execute", note)
    clerk = site.clerk
    after = page(store, clerk, "all")[0].after
    for code in LISTS:
        current = code
        page(store, clerk, code)
        page(store, clerk, code, after)
    current = "counts"
    lists(store, clerk)
    current = "handlers"
    handlers(store, clerk)
    for text in ("1123-E001", "001", "13800138000", "8000", "空调不制冷", "shss", "王建国", "手术室"):
        current = f"search {text}"
        search(store, clerk, text)
        page(store, clerk, "open", text=text)
    current = "paper"
    list_of_days(store, clerk, date(2026, 11, 23), date(2026, 11, 23))
    follow_up_rows(store, clerk, date(2026, 11, 23), date(2026, 11, 23))
    slip(store, clerk)
    newest_day(store, clerk)
    sa.event.remove(store.engine, "before_cursor_execute", note)
    return found


@pytest.mark.parametrize("order", ["made", "turned"])
def test_no_plan_scans_requests(lite: RequestsSite, order: str) -> None:
    """GOALS: no list, count or search scans requests or sorts them, and open lists never read the closed ones.

    Whichever index was made first: SQLite takes the first of equal ones.
    """
    with lite.store.engine.begin() as connection:
        for index in sorted(requests.indexes, key=lambda one: str(one.name), reverse=order == "turned"):
            index.drop(connection)
            index.create(connection)
    filled(lite)
    lite.take(phone="13800138000")
    large = ("requests", "request_grams", "request_events", "dispatches", "follow_ups", "confirmations")
    for name, steps in plans(lite).items():
        for step in steps:
            scanned = re.match(r"SCAN (\w+)", step)
            assert not scanned or scanned[1] not in (*large, "search_keys"), (name, step)
        if name in LISTS:
            assert not any("TEMP B-TREE" in step for step in steps), (name, steps)
    every = plans(lite)
    for name in LISTS:
        wanted = INDEXES.get(name, "ix_requests_open")
        used = [step for step in every[name] if "requests" in step]
        assert len(used) == 2
        assert all(f"INDEX {wanted} (" in step for step in used), (name, used)
    used = [step for step in every["counts"] if "requests" in step]
    assert used
    assert all("COVERING INDEX" in step for step in used), used


def test_the_card_shows_everything(site: RequestsSite) -> None:
    """REQ-1, REQ-2, REQ-8: stations and stamps with who and when, history newest first, what can be done."""
    done = site.at("confirmed", phone="13800138000")
    shown = card(site.store, site.clerk, done.request_id)
    assert [one.progress for one in shown.stations] == ["done", "done", "done", "current", "open", "open"]
    assert [one.by for one in shown.stations] == ["王建国", "王建国", "赵刚", "王建国", "", ""]
    assert shown.stations[2].at == START + 2 * MINUTE
    assert [(one.code, one.by, one.at is None) for one in shown.stamps] == [
        ("told", "王建国", False),
        ("promised", "王建国", False),
        ("result_told", "王建国", False),
        ("satisfied", "", True),
    ]
    assert shown.phone == "*******8000"
    assert (shown.next_step, shown.missing_to_close) == (
        "set_satisfied",
        ("not_followed_up", "not_satisfied"),
    )
    assert {"set_satisfied", "follow_up", "reopen"} <= shown.allowed
    assert "close" not in shown.allowed
    assert [one.what for one in shown.events] == list(reversed(site.events(done.request_id)))
    assert (shown.handler, shown.clerk, shown.manager_talk) == ("赵刚", "王建国", None)
    assert shown.dispatches[0].result == "换了压缩机"
    assert shown.confirmations[0].answer == "satisfied"
    assert shown.request.version == done.version


def test_unmasking_needs_the_right_and_is_logged(site: RequestsSite) -> None:
    """The phone in full: the right, and an audit record; masked it leaves none."""
    taken = site.take(phone="13800138000")
    with pytest.raises(DomainError, match="no_right"):
        card(site.store, site.clerk, taken.request_id, unmask=True)
    shown = card(site.store, site.manager, taken.request_id, unmask=True, reason="回电")
    assert shown.phone == "13800138000"
    with site.store.reading() as connection:
        actions = list(
            connection.execute(sa.select(audit_records.c.action).order_by(audit_records.c.seq)).scalars()
        )
    assert actions == ["requests.take", "requests.unmask"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_has_its_sentence(lite: RequestsSite, language: str) -> None:
    """Every kind of event that the operations write is worded in both languages, with names and local times."""
    words, store, clerk = Words(language), lite.store, lite.clerk
    first = lite.at("closed")
    again = aside.reopen(store, clerk, first.request_id, first.version, "又坏了")
    noted = lite.take(first_contact_id=lite.people["孙立"], promised_at=START + 600 * MINUTE)
    version = stamps.tell(store, clerk, noted.request_id, 1).version
    version = stamps.promise(store, clerk, noted.request_id, version, START + 500 * MINUTE, "陈静").version
    version = stamps.promise(
        store, clerk, noted.request_id, version, START + 550 * MINUTE, "陈静", "改期"
    ).version
    version = aside.pause(store, clerk, noted.request_id, version, "parts", START + 600 * MINUTE).version
    version = aside.resume(store, clerk, noted.request_id, version).version
    version = way.dispatch(store, clerk, noted.request_id, version, lite.people["赵刚"]).version
    version = aside.return_(store, clerk, noted.request_id, version, "不会").version
    version = way.re_dispatch(store, clerk, noted.request_id, version, lite.people["赵刚"]).version
    version = way.transfer(store, clerk, noted.request_id, version, lite.people["钱进"]).version
    version = way.begin(store, clerk, noted.request_id, version).version
    version = stamps.hand_over(store, clerk, noted.request_id, version, lite.people["李婷"]).version
    version = taking.change_words(store, clerk, noted.request_id, version, "漏水").version
    taking.add_note(store, clerk, noted.request_id, "备注")
    aside.cancel(store, clerk, noted.request_id, version, "不要了")
    missed = lite.at("confirmed", channel="hotline_complaints", special=True)
    version = way.follow_up(store, lite.other_clerk, missed.request_id, missed.version, "not_reached").version
    version = stamps.manager_talked(store, lite.manager, missed.request_id, version, "谈过").version
    version = stamps.set_satisfied(store, clerk, missed.request_id, version).version
    version = way.follow_up(
        store, lite.other_clerk, missed.request_id, version, "dissatisfied", who="陈静", words="不行"
    ).version
    aside.end_unsatisfied(store, lite.manager, missed.request_id, version, "谈不拢")
    silent = lite.at("confirmed")
    way.follow_up(store, lite.other_clerk, silent.request_id, silent.version, "not_reached")
    seen = {}
    for key in (again.request_id, noted.request_id, missed.request_id, silent.request_id):
        for event in card(store, clerk, key).events:
            text = event_text(words, ZONE, event)
            assert text
            assert "{" not in text
            seen[event.what] = text
    texts = {key.removeprefix("event_") for key in words.file("requests") if key.startswith("event_")}
    assert set(seen) == texts
    if language == "zh_CN":
        assert seen["transferred"] == "由赵刚转派给钱进"
        assert seen["promise_noted"] == "记下希望时限 11-23 19:00，待孙立向李护士长承诺"


def test_finding(site: RequestsSite) -> None:
    """REQ-9: by number in full and in part, by words, phone, customer (pinyin too), contact and person."""
    first = site.take(phone="13800138000")
    site.clock.turn(24 * 60)
    second = site.take(customer_id=site.customers["骨科"], contact="陈静", words="灯管坏了，请来修")
    way.dispatch(site.store, site.clerk, second.request_id, 1, site.people["钱进"])

    def found(text: str) -> list[tuple[str, str]]:
        return [(row.number, row.found_by) for row in search(site.store, site.clerk, text)]

    one, two = first.number, second.number
    assert (one, two) == ("1123-E001", "1124-E001")
    for text in ("1123-E001", "1123e1", "YHS1123E001" + _check("YHS1123E001")):
        assert found(text) == [(one, "number")], text
    for text in ("E001", "001", "1"):
        assert found(text) == [(two, "number"), (one, "number")], text
    assert found("Z001") == []
    for text in ("13800138000", "+86 138-0013-8000", "8000"):
        assert found(text) == [(one, "phone")], text
    for text in ("不制冷", "空调 不", "制冷"):
        assert found(text) == [(one, "words")], text
    assert found("管坏") == [(two, "words")]
    assert found("修坏") == []
    for text in ("shss", "手术", "李护士长"):
        assert found(text) == [(one, "customer")], text
    assert found("8055") == [(two, "customer")]
    assert found("qianjin") == [(two, "person")]
    assert {number for number, _ in found("王建国")} == {one, two}
    assert found("") == found("  ") == found("不存在的") == []


def _check(body: str) -> str:
    from app.domain.own_codes import make_code

    return make_code("job_slip", body.removeprefix("YHS"))[-1]


def test_common_words_page_on(site: RequestsSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words that many requests share: the newest first, and bigrams that only stand apart are left out."""
    monkeypatch.setattr("app.queries.requests_search._CHUNK", 3)
    wanted = []
    for number in range(12):
        # Both have 灯不, 不亮 and 亮灯; only one of two has them side by side.
        text = "灯不亮灯" if number % 2 else "亮灯,灯不,不亮"
        taken = site.take(words=text)
        if number % 2:
            wanted.append(taken.number)
    rows = search(site.store, site.clerk, "亮灯", limit=50)
    assert len(rows) == 12
    with site.store.reading() as connection:
        keys = by_words(site.store, connection, "不亮灯", 50)
    numbers = [row.number for row in search(site.store, site.clerk, "不亮灯", limit=50)]
    assert len(keys) == 6
    assert numbers == wanted[::-1]


def test_words_are_looked_for_beyond_the_first_few(site: RequestsSite) -> None:
    """REQ-9: as many as are wanted are found behind requests that only have the same bigrams, the newest first."""
    wanted = [site.take(words="灯不亮灯").number for _ in range(3)]
    for _ in range(9):
        site.take(words="亮灯,灯不,不亮")
    for limit in (1, 2, 3):
        rows = search(site.store, site.clerk, "不亮灯", limit=limit)
        assert [row.number for row in rows] == wanted[::-1][:limit]


def test_who_can_take_the_job(site: RequestsSite) -> None:
    """The dispatch choice: who has the skill, is here and has the least to do comes first."""
    site.at("dispatched")
    with site.store.engine.begin() as connection:
        connection.execute(sa.text("UPDATE staff SET away = true WHERE name = '李婷'"))
    shown = {one.name: one for one in handlers(site.store, site.clerk, site.items["空调维修"])}
    assert "孙立" not in shown
    assert next(iter(shown)) == "赵刚"
    assert list(shown)[-1] == "李婷"
    assert isinstance(shown["赵刚"], Handler)
    assert (shown["赵刚"].fits, shown["赵刚"].open_jobs) == (True, 1)
    assert (shown["钱进"].fits, shown["钱进"].open_jobs) == (False, 0)
    assert handlers(site.store, site.clerk)[0].name == "钱进"
    assert {one.name for one in items(site.store, site.clerk)} == {"空调维修", "贵宾接待"}


def test_papers(site: RequestsSite) -> None:
    """REQ-7, REQ-10: the slip with local times and its QR, the list, the follow-up form with and without answers."""
    done = site.at("dispatched", item_id=site.items["空调维修"], promise_reason="配件")
    printed = slip(site.store, site.clerk)
    assert printed.request_id == done.request_id
    assert printed.qr.startswith("YHS1123E001")
    assert (printed.kind, printed.handler, printed.urgent) == ("空调维修", "赵刚", False)
    assert f"{printed.received_at:%H:%M}" == "09:00"
    asked = site.at("followed_up")
    waiting = site.at("confirmed")
    day = newest_day(site.store, site.clerk)
    assert day == date(2026, 11, 23)
    lines = list_of_days(site.store, site.clerk, day, day)
    assert [line.number for line in lines] == [done.number, asked.number, waiting.number]
    assert [line.state for line in lines] == ["dispatched", "followed_up", "confirmed"]
    assert list_of_days(site.store, site.clerk, date(2026, 11, 24), date(2026, 11, 24)) == []
    assert [line.number for line in list_for_paper(site.store, site.clerk, "open")] == [
        waiting.number,
        asked.number,
        done.number,
    ]
    assert [line.number for line in follow_up_rows(site.store, site.clerk)] == [waiting.number]
    rows = follow_up_rows(site.store, site.clerk, day, day)
    assert [(line.number, line.answer, line.asked_by) for line in rows] == [
        (asked.number, "satisfied", "李婷"),
        (waiting.number, "", ""),
    ]


def test_a_follow_up_form_of_many_requests_has_every_answer(
    lite: RequestsSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """REQ-7: answers are fetched by keys, a part of the days' requests at a time."""
    monkeypatch.setattr("app.queries.requests_paper.PART", 2)
    asked = [lite.at("followed_up").number for _ in range(5)]
    day = newest_day(lite.store, lite.clerk)
    assert day is not None
    rows = follow_up_rows(lite.store, lite.clerk, day, day)
    assert [(line.number, line.answer) for line in rows] == [(number, "satisfied") for number in asked]


def test_papers_take_what_the_queries_give() -> None:
    """The fields of the values fit those of the papers, so that the command line only adds words and letterhead."""
    from app.queries.requests_paper import FollowUpLine, ListLine, Slip

    for paper, values, own in (
        (papers.JobSlip, Slip, {"letterhead", "materials"}),
        (papers.RequestRow, ListLine, set()),
        (papers.FollowUpRow, FollowUpLine, set()),
    ):
        wanted = {one.name for one in fields(paper)} - own
        assert wanted <= {one.name for one in fields(values)}, paper


def test_queries_answer_frozen_values(lite: RequestsSite) -> None:
    """Nothing of the database leaves a query."""
    lite.take()
    (row,) = page(lite.store, lite.clerk, "all")
    assert isinstance(row, RequestRow)
    with pytest.raises(AttributeError):
        row.number = "x"  # type: ignore[misc]  # that it is frozen is what is tested
    assert get_type_hints(page)["return"] == list[RequestRow]
    with lite.store.reading() as connection:
        statement = page_select(lite.store, lite.clerk, connection, "open", None, 5, START)
    assert "OFFSET" not in str(statement)
    assert "OFFSET" not in str(words_select(SITE, "空调", [], None))
    assert looking.PAGE == 100


@pytest.mark.parametrize("typed", ["kt", "ktwx", "kongtiao", "空调", "维修"])
def test_a_request_is_found_by_its_service_item(site: RequestsSite, typed: str) -> None:
    """REQ-9: by pinyin and by any piece of the item's name, also where nobody wrote a word; open or closed."""
    item = site.items["空调维修"]
    silent = site.take(item_id=item, words="").number
    closed = site.at("closed", item_id=item, words="五号", promise_reason="等配件").number
    other = site.take(words="灯不亮").number
    found = {row.number: row.found_by for row in search(site.store, site.clerk, typed)}
    assert found == {silent: "item", closed: "item"}
    assert {row.number for row in page(site.store, site.clerk, "open", text=typed)} == {silent}
    assert {row.number for row in page(site.store, site.clerk, "all", text=typed)} == {silent, closed}
    assert other not in found


def test_a_told_number_is_shown_whatever_the_filter_and_the_rest_is_counted(site: RequestsSite) -> None:
    """REQ-9: today's number first, though it is closed; a number in full too; what is left outside is counted."""
    yesterday = site.at("dispatched")
    gone = site.at("closed").number
    assert [row.number for row in page(site.store, site.clerk, "open", text=gone[5:])] == [gone]
    site.clock.turn(24 * 60)
    today = site.at("closed").number
    tail = today[5:]
    assert yesterday.number.endswith(tail)
    assert elsewhere(site.store, site.clerk, "open", gone[5:]) == 1, "yesterday's closed one is only counted"
    shown = [(row.number, row.found_by) for row in page(site.store, site.clerk, "open", text=tail)]
    assert shown == [(today, "number"), (yesterday.number, "number")]
    assert elsewhere(site.store, site.clerk, "open", tail) == 0
    assert [row.number for row in page(site.store, site.clerk, "overdue", text=gone)] == [gone]
    assert elsewhere(site.store, site.clerk, "open", "手术室") == 2
    assert elsewhere(site.store, site.clerk, "all", "手术室") == 0
    assert elsewhere(site.store, site.clerk, "open", "  ") == 0


def test_a_request_without_words_is_named_by_its_kind_and_one_with_both_by_both(lite: RequestsSite) -> None:
    """REQ-8, REQ-9: neither the list on paper nor Ctrl+K drops the service item."""
    item = lite.items["空调维修"]
    silent = lite.take(item_id=item, words="")
    both = lite.take(item_id=item, words="滴水")
    texts = {line.number: line.text for line in list_for_paper(lite.store, lite.clerk, "open")}
    assert texts == {silent.number: "空调维修", both.number: "空调维修 · 滴水"}
    (row,) = FINDERS["requests"](lite.store, lite.clerk, silent.number, 5)
    assert (row["kind"], row["words"]) == ("空调维修", "")


def test_a_customer_that_is_on_no_list_is_told_from_one_that_is(lite: RequestsSite) -> None:
    """REQ-8."""
    on, off = lite.take(), lite.take(customer_id=None, customer="外单位")
    assert card(lite.store, lite.clerk, on.request_id).listed
    assert not card(lite.store, lite.clerk, off.request_id).listed
