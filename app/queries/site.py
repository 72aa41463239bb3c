"""The site's own things as lists, and finding customers, hosts, staff and service items by typing (MODE-2, REQ-9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db import site as tables
from app.db.people import staff
from app.db.requests import service_items as items_table
from app.db.search import find
from app.db.stays import stay_rule
from app.db.store import Store
from app.domain.masks import mask
from app.domain.names import name_matches, typed_key
from app.domain.people import Actor
from app.domain.stays import EVERY_MINUTES, NIGHT_CLOSES
from app.queries.people import StaffFound, roles_of

# A typed text that is longer than a key is checked against whole names; so many are looked at.
MOST_CHECKED = 400


@dataclass(frozen=True, slots=True)
class PostRow:
    """A guard post; kinds are `main_gate` and `lane`."""

    id: UUID
    name: str
    kind: str
    position: int
    active: bool


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A desk seat, a building or a purpose of visit."""

    id: UUID
    name: str
    position: int
    active: bool


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """A shift; minutes after midnight."""

    id: UUID
    name: str
    starts: int
    ends: int
    position: int
    active: bool


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A service item; `promise_minutes` None when nothing is promised beforehand, `price` "" when it is free."""

    id: UUID
    code: str
    name: str
    group: str
    promise_minutes: int | None
    urgent: bool
    special: bool
    skill: str
    price: str
    position: int
    active: bool


@dataclass(frozen=True, slots=True)
class ContactRow:
    """Somebody at a customer; the phone masked."""

    id: UUID
    name: str
    extension: str
    phone_shown: str
    position: int
    active: bool


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer with its contacts."""

    id: UUID
    name: str
    kind: str
    building_id: UUID | None
    building: str
    place: str
    extension: str
    special: bool
    note: str
    active: bool
    contacts: tuple[ContactRow, ...]


