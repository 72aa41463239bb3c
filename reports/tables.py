"""Tables of any length, drawn from an iterable of rows as they come.

Light rules under the rows, a grey band every fifth row, the header again on every page. One row costs little more than
its operators: cells are made into PDF operators once (`pen.Lettering`), and only a cell that is too wide is broken into
lines. A row that is higher than a page goes on over the next ones.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from reports import pen as pens
from reports.layout import CENTRE_OF_SQUARE, Document
from reports.pen import CACHED_STRINGS, Align, Ink
from reports.text import break_lines, chunks, fitting_size

Tone = Literal["normal", "faint", "strong"]
BAND_EVERY = 5
LAST_ROWS = 3
"""So many rows at the end are never parted by a page's end."""
SMALLEST = 0.75
"""How far a `whole` text may shrink."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, its share of the width in points (the table is stretched to the page), and its habits.

    `whole`: the text is set smaller before it is broken (numbers, times). Nothing is ever cut off. `gap` is kept free
    at its right.
    """

    title: str
    width: float
    align: Align = "left"
    whole: bool = False
    gap: float = 7.0


@dataclass(frozen=True, slots=True)
class Row:
    """The texts of one row, and whether it stands back (a discarded record) or out (a sum)."""

    cells: tuple[str, ...]
    tone: Tone = "normal"


@dataclass(frozen=True, slots=True)
class _Place:
    """A column on the page: left edge, room for ink, where text of its alignment is set from."""

    column: Column
    left: float
    room: float
    share: float
    """How much of a line's width lies left of `anchor`: 0 for left, 0.5 for centred, 1 for right alignment."""
    anchor: float


@dataclass(frozen=True, slots=True)
class _Block:
    """A cell as lines of ink."""

    place: _Place
    lines: tuple[Ink, ...]


