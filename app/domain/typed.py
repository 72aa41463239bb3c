"""What a person typed: the text as it is kept, and whether there is anything in it to read.

Every reason, name and sentence that is needed passes `needed`, so that none of them is a character that nobody sees: a
zero-width space is no answer to who confirmed (REQ-6), to why numbers are shown whole (VIS-14), or to a new name.
"""

from __future__ import annotations

import unicodedata

from app.errors import DomainError

MOST_CHARACTERS = 4000
_JOINERS = "\u200c\u200d"
_JOINED = ("So", "Sk", "Mn", "Mc")
_UNSEEN = ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn", "Mc", "Me")
# Letters and signs that are drawn as nothing: the fillers of Hangul and the blank of braille.
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"


def clean(text: str) -> str:
    """The text as it is kept: no control characters but line ends, no half and no invisible ones, no space around it.

    A joiner stays where it does something: in an emoji, in Persian or an Indian script; between Chinese characters it
    would only make two names of one.
    """
    kept = "".join(
        c
        for place, c in enumerate(text)
        if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Cf") or _joins(text, place)
    )
    return kept.strip()


def is_legible(text: str) -> bool:
    """Whether there is anything to read: not only spaces, accents without a letter, and what is drawn as nothing."""
    return any(c not in _BLANK and unicodedata.category(c) not in _UNSEEN for c in text)


def is_letters(text: str) -> bool:
    """Whether a text is letters of any script and what parts names: a name or pinyin, no code and no address."""
    return is_legible(text) and all(c.isalpha() or c in " '’·." for c in text)


def needed(text: str, field: str, code: str = "field_needed") -> str:
    """The cleaned text.

    Raises:
        DomainError: `code` at that field when there is nothing to read in it, `text_too_long`.
    """
    if not is_legible(text):
        raise DomainError(code, field=field)
    return fitting(text, field)


def fitting(text: str, field: str) -> str:
    """The cleaned text; raises DomainError `text_too_long` at that field for more than `MOST_CHARACTERS`."""
    kept = clean(text)
    if len(kept) > MOST_CHARACTERS:
        raise DomainError("text_too_long", field=field, most=MOST_CHARACTERS)
    return kept


def _joins(text: str, place: int) -> bool:
    """Whether the character is a joiner between two that it belongs to."""
    if text[place] not in _JOINERS or not 0 < place < len(text) - 1:
        return False
    before, after = text[place - 1], text[place + 1]
    beside = (unicodedata.category(before), unicodedata.category(after))
    return beside[0] in _JOINED or beside[1] in _JOINED or unicodedata.bidirectional(before) == "AL"
