"""Small buttons side by side of which one is taken: quick times, answers, shifts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QWidget

from app.ui.theme import Look
from app.ui.widgets.buttons import PlainButton


class ChoiceBar(QWidget):
    """`ChoiceBar(theme, [("30", "30 分钟", "Alt+1"), …])`: value, text, key (may be empty). `chosen(value)`.

    Tab reaches the bar once; the arrow keys move inside it, Space takes.
    """

    chosen = Signal(object)

    def __init__(
        self, theme: Look, choices: Sequence[tuple[object, str, str]] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._values: list[object] = []
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.idClicked.connect(self._clicked)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.px(8))
        self._row.addStretch(1)
        self.set_choices(choices)

    def set_choices(self, choices: Sequence[tuple[object, str, str]]) -> None:
        """Other choices; what was taken stays taken if it is still there."""
        before = self.value()
        for old in self._group.buttons():
            self._group.removeButton(old)
            old.hide()
            old.deleteLater()
        self._values = [value for value, _, _ in choices]
        for at, (value, text, key) in enumerate(choices):
            button = PlainButton(self._theme, text, key, bind=bool(key))
            button.side = 12
            button.setCheckable(True)
            button.setChecked(value == before)
            self._group.addButton(button, at)
            self._row.insertWidget(at, button)

    def value(self) -> object:
        """The value taken, or None."""
        at = self._group.checkedId()
        return self._values[at] if 0 <= at < len(self._values) else None

    def set_value(self, value: object) -> None:
        """Take this one without saying `chosen`; an unknown value takes none."""
        self._group.setExclusive(False)
        for at, button in ((self._group.id(button), button) for button in self._group.buttons()):
            button.setChecked(self._values[at] == value)
        self._group.setExclusive(True)

    def button(self, value: object) -> QAbstractButton:
        """The button of a value."""
        return self._group.button(self._values.index(value))

    def _clicked(self, at: int) -> None:
        self.chosen.emit(self._values[at])
