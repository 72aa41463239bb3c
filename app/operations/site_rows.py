"""The rows of a new site, in an order that keeps every reference: made alike for a real site and for a sample one."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db import handover, people, requests, search
from app.db import site as tables
from app.db.base import new_key, to_micros
from app.db.secrets import Secrets
from app.domain.names import name_keys, typed_key
from app.domain.people import DEFAULT_RIGHTS
from app.domain.site import KINDS, METHODS, CustomerTemplate, PersonTemplate, Template, read_template
from app.domain.site_lists import COUNTED_THINGS, TALLY_KINDS
from app.errors import DomainError

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "resources" / "sites"
ZONE = "Asia/Shanghai"

Row = tuple[sa.Table, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Newborn:
    """What a new site is made from. `key` makes the keys of its rows: seeded for a sample site of `demo`."""

    site_id: int
    kind: str
    name: str
    company: str
    mode: str
    now: datetime
    secrets: Secrets
    key: Callable[[], UUID]
    sample: bool


@dataclass(frozen=True, slots=True)
class Employee:
    """An employee of the new site. Hashes are "" where nothing was set."""

    name: str
    title: str
    roles: tuple[str, ...]
    skills: tuple[str, ...]
    password_hash: str
    pin_hash: str
    phone: str = ""


def keys_in_order(now: datetime, random: Callable[[int], bytes] = os.urandom) -> Callable[[], UUID]:
    """Makes keys whose order is that in which they were asked for: a millisecond each, the last ten seconds."""
    stamps = itertools.count(to_micros(now) // 1000 - 10_000)
    return lambda: new_key(next(stamps), random)


def template(kind: str) -> Template:
    """The ready data of a kind. Raises DomainError `unknown_site_kind`."""
    if kind not in KINDS:
        raise DomainError("unknown_site_kind", kind=kind, kinds=", ".join(KINDS))
    return read_template((TEMPLATES / f"{kind}.toml").read_text(encoding="utf-8"))


def customer_keys(name: str, place: str, extensions: list[str], contacts: list[str]) -> set[str]:
    """Under what a customer is found: its name, its place, its contacts' names and their extensions (REQ-9)."""
    keys: set[str] = set()
    for text in (name, place, *contacts):
        if text:
            keys |= name_keys(text)
    for extension in extensions:
        digits = typed_key(extension)
        keys.update(digits[:length] for length in range(2, len(digits) + 1))
    return keys


def item_keys(code: str, name: str) -> set[str]:
    """Under what a service item is found: its name and its code."""
    return set(name_keys(name)) | ({typed_key(code)} if code else set())


def site_rows(
    new: Newborn, ready: Template, writer: dict[str, Any], employees: list[Employee]
) -> Iterator[Row]:
    """Every row that a new site begins with, besides its first audit record."""
    yield (
        tables.sites,
        {
            "name": new.name,
            "company": new.company,
            "kind": new.kind,
            "mode": new.mode,
            "zone": ZONE,
            "created_at": new.now,
        },
    )
    yield tables.writers, writer
    hotlines = dict(ready.hotlines) if new.sample else dict.fromkeys(ready.hotlines, "")
    settings = {"methods": list(METHODS), "day_starts": 0, "hotlines": hotlines}
    for key, value in settings.items():
        yield tables.site_settings, {"key": key, "value": value}
    for role, rights in DEFAULT_RIGHTS.items():
        for right in sorted(rights):
            yield people.role_rights, {"role": role, "right": right}
    yield from _fixed_things(new, ready)
    for person in employees:
        yield from _employee(new, person)


def _fixed_things(new: Newborn, ready: Template) -> Iterator[Row]:
    def listed(table: sa.Table, rows: list[dict[str, Any]]) -> Iterator[Row]:
        for position, values in enumerate(rows, 1):
            yield table, {"id": new.key(), **values, "position": position, "active": True}

    yield from listed(tables.posts, [{"name": name, "kind": kind} for name, kind in ready.posts])
    yield from listed(tables.desks, [{"name": name} for name in ready.desks])
    yield from listed(tables.shifts, [{"name": n, "starts": s, "ends": e} for n, s, e in ready.shifts])
    yield from listed(tables.purposes, [{"name": name} for name in ready.purposes])
    kinds = [{"name": name, "turned_away": away} for name, away in TALLY_KINDS[new.kind]]
    yield from listed(handover.tally_kinds, kinds)
    yield from listed(handover.counted_things, [{"name": name, "post_id": None} for name in COUNTED_THINGS])
    buildings = list(listed(tables.buildings, [{"name": name} for name in ready.buildings]))
    yield from buildings
    for position, item in enumerate(ready.items, 1):
        key = new.key()
        yield (
            requests.service_items,
            {
                "id": key,
                "code": item.code,
                "name": item.name,
                "group_name": item.group,
                "promise_minutes": item.promise_minutes,
                "urgent": item.urgent,
                "special": item.special,
                "skill": item.skill,
                "price": item.price if new.sample else "",
                "position": position,
                "active": True,
            },
        )
        yield from search_rows("item", key, item_keys(item.code, item.name))
    if new.sample or ready.customers_ready:
        ids = {values["name"]: values["id"] for _, values in buildings}
        for customer in ready.customers:
            yield from _customer(new, customer, ready.customer_kind, ids.get(customer.building))


def _customer(new: Newborn, customer: CustomerTemplate, kind: str, building: UUID | None) -> Iterator[Row]:
    key = new.key()
    # On a real site only the names are ready: rooms, extensions and people are its own.
    place = customer.place if new.sample else ""
    extension = customer.extension if new.sample else ""
    contacts = customer.contacts if new.sample else ()
    yield (
        tables.customers,
        {
            "id": key,
            "name": customer.name,
            "kind": kind,
            "building_id": building,
            "place": place,
            "extension": extension,
            "special": customer.special,
            "note": "",
            "active": True,
        },
    )
    for position, name in enumerate(contacts, 1):
        contact = {"id": new.key(), "customer_id": key, "name": name, "extension": extension, "phone": None}
        yield tables.contacts, {**contact, "position": position, "active": True}
    yield from search_rows(
        "customer",
        key,
        customer_keys(customer.name, place, [extension] if extension else [], list(contacts)),
    )


def _employee(new: Newborn, person: Employee) -> Iterator[Row]:
    key = new.key()
    yield (
        people.staff,
        {
            "id": key,
            "name": person.name,
            "title": person.title,
            "phone": new.secrets.seal(person.phone, "staff.phone", new.site_id, key),
            "skills": list(person.skills),
            "password_hash": person.password_hash,
            "pin_hash": person.pin_hash,
            "password_changes": False,
            "failures": 0,
            "locked_until": None,
            "away": False,
            "active": True,
        },
    )
    for role in person.roles:
        yield people.staff_roles, {"staff_id": key, "role": role}
    yield from search_rows("staff", key, set(name_keys(person.name)))


def search_rows(scope: str, key: UUID, keys: set[str], rank: int = 0) -> Iterator[Row]:
    """The rows by which a thing is found."""
    for text in sorted(keys):
        yield search.search_keys, {"scope": scope, "key": text, "rank": rank, "entity_id": key}


def sample_employee(person: PersonTemplate, password_hash: str, pin_hash: str, phone: str) -> Employee:
    """A made-up employee with the published password and PIN."""
    return Employee(person.name, person.title, person.roles, person.skills, password_hash, pin_hash, phone)
