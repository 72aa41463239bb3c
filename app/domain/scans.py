"""What a scanner read: whole, cut, sent twice, or the lines of one zone (VIS-8, DOCUMENTS sections 1, 6, 7, 10).

`wedge.py` knows where a line ends, not always where it began: a pause in the first keys cuts it, and a person may have
typed just before. A check digit or a known shape decides; what they cannot decide is refused, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from app.domain.documents import NUMBER_KINDS, OWN_PASSPORT, Identified, identify
from app.domain.own_codes import read_code
from app.domain.verdicts import normalise
from app.domain.wedge import Line

REPEAT_MS = 1000
"""The same line again so soon is the scanner's doing, not a second visitor."""
ZONE_LENGTHS = {30: 90, 36: 72, 44: 88}
"""Characters of a machine-readable zone's line, and of all its lines."""
LEADING = 3
AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
"""The mark of the code's kind that some scanners put first (AIM identifiers: ]C0, ]Q3)."""


@dataclass(frozen=True, slots=True)
class Scan:
    r"""A scan: the text without control characters (lines of a zone by "\n"), and what it is.

    `run` is the remembered field to go back to (0: none). `fault` is "" or an error's code, and then there is no text
    to use: "scan_cut" (its beginning is missing, or cannot be told from what was typed before), "scan_too_long".
    """

    text: str
    run: int
    found: Identified
    fault: str = ""


def read_line(line: Line, today: date) -> Scan:
    """What this one line is, its beginning looked for in the chains before it. Never raises."""
    text, found = _without_leading(cleaned(line.text), today)
    if line.over_long:
        return Scan("", line.run, identify("", today), "scan_too_long")
    if not line.earlier or _certainty(found) == PROVEN:
        return Scan(text, line.run, found)
    ranked = [(_certainty(found), text, line.run, found)]
    for index in range(len(line.earlier) - 1, -1, -1):
        longer = cleaned("".join(piece.text for piece in line.earlier[index:]) + line.text)
        judged = identify(longer, today)
        ranked.append((_certainty(judged), longer, line.earlier[index].run, judged))
    best = max(one[0] for one in ranked)
    chosen = [one for one in ranked if one[0] == best]
    if best == UNKNOWN or (best == LOOSE and len(chosen) > 1):
        return Scan("", line.run, found, "scan_cut")
    _, text, run, found = chosen[-1]  # the longest: a part of a known shape may be of a known shape too
    return Scan(text, run, found)


def _without_leading(text: str, today: date) -> tuple[str, Identified]:
    """A person's small letters just before a scan may be in its chain: they go if the rest is known without them."""
    found, rest = identify(text, today), text.lstrip("abcdefghijklmnopqrstuvwxyz")
    if 0 < len(text) - len(rest) <= LEADING and _certainty(found) < SHAPED:
        bare = identify(rest, today)
        if _certainty(bare) >= SHAPED:
            return rest, bare
    return text, found


def cleaned(text: str) -> str:
    """A line as it was meant: no control or invisible characters, no mark of the code's kind, no blanks around."""
    bare = "".join(
        char for char in text if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Cn")
    ).strip()
    return AIM.sub("", bare, count=1) if AIM.match(bare) else bare


class Scans:
    """Lines in, scans out: a zone's lines are joined, a line sent twice comes once."""

    def __init__(self) -> None:
        self._zone: list[Scan] = []
        self._last: tuple[str, ...] = ()
        self._at: int | None = None

    @property
    def waits(self) -> bool:
        """Whether the beginning of a zone is here and its other lines may follow."""
        return bool(self._zone)

    def feed(self, line: Line, today: date) -> tuple[Scan, ...]:
        """The scans that are complete with this line."""
        scan = read_line(line, today)
        if scan.text and self._comes_again(scan.text, line.time):
            return ()
        if not scan.fault and len(normalise(scan.text)) in ZONE_LENGTHS and self._may_be_zone(scan):
            self._zone.append(scan)
            lines = [one.text for one in self._zone]
            if len("".join(map(normalise, lines))) < ZONE_LENGTHS[len(normalise(lines[0]))]:
                return ()
            return self._told(self.quiet(today), line.time, lines)
        before = self.quiet(today)
        return (*before, *self._told((scan,), line.time, [scan.text]))

    def quiet(self, today: date) -> tuple[Scan, ...]:
        """No further line came: what there is of a zone."""
        if not self._zone:
            return ()
        text, run = "\n".join(one.text for one in self._zone), self._zone[0].run
        self._zone = []
        return (Scan(text, run, identify(text, today)),)

    def _may_be_zone(self, scan: Scan) -> bool:
        if self._zone:
            return len(normalise(scan.text)) == len(normalise(self._zone[0].text))
        return "<" in scan.text

    def _comes_again(self, text: str, time: int) -> bool:
        if self._zone:
            return text == self._zone[-1].text
        recent = self._at is not None and (time - self._at) & 0xFFFFFFFF <= REPEAT_MS
        if recent and text in self._last:
            self._at = time
            return True
        return False

    def _told(self, scans: tuple[Scan, ...], time: int, lines: list[str]) -> tuple[Scan, ...]:
        self._last, self._at = tuple(lines), time
        return scans


UNKNOWN, LOOSE, SHAPED, PROVEN = range(4)


def _certainty(found: Identified) -> int:
    """How far the text proves that nothing is missing and nothing too much."""
    value = normalise(found.input)
    code = read_code(value)
    if (code is not None and code.right) or (found.valid and found.kind in (*NUMBER_KINDS, "mrz")):
        return PROVEN
    if "<" in value and len(value) in ZONE_LENGTHS:  # one line of a zone: judged with the others
        return SHAPED
    if not found.valid:
        return UNKNOWN
    if found.kind in ("hm_permit", "plate", "officer_card"):
        return SHAPED
    if found.kind == "passport" and OWN_PASSPORT.fullmatch(found.value):
        return SHAPED
    return LOOSE
