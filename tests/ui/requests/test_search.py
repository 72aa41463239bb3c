"""Searching at the desk: what is shown is what was meant, and what the filter hides is said (REQ-9)."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from PySide6.QtCore import Qt

from app.operations import requests_aside as aside
from app.queries import requests_card as cards
from app.queries.requests import RequestRow
from app.ui.requests.action_panel import ActionPanel
from app.ui.requests.page_keys import EVERYWHERE_KEY
from tests.ui.requests.conftest import ALT, CONTROL, Screen

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


def search(screen: Screen, text: str) -> None:
    screen.key(Key.Key_Slash)
    screen.type(text)


def cancel(screen: Screen, name: str) -> cards.RequestCard:
    """Cancelled behind the window's back."""
    desk = screen.desk
    card = cards.card(desk.store, desk.clerk, screen.made[name])
    aside.cancel(desk.store, desk.clerk, card.request.id, card.request.version, "打错了")
    screen.settle()
    return card


def numbers(screen: Screen) -> list[str]:
    model = screen.page.list.model
    rows = [model.row_at(at) for at in range(model.rowCount())]
    return [cast("RequestRow", row).number for row in rows]


def test_of_a_search_that_finds_nothing_no_request_is_in_front(screen: Screen) -> None:
    """REQ-9: no key reaches a request that the search did not mean; without the search it is back."""
    page = screen.page
    screen.show("hot")
    search(screen, "zzzz")
    assert page.front.currentWidget() is page.empty
    screen.next()
    screen.key(Key.Key_T, ALT)
    assert page.card.panel() is None
    assert not [one for one in page.commands() if "1123" in one.text]
    screen.desk.take("骨科", words="别处来的")
    screen.settle()
    assert page.front.currentWidget() is page.empty, "what others do does not bring it back"
    screen.key(Key.Key_Escape)
    assert page.front.currentWidget() is page.card
    assert page.current == screen.made["hot"]
    assert page.list.view.hasFocus(), "the next slash is a search again, not a sign of this one"


def test_a_panel_that_is_being_filled_in_stays_when_a_search_finds_nothing(screen: Screen) -> None:
    """Nothing typed is lost."""
    screen.show("hot")
    screen.next()
    screen.compose("fengji", "换了风机")
    screen.key(Key.Key_F, CONTROL)
    screen.type("zzzz")
    assert isinstance(screen.page.card.panel(), ActionPanel)


def test_todays_number_comes_first_though_the_filter_does_not_hold_it(screen: Screen) -> None:
    """REQ-9: the number that is told on the phone is today's, closed or not."""
    made = cancel(screen, "lock").request
    old = made.number.partition("-")[2]
    screen.desk.clock.pass_by(86_400)
    today = screen.desk.take("骨科", words="今天的")
    assert today.number.startswith("11")
    # The same sequence again today, then closed: what is left in the list is another customer's.
    while not today.number.endswith(old):
        today = screen.desk.take("骨科", words="今天的")
    aside.cancel(screen.desk.store, screen.desk.clerk, today.request_id, today.version, "打错了")
    screen.show("hot")
    search(screen, old)
    assert numbers(screen)[0] == today.number
    assert screen.page.current == today.request_id
    screen.key(Key.Key_Return)
    assert screen.page.current == today.request_id


def test_what_a_search_finds_outside_the_filter_is_said_and_a_key_goes_there(screen: Screen) -> None:
    """REQ-9: «另有 n 件» beside hits of the filter too, not only when there is none."""
    page, desk = screen.page, screen.desk
    desk.take("手术室", words="门坏")
    cancel(screen, "hot")
    desk.clock.pass_by(60)
    search(screen, "sss")
    assert len(numbers(screen)) == 1
    assert page.list.outside.isVisible()
    assert page.list.outside.text() == "“全部”里另有 1 件"
    assert page.list.outside.key == EVERYWHERE_KEY
    screen.key(Key.Key_F, CONTROL | SHIFT)
    assert page.filters.current == "all"
    assert len(numbers(screen)) == 2
    assert not page.list.outside.isVisible()


def test_enter_goes_where_all_of_it_is(screen: Screen) -> None:
    """REQ-9: nothing in the filter, something outside: Enter goes there and into the rows."""
    page = screen.page
    cancel(screen, "hot")
    search(screen, "sss")
    assert not numbers(screen)
    assert page.list.empty.text() == "这个列表里没有“sss”。"
    screen.key(Key.Key_Return)
    assert page.filters.current == "all"
    assert page.current == screen.made["hot"]
    assert page.list.view.hasFocus()


def test_what_was_just_done_stays_in_front_when_it_leaves_the_search(screen: Screen) -> None:
    """The message speaks of this request: the card does not jump to the next one."""
    page, desk = screen.page, screen.desk
    desk.clock.pass_by(60)
    desk.take("手术室", words="门坏")
    search(screen, "sss")
    screen.key(Key.Key_Down)
    screen.show("hot")
    screen.key(Key.Key_Q, ALT)
    screen.compose("dacuo", "打错了")
    screen.next()
    assert len(numbers(screen)) == 1
    assert page.current == screen.made["hot"]
    assert page.card.card is not None
    assert page.card.card.request.id == screen.made["hot"]


def test_a_pause_beyond_the_promised_time_says_so(screen: Screen) -> None:
    """REQ-5: the promised time goes on running; the pause is possible all the same."""
    screen.show("hot")
    screen.key(Key.Key_G, ALT)
    panel = screen.page.card.panel()
    assert isinstance(panel, ActionPanel)
    promised = panel.card.request.promised_at
    assert promised is not None
    screen.key(Key.Key_1, ALT)
    panel.fields["resume_at"].line.setFocus()
    screen.type("+1")
    said = panel.form.error("resume_at")
    assert not said.text()
    screen.type("80")
    assert "承诺时限" in said.text()
    screen.window.switch_language("en")
    assert "promise" in said.text()
    screen.next()
    card = cards.card(screen.desk.store, screen.desk.clerk, screen.made["hot"])
    assert card.request.paused
    assert card.request.resume_at is not None
    assert card.request.resume_at > promised + timedelta(hours=2)


def test_who_gets_the_job_is_not_offered_as_his_own_helper(screen: Screen) -> None:
    """REQ-1: neither is who helps already; and who was a helper first is none when he gets the job."""
    screen.show("lock")
    screen.next()
    panel = screen.page.card.panel()
    assert isinstance(panel, ActionPanel)
    handler, helpers = panel.fields["handler"], panel.fields["helpers"]
    screen.key(Key.Key_Return)
    assert helpers.line.hasFocus()
    offered = [match.title for match in helpers.line.matches()]
    assert offered
    assert handler.text() not in offered
    screen.key(Key.Key_Return)
    helper = helpers.shown()
    assert helper == offered[0]
    handler.setFocus()
    handler.selectAll()
    screen.compose("xingming", helper)
    screen.key(Key.Key_Return)
    assert handler.text() == helper
    assert helpers.shown() == ""
