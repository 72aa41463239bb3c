"""What the guard post's one line makes of an input, and the judgement of a document whose kind is known (VIS-7).

No wording here: reasons and warnings are codes, their texts are `documents.reason_<code>` and
`documents.warning_<code>`. A refused number can always be kept with a reason; that is the caller's business.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.domain.identity_numbers import (
    CARD_2017,
    FULL,
    ResidentFacts,
    judge_2017_card,
    judge_attempt,
    judge_number,
    number_fault,
    number_kind,
    resident_facts,
)
from app.domain.mrz import judge_mrz
from app.domain.own_codes import SHORT_PASS, read_code
from app.domain.phones import judge_phone
from app.domain.plates import judge_plate
from app.domain.verdicts import Verdict, normalise, tidy

__all__ = [
    "DOCUMENT_KINDS",
    "KINDS",
    "Identified",
    "ResidentFacts",
    "group",
    "identify",
    "judge",
    "normalise",
    "partial_fault",
    "resident_facts",
]

NUMBER_KINDS = ("resident_id", "foreign_permanent_id", "hmt_residence")
DOCUMENT_KINDS = (
    *NUMBER_KINDS,
    "hm_permit",
    "tw_permit",
    "passport",
    "mrz",
    "driving_licence",
    "officer_card",
    "work_pass",
    "none",
)
KINDS = (*DOCUMENT_KINDS, "mobile", "landline", "plate", "pass", "invitation", "text")

HM_PERMIT = re.compile(r"[HM](?:[0-9]{8}|[0-9]{10})")
HM_ATTEMPT = re.compile(r"[HM](?:[0-9]{7}|[0-9]{9}|[0-9]{11})|HM[0-9]{6,8}")
EXIT_PAPER = re.compile(r"[CW][0-9]{8}")
TW_CARD = re.compile(r"[0-9]{8}")
TW_OLD = re.compile(r"[0-9]{10}|(?=.*[0-9])[0-9A-Z]{10,12}")
OFFICER_CARD = re.compile(r"[A-Z\u4e00-\u9fff]{1,2}字第[0-9]{4,8}号")
OFFICER_ATTEMPT = re.compile(r"[A-Z\u4e00-\u9fff]{1,2}字第?[0-9]+号?")
OWN_PASSPORT = re.compile(r"[EKHG][0-9]{8}|E[A-HJ-NP-Z][0-9]{7}|(?:[DSP]E|KJ|M[AB])[0-9]{7}")
OWN_PASSPORT_ATTEMPT = re.compile(
    r"[EK][0-9]{6,10}|E[A-Z]{1,2}[0-9]{5,8}|(?:[DSP]E|KJ|M[AB])[0-9]{5,8}|[0-9]{8}[A-Z]"
)
FOREIGN_PASSPORT = re.compile(r"(?=.*[A-Z])(?=(?:.*[0-9]){6})[A-Z0-9]{7,10}")
CHOSEN_PASSPORT = re.compile(r"(?=.*[0-9])[A-Z0-9]{5,12}")
FILE_NUMBER = re.compile(r"[0-9]{12}")


@dataclass(frozen=True, slots=True)
class Identified:
    """An input and what it is.

    `value` is the normalised form to store and compare; `reason` is '' or the code of the fault; `offer` is a repair
    that the check digit proves ('' if there is none); `warnings` are codes of what is odd but no ground to refuse.
    """

    input: str
    kind: str
    value: str
    valid: bool
    reason: str = ""
    offer: str = ""
    warnings: tuple[str, ...] = ()


def identify(text: str, today: date) -> Identified:
    """Tell the kind of `text` by the first rule that fits (DOCUMENTS section 1) and judge it. Never raises.

    What fits none is kind `text`, valid False, with the reason '': part of a name, say. A driving licence bears the
    identity number and is never told from it: the guard changes the kind, see `judge`.
    """
    value = normalise(text)
    if "<" in value:
        return _identified(text, "mrz", judge_mrz(value, today))
    for kind, verdict in _first(text, value, today):
        return _identified(text, kind, verdict)
    return Identified(text, "text", tidy(text), False)


def judge(kind: str, text: str, today: date) -> Identified:
    """Judge `text` as the `kind` that somebody has chosen; the answer is of that kind whatever the text is.

    `driving_licence` is an identity number or a passport's; `work_pass`, `none` take anything. Raises ValueError for a
    kind that does not exist.
    """
    if kind not in KINDS:
        raise ValueError(f"no such kind: {kind}")
    if kind in ("work_pass", "none"):
        return Identified(text, kind, tidy(text), True)
    if kind == "text":
        return Identified(text, kind, tidy(text), False)
    rule = _RULES.get(kind)
    value = normalise(text)
    if rule is not None:
        return _identified(text, kind, rule(value, today))
    found = identify(text, today)
    if found.kind == kind:
        return found
    return Identified(text, kind, value, False, "other_kind" if found.kind != "text" else "characters")


def partial_fault(text: str, today: date) -> str:
    """Reason code as soon as the number typed so far cannot become right, else '' (VIS-7: said at once).

    Only from eleven characters on, and while no phone begins like that: before, it may be a permit or a passport.
    """
    value = normalise(text)
    if len(value) < 11 or not re.match(r"[1-9][0-9]{9}", value) or "<" in value:
        return ""
    if (len(value) == 11 and re.match(r"1[3-9]", value)) or (
        len(value) <= 13 and re.match(r"861[3-9]", value)
    ):
        return ""
    fault = number_fault(value, today)
    if fault and len(value) == 15:
        attempt = judge_attempt(value, today)
        return attempt[1].reason if attempt is not None and attempt[1].offer else fault
    return fault


def group(value: str, kind: str) -> str:
    """A number as people read it: 6-8-4 for identity numbers, 3-4-4 for mobiles; all others as they are."""
    if FULL.fullmatch(value) and kind in (*NUMBER_KINDS, "driving_licence"):
        return f"{value[:6]} {value[6:14]} {value[14:]}"
    if kind == "mobile" and re.match(r"[0-9]{11}", value):
        return f"{value[:3]} {value[3:7]} {value[7:]}"
    return value


def _identified(text: str, kind: str, verdict: Verdict) -> Identified:
    return Identified(
        text, kind, verdict.value, verdict.valid, verdict.reason, verdict.offer, verdict.warnings
    )


def _first(text: str, value: str, today: date) -> list[tuple[str, Verdict]]:
    """The first rule's kind and verdict as a list of one, or an empty list."""
    if FULL.fullmatch(value):
        return [(number_kind(value), judge_number(value, today))]
    phone = judge_phone(text)
    if phone is not None and phone[1].valid and phone[0] == "mobile":
        return [phone]
    if HM_PERMIT.fullmatch(value):
        return [("hm_permit", Verdict(value))]
    if CARD_2017.fullmatch(value):
        return [("foreign_permanent_id", judge_2017_card(value, today))]
    if TW_CARD.fullmatch(value):
        return [("tw_permit", Verdict(value))]
    if phone is not None and phone[0] == "landline":
        return [phone]
    plate = judge_plate(value)
    if plate is not None:
        return [("plate", plate)]
    if OFFICER_ATTEMPT.fullmatch(value):
        return [("officer_card", _judge_officer_card(value, today))]
    own = _own(value)
    if own is not None:
        return [own]
    if HM_ATTEMPT.fullmatch(value) or EXIT_PAPER.fullmatch(value):
        return [("hm_permit", _judge_hm_permit(value, today))]
    if any(shape.fullmatch(value) for shape in (OWN_PASSPORT, OWN_PASSPORT_ATTEMPT, FOREIGN_PASSPORT)):
        return [("passport", _judge_passport(value, today))]
    attempt = judge_attempt(value, today) or phone
    return [attempt] if attempt is not None else []


