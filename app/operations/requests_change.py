"""One change of a request: loaded, checked by the rules, written with its history, its version counted on.

What a person does to a request goes through `changing`: it refuses a version that is no longer the last one before
anything else is asked, so that the second of two people learns that somebody was quicker, not that it is done already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.base import to_micros
from app.db.people import staff
from app.db.requests import dispatches, request_events, requests
from app.db.requests_read import load
from app.db.store import Store
from app.db.work import Work
from app.domain.people import Actor
from app.domain.requests import RequestState, ServiceRequest, check
from app.domain.requests_times import stopped_until
from app.errors import DomainError

OLD_WORDS = "request_events.old_words"


@dataclass(frozen=True, slots=True)
class SavedRequest:
    """What the screen shows as saved."""

    request_id: UUID
    number: str
    version: int
    state: RequestState
    round: int


class Change:
    """What is being done to one request inside a transaction. Made by `changing` only."""

    def __init__(self, work: Work, actor: Actor, request: ServiceRequest) -> None:
        self.work = work
        self.actor = actor
        self.request = request
        self.values: dict[str, Any] = {}
        """The columns of the request that change."""

    @property
    def now(self) -> datetime:
        """Now by the PC's clock, but never before the latest stamp of the round: a clock can be set back."""
        return max(self.work.now, self.request.latest)

    def event(
        self, what: str, words: str = "", at: datetime | None = None, old_words: str = "", **data: Any
    ) -> None:
        """Appends to the history. `data` holds what happened as values: keys in `_id` are people, in `_at` instants."""
        add_event(
            self.work,
            self.request.id,
            self.request.round,
            what,
            person=self.actor.person,
            words=words,
            at=at or self.now,
            old_words=old_words,
            data=data,
        )

    def end_dispatches(self, at: datetime, end: str, reason: str = "", **more: Any) -> None:
        """Ends the dispatches that are open: `done`, `returned`, `transferred`, or how the request ended."""
        keys = self.work.connection.execute(
            sa.select(dispatches.c.id).where(
                dispatches.c.site_id == self.work.site_id,
                dispatches.c.request_id == self.request.id,
                dispatches.c.ended_at.is_(None),
            )
        ).scalars()
        for key in keys.all():
            self.work.update(dispatches, key, {"ended_at": at, "end": end, "end_reason": reason, **more})

    def start_dispatch(self, handler_id: UUID, helper_ids: tuple[UUID, ...], at: datetime) -> None:
        """Gives the job to a handler, and helpers with him."""
        for person in (handler_id, *helper_ids):
            self.work.insert(
                dispatches,
                {
                    "id": self.work.new_key(),
                    "request_id": self.request.id,
                    "round": self.request.round,
                    "handler_id": person,
                    "responsible": person == handler_id,
                    "dispatched_at": at,
                    "dispatched_by": self.actor.person,
                    "end": "",
                    "end_reason": "",
                    "result": "",
                },
            )
        self.values |= {
            "state": RequestState.DISPATCHED,
            "handler_id": handler_id,
            "dispatched_at": at,
            "dispatched_by": self.actor.person,
            "returned_at": None,
            "return_reason": "",
        }

    def end_pause(self) -> None:
        """Lets the clock run again, if it is paused."""
        self.values |= {
            "stopped_seconds": stopped_until(self.request, self.now),
            "paused_at": None,
            "paused_reason": "",
            "resume_at": None,
        }


def changing(
    store: Store,
    actor: Actor,
    action: str,
    request_id: UUID,
    version: int,
    body: Callable[[Change], None],
) -> SavedRequest:
    """Does one action to the version of a request that the screen saw, in one transaction.

    Raises:
        DomainError: `changed_by_another`, `row_gone`, and what `app.domain.requests.check` refuses.
    """

    def run(work: Work) -> SavedRequest:
        request = load(work.connection, work.site_id, request_id)
        if request.version != version:
            raise DomainError("changed_by_another")
        check(request, actor, action)
        change = Change(work, actor, request)
        body(change)
        values, state = change.values, change.values.get("state", request.state)
        # A driver writes an enumeration by its name.
        work.update_version(requests, request_id, version, {**values, "state": state.value})
        return SavedRequest(
            request_id, request.number, version + 1, state, values.get("round", request.round)
        )

    return store.work(actor, f"requests.{action.rstrip('_')}", run)


def add_event(
    work: Work,
    request_id: UUID,
    round_number: int,
    what: str,
    *,
    person: UUID,
    words: str = "",
    at: datetime | None = None,
    old_words: str = "",
    data: Mapping[str, Any] | None = None,
    key: UUID | None = None,
) -> None:
    """Appends one line to a request's history; instants and keys in `data` are kept as numbers and texts.

    `key` is the line's own if it was minted before.
    """
    last = work.connection.execute(
        sa.select(sa.func.max(request_events.c.sequence)).where(
            request_events.c.site_id == work.site_id, request_events.c.request_id == request_id
        )
    ).scalar()
    key = key or work.new_key()
    work.insert(
        request_events,
        {
            "id": key,
            "request_id": request_id,
            "round": round_number,
            "sequence": (last or 0) + 1,
            "at": at or work.now,
            "entered_at": work.now,
            "staff_id": person,
            "station": work.actor.station,
            "what": what,
            "words": words,
            "data": {name: _plain(value) for name, value in (data or {}).items() if value is not None},
            "old_words": work.secrets.seal(old_words, OLD_WORDS, work.site_id, key),
        },
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return to_micros(value)
    if isinstance(value, UUID):
        return value.hex
    return value


def active_person(work: Work, person: UUID, field: str) -> UUID:
    """The staff member, if there is one and he is active; raises DomainError `not_a_choice` at that field."""
    active = work.connection.execute(
        sa.select(staff.c.active).where(staff.c.site_id == work.site_id, staff.c.id == person)
    ).scalar()
    if not active:
        raise DomainError("not_a_choice", field=field)
    return person
