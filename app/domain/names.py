"""Finding people and customers by what is typed of their name: pinyin, initials or characters (VIS-5, REQ-9).

The database holds one row per key of a name and looks a typed key up by equality, so every beginning is a key of its
own. Keys end at 8 letters or 4 characters; `name_matches` then checks the rest of a longer text. A visitor's name has
`whole_keys` besides: who is called exactly so is found at once, however many longer names begin alike.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from app.domain.pinyin_readings import compound_surname, readings, surname_readings

KEY_LETTERS = 8
KEY_CHARACTERS = 4
MOST_KEYS = 80
MOST_PIECES = 60
# Readings multiply: of a name with many, this many spellings are kept at each step, the usual ones first.
MOST_SPELLINGS = 12
EVERY_SPELLING = 512
WHOLE = "="  # before a key that stands for a whole name; nothing typed can begin with it
LONGEST_WHOLE = 30
# A longer run of Chinese characters is a department or a place, which has no surname.
LONGEST_PERSON = 4
SHORT = 6
LEAST_DIGITS = 8
"""Of a number that has no place in a name: a phone without its area code has as many, a room or a floor never."""
WIDE = 0x2E80  # from here on Unicode holds CJK, kana, Hangul and private characters


class _Piece(NamedTuple):
    """A Chinese character, or a run of letters and digits, with its ways to be typed."""

    text: str
    spellings: tuple[
        str, ...
    ]  # full syllables; a run of letters itself; empty for a character nobody can read
    initials: tuple[str, ...]


def name_keys(name: str) -> frozenset[str]:
    """Every key under which `name` is found, at most 80: initials, full pinyin, surname + initials, characters.

    Of a name of several words or scripts (A座3层, Anna Karin) each part begins keys of its own. Never raises; empty for
    a name without letters, digits or characters.
    """
    pieces, starts = _pieces(name)
    pieces = pieces[:MOST_PIECES]
    if not pieces:
        return frozenset()
    keys: dict[str, None] = {}
    # When there are too many the last ones go: of a short name never the characters, of a long one never the pinyin.
    if len(pieces) <= SHORT:
        _add_characters(keys, pieces)
    _add_beginnings(keys, _spelled([piece.initials for piece in pieces]))
    _add_beginnings(keys, _spelled([piece.spellings for piece in pieces]))
    if len(starts) == 1 and 1 < len(pieces) <= LONGEST_PERSON and pieces[0].spellings:
        _add_beginnings(keys, _spelled(_surname_and_initials(pieces)))
    _add_characters(keys, pieces)
    for start in starts[1:]:
        if start < len(pieces) and len(keys) < MOST_KEYS:
            _add_beginnings(keys, _spelled([piece.initials for piece in pieces[start:]]))
            _add_beginnings(keys, _spelled([piece.spellings for piece in pieces[start:]]))
    return frozenset(keys) if len(keys) <= MOST_KEYS else frozenset(list(keys)[:MOST_KEYS])


def typed_key(text: str) -> str:
    """The key to look up for what was typed; '' if nothing that can be searched is in it.

    NFKC, lower case, accents, white space, apostrophes of a pinyin composition and middle dots dropped; cut at 8
    letters, or at 4 characters as soon as one is Chinese.
    """
    typed = _typed(text)
    return typed[:KEY_CHARACTERS] if _has_wide(typed) else typed[:KEY_LETTERS]


def whole_keys(name: str) -> frozenset[str]:
    """The keys that stand for the whole of `name`, at most 13: its characters, and its pinyin by every usual reading.

    A character that nobody can read is left out of the pinyin. Nothing of a name beyond 30 letters.
    """
    pieces, _ = _pieces(name)
    if len(pieces) > LONGEST_WHOLE:
        return frozenset()
    spelled = _spelled([piece.spellings for piece in pieces], LONGEST_WHOLE + 1)
    texts = ["".join([piece.text for piece in pieces]), *spelled]
    return frozenset(WHOLE + text for text in texts if 0 < len(text) <= LONGEST_WHOLE)


def whole_key(text: str) -> str:
    """The key under which they are found whose whole name was typed; '' if nothing that can be searched is in it."""
    typed = _typed(text)
    return WHOLE + typed if typed else ""


def spellings(name: str) -> frozenset[str]:
    """The whole name by every reading that its characters have, run together; a character nobody can read is itself.

    Two names sound alike when they share one (VIS-11). So many readings that there would be thousands: the usual ones.
    """
    pieces, _ = _pieces(name)
    most = EVERY_SPELLING if len(pieces) <= SHORT else MOST_SPELLINGS
    spelled = [""]
    for piece in pieces[:MOST_PIECES]:
        ways = piece.spellings or (piece.text,)
        spelled = list(dict.fromkeys([text + way for text in spelled for way in ways]))[:most]
    return frozenset(spelled) - {""}


def name_matches(name: str, text: str) -> bool:
    """Whether the whole of `text`, however long, is a beginning of one of the name's spellings.

    Each character may be typed as itself, by a whole syllable of any of its readings or by its initial; the last one in
    part. True for every key of `name_keys(name)`; False for an empty text.
    """
    typed = _typed(text)
    if not typed:
        return False
    pieces, starts = _pieces(name)
    begins = {
        *starts,
        *(at for at, piece in enumerate(pieces) if piece.text[0] == typed[0] and _is_wide(typed[0])),
    }
    return any(_reaches(pieces[at:], typed) for at in begins)


def spells_whole(name: str, text: str) -> bool:
    """Whether `text` is the whole name, each character as itself or by a whole syllable: an exact match (VIS-5)."""
    spelled, pieces = _spelled_pieces(name, text)
    return 0 < spelled == pieces


def spells_longer(name: str, text: str) -> bool:
    """Whether `text` could be a whole name, of two characters or more, that this longer name only begins with."""
    spelled, pieces = _spelled_pieces(name, text)
    return 2 <= spelled < pieces


def _spelled_pieces(name: str, text: str) -> tuple[int, int]:
    """How many of the name's first pieces the text spells to its own end (0: none so), and how many there are."""
    typed = _typed(text)
    pieces, _ = _pieces(name)
    reached, spelled = {0}, 0
    for count, piece in enumerate(pieces, 1):
        ways = (piece.text, *piece.spellings)
        reached = {at + len(way) for at in reached for way in ways if typed.startswith(way, at)}
        if typed and len(typed) in reached:
            spelled = count
    return spelled, len(pieces)


