"""The duty log of a post: what happened in the shift, one line each, never changed (VIS-16)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.handover import duty_endings, duty_lines, duty_standing
from app.db.store import Store
from app.db.work import Work
from app.domain.handover import LINE_KINDS, LONGEST_LINE, STAYING
from app.domain.people import Actor
from app.domain.typed import needed
from app.errors import DomainError
from app.operations.tallies import post_of, stamped


def write_line(store: Store, actor: Actor, kind: str, text: str, corrects: UUID | None = None) -> UUID:
    """Adds a line; `corrects` is the line that it puts right, which stays as it was. Answers its key.

    A correction takes the place of an order that still stood; a new leader on duty relieves the one before.

    Raises:
        DomainError: `no_right`, `no_post`, `unknown_line_kind`, `field_needed`, `text_too_long`, `row_gone`.
    """
    actor.need("visits.register")
    if kind not in LINE_KINDS:
        raise DomainError("unknown_line_kind", kind=kind)
    whole = checked_line(text)

    def body(work: Work) -> UUID:
        post_id, key = post_of(actor), work.new_key()
        if corrects is not None and _line(work, corrects).post_id != post_id:
            raise DomainError("row_gone")
        values = {
            **stamped(store, work, post_id),
            "kind": kind,
            "text": store.secrets.seal(whole, "duty_lines.text", work.site_id, key),
            "corrects_id": corrects,
        }
        work.insert(duty_lines, {"id": key, **values})
        if corrects is not None:
            _end(work, corrects)
        if kind == "leader":
            for line_id in _leaders(work, post_id):
                _end(work, line_id)
        if kind in STAYING:
            row = {"site_id": work.site_id, "line_id": key, "post_id": post_id}
            work.derive(duty_standing.insert(), row)
        return key

    return store.work(actor, "duty_log.write", body)


def end_line(store: Store, actor: Actor, line_id: UUID) -> None:
    """An order was done, a leader is no longer on duty: it leaves the lines that stand.

    Raises:
        DomainError: `no_right`, `row_gone`, `line_done_already`.
    """
    actor.need("visits.register")

    def body(work: Work) -> None:
        if _line(work, line_id).post_id != post_of(actor):
            raise DomainError("row_gone")
        if not _end(work, line_id):
            raise DomainError("line_done_already")

    store.work(actor, "duty_log.end", body)


def checked_line(text: str) -> str:
    """The text as it is kept: one line. Raises DomainError `field_needed`, `text_too_long`."""
    whole = " ".join(needed(text, "text").split())
    if len(whole) > LONGEST_LINE:
        raise DomainError("text_too_long", field="text", most=LONGEST_LINE)
    return whole


def _line(work: Work, key: UUID) -> Any:
    table = duty_lines
    row = work.connection.execute(
        sa.select(table.c.post_id, table.c.kind).where(table.c.site_id == work.site_id, table.c.id == key)
    ).first()
    if row is None:
        raise DomainError("row_gone")
    return row


def _leaders(work: Work, post_id: UUID) -> list[UUID]:
    standing, table = duty_standing, duty_lines
    query = (
        sa.select(standing.c.line_id)
        .join(table, sa.and_(table.c.site_id == standing.c.site_id, table.c.id == standing.c.line_id))
        .where(standing.c.site_id == work.site_id, standing.c.post_id == post_id, table.c.kind == "leader")
    )
    return list(work.connection.execute(query).scalars())


def _end(work: Work, line_id: UUID) -> bool:
    standing = duty_standing
    gone = work.connection.execute(
        standing.delete().where(standing.c.site_id == work.site_id, standing.c.line_id == line_id)
    )
    if gone.rowcount:
        values = {"line_id": line_id, "at": work.now, "staff_id": work.actor.person}
        work.insert(duty_endings, {"id": work.new_key(), **values})
    return bool(gone.rowcount)
