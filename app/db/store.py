"""The opened data of one site: engine, keys, writer, clock. What operations and queries are handed."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import sqlalchemy.exc

from app.clock import Clock
from app.db import faults
from app.db.secrets import Secrets
from app.db.site import site_settings
from app.db.turn import turn
from app.db.work import Work
from app.domain.business_day import Shift
from app.domain.people import Actor
from app.errors import DomainError

T = TypeVar("T")
TRIES = 24
FIRST_WAIT, LONGEST_WAIT = 0.005, 0.3  # seconds, on the average half of it; about 3 s in all


@dataclass(frozen=True, slots=True)
class Site:
    """The site's own facts."""

    site_id: int
    name: str
    company: str
    kind: str
    mode: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Writer:
    """This data folder as a writer of rows: the letter of its numbers and the key of its audit chain."""

    id: UUID
    letter: str
    key: bytes


class Store:
    """One site's data, open. Closing ends all connections; the object is used from several threads.

    `committed` is called after each commit with the names of the tables that changed.
    """

    def __init__(
        self, folder: Path, engine: sa.Engine, secrets: Secrets, site: Site, writer: Writer, clock: Clock
    ) -> None:
        self.folder = folder
        self.engine = engine
        self.secrets = secrets
        self.site = site
        self.writer = writer
        self.clock = clock
        self.committed: Callable[[frozenset[str]], None] = lambda changed: None
        # A look that may be refused (SERIALIZABLE) would have to be tried again; a snapshot never is.
        own = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
        self._reading = engine.execution_options(reading=True, **own)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection for one look: sees one moment of the data, keeps nothing locked.

        Raises:
            DomainError: `file_damaged`, `database_locked`, `server_unreachable` and the like.
        """
        with faults.worded(self.folder, saving=False), self._reading.connect() as connection:
            yield connection

    @contextmanager
    def staging(self) -> Iterator[sa.Connection]:
        """A connection of its own whose temporary tables are filled before the turn, for `work(…, on=)`.

        A transaction on it holds nobody up as long as it looks at no other table; the tables end with it.

        Raises:
            DomainError: as `work` does.
        """
        with faults.worded(self.folder), self.engine.connect() as connection:
            connection.detach()
            connection.execution_options(reading=True)
            yield connection

    def work(
        self, actor: Actor, action: str, body: Callable[[Work], T], on: sa.Connection | None = None
    ) -> T:
        """One transaction: what `body` does, its change records and its audit record, all or nothing.

        The programs of one data folder take turns (`app.db.turn`). PostgreSQL may still ask for the body to be run
        again, because of another folder's writer, so it must not do anything besides the database; each waits a random
        while then, longer from time to time. `on` is a connection of `staging`.

        Raises:
            DomainError: whatever `body` refuses, or what the disk, the lock or the server does not allow.
        """
        for attempt in range(TRIES):
            try:
                with faults.worded(self.folder), turn(self.folder), self._begun(on) as connection:
                    work = Work(
                        connection,
                        self.secrets,
                        self.site.site_id,
                        self.writer.id,
                        self.writer.key,
                        actor,
                        self.clock,
                    )
                    result = body(work)
                    work.record(action)
            except sqlalchemy.exc.DBAPIError as fault:
                if not faults.must_retry(fault):
                    raise
                if attempt + 1 == TRIES:
                    raise DomainError("database_locked") from fault
                time.sleep(random.uniform(0, min(LONGEST_WAIT, FIRST_WAIT * 2**attempt)))
                continue
            if work.tables:
                self.committed(frozenset(work.tables))
            return result
        raise AssertionError("unreachable")

    @contextmanager
    def _begun(self, on: sa.Connection | None) -> Iterator[sa.Connection]:
        if on is None:
            with self.engine.begin() as connection:
                yield connection
        else:
            on.execution_options(reading=False)
            with on.begin():
                yield on

    def setting(self, connection: sa.Connection, key: str, default: Any) -> Any:
        """A setting of the site, `default` when it was never set."""
        row = connection.execute(
            sa.select(site_settings.c.value).where(
                site_settings.c.site_id == self.site.site_id, site_settings.c.key == key
            )
        ).first()
        return default if row is None else row.value

    def shifts(self, connection: sa.Connection) -> tuple[Shift, ...]:
        """The site's shifts in their order."""
        from app.db.site import shifts

        rows = connection.execute(
            sa.select(shifts.c.name, shifts.c.starts, shifts.c.ends)
            .where(shifts.c.site_id == self.site.site_id, shifts.c.active)
            .order_by(shifts.c.position)
        )
        return tuple(Shift(row.name, row.starts, row.ends) for row in rows)

    def close(self) -> None:
        """Ends the connections; a SQLite file is then whole without its journal."""
        self.engine.dispose()
