"""F1: the keys of the page in front, and the way to the guide."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.ui.language import Language
from app.ui.page import KeyGroups
from app.ui.theme import Look
from app.ui.widgets.buttons import KeyCap, QuietButton
from app.ui.widgets.card import Rule
from app.ui.widgets.overlay import Overlay
from app.ui.widgets.text import Text

COLUMNS = (2, 3, 4)
HEAD, LEAST = 2, 3  # rows that a group's name takes; the fewest keys under it at a column's foot
WIDE = 400  # logical px of a column, at most


class KeysOverlay(Overlay):
    """Groups of key caps and what they do, in as few columns as show all. Esc or F1 closes; ↵ opens the guide."""

    guide = Signal()

    def __init__(self, theme: Look, words: Language, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._words = words
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(theme.px(24), theme.px(16), theme.px(16), theme.px(12))
        self._title = Text(theme, role="title", bold=True)
        self._guide = QuietButton(theme, "", "Return")
        self._guide.clicked.connect(self._open_guide)
        row.addWidget(self._title)
        row.addStretch(1)
        row.addWidget(self._guide)
        self.panel.addWidget(head)
        self.panel.addWidget(Rule(theme))
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.panel.addWidget(self._scroll, 1)
        self.first = self
        self._wide = self._tall = 0

    def show_keys(self, title: str, groups: KeyGroups) -> None:
        """Open with these groups: `(title, [(keys, text), …])`."""
        self._title.setText(self._words("keys.title", page=title))
        self._guide.setText(self._words("keys.guide"))
        parent = self.parentWidget()
        room = parent.height() if parent is not None else 0
        across = parent.width() if parent is not None else 0
        fitting = [
            count
            for count in COLUMNS
            if count == COLUMNS[0] or count * self.theme.px(WIDE * 3 // 4) <= across
        ]
        content = QWidget()
        for count in (*fitting, COLUMNS[0]):  # where none shows them all, the texts are whole and it scrolls
            content = self._content(columns_of(groups, count))
            self._wide = count * self.theme.px(WIDE)
            self._tall = content.sizeHint().height() + self.theme.px(72)
            if self._tall <= room - 2 * self.theme.px(16):
                break
        old = self._scroll.takeWidget()
        if old is not None:
            old.deleteLater()
        self._scroll.setWidget(content)
        self._scroll.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        self.open()

    def wanted_size(self) -> tuple[int, int]:
        return self._wide + self.theme.px(20), max(self._tall, self.theme.px(240))

    def key(self, event: QKeyEvent) -> bool:
        bar = self._scroll.verticalScrollBar()
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        if event.key() == Qt.Key.Key_F1:
            self.close_overlay()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open_guide()
        elif event.key() in steps:
            bar.setValue(bar.value() + steps[Qt.Key(event.key())] * self.theme.row())
        return True

    def _content(self, columns: Sequence[KeyGroups]) -> QWidget:
        theme = self.theme
        content = QWidget()
        content.setProperty("kind", "clear")
        across = QHBoxLayout(content)
        across.setContentsMargins(theme.px(24), theme.px(16), theme.px(24), theme.px(20))
        across.setSpacing(theme.px(48 if len(columns) == COLUMNS[0] else 24))
        for groups in columns:
            column = QVBoxLayout()
            column.setSpacing(theme.px(20))
            for name, keys in groups:
                column.addLayout(self._group(name, keys))
            column.addStretch(1)
            across.addLayout(column, 1)
        return content

    def _group(self, name: str, keys: Sequence[tuple[str, str]]) -> QGridLayout:
        theme = self.theme
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(16))
        grid.setVerticalSpacing(theme.px(8))
        grid.setColumnMinimumWidth(0, theme.px(112))
        grid.setColumnStretch(1, 1)
        grid.addWidget(Text(theme, name, role="caption", tone="ink_soft", bold=True), 0, 0, 1, 2)
        for at, (cap, text) in enumerate(keys, 1):
            grid.addWidget(KeyCap(theme, cap), at, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(Text(theme, text, elide=True), at, 1)
        return grid

    def _open_guide(self) -> None:
        self.close_overlay()
        self.guide.emit()


def columns_of(groups: KeyGroups, count: int) -> list[KeyGroups]:
    """The groups flow through so many columns, one after the other; a long one goes on in the next, named again."""
    limit = -(-sum(len(keys) + HEAD for _, keys in groups) // count) + HEAD
    columns: list[list[tuple[str, Sequence[tuple[str, str]]]]] = [[]]
    filled = 0
    for name, keys in groups:
        left = list(keys)
        while left:
            free = limit - filled - HEAD
            if free < min(LEAST, len(left)) and len(columns) < count:
                columns.append([])
                filled = 0
                continue
            part = left[:free] if len(columns) < count else left
            columns[-1].append((name, part))
            filled += len(part) + HEAD
            left = left[len(part) :]
    return [*columns]
