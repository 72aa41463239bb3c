"""Large buttons to choose from: an icon, a title, a line below, the key that takes it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeySequence, QPainter, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.ui.icons import paint_icon
from app.ui.theme import Look
from app.ui.widgets.buttons import cap_height, cap_width, paint_cap
from app.ui.widgets.rows import paint_text


class Tile(QAbstractButton):
    """`Tile(theme, "site", "样例医院", "5 个岗亭", "Alt+1")`: taken by a click, its key, Space or Return."""

    def __init__(
        self,
        theme: Look,
        icon: str,
        title: str,
        below: str = "",
        key: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._icon, self._below, self._key = theme, icon, below, key
        self.setText(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set(title, below)
        if key:
            # Not setShortcut(): that clicks only 100 ms later, and a new text takes it away.
            QShortcut(QKeySequence(key), self).activated.connect(self.click)
        theme.changed.connect(self.updateGeometry)

    def set(self, title: str, below: str) -> None:
        """Other words."""
        self._below = below
        self.setText(title)
        self.setAccessibleName(f"{title} {below} {self._key}".strip())
        self.setToolTip(below)
        self.updateGeometry()
        self.update()

    @property
    def below(self) -> str:
        """The softer line."""
        return self._below

    def sizeHint(self) -> QSize:
        theme = self._theme
        wide = QFontMetrics(theme.font("lead", bold=True)).horizontalAdvance(self.text())
        wide = max(wide, QFontMetrics(theme.font("caption")).horizontalAdvance(self._below))
        high = QFontMetrics(theme.font("lead")).height()
        if self._below:
            high += QFontMetrics(theme.font("caption")).height() + theme.px(2)
        extra = theme.px(16 + 32 + 12 + 12 + 16) + (cap_width(theme, self._key) if self._key else 0)
        return QSize(wide + extra, high + theme.px(24))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(150), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused, radius = self.hasFocus(), theme.theme.radius
        painter.setBrush(
            theme.colour("accent_soft" if focused else "hover" if self.underMouse() else "paper")
        )
        painter.setPen(QPen(theme.colour("accent_ink" if focused else "line_strong"), 2 if focused else 1))
        inset = 1.0 if focused else 0.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), radius, radius)
        side, size = theme.px(16), theme.px(24)
        left, right = side, self.width() - side
        if self._icon:
            box = QRectF(left, (self.height() - size) / 2, size, size)
            paint_icon(painter, self._icon, box, theme.colour("accent_ink"))
            left += size + theme.px(14)
        if self._key:
            wide, high = cap_width(theme, self._key), cap_height(theme)
            paint_cap(
                painter, theme, QRectF(right - wide, (self.height() - high) // 2, wide, high), self._key
            )
            right -= wide + theme.px(12)
        upper = QFontMetrics(theme.font("lead")).height()
        lower = QFontMetrics(theme.font("caption")).height() if self._below else 0
        gap = theme.px(2) if self._below else 0
        top = (self.height() - upper - gap - lower) / 2
        paint_text(
            painter, theme, QRectF(left, top, right - left, upper), self.text(), "ink", bold=True, role="lead"
        )
        if self._below:
            below = QRectF(left, top + upper + gap, right - left, lower)
            paint_text(painter, theme, below, self._below, "ink_soft", role="caption")
