"""A small site for the tests of requests: people with their rights, items, customers, a clock that can be turned."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from app.clock import Clock
from app.db.base import new_key
from app.db.engine import make_engine
from app.db.people import role_rights, staff, staff_roles
from app.db.requests import request_events, requests, service_items
from app.db.requests_read import load
from app.db.search import search_keys
from app.db.secrets import SAMPLE_KEY, Secrets
from app.db.site import contacts, customers, sites
from app.db.store import Site, Store, Writer
from app.db.tables import metadata
from app.domain.names import name_keys
from app.domain.people import DEFAULT_RIGHTS, Actor
from app.domain.requests import ServiceRequest
from app.errors import DomainError
from app.operations import requests as taking
from app.operations import requests_stamps as stamps
from app.operations import requests_way as way
from app.operations.requests_change import SavedRequest

SITE = 77
START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
MINUTE = timedelta(minutes=1)

PEOPLE = {
    "王建国": ("clerk", ()),
    "李婷": ("clerk", ()),
    "赵刚": ("technician", ("空调",)),
    "钱进": ("technician", ("水电",)),
    "孙立": ("guard", ()),
    "周主任": ("manager", ()),
}


class TurnedClock(Clock):
    """Wall time that a test turns."""

    def __init__(self) -> None:
        super().__init__()
        self.time = START

    def now(self) -> datetime:
        return self.time

    def turn(self, minutes: float = 1) -> datetime:
        """Lets so many minutes pass (or come back)."""
        self.time += timedelta(minutes=minutes)
        return self.time


@dataclass(frozen=True, slots=True)
class RequestsSite:
    """A store with people, items and customers in it."""

    store: Store
    clock: TurnedClock
    people: dict[str, UUID]
    items: dict[str, UUID]
    customers: dict[str, UUID]

    def actor(self, name: str) -> Actor:
        """A person signed in with the default rights of his role."""
        role = PEOPLE[name][0]
        return Actor(self.people[name], name, frozenset({role}), DEFAULT_RIGHTS[role])

    @property
    def clerk(self) -> Actor:
        return self.actor("王建国")

    @property
    def other_clerk(self) -> Actor:
        return self.actor("李婷")

    @property
    def technician(self) -> Actor:
        return self.actor("赵刚")

    @property
    def manager(self) -> Actor:
        return self.actor("周主任")

    def new(self, **fields: object) -> taking.NewRequest:
        """A phoned request with the clerk as first contact, other fields as given."""
        values: dict[str, object] = {
            "call_started_at": self.clock.now(),
            "channel": "hotline_services",
            "first_contact_id": self.people["王建国"],
            "customer_id": self.customers["手术室"],
            "contact": "李护士长",
            "words": "空调不制冷",
            **fields,
        }
        return taking.NewRequest(**values)  # type: ignore[arg-type]  # fields by name, in a test

    def take(self, **fields: object) -> SavedRequest:
        """Takes a request as the clerk."""
        return taking.take(self.store, self.clerk, self.new(**fields))

    def at(self, state: str, **fields: object) -> SavedRequest:
        """A request brought to a station by the shortest way, stamps included as far as they belong to it."""
        done = self.take(promised_at=self.clock.now() + 90 * MINUTE, **fields)
        key, handler = done.request_id, self.people["赵刚"]
        steps = ["dispatched", "done", "confirmed", "followed_up", "closed"]
        for step in steps[: steps.index(state) + 1] if state != "received" else []:
            self.clock.turn()
            match step:
                case "dispatched":
                    done = way.dispatch(self.store, self.clerk, key, done.version, handler)
                case "done":
                    done = way.report_done(self.store, self.technician, key, done.version, "换了压缩机")
                case "confirmed":
                    done = stamps.tell_result(self.store, self.clerk, key, done.version)
                    done = way.confirm(
                        self.store, self.clerk, key, done.version, "李护士长", "phone", "satisfied"
                    )
                case "followed_up":
                    done = stamps.set_satisfied(self.store, self.clerk, key, done.version)
                    done = way.follow_up(
                        self.store, self.other_clerk, key, done.version, "satisfied", who="李护士长"
                    )
                case "closed":
                    done = way.close(self.store, self.clerk, key, done.version)
        return done

    def load(self, request_id: UUID) -> ServiceRequest:
        """The request as the rules see it."""
        with self.store.reading() as connection:
            return load(connection, SITE, request_id)

    def events(self, request_id: UUID) -> list[str]:
        """What happened, the oldest first."""
        with self.store.reading() as connection:
            return list(
                connection.execute(
                    sa.select(request_events.c.what)
                    .where(request_events.c.request_id == request_id)
                    .order_by(request_events.c.sequence)
                ).scalars()
            )

    def row(self, request_id: UUID) -> dict[str, object]:
        """The request's row."""
        with self.store.reading() as connection:
            found = connection.execute(sa.select(requests).where(requests.c.id == request_id)).one()
        return dict(found._mapping)


