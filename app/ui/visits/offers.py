"""What the list under the line says: matches, hosts, purposes, departures, reasons, and the sentence above them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.documents import identify, partial_fault
from app.domain.names import name_matches, spells_longer
from app.domain.visits import DOCUMENT_KINDS, NONE_REASONS, OVERRIDE_REASONS
from app.queries.post import Purpose
from app.queries.recent_hosts import RecentHost
from app.queries.site import HostFound
from app.queries.visitor_search import Match
from app.queries.visits import OnSite, OpenRegistration
from app.ui.language import Language
from app.ui.visits.choices import Choice
from app.ui.visits.entry import READY, Entry, facts_text
from app.ui.visits.field_row import FieldCell
from app.ui.visits.texts import ago, called, host_text

House = Any  # the open site: its clock and its zone
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


def still_open(words: Language, row: OpenRegistration) -> Choice:
    """The registration that somebody has open already: taking it goes on with it (VIS-4)."""
    number = row.number_shown[-8:] or row.fields.plate
    about = host_text(row.fields.host, row.fields.purpose)
    return Choice(row.fields.visitor, number, about, words("visits.go_on_open"), "accent_ink", row)


def offered(
    words: Language,
    house: House,
    stage: str,
    typed: str,
    answer: Sequence[object],
    known: Sequence[Purpose],
    still: Sequence[OpenRegistration],
    repaired: str,
) -> tuple[list[Choice], str]:
    """The choices at a stage for what is typed, of a search's answer; and a hint where Enter is easily misread."""
    if stage == "none":
        return none_reasons(words), ""
    if stage == "override":
        return override_reasons(words, repaired), ""
    if stage == "kind":
        return kinds(words, typed), ""
    if stage == READY and not typed:
        lately = [one for one in answer if isinstance(one, RecentHost)]
        return [recent(words, one, house) for one in lately] if len(lately) > 1 else [], ""
    hosts = [host(one) for one in answer if isinstance(one, HostFound)]
    if stage == "purpose":
        return purposes(known, typed), ""
    if stage in ("host", READY) and typed:
        shown = (hosts + (purposes(known, typed) if stage == READY else []))[:MOST]
        return shown, "" if shown or any(sign.isdigit() for sign in typed) else words(
            "visits.host_not_listed"
        )
    zone = house.site.zone
    here = [leaving(words, one, zone) for one in answer if isinstance(one, OnSite)]
    if stage != "name" or here or not typed:
        return here, ""
    found = [match(words, one, house.clock.now(), zone) for one in answer if isinstance(one, Match)]
    shown = _with_open(words, found, still, typed)
    if shown and is_whole_name(typed) and (not found or found[0].title != typed):
        shown = [new_visitor(words, typed), *shown]
    first = shown[0].value if shown else None
    longer = isinstance(first, Match) and first.by == "name" and spells_longer(first.name, typed)
    if isinstance(first, Match) and longer:
        return shown[:MOST], words("visits.longer_name", typed=typed, name=first.name)
    return shown[:MOST], "" if shown else words("visits.nobody")


def verbs(words: Language, stage: str, typed: str, answer: Sequence[object]) -> tuple[str, str]:
    """What Enter does with the marked choice, and what Ctrl+Enter does ("" where it needs no word)."""
    if answer and isinstance(answer[0], OnSite):
        return words("visits.verb_leave"), words("visits.foot_leave") if stage == "leave" else ""
    if stage == "name":
        return words("visits.verb_take"), words("visits.foot_new") if typed else ""
    return words("visits.verb_choose"), ""


def _with_open(
    words: Language, found: list[Choice], rows: Sequence[OpenRegistration], typed: str
) -> list[Choice]:
    """The matches, and behind the first one the way to a registration of the same visitor that is open."""
    ids = {one.value.visitor_id for one in found if isinstance(one.value, Match)}
    same = [
        still_open(words, row)
        for row in rows
        if row.fields.visitor and (row.fields.visitor_id in ids or name_matches(row.fields.visitor, typed))
    ]
    return [*found[:1], *same, *found[1:]]


def notice(words: Language, entry: Entry, zone: ZoneInfo) -> str:
    """What the guard should see before F9: the number under another name, a pass that is out, a host of nobody."""
    said, about = [], entry.noticed
    if entry.expired:
        said.append(words("documents.warning_expired"))
    if about.name_on_file:
        said.append(words("visits.notice_other_name", name=about.name_on_file))
    if about.pass_out is not None:
        out = about.pass_out
        since = f"{out.since.astimezone(zone):%m-%d %H:%M}"
        said.append(words("visits.notice_pass_out", number=out.pass_number, name=out.visitor, time=since))
    if entry.own_host and entry.fields.host and entry.fields.host_id is None:
        said.append(words("visits.notice_own_host", host=entry.fields.host))
    return " · ".join(said)


def leaving(words: Language, one: OnSite, zone: ZoneInfo) -> Choice:
    """Somebody on site who may be leaving (VIS-10)."""
    right = words("visits.since", time=f"{one.since.astimezone(zone):%H:%M}", post=one.post)
    return Choice(
        called(one.visitor, one.plate, one.phone_shown, one.number),
        one.pass_number,
        host_text(one.host, one.purpose),
        right,
        value=one,
    )


def host(found: HostFound) -> Choice:
    """Somebody to be visited."""
    return Choice(found.text, found.extension, found.place, value=found)


def recent(words: Language, seen: RecentHost, house: House) -> Choice:
    """One of several hosts of a returning visitor (VIS-5)."""
    right = ago(words, seen.at, house.clock.now(), house.site.zone)
    return Choice(host_text(seen.host, seen.purpose), right=right, value=seen)


def kinds(words: Language, typed: str) -> list[Choice]:
    """The kinds of document that a number may be of, by name or pinyin (VIS-7)."""
    named = [(code, words(f"documents.kind_{code}")) for code in DOCUMENT_KINDS if code != "none"]
    return [
        Choice(name, value=("kind", code)) for code, name in named if not typed or name_matches(name, typed)
    ]


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


def hint(words: Language, stage: str, typed: str, fault: str, today: date) -> tuple[str, str]:
    """The sentence above the list at a stage, and its tone."""
    if stage in ("none", "kind"):
        return words(f"visits.ask_{stage}"), "ink_soft"
    if stage == "override":
        return fault_text(words, fault), "red"
    if typed and stage in ("name", "document"):
        return number_hint(words, typed, today)
    return (words("visits.ready"), "accent_ink") if stage == READY and not typed else ("", "ink_soft")


def cells(words: Language, entry: Entry) -> tuple[FieldCell, ...]:
    """What a registration holds so far, field by field; numbers by their last four."""
    fields, stage = entry.fields, entry.stage()
    number = entry.number_shown or fields.document_number
    kind = words(f"documents.short_{fields.document_kind}")
    if fields.document_kind == "none" and fields.none_reason:
        document = f"{kind} · {words(f'visits.none_{fields.none_reason}')}"
    elif number:
        document = words("visits.field_document_cell", kind=kind, last=number[-4:])
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
