"""Tables of what a post tallies, notes and hands over (VIS-1, VIS-16).

All are rows that are only added, so that two writers' rows merge by keeping both: a tally counts as long as it was not
undone, an order is done by a row of its own, a handover is taken over by one. `duty_standing` is derived.
"""

from __future__ import annotations

import sqlalchemy as sa

from app.db.base import Day, Instant, Json, Key, entity, metadata, reference, site_column

# What a post counts without a name; `turned_away` asks for a reason (劝返).
tally_kinds = entity(
    "tally_kinds",
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("turned_away", sa.Boolean, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
)

tallies = entity(
    "tallies",
    sa.Column("post_id", Key, nullable=False),
    sa.Column("staff_id", Key, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("day", Day, nullable=False),
    sa.Column("shift", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("undone_at", Instant),
    reference("post_id", "posts"),
    reference("staff_id", "staff"),
    sa.Index("ix_tallies_post_time", "site_id", "post_id", "at", "id"),
    sa.Index("ix_tallies_time", "site_id", "at", "id"),
)

# Things that are counted at a handover (对讲机、钥匙、手电): at one post, or at every post (`post_id` null).
counted_things = entity(
    "counted_things",
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("post_id", Key),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    reference("post_id", "posts"),
)

# The text is encrypted: what happened may name a person. A correction is a further line that names the first.
duty_lines = entity(
    "duty_lines",
    sa.Column("post_id", Key, nullable=False),
    sa.Column("staff_id", Key, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("day", Day, nullable=False),
    sa.Column("shift", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("text", sa.LargeBinary, nullable=False),
    sa.Column("corrects_id", Key),
    reference("post_id", "posts"),
    reference("staff_id", "staff"),
    reference("corrects_id", "duty_lines"),
    sa.Index("ix_duty_lines_post_time", "site_id", "post_id", "at", "id"),
)

duty_endings = entity(
    "duty_endings",
    sa.Column("line_id", Key, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("staff_id", Key, nullable=False),
    reference("line_id", "duty_lines"),
    reference("staff_id", "staff"),
    sa.Index(None, "site_id", "line_id"),
)

# Orders and leaders on duty that are not done yet.
duty_standing = sa.Table(
    "duty_standing",
    metadata,
    site_column(),
    sa.Column("line_id", Key, primary_key=True),
    sa.Column("post_id", Key, nullable=False),
    reference("line_id", "duty_lines"),
)

# `seen` holds figures and keys of rows, never names: a purge of persons leaves nothing behind here. `heads` are the
# ends of the audit chains just before it, as they stand on the printed sheet: [letter, seq, digest].
handovers = entity(
    "handovers",
    sa.Column("post_id", Key, nullable=False),
    sa.Column("outgoing_id", Key, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("day", Day, nullable=False),
    sa.Column("shift", sa.Text, nullable=False),
    sa.Column("notes", sa.LargeBinary),
    sa.Column("seen", Json, nullable=False),
    sa.Column("heads", Json, nullable=False),
    reference("post_id", "posts"),
    reference("outgoing_id", "staff"),
    sa.Index("ix_handovers_post_time", "site_id", "post_id", "at", "id"),
    sa.Index("ix_handovers_post_day", "site_id", "post_id", "day", "at", "id"),
)

handover_takings = entity(
    "handover_takings",
    sa.Column("handover_id", Key, nullable=False),
    sa.Column("staff_id", Key, nullable=False),
    sa.Column("at", Instant, nullable=False),
    reference("handover_id", "handovers"),
    reference("staff_id", "staff"),
    sa.Index(None, "site_id", "handover_id"),
)
