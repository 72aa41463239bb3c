"""Reading PDFs back with poppler and qpdf, as a customer's viewer would."""

from __future__ import annotations

import subprocess
from pathlib import Path


def text_of(pdf: Path, page: int | None = None) -> str:
    """The text as a copy from the viewer gives it, of one page or all."""
    pages = [] if page is None else ["-f", str(page), "-l", str(page)]
    return subprocess.run(
        ["pdftotext", "-layout", *pages, pdf, "-"], capture_output=True, text=True, check=True
    ).stdout


def pages_of(pdf: Path) -> list[str]:
    """The text of each page."""
    return text_of(pdf).split("\f")[:-1]


def squeezed(text: str) -> str:
    """Without white space."""
    return "".join(text.split())


def fonts_of(pdf: Path) -> list[tuple[str, bool, bool, bool]]:
    """Each font: name, embedded, subset, with a table back to Unicode."""
    lines = subprocess.run(["pdffonts", pdf], capture_output=True, text=True, check=True).stdout.splitlines()[
        2:
    ]
    found = []
    for line in lines:
        parts = line.split()
        embedded, subset, unicode = (word == "yes" for word in parts[-5:-2])
        found.append((parts[0], embedded, subset, unicode))
    return found


def info_of(pdf: Path) -> dict[str, str]:
    """What pdfinfo says, by its own words."""
    shown = subprocess.run(["pdfinfo", "-rawdates", pdf], capture_output=True, text=True, check=True).stdout
    return {key: value.strip() for key, _, value in (line.partition(":") for line in shown.splitlines())}


def is_sound(pdf: Path) -> bool:
    """Whether qpdf finds nothing to complain about."""
    return subprocess.run(["qpdf", "--check", pdf], capture_output=True, check=False).returncode == 0


def picture_of(pdf: Path, page: int = 1, resolution: int = 60) -> tuple[int, int, bytes]:
    """Width, height and grey pixels (one byte each) of a page."""
    shown = subprocess.run(
        ["pdftoppm", "-gray", "-r", str(resolution), "-f", str(page), "-l", str(page), pdf],
        capture_output=True,
        check=True,
    ).stdout
    _, size, _, pixels = shown.split(b"\n", 3)
    width, height = map(int, size.split())
    return width, height, pixels
