"""The kit's widgets by real key events: clock, strip, dialogs, forms, choices, track."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.errors import DomainError
from app.ui import messages
from app.ui.language import Language
from app.ui.theme import Look
from app.ui.widgets.badge import Badge
from app.ui.widgets.buttons import KeyHint, PrimaryButton, key_text
from app.ui.widgets.card import Card
from app.ui.widgets.choices import ChoiceBar
from app.ui.widgets.clock import HeldClock
from app.ui.widgets.dialogs import Dialog, confirm
from app.ui.widgets.forms import Form
from app.ui.widgets.rows import Cell, TwoLines
from app.ui.widgets.strip import Strip
from app.ui.widgets.text import Text
from app.ui.widgets.track import FourStamps, Stamp, Station, StationTrack
from tests.ui.kit.samples import show_active


class Hands:
    """A clock that a test turns by hand."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def words() -> Language:
    return Language("zh_CN")


@pytest.mark.parametrize(
    ("seconds", "figures", "state"),
    [
        (0.0, "00.0", "ok"),
        (6.4, "06.4", "ok"),
        (6.41, "06.5", "ok"),
        (19.9, "19.9", "ok"),
        (20.0, "20.0", "near"),
        (25.0, "25.0", "near"),
        (25.04, "+00.1", "over"),
        (31.0, "+06.0", "over"),
        (125.5, "+100.5", "over"),
    ],
)
def test_the_clock_counts_to_25_and_then_the_excess(
    qtbot: QtBot, look: Look, words: Language, seconds: float, figures: str, state: str
) -> None:
    """VIS-2: counts to 25.0 s and then the excess, changes at 20 s and 25 s by shape and word as well as colour."""
    hands = Hands()
    clock = HeldClock(look, words, now=hands)
    qtbot.addWidget(clock)
    clock.start()
    hands.at += seconds
    assert (clock.figures(), clock.state()) == (figures, state)
    said = {name: words(f"window.clock_{name}") for name in ("idle", "ok", "near", "over")}
    assert len(set(said.values())) == 4
    clock.stop()
    hands.at += 50
    assert clock.figures() == figures, "what was stopped stands"


def test_the_clock_ticks_only_while_it_is_seen(qtbot: QtBot, look: Look, words: Language) -> None:
    clock = HeldClock(look, words)
    qtbot.addWidget(clock)
    painted: list[bool] = []
    timers = clock.findChildren(QTimer)
    timers[0].timeout.connect(lambda: painted.append(True))
    clock.start()
    assert not timers[0].isActive()
    clock.show()
    assert timers[0].isActive()
    assert timers[0].interval() >= 100
    clock.hide()
    assert not timers[0].isActive()
    clock.show()
    clock.stop(11.2)
    assert not timers[0].isActive()
    assert clock.figures() == "11.2"
    clock.clear()
    assert clock.state() == "idle"


def test_the_clock_fits_where_the_window_is_low(qtbot: QtBot, look: Look, words: Language) -> None:
    clock = HeldClock(look, words)
    qtbot.addWidget(clock)
    assert clock.minimumSizeHint().height() < clock.sizeHint().height()
    clock.resize(clock.minimumSizeHint())
    assert clock._figure_font(True).pixelSize() < look.font("clock").pixelSize()


def page_with_strip(qtbot: QtBot, look: Look) -> tuple[QWidget, QLineEdit, Strip]:
    page = QWidget()
    qtbot.addWidget(page)
    column = QVBoxLayout(page)
    line, strip = QLineEdit(), Strip(look, page)
    column.addWidget(line)
    column.addWidget(strip)
    show_active(qtbot, page)
    line.setFocus()
    return page, line, strip


