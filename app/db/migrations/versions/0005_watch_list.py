"""the watch list and its hits"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.db import base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds. Its rights are given by `app.db.added_rights`, with their audit record (VIS-11)."""
    op.create_table(
        "watch_entries",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("document_number", sa.LargeBinary(), nullable=True),
        sa.Column("number_digest", sa.LargeBinary(length=16), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_digest", sa.LargeBinary(length=16), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("todo", sa.Text(), nullable=False),
        sa.Column("todo_words", sa.LargeBinary(), nullable=True),
        sa.Column("valid_from", base.Day(), nullable=False),
        sa.Column("valid_until", base.Day(), nullable=False),
        sa.Column("review_on", base.Day(), nullable=False),
        sa.Column("entered_at", base.Instant(), nullable=False),
        sa.Column("entered_by", base.Key(length=16), nullable=False),
        sa.Column("ended_at", base.Instant(), nullable=True),
        sa.Column("ended_by", base.Key(length=16), nullable=True),
        sa.Column("end_reason", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id", "entered_by"],
            ["staff.site_id", "staff.id"],
            name=op.f("fk_watch_entries_entered_by_staff"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "ended_by"],
            ["staff.site_id", "staff.id"],
            name=op.f("fk_watch_entries_ended_by_staff"),
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_watch_entries")),
    )
    op.create_index(
        op.f("ix_watch_entries_site_id_number_digest"), "watch_entries", ["site_id", "number_digest"]
    )
    op.create_table(
        "watch_hits",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("visit_id", base.Key(length=16), nullable=False),
        sa.Column("entry_id", base.Key(length=16), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("staff_id", base.Key(length=16), nullable=False),
        sa.Column("post_id", base.Key(length=16), nullable=True),
        sa.Column("exact", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("seen_at", base.Instant(), nullable=True),
        sa.Column("seen_by", base.Key(length=16), nullable=True),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("done_at", base.Instant(), nullable=True),
        sa.Column("done_by", base.Key(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id", "visit_id"],
            ["visits.site_id", "visits.id"],
            name=op.f("fk_watch_hits_visit_id_visits"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "staff_id"],
            ["staff.site_id", "staff.id"],
            name=op.f("fk_watch_hits_staff_id_staff"),
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_watch_hits")),
    )
    op.create_index(op.f("ix_watch_hits_site_id_visit_id"), "watch_hits", ["site_id", "visit_id"])
    op.create_index(op.f("ix_watch_hits_site_id_at_id"), "watch_hits", ["site_id", "at", "id"])


def downgrade() -> None:
    """Takes away again (small test data only; the way back of a site is its backup)."""
    op.drop_index(op.f("ix_watch_hits_site_id_at_id"), table_name="watch_hits")
    op.drop_index(op.f("ix_watch_hits_site_id_visit_id"), table_name="watch_hits")
    op.drop_table("watch_hits")
    op.drop_index(op.f("ix_watch_entries_site_id_number_digest"), table_name="watch_entries")
    op.drop_table("watch_entries")
