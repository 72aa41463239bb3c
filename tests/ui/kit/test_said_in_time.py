"""A clock that ended goes quiet; a message said before the window was large lies at its foot all the same."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.ui.language import Language
from app.ui.theme import Look
from app.ui.widgets.clock import HeldClock
from app.ui.widgets.strip import Strip


@pytest.fixture
def words() -> Language:
    return Language("zh_CN")


def test_the_final_figure_stands_for_a_while_only(qtbot: QtBot, look: Look, words: Language) -> None:
    """VIS-2: red figures on the wall mean a document in hand."""
    clock = HeldClock(look, words, stays=20)
    qtbot.addWidget(clock)
    clock.stop(28.4)
    assert (clock.figures(), clock.state()) == ("+03.4", "over")
    qtbot.waitUntil(lambda: clock.state() == "idle")
    clock.stop(3.0)
    clock.start()
    clock.stop(30.0)
    assert clock.state() == "over"


def test_a_new_document_stops_the_old_figures_going(qtbot: QtBot, look: Look, words: Language) -> None:
    clock = HeldClock(look, words, stays=20)
    qtbot.addWidget(clock)
    clock.stop(28.4)
    clock.start()
    qtbot.wait(60)
    assert clock.running()


def test_an_empty_bar_does_not_look_full_in_high_contrast(qtbot: QtBot, look: Look, words: Language) -> None:
    """Its inside is nearer to the paper than to the fill, in every theme."""
    for name in ("light", "dark", "high_contrast"):
        look.use(name=name)
        clock = HeldClock(look, words)
        qtbot.addWidget(clock)
        clock.resize(300, 160)
        picture = clock.grab().toImage()
        top = look.px(24) + round(clock._figure_font(False).pixelSize() * 1.02) + look.px(12)
        inside = QColor(picture.pixel(150, round(top) + look.px(6)))
        paper, ink = look.colour("paper"), look.colour("ink")
        assert abs(inside.lightness() - paper.lightness()) < abs(inside.lightness() - ink.lightness()), name
    look.use(name="light")


def test_a_message_said_before_the_window_was_shown_lies_at_its_foot(qtbot: QtBot, look: Look) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(400, 300)
    strip = Strip(look, page, overlay=True)
    strip.say("上次没有正常关", "warn")
    page.resize(1200, 800)
    page.show()
    page.resize(1366, 768)
    assert strip.geometry().bottom() > 768 - look.px(10)
    assert strip.width() == 1366 - 2 * look.px(24)


def test_the_figures_of_an_hour_are_not_cut(qtbot: QtBot, look: Look, words: Language) -> None:
    """VIS-2: a draft of yesterday comes back with its clock; it is still read whole."""
    clock = HeldClock(look, words)
    qtbot.addWidget(clock)
    clock.resize(look.px(272), clock.sizeHint().height())
    for seconds in (12.0, 999.0, 4212.6, 100_000.0):
        clock.stop(seconds)
        wide = QFontMetrics(clock._figure_font(True)).horizontalAdvance(clock.figures())
        assert wide <= clock.width(), clock.figures()
