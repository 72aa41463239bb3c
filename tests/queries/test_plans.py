"""No list and no search reads all visits or all requests, on SQLite and on PostgreSQL: their plans are read (GOALS)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.db.folder import open_store
from app.db.store import Store
from app.domain.people import Actor
from app.domain.site import SAMPLE_PIN
from app.operations import duty_log, tallies
from app.operations.demo import make_demo
from app.operations.handover import Given, hand_over
from app.operations.site import sign_in_as
from app.queries import evacuation
from app.queries.people import sign_in_people
from app.queries.visitor_search import matches
from tests.clocks import START, TurnedClock
from tests.looks import Look, Typed, post_lists, request_pages, searches, typed_of
from tests.postgres import PostgresServer
from tests.sample import Post

# Tables that grow with the years. Small ones (on_site, open passes, staff …) may be read whole.
GROWING = (
    "visits",
    "visitors",
    "visitor_recency",
    "departures",
    "pass_returns",
    "visit_corrections",
    "tallies",
    "duty_lines",
    "duty_endings",
    "handovers",
    "handover_takings",
    "requests",
    "request_grams",
    "request_events",
    "dispatches",
    "confirmations",
    "follow_ups",
    "search_keys",
    "audit_records",
    "change_records",
)
# Indexes that hold only what is open, unfinished or over 25 s: reading one of a post or of the site is no scan.
PARTIAL = re.compile(r"ix_(visits_(open|unfinished|over)|requests_(open|due|first_contact_open))\b")
OWN = {
    "post: open registrations": "ix_visits_open",
    "post: unfinished": "ix_visits_unfinished",
    "post: unfinished, next page": "ix_visits_unfinished",
    "post: over 25 s": "ix_visits_over",
}
NOON = START + timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class House:
    """A site with some weeks behind it."""

    store: Store
    guard: Actor
    clerk: Actor
    typed: Typed


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("plans") / "site"
    server: PostgresServer | None = None
    name = url = ""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        assert server is not None
        name = server.create()
        url = server.url(name)
    make_demo(folder, "hospital", visits=1500, requests=400, seed=7, until=NOON, url=url)
    clock = TurnedClock(NOON)
    opened = open_store(folder, url, clock=clock)
    store = opened.store
    guard = sign_in_as(store, "guard", "post")
    for _ in range(20):
        Post(store, guard, clock, folder).register(visitor="张顺")
    duty_log.end_line(store, guard, duty_log.write_line(store, guard, "order", "今晚清场"))
    tallies.tally(store, guard, "就诊")
    comes = next(
        one.staff_id for one in sign_in_people(store, with_pin=True) if one.staff_id != guard.staff_id
    )
    hand_over(store, guard, Given(None), SAMPLE_PIN, comes, SAMPLE_PIN)
    if server is not None:
        with store.engine.begin() as connection:
            # The planner reads a small table whole, and rightly: it is told that these are as large as they will be.
            connection.exec_driver_sql("ANALYZE")
            for table in GROWING:  # or the server's own ANALYZE would say how small they are
                connection.exec_driver_sql(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
            connection.execute(
                sa.text("UPDATE pg_class SET reltuples = 1000000 WHERE relname = ANY(:names)"),
                {"names": list(GROWING)},
            )
    people = [one for one in typed_of(store, 200) if one.phone and one.plate and one.last_four]
    try:
        yield House(
            store, sign_in_as(store, "guard", "post"), sign_in_as(store, "clerk", "center"), people[0]
        )
    finally:
        opened.close()
        if server is not None:
            server.drop(name)


def statements(store: Store, look: Look) -> list[tuple[str, Any]]:
    """What a look asks the database."""
    asked: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        asked.append((statement, parameters))

    sa.event.listen(store.engine, "before_cursor_execute", note)
    try:
        look()
    finally:
        sa.event.remove(store.engine, "before_cursor_execute", note)
    return [one for one in asked if one[0].lstrip().upper().startswith(("SELECT", "WITH"))]


def faults(store: Store, statement: str, parameters: Any) -> list[str]:
    """The steps of a statement's plan that read a growing table whole."""
    with store.reading() as connection:
        if store.engine.dialect.name == "sqlite":
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            return sqlite_faults([row[3] for row in rows], limited="LIMIT" in statement)
        answer = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
        plan = answer if isinstance(answer, list) else json.loads(answer)
        return postgresql_faults(plan[0]["Plan"])