def _own(value: str) -> tuple[str, Verdict] | None:
    if SHORT_PASS.fullmatch(value):
        return "pass", Verdict(value)
    code = read_code(value)
    if code is None:
        return None
    # A job slip is no kind of what a visitor shows: it is text with a reason that says so.
    if code.kind == "job_slip":
        return "text", Verdict(code.number, "job_slip")
    return code.kind, Verdict(code.number, "" if code.right else "check_digit")


def _judge_identity(kind: str) -> Callable[[str, date], Verdict]:
    def rule(value: str, today: date) -> Verdict:
        if FULL.fullmatch(value):
            verdict = judge_number(value, today)
            return verdict if number_kind(value) == kind else Verdict(value, "region")
        if kind == "foreign_permanent_id" and CARD_2017.fullmatch(value):
            return judge_2017_card(value, today)
        attempt = judge_attempt(value, today)
        return attempt[1] if attempt is not None else Verdict(value, _shape_fault(value, 18))

    return rule


def _judge_hm_permit(value: str, today: date) -> Verdict:
    if HM_PERMIT.fullmatch(value):
        return Verdict(value)
    if EXIT_PAPER.fullmatch(value):
        return Verdict(value, "exit_paper")
    return Verdict(value, "length" if re.fullmatch(r"[HM][0-9]*", value) else "characters")


