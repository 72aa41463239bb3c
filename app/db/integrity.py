"""Rows that were written in bulk and what proves them: short digests by table and day, anchored in the audit chain.

A row that an operation writes has digests of its fields in its audit record (`app.db.audit_check`). The rows of a
sample site and of a bulk load have none, so `rows_digest` keeps a short digest of each in `day_digests` and answers one
digest over that table, which the maker puts into its audit record. A row that is changed or added later has a change
record and is left out when the anchor is checked; every other row is proven, byte by byte, also where SQLite's own
`integrity_check` sees nothing (it missed 82 of 200 single flipped bits).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db import tables
from app.db.records import audit_records, change_records, day_digests

ROW = 6
"""Bytes of a row's digest: 5 million rows are 30 MB, and a flip stays unseen once in 2^48."""
COLUMNS_DAY = -1
"""The `day` under which a table's columns stand, in the order in which they went into the digests."""
DAY_MS = 86_400_000
BATCH = 5_000

# Each database makes these by itself, counts in them, or they are proven by their own chain.
NOT_PROVEN = frozenset(
    {
        "audit_records",
        "change_records",
        "day_digests",
        "duty_standing",
        "number_counters",
        "on_site",
        "passes_out",
        "request_grams",
        "search_keys",
        "timings",
        "visitor_recency",
    }
)


@dataclass(frozen=True, slots=True)
class Damage:
    """A row that is not what was written: its table, its key ("" for a whole day of rows) and its day."""

    entity: str
    key: str
    day: int


def proven_tables() -> list[sa.Table]:
    """The tables whose rows are proven by digests, by name."""
    return [table for name, table in sorted(tables.metadata.tables.items()) if name not in NOT_PROVEN]


def rows_digest(connection: sa.Connection, site_id: int) -> str:
    """Digests all rows of the site, keeps the digests in `day_digests`, and answers the digest over them (64 letters).

    The maker of a sample site calls it once, last, in its transaction, and puts the answer under the name `rows` into
    the note of its audit record: `work.note("anchor", site_id, {"rows": rows_digest(…)})`, or the same by hand.
    The same rows give the same answer in both databases.
    """
    connection.execute(day_digests.delete().where(day_digests.c.site_id == site_id))
    for table in proven_tables():
        names = [column.name for column in table.columns]
        rows = [
            {
                "site_id": site_id,
                "entity": table.name,
                "day": COLUMNS_DAY,
                "content": ",".join(names).encode(),
            }
        ]
        for day, group in groupby(_rows(connection, table, names, site_id), key=lambda row: row[1]):
            content = b"".join(digest for _, _, digest in group)
            rows.append({"site_id": site_id, "entity": table.name, "day": day, "content": content})
        connection.execute(day_digests.insert(), rows)
    return anchor_digest(connection, site_id)


def anchor_digest(connection: sa.Connection, site_id: int) -> str:
    """The digest over the kept digests, "" when there are none."""
    whole = hashlib.sha256()
    kept = sa.select(day_digests).where(day_digests.c.site_id == site_id)
    empty = True
    for row in connection.execute(kept.order_by(day_digests.c.entity, day_digests.c.day)):
        whole.update(ascii((row.entity, row.day, bytes(row.content))).encode())
        empty = False
    return "" if empty else whole.hexdigest()


def anchored_rows(connection: sa.Connection, site_id: int) -> dict[str, int]:
    """How many rows of each table the kept digests stand for."""
    query = sa.select(day_digests.c.entity, sa.func.sum(sa.func.length(day_digests.c.content)))
    mine = day_digests.c.site_id == site_id, day_digests.c.day != COLUMNS_DAY
    return {
        name: int(size) // ROW
        for name, size in connection.execute(query.where(*mine).group_by(day_digests.c.entity))
    }


def damaged_rows(connection: sa.Connection, site_id: int, most: int = 20) -> list[Damage]:
    """The rows that are not what the anchor holds, but for those with a later change record; at most `most` a table."""
    found: list[Damage] = []
    later = _later(connection, site_id)
    for table in proven_tables():
        kept = {
            row.day: row.content
            for row in connection.execute(
                sa.select(day_digests.c.day, day_digests.c.content).where(
                    day_digests.c.site_id == site_id, day_digests.c.entity == table.name
                )
            )
        }
        changed = later.get(table.name, {})
        if table.name == "sites" and _site_changed(connection, site_id):
            continue  # its record says what it was changed to (`app.db.audit_check`)
        if COLUMNS_DAY not in kept or ("id" not in table.c and changed):
            continue
        names = bytes(kept.pop(COLUMNS_DAY)).decode().split(",")
        if all(name in table.c for name in names):
            found += _damaged(connection, table, names, site_id, kept, changed)[:most]
    return found


