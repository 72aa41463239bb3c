"""The language in force. Called like `Words`; says `changed` when the user takes the other language."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.words import LANGUAGES, Words


class Language(QObject):
    """`language("visits.returned")` answers the text; `language.words` is the plain `Words` for what has no window."""

    changed = Signal()

    def __init__(self, language: str = "zh_CN") -> None:
        super().__init__()
        self.words = Words(language)

    def __call__(self, code: str, /, **values: object) -> str:
        return self.words(code, **values)

    @property
    def name(self) -> str:
        """`zh_CN` or `en`."""
        return self.words.language

    def switch(self, language: str) -> None:
        """Take another language; every widget with `retranslate` is asked to write its texts again."""
        if language != self.words.language:
            self.words = Words(language)
            self.changed.emit()

    def next(self) -> str:
        """The language after this one, for the key that switches."""
        return LANGUAGES[(LANGUAGES.index(self.name) + 1) % len(LANGUAGES)]
