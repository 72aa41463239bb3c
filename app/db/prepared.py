"""Many rows made ready before the turn to write, and written in it by a few statements (`app.operations.imports`).

What takes long is done before: sealing, digests for the audit record, search keys, and bringing the rows into temporary
tables of the connection that will write them. In the turn what shall become of the things is decided once more, on the
data as they are then. What was prepared for a thing holds if that is still the same; only the others are made ready
there. So nothing has to be known about which changes in between matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple, Protocol, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from app.db.base import Key, metadata
from app.db.search import search_keys
from app.db.store import Store
from app.db.visits import visitor_recency
from app.db.work import Adopted, Noted, Work, noted
from app.errors import DomainError

T = TypeVar("T")
CHUNK = 500
"""Values of one `IN (…)`."""
AT_ONCE = 1000
"""Things whose rows are in memory together while they are prepared."""
NEW, GONE, OWNER = "staged_", "gone_", "of_thing"
LISTED = search_keys.name, GONE + search_keys.name
NOTES = sa.Table(
    "staged_notes",
    sa.MetaData(),
    sa.Column("place", sa.Integer),
    sa.Column("number", sa.Integer),
    sa.Column("entity", sa.Text),
    sa.Column("key", sa.Text),
    sa.Column("operation", sa.Text),
    sa.Column(OWNER, Key),
    prefixes=["TEMPORARY"],
)
"""What becomes the change records: by the place of the thing, and the row's number in it."""


def chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The values in lists that fit into one statement."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some


class Thing(Protocol):
    """What shall become of one visitor, one visit, one customer: a value, equal to another that means the same."""

    def build(self, rows: Rows) -> None:
        """Makes the rows of it."""


class Update(NamedTuple):
    """New values of a row that is there."""

    table: sa.Table
    key: UUID
    values: Mapping[str, Any]


class Built(NamedTuple):
    """What is kept in memory of a thing whose rows are staged: its place, and its part of the audit record."""

    thing: Thing
    place: int
    text: str
    notes: int
    updates: list[Update]


class Rows:
    """Takes the rows of things while they are built. References are kept: tables are written in their order."""

    def __init__(self, store: Store, salt: bytes) -> None:
        self.store = store
        self.secrets = store.secrets
        self.site_id = store.site.site_id
        self.staged: dict[str, list[dict[str, Any]]] = {}
        self._salt = salt
        self._owner = UUID(int=0)
        self._notes: list[Noted] = []
        self._updates: list[Update] = []

    def build(self, key: UUID, thing: Thing, place: int) -> Built:
        """Takes the rows of one thing."""
        self._owner, self._notes, self._updates = key, [], []
        thing.build(self)
        for number, (entity, row, operation, _) in enumerate(self._notes):
            note = {"place": place, "number": number, "entity": entity, "key": row, "operation": operation}
            self.staged.setdefault(NOTES.name, []).append({OWNER: key, **note})
        text = ",".join([note.text for note in self._notes])
        return Built(thing, place, text, len(self._notes), self._updates)

    def insert(self, table: sa.Table, values: Mapping[str, Any]) -> None:
        """A new row of an entity, with its `id`."""
        self._stage(table.name, values)
        self._note(table, values["id"], "insert", values)

    def set_row(self, table: sa.Table, where: Mapping[str, Any]) -> None:
        """A new row of a table that is all natural key."""
        self._stage(table.name, where)
        self._note(table, "/".join(map(str, where.values())), "set", where)

    def update(self, table: sa.Table, key: UUID, values: Mapping[str, Any]) -> None:
        """New values of a row that is there."""
        self._updates.append(Update(table, key, values))
        self._note(table, key, "update", values)

    def recency(self, visitor_id: UUID, values: Mapping[str, Any]) -> None:
        """How recent a visitor is, in place of what stood there: derived, so nothing is recorded."""
        self._stage(visitor_recency.name, {"visitor_id": visitor_id, **values})

    def add_keys(self, scope: str, entity_id: UUID, keys: Iterable[str], rank: int = 0) -> None:
        """Makes a thing findable under these keys."""
        for key in keys:
            self._stage(LISTED[0], {"scope": scope, "key": key, "rank": rank, "entity_id": entity_id})

    def drop_keys(self, scope: str, entity_id: UUID, keys: Iterable[str], rank: int = 0) -> None:
        """Takes keys of a thing away; `rank` is the one that they were added with."""
        for key in keys:
            self._stage(LISTED[1], {"scope": scope, "key": key, "rank": rank, "entity_id": entity_id})

    def _stage(self, name: str, values: Mapping[str, Any]) -> None:
        row = {OWNER: self._owner, "site_id": self.site_id, **values}
        self.staged.setdefault(name, []).append(row)

    def _note(self, table: sa.Table, key: object, operation: str, values: Mapping[str, Any]) -> None:
        self._notes.append(noted(self.secrets, self._salt, table.name, key, operation, values))


