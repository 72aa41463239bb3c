"""Editing the site's people: adding, changing, roles, passwords, PINs, retiring."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from app.db.people import staff, staff_roles
from app.db.search import add_keys, drop_keys
from app.db.store import Store
from app.db.work import Work
from app.domain.names import name_keys
from app.domain.people import ROLES, Actor
from app.domain.phones import normalise_phone
from app.domain.typed import clean, needed
from app.errors import DomainError
from app.operations.passwords import checked_password, checked_pin, hash_password, is_password

RIGHT = "staff.edit"


@dataclass(frozen=True, slots=True)
class StaffValues:
    """An employee as the form holds him; `phone` None leaves it as it is (the form may show it masked)."""

    name: str
    title: str = ""
    roles: frozenset[str] = frozenset()
    skills: tuple[str, ...] = ()
    phone: str | None = None


def save_employee(store: Store, actor: Actor, values: StaffValues, key: UUID | None = None) -> UUID:
    """Adds an employee, without password and PIN, or changes one with his roles.

    Raises:
        DomainError: `no_right`, `name_needed`, `staff_name_taken`, `unknown_role`, `last_administrator`, `row_gone`.
    """
    actor.need(RIGHT)
    name = needed(values.name, "name", "name_needed")
    for role in values.roles:
        if role not in ROLES:
            raise DomainError("unknown_role", field="roles", role=role)

    def body(work: Work) -> UUID:
        mine = (staff.c.site_id == work.site_id, staff.c.active, staff.c.name == name)
        if any(
            other != key for other in work.connection.execute(sa.select(staff.c.id).where(*mine)).scalars()
        ):
            raise DomainError("staff_name_taken", field="name", name=name)
        if key is not None and "administrator" not in values.roles:
            _keep_an_administrator(work, key)
        own = key or work.new_key()
        columns: dict[str, object] = {
            "name": name,
            "title": clean(values.title),
            "skills": list(values.skills),
        }
        if values.phone is not None:
            plain = normalise_phone(values.phone) if values.phone.strip() else ""
            columns["phone"] = store.secrets.seal(plain, "staff.phone", work.site_id, own)
        if key is None:
            fresh = {
                "phone": None,
                "password_hash": "",
                "pin_hash": "",
                "password_changes": True,
                "failures": 0,
            }
            work.insert(staff, {"id": own, **fresh, **columns, "away": False, "active": True})
            add_keys(work, "staff", own, name_keys(name))
        else:
            row = _row(work, key)
            work.update(staff, key, columns)
            if row.active:
                drop_keys(work, "staff", key, name_keys(row.name) - name_keys(name))
                add_keys(work, "staff", key, name_keys(name) - name_keys(row.name))
        _set_roles(work, own, values.roles)
        return own

    return store.work(actor, "staff.save", body)


def set_employee_active(store: Store, actor: Actor, key: UUID, active: bool) -> None:
    """Retires an employee, who can then no longer sign in, or brings him back.

    Raises:
        DomainError: `no_right`, `row_gone`, `last_administrator`, `staff_name_taken` (somebody has the name now).
    """
    actor.need(RIGHT)

    def body(work: Work) -> None:
        row = _row(work, key)
        if row.active == active:
            return
        if not active:
            _keep_an_administrator(work, key)
            drop_keys(work, "staff", key, name_keys(row.name))
        else:
            same = (staff.c.site_id == work.site_id, staff.c.active, staff.c.name == row.name)
            if work.connection.execute(sa.select(staff.c.id).where(*same)).first():
                raise DomainError("staff_name_taken", field="name", name=row.name)
            add_keys(work, "staff", key, name_keys(row.name))
        work.update(staff, key, {"active": active})

    store.work(actor, "staff.bring_back" if active else "staff.retire", body)


def set_away(store: Store, actor: Actor, key: UUID, away: bool) -> None:
    """Marks somebody as away (leave, off shift): anybody for himself, others with `staff.edit`."""
    if key != actor.staff_id:
        actor.need(RIGHT)
    store.work(actor, "staff.away", lambda work: work.update(staff, key, {"away": away}))


def set_password(store: Store, actor: Actor, key: UUID, password: str) -> None:
    """Sets somebody's first or forgotten password; he has to change it when he signs in. Also unlocks the account.

    Raises:
        DomainError: `no_right`, `password_too_short`, `row_gone`.
    """
    actor.need(RIGHT)
    hashed = hash_password(checked_password(password))
    values = {"password_hash": hashed, "password_changes": True, "failures": 0, "locked_until": None}
    store.work(actor, "staff.set_password", lambda work: work.update(staff, key, values))


def change_password(store: Store, actor: Actor, old: str, new: str) -> None:
    """Changes one's own password.

    The slow hashing goes before the transaction, which only takes the password that was compared with.

    Raises:
        DomainError: `wrong_password` (field `old`), `password_too_short`, `password_same`, `sign_in_first`,
            `changed_by_another` (somebody else has set it meanwhile).
    """
    person = actor.person
    checked_password(new)
    mine = (staff.c.site_id == store.site.site_id, staff.c.id == person)
    query = sa.select(staff.c.password_hash).where(*mine)
    with store.reading() as connection:
        hashed = connection.execute(query).scalar_one()
    if not is_password(old, hashed):
        raise DomainError("wrong_password", field="old")
    if old == new:
        raise DomainError("password_same", field="password")
    values = {"password_hash": hash_password(new), "password_changes": False}

    def body(work: Work) -> None:
        if work.connection.execute(query).scalar_one() != hashed:
            raise DomainError("changed_by_another")
        work.update(staff, person, values)

    store.work(actor, "staff.change_password", body)


def set_pin(store: Store, actor: Actor, key: UUID, pin: str) -> None:
    """Sets the PIN for the change of guard, one's own or, with `staff.edit`, another's; "" takes it away.

    Raises:
        DomainError: `no_right`, `pin_not_digits`, `row_gone`.
    """
    if key != actor.staff_id:
        actor.need(RIGHT)
    hashed = hash_password(checked_pin(pin)) if pin else ""
    values = {"pin_hash": hashed, "failures": 0, "locked_until": None}
    store.work(actor, "staff.set_pin", lambda work: work.update(staff, key, values))


def _row(work: Work, key: UUID) -> sa.Row[tuple[object, ...]]:
    row = work.connection.execute(
        sa.select(staff).where(staff.c.site_id == work.site_id, staff.c.id == key)
    ).first()
    if row is None:
        raise DomainError("row_gone")
    return row


def _set_roles(work: Work, key: UUID, roles: Iterable[str]) -> None:
    wanted = set(roles)
    mine = (staff_roles.c.site_id == work.site_id, staff_roles.c.staff_id == key)
    there = set(work.connection.execute(sa.select(staff_roles.c.role).where(*mine)).scalars())
    for role in sorted(there - wanted):
        work.remove_row(staff_roles, {"staff_id": key, "role": role})
    for role in sorted(wanted - there):
        work.set_row(staff_roles, {"staff_id": key, "role": role}, {})


def _keep_an_administrator(work: Work, without: UUID) -> None:
    """Refuses to take away the last active administrator: nobody could give the role back."""
    link = sa.and_(staff_roles.c.site_id == staff.c.site_id, staff_roles.c.staff_id == staff.c.id)
    administrators = set(
        work.connection.execute(
            sa.select(staff.c.id)
            .join(staff_roles, link)
            .where(staff.c.site_id == work.site_id, staff.c.active, staff_roles.c.role == "administrator")
        ).scalars()
    )
    if administrators == {without}:
        raise DomainError("last_administrator")
