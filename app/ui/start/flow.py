"""What stands before the window: the first start, signing in, and an error that does not let the window open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.domain.people import Actor
from app.errors import DomainError
from app.ui.language import Language
from app.ui.theme import Look


def first_site(look: Look, words: Language, folder: Path) -> bool:
    """Offers a sample site, an empty one by the wizard, or a backup; False when the person left."""
    from app.ui.start.first_start import FirstStart

    return FirstStart(look, words, folder).ask() is not None


def signed_in(look: Look, words: Language, store: Any, station: str) -> Actor | None:
    """Asks who is there; None when the person left."""
    from app.ui.start.sign_in import SignIn

    answer = SignIn(look, words, store, station).ask()
    return answer if isinstance(answer, Actor) else None


def tell(look: Look, words: Language, error: DomainError) -> None:
    """Says why the window cannot open and what to do, and waits until it is read."""
    from app.ui.widgets.dialogs import Dialog

    dialog = Dialog(look, words, words("start.cannot_open"), None, width=520)
    dialog.say(error.text(words.words))
    dialog.add_verbs(words("start.close"), None, key="Return")
    dialog.ask()
