"""Visits on paper: the visit log of a post and day, and the visit figures of a period (VIS-15).

Values arrive ready to be shown: local times, masked numbers (VIS-14), names of kinds and purposes in the reader's
language. Of a log's rows only the one being drawn is held, so `rows` may be a generator over any number of visits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal, get_args

from app.domain.visits import held_tenths
from app.words import Words
from reports.charts import TARGET_SECONDS, held_times, lying_bar, upright_bars
from reports.layout import (
    CENTRE_OF_SQUARE,
    LEADING,
    SEAL,
    SMALL,
    Document,
    Figure,
    Form,
    Letterhead,
    Printed,
    long_date,
)
from reports.tables import Column, Row, StreamingTable
from reports.text import shorten

VISIT_LOG_FORM = Form("VIS-01", 1)
VISIT_FIGURES_FORM = Form("VIS-02", 1)
TOP_CUSTOMERS = 15
NOTHING = "—"
OVER = "▲"
LOG_WIDTHS = {
    "zh_CN": (46, 27, 62, 34, 80, 58, 33, 26, 10, 32, 31, 31),
    "en": (43, 27, 58, 46, 76, 50, 40, 26, 10, 27, 31, 42),
}
"""Widths of the log's columns in points; English words are longer than Chinese ones, its letters are set smaller."""
LOG_SIZE = {"zh_CN": 8.5, "en": 8.0}

Mark = Literal["unfinished", "discarded", "late", "corrected", "left_by_rule"]
"""What is to be said of a visit: still incomplete (VIS-3), discarded, keyed in afterwards (VIS-13), corrected, closed
by rule because nobody checked it out (VIS-10)."""


@dataclass(frozen=True, slots=True)
class HeldFigures:
    """Counts and held times (seconds) of some visits (VIS-2, VIS-3, VIS-15).

    `within` counts documents returned within 25 s, out of `with_document` only; the three counts of completeness are
    out of all `visits`. Median and 95th percentile are None when there was no document.
    """

    visits: int
    with_document: int
    within: int
    median: float | None
    p95: float | None
    complete_at_return: int
    complete_at_shift_end: int
    corrected_later: int


@dataclass(frozen=True, slots=True)
class VisitLogRow:
    """One visit of the log. `held_seconds` is None for a visit without a document: it has no clock (VIS-2)."""

    number: str
    received_at: datetime
    visitor: str
    plate: str
    document_kind: str
    document_number: str
    host: str
    purpose: str
    held_seconds: float | None
    pass_number: str
    left_at: datetime | None
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class VisitLog:
    """The visit log of a post and day. `held` as `charts.held_bars` counts it; `reasons` for excess with counts."""

    letterhead: Letterhead
    post: str
    day: date
    shift: str
    guard: str
    figures: HeldFigures
    held: Sequence[int]
    reasons: Sequence[tuple[str, int]]
    rows: Iterable[VisitLogRow]


@dataclass(frozen=True, slots=True)
class FigureLine:
    """Figures of one day, shift, post, guard or way in."""

    name: str
    figures: HeldFigures


@dataclass(frozen=True, slots=True)
class TallyLine:
    """The tallies of one day, shift or post, in the order of the kinds."""

    name: str
    counts: Sequence[int]


@dataclass(frozen=True, slots=True)
class TallyFigures:
    """People who were counted and not registered (VIS-1): by kind, why some were turned away, by day, shift, post."""

    kinds: Sequence[tuple[str, int]] = ()
    reasons: Sequence[tuple[str, int]] = ()
    by_day: Sequence[TallyLine] = ()
    by_shift: Sequence[TallyLine] = ()
    by_post: Sequence[TallyLine] = ()


