"""A guard who registers without a pause, by the operations themselves: the process that is killed and failed.

What an operation answered is told at once, before anything else is done: what was told must be there afterwards.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from uuid import UUID

from app.db.folder import open_store
from app.db.store import Store
from app.domain.people import Actor
from app.domain.visits import Fields, Stamp
from app.errors import DomainError
from app.operations import visits
from app.operations.site import sign_in_as

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许单仇解曾欧阳"
HOSTS = ("骨科", "内科", "儿科", "设备科", "药剂科")
PURPOSES = ("探视", "送货", "维修", "会客")


@dataclass(frozen=True, slots=True)
class Told:
    """One answer: what was done (`begun`, `filled`, `saved`, `left`, `refused`) and to which visit."""

    what: str
    visit: str = ""
    monotonic: float = 0.0
    number: str = ""
    held: float | None = None
    name: str = ""
    host: str = ""
    code: str = ""

    def line(self) -> bytes:
        """As one line; short enough for a pipe to take it whole."""
        return json.dumps(asdict(self), ensure_ascii=False).encode() + b"\n"


def heard(raw: bytes) -> list[Told]:
    """The answers in what a process told; a line cut off by its death does not count."""
    whole, _, _ = raw.rpartition(b"\n")
    return [Told(**json.loads(line)) for line in whole.split(b"\n") if line]


Tell = Callable[[Told], object]


def to_pipe(end: int) -> Tell:
    """Tells by writing into a pipe at once."""
    return lambda told: os.write(end, told.line())


class Guard:
    """Registers visits one after the other; some stay open, some are completed, some visitors leave."""

    def __init__(self, store: Store, actor: Actor, chance: random.Random, tell: Tell) -> None:
        self.store, self.actor, self.chance, self.tell = store, actor, chance, tell
        self.open: list[tuple[UUID, Stamp, Fields]] = []
        self.here: list[UUID] = []

    def step(self) -> None:
        """One thing that a guard does; a refusal is told and the work goes on."""
        try:
            turn = self.chance.random()
            if self.open and turn < 0.55:
                self._returned(*self.open.pop(self.chance.randrange(len(self.open))))
            elif self.here and turn < 0.65:
                self._left(self.here.pop(self.chance.randrange(len(self.here))))
            else:
                self._begun()
        except DomainError as error:
            self.tell(Told("refused", code=error.code))

    def _begun(self) -> None:
        chance = self.chance
        key, started = visits.new_visit(), visits.stamp(self.store)
        name = chance.choice(SURNAMES) + "".join(chr(chance.randrange(0x4E00, 0x5000)) for _ in range(2))
        first = Fields(
            visitor=name, document_number=f"E{chance.randrange(10**8):08d}", document_kind="passport"
        )
        whole = replace(first, host=chance.choice(HOSTS), purpose=chance.choice(PURPOSES))
        if chance.random() < 0.3:
            self._returned(key, started, whole)
            return
        visits.begin(self.store, self.actor, key, started, first)
        self.tell(Told("begun", str(key), started.monotonic, name=name))
        self.open.append((key, started, whole))
        visits.fill(self.store, self.actor, key, whole)
        self.tell(Told("filled", str(key), started.monotonic, name=name, host=whole.host))

    def _returned(self, key: UUID, started: Stamp, fields: Fields) -> None:
        row = visits.document_returned(self.store, self.actor, key, started, visits.stamp(self.store), fields)
        held = row.held_seconds
        self.tell(Told("saved", str(key), started.monotonic, row.number, held, row.visitor, fields.host))
        self.here.append(key)

    def _left(self, key: UUID) -> None:
        visits.depart(self.store, self.actor, key, pass_returned=False)
        self.tell(Told("left", str(key)))


def register(folder: Path, seed: int, tell: Tell, steps: int | None = None) -> None:
    """Opens the site and registers, for ever or so many steps; a site that cannot be opened is told, too."""
    try:
        opened = open_store(folder)
    except DomainError as error:
        tell(Told("refused", code=error.code))
        return
    try:
        guard = Guard(opened.store, sign_in_as(opened.store, "guard", "post"), random.Random(seed), tell)
        tell(Told("ready"))
        while steps is None or steps > 0:
            guard.step()
            steps = None if steps is None else steps - 1
    except DomainError as error:
        tell(Told("refused", code=error.code))
    finally:
        opened.close()