@dataclass(frozen=True, slots=True)
class CustomerFound:
    """A customer as a search shows it, with the contact that was meant ("" when there is none)."""

    customer_id: UUID
    name: str
    place: str
    contact: str
    extension: str
    special: bool
    contacts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HostFound:
    """Whom a visitor may want to see: a customer, or somebody there (`骨科 李主任`)."""

    customer_id: UUID
    text: str
    extension: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class ItemFound:
    """A service item as a search shows it."""

    item_id: UUID
    code: str
    name: str
    group: str
    promise_minutes: int | None
    urgent: bool
    special: bool
    price: str


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What the Site tab shows of the site itself. `hotlines` by `complaints`, `services`, `duty`.

    How long visitors may stay, when the night closes them and how often the evacuation list is saved (VIS-10, VIS-13).
    """

    name: str
    company: str
    kind: str
    mode: str
    zone: str
    sample: bool
    methods: tuple[str, ...]
    hotlines: dict[str, str]
    day_starts: int
    stay_hours: int | None = None
    site_closes: int | None = None
    night_closes: int = NIGHT_CLOSES
    evacuation_minutes: int = EVERY_MINUTES


# --- lists -----------------------------------------------------------------------------------------------------------


def posts(store: Store, actor: Actor, *, retired: bool = False) -> list[PostRow]:
    """The guard posts in their order; with `retired` those that are no longer used too."""
    return [
        PostRow(r.id, r.name, r.kind, r.position, r.active) for r in _listed(store, tables.posts, retired)
    ]


def desks(store: Store, actor: Actor, *, retired: bool = False) -> list[NamedRow]:
    """The desk seats in their order."""
    return _named(store, tables.desks, retired)


def buildings(store: Store, actor: Actor, *, retired: bool = False) -> list[NamedRow]:
    """The buildings and areas in their order."""
    return _named(store, tables.buildings, retired)


def purposes(store: Store, actor: Actor, *, retired: bool = False) -> list[NamedRow]:
    """The purposes of visits in their order."""
    return _named(store, tables.purposes, retired)


def shifts(store: Store, actor: Actor, *, retired: bool = False) -> list[ShiftRow]:
    """The shifts in their order."""
    rows = _listed(store, tables.shifts, retired)
    return [ShiftRow(r.id, r.name, r.starts, r.ends, r.position, r.active) for r in rows]


def service_items(store: Store, actor: Actor, *, retired: bool = False) -> list[ItemRow]:
    """The service catalogue in its order."""
    return [
        ItemRow(
            r.id,
            r.code,
            r.name,
            r.group_name,
            r.promise_minutes,
            r.urgent,
            r.special,
            r.skill,
            r.price,
            r.position,
            r.active,
        )
        for r in _listed(store, items_table, retired)
    ]


def customers(store: Store, actor: Actor, *, retired: bool = False) -> list[CustomerRow]:
    """All customers with their contacts, by building and name."""
    table, site_id = tables.customers, store.site.site_id
    query = sa.select(table).where(table.c.site_id == site_id).order_by(table.c.id)
    with store.reading() as connection:
        rows = connection.execute(query if retired else query.where(table.c.active)).all()
        houses = {row.id: row for row in _rows_of(connection, tables.buildings, site_id)}
        people: dict[UUID, list[ContactRow]] = {}
        own = tables.contacts.c.site_id == site_id
        order = (tables.contacts.c.customer_id, tables.contacts.c.position)
        for row in connection.execute(sa.select(tables.contacts).where(own).order_by(*order)):
            if retired or row.active:
                phone = mask(store.secrets.open(row.phone, "contacts.phone", site_id, row.id))
                people.setdefault(row.customer_id, []).append(
                    ContactRow(row.id, row.name, row.extension, phone, row.position, row.active)
                )
    found = []
    for row in rows:
        house = houses.get(row.building_id)
        found.append(
            CustomerRow(
                row.id,
                row.name,
                row.kind,
                row.building_id,
                house.name if house else "",
                row.place,
                row.extension,
                row.special,
                row.note,
                row.active,
                tuple(people.get(row.id, ())),
            )
        )
    return found


def facts(store: Store, actor: Actor) -> SiteFacts:
    """The site's own facts and settings, as they stand in the database."""
    with store.reading() as connection:
        row = connection.execute(
            sa.select(tables.sites).where(tables.sites.c.site_id == store.site.site_id)
        ).one()
        methods = store.setting(connection, "methods", [])
        hotlines = store.setting(connection, "hotlines", {})
        day_starts = store.setting(connection, "day_starts", 0)
        stays = stay_rule(store, connection)
        night_closes = store.setting(connection, "night_closes", NIGHT_CLOSES)
        minutes = store.setting(connection, "evacuation_minutes", EVERY_MINUTES)
    return SiteFacts(
        row.name,
        row.company,
        row.kind,
        row.mode,
        row.zone,
        store.secrets.sample,
        tuple(methods),
        dict(hotlines),
        day_starts,
        stays.hours,
        stays.closes,
        night_closes,
        minutes,
    )


# --- finding ---------------------------------------------------------------------------------------------------------


def find_customers(store: Store, actor: Actor, text: str, limit: int = 8) -> list[CustomerFound]:
    """Customers by name, place, contact (pinyin, initials or characters) or extension, the nearest first (REQ-9)."""
    found = []
    for row, people in _customers_under(store, text):
        meant = [person for person in people if name_matches(person.name, text)]
        first = (meant or people)[:1]
        contact = first[0].name if first else ""
        extension = (first[0].extension if meant else "") or row.extension
        names = tuple(person.name for person in people)
        place = _nearness(row.name, text) if not meant else 1
        one = CustomerFound(row.id, row.name, row.place, contact, extension, row.special, names)
        found.append((place, len(row.name), one))
    found.sort(key=lambda ranked: ranked[:2])
    return [one for _, _, one in found[:limit]]


def hosts(store: Store, actor: Actor, text: str, limit: int = 8) -> list[HostFound]:
    """Whom a visitor may want to see: customers, and the people there, in one list, the nearest first (VIS-5)."""
    found: list[tuple[int, int, HostFound]] = []
    for row, people in _customers_under(store, text):
        own = _nearness(row.name, text)
        found.append((own, len(row.name), HostFound(row.id, row.name, row.extension, row.place)))
        for person in people:
            near = 0 if person.name == text else 1 if name_matches(person.name, text) else own + 1
            whole = f"{row.name} {person.name}"
            extension = person.extension or row.extension
            found.append((near, len(whole), HostFound(row.id, whole, extension, row.place)))
    found.sort(key=lambda ranked: ranked[:2])
    return [one for _, _, one in found[:limit]]


