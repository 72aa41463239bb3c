"""The inside of a transaction: every row written through it leaves a change record and a place in the audit chain.

An audit record's body names the rows, their fields, and for each value a digest keyed by the site and salted by the
record: it proves what stood there to somebody who knows the value, and tells nothing to somebody who does not.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from app.clock import Clock
from app.db.base import new_key, to_micros
from app.db.records import audit_records, change_records
from app.db.secrets import Secrets
from app.db.site import number_counters
from app.domain.people import Actor
from app.errors import DomainError

FIRST = bytes(32)
_TEXT = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def chain_digest(
    before: bytes, writer: UUID, seq: int, at: int, actor: str, station: str, action: str, body: str
) -> bytes:
    """The digest of an audit record: over the one before and all that it holds."""
    parts = [before.hex(), writer.hex, str(seq), str(at), actor, station, action, body]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).digest()


def value_bytes(value: Any) -> bytes:
    """What a field's digest is made of: the same bytes for a value as it was given and as it is read back."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, datetime):
        return str(to_micros(value)).encode()
    if isinstance(value, (dict, list, tuple)):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return b"\0" if value is None else str(value).encode()


class Noted(NamedTuple):
    """A row that was written, for the change record and the audit record; `text` is its part of the audit's body."""

    entity: str
    key: str
    operation: str
    text: str


def noted(
    secrets: Secrets, salt: bytes, entity: str, key: object, operation: str, values: Mapping[str, Any]
) -> Noted:
    """What is kept of a row: a digest of each value, keyed by the site and salted by the record."""
    keyed = hmac.new(secrets.audit_key, salt, "sha256")
    digests = {}
    for name, value in values.items():
        if (value is not None or operation == "update") and name != "id":
            one = keyed.copy()
            one.update(value_bytes(value))
            digests[name] = one.hexdigest()[:16]
    row = [entity, str(key), operation, digests]
    return Noted(entity, str(key), operation, _TEXT.encode(row))


class Adopted(NamedTuple):
    """Rows that were noted before the turn: their parts of the audit record's body, joined, and their change records.

    `changes` selects place (from 1), entity, key and operation of so many rows.
    """

    tables: frozenset[str]
    text: str
    rows: int
    changes: sa.Select[tuple[int, str, str, str]]


