"""The worker thread: order, late answers, errors, the time of a hop."""

from __future__ import annotations

import statistics
import threading
import time
from functools import partial

import pytest
import shiboken6
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.errors import DomainError
from app.ui.background import Background
from app.ui.change_bus import ChangeBus
from app.ui.services import Services


class Asker(QObject):
    """Keeps what it is told, and in which thread."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[object] = []
        self.errors: list[DomainError] = []
        self.threads: set[int] = set()

    def take(self, answer: object) -> None:
        self.told.append(answer)
        self.threads.add(threading.get_ident())

    def has(self, count: int) -> bool:
        return len(self.told) == count

    def take_as(self, name: str, answer: object) -> None:
        self.told.append((name, answer))

    def refuse(self, error: DomainError) -> None:
        self.errors.append(error)


def where(number: int) -> tuple[int, int]:
    return number, threading.get_ident()


def fail(error: Exception) -> None:
    raise error


def test_answers_come_in_order_on_the_gui_thread(qtbot: QtBot, services: Services) -> None:
    asker, background = Asker(), services.background
    for number in range(50):
        background.run(where, number, done=asker.take)
    qtbot.waitUntil(lambda: len(asker.told) == 50)
    assert [answer[0] for answer in asker.told] == list(range(50))  # type: ignore[index]
    assert asker.threads == {threading.get_ident()}
    assert {answer[1] for answer in asker.told} != asker.threads  # type: ignore[index]


def test_a_partial_of_a_method_keeps_its_values(qtbot: QtBot, services: Services) -> None:
    asker = Asker()
    services.background.run(int, "7", done=partial(asker.take_as, "seven"))
    qtbot.waitUntil(lambda: asker.told == [("seven", 7)])


def test_a_lambda_is_refused(services: Services) -> None:
    """Pitfall 6: a lambda that captures self keeps its widget alive."""
    with pytest.raises(TypeError, match="bound methods"):
        services.background.run(int, done=lambda answer: None)


@pytest.mark.parametrize("how", ["deleted by Qt", "forgotten by Python"])
def test_an_answer_to_a_dead_asker_is_dropped(qtbot: QtBot, services: Services, how: str) -> None:
    gate, last = threading.Event(), Asker()
    asker: Asker | None = Asker()
    assert asker is not None
    told = asker.told
    services.background.run(gate.wait, 5, done=asker.take)
    if how == "deleted by Qt":
        shiboken6.delete(asker)
    else:
        asker = None
    gate.set()
    services.background.run(int, done=last.take)
    qtbot.waitUntil(lambda: bool(last.told))
    assert told == []


def test_only_the_newest_of_a_question_is_answered(qtbot: QtBot, services: Services) -> None:
    """Search as you type: what was typed meanwhile makes older questions void, and those that wait are not even run."""
    asker, gate = Asker(), threading.Event()
    ran: list[str] = []

    def find(text: str) -> str:
        ran.append(text)
        return text

    services.background.run(gate.wait, 5)
    for text in ("z", "zh", "zhs"):
        services.background.run(find, text, done=asker.take, replaces="search")
    gate.set()
    qtbot.waitUntil(lambda: bool(asker.told))
    assert asker.told == ["zhs"]
    assert ran == ["zhs"]


def test_a_domain_error_reaches_failed(qtbot: QtBot, services: Services) -> None:
    asker = Asker()
    services.background.run(fail, DomainError("no_right", field="host"), done=asker.take, failed=asker.refuse)
    qtbot.waitUntil(lambda: bool(asker.errors))
    assert (asker.errors[0].code, asker.errors[0].field) == ("no_right", "host")
    assert asker.told == []


def test_without_failed_the_window_is_told(qtbot: QtBot, services: Services) -> None:
    with qtbot.waitSignal(services.background.failure) as said:
        services.background.run(fail, DomainError("no_right"))
    assert said.args is not None
    assert said.args[0].code == "no_right"


def test_a_bug_is_logged_and_said_and_the_thread_goes_on(
    qtbot: QtBot, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    asker = Asker()
    services.background.run(fail, ValueError("a bug"), failed=asker.refuse)
    services.background.run(int, "3", done=asker.take)
    qtbot.waitUntil(lambda: asker.told == [3])
    assert asker.errors[0].code == "unexpected"
    assert "a bug" in caplog.text


def test_close_finishes_what_waits(qtbot: QtBot) -> None:
    background = Background()
    done: list[int] = []
    for number in range(20):
        background.run(done.append, number)
    background.close()
    assert done == list(range(20))
    background.close()


def test_busy_tells_begin_and_end(qtbot: QtBot, services: Services) -> None:
    said: list[bool] = []
    services.background.busy.connect(said.append)
    asker = Asker()
    services.background.run(int, done=asker.take)
    qtbot.waitUntil(lambda: said == [True, False])


def test_a_round_trip_is_short(qtbot: QtBot, services: Services) -> None:
    """No benchmark (GOALS: ratios): only that a hop costs milliseconds, not a timer's tick."""
    asker, took = Asker(), []
    for number in range(1, 201):
        begin = time.perf_counter()
        services.background.run(int, done=asker.take)
        qtbot.waitUntil(partial(asker.has, number))
        took.append(time.perf_counter() - begin)
    assert statistics.median(took) < 0.05


def test_the_bus_tells_own_and_other_changes(qtbot: QtBot, services: Services) -> None:
    bus = ChangeBus()
    heard: list[frozenset[str]] = []
    bus.changed.connect(heard.append)
    bus.publish(["visits"])
    assert heard == [frozenset({"visits"})]
    answers = iter([(3, frozenset({"requests"})), (3, frozenset())])
    asked: list[int] = []

    def newest(seen: int) -> tuple[int, frozenset[str]]:
        asked.append(seen)
        return next(answers)

    bus.watch(newest, services.background, seen=1)
    bus.poll()
    bus.poll()
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert heard[1] == frozenset({"requests"})
    assert asked == [1], "a look still under way is not asked twice"
    bus.poll()
    qtbot.waitUntil(lambda: len(asked) == 2)
    assert asked == [1, 3]
    bus.stop()


def test_the_bus_says_once_that_the_database_is_gone(qtbot: QtBot, services: Services) -> None:
    bus = ChangeBus()
    lost: list[DomainError] = []
    found: list[bool] = []
    bus.lost.connect(lost.append)
    bus.found.connect(lambda: found.append(True))
    gone = True

    def newest(seen: int) -> tuple[int, frozenset[str]]:
        if gone:
            raise DomainError("database_lost")
        return seen, frozenset()

    bus.watch(newest, services.background)
    for _ in range(3):
        with qtbot.waitSignal(services.background.busy, check_params_cb=lambda busy: not busy):
            bus.poll()
    assert [error.code for error in lost] == ["database_lost"]
    gone = False
    bus.poll()
    qtbot.waitUntil(lambda: bool(found))
    bus.stop()
