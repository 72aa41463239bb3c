"""The handover sheet of a post: one A4 page a handover, signed by both guards (VIS-16).

The page is never more than one: what is listed gives way in the order in which it can be seen elsewhere, people first,
then the lines of the duty log, and the sheet says how many more there are. It carries the ends of the audit chains, so
that a later hand in the file can be told from what stands on this paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from app.domain.handover import Counted
from app.words import Words
from reports import pen as pens
from reports.layout import SEAL, SMALL, Document, Figure, Form, Letterhead, Printed, long_date
from reports.text import break_lines

HANDOVER_FORM = Form("VIS-03", 1)
SIZE, LINE, GAP = 9.0, 13.0, 5.0
DIGEST = 32
"""Hexadecimal digits of a chain's digest on paper: 128 of its 256 bits, enough to tell."""
MOST_LINES = {"people": 2, "orders": 4, "notes": 4, "things": 3, "tallies": 2, "chain": 3}


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A line of the duty log, ready to be shown."""

    at: datetime
    kind: str
    text: str
    by: str
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """Some people: how many there are in all, and what names the first of them."""

    count: int
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One handover; local times. `incoming` "" and `taken_at` None while it is not taken over.

    `chains`: letter of the writer, number of its last record, digest in hex.
    """

    post: str
    day: date
    shift: str
    since: datetime
    at: datetime
    outgoing: str
    incoming: str
    taken_at: datetime | None
    visits: int
    on_site: int
    on_site_here: int
    overdue: Listed
    passes_out: Listed
    unfinished: Listed
    open: Listed
    tallies: Sequence[tuple[str, int]]
    reasons: Sequence[tuple[str, int]]
    leader: str
    orders: Sequence[DutyRow]
    lines: Sequence[DutyRow]
    line_count: int
    things: Sequence[Counted]
    notes: str
    chains: Sequence[tuple[str, int, str]]


@dataclass(frozen=True, slots=True)
class HandoverSheets:
    """The handovers of a post and day, each on a page of its own."""

    letterhead: Letterhead
    post: str
    day: date
    sheets: Sequence[Sheet]


def handover(paper: HandoverSheets, words: Words, out: Path) -> Printed:
    """Print the handovers of a post and day.

    Raises:
        OSError: the file cannot be written.
    """
    title = words("handover.title")
    document = Document(
        paper.letterhead, HANDOVER_FORM, title, words, about=f"{paper.post} · {paper.day:%Y-%m-%d}"
    )
    if not paper.sheets:
        document.title(f"{paper.post} · {long_date(paper.day, words)}")
        document.note(words("handover.none_that_day"))
    for at, sheet in enumerate(paper.sheets):
        if at:
            document.new_page()
        _Page(document, words).draw(sheet)
    return document.save(out)


