"""tallies, the duty log and handovers of the guard posts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.db import base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds. The rows that their lists begin with are given by `app.db.added_rows`, with audit records."""
    op.create_table(
        "tally_kinds",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("turned_away", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_tally_kinds")),
    )
    op.create_table(
        "counted_things",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("post_id", base.Key(length=16), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "post_id"],
            ["posts.site_id", "posts.id"],
            name=op.f("fk_counted_things_post_id_posts"),
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_counted_things")),
    )
    op.create_table(
        "duty_lines",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("post_id", base.Key(length=16), nullable=False),
        sa.Column("staff_id", base.Key(length=16), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("day", base.Day(), nullable=False),
        sa.Column("shift", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("corrects_id", base.Key(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id", "corrects_id"],
            ["duty_lines.site_id", "duty_lines.id"],
            name=op.f("fk_duty_lines_corrects_id_duty_lines"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "post_id"], ["posts.site_id", "posts.id"], name=op.f("fk_duty_lines_post_id_posts")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "staff_id"], ["staff.site_id", "staff.id"], name=op.f("fk_duty_lines_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_duty_lines")),
    )
    op.create_index("ix_duty_lines_post_time", "duty_lines", ["site_id", "post_id", "at", "id"], unique=False)
    op.create_table(
        "handovers",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("post_id", base.Key(length=16), nullable=False),
        sa.Column("outgoing_id", base.Key(length=16), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("since", base.Instant(), nullable=False),
        sa.Column("day", base.Day(), nullable=False),
        sa.Column("shift", sa.Text(), nullable=False),
        sa.Column("notes", sa.LargeBinary(), nullable=True),
        sa.Column("seen", base.Json(), nullable=False),
        sa.Column("heads", base.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "outgoing_id"],
            ["staff.site_id", "staff.id"],
            name=op.f("fk_handovers_outgoing_id_staff"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "post_id"], ["posts.site_id", "posts.id"], name=op.f("fk_handovers_post_id_posts")
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_handovers")),
    )
    op.create_index(
        "ix_handovers_post_day", "handovers", ["site_id", "post_id", "day", "at", "id"], unique=False
    )
    op.create_index("ix_handovers_post_time", "handovers", ["site_id", "post_id", "at", "id"], unique=False)
    op.create_table(
        "tallies",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("post_id", base.Key(length=16), nullable=False),
        sa.Column("staff_id", base.Key(length=16), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("day", base.Day(), nullable=False),
        sa.Column("shift", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("undone_at", base.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id", "post_id"], ["posts.site_id", "posts.id"], name=op.f("fk_tallies_post_id_posts")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "staff_id"], ["staff.site_id", "staff.id"], name=op.f("fk_tallies_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_tallies")),
    )
    op.create_index("ix_tallies_post_time", "tallies", ["site_id", "post_id", "at", "id"], unique=False)
    op.create_index("ix_tallies_time", "tallies", ["site_id", "at", "id"], unique=False)
    op.create_table(
        "duty_endings",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("line_id", base.Key(length=16), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("staff_id", base.Key(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "line_id"],
            ["duty_lines.site_id", "duty_lines.id"],
            name=op.f("fk_duty_endings_line_id_duty_lines"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "staff_id"],
            ["staff.site_id", "staff.id"],
            name=op.f("fk_duty_endings_staff_id_staff"),
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_duty_endings")),
    )
    op.create_index(
        op.f("ix_duty_endings_site_id_line_id"), "duty_endings", ["site_id", "line_id"], unique=False
    )
    op.create_table(
        "duty_standing",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line_id", base.Key(length=16), nullable=False),
        sa.Column("post_id", base.Key(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "line_id"],
            ["duty_lines.site_id", "duty_lines.id"],
            name=op.f("fk_duty_standing_line_id_duty_lines"),
        ),
        sa.PrimaryKeyConstraint("site_id", "line_id", name=op.f("pk_duty_standing")),
    )
    op.create_table(
        "handover_takings",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("handover_id", base.Key(length=16), nullable=False),
        sa.Column("staff_id", base.Key(length=16), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "handover_id"],
            ["handovers.site_id", "handovers.id"],
            name=op.f("fk_handover_takings_handover_id_handovers"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "staff_id"],
            ["staff.site_id", "staff.id"],
            name=op.f("fk_handover_takings_staff_id_staff"),
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_handover_takings")),
    )
    op.create_index(
        op.f("ix_handover_takings_site_id_handover_id"),
        "handover_takings",
        ["site_id", "handover_id"],
        unique=False,
    )


def downgrade() -> None:
    """Takes away again (small test data only; the way back of a site is its backup)."""
    op.drop_index(op.f("ix_handover_takings_site_id_handover_id"), table_name="handover_takings")
    op.drop_table("handover_takings")
    op.drop_table("duty_standing")
    op.drop_index(op.f("ix_duty_endings_site_id_line_id"), table_name="duty_endings")
    op.drop_table("duty_endings")
    op.drop_index("ix_tallies_time", table_name="tallies")
    op.drop_index("ix_tallies_post_time", table_name="tallies")
    op.drop_table("tallies")
    op.drop_index("ix_handovers_post_time", table_name="handovers")
    op.drop_index("ix_handovers_post_day", table_name="handovers")
    op.drop_table("handovers")
    op.drop_index("ix_duty_lines_post_time", table_name="duty_lines")
    op.drop_table("duty_lines")
    op.drop_table("counted_things")
    op.drop_table("tally_kinds")