def refused(code: str) -> pytest.RaisesExc[DomainError]:
    """The operation is refused with exactly this code."""
    return pytest.RaisesExc(DomainError, check=lambda error: error.code == code)


@contextmanager
def open_site(url: str, folder: Path) -> Iterator[RequestsSite]:
    """Makes the site in an empty database and closes it afterwards."""
    engine = make_engine(url)
    clock = TurnedClock()
    site = Site(SITE, "市一医院", "某物业", "hospital", "hotel", ZoneInfo("Asia/Shanghai"))
    writer = Writer(new_key(), "E", b"k" * 32)
    store = Store(folder, engine, Secrets(SAMPLE_KEY), site, writer, clock)
    with engine.begin() as connection:
        metadata.create_all(connection)
        connection.execute(
            sites.insert(),
            {
                "site_id": SITE,
                "name": site.name,
                "company": site.company,
                "kind": site.kind,
                "mode": site.mode,
                "zone": "Asia/Shanghai",
                "created_at": START,
            },
        )
        people = {name: new_key() for name in PEOPLE}
        for name, key in people.items():
            _person(connection, name, key)
        for role, rights in DEFAULT_RIGHTS.items():
            for right in sorted(rights):
                connection.execute(role_rights.insert(), {"site_id": SITE, "role": role, "right": right})
        items = {
            "空调维修": _item(connection, "空调维修", 60, "空调", special=False),
            "贵宾接待": _item(connection, "贵宾接待", None, "", special=True),
        }
        rooms = {
            name: _customer(connection, name, place, extension, contact)
            for name, place, extension, contact in (
                ("手术室", "3 号楼 2 层", "8021", "李护士长"),
                ("骨科", "1 号楼 5 层", "8055", "陈静"),
            )
        }
    try:
        yield RequestsSite(store, clock, people, items, rooms)
    finally:
        store.close()


def _person(connection: sa.Connection, name: str, key: UUID) -> None:
    role, skills = PEOPLE[name]
    connection.execute(
        staff.insert(),
        {
            "site_id": SITE,
            "id": key,
            "name": name,
            "title": role,
            "skills": list(skills),
            "password_hash": "",
            "pin_hash": "",
            "password_changes": False,
            "failures": 0,
            "away": False,
            "active": True,
        },
    )
    connection.execute(staff_roles.insert(), {"site_id": SITE, "staff_id": key, "role": role})
    _findable(connection, "staff", key, name_keys(name))


def _item(connection: sa.Connection, name: str, minutes: int | None, skill: str, *, special: bool) -> UUID:
    key = new_key()
    connection.execute(
        service_items.insert(),
        {
            "site_id": SITE,
            "id": key,
            "code": name,
            "name": name,
            "group_name": "维修",
            "promise_minutes": minutes,
            "urgent": False,
            "special": special,
            "skill": skill,
            "price": "",
            "position": 1,
            "active": True,
        },
    )
    return key


def _customer(connection: sa.Connection, name: str, place: str, extension: str, contact: str) -> UUID:
    key = new_key()
    connection.execute(
        customers.insert(),
        {
            "site_id": SITE,
            "id": key,
            "name": name,
            "kind": "department",
            "place": place,
            "extension": extension,
            "special": False,
            "note": "",
            "active": True,
        },
    )
    connection.execute(
        contacts.insert(),
        {
            "site_id": SITE,
            "id": new_key(),
            "customer_id": key,
            "name": contact,
            "extension": extension,
            "position": 1,
            "active": True,
        },
    )
    keys = name_keys(name) | name_keys(place) | name_keys(contact) | name_keys(extension)
    _findable(connection, "customer", key, keys)
    return key


def _findable(connection: sa.Connection, scope: str, key: UUID, keys: frozenset[str]) -> None:
    connection.execute(
        search_keys.insert(),
        [{"site_id": SITE, "scope": scope, "key": one, "rank": 0, "entity_id": key} for one in sorted(keys)],
    )
