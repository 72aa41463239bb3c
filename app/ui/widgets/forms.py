"""Forms: labels left, the field right, the error in one sentence under its own field."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.errors import DomainError
from app.ui.icons import icon
from app.ui.language import Language
from app.ui.theme import Look
from app.ui.widgets.text import Text


class FieldError(QWidget):
    """One sentence in red with a shape; takes no room while there is nothing to say. `hint` says something softly."""

    def __init__(self, theme: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._mark = Text(theme)
        self._text = Text(theme, role="caption", tone="red", wrap=True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, theme.px(2))
        row.setSpacing(theme.px(4))
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        self.hide()

    def show_text(self, text: str) -> None:
        """Say what is wrong; an empty text hides it."""
        self._say(text, "red", "error")

    def hint(self, text: str, tone: str = "ink_soft") -> None:
        """Say something that is no error: what was understood, what is offered."""
        self._say(text, tone, "")

    def text(self) -> str:
        """What is said."""
        return self._text.text()

    def _say(self, text: str, tone: str, mark: str) -> None:
        self._text.setText(text)
        self._text.set_tone(tone)
        size = round(self._theme.font("caption").pixelSize() * 1.3)
        if mark:
            self._mark.setPixmap(icon(self._theme, mark, tone, size).pixmap(size, size))
        self._mark.setVisible(bool(mark))
        self.setVisible(bool(text))


class Form(QWidget):
    """Rows of label and field. `add("host", "visits.host", QLineEdit())`; the first names the field for errors."""

    def __init__(self, theme: Look, words: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._words = theme, words
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.px(16))
        self._grid.setVerticalSpacing(theme.px(8))
        self._grid.setColumnStretch(1, 1)
        self._labels: dict[str, tuple[Text, str]] = {}
        self._fields: dict[str, QWidget] = {}
        self._errors: dict[str, FieldError] = {}

    def add(self, name: str, label_code: str, field: QWidget, *, beside: QWidget | None = None) -> QWidget:
        """Add a row; answer the field. `beside` stands right of it (choices, a key hint)."""
        row = self._grid.rowCount()
        label = Text(self._theme, self._words(label_code), tone="ink_soft")
        label.setMinimumHeight(self._theme.row())
        field.setMinimumHeight(self._theme.row())
        if hasattr(field, "setAccessibleName"):
            field.setAccessibleName(label.text())
        error = FieldError(self._theme)
        column = QVBoxLayout()
        column.setSpacing(self._theme.px(2))
        line = QHBoxLayout()
        line.setSpacing(self._theme.px(8))
        line.addWidget(field, 1)
        if beside is not None:
            line.addWidget(beside)
        column.addLayout(line)
        column.addWidget(error)
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._grid.addLayout(column, row, 1)
        self._labels[name], self._fields[name], self._errors[name] = (label, label_code), field, error
        return field

    def field(self, name: str) -> QWidget:
        """The field of this name. KeyError if there is none."""
        return self._fields[name]

    def show_row(self, name: str, shown: bool) -> None:
        """Show or hide a row: what is not asked for takes no room. KeyError if there is none."""
        for part in (self._labels[name][0], self._fields[name]):
            part.setVisible(shown)
        if not shown:
            self._errors[name].show_text("")

    def error(self, name: str) -> FieldError:
        """The place under a field. KeyError if there is none."""
        return self._errors[name]

    def show_error(self, error: DomainError, *, focus: bool = True) -> bool:
        """Put an error under its field and go there; False when it belongs to none of this form's fields."""
        place = self._errors.get(error.field)
        if place is None:
            return False
        self._mark(error.field, True)
        place.show_text(error.text(self._words.words))
        if focus:
            self._fields[error.field].setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def clear_errors(self) -> None:
        """Take all errors away."""
        for name, place in self._errors.items():
            self._mark(name, False)
            place.show_text("")

    def retranslate(self) -> None:
        """Write the labels in the language in force; errors go, since their sentence is in the old one."""
        for name, (label, code) in self._labels.items():
            label.setText(self._words(code))
            self._fields[name].setAccessibleName(label.text())

    def _mark(self, name: str, wrong: bool) -> None:
        field = self._fields[name]
        if bool(field.property("wrong")) != wrong:
            field.setProperty("wrong", wrong)
            field.style().unpolish(field)
            field.style().polish(field)
