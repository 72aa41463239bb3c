"""Each commit is told once: one's own at once, another program's within a second; lists are read once for it."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.db.folder import open_store
from app.domain.people import Actor
from app.domain.visits import Fields
from app.operations import visits
from app.operations.site import sign_in_as
from app.ui.change_bus import EVERY, ChangeBus
from app.ui.program import Program
from app.ui.visits.page import VisitsPage
from tests.ui.conftest import Starter


@pytest.fixture
def post(started: Starter, qtbot: QtBot) -> Program:
    """The window of a guard, all read that is read at the start."""
    program = started()
    qtbot.waitUntil(lambda: program.main_window is not None, timeout=10_000)
    quiet(program, qtbot)
    return program


def quiet(program: Program, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: program.background.waiting == 0, timeout=10_000)


def looked(program: Program, qtbot: QtBot) -> None:
    """Two more looks at what is written have been answered."""
    for _ in range(2):
        with qtbot.waitSignal(program.bus._timer.timeout, timeout=3 * EVERY):
            pass
        quiet(program, qtbot)


def test_f9_is_told_once_and_the_lists_are_read_once(
    post: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GOALS: what one has written oneself is not told again when the change records are looked at."""
    window = post.main_window
    assert window is not None
    page = window.front
    assert isinstance(page, VisitsPage)
    told: list[frozenset[str]] = []
    refreshed: list[bool] = []
    refresh = page._refresh_all

    def counted() -> None:
        refreshed.append(True)
        refresh()

    monkeypatch.setattr(page, "_refresh_all", counted)
    QTest.keyClicks(page.registration.line, "jia")
    looked(post, qtbot)
    post.bus.changed.connect(told.append)
    refreshed.clear()
    with qtbot.waitSignal(post.bus.changed, timeout=5000):
        QTest.keyClick(page.registration.line, Qt.Key.Key_F9)
    looked(post, qtbot)
    assert len(told) == 1
    assert told[0] >= {"visits"}
    assert refreshed == [True]


def test_another_program_is_told_within_a_second_and_once(post: Program, qtbot: QtBot, folder: Path) -> None:
    """MULTI: the rows of another program of the same folder, which is the same writer."""
    told: list[frozenset[str]] = []
    post.bus.changed.connect(told.append)
    other = open_store(folder)
    try:
        guard = sign_in_as(other.store, "guard", "post")
        quiet(post, qtbot)
        told.clear()
        with qtbot.waitSignal(post.bus.changed, timeout=2 * EVERY):
            stamp = visits.stamp(other.store)
            visits.begin(other.store, guard, visits.new_visit(), stamp, Fields(visitor="张三"))
        looked(post, qtbot)
    finally:
        other.close()
    assert len(told) == 1
    assert "visits" in told[0]


def test_a_commit_during_a_look_is_not_missed(post: Program, qtbot: QtBot) -> None:
    """A look that has begun may not see it: one more follows, without waiting for the second to pass."""
    assert post.opened is not None
    bus: ChangeBus = post.bus
    bus._timer.stop()
    quiet(post, qtbot)
    told: list[frozenset[str]] = []
    bus.changed.connect(told.append)
    bus.poll()
    store, guard = post.opened.store, cast("Actor", post.session.actor)
    visits.begin(store, guard, visits.new_visit(), visits.stamp(store), Fields(visitor="李四"))
    qtbot.waitUntil(lambda: bool(told), timeout=5000)
    quiet(post, qtbot)
    assert len(told) == 1
