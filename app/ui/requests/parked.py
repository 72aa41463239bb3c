"""Forms of calls that wait while another is taken: a chip each, and the key that brings the oldest back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.language import Language
from app.ui.requests.page_keys import PARKED_KEY
from app.ui.theme import Look
from app.ui.widgets.buttons import PlainButton
from app.ui.widgets.text import Text

SHOWN = 3
LONGEST = 12  # characters of a name on a chip


class ParkedForms(QWidget):
    """`wanted(at)`: bring this one back."""

    wanted = Signal(int)
    changed = Signal()

    def __init__(self, theme: Look, words: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._words = theme, words
        self._forms: list[dict[str, Any]] = []
        self._chips: list[PlainButton] = []
        self._label = Text(theme, tone="ink_soft")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.px(8))
        self._row.addWidget(self._label)
        self._show()

    def forms(self) -> list[dict[str, Any]]:
        """The forms, the oldest first."""
        return list(self._forms)

    def put(self, form: Mapping[str, Any]) -> None:
        """Park one more."""
        self._forms.append(dict(form))
        self._show()

    def take(self, at: int = 0) -> dict[str, Any] | None:
        """Take one away to work on; None when there is none."""
        if not 0 <= at < len(self._forms):
            return None
        form = self._forms.pop(at)
        self._show()
        return form

    def put_back(self, forms: Sequence[Mapping[str, Any]]) -> None:
        """All of a kept draft."""
        self._forms = [dict(form) for form in forms]
        self._show()

    def retranslate(self) -> None:
        """The texts."""
        self._show()

    def _show(self) -> None:
        for chip in self._chips:
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = []
        self._label.setText(self._words("requests_page.parked", n=len(self._forms)))
        for at, form in enumerate(self._forms[:SHOWN]):
            name = str(form["name"])
            chip = PlainButton(
                self._theme,
                name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…",
                "" if at else PARKED_KEY,
            )
            chip.setToolTip(name)
            chip.clicked.connect(partial(self.wanted.emit, at))
            self._row.addWidget(chip)
            self._chips.append(chip)
        self.setVisible(bool(self._forms))
        self.changed.emit()
