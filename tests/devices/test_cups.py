"""Printing on a real scheduler: every way in which a job is lost silently (recipe 3) must be said."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from app.devices.cups import CupsPrinter
from app.devices.printer import JobPhase, JobState, PrinterState, PrintJob, system_printing
from app.errors import DomainError
from app.words import Words
from tests.printers import PrivateCups, wait_until

Paper = Callable[..., Path]
ZH = Words("zh_CN")


@pytest.fixture
def printing(cups: PrivateCups) -> CupsPrinter:
    return CupsPrinter(cups.server)


def reached(printing: CupsPrinter, job: PrintJob, phase: JobPhase, reason: str = "") -> JobState:
    """The job's state once it is in that phase (and for that reason); fails when it never is."""
    seen: list[JobState] = []

    def there() -> bool:
        seen.append(printing.follow(job))
        return seen[-1].phase is phase and (not reason or reason in seen[-1].reasons)

    wait_until(there, f"{job} {phase} {reason}")
    return seen[-1]


def tool(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def refusal(code: str, action: Callable[[], object]) -> DomainError:
    """The error of that code that the action raises; its text exists and is whole in both languages."""
    with pytest.raises(DomainError) as caught:
        action()
    assert caught.value.code == code
    for language in ("zh_CN", "en"):
        assert "{" not in caught.value.text(Words(language))
    return caught.value


@pytest.mark.parametrize(("size", "points"), [("A4", "595 x 842"), ("A3", "842 x 1191")])
def test_paper_comes_out_in_its_size_with_chinese_text(
    cups: PrivateCups, printing: CupsPrinter, paper: Paper, size: str, points: str
) -> None:
    """The queue's default is A5, two-sided: what comes out is what the job said, as text, no picture."""
    cups.add_queue(f"size{size}")
    job = printing.send(paper(size, pages=2), f"size{size}", title="东门岗 来访登记簿", media=size)
    reached(printing, job, JobPhase.done)
    printed = str(cups.captured(job.number))
    assert f"{points} pts" in tool("pdfinfo", printed)
    text = tool("pdftotext", printed, "-")
    assert "来访登记簿第1页" in text
    assert "来访登记簿第2页" in text
    assert "TrueType" in tool("pdffonts", printed)
    assert cups.argument(job.number, "title") == "东门岗 来访登记簿" == job.title
    assert "Duplex=None" in cups.argument(job.number, "options")


def test_landscape_comes_out_whole(cups: PrivateCups, printing: CupsPrinter, paper: Paper) -> None:
    """A landscape A4 page is turned onto the paper with all four corners on it."""
    cups.add_queue("landscape")
    job = printing.send(paper(landscape=True), "landscape", title="排班表")
    reached(printing, job, JobPhase.done)
    boxes = tool("pdftotext", "-bbox", str(cups.captured(job.number)), "-")
    page = re.search(r'<page width="([\d.]+)" height="([\d.]+)"', boxes)
    assert page is not None
    width, height = sorted(map(float, page.groups()))
    assert (round(width), round(height)) == (595, 842)
    word = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]+)')
    found = {m[5]: tuple(map(float, m.groups()[:4])) for m in word.finditer(boxes)}
    assert {"左上", "右上", "左下", "右下"} <= found.keys()
    right, bottom = map(float, page.groups())
    for x0, y0, x1, y1 in found.values():
        assert 0 <= x0 < x1 <= right
        assert 0 <= y0 < y1 <= bottom


def test_copies_and_two_sides(cups: PrivateCups, printing: CupsPrinter, paper: Paper) -> None:
    """Two pages three times: six sides of paper in the scheduler's log; two-sided along the long edge."""
    cups.add_queue("copies")
    job = printing.send(paper(pages=2), "copies", title="登记簿", copies=3, duplex=True)
    reached(printing, job, JobPhase.done)
    assert cups.argument(job.number, "copies") == "3"
    assert "Duplex=DuplexNoTumble" in cups.argument(job.number, "options")
    wait_until(lambda: cups.pages_logged(job.number) == 6, "six pages logged")


