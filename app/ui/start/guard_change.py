"""The quick change of guard at a post: who by pinyin or number, then a PIN of 4 to 8 digits (Ctrl+Shift+G)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from app.domain.site import PIN_LEAST, PIN_MOST, SAMPLE_PIN
from app.errors import DomainError
from app.ui.background import Background
from app.ui.language import Language
from app.ui.start.asking import Asking
from app.ui.start.people import Known, PersonPicker, spell
from app.ui.theme import Look
from app.ui.widgets.dialogs import Dialog
from app.ui.widgets.forms import Form
from app.ui.widgets.pin import PinLine


class GuardChange(Dialog):
    """`GuardChange(theme, words, background, people, check, post, parent).ask()`.

    Both run in the worker thread: `people()` answers who may take over, `check(person, pin)` signs the person in
    (`operations.site.change_guard`) and raises DomainError to refuse. What it answers is what `ask` answers, None when
    the person left; `error` is why the people could not be read. Everybody's rights stay as they were until then.
    """

    def __init__(
        self,
        theme: Look,
        words: Language,
        background: Background,
        people: Callable[[], Sequence[Known]],
        check: Callable[[Known, str], object],
        post: str = "",
        parent: QWidget | None = None,
        *,
        sample: bool = False,
    ) -> None:
        super().__init__(theme, words, words("start.guard_title", post=post), parent, width=480)
        self._check, self._sample = check, sample
        self._person: Known | None = None
        self._answer: object = None
        self.error: DomainError | None = None
        self.picker = PersonPicker(theme, words, rows=6)
        self.picker.picked.connect(self._picked)
        self.picker.line.textEdited.connect(self._other)
        self.form = Form(theme, words)
        self.pin = PinLine()
        self.form.add("pin", "start.pin", self.pin)
        self.add(self.picker, 1)
        self.add(self.form)
        self._hint("")
        self.add_verbs(words("start.guard_verb"), key="Return")
        self.picker.line.setFocus()
        self.asking = Asking(self, background, self._hint)
        text = words("start.reading")
        self.asking.ask(people, text=text, done=self._arrived, failed=self._unreadable, checks=False)

    def take(self) -> None:
        """The marked person with the PIN."""
        if self.asking.busy:
            return
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
        text = self.words("start.checking")
        self.asking.ask(
            self._check, person, self.pin.text(), text=text, done=self._taken, failed=self._refused
        )

    def value(self) -> object:
        """What `ask` answers."""
        return self._answer

    def _arrived(self, people: Sequence[Known]) -> None:
        self.picker.set_people(people)
        # Spelled away from the window, before a key asks for it: pypinyin takes 0.4 s the first time.
        self.asking.ask(spell, people, text="", done=self._spelled, failed=self._unreadable, checks=False)

    def _spelled(self, _nothing: object) -> None:
        self._hint("")

    def _unreadable(self, error: DomainError) -> None:
        self.error = error
        self.reject()

    def _taken(self, answer: object) -> None:
        self._answer = answer
        self.accept()

    def _refused(self, error: DomainError) -> None:
        self.form.show_error(DomainError(error.code, field="pin", **error.values))
        self.pin.selectAll()

    def _hint(self, text: str) -> None:
        sample = self.words("start.pin_sample", pin=SAMPLE_PIN) if self._sample else ""
        self.form.error("pin").hint(text or sample)

    def _picked(self, person: Known) -> None:
        self._person = person
        self.picker.line.setText(person.name)
        self.pin.setFocus()

    def _other(self, _text: str) -> None:
        self._person = None
