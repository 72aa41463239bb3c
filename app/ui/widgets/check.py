"""A tick box in the theme's tokens: seen in light and dark alike."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QWidget

from app.ui.icons import paint_icon
from app.ui.theme import Look


class Check(QCheckBox):
    """`Check(theme, "含停用")`: Space ticks it, as every check box."""

    def __init__(self, theme: Look, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._theme = theme
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._theme.font("body"))
        wide = self._theme.px(18 + 8) + metrics.horizontalAdvance(self.text()) + 2
        return QSize(wide, max(metrics.height(), self._theme.px(22)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = theme.px(18)
        box = QRectF(1, (self.height() - size) / 2, size, size).adjusted(1, 1, -1, -1)
        on, alive = self.isChecked(), self.isEnabled()
        edge = "accent_ink" if self.hasFocus() else "ink_soft" if alive else "line_strong"
        painter.setPen(QPen(theme.colour(edge), 2 if self.hasFocus() else 1))
        painter.setBrush(theme.colour(("accent" if alive else "line_strong") if on else "paper"))
        painter.drawRoundedRect(box, 4, 4)
        if on:
            paint_icon(painter, "check", box.adjusted(1, 1, -1, -1), theme.colour("on_accent"))
        painter.setFont(theme.font("body"))
        painter.setPen(theme.colour("ink" if alive else "ink_soft"))
        room = self.rect().adjusted(size + theme.px(8), 0, 0, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
