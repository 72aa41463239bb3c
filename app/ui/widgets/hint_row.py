"""The key hints in a page's foot: where they do not all fit, the less needed ones give way whole; F1 has them all."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.theme import Look
from app.ui.widgets.buttons import KeyHint


class HintRow(QWidget):
    """`add(hint, rank)` at the left, `add_right(hint, rank)` at the right end; the highest rank goes first."""

    def __init__(self, theme: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ranks: dict[KeyHint, int] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.px(18))
        self._row.addStretch(1)
        self._left = 0

    def add(self, hint: KeyHint, rank: int) -> None:
        """At the left, behind those already there."""
        self._row.insertWidget(self._left, hint)
        self._left += 1
        self._ranks[hint] = rank

    def add_right(self, hint: KeyHint, rank: int) -> None:
        """At the right end."""
        self._row.addWidget(hint)
        self._ranks[hint] = rank

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # another text, another size of type
            self._share()
        return super().event(event)

    def _share(self) -> None:
        gap = self._row.spacing()
        there = sorted(self._ranks, key=lambda hint: self._ranks[hint])
        room = self.width()
        for hint in there:
            room -= hint.sizeHint().width() + gap
            fits = room + gap >= 0
            if hint.isVisibleTo(self) != fits:
                hint.setVisible(fits)