def _damaged(
    connection: sa.Connection,
    table: sa.Table,
    names: list[str],
    site_id: int,
    kept: dict[int, bytes],
    changed: dict[str, frozenset[str]],
) -> list[Damage]:
    found = []
    days = set(kept)
    for day, group in groupby(_rows(connection, table, names, site_id), key=lambda row: row[1]):
        rows = [(key, digest) for key, _, digest in group if "insert" not in changed.get(key, ())]
        content = bytes(kept.get(day, b""))
        days.discard(day)
        gone = [key for key, operations in changed.items() if "delete" in operations and _day(key) == day]
        if gone:
            continue  # a purge: the order is lost, and the rows left have their audit records
        if len(content) != ROW * len(rows):
            found.append(Damage(table.name, "", day))
            continue
        for place, (key, digest) in enumerate(rows):
            if content[ROW * place : ROW * (place + 1)] != digest and key not in changed:
                found.append(Damage(table.name, key, day))
    deleted = {_day(key) for key, operations in changed.items() if "delete" in operations}
    return found + [Damage(table.name, "", day) for day in sorted(days - deleted) if kept[day]]


def _rows(
    connection: sa.Connection, table: sa.Table, names: list[str], site_id: int
) -> Iterator[tuple[str, int, bytes]]:
    """Key as text, day of the key, and digest of each row, in the order of the keys, as the database stores it.

    The columns are read without their types: an instant as a number, a key as bytes. A column that is NULL in every
    row changes a digest only by its place, so the list of names is kept beside the digests.
    """
    quote = connection.dialect.identifier_preparer.quote
    order = [column.name for column in table.primary_key.columns]
    statement = "SELECT {} FROM {} WHERE site_id = {:d} ORDER BY {}".format(
        ", ".join(map(quote, names)), quote(table.name), site_id, ", ".join(map(quote, order))
    )
    if "id" in table.c:
        keys: list[int] = [names.index("id")]
    else:
        keys = [names.index(name) for name in order if name != "site_id"]
    texts = connection.dialect.name == "postgresql"
    result = connection.exec_driver_sql(
        statement, execution_options={"stream_results": True, "yield_per": BATCH}
    )
    blake = hashlib.blake2b
    raw: Any
    for raw in result:
        row = tuple(map(_plain, raw)) if texts else tuple(raw)
        first = row[keys[0]] if keys else None
        if "id" in table.c and isinstance(first, bytes) and len(first) == 16:
            key, day = str(UUID(bytes=first)), int.from_bytes(first[:6], "big") // DAY_MS
        else:
            key, day = "/".join(str(row[place]) for place in keys), 0
        yield key, day, blake(ascii(row).encode(), digest_size=ROW).digest()


def _plain(value: Any) -> Any:
    """What SQLite would have stored for a value that PostgreSQL answers."""
    if isinstance(value, UUID):
        return value.bytes
    if isinstance(value, bool):
        return int(value)
    return bytes(value) if isinstance(value, memoryview) else value


def _day(key: str) -> int:
    try:
        return int.from_bytes(UUID(key).bytes[:6], "big") // DAY_MS
    except ValueError:
        return 0


def _site_changed(connection: sa.Connection, site_id: int) -> bool:
    """Whether the site's name, company or mode was changed: that is no change record."""
    mine = audit_records.c.site_id == site_id, audit_records.c.action == "site.save"
    return connection.execute(sa.select(audit_records.c.seq).where(*mine).limit(1)).first() is not None


def _later(connection: sa.Connection, site_id: int) -> dict[str, dict[str, frozenset[str]]]:
    """By table and key, what was done to a row by operations."""
    later: dict[str, dict[str, frozenset[str]]] = {}
    rows = connection.execute(
        sa.select(change_records.c.entity, change_records.c.key, change_records.c.operation)
        .where(change_records.c.site_id == site_id)
        .distinct()
    )
    for entity, key, operation in rows:
        done = later.setdefault(entity, {})
        done[key] = done.get(key, frozenset()) | {operation}
    return later
