"""What the list under the line says: matches, hosts, purposes, departures, reasons, and the sentence above them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.domain.documents import identify, partial_fault
from app.domain.visits import NONE_REASONS, OVERRIDE_REASONS
from app.queries.post import Purpose
from app.queries.site import HostFound
from app.queries.visitor_search import Match
from app.queries.visits import OnSite
from app.ui.language import Language
from app.ui.visits.choices import Choice
from app.ui.visits.entry import Entry, facts_text
from app.ui.visits.field_row import FieldCell
from app.ui.visits.texts import ago, host_text

MOST = 8
FIRST_CHARACTER = 0x3400


def match(words: Language, found: Match, now: datetime, zone: ZoneInfo) -> Choice:
    """A visitor who was here before: number, last host and purpose, when and how often (VIS-5)."""
    right = words("visits.seen", when=ago(words, found.last_visit_at, now, zone), count=found.visits)
    if found.on_site:
        right = words("visits.on_site_now", seen=right)
    number = found.number_shown[-8:] or found.plate or words(f"documents.kind_{found.document_kind}")
    tone = "amber" if found.on_site else "ink_soft"
    return Choice(found.name, number, host_text(found.host, found.purpose), right, tone, found)


def is_whole_name(typed: str) -> bool:
    """Whether two or more characters were written out: that is somebody's name, not the beginning of a search."""
    return len(typed) >= 2 and all(ord(sign) >= FIRST_CHARACTER for sign in typed)


def new_visitor(words: Language, typed: str) -> Choice:
    """A name that nobody on file has: Enter takes it as it is, and never somebody whose name only begins so."""
    return Choice(typed, third=words("visits.new_visitor"), value=("new", typed))


def leaving(words: Language, one: OnSite, zone: ZoneInfo) -> Choice:
    """Somebody on site who may be leaving (VIS-10)."""
    right = words("visits.since", time=f"{one.since.astimezone(zone):%H:%M}", post=one.post)
    return Choice(
        one.visitor or one.plate, one.pass_number, host_text(one.host, one.purpose), right, value=one
    )


def host(found: HostFound) -> Choice:
    """Somebody to be visited."""
    return Choice(found.text, found.extension, found.place, value=found)


def purposes(known: Sequence[Purpose], typed: str) -> list[Choice]:
    """The site's purposes that fit what is typed, all of them for nothing."""
    return [Choice(one.name, value=("purpose", one.name)) for one in known if one.fits(typed)][:MOST]


def none_reasons(words: Language) -> list[Choice]:
    """Why there is no document (VIS-7)."""
    return [Choice(words(f"visits.none_{code}"), value=("none", code)) for code in NONE_REASONS]


def override_reasons(words: Language, repaired: str) -> list[Choice]:
    """The repair that a check digit proves, if there is one, and why a wrong number is kept (VIS-7)."""
    offer = [Choice(words("visits.use_offer", value=repaired), value=("offer", repaired))] if repaired else []
    kept = [Choice(words(f"visits.override_{code}"), value=("override", code)) for code in OVERRIDE_REASONS]
    return offer + kept


def fault_text(words: Language, fault: str) -> str:
    """What is wrong with a number, in words."""
    return words(f"documents.reason_{fault}") if fault else ""


def number_hint(words: Language, typed: str, today: date) -> tuple[str, str]:
    """What a number being typed says already: what is wrong or odd, or birth, sex and age (VIS-7). Text and tone."""
    fault = partial_fault(typed, today)
    if fault:
        return fault_text(words, fault), "red"
    warnings = identify(typed, today).warnings
    said = [words(f"documents.warning_{code}") for code in warnings]
    facts = facts_text(typed, today)
    if facts is not None:
        birth, sex, age = facts
        said.insert(0, words("visits.facts", birth=birth, sex=words(f"visits.sex_{sex}"), age=age))
    return " · ".join(said), "amber" if warnings else "ink_soft"


def cells(words: Language, entry: Entry) -> tuple[FieldCell, ...]:
    """What a registration holds so far, field by field; numbers by their last four."""
    fields, stage = entry.fields, entry.stage()
    number = entry.number_shown or fields.document_number
    kind = words(f"documents.short_{fields.document_kind}")
    if number:
        document = words("visits.field_document_cell", kind=kind, last=number[-4:])
    elif fields.none_reason:
        document = f"{kind} · {words(f'visits.none_{fields.none_reason}')}"
    else:
        document = fields.pass_number
    phone = f"☎ {fields.phone[-4:]}" if fields.phone else ""
    more = " · ".join(part for part in (fields.pass_number, fields.plate, phone) if part)
    return (
        FieldCell(words("visits.field_visitor"), fields.visitor, stage == "name"),
        FieldCell(words("visits.field_document"), document, stage == "document"),
        FieldCell(words("visits.field_host"), fields.host, stage == "host"),
        FieldCell(words("visits.field_purpose"), fields.purpose, stage == "purpose"),
        FieldCell(words("visits.field_more"), more, needed=False),
    )
