"""A machine-readable zone among the lines that were read in a photograph (DOCUMENTS section 6).

A camera's reading differs from a scanner's: fillers are lost or doubled, `<` comes as another bracket, letters stand
where only digits can be. What the form itself settles is settled here; the check digits then judge (app.domain.mrz).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.mrz import judge_mrz, read_mrz
from app.domain.verdicts import as_digits

BRACKETS = str.maketrans(dict.fromkeys("〈《«‹＜≤く﹤⟨", "<"))
SHORTEST = 24
TD3, TD1 = 44, 30
# Where only digits can stand: dates and check digits.
TD3_DIGITS = (9, *range(13, 20), *range(21, 28), 43)
TD1_DIGITS = (*range(7), *range(8, 15), 29)
LETTER_FOR = {"0": "O", "1": "I", "2": "Z", "5": "S", "8": "B"}
PERMITS = {"CR": "hm_permit", "CT": "tw_permit"}


@dataclass(frozen=True, slots=True)
class Zone:
    """What a zone says. `reason` is '' only when every check digit is right; `offer` is then the repaired number."""

    kind: str
    name: str
    number: str
    birth: date | None
    weakest: float
    reason: str = ""
    offer: str = ""


def read_zone(lines: Sequence[tuple[str, float, float]], today: date) -> Zone | None:
    """The zone among lines of (text, height of their middle, least sure character), or None when there is none."""
    rows = []
    for text, _, weakest in sorted(lines, key=lambda one: one[1]):
        plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text.translate(BRACKETS)).upper())
        if len(plain) >= SHORTEST and re.fullmatch(r"[A-Z0-9<]+", plain) and "<" in plain:
            rows.append((plain, weakest))
    found = None
    for count, width in ((2, TD3), (3, TD1)):
        for start in range(len(rows) - count + 1):
            taken = rows[start : start + count]
            fitted = [_fitted(text, width) for text, _ in taken]
            if "" in fitted:
                continue
            zone = _zone("".join(_settled(fitted)), min(weakest for _, weakest in taken), today)
            if zone is not None and (found is None or (found.reason and not zone.reason)):
                found = zone
    return found


def _zone(value: str, weakest: float, today: date) -> Zone | None:
    facts = read_mrz(value, today)
    if facts is None:
        return None
    verdict = judge_mrz(value, today)
    repaired = read_mrz(verdict.offer, today) if verdict.offer else None
    if repaired is not None and repaired.number == facts.number:
        # The misread character stands elsewhere, and with it put right every check digit proves this number.
        facts, reason, offer = repaired, "", ""
    else:
        reason, offer = verdict.reason, repaired.number if repaired is not None else ""
    kind = _kind(facts.form, facts.document_code)
    return Zone(kind, facts.name, facts.number, facts.birth, weakest, reason, offer)


def _kind(form: str, code: str) -> str:
    if form == "TD3" and code.startswith("P"):
        return "passport"
    return PERMITS.get(code, "mrz")


def _fitted(text: str, width: int) -> str:
    """A row of exactly `width` characters: fillers that the camera lost or doubled are put right, nothing else.

    '' when it cannot be one: more than four characters out, or nothing in it to make longer or shorter.
    """
    out = len(text) - width
    if out == 0:
        return text
    if abs(out) > 4 and not (out < 0 and text.endswith("<<<")):
        return ""
    runs = sorted(re.finditer(r"<{2,}", text), key=lambda run: len(run[0]))
    if not runs:
        return ""
    run = runs[-1]
    length = len(run[0]) - out
    return text[: run.start()] + "<" * length + text[run.end() :] if length >= 1 else ""


def _settled(rows: list[str]) -> list[str]:
    """The rows with digits where only digits can stand, and letters where only letters can."""
    if len(rows) == 2:
        return [_letters(rows[0], range(2, TD3)), _letters(_figures(rows[1], TD3_DIGITS), range(10, 13))]
    first, second, third = rows
    second = _letters(_figures(second, TD1_DIGITS), range(15, 18))
    return [_letters(first, range(2, 5)), second, _letters(third, range(TD1))]


def _figures(row: str, places: Sequence[int]) -> str:
    return "".join(as_digits(char) if place in places else char for place, char in enumerate(row))


def _letters(row: str, places: Sequence[int]) -> str:
    return "".join(LETTER_FOR.get(char, char) if place in places else char for place, char in enumerate(row))
