"""A field is put back as it was, whatever was typed into it meanwhile (VIS-8)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QDateTime, QRegularExpression, QStringListModel, Qt
from PySide6.QtGui import QInputMethodEvent, QRegularExpressionValidator, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDateTimeEdit,
    QDoubleSpinBox,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QSpinBox,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

import app.ui  # noqa: F401  # first: it makes PySide6 6.12 safe under Python 3.11
from app.devices.kept_field import KeptField

Shown = Callable[..., QWidget]


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    """`shown(field, …)`: a window with these fields, the first one in focus; it lives as long as the test."""
    windows: list[QWidget] = []

    def show(*fields: QWidget) -> QWidget:
        window = QWidget()
        windows.append(window)
        box = QVBoxLayout(window)
        for field in fields:
            box.addWidget(field)
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        fields[0].setFocus()
        qtbot.waitUntil(lambda: QApplication.focusWidget() is fields[0])
        return window

    return show


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.text("ab王1", max_size=8), st.text("abX1", max_size=8), st.integers(0, 8), st.integers(0, 8))
def test_any_text_any_cursor(qapp: QApplication, before: str, after: str, cursor: int, anchor: int) -> None:
    """VIS-8: text, cursor and selection, in a line and in a note; following the edits ends with the same text."""
    cursor, anchor = min(cursor, len(before)), min(anchor, len(before))
    line, note, heard = QLineEdit(before), QTextEdit(), [before]
    line.textEdited.connect(heard.append)
    line.setSelection(anchor, cursor - anchor) if anchor != cursor else line.setCursorPosition(cursor)
    kept = KeptField(line)
    line.setText(after)
    kept.put_back()
    assert (line.text(), line.cursorPosition()) == (before, cursor)
    assert len(line.selectedText()) == abs(cursor - anchor)
    assert heard[-1] == before
    note.setPlainText(before)
    at = note.textCursor()
    at.setPosition(anchor)
    at.setPosition(cursor, QTextCursor.MoveMode.KeepAnchor)
    note.setTextCursor(at)
    kept = KeptField(note)
    note.setPlainText(after)
    kept.put_back()
    assert (note.toPlainText(), note.textCursor().position(), note.textCursor().anchor()) == (
        before,
        cursor,
        anchor,
    )


@pytest.mark.parametrize("kind", [QSpinBox, QDoubleSpinBox])
def test_number(shown: Shown, kind: type[QSpinBox] | type[QDoubleSpinBox]) -> None:
    """VIS-8: value and text."""
    field = kind()
    field.setMaximum(10**6)
    field.setValue(17)
    shown(field)
    kept = KeptField(QApplication.focusWidget())
    QTest.keyClicks(field, "210")
    assert field.value() != 17
    kept.put_back()
    assert field.value() == 17


def test_date_choice_and_list(shown: Shown) -> None:
    """VIS-8: fields where a typed letter chooses something."""
    day, choice, rows, note = QDateTimeEdit(), QComboBox(), QListView(), QPlainTextEdit("备注")
    day.setDateTime(QDateTime(2026, 11, 24, 8, 30, 0))
    choice.addItems(["送货", "2 会客", "1 维修"])
    model = QStringListModel(["甲", "21", "1"])
    rows.setModel(model)
    rows.setCurrentIndex(model.index(0))
    shown(day, choice, rows, note)
    before = day.dateTime(), choice.currentText(), rows.currentIndex().row(), note.toPlainText()
    for field in (day, choice, rows, note):
        field.setFocus()
        kept = KeptField(QApplication.focusWidget())
        QTest.keyClicks(field, "210")
        kept.put_back()
    assert (day.dateTime(), choice.currentText(), rows.currentIndex().row(), note.toPlainText()) == before


def test_the_focus_comes_back(shown: Shown) -> None:
    """VIS-8: a scan's first keys may choose something and move on; afterwards the person is where they were."""
    line, other = QLineEdit("甲"), QLineEdit()
    shown(line, other)
    kept = KeptField(line)
    other.setFocus()
    kept.put_back()
    assert QApplication.focusWidget() is line


def test_a_field_with_a_rule_of_its_own(shown: Shown) -> None:
    """VIS-8: a validator and a mask do not keep the text from coming back."""
    checked, masked = QLineEdit(), QLineEdit()
    checked.setValidator(QRegularExpressionValidator(QRegularExpression("[a-z]*")))
    checked.setText("王芳")  # set by the program: a person could not
    masked.setInputMask("00:00")
    masked.setText("08:30")
    for field, leaked in ((checked, "ab"), (masked, "21")):
        shown(field)
        before = field.text()
        field.setCursorPosition(0)
        kept = KeptField(field)
        QTest.keyClicks(field, leaked)
        kept.put_back()
        assert field.text() == before


def test_what_was_being_composed_is_gone(shown: Shown) -> None:
    """RECIPES 2: the field no longer shows what the input method has forgotten."""
    seen: list[str] = []

    class Line(QLineEdit):
        def inputMethodEvent(self, event: QInputMethodEvent) -> None:
            seen.append(event.preeditString())
            super().inputMethodEvent(event)

    line = Line("甲")
    shown(line)
    kept = KeptField(line)
    QApplication.sendEvent(line, QInputMethodEvent("zhang", []))
    kept.put_back()
    assert (seen[-1], line.text()) == ("", "甲")


def test_a_field_that_is_gone_and_no_field_at_all(shown: Shown, qtbot: QtBot) -> None:
    """VIS-8: nothing happens."""
    line = QLineEdit()
    window = shown(line)
    kept = KeptField(line)
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    line.setParent(None)
    line.deleteLater()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not line)
    kept.put_back()
    KeptField(None).put_back()
