"""visitors are found by their whole name, however many longer names begin alike"""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from alembic import op

from app.db import base
from app.domain.names import WHOLE, whole_keys

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PORTION = 5000

_visitors = sa.table("visitors", sa.column("site_id"), sa.column("id", base.Key), sa.column("name"))
_recency = sa.table(
    "visitor_recency", sa.column("site_id"), sa.column("visitor_id", base.Key), sa.column("rank")
)
_keys = sa.table(
    "search_keys",
    sa.column("site_id"),
    sa.column("scope"),
    sa.column("key"),
    sa.column("rank"),
    sa.column("entity_id", base.Key),
)


def upgrade() -> None:
    """Gives every visitor on file the keys of the whole name (VIS-5)."""
    connection = op.get_bind()
    place = sa.tuple_(_visitors.c.site_id, _visitors.c.id)
    theirs = (_recency.c.site_id == _visitors.c.site_id, _recency.c.visitor_id == _visitors.c.id)
    portion = (
        sa.select(*_visitors.c, sa.func.coalesce(_recency.c.rank, 0).label("rank"))
        .select_from(_visitors.outerjoin(_recency, sa.and_(*theirs)))
        .order_by(_visitors.c.site_id, _visitors.c.id)
        .limit(PORTION)
    )
    last = (-1, UUID(int=0))
    while rows := connection.execute(portion.where(place > last)).all():
        values = [
            {"site_id": row.site_id, "scope": "visitor", "key": key, "rank": row.rank, "entity_id": row.id}
            for row in rows
            for key in sorted(whole_keys(row.name))
        ]
        if values:
            connection.execute(_keys.insert(), values)
        last = (rows[-1].site_id, rows[-1].id)


def downgrade() -> None:
    """Takes them away again."""
    op.execute(f"DELETE FROM search_keys WHERE scope = 'visitor' AND substr(key, 1, 1) = '{WHOLE}'")
