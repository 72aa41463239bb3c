"""Tables of the evacuation list: roll calls, blank slips and late entries, nights closed by rule (VIS-10, VIS-13).

A roll call is begun, ticked and ended by rows of their own, so that several PCs tick at once. A tick is taken back by a
row that names it: somebody is found as long as one tick stands, whatever the clocks of the PCs say.
"""

from __future__ import annotations

import sqlalchemy as sa

from app.db.base import Day, Instant, Key, entity, reference

roll_calls = entity(
    "roll_calls",
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("staff_id", Key, nullable=False),
    sa.Column("post_id", Key),
    reference("staff_id", "staff"),
    sa.Index(None, "site_id", "started_at"),
)

# Who was on site when it began, or came to it before it ended: the list as it was, whoever is seen off meanwhile.
roll_call_people = entity(
    "roll_call_people",
    sa.Column("roll_call_id", Key, nullable=False),
    sa.Column("visit_id", Key, nullable=False),
    reference("roll_call_id", "roll_calls"),
    reference("visit_id", "visits"),
    sa.Index(None, "site_id", "roll_call_id"),
)

# `takes_back` is the tick that was a mistake.
roll_call_ticks = entity(
    "roll_call_ticks",
    sa.Column("roll_call_id", Key, nullable=False),
    sa.Column("visit_id", Key, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("staff_id", Key, nullable=False),
    sa.Column("post_id", Key),
    sa.Column("takes_back", Key),
    reference("roll_call_id", "roll_calls"),
    reference("visit_id", "visits"),
    reference("staff_id", "staff"),
    sa.Index(None, "site_id", "roll_call_id"),
)

roll_call_ends = entity(
    "roll_call_ends",
    sa.Column("roll_call_id", Key, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("staff_id", Key, nullable=False),
    sa.Column("expected", sa.Integer, nullable=False),
    sa.Column("found", sa.Integer, nullable=False),
    reference("roll_call_id", "roll_calls"),
    reference("staff_id", "staff"),
    sa.Index(None, "site_id", "roll_call_id"),
)

# The numbers of blank slips that went to paper: `first` to `last` of a writer's own sequence.
slip_runs = entity(
    "slip_runs",
    sa.Column("writer_id", Key, nullable=False),
    sa.Column("letter", sa.Text, nullable=False),
    sa.Column("first", sa.Integer, nullable=False),
    sa.Column("last", sa.Integer, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("staff_id", Key, nullable=False),
    reference("staff_id", "staff"),
    sa.Index(None, "site_id", "letter", "first"),
)

# A visit that was keyed in from a slip; `last_four` are those of the document's number, which the slip alone has.
late_entries = entity(
    "late_entries",
    sa.Column("visit_id", Key, nullable=False),
    sa.Column("slip_number", sa.Text, nullable=False),
    sa.Column("last_four", sa.LargeBinary),
    sa.Column("entered_at", Instant, nullable=False),
    sa.Column("staff_id", Key, nullable=False),
    reference("visit_id", "visits"),
    reference("staff_id", "staff"),
    sa.Index(None, "site_id", "slip_number"),
    sa.Index(None, "site_id", "visit_id"),
)

# A night on which the rule has closed whom nobody saw off; `closed` is how many (none is worth a row too: it ran).
nights_closed = entity(
    "nights_closed",
    sa.Column("night", Day, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("boundary", Instant, nullable=False),
    sa.Column("closed", sa.Integer, nullable=False),
    sa.Index(None, "site_id", "night"),
)
