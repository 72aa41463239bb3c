"""What the entry line holds: one registration on its way, and what a typed text means at the place where it stands.

No Qt, no database: the page shows it and hands its fields to the operations (VIS-2, VIS-3, VIS-7).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from app.domain.documents import Identified, identify, judge, normalise, resident_facts
from app.domain.mrz import read_mrz
from app.domain.own_codes import SHORT_PASS
from app.domain.parting import PERSONAL_KINDS, PHONES, number_in, parted
from app.domain.visits import (
    UNCHECKED,
    Fields,
    Stamp,
    has_clock,
    held,
    missing,
    missing_parts,
    pass_text,
)
from app.queries.noticed import Noticed
from app.queries.recent_hosts import RecentHost
from app.queries.site import HostFound
from app.queries.visitor_search import Match

READY = "ready"
NUMBERED = ("document_number", "phone", "plate", "pass_number")
"""The parts that a number goes to, never a name, a host or a purpose."""
DIGITS = re.compile(r"[0-9]{7,}X?")
"""So many digits and nothing else are a number that somebody has, never a name, a host or a purpose."""


@dataclass(slots=True)
class Entry:
    """One registration. `visit_id` names its row; `taken` says that something was taken: a row, or one to be.

    `number_shown` is the masked number of a known visitor, whose own number never reaches the window. `own_host` says
    that the host was typed and is in no directory; `noticed` is what is odd about the number or the pass. `returned` is
    when F9 was pressed: it stands, however late the record can be written (VIS-2). `expired`: the document says so.
    """

    visit_id: UUID
    started: Stamp | None = None
    fields: Fields = field(default_factory=Fields)
    number_shown: str = ""
    taken: bool = False
    own_host: bool = False
    noticed: Noticed = field(default_factory=Noticed)
    returned: Stamp | None = None
    expired: bool = False

    def stage(self) -> str:
        """Which part is asked for next: name, document, host, purpose, or `ready`."""
        parts = missing_parts(self.lacks())
        return parts[0] if parts else READY

    def lacks(self) -> int:
        """The bits still missing."""
        return missing(self.fields, number_known=bool(self.number_shown))

    def held_seconds(self) -> float | None:
        """How long the document was held, None while it is held or where there is no clock (VIS-2)."""
        clocked = has_clock(self.fields.document_kind, self.fields.way_in)
        if self.started is None or self.returned is None or not clocked:
            return None
        return held(self.started, self.returned).seconds

    def set(self, **values: object) -> None:
        """Takes values into the fields."""
        self.fields = replace(self.fields, **values)  # type: ignore[arg-type]  # names and types are Fields' own


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a typed text is taken for at a stage: which field it fills, with what, and what is wrong with it ("").

    `name` is the holder's, and `expired` said, where the text is a whole machine-readable zone.
    """

    part: str
    value: str
    kind: str = ""
    fault: str = ""
    offer: str = ""
    name: str = ""
    expired: bool = False


def meaning(entry: Entry, text: str, today: date) -> Meaning:
    """What Enter makes of a text that is no match: a number finds its own field, words the one that is asked for."""
    stage = entry.stage()
    typed = text.strip()
    if SHORT_PASS.fullmatch(pass_text(typed)) and stage in ("name", "document", READY):
        return Meaning("pass_number", pass_text(typed), "pass")
    said = identify(typed, today)
    if stage == "document" or (said.kind in PERSONAL_KINDS and _is_number(said)) or said.kind == "mrz":
        return _document(said, typed, today)
    # A phone with a digit too many is no name either: it would stand in clear among the names (VIS-14).
    if said.kind in PHONES:
        return Meaning("phone", said.value, said.kind)
    if said.kind == "plate" and said.valid:
        return Meaning("plate", said.value, said.kind)
    if said.kind == "pass":
        return Meaning("pass_number", pass_text(typed), said.kind, said.reason)
    # What is or holds a number goes to a field that is encrypted, whole if it must (VIS-14).
    if DIGITS.fullmatch(normalise(typed)) or number_in(typed) is not None:
        return Meaning("phone", said.value) if _has_number(entry) else _document(said, typed, today)
    if stage == "purpose":
        return Meaning("purpose", typed)
    return Meaning("host" if stage in ("host", READY) else "visitor", typed)


def fill_in(entry: Entry, said: Meaning) -> None:
    """Puts what was meant into its field."""
    if said.part == "document_number":
        entry.set(document_number=said.value, document_kind=said.kind)
        entry.expired = said.expired
        if said.name and not entry.fields.visitor:
            entry.set(visitor=said.name)
    elif said.part == "host":
        entry.set(host=said.value, host_id=None)
        entry.own_host = True
    else:
        entry.set(**{said.part: said.value})


def take_match(entry: Entry, found: Match) -> None:
    """A visitor who was here before, with the last host and purpose (VIS-5)."""
    entry.number_shown = found.number_shown
    entry.set(
        visitor_id=found.visitor_id,
        visitor=found.name,
        document_kind="resident_id" if found.document_kind == "none" else found.document_kind,
        plate=found.plate,
        host_id=found.host_id,
        host=found.host,
        purpose=found.purpose,
        way_in="returning",
    )


def take_kind(entry: Entry, kind: str, today: date) -> str:
    """Another kind of document than the number was taken for; what is wrong with the number then, "" for nothing.

    A number that does not fit the kind waits to be looked at, as one that went back unexplained (VIS-7).
    """
    number = entry.fields.document_number
    said = judge(kind, number, today) if number else None
    wrong = said is not None and not said.valid
    entry.set(document_kind=kind, override_reason=UNCHECKED if wrong else "")
    return said.reason if said is not None and wrong else ""


