"""Metadata, column types and the form of every table: `site_id` in every key, UUIDv7 keys, instants in UTC.

Tables are SQLAlchemy Core tables: what leaves the database is a frozen value, so there is no object that could be
detached, refreshed or written by accident, and the F9 path is Core anyway (ADR 0003).
"""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_1_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An instant as whole microseconds since 1970 in UTC: the same arithmetic and order in both databases."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else to_micros(value)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else EPOCH + timedelta(microseconds=value)


class Day(TypeDecorator[date]):
    """A calendar or business day as the number yyyymmdd."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else value.year * 10000 + value.month * 100 + value.day

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> date | None:
        return None if value is None else date(value // 10000, value // 100 % 100, value % 100)


class Key(TypeDecorator[UUID]):
    """A UUID: 16 bytes in SQLite, the database's own type in PostgreSQL."""

    impl = sa.LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(sa.UUID(as_uuid=True))
        return dialect.type_descriptor(sa.LargeBinary(16))

    def process_bind_param(self, value: UUID | None, dialect: sa.Dialect) -> UUID | bytes | None:
        if value is None or dialect.name == "postgresql":
            return value
        return value.bytes

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> UUID | None:
        if value is None or isinstance(value, UUID):
            return value
        return UUID(bytes=bytes(value))


class Json(TypeDecorator[Any]):
    """A small plain value as text: the same bytes in both databases."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        return (
            None
            if value is None
            else json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        )

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        return None if value is None else json.loads(value)


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970 of an aware instant. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return (moment - EPOCH) // MICROSECOND


def new_key(milliseconds: int | None = None, random: Callable[[int], bytes] = os.urandom) -> UUID:
    """A UUIDv7 (RFC 9562, 5.7): 48 bits of Unix time in ms, then random bits."""
    stamp = time.time_ns() // 1_000_000 if milliseconds is None else milliseconds
    tail = int.from_bytes(random(10), "big")
    value = (
        (stamp & (1 << 48) - 1) << 80
        | 0x7 << 76
        | (tail >> 62 & 0xFFF) << 64
        | 0b10 << 62
        | tail & (1 << 62) - 1
    )
    return uuid.UUID(int=value)


def site_column() -> sa.Column[int]:
    """The site that a row belongs to: a random number of 48 bits, part of every key."""
    return sa.Column("site_id", sa.BigInteger, primary_key=True, autoincrement=False)


def entity(
    name: str, *parts: sa.Column[Any] | sa.Index | sa.ForeignKeyConstraint | sa.UniqueConstraint
) -> sa.Table:
    """A table of things with a key of their own: (site_id, id) first."""
    return sa.Table(name, metadata, site_column(), sa.Column("id", Key, primary_key=True), *parts)


def reference(column: str, table: str) -> sa.ForeignKeyConstraint:
    """A reference to another entity of the same site."""
    return sa.ForeignKeyConstraint(["site_id", column], [f"{table}.site_id", f"{table}.id"])
