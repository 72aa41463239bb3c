"""who saw whole numbers, and why"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.db import base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds. The right to read it is given by `app.db.added_rights`, with its audit record."""
    op.create_table(
        "disclosures",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("staff_id", base.Key(length=16), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("row_id", base.Key(length=16), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id", "staff_id"],
            ["staff.site_id", "staff.id"],
            name=op.f("fk_disclosures_staff_id_staff"),
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_disclosures")),
    )
    op.create_index(op.f("ix_disclosures_site_id_at_id"), "disclosures", ["site_id", "at", "id"])


def downgrade() -> None:
    """Takes away again (small test data only; the way back of a site is its backup)."""
    op.drop_index(op.f("ix_disclosures_site_id_at_id"), table_name="disclosures")
    op.drop_table("disclosures")
