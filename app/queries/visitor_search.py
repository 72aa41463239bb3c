"""Finding visitors by what a guard types: initials, pinyin, characters, last four, phone, plate (VIS-5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.search import search_keys
from app.db.store import Store
from app.db.visits import on_site, visitor_recency, visitors
from app.domain.documents import identify, normalise
from app.domain.masks import mask
from app.domain.names import name_matches, spells_whole, typed_key, whole_key
from app.domain.people import Actor

LAST_FOUR = re.compile(r"[0-9]{3}[0-9X]|[0-9A-Z]{4}")
PORTION = 400
MOST_READ = 4000
_WAYS = ("document", "phone", "plate", "name")


@dataclass(frozen=True, slots=True)
class Found:
    """A visitor's key, by what they were found (document, phone, plate or name), and what they are ranked by."""

    visitor_id: UUID
    by: str
    name: str
    last_post_id: UUID | None
    rank: int


@dataclass(frozen=True, slots=True)
class Match:
    """A visitor as the list under the entry line shows them; numbers masked."""

    visitor_id: UUID
    name: str
    by: str
    document_kind: str
    number_shown: str
    phone_shown: str
    plate: str
    host_id: UUID | None
    host: str
    purpose: str
    visits: int
    last_visit_at: datetime
    on_site: bool


def matches(store: Store, actor: Actor, text: str, limit: int = 8) -> list[Match]:
    """Who may be meant, best first: a document's last four before a phone's and a plate's, this post's regulars."""
    actor.need("visits.see")
    with store.reading() as connection:
        found = visitor_ids(store, connection, text, limit)
        # A whole name that was typed comes before longer names that begin with it.
        whole = {name for name in {one.name for one in found if one.by == "name"} if spells_whole(name, text)}
        found.sort(
            key=lambda one: (
                _WAYS.index(one.by),
                one.by == "name" and one.name not in whole,
                one.last_post_id != actor.post_id,
                -one.rank,
            )
        )
        shown = found[:limit]
        if not shown:
            return []
        # Only what is shown is read in full: many more may be found than a list has room for.
        rows = connection.execute(
            _DETAILS, {"site": store.site.site_id, "ids": [one.visitor_id for one in shown]}
        ).all()
    by_id = {row.id: row for row in rows}
    return [_match(store, by_id[one.visitor_id], one.by) for one in shown]


def visitor_ids(store: Store, connection: sa.Connection, text: str, limit: int) -> list[Found]:
    """The visitors that a text may mean, best rank first within each way of finding: so many that `limit` are the best.

    Once there are as many as asked for, no later way is gone: whom it finds comes after them.
    """
    found: dict[UUID, Found] = {}
    most = limit * 3
    for by, key in _keys(store, text):
        if len(found) < limit:
            for row in connection.execute(_BY_KEY, _values(store, key, most)):
                found.setdefault(row.entity_id, _found(row, by))
    key = typed_key(text)
    if key and len(found) < limit:
        for one in _by_name(store, connection, key, text, most):
            found.setdefault(one.visitor_id, one)
    return list(found.values())


def on_site_ids(store: Store, connection: sa.Connection, text: str) -> list[UUID]:
    """The visitors on site that a text may mean: looked for among those who are here, however many are on file."""
    name_key = typed_key(text)
    keys = [key for _, key in _keys(store, text)] + ([name_key] if name_key else [])
    if not keys:
        return []
    rows = connection.execute(_HERE, {"site": store.site.site_id, "scope": "visitor", "keys": keys}).all()
    whole = len(text.strip()) <= len(name_key)
    return list(
        dict.fromkeys(row.id for row in rows if whole or row.key != name_key or name_matches(row.name, text))
    )


def _keys(store: Store, text: str) -> list[tuple[str, str]]:
    """The keys that stand for a number, in the order in which they rank."""
    secrets = store.secrets
    plain = normalise(text)
    keys: list[tuple[str, str]] = []
    if LAST_FOUR.fullmatch(plain):
        keys += [
            ("document", secrets.search_key("d4", plain)),
            ("phone", secrets.search_key("p4", plain)),
            ("plate", f"v4:{plain}"),
        ]
    if len(plain) > 4 and any(letter.isdigit() for letter in plain):
        said = identify(text, store.clock.now().astimezone(store.site.zone).date())
        if said.kind in ("mobile", "landline"):
            keys.append(("phone", secrets.search_key("p", said.value)))
        elif said.kind == "plate":
            keys.append(("plate", f"v:{said.value}"))
        else:
            keys.append(("document", secrets.search_key("d", said.value)))
    return keys


def _by_name(store: Store, connection: sa.Connection, key: str, text: str, limit: int) -> list[Found]:
    """By name, those whose whole name was typed first; a text longer than a key is checked against the whole name."""
    best = [_found(row, "name") for row in connection.execute(_BY_KEY, _values(store, key, limit))]
    whole: list[Found] = []
    more = len(best) == limit
    if more:
        # Longer names crowd them out: 赵四 among many 赵思诗 for `zhaosi`.
        rows = connection.execute(_BY_KEY, _values(store, whole_key(text), limit))
        whole = [_found(row, "name") for row in rows]
    if len(text.strip()) > len(key):
        best = [one for one in best if name_matches(one.name, text)]
        if more and not whole and len(best) < limit:
            best += _by_ids(
                store, connection, _beyond(store, connection, key, text, limit, limit - len(best))
            )
    return whole + best