@dataclass(frozen=True, slots=True)
class VisitFigures:
    """The visit figures of a period (VIS-15); `about` says which posts.

    `hours` are (hour 0 to 23, visits); hours left out between the first and the last count as none. `implausible`
    visits took less than 3 s or were typed after *returned* (VIS-2): listed for the supervisor.
    """

    letterhead: Letterhead
    first_day: date
    last_day: date
    about: str
    total: HeldFigures
    held: Sequence[int]
    by_day: Sequence[FigureLine]
    by_shift: Sequence[FigureLine]
    by_post: Sequence[FigureLine]
    by_guard: Sequence[FigureLine]
    by_way_in: Sequence[FigureLine]
    reasons: Sequence[tuple[str, int]]
    customers: Sequence[tuple[str, int]]
    hours: Sequence[tuple[int, int]]
    implausible: int
    tallies: TallyFigures = TallyFigures()


def visit_log(log: VisitLog, words: Words, out: Path) -> Printed:
    """Print the visit log of a post and day.

    Raises:
        OSError: the file cannot be written.
    """
    day = long_date(log.day, words)
    title = words("reports.visit_log")
    document = Document(
        log.letterhead, VISIT_LOG_FORM, title, words, about=f"{log.post} · {log.day:%Y-%m-%d}"
    )
    document.title(" · ".join(part for part in (log.post, day, f"{log.shift} {log.guard}".strip()) if part))
    document.band(_band(log.figures, words))
    _held_chart(document, log.held, log.figures, words, height=116)
    table = StreamingTable(
        document, _log_columns(words), size=LOG_SIZE[words.language], leading=11.5, padding=2.9
    )
    table.draw(log_rows(log, words), empty=words("reports.no_visits"), keep=SEAL + 3 * LEADING)
    over = log.figures.with_document - log.figures.within
    if over:
        document.note(words("reports.over_note", n=over, reasons=_reasons(log.reasons, words)))
    document.note(words("reports.held_note"))
    date_line = words("reports.date_blank", year=log.day.year)
    document.signatures([words("reports.handed_over_by"), words("reports.taken_over_by"), date_line])
    return document.save(out)


def _log_columns(words: Words) -> list[Column]:
    widths = iter(LOG_WIDTHS[words.language])
    return [
        Column(words("reports.number"), next(widths), whole=True, gap=4),
        Column(words("reports.time"), next(widths), gap=5),
        Column(words("reports.visitor_plate"), next(widths)),
        Column(words("reports.document_kind"), next(widths), gap=5),
        Column(words("reports.document_number"), next(widths), whole=True, gap=6),
        Column(words("reports.host"), next(widths)),
        Column(words("reports.purpose"), next(widths)),
        Column(words("reports.held"), next(widths), align="right", whole=True, gap=1.5),
        Column("", next(widths), gap=2),
        Column(words("reports.pass"), next(widths), whole=True, gap=5.5),
        Column(words("reports.left"), next(widths), gap=6),
        Column(words("reports.marks"), next(widths)),
    ]


def log_rows(log: VisitLog, words: Words) -> Iterator[Row]:
    """The texts of the log's table, one visit after the other."""
    marks = {mark: words(f"reports.mark_{mark}") for mark in get_args(Mark)}
    between = words("reports.list_comma")
    today = log.day
    for visit in log.rows:
        held = visit.held_seconds
        yield Row(
            (
                visit.number,
                _clock(visit.received_at, today),
                f"{visit.visitor}\n{visit.plate}"
                if visit.plate and visit.visitor
                else visit.visitor or visit.plate,
                visit.document_kind or NOTHING,
                visit.document_number or NOTHING,
                visit.host,
                visit.purpose,
                NOTHING if held is None else f"{held_tenths(held):.1f}",
                OVER if held is not None and held > TARGET_SECONDS else "",
                visit.pass_number,
                _left(visit.left_at, today, words) if visit.left_at else "",
                between.join(marks[mark] for mark in visit.marks) if visit.marks else "",
            ),
            "faint" if "discarded" in visit.marks else "normal",
        )


