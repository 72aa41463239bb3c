"""Texts by code, for the window, the command line and paper alike (ADR 0004).

A code is `<file>.<key>`: `visits.returned` is the key `returned` of `resources/i18n/<language>/visits.toml`. The files
are read when a text of theirs is first asked for, so that the start reads only what the first screen shows.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

LANGUAGES = ("zh_CN", "en")
TEXTS = Path(__file__).resolve().parent.parent / "resources" / "i18n"


class Words:
    """The texts of one language. Called with a code (and the values named in it) it answers the text.

    An unknown code or value raises KeyError: the tests read every code of the program, so it is a bug of ours.
    """

    def __init__(self, language: str, folder: Path = TEXTS) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"no such language: {language}")
        self.language = language
        self._folder = folder / language
        self._files: dict[str, dict[str, str]] = {}

    def __call__(self, code: str, **values: object) -> str:
        text = self.file(code.partition(".")[0])[code.partition(".")[2]]
        return text.format(**values) if values else text

    def file(self, name: str) -> dict[str, str]:
        """All texts of one file, by key."""
        if name not in self._files:
            self._files[name] = tomllib.loads((self._folder / f"{name}.toml").read_text(encoding="utf-8"))
        return self._files[name]

    def has(self, code: str) -> bool:
        """Whether there is a text for this code."""
        name, _, key = code.partition(".")
        return (self._folder / f"{name}.toml").exists() and key in self.file(name)
