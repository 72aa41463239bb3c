"""What the post's line asks the worker while somebody types: who or what is meant, and what is odd about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from app.domain.people import Actor
from app.domain.visits import Stamp
from app.errors import DomainError
from app.queries import site as site_queries
from app.queries import visits as queries
from app.queries.noticed import Noticed, noticed
from app.queries.recent_hosts import recent_hosts
from app.queries.visitor_search import matches
from app.ui.services import Services
from app.ui.visits.entry import READY, Entry, Meaning

MOST = 8


@dataclass(frozen=True, slots=True)
class Closing:
    """A registration that F9 ended while its Enter waited for an answer: it has left the line and keeps its own stamp.

    `actor` pressed F9; whoever stands at the post when the answer comes may be somebody else.
    """

    entry: Entry
    typed: str
    stage: str
    stop: Stamp
    actor: Actor


class Questions(QObject):
    """A newer question makes the older ones void.

    `found(typed, stage, answer)`: what was searched for; `not_found(typed, stage, error)`: the search failed;
    `closed(closing, answer)`: what the typed text of a registration that left the line means, None when nobody could
    say; `odd(entry)`: its `noticed` is new.
    """

    found = Signal(object, object, object)
    not_found = Signal(object, object, object)
    closed = Signal(object, object)
    odd = Signal(object)

    def __init__(self, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._services = services

    def search(self, stage: str, typed: str, *, by_pass: bool) -> None:
        """What the text may mean at this stage; `by_pass` says that it is the pass of somebody who leaves."""
        query = _query(stage, by_pass) if typed else None
        if query is None:
            self.found.emit(typed, stage, [])
        else:
            then = {"done": partial(self._found, typed, stage), "failed": partial(self._failed, typed, stage)}
            self._run(query, typed, MOST, **then, replaces="search")

    def recent(self, visitor_id: UUID) -> None:
        """Whom a known visitor came to see lately: answered like a search for nothing when all is there (VIS-5)."""
        then = {"done": partial(self._found, "", READY), "failed": partial(self._failed, "", READY)}
        self._run(recent_hosts, visitor_id, **then, replaces="search")

    def close(self, closing: Closing, *, by_pass: bool) -> None:
        """The same for a registration that has left the line: nothing that is typed later makes it void."""
        query = _query(closing.stage, by_pass)
        assert query is not None
        self._services.background.run(
            query,
            self._services.house,
            closing.actor,
            closing.typed,
            MOST,
            done=partial(self._closed, closing),
            failed=partial(self._not_closed, closing),
            owner=self,
        )

    def look_at(self, entry: Entry, said: Meaning) -> None:
        """Look at the number or the pass that is being typed; ask again when it is typed no more."""
        if said.part == "pass_number":
            self.look(entry, pass_number=said.value)
        elif said.part == "document_number" and not said.fault:
            self.look(entry, number=said.value)
        elif entry.noticed != Noticed():
            self.look(entry)

    def look(self, entry: Entry, *, number: str = "", pass_number: str = "") -> None:
        """Ask what is odd about the number and the pass: said while they are typed, before F9 (VIS-3, VIS-9)."""
        fields = entry.fields
        self._run(
            noticed,
            entry.visit_id,
            fields.visitor,
            number or fields.document_number,
            pass_number or fields.pass_number,
            done=partial(self._noticed, entry),
            replaces="noticed",
        )

    def _found(self, typed: str, stage: str, answer: object) -> None:
        self.found.emit(typed, stage, answer)

    def _failed(self, typed: str, stage: str, error: DomainError) -> None:
        self.not_found.emit(typed, stage, error)

    def _closed(self, closing: Closing, answer: object) -> None:
        self.closed.emit(closing, answer)

    def _not_closed(self, closing: Closing, _error: DomainError) -> None:
        """The search that stood in the line fails in the same way, and has said so."""
        self.closed.emit(closing, None)

    def _noticed(self, entry: Entry, about: Noticed) -> None:
        entry.noticed = about
        self.odd.emit(entry)

    def _run(self, query: Callable[..., Any], *values: Any, **more: Any) -> None:
        services = self._services
        actor = cast("Actor", services.session.actor)
        services.background.run(query, services.house, actor, *values, owner=self, **more)


def _query(stage: str, by_pass: bool) -> Callable[..., Any] | None:
    if stage == "leave" or by_pass:
        return queries.leaving
    if stage == "name":
        return matches
    return site_queries.hosts if stage in ("host", READY) else None