def test_printers_are_asked_afresh(own_cups: PrivateCups) -> None:
    """One object sees every change: added, default, stopped with its reason, rejecting, removed."""
    printing = CupsPrinter(own_cups.server)
    assert printing.printers() == []
    own_cups.add_queue("desk", description="前台打印机", media=("A4", "Letter"), duplex=False)
    own_cups.add_queue("zz")
    own_cups.make_default("zz")
    first, desk = printing.printers()
    assert (first.name, first.default, first.duplex, first.media) == ("zz", True, True, ("A3", "A4", "A5"))
    assert (desk.name, desk.description, desk.media) == ("desk", "前台打印机", ("A4", "Letter"))
    assert (desk.state, desk.accepts, desk.default, desk.duplex) == (PrinterState.idle, True, False, False)
    own_cups.reject_jobs("desk")
    own_cups.stop_queue("desk")
    desk = printing.printers()[1]
    assert (desk.state, desk.accepts) == (PrinterState.stopped, False)
    assert (desk.reasons, desk.message) == (("paused",), "toner is on order")
    own_cups.remove_queue("desk")
    assert [p.name for p in printing.printers()] == ["zz"]


def test_a_name_in_chinese(cups: PrivateCups, printing: CupsPrinter, paper: Paper) -> None:
    """A queue named in Chinese is found, printed on and followed."""
    cups.add_queue("大厅打印机")
    job = printing.send(paper(), "大厅打印机", title="派工单")
    reached(printing, job, JobPhase.done)


def test_a_title_is_cut_to_what_ipp_allows(cups: PrivateCups, printing: CupsPrinter, paper: Paper) -> None:
    """255 bytes, never half a character, and no line breaks."""
    cups.add_queue("title")
    job = printing.send(paper(), "title", title="登\n" + "记" * 300)
    reached(printing, job, JobPhase.done)
    assert job.title == "登 " + "记" * 83
    assert cups.argument(job.number, "title") == job.title


def test_a_stopped_printer_is_said_and_the_job_waits(
    cups: PrivateCups, printing: CupsPrinter, paper: Paper
) -> None:
    """The command lp says nothing; here the job waits, with the reason, and prints once it is started."""
    cups.add_queue("stopped")
    cups.stop_queue("stopped")
    job = printing.send(paper(), "stopped", title="登记簿")
    state = reached(printing, job, JobPhase.waiting, "paused")
    assert not state.over
    assert state.text(ZH) == "排队等待：打印机已停止，任务在队列里等着；toner is on order"
    cups.start_queue("stopped")
    reached(printing, job, JobPhase.done)


def test_a_rejecting_printer_refuses(cups: PrivateCups, printing: CupsPrinter, paper: Paper) -> None:
    """Qt loses such a job; here nothing is sent."""
    cups.add_queue("rejecting", description="三楼打印机")
    cups.reject_jobs("rejecting")
    error = refusal("printing_rejecting", lambda: printing.send(paper(), "rejecting", title="登记簿"))
    assert "三楼打印机" in error.text(ZH)
    assert cups.jobs("rejecting") == []


def test_a_printer_that_is_not_there(printing: CupsPrinter, paper: Paper) -> None:
    refusal("printing_printer_gone", lambda: printing.send(paper(), "nowhere", title="登记簿"))


@pytest.mark.parametrize("when", ["printing", "waiting"])
def test_a_printer_removed_under_a_job(
    cups: PrivateCups, printing: CupsPrinter, paper: Paper, when: str
) -> None:
    """The scheduler drops its jobs, or calls them cancelled; here the printer's end is said."""
    name = f"removed-{when}"
    cups.add_queue(name, "busy")
    if when == "waiting":
        cups.stop_queue(name)
    job = printing.send(paper(), name, title="登记簿")
    reached(printing, job, JobPhase(when))
    if when == "printing":
        wait_until(lambda: cups.is_taken(job.number), "the backend has begun")
    cups.remove_queue(name)
    for _ in range(3):
        refusal("printing_printer_gone", lambda: printing.follow(job))
    printing.cancel(job)


