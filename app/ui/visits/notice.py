"""One amber sentence under the line that stays until it is settled: something to look at again, never a bar (VIS-3)."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.icons import paint_icon
from app.ui.theme import Look
from app.ui.widgets.rows import paint_text


class Notice(QWidget):
    """`show_text(text)`; an empty text takes no room. Never takes the focus."""

    def __init__(self, theme: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._text = theme, ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)
        self.hide()

    def show_text(self, text: str) -> None:
        """Says this; its tool tip has the whole of a long one."""
        if text != self._text:
            self._text = text
            self.setToolTip(text)
            self.setAccessibleName(text)
            self.update()
        self.setVisible(bool(text))

    def text(self) -> str:
        """What is said."""
        return self._text

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(200), round(30 * self._theme.type_factor))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._theme
        painter.setPen(theme.colour("amber_soft"))
        painter.setBrush(theme.colour("amber_soft"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0, 1, -1, -1), theme.px(6), theme.px(6))
        size = theme.px(16)
        mark = QRectF(theme.px(12), (self.height() - size) / 2, size, size)
        paint_icon(painter, "caution", mark, theme.colour("amber"))
        left = mark.right() + theme.px(8)
        box = QRectF(left, 0, self.width() - left - theme.px(10), self.height())
        paint_text(painter, theme, box, self._text, "amber", role="body")
