"""Delegates: rows of two lines (a desk's list) and cells of a table, painted with the theme's tokens.

A row's values come ready from the model: nothing is computed while painting. Long text ends in …, never cut through.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.ui.icons import paint_icon
from app.ui.theme import Look
from app.ui.widgets.badge import badge_height, badge_width, paint_badge
from app.ui.widgets.buttons import cap_height, cap_width, paint_cap

LINES = Qt.ItemDataRole.UserRole + 1  # a TwoLines
CELL = Qt.ItemDataRole.UserRole + 2  # a Cell
ROW_TONE = Qt.ItemDataRole.UserRole + 3  # "", "amber" or "red": the ground of the whole row
Index = QModelIndex | QPersistentModelIndex
# Made once: putting flags together costs more than drawing a short text.
LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine
RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight | Qt.TextFlag.TextSingleLine
RIGHT_BIT = int(Qt.AlignmentFlag.AlignRight)
SIGNS = {"amber": "caution", "red": "warning", "green": "check"}  # a state is never colour alone


@dataclass(frozen=True, slots=True)
class TwoLines:
    """A row of a desk's list: title and what stands right of it, a softer line below, the tone of the right text."""

    title: str
    below: str = ""
    right: str = ""
    right_below: str = ""
    tone: str = ""  # "", "amber", "red", "green": colour and shape of `right`


@dataclass(frozen=True, slots=True)
class Cell:
    """How a table's cell looks: tone of its text (a colour's name), weight, icon before it, or a badge or key cap."""

    text: str
    tone: str = "ink"
    bold: bool = False
    icon: str = ""
    badge: str = ""  # a badge's tone
    cap: bool = False


class TwoLineDelegate(QStyledItemDelegate):
    """Paints the `TwoLines` under LINES, with an accent bar at the selected row."""

    def __init__(self, theme: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line = QFontMetrics(self._theme.font("body")).height()
        return QSize(self._theme.px(160), 2 * line + self._theme.px(22))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        lines = index.data(LINES)
        if not isinstance(lines, TwoLines):
            return
        theme = self._theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.colour("accent_soft"))
            painter.fillRect(
                QRectF(box.left(), box.top(), theme.px(3), box.height()), theme.colour("accent_ink")
            )
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, theme.colour("hover"))
        painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), theme.colour("line"))
        inner = box.adjusted(theme.px(16), theme.px(10), -theme.px(16), -theme.px(11))
        half = inner.height() / 2
        upper = QRectF(inner.left(), inner.top(), inner.width(), half)
        lower = QRectF(inner.left(), inner.top() + half, inner.width(), half)
        wide = self._right(painter, upper, lines.right, lines.tone or "ink", SIGNS.get(lines.tone, ""))
        paint_text(painter, theme, upper.adjusted(0, 0, -wide, 0), lines.title, "ink", bold=True)
        wide = self._right(painter, lower, lines.right_below, "ink_soft", "")
        paint_text(painter, theme, lower.adjusted(0, 0, -wide, 0), lines.below, "ink_soft")
        painter.restore()

    def _right(self, painter: QPainter, box: QRectF, text: str, tone: str, mark: str) -> float:
        if not text:
            return 0.0
        theme = self._theme
        wide = QFontMetrics(theme.font("body")).horizontalAdvance(text) + 1
        paint_text(painter, theme, QRectF(box.right() - wide, box.top(), wide, box.height()), text, tone)
        size = theme.px(15) if mark else 0
        if mark:
            place = QRectF(box.right() - wide - size - theme.px(3), box.center().y() - size / 2, size, size)
            paint_icon(painter, mark, place, theme.colour(tone))
        return wide + size + theme.px(12)


class CellDelegate(QStyledItemDelegate):
    """Paints the cells of a table: a `Cell` under CELL, else the plain text; hairline rows, tinted rows by ROW_TONE."""

    def __init__(
        self, theme: Look, parent: QWidget | None = None, *, kind: str = "desk", rules: bool = True
    ) -> None:
        super().__init__(parent)
        self._theme, self._kind, self._rules = theme, kind, rules

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._theme.px(40), self._theme.row(self._kind))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(option.rect)
        tone = index.data(ROW_TONE) or ""
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.colour("accent_soft"))
        elif tone:
            painter.fillRect(box, theme.colour(f"{tone}_soft"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, theme.colour("hover"))
        if self._rules:
            painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), theme.colour("line"))
        cell = index.data(CELL)
        if not isinstance(cell, Cell):
            cell = Cell(str(index.data() or ""))
        align = index.data(Qt.ItemDataRole.TextAlignmentRole)
        right = align is not None and bool(int(align) & RIGHT_BIT)
        first = theme.px(18 if index.column() == 0 else 8)
        last = theme.px(18 if index.column() == index.model().columnCount() - 1 else 8)
        paint_cell(
            painter,
            theme,
            box.adjusted(first, 0, -last, 0),
            cell,
            right,
            "lead" if self._kind == "post" else "body",
        )
        painter.restore()


def paint_cell(
    painter: QPainter, theme: Look, box: QRectF, cell: Cell, right: bool = False, role: str = "body"
) -> None:
    """Draw one cell into a box: text, badge, cap or icon and text, elided to the room there is."""
    if not cell.text:
        return
    if cell.badge or cell.cap:
        if cell.cap:
            wide, high = cap_width(theme, cell.text), cap_height(theme)
        else:
            wide, high = badge_width(theme, cell.text, cell.icon), badge_height(theme)
        wide = min(wide, int(box.width()))
        left = box.right() - wide if right else box.left()
        place = QRectF(left, round(box.center().y() - high / 2), wide, high)
        if cell.cap:
            paint_cap(painter, theme, place, cell.text)
        else:
            paint_badge(painter, theme, place, cell.text, cell.badge, cell.icon)
        return
    if cell.icon:
        metrics = QFontMetrics(theme.font(role, cell.bold))
        size = round(metrics.height() * 0.72)
        wide = min(metrics.horizontalAdvance(cell.text) + 1, int(box.width()) - size - theme.px(4))
        left = box.right() - wide - size - theme.px(4) if right else box.left()
        paint_icon(
            painter, cell.icon, QRectF(left, box.center().y() - size / 2, size, size), theme.colour(cell.tone)
        )
        box = QRectF(left + size + theme.px(4), box.top(), wide, box.height())
    paint_text(painter, theme, box, cell.text, cell.tone, bold=cell.bold, role=role, right=right)


def paint_text(
    painter: QPainter,
    theme: Look,
    box: QRectF,
    text: str,
    tone: str,
    *,
    bold: bool = False,
    role: str = "body",
    right: bool = False,
) -> None:
    """Draw one line of text into a box, in the middle of its height, ending in … where it does not fit."""
    if box.width() <= 0:
        return
    font = theme.font(role, bold)
    said = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.setFont(font)
    painter.setPen(theme.colour(tone))
    painter.drawText(box, RIGHT if right else LEFT, said)
