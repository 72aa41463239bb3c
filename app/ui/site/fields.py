"""The kinds of fields of the Site tab's forms: made, read and written alike, so that any form can be a draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from app.domain.site import minutes_of
from app.errors import DomainError
from app.ui.language import Language
from app.ui.theme import Look
from app.ui.widgets.check import Check
from app.ui.widgets.combo import Combo

Options = Sequence[tuple[str, str]]  # (value, text)
HINTED = ("clock", "list", "phone", "number", "clock_or_none", "number_or_none")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `kind` is text, lines, clock, number, list, phone, choice, many or check; `_or_none`: may be empty.

    Values are JSON: a clock is minutes after midnight, a list is texts, many is a list of option values. `options` of
    choice and many are made anew for each language and each answer of the section's query.
    """

    name: str
    label: str
    kind: str = "text"
    options: Callable[[Language, Any], Options] | None = None


class Many(QWidget):
    """Several of some options, as check boxes in two columns."""

    changed = Signal()

    def __init__(self, theme: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._boxes: dict[str, QCheckBox] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, theme.px(6), 0, theme.px(6))
        self._grid.setHorizontalSpacing(theme.px(12))
        self._grid.setVerticalSpacing(theme.px(8))

    def set_options(self, options: Options) -> None:
        """Other texts, or other options; what is ticked stays ticked."""
        for at, (value, text) in enumerate(options):
            box = self._boxes.get(value)
            if box is None:
                box = self._boxes[value] = Check(self._theme)
                box.toggled.connect(self._toggled)
                self._grid.addWidget(box, at // 2, at % 2)
            box.setText(text)

    def value(self) -> list[str]:
        """The values that are ticked, in the options' order."""
        return [value for value, box in self._boxes.items() if box.isChecked()]

    def set_value(self, values: Sequence[str]) -> None:
        """Tick these and no others."""
        for value, box in self._boxes.items():
            box.setChecked(value in values)

    def setMinimumHeight(self, height: int) -> None:
        """A form makes every field a row high at least: here the rows of boxes say how high it is."""

    def _toggled(self) -> None:
        self.changed.emit()


def make(field: Field, theme: Look, changed: Callable[[], object]) -> QWidget:
    """The widget of a field; `changed` is called at every change, by a person or by `write`."""
    if field.kind == "choice":
        combo = Combo(theme)
        combo.setEditable(field.name == "customer_id")
        combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = combo.completer()
        if combo.isEditable() and isinstance(completer, QCompleter):
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        combo.currentIndexChanged.connect(changed)
        return combo
    if field.kind == "many":
        many = Many(theme)
        many.changed.connect(changed)
        return many
    if field.kind == "check":
        box = Check(theme)
        box.toggled.connect(changed)
        return box
    if field.kind == "lines":
        text = QPlainTextEdit()
        text.setTabChangesFocus(True)
        text.setFixedHeight(theme.row() * 2)
        text.textChanged.connect(changed)
        return text
    line = QLineEdit()
    line.textChanged.connect(changed)
    return line


def fill(field: Field, widget: QWidget, words: Language, facts: Any) -> None:
    """Options and hints in the language in force; what is chosen stays chosen."""
    options = field.options(words, facts) if field.options is not None else ()
    if isinstance(widget, QComboBox):
        before = widget.currentData()
        widget.blockSignals(True)
        widget.clear()
        for value, text in options:
            widget.addItem(text, value)
        widget.setCurrentIndex(max(widget.findData(before), 0))
        widget.blockSignals(False)
    elif isinstance(widget, Many):
        widget.set_options(options)
    elif isinstance(widget, QCheckBox):
        widget.setText(words(f"site_page.tick_{field.name}"))
    elif isinstance(widget, QLineEdit) and field.kind in HINTED:
        widget.setPlaceholderText(words(f"site_page.hint_{field.kind}"))


def typed(field: Field, widget: QWidget) -> Any:
    """What stands in the widget, as it is typed: for drafts, and to see whether anything changed."""
    if isinstance(widget, QComboBox):
        return widget.currentData()
    if isinstance(widget, Many):
        return widget.value()
    if isinstance(widget, QCheckBox):
        return widget.isChecked()
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText()
    assert isinstance(widget, QLineEdit)
    return widget.text()


def put(field: Field, widget: QWidget, value: Any) -> None:
    """Write what `typed` has answered."""
    if isinstance(widget, QComboBox):
        widget.setCurrentIndex(max(widget.findData(value), 0))
    elif isinstance(widget, Many):
        widget.set_value(value or ())
    elif isinstance(widget, QCheckBox):
        widget.setChecked(bool(value))
    elif isinstance(widget, QPlainTextEdit):
        widget.setPlainText(str(value or ""))
    elif isinstance(widget, QLineEdit):
        widget.setText(str(value or ""))


def shown(field: Field, value: Any) -> Any:
    """A row's value as it is typed: 420 minutes are 07:00, a list is joined."""
    if field.kind.startswith("clock"):
        return clock(value) if value is not None else ""
    if field.kind.startswith("number"):
        return "" if value is None else str(value)
    if field.kind == "list":
        return "、".join(value or ())
    if field.kind == "phone":
        return ""  # masked in the list; what is typed here replaces it
    return value


def meant(field: Field, value: Any) -> Any:
    """What a typed value means.

    Raises:
        DomainError: `bad_clock`, `bad_number` at the field.
    """
    text = value.strip() if isinstance(value, str) else value
    if field.kind == "clock_or_none" and not text:
        return None
    if field.kind.startswith("clock"):
        try:
            return minutes_of(text.replace("：", ":"))
        except ValueError as fault:
            raise DomainError("bad_clock", field=field.name) from fault
    if field.kind.startswith("number"):
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 7):
            raise DomainError("bad_number", field=field.name)
        return int(text)
    if field.kind == "list":
        return [
            part
            for part in text.replace("，", "、").replace(",", "、").replace(" ", "、").split("、")
            if part
        ]
    if field.kind == "phone":
        return None if not text else "" if text == "-" else text
    return text


def clock(minutes: int) -> str:
    """Minutes after midnight as 07:00."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
