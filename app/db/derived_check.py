"""Rows that the database derives from others, made anew and compared: who is on site, passes, search keys.

Both sides are summed up where they are many, so that a million visitors need no memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.db.evacuation import slip_runs
from app.db.handover import duty_endings, duty_lines, duty_standing
from app.db.people import staff
from app.db.requests import request_grams, requests, service_items
from app.db.requests_read import phone_keys
from app.db.search import search_keys
from app.db.secrets import Secrets
from app.db.site import contacts, customers, number_counters, posts
from app.db.visitor_keys import visitor_keys
from app.db.visits import departures, on_site, pass_returns, passes_out, visitor_recency, visitors, visits
from app.domain.findings import Finding, fault
from app.domain.handover import STAYING
from app.domain.names import name_keys
from app.domain.requests_text import grams
from app.domain.visits import recency_rank
from app.errors import DomainError

PORTION = 5_000
TAIL = re.compile("[0-9]+$")
SCOPES = ("visitor", "request", "staff", "customer", "item")
CustomerKeys = Callable[[str, str, list[str], list[str]], set[str]]
ItemKeys = Callable[[str, str], set[str]]


def derived_faults(connection: sa.Connection, site_id: int) -> list[Finding]:
    """Who is on site and which passes are out, against the visits, departures and returns that they follow from."""
    left = sa.exists().where(departures.c.site_id == visits.c.site_id, departures.c.visit_id == visits.c.id)
    back = sa.exists().where(
        pass_returns.c.site_id == visits.c.site_id, pass_returns.c.visit_id == visits.c.id
    )
    registered = visits.c.registered_at.is_not(None)
    wrong = {
        "care.on_site_differs": (
            on_site,
            sa.or_(
                sa.and_(_there(on_site), sa.or_(left, _differs(on_site, "visitor_id"))),
                sa.and_(registered, ~_there(on_site), ~left),
            ),
        ),
        "care.passes_differ": (
            passes_out,
            sa.or_(
                sa.and_(_there(passes_out), sa.or_(back, _differs(passes_out))),
                sa.and_(registered, visits.c.pass_number != "", ~_there(passes_out), ~back),
            ),
        ),
    }
    found = []
    for code, (table, condition) in wrong.items():
        mine = (visits.c.site_id == site_id, condition)
        joined = visits.outerjoin(table, _of_visit(table))
        count = connection.execute(sa.select(sa.func.count()).select_from(joined).where(*mine)).scalar_one()
        if count:
            found.append(fault(code, n=count))
    return found + _standing_faults(connection, site_id)


def _standing_faults(connection: sa.Connection, site_id: int) -> list[Finding]:
    """Which orders and leaders on duty stand, against the duty log and what was done of it (VIS-16)."""
    lines, standing = duty_lines, duty_standing
    ended = sa.exists().where(duty_endings.c.site_id == lines.c.site_id, duty_endings.c.line_id == lines.c.id)
    stays = lines.c.kind.in_(sorted(STAYING))
    there = standing.c.line_id.is_not(None)
    wrong = sa.or_(
        sa.and_(there, sa.or_(ended, ~stays, standing.c.post_id != lines.c.post_id)),
        sa.and_(~there, stays, ~ended),
    )
    same = sa.and_(standing.c.site_id == lines.c.site_id, standing.c.line_id == lines.c.id)
    joined = lines.outerjoin(standing, same)
    query = sa.select(sa.func.count()).select_from(joined).where(lines.c.site_id == site_id, wrong)
    count = connection.execute(query).scalar_one()
    return [fault("care.standing_differs", n=count)] if count else []


def _of_visit(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.site_id == visits.c.site_id, table.c.visit_id == visits.c.id)


def _there(table: sa.Table) -> sa.ColumnElement[bool]:
    return table.c.visit_id.is_not(None)


def _differs(table: sa.Table, *more: str) -> sa.ColumnElement[bool]:
    """Whether a row says something else than the visit that it was made from."""
    pairs = [(name, name) for name in ("post_id", "pass_number", *more)] + [("since", "arrived_at")]
    return sa.or_(*(table.c[ours].is_distinct_from(visits.c[theirs]) for ours, theirs in pairs))


def search_faults(
    connection: sa.Connection,
    secrets: Secrets,
    site_id: int,
    customer_keys: CustomerKeys,
    item_keys: ItemKeys,
) -> list[Finding]:
    """Whether the search holds exactly the keys that follow from what is on file: none lost, none too many."""
    try:
        expected = {
            "visitor": sum(map(hash, _visitor_keys(connection, secrets, site_id))),
            "request": sum(map(hash, _request_keys(connection, secrets, site_id))),
        }
        words = sum(map(hash, _grams(connection, site_id)))
    except DomainError:
        return []  # a damaged value, said already; what its keys should be cannot be known
    table = search_keys
    wrong = 0
    for scope, total in expected.items():
        wrong += total != sum(map(hash, _found(connection, site_id, scope)))
    for scope, (active, inactive) in {
        "staff": _staff_keys(connection, site_id),
        "customer": _customer_keys(connection, site_id, customer_keys),
        "item": _item_keys(connection, site_id, item_keys),
    }.items():
        there = {row for row in _found(connection, site_id, scope) if row[2] not in inactive}
        wrong += there != active
    strays = sa.select(table.c.key).where(table.c.site_id == site_id, table.c.scope.not_in(SCOPES)).limit(1)
    wrong += connection.execute(strays).first() is not None
    mine = sa.select(request_grams.c.gram, request_grams.c.request_id)
    there_words = _streamed(connection, mine.where(request_grams.c.site_id == site_id))
    wrong += words != sum(hash((row.gram, row.request_id)) for row in there_words)
    return [fault("care.search_differs")] if wrong else []


def recency_faults(connection: sa.Connection, site_id: int) -> list[Finding]:
    """Whether each visitor's rank follows from when and how often they were here, and the post is one of the site's.

    When they were last here, for whom and why must be what one of their visits says, unless one was corrected since.
    """
    table, wrong = visitor_recency, 0
    known = set(connection.execute(sa.select(posts.c.id).where(posts.c.site_id == site_id)).scalars())
    for row in _streamed(connection, sa.select(table).where(table.c.site_id == site_id)):
        wrong += row.rank != recency_rank(row.last_visit_at, row.visits) or row.visits < 0
        wrong += row.last_post_id is not None and row.last_post_id not in known
    theirs = (visits.c.site_id == table.c.site_id, visits.c.visitor_id == table.c.visitor_id)
    same = (
        visits.c.arrived_at == table.c.last_visit_at,
        visits.c.host == table.c.last_host,
        visits.c.host_id.is_not_distinct_from(table.c.last_host_id),
        visits.c.purpose == table.c.last_purpose,
    )
    told = sa.and_(
        sa.exists().where(*theirs),
        ~sa.exists().where(*theirs, *same),
        ~sa.exists().where(*theirs, visits.c.corrected_at.is_not(None)),
    )
    untrue = sa.select(sa.func.count()).select_from(table).where(table.c.site_id == site_id, told)
    wrong += connection.execute(untrue).scalar_one()
    return [fault("care.recency_differs", n=wrong)] if wrong else []


def counter_faults(connection: sa.Connection, site_id: int) -> list[Finding]:
    """Whether the counters of numbers have gone as far as the numbers that were given: none is given twice."""
    table, given = number_counters, dict[tuple[str, Any, int], int]()
    last = visits.c.writer_id, visits.c.day, sa.func.max(visits.c.number).label("number")
    # Of two numbers of one length and day the greater text is the greater number.
    numbers = sa.select(*last).where(visits.c.site_id == site_id)
    for row in connection.execute(numbers.group_by(*last[:2], sa.func.length(visits.c.number))):
        if tail := TAIL.search(row.number):
            key = ("visits", row.writer_id, _number(row.day))
            given[key] = max(given.get(key, 0), int(tail[0]))
    own = requests.c.writer_id, requests.c.day
    sequences = sa.select(*own, sa.func.max(requests.c.sequence).label("last"))
    for row in connection.execute(sequences.where(requests.c.site_id == site_id).group_by(*own)):
        given["requests", row.writer_id, _number(row.day)] = row.last
    slips = sa.select(slip_runs.c.writer_id, sa.func.max(slip_runs.c.last).label("last"))
    for run in connection.execute(
        slips.where(slip_runs.c.site_id == site_id).group_by(slip_runs.c.writer_id)
    ):
        given["slips", run.writer_id, 0] = run.last
    there = connection.execute(sa.select(table).where(table.c.site_id == site_id))
    counted = {(row.what, row.writer_id, row.day): row.last for row in there}
    behind = sum(counted.get(key, 0) < last for key, last in given.items())
    return [fault("care.counter_behind", n=behind)] if behind else []


def _number(day: date) -> int:
    return day.year * 10000 + day.month * 100 + day.day


Key = tuple[str, int, Any]


def _streamed(connection: sa.Connection, query: sa.Select[Any]) -> sa.CursorResult[Any]:
    return connection.execute(query, execution_options={"stream_results": True, "yield_per": PORTION})


def _found(connection: sa.Connection, site_id: int, scope: str) -> Iterator[Key]:
    table = search_keys
    query = sa.select(table.c.key, table.c.rank, table.c.entity_id)
    for row in _streamed(connection, query.where(table.c.site_id == site_id, table.c.scope == scope)):
        yield row.key, row.rank, row.entity_id


def _visitor_keys(connection: sa.Connection, secrets: Secrets, site_id: int) -> Iterator[Key]:
    theirs = sa.and_(
        visitor_recency.c.site_id == visitors.c.site_id, visitor_recency.c.visitor_id == visitors.c.id
    )
    query = sa.select(visitors, visitor_recency.c.rank).outerjoin(visitor_recency, theirs)
    for row in _streamed(connection, query.where(visitors.c.site_id == site_id)):
        number = secrets.open(row.document_number, "visitors.document_number", site_id, row.id)
        phone = secrets.open(row.phone, "visitors.phone", site_id, row.id)
        for key in visitor_keys(secrets, row.name, number, phone, row.plate):
            yield key, row.rank or 0, row.id


def _request_keys(connection: sa.Connection, secrets: Secrets, site_id: int) -> Iterator[Key]:
    query = sa.select(requests.c.id, requests.c.phone).where(requests.c.phone.is_not(None))
    for row in _streamed(connection, query.where(requests.c.site_id == site_id)):
        for key in phone_keys(secrets, secrets.open(row.phone, "requests.phone", site_id, row.id)):
            yield key, 0, row.id


def _grams(connection: sa.Connection, site_id: int) -> Iterator[tuple[str, Any]]:
    query = sa.select(requests.c.id, requests.c.words).where(requests.c.site_id == site_id)
    for row in _streamed(connection, query):
        for gram in grams(row.words):
            yield gram, row.id


# Of what is retired nothing is expected: its keys may be there or not.
Expected = tuple[set[Key], set[Any]]


def _staff_keys(connection: sa.Connection, site_id: int) -> Expected:
    rows = connection.execute(
        sa.select(staff.c.id, staff.c.name, staff.c.active).where(staff.c.site_id == site_id)
    ).all()
    active = {(key, 0, row.id) for row in rows if row.active for key in name_keys(row.name)}
    return active, {row.id for row in rows if not row.active}


def _item_keys(connection: sa.Connection, site_id: int, keys: ItemKeys) -> Expected:
    rows = connection.execute(sa.select(service_items).where(service_items.c.site_id == site_id)).all()
    active = {(key, 0, row.id) for row in rows if row.active for key in keys(row.code, row.name)}
    return active, {row.id for row in rows if not row.active}


def _customer_keys(connection: sa.Connection, site_id: int, keys: CustomerKeys) -> Expected:
    people: dict[Any, list[sa.Row[Any]]] = {}
    for one in connection.execute(
        sa.select(contacts).where(contacts.c.site_id == site_id, contacts.c.active)
    ):
        people.setdefault(one.customer_id, []).append(one)
    active, inactive = set(), set()
    for row in connection.execute(sa.select(customers).where(customers.c.site_id == site_id)):
        if not row.active:
            inactive.add(row.id)
            continue
        mine = people.get(row.id, [])
        extensions = [one for one in (row.extension, *(person.extension for person in mine)) if one]
        own = keys(row.name, row.place, extensions, [person.name for person in mine])
        active |= {(key, 0, row.id) for key in own}
    return active, inactive