class StreamingTable:
    """A table on a document; `draw` it from any iterable of rows, a generator too. Nothing of it is kept."""

    def __init__(
        self,
        document: Document,
        columns: Sequence[Column],
        *,
        size: float = 9.0,
        leading: float = 12.5,
        padding: float = 2.8,
        min_height: float = 0.0,
        bands: bool = True,
    ) -> None:
        """`min_height` of a row leaves room for handwriting; `padding` is above and below a row's lines."""
        self._document = document
        self._pen = document.pen
        self._size = size
        self._leading = leading
        self._padding = padding
        self._height = max(leading + 2 * padding, min_height)
        self._bands = bands
        self._broken: dict[tuple[float, str, bool], tuple[Ink, ...]] = {}
        self._places = _places(document, columns)
        self._header = self._header_blocks()
        self._header_height = max(len(block.lines) for block in self._header) * leading + 2 * padding + 2
        self._font = ""
        self._edges = (f"{document.left:.2f}", f"{document.right:.2f}")

    def draw(self, rows: Iterable[Row], *, empty: str, keep: float = 0.0) -> int:
        """Draw all rows and answer how many there were; `empty` stands there when there is none.

        The last rows stay on one page with the next `keep` points: a signature never stands on a page without what
        is signed.
        """
        document = self._document
        document.need(self._header_height + 2 * self._height)
        self._begin()
        held: deque[Row] = deque()
        count = 0
        for row in rows:
            held.append(row)
            if len(held) > LAST_ROWS:
                count += 1
                self._row(held.popleft(), self._bands and not count % BAND_EVERY)
        if count and document.y - self._height * len(held) - keep < document.bottom:
            self._turn()
        for row in held:
            count += 1
            self._row(row, self._bands and not count % BAND_EVERY)
        if not count:
            middle = (document.left + document.right) / 2
            base = document.line_base(document.y - self._height - 6, self._height, self._size)
            self._pen.text(middle, base, empty, self._size, align="centre", colour=pens.QUIET)
            document.y -= self._height + 12
        self._pen.rule(document.left, document.y, document.right, document.y, colour=pens.INK, width=0.6)
        document.y -= 4
        return count

    def _begin(self) -> None:
        """The header between its two rules."""
        document, pen = self._document, self._pen
        pen.rule(document.left, document.y, document.right, document.y, colour=pens.INK, width=0.8)
        lines = max(len(block.lines) for block in self._header)
        self._font = ""
        pen.fill(pens.INK)
        self._lines(self._header, document.y - self._padding - 1, lines, 0, self._leading)
        document.y -= self._header_height
        pen.rule(document.left, document.y, document.right, document.y, colour=pens.INK, width=0.5)

    def _row(self, row: Row, band: bool) -> None:
        """One row. The usual one, whose every cell is one line, is drawn in a single text object."""
        document, pen, size = self._document, self._pen, self._size
        lettering = pen.lettering(size, bold=row.tone == "strong")
        make = lettering.ink
        bottom = document.y - self._height
        if bottom < document.bottom:
            self._turn()
            bottom = document.y - self._height
        base = f"{bottom + self._height / 2 - CENTRE_OF_SQUARE * size:.2f}"
        font = self._font
        parts = ["BT"]
        for place, text in zip(self._places, row.cells, strict=True):
            if not text:
                continue
            ink = make(text)
            if ink.width > place.room or not ink.plain:
                self._high_row(row, band)
                return
            if ink.first != font:
                parts.append(f"{ink.first} {size:g} Tf")
            parts.append(f"1 0 0 1 {place.anchor - place.share * ink.width:.2f} {base} Tm {ink.operators}")
            font = ink.last
        self._ground(bottom, self._height, band)
        pen.fill(pens.QUIET if row.tone == "faint" else pens.INK)
        parts.append(f"ET {self._edges[0]} {bottom:.2f} m {self._edges[1]} {bottom:.2f} l S")
        pen.add(" ".join(parts))
        self._font = font
        document.y = bottom

    def _ground(self, bottom: float, height: float, band: bool) -> None:
        if band:
            left, right = self._document.left, self._document.right
            self._pen.box(left, bottom, right - left, height, pens.BAND)
        self._pen.stroke(pens.HAIR)

    def _turn(self) -> None:
        self._document.new_page()
        self._begin()

    def _high_row(self, row: Row, band: bool) -> None:
        """A row with a cell of several lines; one that is higher than a page is continued on the next."""
        document, pen = self._document, self._pen
        bold = row.tone == "strong"
        blocks = [
            self._block(place, text, bold=bold) for place, text in zip(self._places, row.cells, strict=True)
        ]
        lines = max(len(block.lines) for block in blocks)
        height = max(lines * self._leading + 2 * self._padding, self._height)
        if document.y - height < document.bottom and height <= document.full_height - self._header_height:
            self._turn()
        done = 0
        while done < lines:
            room = int((document.y - document.bottom - 2 * self._padding) / self._leading)
            if room < 1:
                self._turn()
                continue
            take = min(room, lines - done)
            height = max(take * self._leading + 2 * self._padding, self._height)
            bottom = document.y - height
            self._ground(bottom, height, band)
            pen.fill(pens.QUIET if row.tone == "faint" else pens.INK)
            leading = height - 2 * self._padding if lines == 1 else self._leading
            self._lines(blocks, document.y - self._padding, take, done, leading)
            done += take
            document.y = bottom
        pen.stroke(pens.HAIR)
        pen.add(f"{self._edges[0]} {document.y:.2f} m {self._edges[1]} {document.y:.2f} l S")

    def _lines(self, blocks: Sequence[_Block], top: float, count: int, skip: int, leading: float) -> None:
        """Lines `skip` to `skip + count` of the blocks, the first one's room beginning at `top`."""
        parts = ["BT"]
        framed: list[tuple[float, float, Ink]] = []
        for block in blocks:
            place = block.place
            for line, ink in enumerate(block.lines[skip : skip + count]):
                x = place.anchor - place.share * ink.width
                base = top - leading * (line + 0.5) - CENTRE_OF_SQUARE * ink.size
                if ink.operators:
                    parts.append(f"{ink.first} {ink.size:g} Tf 1 0 0 1 {x:.2f} {base:.2f} Tm {ink.operators}")
                    self._font = ink.last if ink.size == self._size else ""
                if ink.frames:
                    framed.append((x, base, ink))
        parts.append("ET")
        self._pen.add(" ".join(parts))
        if framed:
            self._pen.frames(framed, pens.INK)

    def _block(self, place: _Place, text: str, *, bold: bool) -> _Block:
        key = (place.left, text, bold)
        lines = self._broken.get(key)
        if lines is None:
            if len(self._broken) >= CACHED_STRINGS:
                self._broken.clear()
            self._broken[key] = lines = self._break(place, text, bold=bold)
        return _Block(place, lines)

    def _header_blocks(self) -> list[_Block]:
        """The header, in one size: never shortened, and so small (6 pt at least) that no word must be cut."""
        advances = self._document.fonts.advances(bold=True)
        size = self._size
        for place in self._places:
            for word in chunks(place.column.title.replace("\n", " ")):
                size = min(size, fitting_size(word.rstrip(), advances, self._size, place.room, 6.0))
        lettering = self._pen.lettering(size, bold=True)
        blocks = []
        for place in self._places:
            lines = break_lines(place.column.title, advances, size, place.room)
            blocks.append(_Block(place, tuple(lettering.ink(line.rstrip()) for line in lines)))
        return blocks

    def _break(self, place: _Place, text: str, *, bold: bool) -> tuple[Ink, ...]:
        advances = self._document.fonts.advances(bold=bold)
        size = self._size
        if place.column.whole:
            size = fitting_size(text, advances, size, place.room, size * SMALLEST)
        lettering = self._pen.lettering(size, bold=bold)
        return tuple(lettering.ink(line.rstrip()) for line in break_lines(text, advances, size, place.room))


def _places(document: Document, columns: Sequence[Column]) -> list[_Place]:
    """The columns stretched to the page's width; the last one needs no gap."""
    stretch = document.content_width / sum(column.width for column in columns)
    places: list[_Place] = []
    left = document.left
    for number, column in enumerate(columns):
        width = column.width * stretch
        room = width - (column.gap if number < len(columns) - 1 else 0.0)
        share = {"left": 0.0, "centre": 0.5, "right": 1.0}[column.align]
        places.append(_Place(column, left, room, share, left + share * room))
        left += width
    return places
