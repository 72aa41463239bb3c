"""Editing the site's own things: posts, desks, buildings, shifts, purposes, customers, service items, settings.

One function for a form: `key` is None for a new thing. Nothing is deleted: what is no longer used is retired, so that
what happened there keeps its name. Search keys follow every change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db import site as tables
from app.db.handover import counted_things, tally_kinds
from app.db.requests import service_items
from app.db.search import add_keys, drop_keys
from app.db.store import Store
from app.db.work import Work
from app.domain.people import Actor
from app.domain.phones import normalise_phone
from app.domain.site import HOTLINES, METHODS, MODES, POST_KINDS
from app.domain.stays import SETTINGS as STAY_SETTINGS
from app.domain.stays import is_stay_setting
from app.domain.typed import clean, needed
from app.errors import DomainError
from app.operations.site_rows import customer_keys, item_keys

RIGHT = "site.edit"
DAY_MINUTES = 24 * 60

THINGS: dict[str, sa.Table] = {
    "posts": tables.posts,
    "desks": tables.desks,
    "buildings": tables.buildings,
    "shifts": tables.shifts,
    "purposes": tables.purposes,
    "service_items": service_items,
    "customers": tables.customers,
    "contacts": tables.contacts,
    "tally_kinds": tally_kinds,
    "counted_things": counted_things,
}
"""What can be retired and brought back."""


@dataclass(frozen=True, slots=True)
class CustomerValues:
    """A customer as its form holds it; `place` is whole, with the building."""

    name: str
    kind: str = "department"
    building_id: UUID | None = None
    place: str = ""
    extension: str = ""
    special: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class ItemValues:
    """A service item as its form holds it."""

    code: str
    name: str
    group_name: str = ""
    promise_minutes: int | None = None
    urgent: bool = False
    special: bool = False
    skill: str = ""
    price: str = ""


def save_post(store: Store, actor: Actor, name: str, kind: str, key: UUID | None = None) -> UUID:
    """Adds or changes a guard post.

    Raises:
        DomainError: `no_right`, `name_needed`, `name_taken`, `unknown_post_kind`.
    """
    if kind not in POST_KINDS:
        raise DomainError("unknown_post_kind", field="kind")
    return _save(store, actor, "posts", key, {"name": name, "kind": kind})


def save_desk(store: Store, actor: Actor, name: str, key: UUID | None = None) -> UUID:
    """Adds or changes a desk seat. Raises DomainError `no_right`, `name_needed`, `name_taken`."""
    return _save(store, actor, "desks", key, {"name": name})


def save_building(store: Store, actor: Actor, name: str, key: UUID | None = None) -> UUID:
    """Adds or changes a building or area. Raises DomainError `no_right`, `name_needed`, `name_taken`."""
    return _save(store, actor, "buildings", key, {"name": name})


def save_purpose(store: Store, actor: Actor, name: str, key: UUID | None = None) -> UUID:
    """Adds or changes a purpose of visits. Raises DomainError `no_right`, `name_needed`, `name_taken`."""
    return _save(store, actor, "purposes", key, {"name": name})


def save_shift(
    store: Store, actor: Actor, name: str, starts: int, ends: int, key: UUID | None = None
) -> UUID:
    """Adds or changes a shift, in minutes after midnight; one that ends before it starts runs over midnight.

    Raises:
        DomainError: `no_right`, `name_needed`, `name_taken`, `bad_shift`.
    """
    if not (0 <= starts < DAY_MINUTES and 0 <= ends <= DAY_MINUTES) or starts == ends:
        raise DomainError("bad_shift", field="ends")
    return _save(store, actor, "shifts", key, {"name": name, "starts": starts, "ends": ends})


def save_tally_kind(
    store: Store, actor: Actor, name: str, turned_away: bool, key: UUID | None = None
) -> UUID:
    """Adds or changes what a post counts by one key; `turned_away` asks for a reason (VIS-1).

    Raises:
        DomainError: `no_right`, `name_needed`, `name_taken`.
    """
    return _save(store, actor, "tally_kinds", key, {"name": name, "turned_away": turned_away})


def save_counted_thing(
    store: Store, actor: Actor, name: str, post_id: UUID | None, key: UUID | None = None
) -> UUID:
    """Adds or changes what is counted at a handover, at one post or (None) at every post (VIS-16).

    Raises:
        DomainError: `no_right`, `name_needed`, `name_taken` (at that post).
    """
    return _save(store, actor, "counted_things", key, {"name": name, "post_id": post_id})


def save_item(store: Store, actor: Actor, values: ItemValues, key: UUID | None = None) -> UUID:
    """Adds or changes a service item.

    Raises:
        DomainError: `no_right`, `name_needed`, `name_taken`, `bad_minutes`.
    """
    if values.promise_minutes is not None and values.promise_minutes < 1:
        raise DomainError("bad_minutes", field="promise_minutes")
    return _save(store, actor, "service_items", key, asdict(values))


def save_customer(store: Store, actor: Actor, values: CustomerValues, key: UUID | None = None) -> UUID:
    """Adds or changes a customer.

    Raises:
        DomainError: `no_right`, `name_needed`, `name_taken`.
    """
    return _save(store, actor, "customers", key, asdict(values))


def save_contact(
    store: Store,
    actor: Actor,
    customer_id: UUID,
    name: str,
    extension: str = "",
    phone: str | None = "",
    key: UUID | None = None,
) -> UUID:
    """Adds or changes somebody at a customer; `phone` None leaves it as it is (the form shows it masked).

    Raises:
        DomainError: `no_right`, `name_needed`, `row_gone`.
    """
    actor.need(RIGHT)
    whole = _name(name)

    def body(work: Work) -> UUID:
        table, before = tables.contacts, keys_of_customer(work, customer_id)
        own = key or work.new_key()
        values: dict[str, Any] = {"name": whole, "extension": clean(extension)}
        if phone is not None:
            plain = normalise_phone(phone) if phone.strip() else ""
            values["phone"] = store.secrets.seal(plain, "contacts.phone", work.site_id, own)
        if key is None:
            place = {"customer_id": customer_id, "position": _next(work, table, customer_id), "active": True}
            work.insert(table, {"id": own, "phone": None, **values, **place})
        else:
            work.update(table, own, values)
        _follow(work, "customer", customer_id, before, keys_of_customer(work, customer_id))
        return own

    return store.work(actor, "site.save_contact", body)


def set_active(store: Store, actor: Actor, what: str, key: UUID, active: bool) -> None:
    """Retires a thing of `THINGS`, or brings it back.

    Raises:
        DomainError: `no_right`, `row_gone`, `last_post` (the last guard post stays).
    """
    actor.need(RIGHT)
    table = THINGS[what]

    def body(work: Work) -> None:
        customer = key if what == "customers" else None
        if what == "contacts":
            query = sa.select(table.c.customer_id).where(table.c.site_id == work.site_id, table.c.id == key)
            customer = work.connection.execute(query).scalar()
        before = keys_of_customer(work, customer) if customer else set()
        if what == "posts" and not active and _count(work, table) <= 1:
            raise DomainError("last_post")
        work.update(table, key, {"active": active})
        if customer:
            _follow(work, "customer", customer, before, keys_of_customer(work, customer))

    store.work(actor, f"site.{'bring_back' if active else 'retire'}", body)


def reorder(store: Store, actor: Actor, what: str, keys: Sequence[UUID]) -> None:
    """Puts posts, desks, buildings, shifts, purposes or items into this order.

    Raises:
        DomainError: `no_right`, `row_gone`.
    """
    actor.need(RIGHT)
    table = THINGS[what]

    def body(work: Work) -> None:
        for position, key in enumerate(keys, 1):
            work.update(table, key, {"position": position})

    store.work(actor, "site.reorder", body)


def save_site(store: Store, actor: Actor, name: str, company: str, mode: str) -> None:
    """Changes the site's name, company and service mode (MODE-1); seen after the site is opened again.

    Raises:
        DomainError: `no_right`, `name_needed`, `unknown_mode`.
    """
    actor.need(RIGHT)
    if mode not in MODES:
        raise DomainError("unknown_mode", field="mode", mode=mode, modes=", ".join(MODES))
    whole = _name(name)

    def body(work: Work) -> None:
        values = {"name": whole, "company": clean(company), "mode": mode}
        work.connection.execute(
            tables.sites.update().where(tables.sites.c.site_id == work.site_id).values(**values)
        )
        work.tables.add("sites")
        work.note("sites", work.site_id, values)

    store.work(actor, "site.save", body)


def save_settings(store: Store, actor: Actor, settings: Mapping[str, Any]) -> None:
    """Sets settings of the site: `methods` (MODE-1), `hotlines`, `day_starts` (minutes after midnight), stays (VIS-10).

    Raises:
        DomainError: `no_right`, `bad_setting`.
    """
    actor.need(RIGHT)
    for key, value in settings.items():
        if not _is_setting(key, value):
            raise DomainError("bad_setting", field=key, key=key)

    def body(work: Work) -> None:
        for key, value in settings.items():
            work.set_row(tables.site_settings, {"key": key}, {"value": value})

    store.work(actor, "site.settings", body)


def _is_setting(key: str, value: Any) -> bool:
    if key == "methods":
        return isinstance(value, (list, tuple)) and all(method in METHODS for method in value)
    if key == "hotlines":
        return isinstance(value, dict) and all(
            line in HOTLINES and isinstance(text, str) for line, text in value.items()
        )
    if key in STAY_SETTINGS:
        return is_stay_setting(key, value)
    return key == "day_starts" and isinstance(value, int) and 0 <= value < DAY_MINUTES


# --- one way for all -------------------------------------------------------------------------------------------------


def _save(store: Store, actor: Actor, what: str, key: UUID | None, given: dict[str, Any]) -> UUID:
    actor.need(RIGHT)
    table = THINGS[what]
    values = {name: clean(value) if isinstance(value, str) else value for name, value in given.items()}
    values["name"] = _name(values["name"])

    def body(work: Work) -> UUID:
        alike = [table.c.name == values["name"], table.c.active]
        if "post_id" in values:
            alike.append(table.c.post_id == values["post_id"])
        taken = work.connection.execute(
            sa.select(table.c.id).where(table.c.site_id == work.site_id, *alike)
        ).scalars()
        if any(other != key for other in taken):
            raise DomainError("name_taken", field="name", name=values["name"])
        before = set() if key is None else _keys(work, what, key)
        own = key or work.new_key()
        if key is None:
            more: dict[str, Any] = {"active": True}
            if "position" in table.c:
                more["position"] = _next(work, table)
            work.insert(table, {"id": own, **values, **more})
        else:
            work.update(table, own, values)
        scope = {"customers": "customer", "service_items": "item"}.get(what, "")
        if scope:
            _follow(work, scope, own, before, _keys(work, what, own))
        return own

    return store.work(actor, f"site.save_{what}", body)


def _keys(work: Work, what: str, key: UUID) -> set[str]:
    if what == "customers":
        return keys_of_customer(work, key)
    if what == "service_items":
        mine = (service_items.c.site_id == work.site_id, service_items.c.id == key)
        row = work.connection.execute(
            sa.select(service_items.c.code, service_items.c.name).where(*mine)
        ).first()
        return set() if row is None else item_keys(row.code, row.name)
    return set()


def keys_of_customer(work: Work, key: UUID) -> set[str]:
    """Under what the customer is found as it stands now; nothing when it is retired or gone."""
    table, contacts = tables.customers, tables.contacts
    row = work.connection.execute(
        sa.select(table).where(table.c.site_id == work.site_id, table.c.id == key)
    ).first()
    if row is None:
        raise DomainError("row_gone")
    if not row.active:
        return set()
    mine = (contacts.c.site_id == work.site_id, contacts.c.customer_id == key, contacts.c.active)
    people = work.connection.execute(sa.select(contacts.c.name, contacts.c.extension).where(*mine)).all()
    extensions = [one for one in (row.extension, *(person.extension for person in people)) if one]
    return customer_keys(row.name, row.place, extensions, [person.name for person in people])


def _follow(work: Work, scope: str, key: UUID, before: set[str], after: set[str]) -> None:
    drop_keys(work, scope, key, before - after)
    add_keys(work, scope, key, after - before)


def _next(work: Work, table: sa.Table, customer_id: UUID | None = None) -> int:
    query = sa.select(sa.func.max(table.c.position)).where(table.c.site_id == work.site_id)
    if customer_id is not None:
        query = query.where(table.c.customer_id == customer_id)
    return (work.connection.execute(query).scalar() or 0) + 1


def _count(work: Work, table: sa.Table) -> int:
    query = sa.select(sa.func.count()).where(table.c.site_id == work.site_id, table.c.active)
    return int(work.connection.execute(query).scalar_one())


def _name(text: str) -> str:
    return needed(text, "name", "name_needed")
