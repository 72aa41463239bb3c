"""The site and its fixed things: settings, writers, posts, desks, buildings, shifts, purposes (MODE-1, MODE-2)."""

from __future__ import annotations

import sqlalchemy as sa

from app.db.base import Instant, Json, Key, entity, metadata, reference, site_column

sites = sa.Table(
    "sites",
    metadata,
    site_column(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("company", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("mode", sa.Text, nullable=False),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
)

site_settings = sa.Table(
    "site_settings",
    metadata,
    site_column(),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", Json, nullable=False),
)

# A writer is one data folder on one PC; its letter stands in every number that it gives.
writers = entity(
    "writers",
    sa.Column("letter", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("wrapped_key", sa.LargeBinary, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.UniqueConstraint("site_id", "letter"),
)

number_counters = sa.Table(
    "number_counters",
    metadata,
    site_column(),
    sa.Column("writer_id", Key, primary_key=True),
    sa.Column("what", sa.Text, primary_key=True),
    sa.Column("day", sa.Integer, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)

posts = entity(
    "posts",
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
)

desks = entity(
    "desks",
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
)

buildings = entity(
    "buildings",
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
)

# Minutes after midnight of the site's day; a shift that ends before it starts runs over midnight.
shifts = entity(
    "shifts",
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("starts", sa.Integer, nullable=False),
    sa.Column("ends", sa.Integer, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
)

purposes = entity(
    "purposes",
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
)

customers = entity(
    "customers",
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("building_id", Key),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("extension", sa.Text, nullable=False),
    sa.Column("special", sa.Boolean, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    reference("building_id", "buildings"),
)

contacts = entity(
    "contacts",
    sa.Column("customer_id", Key, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("extension", sa.Text, nullable=False),
    sa.Column("phone", sa.LargeBinary),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    reference("customer_id", "customers"),
    sa.Index(None, "site_id", "customer_id", "position"),
)
