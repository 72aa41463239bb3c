"""What a post tallied: in this shift for the screen, by day, shift and post for the figures (VIS-1, VIS-15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from app.db.handover import counted_things, tallies, tally_kinds
from app.db.handover_read import last_at, tally_counts
from app.db.site import posts
from app.db.store import Store
from app.domain.handover import MOST_KINDS, period_begin
from app.domain.people import Actor


@dataclass(frozen=True, slots=True)
class TallyKindRow:
    """A kind on the site's list."""

    id: UUID
    name: str
    turned_away: bool
    position: int
    active: bool


@dataclass(frozen=True, slots=True)
class CountedThingRow:
    """A thing counted at handovers; `post_id` None and `post` "" for every post."""

    id: UUID
    name: str
    post_id: UUID | None
    post: str
    position: int
    active: bool


@dataclass(frozen=True, slots=True)
class TallyChoice:
    """A kind that a digit takes, and how many of it this shift has."""

    name: str
    turned_away: bool
    count: int


@dataclass(frozen=True, slots=True)
class TallyBoard:
    """What F5 shows; `total` counts all kinds of this shift, those no longer on the list too."""

    choices: tuple[TallyChoice, ...]
    total: int
    since: datetime


@dataclass(frozen=True, slots=True)
class TallyFact:
    """So many of a kind, of one day, shift and post; `reason` only where somebody was turned away."""

    day: date
    shift: str
    post: str
    kind: str
    reason: str
    count: int


def tally_kind_list(store: Store, actor: Actor, *, retired: bool = False) -> list[TallyKindRow]:
    """The kinds in their order."""
    table = tally_kinds
    query = (
        sa.select(table).where(table.c.site_id == store.site.site_id).order_by(table.c.position, table.c.id)
    )
    with store.reading() as connection:
        rows = connection.execute(query if retired else query.where(table.c.active)).all()
    return [TallyKindRow(row.id, row.name, row.turned_away, row.position, row.active) for row in rows]


def counted_thing_list(store: Store, actor: Actor, *, retired: bool = False) -> list[CountedThingRow]:
    """What is counted at handovers, in its order."""
    table = counted_things
    query = (
        sa.select(table, sa.func.coalesce(posts.c.name, "").label("post"))
        .select_from(
            table.outerjoin(posts, sa.and_(posts.c.site_id == table.c.site_id, posts.c.id == table.c.post_id))
        )
        .where(table.c.site_id == store.site.site_id)
        .order_by(table.c.position, table.c.id)
    )
    with store.reading() as connection:
        rows = connection.execute(query if retired else query.where(table.c.active)).all()
    return [
        CountedThingRow(row.id, row.name, row.post_id, row.post, row.position, row.active) for row in rows
    ]


def tally_board(store: Store, actor: Actor) -> TallyBoard:
    """The kinds with this shift's counts at the actor's post: since its last handover."""
    actor.need("visits.see")
    site_id, zone = store.site.site_id, store.site.zone
    table = tally_kinds
    with store.reading() as connection:
        kinds = connection.execute(
            sa.select(table.c.name, table.c.turned_away)
            .where(table.c.site_id == site_id, table.c.active)
            .order_by(table.c.position, table.c.id)
            .limit(MOST_KINDS)
        ).all()
        since = period_begin(
            store.clock.now(),
            zone,
            store.shifts(connection),
            store.setting(connection, "day_starts", 0),
            last_at(connection, site_id, actor.post_id),
        )
        counts, _ = tally_counts(connection, site_id, actor.post_id, since)
    choices = tuple(TallyChoice(row.name, row.turned_away, counts.get(row.name, 0)) for row in kinds)
    return TallyBoard(choices, sum(counts.values()), since)


def tally_facts(store: Store, begin: datetime, end: datetime, post_id: UUID | None = None) -> list[TallyFact]:
    """The counts between two instants, of a post or of the site, by day, shift, post, kind and reason."""
    table = tallies
    parts = (table.c.day, table.c.shift, posts.c.name, posts.c.position, table.c.kind, table.c.reason)
    query = (
        sa.select(*parts, sa.func.count())
        .select_from(table)
        .join(posts, sa.and_(posts.c.site_id == table.c.site_id, posts.c.id == table.c.post_id))
        .where(
            table.c.site_id == store.site.site_id,
            table.c.at >= begin,
            table.c.at < end,
            table.c.undone_at.is_(None),
        )
        .group_by(*parts)
        .order_by(table.c.day, posts.c.position, table.c.shift, table.c.kind, table.c.reason)
    )
    if post_id is not None:
        query = query.where(table.c.post_id == post_id)
    with store.reading() as connection:
        return [
            TallyFact(day, shift, post, kind, reason, count)
            for day, shift, post, _, kind, reason, count in connection.execute(query)
        ]