def same_name(one: str, other: str) -> bool:
    """Whether two ways of writing are one name: case, accents, spaces and middle dots do not make another person."""
    return plain_name(one) == plain_name(other)


def plain_name(name: str) -> str:
    """What all ways of writing one name have in common, for looking up many."""
    return _typed(name) or name


def number_in_name(text: str) -> tuple[int, int] | None:
    """Where a phone or document number stands in a text that is to be a name: (start, end), None for none (VIS-14).

    A name stands in clear in the file, a number must not. Eight digits or more of any width or script are one, however
    spaces, hyphens, dots, commas, brackets and invisible characters part them, with a + before and an X behind. Of
    several the first: `text[start:end]` is the number as it was typed, the rest are the words around it.
    """
    found = _NUMBER.search("".join([_role(char) for char in text])) if len(text) >= LEAST_DIGITS else None
    return None if found is None else found.span()


_NUMBER = re.compile(rf"\+?0(?: {{0,3}}0){{{LEAST_DIGITS - 1},}}(?:X(?!L))?")


def _role(char: str) -> str:
    """What a character is in a number: a digit, an X, a +, what may part digits, another letter, or nothing."""
    if char.isdigit():
        return "0"
    if char in "XxＸｘ+＋":
        return "X" if char.isalpha() else "+"
    kind = unicodedata.category(char)
    if char in "()（）[]【】.·•・‧⋅∙_,，" or char.isspace() or kind in ("Pd", "Cf", "Zs") or char == "−":
        return " "
    return "L" if "A" <= char.upper() <= "Z" else "."


def _reaches(pieces: list[_Piece], typed: str) -> bool:
    reached = {0}
    for piece in pieces:
        ahead: set[int] = set()
        for at in reached:
            for spelling in (piece.text, *piece.spellings, *piece.initials):
                if spelling.startswith(typed[at:]):
                    return True
                if typed.startswith(spelling, at):
                    ahead.add(at + len(spelling))
            if not piece.spellings:
                ahead.add(at)
        reached = ahead
    return False


def _surname_and_initials(pieces: list[_Piece]) -> list[tuple[str, ...]]:
    length = 2 if len(pieces) > 2 and compound_surname(pieces[0].text + pieces[1].text) else 1
    return [*(piece.spellings for piece in pieces[:length]), *(piece.initials for piece in pieces[length:])]


