"""Whoever is at the window: his rights as they stand, and his own half-filled forms (GOALS: nothing typed is lost)."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.db.folder import open_store
from app.domain.people import Actor
from app.operations import staff_editing
from app.operations.site import change_guard, sign_in_as
from app.queries.people import employees
from app.ui.help.page import HelpPage
from app.ui.main_window import MainWindow
from app.ui.program import Program
from app.ui.reports.page import ReportsPage
from app.ui.requests.page import RequestsPage
from app.ui.start.sign_in import SignIn
from app.ui.visits.page import VisitsPage
from tests.ui.conftest import Starter

Key, CONTROL = Qt.Key, Qt.KeyboardModifier.ControlModifier


def at_window(started: Starter, qtbot: QtBot, whom: str, station: str) -> Program:
    """The program, its main window open and all questions answered."""
    program = started(whom, station)
    qtbot.waitUntil(lambda: program.main_window is not None, timeout=10_000)
    quiet(program, qtbot)
    return program


def quiet(program: Program, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: program.background.waiting == 0, timeout=10_000)


def window_of(program: Program) -> MainWindow:
    assert program.main_window is not None
    return program.main_window


def in_front(window: MainWindow) -> QWidget | None:
    return window.front


def somebody(program: Program, whom: str, station: str = "center") -> Actor:
    assert program.opened is not None
    return sign_in_as(program.opened.store, whom, station)


def requests_page(program: Program) -> RequestsPage:
    page = window_of(program).page("requests")
    assert isinstance(page, RequestsPage)
    return page


def test_a_right_taken_away_by_another_program_is_gone_within_a_second(
    started: Starter, qtbot: QtBot, folder: Path
) -> None:
    """Rights are those of the database, not those of the moment of signing in: the tab goes, and comes back."""
    program = at_window(started, qtbot, "clerk", "center")
    window = window_of(program)
    assert [spec.code for spec in window.specs] == ["requests", "visits", "reports", "site", "help"]
    other = open_store(folder)
    try:
        chief = sign_in_as(other.store, "administrator", "center")
        clerk = cast("Actor", program.session.actor)
        key = clerk.person
        staff_editing.save_employee(
            other.store, chief, staff_editing.StaffValues(clerk.name, roles=frozenset({"technician"})), key
        )
        qtbot.waitUntil(lambda: not program.session.may("requests.dispatch"), timeout=4000)
        assert not cast("Actor", program.session.actor).may("requests.dispatch")
        assert [spec.code for spec in window.specs] == ["requests", "site", "help"]
        assert window.head.tab(1).toolTip() == "Ctrl+2"
        staff_editing.save_employee(
            other.store, chief, staff_editing.StaffValues(clerk.name, roles=frozenset({"clerk"})), key
        )
        qtbot.waitUntil(lambda: program.session.may("requests.dispatch"), timeout=4000)
        assert [spec.code for spec in window.specs] == ["requests", "visits", "reports", "site", "help"]
    finally:
        other.close()


def test_a_page_that_is_no_longer_allowed_gives_way(started: Starter, qtbot: QtBot) -> None:
    """The page in front goes when its right goes, by this program's own change too."""
    program = at_window(started, qtbot, "clerk", "post")
    window = window_of(program)
    assert isinstance(window.front, VisitsPage)
    clerk = cast("Actor", program.session.actor)
    assert program.opened is not None
    values = staff_editing.StaffValues(clerk.name, roles=frozenset({"technician"}))
    staff_editing.save_employee(
        program.opened.store, somebody(program, "administrator"), values, clerk.person
    )
    qtbot.waitUntil(lambda: isinstance(window.front, RequestsPage), timeout=4000)
    assert window.page("visits") is None
    QTest.keyClick(window, Key.Key_2, CONTROL)
    assert window.front is window.page("site")


def test_a_pin_gives_no_more_when_roles_change(started: Starter, qtbot: QtBot) -> None:
    """VIS, rights: somebody who took the post over by PIN does not gain what a password protects."""
    program = at_window(started, qtbot, "guard", "post")
    assert program.opened is not None
    store = program.opened.store
    chief = somebody(program, "administrator")
    clerk = next(one for one in employees(store, chief) if "supervisor" in one.roles and one.has_pin)
    program.enter(change_guard(store, clerk.id, "1234", "post"), by_pin=True)
    assert not program.session.may("personal.unmask")
    values = staff_editing.StaffValues(clerk.name, roles=frozenset({"manager"}))
    staff_editing.save_employee(store, chief, values, clerk.id)
    qtbot.waitUntil(lambda: "manager" in cast("Actor", program.session.actor).roles, timeout=4000)
    assert not program.session.may("personal.unmask")


