"""Ctrl+K: one box that finds visitors, requests, customers, people and commands, by pinyin initials too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.ui.icons import paint_icon
from app.ui.language import Language
from app.ui.theme import Look
from app.ui.widgets.buttons import cap_height, cap_width, paint_cap
from app.ui.widgets.card import Rule
from app.ui.widgets.overlay import Overlay
from app.ui.widgets.rows import paint_text
from app.ui.widgets.search_line import SearchLine
from app.ui.widgets.text import Text

MOST = 5  # of one kind
FOUND = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Found:
    """One line of the box: `kind` (command, visitor, request, customer, person), what it says, and what Enter does.

    `names` are what it is called besides its title: a request's number, a name in pinyin.
    """

    kind: str
    title: str
    subtitle: str
    run: Callable[[], object]
    keys: str = ""
    names: tuple[str, ...] = ()

    def nearness(self, text: str) -> int:
        """0 is called so, 1 begins so, 2 has it inside, 3 fits in another way (a phone, a contact)."""
        typed, names = text.casefold(), [name.casefold() for name in (self.title, *self.names)]
        if typed in names:
            return 0
        if any(name.startswith(typed) for name in names):
            return 1
        return 2 if any(typed in name for name in names) else 3


Answer = Callable[[Sequence[Found]], object]
Provider = Callable[[str, Answer], object]  # asked with the text; calls the answer later, on the GUI thread
KINDS = ("visitor", "request", "customer", "person", "command")  # their order where none fits better


class _Lines(QAbstractListModel):
    """What was found, in the order of KINDS, at most MOST of a kind."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.found: list[Found] = []

    def put(self, found: list[Found]) -> None:
        """Show these instead."""
        self.beginResetModel()
        self.found = found
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.found)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.found):
            return None
        one = self.found[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{one.title} {one.subtitle}".strip()
        return one if role == FOUND else None


class _Delegate(QStyledItemDelegate):
    """Icon of the kind, title, softer what it is, the key at the right."""

    def __init__(self, theme: Look, words: Language, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._words = theme, words

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._theme.px(200), round(self._theme.font("body").pixelSize() * 2.9))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        found = index.data(FOUND)
        if not isinstance(found, Found):
            return
        theme = self._theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(option.rect).adjusted(theme.px(8), 1, -theme.px(8), -1)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_soft"))
            painter.drawRoundedRect(box, 6, 6)
        size = theme.px(18)
        mark = QRectF(box.left() + theme.px(10), box.center().y() - size / 2, size, size)
        paint_icon(painter, found.kind, mark, theme.colour("ink_soft"))
        inner = box.adjusted(theme.px(40), 0, -theme.px(12), 0)
        if found.keys:
            wide, high = cap_width(theme, found.keys), cap_height(theme)
            place = QRectF(inner.right() - wide, box.center().y() - high / 2, wide, high)
            paint_cap(painter, theme, place, found.keys)
            inner.setRight(place.left() - theme.px(12))
        else:
            kind = self._words(f"window.kind_{found.kind}")
            paint_text(painter, theme, inner, kind, "ink_soft", role="caption", right=True)
            inner.setRight(inner.right() - theme.px(72))
        if found.subtitle:
            half = inner.width() * 0.42
            paint_text(
                painter,
                theme,
                QRectF(inner.left(), inner.top(), half, inner.height()),
                found.title,
                "ink",
                bold=True,
            )
            rest = inner.adjusted(half + theme.px(12), 0, 0, 0)
            paint_text(painter, theme, rest, found.subtitle, "ink_soft")
        else:
            paint_text(painter, theme, inner, found.title, "ink")
        painter.restore()


class CommandBox(Overlay):
    """The box. `add_provider(code, provider)`; a provider that answers late for an older text is not heard."""

    def __init__(self, theme: Look, words: Language, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._words = words
        self._providers: dict[str, Provider] = {}
        self._found: dict[str, list[Found]] = {}
        self._asked = 0
        self._stepped = False  # by the arrow keys, since the text changed
        self._waiting: set[str] = set()
        self.line = SearchLine()
        self.line.setProperty("kind", "bare")
        self.line.setFont(theme.font("title"))
        self.line.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(8))
        self.line.sought.connect(self._ask)
        self._model = _Lines(self)
        self.list = QListView()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setModel(self._model)
        self.list.setItemDelegate(_Delegate(theme, words, self))
        self.list.clicked.connect(self._clicked)
        self._nothing = Text(theme, tone="ink_soft")
        self._nothing.setContentsMargins(theme.px(24), theme.px(14), theme.px(24), theme.px(14))
        self.panel.addWidget(self.line)
        self.panel.addWidget(Rule(theme))
        self.panel.addSpacing(theme.px(6))
        self.panel.addWidget(self._nothing)
        self.panel.addWidget(self.list, 1)
        self.panel.addSpacing(theme.px(6))
        self.first = self.line
        theme.changed.connect(self._restyle)
        self.retranslate()

    def add_provider(self, code: str, provider: Provider) -> None:
        """Ask this one too. `provider(text, answer)` calls `answer([Found, …])`, at once or later."""
        self._providers[code] = provider

    def begin(self, text: str = "") -> None:
        """Open it, with the text selected."""
        self.open()
        self.line.setText(text)
        self.line.selectAll()
        self._ask()

    def found(self) -> list[Found]:
        """What is shown, in order."""
        return list(self._model.found)

    def retranslate(self) -> None:
        """Write the texts in the language in force."""
        self.line.setPlaceholderText(self._words("window.search"))
        self.line.setAccessibleName(self._words("window.search"))

    def wanted_size(self) -> tuple[int, int]:
        row = round(self.theme.font("body").pixelSize() * 2.9)
        lines = min(max(self._model.rowCount(), 2), 9)
        return self.theme.px(680), self.line.sizeHint().height() + lines * row + self.theme.px(18)

    def top_part(self) -> float:
        return 0.0

    def place(self) -> None:
        super().place()
        panel = self.panel.parentWidget()
        if panel is not None:
            panel.move(
                panel.x(), min(round(self.height() * 0.14), max(self.height() - panel.height() - 16, 0))
            )

    def key(self, event: QKeyEvent) -> bool:
        row, last = self.list.currentIndex().row(), self._model.rowCount() - 1
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and last >= 0:
            self._stepped = True
            row += 1 if event.key() == Qt.Key.Key_Down else -1
            self.list.setCurrentIndex(self._model.index(row % (last + 1)))
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(row)
            return True
        if event.key() == Qt.Key.Key_K and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.close_overlay()
            return True
        return False

    def _ask(self) -> None:
        self._asked += 1
        self._stepped = False
        self._waiting = set(self._providers)
        text = self.line.sought_text().strip()
        for code, provider in self._providers.items():
            provider(text, partial(self._answered, self._asked, code))

    def _answered(self, asked: int, code: str, found: Sequence[Found]) -> None:
        if asked != self._asked:
            return
        self._waiting.discard(code)
        self._found[code] = list(found)
        self._show()

    def _show(self) -> None:
        text = self.line.sought_text().strip()
        lines = in_order([one for found in self._found.values() for one in found], text)
        before = self.list.currentIndex().data(FOUND) if self._stepped else None
        self._model.put(lines)
        row = next((at for at, one in enumerate(lines) if one == before), 0)
        self.list.setCurrentIndex(self._model.index(row))
        self.list.setVisible(bool(lines))
        self._nothing.setVisible(not lines and not self._waiting)
        self._nothing.setText(self._words("window.nothing_found", text=self.line.sought_text().strip()))
        self.place()

    def _clicked(self, index: QModelIndex) -> None:
        self._take(index.row())

    def _take(self, row: int) -> None:
        if 0 <= row < len(self._model.found):
            one = self._model.found[row]
            self.close_overlay()
            one.run()

    def _restyle(self) -> None:
        self.line.setFont(self.theme.font("title"))


def in_order(found: Sequence[Found], text: str) -> list[Found]:
    """Kind by kind, the kind with the best fit first, in each the best fit first; at most MOST of a kind.

    Without a text all stand as they came, in the order of KINDS.
    """
    groups = [[one for one in found if one.kind == kind] for kind in KINDS]
    if not text:
        return [one for group in groups for one in group[: 3 * MOST]]
    ranked = [sorted(group, key=lambda one: one.nearness(text)) for group in groups if group]
    ranked.sort(key=lambda group: group[0].nearness(text))
    return [one for group in ranked for one in group[:MOST]]
