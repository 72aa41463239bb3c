"""When this PC's key is lost: the site's recovery code opens the data, and the PC gets a key again."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QLineEdit

from app.errors import DomainError
from app.operations.opening import unlock
from app.ui.background import Background
from app.ui.language import Language
from app.ui.start.asking import Asking
from app.ui.theme import Look
from app.ui.widgets.dialogs import Dialog
from app.ui.widgets.forms import Form


class Unlock(Dialog):
    """Asks for the code until it opens the folder, or the person leaves."""

    def __init__(self, theme: Look, words: Language, background: Background, folder: Path) -> None:
        super().__init__(theme, words, words("start.unlock_title"), None, width=560)
        self._folder = folder
        self.say(words("start.unlock_text"))
        self._form = Form(theme, words)
        self.code = QLineEdit()
        self._form.add("code", "start.unlock_code", self.code)
        self.add(self._form)
        self.add_verbs(words("start.unlock_verb"), key="Return")
        self.code.setFocus()
        self.asking = Asking(self, background, self._form.error("code").hint)

    def take(self) -> None:
        """Try the code, in the worker thread."""
        if self.asking.busy:
            return
        self._form.clear_errors()
        text = self.words("start.checking")
        self.asking.ask(
            unlock, self._folder, self.code.text(), text=text, done=self._opened, failed=self._refused
        )

    def _opened(self, _nothing: object) -> None:
        self.accept()

    def _refused(self, error: DomainError) -> None:
        self._form.show_error(DomainError(error.code, field="code", **error.values))
