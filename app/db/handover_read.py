"""What a post would hand over now, read in a look or in the transaction that hands it over (VIS-16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.handover import counted_things, duty_lines, duty_standing, handovers, tallies
from app.db.records import audit_records
from app.db.site import writers
from app.db.visits import on_site, passes_out, visits
from app.domain.handover import MOST_LISTED, OVERDUE

NOTHING: sa.ColumnElement[int] = sa.literal_column("0")


@dataclass(frozen=True, slots=True)
class Present:
    """Figures, and keys of the rows behind them (`MOST_LISTED` of each at most); `counts` of them are whole."""

    visits: int
    on_site: int
    on_site_here: int
    tallies: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[str, int], ...]
    overdue: tuple[UUID, ...]
    passes_out: tuple[UUID, ...]
    unfinished: tuple[UUID, ...]
    open: tuple[UUID, ...]
    lines: tuple[UUID, ...]
    standing: tuple[UUID, ...]
    counts: dict[str, int]


LISTS = ("overdue", "passes_out", "unfinished", "open", "lines", "standing")


def last_handover(connection: sa.Connection, site_id: int, post_id: UUID | None) -> sa.Row[Any] | None:
    """The post's newest handover; None before the first."""
    query = (
        sa.select(handovers)
        .where(handovers.c.site_id == site_id, handovers.c.post_id == post_id)
        .order_by(handovers.c.at.desc(), handovers.c.id.desc())
        .limit(1)
    )
    return connection.execute(query).first()


def last_counts(row: sa.Row[Any] | None) -> dict[str, int]:
    """What was counted last of each thing; a handover at which one was not counted passes the older count on."""
    found: dict[str, int] = {}
    for name, last, count in [] if row is None else row.seen["things"]:
        known = last if count is None else count
        if known is not None:
            found[name] = known
    return found


def last_at(connection: sa.Connection, site_id: int, post_id: UUID | None) -> datetime | None:
    """When the post handed over last."""
    row = last_handover(connection, site_id, post_id)
    return None if row is None else row.at


def newest_at(connection: sa.Connection, site_id: int, post_id: UUID | None) -> datetime | None:
    """When a post tallied or noted something last: no handover is before that, whatever the clock says."""
    found = [
        connection.execute(
            sa.select(table.c.at)
            .where(table.c.site_id == site_id, table.c.post_id == post_id)
            .order_by(table.c.at.desc())
            .limit(1)
        ).scalar()
        for table in (duty_lines, tallies)
    ]
    return max((at for at in found if at is not None), default=None)


def lines_since(site_id: int, post_id: UUID | None, since: datetime) -> sa.Select[Any]:
    """The keys of a post's lines of the duty log since its last handover, newest first."""
    table = duty_lines
    mine = (table.c.site_id == site_id, table.c.post_id == post_id, table.c.at > since)
    return sa.select(table.c.id).where(*mine).order_by(table.c.at.desc(), table.c.id.desc())


def open_ids(site_id: int, post_id: UUID | None) -> sa.Select[Any]:
    """The keys of a post's open registrations, oldest first."""
    return (
        sa.select(visits.c.id)
        .where(
            visits.c.site_id == site_id,
            visits.c.post_id == post_id,
            visits.c.registered_at.is_(None),
            visits.c.discarded_at.is_(None),
        )
        .order_by(visits.c.arrived_at, visits.c.id)
    )


def tally_counts(
    connection: sa.Connection, site_id: int, post_id: UUID | None, since: datetime
) -> tuple[dict[str, int], dict[str, int]]:
    """How many of each kind a post tallied since an instant, and why people were turned away; undone ones are not."""
    table = tallies
    rows = connection.execute(
        sa.select(table.c.kind, table.c.reason, sa.func.count())
        .where(
            table.c.site_id == site_id,
            table.c.post_id == post_id,
            table.c.at > since,
            table.c.undone_at.is_(None),
        )
        .group_by(table.c.kind, table.c.reason)
    )
    kinds: dict[str, int] = {}
    reasons: dict[str, int] = {}
    for kind, reason, count in rows:
        kinds[kind] = kinds.get(kind, 0) + count
        if reason:
            reasons[reason] = reasons.get(reason, 0) + count
    return kinds, reasons


