"""What a guard should notice before the document goes back: a number on file under another name, a pass that is out.

Hints only: *returned* is always allowed (VIS-3).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from app.db.site import posts
from app.db.store import Store
from app.db.visits import passes_out, visitors, visits
from app.domain.names import same_name
from app.domain.people import Actor
from app.domain.visits import pass_text


@dataclass(frozen=True, slots=True)
class PassOut:
    """Who was given a pass that is not back, since when and at which post (VIS-9)."""

    pass_number: str
    visitor: str
    since: datetime
    post: str


@dataclass(frozen=True, slots=True)
class Noticed:
    """`name_on_file`: the number is on file under this other name, "" when it is not."""

    name_on_file: str = ""
    pass_out: PassOut | None = None


def noticed(
    store: Store, actor: Actor, visit_id: UUID, visitor: str, number: str, pass_number: str
) -> Noticed:
    """What is odd about a registration's name, document number and pass; empty texts are not looked at.

    Without a number the visit's own row is asked: one that is taken up again has its number there alone (VIS-14).
    """
    actor.need("visits.see")
    with store.reading() as connection:
        if visitor and not number:
            number = _own_number(store, connection, visit_id)
        on_file = _name_on_file(store, connection, number) if visitor and number else ""
        out = _pass_out(store, connection, visit_id, pass_text(pass_number)) if pass_number else None
    return Noticed("" if not on_file or same_name(on_file, visitor) else on_file, out)


def _name_on_file(store: Store, connection: sa.Connection, number: str) -> str:
    digest = store.secrets.digest("d", number)
    query = sa.select(visitors.c.name).where(
        visitors.c.site_id == store.site.site_id, visitors.c.document_digest == digest
    )
    return connection.execute(query.limit(1)).scalar() or ""


def _own_number(store: Store, connection: sa.Connection, visit_id: UUID) -> str:
    site_id = store.site.site_id
    query = sa.select(visits.c.document_number).where(visits.c.site_id == site_id, visits.c.id == visit_id)
    sealed = connection.execute(query).scalar()
    return store.secrets.open(sealed, "visits.document_number", site_id, visit_id)


def _pass_out(store: Store, connection: sa.Connection, visit_id: UUID, pass_number: str) -> PassOut | None:
    query = (
        sa.select(visits.c.visitor, visits.c.plate, passes_out.c.since, posts.c.name.label("post"))
        .select_from(passes_out)
        .join(visits, sa.and_(visits.c.site_id == passes_out.c.site_id, visits.c.id == passes_out.c.visit_id))
        .join(posts, sa.and_(posts.c.site_id == passes_out.c.site_id, posts.c.id == passes_out.c.post_id))
        .where(
            passes_out.c.site_id == store.site.site_id,
            passes_out.c.pass_number == pass_number,
            passes_out.c.visit_id != visit_id,
        )
        .order_by(passes_out.c.since.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else PassOut(pass_number, row.visitor or row.plate, row.since, row.post)
