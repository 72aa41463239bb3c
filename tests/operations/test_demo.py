"""`yinghou demo`: the rows are what the operations would have left behind (ARCHITECTURE, the command line)."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.clock import Clock
from app.db import tables
from app.db.audit_check import AuditCheck
from app.db.base import Instant, new_key, to_micros
from app.db.folder import NOT_DATA, open_store
from app.db.people import staff
from app.db.records import audit_records, change_records
from app.db.requests import dispatches, request_events, request_grams
from app.db.requests import requests as requests_table
from app.db.requests_read import load_dispatches, snapshot
from app.db.search import search_keys
from app.db.site import number_counters
from app.db.store import Store
from app.db.visitor_keys import visitor_keys
from app.db.visits import departures, on_site, pass_returns, passes_out, visitor_recency, visitors
from app.db.visits import visits as visits_table
from app.domain.business_day import day_of, shift_at
from app.domain.requests import RequestState, is_complaint, next_step, stamps_missing
from app.domain.requests_text import grams
from app.domain.visits import Fields, missing, recency_rank
from app.errors import DomainError
from app.operations import requests as taking
from app.operations import site, visits
from app.operations.demo import make_demo
from app.queries.visitor_search import matches

UNTIL = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)  # Friday, 18:00 in Shanghai
SITES = ("hospital", "office", "residential")
AHEAD = {"promised_at", "resume_at", "appointment_at"}
VISITS, REQUESTS = 2000, 400


@contextmanager
def opened(folder: Path, url: str = "", clock: Clock | None = None) -> Iterator[Store]:
    there = open_store(folder, url, clock=clock)
    try:
        yield there.store
    finally:
        there.close()


def made(folder: Path, kind: str = "hospital", **more: Any) -> Path:
    values: dict[str, Any] = {"visits": VISITS, "requests": REQUESTS, "seed": 7, "until": UNTIL} | more
    make_demo(folder, kind, **values)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("demo") / "d")


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    with opened(folder) as there:
        yield there


def rows(store: Store, table: sa.Table) -> list[sa.Row[Any]]:
    with store.reading() as connection:
        return list(connection.execute(sa.select(table).where(table.c.site_id == store.site.site_id)))


def everything(store: Store) -> dict[str, list[str]]:
    return {
        name: sorted(map(repr, map(tuple, rows(store, table))))
        for name, table in tables.metadata.tables.items()
    }


@pytest.mark.parametrize("kind", SITES)
def test_same_seed_and_instant_same_data(kind: str, tmp_path: Path) -> None:
    """Same seed and instant, same data, keys included; another seed, other visits."""
    small = {"visits": 150, "requests": 60}
    seen = []
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        with opened(made(tmp_path / name, kind, seed=seed, **small)) as store:
            seen.append(everything(store))
    assert seen[0] == seen[1]
    assert seen[0]["visits"] != seen[2]["visits"]
    assert seen[0]["requests"] != seen[2]["requests"]


def test_everything_holds_and_nothing_is_left_over(folder: Path) -> None:
    """References hold, the chain and the anchor hold, no free page, no journal, no change record."""
    assert {path.name for path in folder.iterdir()} <= {"yinghou.db", "keys.json", *NOT_DATA}
    with opened(folder) as store:
        with store.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
            assert connection.exec_driver_sql("PRAGMA freelist_count").scalar() == 0
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert AuditCheck(connection, store.secrets, store.site.site_id).run() == []
        records = rows(store, audit_records)
        assert [(record.seq, record.action, record.at) for record in records] == [(1, "demo", UNTIL)]
        assert rows(store, change_records) == []


def test_same_rows_on_postgresql(folder: Path, tmp_path: Path, postgres_database: str) -> None:
    """The digest over all rows is the same in both databases, and the site works there."""
    made(tmp_path / "d", url=postgres_database)
    with opened(tmp_path / "d", postgres_database) as server, opened(folder) as local:
        assert rows(server, audit_records)[0].body == rows(local, audit_records)[0].body
        assert rows(server, audit_records)[0].mac == rows(local, audit_records)[0].mac
        with server.reading() as connection:
            assert AuditCheck(connection, server.secrets, server.site.site_id).run() == []
        name = rows(local, visits_table)[5].visitor
        guard = site.sign_in_as(server, "guard", "post")
        assert matches(server, guard, name)[0].name == name


@pytest.mark.parametrize("kind", SITES)
@pytest.mark.parametrize("minute", [0, 1, 7 * 60, 23 * 60 + 59])
def test_no_row_is_later_than_the_instant(kind: str, minute: int, tmp_path: Path) -> None:
    """At any hour of the day, keys included; what is promised may lie ahead."""
    until = datetime(2026, 11, 19, 16, 0, tzinfo=UTC) + timedelta(minutes=minute)
    with opened(made(tmp_path / "d", kind, visits=300, requests=80, until=until)) as store:
        for name, table in tables.metadata.tables.items():
            columns = [c.name for c in table.columns if isinstance(c.type, Instant) and c.name not in AHEAD]
            for row in rows(store, table):
                for column in columns:
                    value = getattr(row, column)
                    assert value is None or value <= until, (name, column)
                if "id" in table.c:
                    assert int.from_bytes(row.id.bytes[:6], "big") <= to_micros(until) // 1000, name
        states = Counter(row.state for row in rows(store, requests_table))
        assert states["received"] >= 1


@pytest.mark.parametrize(("count", "wanted"), [(0, 0), (1, 1), (3, 9), (0, 5), (40, 0)])
def test_small_sizes(count: int, wanted: int, tmp_path: Path) -> None:
    with opened(made(tmp_path / "d", visits=count, requests=wanted)) as store:
        assert len(rows(store, visits_table)) == count
        assert len(rows(store, requests_table)) == wanted


def test_failure_leaves_nothing(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        made(tmp_path / "d", progress=stop)
    assert not (tmp_path / "d").exists()
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "mine").write_text("x")
    with pytest.raises(DomainError) as error:
        made(tmp_path / "e")
    assert error.value.code == "folder_not_empty"
    with pytest.raises(DomainError) as error:
        made(tmp_path / "f", "empty")
    assert error.value.code == "unknown_site_kind"


# --- visits ----------------------------------------------------------------------------------------------------------


def test_documents_go_back_and_the_clock_is_right(store: Store) -> None:
    """VIS-2: held = returned - received; nobody's document is left in hand; without one there is no clock."""
    there = rows(store, visits_table)
    assert len(there) == VISITS
    for row in there:
        assert row.registered_at is not None
        if row.document_kind == "none" or row.way_in == "late":
            assert (row.document_received_at, row.document_returned_at, row.held_seconds) == (
                None,
                None,
                None,
            )
        else:
            assert row.document_received_at == row.arrived_at
            assert (row.document_returned_at - row.document_received_at).total_seconds() == pytest.approx(
                row.held_seconds, abs=1e-5
            )
            assert row.registered_at == row.document_returned_at
        assert bool(row.none_reason) == (row.document_kind == "none")
        assert not row.over_reason or row.held_seconds > 25
    held = sorted(row.held_seconds for row in there if row.held_seconds is not None)
    assert 5.5 < held[len(held) // 2] < 8.5
    assert 0 < sum(seconds > 25 for seconds in held) / len(held) < 0.02


def test_half_of_the_visits_are_of_returning_persons(store: Store) -> None:
    """The contract: 300 to 2,000 different names at 2,000 visits; a person keeps number, phone and plate."""
    there = rows(store, visits_table)
    assert 800 < len({row.visitor_id for row in there}) < 1200
    assert 300 <= len({row.visitor for row in there}) < 2000
    known = {row.id: row for row in rows(store, visitors)}
    unseal, site_id = store.secrets.open, store.site.site_id
    for row in there:
        who = known[row.visitor_id]
        assert (row.visitor, row.document_kind, row.plate) == (who.name, who.document_kind, who.plate)
        assert unseal(row.document_number, "visits.document_number", site_id, row.id) == unseal(
            who.document_number, "visitors.document_number", site_id, who.id
        )


def test_numbers_days_shifts_and_counters(store: Store) -> None:
    there = sorted(rows(store, visits_table), key=lambda row: (row.arrived_at, row.id))
    with store.reading() as connection:
        shifts = store.shifts(connection)
    counted: Counter[int] = Counter()
    for row in there:
        day = day_of(row.arrived_at, store.site.zone)
        assert row.day == day
        assert row.shift == shift_at(row.arrived_at, store.site.zone, shifts)
        number = day.year * 10000 + day.month * 100 + day.day
        counted[number] += 1
        assert row.number == f"{day:%m%d}-A{counted[number]:03d}"
    kept = {row.day: row.last for row in rows(store, number_counters) if row.what == "visits"}
    assert kept == counted


def test_what_is_missing_is_what_the_rule_says(store: Store) -> None:
    """VIS-3: the bits are those of the rule for what stands in the row; some records are unfinished today."""
    there = rows(store, visits_table)
    for row in there:
        fields = Fields(
            visitor=row.visitor,
            document_kind=row.document_kind,
            document_number="x" if row.document_number else "",
            host=row.host,
            purpose=row.purpose,
            none_reason=row.none_reason,
        )
        assert row.missing == missing(fields)
        assert (row.completed_at is None) == (row.missing != 0)
        assert row.missing_at_return & row.missing == row.missing
        assert (row.host_id is None) == (row.host == "")
    assert sum(row.missing != 0 for row in there) >= 1
    assert sum(row.missing_at_return != 0 for row in there) > 20


def test_who_is_on_site_and_which_passes_are_out(store: Store) -> None:
    """VIS-9, VIS-10: exactly those who have not left, exactly the passes that are not back, no pass out twice."""
    there = {row.id: row for row in rows(store, visits_table)}
    gone = {row.visit_id: row for row in rows(store, departures)}
    here = {row.visit_id: row for row in rows(store, on_site)}
    assert set(here) == set(there) - set(gone)
    assert 0 < len(here) < 100
    assert all(there[key].day == day_of(UNTIL, store.site.zone) for key in here)
    assert all(row.left_at > there[key].registered_at for key, row in gone.items())
    assert all((row.staff_id is None) == row.by_rule for row in gone.values())
    back = {row.visit_id: row for row in rows(store, pass_returns)}
    out = {row.visit_id: row for row in rows(store, passes_out)}
    with_pass = {key for key, row in there.items() if row.pass_number}
    assert set(out) == with_pass - set(back)
    assert set(back) <= with_pass
    assert len({row.pass_number for row in out.values()}) == len(out) > 0
    times: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for key in with_pass:
        end = back[key].returned_at if key in back else UNTIL + timedelta(days=1)
        times[there[key].pass_number].append((there[key].arrived_at, end))
    for spans in times.values():
        spans.sort()
        assert all(first[1] <= second[0] for first, second in pairwise(spans))


def test_visitors_are_remembered_as_by_the_operations(store: Store) -> None:
    """VIS-5: last visit, count, rank and search keys are what `document_returned` would have made."""
    last: dict[UUID, sa.Row[Any]] = {}
    counts: Counter[UUID] = Counter()
    for row in sorted(rows(store, visits_table), key=lambda row: row.arrived_at):
        last[row.visitor_id] = row
        counts[row.visitor_id] += 1
    kept = {row.visitor_id: row for row in rows(store, visitor_recency)}
    assert set(kept) == set(last) == {row.id for row in rows(store, visitors)}
    for key, row in last.items():
        mine = kept[key]
        assert mine.visits == counts[key]
        assert mine.last_visit_at == row.arrived_at
        assert mine.rank == recency_rank(row.arrived_at, counts[key])
        assert (mine.last_host_id, mine.last_host, mine.last_purpose) == (row.host_id, row.host, row.purpose)
        assert mine.last_post_id == row.post_id
    found: dict[UUID, set[str]] = defaultdict(set)
    for row in rows(store, search_keys):
        if row.scope == "visitor":
            found[row.entity_id].add(row.key)
            assert row.rank == kept[row.entity_id].rank
    unseal, site_id = store.secrets.open, store.site.site_id
    for row in rows(store, visitors):
        number = unseal(row.document_number, "visitors.document_number", site_id, row.id)
        phone = unseal(row.phone, "visitors.phone", site_id, row.id)
        assert found[row.id] == visitor_keys(store.secrets, row.name, number, phone, row.plate)
        assert row.document_digest == (store.secrets.digest("d", number) if number else None)


def test_nobody_is_here_twice_at_a_time(store: Store) -> None:
    gone = {row.visit_id: row.left_at for row in rows(store, departures)}
    free: dict[UUID, datetime] = {}
    for row in sorted(rows(store, visits_table), key=lambda row: row.arrived_at):
        assert free.get(row.visitor_id, row.arrived_at) <= row.arrived_at
        free[row.visitor_id] = gone.get(row.id, UNTIL)


# --- requests --------------------------------------------------------------------------------------------------------


def test_requests_stand_where_the_rules_allow(store: Store) -> None:
    """REQ-1 to REQ-7: closed ones have every station and stamp in order; open ones have a next step."""
    with store.reading() as connection:
        for row in rows(store, requests_table):
            request = snapshot(row, load_dispatches(connection, store.site.site_id, row.id))
            stations = [
                row.round_began_at,
                row.dispatched_at,
                row.done_at,
                row.confirmed_at,
                row.followed_up_at,
                row.closed_at,
            ]
            reached = [moment for moment in stations if moment is not None]
            if request.state == RequestState.CANCELLED:
                continue
            assert reached == sorted(reached)
            if request.state == RequestState.CLOSED:
                assert None not in stations
                assert stamps_missing(request) == []
                assert row.outcome == row.satisfied_degree
                assert row.followed_up_by not in request.handlers
            elif request.state != RequestState.ENDED_UNSATISFIED:
                assert row.closed_at is None
                assert next_step(request)
                assert (request.dispatch_id is not None) == (request.state == RequestState.DISPATCHED)
            if is_complaint(request):
                assert row.follow_up_outcome not in ("sampled_out", "not_reached")
            assert row.satisfied_by in (None, row.first_contact_id)


def test_every_list_has_something_in_it(store: Store) -> None:
    """Open requests today: one overdue, one special, one paused, one nobody owns."""
    there = rows(store, requests_table)
    open_ones = [row for row in there if row.closed_at is None]
    assert any(row.promised_at and row.promised_at < UNTIL and row.done_at is None for row in open_ones)
    assert any(row.special and row.done_at and row.manager_talked_at is None for row in open_ones)
    assert any(row.paused_at for row in open_ones)
    assert any(row.state == "received" for row in open_ones)
    states = Counter(row.state for row in there)
    assert states["closed"] > 0.8 * len(there)
    assert states["cancelled"] > 0
    assert any(row.round == 2 for row in there)


def test_histories_tell_the_whole_way(store: Store) -> None:
    """Events are numbered from 1 without a gap and never run backwards; values in them are of known people."""
    people = {row.id.hex for row in rows(store, staff)}
    events: dict[UUID, list[sa.Row[Any]]] = defaultdict(list)
    for row in rows(store, request_events):
        events[row.request_id].append(row)
    jobs = Counter(row.request_id for row in rows(store, dispatches) if row.ended_at is None)
    for row in rows(store, requests_table):
        mine = sorted(events[row.id], key=lambda event: event.sequence)
        assert [event.sequence for event in mine] == list(range(1, len(mine) + 1))
        assert mine[0].what == "taken"
        assert [event.at for event in mine] == sorted(event.at for event in mine)
        assert mine[-1].round in (row.round, row.round - 1)
        for event in mine:
            assert all(value in people for name, value in event.data.items() if name.endswith("_id"))
        assert jobs[row.id] == (1 if row.state == "dispatched" else 0)


def test_words_and_phones_are_findable(store: Store) -> None:
    kept: dict[UUID, set[str]] = defaultdict(set)
    for row in rows(store, request_grams):
        kept[row.request_id].add(row.gram)
    for row in rows(store, requests_table):
        assert kept[row.id] == grams(row.words)


# --- going on --------------------------------------------------------------------------------------------------------


class StoppedClock(Clock):
    """A little after the end of the made-up time."""

    def now(self) -> datetime:
        return UNTIL + timedelta(minutes=3)


def test_work_goes_on_where_the_demo_ends(tmp_path: Path) -> None:
    """A visit and a request taken afterwards have the next numbers, and the site still holds."""
    with opened(made(tmp_path / "d", visits=300, requests=60), clock=StoppedClock()) as store:
        day = int(f"{day_of(UNTIL, store.site.zone):%Y%m%d}")
        last = {row.what: row.last for row in rows(store, number_counters) if row.day == day}
        guard = site.sign_in_as(store, "guard", "post")
        known = rows(store, visits_table)[0]
        stamp = visits.stamp(store)
        fields = Fields(
            visitor_id=known.visitor_id,
            visitor=known.visitor,
            document_kind=known.document_kind,
            host="骨科",
            purpose="送货",
        )
        done = visits.document_returned(store, guard, new_key(), stamp, visits.stamp(store), fields)
        assert done.number == f"{day % 10000:04d}-A{last['visits'] + 1:03d}"
        clerk = site.sign_in_as(store, "clerk", "center")
        new = taking.NewRequest(store.clock.now(), "desk", clerk.person, words="灯不亮", customer="骨科")
        saved = taking.take(store, clerk, new)
        assert saved.number == f"{day % 10000:04d}-A{last['requests'] + 1:03d}"
        with store.reading() as connection:
            assert AuditCheck(connection, store.secrets, store.site.site_id).run() == []


def test_progress_is_told_and_reaches_the_end(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    made(tmp_path / "d", visits=50, requests=10, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (60, 60)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_everybody_signs_in_by_the_published_password(store: Store) -> None:
    from app.domain.site import SAMPLE_PASSWORD

    assert store.secrets.sample
    assert json.dumps(sorted(site.sign_in(store, "李婷", SAMPLE_PASSWORD, "center").roles)) == '["clerk"]'
