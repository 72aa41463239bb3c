"""Telling a scanner that types like a keyboard from a person, by the rhythm of the keys (VIS-8, RECIPES section 2).

Pure: a window system's adapter (`app/devices/wedge_*.py`) feeds every key with the *server's* time stamp, so a window
that hangs for a moment changes nothing, and does what the answer says. What the line was is asked of `scans.py`.

A scanner's first keys are only known afterwards. So they pass, while the field is remembered at a chain's first key;
from the fourth on keys are swallowed and the field is put back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from statistics import median

START_GAP = 35
"""Milliseconds from key to key within which a chain goes on."""
START_MEDIAN = 28
"""A chain is a machine's when its gaps are so short in the middle: people in a roll of fingers stay above 30."""
FREE_KEYS = 3
"""So many keys of a chain pass."""
LONG_KEYS = 7
"""A chain of so many keys is a machine's whatever its median: nobody types seven keys with all gaps in START_GAP."""
LUMP_GAP = 8
LUMP_SHARE = 0.5
"""Radio delivers keys in lumps with pauses between: gaps as short as this, every second one, are no fingers'."""
SLOW_GAP = 32
SLOW_LIMIT = 40
"""A slow scanner (25 ms a key) on a starved machine: most gaps stay below the first, nearly all below the second."""
SLOW_KEYS = 6
SLOW_SHARE = 0.6
SLOW_END_KEYS = 9
SLOW_END_SHARE = 0.85
BROKEN_KEYS = 8
BROKEN_SHARE = 0.75
"""Chains broken by pauses up to JOIN_GAP: so many keys, and more than this share of gaps up to SLOW_LIMIT."""
JOIN_GAP = 120
"""Chains with a pause up to this between them may be one line."""
GAP = 150
"""A pause that is waited for while swallowing: 120 with some room for a busy server's stamps."""
FOLLOW_GAP = 100
"""So soon after a scan the next line of the same scanner begins; later it is a person's key, or another scan's."""
SURE_KEYS = 8
SURE_GAP = 300
"""With so many swallowed keys behind it, a longer pause is waited for (Bluetooth's lumps, a busy machine)."""
LOOSE_GAP = 300
"""What came within this before a chain may be the beginning that a pause cut off."""
SHORTEST = 6
"""Fewer characters before Return are no scan: a short pass (A017) is given back as if typed."""
SCAN_GAP = 28
SCAN_SHARE = 0.7
"""The whole line, when Return comes: so many of its gaps are at most SCAN_GAP, or every second one at most LUMP_GAP.
(DOCUMENTS section 10 says a median of 30: rolls of fingers came through.)"""
LONGEST = 4096
"""Characters of a line that are kept; a QR holds at most 7,089 digits, and none of ours needs a tenth of that."""
EARLIER_CHAINS = 24
ENDS = ("\n", "\t")


@dataclass(frozen=True, slots=True)
class Key:
    r"""A key as the window system told it.

    `time` is the server's in milliseconds (it may run over at 2**32), `code` the physical key, `char` what it types
    by the layout in force ("\n" for Return, "\t" for Tab, "" for what types nothing). `modifier`: Shift and its
    kin; `command`: Control, Alt or the system key is held.
    """

    time: int
    code: int
    char: str = ""
    press: bool = True
    modifier: bool = False
    command: bool = False


