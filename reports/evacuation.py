"""The evacuation list and the result of a roll call: on paper in large type, and as text that opens anywhere (VIS-13).

Document numbers are no part of these values (VIS-14). What the list says holds for `as_of`, which is not when it was
printed: it stands large on top.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

from app.words import Words
from reports.fonts import EMPTY_BOX
from reports.layout import LEADING, SEAL, Document, Figure, Form, Letterhead, Printed, long_date
from reports.tables import Column, Row, StreamingTable

EVACUATION_FORM = Form("VIS-04", 1)
ROLL_CALL_FORM = Form("VIS-04B", 1)
SIZE, ROW_LEADING, ROW_PADDING = 12.0, 16.0, 4.0
"""Read by torchlight at arm's length."""
OVER_TIME = "▲"
LINE = "-" * 60
END = "\r\n"
"""Of a line of text: the oldest editor of a PC shows it as lines too."""


@dataclass(frozen=True, slots=True)
class EvacuationRow:
    """Somebody on site: how they are called, where they are, since when (local time)."""

    name: str
    building: str
    host: str
    post: str
    since: datetime
    pass_number: str
    over_time: bool = False


@dataclass(frozen=True, slots=True)
class EvacuationList:
    """Who is on site at `as_of`, by building; `closed` are those whom the night's rule closed and nobody saw leave."""

    letterhead: Letterhead
    as_of: datetime
    people: Sequence[EvacuationRow]
    closed: Sequence[EvacuationRow] = ()


@dataclass(frozen=True, slots=True)
class RollCallRow:
    """Somebody on the list of a roll call: found when and by whom, None for who is missing."""

    who: EvacuationRow
    found_at: datetime | None
    found_by: str = ""
    left: bool = False


@dataclass(frozen=True, slots=True)
class RollCallResult:
    """A roll call as it stands, or as it ended; `started_at` None where there was none yet."""

    letterhead: Letterhead
    started_at: datetime | None
    started_by: str
    ended_at: datetime | None
    ended_by: str
    people: Sequence[RollCallRow]


def evacuation(values: EvacuationList, words: Words, out: Path) -> Printed:
    """Print the evacuation list.

    Raises:
        OSError: the file cannot be written.
    """
    about = words("evacuation.as_of", time=f"{values.as_of:%Y-%m-%d %H:%M}")
    document = Document(values.letterhead, EVACUATION_FORM, words("reports.evacuation"), words, about=about)
    document.title(long_date(values.as_of.date(), words))
    over = sum(one.over_time for one in values.people)
    document.band(
        [
            Figure(words("evacuation.on_site"), f"{len(values.people):,}", words("evacuation.people")),
            Figure(words("evacuation.as_of_label"), f"{values.as_of:%H:%M}"),
            Figure(words("evacuation.over_time"), f"{over:,}"),
            Figure(words("evacuation.closed_by_rule"), f"{len(values.closed):,}"),
        ]
    )
    if not values.people:
        document.paragraph(words("evacuation.nobody"), size=SIZE, leading=24)
    for building, group in groupby(values.people, key=lambda one: one.building):
        people = list(group)
        document.heading(
            building or words("evacuation.no_building"),
            note=words("evacuation.count", n=len(people)),
            keep=60,
        )
        table = _table(document, _columns(words))
        table.draw((_row(one, values.as_of.date()) for one in people), empty="")
    if values.closed:
        document.heading(
            words("evacuation.closed_heading"), note=words("evacuation.count", n=len(values.closed)), keep=60
        )
        table = _table(document, _columns(words))
        table.draw((_row(one, values.as_of.date()) for one in values.closed), empty="")
        document.note(words("evacuation.closed_note"))
    if over:
        document.note(words("evacuation.over_note", n=over))
    document.note(words("evacuation.list_note"))
    document.need(SEAL)
    document.signatures([words("evacuation.checked_by"), words("evacuation.checked_at")])
    return document.save(out)


