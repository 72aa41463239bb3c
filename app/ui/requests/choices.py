"""Choices side by side of which one is taken; they go on in the next line where the window is narrow."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QWidget

from app.ui.icons import paint_icon
from app.ui.theme import Look
from app.ui.widgets.buttons import PlainButton, cap_width
from app.ui.widgets.flow import FlowLayout


class Choice(PlainButton):
    """One of them. Taken it has a tick where its key's cap was: the ring of the focus alone takes nothing."""

    def paint_content(self, painter: QPainter, ink: str, bold: bool, on_accent: bool) -> None:
        if not (self.isChecked() and self.key):
            super().paint_content(painter, ink, bold, on_accent)
            return
        theme, side, box = self._theme, self._theme.px(self.side), QRectF(self.rect())
        painter.setPen(theme.colour(ink if self.isEnabled() else "ink_faint"))
        painter.setFont(theme.font(self._role, bold))
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(box.adjusted(side, 0, -side, 0), left, self.text())
        size, wide = theme.px(16), cap_width(theme, self.key, self.cap_role())
        place = QRectF(box.right() - side - (wide + size) / 2, (box.height() - size) / 2, size, size)
        paint_icon(painter, "check", place, theme.colour(ink))


class Choices(QWidget):
    """`set_choices([(value, text, key)])`; `chosen(value)`. A digit takes one by its place while the focus is here."""

    chosen = Signal(object)

    def __init__(self, theme: Look, parent: QWidget | None = None, *, across: int = 8) -> None:
        super().__init__(parent)
        self._theme = theme
        self._values: list[object] = []
        self._mute: list[QShortcut] = []
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.idClicked.connect(self._clicked)
        self._flow = FlowLayout(self, across=theme.px(across), down=theme.px(6))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_choices(
        self, choices: Sequence[tuple[object, str, str]], off: frozenset[object] = frozenset()
    ) -> None:
        """Other choices; what was taken stays taken if it is still there. Those in `off` cannot be taken now."""
        before = self.value()
        for old in self._group.buttons():
            self._group.removeButton(old)
            self._flow.removeWidget(old)
            old.hide()
            old.deleteLater()
        while self._mute:
            mute = self._mute.pop()
            mute.setEnabled(False)
            mute.deleteLater()
        self._values = [value for value, _, _ in choices]
        for at, (value, text, key) in enumerate(choices):
            button = Choice(self._theme, text, key, bind=bool(key))
            button.side, button.between = 10, 8
            button.setCheckable(True)
            button.setChecked(value == before)
            if value in off:
                button.setEnabled(False)
                if key:  # the key of a choice that is off is not typed into the field either
                    self._mute.append(QShortcut(QKeySequence(key), self))
            self._group.addButton(button, at)
            self._flow.addWidget(button)
        stop = self.stop()
        if stop is not None:
            self.setFocusProxy(stop)
        self.updateGeometry()

    def value(self) -> object:
        """The value taken, or None."""
        at = self._group.checkedId()
        return self._values[at] if 0 <= at < len(self._values) else None

    def set_value(self, value: object) -> None:
        """Take this one without saying `chosen`; an unknown value takes none."""
        self._group.setExclusive(False)
        for button in self._group.buttons():
            button.setChecked(self._values[self._group.id(button)] == value)
        self._group.setExclusive(True)

    def stop(self) -> QWidget | None:
        """Where Tab stops: the choice that is taken, else the first that can be."""
        buttons = [button for button in self._group.buttons() if button.isEnabled()]
        return next((button for button in buttons if button.isChecked()), next(iter(buttons), None))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at = int(event.key()) - int(Qt.Key.Key_1)
        if not event.modifiers() and 0 <= at < len(self._values):
            self._group.button(at).click()
            return
        super().keyPressEvent(event)

    def _clicked(self, at: int) -> None:
        self.chosen.emit(self._values[at])
