"""Every list and search of the program, by name: what the plans are read of and what the benchmark measures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pypinyin import lazy_pinyin

from app.db.base import Key
from app.db.requests import requests
from app.db.store import Store
from app.db.visits import on_site, visitors, visits
from app.domain.business_day import day_bounds
from app.domain.people import Actor
from app.queries import duty_log as duty_lists
from app.queries import handover as handover_lists
from app.queries import people, requests_paper, site
from app.queries import requests as request_lists
from app.queries import tallies as tally_lists
from app.queries import visits as visit_lists
from app.queries.changes import Changes
from app.queries.noticed import noticed
from app.queries.post import post_facts
from app.queries.recent_hosts import recent_hosts
from app.queries.requests_card import card as request_card
from app.queries.requests_search import search as search_requests
from app.queries.visitor_search import matches

Look = Callable[[], Sequence[Any]]
DEEP = 15  # pages
DAY_PAGE = 20  # rows; so small that a day of the smallest site has two pages


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody who knows a visitor may type for them, "" where the visitor has no such thing."""

    name: str
    initials: str
    pinyin: str
    last_four: str
    number: str
    phone: str
    plate: str


def typed_of(store: Store, count: int, seed: int = 7) -> list[Typed]:
    """So many visitors, taken at random from the whole file, as they would be typed."""
    site_id, random = store.site.site_id, Random(seed)
    own = visitors.c.site_id == site_id
    with store.reading() as connection:
        ends = [
            connection.execute(sa.select(visitors.c.id).where(own).order_by(order).limit(1)).scalar_one().int
            for order in (visitors.c.id.asc(), visitors.c.id.desc())
        ]
        rows = []
        for _ in range(count):
            key = sa.literal(UUID(int=random.randint(*ends)), Key())
            rows.append(
                connection.execute(
                    sa.select(visitors).where(own, visitors.c.id >= key).order_by(visitors.c.id).limit(1)
                ).one()
            )
    return [_typed(store, row) for row in rows]


def _typed(store: Store, row: Any) -> Typed:
    unseal, site_id = store.secrets.open, store.site.site_id
    number = unseal(row.document_number, "visitors.document_number", site_id, row.id)
    phone = unseal(row.phone, "visitors.phone", site_id, row.id)
    syllables = lazy_pinyin(row.name)
    return Typed(
        row.name,
        "".join(one[0] for one in syllables),
        "".join(syllables),
        number[-4:],
        number,
        phone,
        row.plate,
    )


def post_lists(store: Store, guard: Actor) -> dict[str, Look]:
    """The guard post's lists: opened, paged and filtered."""
    today = _last_day(store, guard) - timedelta(days=1)  # the last whole one
    begin, end = day_bounds(today, store.site.zone, 0)

    def day_page(only: str, deep: int = 0) -> Look:
        def look(after: Any = None) -> Sequence[Any]:
            return visit_lists.day_visits(store, guard, day=today, only=only, after=after, limit=DAY_PAGE)

        return paged(look, lambda row: (row.arrived_at, row.visit_id), deep)

    def here(after: Any = None) -> Sequence[Any]:
        return visit_lists.on_site_list(store, guard, after=after)

    day_ago = today - timedelta(days=3)
    return {
        "open registrations": lambda: visit_lists.open_registrations(store, guard),
        "on site": lambda: here(),
        "on site, next page": paged(here, lambda row: (row.since, row.visit_id), 1),
        "today": day_page("all"),
        "today, next page": day_page("all", 1),
        "an earlier day": lambda: visit_lists.day_visits(store, guard, day=day_ago, limit=DAY_PAGE),
        "over 25 s": day_page("over"),
        "unfinished": day_page("unfinished"),
        "unfinished, next page": day_page("unfinished", 1),
        "counts": lambda: [visit_lists.post_counts(store, guard)],
        "post facts": lambda: [post_facts(store, guard)],
        "visit log": lambda: list(visit_lists.log(store, guard.post_id, begin, end)),  # type: ignore[arg-type]  # a guard has a post
        "figures of a post": lambda: list(visit_lists.facts(store, begin, end, guard.post_id)),
        "figures of the site": lambda: list(visit_lists.facts(store, begin, end)),
        "last day": lambda: [visit_lists.last_day(store)],
        "last day of a post": lambda: [visit_lists.last_day(store, guard.post_id)],
        "one visit": _one_visit(store, guard),
        "changes": _changes(store),
        "tallies of the shift": lambda: [tally_lists.tally_board(store, guard)],
        "tallies of a post": lambda: tally_lists.tally_facts(store, begin, end, guard.post_id),
        "tallies of the site": lambda: tally_lists.tally_facts(store, begin, end),
        "duty log": lambda: [duty_lists.duty_log(store, guard)],
        "to hand over": lambda: [handover_lists.handover_page(store, guard)],
        "handovers of a day": lambda: handover_lists.handover_sheets(
            store,
            guard,
            guard.post_id,  # type: ignore[arg-type]  # a guard has a post
            today,
        ),
        "newest handover": lambda: handover_lists.handover_sheets(store, guard, guard.post_id),  # type: ignore[arg-type]  # a guard has a post
    }


def _changes(store: Store) -> Look:
    changes = Changes(store)
    return lambda: [changes.newest(0)]