def test_a_scheduler_that_is_down(own_cups: PrivateCups, paper: Paper) -> None:
    """Every call says so at once, and works again when the service is back."""
    own_cups.add_queue("q")
    printing = CupsPrinter(own_cups.server)
    job = printing.send(paper(), "q", title="登记簿")
    reached(printing, job, JobPhase.done)
    own_cups.stop()
    refusal("printing_scheduler_down", printing.printers)
    refusal("printing_scheduler_down", lambda: printing.send(paper(), "q", title="登记簿"))
    refusal("printing_scheduler_down", lambda: printing.follow(job))
    refusal("printing_scheduler_down", lambda: printing.cancel(job))
    own_cups.start()
    assert [p.name for p in printing.printers()] == ["q"]


def test_a_scheduler_that_hangs(own_cups: PrivateCups, paper: Paper) -> None:
    """A scheduler that takes connections and never answers is given up, too."""
    own_cups.add_queue("q")
    printing = CupsPrinter(own_cups.server, seconds=0.2)
    job = printing.send(paper(), "q", title="登记簿")
    own_cups.freeze()
    try:
        refusal("printing_scheduler_down", printing.printers)
        refusal("printing_scheduler_down", lambda: printing.follow(job))
        refusal("printing_scheduler_down", lambda: printing.cancel(job))
    finally:
        own_cups.thaw()
    reached(printing, job, JobPhase.done)


def test_a_failed_backend_is_aborted(cups: PrivateCups, printing: CupsPrinter, paper: Paper) -> None:
    """The command lpstat shows it as if printed; here it is aborted, with the printer's words."""
    cups.add_queue("failing", "1")
    job = printing.send(paper(), "failing", title="登记簿")
    state = reached(printing, job, JobPhase.aborted)
    assert state.over
    assert state.text(ZH) == "打印失败：The printer said no"


def test_a_backend_that_stops_the_queue(cups: PrivateCups, printing: CupsPrinter, paper: Paper) -> None:
    """Exit 4: the queue is stopped, the job waits, both are said."""
    cups.add_queue("stopping", "4")
    job = printing.send(paper(), "stopping", title="登记簿")
    state = reached(printing, job, JobPhase.waiting, "paused")
    assert state.message == "The printer said no"
    assert next(p for p in printing.printers() if p.name == "stopping").state is PrinterState.stopped


def test_a_queue_that_tries_again_later(cups: PrivateCups, printing: CupsPrinter, paper: Paper) -> None:
    """Error policy retry-job: held until the next try, not lost and not over."""
    cups.add_queue("retrying", "1", policy="retry-job")
    job = printing.send(paper(), "retrying", title="登记簿")
    state = reached(printing, job, JobPhase.held, "resources-are-not-ready")
    assert "稍后会自动重试" in state.text(ZH)
    printing.cancel(job)
    reached(printing, job, JobPhase.cancelled)


def test_a_damaged_pdf_is_aborted(cups: PrivateCups, printing: CupsPrinter, tmp_path: Path) -> None:
    """A filter that fails leaves the job in a state that never ends: that is aborted."""
    cups.add_queue("damaged")
    damaged = tmp_path / "damaged.pdf"
    damaged.write_bytes(b"%PDF-1.4\nnothing of the kind")
    job = printing.send(damaged, "damaged", title="登记簿")
    assert reached(printing, job, JobPhase.aborted).message


def test_no_paper_in_the_tray(cups: PrivateCups, printing: CupsPrinter, paper: Paper) -> None:
    """Out of paper is said while the job is printing, and not any more once it is done."""
    cups.add_queue("empty", "empty")
    job = printing.send(paper(), "empty", title="登记簿")
    state = reached(printing, job, JobPhase.printing, "media-empty")
    assert state.text(ZH).startswith("正在打印：缺纸")
    cups.open_gate()
    assert reached(printing, job, JobPhase.done).text(ZH) == "已打完"


