"""Number plates of vehicles by GA 36-2018 (DOCUMENTS section 9). No letter I or O in the sequence."""

from __future__ import annotations

import re

from app.domain.verdicts import Verdict

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
SEQUENCE = "[A-HJ-NP-Z0-9]"
HEAD = f"[{PROVINCES}][A-HJ-Z]"
ENERGY = "[A-HJK]"
FIRST_ENERGY = "DF"  # the eight other letters came later and have a weaker source: a warning
ORDINARY = re.compile(f"{HEAD}{SEQUENCE}{{5}}")
SMALL_ENERGY = re.compile(f"{HEAD}({ENERGY}){SEQUENCE}[0-9]{{4}}")
LARGE_ENERGY = re.compile(f"{HEAD}[0-9]{{5}}({ENERGY})")
MARKED = re.compile(f"{HEAD}{SEQUENCE}{{4}}[学警挂]")
BORDER = re.compile(f"({HEAD}){SEQUENCE}{{4}}[港澳]")
CONSULATE = re.compile(f"[{PROVINCES}](?:[0-9]{{5}}|{SEQUENCE}[0-9]{{4}})领")
EMBASSY = re.compile("[0-9]{6}使|使[0-9]{6}")
ARMED_POLICE = re.compile(f"WJ[{PROVINCES}]?[0-9]{{4}}{SEQUENCE}")
MILITARY = re.compile("[A-HJ-NP-Z]{2}[0-9]{5}")
AS_TYPED = re.compile(
    f"(?:[{PROVINCES}临][A-Z0-9/]{{4,8}}(?:应急|临时?|试|超)?|民航[A-Z0-9]{{4,6}})",
)
NOTED = re.compile(
    f"[{PROVINCES}][A-Z]?[0-9A-Z/]+(?:应急|临时?|试|超)|临[A-Z0-9]+|民航.+|[{PROVINCES}][0-9]{{2}}/.+"
)
ATTEMPT = re.compile(f"[{PROVINCES}][A-Z][A-Z0-9]{{2,8}}[学警挂港澳领]?")


def judge_plate(value: str) -> Verdict | None:
    """Judge a normalised text as a plate; None when it does not look like one.

    Not faults but noted: the newer energy letters, embassy, consulate, armed police, military, emergency, airport,
    temporary and farm plates.
    """
    special = _special(value)
    if special is not None:
        return special
    if ORDINARY.fullmatch(value) or MARKED.fullmatch(value):
        return Verdict(value)
    energy = SMALL_ENERGY.fullmatch(value) or LARGE_ENERGY.fullmatch(value)
    if energy:
        return Verdict(value, warnings=() if energy[1] in FIRST_ENERGY else ("plate_energy_letter",))
    if ATTEMPT.fullmatch(value):
        return Verdict(value, _fault(value))
    if 6 <= len(value) <= 7 and sum(c in "0123456789" for c in value) >= 2 and _whole(PROVINCES[0] + value):
        return Verdict(value, "province")
    return None


def _special(value: str) -> Verdict | None:
    border = BORDER.fullmatch(value)
    if border:
        return Verdict(value, "" if border[1] == "粤Z" else "border_region")
    for shape, warning in (
        (EMBASSY, "plate_embassy"),
        (CONSULATE, "plate_embassy"),
        (ARMED_POLICE, "plate_police"),
    ):
        if shape.fullmatch(value):
            return Verdict(value, warnings=(warning,))
    if MILITARY.fullmatch(value):
        return Verdict(value, warnings=("plate_military",))
    if AS_TYPED.fullmatch(value) and NOTED.fullmatch(value):
        return Verdict(value, warnings=("plate_as_typed",))
    return None


def _whole(value: str) -> bool:
    shapes = (ORDINARY, SMALL_ENERGY, LARGE_ENERGY, MARKED)
    return any(shape.fullmatch(value) for shape in shapes)


def _fault(value: str) -> str:
    sequence = value[2:]
    if value[1] == "I" or any(letter in sequence for letter in "IO"):
        return "letters_io"
    if len(value) != 8 or sequence[-1] in "学警挂港澳领":
        return "length"
    if re.fullmatch("[A-Z][A-Z0-9][0-9]{4}", sequence) or re.fullmatch("[0-9]{5}[A-Z]", sequence):
        return "energy_letter"
    return "characters"
