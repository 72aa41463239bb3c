"""Drawing on a reportlab canvas: text, rules and boxes as PDF operators.

`Canvas.drawString` lays out each string anew: some 15 µs a cell. Here the operators of a string are made once for
each weight and size and used again for every equal cell, which is what makes long logs quick (GOALS, speed table).
Origin is the lower left corner of the page, all lengths are points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from reportlab.pdfgen.canvas import Canvas

from reports.fonts import (
    CODE_MARGIN,
    CODE_SIZE,
    REGULAR,
    TICK_WIDTH,
    TICKED_BOX,
    Character,
    Fonts,
    Shape,
    face,
)

Align = Literal["left", "right", "centre"]
Colour = tuple[float, float, float]

INK: Colour = (0.09, 0.09, 0.10)
QUIET: Colour = (0.40, 0.40, 0.42)
HAIR: Colour = (0.80, 0.80, 0.81)
BAND: Colour = (0.955, 0.958, 0.96)
ACCENT: Colour = (0.00, 0.36, 0.38)
OVER: Colour = (0.70, 0.11, 0.11)
WHITE: Colour = (1.0, 1.0, 1.0)

CACHED_STRINGS = 8192
"""How many strings' operators are kept for each weight and size (some 3 MB)."""
HAIRLINE = 0.4


@dataclass(frozen=True, slots=True)
class Ink:
    """The operators of one line of text: begin with `first` as the current font, afterwards `last` is.

    `frames` are boxes around it (x, y, width, height in points from the text's origin), drawn after the text. `plain`
    is false when there are frames, or line feeds that ask for more than one line.
    """

    size: float
    width: float
    first: str
    last: str
    operators: str
    frames: tuple[tuple[float, float, float, float], ...]
    plain: bool


class Glyphs(dict[str, tuple[str, str]]):
    """Character → (name of the font subset in this document, its code there as PDF string content)."""

    def __init__(self, fonts: Fonts, canvas: Canvas, *, bold: bool) -> None:
        super().__init__()
        self.fonts = fonts
        self.bold = bold
        self.special: dict[str, Character] = {}
        self._canvas = canvas

    def __missing__(self, char: str) -> tuple[str, str]:
        character = self.fonts.character(char, bold=self.bold)
        if character.shape is Shape.GLYPH:
            self[char] = code = self.code(character.face, character.drawn)
            return code
        self.special[char] = character
        self[char] = ("", char)
        return "", char

    def code(self, face_name: str, char: str) -> tuple[str, str]:
        """Subset and code of a character in one face."""
        document = pdf_document(self._canvas)
        font = face(face_name)
        [(subset, codes)] = font.splitString(char, document)
        escaped = codes.decode("latin-1")
        if escaped in "\\()\r\n":
            escaped = "\\" + {"\r": "r", "\n": "n"}.get(escaped, escaped)
        return font.getSubsetInternalName(subset, document), escaped


class Lettering:
    """One weight at one size in one document: measures strings and keeps their operators."""

    def __init__(self, glyphs: Glyphs, size: float) -> None:
        self.size = size
        self.advances = glyphs.fonts.advances(bold=glyphs.bold)
        self._glyphs = glyphs
        self._inks: dict[str, Ink] = {}

    def width(self, text: str) -> float:
        """Width of one line in points."""
        return sum(map(self.advances.__getitem__, text)) * self.size

    def ink(self, text: str) -> Ink:
        """The operators that draw this line."""
        known = self._inks.get(text)
        if known is not None:
            return known
        if len(self._inks) >= CACHED_STRINGS:
            self._inks.clear()
        self._inks[text] = ink = self._make(text)
        return ink

    def _make(self, text: str) -> Ink:
        glyphs, size = self._glyphs, self.size
        first = last = ""
        parts: list[str] = []
        run: list[str] = []
        frames: list[tuple[float, float, float, float]] = []
        for place, char in enumerate(text):
            font, code = glyphs[char]
            if not font:
                if run:
                    parts.append(f"({''.join(run)}) Tj")
                    run = []
                special = self._special(glyphs.special[char], char, self.width(text[:place]), frames)
                if special:
                    last, operators = special
                    first = first or last
                    parts.append(operators)
                continue
            if font != last:
                if run:
                    parts.append(f"({''.join(run)}) Tj")
                    run = []
                if first:
                    parts.append(f"{font} {size:g} Tf")
                else:
                    first = font
                last = font
            run.append(code)
        if run:
            parts.append(f"({''.join(run)}) Tj")
        plain = not frames and "\n" not in text
        return Ink(size, self.width(text), first, last, " ".join(parts), tuple(frames), plain)

    def _special(
        self, character: Character, char: str, x: float, frames: list[tuple[float, float, float, float]]
    ) -> tuple[str, str] | None:
        """Operators of a tick box or a boxed code, with the true character as what a copy gives (ActualText)."""
        size = self.size
        font = self._glyphs.code(REGULAR, " ")[0]
        if character.shape is Shape.NOTHING:
            return None
        copied = ("\ufeff" + char).encode("utf-16-be", "surrogatepass").hex()
        actual = f"/Span <</ActualText <{copied}>>> BDC"
        if character.shape is Shape.TICK:
            frames.append((x + 0.08 * size, -0.04 * size, 0.80 * size, 0.80 * size))
            name, mark = self._glyphs.code(character.face, "✓")
            shown = f"({mark}) Tj" if char == TICKED_BOX else f"3 Tr ({mark}) Tj 0 Tr"
            rest = TICK_WIDTH - face(character.face).face.charWidths[ord("✓")] / 1000
            moved = f"[{-rest * 600:.0f}] TJ {shown} [{-rest * 400:.0f}] TJ"
            return font, f"{actual} {name} {size:g} Tf {moved} EMC {font} {size:g} Tf"
        frames.append((x + 0.03 * size, -0.10 * size, (character.advance - 0.06) * size, 0.92 * size))
        code = "".join(self._glyphs.code(REGULAR, letter)[1] for letter in character.drawn)
        gap = f"[{-CODE_MARGIN / CODE_SIZE * 1000:.0f}] TJ"
        small = f"{font} {size * CODE_SIZE:g} Tf {0.16 * size:.2f} Ts"
        return font, f"{actual} {small} {gap} ({code}) Tj {gap} 0 Ts EMC {font} {size:g} Tf"