def visit_figures(figures: VisitFigures, words: Words, out: Path) -> Printed:
    """Print the visit figures of a period (VIS-15).

    Raises:
        OSError: the file cannot be written.
    """
    period = long_date(figures.first_day, words)
    if figures.last_day != figures.first_day:
        period = words("reports.period", first=period, last=long_date(figures.last_day, words))
    days = f"{figures.first_day:%Y-%m-%d} – {figures.last_day:%Y-%m-%d}"
    title = words("reports.visit_figures")
    document = Document(figures.letterhead, VISIT_FIGURES_FORM, title, words, about=days)
    document.title(" · ".join(part for part in (figures.about, period) if part))
    document.band(_band(figures.total, words))
    document.band(_completeness_band(figures, words), continued=True)
    _held_chart(document, figures.held, figures.total, words, height=134)
    document.note(words("reports.figures_note"))
    _hours(document, figures.hours, words)
    over = figures.total.with_document - figures.total.within
    _counts(document, words("reports.reasons_heading", n=over), figures.reasons, words)
    shown = list(figures.customers[:TOP_CUSTOMERS])
    _counts(document, words("reports.customers_heading", n=TOP_CUSTOMERS), shown, words)
    sections = (
        ("reports.by_day", figures.by_day),
        ("reports.by_shift", figures.by_shift),
        ("reports.by_post", figures.by_post),
        ("reports.by_guard", figures.by_guard),
        ("reports.by_way_in", figures.by_way_in),
    )
    for heading, lines in sections:
        document.heading(words(heading), keep=24 + 17 * max(3, min(len(lines), 8)))
        table = StreamingTable(document, _figure_columns(words), size=8.5, leading=11.5, padding=2.6)
        table.draw(
            (_figure_row(line.name or NOTHING, line.figures) for line in lines),
            empty=words("reports.no_data"),
        )
    if figures.tallies.kinds:
        _tallies(document, figures.tallies, words)
    return document.save(out)


def _tallies(document: Document, tallies: TallyFigures, words: Words) -> None:
    total = sum(count for _, count in tallies.kinds)
    _counts(document, words("handover.tally_heading", n=total), tallies.kinds, words)
    if tallies.reasons:
        _counts(document, words("handover.tally_reasons"), tallies.reasons, words)
    kinds = [kind for kind, _ in tallies.kinds]
    columns = [
        Column(words("reports.name"), 104),
        *(Column(kind, 44, align="right") for kind in kinds),
        Column(words("handover.total"), 44, align="right", whole=True),
    ]
    for code in ("day", "shift", "post"):
        lines: Sequence[TallyLine] = getattr(tallies, f"by_{code}")
        document.heading(words(f"handover.tally_by_{code}"), keep=24 + 17 * max(3, min(len(lines), 8)))
        table = StreamingTable(document, columns, size=8.5, leading=11.5, padding=2.6)
        table.draw(
            (
                Row((line.name or NOTHING, *(f"{count:,}" for count in line.counts), f"{sum(line.counts):,}"))
                for line in lines
            ),
            empty=words("reports.no_data"),
        )


def _band(figures: HeldFigures, words: Words) -> list[Figure]:
    second = words("reports.second")
    times = NOTHING
    if figures.median is not None and figures.p95 is not None:
        times = f"{held_tenths(figures.median):.1f} / {held_tenths(figures.p95):.1f}"
    return [
        Figure(words("reports.visits"), f"{figures.visits:,}"),
        Figure(words("reports.with_document"), f"{figures.with_document:,}"),
        _share_figure(words("reports.within"), figures.within, figures.with_document),
        Figure(words("reports.median_p95"), times, "" if times == NOTHING else second, share=1.5),
        _share_figure(words("reports.complete_at_return"), figures.complete_at_return, figures.visits),
    ]


def _completeness_band(figures: VisitFigures, words: Words) -> list[Figure]:
    total = figures.total
    return [
        _share_figure(words("reports.complete_at_shift_end"), total.complete_at_shift_end, total.visits),
        _share_figure(words("reports.corrected_later"), total.corrected_later, total.visits),
        Figure(words("reports.over_limit"), f"{total.with_document - total.within:,}"),
        Figure(words("reports.without_document"), f"{total.visits - total.with_document:,}", share=1.5),
        Figure(words("reports.implausible"), f"{figures.implausible:,}"),
    ]


