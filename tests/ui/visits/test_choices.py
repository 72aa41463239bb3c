"""The list under the entry line where the window is low."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.visits import NONE_REASONS
from app.ui.language import Language
from app.ui.theme import Look, Theme, start_look
from app.ui.visits.choices import ChoiceList
from app.ui.visits.offers import none_reasons


@pytest.fixture
def look(qapp: QApplication) -> Look:
    return start_look(qapp, Theme.load("light"), 1.0, True)


def low(look: Look, qtbot: QtBot, rows: float) -> ChoiceList:
    """So low that not all reasons fit, however squeezed."""
    shown = ChoiceList(look)
    qtbot.addWidget(shown)
    shown.show_choices(tuple(none_reasons(Language("zh_CN"))))
    shown.resize(800, round(look.px(6) + rows * look.row("post") * 0.6))
    shown.show()
    return shown


def mark(shown: ChoiceList, look: Look) -> list[int]:
    """Where the scroll mark is painted at the right edge."""
    picture = shown.grab().toImage()
    ink = QColor(look.colour("line_strong"))
    return [y for y in range(picture.height()) if picture.pixelColor(picture.width() - 3, y) == ink]


def test_the_last_reason_is_reached_and_the_list_says_that_it_goes_on(look: Look, qtbot: QtBot) -> None:
    """VIS-7, VIS-8: all five reasons for no document, by keyboard, in a list of four rows."""
    shown = low(look, qtbot, 4.2)
    assert (shown.fitting(), shown.first()) == (4, 0)
    above = mark(shown, look)
    assert above
    for _ in range(9):
        shown.step(1)
    assert shown.current() == shown.choices[len(NONE_REASONS) - 1]
    assert shown.first() == 1
    below = mark(shown, look)
    assert below[-1] > above[-1]
    taken: list[int] = []
    shown.taken.connect(taken.append)
    at = QPoint(100, shown.height() - 8)
    QTest.mouseClick(shown, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert taken == [4]
    for _ in range(9):
        shown.step(-1)
    assert shown.first() == 0


def test_a_list_that_fits_has_no_mark(look: Look, qtbot: QtBot) -> None:
    shown = low(look, qtbot, 5.2)
    assert shown.fitting() == len(NONE_REASONS)
    assert mark(shown, look) == []
