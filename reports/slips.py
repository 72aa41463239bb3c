"""Blank numbered slips for power cuts: written by hand, keyed in afterwards by their number (VIS-13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.words import Words
from reports import pen as pens
from reports.layout import BODY, SMALL, Document, Form, Letterhead, Printed

BLANK_SLIPS_FORM = Form("VIS-04C", 1)
SLIP_HEIGHT = 150.0
"""Points: four slips on a page, with lines far enough apart for a cold hand."""
LINE_APART = 25.0
LINES = ("slip_who", "slip_document", "slip_host", "slip_times")


@dataclass(frozen=True, slots=True)
class BlankSlips:
    """Slips with these numbers, each once."""

    letterhead: Letterhead
    numbers: Sequence[str]


def blank_slips(values: BlankSlips, words: Words, out: Path) -> Printed:
    """Print blank slips, four on a page, to be cut along the dashes.

    Raises:
        OSError: the file cannot be written.
    """
    numbers = values.numbers
    about = f"{numbers[0]} – {numbers[-1]}" if numbers else ""
    document = Document(values.letterhead, BLANK_SLIPS_FORM, words("reports.blank_slips"), words, about=about)
    document.title(about)
    if not numbers:
        document.paragraph(words("evacuation.no_slips"))
    for number in numbers:
        _slip(document, number, words)
    return document.save(out)


def _slip(document: Document, number: str, words: Words) -> None:
    document.need(SLIP_HEIGHT)
    pen, top = document.pen, document.y
    pen.dashed(document.left, top, document.right, top, colour=pens.QUIET, width=0.5)
    pen.text(document.left, top - 24, words("evacuation.slip_title"), BODY, bold=True)
    pen.text(document.right, top - 26, number, 18, bold=True, align="right")
    y = top - 30
    for code in LINES:
        y -= LINE_APART
        document.fill_in(document.left, y, words(f"evacuation.{code}"))
    pen.text(document.left, y - 15, words("evacuation.slip_note"), SMALL, colour=pens.QUIET)
    document.y -= SLIP_HEIGHT
