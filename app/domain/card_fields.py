"""The text block of a resident card's chip (DOCUMENTS section 11): what a visit needs of it, and nothing more.

The block is 256 bytes of UTF-16LE in fixed fields, padded with spaces. Sex, nation, address, authority, nationality
and the permit number are never even decoded; photograph and fingerprint do not come this far (VIS-14, least data).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.errors import DomainError

BLOCK_BYTES = 256
FOR_LIFE = "长期"
PADDING = " \u3000\0"
UNREADABLE = "card_text_unreadable"
CITIZEN_NUMBER = re.compile(r"[1-9][0-9]{16}[0-9X]")
CARD_2017_NUMBER = re.compile(r"[A-Z]{3}[0-9]{12}")
DAY = re.compile(r"[0-9]{8}")
# Controls, marks of direction, line ends, halves of a pair: none of them is part of a name. Private-use characters
# (Co) and those younger than Python's table (Cn) are, they are how a chip holds a rare character.
NOT_IN_A_NAME = ("Cc", "Cf", "Cs", "Zl", "Zp")


class CardKind(StrEnum):
    """The four cards with this chip; DOCUMENTS sections 2 to 4."""

    citizen = "citizen"
    hmt_residence = "hmt_residence"
    foreign_2017 = "foreign_2017"
    foreign_2023 = "foreign_2023"


DOCUMENT_KIND = {
    CardKind.citizen: "resident_id",
    CardKind.hmt_residence: "hmt_residence",
    CardKind.foreign_2017: "foreign_permanent_id",
    CardKind.foreign_2023: "foreign_permanent_id",
}


@dataclass(frozen=True, slots=True)
class CardFields:
    """What is taken from a card. Its repr holds nothing of the person, so that no log can (VIS-14).

    `name` is the Chinese one, or the Latin one of a foreigner who has no other; `latin_name` is '' on the cards of
    Chinese. `valid_to` is None when the card holds for life (长期). The number is as the chip has it: its check digit
    is judged where every number is (`app.domain.documents.judge`).
    """

    kind: CardKind
    name: str = field(repr=False)
    number: str = field(repr=False)
    birth: date = field(repr=False)
    valid_from: date = field(repr=False)
    valid_to: date | None = field(repr=False)
    latin_name: str = field(default="", repr=False)

    @property
    def document_kind(self) -> str:
        """The kind of document that a visit stores, one of `documents.DOCUMENT_KINDS`."""
        return DOCUMENT_KIND[self.kind]

    def expired(self, on: date) -> bool:
        """Whether the card is past its date on that day; it is still good on its last day. A warning, no refusal."""
        return self.valid_to is not None and on > self.valid_to


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the fields lie, as (first byte, end); a Latin name may have a second piece."""

    number: tuple[int, int]
    birth: tuple[int, int]
    chinese: tuple[int, int]
    latin: tuple[tuple[int, int], ...] = ()
    shape: re.Pattern[str] = CITIZEN_NUMBER


VALID_FROM, VALID_TO, KIND = (188, 204), (204, 220), (248, 250)
CHINESE_CARD = _Layout(number=(122, 158), birth=(36, 52), chinese=(0, 30))
LAYOUTS = {
    CardKind.citizen: CHINESE_CARD,
    CardKind.hmt_residence: CHINESE_CARD,
    CardKind.foreign_2017: _Layout(
        number=(122, 152), birth=(220, 236), chinese=(158, 188), latin=((0, 120),), shape=CARD_2017_NUMBER
    ),
    CardKind.foreign_2023: _Layout(
        number=(122, 158), birth=(36, 52), chinese=(0, 30), latin=((52, 122), (220, 242))
    ),
}
KINDS = {"J": CardKind.hmt_residence, "I": CardKind.foreign_2017, "Y": CardKind.foreign_2023}


def parse_card(block: bytes) -> CardFields:
    """Takes what a visit needs from a chip's text block.

    Raises:
        DomainError: card_text_unreadable, for everything that is no such block (wrong length, half a character, no
            name, a number or a day that cannot be one). It carries no value and no byte of the card.
    """
    if len(block) != BLOCK_BYTES:
        raise DomainError(UNREADABLE)
    kind = CardKind.citizen
    # The mark of a citizen's card is not defined: two bytes that are no character mean a citizen's, too.
    for mark, marked in KINDS.items():
        if block[slice(*KIND)] == mark.encode("utf-16-le"):
            kind = marked
    layout = LAYOUTS[kind]
    number = _text(block, layout.number)
    if not layout.shape.fullmatch(number):
        raise DomainError(UNREADABLE)
    chinese = _name(block, layout.chinese)
    latin = _name(block, *layout.latin)
    valid_from, valid_to = _day(block, VALID_FROM), None
    if _text(block, VALID_TO) != FOR_LIFE:
        valid_to = _day(block, VALID_TO)
    if not (chinese or latin) or (valid_to is not None and valid_to < valid_from):
        raise DomainError(UNREADABLE)
    birth = _day(block, layout.birth)
    return CardFields(kind, chinese or latin, number, birth, valid_from, valid_to, latin)


def _text(block: bytes, *places: tuple[int, int]) -> str:
    """The characters of a field, its pieces joined before the padding goes; half of a pair is refused."""
    raw = b"".join(block[start:end] for start, end in places)
    try:
        return raw.decode("utf-16-le").rstrip(PADDING)
    except UnicodeDecodeError:
        # Without its cause: a UnicodeDecodeError holds the bytes.
        raise DomainError(UNREADABLE) from None


def _name(block: bytes, *places: tuple[int, int]) -> str:
    text = _text(block, *places)
    if any(unicodedata.category(c) in NOT_IN_A_NAME or _never_a_character(c) for c in text):
        raise DomainError(UNREADABLE)
    return " ".join(text.split())


def _never_a_character(char: str) -> bool:
    """Code points that Unicode keeps out of text for ever: what an erased memory (FF FF) decodes to."""
    return ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF


def _day(block: bytes, place: tuple[int, int]) -> date:
    text = _text(block, place)
    if not DAY.fullmatch(text):
        raise DomainError(UNREADABLE)
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise DomainError(UNREADABLE) from None
