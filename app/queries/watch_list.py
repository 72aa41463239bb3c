"""The watch list as it is looked at: its entries for who keeps it, its hits, and the index that a post matches with."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.base import Instant, Key
from app.db.people import staff
from app.db.site import posts
from app.db.store import Store
from app.db.visits import visits
from app.db.watch_list import watch_entries, watch_hits
from app.domain.masks import mask
from app.domain.people import Actor
from app.domain.watch_list import WatchIndex, WatchListEntry
from app.errors import DomainError

PAGE = 100
EDIT, REASON = "watch.edit", "watch.reason"
After = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry in the list; number and phone masked, `reason` None for who may not see it (`watch.reason`).

    `state` is active, coming, expired or ended; `overdue`: its review is past and it still counts.
    """

    id: UUID
    version: int
    name: str
    number_shown: str
    phone_shown: str
    todo: str
    todo_words: str
    reason: str | None
    valid_from: date
    valid_until: date
    review_on: date
    entered_at: datetime
    entered_by: str
    state: str
    overdue: bool
    end_reason: str
    active: bool


@dataclass(frozen=True, slots=True)
class HitRow:
    """One time that somebody met the list: when, which visit, at which post, by what, and what was done by whom.

    `entry` is the entry's name, "" for one without a name or purged: the row itself holds none.
    """

    at: datetime
    visit_id: UUID
    number: str
    post: str
    guard: str
    entry: str
    exact: bool
    basis: str
    seen_at: datetime | None
    seen_by: str
    done: str
    done_by: str
    after: After


def entries(store: Store, actor: Actor, *, retired: bool = False) -> list[EntryRow]:
    """The list for who keeps it: overdue reviews first, then by the next review; ended and expired ones if `retired`.

    Raises:
        DomainError: `no_right` without `watch.edit` or `watch.reason`.
    """
    if not actor.may(REASON):
        actor.need(EDIT)
    site_id, unseal = store.site.site_id, store.secrets.open
    today = site_day(store)
    table = watch_entries
    by, ended = staff.alias("by_whom"), table.c.ended_at
    query = (
        sa.select(table, by.c.name.label("who"))
        .join(by, sa.and_(by.c.site_id == table.c.site_id, by.c.id == table.c.entered_by))
        .where(table.c.site_id == site_id)
    )
    if not retired:
        query = query.where(
            ended.is_(None), table.c.valid_until >= sa.literal(today, table.c.valid_until.type)
        )
    found = []
    with store.reading() as connection:
        for row in connection.execute(query):
            state = state_of(row, today)
            number = unseal(row.document_number, "watch_entries.document_number", site_id, row.id)
            found.append(
                EntryRow(
                    row.id,
                    row.version,
                    unseal(row.name, "watch_entries.name", site_id, row.id),
                    mask(number) if len(number) > 4 else number,
                    mask(unseal(row.phone, "watch_entries.phone", site_id, row.id)),
                    row.todo,
                    unseal(row.todo_words, "watch_entries.todo_words", site_id, row.id),
                    unseal(row.reason, "watch_entries.reason", site_id, row.id)
                    if actor.may(REASON)
                    else None,
                    row.valid_from,
                    row.valid_until,
                    row.review_on,
                    row.entered_at,
                    row.who,
                    state,
                    state in ("active", "coming") and row.review_on < today,
                    unseal(row.end_reason, "watch_entries.end_reason", site_id, row.id)
                    if actor.may(REASON)
                    else "",
                    state in ("active", "coming"),
                )
            )
    return sorted(found, key=lambda one: (not one.active, one.review_on, one.name, str(one.id)))


