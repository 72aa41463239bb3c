"""What the window does by itself: the copies of the list, the night's closing; and the one key that prints (VIS-13)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app import settings
from app.db.store import Store
from app.domain.people import Actor
from app.domain.visits import Fields
from app.errors import DomainError
from app.operations import visits as operations
from app.ui.evacuation.folder import FolderDialog
from app.ui.evacuation.rounds import STILL_SECONDS, Rounds
from app.ui.jobs_view import JobRunner
from app.ui.program import Program
from app.ui.visits.page import VisitsPage
from tests.ui.conftest import Starter

WAIT = 20_000
Key, Modifier = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def program(started: Starter, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """A guard's window on a sample site; this PC has no printer."""
    monkeypatch.setenv("CUPS_SERVER", str(tmp_path / "no.sock"))
    made = started()
    qtbot.waitUntil(lambda: made.main_window is not None, timeout=10_000)
    qtbot.waitUntil(lambda: made.background.waiting == 0, timeout=10_000)
    return made


class Turned:
    """Seconds that a test lets go by."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def rounds(program: Program) -> Iterator[tuple[Rounds, Turned]]:
    """Rounds of the test's own, their clock in its hand."""
    program.rounds.close()
    clock = Turned()
    window = program.main_window
    assert window is not None
    own = Rounds(window.services, JobRunner(options=program._job_options()), program, clock)
    yield own, clock
    own.close()


def store_of(program: Program) -> Store:
    assert program.opened is not None
    return program.opened.store


def register(program: Program, name: str) -> None:
    store, actor = store_of(program), cast("Actor", program.session.actor)
    stamp = operations.stamp(store)
    operations.document_returned(store, actor, operations.new_visit(), stamp, stamp, Fields(visitor=name))


def lists(program: Program) -> list[Path]:
    folder = program.folder / settings.EVACUATION
    return sorted(folder.glob("*.txt")) if folder.exists() else []


def gone(qtbot: QtBot, rounds: Rounds, program: Program) -> None:
    """One round, to its end."""
    rounds.go()
    qtbot.waitUntil(lambda: program.background.waiting == 0, timeout=WAIT)
    qtbot.waitUntil(lambda: not rounds.writing, timeout=WAIT)


def test_it_is_written_at_the_start_and_when_something_changed(
    program: Program, rounds: tuple[Rounds, Turned], qtbot: QtBot
) -> None:
    """VIS-13: every five minutes if anything changed, else every half hour; by a child that no status bar shows."""
    own, clock = rounds
    written: list[str] = []
    own.saved.connect(written.append)
    gone(qtbot, own, program)
    assert len(written) == 1
    assert program.jobs.jobs == []
    register(program, "张顺")
    clock.seconds = 299
    gone(qtbot, own, program)
    assert len(written) == 1
    clock.seconds = 300
    gone(qtbot, own, program)
    assert len(written) == 2
    assert "张顺" in lists(program)[-1].read_text(encoding="utf-8-sig")
    clock.seconds = 300 + STILL_SECONDS - 1
    gone(qtbot, own, program)
    assert len(written) == 2, "nothing has changed"
    clock.seconds = 300 + STILL_SECONDS
    gone(qtbot, own, program)
    assert len(written) == 3, "what it says it is true of is never older than half an hour"


def test_a_folder_that_is_gone_is_said_once_and_tried_again(
    program: Program, rounds: tuple[Rounds, Turned], qtbot: QtBot, tmp_path: Path
) -> None:
    """VIS-13: in the status bar, until it goes well."""
    own, clock = rounds
    stick = tmp_path / "stick"
    settings.save(program.folder, settings.Settings(evacuation=str(stick)))
    said: list[str] = []
    own.failed.connect(lambda error: said.append(error.code))
    own.mended.connect(lambda: said.append("mended"))
    own.failed.connect(program._copies_fail)
    own.mended.connect(program._copies_mended)
    window = program.main_window
    assert window is not None
    for at in range(3):
        clock.seconds = at * 60.0
        gone(qtbot, own, program)
    assert said == ["evacuation_folder_gone"]
    assert str(stick) in window.status.warning_text()
    stick.mkdir()
    clock.seconds = 400
    gone(qtbot, own, program)
    assert said == ["evacuation_folder_gone", "mended"]
    assert window.status.warning_text() == ""
    assert len(list(stick.glob("*.pdf"))) == 1


