"""Imported customers and staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.people import staff, staff_roles
from app.db.search import add_keys, drop_keys
from app.db.site import buildings, contacts, customers
from app.db.store import Store
from app.db.work import Work
from app.domain.names import name_keys
from app.domain.people import ROLES, Actor
from app.domain.tables import SheetRow
from app.operations.import_rows import RowError, name, parts, phone, text
from app.operations.site_editing import keys_of_customer

# What tables call the roles, besides their codes.
ROLE_NAMES = {
    "护卫员": "guard",
    "保安员": "guard",
    "保安": "guard",
    "客服": "clerk",
    "前台": "clerk",
    "接待员": "clerk",
    "技工": "technician",
    "维修工": "technician",
    "工程": "technician",
    "领班": "supervisor",
    "主管": "supervisor",
    "经理": "manager",
    "品质": "quality",
    "管理员": "administrator",
}
# Roles that only somebody who may edit staff can give, also by a table.
GUARDED_ROLES = frozenset({"manager", "administrator", "supervisor"})


def customers_taker(store: Store, actor: Actor, work: Work) -> Callable[[SheetRow], str]:
    """Takes rows of customers: by name; a second row of the same name adds a contact."""
    kinds = [
        row.kind
        for row in work.connection.execute(
            sa.select(customers.c.kind, sa.func.count().label("n"))
            .where(customers.c.site_id == work.site_id)
            .group_by(customers.c.kind)
            .order_by(sa.desc("n"))
            .limit(1)
        )
    ]
    usual = kinds[0] if kinds else "department"
    known = _by_name(work)

    def take(row: SheetRow) -> str:
        own, number = name(row, "name"), phone(row)
        given = {"place": text(row, "place"), "extension": text(row, "extension")}
        kind, contact = text(row, "kind"), name(row, "contact", needed=False)
        house = text(row, "building")
        if number and not contact:
            raise RowError("bad_contact", "contact")
        found = None
        if own in known:
            place = (customers.c.site_id == work.site_id, customers.c.id == known[own])
            found = work.connection.execute(sa.select(customers).where(*place)).one()
        building = _building(work, house)
        before = set() if found is None else keys_of_customer(work, found.id)
        if found is None:
            key, became = work.new_key(), "added"
            known[own] = key
            fixed = {"special": False, "note": "", "active": True}
            work.insert(
                customers,
                {"id": key, "name": own, "kind": kind or usual, "building_id": building, **given, **fixed},
            )
        else:
            key = found.id
            wanted = {**given, "kind": kind, "building_id": building}
            changed = {
                column: value for column, value in wanted.items() if value and value != getattr(found, column)
            }
            if changed:
                work.update(customers, key, changed)
            became = "updated" if changed else "unchanged"
        if contact and _contact(store, work, key, contact, number) and became == "unchanged":
            became = "updated"
        after = keys_of_customer(work, key)
        drop_keys(work, "customer", key, before - after)
        add_keys(work, "customer", key, after - before)
        return became

    return take


def _by_name(work: Work) -> dict[str, UUID]:
    """The customers by name, read once: a look for each row would read them all each time."""
    query = sa.select(customers.c.name, customers.c.id).where(
        customers.c.site_id == work.site_id, customers.c.active
    )
    return {
        row.name: UUID(str(row.id)) for row in work.connection.execute(query.order_by(customers.c.id.desc()))
    }


def _building(work: Work, own: str) -> UUID | None:
    if not own:
        return None
    rows = work.connection.execute(
        sa.select(buildings.c.id, buildings.c.name).where(buildings.c.site_id == work.site_id)
    ).all()
    for row in rows:
        if row.name == own:
            return UUID(str(row.id))
    key = work.new_key()
    work.insert(buildings, {"id": key, "name": own, "position": len(rows) + 1, "active": True})
    return key


def _contact(store: Store, work: Work, customer: UUID, own: str, number: str) -> bool:
    """Adds a contact or changes its phone; answers whether anything changed."""
    rows = work.connection.execute(
        sa.select(contacts).where(contacts.c.site_id == work.site_id, contacts.c.customer_id == customer)
    ).all()
    place = "contacts.phone"
    for row in rows:
        if row.name == own:
            if not number or store.secrets.open(row.phone, place, work.site_id, row.id) == number:
                return False
            work.update(contacts, row.id, {"phone": store.secrets.seal(number, place, work.site_id, row.id)})
            return True
    key = work.new_key()
    sealed = store.secrets.seal(number, place, work.site_id, key)
    values: dict[str, Any] = {"customer_id": customer, "name": own, "extension": "", "phone": sealed}
    work.insert(contacts, {"id": key, **values, "position": len(rows) + 1, "active": True})
    return True


def staff_taker(store: Store, actor: Actor, work: Work) -> Callable[[SheetRow], str]:
    """Takes rows of staff: by name. A new employee gets the roles, and no password until somebody sets one.

    The roles of somebody who is there already are never changed by a table.
    """

    def take(row: SheetRow) -> str:
        own, number, title = name(row, "name"), phone(row), text(row, "title")
        skills = parts(text(row, "skills"))
        roles = [ROLE_NAMES.get(role, role) for role in parts(text(row, "roles"))]
        for role in roles:
            if role not in ROLES:
                raise RowError("bad_role", "roles", role)
        found = work.connection.execute(
            sa.select(staff).where(staff.c.site_id == work.site_id, staff.c.name == own, staff.c.active)
        ).first()
        if found is None:
            guarded = GUARDED_ROLES & set(roles)
            if guarded and not actor.may("staff.edit"):
                raise RowError("bad_role_right", "roles", ", ".join(sorted(guarded)))
            _add_employee(store, work, own, title, number, skills, roles)
            return "added"
        place = "staff.phone"
        changed: dict[str, Any] = {}
        if title and title != found.title:
            changed["title"] = title
        if skills and skills != found.skills:
            changed["skills"] = skills
        if number and number != store.secrets.open(found.phone, place, work.site_id, found.id):
            changed["phone"] = store.secrets.seal(number, place, work.site_id, found.id)
        if not changed:
            return "unchanged"
        work.update(staff, found.id, changed)
        return "updated"

    return take


def _add_employee(
    store: Store, work: Work, own: str, title: str, number: str, skills: list[str], roles: list[str]
) -> None:
    key = work.new_key()
    work.insert(
        staff,
        {
            "id": key,
            "name": own,
            "title": title,
            "phone": store.secrets.seal(number, "staff.phone", work.site_id, key),
            "skills": skills,
            "password_hash": "",
            "pin_hash": "",
            "password_changes": True,
            "failures": 0,
            "locked_until": None,
            "away": False,
            "active": True,
        },
    )
    for role in roles:
        work.set_row(staff_roles, {"staff_id": key, "role": role}, {})
    add_keys(work, "staff", key, name_keys(own))
