"""SQLite's own checks of a data folder's files, and what only this program knows: tables and tags."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import sqlalchemy as sa

from app.db import tables
from app.db.drafts import ASIDE
from app.db.saving import DAMAGED, closed
from app.db.secrets import Secrets
from app.domain.findings import Finding, fault
from app.errors import DomainError

HEADER = b"SQLite format 3"
OURS = ("yinghou.db", "drafts.db")
MOST = 20
PORTION = 5_000
# Bytes that are no sealed text: digests and wrapped keys.
NOT_SEALED = frozenset({"visitors.document_digest", "writers.wrapped_key"})


def sqlite_files(folder: Path) -> list[Path]:
    """Every SQLite file of a data folder; ours also when their first bytes are gone."""
    found = []
    for path in sorted(folder.rglob("*")):
        # What was put aside as damaged is said as a note; a name with a dot is a copy that is being made.
        if path.is_file() and not path.name.startswith((ASIDE, DAMAGED, ".")):
            with path.open("rb") as raw:
                start = raw.read(len(HEADER))
            if start == HEADER or (path.parent == folder and path.name in OURS):
                found.append(path)
    return found


def file_faults(path: Path, folder: Path) -> list[Finding]:
    """What `integrity_check` and `foreign_key_check` say of one file."""
    name = str(path.relative_to(folder))
    try:
        with closed(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=5)) as connection:
            connection.execute("PRAGMA query_only=ON")
            answers = [str(row[0]) for row in connection.execute(f"PRAGMA integrity_check({MOST})")]
            if answers != ["ok"]:
                return [
                    fault("care.file_damaged", file=name, what=answers[0].replace("\n", " "), n=len(answers))
                ]
            broken = connection.execute("PRAGMA foreign_key_check").fetchmany(MOST)
            return [fault("care.reference_broken", file=name, table=row[0], to=row[2]) for row in broken]
    except sqlite3.Error as error:
        return [fault("care.file_damaged", file=name, what=str(error), n=1)]


def schema_faults(connection: sa.Connection) -> list[Finding]:
    """Tables and columns that should be there and are not."""
    inspector = sa.inspect(connection)
    there = set(inspector.get_table_names())
    found = [fault("care.table_missing", table=name) for name in tables.metadata.tables if name not in there]
    for name, table in tables.metadata.tables.items():
        if name in there:
            columns = {column["name"] for column in inspector.get_columns(name)}
            found += [
                fault("care.table_missing", table=f"{name}.{c.name}")
                for c in table.c
                if c.name not in columns
            ]
    return found


def sealed_columns() -> list[sa.Column[bytes]]:
    """Every column that holds encrypted text."""
    return [
        column
        for table in tables.metadata.sorted_tables
        if "id" in table.c
        for column in table.c
        if type(column.type) is sa.LargeBinary and f"{table.name}.{column.name}" not in NOT_SEALED
    ]


def tag_faults(connection: sa.Connection, secrets: Secrets, site_id: int) -> list[Finding]:
    """Values whose encryption tag does not fit: a flipped bit, or a value copied from another row."""
    found = []
    for column in sealed_columns():
        place = f"{column.table.name}.{column.name}"
        rows = connection.execute(
            sa.select(column.table.c.id, column).where(
                column.table.c.site_id == site_id, column.is_not(None)
            ),
            execution_options={"stream_results": True, "yield_per": PORTION},
        )
        damaged = 0
        for key, sealed in rows:
            try:
                secrets.open(sealed, place, site_id, key)
            except DomainError:
                damaged += 1
                if damaged <= MOST:
                    found.append(
                        fault("care.value_damaged", table=column.table.name, column=column.name, row=str(key))
                    )
    return found
