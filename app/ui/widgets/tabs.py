"""The window's head: flat tabs with an accent underline and a count, and the box that opens Ctrl+K."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from app.ui.icons import paint_icon
from app.ui.theme import Look
from app.ui.widgets.buttons import cap_height, cap_width, paint_cap
from app.ui.widgets.rows import paint_text


class Tab(QAbstractButton):
    """One tab: text, a count beside it, the underline when it is the one in front."""

    def __init__(self, theme: Look, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._count, self._tone = 0, ""
        self.setCheckable(True)
        self.setText(text)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.updateGeometry)

    def set_count(self, count: int, tone: str = "") -> None:
        """The count beside the text (0 shows none), in red when something must be done."""
        if (count, tone) != (self._count, self._tone):
            self._count, self._tone = count, tone
            self.updateGeometry()
            self.update()

    def count(self) -> int:
        """The count shown."""
        return self._count

    def _said(self) -> str:
        return f"{self._count:,}" if self._count else ""

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._theme.font("body", bold=True))
        width = metrics.horizontalAdvance(self.text()) + self._theme.px(34)
        if self._count:
            width += metrics.horizontalAdvance(self._said()) + self._theme.px(4)
        return QSize(width, self._theme.px(43))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(40), self._theme.px(36))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme, front = self._theme, self.isChecked()
        wanted = self.sizeHint().width()
        side = theme.px(16) if self.width() >= wanted else theme.px(6)
        box = QRectF(self.rect()).adjusted(side, 0, -side, 0)
        metrics = QFontMetrics(theme.font("body", bold=front))
        if self._count:
            wide = metrics.horizontalAdvance(self._said()) + theme.px(4)
            at = min(
                box.left() + metrics.horizontalAdvance(self.text()) + theme.px(4),
                box.right() - wide + theme.px(4),
            )
            place = QRectF(at, box.top(), wide, box.height())
            paint_text(painter, theme, place, self._said(), self._tone or "ink_soft", bold=bool(self._tone))
            box.setRight(at - theme.px(3))
        tone = "ink" if front or self.underMouse() else "ink_soft"
        paint_text(painter, theme, box, self.text(), tone, bold=front)
        if front:
            high = theme.px(3)
            painter.fillRect(QRectF(0, self.height() - high, self.width(), high), theme.colour("accent_ink"))


class SearchButton(QAbstractButton):
    """Looks like a field, opens the command box: a magnifier, what it finds, and its key."""

    def __init__(self, theme: Look, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._keys = theme, keys
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        text = QFontMetrics(self._theme.font("body")).horizontalAdvance(self.text())
        wide = text + cap_width(self._theme, self._keys) + self._theme.px(64)
        return QSize(max(wide, self._theme.px(230)), self._theme.px(32))

    def minimumSizeHint(self) -> QSize:
        return QSize(cap_width(self._theme, self._keys) + self._theme.px(44), self._theme.px(32))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._theme
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(theme.colour("hover" if self.underMouse() else "ground"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        size = theme.px(16)
        mark = QRectF(theme.px(10), (self.height() - size) / 2, size, size)
        paint_icon(painter, "search", mark, theme.colour("ink_soft"))
        wide, high = cap_width(theme, self._keys), cap_height(theme)
        cap = QRectF(self.width() - wide - theme.px(8), (self.height() - high) // 2, wide, high)
        paint_cap(painter, theme, cap, self._keys)
        left = theme.px(32)
        room = QRectF(left, 0, cap.left() - theme.px(8) - left, self.height())
        if room.width() >= theme.px(40):
            paint_text(painter, theme, room, self.text(), "ink_soft")


class Head(QWidget):
    """The row of tabs; widgets put in by `add_right` stand at the right edge. `chosen(at)` when a tab is clicked."""

    chosen = Signal(int)

    def __init__(self, theme: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.idClicked.connect(self.chosen)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.px(16), 0, theme.px(16), 1)
        self._row.setSpacing(theme.px(4))
        self._row.addStretch(1)
        self._right = QHBoxLayout()
        self._right.setSpacing(theme.px(8))
        self._row.addLayout(self._right)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_tabs(self, titles: Sequence[str]) -> None:
        """Make one tab for each title, instead of those there are."""
        for button in self._group.buttons():
            self._group.removeButton(button)
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        for at, title in enumerate(titles):
            tab = Tab(self._theme, title)
            self._group.addButton(tab, at)
            self._row.insertWidget(at, tab)

    def tab(self, at: int) -> Tab:
        """The tab at this place. KeyError if there is none."""
        tab = self._group.button(at)
        if not isinstance(tab, Tab):
            raise KeyError(at)
        return tab

    def add_right(self, widget: QWidget) -> None:
        """Put a widget to the right edge."""
        self._right.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.colour("paper"))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), self._theme.colour("line"))


class IconButton(QAbstractButton):
    """A small square button with an icon and a tool tip; never in the tab order."""

    def __init__(self, theme: Look, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._icon = theme, icon
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(32), self._theme.px(32))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("chip"))
            painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        size = self._theme.px(18)
        box = QRectF((self.width() - size) / 2, (self.height() - size) / 2, size, size)
        paint_icon(painter, self._icon, box, self._theme.colour("ink_soft"))
