"""While another program has the turn to write the window goes on: it says that it checks, and loses no key (GOALS)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.domain.people import Actor
from app.domain.site import SAMPLE_PIN
from app.operations import opening
from app.operations.site import create_site, sign_in
from app.operations.staff_editing import change_password
from app.ui.background import Background
from app.ui.language import Language
from app.ui.main_window import MainWindow
from app.ui.program import Program
from app.ui.start.guard_change import GuardChange
from app.ui.start.new_password import NewPassword
from app.ui.start.sign_in import Chosen, Entrance, SignIn
from app.ui.theme import Theme, start_look
from app.ui.visits.page import VisitsPage
from tests.faults.program import ROOT
from tests.ui.site.conftest import type_text

Key, PASSWORD = Qt.Key, "geheim-lang"
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
HOLD = """
import sys
from pathlib import Path
from app.db.turn import turn
with turn(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""
Holder = subprocess.Popen[str]
Starter = Callable[..., Program]


@contextmanager
def holding(folder: Path) -> Iterator[Holder]:
    """Another program that has the turn to write until `let_go`."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "held"
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def held(folder: Path) -> Iterator[Holder]:
    """Another program that has the turn to write in the window's folder."""
    with holding(folder) as process:
        yield process


def let_go(holder: Holder) -> None:
    assert holder.stdin is not None
    holder.stdin.close()
    assert holder.wait(10) == 0


def at_post(started: Starter, qtbot: QtBot) -> tuple[Program, MainWindow, VisitsPage]:
    program = started("guard", "post")
    qtbot.waitUntil(lambda: program.main_window is not None, timeout=10_000)
    qtbot.waitUntil(lambda: program.background.waiting == 0, timeout=10_000)
    window = program.main_window
    assert window is not None
    page = window.front
    assert isinstance(page, VisitsPage)
    return program, window, page


def in_dialog(
    kind: type[QWidget], act: Callable[[QWidget], object], ready: Callable[[QWidget], bool]
) -> QTimer:
    """Does something with a modal dialog of this kind as soon as it is ready for it."""
    timer = QTimer()
    timer.setInterval(5)

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, kind) and ready(dialog):
            timer.stop()
            act(dialog)

    timer.timeout.connect(look)
    timer.start()
    return timer


def name_and_pin(dialog: QWidget) -> None:
    assert isinstance(dialog, GuardChange)
    QTest.keyClicks(dialog.picker.line, "zzq")
    QTest.keyClick(dialog.picker.line, Key.Key_Return)
    QTest.keyClicks(dialog.focusWidget() or dialog, SAMPLE_PIN)
    QTest.keyClick(dialog.focusWidget() or dialog, Key.Key_Return)


def checks(dialog: QWidget) -> bool:
    """It says that it checks: the window's thread is free, since the turn is still another program's."""
    assert isinstance(dialog, GuardChange)
    return dialog.form.error("pin").text() == dialog.words("start.checking")


def test_the_change_of_guard_waits_beside_the_window(qtbot: QtBot, started: Starter, held: Holder) -> None:
    """VIS: said while it waits; Enter again begins nothing; what is typed goes into the line of the post."""
    program, _, page = at_post(started, qtbot)
    assert program.opened is not None
    begun: list[str] = []
    store = program.opened.store
    work = store.work

    def counted(actor: Actor, action: str, body: Callable[..., object]) -> object:
        begun.append(action)
        return work(actor, action, body)

    store.work = counted  # type: ignore[method-assign, assignment]  # to count what is written
    before = program.session.now.person

    def while_it_waits(dialog: QWidget) -> None:
        QTest.keyClick(dialog.focusWidget() or dialog, Key.Key_Return)
        QTest.keyClicks(dialog.focusWidget() or dialog, "zhsh")
        assert program.session.now.person == before
        let_go(held)

    first = in_dialog(GuardChange, name_and_pin, lambda dialog: not dialog.asking.busy)  # type: ignore[attr-defined]
    second = in_dialog(GuardChange, while_it_waits, checks)
    QTest.keyClick(page.registration.line, Key.Key_G, CONTROL | SHIFT)
    window_timers = (first, second)
    assert not any(timer.isActive() for timer in window_timers)
    assert program.session.now.person == "赵志强"
    assert begun == ["staff.sign_in"]
    assert page.registration.line.text() == "zhsh"
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page.registration.line)


def test_escape_leaves_while_it_waits(qtbot: QtBot, started: Starter, held: Holder) -> None:
    """Who leaves is not signed in afterwards, and is told nothing more."""
    program, window, page = at_post(started, qtbot)
    before = program.session.now.person
    keep = [
        in_dialog(GuardChange, name_and_pin, lambda dialog: not dialog.asking.busy),  # type: ignore[attr-defined]
        in_dialog(GuardChange, lambda dialog: QTest.keyClick(dialog, Key.Key_Escape), checks),
    ]
    QTest.keyClick(page.registration.line, Key.Key_G, CONTROL | SHIFT)
    assert not any(timer.isActive() for timer in keep)
    assert program.background.waiting > 0
    let_go(held)
    qtbot.waitUntil(lambda: program.background.waiting == 0, timeout=10_000)
    assert program.session.now.person == before
    assert not window.strip.isVisible()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page.registration.line)


