"""Imported customers and staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.base import new_key
from app.db.people import staff, staff_roles
from app.db.prepared import Rows, Thing, chunks
from app.db.site import buildings, contacts, customers
from app.domain.names import name_keys
from app.domain.people import ROLES
from app.domain.tables import SheetRow
from app.operations.import_rows import Look, RowError, Setting, name, parts, phone, text
from app.operations.site_rows import customer_keys

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


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """A row of customers; "" where it says nothing. The keys are for what it adds."""

    key: UUID
    contact_key: UUID
    building_key: UUID
    name: str
    kind: str
    building: str
    place: str
    extension: str
    contact: str
    phone: str


def customer_line(row: SheetRow, setting: Setting) -> CustomerLine:
    """What a row of customers says. Raises RowError."""
    own, number = name(row, "name"), phone(row)
    place, extension, kind = text(row, "place"), text(row, "extension"), text(row, "kind")
    contact, house = name(row, "contact", needed=False), text(row, "building")
    if number and not contact:
        raise RowError("bad_contact", "contact")
    keys = new_key(), new_key(), new_key()
    return CustomerLine(*keys, own, kind, house, place, extension, contact, number)


@dataclass(frozen=True, slots=True)
class Building:
    """A building that a row names for the first time."""

    id: UUID
    name: str
    position: int

    def build(self, rows: Rows) -> None:
        """Its row."""
        values = {"name": self.name, "position": self.position, "active": True}
        rows.insert(buildings, {"id": self.id, **values})


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact of a customer: the phone as it is sealed on file, and the one that a row gives ("" for none)."""

    id: UUID
    name: str
    extension: str
    active: bool
    sealed: bytes | None
    phone: str


@dataclass(frozen=True, slots=True)
class Customer:
    """How a customer stands, with its contacts."""

    name: str
    kind: str
    building_id: UUID | None
    place: str
    extension: str
    contacts: tuple[Contact, ...]

    def keys(self) -> set[str]:
        """Under what it is found."""
        people = [one for one in self.contacts if one.active]
        extensions = [one for one in (self.extension, *(person.extension for person in people)) if one]
        return customer_keys(self.name, self.place, extensions, [person.name for person in people])


COLUMNS = ("kind", "building_id", "place", "extension")


@dataclass(frozen=True, slots=True)
class ChangedCustomer:
    """A customer: as on file (None for a new one) and as the table makes it."""

    id: UUID
    before: Customer | None
    after: Customer

    def build(self, rows: Rows) -> None:
        """The customer, its contacts, and its keys, as far as they are new or differ."""
        before, after = self.before, self.after
        values = {
            column: getattr(after, column)
            for column in COLUMNS
            if before is None or getattr(after, column) != getattr(before, column)
        }
        if before is None:
            fixed = {"special": False, "note": "", "active": True}
            rows.insert(customers, {"id": self.id, "name": after.name, **values, **fixed})
        elif values:
            rows.update(customers, self.id, values)
        old = before.contacts if before else ()
        for position, contact in enumerate(after.contacts, 1):
            if position <= len(old) and contact == old[position - 1]:
                continue
            sealed = rows.secrets.seal(contact.phone, "contacts.phone", rows.site_id, contact.id)
            if position <= len(old):
                rows.update(contacts, contact.id, {"phone": sealed})
                continue
            own = {"customer_id": self.id, "name": contact.name, "extension": "", "phone": sealed}
            rows.insert(contacts, {"id": contact.id, **own, "position": position, "active": True})
        old_keys, keys = before.keys() if before else set(), after.keys()
        rows.drop_keys("customer", self.id, old_keys - keys)
        rows.add_keys("customer", self.id, keys - old_keys)


class CustomersTaker:
    """Takes rows of customers: by name; a second row of the same name adds a contact."""

    def __init__(self, look: Look, lines: Sequence[CustomerLine]) -> None:
        self._look = look
        self.things: dict[UUID, Thing] = {}
        self.numbers: dict[int, int] = {}
        table = customers
        kinds = look.connection.execute(
            sa.select(table.c.kind)
            .where(table.c.site_id == look.store.site.site_id)
            .group_by(table.c.kind)
            .order_by(sa.func.count().desc(), table.c.kind)
            .limit(1)
        )
        self._usual = kinds.scalar() or "department"
        houses = look.connection.execute(look.mine(buildings).order_by(buildings.c.id)).all()
        self._houses: dict[str, UUID] = {row.name: row.id for row in reversed(houses)}
        self._positions = len(houses)
        self._read({line.name for line in lines})

    def take(self, line: CustomerLine) -> str:
        """See `Taker`."""
        building_id = self._building(line)
        given = {"place": line.place, "extension": line.extension}
        key = self._known.get(line.name)
        if key is None:
            key = self._known[line.name] = line.key
            before = None
            after = Customer(line.name, line.kind or self._usual, building_id, contacts=(), **given)
        else:
            before = self._now[key]
            wanted = {**given, "kind": line.kind, "building_id": building_id}
            after = replace(before, **{column: value for column, value in wanted.items() if value})
        if line.contact:
            after = self._with_contact(after, line)
        if after == before:
            return "unchanged"
        self._now[key] = after
        self.things[key] = ChangedCustomer(key, self._on_file.get(key), after)
        return "added" if before is None else "updated"

    def _with_contact(self, customer: Customer, line: CustomerLine) -> Customer:
        """Adds a contact or changes its phone."""
        secrets, site_id = self._look.store.secrets, self._look.store.site.site_id
        for place, one in enumerate(customer.contacts):
            if one.name == line.contact:
                known = one.phone or secrets.open(one.sealed, "contacts.phone", site_id, one.id)
                if not line.phone or known == line.phone:
                    return customer
                changed = list(customer.contacts)
                changed[place] = replace(one, phone=line.phone)
                return replace(customer, contacts=tuple(changed))
        more = Contact(line.contact_key, line.contact, "", active=True, sealed=None, phone=line.phone)
        return replace(customer, contacts=(*customer.contacts, more))

    def _building(self, line: CustomerLine) -> UUID | None:
        if not line.building:
            return None
        if line.building not in self._houses:
            self._positions += 1
            key = self._houses[line.building] = line.building_key
            self.things[key] = Building(key, line.building, self._positions)
        return self._houses[line.building]

    def _read(self, names: set[str]) -> None:
        """The customers of these names; of several of one name the oldest is meant."""
        run = self._look.connection.execute
        query = self._look.mine(customers).where(customers.c.active).order_by(customers.c.id.desc())
        rows = {row.name: row for row in run(query) if row.name in names}
        self._known = {name: row.id for name, row in rows.items()}
        people: dict[UUID, list[Contact]] = {}
        for some in chunks(self._known.values()):
            theirs = self._look.mine(contacts).where(contacts.c.customer_id.in_(some))
            for one in run(theirs.order_by(contacts.c.position, contacts.c.id)):
                contact = Contact(one.id, one.name, one.extension, one.active, one.phone, "")
                people.setdefault(one.customer_id, []).append(contact)
        self._on_file = {
            row.id: Customer(
                row.name, row.kind, row.building_id, row.place, row.extension, tuple(people.get(row.id, ()))
            )
            for row in rows.values()
        }
        self._now = dict(self._on_file)


