"""Tables of the guard post: visitors, visits and what happens to them (VIS-1 to VIS-10).

A visit belongs to the writer that opened it. Its departure, the return of its pass and its corrections are rows of
their own, so that another PC can write them. `on_site` and `visitor_recency` are derived: each database keeps its own.
"""

from __future__ import annotations

import sqlalchemy as sa

from app.db.base import Day, Instant, Key, entity, metadata, reference, site_column

visitors = entity(
    "visitors",
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("document_kind", sa.Text, nullable=False),
    sa.Column("document_number", sa.LargeBinary),
    sa.Column("document_digest", sa.LargeBinary(16)),
    sa.Column("phone", sa.LargeBinary),
    sa.Column("plate", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Index(None, "site_id", "document_digest"),
)

visitor_recency = sa.Table(
    "visitor_recency",
    metadata,
    site_column(),
    sa.Column("visitor_id", Key, primary_key=True),
    sa.Column("visits", sa.Integer, nullable=False),
    sa.Column("rank", sa.Integer, nullable=False),
    sa.Column("last_visit_at", Instant, nullable=False),
    sa.Column("last_post_id", Key),
    sa.Column("last_host_id", Key),
    sa.Column("last_host", sa.Text, nullable=False),
    sa.Column("last_purpose", sa.Text, nullable=False),
    reference("visitor_id", "visitors"),
)

visits = entity(
    "visits",
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("writer_id", Key, nullable=False),
    sa.Column("post_id", Key, nullable=False),
    sa.Column("guard_id", Key, nullable=False),
    sa.Column("visitor_id", Key),
    sa.Column("visitor", sa.Text, nullable=False),
    sa.Column("document_kind", sa.Text, nullable=False),
    sa.Column("document_number", sa.LargeBinary),
    sa.Column("phone", sa.LargeBinary),
    sa.Column("plate", sa.Text, nullable=False),
    sa.Column("host_id", Key),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("pass_number", sa.Text, nullable=False),
    sa.Column("way_in", sa.Text, nullable=False),
    sa.Column("arrived_at", Instant, nullable=False),
    sa.Column("day", Day, nullable=False),
    sa.Column("shift", sa.Text, nullable=False),
    sa.Column("document_received_at", Instant),
    sa.Column("document_returned_at", Instant),
    sa.Column("registered_at", Instant),
    sa.Column("held_seconds", sa.Float),
    sa.Column("held_estimated", sa.Boolean, nullable=False),
    sa.Column("boot", sa.Text, nullable=False),
    sa.Column("started_monotonic", sa.Float, nullable=False),
    sa.Column("over_reason", sa.Text, nullable=False),
    sa.Column("override_reason", sa.Text, nullable=False),
    sa.Column("none_reason", sa.Text, nullable=False),
    sa.Column("missing", sa.Integer, nullable=False),
    sa.Column("missing_at_return", sa.Integer, nullable=False),
    sa.Column("completed_at", Instant),
    sa.Column("corrected_at", Instant),
    sa.Column("discarded_at", Instant),
    sa.Column("discard_reason", sa.Text, nullable=False),
    reference("post_id", "posts"),
    reference("guard_id", "staff"),
    reference("visitor_id", "visitors"),
    sa.Index("ix_visits_post_time", "site_id", "post_id", "arrived_at", "id"),
    sa.Index("ix_visits_time", "site_id", "arrived_at", "id"),
    sa.Index("ix_visits_visitor_time", "site_id", "visitor_id", "arrived_at"),
)
sa.Index(
    "ix_visits_open",
    visits.c.site_id,
    visits.c.post_id,
    visits.c.arrived_at,
    visits.c.id,
    sqlite_where=sa.and_(visits.c.registered_at.is_(None), visits.c.discarded_at.is_(None)),
    postgresql_where=sa.and_(visits.c.registered_at.is_(None), visits.c.discarded_at.is_(None)),
)
sa.Index(
    "ix_visits_unfinished",
    visits.c.site_id,
    visits.c.post_id,
    visits.c.arrived_at,
    visits.c.id,
    sqlite_where=visits.c.missing != 0,
    postgresql_where=visits.c.missing != 0,
)

sa.Index(
    "ix_visits_over",
    visits.c.site_id,
    visits.c.post_id,
    visits.c.arrived_at,
    visits.c.id,
    sqlite_where=visits.c.held_seconds > sa.literal_column("25.0"),
    postgresql_where=visits.c.held_seconds > sa.literal_column("25.0"),
)

departures = entity(
    "departures",
    sa.Column("visit_id", Key, nullable=False),
    sa.Column("left_at", Instant, nullable=False),
    sa.Column("post_id", Key),
    sa.Column("staff_id", Key),
    sa.Column("by_rule", sa.Boolean, nullable=False),
    reference("visit_id", "visits"),
    sa.Index(None, "site_id", "visit_id"),
)
sa.Index(
    "ix_departures_by_rule",
    departures.c.site_id,
    departures.c.left_at,
    sqlite_where=departures.c.by_rule,
    postgresql_where=departures.c.by_rule,
)

pass_returns = entity(
    "pass_returns",
    sa.Column("visit_id", Key, nullable=False),
    sa.Column("returned_at", Instant, nullable=False),
    sa.Column("staff_id", Key),
    reference("visit_id", "visits"),
    sa.Index(None, "site_id", "visit_id"),
)

visit_corrections = entity(
    "visit_corrections",
    sa.Column("visit_id", Key, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("staff_id", Key, nullable=False),
    sa.Column("field", sa.Text, nullable=False),
    sa.Column("old", sa.LargeBinary),
    sa.Column("new", sa.LargeBinary),
    sa.Column("reason", sa.Text, nullable=False),
    reference("visit_id", "visits"),
    sa.Index(None, "site_id", "visit_id"),
)

on_site = sa.Table(
    "on_site",
    metadata,
    site_column(),
    sa.Column("visit_id", Key, primary_key=True),
    sa.Column("post_id", Key, nullable=False),
    sa.Column("visitor_id", Key),
    sa.Column("since", Instant, nullable=False),
    sa.Column("pass_number", sa.Text, nullable=False),
    reference("visit_id", "visits"),
    sa.Index(None, "site_id", "since", "visit_id"),
    sa.Index(None, "site_id", "pass_number"),
    sa.Index(None, "site_id", "visitor_id"),
)

# A pass that is out: its visit's row stays here until the pass is back, even after the visitor has left (VIS-9).
passes_out = sa.Table(
    "passes_out",
    metadata,
    site_column(),
    sa.Column("visit_id", Key, primary_key=True),
    sa.Column("post_id", Key, nullable=False),
    sa.Column("pass_number", sa.Text, nullable=False),
    sa.Column("since", Instant, nullable=False),
    reference("visit_id", "visits"),
    sa.Index(None, "site_id", "pass_number"),
)