class Work:
    """One transaction of one person. Made by `Store.work` only."""

    def __init__(
        self,
        connection: sa.Connection,
        secrets: Secrets,
        site_id: int,
        writer_id: UUID,
        writer_key: bytes,
        actor: Actor,
        clock: Clock,
    ) -> None:
        self.connection = connection
        self.secrets = secrets
        self.site_id = site_id
        self.actor = actor
        self.clock = clock
        self.now = clock.now()
        self.tables: set[str] = set()
        self.writer_id = writer_id
        self._writer_key = writer_key
        self._salt = secrets.random_bytes(16)
        self._rows: list[Noted] = []
        self._adopted: Adopted | None = None

    def new_key(self) -> UUID:
        """A key for a new row."""
        return new_key()

    def insert(self, table: sa.Table, values: Mapping[str, Any]) -> None:
        """Adds a row of an entity; `values` holds its `id`. The site is filled in."""
        self.connection.execute(table.insert(), {"site_id": self.site_id, **values})
        self._note(table, values["id"], "insert", values)

    def update(self, table: sa.Table, key: UUID, values: Mapping[str, Any]) -> None:
        """Changes the row of that key.

        Raises:
            DomainError: `row_gone` when there is none.
        """
        done = self.connection.execute(
            table.update().where(table.c.site_id == self.site_id, table.c.id == key).values(**values)
        )
        if done.rowcount != 1:
            raise DomainError("row_gone")
        self._note(table, key, "update", values)

    def update_version(self, table: sa.Table, key: UUID, version: int, values: Mapping[str, Any]) -> None:
        """Changes the row only if it still has this version, and counts the version on.

        Raises:
            DomainError: `changed_by_another` when somebody was quicker.
        """
        done = self.connection.execute(
            table.update()
            .where(table.c.site_id == self.site_id, table.c.id == key, table.c.version == version)
            .values(version=version + 1, **values)
        )
        if done.rowcount != 1:
            raise DomainError("changed_by_another")
        self._note(table, key, "update", {**values, "version": version + 1})

    def delete(self, table: sa.Table, key: UUID) -> None:
        """Removes the row of that key (erasing, purging, a stub that was somebody else; nothing else ever)."""
        self.connection.execute(table.delete().where(table.c.site_id == self.site_id, table.c.id == key))
        self._note(table, key, "delete", {})

    def derive(self, statement: sa.Executable, values: Any = None) -> None:
        """Writes derived rows (search keys, who is on site): every database makes its own, so nothing is recorded."""
        self.connection.execute(statement, values)

    def set_row(self, table: sa.Table, where: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """Sets a row of a table without an id of its own (settings, roles), by its natural key."""
        matches = [table.c[name] == value for name, value in where.items()]
        self.connection.execute(table.delete().where(table.c.site_id == self.site_id, *matches))
        self.connection.execute(table.insert(), {"site_id": self.site_id, **where, **values})
        self._note(table, "/".join(map(str, where.values())), "set", {**where, **values})

    def remove_row(self, table: sa.Table, where: Mapping[str, Any]) -> None:
        """Removes a row of a table without an id of its own."""
        matches = [table.c[name] == value for name, value in where.items()]
        self.connection.execute(table.delete().where(table.c.site_id == self.site_id, *matches))
        self._note(table, "/".join(map(str, where.values())), "remove", where)

    def note(self, what: str, key: object, fields: Mapping[str, Any]) -> None:
        """Records something that changed no row: a number unmasked, a paper printed, a table exported."""
        self._rows.append(noted(self.secrets, self._salt, what, key, "note", fields))

    def adopt(self, salt: bytes, adopted: Adopted) -> None:
        """Records rows that were `noted` under this salt before the turn (`app.db.prepared`).

        The first thing that a transaction does: a record has one salt.
        """
        assert not self._rows
        self._salt = salt
        self._adopted = adopted if adopted.rows else None
        self.tables.update(adopted.tables)

    def number(self, what: str, day: int, count: int = 1) -> int:
        """The next number of this writer for that day (yyyymmdd); of `count` taken at once, the last."""
        counter = number_counters
        match = (
            counter.c.site_id == self.site_id,
            counter.c.writer_id == self.writer_id,
            counter.c.what == what,
            counter.c.day == day,
        )
        if (
            self.connection.execute(
                counter.update().where(*match).values(last=counter.c.last + count)
            ).rowcount
            == 0
        ):
            values = {
                "site_id": self.site_id,
                "writer_id": self.writer_id,
                "what": what,
                "day": day,
                "last": count,
            }
            self.connection.execute(counter.insert(), values)
            return count
        return int(self.connection.execute(sa.select(counter.c.last).where(*match)).scalar_one())

    def record(self, action: str) -> None:
        """Writes the change records and the audit record; nothing if nothing was done."""
        if not self._rows and self._adopted is None:
            return
        audits = audit_records
        mine = audits.c.site_id == self.site_id, audits.c.writer_id == self.writer_id
        last = self.connection.execute(
            sa.select(audits.c.seq, audits.c.digest).where(*mine).order_by(audits.c.seq.desc()).limit(1)
        ).first()
        seq, before = (1, FIRST) if last is None else (last.seq + 1, bytes(last.digest))
        texts = [self._adopted.text] if self._adopted else []
        texts += [row.text for row in self._rows]
        body = f'{{"rows":[{",".join(texts)}],"salt":"{self._salt.hex()}"}}'
        at = to_micros(self.now)
        actor = str(self.actor.staff_id or "pc")
        digest = chain_digest(before, self.writer_id, seq, at, actor, self.actor.station, action, body)
        own = {"site_id": self.site_id, "writer_id": self.writer_id}
        self.connection.execute(
            audits.insert(),
            {
                **own,
                "seq": seq,
                "at": self.now,
                "actor": actor,
                "station": self.actor.station,
                "action": action,
                "body": body,
                "digest": digest,
                "mac": hmac.digest(self._writer_key, digest, "sha256"),
            },
        )
        self._record_changes(seq)

    def _record_changes(self, audit_seq: int) -> None:
        changes, adopted = change_records, self._adopted
        written = [row for row in self._rows if row.operation != "note"]
        if not written and adopted is None:
            return
        last = self.connection.execute(
            sa.select(changes.c.seq)
            .where(changes.c.site_id == self.site_id, changes.c.writer_id == self.writer_id)
            .order_by(changes.c.seq.desc())
            .limit(1)
        ).scalar()
        before = last or 0
        own = {"site_id": self.site_id, "writer_id": self.writer_id, "audit_seq": audit_seq}
        if adopted is not None:
            fixed = [sa.literal(value, changes.c[name].type) for name, value in own.items()]
            place, *rest = adopted.changes.subquery().c
            self.connection.execute(
                changes.insert().from_select(
                    [*own, "seq", "entity", "key", "operation"], sa.select(*fixed, before + place, *rest)
                )
            )
            before += adopted.rows
        rows = [
            {**own, "seq": seq, "entity": row.entity, "key": row.key, "operation": row.operation}
            for seq, row in enumerate(written, before + 1)
        ]
        if rows:
            self.connection.execute(changes.insert(), rows)

    def _note(self, table: sa.Table, key: object, operation: str, values: Mapping[str, Any]) -> None:
        self.tables.add(table.name)
        self._rows.append(noted(self.secrets, self._salt, table.name, key, operation, values))
