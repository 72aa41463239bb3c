"""A choice from a list in one line: Qt's combo box with our chevron, so that it is seen to open."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QWidget

from app.ui.icons import paint_icon
from app.ui.theme import Look


class Combo(QComboBox):
    """`Combo(theme)`; Alt+Down opens it, letters find, Up and Down change."""

    def __init__(self, theme: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setMinimumContentsLength(6)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        size = self._theme.px(16)
        box = QRectF(self.width() - size - self._theme.px(8), (self.height() - size) / 2, size, size)
        tone = "ink_soft" if self.isEnabled() else "ink_faint"
        paint_icon(QPainter(self), "chevron_down", box, self._theme.colour(tone))