def find_staff(store: Store, actor: Actor, text: str, limit: int = 8) -> list[StaffFound]:
    """The site's people by name: pinyin, initials or characters."""
    site_id = store.site.site_id
    with store.reading() as connection:
        rows = _under(connection, site_id, "staff", staff, text)
        roles = roles_of(connection, site_id)
    fitting = [row for row in rows if name_matches(row.name, text)]
    fitting.sort(key=lambda row: (row.name != text, len(row.name)))
    return [StaffFound(row.id, row.name, row.title, roles.get(row.id, ())) for row in fitting[:limit]]


def find_items(store: Store, actor: Actor, text: str, limit: int = 8) -> list[ItemFound]:
    """Service items by name or code; all of them, in their order, for an empty text."""
    site_id = store.site.site_id
    with store.reading() as connection:
        if typed_key(text):
            rows = _under(connection, site_id, "item", items_table, text)
        else:
            order = items_table.c.position
            mine = items_table.c.site_id == site_id
            rows = connection.execute(
                sa.select(items_table).where(mine, items_table.c.active).order_by(order).limit(limit)
            ).all()
    chosen = sorted(rows, key=lambda row: (row.code.casefold() != text.strip().casefold(), row.position))
    return [
        ItemFound(
            row.id,
            row.code,
            row.name,
            row.group_name,
            row.promise_minutes,
            row.urgent,
            row.special,
            row.price,
        )
        for row in chosen[:limit]
    ]


def _nearness(name: str, text: str) -> int:
    """0 for the name itself, 2 for a beginning of one of its spellings, 4 for something else about the customer."""
    if name == text.strip():
        return 0
    return 2 if name_matches(name, text) else 4


def _customers_under(store: Store, text: str) -> list[tuple[sa.Row[Any], list[sa.Row[Any]]]]:
    """The customers under a typed text, each with its contacts in order."""
    site_id, contacts = store.site.site_id, tables.contacts
    with store.reading() as connection:
        rows = _under(connection, site_id, "customer", tables.customers, text)
        people: dict[UUID, list[sa.Row[Any]]] = {}
        for row in connection.execute(
            sa.select(contacts)
            .where(
                contacts.c.site_id == site_id,
                contacts.c.customer_id.in_([row.id for row in rows]),
                contacts.c.active,
            )
            .order_by(contacts.c.customer_id, contacts.c.position)
        ):
            people.setdefault(row.customer_id, []).append(row)
    key = typed_key(text)
    found = []
    for row in rows:
        mine = people.get(row.id, [])
        texts = (row.name, row.place, *(person.name for person in mine))
        extensions = (row.extension, *(person.extension for person in mine))
        # The key was cut: the rest of a longer text is checked here.
        if any(name_matches(one, text) for one in texts) or any(
            one.startswith(key) for one in extensions if one
        ):
            found.append((row, mine))
    return found


def _under(
    connection: sa.Connection, site_id: int, scope: str, table: sa.Table, text: str
) -> Sequence[sa.Row[Any]]:
    """The active rows of a table that a typed text finds."""
    key = typed_key(text)
    if not key:
        return []
    keys = find(connection, site_id, scope, key, MOST_CHECKED)
    if not keys:
        return []
    return connection.execute(
        sa.select(table).where(table.c.site_id == site_id, table.c.id.in_(keys), table.c.active)
    ).all()


def _listed(store: Store, table: sa.Table, retired: bool) -> Sequence[sa.Row[Any]]:
    query = (
        sa.select(table).where(table.c.site_id == store.site.site_id).order_by(table.c.position, table.c.id)
    )
    with store.reading() as connection:
        return connection.execute(query if retired else query.where(table.c.active)).all()


def _named(store: Store, table: sa.Table, retired: bool) -> list[NamedRow]:
    return [NamedRow(row.id, row.name, row.position, row.active) for row in _listed(store, table, retired)]


def _rows_of(connection: sa.Connection, table: sa.Table, site_id: int) -> Sequence[sa.Row[Any]]:
    return connection.execute(sa.select(table).where(table.c.site_id == site_id)).all()
