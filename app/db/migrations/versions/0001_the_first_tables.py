"""the first tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.db import base

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds."""
    op.create_table(
        "audit_records",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("writer_id", base.Key(length=16), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "writer_id", "seq", name=op.f("pk_audit_records")),
    )
    op.create_table(
        "buildings",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_buildings")),
    )
    op.create_table(
        "change_records",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("writer_id", base.Key(length=16), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("audit_seq", sa.BigInteger(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "writer_id", "seq", name=op.f("pk_change_records")),
    )
    op.create_table(
        "day_digests",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "entity", "day", name=op.f("pk_day_digests")),
    )
    op.create_table(
        "desks",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_desks")),
    )
    op.create_table(
        "number_counters",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("writer_id", base.Key(length=16), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "writer_id", "what", "day", name=op.f("pk_number_counters")),
    )
    op.create_table(
        "posts",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_posts")),
    )
    op.create_table(
        "purposes",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_purposes")),
    )
    op.create_table(
        "role_rights",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("right", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "role", "right", name=op.f("pk_role_rights")),
    )
    op.create_table(
        "search_keys",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("entity_id", base.Key(length=16), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "scope", "key", "rank", "entity_id", name=op.f("pk_search_keys")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "service_items",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("group_name", sa.Text(), nullable=False),
        sa.Column("promise_minutes", sa.Integer(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("special", sa.Boolean(), nullable=False),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.Column("price", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_service_items")),
    )
    op.create_table(
        "shifts",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_shifts")),
    )
    op.create_table(
        "site_settings",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", base.Json(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "key", name=op.f("pk_site_settings")),
    )
    op.create_table(
        "sites",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("created_at", base.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_sites")),
    )
    op.create_table(
        "staff",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("skills", base.Json(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.Column("password_changes", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", base.Instant(), nullable=True),
        sa.Column("away", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_staff")),
    )
    op.create_table(
        "timings",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("day", base.Day(), nullable=False),
        sa.Column("shift", sa.Text(), nullable=False),
        sa.Column("post_id", base.Key(length=16), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("buckets", base.Json(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_timings")),
    )
    with op.batch_alter_table("timings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_timings_site_id_day"), ["site_id", "day"], unique=False)

    op.create_table(
        "visitors",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document_kind", sa.Text(), nullable=False),
        sa.Column("document_number", sa.LargeBinary(), nullable=True),
        sa.Column("document_digest", sa.LargeBinary(length=16), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("plate", sa.Text(), nullable=False),
        sa.Column("created_at", base.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_visitors")),
    )
    with op.batch_alter_table("visitors", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_visitors_site_id_document_digest"), ["site_id", "document_digest"], unique=False
        )

    op.create_table(
        "writers",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", base.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_writers")),
        sa.UniqueConstraint("site_id", "letter", name=op.f("uq_writers_site_id_letter")),
    )
    op.create_table(
        "customers",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("building_id", base.Key(length=16), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("extension", sa.Text(), nullable=False),
        sa.Column("special", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "building_id"],
            ["buildings.site_id", "buildings.id"],
            name=op.f("fk_customers_building_id_buildings"),
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_customers")),
    )
    op.create_table(
        "staff_roles",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("staff_id", base.Key(length=16), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "staff_id"], ["staff.site_id", "staff.id"], name=op.f("fk_staff_roles_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("site_id", "staff_id", "role", name=op.f("pk_staff_roles")),
    )
    op.create_table(
        "visitor_recency",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("visitor_id", base.Key(length=16), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("last_visit_at", base.Instant(), nullable=False),
        sa.Column("last_post_id", base.Key(length=16), nullable=True),
        sa.Column("last_host_id", base.Key(length=16), nullable=True),
        sa.Column("last_host", sa.Text(), nullable=False),
        sa.Column("last_purpose", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "visitor_id"],
            ["visitors.site_id", "visitors.id"],
            name=op.f("fk_visitor_recency_visitor_id_visitors"),
        ),
        sa.PrimaryKeyConstraint("site_id", "visitor_id", name=op.f("pk_visitor_recency")),
    )
    op.create_table(
        "visits",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("writer_id", base.Key(length=16), nullable=False),
        sa.Column("post_id", base.Key(length=16), nullable=False),
        sa.Column("guard_id", base.Key(length=16), nullable=False),
        sa.Column("visitor_id", base.Key(length=16), nullable=True),
        sa.Column("visitor", sa.Text(), nullable=False),
        sa.Column("document_kind", sa.Text(), nullable=False),
        sa.Column("document_number", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("plate", sa.Text(), nullable=False),
        sa.Column("host_id", base.Key(length=16), nullable=True),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("pass_number", sa.Text(), nullable=False),
        sa.Column("way_in", sa.Text(), nullable=False),
        sa.Column("arrived_at", base.Instant(), nullable=False),
        sa.Column("day", base.Day(), nullable=False),
        sa.Column("shift", sa.Text(), nullable=False),
        sa.Column("document_received_at", base.Instant(), nullable=True),
        sa.Column("document_returned_at", base.Instant(), nullable=True),
        sa.Column("registered_at", base.Instant(), nullable=True),
        sa.Column("held_seconds", sa.Float(), nullable=True),
        sa.Column("held_estimated", sa.Boolean(), nullable=False),
        sa.Column("boot", sa.Text(), nullable=False),
        sa.Column("started_monotonic", sa.Float(), nullable=False),
        sa.Column("over_reason", sa.Text(), nullable=False),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.Column("none_reason", sa.Text(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("missing_at_return", sa.Integer(), nullable=False),
        sa.Column("completed_at", base.Instant(), nullable=True),
        sa.Column("corrected_at", base.Instant(), nullable=True),
        sa.Column("discarded_at", base.Instant(), nullable=True),
        sa.Column("discard_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "guard_id"], ["staff.site_id", "staff.id"], name=op.f("fk_visits_guard_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "post_id"], ["posts.site_id", "posts.id"], name=op.f("fk_visits_post_id_posts")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "visitor_id"],
            ["visitors.site_id", "visitors.id"],
            name=op.f("fk_visits_visitor_id_visitors"),
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_visits")),
    )
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.create_index(
            "ix_visits_open",
            ["site_id", "post_id", "arrived_at", "id"],
            unique=False,
            sqlite_where=sa.text("registered_at IS NULL AND discarded_at IS NULL"),
            postgresql_where=sa.text("registered_at IS NULL AND discarded_at IS NULL"),
        )
        batch_op.create_index(
            "ix_visits_over",
            ["site_id", "post_id", "arrived_at", "id"],
            unique=False,
            sqlite_where=sa.text("held_seconds > 25.0"),
            postgresql_where=sa.text("held_seconds > 25.0"),
        )
        batch_op.create_index("ix_visits_post_time", ["site_id", "post_id", "arrived_at", "id"], unique=False)
        batch_op.create_index("ix_visits_time", ["site_id", "arrived_at", "id"], unique=False)
        batch_op.create_index(
            "ix_visits_unfinished",
            ["site_id", "post_id", "arrived_at", "id"],
            unique=False,
            sqlite_where=sa.text("missing != 0"),
            postgresql_where=sa.text("missing != 0"),
        )
        batch_op.create_index("ix_visits_visitor_time", ["site_id", "visitor_id", "arrived_at"], unique=False)

    op.create_table(
        "contacts",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("customer_id", base.Key(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("extension", sa.Text(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "customer_id"],
            ["customers.site_id", "customers.id"],
            name=op.f("fk_contacts_customer_id_customers"),
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_contacts")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contacts_site_id_customer_id_position"),
            ["site_id", "customer_id", "position"],
            unique=False,
        )

    op.create_table(
        "departures",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("visit_id", base.Key(length=16), nullable=False),
        sa.Column("left_at", base.Instant(), nullable=False),
        sa.Column("post_id", base.Key(length=16), nullable=True),
        sa.Column("staff_id", base.Key(length=16), nullable=True),
        sa.Column("by_rule", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "visit_id"],
            ["visits.site_id", "visits.id"],
            name=op.f("fk_departures_visit_id_visits"),
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_departures")),
    )
    with op.batch_alter_table("departures", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_departures_site_id_visit_id"), ["site_id", "visit_id"], unique=False
        )

    op.create_table(
        "on_site",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("visit_id", base.Key(length=16), nullable=False),
        sa.Column("post_id", base.Key(length=16), nullable=False),
        sa.Column("visitor_id", base.Key(length=16), nullable=True),
        sa.Column("since", base.Instant(), nullable=False),
        sa.Column("pass_number", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "visit_id"], ["visits.site_id", "visits.id"], name=op.f("fk_on_site_visit_id_visits")
        ),
        sa.PrimaryKeyConstraint("site_id", "visit_id", name=op.f("pk_on_site")),
    )
    with op.batch_alter_table("on_site", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_on_site_site_id_pass_number"), ["site_id", "pass_number"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_on_site_site_id_since_visit_id"), ["site_id", "since", "visit_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_on_site_site_id_visitor_id"), ["site_id", "visitor_id"], unique=False
        )

    op.create_table(
        "pass_returns",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("visit_id", base.Key(length=16), nullable=False),
        sa.Column("returned_at", base.Instant(), nullable=False),
        sa.Column("staff_id", base.Key(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id", "visit_id"],
            ["visits.site_id", "visits.id"],
            name=op.f("fk_pass_returns_visit_id_visits"),
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_pass_returns")),
    )
    with op.batch_alter_table("pass_returns", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_pass_returns_site_id_visit_id"), ["site_id", "visit_id"], unique=False
        )

    op.create_table(
        "passes_out",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("visit_id", base.Key(length=16), nullable=False),
        sa.Column("post_id", base.Key(length=16), nullable=False),
        sa.Column("pass_number", sa.Text(), nullable=False),
        sa.Column("since", base.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "visit_id"],
            ["visits.site_id", "visits.id"],
            name=op.f("fk_passes_out_visit_id_visits"),
        ),
        sa.PrimaryKeyConstraint("site_id", "visit_id", name=op.f("pk_passes_out")),
    )
    with op.batch_alter_table("passes_out", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_passes_out_site_id_pass_number"), ["site_id", "pass_number"], unique=False
        )

    op.create_table(
        "requests",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("writer_id", base.Key(length=16), nullable=False),
        sa.Column("day", base.Day(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("round_began_at", base.Instant(), nullable=False),
        sa.Column("round_began_by", base.Key(length=16), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("item_id", base.Key(length=16), nullable=True),
        sa.Column("customer_id", base.Key(length=16), nullable=True),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("extension", sa.Text(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("special", sa.Boolean(), nullable=False),
        sa.Column("appointment_at", base.Instant(), nullable=True),
        sa.Column("promised_at", base.Instant(), nullable=True),
        sa.Column("promise_reason", sa.Text(), nullable=False),
        sa.Column("clerk_id", base.Key(length=16), nullable=False),
        sa.Column("first_contact_id", base.Key(length=16), nullable=False),
        sa.Column("handler_id", base.Key(length=16), nullable=True),
        sa.Column("call_started_at", base.Instant(), nullable=False),
        sa.Column("received_at", base.Instant(), nullable=False),
        sa.Column("open_since", base.Instant(), nullable=True),
        sa.Column("dispatched_at", base.Instant(), nullable=True),
        sa.Column("dispatched_by", base.Key(length=16), nullable=True),
        sa.Column("done_at", base.Instant(), nullable=True),
        sa.Column("done_by", base.Key(length=16), nullable=True),
        sa.Column("confirmed_at", base.Instant(), nullable=True),
        sa.Column("confirmed_by", base.Key(length=16), nullable=True),
        sa.Column("confirmed_answer", sa.Text(), nullable=False),
        sa.Column("followed_up_at", base.Instant(), nullable=True),
        sa.Column("followed_up_by", base.Key(length=16), nullable=True),
        sa.Column("follow_up_outcome", sa.Text(), nullable=False),
        sa.Column("closed_at", base.Instant(), nullable=True),
        sa.Column("closed_by", base.Key(length=16), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("paused_at", base.Instant(), nullable=True),
        sa.Column("paused_reason", sa.Text(), nullable=False),
        sa.Column("resume_at", base.Instant(), nullable=True),
        sa.Column("stopped_seconds", sa.Integer(), nullable=False),
        sa.Column("returned_at", base.Instant(), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=False),
        sa.Column("dissatisfied_at", base.Instant(), nullable=True),
        sa.Column("told_at", base.Instant(), nullable=True),
        sa.Column("told_by", base.Key(length=16), nullable=True),
        sa.Column("promise_given_at", base.Instant(), nullable=True),
        sa.Column("promise_given_by", base.Key(length=16), nullable=True),
        sa.Column("promise_given_to", sa.Text(), nullable=False),
        sa.Column("result_told_at", base.Instant(), nullable=True),
        sa.Column("result_told_by", base.Key(length=16), nullable=True),
        sa.Column("satisfied_at", base.Instant(), nullable=True),
        sa.Column("satisfied_by", base.Key(length=16), nullable=True),
        sa.Column("satisfied_degree", sa.Text(), nullable=False),
        sa.Column("manager_talked_at", base.Instant(), nullable=True),
        sa.Column("manager_talked_by", base.Key(length=16), nullable=True),
        sa.CheckConstraint(
            "(open_since IS NULL) = (closed_at IS NOT NULL)", name=op.f("ck_requests_open_since")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "clerk_id"], ["staff.site_id", "staff.id"], name=op.f("fk_requests_clerk_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "customer_id"],
            ["customers.site_id", "customers.id"],
            name=op.f("fk_requests_customer_id_customers"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "first_contact_id"],
            ["staff.site_id", "staff.id"],
            name=op.f("fk_requests_first_contact_id_staff"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "item_id"],
            ["service_items.site_id", "service_items.id"],
            name=op.f("fk_requests_item_id_service_items"),
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_requests")),
    )
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.create_index(
            "ix_requests_customer_time", ["site_id", "customer_id", "received_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_requests_due",
            ["site_id", "promised_at", "id", "closed_at", "done_at"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL AND done_at IS NULL AND promised_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NULL AND done_at IS NULL AND promised_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_requests_first_contact_open",
            ["site_id", "first_contact_id", "open_since", "id"],
            unique=False,
            sqlite_where=sa.text("open_since IS NOT NULL"),
            postgresql_where=sa.text("open_since IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_requests_first_contact_time",
            ["site_id", "first_contact_id", "received_at", "id"],
            unique=False,
        )
        batch_op.create_index("ix_requests_number", ["site_id", "number", "received_at", "id"], unique=False)
        batch_op.create_index(
            "ix_requests_open",
            ["site_id", "open_since", "id", "state", "first_contact_id", "handler_id", "paused_at"],
            unique=False,
            sqlite_where=sa.text("open_since IS NOT NULL"),
            postgresql_where=sa.text("open_since IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_requests_sequence", ["site_id", "sequence", "received_at", "id"], unique=False
        )
        batch_op.create_index("ix_requests_time", ["site_id", "received_at", "id"], unique=False)

    op.create_table(
        "visit_corrections",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("visit_id", base.Key(length=16), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("staff_id", base.Key(length=16), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("old", sa.LargeBinary(), nullable=True),
        sa.Column("new", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "visit_id"],
            ["visits.site_id", "visits.id"],
            name=op.f("fk_visit_corrections_visit_id_visits"),
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_visit_corrections")),
    )
    with op.batch_alter_table("visit_corrections", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_visit_corrections_site_id_visit_id"), ["site_id", "visit_id"], unique=False
        )

    op.create_table(
        "confirmations",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("request_id", base.Key(length=16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("means", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("entered_at", base.Instant(), nullable=False),
        sa.Column("entered_by", base.Key(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "request_id"],
            ["requests.site_id", "requests.id"],
            name=op.f("fk_confirmations_request_id_requests"),
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_confirmations")),
    )
    with op.batch_alter_table("confirmations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_confirmations_site_id_request_id"), ["site_id", "request_id"], unique=False
        )

    op.create_table(
        "dispatches",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("request_id", base.Key(length=16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("handler_id", base.Key(length=16), nullable=False),
        sa.Column("responsible", sa.Boolean(), nullable=False),
        sa.Column("dispatched_at", base.Instant(), nullable=False),
        sa.Column("dispatched_by", base.Key(length=16), nullable=False),
        sa.Column("ended_at", base.Instant(), nullable=True),
        sa.Column("end", sa.Text(), nullable=False),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("begun_at", base.Instant(), nullable=True),
        sa.Column("done_at", base.Instant(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "handler_id"],
            ["staff.site_id", "staff.id"],
            name=op.f("fk_dispatches_handler_id_staff"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "request_id"],
            ["requests.site_id", "requests.id"],
            name=op.f("fk_dispatches_request_id_requests"),
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_dispatches")),
    )
    with op.batch_alter_table("dispatches", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_dispatches_site_id_handler_id_dispatched_at"),
            ["site_id", "handler_id", "dispatched_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_dispatches_site_id_request_id"), ["site_id", "request_id"], unique=False
        )

    op.create_table(
        "follow_ups",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("request_id", base.Key(length=16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("means", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("scores", base.Json(), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("entered_at", base.Instant(), nullable=False),
        sa.Column("asked_by", base.Key(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "request_id"],
            ["requests.site_id", "requests.id"],
            name=op.f("fk_follow_ups_request_id_requests"),
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_follow_ups")),
    )
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_follow_ups_site_id_request_id"), ["site_id", "request_id"], unique=False
        )

    op.create_table(
        "request_events",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", base.Key(length=16), nullable=False),
        sa.Column("request_id", base.Key(length=16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", base.Instant(), nullable=False),
        sa.Column("entered_at", base.Instant(), nullable=False),
        sa.Column("staff_id", base.Key(length=16), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("data", base.Json(), nullable=False),
        sa.Column("old_words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id", "request_id"],
            ["requests.site_id", "requests.id"],
            name=op.f("fk_request_events_request_id_requests"),
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_request_events")),
    )
    with op.batch_alter_table("request_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_request_events_site_id_request_id_sequence"),
            ["site_id", "request_id", "sequence"],
            unique=False,
        )

    op.create_table(
        "request_grams",
        sa.Column("site_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("gram", sa.Text(), nullable=False),
        sa.Column("request_id", base.Key(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "request_id"],
            ["requests.site_id", "requests.id"],
            name=op.f("fk_request_grams_request_id_requests"),
        ),
        sa.PrimaryKeyConstraint("site_id", "gram", "request_id", name=op.f("pk_request_grams")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Takes away again (small test data only; the way back of a site is its backup)."""
    op.drop_table("request_grams")
    with op.batch_alter_table("request_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_request_events_site_id_request_id_sequence"))

    op.drop_table("request_events")
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_ups_site_id_request_id"))

    op.drop_table("follow_ups")
    with op.batch_alter_table("dispatches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dispatches_site_id_request_id"))
        batch_op.drop_index(batch_op.f("ix_dispatches_site_id_handler_id_dispatched_at"))

    op.drop_table("dispatches")
    with op.batch_alter_table("confirmations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_confirmations_site_id_request_id"))

    op.drop_table("confirmations")
    with op.batch_alter_table("visit_corrections", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_corrections_site_id_visit_id"))

    op.drop_table("visit_corrections")
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.drop_index("ix_requests_time")
        batch_op.drop_index("ix_requests_sequence")
        batch_op.drop_index(
            "ix_requests_open",
            sqlite_where=sa.text("open_since IS NOT NULL"),
            postgresql_where=sa.text("open_since IS NOT NULL"),
        )
        batch_op.drop_index("ix_requests_number")
        batch_op.drop_index("ix_requests_first_contact_time")
        batch_op.drop_index(
            "ix_requests_first_contact_open",
            sqlite_where=sa.text("open_since IS NOT NULL"),
            postgresql_where=sa.text("open_since IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_requests_due",
            sqlite_where=sa.text("closed_at IS NULL AND done_at IS NULL AND promised_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NULL AND done_at IS NULL AND promised_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_requests_customer_time")

    op.drop_table("requests")
    with op.batch_alter_table("passes_out", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passes_out_site_id_pass_number"))

    op.drop_table("passes_out")
    with op.batch_alter_table("pass_returns", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pass_returns_site_id_visit_id"))

    op.drop_table("pass_returns")
    with op.batch_alter_table("on_site", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_on_site_site_id_visitor_id"))
        batch_op.drop_index(batch_op.f("ix_on_site_site_id_since_visit_id"))
        batch_op.drop_index(batch_op.f("ix_on_site_site_id_pass_number"))

    op.drop_table("on_site")
    with op.batch_alter_table("departures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_departures_site_id_visit_id"))

    op.drop_table("departures")
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contacts_site_id_customer_id_position"))

    op.drop_table("contacts")
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.drop_index("ix_visits_visitor_time")
        batch_op.drop_index(
            "ix_visits_unfinished",
            sqlite_where=sa.text("missing != 0"),
            postgresql_where=sa.text("missing != 0"),
        )
        batch_op.drop_index("ix_visits_time")
        batch_op.drop_index("ix_visits_post_time")
        batch_op.drop_index(
            "ix_visits_over",
            sqlite_where=sa.text("held_seconds > 25.0"),
            postgresql_where=sa.text("held_seconds > 25.0"),
        )
        batch_op.drop_index(
            "ix_visits_open",
            sqlite_where=sa.text("registered_at IS NULL AND discarded_at IS NULL"),
            postgresql_where=sa.text("registered_at IS NULL AND discarded_at IS NULL"),
        )

    op.drop_table("visits")
    op.drop_table("visitor_recency")
    op.drop_table("staff_roles")
    op.drop_table("customers")
    op.drop_table("writers")
    with op.batch_alter_table("visitors", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visitors_site_id_document_digest"))

    op.drop_table("visitors")
    with op.batch_alter_table("timings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_timings_site_id_day"))

    op.drop_table("timings")
    op.drop_table("staff")
    op.drop_table("sites")
    op.drop_table("site_settings")
    op.drop_table("shifts")
    op.drop_table("service_items")
    op.drop_table("search_keys")
    op.drop_table("role_rights")
    op.drop_table("purposes")
    op.drop_table("posts")
    op.drop_table("number_counters")
    op.drop_table("desks")
    op.drop_table("day_digests")
    op.drop_table("change_records")
    op.drop_table("buildings")
    op.drop_table("audit_records")
