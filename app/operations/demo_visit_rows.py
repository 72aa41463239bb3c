"""From made-up visits to rows: what `app.operations.visits` would have left behind, in bulk (demo)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from app.db.base import EPOCH
from app.db.bulk import Bulk
from app.db.secrets import Secrets
from app.db.visitor_keys import visitor_keys
from app.domain.demo_people import Person, person
from app.domain.demo_visits import HOUR, Memory, Scene, Visit
from app.domain.visits import HOST, PURPOSE, recency_rank

SCOPE = "visitor"
CORRECTED_FIELD = "host"


@dataclass(frozen=True, slots=True)
class Things:
    """The site's own things by place, as keys of 16 bytes and names; `letter` stands in the numbers."""

    site_id: int
    writer: bytes
    letter: str
    posts: Sequence[bytes]
    guards: Sequence[bytes]
    customers: Sequence[bytes]
    shifts: Sequence[str]


class KeyMaker:
    """UUIDv7 keys of 16 bytes for any instant, from a seeded source."""

    def __init__(self, random: Random) -> None:
        self._bits = random.getrandbits

    def __call__(self, micros: int) -> bytes:
        """A key of that instant (microseconds since 1970)."""
        tail = self._bits(74)
        stamp = micros // 1000 << 80 | 0x7000 << 64
        return (stamp | (tail >> 62) << 64 | 0b10 << 62 | tail & 0x3FFFFFFFFFFFFFFF).to_bytes(16, "big")


class VisitRows:
    """Writes visits and all that belongs to them; the visitors' search keys come last, with their final ranks."""

    def __init__(
        self, bulk: Bulk, things: Things, scene: Scene, secrets: Secrets, random: Random, seed: bytes
    ) -> None:
        self._bulk = bulk
        self._things = things
        self._scene = scene
        self._secrets = secrets
        self._key = KeyMaker(random)
        self._seed = seed
        self._visitors = bytearray()
        self._boots: dict[int, str] = {}
        self._random = random
        self.numbers: dict[int, int] = {}
        """The last number of each day (yyyymmdd)."""

    def add(self, visit: Visit) -> None:
        """Writes one visit."""
        things, bulk, site = self._things, self._bulk, self._things.site_id
        seal, key_at, who = self._secrets.seal, self._key, visit.person
        if visit.new:
            visitor = self._visitor(who, visit.registered)
        else:
            visitor = bytes(self._visitors[visit.visitor * 16 : visit.visitor * 16 + 16])
        key = key_at(visit.arrived)
        row = UUID(bytes=key)
        post, guard = things.posts[visit.post], things.guards[visit.guard]
        received = visit.arrived if visit.held is not None else None
        returned = visit.registered if visit.held is not None else None
        customer, host = self._scene.hosts[visit.host]
        no_host, no_purpose = visit.missing & HOST, visit.missing & PURPOSE
        self.numbers[visit.day] = visit.sequence
        bulk.add(
            "visits",
            (
                site,
                key,
                f"{visit.day % 10000:04d}-{things.letter}{visit.sequence:03d}",
                things.writer,
                post,
                guard,
                visitor,
                who.name,
                who.document_kind,
                seal(who.number, "visits.document_number", site, row),
                seal(who.phone, "visits.phone", site, row),
                who.plate,
                None if no_host else things.customers[customer],
                "" if no_host else host,
                "" if no_purpose else visit.purpose,
                visit.pass_number,
                visit.way_in,
                visit.arrived,
                visit.day,
                things.shifts[visit.shift],
                received,
                returned,
                visit.registered,
                visit.held,
                False,
                self._boot(visit.day),
                round((visit.arrived - visit.day_start + HOUR) / 1_000_000, 3),
                visit.over_reason,
                "",
                visit.none_reason,
                visit.missing,
                visit.missing_at_return,
                visit.completed,
                visit.corrected,
                None,
                "",
            ),
        )
        self._end(visit, key, visitor, post, guard)
        if visit.corrected is not None:
            self._correction(visit, key, guard)

    def _visitor(self, who: Person, at: int) -> bytes:
        site, seal = self._things.site_id, self._secrets.seal
        key = self._key(at)
        row = UUID(bytes=key)
        self._visitors += key
        self._bulk.add(
            "visitors",
            (
                site,
                key,
                who.name,
                who.document_kind,
                seal(who.number, "visitors.document_number", site, row),
                self._secrets.digest("d", who.number) if who.number else None,
                seal(who.phone, "visitors.phone", site, row),
                who.plate,
                at,
            ),
        )
        return key

    def _end(self, visit: Visit, key: bytes, visitor: bytes, post: bytes, guard: bytes) -> None:
        bulk, site, things = self._bulk, self._things.site_id, self._things
        if visit.left is None:
            bulk.add("on_site", (site, key, post, visitor, visit.arrived, visit.pass_number))
        elif visit.left_by_rule:
            bulk.add("departures", (site, self._key(visit.left), key, visit.left, None, None, True))
        else:
            other = things.posts[(visit.post + 1) % len(things.posts)] if visit.sequence % 13 == 0 else post
            bulk.add("departures", (site, self._key(visit.left), key, visit.left, other, guard, False))
        if visit.pass_back is not None:
            bulk.add("pass_returns", (site, self._key(visit.pass_back), key, visit.pass_back, guard))
        elif visit.pass_number:
            bulk.add("passes_out", (site, key, post, visit.pass_number, visit.arrived))

    def _correction(self, visit: Visit, visit_key: bytes, guard: bytes) -> None:
        site, seal = self._things.site_id, self._secrets.seal
        assert visit.corrected is not None
        key = self._key(visit.corrected)
        row = UUID(bytes=key)
        old, new = self._scene.hosts[visit.old_host][1], self._scene.hosts[visit.host][1]
        self._bulk.add(
            "visit_corrections",
            (
                site,
                key,
                visit_key,
                visit.corrected,
                guard,
                CORRECTED_FIELD,
                seal(old, "visit_corrections.old", site, row),
                seal(new, "visit_corrections.new", site, row),
                "核对后更正",
            ),
        )

    def _boot(self, day: int) -> str:
        """One start of the PC a day, an hour before midnight."""
        if day not in self._boots:
            self._boots = {day: str(UUID(bytes=self._random.randbytes(16), version=4))}
        return self._boots[day]

    def finish(self, memory: Memory, purposes: Sequence[str], progress: Callable[[int], None]) -> None:
        """Writes when each visitor was here last, the keys that find them, and the counters of the numbers."""
        things, bulk, site = self._things, self._bulk, self._things.site_id
        for place, count in enumerate(memory.visits):
            who = person(self._seed, place)
            key = bytes(self._visitors[place * 16 : place * 16 + 16])
            last = memory.last_at[place]
            rank = recency_rank(_moment(last), count)
            lacks = memory.lacking.get(place, 0)
            customer, host = self._scene.hosts[memory.host[place]]
            bulk.add(
                "visitor_recency",
                (
                    site,
                    key,
                    count,
                    rank,
                    last,
                    things.posts[memory.post[place]],
                    None if lacks & HOST else things.customers[customer],
                    "" if lacks & HOST else host,
                    "" if lacks & PURPOSE else purposes[memory.purpose[place]],
                ),
            )
            keys = visitor_keys(self._secrets, who.name, who.number, who.phone, who.plate)
            bulk.add_all("search_keys", [(site, SCOPE, text, rank, key) for text in keys])
            if place % 10_000 == 0:
                progress(place)
        for day, last in self.numbers.items():
            bulk.add("number_counters", (site, things.writer, "visits", day, last))


def _moment(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)
