"""Staff, their roles and what a role may do: rights are rows, not code (docs/rights.md)."""

from __future__ import annotations

import sqlalchemy as sa

from app.db.base import Instant, Json, Key, entity, metadata, reference, site_column

staff = entity(
    "staff",
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("phone", sa.LargeBinary),
    sa.Column("skills", Json, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("pin_hash", sa.Text, nullable=False),
    sa.Column("password_changes", sa.Boolean, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("locked_until", Instant),
    sa.Column("away", sa.Boolean, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
)

staff_roles = sa.Table(
    "staff_roles",
    metadata,
    site_column(),
    sa.Column("staff_id", Key, primary_key=True),
    sa.Column("role", sa.Text, primary_key=True),
    reference("staff_id", "staff"),
)

role_rights = sa.Table(
    "role_rights",
    metadata,
    site_column(),
    sa.Column("role", sa.Text, primary_key=True),
    sa.Column("right", sa.Text, primary_key=True),
)
