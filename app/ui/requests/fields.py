"""The fields that the panels of actions are made of. Each keeps a JSON value, so that nothing typed is ever lost.

Every field has `changed`, `keep()` (what is typed, as a JSON value; None while untouched), `put_back(kept)`, `shown()`
(what it says, for the two sides of a lost race) and `retranslate()`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, cast
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.errors import DomainError
from app.ui.requests.choices import Choices
from app.ui.requests.texts import moment_text
from app.ui.requests.times import Quick, ahead, read_time
from app.ui.services import Services
from app.ui.widgets.flow import FlowLayout
from app.ui.widgets.text import Text

LONGEST = 4000
Naming = Callable[[str], str]  # from a choice to the code of its text


def key_of(first: int, at: int) -> str:
    """The key of a choice: Alt and a digit, counted on from the first one; none without a first and past the ninth."""
    return f"Alt+{first + at}" if first and first + at <= 9 else ""


class LineField(QLineEdit):
    """One line."""

    changed = Signal()

    def __init__(self, services: Services, parent: QWidget | None = None, *, text: str = "") -> None:
        super().__init__(text, parent)
        self._first = text
        self.setMaxLength(LONGEST)
        self.textEdited.connect(self.changed)

    def keep(self) -> Any:
        """The text, None while it is as it was."""
        return None if self.text() == self._first else self.text()

    def put_back(self, kept: Any) -> None:
        """Put a kept text back."""
        self.setText(str(kept))

    def shown(self) -> str:
        """The text."""
        return self.text().strip()

    def retranslate(self) -> None:
        """Nothing is ours here."""


class WordsField(QPlainTextEdit):
    """A few lines; Tab goes on to the next field, Ctrl+Return belongs to the panel."""

    changed = Signal()

    def __init__(
        self, services: Services, parent: QWidget | None = None, *, lines: int = 3, text: str = ""
    ) -> None:
        super().__init__(text, parent)
        self._first, self._lines, self._theme = text, lines, services.theme
        self.setTabChangesFocus(True)
        self.textChanged.connect(self.changed)
        services.theme.changed.connect(self._measure)
        self._measure()

    def text(self) -> str:
        """What is typed."""
        return self.toPlainText()

    def keep(self) -> Any:
        """The text, None while it is as it was."""
        return None if self.text() == self._first else self.text()

    def put_back(self, kept: Any) -> None:
        """Put a kept text back."""
        self.setPlainText(str(kept))

    def shown(self) -> str:
        """The text."""
        return self.text().strip()

    def retranslate(self) -> None:
        """Nothing is ours here."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
            return
        super().keyPressEvent(event)

    def _measure(self) -> None:
        self.setFont(self._theme.font("body"))
        self.setFixedHeight(self.fontMetrics().lineSpacing() * self._lines + self._theme.px(20))


class ChoiceField(Choices):
    """Choices side by side; `named` answers the code of a choice's text. Alt and a digit takes one from anywhere."""

    changed = Signal()

    def __init__(
        self,
        services: Services,
        choices: Sequence[str],
        named: Naming,
        parent: QWidget | None = None,
        *,
        first_key: int = 1,
        value: str = "",
    ) -> None:
        super().__init__(services.theme, parent)
        self._words, self._choices, self._named = services.words, tuple(choices), named
        self._first_key = first_key
        self._first = value
        self.retranslate()
        self.set_value(value)
        self.chosen.connect(self._taken)

    def keep(self) -> Any:
        """The code taken, None while it is as it was."""
        return None if (self.value() or "") == self._first else self.value()

    def put_back(self, kept: Any) -> None:
        """Take a kept code again."""
        self.set_value(kept)
        self.changed.emit()

    def shown(self) -> str:
        """The text of the code taken."""
        value = self.value()
        return self._words(self._named(str(value))) if value else ""

    def retranslate(self) -> None:
        """The texts of the choices."""
        self.set_choices(
            [
                (code, self._words(self._named(code)), key_of(self._first_key, at))
                for at, code in enumerate(self._choices)
            ]
        )

    def _taken(self, _value: object) -> None:
        self.changed.emit()


