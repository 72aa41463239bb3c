"""The form warns of what is on no list and takes it all the same; it keeps its marks and its place (REQ-8, LOOK)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from app.queries import requests as queries
from app.queries import requests_card as cards
from app.ui.requests.action_panel import ActionPanel
from app.ui.requests.choices import Choice
from tests.ui.requests.conftest import ALT, CONTROL, Screen

Key = Qt.Key


def newest(screen: Screen) -> cards.RequestCard:
    store, clerk = screen.desk.store, screen.desk.clerk
    return cards.card(store, clerk, queries.page(store, clerk, "all", None, 1)[0].request_id)


def test_a_customer_and_a_kind_on_no_list_are_said_in_amber_and_taken(screen: Screen) -> None:
    """REQ-8: initials that nobody has are not swallowed without a word; a warning never blocks."""
    form = screen.page.intake.form
    screen.key(Key.Key_N, CONTROL)
    screen.type("qxzq")
    said = form.error("customer")
    assert "不在通讯录" in said.text(), "as soon as nothing is found"
    assert said.isVisible()
    screen.key(Key.Key_Return)
    assert "qxzq" in said.text()
    screen.type("wwzz")
    screen.key(Key.Key_Return)
    assert "目录里没有" in form.error("item").text()
    screen.window.switch_language("en")
    assert "directory" in said.text()
    screen.window.switch_language("zh_CN")
    screen.next()
    card = newest(screen)
    assert (card.customer, card.request.words, card.listed) == ("qxzq", "wwzz", False)
    assert not said.text()
    screen.show("hot")
    assert not screen.page.card.unlisted.text()
    screen.page.show_request(card.request.id)
    screen.settle()
    assert screen.page.card.unlisted.text() == "不在通讯录"
    assert screen.page.card.unlisted.isVisible()


def test_who_is_on_the_list_is_not_warned_of(screen: Screen) -> None:
    form = screen.page.intake.form
    screen.key(Key.Key_N, CONTROL)
    screen.type("ss")
    assert not form.error("customer").text(), "while there are matches"
    screen.key(Key.Key_Return)
    screen.type("kt")
    screen.key(Key.Key_Return)
    assert not form.error("customer").text()
    assert not form.error("item").text()


def test_the_form_stays_in_front_when_the_language_changes(screen: Screen) -> None:
    """The clerk is on the phone: neither the form nor the focus moves."""
    page = screen.page
    screen.key(Key.Key_N, CONTROL)
    screen.type("sss")
    screen.key(Key.Key_Return)
    screen.key(Key.Key_N, CONTROL)
    screen.type("grk")
    screen.key(Key.Key_Return)
    page.intake.say_words.setFocus()
    screen.type("abc")
    screen.window.switch_language("en")
    screen.settle()
    assert page.front.currentWidget() is page.intake
    assert page.intake.customer.text() == "感染科"
    assert page.intake.say_words.hasFocus()
    assert len(page.parked.forms()) == 1


def test_after_another_tab_the_focus_is_where_it_was(screen: Screen) -> None:
    page = screen.page
    screen.key(Key.Key_N, CONTROL)
    screen.type("sss")
    screen.key(Key.Key_Return)
    screen.key(Key.Key_Return)
    screen.type("abc")
    assert page.intake.say_words.hasFocus()
    screen.window.show_page("visits")
    screen.settle()
    screen.window.show_page("requests")
    screen.settle()
    assert page.intake.say_words.hasFocus()


def test_the_chosen_promise_keeps_its_mark_when_something_else_is_refused(screen: Screen) -> None:
    """The form comes back from the operation with an error at another field."""
    intake = screen.page.intake
    screen.key(Key.Key_N, CONTROL)
    screen.type("sss")
    screen.key(Key.Key_Return)
    screen.key(Key.Key_3, ALT)
    assert intake.promised.quick() == "one_hour"
    screen.next()
    assert intake.form.error("words").text()
    assert intake.promised.quick() == "one_hour"
    screen.type("x")
    screen.desk.clock.pass_by(300)
    screen.key(Key.Key_N, CONTROL)
    screen.key(Key.Key_N, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert intake.promised.quick() == "one_hour", "parked and brought back"


def apart(one: QColor, other: QColor) -> int:
    parts = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return sum(abs(a - b) for a, b in parts)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_a_choice_that_is_taken_has_a_tick_and_one_with_the_focus_has_none(screen: Screen, look: str) -> None:
    """LOOK: the ring of the focus is not taken for a choice; the key's cap gives way to a tick."""
    screen.window.set_look(name=look)
    screen.show("hot")
    screen.next()
    screen.page.panels.begin("pause")
    screen.settle()
    panel = screen.page.card.panel()
    assert isinstance(panel, ActionPanel)
    chips = [chip for chip in panel.fields["reason"].findChildren(Choice) if chip.isVisible()]
    chips[0].setFocus()
    free, focused = chips[1], chips[0]
    ink, cap = (QColor(screen.services.theme.colour(name)) for name in ("accent_ink", "ink_soft"))

    def ticked(chip: Choice) -> bool:
        picture = chip.grab().toImage()
        where = chip.width() - 30, chip.width() - 12
        inside = ((x, y) for x in range(*where) for y in range(8, chip.height() - 8))
        # A thin line is drawn soft: near its ink, and nearer to it than to that of a key's cap.
        return any(
            apart(picture.pixelColor(*at), ink) < min(90, apart(picture.pixelColor(*at), cap))
            for at in inside
        )

    assert focused.hasFocus()
    assert not ticked(focused)
    assert not ticked(free)
    screen.key(Key.Key_1, ALT)
    assert ticked(focused)
