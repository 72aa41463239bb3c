"""Made-up visits, one after another in time: who comes, how long the document is held, when they leave (demo).

Half of the visits are of persons who were here before. What has to be remembered of a person is five numbers in arrays:
everything else follows from the seed (`app.domain.demo_people`), so that memory stays small at a million visits.
"""

from __future__ import annotations

import heapq
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from itertools import accumulate
from math import exp, log, sqrt
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.domain.demo_days import Busy, Hours, shared_out
from app.domain.demo_people import Person, person
from app.domain.visits import HOST, NONE_REASONS, OVER_REASONS, PURPOSE

MINUTE = 60_000_000
HOUR = 60 * MINUTE
RETURNING = 0.5
OVER = 0.007
"""The share of documents that are held longer than 25 s."""

# How long a visit lasts, in minutes, by a word of its purpose; the first that fits counts.
_STAYS = (
    ("外卖", 7),
    ("快递", 9),
    ("送文件", 12),
    ("取件", 12),
    ("送货", 18),
    ("接送", 20),
    ("看房", 35),
    ("参观", 70),
    ("应聘", 55),
    ("会议", 100),
    ("探视", 55),
    ("陪护", 190),
    ("面谈", 45),
    ("施工", 230),
    ("维修", 95),
    ("家政", 140),
    ("搬家", 150),
    ("家教", 110),
    ("走亲", 150),
)
_OVER_WEIGHTS = (34, 24, 18, 12, 8, 4)
_NONE_WEIGHTS = (46, 26, 14, 6, 8)


@dataclass(frozen=True, slots=True)
class Scene:
    """What the visits of a site are made of.

    `hosts` are texts with the place of their customer in the site's list; `shift_at` has the place of the shift for
    each minute of the day.
    """

    posts: int
    guards: int
    hosts: Sequence[tuple[int, str]]
    host_weights: Sequence[float]
    purposes: Sequence[str]
    purpose_weights: Sequence[float]
    shift_at: Sequence[int]
    hours: Sequence[float]
    until: int


class Visit(NamedTuple):
    """A made-up visit; instants in microseconds since 1970, None for what did not happen by the end of time."""

    visitor: int
    new: bool
    person: Person
    day: int
    sequence: int
    day_start: int
    post: int
    guard: int
    shift: int
    arrived: int
    held: float | None
    registered: int
    way_in: str
    host: int
    old_host: int
    purpose: str
    pass_number: str
    over_reason: str
    none_reason: str
    missing_at_return: int
    missing: int
    completed: int | None
    corrected: int | None
    left: int | None
    left_by_rule: bool
    pass_back: int | None


@dataclass(slots=True)
class Memory:
    """What is remembered of each visitor so far, by place: visits, the last one, and when they may come again."""

    visits: array[int] = field(default_factory=lambda: array("i"))
    last_at: array[int] = field(default_factory=lambda: array("q"))
    free_at: array[int] = field(default_factory=lambda: array("q"))
    post: array[int] = field(default_factory=lambda: array("b"))
    host: array[int] = field(default_factory=lambda: array("i"))
    purpose: array[int] = field(default_factory=lambda: array("b"))
    regulars: array[int] = field(default_factory=lambda: array("i"))
    lacking: dict[int, int] = field(default_factory=dict)
    """Of whose last visit something is still missing, and what."""


