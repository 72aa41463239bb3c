"""What a list shows while it is empty: what will be here, and the key that begins it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.theme import Look
from app.ui.widgets.buttons import KeyHint
from app.ui.widgets.text import Text


class EmptyState(QWidget):
    """`EmptyState(theme, "今天还没有来访", "F2", "登记")`; without a key only the sentence."""

    def __init__(
        self, theme: Look, text: str, key: str = "", verb: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._key = theme, key
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.px(18), theme.px(18), theme.px(18), theme.px(18))
        whole.setSpacing(theme.px(10))
        whole.addStretch(2)
        self._text = Text(theme, text, role="body", tone="ink_soft", wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        whole.addWidget(self._text)
        self._hint = KeyHint(theme, verb, key)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._hint)
        row.addStretch(1)
        whole.addLayout(row)
        whole.addStretch(3)
        self._hint.setVisible(bool(key))
        self.clicked = self._hint.clicked

    def text(self) -> str:
        """What is said."""
        return self._text.text()

    def set(self, text: str, verb: str = "") -> None:
        """Other words (another language, another filter); without a verb no key is shown."""
        self._text.setText(text)
        self._hint.setText(verb)
        self._hint.setVisible(bool(self._key and verb))
        self._hint.updateGeometry()
