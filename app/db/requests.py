"""Tables of the service center: catalogue, requests and their way (REQ-1 to REQ-10)."""

from __future__ import annotations

import sqlalchemy as sa

from app.db.base import Day, Instant, Json, Key, entity, metadata, reference, site_column

service_items = entity(
    "service_items",
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("group_name", sa.Text, nullable=False),
    sa.Column("promise_minutes", sa.Integer),
    sa.Column("urgent", sa.Boolean, nullable=False),
    sa.Column("special", sa.Boolean, nullable=False),
    sa.Column("skill", sa.Text, nullable=False),
    sa.Column("price", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
)

requests = entity(
    "requests",
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("writer_id", Key, nullable=False),
    sa.Column("day", Day, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("round_began_at", Instant, nullable=False),
    sa.Column("round_began_by", Key, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("item_id", Key),
    sa.Column("customer_id", Key),
    sa.Column("customer", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("contact", sa.Text, nullable=False),
    sa.Column("extension", sa.Text, nullable=False),
    sa.Column("phone", sa.LargeBinary),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("urgency", sa.Text, nullable=False),
    sa.Column("special", sa.Boolean, nullable=False),
    sa.Column("appointment_at", Instant),
    sa.Column("promised_at", Instant),
    sa.Column("promise_reason", sa.Text, nullable=False),
    sa.Column("clerk_id", Key, nullable=False),
    sa.Column("first_contact_id", Key, nullable=False),
    sa.Column("handler_id", Key),
    sa.Column("call_started_at", Instant, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    # `received_at` while it is open, nothing once it has ended: the lists of open requests go by it, so that no planner
    # can take the index over all requests for them.
    sa.Column("open_since", Instant),
    sa.Column("dispatched_at", Instant),
    sa.Column("dispatched_by", Key),
    sa.Column("done_at", Instant),
    sa.Column("done_by", Key),
    sa.Column("confirmed_at", Instant),
    sa.Column("confirmed_by", Key),
    sa.Column("confirmed_answer", sa.Text, nullable=False),
    sa.Column("followed_up_at", Instant),
    sa.Column("followed_up_by", Key),
    sa.Column("follow_up_outcome", sa.Text, nullable=False),
    sa.Column("closed_at", Instant),
    sa.Column("closed_by", Key),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("paused_at", Instant),
    sa.Column("paused_reason", sa.Text, nullable=False),
    sa.Column("resume_at", Instant),
    sa.Column("stopped_seconds", sa.Integer, nullable=False),
    sa.Column("returned_at", Instant),
    sa.Column("return_reason", sa.Text, nullable=False),
    sa.Column("dissatisfied_at", Instant),
    sa.Column("told_at", Instant),
    sa.Column("told_by", Key),
    sa.Column("promise_given_at", Instant),
    sa.Column("promise_given_by", Key),
    sa.Column("promise_given_to", sa.Text, nullable=False),
    sa.Column("result_told_at", Instant),
    sa.Column("result_told_by", Key),
    sa.Column("satisfied_at", Instant),
    sa.Column("satisfied_by", Key),
    sa.Column("satisfied_degree", sa.Text, nullable=False),
    sa.Column("manager_talked_at", Instant),
    sa.Column("manager_talked_by", Key),
    reference("customer_id", "customers"),
    reference("item_id", "service_items"),
    reference("first_contact_id", "staff"),
    reference("clerk_id", "staff"),
    sa.Index("ix_requests_time", "site_id", "received_at", "id"),
    sa.Index("ix_requests_number", "site_id", "number", "received_at", "id"),
    sa.Index("ix_requests_sequence", "site_id", "sequence", "received_at", "id"),
    sa.Index("ix_requests_first_contact_time", "site_id", "first_contact_id", "received_at", "id"),
    sa.Index("ix_requests_customer_time", "site_id", "customer_id", "received_at", "id"),
    sa.Index("ix_requests_item_time", "site_id", "item_id", "received_at", "id"),
)
requests.append_constraint(
    sa.CheckConstraint("(open_since IS NULL) = (closed_at IS NOT NULL)", name="open_since")
)
# The open requests with all that the saved lists ask about: counts read this index alone.
sa.Index(
    "ix_requests_open",
    requests.c.site_id,
    requests.c.open_since,
    requests.c.id,
    requests.c.state,
    requests.c.first_contact_id,
    requests.c.handler_id,
    requests.c.paused_at,
    sqlite_where=requests.c.open_since.is_not(None),
    postgresql_where=requests.c.open_since.is_not(None),
)
sa.Index(
    "ix_requests_first_contact_open",
    requests.c.site_id,
    requests.c.first_contact_id,
    requests.c.open_since,
    requests.c.id,
    sqlite_where=requests.c.open_since.is_not(None),
    postgresql_where=requests.c.open_since.is_not(None),
)
# What is promised and not yet done, the soonest first: due today, overdue. SQLite wants the columns of the condition in
# the index too, else counting looks into every row.
_PROMISED = sa.and_(
    requests.c.closed_at.is_(None), requests.c.done_at.is_(None), requests.c.promised_at.is_not(None)
)
sa.Index(
    "ix_requests_due",
    requests.c.site_id,
    requests.c.promised_at,
    requests.c.id,
    requests.c.closed_at,
    requests.c.done_at,
    sqlite_where=_PROMISED,
    postgresql_where=_PROMISED,
)

# What happened, in the words that people read: a history is never only an audit record.
request_events = entity(
    "request_events",
    sa.Column("request_id", Key, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("entered_at", Instant, nullable=False),
    sa.Column("staff_id", Key, nullable=False),
    sa.Column("station", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("data", Json, nullable=False),
    sa.Column("old_words", sa.LargeBinary),
    reference("request_id", "requests"),
    sa.Index(None, "site_id", "request_id", "sequence"),
)

dispatches = entity(
    "dispatches",
    sa.Column("request_id", Key, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("handler_id", Key, nullable=False),
    sa.Column("responsible", sa.Boolean, nullable=False),
    sa.Column("dispatched_at", Instant, nullable=False),
    sa.Column("dispatched_by", Key, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("end", sa.Text, nullable=False),
    sa.Column("end_reason", sa.Text, nullable=False),
    sa.Column("begun_at", Instant),
    sa.Column("done_at", Instant),
    sa.Column("result", sa.Text, nullable=False),
    reference("request_id", "requests"),
    reference("handler_id", "staff"),
    sa.Index(None, "site_id", "request_id"),
    sa.Index(None, "site_id", "handler_id", "dispatched_at"),
)

confirmations = entity(
    "confirmations",
    sa.Column("request_id", Key, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("means", sa.Text, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("entered_at", Instant, nullable=False),
    sa.Column("entered_by", Key, nullable=False),
    reference("request_id", "requests"),
    sa.Index(None, "site_id", "request_id"),
)

follow_ups = entity(
    "follow_ups",
    sa.Column("request_id", Key, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("means", sa.Text, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("scores", Json, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("entered_at", Instant, nullable=False),
    sa.Column("asked_by", Key, nullable=False),
    reference("request_id", "requests"),
    sa.Index(None, "site_id", "request_id"),
)

# Every two neighbouring characters of a request's words: any substring of two or more is found by equality.
request_grams = sa.Table(
    "request_grams",
    metadata,
    site_column(),
    sa.Column("gram", sa.Text, primary_key=True),
    sa.Column("request_id", Key, primary_key=True),
    reference("request_id", "requests"),
    sqlite_with_rowid=False,
)
