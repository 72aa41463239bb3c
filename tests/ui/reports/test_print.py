"""Printing from the window on a real scheduler: the end is said, and it can be sent again (RECIPES 3)."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtPdf import QPdfDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from app.ui.reports.printing import PrintDialog
from app.ui.widgets.buttons import QuietButton
from tests.printers import PrivateCups
from tests.ui.reports.conftest import WAIT, Shown, answer_dialog

KEY, CONTROL = Qt.Key, Qt.KeyboardModifier.ControlModifier
Show = Callable[..., Shown]
Act = Callable[[PrintDialog], object]


@pytest.fixture
def cups(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateCups]:
    """A scheduler of the test's own, which this PC's programs use."""
    with PrivateCups() as scheduler:
        monkeypatch.setenv("CUPS_SERVER", scheduler.server)
        yield scheduler


class Dialogs:
    """Answers the next print dialog as soon as it has its printers; keeps what stood there."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self._acts: list[Act] = []
        self.titles: list[str] = []
        self.states: list[str] = []
        self.hints: list[str] = []
        self.said: list[str] = []

    def next(self, act: Act) -> None:
        """What to do with the next one."""
        self._acts.append(act)
        QTimer.singleShot(20, self._look)

    def _look(self) -> None:
        dialog = self._app.activeModalWidget()
        ready = isinstance(dialog, PrintDialog) and dialog.primary is not None and dialog.primary.isEnabled()
        if not ready or not isinstance(dialog, PrintDialog):
            QTimer.singleShot(20, self._look)
            return
        self.titles.append(dialog.windowTitle())
        self.states += [queue.lines(dialog.words).right for queue in dialog.queues]
        self.said.append(dialog.wait.text())
        self._acts.pop(0)(dialog)


@pytest.fixture
def dialogs(qapp: QApplication) -> Dialogs:
    return Dialogs(qapp)


def on(name: str, *, a3: bool = False, copies: str = "") -> Act:
    """Choose a printer by the keys, and print."""

    def act(dialog: PrintDialog) -> None:
        names = [queue.name for queue in dialog.queues]
        assert dialog.list.hasFocus()
        for _ in names:
            QTest.keyClick(dialog.list, KEY.Key_Up)
        for _ in range(names.index(name)):
            QTest.keyClick(dialog.list, KEY.Key_Down)
        if a3:
            dialog.media.set_value("A3")
        if copies:
            dialog.copies.setFocus()
            dialog.copies.selectAll()
            QTest.keyClicks(dialog.copies, copies)
        QTest.keyClick(dialog.focusWidget(), KEY.Key_Return)

    return act


def leave(dialog: PrintDialog) -> None:
    QTest.keyClick(dialog, KEY.Key_Escape)


def press_print(qtbot: QtBot, shown: Shown) -> None:
    """Ctrl+P; without a window manager nobody gives the keys back to the window after a dialog."""
    shown.window.activateWindow()
    qtbot.waitUntil(shown.window.isActiveWindow)
    QTest.keyClick(shown.page.list, KEY.Key_P, CONTROL)


def say(qtbot: QtBot, shown: Shown, tone: str) -> str:
    """Wait until the strip says something in this tone; what it says."""
    strip = shown.page.strip
    qtbot.waitUntil(lambda: strip.isVisible() and strip.tone() == tone, timeout=WAIT)
    return strip.text()


def way_out(shown: Shown) -> None:
    """Click 再打一次 on the strip."""
    buttons = shown.page.strip.findChildren(QuietButton)
    again = next(button for button in buttons if button.text() == "再打一次")
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)