@pytest.mark.parametrize("stays", [True, False])
def test_who_was_retired_signs_in_again(started: Starter, qtbot: QtBot, stays: bool) -> None:
    """The window goes behind the sign-in, which says why; what was typed is kept for the one who typed it."""
    program = at_window(started, qtbot, "clerk", "center")
    assert program.opened is not None
    assert program.frame is not None
    store, clerk = program.opened.store, cast("Actor", program.session.actor)
    chief = somebody(program, "administrator")
    page = requests_page(program)
    QTest.keyClick(page, Key.Key_N, CONTROL)
    QTest.keyClicks(page.intake.focusWidget() or page.intake, "zhsh")
    seen: list[str] = []

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, SignIn)
        assert program.frame is not None
        seen.append(dialog.strip.text())
        seen.append(str(program.frame.isVisible()))
        if stays:
            QTest.keyClicks(dialog.line, "wjg")
            QTest.keyClick(dialog.line, Key.Key_Return)
        else:
            QTest.keyClick(dialog.line, Key.Key_Escape)

    wait = QTimer()
    wait.setInterval(50)

    def look() -> None:
        if isinstance(QApplication.activeModalWidget(), SignIn):
            wait.stop()
            answer()

    wait.timeout.connect(look)
    wait.start()
    staff_editing.set_employee_active(store, chief, clerk.person, False)
    qtbot.waitUntil(lambda: len(seen) == 2, timeout=6000)
    assert clerk.name in seen[0]
    assert seen[1] == "False"
    kept = program.drafts.all("window")
    assert [name for name in kept if str(clerk.person) in name] == [f"requests {clerk.person}"]
    if stays:
        qtbot.waitUntil(lambda: program.session.now.person != clerk.name, timeout=4000)
        assert program.frame.isVisible()
        assert not requests_page(program).intake.typed()
    else:
        qtbot.waitUntil(program.frame.isHidden, timeout=4000)


def test_a_half_filled_form_is_its_writers_own(started: Starter, qtbot: QtBot) -> None:
    """Two people at one window: the second gets an empty form, the first his own again."""
    program = at_window(started, qtbot, "clerk", "center")
    page = requests_page(program)
    QTest.keyClick(page, Key.Key_N, CONTROL)
    line = page.intake.focusWidget()
    assert line is not None
    QTest.keyClicks(line, "gke")
    assert page.intake.typed()
    program.enter(somebody(program, "manager"))
    other = requests_page(program)
    quiet(program, qtbot)
    assert other is not page
    assert not other.intake.typed()
    assert window_of(program).front is other
    QTest.keyClick(other, Key.Key_N, CONTROL)
    QTest.keyClicks(other.intake.focusWidget() or other.intake, "xy")
    program.enter(somebody(program, "clerk"))
    quiet(program, qtbot)
    again = requests_page(program)
    qtbot.waitUntil(again.intake.typed, timeout=4000)
    assert "gke" in str(again.draft())
    assert "xy" not in str(again.draft())


def test_escape_comes_back_from_the_guide_and_from_a_slip(started: Starter, qtbot: QtBot) -> None:
    """F1, Return, Esc: where one was. So from a document that the requests page asked for."""
    program = at_window(started, qtbot, "guard", "post")
    window = window_of(program)
    page = window.page("visits")
    assert isinstance(page, VisitsPage)
    qtbot.waitUntil(page.registration.line.hasFocus)
    QTest.keyClick(page.registration.line, Key.Key_F1)
    QTest.keyClick(window.keys_overlay, Key.Key_Return)
    guide = window.page("help")
    assert isinstance(guide, HelpPage)
    assert guide.contents.hasFocus()
    QTest.keyClick(guide.contents, Key.Key_Right)
    QTest.keyClick(guide.text, Key.Key_Escape)
    assert in_front(window) is guide
    QTest.keyClick(guide.contents, Key.Key_Escape)
    assert in_front(window) is page
    assert page.registration.line.hasFocus()
    page.wanted.emit("reports", {"name": "visit_log"})
    reports = window.page("reports")
    assert isinstance(reports, ReportsPage)
    assert in_front(window) is reports
    qtbot.waitUntil(lambda: reports.fresh and not reports.working, timeout=20_000)
    quiet(program, qtbot)
    QTest.keyClick(reports.list, Key.Key_Escape)
    assert in_front(window) is page


def test_what_stands_in_the_posts_line_stays_at_the_change_of_guard(started: Starter, qtbot: QtBot) -> None:
    """VIS-3: the document in hand is the post's; who takes over finds it with its clock running."""
    program = at_window(started, qtbot, "guard", "post")
    page = window_of(program).front
    assert isinstance(page, VisitsPage)
    QTest.keyClicks(page.registration.line, "zhsh")
    first = cast("dict[str, object]", page.draft())
    program.enter(somebody(program, "赵志强", "post"))
    assert window_of(program).front is page
    assert page.registration.line.text() == "zhsh"
    assert page.draft() == first
    window_of(program).keep_drafts()
    quiet(program, qtbot)
    post = cast("Actor", program.session.actor).post_id
    assert program.drafts.take("window", f"visits {post}") == first


def test_a_customer_called_so_is_first(started: Starter, qtbot: QtBot) -> None:
    """Ctrl+K: whoever types a name whole, in characters or pinyin, has it first; nothing of what he may not see."""
    program = at_window(started, qtbot, "administrator", "center")
    window = window_of(program)
    for text in ("guke", "骨科"):
        window.box.begin(text)
        qtbot.waitUntil(
            lambda: bool(window.box.found()) and window.box.found()[0].title == "骨科", timeout=5000
        )
        quiet(program, qtbot)
        assert window.box.found()[0].kind == "customer"
        window.box.close_overlay()
    assert not window.strip.isVisible(), "visitors are not looked for without the right"
