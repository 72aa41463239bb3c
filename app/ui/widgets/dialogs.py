"""Dialogs: a title, a body, verbs on the buttons, Esc leaves. Nothing typed is thrown away without asking."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLayout, QPushButton, QVBoxLayout, QWidget

from app.ui.language import Language
from app.ui.theme import Look
from app.ui.widgets.buttons import PlainButton, PrimaryButton
from app.ui.widgets.card import Rule
from app.ui.widgets.text import Text


class Dialog(QDialog):
    """Subclass it: fill `body`, call `add_verb`, override `value()`; open it with `ask()`.

    The primary verb answers Ctrl+Return, and Return unless the focus is on another button or in a text of many lines.
    A subclass that must check first overrides `take()` and calls `accept()` when all is well.
    """

    def __init__(
        self, theme: Look, words: Language, title: str, parent: QWidget | None = None, *, width: int = 520
    ) -> None:
        super().__init__(parent)
        self.theme, self.words = theme, words
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(theme.px(min(width, 560)))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self._title = Text(theme, title, role="title", bold=True, wrap=True)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(theme.px(24), theme.px(20), theme.px(24), theme.px(20))
        self.body.setSpacing(theme.px(12))
        self.body.addWidget(self._title)
        whole.addLayout(self.body, 1)
        whole.addWidget(Rule(theme))
        self._foot = QHBoxLayout()
        self._foot.setContentsMargins(theme.px(24), theme.px(12), theme.px(24), theme.px(12))
        self._foot.setSpacing(theme.px(12))
        self._foot.addStretch(1)
        whole.addLayout(self._foot)
        self._primary: QPushButton | None = None
        self.resize(theme.px(width), self.sizeHint().height())

    def fit_in(self, width: int, height: int) -> None:
        """So large in logical px, and never larger than the window that it stands over."""
        parent = self.parentWidget()
        wide, high = self.theme.px(width), self.theme.px(height)
        if parent is not None:
            room = parent.window().size()
            margin = self.theme.px(24)
            wide, high = min(wide, room.width() - margin), min(high, room.height() - margin)
        self.resize(wide, high)

    def add(self, content: QWidget | QLayout, stretch: int = 0) -> None:
        """Put a widget or a layout into the body."""
        if isinstance(content, QLayout):
            self.body.addLayout(content, stretch)
        else:
            self.body.addWidget(content, stretch)

    def say(self, text: str, tone: str = "ink_soft") -> Text:
        """Add a sentence to the body."""
        label = Text(self.theme, text, tone=tone, wrap=True)
        self.body.addWidget(label)
        return label

    def add_verbs(
        self, verb: str, leave: str | None = None, *, danger: bool = False, key: str = "Ctrl+Return"
    ) -> None:
        """The two buttons: what the dialog does (primary, right) and the way out (Esc; 不做了 by default)."""
        out = PlainButton(self.theme, leave or self.words("window.leave"), "Esc")
        out.clicked.connect(self.reject)
        self._primary = PrimaryButton(self.theme, verb, key, danger=danger)
        self._primary.clicked.connect(self.take)
        self._foot.addWidget(out)
        self._foot.addWidget(self._primary)

    def add_verb(self, button: QPushButton) -> None:
        """Another button at the left of the foot."""
        self._foot.insertWidget(0, button)

    @property
    def primary(self) -> QPushButton | None:
        """The button of the verb."""
        return self._primary

    def take(self) -> None:
        """The verb was chosen. Override to check first; call `accept()` when all is well."""
        self.accept()

    def value(self) -> object:
        """What `ask` answers after `accept()`."""
        return True

    def ask(self) -> object:
        """Open it and wait; answer `value()`, or None when the person left."""
        answer = self.value() if self.exec() == QDialog.DialogCode.Accepted else None
        self.deleteLater()
        return answer

    def showEvent(self, event: QShowEvent) -> None:
        """Sentences of several lines have their room from the beginning, as far as the screen has it."""
        whole = self.layout()
        if whole is not None and whole.hasHeightForWidth():
            room = self.screen().availableGeometry().height() - self.theme.px(48)
            needed = min(whole.totalHeightForWidth(self.width()), room)
            if needed > self.height():
                self.resize(self.width(), needed)
        super().showEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            here = self.focusWidget()
            control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            verb = here if isinstance(here, QPushButton) and not control else self._primary
            if verb is not None and verb.isEnabled():
                verb.click()
            return
        super().keyPressEvent(event)


def confirm(
    parent: QWidget | None,
    theme: Look,
    words: Language,
    title: str,
    text: str,
    verb: str,
    *,
    leave: str | None = None,
    danger: bool = False,
) -> bool:
    """Ask before something that cannot be undone: what will happen, the verb, the way out. True when it is chosen."""
    dialog = Dialog(theme, words, title, parent, width=460)
    dialog.say(text)
    dialog.add_verbs(verb, leave, danger=danger, key="" if danger else "Return")
    if not danger and dialog.primary is not None:
        dialog.primary.setFocus()
    return dialog.ask() is not None
