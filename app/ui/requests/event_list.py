"""What happened to a request, newest first: time, person, sentence and the person's own words (REQ-8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.queries.requests_card import Event, event_text
from app.ui.language import Language
from app.ui.requests.texts import moment_text
from app.ui.theme import Look
from app.ui.widgets.rows import paint_text

LATE = timedelta(minutes=2)  # an entry so much later than the work says so


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list, ready to be painted."""

    time: str
    by: str
    text: str


def event_lines(words: Language, zone: ZoneInfo, events: Sequence[Event]) -> list[str]:
    """The sentence of each event, with the person's own words behind it."""
    lines = []
    for event in events:
        text = event_text(words.words, zone, event)
        own = " ".join(event.words.split())
        if event.what == "note":
            text = own
        elif own:
            text = words("requests_page.event_with_words", text=text, own=own)
        if event.old_words:
            text = words("requests_page.event_old_words", text=text, own=" ".join(event.old_words.split()))
        if abs(event.entered_at - event.at) > LATE:
            entered = f"{event.entered_at.astimezone(zone):%m-%d %H:%M}"
            text = words("requests_page.event_entered", text=text, entered=entered)
        lines.append(text)
    return lines


class EventList(QWidget):
    """Hairline rows, as high as their text needs; painted, so that long histories cost nothing."""

    def __init__(self, theme: Look, words: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._words = theme, words
        self._lines: tuple[Line, ...] = ()
        self._tops: list[int] = [0]
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self._again)

    def show_events(self, events: Sequence[Event], now: datetime, zone: ZoneInfo) -> None:
        """Show these, newest first."""
        texts = event_lines(self._words, zone, events)
        self._lines = tuple(
            Line(moment_text(self._words, event.at, now, zone), event.by, text)
            for event, text in zip(events, texts, strict=True)
        )
        self.setAccessibleName("\n".join(f"{line.time} {line.by} {line.text}" for line in self._lines))
        self._again()

    def lines(self) -> tuple[Line, ...]:
        """What is shown."""
        return self._lines

    def heightForWidth(self, width: int) -> int:
        return self._measure(width)[-1]

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(320), self._measure(max(self.width(), self._theme.px(320)))[-1])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setMinimumHeight(self._measure(self.width())[-1])

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self._theme
        tops = self._measure(self.width())
        time, by = self._columns()
        for at, line in enumerate(self._lines):
            top, bottom = tops[at], tops[at + 1]
            if bottom < event.rect().top() or top > event.rect().bottom():
                continue
            painter.fillRect(QRectF(0, top, self.width(), 1), theme.colour("line"))
            first = QRectF(0, top, time, theme.row())
            paint_text(painter, theme, first, line.time, "ink_soft")
            paint_text(painter, theme, QRectF(time, top, by - theme.px(8), theme.row()), line.by, "ink")
            painter.setFont(theme.font("body"))
            painter.setPen(theme.colour("ink"))
            box = QRectF(time + by, top + theme.px(6), self.width() - time - by, bottom - top)
            painter.drawText(box, int(Qt.TextFlag.TextWordWrap), line.text)

    def _columns(self) -> tuple[int, int]:
        """The widths of time and person: as wide as what stands in them."""
        metrics, theme = QFontMetrics(self._theme.font("body")), self._theme
        time = max((metrics.horizontalAdvance(line.time) for line in self._lines), default=0) + theme.px(16)
        by = max((metrics.horizontalAdvance(line.by) for line in self._lines), default=0) + theme.px(18)
        return time, min(by, theme.px(120))

    def _measure(self, width: int) -> list[int]:
        theme, metrics = self._theme, QFontMetrics(self._theme.font("body"))
        time, by = self._columns()
        room = max(width - time - by, theme.px(60))
        tops = [0]
        flags = int(Qt.TextFlag.TextWordWrap)
        for line in self._lines:
            high = metrics.boundingRect(0, 0, room, 100_000, flags, line.text).height()
            tops.append(tops[-1] + max(theme.row(), high + theme.px(12)))
        return tops

    def _again(self) -> None:
        self.setMinimumHeight(self._measure(max(self.width(), self._theme.px(320)))[-1])
        self.updateGeometry()
        self.update()
