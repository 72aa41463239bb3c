"""The page that all our documents share: letterhead, title, grid, foot, and the way from one page to the next.

A4, margins 18 mm, 25 mm on the binding side (left; above when the page lies), twelve columns. The foot says page n of m
although m is known only at the end: each page's content is packed as soon as the page is full, and its foot is a second
small content stream, written when all pages are there. So a long log is never held as anything but packed bytes.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from app.words import Words
from reports import pen as pens
from reports.fonts import REGULAR, Fonts, embed
from reports.pen import Align, Colour, Pen, pdf_document
from reports.text import break_lines, fitting_size, shorten

A4: tuple[float, float] = (210 * mm, 297 * mm)
MARGIN: float = 18 * mm
BINDING: float = 25 * mm
CONTINUED = 38.0
"""From the top margin to where a continued page goes on: letterhead and title in one line each."""
COLUMNS = 12
GUTTER = 10.0
SEAL: float = 42 * mm
"""A round company seal's diameter: so much is kept free over signature and date."""
BODY, LEADING = 10.5, 16.0
SMALL, SMALL_LEADING = 8.5, 13.0
CENTRE_OF_SQUARE = 0.38
"""The middle of a Chinese character above its baseline, in em."""
BLANK = 0.76
"""Length of line to write on for one `_` in a text, em."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Whose paper it is, and who printed it when (local time). `sample` marks what comes from a sample site."""

    company: str
    site: str
    printed_by: str
    printed_at: datetime
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A document's number in the company's list of forms, and its edition."""

    number: str
    edition: int


@dataclass(frozen=True, slots=True)
class Printed:
    """What came out: how many pages, and characters that no font of ours has (their codes stand in boxes)."""

    pages: int
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a band of figures: what it is, the number, its unit."""

    label: str
    value: str
    unit: str = ""
    share: float = 1.0
    """Its share of the width, beside the others."""


