"""A small count or state beside a title: tone and, where it is a state, a shape."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.icons import paint_icon
from app.ui.theme import Look

TONES = {  # tone → ground, ink
    "neutral": ("chip", "ink"),
    "accent": ("accent_soft", "accent_ink"),
    "amber": ("amber_soft", "amber"),
    "red": ("red_soft", "red"),
    "green": ("green_soft", "green"),
}


def badge_width(theme: Look, text: str, icon: str = "", role: str = "caption") -> int:
    """The width of a badge in logical px."""
    metrics = QFontMetrics(theme.font(role))
    return metrics.horizontalAdvance(text) + theme.px(16) + (metrics.height() if icon else 0)


def badge_height(theme: Look, role: str = "caption") -> int:
    """The height of a badge in logical px."""
    return round(theme.font(role).pixelSize() * 1.75)


def paint_badge(
    painter: QPainter, theme: Look, box: QRectF, text: str, tone: str, icon: str = "", role: str = "caption"
) -> None:
    """Draw a badge into a box."""
    ground, ink = TONES[tone]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(ground))
    painter.drawRoundedRect(box, 4, 4)
    metrics = QFontMetrics(theme.font(role))
    left = box.left() + theme.px(8)
    if icon:
        size = round(metrics.height() * 0.78)
        paint_icon(painter, icon, QRectF(left, box.center().y() - size / 2, size, size), theme.colour(ink))
        left += metrics.height()
    painter.setFont(theme.font(role))
    painter.setPen(theme.colour(ink))
    room = QRectF(left, box.top(), box.right() - theme.px(6) - left, box.height())
    said = metrics.elidedText(text, Qt.TextElideMode.ElideRight, round(room.width()))
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, said)
    painter.restore()


class Badge(QWidget):
    """`Badge(theme, "超时 2", "amber", "caution")`. Tones: neutral, accent, amber, red, green."""

    def __init__(
        self,
        theme: Look,
        text: str = "",
        tone: str = "neutral",
        icon: str = "",
        parent: QWidget | None = None,
        *,
        role: str = "caption",
    ) -> None:
        super().__init__(parent)
        self._theme, self._text, self._tone, self._icon, self._role = theme, text, tone, icon, role
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)
        self.setAccessibleName(text)

    def set(self, text: str, tone: str = "neutral", icon: str = "") -> None:
        """Another text, tone or icon; hidden while the text is empty."""
        if (text, tone, icon) != (self._text, self._tone, self._icon):
            self._text, self._tone, self._icon = text, tone, icon
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()
        self.setVisible(bool(text))

    def text(self) -> str:
        """What it says."""
        return self._text

    def sizeHint(self) -> QSize:
        return QSize(
            badge_width(self._theme, self._text, self._icon, self._role),
            badge_height(self._theme, self._role),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        box = QRectF(self.rect())
        paint_badge(QPainter(self), self._theme, box, self._text, self._tone, self._icon, self._role)
