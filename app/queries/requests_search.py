"""Finding requests by number, phone, words, service item, customer or person (REQ-9), the likeliest first.

Words are found by their bigrams: the rarest one leads, newest first, the others must be there too, and the text itself
is looked at last, because bigrams can stand apart from each other.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.base import Key
from app.db.people import staff
from app.db.requests import dispatches, request_grams, requests
from app.db.requests import service_items as items
from app.db.requests_read import LAST, SCOPE
from app.db.search import find
from app.db.site import contacts, customers
from app.db.store import Store
from app.domain.names import name_matches, typed_key
from app.domain.own_codes import read_code
from app.domain.people import Actor
from app.domain.phones import normalise_phone
from app.domain.requests_text import NumberPiece, contains, flat, gram_query, read_number
from app.queries.requests import RequestRow, as_row, rows_of

MOST = 200
LIMIT = 20
_CHUNK = 200
_COUNTED = 400
_GRAMS = 8
_NAMED = 12
"""How many customers or people of a name are looked at."""
PHONE_DIGITS = 7


def search(store: Store, actor: Actor, text: str, limit: int = LIMIT) -> list[RequestRow]:
    """The requests that a text means, best first: by number, phone, words, service item, customer, person.

    Newest first in each.

    `found_by` of a row says by what. Nothing is found by an empty text.
    """
    actor.need("requests.see")
    now = store.clock.now()
    with store.reading() as connection:
        found = found_ids(store, connection, text, limit)
        rows = rows_of(store, connection, found)
    return [as_row(rows[key], now, found_by=by) for key, by in found.items() if key in rows]


def found_ids(store: Store, connection: sa.Connection, text: str, limit: int) -> dict[UUID, str]:
    """At most `limit` keys of requests that a text means, best first, each with what it was found by."""
    found: dict[UUID, str] = {}
    plain = text.strip()
    if not plain:
        return found
    for by, look in (
        ("number", _by_number),
        ("phone", _by_phone),
        ("words", by_words),
        ("item", _by_item),
        ("customer", _by_customer),
        ("person", _by_person),
    ):
        if len(found) < limit:
            for key in look(store, connection, plain, limit):
                found.setdefault(key, by)
    return dict(list(found.items())[:limit])


def _newest(store: Store, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return (
        sa.select(requests.c.id, requests.c.number)
        .where(requests.c.site_id == store.site.site_id, *conditions)
        .order_by(requests.c.received_at.desc(), requests.c.id.desc())
    )


def told_number(text: str) -> NumberPiece | None:
    """What a text, or the code on a slip, says of a request's number; None when it is none."""
    slip = read_code(unicodedata.normalize("NFKC", text).strip().upper())
    return read_number(slip.number if slip is not None and slip.kind == "job_slip" and slip.right else text)


def _by_number(store: Store, connection: sa.Connection, text: str, limit: int) -> list[UUID]:
    """By the number in full, by its tail, or by the code on the slip; the newest of equal ones first."""
    piece = told_number(text)
    if piece is None:
        return []
    if piece.whole:
        wanted = _newest(store, requests.c.number == piece.whole).limit(limit)
        return [row.id for row in connection.execute(wanted)]
    # Letters and days of a sequence are told apart here: one sequence has few requests a day.
    wanted = _newest(store, requests.c.sequence == piece.sequence).limit(limit * 4)
    fitting = [row.id for row in connection.execute(wanted) if piece.fits(row.number)]
    return fitting[:limit]


def _by_phone(store: Store, connection: sa.Connection, text: str, limit: int) -> list[UUID]:
    """By the whole phone or its last four digits, as keyed digests."""
    digits = normalise_phone(text).partition("-")[0]
    if not re.fullmatch(r"\+?[0-9]+", digits):
        return []
    if len(digits) == LAST:
        key = store.secrets.search_key("p4", digits)
    elif len(digits) >= PHONE_DIGITS:
        key = store.secrets.search_key("p", digits)
    else:
        return []
    return find(connection, store.site.site_id, SCOPE, key, limit)


def by_words(store: Store, connection: sa.Connection, text: str, limit: int) -> list[UUID]:
    """The newest requests whose words hold the text (two or more characters), case, width and spaces apart."""
    wanted = sorted(gram_query(text))
    if not wanted:
        return []
    site, piece = store.site.site_id, flat(text)
    if len(wanted) > 1:
        wanted.sort(key=lambda gram: _how_many(connection, site, gram))
    lead, rest = wanted[0], wanted[1:_GRAMS]
    found: list[UUID] = []
    last: UUID | None = None
    # What has all bigrams nearly always has the text: twice as many as are wanted are seldom too few.
    size = min(2 * limit, _CHUNK)
    while len(found) < limit:
        rows = connection.execute(words_select(site, lead, rest, last, size)).all()
        for row in rows:
            words = flat(row.words)
            if piece == words if len(piece) == 1 else piece in words:
                found.append(row.id)
        if len(rows) < size:
            break
        last, size = rows[-1].id, _CHUNK
    return found[:limit]


