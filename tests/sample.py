"""The sample site of most tests: made once, copied for each, on SQLite or PostgreSQL; its guard and its clock."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.db.folder import open_store
from app.db.store import Store
from app.domain.people import Actor
from app.domain.visits import Fields
from app.operations import requests, visits
from app.operations.requests_change import SavedRequest
from app.operations.site import create_site, sign_in_as
from app.queries.site import find_customers
from tests.clocks import TurnedClock

PASSWORD = "Zhi-chang 7 xiaoshi"
PHONE = "19912340352"


@dataclass(slots=True)
class Post:
    """A guard at a post of a sample site, with a clock that can be turned."""

    store: Store
    guard: Actor
    clock: TurnedClock
    folder: Path

    def register(self, *, seconds: float = 6.0, **fields: Any) -> visits.Registered:
        """A whole registration that takes so many seconds."""
        key, started = visits.new_visit(), visits.stamp(self.store)
        self.clock.pass_by(seconds)
        whole = Fields(**{"host": "骨科", "purpose": "送货", **fields})
        return visits.document_returned(self.store, self.guard, key, started, visits.stamp(self.store), whole)

    def actor(self, role: str) -> Actor:
        """Somebody of that role, at this post."""
        return sign_in_as(self.store, role, self.guard.station)


def make_site(folder: Path, url: str = "", kind: str = "hospital") -> Path:
    """A sample site in an empty folder."""
    create_site(folder, kind, admin="站长", password=PASSWORD, sample=True, url=url)
    return folder


_made: dict[Path, Path] = {}


def made_site(folders: pytest.TempPathFactory) -> Path:
    """The sample hospital of this run, to be copied; made when first asked for."""
    base = folders.getbasetemp()
    if base not in _made:
        _made[base] = make_site(folders.mktemp("made") / "site")
    return _made[base]


def taken_call(store: Store, actor: Actor) -> SavedRequest:
    """A call of a department, taken by `actor`; its phone number is on file."""
    [customer] = find_customers(store, actor, "guke", 1)
    return requests.take(
        store,
        actor,
        requests.NewRequest(
            store.clock.now(),
            "hotline_services",
            actor.person,
            words="空调不制冷",
            customer_id=customer.customer_id,
            phone=PHONE,
        ),
    )


@contextmanager
def at_post(folder: Path, url: str = "") -> Iterator[Post]:
    """The site opened, a guard at its first post."""
    clock = TurnedClock()
    opened = open_store(folder, url, clock=clock)
    try:
        yield Post(opened.store, sign_in_as(opened.store, "guard", "post"), clock, folder)
    finally:
        opened.close()


def copied(template: Path, folder: Path) -> Path:
    """A copy of a site's folder."""
    return Path(shutil.copytree(template, folder))
