"""All rows of a site's database from one engine to another: a server's data into a SQLite file for a backup, and back.

Both databases have the same tables from the same migrations, so a copy is a select and an insert per table.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from app.db import migrate, tables
from app.db.engine import make_engine, sqlite_url
from app.db.store import Store

PORTION = 2_000


def copy_rows(source: sa.Connection, target: sa.Connection) -> None:
    """Copies every row of every table, in portions; what others refer to first."""
    for table in tables.metadata.sorted_tables:
        result = source.execute(
            sa.select(table), execution_options={"stream_results": True, "yield_per": PORTION}
        )
        for portion in result.mappings().partitions(PORTION):
            target.execute(table.insert(), [dict(row) for row in portion])


def to_sqlite(store: Store, path: Path) -> None:
    """Writes what one moment of the server's database holds into a new SQLite file."""
    engine = make_engine(sqlite_url(path))
    try:
        migrate.upgrade(engine)
        with store.reading() as source, engine.begin() as target:
            copy_rows(source, target)
    finally:
        engine.dispose()
