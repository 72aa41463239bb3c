"""Taking a request, changing its words, adding a note (REQ-1, REQ-2, REQ-4, REQ-8).

Its way through the stations is `requests_way`, what happens aside is `requests_aside`, the first contact's stamps are
`requests_stamps`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.base import new_key
from app.db.requests import request_events, request_grams, requests, service_items
from app.db.requests_read import SCOPE, load, phone_keys
from app.db.search import add_keys
from app.db.site import customers
from app.db.store import Store
from app.db.work import Work
from app.domain.business_day import day_of
from app.domain.people import Actor
from app.domain.phones import normalise_phone
from app.domain.requests import CHANNELS, URGENCIES, RequestState, one_of
from app.domain.requests_text import grams, number_of
from app.domain.requests_times import LATENESS, promise_needs_reason
from app.domain.typed import clean, fitting, needed
from app.errors import DomainError
from app.operations.requests_change import Change, SavedRequest, active_person, add_event, changing

PHONE = "requests.phone"
NUMBERS = "requests"
"""What the numbers of requests are counted under."""


@dataclass(frozen=True, slots=True)
class NewRequest:
    """A request as it is taken: what the form holds.

    `call_started_at` is when the customer began to speak (the form opened), `received_at` None for now or the time on
    a paper that is entered later. The promised time may be empty. `words` may be empty when `item_id` says what is
    wanted; `customer` may be empty when `customer_id` does, and so for the place and the extension. `key` is the
    request's own key, minted with `mint_key` when the form opens: sent again, it is not taken again.
    """

    call_started_at: datetime
    channel: str
    first_contact_id: UUID
    words: str = ""
    item_id: UUID | None = None
    customer_id: UUID | None = None
    customer: str = ""
    place: str = ""
    contact: str = ""
    extension: str = ""
    phone: str = ""
    urgency: str = "normal"
    special: bool = False
    appointment_at: datetime | None = None
    promised_at: datetime | None = None
    promise_reason: str = ""
    received_at: datetime | None = None
    key: UUID | None = None


def mint_key() -> UUID:
    """A key for a form that is being filled: what is sent under it twice is there once."""
    return new_key()


def take(store: Store, actor: Actor, new: NewRequest) -> SavedRequest:
    """Takes a request: *received* (REQ-1).

    A first contact who promises a time while he speaks has been told and has promised; a time that somebody else
    writes down for him is no promise yet (REQ-2). A form whose answer was lost on the way may be sent again: the same
    key with the same content (the caller's phone and the tick at *special* too) answers what was taken then.

    Raises:
        DomainError: `no_right`, `request_words_needed`, `field_needed` (customer), `not_a_choice`,
            `request_promise_past`, `request_promise_longer`, `request_time_ahead`, `text_too_long`,
            `request_taken_before` (number) for a form that was altered after it had been taken.
    """
    actor.need("requests.take")
    person = actor.person
    one_of(new.channel, CHANNELS, "channel")
    one_of(new.urgency, URGENCIES, "urgency")
    if new.item_id is None:
        needed(new.words, "words", "request_words_needed")

    def body(work: Work) -> SavedRequest:
        before = _taken_before(work, new)
        if before is not None:
            return before
        received_at = _received_at(work, new)
        own = _customer(work, new)
        special, minutes = _item(work, new.item_id)
        active_person(work, new.first_contact_id, "first_contact")
        check_promise(work, new.promised_at, received_at, new.appointment_at, minutes, new.promise_reason)
        promised = new.promised_at is not None and new.first_contact_id == person
        phone = _phone(new)
        words = fitting(new.words, "words")
        day = day_of(received_at, store.site.zone, store.setting(work.connection, "day_starts", 0))
        sequence = work.number(NUMBERS, day.year * 10000 + day.month * 100 + day.day)
        number = number_of(day, store.writer.letter, sequence)
        key = new.key or work.new_key()
        work.insert(
            requests,
            {
                "id": key,
                **_blank(person, received_at),
                "number": number,
                "sequence": sequence,
                "writer_id": work.writer_id,
                "day": day,
                "channel": new.channel,
                "item_id": new.item_id,
                "customer_id": new.customer_id,
                **own,
                "contact": fitting(new.contact, "contact"),
                "phone": work.secrets.seal(phone, PHONE, work.site_id, key),
                "words": words,
                "urgency": new.urgency,
                "special": new.special or special or own["special"],
                "appointment_at": new.appointment_at,
                "promised_at": new.promised_at,
                "promise_reason": fitting(new.promise_reason, "promise_reason"),
                "first_contact_id": new.first_contact_id,
                "call_started_at": min(new.call_started_at, received_at),
                "told_at": received_at if promised else None,
                "told_by": person if promised else None,
                "promise_given_at": received_at if promised else None,
                "promise_given_by": person if promised else None,
                "promise_given_to": clean(new.contact) or own["customer"] if promised else "",
            },
        )
        _add_grams(work, key, grams(words))
        add_keys(work, SCOPE, key, phone_keys(work.secrets, phone))
        add_event(
            work,
            key,
            1,
            "taken",
            person=person,
            at=received_at,
            data={"channel": new.channel, "first_contact_id": new.first_contact_id},
        )
        if new.promised_at is not None:
            add_event(
                work,
                key,
                1,
                "promised" if promised else "promise_noted",
                person=person,
                words=clean(new.promise_reason),
                at=received_at,
                data={
                    "promised_at": new.promised_at,
                    "promised_to": clean(new.contact) or own["customer"],
                    "first_contact_id": new.first_contact_id,
                },
            )
        return SavedRequest(key, number, 1, RequestState.RECEIVED, 1)

    return store.work(actor, "requests.take", body)


def change_words(store: Store, actor: Actor, request_id: UUID, version: int, words: str) -> SavedRequest:
    """Writes other words; the old ones stay in the history, encrypted (REQ-8).

    Raises:
        DomainError: `request_words_needed`, `text_too_long`, and those of `changing`.
    """
    fresh = needed(words, "words", "request_words_needed")

    def body(change: Change) -> None:
        old = change.request.words
        change.event("words_changed", old_words=old)
        change.values["words"] = fresh
        gone, come = grams(old) - grams(fresh), grams(fresh) - grams(old)
        for gram in sorted(gone):
            change.work.derive(
                request_grams.delete().where(
                    request_grams.c.site_id == change.work.site_id,
                    request_grams.c.gram == gram,
                    request_grams.c.request_id == request_id,
                )
            )
        _add_grams(change.work, request_id, come)

    return changing(store, actor, "change_words", request_id, version, body)


def add_note(
    store: Store,
    actor: Actor,
    request_id: UUID,
    words: str,
    at: datetime | None = None,
    key: UUID | None = None,
) -> None:
    """Adds to the history what was said or seen (CMP-3: progress told). Needs no version: notes do not conflict.

    `key` is the note's own, minted when its form opens: the same note sent again is there once.

    Raises:
        DomainError: `no_right`, `field_needed` (words), `request_time_ahead`, `row_gone`.
    """
    actor.need("requests.take")
    person, note = actor.person, needed(words, "words")

    def body(work: Work) -> None:
        request = load(work.connection, work.site_id, request_id)
        if at is not None and at > work.now + LATENESS:
            raise DomainError("request_time_ahead", field="at")
        own = key
        if key is not None:
            before = _event_words(work, key)
            if before == note:
                return
            own = key if before is None else None  # other words under a key that is used: another note
        add_event(work, request_id, request.round, "note", person=person, words=note, at=at, key=own)

    store.work(actor, "requests.add_note", body)


def check_promise(
    work: Work,
    promised_at: datetime | None,
    began_at: datetime,
    appointment_at: datetime | None,
    minutes: int | None,
    reason: str,
) -> None:
    """Refuses a promise for the past, and one longer than the catalogue's without a reason (REQ-5).

    Raises:
        DomainError: `request_promise_past`, `request_promise_longer`.
    """
    if promised_at is None:
        return
    if promised_at <= began_at:
        raise DomainError("request_promise_past", field="promised_at")
    if promise_needs_reason(promised_at, began_at, appointment_at, minutes) and not clean(reason):
        raise DomainError("request_promise_longer", field="promise_reason", minutes=minutes)


def promise_minutes(work: Work, item_id: UUID | None) -> int | None:
    """The catalogue's promise for a kind of request, in minutes."""
    return _item(work, item_id)[1]


def _taken_before(work: Work, new: NewRequest) -> SavedRequest | None:
    """What was taken under the form's key already; raises `request_taken_before` if the form says something else."""
    if new.key is None:
        return None
    row = work.connection.execute(
        sa.select(requests).where(requests.c.site_id == work.site_id, requests.c.id == new.key)
    ).first()
    if row is None:
        return None
    held = row._mapping
    same = all(held[name] == getattr(new, name) for name in _AS_TYPED)
    texts = ("words", "contact", "promise_reason")
    same = same and all(held[name] == clean(getattr(new, name)) for name in texts)
    same = same and _phone(new) == work.secrets.open(row.phone, PHONE, work.site_id, row.id)
    same = same and new.received_at in (None, row.received_at)
    if new.special != row.special:
        # What is special by its customer or its kind is so without a tick.
        same = same and row.special and (_item(work, new.item_id)[0] or _customer(work, new)["special"])
    # An empty place is the customer's own, and so on.
    typed = ((held[name], clean(getattr(new, name))) for name in ("customer", "place", "extension"))
    if not same or any(given not in ("", kept) for kept, given in typed):
        raise DomainError("request_taken_before", number=row.number)
    return SavedRequest(row.id, row.number, row.version, RequestState(row.state), row.round)


_AS_TYPED = (
    "channel",
    "item_id",
    "customer_id",
    "first_contact_id",
    "urgency",
    "appointment_at",
    "promised_at",
)


def _phone(new: NewRequest) -> str:
    typed = clean(new.phone)
    return normalise_phone(typed) if typed else ""


def _event_words(work: Work, key: UUID) -> str | None:
    """The words of a line of the history, None when there is none of that key."""
    words: str | None = work.connection.execute(
        sa.select(request_events.c.words).where(
            request_events.c.site_id == work.site_id, request_events.c.id == key
        )
    ).scalar()
    return words


def _blank(person: UUID, received_at: datetime) -> dict[str, Any]:
    """The columns of a request that has just been received."""
    return {
        "version": 1,
        "state": RequestState.RECEIVED.value,
        "round": 1,
        "round_began_at": received_at,
        "round_began_by": person,
        "clerk_id": person,
        "received_at": received_at,
        "open_since": received_at,
        "confirmed_answer": "",
        "follow_up_outcome": "",
        "outcome": "",
        "paused_reason": "",
        "stopped_seconds": 0,
        "return_reason": "",
        "satisfied_degree": "",
    }


def _received_at(work: Work, new: NewRequest) -> datetime:
    if new.received_at is None:
        return work.now
    if new.received_at > work.now + LATENESS:
        raise DomainError("request_time_ahead", field="received_at")
    return new.received_at


def _customer(work: Work, new: NewRequest) -> dict[str, Any]:
    """Who, where and under which extension: as typed, else as the customer's row has it."""
    typed = {name: fitting(getattr(new, name), name) for name in ("customer", "place", "extension")}
    if new.customer_id is None:
        needed(new.customer, "customer")
        return {**typed, "special": False}
    row = work.connection.execute(
        sa.select(customers.c.name, customers.c.place, customers.c.extension, customers.c.special).where(
            customers.c.site_id == work.site_id, customers.c.id == new.customer_id
        )
    ).first()
    if row is None:
        raise DomainError("not_a_choice", field="customer")
    return {
        "customer": typed["customer"] or row.name,
        "place": typed["place"] or row.place,
        "extension": typed["extension"] or row.extension,
        "special": row.special,
    }


def _item(work: Work, item_id: UUID | None) -> tuple[bool, int | None]:
    """Whether a service item is special, and its promise in minutes."""
    if item_id is None:
        return False, None
    row = work.connection.execute(
        sa.select(service_items.c.special, service_items.c.promise_minutes).where(
            service_items.c.site_id == work.site_id, service_items.c.id == item_id
        )
    ).first()
    if row is None:
        raise DomainError("not_a_choice", field="item")
    return row.special, row.promise_minutes


def _add_grams(work: Work, request_id: UUID, found: frozenset[str]) -> None:
    if found:
        work.derive(
            request_grams.insert(),
            [{"site_id": work.site_id, "gram": gram, "request_id": request_id} for gram in sorted(found)],
        )
