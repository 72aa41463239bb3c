"""Printing through Qt onto a real scheduler, in a process of its own as a child job does it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.printers import PrivateCups, wait_until

Paper = Callable[..., Path]

CHILD = """
import json, sys
from pathlib import Path
from app.devices.qt_printer import QtPrinter
from app.errors import DomainError
assert not any(name.startswith("PySide6") for name in sys.modules)
file, printer, media, copies = sys.argv[1:]
printing = QtPrinter()
said = {"printers": [[p.name, p.state, p.default, list(p.media)] for p in printing.printers()]}
try:
    job = printing.send(Path(file), printer, title="来访登记簿", media=media, copies=int(copies))
    state = printing.follow(job)
    said |= {"phase": state.phase, "reasons": state.reasons}
    printing.cancel(job)
except DomainError as error:
    said["error"] = error.code
print(json.dumps(said))
"""


def by_qt(
    cups: PrivateCups, file: Path, printer: str, media: str = "A4", copies: int = 1
) -> dict[str, object]:
    environment = {**os.environ, "CUPS_SERVER": cups.server, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(file), printer, media, str(copies)],
        env=environment,
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, object] = json.loads(done.stdout)
    return said


def test_a_pdf_is_drawn_onto_its_paper(cups: PrivateCups, paper: Paper) -> None:
    """Every page, in the right size; what Qt cannot know is not called printed, and cannot be cancelled."""
    cups.add_queue("qt", media=("A3", "A4", "A5"))
    said = by_qt(cups, paper("A3", pages=2), "qt", "A3")
    assert (said["phase"], said["reasons"]) == ("unknown", ["handed-over"])
    assert said["error"] == "printing_cancel_elsewhere"
    wait_until(lambda: any(cups.output.glob("*.pdf")), "the page comes out")
    (printed,) = cups.output.glob("*.pdf")
    info = subprocess.run(["pdfinfo", printed], capture_output=True, text=True, check=True).stdout
    assert "842 x 1191 pts (A3)" in info
    assert "Pages:           2" in info
    picture = printed.with_suffix("")
    subprocess.run(["pdftoppm", "-r", "20", "-gray", "-singlefile", printed, picture], check=True)
    grey = picture.with_suffix(".pgm").read_bytes()
    header, pixels = grey.split(b"\n255\n", 1)
    width, height = map(int, header.split()[1:3])
    dark = {i for i, value in enumerate(pixels) if value < 230}
    assert len(dark) < 0.1 * len(pixels)
    corners = {(i % width * 2 // width, i // width * 2 // height) for i in dark}
    assert corners == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_what_qt_would_lose_is_refused(cups: PrivateCups, paper: Paper) -> None:
    """Qt prints a size the printer lacks on another, and on a printer that is not there without a word."""
    cups.add_queue("qt-small", media=("A4", "A5"))
    said = by_qt(cups, paper("A3"), "qt-small", "A3")
    assert said["error"] == "printing_no_media"
    said = by_qt(cups, paper(), "nowhere")
    assert said["error"] == "printing_printer_gone"
    assert cups.jobs("qt-small") == []


def test_a_stopped_printer_is_said(cups: PrivateCups, paper: Paper) -> None:
    """Qt begins and ends well; asked afresh, the printer is in error and the job waits."""
    cups.add_queue("qt-stopped")
    cups.stop_queue("qt-stopped")
    said = by_qt(cups, paper(), "qt-stopped")
    assert (said["phase"], said["reasons"]) == ("waiting", ["printer-stopped"])
    assert len(cups.jobs("qt-stopped")) == 1


def test_a_file_that_qt_cannot_read(cups: PrivateCups, tmp_path: Path) -> None:
    cups.add_queue("qt-bad")
    file = tmp_path / "bad.pdf"
    file.write_bytes(b"%PDF-1.4\nnothing of the kind")
    assert by_qt(cups, file, "qt-bad")["error"] == "printing_bad_file"
