"""The site's people: the list of `kinds`, with first passwords, PINs and absence."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.site import PASSWORD_LEAST, PIN_LEAST, PIN_MOST
from app.errors import DomainError
from app.operations import staff_editing
from app.ui.services import Services
from app.ui.site.kinds import Kind
from app.ui.site.things import ThingsSection
from app.ui.widgets.buttons import QuietButton
from app.ui.widgets.card import Rule
from app.ui.widgets.dialogs import Dialog
from app.ui.widgets.forms import Form

ACTIONS = ("password", "pin", "away")


class Secret(Dialog):
    """Asks for a first password or a PIN; `least` signs at least, digits only for a PIN."""

    def __init__(self, services: Services, what: str, name: str, parent: QWidget | None = None) -> None:
        words = services.words
        super().__init__(
            services.theme, words, words(f"site_page.set_{what}_title", name=name), parent, width=460
        )
        self._what = what
        self.say(words(f"site_page.set_{what}_text", n=PASSWORD_LEAST, least=PIN_LEAST, most=PIN_MOST))
        self.form = Form(services.theme, words)
        self.field = QLineEdit()
        self.form.add(what, f"site_page.{what}", self.field)
        self.add(self.form)
        self.add_verbs(words("site_page.set_verb"), key="Return")
        self.field.setFocus()

    def take(self) -> None:
        """Check its length, as the operation will."""
        text = self.field.text()
        if self._what == "password" and len(text) < PASSWORD_LEAST:
            self.form.show_error(DomainError("password_too_short", field="password", least=PASSWORD_LEAST))
        elif self._what == "pin" and not (
            not text or (text.isascii() and text.isdigit() and PIN_LEAST <= len(text) <= PIN_MOST)
        ):
            self.form.show_error(DomainError("pin_not_digits", field="pin", least=PIN_LEAST, most=PIN_MOST))
        else:
            self.accept()

    def value(self) -> object:
        """What `ask` answers."""
        return self.field.text()


class StaffSection(ThingsSection):
    """People: Alt+1 gives a first password, Alt+2 a PIN for the change of guard, Alt+3 away and back."""

    def __init__(self, services: Services, kind: Kind, parent: QWidget | None = None) -> None:
        self._actions: dict[str, QuietButton] = {}
        super().__init__(services, kind, parent)
        self.more.setSpacing(self.theme.px(2))
        self.more.addWidget(Rule(self.theme))
        for at, action in enumerate(ACTIONS):
            button = QuietButton(self.theme, "", f"Alt+{at + 1}", bind=True)
            button.clicked.connect(partial(self.do, action))
            self._actions[action] = button
            self.more.addWidget(button)
        self.retranslate()
        self._head()

    def do(self, action: str) -> None:
        """One of ACTIONS for the person in the form."""
        row = self._row
        if row is None or not self.may():
            return
        if action == "away":
            self._run(staff_editing.set_away, row, not row.away, "away_done" if not row.away else "back_done")
            return
        answer = Secret(self.services, action, row.name, self).ask()
        if answer is None:
            return
        change = staff_editing.set_password if action == "password" else staff_editing.set_pin
        self._run(change, row, answer, f"set_{action}_done")

    def retranslate(self) -> None:
        """All texts in the language in force."""
        super().retranslate()
        for action, button in self._actions.items():
            code = "back" if action == "away" and self._row is not None and self._row.away else action
            button.setText(self.words(f"site_page.do_{code}"))

    def _head(self) -> None:
        super()._head()
        row = self._row
        for action, button in self._actions.items():
            button.setVisible(self.may() and row is not None and row.active)
            if action == "away" and row is not None:
                button.setText(self.words("site_page.do_back" if row.away else "site_page.do_away"))

    def _run(self, operation: Callable[..., Any], row: Any, value: object, said: str) -> None:
        done = partial(self._done, self.words(f"site_page.{said}", name=row.name))
        self.services.background.run(
            operation, self.house, self.actor(), row.id, value, done=done, failed=self.show_error
        )

    def _done(self, said: str, _answer: object) -> None:
        self.message.emit(said, "done")
        self.saved.emit()
        self.model.refresh()