def _spelled(parts: list[tuple[str, ...]], most: int = KEY_LETTERS) -> list[str]:
    """All ways to type the parts one after another, cut at `most` letters. A part that cannot be typed is left out."""
    spelled = [""]
    for part in parts:
        if not part:
            continue
        if len(part) == 1:
            only = part[0]
            spelled = [(text + only)[:most] for text in spelled]
        else:
            longer = dict.fromkeys((text + spelling)[:most] for spelling in part for text in spelled)
            spelled = list(longer)[:MOST_SPELLINGS]
        if all(len(text) == most for text in spelled):
            break
    return spelled


def _add_beginnings(keys: dict[str, None], texts: list[str]) -> None:
    for text in texts:
        for end in range(1, len(text) + 1):
            keys[text[:end]] = None


def _add_characters(keys: dict[str, None], pieces: list[_Piece]) -> None:
    whole = "".join([piece.text for piece in pieces])
    at = 0
    for piece in pieces:
        for end in range(at + 1, min(at + KEY_CHARACTERS, len(whole)) + 1):
            key = whole[at:end]
            if _has_wide(key):
                keys[key] = None
        at += len(piece.text)
        if len(keys) >= MOST_KEYS:
            return


def _pieces(name: str) -> tuple[list[_Piece], list[int]]:
    """The name's pieces, and the places where a word or another script begins (the first is 0)."""
    pieces: list[_Piece] = []
    starts: list[int] = []
    for word in _folded(name).split():
        script_was_wide: bool | None = None
        run = ""
        for char in word:
            wide = ord(char) >= WIDE
            if wide != script_was_wide:
                if run:
                    pieces.append(_run(run))
                    run = ""
                starts.append(len(pieces))
                script_was_wide = wide
            if wide:
                pieces.append(_character(char))
            else:
                run += char
        if run:
            pieces.append(_run(run))
    if pieces and pieces[0].spellings and _is_wide(pieces[0].text):
        _read_as_surname(pieces)
    return pieces, starts


def _read_as_surname(pieces: list[_Piece]) -> None:
    """Give the first one or two characters the readings they have as a surname, beside the common ones."""
    if len(pieces) > 2:
        both = compound_surname(pieces[0].text + pieces[1].text)
        if both is not None:
            pieces[0] = _piece(
                pieces[0].text, tuple(dict.fromkeys((*both[0], *surname_readings(pieces[0].text))))
            )
            pieces[1] = _piece(pieces[1].text, both[1])
            return
    pieces[0] = _first_character(pieces[0].text)


@lru_cache(maxsize=16384)
def _character(char: str) -> _Piece:
    return _piece(char, readings(char))


@lru_cache(maxsize=4096)
def _first_character(char: str) -> _Piece:
    return _piece(char, surname_readings(char))


def _piece(char: str, syllables: tuple[str, ...]) -> _Piece:
    """lü is typed lv by an input method and lu from a passport: both are found."""
    spellings = [*syllables, *(syllable.replace("v", "u") for syllable in syllables if "v" in syllable)]
    initials = [syllable[0] for syllable in spellings]
    initials += [syllable[:2] for syllable in spellings if syllable[:2] in ("zh", "ch", "sh")]
    return _Piece(char, tuple(dict.fromkeys(spellings)), tuple(dict.fromkeys(initials)))


def _run(letters: str) -> _Piece:
    return _Piece(
        letters, (letters,), (letters,) if letters.isdigit() else tuple(dict.fromkeys((letters[0], letters)))
    )


def _typed(text: str) -> str:
    return _folded(text).replace(" ", "")


def _folded(text: str) -> str:
    """Letters in lower case without accents, digits, characters; a single space for all that parts words."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join([_folded_character(char) for char in plain])


@lru_cache(maxsize=32768)
def _folded_character(char: str) -> str:
    kind = unicodedata.category(char)
    if kind[0] in "LN" or kind == "Co":
        if ord(char) >= WIDE:
            return char
        return "".join(c for c in unicodedata.normalize("NFD", char) if unicodedata.category(c)[0] in "LN")
    return "" if char in "'’‘ʼ`" or kind[0] == "M" or kind == "Cf" else " "


def _is_wide(char: str) -> bool:
    return ord(char[0]) >= WIDE


def _has_wide(text: str) -> bool:
    return not text.isascii() and any(ord(char) >= WIDE for char in text)