def hits(store: Store, actor: Actor, after: After | None = None, limit: int = PAGE) -> list[HitRow]:
    """The next hits, newest first: no number and no reason.

    Raises:
        DomainError: `no_right` without `watch.edit` or `watch.reason`.
    """
    if not actor.may(REASON):
        actor.need(EDIT)
    site_id, unseal = store.site.site_id, store.secrets.open
    with store.reading() as connection:
        rows = connection.execute(hits_select(site_id, after, limit)).all()
    return [
        HitRow(
            row.at,
            row.visit_id,
            row.number,
            row.post or "",
            row.guard,
            unseal(row.entry, "watch_entries.name", site_id, row.entry_id),
            row.exact,
            row.basis,
            row.seen_at,
            row.saw or "",
            row.done,
            row.did or "",
            (row.at, row.id),
        )
        for row in rows
    ]


def hits_select(site_id: int, after: After | None, limit: int) -> sa.Select[Any]:
    """The statement of a page: exposed so that a test can read its plan."""
    table = watch_hits
    saw, did = staff.alias("saw"), staff.alias("did")

    def person(one: sa.FromClause, column: sa.Column[Any]) -> sa.ColumnElement[bool]:
        return sa.and_(one.c.site_id == table.c.site_id, one.c.id == column)

    query = (
        sa.select(
            table,
            visits.c.number,
            posts.c.name.label("post"),
            staff.c.name.label("guard"),
            saw.c.name.label("saw"),
            did.c.name.label("did"),
            watch_entries.c.name.label("entry"),
        )
        .join(visits, sa.and_(visits.c.site_id == table.c.site_id, visits.c.id == table.c.visit_id))
        .join(staff, person(staff, table.c.staff_id))
        .outerjoin(watch_entries, person(watch_entries, table.c.entry_id))
        .outerjoin(posts, person(posts, table.c.post_id))
        .outerjoin(saw, person(saw, table.c.seen_by))
        .outerjoin(did, person(did, table.c.done_by))
        .where(table.c.site_id == site_id)
    )
    if after is not None:
        last = sa.tuple_(sa.literal(after[0], Instant), sa.literal(after[1], Key))
        query = query.where(sa.tuple_(table.c.at, table.c.id) < last)
    return query.order_by(table.c.at.desc(), table.c.id.desc()).limit(limit)


def site_day(store: Store) -> date:
    """Today at the site: an entry that ends today is over at its midnight."""
    return store.clock.now().astimezone(store.site.zone).date()


def state_of(row: sa.Row[Any], today: date) -> str:
    """active, coming (its first day is still to come), expired or ended."""
    if row.ended_at is not None:
        return "ended"
    if row.valid_until < today:
        return "expired"
    return "coming" if row.valid_from > today else "active"


class WatchList:
    """The index in memory, made anew when entries have changed. Used in the worker thread, told from any."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._index = WatchIndex()
        self._stale = True

    def changed(self) -> None:
        """Entries have changed, here or on another PC: the next look reads them again."""
        self._stale = True

    def index(self) -> WatchIndex:
        """The index of now. What has not changed is not opened again; when the file cannot be read, the last one."""
        if self._stale:
            self._stale = False
            try:
                self._index = self._read()
            except DomainError:
                self._stale = True
                if not len(self._index):
                    raise
        return self._index

    def _read(self) -> WatchIndex:
        store, before = self._store, self._index.entries
        table = watch_entries
        found: list[WatchListEntry] = []
        with store.reading() as connection:
            query = sa.select(table).where(table.c.site_id == store.site.site_id, table.c.ended_at.is_(None))
            for row in connection.execute(query):
                known = before.get(row.id)
                if known is not None and known.version == row.version:
                    found.append(known)
                    continue
                # A damaged entry keeps no other from being met; `yinghou check` names it.
                with suppress(DomainError):
                    found.append(_opened(store, row))
        return WatchIndex(found, self._index)


def _opened(store: Store, row: sa.Row[Any]) -> WatchListEntry:
    def text(column: str) -> str:
        place = f"watch_entries.{column}"
        return store.secrets.open(getattr(row, column), place, store.site.site_id, row.id)

    return WatchListEntry(
        row.id,
        row.version,
        text("name"),
        text("document_number"),
        text("phone"),
        row.todo,
        text("todo_words"),
        row.valid_from,
        row.valid_until,
    )
