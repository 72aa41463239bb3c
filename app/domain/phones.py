"""Phone numbers of the mainland and abroad (DOCUMENTS section 8).

Prefixes of mobiles are never listed: new ones appear.
"""

from __future__ import annotations

import re
import unicodedata

from app.domain.verdicts import HYPHENS, Verdict

MOBILE = re.compile(r"1[3-9][0-9]{9}")
LANDLINE = re.compile(r"0(?:10|2[0-9])[0-9]{8}|0[3-9][0-9]{2}[0-9]{7,8}")
SERVICE = re.compile(r"[48]00[0-9]{7}")
ABROAD = re.compile(r"\+[0-9]{6,14}")
AREA = re.compile(r"0(?:10|2[0-9]|[3-9][0-9]{2})")
EXTENSION = re.compile(r"转|分机|EXT|#|,|;")
# What may stand between the digits of a phone as people write it.
FILLING = re.compile(r"[\s()\[\].·]")


def normalise_phone(text: str) -> str:
    """The stored form: digits, `+` first for other countries, `-n` last for an extension.

    `+86`, `0086`, `86`, spaces, hyphens and brackets go. What is no phone comes back in NFKC and stripped, nothing else
    changed.
    """
    parts = _parts(text)
    if parts is None:
        return unicodedata.normalize("NFKC", text).strip()
    digits, extension = parts
    return f"{digits}-{extension}" if extension else digits


def judge_phone(text: str) -> tuple[str, Verdict] | None:
    """Kind (mobile or landline) and verdict of what looks like a phone; None for anything else.

    A number of another country counts as a mobile, with a warning. Eight digits without area code are none: they are a
    Taiwan permit first (DOCUMENTS section 1).
    """
    parts = _parts(text)
    if parts is None:
        return None
    digits, extension = parts
    value = f"{digits}-{extension}" if extension else digits
    if MOBILE.fullmatch(digits):
        return "mobile", Verdict(value)
    if SERVICE.fullmatch(digits):
        return "landline", Verdict(value)
    if LANDLINE.fullmatch(digits):
        area = AREA.match(digits)
        subscriber = digits[area.end() :] if area else ""
        return "landline", Verdict(value, warnings=() if subscriber[:1] in "2345678" else ("subscriber",))
    if digits.startswith("+"):
        if ABROAD.fullmatch(digits):
            return "mobile", Verdict(value, warnings=("phone_abroad",))
        return ("mobile", Verdict(value, "length")) if len(digits) > 3 else None
    if re.fullmatch(r"1[0-9]{10}", digits):
        return "mobile", Verdict(value, "mobile_prefix")
    if re.fullmatch(r"1[3-9][0-9]{8}", digits):
        return "mobile", Verdict(value, "length")
    if AREA.match(digits) and 9 <= len(digits) <= 13:
        return "landline", Verdict(value, "length")
    return None


def _parts(text: str) -> tuple[str, str] | None:
    """Digits (with `+` first for other countries) and extension, or None if other characters are in it."""
    wide = FILLING.sub("", unicodedata.normalize("NFKC", text).upper())
    plain = "".join("-" if c in HYPHENS else c for c in wide if unicodedata.category(c) != "Cf")
    main, *rest = EXTENSION.split(plain, maxsplit=1)
    extension = rest[0].strip("-:") if rest else ""
    if not re.fullmatch(r"\+?[0-9]+(?:-[0-9]+)*", main) or not re.fullmatch(r"[0-9]{0,6}", extension):
        return None
    if rest and not extension:
        return None
    head, _, last = main.rpartition("-")
    whole = _domestic(main)
    if not extension and head and not _complete(whole) and _complete(_domestic(head)) and len(last) <= 6:
        return _domestic(head), last
    return whole, extension


def _domestic(text: str) -> str:
    """Digits without hyphens and without China's country code."""
    digits = text.replace("-", "")
    for code in ("+86", "0086"):
        if digits.startswith(code) and len(digits) > len(code) + 6:
            rest = digits[len(code) :]
            own = rest[0] == "0" or MOBILE.fullmatch(rest) or SERVICE.fullmatch(rest)
            return rest if own else f"0{rest}" if LANDLINE.fullmatch(f"0{rest}") else rest
    if re.fullmatch(r"00[1-9][0-9]{6,13}", digits):
        return "+" + digits[2:]
    return digits[2:] if digits.startswith("86") and MOBILE.fullmatch(digits[2:]) else digits


def _complete(digits: str) -> bool:
    return any(shape.fullmatch(digits) for shape in (MOBILE, LANDLINE, SERVICE, ABROAD))
