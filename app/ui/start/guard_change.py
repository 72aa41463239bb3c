"""The quick change of guard at a post: who by pinyin or number, then a PIN of 4 to 8 digits (Ctrl+Shift+G)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRegularExpression
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.site import PIN_LEAST, PIN_MOST, SAMPLE_PIN
from app.errors import DomainError
from app.ui.language import Language
from app.ui.start.people import Known, PersonPicker, Spelling
from app.ui.theme import Look
from app.ui.widgets.dialogs import Dialog
from app.ui.widgets.forms import Form


class GuardChange(Dialog):
    """`GuardChange(theme, words, people, check, post, parent).ask()`.

    `check(person, pin)` signs the person in (`operations.site.change_guard`) and raises DomainError to refuse; what it
    answers is what `ask` answers, None when the person left. Everybody's rights stay as they were until then.
    """

    def __init__(
        self,
        theme: Look,
        words: Language,
        people: Sequence[Known],
        check: Callable[[Known, str], object],
        post: str = "",
        parent: QWidget | None = None,
        *,
        sample: bool = False,
    ) -> None:
        super().__init__(theme, words, words("start.guard_title", post=post), parent, width=480)
        self._check = check
        self._spelling = Spelling(people)
        self._person: Known | None = None
        self._answer: object = None
        self.picker = PersonPicker(theme, words, people, rows=6)
        self.picker.picked.connect(self._picked)
        self.picker.line.textEdited.connect(self._other)
        self.form = Form(theme, words)
        self.pin = QLineEdit()
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setMaxLength(PIN_MOST)
        self.pin.setValidator(QRegularExpressionValidator(QRegularExpression("[0-9]*"), self.pin))
        self.form.add("pin", "start.pin", self.pin)
        self.add(self.picker, 1)
        self.add(self.form)
        if sample:
            self.form.error("pin").hint(words("start.pin_sample", pin=SAMPLE_PIN))
        self.add_verbs(words("start.guard_verb"), key="Return")
        self.picker.line.setFocus()

    def done(self, result: int) -> None:
        """Ends it, once the names are spelled."""
        self._spelling.wait()
        super().done(result)

    def take(self) -> None:
        """The marked person with the PIN."""
        person = self._person or self.picker.marked()
        self.form.clear_errors()
        if person is None:
            self.picker.line.setFocus()
            return
        if len(self.pin.text()) < PIN_LEAST:
            if self.pin.hasFocus() or self.pin.text():
                self.form.show_error(
                    DomainError("pin_not_digits", field="pin", least=PIN_LEAST, most=PIN_MOST)
                )
            self.pin.setFocus()
            return
        try:
            self._answer = self._check(person, self.pin.text())
        except DomainError as error:
            self.form.show_error(DomainError(error.code, field="pin", **error.values))
            self.pin.selectAll()
            return
        self.accept()

    def value(self) -> object:
        """What `ask` answers."""
        return self._answer

    def _picked(self, person: Known) -> None:
        self._person = person
        self.picker.line.setText(person.name)
        self.pin.setFocus()

    def _other(self, _text: str) -> None:
        self._person = None
