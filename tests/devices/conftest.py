"""Papers to print and a private scheduler to print them on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tests.devices.card_post import plugged as plugged
from tests.devices.card_post import post as post
from tests.printers import PrivateCups

FONT = Path(__file__).resolve().parents[2] / "resources" / "fonts" / "NotoSansSC-Regular.ttf"
SIZES = {"A4": (595.28, 841.89), "A3": (841.89, 1190.55)}


@pytest.fixture(scope="module")
def cups() -> Iterator[PrivateCups]:
    """A scheduler that a module's tests share; each makes queues of its own."""
    with PrivateCups() as scheduler:
        yield scheduler


@pytest.fixture
def own_cups() -> Iterator[PrivateCups]:
    """A scheduler for a test that stops it or counts its printers."""
    with PrivateCups() as scheduler:
        yield scheduler


@pytest.fixture
def paper(tmp_path: Path) -> Callable[..., Path]:
    """`paper(size="A4", pages=1, landscape=False)` makes a PDF with a word in each corner of a page."""

    def make(size: str = "A4", pages: int = 1, landscape: bool = False) -> Path:
        pdfmetrics.registerFont(TTFont("TestSC", str(FONT)))
        width, height = SIZES[size][::-1] if landscape else SIZES[size]
        file = tmp_path / f"{size}-{pages}-{landscape}.pdf"
        canvas = Canvas(str(file), pagesize=(width, height))
        for page in range(1, pages + 1):
            canvas.setFont("TestSC", 14)
            canvas.drawString(40, height - 60, "左上")
            canvas.drawRightString(width - 40, height - 60, "右上")
            canvas.drawString(40, 40, "左下")
            canvas.drawRightString(width - 40, 40, "右下")
            canvas.drawCentredString(width / 2, height / 2, f"来访登记簿第{page}页")
            canvas.showPage()
        canvas.save()
        return file

    return make
