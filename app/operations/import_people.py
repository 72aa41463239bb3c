"""The visitors whom an imported table speaks of, in memory: who is meant, and what becomes of them (VIS-5).

The rules are those of the post (`app.operations.visitors`); only the rows of the file are looked up together and
written together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.prepared import Rows, Thing, chunks
from app.db.search import search_keys
from app.db.visits import visitor_recency, visitors
from app.domain.names import plain_name
from app.domain.visits import Fields, recency_rank
from app.operations.import_rows import Look
from app.operations.visitors import (
    SCOPE,
    Known,
    kept,
    keys_of,
    means,
    opened_visitor,
    visitor_row,
    wanted_key,
)

WENT = ("last_post_id", "last_host_id", "last_host", "last_purpose")
Went = tuple[UUID | None, UUID | None, str, str]
NOWHERE: Went = (None, None, "", "")


@dataclass(frozen=True, slots=True)
class Recency:
    """How often and when somebody was here, and where they went last: post, customer, and in words to whom and why."""

    visits: int
    rank: int
    last_visit_at: datetime
    went: Went


@dataclass(frozen=True, slots=True)
class Person:
    """A visitor: as on file (None for a new one) and as the table makes them."""

    before: Known | None
    now: Known
    old: Recency | None
    recency: Recency | None

    def build(self, rows: Rows) -> None:
        """The visitor's row, their recency and their keys, as far as they are new or differ."""
        before, now, key = self.before, self.now, self.now.id
        if before is None:
            values = visitor_row(rows.store, now)
            rows.insert(visitors, {"id": key, **values, "created_at": now.created_at})
        elif before != now:
            rows.update(visitors, key, visitor_row(rows.store, now))
        recency = self.recency
        if recency is not None and recency != self.old:
            own = {"visits": recency.visits, "rank": recency.rank, "last_visit_at": recency.last_visit_at}
            rows.recency(key, own | dict(zip(WENT, recency.went, strict=True)))
        old_rank, rank = self.old.rank if self.old else 0, recency.rank if recency else 0
        if before != now or old_rank != rank:
            old_keys, keys = keys_of(rows.secrets, before) if before else set(), keys_of(rows.secrets, now)
            same = old_keys & keys if old_rank == rank else set()
            rows.drop_keys(SCOPE, key, old_keys - same, old_rank)
            rows.add_keys(SCOPE, key, keys - same, rank)


