"""Keeping the watch list, looking a visit up in it, and writing down each hit and what was done (VIS-11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.store import Store
from app.db.visits import visits
from app.db.watch_list import watch_entries, watch_hits
from app.db.work import Work
from app.domain.people import Actor
from app.domain.phones import normalise_phone
from app.domain.typed import clean, is_legible, needed
from app.domain.visits import Fields
from app.domain.watch_list import DONE, TODOS, Match, Person, canonical_number, is_last_four
from app.domain.watch_words import is_harsh
from app.errors import DomainError
from app.operations.visits_rows import by_key
from app.queries.watch_list import EDIT, WatchList, site_day

KEEP_DAYS = "watch_keep_days"
DEFAULT_KEEP_DAYS = 90
MOST_WORDS = 60
MOST_NAME = 100
LONGEST = timedelta(days=3 * 366)
PURGE = "watch.purge"
NOT_ISSUED = ("work_pass", "none")


@dataclass(frozen=True, slots=True)
class EntryValues:
    """An entry as its form holds it. None leaves number, phone or reason as they are (they may be shown masked)."""

    name: str
    number: str | None
    phone: str | None
    todo: str
    todo_words: str
    reason: str | None
    valid_from: date
    valid_until: date
    review_on: date


@dataclass(frozen=True, slots=True)
class Hit:
    """What a guard is shown of a hit: what to do and by what it was met, never why, never the entry's own values.

    `hit_id` is None while the row could not be written; `visitor` is what the visit's visitor is called.
    """

    visit_id: UUID
    hit_id: UUID | None
    exact: bool
    basis: str
    todo: str
    todo_words: str
    visitor: str
    seen: bool = False
    done: str = ""


def save_entry(
    store: Store, actor: Actor, values: EntryValues, key: UUID | None = None, version: int = 0
) -> UUID:
    """Enters somebody, or changes an entry that the person saw at this version; answers its key.

    Raises:
        DomainError: `no_right`, `changed_by_another`, `row_gone`, `watch_ended`; at their fields: `watch_who_needed`,
            `watch_four_needs_name`, `watch_number_short`, `text_too_long`, `not_a_choice`, `watch_words_needed`,
            `watch_words_harsh`, `reason_needed`, `watch_days_wrong`, `watch_days_long`, `watch_review_wrong`,
            `watch_listed_already`.
    """
    actor.need(EDIT)
    words = _checked_words(values)
    _check_days(values)
    name = clean(values.name) if is_legible(values.name) else ""
    if len(name) > MOST_NAME:
        raise DomainError("text_too_long", field="name", most=MOST_NAME)

    def body(work: Work) -> UUID:
        before = (
            None if key is None else work.connection.execute(by_key(watch_entries, work.site_id, key)).first()
        )
        if key is not None and before is None:
            raise DomainError("row_gone")
        if before is not None and before.ended_at is not None:
            raise DomainError("watch_ended")
        entry_id = key or work.new_key()

        def kept(column: str, given: str | None) -> str:
            if given is not None or before is None:
                return given or ""
            place = f"watch_entries.{column}"
            return store.secrets.open(getattr(before, column), place, work.site_id, entry_id)

        number = canonical_number(kept("document_number", values.number))
        phone = normalise_phone(kept("phone", values.phone)) if kept("phone", values.phone) else ""
        _check_who(name, number, phone)
        whole = number if not is_last_four(number) else ""
        _check_single(store, work, entry_id, whole)
        seal = store.secrets.seal
        columns: dict[str, Any] = {
            "name": seal(name, "watch_entries.name", work.site_id, entry_id),
            "document_number": seal(number, "watch_entries.document_number", work.site_id, entry_id),
            "number_digest": store.secrets.digest("d", whole) if whole else None,
            "phone": seal(phone, "watch_entries.phone", work.site_id, entry_id),
            "phone_digest": store.secrets.digest("p", phone) if phone else None,
            "todo": values.todo,
            "todo_words": seal(words, "watch_entries.todo_words", work.site_id, entry_id),
            "valid_from": values.valid_from,
            "valid_until": values.valid_until,
            "review_on": values.review_on,
        }
        if before is None or (values.reason is not None and is_legible(values.reason)):
            reason = needed(values.reason or "", "reason", "reason_needed")
            columns["reason"] = seal(reason, "watch_entries.reason", work.site_id, entry_id)
        if before is not None:
            work.update_version(watch_entries, entry_id, version, columns)
            return entry_id
        entered = {"entered_at": work.now, "entered_by": actor.person}
        work.insert(watch_entries, {"id": entry_id, "version": 1, **columns, **entered})
        return entry_id

    return store.work(actor, "watch.enter" if key is None else "watch.change", body)


def end_entry(store: Store, actor: Actor, key: UUID, reason: str, version: int) -> None:
    """Ends an entry with a reason; it is never deleted by hand.

    Raises:
        DomainError: `no_right`, `reason_needed`, `row_gone`, `watch_ended`, `changed_by_another`.
    """
    actor.need(EDIT)
    why = needed(reason, "reason", "reason_needed")

    def body(work: Work) -> None:
        row = work.connection.execute(by_key(watch_entries, work.site_id, key)).first()
        if row is None:
            raise DomainError("row_gone")
        if row.ended_at is not None:
            raise DomainError("watch_ended")
        sealed = store.secrets.seal(why, "watch_entries.end_reason", work.site_id, key)
        ended = {"ended_at": work.now, "ended_by": actor.person, "end_reason": sealed}
        work.update_version(watch_entries, key, version, ended)

    store.work(actor, "watch.end", body)


def check(
    store: Store, actor: Actor, watch: WatchList, visit_id: UUID, fields: Fields | None = None
) -> tuple[Hit, ...]:
    """Looks a visit up and writes down what was not written yet; stops first. Nothing is written without a hit.

    The visit's own row counts, whose number a window may not know (VIS-14); while there is none, the `fields`. A hit
    that cannot be written is answered all the same: the guard is told, and the next look writes it.

    Raises:
        DomainError: `no_right`, or the file cannot be read.
    """
    actor.need("visits.register")
    index = watch.index()
    if not len(index):
        return ()
    person, there = _person(store, visit_id, fields)
    found = index.look(person, site_day(store))
    if not found:
        return ()
    kept: dict[tuple[UUID, bool], Any] = {}
    if there:
        try:
            kept = store.work(actor, "watch.hit", lambda work: _written(work, visit_id, found))
        except DomainError:
            kept = {}
    return tuple(_hit(visit_id, person, one, kept.get((one.entry.id, one.exact))) for one in found)


def answer(store: Store, actor: Actor, hit_id: UUID, done: str = "") -> None:
    """The guard has seen a hit (`done` is ""), or says what was done: one of `DONE`. The first sight stands.

    Raises:
        DomainError: `no_right`, `not_a_choice`, `row_gone`.
    """
    actor.need("visits.register")
    if done and done not in DONE:
        raise DomainError("not_a_choice", field="done", value=done)

    def body(work: Work) -> None:
        row = work.connection.execute(by_key(watch_hits, work.site_id, hit_id)).first()
        if row is None:
            raise DomainError("row_gone")
        values: dict[str, Any] = {}
        if row.seen_at is None:
            values |= {"seen_at": work.now, "seen_by": actor.person}
        if done and row.done != done:
            values |= {"done": done, "done_at": work.now, "done_by": actor.person}
        if values:
            work.update(watch_hits, hit_id, values)

    store.work(actor, "watch.answer", body)


def purge(store: Store, actor: Actor) -> int:
    """Removes entries that ended or expired so many days ago (`watch_keep_days`, 90); answers how many (VIS-14).

    Their hits stay: they hold nothing of the person. Runs with the day's backup, after it.
    """
    today, zone = site_day(store), store.site.zone

    def body(work: Work) -> int:
        days = int(store.setting(work.connection, KEEP_DAYS, DEFAULT_KEEP_DAYS))
        table, last = watch_entries, today - timedelta(days=days)
        query = sa.select(table.c.id, table.c.ended_at, table.c.valid_until).where(
            table.c.site_id == work.site_id
        )
        gone = []
        for row in work.connection.execute(query):
            over = row.valid_until
            if row.ended_at is not None:
                over = min(over, row.ended_at.astimezone(zone).date())
            if over < last:
                gone.append(row.id)
        for key in gone:
            work.delete(watch_entries, key)
        return len(gone)

    return store.work(actor, PURGE, body)


# --- what is given ----------------------------------------------------------------------------------------------------


def _checked_words(values: EntryValues) -> str:
    if values.todo not in TODOS:
        raise DomainError("not_a_choice", field="todo", value=values.todo)
    words = clean(values.todo_words) if is_legible(values.todo_words) else ""
    if len(words) > MOST_WORDS:
        raise DomainError("text_too_long", field="todo_words", most=MOST_WORDS)
    if values.todo == "other" and not words:
        raise DomainError("watch_words_needed", field="todo_words")
    if is_harsh(words):
        raise DomainError("watch_words_harsh", field="todo_words")
    return words


def _check_days(values: EntryValues) -> None:
    if values.valid_until < values.valid_from:
        raise DomainError("watch_days_wrong", field="valid_until")
    if values.valid_until - values.valid_from > LONGEST:
        raise DomainError("watch_days_long", field="valid_until")
    if not values.valid_from <= values.review_on <= values.valid_until:
        raise DomainError("watch_review_wrong", field="review_on")


def _check_who(name: str, number: str, phone: str) -> None:
    if not (name or number or phone):
        raise DomainError("watch_who_needed", field="name")
    if is_last_four(number) and not name:
        raise DomainError("watch_four_needs_name", field="name")
    if number and not is_last_four(number) and len(number) < 5:
        raise DomainError("watch_number_short", field="number")
    for field, text in (("number", number), ("phone", phone)):
        if len(text) > MOST_NAME:
            raise DomainError("text_too_long", field=field, most=MOST_NAME)


def _check_single(store: Store, work: Work, entry_id: UUID, number: str) -> None:
    """One person is on the list once: another entry that still counts may not have the same number."""
    if not number:
        return
    table = watch_entries
    same = sa.select(table.c.id).where(
        table.c.site_id == work.site_id,
        table.c.number_digest == store.secrets.digest("d", number),
        table.c.ended_at.is_(None),
        table.c.valid_until >= sa.literal(site_day(store), table.c.valid_until.type),
        table.c.id != entry_id,
    )
    if work.connection.execute(same).first() is not None:
        raise DomainError("watch_listed_already", field="number")


# --- hits -------------------------------------------------------------------------------------------------------------


def _person(store: Store, visit_id: UUID, fields: Fields | None) -> tuple[Person, bool]:
    """Who a visit is about, and whether it has a row."""
    site_id, unseal = store.site.site_id, store.secrets.open
    try:
        with store.reading() as connection:
            row = connection.execute(by_key(visits, site_id, visit_id)).first()
    except DomainError:
        if fields is None:
            raise
        row = None  # the server is away: what was typed is known, and the index is in memory
    if row is None:
        known = fields or Fields()
        none = known.document_kind == "none" or bool(known.pass_number)
        issued = known.document_kind not in NOT_ISSUED
        return Person(known.visitor, known.document_number, known.phone, none, issued), False
    person = Person(
        row.visitor,
        unseal(row.document_number, "visits.document_number", site_id, row.id),
        unseal(row.phone, "visits.phone", site_id, row.id),
        row.registered_at is not None or row.document_kind == "none" or bool(row.pass_number),
        row.document_kind not in NOT_ISSUED,
    )
    return person, True


def _written(work: Work, visit_id: UUID, found: tuple[Match, ...]) -> dict[tuple[UUID, bool], Any]:
    """The rows of these hits; one that is there already is not written again, and how far it came stands."""
    table = watch_hits

    def rows() -> dict[tuple[UUID, bool], Any]:
        mine = sa.select(table).where(table.c.site_id == work.site_id, table.c.visit_id == visit_id)
        return {(row.entry_id, row.exact): row for row in work.connection.execute(mine)}

    there = rows()
    for one in found:
        if (one.entry.id, one.exact) not in there:
            work.insert(
                table,
                {
                    "id": work.new_key(),
                    "visit_id": visit_id,
                    "entry_id": one.entry.id,
                    "at": work.now,
                    "staff_id": work.actor.person,
                    "post_id": work.actor.post_id,
                    "exact": one.exact,
                    "basis": one.basis,
                    "done": "",
                },
            )
    return rows()


def _hit(visit_id: UUID, person: Person, one: Match, row: Any) -> Hit:
    entry = one.entry
    return Hit(
        visit_id,
        row.id if row is not None else None,
        one.exact,
        one.basis,
        entry.todo,
        entry.todo_words,
        person.name,
        row is not None and row.seen_at is not None,
        row.done if row is not None else "",
    )
