"""Rows of a list, fetched page by page by the key of the last one (keyset paging, never OFFSET).

Answers of an older filter are dropped by their generation number. Pages are inserted, never reset; a reset happens only
for a new filter or order; then the model asks for the first page itself, since an empty view never does (pitfall 7).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from app.ui.language import Language
from app.ui.widgets.rows import CELL, LINES, ROW_TONE, Cell, TwoLines

Index = QModelIndex | QPersistentModelIndex
Row = Any  # a frozen value of a query
Answer = Callable[[Sequence[Row]], object]
Fetch = Callable[[Hashable | None, int, Answer], object]
PAGE = 100
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `code` names it, `title_code` is its header's text, `text(row)` or `cell(row)` what stands in it.

    `width` in logical px at 100 % (0 takes what is left); `align` is `left` or `right`.
    """

    code: str
    title_code: str
    text: Callable[[Row], str]
    align: str = "left"
    width: int = 0
    cell: Callable[[Row], Cell] | None = None


class PagedTableModel(QAbstractTableModel):
    """Rows that come page by page.

    `fetch(after_key, limit, on_done)` asks for the rows after a key (None: from the start) and calls `on_done(rows)`
    later, on the GUI thread. Pass `on_done` straight on: `background.run(query, …, done=on_done)`.

    `key(row)` is unique and is what the next page starts after. Row values are frozen and never asked again while
    painting. For a list of two lines give `lines(row)`; `tone(row)` tints a whole row.
    """

    loaded = Signal()  # a page came in, or a refresh ended (also with nothing new)

    def __init__(
        self,
        columns: Sequence[Column],
        fetch: Fetch,
        key: Callable[[Row], Hashable],
        words: Language,
        *,
        page: int = PAGE,
        lines: Callable[[Row], TwoLines] | None = None,
        tone: Callable[[Row], str] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._fetch, self._key, self._words, self._page = fetch, key, words, page
        self._lines, self._tone = lines, tone
        self._rows: list[Row] = []
        self._at: dict[Hashable, int] | None = {}
        self._generation = 0
        self._asking = False
        self._again = False
        self._more = False

    def reload(self, fetch: Fetch | None = None) -> None:
        """Another filter or order (or a first start): empty, then fetch the first page."""
        if fetch is not None:
            self._fetch = fetch
        self._generation += 1
        self.beginResetModel()
        self._rows = []
        self._at = {}
        self.endResetModel()
        self._asking, self._again, self._more = False, False, True
        self.fetchMore(ROOT)

    def refresh(self) -> None:
        """Rows have changed somewhere: fetch as many again and put in the differences; selection and scroll stay."""
        if self._asking:
            self._again = True
            return
        if not self._generation:
            self.reload()
            return
        self._asking = True
        limit = max(len(self._rows), self._page)
        self._fetch(None, limit, partial(self._refreshed, self._generation, limit))

    def row_at(self, row: int) -> Row | None:
        """The value of a row, or None."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, key: Hashable) -> int:
        """Where the row with this key stands, or -1."""
        if self._at is None:
            self._at = {self._key(row): at for at, row in enumerate(self._rows)}
        return self._at.get(key, -1)

    def loading(self) -> bool:
        """Whether an answer is awaited."""
        return self._asking

    def complete(self) -> bool:
        """Whether the last page is in."""
        return bool(self._generation) and not self._more and not self._asking

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        row, column = self._rows[index.row()], self.columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return column.text(row)
        if role == CELL:
            return column.cell(row) if column.cell else None
        if role == LINES:
            return self._lines(row) if self._lines else None
        if role == ROW_TONE:
            return self._tone(row) if self._tone else ""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _aligned(column)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            code = self.columns[section].title_code
            return self._words(code) if code else ""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _aligned(self.columns[section])
        return None

    def retranslate(self) -> None:
        """The headers, and what rows say, in the language in force."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self.columns) - 1))

    def canFetchMore(self, parent: Index = ROOT) -> bool:
        return not parent.isValid() and self._more and not self._asking

    def fetchMore(self, parent: Index = ROOT) -> None:
        if not self.canFetchMore(parent):
            return
        self._asking = True
        after = self._key(self._rows[-1]) if self._rows else None
        self._fetch(after, self._page, partial(self._arrived, self._generation))

    def failed(self) -> None:
        """The fetch could not be done (the page shows why): the next scroll or refresh asks again."""
        self._asking = False

    def _arrived(self, generation: int, rows: Sequence[Row]) -> None:
        if generation != self._generation:
            return
        self._asking = False
        self._more = len(rows) >= self._page
        new = [row for row in rows if self.row_of(self._key(row)) < 0]
        if new:
            self.beginInsertRows(ROOT, len(self._rows), len(self._rows) + len(new) - 1)
            self._rows.extend(new)
            self._at = None
            self.endInsertRows()
        self._settle()

    def _refreshed(self, generation: int, limit: int, rows: Sequence[Row]) -> None:
        if generation != self._generation:
            return
        self._asking = False
        self._more = len(rows) >= limit
        self._merge(list(rows))
        self._settle()

    def _settle(self) -> None:
        self.loaded.emit()
        if self._again:
            self._again = False
            self.refresh()

    def _merge(self, new: list[Row]) -> None:
        """Make the rows equal to `new` by removals, insertions and changes; rows that moved go and come again."""
        wanted = {self._key(row): at for at, row in enumerate(new)}
        last = -1
        keep: list[bool] = []
        for row in self._rows:
            at = wanted.get(self._key(row), -1)
            keep.append(at > last)
            last = max(last, at)
        end = len(self._rows)
        while end > 0:
            if keep[end - 1]:
                end -= 1
                continue
            start = end
            while start > 0 and not keep[start - 1]:
                start -= 1
            self.beginRemoveRows(ROOT, start, end - 1)
            del self._rows[start:end]
            self._at = None
            self.endRemoveRows()
            end = start
        at = 0
        while at < len(new):
            if at < len(self._rows) and self._key(self._rows[at]) == self._key(new[at]):
                if self._rows[at] != new[at]:
                    self._rows[at] = new[at]
                    self.dataChanged.emit(self.index(at, 0), self.index(at, len(self.columns) - 1))
                at += 1
                continue
            stop = at + 1
            old = self._key(self._rows[at]) if at < len(self._rows) else None
            while stop < len(new) and (old is None or self._key(new[stop]) != old):
                stop += 1
            self.beginInsertRows(ROOT, at, stop - 1)
            self._rows[at:at] = new[at:stop]
            self._at = None
            self.endInsertRows()
            at = stop


def _aligned(column: Column) -> int:
    return RIGHT if column.align == "right" else LEFT
