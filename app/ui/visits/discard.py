"""Ending a registration that was none: asks why; the row stays, marked, with the reason.

Who did it stands in the audit record.
"""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from app.errors import DomainError
from app.ui.services import Services
from app.ui.widgets.choices import ChoiceBar
from app.ui.widgets.dialogs import Dialog
from app.ui.widgets.forms import Form

REASONS = ("typed_by_mistake", "went_away", "registered_twice")


class DiscardDialog(Dialog):
    """Answers the reason, as words."""

    def __init__(self, services: Services, name: str, parent: QWidget | None = None) -> None:
        words = services.words
        super().__init__(
            services.theme, words, words("visits.discard_title", name=name or "—"), parent, width=680
        )
        self.say(words("visits.discard_text"))
        said = [words(f"visits.discard_{code}") for code in REASONS]
        texts = [(text, text, f"Alt+{at}") for at, text in enumerate(said, 1)]
        self._bar = ChoiceBar(services.theme, texts)
        self._bar.chosen.connect(self._chosen)
        self.add(self._bar)
        self._form = Form(services.theme, words)
        self._why = QLineEdit()
        self._form.add("reason", "visits.discard_why", self._why)
        self.add(self._form)
        self.add_verbs(words("visits.discard_verb"), danger=True)
        self._why.setFocus()

    def _chosen(self, text: object) -> None:
        self._why.setText(str(text))
        self._why.setFocus()

    def take(self) -> None:
        if not self._why.text().strip():
            self._form.show_error(DomainError("reason_needed", field="reason"))
            return
        self.accept()

    def value(self) -> object:
        return self._why.text().strip()