class Prepared:
    """The rows of things, staged on a connection of `Store.staging`."""

    def __init__(self, store: Store, connection: sa.Connection) -> None:
        self._store = store
        self._connection = connection
        self._salt = store.secrets.random_bytes(16)
        self._built: dict[UUID, Built] = {}
        self._names: set[str] = set()

    def stage(self, things: Mapping[UUID, Thing]) -> None:
        """Builds the things and brings their rows into temporary tables; outside the turn, once."""
        with self._connection.begin():
            placed = ((key, thing, place) for place, (key, thing) in enumerate(things.items()))
            self._built, self._names = self._fill(placed)
            if self._connection.dialect.name == "postgresql":
                for name in self._names:  # without it, it takes a staged table for a small one
                    self._connection.exec_driver_sql(f'ANALYZE "{_staged(name).name}"')

    def write(self, work: Work, things: Mapping[UUID, Thing]) -> None:
        """Writes the things as they are decided now, of which most are as they were staged.

        The first thing that is written in a transaction on this connection; that may be undone and run again.

        Raises:
            DomainError: `row_gone`.
        """
        places = {key: built.place for key, built in self._built.items() if things.get(key) != built.thing}
        for name in self._names if places else ():
            table = _staged(name)
            for some in chunks(places):
                self._connection.execute(table.delete().where(table.c[OWNER].in_(some)))
        # What was there before keeps its place among the change records: a visitor comes before the visits.
        late, names = self._fill(
            (key, thing, places.get(key, len(self._built) + number))
            for number, (key, thing) in enumerate(things.items())
            if key in places or key not in self._built
        )
        built = [late.get(key) or self._built[key] for key in things]
        built.sort(key=lambda one: one.place)
        names |= self._names
        texts = [one.text for one in built if one.notes]
        recorded = (names & metadata.tables.keys()) - {search_keys.name, visitor_recency.name}
        tables = recorded | {update.table.name for one in built for update in one.updates}
        place = sa.func.row_number().over(order_by=(NOTES.c.place, NOTES.c.number))
        changes = sa.select(place.label("row_place"), NOTES.c.entity, NOTES.c.key, NOTES.c.operation)
        count = sum(one.notes for one in built)
        work.adopt(self._salt, Adopted(frozenset(tables), ",".join(texts), count, changes))
        self._copy(names)
        self._update([update for one in built for update in one.updates])

    def _fill(self, things: Iterable[tuple[UUID, Thing, int]]) -> tuple[dict[UUID, Built], set[str]]:
        built: dict[UUID, Built] = {}
        names: set[str] = set()
        for some in chunks(things, AT_ONCE):
            rows = Rows(self._store, self._salt)
            for key, thing, place in some:
                built[key] = rows.build(key, thing, place)
            for name, staged in rows.staged.items():
                table = _staged(name)
                if name not in names:
                    self._connection.execute(CreateTable(table, if_not_exists=True))
                    names.add(name)
                self._connection.execute(table.insert(), staged)
        return built, names

    def _copy(self, names: set[str]) -> None:
        run, site_id = self._connection.execute, self._store.site.site_id
        if visitor_recency.name in names:
            theirs = sa.select(_staged(visitor_recency.name).c.visitor_id)
            run(
                visitor_recency.delete().where(
                    visitor_recency.c.site_id == site_id, visitor_recency.c.visitor_id.in_(theirs)
                )
            )
        for table in metadata.sorted_tables:
            if table.name in names:
                columns = [column.name for column in table.c]
                staged = _staged(table.name)
                query = sa.select(*(staged.c[name] for name in columns))
                # In the order of the tree: written page by page, a million keys take a third of the time.
                query = query.order_by(*staged.primary_key.columns)
                run(table.insert().from_select(columns, query))
        if LISTED[1] in names:
            # Last: PostgreSQL remembers the pages that a search for them looked at, and again those into which these
            # split; a million new keys would be more of them than it has room for.
            gone = _staged(LISTED[1])
            ours = sa.select(*(gone.c[column.name] for column in search_keys.c))
            run(search_keys.delete().where(sa.tuple_(*search_keys.c).in_(ours)))

    def _update(self, updates: Iterable[Update]) -> None:
        alike: dict[tuple[str, ...], list[Update]] = {}
        for one in updates:
            alike.setdefault((one.table.name, *one.values), []).append(one)
        for (name, *columns), some in alike.items():
            table = metadata.tables[name]
            values = {column: sa.bindparam(f"new_{column}", type_=table.c[column].type) for column in columns}
            place = table.c.id == sa.bindparam("of_row", type_=table.c.id.type)
            done = self._connection.execute(
                table.update().where(table.c.site_id == self._store.site.site_id, place).values(**values),
                [
                    {"of_row": one.key, **{f"new_{column}": one.values[column] for column in columns}}
                    for one in some
                ],
            )
            if done.rowcount != len(some):
                raise DomainError("row_gone")


@lru_cache
def _staged(name: str) -> sa.Table:
    """The temporary table for rows of a table: a column more for the thing, a key only where rows lie in its order."""
    if name == NOTES.name:
        return NOTES
    gone = name.startswith(GONE)
    like = metadata.tables[name.removeprefix(GONE)]
    sorted_rows = like is search_keys
    return sa.Table(
        name if gone else NEW + name,
        sa.MetaData(),
        *(sa.Column(column.name, column.type, primary_key=sorted_rows) for column in like.columns),
        sa.Column(OWNER, Key),
        prefixes=["TEMPORARY"],
        sqlite_with_rowid=not sorted_rows,
    )
