"""The registration line: reads what is still being composed, and never lets a key of the post go to the wrong place."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from app.ui.theme import Look

MOST_HELD = 20_000
"""So that no paste holds the window up; what is too long for a field (`LONGEST`) is said long before."""


class EntryLine(QLineEdit):
    """`typed(text)` on every change, the composition of an input method included; `touched` at the first key.

    Enter and Esc reach the page only when nothing is being composed: while composing they are the input method's.
    """

    typed = Signal(str)
    touched = Signal()
    enter = Signal(bool)  # True: with Ctrl, take it as typed
    escape = Signal()
    returned = Signal()
    moved = Signal(int)
    undone = Signal()  # Ctrl+Z in the empty line

    def __init__(self, theme: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._composing = ""
        self.setProperty("kind", "line")
        self.setMaxLength(MOST_HELD)
        self.textEdited.connect(self._changed)
        theme.changed.connect(self._restyle)
        self._restyle()

    def whole(self) -> str:
        """What stands in the line and what is being composed at the cursor."""
        at = self.cursorPosition()
        return self.text()[:at] + self._composing + self.text()[at:]

    def composing(self) -> bool:
        """Whether an input method is at work."""
        return bool(self._composing)

    def take_away(self) -> str:
        """Empties the line and answers what stood in it; a composition goes with it."""
        text = self.whole()
        if self._composing:
            self._composing = ""
            from PySide6.QtGui import QGuiApplication

            QGuiApplication.inputMethod().reset()
        self.clear()
        return text

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        if event.preeditString() and not self.whole():
            self.touched.emit()
        super().inputMethodEvent(event)
        self._composing = event.preeditString()
        self._changed()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tab back into the line marks nothing: the next letter would replace what was typed."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.end(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = event.key(), event.modifiers()
        if key == Qt.Key.Key_Plus and modifiers & Qt.KeyboardModifier.KeypadModifier:
            self.returned.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.enter.emit(bool(modifiers & Qt.KeyboardModifier.ControlModifier))
        elif key == Qt.Key.Key_Escape:
            self.escape.emit()
        elif event.matches(QKeySequence.StandardKey.Undo) and not self.whole():
            self.undone.emit()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(-1 if key == Qt.Key.Key_Up else 1)
        else:
            if event.text() and event.text().isprintable() and not self.whole():
                self.touched.emit()
            super().keyPressEvent(event)

    def _changed(self, _text: str = "") -> None:
        self.typed.emit(self.whole())

    def _restyle(self) -> None:
        self.setFont(self._theme.font("line"))
        self.setMinimumHeight(self._theme.px(60))
