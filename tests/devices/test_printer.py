"""Following a job to its end, and the folder that plays a printer."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from app.devices.cups import CupsPrinter
from app.devices.folder_printer import TRAINING, FolderPrinter
from app.devices.printer import (
    JobPhase,
    JobState,
    PrinterPort,
    PrinterState,
    plain_reasons,
    print_and_follow,
)
from app.errors import DomainError
from app.words import LANGUAGES, TEXTS, Words
from tests.printers import PrivateCups

Paper = Callable[..., Path]
STOPPED = replace(TRAINING, state=PrinterState.stopped, message="等墨粉")


def follow(
    port: PrinterPort,
    pdf: Path,
    printer: str,
    *,
    seconds: float = 20,
    restart_seconds: float = 5.0,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[JobState, list[JobState]]:
    """The end, and all that `progress` heard."""
    heard: list[JobState] = []
    end = print_and_follow(
        *(port, pdf, printer, "登记簿", "A4", 2, heard.append, seconds, stop), restart_seconds=restart_seconds
    )
    return end, heard


def test_a_job_is_followed_to_its_end(cups: PrivateCups, paper: Paper) -> None:
    """The end is the last that progress hears, no state is told twice in a row, and the paper is there."""
    cups.add_queue("whole")
    end, heard = follow(CupsPrinter(cups.server), paper(), "whole")
    assert end.phase is JobPhase.done
    assert heard[-1] == end
    assert all(a != b for a, b in pairwise(heard))
    assert len(list(cups.output.glob("*.pdf"))) == 1


def test_a_failed_job_ends_aborted(cups: PrivateCups, paper: Paper) -> None:
    cups.add_queue("broken", "1")
    end, heard = follow(CupsPrinter(cups.server), paper(), "broken")
    assert end == heard[-1] == JobState(JobPhase.aborted, end.reasons, "The printer said no")


def test_a_job_that_waits_too_long_stays_in_the_queue(cups: PrivateCups, paper: Paper) -> None:
    """After the seconds the caller gets the waiting state; the job is still there and is not sent twice."""
    cups.add_queue("waiting")
    cups.stop_queue("waiting")
    end, heard = follow(CupsPrinter(cups.server), paper(), "waiting", seconds=0.3)
    assert end.phase is JobPhase.waiting
    assert not end.over
    assert heard == [end]
    assert len(cups.jobs("waiting")) == 1


def test_stop_cancels_the_job(cups: PrivateCups, paper: Paper) -> None:
    """Stop before sending sends nothing; stop afterwards cancels and waits for the cancelled state."""
    cups.add_queue("stop")
    cups.stop_queue("stop")
    printing = CupsPrinter(cups.server)
    end, heard = follow(printing, paper(), "stop", stop=lambda: True)
    assert (end, heard) == (JobState(JobPhase.cancelled), [])
    assert cups.jobs("stop") == []
    answers = iter([False, False])
    end, heard = follow(printing, paper(), "stop", stop=lambda: next(answers, True))
    assert [state.phase for state in heard] == [JobPhase.waiting, JobPhase.cancelled]
    assert end.phase is JobPhase.cancelled


def test_a_printer_removed_while_following(cups: PrivateCups, paper: Paper) -> None:
    """Said at the very look at which it is seen: only a scheduler may be away for a while."""
    cups.add_queue("removed")
    cups.stop_queue("removed")
    looks: Iterator[Callable[[], object]] = iter(
        [lambda: None, lambda: None, lambda: cups.remove_queue("removed")]
    )

    def stop() -> bool:
        next(looks)()
        return False

    with pytest.raises(DomainError) as caught:
        follow(CupsPrinter(cups.server), paper(), "removed", stop=stop)
    assert caught.value.code == "printing_printer_gone"


def test_a_scheduler_that_restarts_is_forgiven(own_cups: PrivateCups, paper: Paper) -> None:
    """A change of its settings restarts the scheduler: the job is still there, and its end is seen."""
    own_cups.add_queue("q")
    own_cups.stop_queue("q")

    def back() -> None:
        own_cups.start()
        own_cups.start_queue("q")

    looks: Iterator[Callable[[], object]] = iter(
        [lambda: None, lambda: None, own_cups.stop, lambda: None, back]
    )

    def stop() -> bool:
        next(looks, lambda: None)()
        return False

    end, heard = follow(CupsPrinter(own_cups.server), paper(), "q", stop=stop)
    assert end.phase is JobPhase.done
    assert heard[0].phase is JobPhase.waiting


def test_a_scheduler_that_stays_away_is_said(own_cups: PrivateCups, paper: Paper) -> None:
    own_cups.add_queue("q")
    own_cups.stop_queue("q")
    looks: Iterator[Callable[[], object]] = iter([lambda: None, lambda: None, own_cups.stop])

    def stop() -> bool:
        next(looks, lambda: None)()
        return False

    with pytest.raises(DomainError) as caught:
        follow(CupsPrinter(own_cups.server), paper(), "q", stop=stop, restart_seconds=0.3)
    assert caught.value.code == "printing_scheduler_down"


def test_the_folder_keeps_what_was_printed(tmp_path: Path, paper: Paper) -> None:
    """One file a copy, byte for byte, and a title that cannot leave the folder."""
    folder = tmp_path / "out"
    printing = FolderPrinter(folder)
    file = paper()
    job = printing.send(file, "folder", title="../来访/登记簿", copies=2)
    assert printing.follow(job) == JobState(JobPhase.done)
    assert sorted(f.name for f in folder.iterdir()) == [
        "0001-_来访_登记簿-2.pdf",
        "0001-_来访_登记簿.pdf",
    ]
    assert {f.read_bytes() for f in folder.iterdir()} == {file.read_bytes()}
    printing.cancel(job)
    assert printing.follow(job).phase is JobPhase.done


def test_the_folders_printers_obey_their_state(tmp_path: Path, paper: Paper) -> None:
    """Stopped: waits until it is idle. Rejecting, without that paper, removed: refused like a real one."""
    printing = FolderPrinter(tmp_path / "out", [STOPPED])
    waiting = printing.send(paper(), "folder", title="一")
    dropped = printing.send(paper(), "folder", title="二")
    assert printing.follow(waiting) == JobState(JobPhase.waiting, ("paused",), "等墨粉")
    printing.cancel(dropped)
    printing.install(TRAINING)
    assert printing.follow(waiting).phase is JobPhase.done
    assert printing.follow(dropped).phase is JobPhase.cancelled
    assert len(list((tmp_path / "out").iterdir())) == 1

    for printer, media, code in (
        (replace(TRAINING, accepts=False), "A4", "printing_rejecting"),
        (TRAINING, "A0", "printing_no_media"),
    ):
        printing.install(printer)
        with pytest.raises(DomainError) as caught:
            printing.send(paper(), "folder", title="三", media=media)
        assert caught.value.code == code

    printing.install(STOPPED)
    lost = printing.send(paper(), "folder", title="四")
    printing.remove("folder")
    for action in (lambda: printing.follow(lost), lambda: printing.send(paper(), "folder", title="五")):
        with pytest.raises(DomainError) as caught:
            action()
        assert caught.value.code == "printing_printer_gone"
    assert printing.printers() == []


def test_the_folder_is_followed_like_a_printer(tmp_path: Path, paper: Paper) -> None:
    end, heard = follow(FolderPrinter(tmp_path / "out"), paper(), "folder")
    assert end == JobState(JobPhase.done)
    assert heard == [end]


def test_a_folder_that_cannot_be_written(tmp_path: Path, paper: Paper) -> None:
    """A file stands where the folder should be: refused with the system's reason."""
    (tmp_path / "out").write_text("in the way", encoding="utf-8")
    with pytest.raises(DomainError) as caught:
        FolderPrinter(tmp_path / "out").send(paper(), "folder", title="登记簿")
    assert caught.value.code == "printing_refused"


def test_reasons_are_said_once_and_in_the_users_language() -> None:
    """Severity is cut off, none is nothing, unknown reasons stay unsaid, two with one text are said once."""
    assert plain_reasons(["media-jam-error", "none", "toner-low-report", "media-jam"]) == (
        "media-jam",
        "toner-low",
    )
    state = JobState(JobPhase.waiting, ("paused", "printer-stopped", "x-secret"), "Paused")
    assert state.text(Words("zh_CN")) == "排队等待：打印机已停止，任务在队列里等着"
    assert JobState(JobPhase.aborted, (), "E-04 {x}").text(Words("en")) == "Printing failed: E-04 {x}"
    assert JobState(JobPhase.done).text(Words("en")) == "Printed"


def test_every_state_has_a_text_in_both_languages() -> None:
    """The texts of both languages have the same keys, and each state of a printer and a job is among them."""
    texts = {
        language: tomllib.loads((TEXTS / language / "printing.toml").read_text(encoding="utf-8"))
        for language in LANGUAGES
    }
    assert texts["zh_CN"].keys() == texts["en"].keys()
    needed = {f"job_{phase}" for phase in JobPhase} | {f"printer_{state}" for state in PrinterState}
    assert needed <= texts["en"].keys()
