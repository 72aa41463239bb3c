"""A panel over the whole window: Esc closes it, a click beside it closes it, the focus goes back to where it was.

It is a child of the window and no window of its own: nothing depends on the window manager, and while it is open the
keys of the page behind it do nothing.
"""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.ui.theme import Look


class Overlay(QWidget):
    """Subclass: fill `panel`, give the size by `wanted_size()`, set `first` to the widget that gets the focus."""

    closed = Signal()

    def __init__(self, theme: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self.first: QWidget = self
        self._before: QWidget | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._panel = QWidget(self)
        self.panel = QVBoxLayout(self._panel)
        self.panel.setContentsMargins(1, 1, 1, 1)
        self.panel.setSpacing(0)
        parent.installEventFilter(self)
        self.hide()

    def wanted_size(self) -> tuple[int, int]:
        """Width and height of the panel in logical px, before it is cut to the window."""
        return self.theme.px(640), self.theme.px(420)

    def top_part(self) -> float:
        """Which part of the free height is above the panel."""
        return 0.5

    def open(self) -> None:
        """Show it and take the focus."""
        if not self.isVisible():
            self._before = QApplication.focusWidget()
        self.place()
        self.show()
        self.raise_()
        self.first.installEventFilter(self)
        self.first.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_overlay(self) -> None:
        """Hide it and give the focus back."""
        if not self.isVisible():
            return
        self.hide()
        before, self._before = self._before, None
        if before is not None and shiboken6.isValid(before):
            before.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    def key(self, event: QKeyEvent) -> bool:
        """A key while it is open, before the focus widget gets it; True when it was taken."""
        return False

    def place(self) -> None:
        """Cover the parent and put the panel where it belongs."""
        parent = self.parentWidget()
        if parent is None:
            return
        self.setGeometry(parent.rect())
        margin = self.theme.px(16)
        width, height = self.wanted_size()
        width, height = min(width, self.width() - 2 * margin), min(height, self.height() - 2 * margin)
        top = max(margin, round((self.height() - height) * self.top_part()))
        self._panel.setGeometry((self.width() - width) // 2, top, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.parentWidget():
            if event.type() == QEvent.Type.Resize and self.isVisible():
                self.place()
            return False
        if not self.isVisible() or not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # so that no shortcut of the page behind answers; the key comes again as a KeyPress
            return True
        if event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.close_overlay()
                return True
            if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                return True
            return self.key(event)
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._panel.geometry().contains(event.position().toPoint()):
            self.close_overlay()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(0, 0, 0, 120 if self.theme.dark else 60))
        box = QRectF(self._panel.geometry())
        painter.setPen(QPen(self.theme.colour("line"), 1))
        painter.setBrush(self.theme.colour("paper"))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