def take_code(entry: Entry, what: str, code: str, said: Meaning) -> None:
    """A choice that is no visitor and no host: a purpose, a new name, why there is no document or a number is kept."""
    if what == "purpose":
        entry.set(purpose=code)
    elif what == "new":
        entry.set(visitor=code)
    elif what == "none":
        entry.set(document_kind="none", none_reason=code, document_number="")
    elif what == "offer":
        entry.set(document_number=code, document_kind=said.kind, override_reason="")
    elif what == "override":
        entry.set(document_number=said.value, document_kind=said.kind, override_reason=code)


def words_behind(number: str, typed: str) -> str:
    """The words that were typed behind a number, "" where it is only a number that is being corrected."""
    words = typed.removeprefix(number).strip()
    if not typed.startswith(number) or words.upper() == "X" or not any(sign.isalpha() for sign in words):
        return ""
    if not any(sign.isdigit() for sign in number):  # letters behind letters go on with them
        return ""
    return words


def take_host(entry: Entry, found: HostFound) -> None:
    """Somebody of the directory."""
    entry.set(host_id=found.customer_id, host=found.text)
    entry.own_host = False


def take_untaken(entry: Entry, text: str, today: date, *, entered: bool = False) -> str:
    """*Returned* on untaken text: a number finds its field, anything else is the name; never a match (VIS-3).

    Returns the words that there was no room for: a host that is there gives way only to what was `entered`, so that
    the first letters of the next visitor are not written over it.
    """
    words, number = parted(text)
    if number:
        rest = take_untaken(entry, words, today, entered=entered)
        _take_number(entry, beside(entry, number, today))
        return rest
    said = meaning(entry, text, today)
    if said.part in NUMBERED:
        _take_number(entry, said)
    elif not entry.fields.visitor:
        entry.set(visitor=text)
    elif said.part == "host" and entry.fields.host and not entered:
        return text
    else:
        fill_in(entry, said)
    return ""


def _take_number(entry: Entry, said: Meaning) -> None:
    fill_in(entry, said)
    if said.fault and said.part == "document_number":
        entry.set(override_reason=UNCHECKED)


def beside(entry: Entry, number: str, today: date) -> Meaning:
    """What a number means that was typed with other words.

    Where the document is known already, eight digits or the like are no other document: an order, another's phone.
    """
    said = meaning(entry, number, today)
    weak = said.fault or said.kind in ("tw_permit", "passport")
    if said.part == "document_number" and weak and _has_number(entry):
        return Meaning("phone", said.value)
    return said


def take(entry: Entry, value: object, text: str, today: date) -> None:
    """A choice under the line, taken into this registration, with the text that was typed for it."""
    if isinstance(value, Match):
        take_match(entry, value)
    elif isinstance(value, HostFound):
        take_host(entry, value)
    elif isinstance(value, RecentHost):
        entry.set(host_id=value.host_id, host=value.host, purpose=value.purpose or entry.fields.purpose)
        entry.own_host = False
    elif isinstance(value, tuple) and value[0] == "kind":
        take_kind(entry, str(value[1]), today)
    elif isinstance(value, tuple):
        what, code = value
        take_code(entry, what, code, meaning(entry, code if what == "offer" else text, today))


def is_personal(said: Meaning) -> bool:
    """Whether a meaning is a document's number of a known kind, and not just digits that nothing else claims."""
    return said.kind in PERSONAL_KINDS


def _has_number(entry: Entry) -> bool:
    return bool(entry.fields.document_number or entry.number_shown)


def _is_number(said: Identified) -> bool:
    return sum(letter.isdigit() for letter in said.value) >= 6


def _document(said: Identified, typed: str, today: date) -> Meaning:
    if said.kind == "pass":
        return Meaning("pass_number", pass_text(typed), said.kind, said.reason)
    if said.kind == "mrz":
        return _zone(said, today)
    if said.kind in PERSONAL_KINDS:
        return Meaning(
            "document_number", said.value, said.kind, "" if said.valid else said.reason, said.offer
        )
    if said.kind in PHONES and said.valid:
        return Meaning("phone", said.value, said.kind)
    if said.kind == "plate" and said.valid:
        return Meaning("plate", said.value, said.kind)
    forced = judge("resident_id", typed, today)
    return Meaning(
        "document_number", forced.value, "resident_id", forced.reason or "characters", forced.offer
    )


def _zone(said: Identified, today: date) -> Meaning:
    """A machine-readable zone is read for its number; a faulty one is kept whole, as a number, until looked at."""
    facts = read_mrz(said.value, today) if said.valid else None
    if facts is None or not facts.number:
        return Meaning("document_number", said.value, "passport", said.reason or "characters")
    found = identify(facts.number, today).kind
    return Meaning(
        "document_number",
        facts.number,
        found if found in PERSONAL_KINDS else "passport",
        name=facts.name.title(),
        expired="expired" in said.warnings,
    )


def facts_text(number: str, today: date) -> tuple[str, str, int] | None:
    """Birth (ISO), sex and age of an 18-character number, to be shown and not stored (VIS-7, VIS-14)."""
    facts = resident_facts(number, today)
    return None if facts is None else (facts.birth.isoformat(), facts.sex, facts.age)
