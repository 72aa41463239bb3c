"""The watch list's rules: who is meant exactly, who may be meant, and what is nobody's business (VIS-11).

**Exact** (stops): the same document number, however it is written (a work pass only with a name that sounds alike:
companies number alike); or the same name with the same birth date, or with the same last four where not both numbers
are whole and proven. **Near** (hints, never stops): one digit of the number off or two neighbours swapped,
the same phone, the same name, a name that sounds alike by any reading, one character off.

Names repeat much in China, so a name alone hints only as far as nothing speaks against it: a proven identity number
that is another one clears it, an entry with a number waits for the visitor's, and one character off needs a second
sign (birth date, last four) or a long name. What that lets through and leaves out is measured in
`tests/benchmarks/bench_watch.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from app.domain.identity_numbers import FULL, LOOKS_LIKE_X, check_character
from app.domain.names import plain_name, spellings
from app.domain.phones import normalise_phone
from app.domain.verdicts import normalise

# What a guard is told to do; `other` has words of its own only.
TODOS = ("leader", "call_center", "call_host", "accompany", "explain", "other")
# What was done about a hit.
DONE = ("leader", "turned_away", "let_in")
STOPS = ("number", "name_birth", "name_last_four")
HINTS = ("number_near", "phone", "name", "sound", "name_near")

LAST = 4
LEAST_NUMBER = 7  # a shorter number with one digit off is another one
LONG_NAME = 4  # so many characters, or twice as many letters: one off is a slip, not another name
MOST = 5
OLD = re.compile(r"[1-9][0-9]{14}")
REISSUED = re.compile(r"[HM][0-9]{10}")
LAST_FOUR = re.compile(r"[0-9]{3}[0-9X]")


@dataclass(frozen=True, slots=True)
class WatchListEntry:
    """Somebody on the list, opened.

    `number` is whole (canonical) or the last four; the days are the site's, both included.
    """

    id: UUID
    version: int
    name: str
    number: str
    phone: str
    todo: str
    todo_words: str
    valid_from: date
    valid_until: date


@dataclass(frozen=True, slots=True)
class Person:
    """Who stands at the window.

    `settled`: no number is to come any more (none was shown, or it went back). `issued`: the number is of a kind that
    only one person has; work passes of two companies bear the same ones.
    """

    name: str = ""
    number: str = ""
    phone: str = ""
    settled: bool = True
    issued: bool = True


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that is or may be meant, and by what: one of `STOPS` or `HINTS`."""

    entry: WatchListEntry
    basis: str

    @property
    def exact(self) -> bool:
        """Whether it stops."""
        return self.basis in STOPS


def canonical_number(text: str) -> str:
    """A document number as it is compared: any width, case and spacing, × for X, fifteen digits as eighteen.

    The reissue count of a Hong Kong or Macao permit is left out: the number is for life (DOCUMENTS section 4).
    """
    value = normalise(text)
    if len(value) == 18 and value[-1] in LOOKS_LIKE_X:
        value = value[:-1] + "X"
    if OLD.fullmatch(value) and _is_day("19" + value[6:12]):
        first = value[:6] + "19" + value[6:]
        return first + check_character(first)
    return value[:9] if REISSUED.fullmatch(value) else value


def is_last_four(number: str) -> bool:
    """Whether only the end of a number is known."""
    return LAST_FOUR.fullmatch(number) is not None


def birth_in(number: str) -> str:
    """The birth date in a canonical identity number as yyyymmdd, "" for any other."""
    return number[6:14] if FULL.fullmatch(number) and _is_day(number[6:14]) else ""


def is_proven(number: str) -> bool:
    """Whether it is an identity number whose check digit holds: it is its holder's and nobody else's."""
    return bool(birth_in(number)) and number[17] == check_character(number[:17])


@dataclass(frozen=True, slots=True)
class _Known:
    """Name, number and phone made ready to be compared."""

    plain: str
    sounds: frozenset[str]
    number: str
    four: str
    birth: str
    proven: bool
    phone: str
    keys: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, number: str, phone: str) -> _Known:
        """Computed once for an entry, once for each look-up."""
        whole = canonical_number(number)
        known = cls(
            plain_name(name) if name else "",
            spellings(name) if name else frozenset(),
            "" if is_last_four(whole) else whole,
            whole[-LAST:] if len(whole) >= LAST else "",
            birth_in(whole),
            is_proven(whole),
            normalise_phone(phone) if phone else "",
        )
        return replace(known, keys=tuple(dict.fromkeys(_keys(known))))

    @property
    def long(self) -> bool:
        """Whether one character off is a slip of the pen, and not somebody else's name."""
        return len(self.plain) >= (2 * LONG_NAME if self.plain.isascii() else LONG_NAME)