def test_what_the_printer_lacks_is_refused(
    cups: PrivateCups, printing: CupsPrinter, paper: Paper, tmp_path: Path
) -> None:
    """A size, two sides, a number of copies, a file that is none: refused before anything is sent."""
    cups.add_queue("plain", media=("A4", "A5"), duplex=False)
    good = paper()
    error = refusal("printing_no_media", lambda: printing.send(good, "plain", title="", media="A3"))
    assert error.field == "media"
    assert "A3" in error.text(ZH)
    refusal("printing_no_duplex", lambda: printing.send(good, "plain", title="", duplex=True))
    refusal("printing_copies", lambda: printing.send(good, "plain", title="", copies=0))
    refusal("printing_bad_file", lambda: printing.send(tmp_path / "none.pdf", "plain", title=""))
    (tmp_path / "text.pdf").write_text("text", encoding="utf-8")
    refusal("printing_bad_file", lambda: printing.send(tmp_path / "text.pdf", "plain", title=""))
    assert cups.jobs("plain") == []


def test_a_queue_without_a_driver_refuses_no_size(
    cups: PrivateCups, printing: CupsPrinter, paper: Paper
) -> None:
    """A raw queue names no sizes; the PDF arrives as it is."""
    cups.add_raw_queue("raw")
    file = paper("A3")
    job = printing.send(file, "raw", title="登记簿", media="A3")
    reached(printing, job, JobPhase.done)
    assert cups.captured(job.number).read_bytes() == file.read_bytes()


def test_cancelling(cups: PrivateCups, printing: CupsPrinter, paper: Paper) -> None:
    """A job in the middle ends; one that is done stays done; one cancelled elsewhere is seen."""
    cups.add_queue("cancelling", "busy")
    job = printing.send(paper(), "cancelling", title="登记簿")
    wait_until(lambda: cups.is_taken(job.number), "the backend has begun")
    printing.cancel(job)
    assert reached(printing, job, JobPhase.cancelled).over
    assert not cups.captured(job.number).exists()
    printing.cancel(job)

    cups.add_queue("done")
    job = printing.send(paper(), "done", title="登记簿")
    reached(printing, job, JobPhase.done)
    printing.cancel(job)
    reached(printing, job, JobPhase.done)

    cups.stop_queue("done")
    job = printing.send(paper(), "done", title="登记簿")
    cups.cancel_elsewhere(job.number)
    reached(printing, job, JobPhase.cancelled)


def test_held_by_somebody(cups: PrivateCups, printing: CupsPrinter, paper: Paper) -> None:
    cups.add_queue("holding")
    cups.stop_queue("holding")
    job = printing.send(paper(), "holding", title="登记簿")
    cups.hold_job(job.number)
    assert not reached(printing, job, JobPhase.held).over
    cups.release_job(job.number)
    reached(printing, job, JobPhase.waiting)


def test_a_cleared_history_is_not_called_printed(
    cups: PrivateCups, printing: CupsPrinter, paper: Paper
) -> None:
    """The queue is there, the job is forgotten: nobody knows whether it was printed."""
    cups.add_queue("forgetful")
    job = printing.send(paper(), "forgetful", title="登记簿")
    reached(printing, job, JobPhase.done)
    cups.forget_jobs("forgetful")
    assert printing.follow(job) == JobState(JobPhase.unknown)


def test_the_pcs_own_scheduler(cups: PrivateCups, monkeypatch: pytest.MonkeyPatch, paper: Paper) -> None:
    """Without a server named it is the one that lp would use."""
    cups.add_queue("own")
    monkeypatch.setenv("CUPS_SERVER", cups.server)
    printing = system_printing()
    assert isinstance(printing, CupsPrinter)
    job = printing.send(paper(), "own", title="登记簿")
    reached(printing, job, JobPhase.done)


def test_without_libcups() -> None:
    refusal("printing_unavailable", lambda: CupsPrinter(library="libcups-of-another-world.so.2"))