class People:
    """All visitors on file whom rows of a table could mean, read at once; `find` and `keep` follow the rows.

    `things` are those whom the rows add or change.
    """

    def __init__(self, look: Look, rows: Sequence[Fields]) -> None:
        self._look = look
        self._secrets = look.store.secrets
        self.things: dict[UUID, Thing] = {}
        self._persons: dict[UUID, Person] = {}
        self._by_number: dict[str, UUID] = {}
        self._by_key: dict[str, dict[UUID, None]] = {}
        self._read(rows)

    def find(self, fields: Fields) -> Known | None:
        """Whoever has the row's number, else one of that name: as at the post."""
        if fields.document_number and fields.document_number in self._by_number:
            return self._persons[self._by_number[fields.document_number]].now
        for key in self._by_key.get(self._wanted(fields), ()):
            person = self._persons.get(key)
            if person is not None and means(fields, person.now):
                return person.now
        return None

    def keep(self, fields: Fields, known: Known | None, key: UUID) -> tuple[UUID, str]:
        """Adds the visitor under this key, or takes what the row says and the file did not.

        Answers the visitor's key and what became of them.
        """
        now = self._look.now
        if known is None:
            recency = Recency(0, recency_rank(now, 0), now, NOWHERE)
            person, became = Person(None, kept(None, key, fields, now), None, recency), "added"
        else:
            after = kept(known, known.id, fields, now)
            if after == known:
                return known.id, "unchanged"
            person, became = replace(self._persons[known.id], now=after), "updated"
        self._put(person)
        self._list(person.now)
        return person.now.id, became

    def count_visit(self, visitor_id: UUID, arrived: datetime, went: Went) -> None:
        """One more visit: how far up they stand, and where they went if it is their newest."""
        person = self._persons[visitor_id]
        old = person.recency
        if old is None or old.visits == 0 or arrived >= old.last_visit_at:
            last = arrived
        else:
            last, went = old.last_visit_at, old.went
        count = (old.visits if old else 0) + 1
        recency = Recency(count, recency_rank(last, count), last, went)
        self._put(Person(person.before, person.now, old=person.old, recency=recency))

    def _wanted(self, fields: Fields) -> str:
        own = fields.phone, fields.plate, fields.visitor
        found = self._look.wanted.get(own)
        if found is None:
            found = self._look.wanted[own] = wanted_key(self._secrets, fields)
        return found

    def _put(self, person: Person) -> None:
        self._persons[person.now.id] = self.things[person.now.id] = person

    def _list(self, known: Known) -> None:
        """Where a later row of the file looks them up."""
        if known.number:
            self._by_number.setdefault(known.number, known.id)
        ways = [Fields(phone=known.phone)] if known.phone else []
        ways += [Fields(plate=known.plate)] if known.plate else []
        ways += [] if ways or known.number else [Fields(visitor=known.name)]
        for way in ways:
            self._by_key.setdefault(self._wanted(way), {})[known.id] = None

    def _read(self, rows: Sequence[Fields]) -> None:
        store, run = self._look.store, self._look.connection.execute
        found: dict[UUID, Known] = {}
        # By this PostgreSQL knows that we have looked for everybody, so that nobody can come in between elsewhere.
        run(sa.select(sa.literal(1)).select_from(visitors).limit(1))
        for numbers in chunks({row.document_number for row in rows} - {""}):
            digests = [self._secrets.digest("d", number) for number in numbers]
            query = self._look.mine(visitors).where(visitors.c.document_digest.in_(digests))
            for row in run(query.order_by(visitors.c.id)):
                found[row.id] = known = opened_visitor(store, row)
                self._by_number.setdefault(known.number, row.id)
        others = [row for row in rows if row.document_number not in self._by_number]
        names = {plain_name(row.visitor) for row in others}
        # In the order in which the post looks at those of one key: best rank first, newest first among equals.
        listed: dict[UUID, None] = {}
        for by_name in (False, True):
            mine = [row for row in others if by_name != bool(row.phone or row.plate)]
            for some in chunks({self._wanted(row) for row in mine} - {""}):
                for row in self._look.search.execute(_listed(self._look, some, by_name)):
                    if plain_name(row.name) in names:
                        self._by_key.setdefault(row.key, {})[row.entity_id] = None
                        listed[row.entity_id] = None
        for ids in chunks(listed):
            for row in run(self._look.mine(visitors).where(visitors.c.id.in_(ids))):
                found[row.id] = opened_visitor(store, row)
        recency: dict[UUID, Recency] = {}
        for ids in chunks(found):
            for one in run(self._look.mine(visitor_recency).where(visitor_recency.c.visitor_id.in_(ids))):
                went = (one.last_post_id, one.last_host_id, one.last_host, one.last_purpose)
                recency[one.visitor_id] = Recency(one.visits, one.rank, one.last_visit_at, went)
        for key, known in found.items():
            self._persons[key] = Person(known, known, recency.get(key), recency.get(key))


def _listed(look: Look, keys: list[str], by_name: bool) -> sa.Select[Any]:
    """Those under these keys; by the name alone only of whom no more is known, as a common name has thousands."""
    listed = search_keys
    theirs = (listed.c.site_id == visitors.c.site_id) & (listed.c.entity_id == visitors.c.id)
    query = sa.select(listed.c.key, listed.c.entity_id, visitors.c.name).join_from(listed, visitors, theirs)
    query = query.where(listed.c.site_id == look.store.site.site_id, listed.c.scope == SCOPE)
    if by_name:
        bare = visitors.c.document_digest.is_(None), visitors.c.phone.is_(None), visitors.c.plate == ""
        query = query.where(*bare)
    return query.where(listed.c.key.in_(keys)).order_by(
        listed.c.key, listed.c.rank.desc(), listed.c.entity_id.desc()
    )
