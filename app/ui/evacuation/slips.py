"""How many blank slips go to paper (VIS-13)."""

from __future__ import annotations

from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.slips import MOST_SLIPS
from app.errors import DomainError
from app.ui.services import Services
from app.ui.widgets.dialogs import Dialog
from app.ui.widgets.forms import Form

USUAL = 20


class SlipsDialog(Dialog):
    """`ask()` answers the count, or None."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        words, theme = services.words, services.theme
        super().__init__(theme, words, words("evacuation.slips_title"), parent, width=520)
        self.say(words("evacuation.slips_text"))
        self.form = Form(theme, words)
        self.count = QLineEdit(str(USUAL))
        self.count.setValidator(QIntValidator(0, 9999, self.count))
        self.form.add("count", "evacuation.slips_count", self.count)
        self.add(self.form)
        self.add_verbs(words("evacuation.slips_print"), key="Return")
        self.count.setFocus()
        self.count.selectAll()

    def take(self) -> None:
        """Checked here, so that no number is given out for a typing error."""
        if not 1 <= int(self.count.text() or 0) <= MOST_SLIPS:
            self.form.show_error(DomainError("slips_count", field="count", most=MOST_SLIPS))
            return
        self.accept()

    def value(self) -> object:
        """The count."""
        return int(self.count.text())
