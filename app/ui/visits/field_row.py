"""What a registration holds so far, as labelled fields under the line; the one that is asked for is marked."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.theme import Look
from app.ui.widgets.rows import paint_text

WIDTHS = (3, 5, 6, 3, 4)


@dataclass(frozen=True, slots=True)
class FieldCell:
    """One field: its label, its value ("" while it is missing), and whether it is asked for now."""

    label: str
    value: str
    asked: bool = False
    needed: bool = True


class FieldRow(QWidget):
    """Painted, so that it follows every key without a layout of its own."""

    def __init__(self, theme: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._cells: tuple[FieldCell, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_cells(self, cells: tuple[FieldCell, ...]) -> None:
        """Shows these fields; none hides the row."""
        if cells != self._cells:
            self._cells = cells
            self.update()
        self.setVisible(bool(cells))

    def cells(self) -> tuple[FieldCell, ...]:
        """What is shown."""
        return self._cells

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(400), round(60 * self._theme.type_factor))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, gap = self._theme, self._theme.px(10)
        widths = WIDTHS[: len(self._cells)]
        room = self.width() - gap * (len(widths) - 1)
        left = 0.0
        for cell, part in zip(self._cells, widths, strict=True):
            wide = room * part / sum(widths)
            box = QRectF(left, self._theme.px(4), wide, self.height() - self._theme.px(8))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_soft" if cell.asked else "side"))
            painter.drawRoundedRect(box, theme.px(6), theme.px(6))
            inner = box.adjusted(theme.px(10), theme.px(4), -theme.px(8), -theme.px(4))
            upper = QRectF(inner.left(), inner.top(), inner.width(), inner.height() * 0.4)
            lower = QRectF(inner.left(), upper.bottom(), inner.width(), inner.height() * 0.6)
            paint_text(
                painter, theme, upper, cell.label, "accent_ink" if cell.asked else "ink_soft", role="caption"
            )
            missing = "—" if not cell.asked else ""
            ink = "ink" if cell.value else "amber" if cell.needed else "ink_faint"
            paint_text(painter, theme, lower, cell.value or missing, ink, bold=bool(cell.value), role="lead")
            left += wide + gap
