"""From rows to the `ServiceRequest` that the rules look at, and the keys under which a request's phone is found."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.requests import dispatches, requests
from app.db.secrets import Secrets
from app.domain.requests import RequestState, ServiceRequest
from app.errors import DomainError

SCOPE = "request"
"""The scope of `search_keys` that phones of requests are kept under."""
LAST = 4

_SAME = tuple(
    name
    for name in ServiceRequest.__dataclass_fields__
    if name in requests.c and name not in ("state", "handlers", "helper_ids")
)


def phone_keys(secrets: Secrets, phone: str) -> set[str]:
    """Search keys of a normalised phone: all of it, and its last four digits; none for ""."""
    main = phone.partition("-")[0]
    return {secrets.search_key("p", main), secrets.search_key("p4", main[-LAST:])} if main else set()


def load_row(connection: sa.Connection, site_id: int, request_id: UUID) -> sa.Row[Any]:
    """A request's row; raises DomainError `row_gone` when there is none."""
    row = connection.execute(
        sa.select(requests).where(requests.c.site_id == site_id, requests.c.id == request_id)
    ).first()
    if row is None:
        raise DomainError("row_gone")
    return row


def load_dispatches(connection: sa.Connection, site_id: int, request_id: UUID) -> list[sa.Row[Any]]:
    """All dispatches of a request, the oldest first."""
    return list(
        connection.execute(
            sa.select(dispatches)
            .where(dispatches.c.site_id == site_id, dispatches.c.request_id == request_id)
            .order_by(dispatches.c.round, dispatches.c.dispatched_at, dispatches.c.id)
        )
    )


def snapshot(row: sa.Row[Any], jobs: list[sa.Row[Any]]) -> ServiceRequest:
    """What the rules look at, from a request's row and its dispatches."""
    running = [job for job in jobs if job.ended_at is None]
    main = next((job for job in running if job.responsible), None)
    return ServiceRequest(
        **{name: getattr(row, name) for name in _SAME},
        state=RequestState(row.state),
        dispatch_id=None if main is None else main.id,
        begun_at=None if main is None else main.begun_at,
        helper_ids=frozenset(job.handler_id for job in running if not job.responsible),
        handlers=frozenset(job.handler_id for job in jobs),
        was_done=any(job.done_at is not None for job in jobs),
    )


def load(connection: sa.Connection, site_id: int, request_id: UUID) -> ServiceRequest:
    """A request as the rules see it; raises DomainError `row_gone`."""
    row = load_row(connection, site_id, request_id)
    return snapshot(row, load_dispatches(connection, site_id, request_id))
