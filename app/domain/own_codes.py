"""The program's own codes in QR on passes, invitations and job slips (DOCUMENTS section 7).

`YH`, a kind letter, the number, and a check character by ISO 7064 MOD 37,36 over all before it: a scan that lost a
character is noticed. The short form of a pass, a letter and three digits, is what people type.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

PREFIX = "YH"
KIND_LETTERS = {"pass": "P", "invitation": "V", "job_slip": "S"}
CODE = re.compile(f"{PREFIX}([{''.join(KIND_LETTERS.values())}])([A-Z0-9]*[0-9][A-Z0-9]*)([A-Z0-9])")
SHORT_PASS = re.compile(r"[A-Z][0-9]{3}")


@dataclass(frozen=True, slots=True)
class OwnCode:
    """A code that was read: what it is for, the number in it, and whether its check character is right."""

    kind: str
    number: str
    right: bool


def make_code(kind: str, number: str) -> str:
    """The code to print for a pass, an invitation or a job slip.

    `number` may hold letters and digits; hyphens are left out. Raises ValueError for anything else.
    """
    body = PREFIX + KIND_LETTERS[kind] + number.upper().replace("-", "")
    if not CODE.fullmatch(f"{body}0"):
        raise ValueError(f"not a number for a code: {number!r}")
    return body + _check(body)


def read_code(value: str) -> OwnCode | None:
    """Read a normalised text as an own code; None when it is none."""
    found = CODE.fullmatch(value)
    if found is None:
        return None
    kinds = {letter: kind for kind, letter in KIND_LETTERS.items()}
    return OwnCode(kinds[found[1]], found[2], _check(value[:-1]) == found[3])


def _check(body: str) -> str:
    """ISO 7064 MOD 37,36."""
    rest = 36
    for char in body:
        rest = (rest + int(char, 36)) % 36 or 36
        rest = rest * 2 % 37
    return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(37 - rest) % 36]