class Visits:
    """The visits of a site from its first day to the end of time. `memory` tells afterwards who came when last."""

    def __init__(self, scene: Scene, seed: bytes, random: Random) -> None:
        self.scene = scene
        self.memory = Memory()
        self.purposes = list(scene.purposes)
        self._seed = seed
        self._random = random
        self._host_sums = list(accumulate(scene.host_weights))
        self._purpose_sums = list(accumulate(scene.purpose_weights))
        self._stays = [_stay(purpose) for purpose in scene.purposes]
        self._free: list[int] = list(range(1, 1000))
        self._lent: list[tuple[int, int]] = []

    def days(self, days: Sequence[Busy], total: int, zone: ZoneInfo, hours: Hours) -> Iterator[Visit]:
        """So many visits on these days, in order of arrival."""
        weights = [day.weight * self._random.uniform(0.9, 1.1) for day in days]
        for day, count in zip(days, shared_out(total, weights), strict=True):
            moments = hours.moments(day, count, zone, self._random)
            number = day.day.year * 10000 + day.day.month * 100 + day.day.day
            start = midnight(day, zone)
            for sequence, moment in enumerate(moments, 1):
                yield self._visit(day.day.toordinal(), number, start, sequence, moment)

    def _visit(self, ordinal: int, day: int, start: int, sequence: int, arrived: int) -> Visit:
        draw, scene, memory = self._random.random, self.scene, self.memory
        place = self._returning(arrived) if draw() < RETURNING else -1
        new = place < 0
        if new:
            place = len(memory.visits)
        who = person(self._seed, place)
        if new:
            host = self._host(who.host)
            purpose = bisect_right(self._purpose_sums, who.purpose / 65536 * self._purpose_sums[-1])
            post = who.post % (scene.posts + 2)
            post = post if post < scene.posts else 0
        else:
            host, purpose, post = memory.host[place], memory.purpose[place], memory.post[place]
            if draw() < 0.15:
                host = self._host(int(draw() * 4294967296))
            if draw() < 0.1:
                post = int(draw() * scene.posts)
        minute = (arrived - start) // MINUTE
        shift = scene.shift_at[min(minute, 1439)]
        guard = (ordinal * 2 + shift * 3 + post) % scene.guards
        late = draw() < 0.003
        held, over = None, ""
        way_in = "late" if late else "scan" if new and draw() < 0.06 else "typed" if new else "returning"
        if who.document_kind != "none" and not late:
            held = self._held(new)
            held = min(held, max(0.4, (scene.until - arrived) / 1_000_000 - 0.001))
            if held > 25:
                over = OVER_REASONS[_weighted(draw(), _OVER_WEIGHTS)] if draw() < 0.97 else ""
        spent = held if held is not None else 4.0 + 5.0 * draw()
        registered = min(arrived + round(spent * 1_000_000), scene.until)
        none_reason = NONE_REASONS[_weighted(draw(), _NONE_WEIGHTS)] if who.document_kind == "none" else ""
        stay = int(self._stays[purpose] * exp(0.55 * self._normal()) * MINUTE)
        left: int | None = registered + max(2 * MINUTE, min(stay, 11 * HOUR))
        by_rule = draw() < 0.002
        if by_rule:
            left = start + 24 * HOUR + 5 * MINUTE
        pass_number, back = self._pass(arrived, left or 0, new)
        assert left is not None
        lacks, missing, completed = self._missing(registered)
        corrected = None
        old_host = host
        if missing == 0 and draw() < 0.003:
            later = registered + int(HOUR * (0.2 + 2 * draw()))
            if later < scene.until:
                corrected, old_host = later, self._host(int(draw() * 4294967296))
        gone = left <= scene.until
        self._remember(place, new, who.regular, arrived, left, post, host, purpose)
        if missing:
            memory.lacking[place] = missing
        else:
            memory.lacking.pop(place, None)
        return Visit(
            place,
            new,
            who,
            day,
            sequence,
            start,
            post,
            guard,
            shift,
            arrived,
            held,
            registered,
            way_in,
            host,
            old_host,
            self.purposes[purpose],
            pass_number,
            over,
            none_reason,
            lacks,
            missing,
            completed,
            corrected,
            left if gone else None,
            by_rule,
            back if back is not None and back <= scene.until else None,
        )

    def _returning(self, now: int) -> int:
        """Somebody who was here before and is not here now; -1 when nobody was found quickly."""
        draw, memory = self._random.random, self.memory
        known = len(memory.visits)
        for _ in range(6):
            if not known:
                break
            if memory.regulars and draw() < 0.4:
                place = memory.regulars[int(draw() * len(memory.regulars))]
            else:
                place = int(known * sqrt(draw()))
            if memory.free_at[place] < now:
                return place
        return -1

    def _remember(
        self, place: int, new: bool, regular: bool, at: int, left: int, post: int, host: int, purpose: int
    ) -> None:
        memory = self.memory
        if new:
            memory.visits.append(0)
            for column in (memory.last_at, memory.free_at, memory.post, memory.host, memory.purpose):
                column.append(0)
            if regular:
                memory.regulars.append(place)
        memory.visits[place] += 1
        memory.last_at[place] = at
        memory.free_at[place] = left + HOUR
        memory.post[place] = post
        memory.host[place] = host
        memory.purpose[place] = purpose

    def _host(self, number: int) -> int:
        return bisect_right(self._host_sums, number / 4294967296 * self._host_sums[-1])

    def _normal(self) -> float:
        return self._random.gauss(0.0, 1.0)

    def _held(self, new: bool) -> float:
        """Seconds: log-normal around 8 s for a new visitor and 6 s for a known one, a few far too long."""
        if self._random.random() < OVER:
            return round(25.1 + 22 * self._random.random() ** 2, 3)
        seconds = exp(log(8.1 if new else 6.1) + 0.33 * self._normal())
        return round(min(max(seconds, 1.6), 24.9), 3)

    def _pass(self, arrived: int, left: int, new: bool) -> tuple[str, int | None]:
        while self._lent and self._lent[0][0] <= arrived:
            heapq.heappush(self._free, heapq.heappop(self._lent)[1])
        if self._random.random() >= 0.45 or not self._free:
            return "", None
        number = heapq.heappop(self._free)
        back = left
        chance = self._random.random()
        if chance < 0.01:  # forgotten in the pocket, brought back another day
            back = left + int(HOUR * (14 + 60 * self._random.random()))
        heapq.heappush(self._lent, (back, number))
        return f"A{number:03d}", back

    def _missing(self, registered: int) -> tuple[int, int, int | None]:
        """What lacked when the document went back, what lacks still, and when it was complete (VIS-3)."""
        draw = self._random.random
        # The last hours keep a few, so that the list of unfinished records has something in it.
        fresh = registered > self.scene.until - 6 * HOUR
        if draw() >= (0.07 if fresh else 0.026):
            return 0, 0, registered
        lacks = (HOST, PURPOSE, HOST | PURPOSE)[int(draw() * 3)]
        later = registered + int(HOUR * (0.05 + 5 * draw() ** 2))
        if later <= self.scene.until and (
            draw() < (0.4 if fresh else 0.94) or registered < self.scene.until - 48 * HOUR
        ):
            return lacks, 0, later
        return lacks, lacks, None


def midnight(day: Busy, zone: ZoneInfo) -> int:
    """When a day begins, in microseconds since 1970."""
    return int(datetime.combine(day.day, time(), zone).timestamp()) * 1_000_000


def _stay(purpose: str) -> int:
    return next((minutes for word, minutes in _STAYS if word in purpose), 40)


def _weighted(draw: float, weights: Sequence[int]) -> int:
    sums = list(accumulate(weights))
    return bisect_right(sums, draw * sums[-1])
