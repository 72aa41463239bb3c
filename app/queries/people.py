"""The site's people: who works here, who can sign in, what each role may do (docs/rights.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from app.db.people import role_rights, staff, staff_roles
from app.db.store import Store
from app.domain.masks import mask
from app.domain.people import Actor


@dataclass(frozen=True, slots=True)
class StaffRow:
    """An employee; the phone masked unless the actor has `personal.staff_phones`.

    Whether he can sign in (`has_password`, `has_pin`, `locked_until`) is known to who has `staff.edit`, else None.
    """

    id: UUID
    name: str
    title: str
    roles: tuple[str, ...]
    skills: tuple[str, ...]
    phone_shown: str
    has_password: bool | None
    has_pin: bool | None
    away: bool
    active: bool
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class StaffFound:
    """An employee as a search shows him."""

    staff_id: UUID
    name: str
    title: str
    roles: tuple[str, ...]


def employees(store: Store, actor: Actor, *, retired: bool = False) -> list[StaffRow]:
    """The site's people with their roles, in the order in which they came.

    Needs no right: whoever works here may know his colleagues, and every request is handed to one of them by name.
    """
    shown, edits = actor.may("personal.staff_phones"), actor.may("staff.edit")
    site_id, now = store.site.site_id, store.clock.now()
    query = sa.select(staff).where(staff.c.site_id == site_id).order_by(staff.c.id)
    with store.reading() as connection:
        rows = connection.execute(query if retired else query.where(staff.c.active)).all()
        roles = roles_of(connection, site_id)
    found = []
    for row in rows:
        phone = store.secrets.open(row.phone, "staff.phone", site_id, row.id)
        locked = row.locked_until if row.locked_until and row.locked_until > now else None
        found.append(
            StaffRow(
                row.id,
                row.name,
                row.title,
                roles.get(row.id, ()),
                tuple(row.skills),
                phone if shown else mask(phone),
                bool(row.password_hash) if edits else None,
                bool(row.pin_hash) if edits else None,
                row.away,
                row.active,
                locked if edits else None,
            )
        )
    return found


def sign_in_people(store: Store, *, with_pin: bool = False) -> list[StaffFound]:
    """Who can sign in: everybody on a sample site, and those with a PIN for the change of guard at a post.

    Raises nothing on a real site without `with_pin`, but answers no names: a name is half of what signing in needs.
    """
    if not with_pin and not store.secrets.sample:
        return []
    site_id = store.site.site_id
    query = sa.select(staff).where(staff.c.site_id == site_id, staff.c.active).order_by(staff.c.id)
    with store.reading() as connection:
        rows = connection.execute(query.where(staff.c.pin_hash != "") if with_pin else query).all()
        roles = roles_of(connection, site_id)
    return [StaffFound(row.id, row.name, row.title, roles.get(row.id, ())) for row in rows]


def rights_of_roles(store: Store, actor: Actor) -> dict[str, frozenset[str]]:
    """The rights of each role as they stand (docs/rights.md)."""
    found: dict[str, set[str]] = {}
    with store.reading() as connection:
        for row in connection.execute(
            sa.select(role_rights).where(role_rights.c.site_id == store.site.site_id)
        ):
            found.setdefault(row.role, set()).add(row.right)
    return {role: frozenset(rights) for role, rights in found.items()}


def must_change_password(store: Store, actor: Actor) -> bool:
    """Whether the person still has the password that somebody else set."""
    query = sa.select(staff.c.password_changes).where(
        staff.c.site_id == store.site.site_id, staff.c.id == actor.person
    )
    with store.reading() as connection:
        return bool(connection.execute(query).scalar())


def roles_of(connection: sa.Connection, site_id: int) -> dict[UUID, tuple[str, ...]]:
    """The roles of each employee, by key."""
    found: dict[UUID, list[str]] = {}
    query = sa.select(staff_roles.c.staff_id, staff_roles.c.role).where(staff_roles.c.site_id == site_id)
    for row in connection.execute(query.order_by(staff_roles.c.role)):
        found.setdefault(row.staff_id, []).append(row.role)
    return {key: tuple(roles) for key, roles in found.items()}
