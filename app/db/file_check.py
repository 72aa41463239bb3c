"""SQLite's own checks of a data folder's files, and what only this program knows: tables and tags."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import sqlalchemy as sa

from app.db import tables
from app.db.drafts import ASIDE
from app.db.drafts import FILE as DRAFTS
from app.db.faults import domain_error
from app.db.folder import DATABASE, need_sound_keys
from app.db.saving import DAMAGED, closed
from app.db.secrets import Secrets
from app.domain.findings import Finding, fault
from app.errors import DomainError

HEADER = b"SQLite format 3"
OURS = (DATABASE, DRAFTS)
MOST = 20
PORTION = 5_000
# What keeps a file from being read and is no damage.
_UNREAD = {"database_locked": "care.file_locked", "disk_full": "care.file_no_room"}
# Bytes that are no sealed text: digests and wrapped keys.
NOT_SEALED = frozenset(
    {
        "visitors.document_digest",
        "watch_entries.number_digest",
        "watch_entries.phone_digest",
        "writers.wrapped_key",
    }
)


def sqlite_files(folder: Path) -> tuple[list[Path], list[Path]]:
    """The SQLite files of a data folder: ours, also when their first bytes are gone, and others'."""
    ours = [folder / name for name in OURS if (folder / name).is_file()]
    others = []
    for path in sorted(folder.rglob("*")):
        # What was put aside as damaged is said as a note; a name with a dot is a copy that is being made.
        if path not in ours and path.is_file() and not path.name.startswith((ASIDE, DAMAGED, ".")):
            try:
                with path.open("rb") as raw:
                    start = raw.read(len(HEADER))
            except OSError:
                continue  # not ours either
            if start == HEADER:
                others.append(path)
    return ours, others


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
        worded = domain_error(error, folder)
        if worded is None or worded.code == "file_damaged":
            return [fault("care.file_damaged", file=name, what=str(error), n=1)]
        return [fault(_UNREAD.get(worded.code, "care.file_unread"), file=name)]


def unusable(findings: list[Finding]) -> bool:
    """Whether the data file is damaged or could not be read: then nothing more can be said of it."""
    return any(
        one.values.get("file") == DATABASE
        and one.code in ("care.file_damaged", *_UNREAD.values(), "care.file_unread")
        for one in findings
    )


def key_faults(folder: Path, secrets: Secrets) -> list[Finding]:
    """A recovery part of the key file that is not what was written: the recovery code would open no later backup."""
    try:
        need_sound_keys(folder, secrets.site_key)
    except DomainError as error:
        return [fault(f"errors.{error.code}", **error.values)]
    return []


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


def foreign_objects(connection: sa.Connection) -> list[Finding]:
    """Tables, columns, views, triggers and rules that this program did not make, and indexes that are gone."""
    inspector = sa.inspect(connection)
    known, found = tables.metadata.tables, []
    for name in sorted(known):
        columns = {column["name"] for column in inspector.get_columns(name)} - set(known[name].c.keys())
        found += [fault("care.object_foreign", name=f"{name}.{column}") for column in sorted(columns)]
        there = {index["name"] for index in inspector.get_indexes(name)}
        if {index.name for index in known[name].indexes} - there:
            found.append(fault("care.index_missing", table=name))
    others = connection.exec_driver_sql(_OTHERS[connection.dialect.name]).scalars()
    found += [fault("care.object_foreign", name=name) for name in others if name not in known]
    return found


# What is there besides tables' own keys and indexes, but for what belongs to the database or one of its extensions.
_OTHERS = {
    "sqlite": """
        SELECT name FROM sqlite_master WHERE type IN ('table', 'view', 'trigger') AND name <> 'alembic_version'
        AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name
    """,
    "postgresql": """
        SELECT name FROM (
            SELECT oid, relname::text AS name FROM pg_class
            WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND relnamespace = current_schema()::regnamespace
            UNION ALL
            SELECT t.oid, t.tgname::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace
            UNION ALL
            SELECT r.oid, r.rulename::text FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
            WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace
        ) AS others
        WHERE name <> 'alembic_version'
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = others.oid AND d.deptype = 'e') ORDER BY name
    """,
}


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
