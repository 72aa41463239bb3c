"""Made-up scans and made-up typists: keys with server times, as a keyboard sends them, all by seed (VIS-8).

Four kinds of payload in equal parts (RECIPES section 2): 18 digits, 17 digits and X, a passport's E, a permit's H.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from random import Random

from app.domain.scans import Scan, Scans
from app.domain.wedge import Answer, Key, Rhythm, Verb

TODAY = date(2026, 11, 24)
SHIFT = 50
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
REGIONS = ("110101", "310104", "440305", "370602", "210102", "350203", "520102", "610113")
KINDS = ("digits", "ends in X", "E", "H")
ENDS = {"\n": 36, "\t": 23}


def payload(random: Random, kind: str) -> str:
    """A made-up number of that kind; identity numbers have the right check digit."""
    if kind in ("E", "H"):
        return kind + f"{random.randrange(10**8):08d}"
    while True:
        born = f"{random.randint(1940, 2008)}{random.randint(1, 12):02d}{random.randint(1, 28):02d}"
        body = f"{random.choice(REGIONS)}{born}{random.randint(900, 995)}"
        last = "10X98765432"[sum(int(c) * w for c, w in zip(body, WEIGHTS, strict=True)) % 11]
        if (last == "X") == (kind == "ends in X"):
            return body + last


def code_of(char: str) -> int:
    """A key's number: the same for a letter and its capital, as on a real keyboard."""
    return ENDS.get(char, 100 + ord(char.lower()) % 128)


def typed(text: str, gaps: Iterable[int], start: int, *, held: int = 1, shift: bool = True) -> list[Key]:
    """The keys of `text`: the n-th goes down `gaps[n]` ms after the one before, and up `held` ms later."""
    keys, now, rest = [], start, iter(gaps)
    for char in text:
        now += next(rest)
        capital = shift and char.isupper()
        if capital:
            keys.append(Key(now, SHIFT, modifier=True))
        keys.append(Key(now, code_of(char), char))
        keys.append(Key(now + held, code_of(char), char, press=False))
        if capital:
            keys.append(Key(now + held, SHIFT, press=False, modifier=True))
    return keys


def scanner_gaps(random: Random, length: int, manner: str) -> list[int]:
    """Gaps of a scanner: "even" 1–25 ms; "lumps" of 1–6 keys with pauses as by radio; "pauses" now and then."""
    gaps = [0]
    pace = random.randint(1, 25)
    lump = random.randint(1, 6)
    for _ in range(length - 1):
        if manner == "lumps":
            lump -= 1
            gaps.append(random.randint(0, 2) if lump else random.randint(28, 90))
            lump = lump or random.randint(2, 6)
        elif manner == "pauses" and random.random() < 0.05:
            gaps.append(random.randint(30, 110))
        else:
            gaps.append(max(1, min(25, pace + random.randint(-4, 4))))
    return [
        max(0, gap + random.choice((-1, 0, 0, 0, 1, 2))) for gap in gaps
    ]  # the server's stamps are not exact


def typist_gaps(random: Random, length: int, manner: str) -> list[int]:
    """Gaps of a person: "even" 30–140 ms; "rolls" of 2–3 fingers at 12–35 ms; "bursts" of 3–8 keys at 30–60 ms."""
    gaps: list[int] = []
    while len(gaps) < length:
        if manner == "rolls" and random.random() < 0.3:
            gaps += [random.randint(60, 140), *(random.randint(12, 35) for _ in range(random.randint(1, 2)))]
        elif manner == "bursts" and random.random() < 0.4:
            gaps += [random.randint(80, 140), *(random.randint(30, 60) for _ in range(random.randint(2, 7)))]
        else:
            gaps.append(random.randint(30, 140))
    return gaps[:length]


