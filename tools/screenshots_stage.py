"""The stage of the pictures: the real program, opened in its own screen, played by key events, and photographed.

A `Scene` is one opening of the program on a fresh copy of a site; its `Shot`s are taken in order. A shot is a name and
steps; a step is a function of the `Stage`, mostly made by the small functions below (`press`, `text`, `chinese`, …).
The script runs beside Qt's event loop: a step that opens a dialog does not hold it up, whatever loop runs inside.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app import cli
from app.clock import Clock
from app.domain.people import Actor
from app.ui.main_window import MainWindow
from app.ui.page import Page
from app.ui.program import Program
from app.ui.start.first_start import FirstStart

if TYPE_CHECKING:
    from tools.screenshots_runs import Run

Step = Callable[["Stage"], None]
NOW = datetime.fromisoformat("2026-11-23T10:24:00+08:00")  # a Monday morning; no row of the samples is later
TICK_MS = 10
QUIET_TICKS, PAINTED_TICKS = 2, 16  # after a step; before a picture, so that short animations are over
PATIENCE = 20.0  # seconds that one step may take


class StandingClock(Clock):
    """Stands at NOW until a shot turns it: the pictures do not depend on when they are made."""

    def __init__(self) -> None:
        super().__init__()
        self.wall, self.seconds = NOW, 1000.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.seconds

    def boot(self) -> str:
        return "the boot of the pictures"

    def pass_by(self, seconds: float) -> None:
        """Time goes by."""
        self.seconds += seconds
        self.wall += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Shot:
    """One picture: the name of its file, the steps that lead to it from where the last one ended."""

    name: str
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Scene:
    """One opening of the program. `site` names a made site ("" an empty folder), `argv` its options.

    `before` runs before every shot, `contrast` scenes are taken in high contrast too.
    """

    name: str
    site: str
    argv: tuple[str, ...]
    shots: tuple[Shot, ...]
    before: tuple[Step, ...] = ()
    contrast: bool = False


@dataclass(slots=True)
class Taken:
    """What became of a shot; `fault` is empty when the picture is there."""

    scene: str
    shot: str
    fault: str = ""


class ShownProgram(Program):
    """The program as it is, with a clock that stands, without the hourly backup and the rounds of every minute."""

    clock: StandingClock | None = None

    def _ready(self, actor: Actor) -> None:
        if self.opened is not None and self.clock is not None:
            self.opened.store.clock = self.clock
        super()._ready(actor)

    def _begin_rounds(self) -> None:
        """The night is not closed and no list saved in the middle of a picture."""

    def _daily_backup(self) -> None:
        """The backup has its own pictures."""


class Stage(QObject):
    """The opened program and who plays it. Steps use `window`, `page`, `top`, `key`, `clock`, `wait_for`."""

    def __init__(self, run: Run, folder: Path) -> None:
        super().__init__()
        self.run, self.folder = run, folder
        self.clock = StandingClock()
        self.program: ShownProgram | None = None
        self.faults: list[str] = []
        self.taken: list[Taken] = []
        self._opening = False
        self._script: Generator[int, None, None] | None = None
        self._wanted_quiet = self._quiet = 0
        self._late = 0.0
        self._waits: Callable[[Stage], bool] | None = None
        self._loop = QEventLoop(self)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    # --- for steps ----------------------------------------------------------------------------------------------------

    @property
    def window(self) -> MainWindow:
        """The main window."""
        assert self.program is not None
        assert self.program.main_window is not None
        return self.program.main_window

    def page(self, code: str) -> Page:
        """A page that was made already. AssertionError when it could not be made."""
        page = self.window.page(code)
        assert isinstance(page, Page), f"the page {code} could not be made"
        return page

    def top(self) -> QWidget:
        """What the next key goes to: the menu, the dialog or the window in front, and in it who has the focus."""
        front = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        focus = QApplication.focusWidget()
        if front is None:
            front = self.program.frame if self.program is not None else None
        if focus is not None and (front is None or front is focus or front.isAncestorOf(focus)):
            return focus
        if front is None:
            raise AssertionError("no window is open")
        return front.focusWidget() or front

    def key(self, keys: str) -> None:
        """One key where the focus is: "F9", "Ctrl+Shift+N", "Alt+1"."""
        QTest.keySequence(self.top(), QKeySequence(keys))

    def wait_for(self, true: Callable[[Stage], bool]) -> None:
        """The next step waits until this holds."""
        self._waits = true

    # --- playing ------------------------------------------------------------------------------------------------------

    def play(self, scene: Scene) -> None:
        """Open the program in its folder and take the scene's pictures; comes back when it is closed again."""
        options = cli.parse(["--data", str(self.folder), "--lang", self.run.language, *scene.argv])
        self.program = ShownProgram(options)
        self.program.clock = self.clock
        self.program.look.use(name=self.run.theme)
        self._script = self._play(scene)
        self._quiet, self._wanted_quiet = 0, PAINTED_TICKS
        self._late = time.monotonic() + PATIENCE
        self._opening = True
        self._timer.start()
        QTimer.singleShot(0, self, self._open)
        self._loop.exec()
        self._timer.stop()
        for shot in scene.shots[len(self.taken) :]:
            self.taken.append(
                Taken(scene.name, shot.name, "; ".join(self.faults) or "the program ended before")
            )
        self.program.close()
        self.program = None

    def _open(self) -> None:
        """Opens the program; a sign-in or a first start holds it up in here until it is through."""
        assert self.program is not None
        try:
            self.program.start()
        finally:
            self._opening = False

    def _play(self, scene: Scene) -> Generator[int, None, None]:
        """Yields for how many ticks it must be quiet before the next step."""
        for shot in scene.shots:
            try:
                yield QUIET_TICKS
                self.faults.clear()
                for step in (*scene.before, *shot.steps):
                    QTimer.singleShot(0, self, partial(step, self))
                    yield QUIET_TICKS
                    assert not self.faults, self.faults.pop()
                yield PAINTED_TICKS
                self._photograph(f"{scene.name}-{shot.name}")
            except (AssertionError, TimeoutError, OSError) as fault:
                self.faults.append(str(fault) or "failed")
            self.taken.append(Taken(scene.name, shot.name, "; ".join(self.faults)))
            if not self._opening:
                yield from self._close_dialogs()
        while self._opening:
            yield from self._close_dialogs()

    def _close_dialogs(self) -> Generator[int, None, None]:
        """Close what a shot left open."""
        for _ in range(5):
            front = QApplication.activePopupWidget() or QApplication.activeModalWidget()
            if front is None:
                break
            QTimer.singleShot(0, front, front.close)
            yield QUIET_TICKS
        yield QUIET_TICKS

    def _tick(self) -> None:
        script = self._script
        if script is None:
            return
        late = time.monotonic() > self._late
        if not late:
            self._quiet = self._quiet + 1 if self._idle() else 0
            if self._quiet < self._wanted_quiet:
                return
        self._quiet = 0
        self._late = time.monotonic() + PATIENCE
        try:
            if late:
                self._waits = None
                fault = TimeoutError(f"not done in {PATIENCE:.0f} s: {self._busy() or 'a step waits'}")
                self._wanted_quiet = script.throw(fault)
            else:
                self._wanted_quiet = next(script)
        except (StopIteration, TimeoutError):
            self._script = None
            self._loop.quit()

    def _idle(self) -> bool:
        if self._waits is not None:
            if not self._waits(self):
                return False
            self._waits = None
        return not self._busy()

    def _busy(self) -> str:
        """What the program is still doing."""
        program = self.program
        if program is None:
            return ""
        if program.main_window is None:
            if program.options.as_whom:
                return "the window is not open yet"
            making = [one for one in QApplication.topLevelWidgets() if isinstance(one, FirstStart)]
            return "a site is being made" if any(one.jobs.jobs for one in making) else ""
        if program.background.waiting:
            return "the worker has questions to answer"
        return ", ".join(job.title for job in program.jobs.jobs)

    def _photograph(self, name: str) -> None:
        """The screen as it is, or the dialog that stands before the window opens."""
        screen = QGuiApplication.primaryScreen()
        picture = screen.grabWindow(0)
        front = QApplication.activeModalWidget()
        if front is not None and (self.program is None or self.program.main_window is None):
            ratio = picture.devicePixelRatio()
            box = front.frameGeometry()
            place = (box.x() * ratio, box.y() * ratio, box.width() * ratio, box.height() * ratio)
            picture = picture.copy(*(round(part) for part in place))
        path = self.run.folder / f"{name}.png"
        if not picture.save(str(path)):
            raise OSError(f"could not write {path.name}")

    def listen(self) -> None:
        """Hear of all that goes wrong from here on: a step or slot that raises (Qt calls the hook), a logged error."""
        sys.excepthook = self._raised
        self._listener = Listener(self)
        logging.getLogger().addHandler(self._listener)

    def close_listener(self) -> None:
        """Hear no more."""
        logging.getLogger().removeHandler(self._listener)
        sys.excepthook = sys.__excepthook__

    def _raised(self, kind: type[BaseException], fault: BaseException, _trace: object) -> None:
        traceback.print_exception(fault)
        self.faults.append(f"{kind.__name__}: {fault}")