class WatchIndex:
    """The entries in memory, found without a database in much less than a frame; frozen once it is made.

    `before` is the index that it follows: entries that have not changed are not made ready again.
    """

    def __init__(self, entries: Iterable[WatchListEntry] = (), before: WatchIndex | None = None) -> None:
        self.entries: Mapping[UUID, WatchListEntry] = {entry.id: entry for entry in entries}
        known = before._known if before is not None else {}
        old = before.entries if before is not None else {}
        self._known: dict[UUID, _Known] = {
            key: known[key] if old.get(key) == entry else _Known.of(entry.name, entry.number, entry.phone)
            for key, entry in self.entries.items()
        }
        self._under: dict[str, list[UUID]] = {}
        for key, one in self._known.items():
            for under in one.keys:
                self._under.setdefault(under, []).append(key)

    def __len__(self) -> int:
        return len(self.entries)

    def look(self, person: Person, today: date) -> tuple[Match, ...]:
        """Whom a person matches on this day: stops first, then hints by strength, at most `MOST`."""
        if not self.entries:
            return ()
        who = _Known.of(person.name, person.number, person.phone)
        found: dict[UUID, str] = {}
        for under in (*who.keys, *_swapped(who.number)):
            for key in self._under.get(under, ()):
                if key not in found:
                    entry = self.entries[key]
                    valid = entry.valid_from <= today <= entry.valid_until
                    found[key] = _basis(self._known[key], who, person) if valid else ""
        order = [*STOPS, *HINTS]
        met = sorted((order.index(basis), key) for key, basis in found.items() if basis)
        return tuple(Match(self.entries[key], order[at]) for at, key in met[:MOST])


def _keys(one: _Known) -> Iterable[str]:
    """Under what an entry lies and is looked for: a key that two people share makes them worth comparing."""
    if one.number:
        yield f"n{one.number}"
        if len(one.number) >= LEAST_NUMBER:
            yield from (f"g{at}:{one.number[:at]}{one.number[at + 1 :]}" for at in range(len(one.number)))
    if one.four:
        yield f"4{one.four}"
    if one.birth:
        yield f"b{one.birth}"
    if one.phone:
        yield f"p{one.phone}"
    if one.plain:
        yield f"s{one.plain}"
        yield from (f"s{sound}" for sound in one.sounds)
        if one.long:
            yield from (f"l{one.plain[:at]}{one.plain[at + 1 :]}" for at in range(len(one.plain)))
            yield f"l{one.plain}"


def _swapped(number: str) -> Iterable[str]:
    """The number with two neighbours swapped, each pair once."""
    if len(number) >= LEAST_NUMBER:
        for at in range(len(number) - 1):
            if number[at] != number[at + 1]:
                yield f"n{number[:at]}{number[at + 1]}{number[at]}{number[at + 2 :]}"


def _basis(entry: _Known, who: _Known, person: Person) -> str:
    """By what an entry is met, "" for not at all."""
    same_name = bool(entry.plain) and entry.plain == who.plain
    sounds = same_name or bool(entry.sounds & who.sounds)
    if entry.number and entry.number == who.number:
        if person.issued or sounds or not (entry.plain and who.plain):
            return "number"
        return ""
    # Of two proven numbers that are unlike the last four agree by chance.
    same_four = bool(entry.four) and entry.four == who.four and not (entry.proven and who.proven)
    same_birth = bool(entry.birth) and entry.birth == who.birth
    if same_name and same_birth:
        return "name_birth"
    if same_name and same_four:
        return "name_last_four"
    if person.issued and _near_number(entry.number, who.number):
        return "number_near"
    if entry.phone and entry.phone == who.phone:
        return "phone"
    if not entry.plain or not who.plain:
        return ""
    supported = same_birth or same_four
    waits = bool(entry.four) and not who.four and not person.settled
    if not supported and (waits or _cleared(entry, who)):
        return ""
    if same_name:
        return "name"
    if sounds:
        other_phone = bool(entry.phone and who.phone)
        return "sound" if supported or not other_phone else ""
    if (supported or (entry.long and who.long)) and one_off(entry.plain, who.plain):
        return "name_near"
    return ""


def _cleared(entry: _Known, who: _Known) -> bool:
    """Whether the visitor's number says that it is somebody else: another proven one, or other last four."""
    if entry.number:
        return entry.proven and who.proven
    return bool(entry.four and who.four)


def _near_number(one: str, other: str) -> bool:
    """One digit off, or two neighbours swapped."""
    if len(one) != len(other) or len(one) < LEAST_NUMBER:
        return False
    wrong = [at for at, (mine, theirs) in enumerate(zip(one, other, strict=True)) if mine != theirs]
    if len(wrong) == 1:
        return True
    return (
        len(wrong) == 2
        and wrong[1] == wrong[0] + 1
        and one[wrong[0]] + one[wrong[1]] == other[wrong[1]] + other[wrong[0]]
    )


def one_off(one: str, other: str) -> bool:
    """Whether two names differ in one character: another one in its place, one too many or one too few."""
    if abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < 2 or one == other:
        return False
    short, long = sorted((one, other), key=len)
    at = next((at for at, sign in enumerate(short) if sign != long[at]), len(short))
    return short[at + (len(short) == len(long)) :] == long[at + 1 :]


def _is_day(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return False
    return True
