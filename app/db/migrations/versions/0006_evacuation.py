"""roll calls, blank slips and late entries, nights closed by rule"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.db import base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds."""
    op.create_table(
        "nights_closed",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("night", base.Day(), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("boundary", base.Instant(), nullable=False),
        sa.Column("closed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_nights_closed")),
    )
    op.create_index(
        op.f("ix_nights_closed_site_id_night"), "nights_closed", ["site_id", "night"], unique=False
    )
    op.create_table(
        "roll_calls",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("started_at", base.Instant(), nullable=False),
        sa.Column("staff_id", base.Key(length=16), nullable=False),
        sa.Column("post_id", base.Key(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id", "staff_id"], ["staff.site_id", "staff.id"], name=op.f("fk_roll_calls_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_roll_calls")),
    )
    op.create_index(
        op.f("ix_roll_calls_site_id_started_at"), "roll_calls", ["site_id", "started_at"], unique=False
    )
    op.create_table(
        "slip_runs",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("writer_id", base.Key(length=16), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("staff_id", base.Key(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "staff_id"], ["staff.site_id", "staff.id"], name=op.f("fk_slip_runs_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_slip_runs")),
    )
    op.create_index(
        op.f("ix_slip_runs_site_id_letter_first"), "slip_runs", ["site_id", "letter", "first"], unique=False
    )
    op.create_table(
        "late_entries",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("visit_id", base.Key(length=16), nullable=False),
        sa.Column("slip_number", sa.Text(), nullable=False),
        sa.Column("last_four", sa.LargeBinary(), nullable=True),
        sa.Column("entered_at", base.Instant(), nullable=False),
        sa.Column("staff_id", base.Key(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "staff_id"],
            ["staff.site_id", "staff.id"],
            name=op.f("fk_late_entries_staff_id_staff"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "visit_id"],
            ["visits.site_id", "visits.id"],
            name=op.f("fk_late_entries_visit_id_visits"),
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_late_entries")),
    )
    op.create_index(
        op.f("ix_late_entries_site_id_slip_number"), "late_entries", ["site_id", "slip_number"], unique=False
    )
    op.create_index(
        op.f("ix_late_entries_site_id_visit_id"), "late_entries", ["site_id", "visit_id"], unique=False
    )
    op.create_table(
        "roll_call_ends",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("roll_call_id", base.Key(length=16), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("staff_id", base.Key(length=16), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "roll_call_id"],
            ["roll_calls.site_id", "roll_calls.id"],
            name=op.f("fk_roll_call_ends_roll_call_id_roll_calls"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "staff_id"],
            ["staff.site_id", "staff.id"],
            name=op.f("fk_roll_call_ends_staff_id_staff"),
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_roll_call_ends")),
    )
    op.create_index(
        op.f("ix_roll_call_ends_site_id_roll_call_id"),
        "roll_call_ends",
        ["site_id", "roll_call_id"],
        unique=False,
    )
    op.create_table(
        "roll_call_people",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("roll_call_id", base.Key(length=16), nullable=False),
        sa.Column("visit_id", base.Key(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "roll_call_id"],
            ["roll_calls.site_id", "roll_calls.id"],
            name=op.f("fk_roll_call_people_roll_call_id_roll_calls"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "visit_id"],
            ["visits.site_id", "visits.id"],
            name=op.f("fk_roll_call_people_visit_id_visits"),
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_roll_call_people")),
    )
    op.create_index(
        op.f("ix_roll_call_people_site_id_roll_call_id"),
        "roll_call_people",
        ["site_id", "roll_call_id"],
        unique=False,
    )
    op.create_table(
        "roll_call_ticks",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("roll_call_id", base.Key(length=16), nullable=False),
        sa.Column("visit_id", base.Key(length=16), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("staff_id", base.Key(length=16), nullable=False),
        sa.Column("post_id", base.Key(length=16), nullable=True),
        sa.Column("takes_back", base.Key(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id", "roll_call_id"],
            ["roll_calls.site_id", "roll_calls.id"],
            name=op.f("fk_roll_call_ticks_roll_call_id_roll_calls"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "staff_id"],
            ["staff.site_id", "staff.id"],
            name=op.f("fk_roll_call_ticks_staff_id_staff"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "visit_id"],
            ["visits.site_id", "visits.id"],
            name=op.f("fk_roll_call_ticks_visit_id_visits"),
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_roll_call_ticks")),
    )
    op.create_index(
        op.f("ix_roll_call_ticks_site_id_roll_call_id"),
        "roll_call_ticks",
        ["site_id", "roll_call_id"],
        unique=False,
    )
    op.create_index(
        "ix_departures_by_rule",
        "departures",
        ["site_id", "left_at"],
        unique=False,
        sqlite_where=sa.text("by_rule"),
        postgresql_where=sa.text("by_rule"),
    )


def downgrade() -> None:
    """Takes away again (small test data only; the way back of a site is its backup)."""
    op.drop_index(
        "ix_departures_by_rule",
        table_name="departures",
        sqlite_where=sa.text("by_rule"),
        postgresql_where=sa.text("by_rule"),
    )
    op.drop_index(op.f("ix_roll_call_ticks_site_id_roll_call_id"), table_name="roll_call_ticks")
    op.drop_table("roll_call_ticks")
    op.drop_index(op.f("ix_roll_call_people_site_id_roll_call_id"), table_name="roll_call_people")
    op.drop_table("roll_call_people")
    op.drop_index(op.f("ix_roll_call_ends_site_id_roll_call_id"), table_name="roll_call_ends")
    op.drop_table("roll_call_ends")
    op.drop_index(op.f("ix_late_entries_site_id_visit_id"), table_name="late_entries")
    op.drop_index(op.f("ix_late_entries_site_id_slip_number"), table_name="late_entries")
    op.drop_table("late_entries")
    op.drop_index(op.f("ix_slip_runs_site_id_letter_first"), table_name="slip_runs")
    op.drop_table("slip_runs")
    op.drop_index(op.f("ix_roll_calls_site_id_started_at"), table_name="roll_calls")
    op.drop_table("roll_calls")
    op.drop_index(op.f("ix_nights_closed_site_id_night"), table_name="nights_closed")
    op.drop_table("nights_closed")