def words_select(
    site: int, lead: str, rest: list[str], last: UUID | None, size: int = _CHUNK
) -> sa.Select[Any]:
    """So many requests that have all these bigrams, newest first, before the key `last`."""
    led = request_grams.alias("led")
    statement = (
        sa.select(requests.c.id, requests.c.words)
        .select_from(
            led.join(requests, sa.and_(requests.c.site_id == site, requests.c.id == led.c.request_id))
        )
        .where(led.c.site_id == site, led.c.gram == lead)
        .order_by(led.c.request_id.desc())
        .limit(size)
    )
    if last is not None:
        statement = statement.where(led.c.request_id < sa.literal(last, Key))
    for gram in rest:
        other = request_grams.alias()
        statement = statement.where(
            sa.exists().where(
                other.c.site_id == site, other.c.gram == gram, other.c.request_id == led.c.request_id
            )
        )
    return statement


def _how_many(connection: sa.Connection, site: int, gram: str) -> int:
    """How many requests have a bigram, counted no further than needed to see that it is common."""
    some = (
        sa.select(request_grams.c.request_id)
        .where(request_grams.c.site_id == site, request_grams.c.gram == gram)
        .limit(_COUNTED)
        .subquery()
    )
    return int(connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one())


def named_items(store: Store, connection: sa.Connection, text: str) -> list[UUID]:
    """The service items that a text means: by code, by the beginning of the name or its pinyin, or by a piece of it.

    The catalogue is short and read whole. Items that were retired count: their requests are still there.
    """
    site = store.site.site_id
    rows = connection.execute(
        sa.select(items.c.id, items.c.code, items.c.name).where(items.c.site_id == site)
    ).all()
    piece, key = flat(text), typed_key(text)
    if not piece:
        return []
    return [
        row.id
        for row in rows
        if (len(piece) > 1 and contains(row.name, piece))
        or name_matches(row.name, text)
        or (key and key == typed_key(row.code))
    ]


def _by_item(store: Store, connection: sa.Connection, text: str, limit: int) -> list[UUID]:
    """The newest requests of the service items that a text means."""
    return _newest_of(store, connection, requests.c.item_id, named_items(store, connection, text), limit)


def _by_customer(store: Store, connection: sa.Connection, text: str, limit: int) -> list[UUID]:
    """The newest requests of the customers that a text finds by name, place, contact or extension."""
    named = _named_customers(store, connection, text)
    return _newest_of(store, connection, requests.c.customer_id, named, limit)


def _newest_of(
    store: Store, connection: sa.Connection, column: sa.Column[Any], things: list[UUID], limit: int
) -> list[UUID]:
    """The newest requests of any of these things: of each the newest by its index, so that no list is read whole."""
    found: list[tuple[Any, UUID]] = []
    for thing in things:
        wanted = (
            sa.select(requests.c.received_at, requests.c.id)
            .where(requests.c.site_id == store.site.site_id, column == thing)
            .order_by(requests.c.received_at.desc(), requests.c.id.desc())
            .limit(limit)
        )
        found += [(row.received_at, row.id) for row in connection.execute(wanted)]
    return [key for _, key in sorted(found, reverse=True)[:limit]]


def _named_customers(store: Store, connection: sa.Connection, text: str) -> list[UUID]:
    key, site = typed_key(text), store.site.site_id
    keys = find(connection, site, "customer", key, _NAMED) if key else []
    if not keys:
        return []
    rows = connection.execute(
        sa.select(customers.c.id, customers.c.name, customers.c.place, customers.c.extension).where(
            customers.c.site_id == site, customers.c.id.in_(keys)
        )
    )
    names = {row.id: [row.name, row.place, row.extension] for row in rows}
    for row in connection.execute(
        sa.select(contacts.c.customer_id, contacts.c.name, contacts.c.extension).where(
            contacts.c.site_id == site, contacts.c.customer_id.in_(keys)
        )
    ):
        names[row.customer_id] += [row.name, row.extension]
    # A key is only the beginning of a longer text.
    return [one for one in keys if any(name_matches(name, text) for name in names.get(one, []) if name)]


def _by_person(store: Store, connection: sa.Connection, text: str, limit: int) -> list[UUID]:
    """The requests of the staff that a text finds by name: as first contact or handler."""
    key, site = typed_key(text), store.site.site_id
    keys = find(connection, site, "staff", key, _NAMED) if key else []
    if not keys:
        return []
    names = connection.execute(
        sa.select(staff.c.id, staff.c.name).where(staff.c.site_id == site, staff.c.id.in_(keys))
    )
    people = [row.id for row in names if name_matches(row.name, text)]
    found: dict[UUID, Any] = {}
    for person in people:
        received = (
            sa.select(requests.c.received_at, requests.c.id)
            .where(requests.c.site_id == site, requests.c.first_contact_id == person)
            .order_by(requests.c.received_at.desc(), requests.c.id.desc())
            .limit(limit)
        )
        found |= {row.id: row.received_at for row in connection.execute(received)}
        handled = (
            sa.select(dispatches.c.dispatched_at, dispatches.c.request_id)
            .where(dispatches.c.site_id == site, dispatches.c.handler_id == person)
            .order_by(dispatches.c.dispatched_at.desc())
            .limit(limit)
        )
        for row in connection.execute(handled):
            found.setdefault(row.request_id, row.dispatched_at)
    return sorted(found, key=lambda one: (found[one], one), reverse=True)[:limit]
