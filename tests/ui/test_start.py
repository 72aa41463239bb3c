"""The start: the line takes keys before the site is open, and none of them is lost (GOALS, VIS-2)."""

from __future__ import annotations

import gc
import threading
import weakref

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.queries import visits as queries
from app.queries.visits import VisitRow
from app.ui.collector import Collector
from app.ui.program import Program
from app.ui.visits.page import VisitsPage
from tests.ui.conftest import Starter

Key = Qt.Key


def opened(program: Program, qtbot: QtBot) -> VisitsPage:
    qtbot.waitUntil(lambda: program.main_window is not None, timeout=10_000)
    assert program.main_window is not None
    page = program.main_window.front
    assert isinstance(page, VisitsPage)
    qtbot.waitUntil(lambda: program.background._waiting == 0, timeout=10_000)
    return page


def stored(program: Program) -> list[VisitRow]:
    assert program.opened is not None
    return queries.day_visits(program.opened.store, program.session.now.actor)  # type: ignore[arg-type]  # a guard


def test_the_line_stands_before_the_site_is_open(started: Starter, qtbot: QtBot) -> None:
    """GOALS: start: nothing of the database is opened before the window can be seen and takes keys."""
    program = started()
    assert program.opened is None
    assert program.frame is not None
    assert program.frame.isVisible()
    assert program.frame.line is not None
    qtbot.waitExposed(program.frame)
    opened(program, qtbot)


def test_what_was_typed_before_is_in_the_line_with_its_clock(started: Starter, qtbot: QtBot) -> None:
    """VIS-2: the clock runs from the first key, also from one that came before the page."""
    program = started()
    assert program.frame is not None
    line = program.frame.line
    assert line is not None
    QTest.keyClicks(line, "zhx")
    QTest.keyClick(line, Key.Key_Backspace)
    QTest.keyClicks(line, "sh")
    assert line.text() == "zhsh"
    first = line.first["monotonic"]
    page = opened(program, qtbot)
    assert page.registration.line.text() == "zhsh"
    entry = page.registration.entry
    assert entry is not None
    assert entry.started is not None
    assert entry.started.monotonic == first
    assert page.registration.clock.running()
    assert program.frame.line is None


def test_a_whole_registration_typed_before_the_site_is_open(started: Starter, qtbot: QtBot) -> None:
    """F2, a Chinese name, F9, another name: each key has its effect, in order."""
    program = started()
    assert program.frame is not None
    line = program.frame.line
    assert line is not None
    QTest.keyClick(line, Key.Key_F2)
    commit = QInputMethodEvent()
    commit.setCommitString("慕容雪")
    QApplication.sendEvent(line, commit)
    QTest.keyClick(line, Key.Key_F9)
    QTest.keyClicks(line, "li")
    page = opened(program, qtbot)
    qtbot.waitUntil(lambda: bool(stored(program)), timeout=10_000)
    [row] = stored(program)
    assert (row.visitor, row.open) == ("慕容雪", False)
    assert page.registration.line.text() == "li"


def test_a_composition_is_kept(started: Starter, qtbot: QtBot) -> None:
    """What an input method still composes when the page comes stands in the line."""
    program = started()
    assert program.frame is not None
    assert program.frame.line is not None
    QApplication.sendEvent(program.frame.line, QInputMethodEvent("zhsh", []))
    assert opened(program, qtbot).registration.line.whole() == "zhsh"


def test_keys_go_to_the_page_once_it_is_there(started: Starter, qtbot: QtBot) -> None:
    """The focus is in the page's line, F9 works, and closing the window closes all."""
    program = started()
    page = opened(program, qtbot)
    assert program.frame is not None
    assert page.isVisible()
    assert page.window() is program.frame
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page.registration.line)
    QTest.keyClicks(page.registration.line, "jia")
    QTest.keyClick(page.registration.line, Key.Key_F9)
    qtbot.waitUntil(lambda: bool(stored(program)), timeout=10_000)
    assert program.frame.close()
    assert program.main_window is not None
    assert not program.main_window.isVisible()


def test_a_clerk_gets_the_requests_page(started: Starter, qtbot: QtBot) -> None:
    """Without a post there is no line to wait with."""
    program = started("clerk", "center")
    assert program.frame is not None
    assert program.frame.line is None
    qtbot.waitUntil(lambda: program.main_window is not None, timeout=10_000)
    assert program.main_window is not None
    assert program.main_window.front is program.main_window.page("requests")


def test_closing_before_the_site_is_open_leaves_nothing_open(started: Starter, qtbot: QtBot) -> None:
    """The worker's opening is waited for and undone."""
    program = started()
    assert program.frame is not None
    qtbot.waitUntil(lambda: program.background is not None)
    program.frame.close()
    program.close()
    assert program.opened is None
    assert program.main_window is None


def test_only_the_window_thread_collects(qapp: QApplication) -> None:
    """A widget in a cycle is destroyed by the window's thread, however much the worker allocates meanwhile."""
    collector = Collector()
    ended: list[threading.Thread] = []

    class Dialog(QObject):
        def __init__(self) -> None:
            super().__init__()
            self.itself = self
            weakref.finalize(self, lambda: ended.append(threading.current_thread()))

    def allocate() -> None:
        for _ in range(100_000):
            thing: list[object] = []
            thing.append(thing)

    try:
        Dialog()
        worker = threading.Thread(target=allocate)
        worker.start()
        worker.join()
        assert ended == []
        gc.collect()
        assert ended == [threading.main_thread()]
        allocate()
        most = gc.get_threshold()[0]
        assert gc.get_count()[0] > most
        collector.look()
        assert gc.get_count()[0] < most
    finally:
        collector.close()
    assert gc.isenabled()


def test_closing_while_the_window_is_put_together(started: Starter, qtbot: QtBot) -> None:
    """GOALS: nothing blocks; so between two steps somebody may leave, and all is closed."""
    program = started()
    seen: list[bool] = []
    step = program._step

    def leave() -> None:
        if program._half_made is not None and not seen:
            seen.append(True)
            assert program.frame is not None
            program.frame.close()
            program.close()
        step()

    program._step = leave  # type: ignore[method-assign]  # to stand between two steps
    qtbot.waitUntil(lambda: bool(seen), timeout=10_000)
    QApplication.processEvents()
    assert program.opened is None
    assert program.main_window is None
