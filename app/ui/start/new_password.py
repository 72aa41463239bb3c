"""A new password, typed twice: the first one that somebody else gave must be changed before work begins."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.site import PASSWORD_LEAST
from app.errors import DomainError
from app.ui.background import Background
from app.ui.language import Language
from app.ui.start.asking import Asking
from app.ui.theme import Look
from app.ui.widgets.dialogs import Dialog
from app.ui.widgets.forms import Form


class NewPassword(Dialog):
    """`NewPassword(theme, words, background, name, change, old).ask()` answers the new password.

    None when the person left. `change(new)` stores it, in the worker thread, and raises DomainError to refuse. `old`
    may not be taken again.
    """

    def __init__(
        self,
        theme: Look,
        words: Language,
        background: Background,
        name: str,
        change: Callable[[str], object],
        old: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, words, words("start.new_password_title", name=name), parent, width=480)
        self._change, self._old = change, old
        self.say(words("start.new_password_below"))
        self.form = Form(theme, words)
        self.new, self.again = QLineEdit(), QLineEdit()
        for field in (self.new, self.again):
            field.setEchoMode(QLineEdit.EchoMode.Password)
        self.new.setPlaceholderText(words("start.password_hint", n=PASSWORD_LEAST))
        self.form.add("password", "start.new_password", self.new)
        self.form.add("again", "start.password_again", self.again)
        self.add(self.form)
        self.add_verbs(words("start.new_password_verb"), key="Return")
        self.new.setFocus()
        self.asking = Asking(self, background, self.form.error("again").hint)

    def take(self) -> None:
        """Check both, then store it."""
        if self.asking.busy:
            return
        self.form.clear_errors()
        try:
            if len(self.new.text()) < PASSWORD_LEAST:
                raise DomainError("password_too_short", field="password", least=PASSWORD_LEAST)
            if self.new.text() == self._old:
                raise DomainError("password_same", field="password")
            if not self.again.text() and self.new.hasFocus():
                self.again.setFocus()
                return
            if self.new.text() != self.again.text():
                raise DomainError("passwords_differ", field="again")
        except DomainError as error:
            self._refused(error)
            return
        text = self.words("start.checking")
        self.asking.ask(self._change, self.new.text(), text=text, done=self._changed, failed=self._refused)

    def value(self) -> object:
        """What `ask` answers."""
        return self.new.text()

    def _changed(self, _nothing: object) -> None:
        self.accept()

    def _refused(self, error: DomainError) -> None:
        placed = (
            error
            if error.field in ("password", "again")
            else DomainError(error.code, field="password", **error.values)
        )
        self.form.show_error(placed)
