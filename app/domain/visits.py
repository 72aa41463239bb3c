"""The guard post's rules: what a registration needs, how its clock counts, what the figures are (VIS-1 to VIS-15)."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.own_codes import SHORT_PASS, read_code
from app.domain.phones import judge_phone
from app.domain.plates import judge_plate
from app.domain.verdicts import normalise, tidy

LIMIT_SECONDS = 25.0
WARN_SECONDS = 20.0
IMPLAUSIBLE_SECONDS = 3.0

# Bits of what a record still lacks (VIS-3). OTHER_NAME: its document number is on file under another name, and nobody
# has said yet which of the two is right.
NAME, DOCUMENT, HOST, PURPOSE, OTHER_NAME = 1, 2, 4, 8, 16
PARTS = (
    (NAME, "name"),
    (DOCUMENT, "document"),
    (HOST, "host"),
    (PURPOSE, "purpose"),
    (OTHER_NAME, "other_name"),
)
# How such a difference is settled: the name on file was wrong, or the number was.
RENAME, WRONG_NUMBER = "rename", "wrong_number"
SETTLEMENTS = (RENAME, WRONG_NUMBER)

# Why a document was held longer than 25 s: Alt+1 … Alt+6 (VIS-2).
OVER_REASONS = ("hard_to_read", "handed_late", "host_asked", "many_visitors", "equipment", "other")
NONE_REASONS = ("forgot", "patient", "official", "child", "other")
OVERRIDE_REASONS = ("card_says_so", "hard_to_read", "other")
UNCHECKED = "unchecked"
WAYS_IN = ("typed", "returning", "expected", "scan", "reader", "photo", "late")

DOCUMENT_KINDS = (
    "resident_id",
    "passport",
    "hm_permit",
    "tw_permit",
    "hmt_residence",
    "foreign_permanent_id",
    "driving_licence",
    "officer_card",
    "work_pass",
    "none",
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """One moment on all clocks of the PC: wall time, seconds since boot, and which boot."""

    wall: datetime
    monotonic: float
    boot: str


@dataclass(frozen=True, slots=True)
class Fields:
    """What a registration holds so far.

    `visitor_id` names a known visitor whose own number, phone and plate are meant where the field is empty; `host_id`
    is the customer.
    """

    visitor_id: UUID | None = None
    visitor: str = ""
    document_kind: str = "resident_id"
    document_number: str = ""
    phone: str = ""
    plate: str = ""
    host_id: UUID | None = None
    host: str = ""
    purpose: str = ""
    pass_number: str = ""
    way_in: str = "typed"
    override_reason: str = ""
    none_reason: str = ""


SHORT = re.compile(r"([A-Z])([0-9]{1,3})")
LONGEST = 200
"""So many characters at most are typed into one field of a visit."""
_TEXTS = ("visitor", "document_number", "phone", "plate", "host", "purpose", "pass_number")


def tidied(fields: Fields) -> Fields:
    """The fields in the form that is kept: phone, plate and pass as numbers are compared (VIS-5, VIS-7, VIS-9).

    And with a space for what no database or no line of a list can hold: control and half characters.
    """
    texts = {name: getattr(fields, name) for name in _TEXTS}
    plain: dict[str, Any] = {name: _plain(text) for name, text in texts.items() if not text.isprintable()}
    known = replace(fields, **plain)
    phone, plate = judge_phone(known.phone), judge_plate(normalise(known.plate))
    return replace(
        known,
        phone=phone[1].value if phone else known.phone,
        plate=plate.value if plate else known.plate,
        pass_number=pass_text(known.pass_number),
    )


def fits(name: str, text: str) -> bool:
    """Whether a text fits the rule of its field, `phone` or `plate`; else it is kept with a reason (VIS-7)."""
    if name == "phone":
        phone = judge_phone(text)
        return phone is not None and phone[1].valid
    plate = judge_plate(normalise(text))
    return plate is not None and plate.valid


def _plain(text: str) -> str:
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in text)
    return kept.strip()


def missing(fields: Fields, *, number_known: bool = False) -> int:
    """The bits that a record lacks of the minimum: name, document or pass, host, purpose (VIS-3).

    `number_known` says that the known visitor has a number on file. Without a document its reason counts. A wrong
    number that went back with its document unexplained waits to be looked at (VIS-7).
    """
    has_document = fields.override_reason != UNCHECKED and bool(
        fields.document_number
        or fields.pass_number
        or number_known
        or (fields.document_kind == "none" and fields.none_reason)
    )
    return (
        (0 if fields.visitor else NAME)
        | (0 if has_document else DOCUMENT)
        | (0 if fields.host else HOST)
        | (0 if fields.purpose else PURPOSE)
    )


def missing_parts(bits: int) -> tuple[str, ...]:
    """The names of what is missing, in the order in which they are asked for."""
    return tuple(name for bit, name in PARTS if bits & bit)


def has_clock(document_kind: str, way_in: str) -> bool:
    """Whether a document is in the guard's hand: without one, and for a late slip, there is no clock (VIS-2)."""
    return document_kind != "none" and way_in != "late"


