"""Who saw whole numbers, and why: one row each time numbers leave unmasked (VIS-14).

The audit chain proves that it happened and holds no values; here the reason can be read, by who may (`audit.see`). It
is encrypted like the numbers, since it may name a person.
"""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from app.db.base import Instant, Key, entity, reference
from app.db.work import Work
from app.domain.typed import needed

UNMASK, EXPORT = "unmask", "export"

# `entity` is the table, `row_id` the row (none for an export of many), `file` the export's name.
disclosures = entity(
    "disclosures",
    sa.Column("at", Instant, nullable=False),
    sa.Column("staff_id", Key, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("entity", sa.Text, nullable=False),
    sa.Column("row_id", Key),
    sa.Column("reason", sa.LargeBinary, nullable=False),
    sa.Column("file", sa.LargeBinary),
    reference("staff_id", "staff"),
    sa.Index(None, "site_id", "at", "id"),
)


def checked_reason(reason: str) -> str:
    """The reason as it is kept. Raises DomainError `reason_needed` when there is nothing to read in it."""
    return needed(reason, "reason", "reason_needed")


def disclose(
    work: Work, what: str, entity_name: str, row_id: UUID | None, reason: str, file: str = ""
) -> None:
    """Writes down that the actor is shown whole numbers, in the transaction of their audit record.

    Raises:
        DomainError: `reason_needed`, `sign_in_first` (the PC itself never unmasks).
    """
    key, site_id, seal = work.new_key(), work.site_id, work.secrets.seal
    values = {
        "id": key,
        "at": work.now,
        "staff_id": work.actor.person,
        "what": what,
        "entity": entity_name,
        "row_id": row_id,
        "reason": seal(checked_reason(reason), "disclosures.reason", site_id, key),
        "file": seal(file, "disclosures.file", site_id, key),
    }
    work.insert(disclosures, values)