@dataclass
class Desk:
    """A made-up window with one field: does what the rhythm says and keeps what came of it."""

    text: str = ""
    scans: list[Scan] = field(default_factory=list)
    taken: int = 0  # how often keys began to be swallowed
    given_back: int = 0
    rhythm: Rhythm = field(default_factory=Rhythm)
    reading: Scans = field(default_factory=Scans)
    _kept: dict[int, str] = field(default_factory=dict)
    _last: int = 0

    def feed(self, keys: Iterable[Key]) -> None:
        """All the keys, with the timer that an adapter runs between them."""
        for key in keys:
            patience = self.rhythm.patience
            if patience and (key.time - self._last) & 0xFFFFFFFF > patience:
                self._obey(self.rhythm.quiet(), None)
            if key.press and not key.modifier:
                self._last = key.time
            self._obey(self.rhythm.feed(key), key)

    def rest(self) -> None:
        """Nothing is typed any more."""
        self._obey(self.rhythm.quiet(), None)
        self.scans += self.reading.quiet(TODAY)

    def _obey(self, answers: Iterable[Answer], key: Key | None) -> None:
        for answer in answers:
            verb, run, text, line = answer.verb, answer.run, answer.text, answer.line
            if verb is Verb.REMEMBER:
                self._kept[run] = self.text
            if verb in (Verb.PASS, Verb.REMEMBER) and key is not None and key.press:
                self.text += key.char
            if verb is Verb.TAKE:
                self.taken += 1
                self.text = self._kept[run]
            if verb is Verb.GIVE_BACK:
                self.given_back += 1
                self.text = (self._kept[run] if run else self.text) + text
            if line is not None:
                for scan in self.reading.feed(line, TODAY):
                    if scan.run:
                        self.text = self._kept[scan.run]
                    self.scans.append(scan)


@dataclass(frozen=True, slots=True)
class Counted:
    """What came of many scans."""

    scans: int
    whole: int
    wrong: int  # something else than what was scanned was taken for it: never
    soiled: int  # the field was not as before
    refused: int


def count_scans(count: int, seed: int) -> Counted:
    """So many scans in a row over a field with text in it, of all kinds and manners, some right after typing."""
    random = Random(seed)
    whole = wrong = soiled = refused = 0
    now = 1000
    for number in range(count):
        kind, manner = KINDS[number % 4], ("even", "even", "lumps", "pauses")[number // 4 % 4]
        desk, text = Desk(), payload(random, kind)
        before = random.choice(("", "wang", "zhangfang"))
        now += random.randint(500, 3000)
        desk.feed(typed(before, typist_gaps(random, len(before), "even"), now, held=60))
        now += len(before) * 140 + random.randint(200, 900)
        desk.feed(typed(text + "\n", scanner_gaps(random, len(text) + 1, manner), now))
        now += 3000
        desk.rest()
        told = [scan.text for scan in desk.scans if not scan.fault]
        whole += told == [text]
        wrong += any(one != text for one in told)
        refused += not told
        soiled += desk.text != before
    return Counted(count, whole, wrong, soiled, refused)


@dataclass(frozen=True, slots=True)
class Typists:
    """What came of people typing: `false` scans, and how often keys were held back for a moment (`taken`)."""

    keys: int
    false: int
    taken: int
    soiled: int


def count_typists(words: int, seed: int, manner: str) -> Typists:
    """People who type pinyin, numbers and names, each ended by Return, over and over."""
    random = Random(seed)
    desk, now, keys, wanted = Desk(), 5000, 0, ""
    for _ in range(words):
        text = "".join(random.choice(PINYIN) for _ in range(random.randint(1, 4)))
        if random.random() < 0.3:
            text = payload(random, random.choice(KINDS)).lower()
        gaps = typist_gaps(random, len(text) + 1, manner)
        desk.feed(typed(text + "\n", gaps, now, held=random.randint(30, 90)))
        now += sum(gaps) + random.randint(100, 1500)
        keys += len(text) + 1
        wanted += text + "\n"
    desk.rest()
    return Typists(keys, len(desk.scans), desk.taken, int(desk.text != wanted))


PINYIN = (
    "zhang",
    "wang",
    "li",
    "fang",
    "shan",
    "qiu",
    "xie",
    "ou",
    "yu",
    "chi",
    "song",
    "huo",
    "mo",
    "qi",
    "guo",
)
