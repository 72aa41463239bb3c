"""What a registration holds so far, as labelled fields under the line; the one that is asked for is marked."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
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

    def widths(self) -> list[float]:
        """How wide each field is: what it says comes first, and where not all fits the longest gives way."""
        theme, parts = self._theme, WIDTHS[: len(self._cells)]
        label, value = QFontMetrics(theme.font("caption")), QFontMetrics(theme.font("lead", bold=True))
        around = theme.px(10) + theme.px(8) + 2
        needs = [
            float(around + max(label.horizontalAdvance(cell.label), value.horizontalAdvance(cell.value)))
            for cell in self._cells
        ]
        spare = self.width() - theme.px(10) * (len(parts) - 1) - sum(needs)
        if spare >= 0:
            # As near to the usual parts as what is said allows.
            room = sum(needs) + spare
            usual = [room * part / sum(parts) for part in parts]
            over = sum(max(need - wide, 0) for need, wide in zip(needs, usual, strict=True))
            give = sum(max(wide - need, 0) for need, wide in zip(needs, usual, strict=True))
            return [
                need if need >= wide else wide - (wide - need) * over / give
                for need, wide in zip(needs, usual, strict=True)
            ]
        return _cut_longest(needs, sum(needs) + spare)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(400), round(60 * self._theme.type_factor))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, gap = self._theme, self._theme.px(10)
        left = 0.0
        for cell, wide in zip(self._cells, self.widths(), strict=True):
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


def _cut_longest(needs: list[float], room: float) -> list[float]:
    """The same for less room: one limit for all, so that only the longest are cut."""
    limit, left, many = 0.0, room, len(needs)
    for need in sorted(needs):
        limit = left / many
        if need > limit:
            break
        left, many = left - need, many - 1
    return [min(need, limit) for need in needs]
