"""What the house remembers of every change: change records, the audit chain, timings in use.

One chain per writer. An audit record holds keys, field names and keyed salted digests, never values, so that erasing a
person breaks nothing. A change record is what other programs and, later, the courier catch up from.
"""

from __future__ import annotations

import sqlalchemy as sa

from app.db.base import Day, Instant, Json, Key, entity, metadata, site_column

audit_records = sa.Table(
    "audit_records",
    metadata,
    site_column(),
    sa.Column("writer_id", Key, primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("station", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("digest", sa.LargeBinary(32), nullable=False),
    sa.Column("mac", sa.LargeBinary(32), nullable=False),
)

change_records = sa.Table(
    "change_records",
    metadata,
    site_column(),
    sa.Column("writer_id", Key, primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("audit_seq", sa.BigInteger, nullable=False),
    sa.Column("entity", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("operation", sa.Text, nullable=False),
)

# Field timings of F9 and of the search, one row per flush: counts per bucket, no personal data.
timings = entity(
    "timings",
    sa.Column("day", Day, nullable=False),
    sa.Column("shift", sa.Text, nullable=False),
    sa.Column("post_id", Key),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("buckets", Json, nullable=False),
    sa.Index(None, "site_id", "day"),
)

# Short digests of rows, by table and the day of their keys, for rows that were written in bulk and so have no audit
# record of their own (`app.db.integrity`). One audit record anchors the digest over this table.
day_digests = sa.Table(
    "day_digests",
    metadata,
    site_column(),
    sa.Column("entity", sa.Text, primary_key=True),
    sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
