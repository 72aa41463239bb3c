"""Where an error is said: under its field if a visible form has it, else on a strip. One sentence, with what to do."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.errors import DomainError
from app.ui.language import Language
from app.ui.widgets.forms import Form
from app.ui.widgets.strip import Strip


def at_field(error: DomainError, root: QWidget) -> bool:
    """Put the error under its field in a visible form below `root`; False when there is none."""
    if not error.field:
        return False
    forms = [root] if isinstance(root, Form) else root.findChildren(Form)
    return any(form.isVisibleTo(root.window()) and form.show_error(error) for form in forms)


def text_of(error: DomainError, words: Language) -> str:
    """The sentence in the language in force; an error without a text says its code, so that it can be reported."""
    if words.words.has(f"errors.{error.code}"):
        return error.text(words.words)
    return words("window.unknown_error", name=error.code)


def show(error: DomainError, strip: Strip, words: Language) -> None:
    """Say the error on a strip; it stays until it is taken away."""
    strip.say(text_of(error, words), "error")
