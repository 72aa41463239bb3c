"""The list under the entry line: matches, hosts, purposes, departures. Enter takes the first, Alt and a digit any."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.ui.theme import Look
from app.ui.widgets.buttons import cap_height, cap_width, paint_cap
from app.ui.widgets.rows import paint_text

CAP, TITLE, SECOND, RIGHT = 62, 150, 130, 170
WIDE = 780
ENOUGH, MOST_SQUEEZED, SQUEEZED = 4, 6, 0.6
LAST = 0.25  # of the room beside name and number: so much the last column keeps


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the list; `value` is what is taken. `tone` colours the last column (amber: look twice)."""

    title: str
    second: str = ""
    third: str = ""
    right: str = ""
    tone: str = "ink_soft"
    value: object = None


class ChoiceList(QWidget):
    """Painted at once, without a model: at most nine rows that change with every key. Never takes the focus."""

    taken = Signal(int)
    shown = Signal(bool)  # whether there is something to choose: then Alt and a digit is this list's

    def __init__(self, theme: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._choices: tuple[Choice, ...] = ()
        self._current = 0
        self._enter = ""
        self._foot = ""
        self._hint = ""
        self._hint_tone = "ink_soft"
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        theme.changed.connect(self.update)

    def show_choices(self, choices: tuple[Choice, ...], verb: str = "", foot: str = "") -> None:
        """Shows these; `verb` says at the first one what Enter does, `foot` below them what Ctrl+Enter does."""
        self._choices = choices
        self._current = 0
        self._enter = verb
        self._foot = foot if choices else ""
        self.shown.emit(bool(choices))
        self.update()

    def show_hint(self, text: str, tone: str = "ink_soft") -> None:
        """A sentence above the list: what is asked for, or what is wrong with the number."""
        if (text, tone) != (self._hint, self._hint_tone):
            self._hint, self._hint_tone = text, tone
            self.update()

    @property
    def hint(self) -> str:
        """The sentence above the list."""
        return self._hint

    @property
    def foot(self) -> str:
        """What the foot says of Ctrl+Enter."""
        return self._foot

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What is shown."""
        return self._choices

    def current(self) -> Choice | None:
        """What Enter takes."""
        return self._choices[self._current] if self._choices else None

    def step(self, by: int) -> None:
        """Another one becomes the one that Enter takes."""
        if self._choices:
            self._current = max(0, min(self._current + by, len(self._choices) - 1))
            self.update()

    def fitting(self) -> int:
        """How many rows there is room for."""
        room = self.height() - self._head() - self._below()
        return max(1, min(len(self._choices), int(room // self._tall())))

    def first(self) -> int:
        """Which one is the topmost row: the one that Enter takes is always seen."""
        return max(0, self._current - self.fitting() + 1)

    def _head(self) -> int:
        return self._theme.px(30 if self._hint else 6)

    def _below(self) -> int:
        return round(26 * self._theme.type_factor) if self._foot else 0

    def _tall(self) -> float:
        """The height of a row: that of the post, less in a low window, so that some choices are always seen."""
        usual = self._theme.row("post")
        room = self.height() - self._head() - self._below()
        seen = min(max(len(self._choices), ENOUGH), MOST_SQUEEZED)
        return max(min(usual, room / seen), usual * SQUEEZED)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = int((event.position().y() - self._head()) // self._tall())
        if 0 <= at < self.fitting():
            self.taken.emit(self.first() + at)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._theme
        tall, wide = self._tall(), self.width()
        if self._hint:
            box = QRectF(theme.px(12), 0, wide - theme.px(24), self._head())
            paint_text(painter, theme, box, self._hint, self._hint_tone, role="body")
        factor = min(theme.type_factor, wide / WIDE)
        columns = [round(CAP * theme.factor), round(TITLE * factor), round(SECOND * factor)]
        small = QFontMetrics(theme.font("body"))
        longest = max((small.horizontalAdvance(one.right) for one in self._choices), default=0)
        right = min(max(round(RIGHT * factor), longest + theme.px(16)), wide // 3)
        letters = QFontMetrics(theme.font("lead", bold=True))
        said = max(round(64 * factor), letters.horizontalAdvance(self._enter) + theme.px(16))
        verb = said if self._enter and wide >= WIDE else 0
        right = min(right, self._spared(wide - sum(columns) - verb))
        first, fitting = self.first(), self.fitting()
        for at, choice in enumerate(self._choices[first : first + fitting], first):
            box = QRectF(0, self._head() + (at - first) * tall, wide, tall)
            if at == self._current:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("accent_soft"))
                painter.drawRoundedRect(box, theme.px(6), theme.px(6))
            left = box.left() + theme.px(12)
            cap_tall = theme.px(22)
            cap = QRectF(left, box.center().y() - cap_tall / 2, columns[0] - theme.px(16), cap_tall)
            paint_cap(painter, theme, cap, "↵" if at == self._current else f"Alt {at + 1}")
            left += columns[0]
            end = box.right() - theme.px(12) - verb
            title_wide = columns[1] if choice.second or choice.third else end - left
            self._cell(painter, left, box, title_wide, choice.title, "ink", "lead", bold=True)
            left += columns[1]
            if choice.second:
                self._cell(painter, left, box, columns[2], choice.second, "ink_soft", "lead")
                left += columns[2]
            if choice.third:
                self._cell(painter, left, box, end - right - left, choice.third, "ink", "lead")
            if choice.right:
                self._cell(painter, end - right, box, right, choice.right, choice.tone, "body")
            if verb and at == self._current:
                self._cell(painter, end, box, verb, self._enter, "accent_ink", "lead", bold=True)

        if fitting < len(self._choices):
            self._paint_more(painter, first, fitting, tall)
        if self._foot:
            self._paint_foot(painter)

    def _spared(self, room: float) -> int:
        """What the third column, taken along with Enter, leaves to the last one: that is cut first."""
        letters = QFontMetrics(self._theme.font("lead"))
        third = max((letters.horizontalAdvance(one.third) for one in self._choices), default=0)
        return round(max(room - third - self._theme.px(40), room * LAST))

    def _paint_more(self, painter: QPainter, first: int, fitting: int, tall: float) -> None:
        """How far down one is in a list that is longer than its room, as a scroll bar says it."""
        theme, room = self._theme, fitting * tall
        part = room / len(self._choices)
        wide = theme.px(5)
        bar = QRectF(self.width() - wide, self._head() + first * part, wide, fitting * part)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("line_strong"))
        painter.drawRoundedRect(bar, wide / 2, wide / 2)

    def _paint_foot(self, painter: QPainter) -> None:
        theme = self._theme
        top = self._head() + min(len(self._choices), self.fitting()) * self._tall() + theme.px(3)
        high = cap_height(theme)
        cap = QRectF(theme.px(12), top, cap_width(theme, "Ctrl+Return"), high)
        paint_cap(painter, theme, cap, "Ctrl+Return")
        left = cap.right() + theme.px(8)
        box = QRectF(left, top, self.width() - left, high)
        paint_text(painter, theme, box, self._foot, "ink_soft", role="body")

    def _cell(
        self,
        painter: QPainter,
        left: float,
        box: QRectF,
        wide: float,
        text: str,
        tone: str,
        role: str,
        *,
        bold: bool = False,
    ) -> None:
        place = QRectF(left, box.top(), wide - self._theme.px(8), box.height())
        paint_text(painter, self._theme, place, text, tone, bold=bold, role=role)
