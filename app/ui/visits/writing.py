"""The steps of a registration on their way to the disk, in order; nothing is lost that could not be written (VIS-4)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from app.domain.people import Actor
from app.domain.visits import Stamp
from app.errors import DomainError
from app.operations import visits as operations
from app.queries.visits import OnSite
from app.ui.services import Services
from app.ui.visits.entry import Entry


class Writing(QObject):
    """Hands each step to the worker. `unsaved` holds what could not be written, for the next step or F9.

    `stored(Registered, float)`: a document went back, with the second at which F9 was pressed; `not_stored(Entry)`: it
    could not be written; `left(OnSite)`: somebody was seen off; `changed`: there is one more in `unsaved`;
    `error(DomainError)`; `written(Entry)`: its newest fields are on their way, and what is asked next finds them there.
    """

    stored = Signal(object, float)
    not_stored = Signal(object)
    left = Signal(object)
    changed = Signal()
    error = Signal(object)
    written = Signal(object)

    def __init__(self, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._services = services
        self.unsaved: dict[UUID, Entry] = {}

    def keep(self, entry: Entry) -> None:
        """Writes the registration as it stands: from here on it is a row that survives anything."""
        assert entry.started is not None
        done, failed = partial(self._kept, entry), partial(self._not_kept, entry)
        if entry.taken:
            values = entry.visit_id, entry.fields, entry.started
            self._run(operations.fill, *values, done=done, failed=failed)
        else:
            entry.taken = True
            self._run(operations.begin, entry.visit_id, entry.started, entry.fields, done=done, failed=failed)
        self.written.emit(entry)

    def finish(self, entry: Entry, stop: Stamp, actor: Actor | None = None) -> None:
        """*Document returned* at this stamp, by whoever pressed F9 (VIS-2, VIS-3).

        The document goes back once: a later F9, because the first could not be written, does not change when.
        """
        assert entry.started is not None
        entry.taken = True
        entry.returned = entry.returned or stop
        self._run(
            operations.document_returned,
            entry.visit_id,
            entry.started,
            entry.returned,
            entry.fields,
            done=partial(self._stored, entry, stop.monotonic),
            failed=partial(self._not_stored, entry),
            actor=actor,
        )
        self.written.emit(entry)

    def depart(self, one: OnSite, *, pass_returned: bool, actor: Actor | None = None) -> None:
        """Somebody on site leaves; a pass that is out counts as handed back unless said otherwise."""
        self._run(
            operations.depart,
            one.visit_id,
            pass_returned=pass_returned and bool(one.pass_number),
            done=partial(self._gone, one),
            failed=self._failed,
            actor=actor,
        )

    def _kept(self, entry: Entry, _answer: object) -> None:
        self.unsaved.pop(entry.visit_id, None)

    def _not_kept(self, entry: Entry, error: DomainError) -> None:
        if _may_be_written(error):
            self.unsaved[entry.visit_id] = entry
        self._failed(error)
        self.changed.emit()

    def _stored(self, entry: Entry, pressed: float, row: operations.Registered) -> None:
        self.unsaved.pop(entry.visit_id, None)
        self.stored.emit(row, pressed)

    def _not_stored(self, entry: Entry, error: DomainError) -> None:
        if _may_be_written(error):
            self.unsaved[entry.visit_id] = entry
            self.not_stored.emit(entry)
        self._failed(error)
        self.changed.emit()

    def _gone(self, one: OnSite, _left_at: object) -> None:
        self.left.emit(one)

    def _failed(self, error: DomainError) -> None:
        self.error.emit(error)

    def _run(self, step: Callable[..., Any], *values: Any, actor: Actor | None = None, **more: Any) -> None:
        services = self._services
        who = actor or cast("Actor", services.session.actor)
        services.background.run(step, services.house, who, *values, owner=self, **more)


def _may_be_written(error: DomainError) -> bool:
    """A registration that another window finished is on the disk: there is nothing to keep of it."""
    return error.code != "already_returned"
