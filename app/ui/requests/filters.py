"""The saved filters with live counts, at the left (REQ-9); a count that wants somebody at once is red with a sign."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.queries.requests import LISTS
from app.ui.icons import paint_icon
from app.ui.language import Language
from app.ui.theme import Look
from app.ui.widgets.rows import paint_text

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("requests_page.group_mine", ("mine",)),
    ("requests_page.group_center", tuple(code for code in LISTS if code != "mine")),
)
LOUD = ("unassigned", "overdue")  # a count in these is red (REQ-5)


class FilterList(QWidget):
    """`chosen(code)` when another filter was taken."""

    chosen = Signal(str)

    def __init__(self, theme: Look, words: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._words = theme, words
        self._counts: dict[str, int | None] = {}
        self._current = "open"
        self._hover = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        theme.changed.connect(self.updateGeometry)
        self.retranslate()

    @property
    def current(self) -> str:
        """The code of the filter in force."""
        return self._current

    def count(self, code: str) -> int | None:
        """The count of a filter, None where none is kept."""
        return self._counts.get(code)

    def set_counts(self, counts: Mapping[str, int | None]) -> None:
        """The live counts."""
        if counts != self._counts:
            self._counts = dict(counts)
            self.update()

    def take(self, code: str) -> None:
        """Another filter, said by `chosen`."""
        if code in LISTS and code != self._current:
            self._current = code
            self.update()
            self.chosen.emit(code)

    def move_by(self, step: int) -> None:
        """The next or the one before."""
        at = LISTS.index(self._current) + step
        if 0 <= at < len(LISTS):
            self.take(LISTS[at])

    def retranslate(self) -> None:
        """The names."""
        self.setAccessibleName(self._words("requests_page.filters"))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._theme.font("body", bold=True))
        names = [metrics.horizontalAdvance(self._words(f"requests.list_{code}")) for code in LISTS]
        wide = max(names) + metrics.horizontalAdvance("0000") + self._theme.px(64)
        return QSize(max(wide, self._theme.px(176)), self._theme.px(240))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width(), self._theme.px(120))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.move_by(-1 if event.key() == Qt.Key.Key_Up else 1)
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.take(self._at(event.position().y()) or self._current)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hover = self._at(event.position().y())
        if hover != self._hover:
            self._hover = hover
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = ""
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, words = self._theme, self._words
        painter.fillRect(self.rect(), theme.colour("side"))
        for what, code, top, tall in self._rows():
            box = QRectF(0, top, self.width(), tall)
            inner = box.adjusted(theme.px(18), 0, -theme.px(18), 0)
            if what == "group":
                paint_text(painter, theme, inner, words(code), "ink_soft", role="caption")
                continue
            if code in (self._current, self._hover):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("accent_soft" if code == self._current else "hover"))
                place = box.adjusted(theme.px(8), 1, -theme.px(8), -1)
                painter.drawRoundedRect(place, 6, 6)
                if code == self._current and self.hasFocus():
                    painter.setPen(QPen(theme.colour("accent_ink"), 1.5))
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), 5, 5)
            count = self._counts.get(code)
            loud = code in LOUD and bool(count)
            tone = "red" if loud else "ink"
            if count is not None:
                paint_text(
                    painter, theme, inner, f"{count:,}", tone if count else "ink_faint", bold=True, right=True
                )
            name = inner.adjusted(0, 0, -theme.px(36), 0)
            if loud:
                size = theme.px(15)
                mark = QRectF(name.left(), name.center().y() - size / 2, size, size)
                paint_icon(painter, "warning", mark, theme.colour("red"))
                name.setLeft(name.left() + size + theme.px(4))
            paint_text(painter, theme, name, words(f"requests.list_{code}"), tone, bold=code == self._current)

    def _rows(self) -> list[tuple[str, str, int, int]]:
        """What stands where: group or filter, its code, top and height in logical px."""
        theme = self._theme
        tall, rows = theme.row() + theme.px(2), []
        top = theme.px(14)
        for title, codes in GROUPS:
            rows.append(("group", title, top, theme.px(28)))
            top += theme.px(28)
            for code in codes:
                rows.append(("filter", code, top, tall))
                top += tall
            top += theme.px(8)
        return rows

    def _at(self, y: float) -> str:
        return next(
            (code for what, code, top, tall in self._rows() if what == "filter" and top <= y < top + tall), ""
        )
