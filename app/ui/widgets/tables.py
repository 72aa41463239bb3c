"""Views in the kit's manner: rows as high as the theme says, hairlines only, keyboard first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QListView, QTableView, QWidget

from app.ui.paged_table_model import Column
from app.ui.theme import Look
from app.ui.widgets.rows import CellDelegate, TwoLineDelegate

SHORT = 110  # px at 100 %: a column not wider than this holds a time or a figure


class Table(QTableView):
    """A table of whole rows. Give it a model, then `set_columns` for the widths.

    `taken(index)`: Return or double click.

    A column of width 0 takes the room that is left.
    """

    taken = Signal(QModelIndex)

    def __init__(
        self,
        theme: Look,
        parent: QWidget | None = None,
        *,
        kind: str = "desk",
        header: bool = True,
        rules: bool = True,
    ) -> None:
        super().__init__(parent)
        self._theme, self._kind = theme, kind
        self._widths: tuple[int, ...] = ()
        self.setItemDelegate(CellDelegate(theme, self, kind=kind, rules=rules))
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.viewport().setAutoFillBackground(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = self.horizontalHeader()
        head.setVisible(header)
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setMinimumSectionSize(theme.px(24))
        self.doubleClicked.connect(self.taken)
        theme.changed.connect(self._measure)
        self._measure()

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Take the widths from the model's columns."""
        self._widths = tuple(column.width for column in columns)
        self._spread()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.taken.emit(self.currentIndex())
            return
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and not event.modifiers():
            # Whole rows are chosen: the ends are those of the list, not of the row.
            count = self.model().rowCount() if self.model() is not None else 0
            self.selectRow(0 if event.key() == Qt.Key.Key_Home else count - 1)
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._spread()

    def _measure(self) -> None:
        head = self.horizontalHeader()
        head.setFont(self._theme.font("caption"))
        head.setFixedHeight(self._theme.px(30 * (self._theme.type_factor / self._theme.factor)))
        self.verticalHeader().setDefaultSectionSize(self._theme.row(self._kind))
        self._spread()

    def _spread(self) -> None:
        """Widths at the zoom in force. Where they do not fit the wide ones shrink first, and all alike only then.

        A time or a figure cut in two says nothing, and nothing hides to the right.
        """
        if not self._widths or self.model() is None or self.model().columnCount() != len(self._widths):
            return
        factor = self._theme.type_factor
        room = self.viewport().width()
        fixed = [round(width * factor) for width in self._widths]
        open_ones = self._widths.count(0)
        least = round(120 * factor) * open_ones
        short = round(SHORT * factor)
        wide = sum(width for width in fixed if width > short)
        excess = sum(fixed) + least - room
        if excess > 0 and wide:
            part = max((wide - excess) / wide, 0.45)
            fixed = [max(int(width * part), short) if width > short else width for width in fixed]
        if sum(fixed) + least > room and any(fixed):
            part = max((room - least) / sum(fixed), 0.3)
            fixed = [int(width * part) for width in fixed]
        left = max(room - sum(fixed), least)
        for at, width in enumerate(fixed):
            self.setColumnWidth(at, width or left // max(open_ones, 1))


class ListView(QListView):
    """A list of two-line rows. `taken(index)`: Return or double click; arrows move at once."""

    taken = Signal(QModelIndex)
    moved_to = Signal(QModelIndex)  # another row became the current one

    def __init__(self, theme: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(TwoLineDelegate(theme, self))
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.doubleClicked.connect(self.taken)
        theme.changed.connect(self._again)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().currentChanged(current, previous)
        self.moved_to.emit(current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.taken.emit(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _again(self) -> None:
        self.scheduleDelayedItemsLayout()
        self.viewport().update()