class TimeField(QWidget):
    """A time as people type it, with what was understood beside it, and quick choices when it lies ahead.

    Empty means `empty` (a text's code: now, or not yet).
    """

    changed = Signal()
    understood = Signal(str)

    def __init__(
        self,
        services: Services,
        parent: QWidget | None = None,
        *,
        future: bool = False,
        empty: str = "requests_page.now",
        value: datetime | None = None,
        first_key: int = 1,
        quick: bool = True,
        by_catalogue: bool = False,
    ) -> None:
        super().__init__(parent)
        self._services, self._words, self._future, self._empty = services, services.words, future, empty
        self._by_catalogue = by_catalogue
        self._first_key = first_key
        self._catalogue: int | None = None
        theme = services.theme
        self.line = QLineEdit()
        self.line.setMaxLength(40)
        self.line.textEdited.connect(self._edited)
        self.said = Text(theme, tone="ink_soft", elide=True)
        self.setFocusProxy(self.line)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(6))
        row = QHBoxLayout()
        row.setSpacing(theme.px(12))
        self.line.setMinimumHeight(theme.row())
        self.line.setMaximumWidth(theme.px(190))
        self.line.setMinimumWidth(theme.px(96))
        row.addWidget(self.line, 3)
        row.addWidget(self.said, 2)
        whole.addLayout(row)
        self.bar = Choices(theme) if future and quick else None
        if self.bar is not None:
            whole.addWidget(self.bar)
            self.bar.chosen.connect(self._quick)
        self._first = ""
        if value is not None:
            self._first = self._typed_form(value)
            self.line.setText(self._first)
        self.retranslate()

    def value(self) -> datetime | None:
        """The instant, None for empty.

        Raises:
            ValueError: for a text that is no time.
        """
        text = self.line.text().strip()
        if not text:
            return None
        found = read_time(text, self._now(), self._zone(), future=self._future)
        if found is None:
            raise ValueError(text)
        return found

    def keep(self) -> Any:
        """The typed text, None while it is as it was."""
        return None if self.line.text() == self._first else self.line.text()

    def put_back(self, kept: Any) -> None:
        """Put a kept text back."""
        self.line.setText(str(kept))
        self._say()

    def shown(self) -> str:
        """The time as it was understood."""
        return self.said.text() or self.line.text()

    def quick(self) -> str:
        """The code of the quick choice that is taken, "" when the time was typed."""
        taken = self.bar.value() if self.bar is not None else None
        return taken.code if isinstance(taken, Quick) else ""

    def mark(self, code: str) -> None:
        """Mark the quick choice that a kept text came from; "" marks none."""
        if self.bar is not None:
            quick = ahead(self._catalogue, self._by_catalogue)
            self.bar.set_value(next((one for one in quick if one.code == code), None))

    def settle(self) -> None:
        """What counts from now on (`+30`) becomes a time of day: it means the same when it is read again."""
        try:
            when = self.value()
        except ValueError:
            return
        if when is not None and self.line.text().strip()[0] in "+-＋－":
            self.line.setText(self._typed_form(when))
            self._say()

    def set_catalogue(self, minutes: int | None) -> None:
        """What the service item promises: the first of the quick choices (REQ-5)."""
        if minutes != self._catalogue:
            self._catalogue = minutes
            self.retranslate()

    def clear_taken(self) -> None:
        """No time."""
        self.line.clear()
        self._edited()

    def retranslate(self) -> None:
        """Placeholder, quick choices and what was understood."""
        words, now = self._words, self._now()
        self.line.setPlaceholderText(words(self._empty))
        if self.bar is not None:
            quick = ahead(self._catalogue, self._by_catalogue)
            self.bar.set_choices(
                [
                    (
                        one,
                        words(f"requests_page.quick_{one.text}", n=one.minutes),
                        key_of(self._first_key, at),
                    )
                    for at, one in enumerate(quick)
                ],
                frozenset(one for one in quick if one.at(now, self._zone()) <= now),
            )
        self._say()

    def _quick(self, quick: Any) -> None:
        self.line.setText(self._typed_form(quick.at(self._now(), self._zone())))
        self._say()
        self.changed.emit()

    def _edited(self, _text: str = "") -> None:
        if self.bar is not None:
            self.bar.set_value(None)
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        try:
            when = self.value()
        except ValueError:
            self.said.setText(self._words("requests_page.no_time"))
            self.said.set_tone("red")
            return
        now = self._now()
        said = "" if when is None else moment_text(self._words, when, now, self._zone())
        self.said.setText("" if said == self.line.text().strip() else said)
        self.said.set_tone("ink_soft")

    def _typed_form(self, when: datetime) -> str:
        local = when.astimezone(self._zone())
        today = self._now().astimezone(self._zone()).date()
        return f"{local:%H:%M}" if local.date() == today else f"{local:%m-%d %H:%M}"

    def _now(self) -> datetime:
        return cast("datetime", self._services.house.clock.now())

    def _zone(self) -> ZoneInfo:
        return cast("ZoneInfo", self._services.house.site.zone)


class ScoresField(QWidget):
    """Some dimensions with 1 to 5 each; a digit key takes one while its line holds the focus."""

    changed = Signal()

    def __init__(
        self, services: Services, names: Sequence[str], named: Naming, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._words, self._named = services.words, named
        self.bars: dict[str, Choices] = {}
        self._labels: dict[str, Text] = {}
        flow = FlowLayout(self, across=services.theme.px(4), down=services.theme.px(6))
        marks = [(mark, str(mark), "") for mark in range(1, 6)]
        for name in names:
            self._labels[name] = Text(services.theme, tone="ink_soft")
            self.bars[name] = Choices(services.theme, across=2)
            self.bars[name].set_choices(marks)
            self.bars[name].chosen.connect(partial(self._taken, name))
            pair = QWidget()
            beside = QHBoxLayout(pair)
            beside.setContentsMargins(0, 0, services.theme.px(10), 0)
            beside.setSpacing(services.theme.px(6))
            beside.addWidget(self._labels[name])
            beside.addWidget(self.bars[name])
            flow.addWidget(pair)
        self.retranslate()

    def value(self) -> dict[str, int]:
        """The scores given, by dimension."""
        return {name: cast("int", bar.value()) for name, bar in self.bars.items() if bar.value()}

    def keep(self) -> Any:
        """The scores given, None for none."""
        return self.value() or None

    def put_back(self, kept: Any) -> None:
        """Give kept scores again."""
        for name, mark in cast("Mapping[str, int]", kept).items():
            self.bars[name].set_value(mark)

    def shown(self) -> str:
        """The scores as text."""
        return " · ".join(f"{self._words(self._named(name))} {mark}" for name, mark in self.value().items())

    def retranslate(self) -> None:
        """The names of the dimensions."""
        for name, label in self._labels.items():
            label.setText(self._words(self._named(name)))

    def _taken(self, _name: str, _mark: object) -> None:
        self.changed.emit()


def no_time(field: str) -> DomainError:
    """What a text that is no time is refused with."""
    return DomainError("request_no_time", field=field)