@dataclass(frozen=True, slots=True)
class StaffLine:
    """A row of staff; "" and () where it says nothing. The key is for whom it adds."""

    key: UUID
    name: str
    title: str
    phone: str
    skills: tuple[str, ...]
    roles: tuple[str, ...]


def staff_line(row: SheetRow, setting: Setting) -> StaffLine:
    """What a row of staff says. Raises RowError."""
    own, number, title = name(row, "name"), phone(row), text(row, "title")
    roles = tuple(ROLE_NAMES.get(role, role) for role in parts(text(row, "roles")))
    for role in roles:
        if role not in ROLES:
            raise RowError("bad_role", "roles", role)
    return StaffLine(new_key(), own, title, number, tuple(parts(text(row, "skills"))), roles)


@dataclass(frozen=True, slots=True)
class Employee:
    """How somebody of the staff stands: what a table may say of them."""

    name: str
    title: str
    phone: str
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangedEmployee:
    """Somebody of the staff: as on file (None for somebody new, who gets the roles) and as the table makes them."""

    id: UUID
    before: Employee | None
    after: Employee
    roles: tuple[str, ...] = ()

    def build(self, rows: Rows) -> None:
        """Their row; for somebody new, without a password until somebody sets one, also roles and keys."""
        before, after = self.before, self.after
        values: dict[str, Any] = {}
        if before is None or after.title != before.title:
            values["title"] = after.title
        if before is None or after.skills != before.skills:
            values["skills"] = list(after.skills)
        if before is None or after.phone != before.phone:
            values["phone"] = rows.secrets.seal(after.phone, "staff.phone", rows.site_id, self.id)
        if before is not None:
            rows.update(staff, self.id, values)
            return
        fixed = {
            "password_hash": "",
            "pin_hash": "",
            "password_changes": True,
            "failures": 0,
            "locked_until": None,
            "away": False,
            "active": True,
        }
        rows.insert(staff, {"id": self.id, "name": after.name, **values, **fixed})
        for role in dict.fromkeys(self.roles):
            rows.set_row(staff_roles, {"staff_id": self.id, "role": role})
        rows.add_keys("staff", self.id, name_keys(after.name))


class StaffTaker:
    """Takes rows of staff: by name. The roles of somebody who is there already are never changed by a table."""

    def __init__(self, look: Look, lines: Sequence[StaffLine]) -> None:
        self._look = look
        self.things: dict[UUID, Thing] = {}
        self.numbers: dict[int, int] = {}
        self._known: dict[str, ChangedEmployee] = {}
        names, secrets, site_id = {line.name for line in lines}, look.store.secrets, look.store.site.site_id
        query = look.mine(staff).where(staff.c.active).order_by(staff.c.id.desc())
        for row in look.connection.execute(query):
            if row.name in names:
                number = secrets.open(row.phone, "staff.phone", site_id, row.id)
                one = Employee(row.name, row.title, number, tuple(row.skills))
                self._known[row.name] = ChangedEmployee(row.id, one, one)

    def take(self, line: StaffLine) -> str:
        """See `Taker`."""
        known = self._known.get(line.name)
        if known is None:
            guarded = GUARDED_ROLES & set(line.roles)
            if guarded and not self._look.actor.may("staff.edit"):
                raise RowError("bad_role_right", "roles", ", ".join(sorted(guarded)))
            one = Employee(line.name, line.title, line.phone, line.skills)
            return self._put(ChangedEmployee(line.key, None, one, line.roles), "added")
        old = known.after
        after = replace(
            old,
            title=line.title or old.title,
            phone=line.phone or old.phone,
            skills=line.skills or old.skills,
        )
        if after == known.after:
            return "unchanged"
        return self._put(replace(known, after=after), "updated")

    def _put(self, one: ChangedEmployee, became: str) -> str:
        self._known[one.after.name] = self.things[one.id] = one
        return became
