"""The commands of Ctrl+K: found by a part of their text, and by pinyin initials or full pinyin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject

from app.ui.background import Background
from app.ui.command_box import Answer, Found
from app.ui.page import Command


def spellings(texts: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Each text's pinyin initials and full pinyin. Slow the first time (pypinyin, 0.4 s): run it in the background."""
    from pypinyin import Style, lazy_pinyin  # imported late: pitfall 11

    return {
        text: (
            "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower(),
            "".join(lazy_pinyin(text)).lower(),
        )
        for text in texts
    }


class CommandProvider(QObject):
    """Offers what `commands()` answers; spellings are learnt in the background and kept."""

    def __init__(
        self, commands: Callable[[], Sequence[Command]], background: Background, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._commands, self._background = commands, background
        self._spelt: dict[str, tuple[str, str]] = {}

    def __call__(self, text: str, answer: Answer) -> None:
        """Answer the commands that fit `text`: at once when their spelling is known, else when it is."""
        commands = self._commands()
        new = [one.text for one in commands if one.text not in self._spelt]
        if text and text.isascii() and new:
            then = partial(self._learnt, text, answer)
            self._background.run(spellings, new, done=then, owner=self, replaces="spellings")
            return
        fitting = [one for one in commands if self._fits(one.text, text.lower())]
        answer([_found(one, self._spelt.get(one.text, ())) for one in fitting])

    def _learnt(self, text: str, answer: Answer, spelt: dict[str, tuple[str, str]]) -> None:
        self._spelt.update(spelt)
        self(text, answer)

    def _fits(self, said: str, text: str) -> bool:
        if text in said.lower():
            return True
        initials, full = self._spelt.get(said, ("", ""))
        plain = text.replace(" ", "")
        return plain in initials or full.startswith(plain)


def _found(command: Command, spelt: tuple[str, ...]) -> Found:
    return Found("command", command.text, "", command.run, command.keys, spelt)
