"""How a roll call stands: what its operations and its list both ask (VIS-13)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.evacuation import roll_call_ends, roll_call_ticks, roll_calls


def running_id(connection: sa.Connection, site_id: int) -> UUID | None:
    """The roll call that is not ended yet; their times do not matter, a clock may have been set back."""
    ended = sa.exists().where(
        roll_call_ends.c.site_id == roll_calls.c.site_id, roll_call_ends.c.roll_call_id == roll_calls.c.id
    )
    running = sa.select(roll_calls.c.id).where(roll_calls.c.site_id == site_id, ~ended)
    return connection.execute(running.order_by(roll_calls.c.id.desc()).limit(1)).scalar()


def standing_ticks(
    connection: sa.Connection, site_id: int, roll_call_id: UUID, visit_id: UUID | None = None
) -> list[Any]:
    """The ticks that nobody has taken back, of one visit or of all."""
    query = sa.select(roll_call_ticks).where(
        roll_call_ticks.c.site_id == site_id, roll_call_ticks.c.roll_call_id == roll_call_id
    )
    if visit_id is not None:
        query = query.where(roll_call_ticks.c.visit_id == visit_id)
    rows = connection.execute(query.order_by(roll_call_ticks.c.id)).all()
    mistaken = {row.takes_back for row in rows}
    return [row for row in rows if row.takes_back is None and row.id not in mistaken]


def standing_tick(connection: sa.Connection, site_id: int, roll_call_id: UUID, visit_id: UUID) -> UUID | None:
    """The tick by which somebody counts as found, None for who is missing."""
    rows = standing_ticks(connection, site_id, roll_call_id, visit_id)
    return rows[0].id if rows else None


def found_ids(connection: sa.Connection, site_id: int, roll_call_id: UUID) -> set[UUID]:
    """The visits of those who were found."""
    return {row.visit_id for row in standing_ticks(connection, site_id, roll_call_id)}
