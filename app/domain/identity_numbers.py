"""Citizens' identity numbers (GB 11643) and those built like them (DOCUMENTS sections 2 to 4, VIS-7).

The region table only hints: numbers are for life and codes come and go, so a code that the table does not know, or not
for that year, is a warning and never a refusal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.domain.verdicts import Verdict, as_digits, normalise

Sex = Literal["male", "female"]

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
HMT_REGIONS = ("810000", "820000", "830000")
# python-stdnum's table writes Hong Kong and Macao in traditional characters and lacks 830000.
HMT_NAMES = {"810000": "香港", "820000": "澳门", "830000": "台湾"}
LOOKS_LIKE_X = "X\u00d7\u0425\u03a7"  # multiplication sign, Cyrillic and Greek capital letters
OLDEST = 120
FULL = re.compile(r"[0-9]{17}[0-9X]")
CARD_2017 = re.compile(r"[A-Z]{3}[0-9]{12}")
CARD_2017_ATTEMPT = re.compile(r"[A-Z]{3}[0-9OQDILZSGB]{12}|[A-Z]{1,4}[0-9]{11,14}")


@dataclass(frozen=True, slots=True)
class ResidentFacts:
    """What an identity number says about its holder; `age` in whole years, `region` '' when the table has none."""

    birth: date
    sex: Sex
    region: str
    age: int


def check_character(first17: str) -> str:
    """The last character of an identity number, by ISO 7064 MOD 11-2 over its 17 digits."""
    return CHECKS[sum(w * int(c) for w, c in zip(WEIGHTS, first17, strict=True)) % 11]


def number_kind(value: str) -> str:
    """Kind of an 18-character number by its first digits: hmt_residence, foreign_permanent_id or resident_id."""
    if value[:1] == "9":
        return "foreign_permanent_id"
    # xx0000 names a whole province; only the three regions have holders with it, so 72… is a slip in one of those.
    return "hmt_residence" if value[:1] in ("7", "8") and value[2:6] == "0000" else "resident_id"


def judge_number(value: str, today: date) -> Verdict:
    """Judge 17 digits and a check character of any of the three kinds. Call with a match of `FULL`."""
    if value[0] == "0" or (number_kind(value) == "hmt_residence" and value[:6] not in HMT_REGIONS):
        return Verdict(value, "region")
    birth = _day(value[6:14])
    if birth is None:
        return Verdict(value, "birth_date")
    if birth > today:
        return Verdict(value, "birth_future")
    if value[17] != check_character(value[:17]):
        return Verdict(value, "check_digit")
    warnings = _region_warnings(value, birth.year) if number_kind(value) == "resident_id" else ()
    return Verdict(value, warnings=warnings + (("very_old",) if _age(birth, today) > OLDEST else ()))


def judge_attempt(value: str, today: date) -> tuple[str, Verdict] | None:
    """Judge what is nearly an identity number: another length, the old 15 digits, or letters for digits.

    Answers the kind that it comes nearest to and the verdict, or None when it is something else altogether.
    """
    if re.fullmatch(r"[1-9][0-9]{14}", value):
        return "resident_id", _judge_old(value, today)
    if re.fullmatch(r"[1-9][0-9]{15,18}X?", value):
        foreign = FULL.fullmatch("9" + value) is not None and not judge_number("9" + value, today).reason
        return ("foreign_permanent_id" if foreign else "resident_id"), Verdict(value, "length")
    if len(value) == 18 and sum(c in "0123456789" for c in value) >= 12:
        last = "X" if value[17] in LOOKS_LIKE_X else as_digits(value[17])
        repaired = as_digits(value[:17]) + last
        if FULL.fullmatch(repaired) and judge_number(repaired, today).valid:
            return number_kind(repaired), Verdict(value, "characters", repaired)
        return number_kind(value), Verdict(value, "characters")
    if CARD_2017_ATTEMPT.fullmatch(value) and 14 <= len(value) <= 16:
        if len(value) != 15:
            return "foreign_permanent_id", Verdict(value, "length")
        repaired = value[:3] + as_digits(value[3:])
        offer = repaired if CARD_2017.fullmatch(repaired) and _proved_2017(repaired, today) else ""
        return "foreign_permanent_id", Verdict(value, "characters", offer)
    return None


def judge_2017_card(value: str, today: date) -> Verdict:
    """Judge the 2017 foreign card: nationality, region, YYMMDD, sex and an ICAO 7-3-1 check digit.

    The check digit's rule has one source only, so a wrong one is a warning.
    """
    if _short_day(value[7:13], today) is None:
        return Verdict(value, "birth_date")
    right = str(icao_check(value[:14])) == value[14]
    return Verdict(value, warnings=() if right else ("card_2017_check",))


def icao_check(text: str) -> int:
    """Check digit of ICAO Doc 9303: weights 7 3 1, A = 10 … Z = 35, `<` = 0, sum mod 10."""
    return sum((7, 3, 1)[n % 3] * (0 if c == "<" else int(c, 36)) for n, c in enumerate(text)) % 10


def resident_facts(text: str, today: date) -> ResidentFacts | None:
    """Birth date, sex, region and age from an identity number as typed, from its seventeenth digit on.

    None before that (the seventeenth tells the sex), and for an impossible or future birth date. The check character
    is not looked at: what the number says is shown beside what is wrong with it.
    """
    value = normalise(text)
    if not re.fullmatch(r"[0-9]{17}[0-9X]?", value):
        return None
    birth = _day(value[6:14])
    if birth is None or birth > today:
        return None
    sex: Sex = "male" if int(value[16]) % 2 else "female"
    return ResidentFacts(birth, sex, region_name(value), _age(birth, today))


def region_name(value: str) -> str:
    """Province, city and county of a number's first six digits as far as the table knows them, else ''."""
    code = value[:6]
    if code in HMT_NAMES:
        return HMT_NAMES[code]
    if code[:1] == "9":
        return _region(code[1:3] + "0000").get("province", "")
    found = _region(code)
    names = [found.get("province", "")]
    if code[2:] != "0000":
        names += [_newest(_region(code[:4] + "00").get("county", ""))] if code[4:] != "00" else []
        names.append(_newest(found.get("county", "")))
    return "".join(name for name in names if name not in ("市辖区", "县", "省直辖县级行政单位"))


