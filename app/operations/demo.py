"""`yinghou demo`: a coherent sample site of any size, quickly; the same seed and instant give the same data.

The rows are what the operations would have left behind, written in bulk. They have no change records; one audit record
anchors a digest over all of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.clock import Clock
from app.db import folder as data_folder
from app.db.base import Json, new_key, to_micros
from app.db.bulk import Bulk, PostgresBulk, SqliteBulk
from app.db.engine import make_engine
from app.db.integrity import rows_digest
from app.db.secrets import SAMPLE_KEY, Secrets
from app.db.store import Site, Store, Writer
from app.db.work import Work
from app.domain.business_day import Shift
from app.domain.demo_days import Busy, Hours, busy_days
from app.domain.demo_requests import Asker, Crew, Offer, Requests
from app.domain.demo_visits import Scene, Visits
from app.domain.people import pc_actor
from app.domain.site import Template
from app.errors import DomainError
from app.operations.demo_request_rows import RequestRows
from app.operations.demo_visit_rows import Things, VisitRows
from app.operations.demo_watch_rows import watch_rows
from app.operations.site import WRITER_LETTERS, key_file, new_database, sample_people, writer_row
from app.operations.site_rows import ZONE, Newborn, Row, keys_in_order, site_rows, template

# How busy each hour of the day is at the posts.
HOURS = {
    "hospital": (1, 1, 1, 1, 1, 2, 8, 30, 62, 70, 58, 36, 16, 24, 48, 46, 34, 22, 18, 14, 8, 4, 2, 1),
    "office": (0, 0, 0, 0, 0, 0, 2, 10, 44, 72, 64, 40, 20, 38, 66, 60, 42, 20, 8, 4, 2, 1, 0, 0),
    "residential": (1, 0, 0, 0, 0, 1, 6, 18, 34, 48, 46, 44, 38, 30, 32, 34, 40, 54, 58, 46, 28, 14, 6, 2),
}
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class MadeDemo:
    """What was made: counts of rows, and the first day on which something happened."""

    site_id: int
    visits: int
    visitors: int
    requests: int
    first_day: date


class _Stopped(Clock):
    """A clock that stands at one instant: the audit record of the site is no later than its last row."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self._at = at

    def now(self) -> datetime:
        return self._at


