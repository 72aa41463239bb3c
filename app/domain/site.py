"""A site as it can be chosen at the first start: kinds, modes, settings, the ready data of a kind (MODE-1, MODE-2)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KINDS = ("hospital", "office", "residential", "empty")
MODES = ("hotel", "apartment", "butler")
METHODS = ("one_stop", "greeting_duty", "first_contact", "standing_service", "guide_service")
POST_KINDS = ("main_gate", "lane")
HOTLINES = ("complaints", "services", "duty")

PASSWORD_LEAST = 8
PIN_LEAST, PIN_MOST = 4, 8
FREE_FAILURES = 5
WAITS = (1, 2, 5, 15, 30, 60)
"""Minutes of the growing wait after the fifth wrong password and each one after it."""

# Everybody of a sample site has these, so that signing in can be tried too.
SAMPLE_PASSWORD = "yangli-zhandian"
SAMPLE_PIN = "1234"

# A PIN of four digits is good for the post's work, not for what a password protects.
PIN_RIGHTS = frozenset(
    {
        "visits.register",
        "visits.see",
        "requests.see",
        "visits.correct",
        "requests.take",
        "requests.follow_up",
        "reports.make",
    }
)


def wait_minutes(failures: int) -> int:
    """How long an account is locked after so many wrong passwords in a row; 0 for the first four."""
    return 0 if failures < FREE_FAILURES else WAITS[min(failures - FREE_FAILURES, len(WAITS) - 1)]


@dataclass(frozen=True, slots=True)
class CustomerTemplate:
    """A customer of the ready data; `contacts` are people and are for sample sites only."""

    name: str
    building: str
    place: str
    extension: str
    contacts: tuple[str, ...]
    special: bool = False


@dataclass(frozen=True, slots=True)
class ItemTemplate:
    """A service item of the ready data; `promise_minutes` None when nothing is promised beforehand."""

    code: str
    group: str
    name: str
    promise_minutes: int | None
    urgent: bool
    special: bool
    skill: str
    price: str


@dataclass(frozen=True, slots=True)
class PersonTemplate:
    """A made-up employee of a sample site."""

    name: str
    title: str
    roles: tuple[str, ...]
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """The ready data of one kind of site. `shifts` are (name, start, end) in minutes after midnight."""

    name: str
    company: str
    mode: str
    customer_kind: str
    customers_ready: bool
    hotlines: Mapping[str, str]
    posts: tuple[tuple[str, str], ...]
    desks: tuple[str, ...]
    buildings: tuple[str, ...]
    shifts: tuple[tuple[str, int, int], ...]
    purposes: tuple[str, ...]
    items: tuple[ItemTemplate, ...]
    customers: tuple[CustomerTemplate, ...]
    people: tuple[PersonTemplate, ...]
    purpose_weights: Mapping[str, int] = field(default_factory=dict)
    weekend: float = 0.5


def minutes_of(clock: str) -> int:
    """Minutes after midnight of "HH:MM". Raises ValueError for anything else."""
    hours, minutes = clock.split(":")
    answer = int(hours) * 60 + int(minutes)
    if not (0 <= answer <= 24 * 60 and int(minutes) < 60):
        raise ValueError(f"no time of day: {clock}")
    return answer


def read_template(text: str) -> Template:
    """The ready data from the text of a file of `resources/sites`.

    Raises:
        ValueError, KeyError: for a file that is not right (a bug of ours: the tests read every one).
    """
    raw = tomllib.loads(text)
    demo = raw.get("demo", {})
    return Template(
        name=raw["name"],
        company=raw["company"],
        mode=raw["mode"],
        customer_kind=raw["customer_kind"],
        customers_ready=raw["customers_ready"],
        hotlines={line: raw["hotlines"][line] for line in HOTLINES},
        posts=tuple((name, kind) for name, kind in raw["posts"]),
        desks=tuple(raw["desks"]),
        buildings=tuple(raw["buildings"]),
        shifts=tuple((name, minutes_of(starts), minutes_of(ends)) for name, starts, ends in raw["shifts"]),
        purposes=tuple(raw["purposes"]),
        items=tuple(_item(*row) for row in raw["catalogue"]["items"]),
        customers=tuple(_customers(raw["customers"])),
        people=tuple(
            PersonTemplate(name, title, tuple(roles.split()), tuple(skills.split()))
            for name, title, roles, skills in raw["people"]["rows"]
        ),
        purpose_weights=demo.get("visits_by_purpose", {}),
        weekend=demo.get("weekend", 0.5),
    )


def whole_place(building: str, place: str) -> str:
    """Where a customer is, with the building in front: what a job slip and a visitor are told."""
    return place if not place or place.startswith(building) else f"{building} {place}"


def _item(code: str, group: str, name: str, minutes: int, flags: str, skill: str, price: str) -> ItemTemplate:
    marks = set(flags.split())
    if marks - {"urgent", "special"}:
        raise ValueError(f"unknown flags of {code}: {flags}")
    return ItemTemplate(
        code, group, name, minutes or None, "urgent" in marks, "special" in marks, skill, price
    )


def _customers(raw: Mapping[str, Any]) -> list[CustomerTemplate]:
    special = set(raw["special"])
    found = [
        CustomerTemplate(
            name, building, whole_place(building, place), extension, tuple(contacts.split()), name in special
        )
        for name, building, place, extension, contacts in raw["rows"]
    ]
    if "rule" in raw:
        found += _homes(raw["rule"])
    return found


def _homes(rule: Mapping[str, Any]) -> list[CustomerTemplate]:
    """Homes by rule: building, unit and room; the owner's name is made from two lists, each pair once."""
    names = [surname + given for given in rule["given"] for surname in rule["surnames"]]
    found: list[CustomerTemplate] = []
    for number in range(1, rule["buildings"] + 1):
        for unit in range(1, rule["units"] + 1):
            for floor in range(1, rule["floors"] + 1):
                for door in range(1, rule["doors"] + 1):
                    room = f"{floor}{door:02d}"
                    place = f"{number}号楼{unit}单元{room}室"
                    # A step that shares no divisor with the count walks through all names without a pattern.
                    owner = names[len(found) * rule["step"] % len(names)]
                    found.append(
                        CustomerTemplate(f"{number}-{unit}-{room}", f"{number}号楼", place, "", (owner,))
                    )
    return found
