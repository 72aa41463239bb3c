"""Loading many rows quickly into a database that nobody else uses: a sample site (`yinghou demo`).

Rows go past SQLAlchemy: `executemany` of the sqlite3 driver without a journal, COPY on PostgreSQL. SQLite's indexes are
taken away and built again at the end; rows of tables ordered by their key wait in a scratch table and are inserted
sorted. A failure leaves a database that must be thrown away.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.base import Key, metadata

BATCH = 20_000
# Tables without a rowid: their rows are kept aside and inserted in the order of the key.
SORTED = ("search_keys", "request_grams")

Row = tuple[Any, ...]


class Bulk:
    """A load in progress. `add` takes rows in the order of the table's columns; `finish` ends it."""

    def __init__(self) -> None:
        self._tables = {table.name: table for table in metadata.sorted_tables}
        self._rows: dict[str, list[Row]] = {name: [] for name in self._tables}
        self._waiting = 0
        self.counts: dict[str, int] = dict.fromkeys(self._tables, 0)

    def add(self, table: str, row: Row) -> None:
        """Takes one row. Keys are 16 bytes, instants microseconds, days yyyymmdd, JSON is text."""
        self._rows[table].append(row)
        self._waiting += 1
        if self._waiting >= BATCH:
            self._flush()

    def add_all(self, table: str, rows: Iterable[Row]) -> None:
        """Takes several rows of one table."""
        mine = self._rows[table]
        before = len(mine)
        mine.extend(rows)
        self._waiting += len(mine) - before
        if self._waiting >= BATCH:
            self._flush()

    def finish(self) -> None:
        """Writes what is left and makes everything durable."""
        raise NotImplementedError

    def abandon(self) -> None:
        """Gives the connection back after a failure."""
        raise NotImplementedError

    def _flush(self) -> None:
        # References hold at every moment: a table comes after those that it refers to.
        for name, rows in self._rows.items():
            if rows:
                self._write(name, rows)
                self.counts[name] += len(rows)
                self._rows[name] = []
        self._waiting = 0

    def _write(self, name: str, rows: Sequence[Row]) -> None:
        raise NotImplementedError

    def _order(self, name: str) -> str:
        return ", ".join(f'"{column.name}"' for column in self._tables[name].primary_key.columns)


class SqliteBulk(Bulk):
    """Into a SQLite file that exists with its tables and is open nowhere else."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._connection = sqlite3.connect(path, isolation_level=None)
        run = self._connection.execute
        for pragma in (
            "journal_mode=DELETE",
            "journal_mode=OFF",
            "synchronous=OFF",
            "locking_mode=EXCLUSIVE",
        ):
            run(f"PRAGMA {pragma}").fetchall()
        for pragma in ("foreign_keys=OFF", "cache_size=-65536", "temp_store=FILE"):
            run(f"PRAGMA {pragma}")
        self._indexes = run(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY rowid"
        ).fetchall()
        for name in SORTED:
            run(f'CREATE TEMP TABLE "sorted_{name}" AS SELECT * FROM "{name}" WHERE 0')
        run("BEGIN EXCLUSIVE")
        for index, _ in self._indexes:
            run(f'DROP INDEX "{index}"')

    def _write(self, name: str, rows: Sequence[Row]) -> None:
        target = f'temp."sorted_{name}"' if name in SORTED else f'main."{name}"'
        places = ", ".join("?" * len(rows[0]))
        self._connection.executemany(f"INSERT INTO {target} VALUES ({places})", rows)

    def finish(self) -> None:
        """Writes the sorted tables, builds the indexes, and flushes the file to the disk."""
        self._flush()
        run = self._connection.execute
        for name in SORTED:
            run(f'INSERT INTO main."{name}" SELECT * FROM temp."sorted_{name}" ORDER BY {self._order(name)}')
        for _, statement in self._indexes:
            run(statement)
        run("COMMIT")
        for name in SORTED:
            run(f'DROP TABLE temp."sorted_{name}"')
        if run("PRAGMA freelist_count").fetchone()[0]:
            run("VACUUM")
        self._connection.close()
        handle = os.open(self._path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def abandon(self) -> None:
        """Closes the file as it is."""
        self._connection.close()


class PostgresBulk(Bulk):
    """Into a PostgreSQL database, in one transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        super().__init__()
        self._pooled = engine.raw_connection()
        self._cursor = self._pooled.cursor()
        self._keys = {
            name: [place for place, column in enumerate(table.columns) if isinstance(column.type, Key)]
            for name, table in self._tables.items()
        }
        for name in SORTED:
            self._cursor.execute(
                f'CREATE TEMP TABLE "sorted_{name}" ON COMMIT DROP AS SELECT * FROM "{name}" WHERE false'
            )

    def _write(self, name: str, rows: Sequence[Row]) -> None:
        target = f"sorted_{name}" if name in SORTED else name
        columns = ", ".join(f'"{column.name}"' for column in self._tables[name].columns)
        keys = self._keys[name]
        with self._cursor.copy(f'COPY "{target}" ({columns}) FROM STDIN') as copy:
            for row in rows:
                values = list(row)
                for place in keys:
                    if values[place] is not None:
                        values[place] = UUID(bytes=values[place])
                copy.write_row(values)

    def finish(self) -> None:
        """Writes the sorted tables and commits."""
        self._flush()
        for name in SORTED:
            self._cursor.execute(
                f'INSERT INTO "{name}" SELECT * FROM "sorted_{name}" ORDER BY {self._order(name)}'
            )
        self._pooled.commit()
        self._cursor.execute("ANALYZE")
        self._pooled.commit()
        self._pooled.close()

    def abandon(self) -> None:
        """Takes everything back."""
        self._pooled.rollback()
        self._pooled.close()
