"""The tables that can be exported: their columns by code, their rows in the order of time, then key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from app.db.people import staff, staff_roles
from app.db.requests import requests, service_items
from app.db.site import buildings, contacts, customers, posts
from app.db.visits import departures, visitor_recency, visitors, visits
from app.domain.visits import missing_parts

Select = sa.Select[Any]
Between = tuple[datetime, datetime] | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an export: its code, what the select calls it, and `table.column` if it is encrypted.

    A sealed value belongs to the row whose key the select calls `key`.
    """

    code: str
    source: str
    sealed: str = ""


@dataclass(frozen=True, slots=True)
class Export:
    """A table to export. `personal`: it names people, so that its export is noted in the audit chain."""

    columns: Sequence[Column]
    select: Callable[[int, Between], Select]
    personal: bool = True


def _columns(names: str, **sealed: str) -> tuple[Column, ...]:
    """`code` or `code=source`, separated by blanks; `sealed` by code."""
    found = []
    for entry in names.split():
        code, _, source = entry.partition("=")
        found.append(Column(code, source or code, sealed.get(code, "")))
    return tuple(found)


def _between(query: Select, column: sa.ColumnElement[Any], between: Between) -> Select:
    if between is None:
        return query
    return query.where(
        column >= sa.literal(between[0], column.type), column < sa.literal(between[1], column.type)
    )


def _name(table: sa.Table, site: int, key: sa.ColumnElement[Any], label: str) -> sa.ColumnElement[Any]:
    """A name by key, as a look-up of its own per row: the big table alone decides the order."""
    return (
        sa.select(table.c.name)
        .where(table.c.site_id == site, table.c.id == key)
        .scalar_subquery()
        .label(label)
    )


def _visits(site: int, between: Between) -> Select:
    gone = departures.c.site_id == visits.c.site_id, departures.c.visit_id == visits.c.id
    left = sa.select(sa.func.min(departures.c.left_at)).where(*gone).correlate(visits).scalar_subquery()
    rule = sa.select(sa.func.max(sa.cast(departures.c.by_rule, sa.Integer))).where(*gone).correlate(visits)
    query = sa.select(
        visits,
        visits.c.id.label("key"),
        _name(posts, site, visits.c.post_id, "post"),
        _name(staff, site, visits.c.guard_id, "guard"),
        left.label("left_at"),
        rule.scalar_subquery().label("left_by_rule"),
    ).where(visits.c.site_id == site)
    return _between(query, visits.c.arrived_at, between).order_by(visits.c.arrived_at, visits.c.id)


def _requests(site: int, between: Between) -> Select:
    people = {"clerk": "clerk_id", "first_contact": "first_contact_id", "handler": "handler_id"}
    query = sa.select(
        requests,
        requests.c.id.label("key"),
        _name(service_items, site, requests.c.item_id, "item"),
        *(_name(staff, site, requests.c[column], label) for label, column in people.items()),
    ).where(requests.c.site_id == site)
    return _between(query, requests.c.received_at, between).order_by(requests.c.received_at, requests.c.id)


def _customers(site: int, between: Between) -> Select:
    theirs = sa.and_(contacts.c.site_id == customers.c.site_id, contacts.c.customer_id == customers.c.id)
    query = (
        sa.select(
            customers,
            contacts.c.id.label("key"),
            contacts.c.name.label("contact"),
            contacts.c.phone,
            _name(buildings, site, customers.c.building_id, "building"),
        )
        .select_from(customers)
        .outerjoin(contacts, theirs)
        .where(customers.c.site_id == site)
    )
    return query.order_by(customers.c.name, customers.c.id, contacts.c.position, contacts.c.id)


def _staff(site: int, between: Between) -> Select:
    roles = (
        sa.select(sa.func.aggregate_strings(staff_roles.c.role, ";"))
        .where(staff_roles.c.site_id == staff.c.site_id, staff_roles.c.staff_id == staff.c.id)
        .correlate(staff)
        .scalar_subquery()
    )
    query = sa.select(staff, staff.c.id.label("key"), roles.label("roles")).where(staff.c.site_id == site)
    return query.order_by(staff.c.name, staff.c.id)


def _visitors(site: int, between: Between) -> Select:
    theirs = sa.and_(
        visitor_recency.c.site_id == visitors.c.site_id, visitor_recency.c.visitor_id == visitors.c.id
    )
    query = (
        sa.select(
            visitors,
            visitors.c.id.label("key"),
            visitor_recency.c.visits,
            visitor_recency.c.last_visit_at,
            visitor_recency.c.last_host,
            visitor_recency.c.last_purpose,
        )
        .select_from(visitors)
        .outerjoin(visitor_recency, theirs)
        .where(visitors.c.site_id == site)
    )
    return _between(query, visitors.c.created_at, between).order_by(visitors.c.created_at, visitors.c.id)


def _service_items(site: int, between: Between) -> Select:
    query = sa.select(service_items, service_items.c.id.label("key")).where(service_items.c.site_id == site)
    return query.order_by(service_items.c.position, service_items.c.id)


EXPORTS: Mapping[str, Export] = {
    "visits": Export(
        _columns(
            "visit_id=id number post guard visitor document_kind document_number host purpose way_in "
            "document_received_at document_returned_at held_seconds left_at arrived_at shift phone plate pass_number "
            "held_estimated over_reason override_reason none_reason missing left_by_rule registered_at completed_at "
            "corrected_at discarded_at discard_reason",
            document_number="visits.document_number",
            phone="visits.phone",
        ),
        _visits,
    ),
    "requests": Export(
        _columns(
            "request_id=id number state round channel item customer place contact extension phone words urgency "
            "special clerk first_contact handler call_started_at received_at appointment_at promised_at "
            "dispatched_at done_at confirmed_at followed_up_at closed_at outcome paused_at paused_reason resume_at "
            "told_at promise_given_at promise_given_to result_told_at satisfied_at satisfied_degree "
            "manager_talked_at",
            phone="requests.phone",
        ),
        _requests,
    ),
    "customers": Export(
        _columns(
            "name kind building place extension contact phone special note active customer_id=id",
            phone="contacts.phone",
        ),
        _customers,
    ),
    "staff": Export(
        _columns("name title roles skills phone away active staff_id=id", phone="staff.phone"), _staff
    ),
    "visitors": Export(
        _columns(
            "visitor=name document_kind document_number phone plate created_at visits last_visit_at last_host "
            "last_purpose visitor_id=id",
            document_number="visitors.document_number",
            phone="visitors.phone",
        ),
        _visitors,
    ),
    "service_items": Export(
        _columns("code name group_name promise_minutes urgent special skill price active item_id=id"),
        _service_items,
        personal=False,
    ),
}


def plain(code: str, value: Any, zone: Any) -> str:
    """A value as it stands in a file: ISO 8601 with the site's offset, 1 and 0, lists with semicolons."""
    if value is None:
        return ""
    if code == "missing":
        return ";".join(missing_parts(value))
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.astimezone(zone or UTC).isoformat(timespec="milliseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return ";".join(map(str, value))
    return str(value)
