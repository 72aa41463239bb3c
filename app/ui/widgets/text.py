"""A label in one of the roles of the theme."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QWidget

from app.ui.theme import Look


class Text(QLabel):
    """Plain text in a role and a tone (a colour's name). With `elide` it gives way and ends in … with its tool tip."""

    def __init__(
        self,
        theme: Look,
        text: str = "",
        *,
        role: str = "body",
        tone: str = "ink",
        bold: bool = False,
        elide: bool = False,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._role, self._tone, self._bold, self._elide = theme, role, tone, bold, elide
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setText(text)
        theme.changed.connect(self._restyle)
        self._restyle()

    def set_tone(self, tone: str, bold: bool | None = None) -> None:
        """Another colour, and another weight if given."""
        bold = self._bold if bold is None else bold
        if (tone, bold) != (self._tone, self._bold):
            self._tone, self._bold = tone, bold
            self._restyle()

    def setText(self, text: str) -> None:
        if text != self.text():
            super().setText(text)
            if self._elide:
                self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(self.fontMetrics().horizontalAdvance("…"), hint.height()) if self._elide else hint

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._elide or self.fontMetrics().horizontalAdvance(self.text()) <= self.width():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), self.alignment() | Qt.TextFlag.TextSingleLine, text)

    def _restyle(self) -> None:
        self.setFont(self._theme.font(self._role, self._bold))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, self._theme.colour(self._tone))
        self.setPalette(palette)
        self.updateGeometry()