def number_fault(value: str, today: date) -> str:
    """Reason code as soon as the digits typed so far cannot become an identity number, else ''.

    `value` is normalised. Looks at nothing before the ninth character: eight digits may be a Taiwan permit.
    """
    if len(value) < 9:
        return ""
    if len(value) > 18:
        return "length"
    if not FULL.fullmatch(value) and not re.fullmatch(r"[0-9]{1,17}", value):
        return "characters"
    if value[0] == "0":
        return "region"
    year, month, day = value[6:10], value[10:12], value[12:14]
    if len(year) >= 2 and year[:2] not in ("18", "19", "20"):
        return "birth_date"
    if len(year) == 4 and int(year) > today.year:
        return "birth_future"
    if month[:1] > "1" or (len(month) == 2 and not 1 <= int(month) <= 12) or day[:1] > "3":
        return "birth_date"
    if len(day) < 2:
        return ""
    if len(value) == 18:
        return judge_number(value, today).reason
    birth = _day(value[6:14])
    return "birth_date" if birth is None else "birth_future" if birth > today else ""


def _judge_old(value: str, today: date) -> Verdict:
    """15 digits of the first generation: no document any more; show the 18-character form."""
    if _day("19" + value[6:12]) is None:
        return Verdict(value, "birth_date")
    first17 = value[:6] + "19" + value[6:]
    offer = first17 + check_character(first17)
    return Verdict(value, "old_15", offer if judge_number(offer, today).valid else "")


def _proved_2017(value: str, today: date) -> bool:
    return judge_2017_card(value, today) == Verdict(value)


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def _short_day(text: str, today: date) -> date | None:
    """A birth date of two-digit year: the latest that is not in the future."""
    days = (_day(century + text) for century in ("20", "19"))
    return next((day for day in days if day is not None and day <= today), None)


def _age(birth: date, today: date) -> int:
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def _region(code: str) -> dict[str, str]:
    """The table's entry: 'province' and 'county', the latter with spans of years: `[1983-1990]甲县,[1991-]乙区`."""
    from stdnum import numdb  # 50 ms: loaded when the first number is judged

    return {key: name for _, names in numdb.get("cn/loc").info(code) for key, name in names.items()}


def _spans(county: str) -> list[tuple[int, int, str]]:
    """First year, last year (0 and 9999 when open) and name of each entry of a county."""
    spans = []
    for part in filter(None, county.split(",")):
        found = re.fullmatch(r"\[([0-9]*)-([0-9]*)\](.*)", part)
        spans.append((int(found[1] or 0), int(found[2] or 9999), found[3]) if found else (0, 9999, part))
    return spans


def _newest(county: str) -> str:
    spans = _spans(county)
    return max(spans, key=lambda span: span[1])[2] if spans else ""


def _region_warnings(value: str, year: int) -> tuple[str, ...]:
    spans = _spans(_region(value[:6]).get("county", ""))
    if not spans:
        return ("region_unknown",)
    if any(first <= year <= last for first, last, _ in spans):
        return ()
    return ("region_ended",) if all(last < year for _, last, _ in spans) else ("region_not_yet",)