def request_pages(store: Store, clerk: Actor) -> dict[str, Look]:
    """The requests tab's lists: opened, paged and filtered, and its counts, cards and papers."""
    found: dict[str, Look] = {"counts": lambda: request_lists.lists(store, clerk)}
    for code in request_lists.LISTS:

        def look(after: Any = None, code: str = code) -> Sequence[Any]:
            return request_lists.page(store, clerk, code, after)

        found[code] = paged(look, lambda row: row.after, 0)
        found[f"{code}, next page"] = paged(look, lambda row: row.after, 1)
        found[f"{code}, with a text"] = lambda code=code: request_lists.page(store, clerk, code, text="空调")  # type: ignore[misc]  # mypy knows no default of a lambda
    found[f"all, page {DEEP}"] = paged(
        lambda after=None: request_lists.page(store, clerk, "all", after), lambda row: row.after, DEEP
    )
    newest = requests_paper.newest_day(store, clerk) or date(2026, 11, 23)
    with store.reading() as connection:
        one = connection.execute(
            sa.select(requests.c.id)
            .where(requests.c.site_id == store.site.site_id)
            .order_by(requests.c.received_at.desc())
            .limit(1)
        ).scalar_one()
    return found | {
        "handlers": lambda: request_lists.handlers(store, clerk),
        "one request": lambda: [request_card(store, clerk, one)],
        "newest day": lambda: [requests_paper.newest_day(store, clerk)],
        "slip": lambda: [requests_paper.slip(store, clerk)],
        "list of a day": lambda: requests_paper.list_of_days(store, clerk, newest, newest),
        "open list on paper": lambda: requests_paper.list_for_paper(store, clerk, "open"),
        "follow-up form": lambda: requests_paper.follow_up_rows(store, clerk),
        "follow-ups of a day": lambda: requests_paper.follow_up_rows(store, clerk, newest, newest),
    }


def searches(store: Store, guard: Actor, clerk: Actor, one: Typed) -> dict[str, Look]:
    """Every way to find something by typing."""
    texts = {
        "one initial": one.initials[:1],
        "two initials": one.initials[:2],
        "initials": one.initials,
        "full pinyin": one.pinyin,
        "characters": one.name,
        "surname": one.name[:1],
        "last four": one.last_four,
        "document": one.number,
        "phone": one.phone,
        "plate": one.plate,
        "a long name that nobody has": "zhangzhangzhangzhang",
    }

    def visitor(text: str) -> Look:
        return lambda: matches(store, guard, text)

    def leaving(text: str) -> Look:
        return lambda: visit_lists.leaving(store, guard, text)

    def request(text: str) -> Look:
        return lambda: search_requests(store, clerk, text)

    found = {f"visitor by {by}": visitor(text) for by, text in texts.items()}
    found |= {f"leaving by {by}": leaving(text) for by, text in (("name", one.initials), ("pass", "A017"))}
    found["leaving by plate"] = leaving("京A12345")
    found["noticed"] = lambda: [noticed(store, guard, UUID(int=0), "甲", one.number, "A017")]
    found["recent hosts"] = lambda: recent_hosts(
        store, guard, matches(store, guard, one.number)[0].visitor_id
    )
    wanted = {
        "number": _a_number(store),
        "sequence": "E001",
        "phone": one.phone or "13800138000",
        "last four": "8000",
        "words": "空调",
        "long words": "空调不制冷",
        "service item": "kt",
        "customer": "guke",
        "person": "wjg",
    }
    found |= {f"request by {by}": request(text) for by, text in wanted.items()}
    return found | {
        "host": lambda: site.hosts(store, guard, "gu"),
        "customer": lambda: site.find_customers(store, clerk, "gu"),
        "staff": lambda: site.find_staff(store, clerk, "w"),
        "service item": lambda: site.find_items(store, clerk, "kt"),
        "people to sign in": lambda: people.sign_in_people(store),
    }


def paged(look: Callable[..., Sequence[Any]], key: Callable[[Any], Any], page: int) -> Look:
    """The page of that number of a list (0: the first); the way there is gone once, beforehand."""
    after = None
    for _ in range(page):
        rows = look(after)
        if not rows:
            break
        after = key(rows[-1])
    return lambda: look(after)


def _last_day(store: Store, guard: Actor) -> date:
    return visit_lists.last_day(store, guard.post_id) or store.clock.now().astimezone(store.site.zone).date()


def _a_number(store: Store) -> str:
    with store.reading() as connection:
        return str(
            connection.execute(
                sa.select(requests.c.number)
                .where(requests.c.site_id == store.site.site_id)
                .order_by(requests.c.received_at.desc())
                .limit(1)
            ).scalar_one()
        )


def _one_visit(store: Store, guard: Actor) -> Look:
    with store.reading() as connection:
        key = connection.execute(
            sa.select(visits.c.id)
            .where(visits.c.site_id == store.site.site_id)
            .order_by(visits.c.arrived_at.desc())
            .limit(1)
        ).scalar_one()
    return lambda: [visit_lists.card(store, guard, key)]


def on_site_count(store: Store) -> int:
    """How many are on site."""
    with store.reading() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(on_site)).scalar_one())


def until(store: Store) -> datetime:
    """The newest visit's time."""
    with store.reading() as connection:
        found = connection.execute(
            sa.select(visits.c.arrived_at)
            .where(visits.c.site_id == store.site.site_id)
            .order_by(visits.c.arrived_at.desc())
            .limit(1)
        ).scalar_one()
    assert isinstance(found, datetime)
    return found
