"""Requests on paper: the job slip (REQ-10), the request list, the follow-up form (REQ-7).

Values arrive ready to be shown: local times, state and urgency as words of the reader's language, masked phones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import segno

from app.words import Words
from reports import pen as pens
from reports.fonts import EMPTY_BOX, TICKED_BOX
from reports.layout import (
    BODY,
    CENTRE_OF_SQUARE,
    GUTTER,
    LEADING,
    SEAL,
    SMALL,
    Document,
    Form,
    Letterhead,
    Printed,
)
from reports.tables import Column, Row, StreamingTable
from reports.text import break_lines, fitting_size, shorten

JOB_SLIP_FORM = Form("REQ-01", 1)
REQUEST_LIST_FORM = Form("REQ-02", 1)
FOLLOW_UP_FORM = Form("REQ-03", 1)
QR_SIDE = 76.0
"""Printed side of the QR without its quiet zone, points (27 mm: a phone reads it at arm's length)."""
TAG_SIZE = 11.0
MATERIAL_LINES = 4
WORK_LINES = 3
OVERDUE = "▲"

Answer = Literal["", "satisfied", "fairly_satisfied", "dissatisfied"]
ANSWERS: tuple[Answer, ...] = ("satisfied", "fairly_satisfied", "dissatisfied")
"""A, B and C of the follow-up form; on the slip the customer's ticks, in this order."""


@dataclass(frozen=True, slots=True)
class Material:
    """A line of the slip's materials; empty texts are left to be written in."""

    name: str
    quantity: str = ""
    price: str = ""
    amount: str = ""


@dataclass(frozen=True, slots=True)
class JobSlip:
    """What a technician takes along (REQ-10). `qr` is the QR's content (the program's own code of the number).

    `promised_at` is None while nothing is promised; `urgent` sets the urgency in heavy type.
    """

    letterhead: Letterhead
    number: str
    qr: str
    customer: str
    place: str
    contact: str
    extension: str
    kind: str
    text: str
    urgency: str
    urgent: bool
    received_at: datetime
    promised_at: datetime | None
    first_contact: str
    handler: str
    dispatched_at: datetime | None
    materials: Sequence[Material] = ()


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request of a list."""

    number: str
    received_at: datetime
    customer: str
    place: str
    text: str
    first_contact: str
    handler: str
    state: str
    promised_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class RequestList:
    """A list of requests; `about` says which (a saved filter's name, a period)."""

    letterhead: Letterhead
    about: str
    rows: Iterable[RequestRow]


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """One request to be asked about, or asked about already (then with the answer, who was asked, who asked, when)."""

    number: str
    customer: str
    place: str
    contact: str = ""
    extension: str = ""
    asked_on: datetime | None = None
    asked_whom: str = ""
    answer: Answer = ""
    text: str = ""
    asked_by: str = ""


@dataclass(frozen=True, slots=True)
class FollowUpForm:
    """A follow-up form for one or many requests (REQ-7)."""

    letterhead: Letterhead
    about: str
    rows: Iterable[FollowUpRow]


def job_slip(slip: JobSlip, words: Words, out: Path) -> Printed:
    """Print one job slip.

    Raises:
        OSError: the file cannot be written.
    """
    document = Document(slip.letterhead, JOB_SLIP_FORM, words("reports.job_slip"), words, about=slip.number)
    document.title(slip.kind)
    _slip_head(document, slip, words)
    document.heading(words("reports.what_to_do"), keep=LEADING * 2)
    document.paragraph(slip.text or words("reports.nothing_written"))
    document.y -= 4
    document.heading(words("reports.materials"), keep=120)
    _materials(document, slip, words)
    _work_done(document, words)
    _customer_part(document, words)
    return document.save(out)


def _slip_head(document: Document, slip: JobSlip, words: Words) -> None:
    """The number big and the QR beside it, below them the fields."""
    pen = document.pen
    top = document.y
    pen.rule(document.left, top, document.right, top, colour=pens.INK, width=0.8)
    side = QR_SIDE
    _qr(document, slip.qr, document.right - side, top - 10 - side, side)
    room = document.content_width - side - 2 * GUTTER
    pen.text(document.left, top - 15, words("reports.job_number"), SMALL, colour=pens.QUIET)
    bold = document.fonts.advances(bold=True)
    urgency = shorten(slip.urgency, bold, TAG_SIZE, room / 3)
    tag = pen.lettering(TAG_SIZE, bold=True).width(urgency) + 14 + 16 if urgency else 0.0
    size = fitting_size(slip.number, bold, 34, room - tag, 12)
    number = shorten(slip.number, bold, size, room - tag)
    width = pen.text(document.left, top - 52, number, size, bold=True)
    if urgency:
        _tag(document, document.left + width + 16, top - 52, urgency, heavy=slip.urgent)
    promised = _moment(slip.promised_at) or words("reports.promise_blank")
    pen.text(document.left, top - 80, words("reports.promised"), SMALL, colour=pens.QUIET)
    label = pen.lettering(SMALL).width(words("reports.promised")) + 8
    if slip.promised_at:
        pen.text(document.left + label, top - 81, promised, 14, bold=True)
    else:
        document.fill_in(document.left + label, top - 80, promised)
    document.y = top - side - 20
    pen.rule(document.left, document.y, document.right, document.y)
    _fields(
        document,
        [
            (words("reports.customer"), slip.customer, words("reports.place"), slip.place),
            (words("reports.contact"), slip.contact, words("reports.extension"), slip.extension),
            (
                words("reports.received"),
                _moment(slip.received_at),
                words("reports.first_contact"),
                slip.first_contact,
            ),
            (
                words("reports.dispatched"),
                _moment(slip.dispatched_at),
                words("reports.handler"),
                slip.handler,
            ),
        ],
    )


def _fields(document: Document, lines: Sequence[tuple[str, str, str, str]]) -> None:
    """Label, value, label, value: labels left, values broken where they are long, a hairline under each line."""
    pen, fonts = document.pen, document.fonts
    label_width = 62.0
    half = document.columns(6)
    starts = (document.left, document.column(6))
    for line in lines:
        texts = [break_lines(line[place], fonts.advances(), BODY, half - label_width) for place in (1, 3)]
        height = max(len(text) for text in texts) * LEADING + 6
        document.need(height)
        top = document.y - 3
        for start, label, text in zip(starts, (line[0], line[2]), texts, strict=True):
            base = document.line_base(top - LEADING, LEADING, BODY)
            size = fitting_size(label, fonts.advances(), SMALL + 0.5, label_width - 6, 6)
            pen.text(start, base, label, size, colour=pens.QUIET)
            for place, part in enumerate(text):
                pen.text(start + label_width, base - place * LEADING, part.rstrip(), BODY)
        document.y -= height
        pen.rule(document.left, document.y, document.right, document.y)


def _tag(document: Document, x: float, base: float, text: str, *, heavy: bool) -> None:
    """A word in a box: white on dark when it is urgent, so that it also tells on a black and white copy."""
    pen = document.pen
    width = pen.lettering(TAG_SIZE, bold=True).width(text) + 14
    if heavy:
        pen.box(x, base - 2, width, 20, pens.INK)
    else:
        pen.frame(x, base - 2, width, 20, colour=pens.QUIET, line=0.6)
    middle = base + 8 - CENTRE_OF_SQUARE * TAG_SIZE
    pen.text(x + 7, middle, text, TAG_SIZE, bold=True, colour=pens.WHITE if heavy else pens.QUIET)


def _qr(document: Document, content: str, x: float, y: float, side: float) -> None:
    """The QR as boxes (error correction M: a slip gets dirty); dark modules of a line are drawn in one piece."""
    matrix = segno.make_qr(content, error="m").matrix
    module = side / len(matrix)
    pen = document.pen
    pen.fill(pens.INK)
    parts: list[str] = []
    for number, line in enumerate(matrix):
        start = 0
        while start < len(line):
            end = start
            while end < len(line) and line[end]:
                end += 1
            if end > start:
                bottom = y + side - (number + 1) * module
                left, wide = x + start * module, (end - start) * module
                parts.append(f"{left:.3f} {bottom:.3f} {wide:.3f} {module + 0.02:.3f} re")
            start = end + 1
    pen.add(" ".join(parts) + " f")


def _materials(document: Document, slip: JobSlip, words: Words) -> None:
    """What was used; empty lines to write in."""
    rows = [Row((m.name, m.quantity, m.price, m.amount)) for m in slip.materials]
    rows += [Row(("", "", "", ""))] * max(MATERIAL_LINES - len(rows), 1)
    columns = [
        Column(words("reports.material"), 250),
        Column(words("reports.quantity"), 70, align="right"),
        Column(words("reports.price"), 75, align="right"),
        Column(words("reports.amount"), 75, align="right"),
    ]
    StreamingTable(document, columns, min_height=20, bands=False).draw(rows, empty="")


def _work_done(document: Document, words: Words) -> None:
    """When work began and ended, and lines for what was done."""
    document.heading(words("reports.work_done"), keep=26 + WORK_LINES * 22)
    document.y -= 20
    document.fill_in(document.left, document.y, words("reports.begun_blank"))
    document.fill_in(document.column(6), document.y, words("reports.finished_blank"))
    for _ in range(WORK_LINES):
        document.y -= 22
        document.pen.rule(document.left, document.y, document.right, document.y, colour=pens.QUIET, width=0.5)
    document.y -= 6


def _customer_part(document: Document, words: Words) -> None:
    """The customer's tick and words at the left, signature and date at the right under a seal (REQ-6, REQ-10)."""
    document.need(SEAL + 16)
    pen, top = document.pen, document.y - 16
    pen.text(document.left, top - 6, words("reports.customer_says"), BODY, bold=True)
    x = document.left
    for answer in ANSWERS:
        x += pen.text(x, top - 28, f"{EMPTY_BOX} {words(f'reports.{answer}')}", BODY) + 14
    end = document.column(7) - 2 * GUTTER
    start = document.left + pen.text(document.left, top - 54, words("reports.customer_words"), BODY) + 6
    for left, line in ((start, top - 57), (document.left, top - 80)):
        pen.rule(left, line, end, line, colour=pens.QUIET, width=0.5)
    document.fill_in(document.left, top - 106, words("reports.handler_signs"))
    middle = top - SEAL / 2
    document.fill_in(document.right, middle + 6, words("reports.customer_signs"), align="right")
    document.fill_in(document.right, middle - 22, words("reports.date_open"), align="right")
    document.y = top - SEAL


def request_list(requests: RequestList, words: Words, out: Path) -> Printed:
    """Print a list of requests, lying.

    Raises:
        OSError: the file cannot be written.
    """
    title = words("reports.request_list")
    document = Document(
        requests.letterhead, REQUEST_LIST_FORM, title, words, about=requests.about, landscape=True
    )
    document.title(requests.about)
    columns = [
        Column(words("reports.number"), 58, whole=True),
        Column(words("reports.received"), 60, whole=True),
        Column(words("reports.customer"), 84),
        Column(words("reports.place"), 88),
        Column(words("reports.words"), 214),
        Column(words("reports.first_contact"), 60),
        Column(words("reports.handler"), 54),
        Column(words("reports.state"), 54),
        Column(words("reports.promised"), 60, whole=True, gap=2),
        Column("", 12),
    ]
    table = StreamingTable(document, columns)
    count = _Counter()
    table.draw(count.rows(requests.rows), empty=words("reports.no_requests"))
    if count.total:
        document.note(words("reports.list_note", n=count.total, overdue=count.overdue))
    return document.save(out)


class _Counter:
    """Counts the requests while they pass."""

    def __init__(self) -> None:
        self.total = 0
        self.overdue = 0

    def rows(self, requests: Iterable[RequestRow]) -> Iterator[Row]:
        """The texts of the list's table, one request after the other."""
        for request in requests:
            self.total += 1
            self.overdue += request.overdue
            yield Row(
                (
                    request.number,
                    f"{request.received_at:%m-%d %H:%M}",
                    request.customer,
                    request.place,
                    request.text,
                    request.first_contact,
                    request.handler,
                    request.state,
                    f"{request.promised_at:%m-%d %H:%M}" if request.promised_at else "—",
                    OVERDUE if request.overdue else "",
                )
            )


def follow_up_form(form: FollowUpForm, words: Words, out: Path) -> Printed:
    """Print the follow-up form, lying, with room to write by hand.

    Raises:
        OSError: the file cannot be written.
    """
    title = words("reports.follow_up_form")
    document = Document(form.letterhead, FOLLOW_UP_FORM, title, words, about=form.about, landscape=True)
    document.title(form.about)
    columns = [
        Column(words("reports.date"), 56, whole=True),
        Column(words("reports.job_number"), 62, whole=True),
        Column(words("reports.customer_place"), 118),
        Column(words("reports.contact_extension"), 84),
        Column(words("reports.asked_whom"), 64),
        *(Column(words(f"reports.tick_{answer}"), 46, align="centre", gap=4) for answer in ANSWERS),
        Column(words("reports.customer_words"), 160),
        Column(words("reports.asked_by"), 58),
    ]
    table = StreamingTable(document, columns, min_height=30, bands=False)
    table.draw(
        (_follow_up_row(row) for row in form.rows),
        empty=words("reports.no_follow_ups"),
        keep=SEAL + 2 * LEADING,
    )
    document.note(words("reports.follow_up_note"))
    document.signatures([words("reports.manager_signs"), words("reports.date_open")])
    return document.save(out)


def _follow_up_row(row: FollowUpRow) -> Row:
    ticks = tuple(TICKED_BOX if row.answer == answer else EMPTY_BOX for answer in ANSWERS)
    return Row(
        (
            f"{row.asked_on:%Y-%m-%d}" if row.asked_on else "",
            row.number,
            "\n".join(part for part in (row.customer, row.place) if part),
            "\n".join(part for part in (row.contact, row.extension) if part),
            row.asked_whom,
            *ticks,
            row.text,
            row.asked_by,
        )
    )


def _moment(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M}" if instant else ""
