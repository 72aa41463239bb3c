"""Proves the audit chains, and by them every row that an operation wrote.

One pass over all audit records in the order of time: each must follow the one before it, be digested over all that it
holds, and carry its writer's MAC. What it says of its rows is gathered, and each portion of rows is compared with what
the database holds. A field that differs is suspect until a later record explains it (it was changed again); what is
still suspect at the end is damage.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import merge
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db import tables
from app.db.base import Instant
from app.db.integrity import anchor_digest, anchored_rows, proven_tables
from app.db.records import audit_records, change_records, day_digests
from app.db.secrets import Secrets, unwrap
from app.db.site import writers
from app.db.work import FIRST, chain_digest, value_bytes
from app.domain.findings import Finding, fault

KEY = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PORTION = 20_000
KEYS = 400
MOST = 20
ANCHOR = "rows"
SITES = "sites"
KEYED = frozenset({"site_id", "id"})
# Small tables whose rows have no key of their own; `sites`, the other one, is changed by notes (`_compare_site`).
NAMED = ("role_rights", "site_settings", "staff_roles")


@dataclass(slots=True)
class _Chain:
    """How far one writer's chain has been followed."""

    letter: str
    key: bytes | None
    seq: int = 0
    digest: bytes = FIRST
    written: int = 0
    changes: int = 0
    broken: int = 0


@dataclass(slots=True)
class _Row:
    """What the records say of a row: per field the salt, the digest and the writer; whether it is there at all.

    A record of an insert has no digest for what was NULL: of a row that was `made` here, what no record names is NULL.
    """

    fields: dict[str, dict[UUID, tuple[str, str]]] = field(default_factory=dict)
    there: bool = True
    made: bool = False