def make_demo(
    folder: Path,
    kind: str,
    *,
    visits: int,
    requests: int,
    seed: int,
    until: datetime,
    url: str = "",
    progress: Progress | None = None,
) -> MadeDemo:
    """Makes a sample site in an empty data folder, with no row later than `until`.

    `progress` is called now and then with (done, all), in visits and requests.

    Raises:
        DomainError: `unknown_site_kind`, and what `app.operations.site.new_database` raises. Nothing half-made remains.
    """
    until = until.astimezone(UTC)
    ready = template(kind)
    if not ready.people:
        raise DomainError("unknown_site_kind", kind=kind, kinds=", ".join(HOURS))
    random = Random(f"yinghou {kind} {seed} {to_micros(until)}")
    zone = ZoneInfo(ZONE)
    hours = HOURS[kind]
    days = busy_days(visits, until, zone, ready.weekend, hours)
    born = datetime.combine(days[0].day - timedelta(days=1), datetime.min.time(), zone).astimezone(UTC)
    secrets = Secrets(SAMPLE_KEY, random.randbytes)
    writer = Writer(
        new_key(to_micros(born) // 1000, random.randbytes), WRITER_LETTERS[0], random.randbytes(32)
    )
    key = keys_in_order(born, random.randbytes)
    new = Newborn(
        random.getrandbits(48), kind, ready.name, ready.company, ready.mode, born, secrets, key, True
    )
    rows = list(site_rows(new, ready, writer_row(writer, secrets, new), sample_people(kind, secrets)))
    told = progress or (lambda done, total: None)
    with new_database(folder, url) as engine:
        engine.dispose()
        bulk: Bulk = PostgresBulk(engine) if url else SqliteBulk(folder / data_folder.DATABASE)
        try:
            _add_site(bulk, new.site_id, rows)
            people = _fill(bulk, new, rows, ready, writer, random, days, visits, requests, until, told)
            manager = _people(rows, "manager")[0]["id"]
            _add_site(bulk, new.site_id, watch_rows(new, manager, until, zone))
            bulk.finish()
        except BaseException:
            bulk.abandon()
            raise
        _anchor(folder, url, new, writer, until)
        keys = key_file(new.site_id, secrets, writer, "")
        data_folder.write_whole(folder / data_folder.KEYS, keys.text().encode())
    told(visits + requests, visits + requests)
    return MadeDemo(new.site_id, bulk.counts["visits"], people, bulk.counts["requests"], days[0].day)


def _fill(
    bulk: Bulk,
    new: Newborn,
    rows: Sequence[Row],
    ready: Template,
    writer: Writer,
    random: Random,
    days: Sequence[Busy],
    visits: int,
    requests: int,
    until: datetime,
    told: Progress,
) -> int:
    """Writes all that happened; answers how many visitors there are."""
    zone, seed, total = ZoneInfo(ZONE), random.randbytes(32), visits + requests
    hours = HOURS[new.kind]
    roles = {role: _people(rows, role) for role in ("guard", "clerk")}
    supervisors = {values["id"] for values in _people(rows, "supervisor")}
    guards = [values for values in roles["guard"] if values["id"] not in supervisors]
    scene = _scene(rows, ready, random, hours, len(guards), until)
    things = Things(
        new.site_id,
        writer.id.bytes,
        writer.letter,
        [values["id"].bytes for values in _values(rows, "posts")],
        [values["id"].bytes for values in guards],
        [values["id"].bytes for values in _values(rows, "customers")],
        [name for name, _, _ in ready.shifts],
    )
    if visits:
        source = Visits(scene, seed, random)
        out = VisitRows(bulk, things, scene, new.secrets, random, seed)
        for count, visit in enumerate(source.days(days, visits, zone, Hours(hours))):
            out.add(visit)
            if count % 5_000 == 0:
                told(count // 2, total)
        out.finish(source.memory, source.purposes, lambda place: told(visits // 2 + place, total))
        people = len(source.memory.visits)
    else:
        people = 0
    if requests:
        source_of_requests = _requests(rows, ready, new.kind, guards, random, until)
        stations = {
            values["id"].bytes: f"post:{ready.posts[place % len(ready.posts)][0]}"
            for place, values in enumerate(guards)
        }
        RequestRows(
            bulk,
            new.site_id,
            writer.id.bytes,
            writer.letter,
            _values(rows, "service_items"),
            _values(rows, "customers"),
            stations,
            new.secrets,
            random,
            to_micros(until),
        ).write(source_of_requests, days, requests, lambda done: told(visits + done, total))
    return people


def _requests(
    rows: Sequence[Row],
    ready: Template,
    kind: str,
    guards: Sequence[dict[str, Any]],
    random: Random,
    until: datetime,
) -> Requests:
    technicians = _people(rows, "technician") or _people(rows, "clerk")
    handlers = []
    offers = []
    for place, item in enumerate(ready.items):
        able = [values["id"].bytes for values in technicians if item.skill and item.skill in values["skills"]]
        handlers.append(able or [values["id"].bytes for values in technicians])
        often = (2.6 if item.urgent and item.special else 6.0 if item.price else 24.0) / (1 + place % 6)
        offers.append(
            Offer(item.name, item.group, item.promise_minutes or 1440, item.urgent, item.special, often)
        )
    contacts: dict[UUID, list[str]] = {}
    for values in _values(rows, "contacts"):
        contacts.setdefault(values["customer_id"], []).append(values["name"])
    homes = ready.customer_kind == "owner"
    askers = [
        Asker(
            contacts.get(values["id"], []),
            values["special"],
            homes,
            1.0 + random.random() * (1 if homes else 9),
        )
        for values in _values(rows, "customers")
    ]
    crew = Crew(
        [values["id"].bytes for values in _people(rows, "clerk")],
        [values["id"].bytes for values in guards],
        handlers,
        _people(rows, "manager")[0]["id"].bytes,
    )
    return Requests(kind, offers, askers, crew, ZoneInfo(ZONE), to_micros(until), random)


def _values(rows: Sequence[Row], table: str) -> list[dict[str, Any]]:
    return [values for one, values in rows if one.name == table]


def _people(rows: Sequence[Row], role: str) -> list[dict[str, Any]]:
    chosen = {values["staff_id"] for values in _values(rows, "staff_roles") if values["role"] == role}
    return [values for values in _values(rows, "staff") if values["id"] in chosen]


def _scene(
    rows: Sequence[Row], ready: Template, random: Random, hours: Sequence[float], guards: int, until: datetime
) -> Scene:
    contacts: dict[UUID, list[str]] = {}
    for values in _values(rows, "contacts"):
        contacts.setdefault(values["customer_id"], []).append(values["name"])
    hosts: list[tuple[int, str]] = []
    weights: list[float] = []
    homes = ready.customer_kind == "owner"
    all_customers = _values(rows, "customers")
    ranks = list(range(len(all_customers)))
    random.shuffle(ranks)
    for place, values in enumerate(all_customers):
        # A few departments have most of the visitors; homes are much alike.
        busy = 1.0 + ranks[place] % 7 / 3 if homes else 1.0 / (ranks[place] + 3)
        names = contacts.get(values["id"], [])
        texts = [values["name"], *(f"{values['name']} {name}" for name in names)]
        for text in texts:
            hosts.append((place, text))
            weights.append(busy / len(texts))
    shifts = [Shift(name, starts, ends) for name, starts, ends in ready.shifts]
    shift_at = [next(i for i, shift in enumerate(shifts) if shift.holds(minute)) for minute in range(1440)]
    purposes = list(ready.purposes)
    purpose_weights = [ready.purpose_weights.get(name, 1) for name in purposes]
    return Scene(
        len(ready.posts), guards, hosts, weights, purposes, purpose_weights, shift_at, hours, to_micros(until)
    )


def _add_site(bulk: Bulk, site_id: int, rows: Sequence[Row]) -> None:
    for table, values in rows:
        bulk.add(
            table.name, tuple(_stored(column, {"site_id": site_id, **values}) for column in table.columns)
        )


def _stored(column: sa.Column[Any], values: dict[str, Any]) -> Any:
    value = values[column.name]
    if isinstance(value, UUID):
        return value.bytes
    if isinstance(value, datetime):
        return to_micros(value)
    if isinstance(column.type, Json):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return value


def _anchor(folder: Path, url: str, new: Newborn, writer: Writer, until: datetime) -> None:
    """Writes the one audit record: a digest over all rows."""
    engine = make_engine(data_folder.database_url(folder, url))
    site = Site(new.site_id, new.name, new.company, new.kind, new.mode, ZoneInfo(ZONE))
    store = Store(folder, engine, new.secrets, site, writer, _Stopped(until))

    def body(work: Work) -> None:
        work.note("anchor", new.site_id, {"rows": rows_digest(work.connection, new.site_id)})

    try:
        store.work(pc_actor(), "demo", body)
    finally:
        store.close()
