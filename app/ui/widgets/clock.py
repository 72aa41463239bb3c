"""The clock of a document in hand (VIS-2): counts to 25.0 s, then the excess; changes at 20 s and 25 s by shape too."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QFont, QFontMetrics, QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.visits import LIMIT_SECONDS as LIMIT
from app.domain.visits import WARN_SECONDS as NEAR
from app.domain.visits import held_tenths
from app.ui.icons import paint_icon
from app.ui.language import Language
from app.ui.theme import Look

SMALLEST = 0.4  # of the clock's size, where a low window leaves no more room
STAYS = 8000  # ms that the final figure is seen: after that it would be taken for a document in hand
EVERY = 100  # ms between two pictures: ten a second are enough for tenths


class HeldClock(QWidget):
    """Big figures, a bar that fills to 25 s, words when it is late.

    `start(since)` takes a value of `now()` (monotonic seconds); `stop(seconds)` lets the final figure stand for some
    seconds; `clear()` shows the quiet 00.0. Past 25.0 s the figures count the excess, with ▲ and words beside.
    """

    def __init__(
        self,
        theme: Look,
        words: Language,
        parent: QWidget | None = None,
        *,
        now: Callable[[], float] = time.monotonic,
        stays: int = STAYS,
    ) -> None:
        super().__init__(parent)
        self._theme, self._words, self._now = theme, words, now
        self._since: float | None = None
        self._final: float | None = None
        self._estimated = False
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self.update)
        self._stays = QTimer(self)
        self._stays.setSingleShot(True)
        self._stays.setInterval(stays)
        self._stays.timeout.connect(self.clear)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        theme.changed.connect(self.updateGeometry)

    def start(self, since: float | None = None, estimated: bool = False) -> None:
        """Run from this monotonic instant (now). `estimated` marks a clock that wall time had to replace."""
        self._since = self._now() if since is None else since
        self._final, self._estimated = None, estimated
        self._stays.stop()
        if self.isVisible():
            self._timer.start()
        self.update()

    def stop(self, seconds: float | None = None) -> None:
        """Stop and let the figure stand for a while: the stored one, or what the clock says."""
        self._final = self.seconds() if seconds is None else seconds
        self._since = None
        self._timer.stop()
        self._stays.start()
        self.update()

    def clear(self) -> None:
        """Nothing in hand: 00.0 in the soft ink."""
        self._since = self._final = None
        self._timer.stop()
        self._stays.stop()
        self.update()

    def running(self) -> bool:
        """Whether a document is in hand."""
        return self._since is not None

    def seconds(self) -> float:
        """Seconds since the start, or the final ones, or 0; to the millisecond, as they are stored."""
        seconds = self._final or 0.0 if self._since is None else max(self._now() - self._since, 0.0)
        return round(seconds, 3)

    def state(self) -> str:
        """`idle`, `ok`, `near` (from 20 s) or `over` (past 25 s)."""
        if self._since is None and self._final is None:
            return "idle"
        seconds = self.seconds()
        return "over" if seconds > LIMIT else "near" if seconds >= NEAR else "ok"

    def figures(self) -> str:
        """What the big figures say: the seconds, past 25.0 the excess with a plus."""
        shown = held_tenths(self.seconds())
        return f"{shown:04.1f}" if shown <= LIMIT else f"+{shown - LIMIT:04.1f}"

    def said(self) -> str:
        """The words above the figures."""
        state = self.state()
        if self._final is None:
            said = self._words(f"window.clock_{state}")
        else:
            said = self._words("window.clock_done_over" if state == "over" else "window.clock_done")
        estimated = self._estimated and state != "idle"
        return self._words("window.clock_estimated", text=said) if estimated else said

    def retranslate(self) -> None:
        """Write the texts in the language in force."""
        self.update()

    def sizeHint(self) -> QSize:
        size = self._theme.font("clock").pixelSize()
        return QSize(round(size * 3.2), round(size * 1.02) + self._around())

    def minimumSizeHint(self) -> QSize:
        size = self._theme.font("clock").pixelSize() * SMALLEST
        return QSize(round(size * 3.2), round(size * 1.02) + self._around(roomy=False))

    def showEvent(self, event: QShowEvent) -> None:
        if self._since is not None:
            self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()

    def _around(self, roomy: bool = True) -> int:
        """What the head and the bar need, in logical px; where it is low the bar goes without its figures."""
        if not roomy:
            return self._theme.px(24 + 6 + 8)
        return self._theme.px(24 + 12 + 12 + 4) + QFontMetrics(self._theme.font("caption")).height()

    def _roomy(self) -> bool:
        return self.height() >= self.sizeHint().height()

    def _figure_font(self, bold: bool) -> QFont:
        """The clock's font, smaller where the window leaves too little room: never cut, never under the bar."""
        font = QFont(self._theme.font("clock", bold))
        room = (self.height() - self._around(self._roomy())) / 1.02
        words = QFontMetrics(self._theme.font("figure")).horizontalAdvance(self._words("window.seconds"))
        usual = 5  # figures; of an hour there are more
        across = (self.width() - words - self._theme.px(6)) / (2.9 * max(len(self.figures()), usual) / usual)
        font.setPixelSize(max(round(min(font.pixelSize(), room, across)), 12))
        return font

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, words, state = self._theme, self._words, self.state()
        ink = {"idle": "ink_faint", "ok": "ink", "near": "amber", "over": "red"}[state]
        self._paint_head(painter, state, ink)
        top = theme.px(24)
        font = self._figure_font(bold=state != "idle")
        metrics, high = QFontMetrics(font), round(font.pixelSize() * 1.02)
        base = top + high / 2 + metrics.capHeight() / 2
        painter.setFont(font)
        painter.setPen(theme.colour(ink))
        painter.drawText(0, round(base), self.figures())
        left = metrics.horizontalAdvance(self.figures()) + theme.px(6)
        painter.setFont(theme.font("figure"))
        painter.setPen(theme.colour("ink_soft"))
        painter.drawText(left, round(base), words("window.seconds"))
        self._paint_bar(painter, top + high + theme.px(12 if self._roomy() else 6), state)

    def _paint_head(self, painter: QPainter, state: str, ink: str) -> None:
        theme = self._theme
        box = QRectF(0, 0, self.width(), theme.px(20))
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setFont(theme.font("body", bold=state in ("near", "over")))
        painter.setPen(theme.colour(ink if state in ("near", "over") else "ink_soft"))
        said = self.said()
        if state in ("near", "over"):
            size = theme.px(14)
            mark = QRectF(0, box.center().y() - size / 2, size, size)
            paint_icon(painter, "warning" if state == "over" else "caution", mark, theme.colour(ink))
            box.setLeft(size + theme.px(6))
        painter.drawText(box, left, said)

    def _paint_bar(self, painter: QPainter, top: float, state: str) -> None:
        theme = self._theme
        high = theme.px(12 if self._roomy() else 8)
        track = QRectF(0.5, top + 0.5, self.width() - 1, high - 1)
        # An outline: where lines are black a filled track would look like a full bar.
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(theme.colour("chip"))
        painter.drawRoundedRect(track, high / 2, high / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        part = min(self.seconds() / LIMIT, 1.0)
        if part > 0:
            fill = {"ok": "accent", "near": "amber_mark", "over": "red_mark"}.get(state, "accent")
            painter.save()
            painter.setClipRect(QRectF(0, top, self.width() * part, high))
            painter.setBrush(theme.colour(fill))
            painter.drawRoundedRect(track, high / 2, high / 2)
            painter.restore()
        painter.fillRect(QRectF(self.width() * NEAR / LIMIT, top, 1, high), theme.colour("line_strong"))
        if not self._roomy():
            return
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("ink_soft"))
        metrics = QFontMetrics(theme.font("caption"))
        base = round(top + high + metrics.ascent() + theme.px(4))
        painter.drawText(0, base, "0")
        near, limit = f"{NEAR:.0f}", f"{LIMIT:.0f}"
        painter.drawText(round(self.width() * NEAR / LIMIT - metrics.horizontalAdvance(near) / 2), base, near)
        painter.drawText(self.width() - metrics.horizontalAdvance(limit), base, limit)
