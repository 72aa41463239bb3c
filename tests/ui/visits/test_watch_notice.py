"""The watch list at the post: stops, hints, what F9 and Enter do meanwhile (VIS-11, VIS-3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.operations import watch_list as watching
from app.queries import watch_list as queries
from app.queries.visits import day_visits
from app.ui.visits.complete import CompleteDialog
from tests.operations.test_watch_list import values
from tests.ui.visits.conftest import Screen

Key, Control, Alt = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
NUMBER = "11010519491231002X"


def listed(screen: Screen, **more: Any) -> Any:
    """An entry that another PC made: the window hears of it by its change record."""
    post = screen.post
    key = watching.save_entry(post.store, post.actor("manager"), values(post.store, **more))
    screen.qtbot.waitUntil(lambda: screen.page.registration.watch._list._stale is False or _settled(screen))
    screen.settle()
    screen.settle()
    return key


def _settled(screen: Screen) -> bool:
    screen.settle()
    return not screen.page.registration.watch._list._stale


def hits(screen: Screen) -> list[queries.HitRow]:
    return queries.hits(screen.post.store, screen.post.actor("manager"))


def test_a_typed_number_stops_and_enter_cannot_run_over_it(screen: Screen) -> None:
    """VIS-11: Enter and Alt+1 take nothing until F10; what is typed stays; the guard sees what to do and not why."""
    listed(screen, todo="call_center", todo_words="分机 8001")
    registration = screen.page.registration
    stops: list[Any] = []
    registration.watch.stopped.connect(stops.append)
    screen.type("11010519491231002x")
    screen.key(Key.Key_Return)
    watch = registration.watch
    assert not watch.stop.isHidden()
    assert watch.what.text() == "重点关注：先联系服务中心（分机 8001）"
    assert watch.about.text() == "这位访客 · 证件号码相同"
    assert registration.entry is not None
    assert registration.entry.fields.document_number == NUMBER
    screen.type("李四")
    for _ in range(3):
        screen.key(Key.Key_Return)
    assert registration.entry.fields.visitor == ""
    assert registration.line.text() == "李四"
    assert registration.choices.hint == screen.services.words("watch_list.stop_first")
    screen.key(Key.Key_F10)
    assert not watch.holds(registration.entry)
    screen.key(Key.Key_Return)
    assert registration.entry.fields.visitor == "李四"
    [row] = hits(screen)
    assert (row.exact, row.seen_by, row.done) == (True, screen.post.guard.name, "")
    assert watch.about.text() == "李四 · 证件号码相同"
    screen.key(Key.Key_J, Alt)
    assert watch.about.text().endswith("已记：劝返")
    assert hits(screen)[0].done == "turned_away"
    assert [one.basis for one in stops] == ["number"]


def test_f9_returns_the_document_while_a_stop_is_up(screen: Screen) -> None:
    """VIS-11, VIS-3: never blocked; the record is marked, the stop stays by name till it is acknowledged."""
    listed(screen)
    registration = screen.page.registration
    screen.type("李四")
    screen.key(Key.Key_Return)
    screen.type(NUMBER)
    screen.key(Key.Key_Return)
    assert registration.watch.holds(registration.entry)
    screen.key(Key.Key_F9)
    assert registration.entry is None
    [row] = [row for row in day_visits(screen.post.store, screen.post.guard) if row.watched]
    assert (row.visitor, row.open) == ("李四", False)
    assert not registration.watch.stop.isHidden()
    assert "李四" in registration.watch.about.text()
    screen.type("王五")
    screen.key(Key.Key_Return)
    assert registration.entry is not None
    assert registration.entry.fields.visitor == "王五"
    screen.key(Key.Key_B, Control)
    assert registration.watch.stop.isHidden()
    assert hits(screen)[0].seen_by == screen.post.guard.name


def test_f9_on_what_is_only_typed_is_looked_up_too(screen: Screen) -> None:
    """VIS-11: a number that was never taken by Enter goes back with F9 and is met all the same."""
    listed(screen, name="")
    screen.type(NUMBER)
    screen.key(Key.Key_F9)
    assert not screen.page.registration.watch.stop.isHidden()
    assert len(hits(screen)) == 1


def test_a_returning_visitor_is_stopped_whose_number_the_window_never_had(screen: Screen) -> None:
    """VIS-5, VIS-11, VIS-14: taken from the matches; then taken up again, it is one hit."""
    screen.post.register(visitor="李四海", document_number=NUMBER)
    listed(screen, name="")
    registration = screen.page.registration
    screen.type("lsh")
    screen.key(Key.Key_Return)
    assert registration.entry is not None
    assert registration.entry.fields.document_number == ""
    assert "李四海 · 证件号码相同" in registration.watch.about.text()
    screen.key(Key.Key_Escape)
    assert not registration.watch.stop.isHidden()
    screen.page._resume_marked()
    screen.settle()
    assert registration.watch.holds(registration.entry)
    assert len(hits(screen)) == 1


def test_a_near_match_hints_in_one_line_and_stops_nothing(screen: Screen) -> None:
    """VIS-11: amber, no key needed, Enter goes on; gone with the registration, logged."""
    listed(screen, name="单雄信", number="")
    registration = screen.page.registration
    screen.type("善雄信")
    screen.key(Key.Key_Return)
    watch = registration.watch
    assert watch.stop.isHidden()
    assert watch.hint.text() == "和名单相近（姓名读音相同），请再核对一眼。若是本人：请领班到场"
    screen.type(NUMBER)
    screen.key(Key.Key_Return)
    assert registration.entry is not None
    assert registration.entry.fields.document_number == NUMBER
    screen.key(Key.Key_F9)
    assert watch.hint.isHidden()
    [row] = hits(screen)
    assert (row.exact, row.basis) == (False, "sound")


def test_an_answer_alone_acknowledges(screen: Screen) -> None:
    """VIS-11: who presses *supervisor called* has seen it."""
    listed(screen)
    screen.type(NUMBER)
    screen.key(Key.Key_Return)
    screen.key(Key.Key_L, Alt)
    registration = screen.page.registration
    assert not registration.watch.holds(registration.entry)
    [row] = hits(screen)
    assert (row.done, row.seen_by, row.done_by) == ("leader", *[screen.post.guard.name] * 2)
    screen.key(Key.Key_F10)
    assert hits(screen) == [row]


def test_two_stops_wait_for_one_key_each(screen: Screen) -> None:
    """VIS-11, VIS-4: the next one comes when the first is acknowledged; none is lost."""
    listed(screen)
    listed(screen, name="", number="E12345678")
    watch = screen.page.registration.watch
    for number in (NUMBER, "E12345678"):
        screen.type(number)
        screen.key(Key.Key_Return)
        screen.key(Key.Key_F9)
    assert "后面还有 1 位" in watch.what.text()
    screen.key(Key.Key_F10)
    assert not watch.stop.isHidden()
    screen.key(Key.Key_F10)
    assert watch.stop.isHidden()
    assert all(row.seen_by for row in hits(screen))
    assert len(hits(screen)) == 2


def test_the_completing_form_is_looked_up(screen: Screen) -> None:
    """VIS-3, VIS-11: a number that is filled in afterwards meets the list as well."""
    listed(screen)
    row = screen.post.register(visitor="李四")

    def fill(dialog: Any) -> None:
        assert isinstance(dialog, CompleteDialog)
        dialog.number.setText(NUMBER)
        dialog.take()

    screen.answer(fill)
    screen.page._open_visit(row.visit_id)
    screen.qtbot.waitUntil(lambda: len(hits(screen)) == 1)
    screen.settle()
    assert "李四" in screen.page.registration.watch.about.text()


def test_an_entry_that_ends_at_midnight_is_met_no_more(screen: Screen) -> None:
    """VIS-11: the window stays open over midnight and reads nothing anew."""
    today = queries.site_day(screen.post.store)
    listed(screen, valid_until=today, review_on=today)
    local = screen.post.clock.now().astimezone(screen.post.store.site.zone)
    tomorrow = (local + timedelta(days=1)).replace(hour=0, minute=1)
    screen.post.clock.pass_by((tomorrow - local).total_seconds())
    screen.type(NUMBER)
    screen.key(Key.Key_Return)
    assert screen.page.registration.watch.stop.isHidden()
    assert hits(screen) == []


def test_no_list_no_work(screen: Screen) -> None:
    """VIS-11: without an entry nothing is shown, nothing is written, Enter goes on."""
    registration = screen.page.registration
    screen.type("李四")
    screen.key(Key.Key_Return)
    assert registration.watch.isHidden() or not registration.watch.isVisible()
    assert hits(screen) == []


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_its_keys_are_on_the_key_page_and_in_both_languages(screen: Screen, language: str) -> None:
    screen.services.words.switch(language)
    screen.page.retranslate()
    screen.page.registration.retranslate()
    keys = dict(screen.page.keys())[screen.services.words("watch_list.keys_title")]
    assert [key for key, _ in keys] == ["F10  Ctrl+B", "Alt+L", "Alt+J", "Alt+F"]


def test_another_guard_still_sees_what_waits(screen: Screen) -> None:
    """VIS-11, VIS-16: a change of guard takes no stop away; who acknowledges it is who was there."""
    listed(screen)
    screen.type(NUMBER)
    screen.key(Key.Key_Return)
    other = screen.post.actor("supervisor")
    screen.services.session.enter(
        replace(screen.services.session.now, actor=other, person=other.name, rights=other.rights)
    )
    screen.settle()
    assert not screen.page.registration.watch.stop.isHidden()
    screen.key(Key.Key_F10)
    assert hits(screen)[0].seen_by == other.name