def test_closing_the_window_in_the_middle_leaves_nothing_running(
    program: Program, rounds: tuple[Rounds, Turned], qtbot: QtBot
) -> None:
    """A copy that is being written asks nobody; the leak check of every test sees the child."""
    own, _ = rounds
    own.go()
    qtbot.waitUntil(lambda: own.writing, timeout=WAIT)
    own.close()
    assert not own.writing


def test_one_key_without_a_printer_opens_the_file_and_says_where(program: Program, qtbot: QtBot) -> None:
    """VIS-13: Ctrl+Shift+E at the post; the line keeps the focus."""
    window = program.main_window
    assert window is not None
    page = window.front
    assert isinstance(page, VisitsPage)
    register(program, "张顺")
    opened: list[Path] = []
    page.evacuation._opener = opened.append
    QTest.keyClicks(page.registration.line, "li")
    QTest.keyClick(page.registration.line, Key.Key_E, Modifier.ControlModifier | Modifier.ShiftModifier)
    qtbot.waitUntil(lambda: bool(opened), timeout=WAIT)
    assert opened[0].parent == program.folder / settings.EVACUATION
    assert str(opened[0]) in page.head.strip.text()
    assert page.registration.line.text() == "li"
    assert QApplication.focusWidget() is page.registration.line


def test_when_the_data_do_not_answer_the_last_list_is_opened(program: Program) -> None:
    """VIS-13: it was saved for this."""
    window = program.main_window
    assert window is not None
    page = window.front
    assert isinstance(page, VisitsPage)
    folder = program.folder / settings.EVACUATION
    folder.mkdir()
    for name in ("evacuation_2026-11-23_090000.pdf", "evacuation_2026-11-23_090500.pdf"):
        (folder / name).write_bytes(b"%PDF-")
    opened: list[Path] = []
    page.evacuation._opener = opened.append
    page.evacuation._not_printed(folder, DomainError("server_gone"))
    assert [path.name for path in opened] == ["evacuation_2026-11-23_090500.pdf"]
    assert "090500" in page.head.strip.text()
    page.evacuation._not_printed(folder / "nowhere", DomainError("server_gone"))
    assert len(opened) == 1


def test_another_folder_is_kept_with_this_pcs_choices(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    """One that is not there is refused at its field; the next copy lies in the new one."""
    window = program.main_window
    assert window is not None
    chosen = tmp_path / "share"
    chosen.mkdir()
    dialog = FolderDialog(window.services, "", window)
    qtbot.addWidget(dialog)
    for wrong in (str(tmp_path / "nowhere"), "here", __file__):
        dialog.folder.setText(wrong)
        dialog.take()
        assert dialog.form.error("folder").text()
        assert dialog.result() == 0
    dialog.folder.setText(str(chosen))
    dialog.take()
    assert dialog.value() == str(chosen)

    def answer() -> None:
        front = QApplication.activeModalWidget()
        assert isinstance(front, FolderDialog)
        front.folder.setText(str(chosen))
        front.take()

    from PySide6.QtCore import QTimer

    QTimer.singleShot(50, window, answer)
    program._evacuation_folder()
    assert settings.load(program.folder).settings.evacuation == str(chosen)
    qtbot.waitUntil(lambda: len(list(chosen.glob("*.pdf"))) == 1, timeout=WAIT)
    qtbot.waitUntil(lambda: not program.rounds.writing, timeout=WAIT)


def test_every_page_has_the_key(program: Program) -> None:
    """VIS-13: at the desk too, for who may see visits."""
    window = program.main_window
    assert window is not None
    window.show_page("requests")
    front = window.front
    assert isinstance(front, QWidget)
    offered = {command.keys for command in window.commands()}
    assert {"Ctrl+Shift+E", "Ctrl+Shift+R", "Ctrl+Shift+L", "Ctrl+Shift+B", "Ctrl+Shift+Y"} <= offered
