"""What a number rule answers, and the clean-up that goes before every rule (DOCUMENTS section 1)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

HYPHENS = frozenset("-\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212")
DOTS = frozenset(".·・•‧⋅∙")
# Letters that are taken for digits when a number is read from paper, and back.
DIGIT_FOR = {"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "G": "6", "B": "8"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule's judgement: `reason` is the code of the fault, empty when the number is acceptable.

    `offer` is a repair that the check digit proves; `warnings` are codes of what is odd but no ground to refuse.
    """

    value: str
    reason: str = ""
    offer: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether the number is acceptable as it stands."""
        return not self.reason


def normalise(text: str) -> str:
    """The form in which numbers are compared and stored: NFKC, upper case, no white space, hyphens, dots."""
    wide = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper())
    # Once more, because a mark may now stand behind a letter that it joins.
    return unicodedata.normalize("NFKC", "".join(c for c in wide if not _dropped(c)))


def tidy(text: str) -> str:
    """Text that is no number: full-width letters made narrow, white space at the ends and doubled taken out."""
    shown = (c for c in unicodedata.normalize("NFKC", text) if c.isspace() or unicodedata.category(c) != "Cf")
    return " ".join("".join(shown).split())


def as_digits(text: str) -> str:
    """`text` with the letters that look like digits made digits; other characters stay."""
    return "".join(DIGIT_FOR.get(c, c) for c in text)


def _dropped(char: str) -> bool:
    return (
        char in HYPHENS or char in DOTS or char.isspace() or unicodedata.category(char) in ("Cc", "Cf", "Zs")
    )