def _judge_tw_permit(value: str, today: date) -> Verdict:
    if TW_CARD.fullmatch(value):
        return Verdict(value)
    if TW_OLD.fullmatch(value):
        return Verdict(value, warnings=("tw_old",))
    return Verdict(value, "length" if value.isdigit() else "characters")


def _judge_passport(value: str, today: date) -> Verdict:
    """A Chinese passport by its form; what only begins like one is refused; any other is a foreign one, accepted."""
    if OWN_PASSPORT.fullmatch(value):
        return Verdict(value, warnings=("passport_expired_series",) if value[0] == "G" else ())
    if OWN_PASSPORT_ATTEMPT.fullmatch(value):
        letters = len(value.rstrip("0123456789"))
        misplaced = letters > 2 or value[0].isdigit() or re.match(r"E[IO]", value)
        return Verdict(value, "characters" if misplaced or len(value) == 9 else "length")
    if CHOSEN_PASSPORT.fullmatch(value):
        return Verdict(value, warnings=("passport_foreign",))
    return Verdict(value, "length" if re.fullmatch(r"[A-Z0-9]*", value) else "characters")


def _judge_licence(value: str, today: date) -> Verdict:
    """A driving licence: the holder's identity number; a foreigner's may carry a passport number."""
    if FULL.fullmatch(value):
        return judge_number(value, today)
    if CARD_2017.fullmatch(value):
        return judge_2017_card(value, today)
    if FILE_NUMBER.fullmatch(value):
        return Verdict(value, "file_number")
    attempt = judge_attempt(value, today)
    return attempt[1] if attempt is not None else _judge_passport(value, today)


def _judge_officer_card(value: str, today: date) -> Verdict:
    if OFFICER_CARD.fullmatch(value):
        return Verdict(value)
    digits = sum(c in "0123456789" for c in value)
    return Verdict(
        value, "characters" if 4 <= digits <= 8 or not OFFICER_ATTEMPT.fullmatch(value) else "length"
    )


def _judge_mrz(value: str, today: date) -> Verdict:
    return judge_mrz(value, today)


def _judge_plate(value: str, today: date) -> Verdict:
    return judge_plate(value) or Verdict(value, "characters")


def _shape_fault(value: str, length: int) -> str:
    return "length" if len(value) != length else "characters"


_RULES: dict[str, Callable[[str, date], Verdict]] = {
    **{kind: _judge_identity(kind) for kind in NUMBER_KINDS},
    "hm_permit": _judge_hm_permit,
    "tw_permit": _judge_tw_permit,
    "passport": _judge_passport,
    "driving_licence": _judge_licence,
    "officer_card": _judge_officer_card,
    "mrz": _judge_mrz,
    "plate": _judge_plate,
}
