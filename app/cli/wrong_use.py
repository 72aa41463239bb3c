"""Wrong use of the command line, said in the user's language: argparse itself speaks English alone."""

from __future__ import annotations

import re
from itertools import takewhile

from app import settings
from app.words import LANGUAGES, Words

_ARGUMENT = r"argument (?P<name>[^:]+): "
_CHOICE = r"invalid choice: (?P<value>.*?)(?:, maybe .*)? \(choose from (?P<choices>.*)\)"
_VALUE = r"(?P<value>.*)"
# What argparse says, most special first; a test asks for each of them, so that another Python's wording is noticed.
_FAULTS = tuple(
    (re.compile(said, re.DOTALL), code)
    for said, code in (
        (rf"argument COMMAND: {_CHOICE}", "unknown_command"),
        (_ARGUMENT + _CHOICE, "unknown_choice"),
        (r"the following arguments are required: (?P<names>.*)", "argument_missing"),
        (rf"unrecognized arguments: {_VALUE}", "argument_unknown"),
        (rf"ambiguous option: {_VALUE} could match (?P<choices>.*)", "option_ambiguous"),
        (_ARGUMENT + r"expected .*", "value_missing"),
        (_ARGUMENT + rf"ignored explicit argument {_VALUE}", "value_too_many"),
        (_ARGUMENT + rf"(?:invalid _day value|not a day of this age): {_VALUE}", "day_wrong"),
        (_ARGUMENT + rf"invalid _instant value: {_VALUE}", "instant_wrong"),
        (_ARGUMENT + rf"(?:invalid _count value|not a count): {_VALUE}", "count_wrong"),
        (_ARGUMENT + rf"invalid \S+ value: {_VALUE}", "value_wrong"),
    )
)


class UseError(Exception):
    """The command line cannot be read; `prog` is the command that says so, the message argparse's own."""

    def __init__(self, prog: str, message: str) -> None:
        super().__init__(message)
        self.prog = prog


def text(words: Words, message: str) -> str:
    """What argparse said, in the language of `words`; a message of another Python that is not known stays as it is."""
    for shape, code in _FAULTS:
        found = shape.fullmatch(message)
        if found is not None:
            values = {name: _plain(name, value) for name, value in found.groupdict().items()}
            return words(f"cli.{code}", **values)
    return message


def language(argv: list[str]) -> str:
    """The language to say it in: `--lang`, as far as it can be read, else that of the data folder."""
    asked = _given(argv, "--lang")
    if asked in LANGUAGES:
        return asked
    return settings.load(settings.data_folder(_given(argv, "--data"))).settings.language


def _given(argv: list[str], option: str) -> str:
    """An option's value, "" where it is not given. Of several the last, as argparse takes it."""
    words = list(takewhile("--".__ne__, argv))
    last = ""
    for word, after in zip(words, [*words[1:], ""], strict=True):
        if word == option:
            last = after
        elif word.startswith(f"{option}="):
            last = word.removeprefix(f"{option}=")
    return last


def _plain(name: str, value: str) -> str:
    """One line, without the quotes that Python puts around what was typed."""
    line = " ".join(value.splitlines())
    if name == "choices":
        return line.replace("'", "")
    return line[1:-1] if len(line) > 1 and line[0] == line[-1] and line[0] in "'\"" else line
