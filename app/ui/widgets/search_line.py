"""A line that is searched while an input method is still composing: `zhsh` counts before it has become 张顺."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QLineEdit, QWidget


class SearchLine(QLineEdit):
    """`sought(text)` at each change of the text or of what is being composed; `sought_text()` is both together."""

    sought = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._composed = ""
        self._said = ""
        self.textChanged.connect(self._changed)

    def sought_text(self) -> str:
        """The text with the composed letters at the cursor; the marks that input methods put between syllables go."""
        at = self.cursorPosition()
        composed = self._composed.replace("'", "").replace(" ", "")
        return f"{self.text()[:at]}{composed}{self.text()[at:]}"

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._composed = event.preeditString()
        super().inputMethodEvent(event)
        self._changed()

    def _changed(self) -> None:
        text = self.sought_text()
        if text != self._said:
            self._said = text
            self.sought.emit(text)
