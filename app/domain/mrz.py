"""Machine-readable zones of passports (TD3) and cards (TD1) by ICAO Doc 9303 (DOCUMENTS section 6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from app.domain.identity_numbers import icao_check
from app.domain.verdicts import Verdict

TD3_LENGTH = 88
TD1_LENGTH = 90
# G and 6 differ by ten: no check digit tells them apart, so that swap is never proved.
SWAPS = {"O": "0", "0": "O", "I": "1", "1": "I", "S": "5", "5": "S", "B": "8", "8": "B", "Z": "2", "2": "Z"}
YEARS_AHEAD = 50


@dataclass(frozen=True, slots=True)
class MrzFacts:
    """What a zone says. `name` is surname and given names as one; a date that is not given is None.

    `faults` names the parts whose check digit is wrong: number, birth, expiry, optional, composite.
    """

    form: str
    document_code: str
    issuer: str
    surname: str
    given_names: str
    number: str
    nationality: str
    birth: date | None
    sex: str
    expiry: date | None
    faults: tuple[str, ...]

    @property
    def name(self) -> str:
        """Surname, then given names."""
        return f"{self.surname} {self.given_names}".strip()


def read_mrz(value: str, today: date) -> MrzFacts | None:
    """Take a normalised zone (its lines joined) apart; None when its length or its characters are not those of one."""
    if not re.fullmatch(r"[A-Z0-9<]*", value):
        return None
    if len(value) == TD3_LENGTH:
        return _read_td3(value[:44], value[44:], today)
    if len(value) == TD1_LENGTH:
        return _read_td1(value[:30], value[30:60], value[60:], today)
    return None


def judge_mrz(value: str, today: date) -> Verdict:
    """Judge a normalised text that holds `<`.

    An expired document is a warning. A repair is offered if it is the only one that the check digits prove.
    """
    if not re.fullmatch(r"[A-Z0-9<]*", value):
        return Verdict(value, "characters")
    facts = read_mrz(value, today)
    if facts is None:
        return Verdict(value, "length")
    if facts.faults:
        return Verdict(
            value, "check_digit", _repair(value, today), tuple(f"mrz_{part}" for part in facts.faults)
        )
    if facts.birth is None and _given(_birth_field(value)):
        return Verdict(value, "birth_date")
    expired = facts.expiry is not None and facts.expiry < today
    return Verdict(value, warnings=("expired",) if expired else ())


def _read_td3(first: str, second: str, today: date) -> MrzFacts:
    checks = {
        "number": (second[:9], second[9]),
        "birth": (second[13:19], second[19]),
        "expiry": (second[21:27], second[27]),
        "optional": (second[28:42], second[42]),
        "composite": (second[:10] + second[13:20] + second[21:43], second[43]),
    }
    surname, given = _names(first[5:])
    return MrzFacts(
        form="TD3",
        document_code=first[:2].rstrip("<"),
        issuer=first[2:5].rstrip("<"),
        surname=surname,
        given_names=given,
        number=second[:9].rstrip("<"),
        nationality=second[10:13].rstrip("<"),
        birth=_birth(second[13:19], today),
        sex=_sex(second[20]),
        expiry=_expiry(second[21:27], today),
        faults=_faults(checks),
    )


def _read_td1(first: str, second: str, third: str, today: date) -> MrzFacts:
    number, check = first[5:14], first[14]
    if check == "<":
        # A longer number goes on in the optional field; its check digit is the last character before the filler.
        more = first[15:].partition("<")[0]
        number, check = number + more[:-1], more[-1:] or "<"
    checks = {
        "number": (number, check),
        "birth": (second[:6], second[6]),
        "expiry": (second[8:14], second[14]),
        "composite": (first[5:30] + second[:7] + second[8:15] + second[18:29], second[29]),
    }
    surname, given = _names(third)
    return MrzFacts(
        form="TD1",
        document_code=first[:2].rstrip("<"),
        issuer=first[2:5].rstrip("<"),
        surname=surname,
        given_names=given,
        number=number.rstrip("<"),
        nationality=second[15:18].rstrip("<"),
        birth=_birth(second[:6], today),
        sex=_sex(second[7]),
        expiry=_expiry(second[8:14], today),
        faults=_faults(checks),
    )


def _faults(checks: dict[str, tuple[str, str]]) -> tuple[str, ...]:
    return tuple(part for part, (text, check) in checks.items() if not _right(part, text, check))


def _right(part: str, text: str, check: str) -> bool:
    if check == "<":
        return part == "optional" and not text.strip("<")
    return check == str(icao_check(text))


def _names(field: str) -> tuple[str, str]:
    surname, _, given = field.rstrip("<").partition("<<")
    return surname.replace("<", " ").strip(), " ".join(given.replace("<", " ").split())


def _sex(char: str) -> str:
    return {"M": "male", "F": "female"}.get(char, "")


def _given(field: str) -> bool:
    """Whether a date is given at all: an unknown part is filled with `<`."""
    return "<" not in field


def _birth_field(value: str) -> str:
    return value[57:63] if len(value) == TD3_LENGTH else value[30:36]


def _birth(field: str, today: date) -> date | None:
    """The latest day with these two digits of the year that is not in the future."""
    days = (_day(field, century) for century in (2000, 1900))
    return next((day for day in days if day is not None and day <= today), None)


def _expiry(field: str, today: date) -> date | None:
    """The latest day with these two digits of the year that is not more than 50 years ahead."""
    days = (_day(field, century) for century in (2100, 2000, 1900))
    return next((day for day in days if day is not None and day.year <= today.year + YEARS_AHEAD), None)


def _day(field: str, century: int) -> date | None:
    if not re.fullmatch(r"[0-9]{6}", field):
        return None
    try:
        return date(century + int(field[:2]), int(field[2:4]), int(field[4:]))
    except ValueError:
        return None


def _repair(value: str, today: date) -> str:
    """The one zone with a single swapped character whose check digits are all right, '' if none or several are."""
    right = []
    for at, char in enumerate(value):
        if char not in SWAPS:
            continue
        swapped = value[:at] + SWAPS[char] + value[at + 1 :]
        facts = read_mrz(swapped, today)
        if facts is not None and not facts.faults and (facts.birth or not _given(_birth_field(swapped))):
            right.append(swapped)
    return right[0] if len(right) == 1 else ""