class Listener(logging.Handler):
    """Makes the picture fail during which an error is logged (a page that cannot be made is only logged)."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(logging.ERROR)
        self._stage = stage

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what was logged."""
        fault = record.exc_info[1] if record.exc_info else None
        self._stage.faults.append(f"{record.getMessage()}{f': {fault}' if fault else ''}")


# --- steps -----------------------------------------------------------------------------------------------------------


def press(*keys: str) -> Step:
    """Keys, one after the other, where the focus is."""

    def step(stage: Stage) -> None:
        for one in keys:
            stage.key(one)

    return step


def text(letters: str) -> Step:
    """Latin letters and digits, typed."""

    def step(stage: Stage) -> None:
        QTest.keyClicks(stage.top(), letters)

    return step


def chinese(signs: str) -> Step:
    """Chinese, committed by an input method."""

    def step(stage: Stage) -> None:
        field = stage.top()
        QApplication.sendEvent(field, QInputMethodEvent("pinyin", []))
        commit = QInputMethodEvent()
        commit.setCommitString(signs)
        QApplication.sendEvent(field, commit)

    return step


def pass_by(seconds: float) -> Step:
    """The clock goes on."""

    def step(stage: Stage) -> None:
        stage.clock.pass_by(seconds)

    return step


def rest(seconds: float) -> Step:
    """Real time goes by: for what a timer of the program does."""

    def step(stage: Stage) -> None:
        end = time.monotonic() + seconds
        stage.wait_for(lambda _: time.monotonic() >= end)

    return step


def until(true: Callable[[Stage], bool]) -> Step:
    """Wait until this holds."""
    return lambda stage: stage.wait_for(true)


def large(on: bool) -> Step:
    """Large type on or off."""
    return lambda stage: stage.window.set_look(large=on)


def language(name: str) -> Step:
    """Another language while the program runs."""
    return lambda stage: stage.window.switch_language(name)


def no_cursor(app: QApplication) -> None:
    """A text cursor that does not blink: the same picture each time."""
    app.setCursorFlashTime(0)
    app.setOverrideCursor(Qt.CursorShape.BlankCursor)
