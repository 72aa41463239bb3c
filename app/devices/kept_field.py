"""A field as it was before a scanner typed into it, and the way back (VIS-8, RECIPES section 2)."""

from __future__ import annotations

from typing import Any

import shiboken6
from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex, Qt
from PySide6.QtGui import QInputMethodEvent, QTextCursor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDateTimeEdit,
    QDoubleSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QTextEdit,
    QWidget,
)


class KeptField:
    """The widget that has the focus now, with its text, cursor and selection."""

    def __init__(self, widget: QWidget | None) -> None:
        self.widget = widget
        self._line = _line_of(widget)
        self._value: Any = _value_of(widget)
        self._text, self._cursor, self._anchor = "", 0, 0
        if self._line is not None:
            self._text, self._cursor = self._line.text(), self._line.cursorPosition()
            start = self._line.selectionStart()
            self._anchor = self._cursor
            if start >= 0:
                self._anchor = self._line.selectionEnd() if start == self._cursor else start
        elif isinstance(widget, (QTextEdit, QPlainTextEdit)):
            cursor = widget.textCursor()
            self._text = widget.toPlainText()
            self._cursor, self._anchor = cursor.position(), cursor.anchor()

    def put_back(self) -> None:
        """Drops what is being composed and makes the field as it was, cursor, selection and focus included."""
        QApplication.inputMethod().reset()
        now = QApplication.focusWidget()
        if now is not None:
            _drop_preedit(now)
        widget = self.widget
        if widget is None or not shiboken6.isValid(widget):
            return
        if now is not widget:
            if now is not None and now.window() is not widget.window():
                return  # a dialog opened meanwhile; behind it nobody puts anything right
            if widget.isVisible() and widget.isEnabled():
                widget.setFocus(Qt.FocusReason.OtherFocusReason)
            _drop_preedit(widget)
        _give_value(widget, self._value)
        if self._line is not None:
            _change_line(self._line, self._text)
            _select(self._line, self._anchor, self._cursor)
        elif isinstance(widget, (QTextEdit, QPlainTextEdit)):
            self._change_document(widget)

    def _change_document(self, widget: QTextEdit | QPlainTextEdit) -> None:
        now, cursor = widget.toPlainText(), widget.textCursor()
        if now != self._text:
            start, end = _difference(now, self._text)
            cursor.setPosition(start)
            cursor.setPosition(len(now) - end, QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(self._text[start : len(self._text) - end])
        cursor.setPosition(self._anchor)
        cursor.setPosition(self._cursor, QTextCursor.MoveMode.KeepAnchor)
        widget.setTextCursor(cursor)


def _line_of(widget: QWidget | None) -> QLineEdit | None:
    if isinstance(widget, QLineEdit):
        return widget
    if isinstance(widget, (QAbstractSpinBox, QComboBox)):
        return widget.lineEdit()
    return None


def _value_of(widget: QWidget | None) -> Any:
    """What a widget holds besides its text: a letter typed there chooses something."""
    if isinstance(widget, (QSpinBox, QDoubleSpinBox)):
        return widget.value()
    if isinstance(widget, QDateTimeEdit):
        return widget.dateTime(), widget.currentSection()
    if isinstance(widget, QComboBox):
        return widget.currentIndex()
    if isinstance(widget, QAbstractItemView):
        return QPersistentModelIndex(widget.currentIndex())
    return None


def _give_value(widget: QWidget, value: Any) -> None:
    if isinstance(widget, (QSpinBox, QDoubleSpinBox)):
        widget.setValue(value)
    elif isinstance(widget, QDateTimeEdit):
        widget.setDateTime(value[0])
        widget.setCurrentSection(value[1])
    elif isinstance(widget, QComboBox):
        widget.setCurrentIndex(value)
    elif isinstance(widget, QAbstractItemView) and value.isValid():
        index = widget.model().index(value.row(), value.column(), value.parent())
        chosen = widget.selectionModel()
        if chosen is not None and widget.currentIndex() != index:
            chosen.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def _drop_preedit(widget: QWidget) -> None:
    """The input method was told to forget; the field still shows what was being composed until it is told too."""
    widget.event(QInputMethodEvent())


def _change_line(line: QLineEdit, text: str) -> None:
    """Like an edit by hand, so that whoever follows `textEdited` (lists of matches) hears of it, and undo stays."""
    now = line.text()
    if now == text:
        return
    start, end = _difference(now, text)
    line.setSelection(start, len(now) - end - start)
    new = text[start : len(text) - end]
    if new:
        line.insert(new)
    else:
        line.del_()
    if line.text() != text:  # a mask or a validator would not have it
        line.setText(text)


def _select(line: QLineEdit, anchor: int, cursor: int) -> None:
    if anchor == cursor:
        line.setCursorPosition(cursor)
    else:
        line.setSelection(anchor, cursor - anchor)


def _difference(now: str, before: str) -> tuple[int, int]:
    """How many characters are the same at the beginning, and how many at the end."""
    shorter, start, end = min(len(now), len(before)), 0, 0
    while start < shorter and now[start] == before[start]:
        start += 1
    while end < shorter - start and now[-1 - end] == before[-1 - end]:
        end += 1
    return start, end
