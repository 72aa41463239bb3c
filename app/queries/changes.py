"""What other programs have written since a window last looked: the change records, by writer and sequence."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from app.db.records import change_records
from app.db.site import writers
from app.db.store import Store


class Changes:
    """Remembers, per writer, the last change that was seen. Used in the worker thread only."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen: dict[UUID, int] | None = None

    def newest(self, seen: int) -> tuple[int, frozenset[str]]:
        """How many changes there are in all, and the tables changed since the last call (none at the first)."""
        table, site_id = change_records, self._store.site.site_id
        names: set[str] = set()
        now: dict[UUID, int] = {}
        with self._store.reading() as connection:
            for (writer,) in connection.execute(
                sa.select(writers.c.id).where(writers.c.site_id == site_id)
            ).all():
                mine = (table.c.site_id == site_id, table.c.writer_id == writer)
                last = connection.execute(
                    sa.select(table.c.seq).where(*mine).order_by(table.c.seq.desc()).limit(1)
                ).scalar()
                now[writer] = last or 0
                before = now[writer] if self._seen is None else self._seen.get(writer, 0)
                if now[writer] > before:
                    query = sa.select(table.c.entity).distinct().where(*mine, table.c.seq > before)
                    names.update(connection.execute(query).scalars())
        self._seen = now
        return sum(now.values()), frozenset(names)