def test_the_pages_in_sight_arrive_at_the_printer(
    qtbot: QtBot, show: Show, cups: PrivateCups, dialogs: Dialogs
) -> None:
    cups.add_queue("front", description="前台打印机")
    cups.add_queue("back")
    cups.make_default("back")
    shown = show("guard", "post")
    shown.made(qtbot)
    page = shown.page
    dialogs.next(on("front", copies="2"))
    press_print(qtbot, shown)
    post = shown.services.session.now.station_name
    assert f"来访登记日报 {post}" in dialogs.titles[0]
    assert dialogs.states == ["空闲", "空闲"]
    assert "前台打印机" in say(qtbot, shown, "info")
    assert "已打完" in say(qtbot, shown, "done")
    assert cups.argument(1, "copies") == "2"
    assert f"来访登记日报 {post}" in cups.argument(1, "title")
    document = QPdfDocument()
    assert document.load(str(cups.captured(1))) == QPdfDocument.Error.None_
    assert document.pagePointSize(0).toSize().width() == 595
    document.close()
    text = subprocess.run(
        ["pdftotext", str(cups.captured(1)), "-"], capture_output=True, text=True, check=True
    )
    assert post in text.stdout
    qtbot.waitUntil(lambda: not shown.services.jobs.jobs, timeout=WAIT)
    assert len(list(page.folder.path.glob("*.pdf"))) == 1, "the copy for the printer is gone"
    dialogs.next(leave)
    press_print(qtbot, shown)
    assert dialogs.titles[1] == dialogs.titles[0]


def test_the_printer_and_paper_of_last_time_are_marked(
    qtbot: QtBot, show: Show, cups: PrivateCups, dialogs: Dialogs
) -> None:
    cups.add_queue("a")
    cups.add_queue("b", media=("A4",))
    cups.make_default("a")
    shown = show()
    shown.made(qtbot)
    dialogs.next(on("a", a3=True))
    press_print(qtbot, shown)
    say(qtbot, shown, "done")
    assert "media=A3" in cups.argument(1, "options")
    seen: list[tuple[str, object]] = []

    def look(dialog: PrintDialog) -> None:
        for key in (None, KEY.Key_Down):
            if key is not None:
                QTest.keyClick(dialog.list, key)
            marked = dialog.marked()
            assert marked is not None
            seen.append((marked.name, dialog.media.value()))
        leave(dialog)

    again = show()
    again.made(qtbot)
    dialogs.next(look)
    press_print(qtbot, again)
    assert seen == [("a", "A3"), ("b", "A4")], "a printer without A3 is not offered A3"


def test_a_printer_that_refuses_is_said_and_it_can_be_sent_again(
    qtbot: QtBot, show: Show, cups: PrivateCups, dialogs: Dialogs
) -> None:
    cups.add_queue("closed", description="后勤打印机")
    cups.add_queue("front")
    cups.make_default("closed")
    cups.reject_jobs("closed")
    shown = show()
    shown.made(qtbot)
    page = shown.page
    seen: list[str] = []

    def insist(dialog: PrintDialog) -> None:
        seen.append(dialog.hint.text())
        on("closed")(dialog)

    dialogs.next(insist)
    press_print(qtbot, shown)
    assert dialogs.states == ["不收任务", "空闲"]
    assert "后勤打印机" in seen[0]
    said = say(qtbot, shown, "error")
    assert "后勤打印机" in said
    assert "不收任务" in said
    page.open({"name": "visit_log"})  # looking at something else loses nothing
    shown.made(qtbot)
    dialogs.next(on("front"))
    way_out(shown)
    assert dialogs.titles[0] == dialogs.titles[1]
    say(qtbot, shown, "done")
    text = subprocess.run(
        ["pdftotext", str(cups.captured(1)), "-"], capture_output=True, text=True, check=True
    )
    assert "全部未办结" in text.stdout


def test_a_stopped_printer_is_said_while_the_job_waits_and_again_takes_it_back(
    qtbot: QtBot, show: Show, cups: PrivateCups, dialogs: Dialogs
) -> None:
    cups.add_queue("stopped", description="东门岗打印机")
    cups.add_queue("front")
    cups.stop_queue("stopped")
    shown = show()
    shown.made(qtbot)
    seen: list[str] = []

    def insist(dialog: PrintDialog) -> None:
        QTest.keyClick(dialog.list, KEY.Key_Down)
        seen.append(dialog.hint.text())
        on("stopped")(dialog)

    dialogs.next(insist)
    press_print(qtbot, shown)
    assert "已停止" in "".join(dialogs.states)
    assert "排队" in seen[0]
    said = say(qtbot, shown, "warn")
    assert "东门岗打印机" in said
    assert "打印机已停止" in said
    assert shown.services.jobs.jobs[0].text in said
    dialogs.next(on("front"))
    way_out(shown)
    say(qtbot, shown, "done")
    assert cups.captured(2).exists()
    assert not cups.captured(1).exists()
    cups.start_queue("stopped")
    qtbot.waitUntil(lambda: not shown.services.jobs.jobs, timeout=WAIT)
    assert not cups.is_taken(1), "the one that waited was taken back, or it would come out twice"