def test_a_wrong_pin_is_not_tried_again_by_an_enter_of_before(
    qtbot: QtBot, started: Starter, held: Holder
) -> None:
    """MODE-2, lock: nobody loses a try with a PIN that he has not seen refused."""
    _, _, page = at_post(started, qtbot)
    tried: list[str] = []

    def wrong(dialog: QWidget) -> None:
        QTest.keyClicks(dialog.picker.line, "zzq")  # type: ignore[attr-defined]
        QTest.keyClick(dialog.picker.line, Key.Key_Return)  # type: ignore[attr-defined]
        QTest.keyClicks(dialog.focusWidget() or dialog, "9999")
        QTest.keyClick(dialog.focusWidget() or dialog, Key.Key_Return)

    def on(dialog: QWidget) -> None:
        QTest.keyClick(dialog.focusWidget() or dialog, Key.Key_Return)
        QTest.keyClicks(dialog.focusWidget() or dialog, "88")
        QTest.keyClick(dialog.focusWidget() or dialog, Key.Key_Return)
        let_go(held)

    def refused(dialog: QWidget) -> bool:
        assert isinstance(dialog, GuardChange)
        return "PIN" in dialog.form.error("pin").text() and not dialog.asking.busy and bool(tried_pin(dialog))

    def tried_pin(dialog: GuardChange) -> str:
        return dialog.pin.text() if dialog.pin.text() != "9999" else ""

    def leave(dialog: QWidget) -> None:
        assert isinstance(dialog, GuardChange)
        tried.append(dialog.pin.text())
        dialog.reject()

    keep = [
        in_dialog(GuardChange, wrong, lambda dialog: not dialog.asking.busy),  # type: ignore[attr-defined]
        in_dialog(GuardChange, on, checks),
        in_dialog(GuardChange, leave, refused),
    ]
    QTest.keyClick(page.registration.line, Key.Key_G, CONTROL | SHIFT)
    assert not any(timer.isActive() for timer in keep)
    assert tried == ["88"]


def test_signing_in_waits_beside_the_window(qtbot: QtBot, started: Starter, held: Holder) -> None:
    """Ctrl+Shift+U on a sample site reads only: it needs no turn, and keys before the names are there count."""
    program, _, page = at_post(started, qtbot)

    def take(dialog: QWidget) -> None:
        assert isinstance(dialog, SignIn)
        QTest.keyClicks(dialog.line, "lit")
        QTest.keyClick(dialog.line, Key.Key_Return)

    keep = in_dialog(SignIn, take, lambda dialog: dialog.isVisible())
    QTest.keyClick(page.registration.line, Key.Key_U, CONTROL | SHIFT)
    assert not keep.isActive()
    assert program.session.now.person == "李婷"
    let_go(held)


def test_a_password_waits_beside_the_window(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    """Signing in and changing a password write: both are said while they wait, and Enter again begins nothing."""
    create_site(tmp_path / "real", "empty", name="真站", admin="张敏", password=PASSWORD)
    opened = opening.open_site(tmp_path / "real")
    look, words, background = start_look(qapp, Theme.load("light")), Language("zh_CN"), Background()
    begun: list[str] = []

    def check(chosen: Chosen) -> Actor:
        begun.append("sign in")
        return sign_in(opened.store, chosen.name, chosen.password, "center")

    try:
        dialog = SignIn(look, words, background, "真站", False, Entrance, check)
        qtbot.addWidget(dialog)
        dialog.show()
        with holding(tmp_path / "real") as held:
            type_text(qtbot, dialog.line, "张敏")
            QTest.keyClicks(dialog.password, PASSWORD)
            for _ in range(3):
                QTest.keyClick(dialog.password, Key.Key_Return)
            said = dialog.form.error("password")
            qtbot.waitUntil(lambda: said.text() == words("start.checking"))
            let_go(held)
            qtbot.waitUntil(dialog.isHidden)
        assert begun == ["sign in"]
        actor = dialog._answer
        assert isinstance(actor, Actor)
        change = partial(change_password, opened.store, actor, PASSWORD)
        other = NewPassword(look, words, background, "张敏", change, PASSWORD)
        qtbot.addWidget(other)
        other.show()
        with holding(tmp_path / "real") as held:
            QTest.keyClicks(other.new, "mein-eigenes")
            QTest.keyClicks(other.again, "mein-eigenes")
            QTest.keyClick(other.again, Key.Key_Return)
            qtbot.waitUntil(lambda: other.form.error("again").text() == words("start.checking"))
            let_go(held)
            qtbot.waitUntil(other.isHidden)
        assert sign_in(opened.store, "张敏", "mein-eigenes", "center").name == "张敏"
    finally:
        background.close()
        opened.close()