def _beyond(
    store: Store, connection: sa.Connection, key: str, text: str, start: int, wanted: int
) -> list[UUID]:
    """Those whose whole names fit a long text, from that position under its key on; of each name it is asked once."""
    found: list[UUID] = []
    fits: dict[str, bool] = {}
    for position in range(start, MOST_READ, PORTION):
        most = min(PORTION, MOST_READ - position)
        rows = connection.execute(_NAMES, {**_values(store, key, most), "start": position}).all()
        fits |= {name: name_matches(name, text) for name in {row.name for row in rows} - fits.keys()}
        found += [row.entity_id for row in rows if fits[row.name]]
        if len(found) >= wanted or len(rows) < PORTION:
            break
    return found[:wanted]


def _by_ids(store: Store, connection: sa.Connection, ids: list[UUID]) -> list[Found]:
    """What the few whose names fit are ranked by, in the order of `ids`."""
    if not ids:
        return []
    rows = connection.execute(_BY_IDS, {"site": store.site.site_id, "ids": ids})
    found = {row.entity_id: _found(row, "name") for row in rows}
    return [found[one] for one in ids if one in found]


def _values(store: Store, key: str, limit: int) -> dict[str, object]:
    return {"site": store.site.site_id, "scope": "visitor", "key": key, "most": limit}


def _found(row: sa.Row[Any], by: str) -> Found:
    return Found(row.entity_id, by, row.name, row.last_post_id, row.rank)


def _match(store: Store, row: sa.Row[tuple[object, ...]], by: str) -> Match:
    unseal, site_id = store.secrets.open, store.site.site_id
    return Match(
        row.id,
        row.name,
        by,
        row.document_kind,
        mask(unseal(row.document_number, "visitors.document_number", site_id, row.id)),
        mask(unseal(row.phone, "visitors.phone", site_id, row.id)),
        row.plate,
        row.last_host_id,
        row.last_host,
        row.last_purpose,
        row.visits,
        row.last_visit_at,
        bool(row.here),
    )


_RANKED = (
    visitors.c.id.label("entity_id"),
    visitors.c.name,
    visitor_recency.c.last_post_id,
    visitor_recency.c.rank,
)
_RECENCY = sa.and_(
    visitor_recency.c.site_id == visitors.c.site_id, visitor_recency.c.visitor_id == visitors.c.id
)
_UNDER_KEY = (
    search_keys.c.site_id == sa.bindparam("site"),
    search_keys.c.scope == sa.bindparam("scope"),
    search_keys.c.key == sa.bindparam("key"),
)
_NAMED = sa.and_(visitors.c.site_id == search_keys.c.site_id, visitors.c.id == search_keys.c.entity_id)
_BEST_FIRST = (search_keys.c.rank.desc(), search_keys.c.entity_id.desc())
_THESE = (
    visitors.c.site_id == sa.bindparam("site"),
    visitors.c.id.in_(sa.bindparam("ids", expanding=True)),
)

_BY_KEY: sa.Select[Any] = (
    sa.select(*_RANKED)
    .select_from(search_keys)
    .join(visitors, _NAMED)
    .join(visitor_recency, _RECENCY)
    .where(*_UNDER_KEY)
    .order_by(*_BEST_FIRST)
    .limit(sa.bindparam("most"))
)
# A long text reads a bounded number of names of one bucket: an offset here is a position in a list of at most 4,000.
_NAMES: sa.Select[Any] = (
    sa.select(search_keys.c.entity_id, visitors.c.name)
    .select_from(search_keys)
    .join(visitors, _NAMED)
    .where(*_UNDER_KEY)
    .order_by(*_BEST_FIRST)
    .limit(sa.bindparam("most"))
    .offset(sa.bindparam("start"))
)
_BY_IDS: sa.Select[Any] = (
    sa.select(*_RANKED).select_from(visitors).join(visitor_recency, _RECENCY).where(*_THESE)
)

# From the few who are here to their keys: each look-up has the whole primary key. Names are read of those found alone.
_HERE = (
    sa.select(
        on_site.c.visitor_id.label("id"),
        search_keys.c.key,
        sa.select(visitors.c.name)
        .where(visitors.c.site_id == on_site.c.site_id, visitors.c.id == on_site.c.visitor_id)
        .correlate(on_site)
        .scalar_subquery()
        .label("name"),
    )
    .select_from(on_site)
    .join(
        visitor_recency,
        sa.and_(
            visitor_recency.c.site_id == on_site.c.site_id,
            visitor_recency.c.visitor_id == on_site.c.visitor_id,
        ),
    )
    .join(
        search_keys,
        sa.and_(
            search_keys.c.site_id == on_site.c.site_id,
            search_keys.c.scope == sa.bindparam("scope"),
            search_keys.c.key.in_(sa.bindparam("keys", expanding=True)),
            search_keys.c.rank == visitor_recency.c.rank,
            search_keys.c.entity_id == on_site.c.visitor_id,
        ),
    )
    .where(on_site.c.site_id == sa.bindparam("site"))
    .order_by(on_site.c.since)
)

_DETAILS = (
    sa.select(
        visitors,
        visitor_recency.c.visits,
        visitor_recency.c.last_visit_at,
        visitor_recency.c.last_host_id,
        visitor_recency.c.last_host,
        visitor_recency.c.last_purpose,
        # Not the least `since`: SQLite then reads everybody on site, in the order of time, for each row.
        sa.exists()
        .where(on_site.c.site_id == visitors.c.site_id, on_site.c.visitor_id == visitors.c.id)
        .correlate(visitors)
        .label("here"),
    )
    .select_from(visitors)
    .join(visitor_recency, _RECENCY)
    .where(*_THESE)
)
