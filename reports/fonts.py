"""The typefaces of our paper: which face draws which character, and how wide it is.

Noto Sans SC in two weights, embedded and subset by reportlab. A character that it lacks (𠮷) is taken from Noto Sans
JP; one that both lack is *said*: collected in `Fonts.missing` and drawn as a boxed U+XXXX code, never dropped.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "fonts"
REGULAR = "NotoSansSC-Regular"
BOLD = "NotoSansSC-Bold"
FALLBACK = "NotoSansJP-Regular"

CODE_SIZE = 0.55
"""Size of the letters of a boxed U+XXXX code, in em of the text around it."""
CODE_MARGIN = 0.12
"""Room left and right of those letters inside the box, in em of the text around it."""
TICK_WIDTH = 1.0
"""Advance of a drawn tick box (☐ ☑), in em."""
EMPTY_BOX, TICKED_BOX = "\u2610", "\u2611"


@cache
def face(name: str) -> TTFont:
    """The face, read and made known to reportlab once per process (its own table of fonts is per process too)."""
    font = TTFont(name, str(FOLDER / f"{name}.ttf"))
    pdfmetrics.registerFont(font)
    return font


class Shape(Enum):
    """How a character comes onto the page."""

    GLYPH = "glyph"
    """A glyph of a face."""
    TICK = "tick"
    """A tick box, drawn by us: no face of ours has ☐ and ☑."""
    CODE = "code"
    """No face has it: its code in a box."""
    NOTHING = "nothing"
    """It has no ink by nature: a zero-width space, a variation selector."""


@dataclass(frozen=True, slots=True)
class Character:
    """One character as it will be drawn: `face` draws `drawn`; `advance` is its width in em."""

    shape: Shape
    face: str
    drawn: str
    advance: float


class Advances(dict[str, float]):
    """Width of each character in em, worked out when first asked for: `sum(map(advances.__getitem__, text))`."""

    def __init__(self, fonts: Fonts, *, bold: bool) -> None:
        super().__init__()
        self._fonts = fonts
        self._bold = bold

    def __missing__(self, char: str) -> float:
        self[char] = width = self._fonts.character(char, bold=self._bold).advance
        return width


class Fonts:
    """The faces of one document and what they could not draw."""

    def __init__(self) -> None:
        self.missing: list[str] = []
        """Characters that no face has, in the order met."""
        self._advances = {bold: Advances(self, bold=bold) for bold in (False, True)}
        face(REGULAR)
        face(BOLD)

    def advances(self, *, bold: bool = False) -> Advances:
        """The width table of a weight (em), shared by all sizes."""
        return self._advances[bold]

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Width of one line of text in points."""
        return sum(map(self._advances[bold].__getitem__, text)) * size

    def character(self, char: str, *, bold: bool = False) -> Character:
        """Which face draws this character, and how wide. One that nothing can draw is noted in `missing`."""
        code = ord(char)
        if char in (EMPTY_BOX, TICKED_BOX):
            return Character(Shape.TICK, BOLD, "✓" if char == TICKED_BOX else "", TICK_WIDTH)
        for name in (BOLD if bold else REGULAR, FALLBACK):
            font = face(name)
            if code in font.face.charToGlyph and code >= 0x20:
                return Character(Shape.GLYPH, name, char, font.face.charWidths[code] / 1000)
        if _is_blank(char):
            return Character(Shape.GLYPH, REGULAR, " ", face(REGULAR).face.charWidths[0x20] / 1000)
        if _is_inkless(char):
            return Character(Shape.NOTHING, "", "", 0.0)
        if char not in self.missing:
            self.missing.append(char)
        label = f"U+{code:04X}"
        widths = face(REGULAR).face.charWidths
        inside = sum(widths[ord(letter)] for letter in label) / 1000 * CODE_SIZE
        return Character(Shape.CODE, REGULAR, label, inside + 2 * CODE_MARGIN)


def _is_blank(char: str) -> bool:
    return char in "\t\n\r\x0b\x0c\x85" or unicodedata.category(char) in ("Zs", "Zl", "Zp")


def _is_inkless(char: str) -> bool:
    """Format characters and variation selectors: they change how others look, and have no look of their own."""
    selector = "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
    return selector or unicodedata.category(char) == "Cf"


def embed(document: Any) -> None:
    """Put the subsets of all faces used into reportlab's document, right before it is written.

    reportlab 5 would do it itself, but writes 𠮷 (U+20BB7) as <20BB7> into a subset's table back to Unicode, where
    UTF-16 is asked for (<D842DFB7>): a viewer then copies another character.
    """
    for font in document.delayedFonts:
        font.addObjects(document)
    document.delayedFonts = []
    for name, stream in document.idToObject.items():
        if name.startswith("toUnicodeCMap:"):
            stream.content = _ABOVE_FFFF.sub(_utf_16, stream.content)


_ABOVE_FFFF = re.compile(r"(?<= <)[0-9A-F]{5,6}(?=>)")


def _utf_16(code: re.Match[str]) -> str:
    return chr(int(code[0], 16)).encode("utf-16-be").hex().upper()