class Pen:
    """Draws on the current page of a canvas, and sets colours and widths only when they change."""

    def __init__(self, canvas: Canvas, fonts: Fonts) -> None:
        self.fonts = fonts
        self._add: Callable[[str], object] = canvas.addLiteral
        self._glyphs = {bold: Glyphs(fonts, canvas, bold=bold) for bold in (False, True)}
        self._letterings: dict[tuple[float, bool], Lettering] = {}
        self._fill: Colour | None = None
        self._stroke: tuple[Colour, float] | None = None

    def page_begins(self) -> None:
        """Nothing is known about the state of a new page."""
        self._fill = None
        self._stroke = None

    def lettering(self, size: float, *, bold: bool = False) -> Lettering:
        """A weight at a size; the same object each time."""
        key = (size, bold)
        if key not in self._letterings:
            self._letterings[key] = Lettering(self._glyphs[bold], size)
        return self._letterings[key]

    def add(self, operators: str) -> None:
        """Put PDF operators on the page."""
        self._add(operators)

    @contextmanager
    def elsewhere(self) -> Iterator[list[str]]:
        """Within it the operators go into the list given, and begin from an unknown state."""
        operators: list[str] = []
        outside, self._add = self._add, operators.append
        self.page_begins()
        try:
            yield operators
        finally:
            self._add = outside
            self.page_begins()

    def fill(self, colour: Colour) -> None:
        """The colour of letters and filled boxes from here on."""
        if colour != self._fill:
            self._fill = colour
            self.add(_numbers(colour) + " rg")

    def stroke(self, colour: Colour, width: float = HAIRLINE) -> None:
        """Colour and width of lines from here on."""
        if (colour, width) != self._stroke:
            self._stroke = (colour, width)
            self.add(f"{_numbers(colour)} RG {width:g} w")

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        align: Align = "left",
        colour: Colour = INK,
        spacing: float = 0.0,
    ) -> float:
        """One line on the baseline y; x is its left end, middle or right end. Answers its width.

        `spacing` is put between the letters (a title's).
        """
        if not text:
            return 0.0
        lettering = self.lettering(size, bold=bold)
        ink = lettering.ink(text)
        width = ink.width + spacing * (len(text) - 1)
        left = x - {"left": 0.0, "centre": width / 2, "right": width}[align]
        self.fill(colour)
        if ink.operators:
            spaced = (f"{spacing:g} Tc ", " 0 Tc") if spacing else ("", "")
            head = f"BT {ink.first} {size:g} Tf {spaced[0]}1 0 0 1 {left:.2f} {y:.2f} Tm"
            self.add(f"{head} {ink.operators}{spaced[1]} ET")
        if ink.frames:
            self.frames([(left, y, ink)], colour)
        return width

    def frames(self, inks: list[tuple[float, float, Ink]], colour: Colour) -> None:
        """The boxes of inks drawn at (x, y)."""
        self.stroke(colour, 0.6)
        for x, y, ink in inks:
            for dx, dy, width, height in ink.frames:
                self.add(f"{x + dx:.2f} {y + dy:.2f} {width:.2f} {height:.2f} re S")

    def rule(
        self, x1: float, y1: float, x2: float, y2: float, *, colour: Colour = HAIR, width: float = HAIRLINE
    ) -> None:
        """A straight line."""
        self.stroke(colour, width)
        self.add(f"{x1:.2f} {y1:.2f} m {x2:.2f} {y2:.2f} l S")

    def dashed(self, x1: float, y1: float, x2: float, y2: float, *, colour: Colour, width: float) -> None:
        """A dashed line."""
        self.stroke(colour, width)
        self.add(f"[3 2] 0 d {x1:.2f} {y1:.2f} m {x2:.2f} {y2:.2f} l S [] 0 d")

    def box(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """A filled box."""
        self.fill(colour)
        self.add(f"{x:.2f} {y:.2f} {width:.2f} {height:.2f} re f")

    def frame(
        self, x: float, y: float, width: float, height: float, *, colour: Colour = INK, line: float = HAIRLINE
    ) -> None:
        """The outline of a box."""
        self.stroke(colour, line)
        self.add(f"{x:.2f} {y:.2f} {width:.2f} {height:.2f} re S")


def pdf_document(canvas: Canvas) -> Any:
    """Reportlab's own document behind a canvas: it keeps each font's subsets, and the pages until they are written.

    It has no public name, and no types; all that we need of it goes through here.
    """
    return vars(canvas)["_doc"]


def _numbers(colour: Colour) -> str:
    return " ".join(f"{part:.3g}" for part in colour)