def test_a_strip_answers_alt_and_leaves_digits_to_the_line(qtbot: QtBot, look: Look) -> None:
    """LOOK: digits in the line are always data, choices are Alt+1…9 on a strip that waits and takes no focus."""
    _, line, strip = page_with_strip(qtbot, look)
    chosen: list[int] = []
    strip.ask("超 25 秒，原因？", ["访客找证", "核实", "其他"], chosen.append)
    assert line.hasFocus()
    QTest.keyClicks(line, "138")
    assert line.text() == "138"
    assert strip.asking()
    QTest.keyClick(line, Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    assert chosen == []
    QTest.keyClick(line, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert chosen == [1]
    assert not strip.isVisible()
    assert line.text() == "138"
    QTest.keyClick(line, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert chosen == [1], "an answered question answers no more"


def test_a_strip_can_be_answered_by_the_page(qtbot: QtBot, look: Look) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    strip = Strip(look, page, own_keys=False)
    chosen: list[int] = []
    strip.ask("?", ["a", "b"], chosen.append)
    assert not strip.choose(5)
    assert strip.choose(1)
    assert not strip.choose(1)
    assert chosen == [1]


def test_a_strip_offers_a_way_out(qtbot: QtBot, look: Look) -> None:
    page, _, strip = page_with_strip(qtbot, look)
    went: list[bool] = []
    strip.say("磁盘满了", "error", way_out=("换个文件夹", lambda: went.append(True)))
    assert strip.tone() == "error"
    button = next(b for b in page.findChildren(QPushButton) if b.text() == "换个文件夹")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert went == [True]
    assert not strip.isVisible()


class Pick(Dialog):
    """A dialog with one field that must not be empty."""

    def __init__(self, look: Look, words: Language, parent: QWidget | None = None) -> None:
        super().__init__(look, words, "原因", parent)
        self.line = QLineEdit()
        self.add(self.line)
        self.add_verbs("作废")

    def take(self) -> None:
        if self.line.text():
            self.accept()

    def value(self) -> object:
        return self.line.text()


def test_a_dialog_answers_its_value_or_none(qtbot: QtBot, look: Look, words: Language) -> None:
    dialog = Pick(look, words)
    qtbot.addWidget(dialog)

    def fill() -> None:
        QTest.keyClick(dialog.line, Qt.Key.Key_Return)
        assert dialog.isVisible(), "nothing typed: it stays open"
        QTest.keyClicks(dialog.line, "mistyped")
        QTest.keyClick(dialog.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    QTimer.singleShot(0, fill)
    assert dialog.ask() == "mistyped"
    other = Pick(look, words)
    qtbot.addWidget(other)
    QTimer.singleShot(0, lambda: QTest.keyClick(other.line, Qt.Key.Key_Escape))
    assert other.ask() is None


@pytest.mark.parametrize(("danger", "sure"), [(False, True), (True, False)])
def test_return_confirms_only_what_is_no_danger(
    qtbot: QtBot, look: Look, words: Language, danger: bool, sure: bool
) -> None:
    """Where something is lost for good, Return alone takes the way out."""

    def press() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog)
        QTest.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Return)

    QTimer.singleShot(50, press)
    assert confirm(None, look, words, "作废?", "会记下来。", "作废", danger=danger) is sure


def test_errors_sit_at_their_field(qtbot: QtBot, look: Look, words: Language) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    column = QVBoxLayout(page)
    form = Form(look, words)
    column.addWidget(form)
    first, second = QLineEdit(), QLineEdit("12")
    form.add("visitor", "window.kind_visitor", first)
    form.add("host", "window.kind_customer", second)
    page.show()
    assert messages.at_field(DomainError("unexpected", field="host"), page)
    assert form.error("host").text() == words("errors.unexpected")
    assert second.property("wrong") is True
    assert page.focusWidget() is second
    assert second.text() == "12", "what was typed stays"
    assert not messages.at_field(DomainError("unexpected", field="plate"), page)
    assert not messages.at_field(DomainError("unexpected"), page)
    form.clear_errors()
    assert form.error("host").text() == ""
    words.switch("en")
    form.retranslate()
    assert second.accessibleName() == "Customer"


def test_an_error_without_a_text_says_its_code(words: Language) -> None:
    assert "no_such_code" in messages.text_of(DomainError("no_such_code"), words)


def test_choices_by_key_and_by_value(qtbot: QtBot, look: Look) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    bar = ChoiceBar(look, [(30, "30 分钟", "Alt+1"), (60, "1 小时", "Alt+2")], page)
    show_active(qtbot, page)
    said: list[object] = []
    bar.chosen.connect(said.append)
    QTest.keyClick(page, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert (said, bar.value()) == ([60], 60)
    bar.set_value(30)
    assert (said, bar.value()) == ([60], 30)
    bar.set_choices([(30, "30 min", "Alt+1")])
    assert bar.value() == 30
    bar.set_value("?")
    assert bar.value() is None


def test_a_long_name_ends_in_dots(qtbot: QtBot, look: Look) -> None:
    text = Text(look, "很长的名字" * 20, elide=True)
    qtbot.addWidget(text)
    assert text.minimumSizeHint().width() < 40
    assert text.toolTip() == text.text()


def test_track_and_stamps_speak(qtbot: QtBot, look: Look) -> None:
    track, stamps = StationTrack(look), FourStamps(look)
    for widget in (track, stamps):
        qtbot.addWidget(widget)
    track.set_stations([Station("受理", "done", "09:02 李婷"), Station("派工", "current"), Station("完工")])
    stamps.set_stamps([Stamp("已告知", "09:06", True), Stamp("结果反馈", "待完工")])
    assert "09:02 李婷" in track.accessibleName()
    assert "待完工" in stamps.accessibleName()
    assert not track.grab().isNull()
    assert not stamps.grab().isNull()


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("F9", "F9"),
        ("Ctrl+Return", "Ctrl ↵"),
        ("Ctrl+Shift+E", "Ctrl Shift E"),
        ("Escape", "Esc"),
        ("Ctrl++", "Ctrl +"),
    ],
)
def test_how_keys_are_written(keys: str, text: str) -> None:
    assert key_text(keys) == text


def test_widgets_measure_again_when_the_zoom_changes(qtbot: QtBot, look: Look) -> None:
    hint, button, badge = (
        KeyHint(look, "登记", "F2"),
        PrimaryButton(look, "还证", "F9"),
        Badge(look, "超时 2"),
    )
    card = Card(look, "在访")
    for widget in (hint, button, badge, card):
        qtbot.addWidget(widget)
    before = [widget.sizeHint() for widget in (hint, button, badge)]
    look.use(factor=2.0)
    after = [widget.sizeHint() for widget in (hint, button, badge)]
    assert all(new.height() >= 1.8 * old.height() for new, old in zip(after, before, strict=True))
    card.set_count(12_345)
    assert card.count() == "12,345"
    look.use(factor=1.0)


def test_values_of_rows_are_frozen() -> None:
    with pytest.raises(AttributeError):
        Cell("a").text = "b"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        TwoLines("a").title = "b"  # type: ignore[misc]


def test_button_text_fits_its_button(qtbot: QtBot, look: Look) -> None:
    button = PrimaryButton(look, "Report as done and print the slip", "Ctrl+Return")
    qtbot.addWidget(button)
    wanted = QFontMetrics(look.font("body", bold=True)).horizontalAdvance(button.text())
    assert button.sizeHint().width() > wanted + 40