def sqlite_faults(steps: list[str], *, limited: bool) -> list[str]:
    """SCAN, or a search by the site alone (all rows are of one site) that no limit ends before a sort."""
    found = []
    ends = limited and not any(step.startswith("USE TEMP B-TREE") for step in steps)
    aliases = "|".join([*GROWING, "led", r"(?!anon_)\w+_\d+"])  # anon_1: a subquery that has its own limit
    for step in steps:
        if re.match(rf"SCAN ({aliases})\b", step):
            found.append(step)
        # All rows are of one site, and a post has a fifth of them: neither alone is a condition.
        by_site = re.match(rf"SEARCH ({aliases}) USING .*\(site_id=\?( AND post_id=\?)?\)$", step)
        if by_site and not PARTIAL.search(step) and not ends:
            found.append(step)
    return found


def postgresql_faults(plan: dict[str, Any], *, ends: bool = False) -> list[str]:
    """The same for PostgreSQL: Seq Scan, or an index read without a condition or by the site alone and to its end."""
    kind, table = plan["Node Type"], plan.get("Relation Name", "")
    ends = (ends or kind == "Limit") and kind not in ("Sort", "Hash", "Aggregate", "Materialize")
    found = []
    index = plan.get("Index Name", "")
    named = table or next((name for name in GROWING if index == f"pk_{name}"), "")
    if named in GROWING and not PARTIAL.search(index):
        condition = plan.get("Index Cond", plan.get("Recheck Cond", ""))
        if kind == "Seq Scan":
            found.append(f"{kind} {named}")
        elif (not condition or re.fullmatch(r"\(site_id = '?\d+'?(::bigint)?\)", condition)) and not ends:
            found.append(f"{kind} {named} {index} {condition}")
    for part in plan.get("Plans", []):
        found += postgresql_faults(part, ends=ends)
    return found


def every_look(house: House) -> dict[str, Look]:
    found = {f"post: {name}": look for name, look in post_lists(house.store, house.guard).items()}
    found |= {f"requests: {name}": look for name, look in request_pages(house.store, house.clerk).items()}
    found |= {
        "evacuation: on site": lambda: evacuation.on_site_now(house.store, house.guard).present,
        "evacuation: closed in the night": lambda: evacuation.closed_in_the_night(house.store, house.guard),
        "evacuation: at the post": lambda: [evacuation.at_post(house.store, house.guard)],
    }
    own = searches(house.store, house.guard, house.clerk, house.typed)
    return found | {f"search: {name}": look for name, look in own.items()}


def test_no_list_and_no_search_scans(house: House) -> None:
    """GOALS: no plan reads all visits or requests."""
    bad = {}
    looks = every_look(house)
    assert len(looks) > 60
    for name, look in looks.items():
        asked = statements(house.store, look)
        assert asked, name
        found = [fault for one in asked for fault in faults(house.store, *one)]
        if found:
            bad[name] = found
    assert not bad, "\n".join(f"{name}: {found}" for name, found in bad.items())


def test_what_is_open_is_read_from_its_own_index(house: House) -> None:
    """A list of the few among many reads the index that holds only those: by its post alone it would read all years."""
    if house.store.engine.dialect.name != "sqlite":
        return  # there the faults above are told of any other index
    for name, index in OWN.items():
        [(statement, parameters)] = [
            one for one in statements(house.store, every_look(house)[name]) if "FROM visits" in one[0]
        ]
        with house.store.reading() as connection:
            plan = [
                row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            ]
        assert any(index in step for step in plan), (name, plan)
        assert not any("TEMP B-TREE" in step for step in plan), (name, plan)


def test_only_the_matches_that_are_shown_are_read_in_full(house: House) -> None:
    """Of all that are found the few shown are fetched, and each is looked for on site by their key, not among all."""
    if house.store.engine.dialect.name != "sqlite":
        return
    limit = 2
    found = statements(house.store, lambda: matches(house.store, house.guard, "z", limit))
    last, keys = found[-1]
    assert "EXISTS" in last
    assert len(keys) == 1 + limit, keys
    with house.store.reading() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {last}", keys)]
    assert any("ix_on_site_site_id_visitor_id (site_id=? AND visitor_id=?)" in step for step in plan), plan


def test_the_reader_of_plans_sees_a_scan(house: House) -> None:
    """A count of all visits, an unindexed filter, and a sort of the site's rows are faults; a page by time is none."""
    site = house.store.site.site_id
    where = f"FROM visits WHERE site_id = {site}"
    newest = "ORDER BY arrived_at DESC, id DESC LIMIT 100"
    for statement, bad in (
        ("SELECT count(*) FROM visits", True),
        (f"SELECT * {where} AND purpose = 'x'", True),
        (f"SELECT * {where} ORDER BY purpose LIMIT 100", True),
        (f"SELECT * {where} {newest}", False),
    ):
        assert bool(faults(house.store, statement, ())) is bad, statement
