"""The texts of requests: bigrams of their words, and numbers as people tell them.

The search by words (REQ-9) keeps every two neighbouring characters of a text. Any piece of two or more characters is
then found by equality; whether the bigrams really stand beside each other is looked at afterwards (`contains`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

_NUMBER = re.compile(r"(?:(\d{4})-?(?=[A-Z]))?([A-Z]*)(\d{1,7})")


def flat(text: str) -> str:
    """The form that is searched: NFKC, lower case, no white space, nothing that a database cannot hold."""
    before, plain = "", text
    # Folding and dropping can bring together what normalising joins: a second turn, seldom a third, settles it.
    while plain != before:
        before = plain
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", plain).casefold())
        plain = "".join(c for c in folded if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cs"))
    return plain


def grams(text: str) -> frozenset[str]:
    """All pairs of neighbouring characters of the flat text; of a text of one character that character."""
    plain = flat(text)
    if len(plain) == 1:
        return frozenset({plain})
    return frozenset(plain[place : place + 2] for place in range(len(plain) - 1))


def gram_query(text: str) -> frozenset[str]:
    """The bigrams that a text must have to contain this one; empty when it is too short to be looked up."""
    return grams(text)


def contains(text: str, piece: str) -> bool:
    """Whether the piece stands in the text, both flat."""
    return flat(piece) in flat(text)


@dataclass(frozen=True, slots=True)
class NumberPiece:
    """What somebody tells of a request's number: `1123-E026` whole, `E026`, or `26`."""

    day: str
    letter: str
    sequence: int

    @property
    def whole(self) -> str:
        """The number in full, "" when the day or the letter was not told."""
        return number_text(self.day, self.letter, self.sequence) if self.day and self.letter else ""

    def fits(self, number: str) -> bool:
        """Whether a request's number agrees with all that was told."""
        day, _, tail = number.partition("-")
        letter = tail.rstrip("0123456789")
        return (not self.day or self.day == day) and (not self.letter or self.letter == letter)


def number_text(day: str, letter: str, sequence: int) -> str:
    """`1123-E026`: month and day, the writer's letter, its sequence of the day in three or more digits (REQ-8)."""
    return f"{day}-{letter}{sequence:03d}"


def number_of(day: date, letter: str, sequence: int) -> str:
    """The number of a writer's request of a day."""
    return number_text(f"{day.month:02d}{day.day:02d}", letter, sequence)


def read_number(text: str) -> NumberPiece | None:
    """What a text says of a request's number; None when it is none."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper().lstrip("#")
    found = _NUMBER.fullmatch(plain) if plain.isascii() else None
    return NumberPiece(found[1] or "", found[2], int(found[3])) if found else None