class AuditCheck:
    """One run over all chains of a site. `findings` is complete after `run`; `heads` are the ends of the chains."""

    def __init__(self, connection: sa.Connection, secrets: Secrets, site_id: int) -> None:
        self._connection = connection
        self._secrets = secrets
        self._site_id = site_id
        self._rows: dict[tuple[str, str], _Row] = {}
        self._suspects: dict[tuple[str, str, str], None] = {}
        self._deleted: set[tuple[str, str]] = set()
        self._anchored = ""
        self._anchor_holds = False
        self._chains: dict[UUID, _Chain] = {}
        self._counts: dict[str, int] = {}
        self._named: dict[tuple[str, str], tuple[str, dict[str, str]] | None] = {}
        self._site: dict[str, tuple[str, str]] = {}
        self.findings: list[Finding] = []

    def run(self) -> list[Finding]:
        """Follows every chain and compares every row; answers the findings."""
        self._anchored = anchor_digest(self._connection, self._site_id)
        mine = writers.c.site_id == self._site_id
        for row in self._connection.execute(sa.select(writers).where(mine)).all():
            key = unwrap(bytes(row.wrapped_key).decode("ascii", "replace"), self._secrets.site_key, "writer")
            self._chains[row.id] = _Chain(row.letter, key)
            if key is None:
                self.findings.append(fault("care.writer_key_damaged", writer=row.letter))
        for record in self._records():
            self._follow(record)
            self._gather(record)
            if len(self._rows) >= PORTION:
                self._compare()
        self._compare()
        self._finish()
        return self.findings

    def _records(self) -> Iterator[sa.Row[Any]]:
        table = audit_records
        found = self._connection.execute(
            sa.select(table.c.writer_id).where(table.c.site_id == self._site_id).distinct()
        ).scalars()
        for writer in found.all():
            if writer not in self._chains:
                self._chains[writer] = _Chain("?", None)
                self.findings.append(fault("care.writer_unknown", writer=str(writer)))
        columns = [
            sa.type_coerce(column, sa.BigInteger).label(column.name) if column.name == "at" else column
            for column in table.columns
        ]
        streams = [
            self._connection.execute(
                sa.select(*columns)
                .where(table.c.site_id == self._site_id, table.c.writer_id == writer)
                .order_by(table.c.seq),
                execution_options={"stream_results": True, "yield_per": 1000},
            )
            for writer in self._chains
        ]
        return merge(*streams, key=lambda record: record.at)

    def _follow(self, record: sa.Row[Any]) -> None:
        chain = self._chains[record.writer_id]
        if record.seq != chain.seq + 1:
            self._broken(chain, "care.audit_gap", record.seq)
            chain.digest = FIRST
        else:
            digest = chain_digest(
                chain.digest,
                record.writer_id,
                record.seq,
                record.at,
                record.actor,
                record.station,
                record.action,
                record.body,
            )
            if digest != bytes(record.digest):
                self._broken(chain, "care.audit_digest", record.seq)
        if chain.key is not None and not hmac.compare_digest(
            hmac.digest(chain.key, bytes(record.digest), "sha256"), bytes(record.mac)
        ):
            self._broken(chain, "care.audit_mac", record.seq)
        chain.seq, chain.digest = record.seq, bytes(record.digest)

    def _broken(self, chain: _Chain, code: str, seq: int) -> None:
        chain.broken += 1
        if chain.broken <= MOST:
            self.findings.append(fault(code, writer=chain.letter, seq=seq))

    def _gather(self, record: sa.Row[Any]) -> None:
        try:
            body = json.loads(record.body)
            salt, rows = (
                str(body["salt"]),
                [(str(row[0]), str(row[1]), row[2], dict(row[3])) for row in body["rows"]],
            )
            bytes.fromhex(salt)
        except (ValueError, KeyError, TypeError, IndexError):
            self._broken(self._chains[record.writer_id], "care.audit_digest", record.seq)
            return
        for entity, key, operation, digests in rows:
            if operation == "note":
                if ANCHOR in digests and self._anchored:
                    self._anchor_holds |= digests[ANCHOR] == self._digest(salt, self._anchored.encode())
                if entity == SITES:
                    self._site |= {name: (salt, str(digest)) for name, digest in digests.items()}
                continue
            chain = self._chains[record.writer_id]
            chain.written += 1
            chain.changes += hash((chain.written, record.seq, entity, key, operation))
            self._count(entity, key, operation, salt, digests)
            table = tables.metadata.tables.get(entity)
            if table is None or "id" not in table.c or not KEY.fullmatch(key):
                continue
            row = self._rows.setdefault((entity, key), _Row())
            row.there = operation != "delete"
            row.made |= operation == "insert"
            for name, digest in digests.items():
                row.fields.setdefault(name, {})[record.writer_id] = (salt, str(digest))

    def _count(self, entity: str, key: str, operation: str, salt: str, digests: dict[str, Any]) -> None:
        """How many rows there must be, and for those without a key of their own what stands in them."""
        self._counts[entity] = self._counts.get(entity, 0) + {"insert": 1, "delete": -1}.get(operation, 0)
        if operation in ("set", "remove"):
            self._named[(entity, key)] = (salt, digests) if operation == "set" else None
            if entity == SITES:
                self._site = {name: (salt, str(digest)) for name, digest in digests.items()}

    def _digest(self, salt: str, value: bytes) -> str:
        return hmac.digest(self._secrets.audit_key, bytes.fromhex(salt) + value, "sha256").hex()[:16]

    def _compare(self) -> None:
        """Compares the rows gathered so far with what the database holds."""
        by_table: dict[str, list[str]] = {}
        for entity, key in self._rows:
            by_table.setdefault(entity, []).append(key)
        for entity, keys in by_table.items():
            for place in range(0, len(keys), KEYS):
                self._compare_some(tables.metadata.tables[entity], keys[place : place + KEYS])
        self._rows.clear()

    def _compare_some(self, table: sa.Table, keys: list[str]) -> None:
        columns = [
            sa.type_coerce(column, sa.BigInteger).label(column.name)
            if isinstance(column.type, Instant)
            else column
            for column in table.columns
        ]
        query = sa.select(*columns).where(
            table.c.site_id == self._site_id, table.c.id.in_([UUID(key) for key in keys])
        )
        there = {str(row["id"]): row for row in self._connection.execute(query).mappings()}
        for key in keys:
            said, row = self._rows[table.name, key], there.get(key)
            self._judge((table.name, key, ""), (row is not None) == said.there)
            if not said.there:
                self._deleted.add((table.name, key))
            if row is None or not said.there:
                continue
            for name, digests in said.fields.items():
                if name in row:
                    value = value_bytes(row[name])
                    self._judge(
                        (table.name, key, name),
                        any(self._digest(salt, value) == digest for salt, digest in digests.values()),
                    )
            if said.made:
                for name in row:
                    if name not in said.fields and name not in KEYED:
                        self._judge((table.name, key, name), row[name] is None)

    def _judge(self, place: tuple[str, str, str], holds: bool) -> None:
        if holds:
            self._suspects.pop(place, None)
        else:
            self._suspects[place] = None

    def _finish(self) -> None:
        gone = {(entity, key) for entity, key, name in self._suspects if not name}
        without = gone | self._deleted
        shown = [place for place in self._suspects if not place[2] or place[:2] not in without]
        for entity, key, name in shown[:MOST]:
            if name:
                self.findings.append(fault("care.row_differs", table=entity, row=key, column=name))
            else:
                self.findings.append(fault("care.row_gone", table=entity, row=key))
        if len(shown) > MOST:
            self.findings.append(fault("care.more", n=len(shown) - MOST))
        if self._anchored and not self._anchor_holds:
            self.findings.append(fault("care.anchor_differs"))
        self._changes()
        self._added()
        if not self._anchored:
            for name in NAMED:
                self._compare_named(tables.metadata.tables[name])
        self._compare_site()

    def _added(self) -> None:
        """Rows that no record speaks of: there are more of them than were written."""
        anchored = anchored_rows(self._connection, self._site_id)
        for table in proven_tables():
            if "id" in table.c:
                query = sa.select(sa.func.count()).where(table.c.site_id == self._site_id)
                there = self._connection.execute(query.select_from(table)).scalar_one()
                more = there - anchored.get(table.name, 0) - self._counts.get(table.name, 0)
                if more > 0:
                    self.findings.append(fault("care.rows_added", table=table.name, n=more))

    def _compare_named(self, table: sa.Table) -> None:
        """The rows of a small table without keys of their own (roles, rights, settings) against what was set."""
        own = [column.name for column in table.primary_key.columns if column.name != "site_id"]
        query = sa.select(table).where(table.c.site_id == self._site_id)
        there = {
            "/".join(str(row[name]) for name in own): row
            for row in self._connection.execute(query).mappings()
        }
        said = {key: set_ for (name, key), set_ in self._named.items() if name == table.name and set_}
        for key in sorted(said.keys() - there.keys()):
            self.findings.append(fault("care.row_gone", table=table.name, row=key))
        for key in sorted(there.keys() - said.keys()):
            self.findings.append(fault("care.row_added", table=table.name, row=key))
        for key in sorted(said.keys() & there.keys()):
            salt, digests = said[key]
            for name, value in there[key].items():
                digest = digests.get(name)
                holds = value is None if digest is None else self._digest(salt, value_bytes(value)) == digest
                if name != "site_id" and not holds:
                    self.findings.append(fault("care.row_differs", table=table.name, row=key, column=name))

    def _compare_site(self) -> None:
        """The site's own row: as it was made (unless it was made in bulk), and what was changed since."""
        table = tables.metadata.tables[SITES]
        query = sa.select(table).where(table.c.site_id == self._site_id)
        row = self._connection.execute(query).mappings().one()
        for name, (salt, digest) in self._site.items():
            if name in row and self._digest(salt, value_bytes(row[name])) != digest:
                self.findings.append(fault("care.row_differs", table=SITES, row=row["name"], column=name))

    def _changes(self) -> None:
        """The change records are those that the audit records name, one by one."""
        table = change_records
        rows = self._connection.execute(
            sa.select(table).where(table.c.site_id == self._site_id).order_by(table.c.writer_id, table.c.seq),
            execution_options={"stream_results": True, "yield_per": 1000},
        )
        found: dict[UUID, int] = {}
        for row in rows:
            one = hash((row.seq, row.audit_seq, row.entity, row.key, row.operation))
            found[row.writer_id] = found.get(row.writer_id, 0) + one
        for writer, chain in self._chains.items():
            if found.pop(writer, 0) != chain.changes:
                self.findings.append(fault("care.change_gap", writer=chain.letter))
        self.findings += [fault("care.writer_unknown", writer=str(writer)) for writer in found]


def head_holds(connection: sa.Connection, site_id: int, writer: UUID, seq: int, digest: str) -> bool:
    """Whether a chain still has the record that was its end when a backup was made."""
    found = connection.execute(
        sa.select(audit_records.c.digest).where(
            audit_records.c.site_id == site_id,
            audit_records.c.writer_id == writer,
            audit_records.c.seq == seq,
        )
    ).scalar()
    return found is not None and bytes(found).hex() == digest


def has_anchor(connection: sa.Connection, site_id: int) -> bool:
    """Whether rows were written in bulk here and anchored."""
    return (
        connection.execute(
            sa.select(day_digests.c.day).where(day_digests.c.site_id == site_id).limit(1)
        ).first()
        is not None
    )