def _held_chart(
    document: Document, held: Sequence[int], figures: HeldFigures, words: Words, *, height: float
) -> None:
    """The chart of held times, left out when no document was held."""
    if not figures.with_document:
        return
    document.need(height + 12)
    document.y -= height
    held_times(
        document.pen,
        document.left + 4,
        document.y,
        document.content_width - 8,
        height,
        held,
        unit=words("reports.second"),
        target=words("reports.target"),
        over=words("reports.over_count", n=figures.with_document - figures.within),
        axis=words("reports.persons"),
    )
    document.y -= 6


def _figure_columns(words: Words) -> list[Column]:
    def figure(code: str, width: float) -> Column:
        return Column(words(f"reports.{code}"), width, align="right", whole=True)

    return [
        Column(words("reports.name"), 104),
        figure("visits", 42),
        figure("with_document_short", 48),
        figure("median_short", 42),
        figure("p95_short", 50),
        figure("within_short", 52),
        figure("complete_at_return_short", 52),
        figure("complete_at_shift_end_short", 52),
        figure("corrected_later_short", 50),
    ]


def _figure_row(name: str, figures: HeldFigures) -> Row:
    return Row(
        (
            name,
            f"{figures.visits:,}",
            f"{figures.with_document:,}",
            NOTHING if figures.median is None else f"{held_tenths(figures.median):.1f}",
            NOTHING if figures.p95 is None else f"{held_tenths(figures.p95):.1f}",
            share(figures.within, figures.with_document),
            share(figures.complete_at_return, figures.visits),
            share(figures.complete_at_shift_end, figures.visits),
            share(figures.corrected_later, figures.visits),
        )
    )


def _counts(document: Document, heading: str, counts: Sequence[tuple[str, int]], words: Words) -> None:
    """Names with lying bars, the longest first."""
    line = 17.0
    document.heading(heading, keep=(len(counts) + 1) * line)
    if not counts:
        document.note(words("reports.no_data"))
        return
    highest = max(max(count for _, count in counts), 1)
    names = document.columns(4)
    pen = document.pen
    document.y -= 4
    for name, count in sorted(counts, key=lambda each: -each[1]):
        document.need(line)
        document.y -= line
        middle = document.y + line / 2
        label = shorten(name or NOTHING, document.fonts.advances(), SMALL, names)
        pen.text(document.left, middle - CENTRE_OF_SQUARE * SMALL, label, SMALL)
        room = document.right - document.column(4) - 40
        lying_bar(pen, document.column(4), middle, room, count / highest, f"{count:,}")
    document.y -= 4


def _hours(document: Document, hours: Sequence[tuple[int, int]], words: Words) -> None:
    height = 110.0
    document.heading(words("reports.hours_heading"), keep=height)
    if not any(count for _, count in hours):
        document.note(words("reports.no_data"))
        return
    document.y -= height
    counts = dict(hours)
    between = range(min(counts), max(counts) + 1)
    bars = [(words("reports.hour", hour=hour), counts.get(hour, 0)) for hour in between]
    upright_bars(
        document.pen,
        document.left,
        document.y,
        document.content_width,
        height,
        bars,
        axis=words("reports.persons"),
    )
    document.y -= 8


def share(part: int, whole: int) -> str:
    """A share in per cent with one decimal, downwards: 100% means all of them. Out of nothing it is —."""
    if not whole:
        return NOTHING
    return "100%" if part == whole else f"{part * 1000 // whole / 10:.1f}%"


def _share_figure(label: str, part: int, whole: int) -> Figure:
    text = share(part, whole)
    return Figure(label, text.removesuffix("%"), "%" if text.endswith("%") else "")


def _clock(instant: datetime, today: date) -> str:
    return f"{instant:%H:%M}" if instant.date() == today else f"{instant:%m-%d %H:%M}"


def _left(instant: datetime, today: date, words: Words) -> str:
    if instant.date() == today + timedelta(days=1):
        return words("reports.next_day", time=f"{instant:%H:%M}")
    return _clock(instant, today)


def _reasons(reasons: Sequence[tuple[str, int]], words: Words) -> str:
    return words("reports.list_comma").join(f"{reason} {count}" for reason, count in reasons) or words(
        "reports.no_reason"
    )