def evacuation_text(values: EvacuationList, words: Words) -> str:
    """The same as plain text, for any screen: `utf-8-sig` is how to write it, so that every editor knows it."""
    head = values.letterhead
    lines = [
        words("reports.evacuation"),
        " · ".join(part for part in (head.company, head.site) if part),
        words("evacuation.as_of", time=f"{values.as_of:%Y-%m-%d %H:%M}"),
        words("evacuation.total", n=len(values.people)),
    ]
    if not values.people:
        lines += [LINE, words("evacuation.nobody")]
    for building, group in groupby(values.people, key=lambda one: one.building):
        people = list(group)
        title = building or words("evacuation.no_building")
        lines += [LINE, f"{title}  {words('evacuation.count', n=len(people))}"]
        lines += [_line(one, values.as_of.date(), words) for one in people]
    if values.closed:
        lines += [
            LINE,
            f"{words('evacuation.closed_heading')}  {words('evacuation.count', n=len(values.closed))}",
        ]
        lines += [_line(one, values.as_of.date(), words) for one in values.closed]
        lines.append(words("evacuation.closed_note"))
    lines += [LINE, words("evacuation.list_note")]
    return END.join(_one_line(line) for line in lines) + END


def roll_call(values: RollCallResult, words: Words, out: Path) -> Printed:
    """Print a roll call's result, the missing first.

    Raises:
        OSError: the file cannot be written.
    """
    started, ended = values.started_at, values.ended_at
    about = "" if started is None else f"{started:%Y-%m-%d %H:%M}"
    document = Document(values.letterhead, ROLL_CALL_FORM, words("reports.roll_call"), words, about=about)
    if started is None:
        document.title()
        document.paragraph(words("evacuation.no_roll_call"))
        return document.save(out)
    said = words("evacuation.started", time=about, name=values.started_by)
    until = (
        words("evacuation.still_running")
        if ended is None
        else words("evacuation.ended", time=f"{ended:%H:%M}", name=values.ended_by)
    )
    document.title(f"{said} · {until}")
    missing = [one for one in values.people if one.found_at is None]
    found = [one for one in values.people if one.found_at is not None]
    document.band(
        [
            Figure(words("evacuation.expected"), f"{len(values.people):,}", words("evacuation.people")),
            Figure(words("evacuation.found"), f"{len(found):,}"),
            Figure(words("evacuation.missing"), f"{len(missing):,}"),
        ]
    )
    day = started.date()
    for code, people in (("missing", missing), ("found", found)):
        document.heading(
            words(f"evacuation.{code}"), note=words("evacuation.count", n=len(people)), keep=2 * LEADING
        )
        rows = (_ticked(one, day, words) for one in people)
        _table(document, _result_columns(words)).draw(rows, empty=words(f"evacuation.no_{code}"))
    document.need(SEAL)
    document.signatures([words("evacuation.checked_by"), words("evacuation.checked_at")])
    return document.save(out)


def _table(document: Document, columns: list[Column]) -> StreamingTable:
    return StreamingTable(document, columns, size=SIZE, leading=ROW_LEADING, padding=ROW_PADDING)


def _columns(words: Words) -> list[Column]:
    return [
        Column("", 18, whole=True, gap=2),
        Column(words("evacuation.who"), 150),
        Column(words("evacuation.host"), 150),
        Column(words("evacuation.post"), 74),
        Column(words("evacuation.since"), 78, whole=True),
        Column(words("evacuation.pass"), 46, whole=True),
    ]


def _row(one: EvacuationRow, today: date) -> Row:
    since = f"{OVER_TIME} {_since(one, today)}" if one.over_time else _since(one, today)
    return Row((EMPTY_BOX, one.name, one.host, one.post, since, one.pass_number))


def _result_columns(words: Words) -> list[Column]:
    return [
        Column(words("evacuation.who"), 122),
        Column(words("evacuation.host"), 138),
        Column(words("evacuation.post"), 80),
        Column(words("evacuation.since"), 62, whole=True),
        Column(words("evacuation.found_at"), 114),
    ]


def _ticked(one: RollCallRow, today: date, words: Words) -> Row:
    found = "" if one.found_at is None else f"{one.found_at:%H:%M} {one.found_by}"
    if one.left:
        found = words("evacuation.left_meanwhile", found=found).strip()
    who = one.who
    where = " ".join(part for part in (who.building, who.host) if part)
    return Row((who.name, where, who.post, _since(who, today), found))


def _line(one: EvacuationRow, today: date, words: Words) -> str:
    parts = (
        one.name,
        one.host,
        one.post,
        words("evacuation.since_text", time=_since(one, today)),
        one.pass_number,
        words("evacuation.over_time") if one.over_time else "",
    )
    return "[ ] " + "  ".join(part for part in parts if part)


def _one_line(text: str) -> str:
    """No name breaks a line of the list in two."""
    return " ".join(text.split("\n")).replace("\r", " ")


def _since(one: EvacuationRow, today: date) -> str:
    return f"{one.since:%H:%M}" if one.since.date() == today else f"{one.since:%m-%d %H:%M}"