class Verb(Enum):
    """What the adapter does with a key."""

    PASS = auto()
    REMEMBER = auto()  # passes, and begins a chain: remember the focused field under the answer's `run`
    TAKE = (
        auto()
    )  # swallow; from here on it is a machine: reset the input method, put the field back to `run`
    SWALLOW = auto()
    SCAN = auto()  # swallow: it ended the line in `line`
    GIVE_BACK = auto()  # it was a person: put the field back to `run`, then type `text`


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters that came in one chain, and the number under which the field before them is remembered."""

    text: str
    run: int


@dataclass(frozen=True, slots=True)
class Line:
    """What a scanner typed before Return or Tab.

    `run` 0: the field was not touched. `earlier` are the chains that came shortly before, oldest first: a person's,
    or the line's own beginning. `over_long`: more than LONGEST came, the rest is lost.
    """

    text: str
    run: int
    time: int
    earlier: tuple[Piece, ...] = ()
    over_long: bool = False


@dataclass(slots=True)
class _Chain:
    """Keys with no gap above START_GAP. `before` is the gap that led to it, `gaps` are those in it."""

    run: int = 0
    before: int = 0
    text: list[str] = field(default_factory=list)
    gaps: list[int] = field(default_factory=list)
    codes: set[int] = field(default_factory=set)

    def led_by(self, earlier: _Chain) -> _Chain:
        """Both as one."""
        return _Chain(
            earlier.run,
            earlier.before,
            earlier.text + self.text,
            [*earlier.gaps, self.before, *self.gaps],
            earlier.codes | self.codes,
        )

    def is_a_machine(self) -> bool:
        """Whether no hand types so."""
        keys, gaps = len(self.text), self.gaps
        if keys <= FREE_KEYS or len(self.codes) < 2:  # one key alone: it is held down and repeats
            return False
        if max(gaps) <= START_GAP and (keys >= LONG_KEYS or median(gaps) <= START_MEDIAN):
            return True
        if self._share(LUMP_GAP) >= LUMP_SHARE:
            return True
        slow = self._share(SLOW_GAP) >= SLOW_SHARE
        if keys >= SLOW_KEYS and slow and max(gaps) <= SLOW_LIMIT:
            return True
        return keys >= BROKEN_KEYS and slow and self._share(SLOW_LIMIT) > BROKEN_SHARE

    def is_a_scan(self) -> bool:
        """Whether, now that the line is at its end, no hand has typed it."""
        if self._share(SCAN_GAP) >= SCAN_SHARE or self._share(LUMP_GAP) >= LUMP_SHARE:
            return True
        slow = self._share(SLOW_GAP) >= SLOW_SHARE and self._share(SLOW_LIMIT) >= SLOW_END_SHARE
        return slow and len(self.text) >= SLOW_END_KEYS

    def _share(self, longest: int) -> float:
        return sum(gap <= longest for gap in self.gaps) / len(self.gaps)


@dataclass(frozen=True, slots=True)
class Answer:
    """What to do; `run` 0 means that no field has to be put back."""

    verb: Verb
    run: int = 0
    text: str = ""
    line: Line | None = None


PASS, SWALLOW = Answer(Verb.PASS), Answer(Verb.SWALLOW)


class Rhythm:
    """The rule for one keyboard (or for all, where the system does not tell them apart)."""

    def __init__(self) -> None:
        self._runs = 0
        self._chain = _Chain()
        self._earlier: list[_Chain] = []
        self._swallowing = False
        self._follows = False  # swallowed because a scan went before, whoever typed it
        self._over_long = False
        self._last = 0  # time of the last key that counted
        self._latest = -1  # the code that was pressed last: only that one repeats
        self._down: set[int] = set()
        self._kept_down: set[int] = set()  # pressed and swallowed: the release goes the same way

    @property
    def swallowing(self) -> bool:
        """Whether a scanner is typing now."""
        return self._swallowing

    @property
    def patience(self) -> int:
        """Milliseconds without a key after which `quiet` has to be called; 0 while nothing is swallowed."""
        if not self._swallowing:
            return 0
        if not self._chain.text:
            return FOLLOW_GAP
        return SURE_GAP if self._over_long or len(self._chain.text) >= SURE_KEYS else GAP

    def feed(self, key: Key) -> tuple[Answer, ...]:
        """What to do, in order; the last answer is about this key."""
        if not key.press:
            return (self._released(key),)
        repeats = key.code in self._down and key.code == self._latest
        self._down.add(key.code)
        if key.modifier:
            return (self._kept(key.code) if self._swallowing else PASS,)
        self._latest = key.code
        gap = (key.time - self._last) & 0xFFFFFFFF
        if gap > 0x7FFFFFFF:  # the stamps of two devices may be a millisecond out of order
            gap = 0
        before = self.quiet() if self._swallowing and gap > self.patience else ()
        self._last = key.time
        if self._swallowing:
            return (*before, self._while_swallowing(key, gap, repeats))
        if repeats or not _types(key):
            self._chain, self._earlier = _Chain(), []
            return (*before, PASS)
        return (*before, self._in_a_chain(key, gap))

    def quiet(self) -> tuple[Answer, ...]:
        """No key came for `patience` milliseconds: what was swallowed without an end is given back."""
        if not self._swallowing:
            return ()
        chain, lost = self._chain, self._over_long
        self._swallowing = self._over_long = self._follows = False
        if lost:  # a machine's for certain, and no longer whole
            self._chain = _Chain()
            return (Answer(Verb.SCAN, chain.run, line=Line("", chain.run, self._last, (), True)),)
        if not chain.text:
            return ()
        return (Answer(Verb.GIVE_BACK, chain.run, "".join(chain.text)),)

    # --- the parts ----------------------------------------------------------------------------------------------------

    def _kept(self, code: int) -> Answer:
        self._kept_down.add(code)
        return SWALLOW

    def _released(self, key: Key) -> Answer:
        self._down.discard(key.code)
        if key.code in self._kept_down:
            self._kept_down.discard(key.code)
            return SWALLOW
        # Shift went down before the letter was swallowed: an input method that saw it come up again, alone, would
        # switch from Chinese to English.
        return SWALLOW if key.modifier and self._swallowing else PASS

    def _in_a_chain(self, key: Key, gap: int) -> Answer:
        begins = not self._chain.text or gap > START_GAP
        if begins:
            self._next_chain(gap)
        else:
            self._chain.gaps.append(gap)
        self._chain.text.append(key.char)
        self._chain.codes.add(key.code)
        if self._is_a_machine():
            self._swallowing = True
            self._kept(key.code)
            return Answer(Verb.TAKE, self._chain.run)
        return Answer(Verb.REMEMBER, self._chain.run) if begins else PASS

    def _next_chain(self, gap: int) -> None:
        if gap > LOOSE_GAP:
            self._earlier = []
        elif self._chain.text:
            self._earlier = [*self._earlier[1 - EARLIER_CHAINS :], self._chain]
        self._runs += 1
        self._chain = _Chain(self._runs, gap)

    def _is_a_machine(self) -> bool:
        """Whether this chain is a machine's, or it and those before it with short pauses between; then one chain."""
        whole = self._chain
        for used in range(len(self._earlier) + 1):
            if whole.is_a_machine():
                self._chain = whole
                del self._earlier[len(self._earlier) - used :]
                return True
            if used == len(self._earlier) or whole.before > JOIN_GAP or len(whole.text) > BROKEN_KEYS:
                return False
            whole = whole.led_by(self._earlier[-1 - used])
        return False

    def _while_swallowing(self, key: Key, gap: int, repeats: bool) -> Answer:
        self._kept(key.code)
        if key.char in ENDS and not key.command:
            return self._ended(key)
        if repeats or not _types(key):
            return SWALLOW  # a scanner's control characters (GS and its kin) come as Control and a key
        if len(self._chain.text) >= LONGEST:
            self._over_long = True
            return SWALLOW
        if self._chain.text:
            self._chain.gaps.append(gap)
        self._chain.text.append(key.char)
        self._chain.codes.add(key.code)
        if self._follows and len(self._chain.text) > FREE_KEYS:
            self._follows = False
            if not self._chain.is_a_machine():  # a person who went on typing
                self._swallowing = False
                return Answer(Verb.GIVE_BACK, self._chain.run, "".join(self._chain.text))
        return SWALLOW

    def _ended(self, key: Key) -> Answer:
        chain, text = self._chain, "".join(self._chain.text)
        if not text:  # the line feed after a carriage return, or an empty line
            return SWALLOW
        whole = chain
        for one in reversed(self._earlier):
            if len(whole.text) >= SHORTEST or whole.before > JOIN_GAP:
                break
            whole = whole.led_by(one)
        earlier = tuple(Piece("".join(one.text), one.run) for one in self._earlier)
        lost, self._over_long = self._over_long, False
        self._chain, self._earlier = _Chain(), []
        if len(whole.text) < SHORTEST or not whole.is_a_scan():
            self._swallowing = self._follows = False
            return Answer(Verb.GIVE_BACK, chain.run, text + key.char)
        # Still swallowing: the next line may follow at once (a zone of two lines, or the same one again). Its first
        # keys are known beforehand, and the field is not touched any more.
        self._follows = True
        return Answer(Verb.SCAN, chain.run, line=Line(text, chain.run, key.time, earlier, lost))


def _types(key: Key) -> bool:
    return len(key.char) == 1 and key.char.isprintable() and not key.command
