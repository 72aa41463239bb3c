"""A line that finds by typing: pinyin, characters or number; matches under it, Enter takes the first, Alt+digit any.

The list is a child of the window without focus; while something is being composed it steps down, clear of where the
input method opens its candidates (LOOK).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHideEvent,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QLineEdit, QWidget

from app.ui.theme import Look
from app.ui.widgets.buttons import cap_height, paint_cap
from app.ui.widgets.rows import paint_text

MOST = 8
COMPOSING = 72  # px that the list steps down while an input method shows its candidates
NO_PLACE = QPoint(0, 0)


@dataclass(frozen=True, slots=True)
class Match:
    """A line of the list; `value` is what is taken. `tone` colours the right column."""

    title: str
    below: str = ""
    right: str = ""
    value: object = None
    tone: str = "ink_soft"
    fits: bool = True  # else it stands softer than the others


class PickList(QWidget):
    """The matches, painted at once. Never takes the focus."""

    taken = Signal(int)

    def __init__(self, theme: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.matches: tuple[Match, ...] = ()
        self.current = 0
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def show_matches(self, matches: Sequence[Match]) -> None:
        """Other matches; the first is the one that Enter takes."""
        self.matches = tuple(matches[:MOST])
        self.current = 0
        self.update()

    def tall(self) -> int:
        """The height in logical px."""
        return len(self.matches) * self._theme.row() + self._theme.px(9)

    def move_by(self, step: int) -> None:
        """Another one becomes the one that Enter takes."""
        if self.matches:
            self.current = (self.current + step) % len(self.matches)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = int((event.position().y() - self._theme.px(4)) // self._theme.row())
        if 0 <= at < len(self.matches):
            self.taken.emit(at)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._theme
        painter.setPen(QPen(theme.colour("line_strong"), 1))
        painter.setBrush(theme.colour("paper"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        row, cap = theme.row(), theme.px(44)
        high = cap_height(theme)
        for at, match in enumerate(self.matches):
            box = QRectF(theme.px(5), theme.px(4) + at * row, self.width() - theme.px(10), row)
            if at == self.current:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("accent_soft"))
                painter.drawRoundedRect(box, 4, 4)
            keys = "Return" if at == self.current else f"Alt+{at + 1}"
            place = QRectF(box.right() - cap - theme.px(4), box.center().y() - high / 2, cap, high)
            paint_cap(painter, theme, place, keys)
            room = box.adjusted(theme.px(8), 0, -cap - theme.px(14), 0)
            title = room.width() * (0.42 if match.below or match.right else 1.0)
            left = QRectF(room.left(), room.top(), title - theme.px(8), row)
            paint_text(
                painter, theme, left, match.title, "ink" if match.fits else "ink_soft", bold=match.fits
            )
            rest = QRectF(room.left() + title, room.top(), room.width() - title, row)
            if match.right:
                wide = rest.width() * (0.45 if match.below else 1.0)
                place = QRectF(rest.right() - wide, row * 0 + rest.top(), wide, row)
                paint_text(painter, theme, place, match.right, match.tone, right=True)
                rest.setWidth(rest.width() - wide - theme.px(6))
            paint_text(painter, theme, rest, match.below, "ink_soft")


class PickLine(QLineEdit):
    """`asked(text)` when something is typed or the line is entered; answer with `offer(text, matches)`.

    `picked(value)` when a match was taken; `passed()` when Enter was pressed and nothing was to be taken. `value` is
    what was taken, None while the text is only typed.
    """

    asked = Signal(str)
    picked = Signal(object)
    passed = Signal()
    edited = Signal()

    def __init__(self, theme: Look, parent: QWidget | None = None, *, open_empty: bool = False) -> None:
        super().__init__(parent)
        self._theme = theme
        self._open_empty = open_empty
        self._composing = ""
        self._list: PickList | None = None
        self.value: object = None
        self.textEdited.connect(self._typed)

    def take(self, text: str, value: object) -> None:
        """Put a text and its value in, without saying so."""
        self.setText(text)
        self.setCursorPosition(0)
        self.value = value
        self.close_list()

    def whole(self) -> str:
        """What stands in the line, with what is being composed."""
        at = self.cursorPosition()
        return self.text()[:at] + self._composing + self.text()[at:]

    def offer(self, text: str, matches: Sequence[Match]) -> None:
        """Show matches for a text, if it is still the one in the line."""
        if text != self.whole() or not self.hasFocus():
            return
        if not matches:
            self.close_list()
            return
        if self._list is None:
            self._list = PickList(self._theme, self.window())
            self._list.taken.connect(self._take)
            self.destroyed.connect(self._list.deleteLater)
        self._list.show_matches(matches)
        self._place()
        self._list.show()
        self._list.raise_()

    def matches(self) -> tuple[Match, ...]:
        """What is offered at the moment."""
        return self._list.matches if self._list is not None and self._list.isVisible() else ()

    def take_marked(self) -> None:
        """Take what Enter would take, if anything is offered."""
        if self._list is not None and self.matches():
            self._take(self._list.current)

    def close_list(self) -> None:
        """Take the list away."""
        if self._list is not None:
            self._list.hide()

    def event(self, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or self._list is None or not self.matches():
            return super().event(event)
        if event.type() == QEvent.Type.ShortcutOverride and (
            _digit(event) or event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        # Tab goes on, and takes what Enter would take, unless nothing was typed.
        tab = event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab
        if tab and self.value is None and self.whole():
            self._take(self._list.current)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, matches = event.key(), self.matches()
        plain = not event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        )
        if matches and self._list is not None:
            at = _digit(event) - 1
            if 0 <= at < len(matches):
                self._take(at)
                return
            if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self._list.move_by(-1 if key == Qt.Key.Key_Up else 1)
                return
            if key == Qt.Key.Key_Escape:
                self.close_list()
                return
            if plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(self._list.current)
                return
        if plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.passed.emit()
            return
        if key == Qt.Key.Key_Down:
            self.asked.emit(self.whole())
            return
        super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        super().inputMethodEvent(event)
        self._composing = event.preeditString()
        self._typed()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._open_empty:
            self.selectAll()
            self.asked.emit("" if self.value is not None else self.whole())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.close_list()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.close_list()

    def _typed(self, _text: str = "") -> None:
        if not self._composing and self.value is not None:
            self.value = None
        self.edited.emit()
        text = self.whole()
        if text.strip() or self._open_empty:
            self.asked.emit(text)
        else:
            self.close_list()

    def _take(self, at: int) -> None:
        match = self.matches()[at]
        self._composing = ""
        self.take(match.title, match.value)
        self.picked.emit(match.value)
        self.edited.emit()

    def _place(self) -> None:
        if self._list is None:
            return
        window, tall = self.window(), self._list.tall()
        below = self.mapTo(window, QPoint(0, self.height() + 2))
        down = self._theme.px(COMPOSING) if self._composing else 0
        top = below.y() + down
        if top + tall > window.height():
            top = max(self.mapTo(window, NO_PLACE).y() - tall - 2, 0)
        wide = max(self.width(), self._theme.px(340))
        left = min(below.x(), max(window.width() - wide - self._theme.px(8), 0))
        self._list.setGeometry(left, top, wide, tall)


def _digit(event: QKeyEvent) -> int:
    """1 to 9 for Alt and that digit, else 0."""
    key = event.key()
    if event.modifiers() & Qt.KeyboardModifier.AltModifier and Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
        return int(key) - int(Qt.Key.Key_0)
    return 0