def test_a_stopped_printer_that_comes_back_prints(
    qtbot: QtBot, show: Show, cups: PrivateCups, dialogs: Dialogs
) -> None:
    cups.add_queue("stopped")
    cups.stop_queue("stopped")
    shown = show()
    shown.made(qtbot)
    dialogs.next(on("stopped"))
    press_print(qtbot, shown)
    say(qtbot, shown, "warn")
    cups.start_queue("stopped")
    say(qtbot, shown, "done")
    assert cups.captured(1).exists()


def test_the_stop_button_takes_the_job_back(
    qtbot: QtBot, show: Show, cups: PrivateCups, dialogs: Dialogs
) -> None:
    cups.add_queue("stopped")
    cups.stop_queue("stopped")
    shown = show()
    shown.made(qtbot)
    dialogs.next(on("stopped"))
    press_print(qtbot, shown)
    jobs = shown.services.jobs
    qtbot.waitUntil(lambda: bool(jobs.jobs) and bool(jobs.jobs[0].text), timeout=WAIT)
    jobs.jobs[0].stop()
    qtbot.waitUntil(lambda: "已撤下" in shown.page.strip.text(), timeout=WAIT)
    assert jobs.jobs == []
    assert cups.jobs("stopped") != [], "it is in the history"
    cups.start_queue("stopped")
    cups.add_queue("front")
    dialogs.next(on("front"))
    way_out(shown)
    say(qtbot, shown, "done")
    assert not cups.captured(1).exists()


def test_a_printer_that_vanishes_is_said(
    qtbot: QtBot, show: Show, cups: PrivateCups, dialogs: Dialogs
) -> None:
    cups.add_queue("gone")
    cups.add_queue("front")
    cups.stop_queue("gone")
    shown = show()
    shown.made(qtbot)
    dialogs.next(on("gone"))
    press_print(qtbot, shown)
    say(qtbot, shown, "warn")
    cups.remove_queue("gone")
    said = say(qtbot, shown, "error")
    assert "gone" in said
    assert "找不到" in said
    dialogs.next(on("front"))
    way_out(shown)
    say(qtbot, shown, "done")


def test_a_printer_that_fails_is_said(qtbot: QtBot, show: Show, cups: PrivateCups, dialogs: Dialogs) -> None:
    cups.add_queue("broken", "1")
    shown = show()
    shown.made(qtbot)
    dialogs.next(on("broken"))
    press_print(qtbot, shown)
    assert "没有打出来" in say(qtbot, shown, "error")


def test_without_a_printer_a_pdf_is_offered(
    qtbot: QtBot, qapp: QApplication, show: Show, cups: PrivateCups, dialogs: Dialogs, tmp_path: Path
) -> None:
    shown = show()
    shown.made(qtbot)

    def take(dialog: PrintDialog) -> None:
        assert dialog.primary is not None
        assert dialog.primary.text() == "另存为 PDF"
        answer_dialog(qapp, save)
        QTest.keyClick(dialog, KEY.Key_Return)

    def save(dialog: QFileDialog) -> None:
        line = dialog.findChild(QLineEdit, "fileNameEdit")
        assert isinstance(line, QLineEdit)
        line.setText(str(tmp_path / f"{len(dialogs.said)}"))
        QTest.keyClick(line, KEY.Key_Return)

    dialogs.next(take)
    press_print(qtbot, shown)
    assert "还没有装打印机" in dialogs.said[0]
    assert "1.pdf" in say(qtbot, shown, "done")
    assert (tmp_path / "1.pdf").exists()
    cups.stop()
    dialogs.next(take)
    press_print(qtbot, shown)
    assert "打印服务没有回应" in dialogs.said[1]
    qtbot.waitUntil((tmp_path / "2.pdf").exists, timeout=WAIT)


def test_a_document_that_another_page_prints(
    qtbot: QtBot, show: Show, cups: PrivateCups, dialogs: Dialogs
) -> None:
    """REQ-10: the job slip goes from its request to the print dialog by itself."""
    cups.add_queue("front")
    shown = show()
    dialogs.next(on("front"))
    shown.window.show_page("reports", {"name": "job_slip", "print": True})
    say(qtbot, shown, "done")
    assert "派工单" in dialogs.titles[0]
    assert cups.captured(1).exists()
