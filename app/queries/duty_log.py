"""The duty log as a post sees it: the lines of this shift, and the orders and leaders that stand (VIS-16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from app.db.handover import duty_endings, duty_lines, duty_standing
from app.db.handover_read import last_at, lines_since
from app.db.people import staff
from app.db.store import Store
from app.domain.handover import MOST_LISTED, STAYING, period_begin
from app.domain.people import Actor


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One line. `corrected` says that a later one puts it right; `done` that an order or leader no longer stands."""

    line_id: UUID
    at: datetime
    shift: str
    kind: str
    text: str
    by: str
    corrects: bool
    corrected: bool
    done: bool

    @property
    def standing(self) -> bool:
        """Whether it is an order that is to be done, or the leader on duty."""
        return self.kind in STAYING and not self.done


@dataclass(frozen=True, slots=True)
class DutyLog:
    """What stands, newest first, and the lines since the last handover, newest first (`MOST_LISTED` at most)."""

    since: datetime
    standing: tuple[DutyLine, ...]
    lines: tuple[DutyLine, ...]


def duty_log(store: Store, actor: Actor) -> DutyLog:
    """The duty log of the actor's post."""
    actor.need("visits.see")
    site_id = store.site.site_id
    with store.reading() as connection:
        since = period_begin(
            store.clock.now(),
            store.site.zone,
            store.shifts(connection),
            store.setting(connection, "day_starts", 0),
            last_at(connection, site_id, actor.post_id),
        )
        keys = list(
            connection.execute(lines_since(site_id, actor.post_id, since).limit(MOST_LISTED)).scalars()
        )
        standing = list(
            connection.execute(
                sa.select(duty_standing.c.line_id).where(
                    duty_standing.c.site_id == site_id, duty_standing.c.post_id == actor.post_id
                )
            ).scalars()
        )
        found = lines_of(store, connection, [*keys, *standing])
    stand = sorted((found[key] for key in standing), key=lambda line: (line.at, line.line_id), reverse=True)
    return DutyLog(since, tuple(stand), tuple(found[key] for key in keys))


def lines_of(store: Store, connection: sa.Connection, keys: Sequence[UUID]) -> dict[UUID, DutyLine]:
    """Lines by their keys; one that is not there any more is left out."""
    table, again, site_id = duty_lines, duty_lines.alias("again"), store.site.site_id
    mine = table.c.site_id == site_id, table.c.id.in_(list(dict.fromkeys(keys)))
    rows = connection.execute(
        sa.select(table, staff.c.name.label("by"))
        .join(staff, sa.and_(staff.c.site_id == table.c.site_id, staff.c.id == table.c.staff_id))
        .where(*mine)
    ).all()
    there = [row.id for row in rows]
    done = set(
        connection.execute(
            sa.select(duty_endings.c.line_id).where(
                duty_endings.c.site_id == site_id, duty_endings.c.line_id.in_(there)
            )
        ).scalars()
    )
    # A correction is written at the same post and later: looked for there, not over the years.
    first = min((row.at for row in rows), default=None)
    posts = {row.post_id for row in rows}
    corrected: set[UUID | None] = set()
    if first is not None:
        corrected = set(
            connection.execute(
                sa.select(again.c.corrects_id).where(
                    again.c.site_id == site_id,
                    again.c.post_id.in_(posts),
                    again.c.at >= first,
                    again.c.corrects_id.is_not(None),
                )
            ).scalars()
        )
    unseal = store.secrets.open
    return {
        row.id: DutyLine(
            row.id,
            row.at,
            row.shift,
            row.kind,
            unseal(row.text, "duty_lines.text", site_id, row.id),
            row.by,
            row.corrects_id is not None,
            row.id in corrected,
            row.id in done,
        )
        for row in rows
    }
