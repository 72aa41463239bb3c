"""Typing that misses the line, and 还证 by the mouse: nothing typed is lost, the clock starts (VIS-2, VIS-3, VIS-8)."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.queries import visits as queries
from tests.ui.visits.conftest import Screen

Key, Modifier = Qt.Key, Qt.KeyboardModifier


def somebody(screen: Screen, name: str) -> None:
    screen.post.register(visitor=name)
    screen.services.bus.publish({"visits"})
    screen.settle()


def typed_where_the_focus_is(screen: Screen, text: str) -> None:
    for letter in text:
        QTest.keyClicks(QApplication.focusWidget() or screen.page, letter)
    screen.settle()


def test_a_click_on_returned_leaves_the_focus_in_the_line(screen: Screen) -> None:
    """VIS-2: what is typed after the click is the next visitor, and his clock runs."""
    registration = screen.page.registration
    screen.type("甲")
    QTest.mouseClick(registration.button, Qt.MouseButton.LeftButton)
    screen.settle()
    assert [row.visitor for row in queries.day_visits(screen.post.store, screen.post.guard)] == ["甲"]
    typed_where_the_focus_is(screen, "zhsh")
    assert registration.line.text() == "zhsh"
    assert registration.clock.running()


def test_the_button_returns_the_marked_one_as_f9_does(screen: Screen) -> None:
    """VIS-3: with an empty line the click acts on the marked registration; the keypad's plus too."""
    for name in ("甲", "乙"):
        screen.key(Key.Key_F2)
        screen.type(name)
        screen.key(Key.Key_Return)
        screen.key(Key.Key_Escape)
    QTest.mouseClick(screen.page.registration.button, Qt.MouseButton.LeftButton)
    screen.settle()
    rows = queries.day_visits(screen.post.store, screen.post.guard)
    assert {row.visitor: row.open for row in rows} == {"甲": False, "乙": True}
    screen.key(Key.Key_Plus, Modifier.KeypadModifier)
    rows = queries.day_visits(screen.post.store, screen.post.guard)
    assert not any(row.open for row in rows)


def test_typing_on_a_list_goes_into_the_line_and_starts_the_clock(screen: Screen) -> None:
    """VIS-8: the first letter goes with the others; arrows, Home, End and F-keys stay the list's."""
    somebody(screen, "甲")
    somebody(screen, "乙")
    registration, table = screen.page.registration, screen.page.lists.tables["on_site"]
    screen.key(Key.Key_Down, Modifier.ControlModifier)
    assert table.hasFocus()
    screen.key(Key.Key_Down)
    assert table.hasFocus()
    assert table.currentIndex().row() == 1
    screen.key(Key.Key_F3)
    screen.key(Key.Key_Space)
    assert registration.line.text() == ""
    assert not registration.clock.running()
    screen.key(Key.Key_Down, Modifier.ControlModifier)
    typed_where_the_focus_is(screen, "1381")
    assert registration.line.text() == "1381"
    assert registration.line.hasFocus()
    assert registration.clock.running()


def test_typing_on_a_chip_goes_into_the_line(screen: Screen) -> None:
    """VIS-8: after a click on the name of a list, typing is a registration."""
    somebody(screen, "甲")
    chip = screen.page.lists.bar.button("today")
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    screen.settle()
    chip.setFocus()
    typed_where_the_focus_is(screen, "lwx")
    assert screen.page.registration.line.text() == "lwx"


def test_tab_back_into_the_line_marks_nothing(screen: Screen) -> None:
    """Nothing typed is lost: the letter after Tab is added, it does not replace."""
    line = screen.page.registration.line
    screen.type("zh")
    screen.key(Key.Key_Tab)
    assert not line.hasFocus()
    while not line.hasFocus():
        screen.key(Key.Key_Tab)
    typed_where_the_focus_is(screen, "sh")
    assert line.text() == "zhsh"
