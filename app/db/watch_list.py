"""Tables of the watch list (VIS-11): who is on it, and each time that somebody met it.

All that names a person is encrypted; the digests find an entry of the same number or phone, without opening any.
A hit holds no value of the person or of the entry: the visit, what it was met by, and what was done. It stays when its
entry is purged, so it refers to none.
"""

from __future__ import annotations

import sqlalchemy as sa

from app.db.base import Day, Instant, Key, entity, reference

watch_entries = entity(
    "watch_entries",
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("name", sa.LargeBinary),
    sa.Column("document_number", sa.LargeBinary),
    sa.Column("number_digest", sa.LargeBinary(16)),
    sa.Column("phone", sa.LargeBinary),
    sa.Column("phone_digest", sa.LargeBinary(16)),
    sa.Column("reason", sa.LargeBinary, nullable=False),
    sa.Column("todo", sa.Text, nullable=False),
    sa.Column("todo_words", sa.LargeBinary),
    sa.Column("valid_from", Day, nullable=False),
    sa.Column("valid_until", Day, nullable=False),
    sa.Column("review_on", Day, nullable=False),
    sa.Column("entered_at", Instant, nullable=False),
    sa.Column("entered_by", Key, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("ended_by", Key),
    sa.Column("end_reason", sa.LargeBinary),
    reference("entered_by", "staff"),
    reference("ended_by", "staff"),
    sa.Index(None, "site_id", "number_digest"),
)

watch_hits = entity(
    "watch_hits",
    sa.Column("visit_id", Key, nullable=False),
    sa.Column("entry_id", Key, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("staff_id", Key, nullable=False),
    sa.Column("post_id", Key),
    sa.Column("exact", sa.Boolean, nullable=False),
    sa.Column("basis", sa.Text, nullable=False),
    sa.Column("seen_at", Instant),
    sa.Column("seen_by", Key),
    sa.Column("done", sa.Text, nullable=False),
    sa.Column("done_at", Instant),
    sa.Column("done_by", Key),
    reference("visit_id", "visits"),
    reference("staff_id", "staff"),
    sa.Index(None, "site_id", "visit_id"),
    sa.Index(None, "site_id", "at", "id"),
)
