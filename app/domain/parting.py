"""Words and a number typed together, parted: a number among the words would stand in clear in the file (VIS-14)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from app.domain.documents import identify
from app.domain.names import number_in_name
from app.domain.plates import PROVINCES, judge_plate
from app.domain.verdicts import normalise

PHONES = ("mobile", "landline")
PERSONAL_KINDS = frozenset(
    {
        "resident_id",
        "foreign_permanent_id",
        "hmt_residence",
        "hm_permit",
        "tw_permit",
        "passport",
        "driving_licence",
        "officer_card",
    }
)
LETTERED = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,3}[0-9]{7,12}(?![A-Za-z0-9])")
"""A permit's or a passport's number: its letters belong to it and not to the name before it."""
PLATE = re.compile(
    rf"[{PROVINCES}][ ·.-]?[A-HJ-Z][ ·.-]?(?:[A-HJ-NP-Z0-9]{{6}}|[A-HJ-NP-Z0-9]{{5}}|[A-HJ-NP-Z0-9]{{4}}[学警挂港澳])"
    "(?![A-Z0-9])",
    re.IGNORECASE,
)
"""A plate with its province: without that it could be an order's or a room's number."""
PLATE_DIGITS = 2  # at least: 宁Aaron is a name
PIECE = re.compile(r"\+?[0-9]+[Xx]?")
EXTENSION = re.compile(r"(?:转|分机)[0-9]{1,6}")
LABEL = re.compile(r"(?:电话|手机|证件|身份证|车牌)号?码?$|\b(?:tel|phone|mobile|id|no)$", re.IGNORECASE)
BRACKETS = re.compile(r"[(（\[【]\s*[)）\]】]")
MARKS = " ,，、:：;；-·."
DATE = re.compile(r"20[0-9]{2}[-./ ](?:0?[1-9]|1[0-2])[-./ ](?:0?[1-9]|[12][0-9]|3[01])")
MOST_PIECES, MOST_LETTERS = 12, 4
# What a number is does not hang on the day; only whether a birth has come yet does, and that is judged at its field.
LATEST = date.max


def parted(text: str) -> tuple[str, str]:
    """The words and the first number beside or between them: `张三13912345678`, `Li (139 1234 5678)`, `张三沪A12345`.

    A plate goes before other numbers. The number is "" when there is none, when there are no words, and when the whole
    text is one number. Words that hold a second number are parted again by the caller.
    """
    typed = text.strip()
    place = _place(typed)
    if place is None:
        return typed, ""
    begin, end = place
    before, after = typed[:begin].rstrip(MARKS), typed[end:]
    words = " ".join(BRACKETS.sub(" ", f"{LABEL.sub('', before)} {after}").strip(MARKS).split())
    if not any(sign.isalpha() for sign in words):
        return typed, ""
    return words, typed[begin:end].strip()


def number_in(text: str) -> tuple[int, int] | None:
    """Where a number stands in a text that is kept in clear: as in a name, but a date with its marks is none."""
    found = number_in_name(text)
    if found is not None and DATE.fullmatch("".join([_narrow(sign) for sign in text[slice(*found)]]).strip()):
        return None
    return found


def _place(typed: str) -> tuple[int, int] | None:
    """Where the first number stands in a text that is more than that number."""
    narrow = "".join([_narrow(sign) for sign in typed])
    plate = _plate(narrow) if identify(typed, LATEST).kind != "plate" else None
    if plate is not None:
        return plate
    lettered = LETTERED.search(narrow)
    if lettered is not None and identify(lettered.group(), LATEST).kind not in PERSONAL_KINDS:
        lettered = None
    found = number_in(typed)
    if (found is None and lettered is None) or _is_one(typed):
        return None
    if lettered is not None and (found is None or lettered.start() <= found[0]):
        return lettered.span()
    assert found is not None
    begin, end = found
    behind = EXTENSION.match(narrow, end)
    if behind is not None:
        return begin, behind.end()
    return (begin, end) if _holds(narrow[begin:end]) else _right_part(narrow, begin, end)


def _plate(narrow: str) -> tuple[int, int] | None:
    """Where the first plate stands that is right (GA 36)."""
    for found in PLATE.finditer(narrow):
        said = judge_plate(normalise(found.group()))
        if said is not None and said.valid and sum(sign.isdigit() for sign in said.value) >= PLATE_DIGITS:
            return found.span()
    return None


def _right_part(narrow: str, begin: int, end: int) -> tuple[int, int]:
    """The longest row of pieces that is a right number: a room may stand before a phone. Else the whole run."""
    pieces = [(found.start(), found.end()) for found in PIECE.finditer(narrow, begin, end)]
    if len(pieces) <= MOST_PIECES:
        for count in range(len(pieces) - 1, 0, -1):
            for first in range(len(pieces) - count + 1):
                place = pieces[first][0], pieces[first + count - 1][1]
                if _holds(narrow[place[0] : place[1]]):
                    return place
    return begin, end


def _is_one(text: str) -> bool:
    """Whether the whole text is one number, right or wrong; a wrong one has a few letters at most."""
    said = identify(text, LATEST)
    likely = said.valid or (said.value.isascii() and sum(map(str.isalpha, said.value)) <= MOST_LETTERS)
    return said.kind == "mrz" or (likely and (said.kind in PERSONAL_KINDS or said.kind in PHONES))


def _holds(text: str) -> bool:
    said = identify(text, LATEST)
    return said.valid and (said.kind in PERSONAL_KINDS or said.kind in PHONES)


def _narrow(sign: str) -> str:
    """The sign in the form that numbers are compared in, where that is one sign too."""
    plain = unicodedata.normalize("NFKC", sign)
    return plain if len(plain) == 1 else sign
