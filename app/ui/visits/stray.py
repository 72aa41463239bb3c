"""Typing that misses the line: on a list or a button of the post's page it is a registration all the same (VIS-8)."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent

from app.ui.visits.line import EntryLine

OTHER_KEYS = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


def is_typing(event: QKeyEvent) -> bool:
    """Whether a key writes something: a letter, a digit, a sign. Space takes a row or a button and is none."""
    text = event.text()
    return bool(text.strip()) and text.isprintable() and not event.modifiers() & OTHER_KEYS


def is_returned(event: QKeyEvent) -> bool:
    """Whether it is the keypad's plus, which returns the document like F9."""
    return event.key() == Qt.Key.Key_Plus and bool(event.modifiers() & Qt.KeyboardModifier.KeypadModifier)


def type_on(line: EntryLine, event: QKeyEvent) -> None:
    """The key goes into the line, and all that follow: the clock starts as if it had been pressed there."""
    line.setFocus()
    key = QKeyEvent(QEvent.Type.KeyPress, event.key(), event.modifiers(), event.text(), event.isAutoRepeat())
    QCoreApplication.sendEvent(line, key)