class _Page:
    def __init__(self, document: Document, words: Words) -> None:
        self.document, self.words = document, words
        self.label = document.columns(2) + 6

    def draw(self, sheet: Sheet) -> None:
        document, words = self.document, self.words
        about = " · ".join(part for part in (sheet.post, long_date(sheet.day, words), sheet.shift) if part)
        period = words("handover.period", since=_when(sheet.since, sheet.day), at=_when(sheet.at, sheet.day))
        document.title(f"{about} · {period}")
        document.band(
            [
                Figure(words("handover.visits"), f"{sheet.visits:,}"),
                Figure(words("handover.tallied"), f"{sum(count for _, count in sheet.tallies):,}"),
                Figure(words("handover.on_site"), f"{sheet.on_site:,}"),
                Figure(words("handover.passes_out"), f"{sheet.passes_out.count:,}"),
                Figure(words("handover.unfinished"), f"{sheet.unfinished.count:,}"),
                Figure(words("handover.open"), f"{sheet.open.count:,}"),
            ]
        )
        comma = words("reports.list_comma")
        self._row("handover.on_site", words("handover.on_site_here", n=sheet.on_site_here), 1)
        for code in ("overdue", "passes_out", "unfinished", "open"):
            listed: Listed = getattr(sheet, code)
            self._people(f"handover.{code}", listed)
        tallies = comma.join(f"{kind} {count}" for kind, count in sheet.tallies)
        if sheet.reasons:
            why = comma.join(f"{reason} {count}" for reason, count in sheet.reasons)
            tallies = words("handover.with_reasons", tallies=tallies, reasons=why)
        self._row("handover.tallies", tallies or words("handover.nothing"), MOST_LINES["tallies"])
        self._row("handover.leader", sheet.leader or words("handover.nothing"), 1)
        self._lines("handover.orders", sheet.orders, MOST_LINES["orders"], len(sheet.orders), sheet.day)
        things = words("handover.between").join(self._thing(one) for one in sheet.things)
        self._row("handover.things", things or words("handover.nothing"), MOST_LINES["things"])
        self._row("handover.notes", sheet.notes or words("handover.nothing"), MOST_LINES["notes"])
        chains = words("handover.between").join(
            words("handover.chain", writer=letter, seq=seq, digest=_grouped(digest))
            for letter, seq, digest in sheet.chains
        )
        # The lines of the duty log come last: they get the room that is left above the signatures.
        chain_lines = self._broken(chains)[: MOST_LINES["chain"]]
        below = SEAL + GAP * 2 + LINE * len(chain_lines)
        room = int((document.y - document.bottom - below - GAP) // LINE)
        self._lines("handover.lines", sheet.lines, max(room, 1), sheet.line_count, sheet.day)
        self._row("handover.chains", chains, MOST_LINES["chain"])
        self._sign(sheet)

    def _sign(self, sheet: Sheet) -> None:
        document, words = self.document, self.words
        mid = document.left + document.content_width / 2
        y = document.bottom + SEAL / 2
        for x, code, name, at in (
            (document.left, "handed_over_by", sheet.outgoing, sheet.at),
            (mid, "taken_over_by", sheet.incoming, sheet.taken_at),
        ):
            document.fill_in(x, y, words(f"handover.{code}"))
            said = (
                words("handover.not_taken_over")
                if at is None
                else words("handover.by_pin", name=name, at=_when(at, sheet.day))
            )
            document.pen.text(x, y - 18, said, SMALL, colour=pens.QUIET if at else pens.OVER)

    def _people(self, code: str, listed: Listed) -> None:
        words = self.words
        if not listed.count:
            self._row(code, words("handover.nobody"), 1)
            return
        comma, names = words("reports.list_comma"), list(listed.names)
        while True:
            text = comma.join(names)
            rest = listed.count - len(names)
            said = words("handover.some", n=listed.count, names=text)
            if rest:
                said = words("handover.and_more", n=listed.count, names=text, rest=rest)
            if len(self._broken(said)) <= MOST_LINES["people"] or not names:
                break
            names.pop()
        self._row(code, said, MOST_LINES["people"])

    def _thing(self, one: Counted) -> str:
        words = self.words
        if one.count is None:
            return words("handover.not_counted", name=one.name)
        if one.last is None:
            return f"{one.name} {one.count}"
        if one.difference:
            return words(
                "handover.differs", name=one.name, count=one.count, last=one.last, by=f"{one.difference:+d}"
            )
        return words("handover.as_before", name=one.name, count=one.count)

    def _lines(self, code: str, rows: Sequence[DutyRow], most: int, whole: int, day: date) -> None:
        """As many rows as there is room for, in order of time; the first ones give way to a count."""
        words = self.words
        if not rows:
            self._row(code, words("handover.nothing"), 1)
            return
        said: list[str] = []
        shown = 0
        for row in sorted(rows, key=lambda each: each.at, reverse=True):
            text = words("handover.line", at=_when(row.at, day), kind=row.kind, text=row.text, by=row.by)
            if row.corrected:
                text = words("handover.line_corrected", line=text)
            broken = self._broken(text)
            if len(said) + len(broken) + (whole > shown + 1) > most:
                break
            said[:0] = broken
            shown += 1
        if whole > shown:
            said.insert(0, words("handover.earlier_lines", n=whole - shown))
        self._row(code, "\n".join(said), most)

    def _broken(self, text: str) -> list[str]:
        document = self.document
        room = document.content_width - self.label
        return [
            line.rstrip()
            for part in text.split("\n")
            for line in break_lines(part, document.fonts.advances(), SIZE, room)
        ]

    def _row(self, code: str, text: str, most: int) -> None:
        """A label at the left and the text beside it, cut with … after so many lines."""
        document = self.document
        broken = self._broken(text)
        lines = broken[:most]
        if len(broken) > most:
            lines[-1] = f"{lines[-1][:-1]}…"
        document.y -= GAP
        top = document.y
        document.pen.text(
            document.left,
            document.line_base(top - LINE, LINE, SIZE),
            self.words(code),
            SIZE,
            bold=True,
        )
        for line in lines:
            document.y -= LINE
            base = document.line_base(document.y, LINE, SIZE)
            document.pen.text(document.left + self.label, base, line, SIZE)
        document.pen.rule(document.left, document.y - 2, document.right, document.y - 2)


def _when(instant: datetime, day: date) -> str:
    return f"{instant:%H:%M}" if instant.date() == day else f"{instant:%m-%d %H:%M}"


def _grouped(digest: str) -> str:
    short = digest[:DIGEST]
    return " ".join(short[at : at + 8] for at in range(0, len(short), 8))