@dataclass(frozen=True, slots=True)
class Held:
    """How long a document was held; `estimated` when a restart of the PC lies between and only wall time was left."""

    seconds: float
    estimated: bool
    returned_at: datetime


def held(received: Stamp, returned: Stamp) -> Held:
    """The document-held time by the monotonic clock of one boot (VIS-2).

    The stamp of the return is the stamp of the receipt plus what was measured, so that a clock set back in between
    changes neither. After a restart of the PC the wall time counts, never below zero.
    """
    if received.boot == returned.boot:
        seconds = max(0.0, returned.monotonic - received.monotonic)
        return Held(seconds, False, received.wall + timedelta(seconds=seconds))
    seconds = max(0.0, (returned.wall - received.wall).total_seconds())
    return Held(seconds, True, received.wall + timedelta(seconds=seconds))


def running_since(received: Stamp, now: Stamp) -> tuple[float, bool]:
    """Since which monotonic second of this boot an open registration's clock runs, and whether that is an estimate.

    After a restart of the PC the receipt is put where wall time says, never later than now (VIS-2).
    """
    if received.boot == now.boot:
        return received.monotonic, False
    return now.monotonic - max(0.0, (now.wall - received.wall).total_seconds()), True


def tone(seconds: float) -> str:
    """How the clock looks: `calm`, `warn` from 20 s, `over` past 25 s (VIS-2)."""
    return "over" if seconds > LIMIT_SECONDS else "warn" if seconds >= WARN_SECONDS else "calm"


def held_tenths(seconds: float) -> float:
    """Seconds as a held time is shown, everywhere: to the tenth, upwards (VIS-2).

    So what is shown is over 25.0 exactly when the time counts as over, and 25.04 s never stands as 25.0.
    """
    tenths = round(seconds * 10)
    return (tenths + 1) / 10 if tenths / 10 < seconds else tenths / 10


def recency_rank(last_visit_at: datetime, visits: int) -> int:
    """How far up a visitor stands among those with the same key: months since 2000, and two a doubling of visits.

    Whole months, so that a visitor who comes daily is moved in the index about once a month, not at every *returned*.
    """
    when = last_visit_at.astimezone(UTC)
    return (when.year - 2000) * 12 + when.month + 2 * int(math.log2(max(visits, 1)))


def pass_text(text: str) -> str:
    """A pass number as it is printed: `a17`, `A-017`, full-width letters and the pass's own scanned code are A017.

    Other texts stay as they are, in capitals (VIS-9, DOCUMENTS sections 1 and 7).
    """
    plain, kept = normalise(text), tidy(text).upper()
    code = read_code(plain)
    if code is not None:
        return code.number if code.kind == "pass" and code.right else plain
    short = SHORT.fullmatch(kept)
    if short is not None:
        return f"{short[1]}{int(short[2]):03d}"
    return plain if SHORT_PASS.fullmatch(plain) else kept


# --- figures (VIS-15) ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VisitFact:
    """What the figures need of one visit; `held_seconds` is None without a clock, complete when nothing is missing."""

    day: date
    shift: str
    post: str
    guard: str
    way_in: str
    host: str
    hour: int
    held_seconds: float | None
    over_reason: str
    complete_at_return: bool
    complete_at_shift_end: bool
    corrected: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of some visits (VIS-2, VIS-3, VIS-15); median and 95th percentile in seconds, None without a document.

    `within` counts documents returned within 25 s, out of `documents`; completeness is out of all `visits`;
    `implausible` ones took less than 3 s.
    """

    visits: int
    documents: int
    within: int
    median: float | None
    p95: float | None
    complete_at_return: int
    complete_at_shift_end: int
    corrected: int
    implausible: int


class Tally:
    """Counts visits one by one, so that a year of them needs no list of rows."""

    def __init__(self) -> None:
        self._times: list[float] = []
        self._counts = [0, 0, 0, 0]

    def add(self, fact: VisitFact) -> None:
        """Counts one visit."""
        for at, holds in enumerate(
            (True, fact.complete_at_return, fact.complete_at_shift_end, fact.corrected)
        ):
            self._counts[at] += holds
        if fact.held_seconds is not None:
            self._times.append(fact.held_seconds)

    def figures(self) -> Figures:
        """The figures of all that was counted."""
        times = sorted(self._times)
        visits, at_return, at_end, corrected = self._counts
        return Figures(
            visits,
            len(times),
            sum(seconds <= LIMIT_SECONDS for seconds in times),
            percentile(times, 0.5),
            percentile(times, 0.95),
            at_return,
            at_end,
            corrected,
            sum(seconds < IMPLAUSIBLE_SECONDS for seconds in times),
        )

    def times(self) -> list[float]:
        """The held times, in the order in which they came."""
        return self._times


def percentile(ordered: Sequence[float], part: float) -> float | None:
    """The nearest-rank percentile of ordered values, None for none."""
    if not ordered:
        return None
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


def share(count: int, total: int) -> float | None:
    """A part of a whole, None of nothing."""
    return count / total if total else None
