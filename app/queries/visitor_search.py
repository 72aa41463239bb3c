"""Finding visitors by what a guard types: initials, pinyin, characters, last four, phone, plate (VIS-5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from app.db.search import search_keys
from app.db.store import Store
from app.db.visits import on_site, visitor_recency, visitors
from app.domain.documents import identify, normalise
from app.domain.masks import mask
from app.domain.names import name_matches, spells_longer, spells_whole, typed_key
from app.domain.people import Actor

LAST_FOUR = re.compile(r"[0-9]{3}[0-9X]|[0-9A-Z]{4}")
PORTION = 400
MOST_READ = 4000
KEY_LETTERS = 8


@dataclass(frozen=True, slots=True)
class Found:
    """A visitor's key and by what they were found: document, phone, plate or name."""

    visitor_id: UUID
    by: str
    name: str


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
        found = visitor_ids(store, connection, text, limit * 3)
        if not found:
            return []
        rows = connection.execute(
            _DETAILS, {"site": store.site.site_id, "ids": [one.visitor_id for one in found]}
        ).all()
    by_id = {row.id: row for row in rows}
    order = {"document": 0, "phone": 1, "plate": 2, "name": 3}
    # A whole name that was typed comes before longer names that begin with it.
    ranked = sorted(
        (one for one in found if one.visitor_id in by_id),
        key=lambda one: (
            order[one.by],
            one.by == "name" and not spells_whole(one.name, text),
            by_id[one.visitor_id].last_post_id != actor.post_id,
            -by_id[one.visitor_id].rank,
        ),
    )
    return [_match(store, by_id[one.visitor_id], one.by) for one in ranked[:limit]]


def visitor_ids(store: Store, connection: sa.Connection, text: str, limit: int) -> list[Found]:
    """The keys of the visitors that a text may mean, best rank first within each way of finding."""
    found: dict[UUID, Found] = {}
    for by, key in _keys(store, text):
        for row in connection.execute(_BY_KEY, _values(store, key, limit)):
            found.setdefault(row.entity_id, Found(row.entity_id, by, row.name))
    key = typed_key(text)
    if key:
        for one in _by_name(store, connection, key, text, limit):
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
    """By name; a text longer than a key is checked against the whole name, portion by portion."""
    if len(text.strip()) <= len(key):
        short = connection.execute(_BY_KEY, _values(store, key, limit)).all()
        if len(short) == limit and _hides_whole([row.name for row in short], text):
            more = connection.execute(_BY_KEY, _values(store, key, PORTION))
            short = [row for row in more if spells_whole(row.name, text)][:limit] + list(short)
        return [Found(row.entity_id, "name", row.name) for row in short]
    good: list[Found] = []
    for start in range(0, MOST_READ, PORTION):
        rows = connection.execute(_BY_KEY_FROM, {**_values(store, key, PORTION), "start": start}).all()
        good += [Found(row.entity_id, "name", row.name) for row in rows if name_matches(row.name, text)]
        if len(good) >= limit or len(rows) < PORTION:
            break
    return good[:limit]


def _hides_whole(names: list[str], text: str) -> bool:
    """Whether longer names crowd out those that a text spells whole: 赵四 among many 赵思诗 for `zhaosi`."""
    return any(spells_longer(name, text) for name in names) and not any(
        spells_whole(name, text) for name in names
    )


def _values(store: Store, key: str, limit: int) -> dict[str, object]:
    return {"site": store.site.site_id, "scope": "visitor", "key": key, "most": limit}


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
        row.here is not None,
    )


_BY_KEY = (
    sa.select(search_keys.c.entity_id, visitors.c.name)
    .select_from(search_keys)
    .join(
        visitors,
        sa.and_(visitors.c.site_id == search_keys.c.site_id, visitors.c.id == search_keys.c.entity_id),
    )
    .where(
        search_keys.c.site_id == sa.bindparam("site"),
        search_keys.c.scope == sa.bindparam("scope"),
        search_keys.c.key == sa.bindparam("key"),
    )
    .order_by(search_keys.c.rank.desc(), search_keys.c.entity_id.desc())
    .limit(sa.bindparam("most"))
)
# A long text reads a bounded number of rows of one bucket: an offset here is a position in a list of at most 4,000.
_BY_KEY_FROM = _BY_KEY.offset(sa.bindparam("start"))

# From the few who are here to their keys: each look-up has the whole primary key.
_HERE = (
    sa.select(visitors.c.id, visitors.c.name, search_keys.c.key)
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
    .join(visitors, sa.and_(visitors.c.site_id == on_site.c.site_id, visitors.c.id == on_site.c.visitor_id))
    .where(on_site.c.site_id == sa.bindparam("site"))
    .order_by(on_site.c.since)
)

_DETAILS = (
    sa.select(
        visitors,
        visitor_recency.c.visits,
        visitor_recency.c.rank,
        visitor_recency.c.last_visit_at,
        visitor_recency.c.last_post_id,
        visitor_recency.c.last_host_id,
        visitor_recency.c.last_host,
        visitor_recency.c.last_purpose,
        sa.select(sa.func.min(on_site.c.since))
        .where(on_site.c.site_id == visitors.c.site_id, on_site.c.visitor_id == visitors.c.id)
        .correlate(visitors)
        .scalar_subquery()
        .label("here"),
    )
    .select_from(visitors)
    .join(
        visitor_recency,
        sa.and_(
            visitor_recency.c.site_id == visitors.c.site_id, visitor_recency.c.visitor_id == visitors.c.id
        ),
    )
    .where(visitors.c.site_id == sa.bindparam("site"), visitors.c.id.in_(sa.bindparam("ids", expanding=True)))
)
