"""Registrations put aside: documents still in the guard's hand, each with its own clock (VIS-4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.domain.visits import LIMIT_SECONDS, held_tenths, tone
from app.ui.icons import paint_icon
from app.ui.language import Language
from app.ui.theme import Look
from app.ui.widgets.buttons import cap_height, cap_width, paint_cap
from app.ui.widgets.rows import paint_text

EVERY = 100
RESUME = "Alt+Return"


@dataclass(frozen=True, slots=True)
class OpenRow:
    """One open registration: who, what is missing, since when (monotonic seconds), estimated or not.

    `held`: how many seconds the document was held that went back already, where that could not be written yet.
    """

    visit_id: UUID
    name: str
    about: str
    since: float
    estimated: bool
    clocked: bool
    held: float | None = None


class OpenList(QWidget):
    """The list and its mark: F9 on an empty line acts on the marked one, the oldest unless another is chosen."""

    chosen = Signal(object)

    def __init__(
        self, theme: Look, words: Language, now: Callable[[], float], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._words, self._now = theme, words, now
        self._rows: tuple[OpenRow, ...] = ()
        self._marked: UUID | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self.update)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        theme.changed.connect(self.update)

    def show_rows(self, rows: tuple[OpenRow, ...]) -> None:
        """Shows these, oldest first."""
        self._rows = rows
        if self.marked() is None:
            self._marked = rows[0].visit_id if rows else None
        if rows:
            self._timer.start()
        else:
            self._timer.stop()
        self.update()

    def rows(self) -> tuple[OpenRow, ...]:
        """What is shown."""
        return self._rows

    def marked(self) -> OpenRow | None:
        """The marked one."""
        return next((row for row in self._rows if row.visit_id == self._marked), None)

    def step(self, by: int) -> None:
        """Marks another one."""
        if self._rows:
            at = next((at for at, row in enumerate(self._rows) if row.visit_id == self._marked), 0)
            self._marked = self._rows[max(0, min(at + by, len(self._rows) - 1))].visit_id
            self.update()

    def over(self) -> list[OpenRow]:
        """Those past 25 s, oldest first: whose reason Alt and a digit gives."""
        now = self._now()
        return [row for row in self._rows if row.clocked and now - row.since > LIMIT_SECONDS]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = int(event.position().y() // self._theme.row("post"))
        if 0 <= at < len(self._rows):
            self._marked = self._rows[at].visit_id
            self.update()
            self.chosen.emit(self._rows[at].visit_id)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, tall = self._theme, self._theme.row("post")
        if not self._rows:
            painter.setFont(theme.font("body"))
            painter.setPen(theme.colour("ink_soft"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._words("visits.open_none"))
        for at, row in enumerate(self._rows):
            box = QRectF(0, at * tall, self.width(), tall)
            seconds = self._now() - row.since if row.held is None else row.held
            state = tone(seconds) if row.clocked else "calm"
            if state == "over":
                painter.fillRect(box, theme.colour("red_soft"))
            elif row.visit_id == self._marked:
                painter.fillRect(box, theme.colour("accent_soft"))
            if row.visit_id == self._marked:
                painter.fillRect(QRectF(0, box.top(), theme.px(4), tall), theme.colour("accent_ink"))
            painter.fillRect(QRectF(0, box.bottom() - 1, box.width(), 1), theme.colour("line"))
            ink = {"over": "red", "warn": "amber"}.get(state, "ink")
            clock = (
                self._words("visits.seconds", seconds=f"{held_tenths(seconds):.1f}")
                if row.clocked or row.held is not None
                else self._words("visits.no_clock")
            )
            if row.estimated and row.clocked:
                clock = self._words("visits.estimated", text=clock)
            letters = QFontMetrics(theme.font("lead", bold=True))
            wide = max(round(88 * theme.type_factor), letters.horizontalAdvance(clock) + theme.px(8))
            left = theme.px(18)
            end = QRectF(box.right() - wide - theme.px(14), box.top(), wide, tall)
            self._marked_cap(painter, row, end)
            room = (
                end.left() - left - theme.px(10) - (self._cap_wide() if row.visit_id == self._marked else 0)
            )
            own = letters.horizontalAdvance(row.name) + theme.px(4)
            # The name comes first: about what they come for is said in what is left.
            name_wide = min(max(own, round(90 * theme.type_factor)), room)
            paint_text(
                painter,
                theme,
                QRectF(left, box.top(), min(own, room), tall),
                row.name,
                "ink",
                bold=True,
                role="lead",
            )
            middle = QRectF(
                left + name_wide + theme.px(6), box.top(), max(room - name_wide - theme.px(6), 0), tall
            )
            about = row.about
            if state == "over" and middle.width() > theme.px(19):
                size = theme.px(15)
                paint_icon(
                    painter,
                    "warning",
                    QRectF(middle.left(), middle.center().y() - size / 2, size, size),
                    theme.colour("red"),
                )
                middle.setLeft(middle.left() + size + theme.px(4))
                about = self._words("visits.over_25")
            paint_text(painter, theme, middle, about, "red" if state == "over" else "ink_soft", role="body")
            paint_text(painter, theme, end, clock, ink, bold=state != "calm", role="lead", right=True)

    def _cap_wide(self) -> int:
        return cap_width(self._theme, RESUME) + self._theme.px(8)

    def _marked_cap(self, painter: QPainter, row: OpenRow, end: QRectF) -> None:
        """The key that takes the marked one back into the line (VIS-4)."""
        if row.visit_id != self._marked:
            return
        wide, high = cap_width(self._theme, RESUME), cap_height(self._theme)
        box = QRectF(end.left() - self._cap_wide(), end.center().y() - high / 2, wide, high)
        paint_cap(painter, self._theme, box, RESUME)