class Document:
    """One PDF that grows from top to bottom. `y` is where the next thing goes; `need` turns the page when due."""

    def __init__(
        self,
        head: Letterhead,
        form: Form,
        title: str,
        words: Words,
        *,
        about: str = "",
        landscape: bool = False,
    ) -> None:
        """`about` stands with the title on the second and later pages (post and day, say)."""
        self.words = words
        self._head = head
        self._form = form
        self._title = title
        self._about = about
        self.width, self.height = (A4[1], A4[0]) if landscape else A4
        self.left = MARGIN if landscape else BINDING
        self.right = self.width - MARGIN
        self._top = self.height - (BINDING if landscape else MARGIN)
        self.bottom = MARGIN + 26
        self.fonts = Fonts()
        settings: dict[str, Any] = {
            "pagesize": (self.width, self.height),
            "invariant": 1,  # the same values give the same bytes
            "initialFontName": REGULAR,  # else every PDF lists a Helvetica that is not embedded
            "lang": words.language.replace("_", "-"),
        }
        self._canvas = Canvas("", **settings)
        self._document = pdf_document(self._canvas)
        self._canvas.setTitle(f"{title} {about}".strip())
        self._canvas.setAuthor(head.company)
        self._canvas.setSubject(self._form_text())
        self._canvas.setCreator("迎候 Yinghou")
        self._canvas.setDateFormatter(
            lambda *_: head.printed_at.strftime("D:%Y%m%d%H%M%S") + _zone(head.printed_at)
        )
        self.pen = Pen(self._canvas, self.fonts)
        self._pages = 0
        self.y = 0.0
        self._begin_page()

    # The grid

    @property
    def content_width(self) -> float:
        """Between the margins, points."""
        return self.right - self.left

    def column(self, number: int) -> float:
        """Left edge of a column of the grid, 0 to 12."""
        return self.left + number * (self.content_width + GUTTER) / COLUMNS

    def columns(self, count: int) -> float:
        """Width of so many columns of the grid with the gutters between them."""
        return count * (self.content_width + GUTTER) / COLUMNS - GUTTER

    # From page to page

    @property
    def full_height(self) -> float:
        """What a continued page has room for, points."""
        return self._top - CONTINUED - self.bottom

    @property
    def _start(self) -> float:
        """Where this page's content begins: the first page has a title, the others name it in a line."""
        return self._top - (CONTINUED if self._pages > 1 else 26)

    def need(self, height: float) -> None:
        """Turn the page unless there is so much room left."""
        if self.y - height < self.bottom and self.y < self._start:
            self.new_page()

    def new_page(self) -> None:
        """End this page and begin the next."""
        self._end_page()
        self._begin_page()

    def _begin_page(self) -> None:
        self._pages += 1
        self.pen.page_begins()
        self._letterhead()
        self.y = self._start

    def _end_page(self) -> None:
        self._canvas.showPage()
        # reportlab keeps every page's operators as text until the end, 0.7 MB for 1,000 rows. It has no public way
        # to hand it a page's finished content, so the packed stream is put where `PDFPage` looks for it.
        page = self._page(-1)
        page.Contents = [_stream(page.stream.encode("latin-1"), packed=True)]
        page.stream = None

    def _page(self, index: int) -> Any:
        return self._document.Pages.pages[index]

    def _letterhead(self) -> None:
        pen, y = self.pen, self._top - 2
        pen.box(self.left, self._top - 9.6, self.columns(1), 1.8, pens.ACCENT)
        pen.rule(self.left, self._top - 9.6, self.right, self._top - 9.6, colour=pens.INK, width=0.6)
        form = self._form_text()
        form_width = pen.text(self.right, y, form, SMALL, align="right", colour=pens.QUIET)
        edge = self.right - form_width - GUTTER
        if self._head.sample:
            mark = self.words("reports.sample")
            mark_width = pen.lettering(SMALL).width(mark)
            pen.frame(edge - mark_width - 8, y - 3.4, mark_width + 8, 12.6, colour=pens.ACCENT, line=0.6)
            pen.text(edge - 4, y, mark, SMALL, align="right", colour=pens.ACCENT)
            edge -= mark_width + 8 + GUTTER
        company = shorten(
            self._head.company, self.fonts.advances(bold=True), SMALL, (edge - self.left) * 0.62
        )
        x = self.left + pen.text(self.left, y, company, SMALL, bold=True) + GUTTER
        site = shorten(self._head.site, self.fonts.advances(), SMALL, edge - x)
        x += pen.text(x, y, site, SMALL, colour=pens.QUIET)
        if self._pages > 1:
            running = " · ".join(part for part in (self._title, self._about) if part)
            y = self._top - 25
            running = shorten(running, self.fonts.advances(), SMALL, self.content_width)
            pen.text(self.left, y, running, SMALL, colour=pens.QUIET)

    def _form_text(self) -> str:
        return self.words("reports.form", number=self._form.number, edition=self._form.edition)

    # What stands on a page

    def title(self, subtitle: str = "") -> None:
        """The title, 16 pt and centred, with what it is about in one line below (two if it is long)."""
        pen, middle = self.pen, (self.left + self.right) / 2
        spacing = 3.2 if self.words.language == "zh_CN" else 0.0
        self.y -= 12
        pen.text(middle, self.y, self._title, 16, bold=True, align="centre", spacing=spacing)
        self.y -= 8
        if subtitle:
            for line in break_lines(subtitle, self.fonts.advances(), 9.5, self.columns(10)):
                self.y -= 14
                pen.text(middle, self.y, line.rstrip(), 9.5, align="centre", colour=pens.QUIET)
        self.y -= 16

    def band(self, figures: Sequence[Figure], *, continued: bool = False) -> None:
        """Key figures between two rules, each in its share of the width; `continued`: smaller, under another band."""
        pen = self.pen
        largest, height = (13.0, 42.0) if continued else (18.0, 46.0)
        self.need(height + 14)
        if continued:
            self.y += 14
        else:
            pen.rule(self.left, self.y, self.right, self.y, colour=pens.INK, width=0.8)
        whole = (self.content_width + GUTTER) / sum(figure.share for figure in figures)
        x = self.left
        for figure in figures:
            room = figure.share * whole - GUTTER
            label_size = fitting_size(figure.label, self.fonts.advances(), SMALL, room, 6.5)
            label = shorten(figure.label, self.fonts.advances(), label_size, room)
            pen.text(x, self.y - 15, label, label_size, colour=pens.QUIET)
            unit = pen.lettering(9).width(figure.unit)
            size = fitting_size(figure.value, self.fonts.advances(bold=True), largest, room - unit - 2, 9)
            base = self.y - height + 10
            width = pen.text(x, base, figure.value, size, bold=True)
            pen.text(x + width + 2, base, figure.unit, 9, colour=pens.QUIET)
            x += figure.share * whole
        self.y -= height
        pen.rule(self.left, self.y, self.right, self.y)
        self.y -= 14

    def heading(self, text: str, *, note: str = "", keep: float = 60) -> None:
        """A heading inside the document that stays with the next `keep` points; a note at the right."""
        self.need(30 + keep)
        self.y -= 18
        self.pen.text(self.left, self.y, text, BODY, bold=True)
        self.pen.text(self.right, self.y, note, SMALL, align="right", colour=pens.QUIET)
        self.y -= 8

    def paragraph(
        self,
        text: str,
        *,
        size: float = BODY,
        leading: float = LEADING,
        x: float | None = None,
        width: float | None = None,
        bold: bool = False,
        colour: Colour = pens.INK,
    ) -> None:
        """Running text, broken into lines, over as many pages as it takes."""
        left = self.left if x is None else x
        room = self.right - left if width is None else width
        for line in break_lines(text, self.fonts.advances(bold=bold), size, room):
            self.need(leading)
            self.y -= leading
            self.pen.text(
                left, self.line_base(self.y, leading, size), line.rstrip(), size, bold=bold, colour=colour
            )

    @staticmethod
    def line_base(bottom: float, leading: float, size: float) -> float:
        """Baseline of a line whose room of `leading` points begins at `bottom`: Chinese stands in its middle."""
        return bottom + leading / 2 - CENTRE_OF_SQUARE * size

    def note(self, text: str) -> None:
        """Small print under a table or chart, kept on one page."""
        self.y -= 3
        lines = break_lines(text, self.fonts.advances(), SMALL, self.content_width)
        self.need(min(len(lines) * SMALL_LEADING, self.full_height))
        self.paragraph(text, size=SMALL, leading=SMALL_LEADING, colour=pens.QUIET)

    def fill_in(self, x: float, y: float, text: str, size: float = BODY, *, align: Align = "left") -> float:
        """A line of a form: runs of `_` in the text are lines to write on. Answers its width."""
        whole = self._fill_in_width(text, size)
        x -= {"left": 0.0, "centre": whole / 2, "right": whole}[align]
        for piece in _pieces(text):
            width = self._fill_in_width(piece, size)
            if piece[0] == "_":
                self.pen.rule(x, y - 3, x + width, y - 3, colour=pens.QUIET, width=0.5)
            else:
                self.pen.text(x, y, piece, size)
            x += width
        return whole

    def _fill_in_width(self, text: str, size: float) -> float:
        advances = self.fonts.advances()
        return size * sum(BLANK if char == "_" else advances[char] for char in text)

    def signatures(self, texts: Sequence[str]) -> None:
        """Signature lines at the right, in a block that a 42 mm seal can be put over. `_` are lines to write on."""
        self.need(SEAL)
        y = self.y - SEAL / 2
        gap = 24.0
        wide = sum(self._fill_in_width(text, BODY) for text in texts)
        size = BODY * min(1.0, (self.content_width - gap * (len(texts) - 1)) / wide)
        x = self.right
        for text in reversed(texts):
            x -= self.fill_in(x, y, text, size, align="right") + gap
        self.y -= SEAL

    # The end

    def save(self, out: Path) -> Printed:
        """Write the feet and the file. An older file at `out` is replaced only by a whole one.

        Raises:
            OSError: the file cannot be written; nothing is left behind.
        """
        self._end_page()
        for index in range(self._pages):
            with self.pen.elsewhere() as foot:
                self._foot(index + 1)
            page = self._page(index)
            contents = pdfdoc.PDFArray(
                [*page.Contents, _stream("\n".join(foot).encode("latin-1"), packed=False)]
            )
            contents.References(self._document)
            page.Contents = contents
        embed(self._document)
        part = out.with_name(f".{out.name}.{os.getpid()}.part")
        try:
            part.write_bytes(self._document.GetPDFData(self._canvas))
            part.replace(out)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        return Printed(self._pages, tuple(self.fonts.missing))

    def _foot(self, number: int) -> None:
        pen, y = self.pen, MARGIN + 1
        pen.rule(self.left, y + 11, self.right, y + 11)
        when = self._head.printed_at.strftime("%Y-%m-%d %H:%M")
        right = self.words("reports.page", number=number, total=self._pages)
        width = pen.text(self.right, y, right, SMALL, align="right", colour=pens.QUIET)
        left = self.words("reports.printed", by=self._head.printed_by, at=when)
        room = self.content_width - width - GUTTER
        pen.text(self.left, y, shorten(left, self.fonts.advances(), SMALL, room), SMALL, colour=pens.QUIET)


def long_date(day: date, words: Words) -> str:
    """A day as paper says it, with its weekday."""
    weekday = words(f"reports.weekday_{day.isoweekday()}")
    month = words(f"reports.month_{day.month}")
    return words("reports.long_date", year=day.year, month=month, day=day.day, weekday=weekday)


def _stream(content: bytes, *, packed: bool) -> pdfdoc.PDFStream:
    if not packed:
        return pdfdoc.PDFStream(content=content + b"\n", filters=[])
    dictionary = pdfdoc.PDFDictionary({"Filter": pdfdoc.PDFName("FlateDecode")})
    return pdfdoc.PDFStream(dictionary=dictionary, content=zlib.compress(content), filters=[])


def _pieces(text: str) -> list[str]:
    """The text cut where lines to write on (runs of `_`) begin and end."""
    pieces: list[str] = []
    for char in text:
        if pieces and (pieces[-1][0] == "_") == (char == "_"):
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def _zone(instant: datetime) -> str:
    """The offset as PDF writes it: +08'00'."""
    offset = instant.strftime("%z") or "+0000"
    return f"{offset[:3]}'{offset[3:5]}'"
