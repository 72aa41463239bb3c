"""${message}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db.base
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Takes away again (small test data only; the way back of a site is its backup)."""
    ${downgrades if downgrades else "pass"}
