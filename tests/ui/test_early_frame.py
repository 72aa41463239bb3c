"""What can be seen before anybody signs in, and what is built when (GOALS: start; nothing over 50 ms)."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.program import Program
from app.ui.requests.page import RequestsPage
from app.ui.start.sign_in import SignIn
from tests.ui.conftest import Starter, ended


def asked(folder: Path, answer: Callable[[Program, SignIn], object]) -> tuple[Program, bool]:
    """Starts without `--as` and does something with the dialog as soon as it asks who is there."""
    program = Program(argparse.Namespace(data=folder, lang=None, database="", station="center", as_whom=None))

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, SignIn) and dialog._tiles:
            answer(program, dialog)
        else:
            QTimer.singleShot(20, look)

    QTimer.singleShot(20, look)
    return program, program.start()


def test_the_window_stands_before_it_is_asked_who_is_there(
    qapp: QApplication, qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GOALS, start: something is seen at once, also by who signs in; the same window is used afterwards."""
    seen: list[bool] = []
    opening = Program._open

    def opened(program: Program) -> object:
        seen.append(program.frame is not None and program.frame.isVisible() and program.frame._seen)
        return opening(program)

    monkeypatch.setattr(Program, "_open", opened)
    frames: list[object] = []

    def take(program: Program, dialog: SignIn) -> None:
        frames.append(program.frame)
        dialog._shown_tiles()[0].click()

    program, going = asked(folder, take)
    try:
        assert going
        assert seen == [True]
        qtbot.waitUntil(lambda: program.main_window is not None, timeout=10_000)
        assert frames == [program.frame]
    finally:
        ended(program)


def test_who_leaves_the_question_leaves_no_window(qapp: QApplication, folder: Path) -> None:
    program, going = asked(folder, lambda _, dialog: dialog.reject())
    try:
        assert not going
        assert program.frame is not None
        assert not program.frame.isVisible()
    finally:
        ended(program)


def test_the_requests_page_stands_before_its_form_is_made(started: Starter, qtbot: QtBot) -> None:
    """GOALS: 50 ms: page and form are two steps; the form is there when it is asked for, and once all is quiet."""
    program = started("clerk", "center")
    qtbot.waitUntil(lambda: program.main_window is not None, timeout=10_000)
    assert program.main_window is not None
    services = program.main_window.services
    page = RequestsPage(services, program.main_window)
    assert "intake" not in vars(page)
    assert page.draft() is None
    page.calls.new()
    assert page.front.currentWidget() is page.intake
    other = RequestsPage(services, program.main_window)
    qtbot.waitUntil(lambda: "intake" in vars(other))
    assert other.front.currentWidget() is other.empty
    for one in (page, other):
        one.deleteLater()