def things_of(connection: sa.Connection, site_id: int, post_id: UUID | None) -> list[str]:
    """What is counted at a post, in the site's order."""
    table = counted_things
    here = sa.or_(table.c.post_id.is_(None), table.c.post_id == post_id)
    query = sa.select(table.c.name).where(table.c.site_id == site_id, table.c.active, here)
    return list(dict.fromkeys(connection.execute(query.order_by(table.c.position, table.c.id)).scalars()))


def chain_heads(connection: sa.Connection, site_id: int) -> list[list[Any]]:
    """The ends of all audit chains: letter of the writer, number of its last record, that record's digest in hex."""
    table = audit_records
    found = []
    for writer in connection.execute(
        sa.select(writers.c.id, writers.c.letter)
        .where(writers.c.site_id == site_id)
        .order_by(writers.c.letter)
    ).all():
        end = connection.execute(
            sa.select(table.c.seq, table.c.digest)
            .where(table.c.site_id == site_id, table.c.writer_id == writer.id)
            .order_by(table.c.seq.desc())
            .limit(1)
        ).first()
        if end is not None:
            found.append([writer.letter, end.seq, bytes(end.digest).hex()])
    return found


def present(
    connection: sa.Connection, site_id: int, post_id: UUID | None, now: datetime, since: datetime
) -> Present:
    """What there is to hand over at a post."""
    here = (visits.c.site_id == site_id, visits.c.post_id == post_id)
    order = (visits.c.arrived_at, visits.c.id)
    late = now - OVERDUE
    lists: dict[str, sa.Select[Any]] = {
        "overdue": sa.select(on_site.c.visit_id)
        .where(on_site.c.site_id == site_id, on_site.c.post_id == post_id, on_site.c.since < late)
        .order_by(on_site.c.since, on_site.c.visit_id),
        "passes_out": sa.select(passes_out.c.visit_id)
        .where(passes_out.c.site_id == site_id, passes_out.c.post_id == post_id)
        .order_by(passes_out.c.pass_number, passes_out.c.visit_id),
        "unfinished": sa.select(visits.c.id).where(*here, visits.c.missing != NOTHING).order_by(*order),
        "open": open_ids(site_id, post_id),
        "lines": lines_since(site_id, post_id, since),
        "standing": sa.select(duty_standing.c.line_id)
        .where(duty_standing.c.site_id == site_id, duty_standing.c.post_id == post_id)
        .order_by(duty_standing.c.line_id),
    }
    found: dict[str, tuple[UUID, ...]] = {}
    counts: dict[str, int] = {}
    for name, query in lists.items():
        keys = tuple(connection.execute(query).scalars())
        counts[name], found[name] = len(keys), keys[:MOST_LISTED]
    kinds, reasons = tally_counts(connection, site_id, post_id, since)
    whole = sa.select(sa.func.count()).select_from(on_site).where(on_site.c.site_id == site_id)
    came = (
        sa.select(sa.func.count())
        .select_from(visits)
        .where(*here, visits.c.arrived_at >= since, visits.c.registered_at.is_not(None))
    )
    return Present(
        visits=connection.execute(came).scalar_one(),
        on_site=connection.execute(whole).scalar_one(),
        on_site_here=connection.execute(whole.where(on_site.c.post_id == post_id)).scalar_one(),
        tallies=tuple(sorted(kinds.items(), key=lambda one: (-one[1], one[0]))),
        reasons=tuple(sorted(reasons.items(), key=lambda one: (-one[1], one[0]))),
        counts=counts,
        **found,
    )
