"""requests are found by their service item"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From an item to its requests, however many there are (REQ-9)."""
    op.create_index("ix_requests_item_time", "requests", ["site_id", "item_id", "received_at", "id"])


def downgrade() -> None:
    """Takes away again."""
    op.drop_index("ix_requests_item_time", table_name="requests")
