"""The window: tabs by key, pages when first shown, Ctrl+K, F1, language, look, drafts, jobs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QInputMethodEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.errors import DomainError
from app.ui.command_box import Answer, Found
from app.ui.jobs_view import JobRunner
from app.ui.keys import columns_of
from app.ui.main_window import MainWindow
from app.ui.page import Command, KeyGroups, Page
from app.ui.pages import PAGES, PageSpec
from app.ui.services import Services
from app.ui.session import SignedIn
from app.ui.theme import Look
from app.ui.widgets.buttons import KeyCap, QuietButton
from app.ui.widgets.card import Card
from tests.ui.kit.samples import SIGNED_IN, KeptInMemory, services_for, show_active

HERE = __name__
CONTROL = Qt.KeyboardModifier.ControlModifier


class OnePage(Page):
    """A page with a line, a key of its own and a draft."""

    made: ClassVar[list[str]] = []

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services, parent)
        self.made.append(type(self).__name__)
        self.log: list[str] = []
        self.line = QLineEdit()
        self.card = Card(self.theme)
        column = QVBoxLayout(self)
        column.addWidget(self.line)
        column.addWidget(self.card)
        key = QShortcut(QKeySequence("F9"), self)
        key.activated.connect(self._returned)
        self.retranslate()

    def _returned(self) -> None:
        self.log.append("returned")

    def shown(self) -> None:
        self.log.append("shown")
        self.line.setFocus()

    def hidden(self) -> None:
        self.log.append("hidden")

    def open(self, argument: object) -> None:
        self.log.append(f"open {argument}")

    def retranslate(self) -> None:
        self.card.set_title(self.words("window.kind_visitor"))

    def keys(self) -> KeyGroups:
        return ((self.words("window.kind_visitor"), [("F9", "还证")]),)

    def commands(self) -> Sequence[Command]:
        return [Command("打印疏散名单", "Ctrl+Shift+E", self._returned)]

    def draft(self) -> Mapping[str, Any] | None:
        return {"line": self.line.text()} if self.line.text() else None

    def restore_draft(self, value: Mapping[str, Any]) -> None:
        self.line.setText(value["line"])


class OtherPage(OnePage):
    """A second page."""


class BrokenPage(Page):
    """A page that cannot be made."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        raise RuntimeError("broken on purpose")


SPECS = (
    PageSpec("requests", "window.tab_requests", "request", f"{HERE}:OnePage"),
    PageSpec("visits", "window.tab_visits", "post", f"{HERE}:OtherPage"),
    PageSpec("broken", "window.tab_reports", "report", f"{HERE}:BrokenPage"),
    PageSpec("secret", "window.tab_site", "site", f"{HERE}:OtherPage", right="manage"),
)


@pytest.fixture
def window(qtbot: QtBot, services: Services) -> Iterator[MainWindow]:
    OnePage.made.clear()
    sys.modules.setdefault(HERE, sys.modules[__name__])
    made = MainWindow(services, SPECS)
    qtbot.addWidget(made)
    show_active(qtbot, made)
    yield made
    made.close()


def front(window: MainWindow) -> OnePage:
    page = window.front
    assert isinstance(page, OnePage)
    return page


def test_the_windows_own_pages_are_in_order() -> None:
    assert [spec.code for spec in PAGES][:4] == ["requests", "visits", "reports", "site"]
    assert len({spec.title_code for spec in PAGES}) == len(PAGES)


def test_a_page_is_made_when_it_is_first_shown(qtbot: QtBot, window: MainWindow) -> None:
    assert OnePage.made == ["OnePage"]
    QTest.keyClick(window, Qt.Key.Key_2, CONTROL)
    QTest.keyClick(window, Qt.Key.Key_1, CONTROL)
    QTest.keyClick(window, Qt.Key.Key_2, CONTROL)
    assert OnePage.made == ["OnePage", "OtherPage"]
    assert front(window).log == ["shown", "hidden", "shown"]
    assert window.head.tab(1).isChecked()


def test_tabs_by_mouse_and_counts(qtbot: QtBot, window: MainWindow) -> None:
    tab = window.head.tab(1)
    width = tab.sizeHint().width()
    QTest.mouseClick(tab, Qt.MouseButton.LeftButton)
    page = front(window)
    page.counted.emit(1234, "red")
    assert tab.count() == 1234
    assert tab.sizeHint().width() > width


def test_a_right_that_one_does_not_hold_hides_its_tab(window: MainWindow) -> None:
    assert [spec.code for spec in window.specs] == ["requests", "visits", "broken"]


def test_a_broken_page_leaves_the_others_at_work(
    qtbot: QtBot, window: MainWindow, caplog: pytest.LogCaptureFixture
) -> None:
    QTest.keyClick(window, Qt.Key.Key_3, CONTROL)
    assert "broken on purpose" in caplog.text
    assert not isinstance(window.front, Page)
    QTest.keyClick(window, Qt.Key.Key_1, CONTROL)
    assert front(window).log[-1] == "shown"


def test_another_page_is_wanted_with_an_argument(window: MainWindow) -> None:
    front(window).wanted.emit("visits", "V-7")
    assert front(window).log == ["shown", "open V-7"]


def test_escape_comes_back_from_a_page_that_another_wanted(window: MainWindow) -> None:
    """To the same field; and not after somebody has chosen a tab himself."""
    page = front(window)
    page.wanted.emit("visits", "V-7")
    assert window.front is not page
    front(window).leaving.emit()
    assert window.front is page
    assert page.line.hasFocus()
    page.wanted.emit("visits", "V-7")
    QTest.keyClick(window, Qt.Key.Key_2, CONTROL)
    other = front(window)
    other.leaving.emit()
    assert window.front is other


def test_what_is_typed_survives_tabs_and_languages(
    qtbot: QtBot, window: MainWindow, services: Services
) -> None:
    """GOALS: nothing typed is ever thrown away."""
    page = front(window)
    QTest.keyClicks(page.line, "zhsh")
    QTest.keyClick(window, Qt.Key.Key_2, CONTROL)
    window.switch_language("en")
    QTest.keyClick(window, Qt.Key.Key_1, CONTROL)
    assert page.line.text() == "zhsh"
    assert page.card._title.text() == "Visitor"
    assert window.head.tab(1).text() == "Guard post"
    assert window.status.saved_text() == "Ready"
    window.switch_language("zh_CN")
    assert window.head.tab(1).text() == "岗亭登记"


def test_a_draft_is_kept_and_comes_back(qtbot: QtBot, look: Look, services: Services) -> None:
    """A crash or a closed window loses nothing: the next window has it again."""
    kept = services.drafts
    assert isinstance(kept, KeptInMemory)
    window = MainWindow(services, SPECS)
    qtbot.addWidget(window)
    show_active(qtbot, window)
    qtbot.waitUntil(lambda: services.background.waiting == 0)
    QTest.keyClicks(front(window).line, "half a word")
    window.keep_drafts()
    qtbot.waitUntil(lambda: kept.kept == {"requests": {"line": "half a word"}})
    window.close()
    other = MainWindow(services, SPECS)
    qtbot.addWidget(other)
    other.show()
    qtbot.waitUntil(lambda: front(other).line.text() == "half a word")
    front(other).line.clear()
    other.keep_drafts()
    qtbot.waitUntil(lambda: kept.kept == {})
    other.close()


def test_f1_shows_the_keys_and_closes_again(qtbot: QtBot, window: MainWindow) -> None:
    page = front(window)
    QTest.keyClick(page.line, Qt.Key.Key_F1)
    overlay = window.keys_overlay
    assert overlay.isVisible()
    caps = [cap._keys for cap in overlay.findChildren(KeyCap)]
    assert "F9" in caps
    assert "Ctrl+K" in caps
    QTest.keyClick(overlay, Qt.Key.Key_F9)
    assert "returned" not in page.log, "keys of the page behind do nothing"
    QTest.keyClick(overlay, Qt.Key.Key_F1)
    assert not overlay.isVisible()
    assert page.line.hasFocus()


def test_ctrl_k_finds_commands_by_text_and_pinyin(qtbot: QtBot, window: MainWindow) -> None:
    page = front(window)
    QTest.keyClick(page.line, Qt.Key.Key_K, CONTROL)
    box = window.box
    assert box.line.hasFocus()
    assert box.found()[0].title == "打印疏散名单"
    QTest.keyClicks(box.line, "ssmd")
    qtbot.waitUntil(lambda: [one.title for one in box.found()] == ["打印疏散名单"])
    QTest.keyClick(box.line, Qt.Key.Key_F9)
    assert page.log == ["shown"], "keys of the page behind do nothing"
    QTest.keyClick(box.line, Qt.Key.Key_Return)
    assert page.log == ["shown", "returned"]
    assert not box.isVisible()
    assert page.line.hasFocus()


def test_the_box_reads_what_is_still_composed(qtbot: QtBot, window: MainWindow) -> None:
    """LOOK: in Chinese mode `ssmd` is still being composed; nothing of it is in the field yet."""
    box = window.box
    box.begin()
    QApplication.sendEvent(box.line, QInputMethodEvent("ss'md", []))
    assert box.line.text() == ""
    qtbot.waitUntil(lambda: [one.title for one in box.found()] == ["打印疏散名单"])
    end = QInputMethodEvent("", [])
    end.setCommitString("疏散")
    QApplication.sendEvent(box.line, end)
    assert box.line.sought_text() == "疏散"
    assert [one.title for one in box.found()] == ["打印疏散名单"]
    box.close_overlay()


def test_ctrl_k_goes_through_the_list_and_leaves(qtbot: QtBot, window: MainWindow) -> None:
    page = front(window)
    QTest.keyClick(page.line, Qt.Key.Key_K, CONTROL)
    box = window.box
    QTest.keyClick(box.line, Qt.Key.Key_Down)
    QTest.keyClick(box.line, Qt.Key.Key_Down)
    assert box.list.currentIndex().row() == 2
    QTest.keyClick(box.line, Qt.Key.Key_Return)
    assert window.head.tab(1).isChecked()
    QTest.keyClick(window, Qt.Key.Key_K, CONTROL)
    QTest.keyClick(box.line, Qt.Key.Key_Escape)
    assert not box.isVisible()
    box.begin()
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().bottomLeft())
    assert not box.isVisible()


def test_late_answers_for_an_older_text_are_not_heard(qtbot: QtBot, window: MainWindow) -> None:
    answers: dict[str, Answer] = {}
    ran: list[str] = []

    def people(text: str, answer: Answer) -> None:
        answers[text] = answer

    window.add_provider("people", people)
    window.box.begin()
    QTest.keyClicks(window.box.line, "zs")
    answers["zs"]([Found("visitor", "张顺", "**** 1234", lambda: ran.append("张顺"))])
    answers["z"]([Found("visitor", "赵四", "", lambda: ran.append("赵四"))])
    qtbot.waitUntil(lambda: [one.title for one in window.box.found()] == ["张顺"])
    QTest.keyClick(window.box.line, Qt.Key.Key_Return)
    assert ran == ["张顺"]


def test_the_best_fit_stands_first_whatever_comes_when(qtbot: QtBot, window: MainWindow) -> None:
    """A customer called so stands before requests and visitors that only mention it, and is what Enter takes."""
    answers: dict[str, Answer] = {}
    ran: list[str] = []

    def found(kind: str, *titles: str) -> list[Found]:
        return [Found(kind, title, "", partial(ran.append, title)) for title in titles]

    def asked(name: str, text: str, answer: Answer) -> None:
        answers[name] = answer

    for name in ("visitor", "request", "customer"):
        window.add_provider(name, partial(asked, name))
    window.box.begin()
    QApplication.clipboard().setText("骨科")
    QTest.keyClick(window.box.line, Qt.Key.Key_V, CONTROL)
    answers["visitor"](found("visitor", "李骨科", "骨科王"))
    answers["request"](found("request", "骨科 · 漏水", "护理部 · 骨科楼下", "骨科 · 灯"))
    answers["customer"](found("customer", "骨科门诊", "手足骨科", "骨科"))
    assert [one.title for one in window.box.found()] == [
        *("骨科", "骨科门诊", "手足骨科"),
        *("骨科王", "李骨科"),
        *("骨科 · 漏水", "骨科 · 灯", "护理部 · 骨科楼下"),
    ]
    QTest.keyClick(window.box.line, Qt.Key.Key_Return)
    assert ran == ["骨科"]


def test_zoom_type_and_theme_are_told_to_the_settings(qtbot: QtBot, window: MainWindow, look: Look) -> None:
    told: list[dict[str, object]] = []
    window.settings_changed.connect(told.append)
    size = look.font().pixelSize()
    for _ in range(15):
        QTest.keyClick(window, Qt.Key.Key_Plus, CONTROL)
    assert look.factor == 2.0
    assert look.font().pixelSize() == 2 * size
    QTest.keyClick(window, Qt.Key.Key_Minus, CONTROL)
    assert told[-1] == {"language": "zh_CN", "theme": "light", "zoom": 1.9, "large_type": False}
    QTest.keyClick(window, Qt.Key.Key_0, CONTROL)
    window.set_look(name="dark", large=True)
    assert told[-1] == {"language": "zh_CN", "theme": "dark", "zoom": 1.0, "large_type": True}
    window.set_look(name="light", large=False)


def test_margins_follow_the_zoom_and_come_back(qtbot: QtBot, window: MainWindow, look: Look) -> None:
    """Zooming in and out again leaves not one pixel behind."""
    layout = front(window).layout()
    assert isinstance(layout, QVBoxLayout)
    layout.setContentsMargins(24, 14, 24, 1)
    layout.setSpacing(12)
    for factor in (1.1, 1.2, 1.3, 2.0):
        window.set_look(factor=factor)
    margins = layout.contentsMargins()
    assert (margins.left(), margins.top(), margins.bottom(), layout.spacing()) == (48, 28, 1, 24)
    for factor in (1.9, 1.7, 1.1, 1.0):
        window.set_look(factor=factor)
    margins = layout.contentsMargins()
    assert (margins.left(), margins.top(), margins.bottom(), layout.spacing()) == (24, 14, 1, 12)


def test_the_display_menu_offers_the_same(qtbot: QtBot, window: MainWindow, look: Look) -> None:
    menu = window.display_menu()
    texts = [action.text() for action in menu.actions()]
    assert {"浅色", "深色", "高对比", "大字", "English"} <= set(texts)
    next(action for action in menu.actions() if action.text() == "深色").trigger()
    assert look.theme.name == "dark"
    window.set_look(name="light")


@pytest.mark.parametrize(("factor", "large"), [(1.0, False), (1.5, False), (1.5, True), (2.0, False)])
def test_a_small_screen_holds_the_window(
    qtbot: QtBot, window: MainWindow, look: Look, factor: float, large: bool
) -> None:
    """1366x768 at 150 % of the screen is 911x512: the window takes that size, tabs and search stay in it."""
    window.set_look(factor=factor, large=large)
    window.resize(911, 512)
    QApplication.processEvents()
    assert (window.width(), window.height()) == (911, 512)
    right = window.display.mapTo(window, window.display.rect().bottomRight())
    assert right.x() < 911
    assert window.search.width() >= window.search.minimumSizeHint().width()
    window.set_look(factor=1.0, large=False)


def test_the_foot_says_who_where_and_when(qtbot: QtBot, window: MainWindow, services: Services) -> None:
    status = window.status
    assert status._person.text() == "王建国 · 护卫员"
    assert status._site.text() == "市第一医院 · 东门岗"
    assert status._sample.text() == "样例"
    front(window).saved.emit()
    assert status.saved_text().startswith("已保存 ")
    services.session.enter(
        SignedIn(person="李婷", role="客服", site_name="市第一医院", station_name="服务中心")
    )
    assert status._person.text() == "李婷 · 客服"
    assert not status._sample.isVisible()
    services.session.enter(SIGNED_IN)


def test_a_lost_database_is_said_and_its_return_too(
    qtbot: QtBot, window: MainWindow, services: Services
) -> None:
    services.bus.lost.emit(DomainError("unexpected"))
    assert not window.status._dot.well
    assert window.strip.tone() == "error"
    services.bus.found.emit()
    assert window.status._dot.well
    assert window.strip.tone() == "done"


def test_an_error_that_nobody_took_is_on_the_strip(
    qtbot: QtBot, window: MainWindow, services: Services
) -> None:
    def refuse() -> None:
        raise DomainError("unexpected")

    services.background.run(refuse)
    qtbot.waitUntil(window.strip.isVisible)
    assert window.strip.text() == services.words("errors.unexpected")
    assert front(window).line.hasFocus(), "a strip never takes the focus"


CHILD = """
import json, sys, time
what = sys.argv[1]
assert sys.argv[-1] == "--progress"
print(json.dumps({"progress": 0.4, "text": "2 / 5"}), flush=True)
if what == "wait":
    time.sleep(60)
elif what == "done":
    print(json.dumps({"done": {"file": "log.pdf", "name": "张顺"}}), flush=True)
elif what == "error":
    print("a complaint", file=sys.stderr)
    print(json.dumps({"error": {"code": "job_died", "values": {"title": "日志"}}}), flush=True)
"""


class Told:
    """What a job said."""

    def __init__(self) -> None:
        self.done: list[Mapping[str, Any]] = []
        self.failed: list[DomainError] = []

    def take(self, result: Mapping[str, Any]) -> None:
        self.done.append(result)

    def refuse(self, error: DomainError) -> None:
        self.failed.append(error)


@pytest.fixture
def runner(qtbot: QtBot, tmp_path: Path) -> Iterator[JobRunner]:
    child = tmp_path / "child.py"
    child.write_text(CHILD, encoding="utf-8")
    made = JobRunner([sys.executable, str(child)])
    yield made
    made.close()


def test_a_job_reports_progress_and_its_result(qtbot: QtBot, runner: JobRunner) -> None:
    told = Told()
    job = runner.start(["done"], "登记日志", done=told.take, failed=told.refuse)
    moved: list[tuple[float, str]] = []
    job.moved.connect(lambda: moved.append((job.progress, job.text)))
    qtbot.waitUntil(lambda: bool(told.done))
    assert told.done == [{"file": "log.pdf", "name": "张顺"}]
    assert moved == [(0.4, "2 / 5")]
    assert runner.jobs == []


@pytest.mark.parametrize(("what", "code"), [("error", "job_died"), ("nothing", "job_died")])
def test_a_job_that_fails_says_why(qtbot: QtBot, runner: JobRunner, what: str, code: str) -> None:
    told = Told()
    runner.start([what], "登记日志", done=told.take, failed=told.refuse)
    qtbot.waitUntil(lambda: bool(told.failed))
    assert [error.code for error in told.failed] == [code]
    assert told.done == []


def test_a_program_that_does_not_start_is_an_error_too(qtbot: QtBot, tmp_path: Path) -> None:
    told = Told()
    runner = JobRunner([str(tmp_path / "missing")])
    runner.start(["x"], "登记日志", failed=told.refuse)
    qtbot.waitUntil(lambda: bool(told.failed))


def test_the_stop_button_ends_the_child(qtbot: QtBot, look: Look, runner: JobRunner) -> None:
    """Long work shows progress and can be stopped; nothing of it is called."""
    from dataclasses import replace

    services = replace(services_for(look), jobs=runner)
    window = MainWindow(services, SPECS)
    qtbot.addWidget(window)
    window.show()
    told = Told()
    assert not window.status.jobs.isVisible()
    job = runner.start(["wait"], "登记日志", done=told.take, failed=told.refuse)
    qtbot.waitUntil(lambda: job.progress == 0.4)
    assert window.status.jobs.isVisible()
    button = window.status.jobs.findChild(QuietButton)
    assert isinstance(button, QuietButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: runner.jobs == [])
    assert not window.status.jobs.isVisible()
    assert (told.done, told.failed) == ([], [])
    window.close()
    services.background.close()


@pytest.mark.parametrize("stop", [False, True])
def test_closing_asks_before_it_stops_work(qtbot: QtBot, look: Look, runner: JobRunner, stop: bool) -> None:
    from dataclasses import replace

    services = replace(services_for(look), jobs=runner)
    window = MainWindow(services, SPECS)
    qtbot.addWidget(window)
    window.show()
    runner.start(["wait"], "登记日志")

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        QTest.keyClick(
            dialog,
            Qt.Key.Key_Return if stop else Qt.Key.Key_Escape,
            CONTROL if stop else Qt.KeyboardModifier.NoModifier,
        )

    QTimer.singleShot(50, answer)
    assert window.close() is stop
    assert window.isVisible() is not stop
    runner.close()
    qtbot.waitUntil(lambda: runner.jobs == [])
    window.close()
    services.background.close()


def test_both_languages_say_the_same_things() -> None:
    """Same keys and same named values in the window's texts."""
    from app.words import Words

    for file in ("window", "keys"):
        chinese, english = Words("zh_CN").file(file), Words("en").file(file)
        assert chinese.keys() == english.keys()
        for key, text in chinese.items():
            assert set(_named(text)) == set(_named(english[key])), key


def _named(text: str) -> list[str]:
    import string

    return [name for _, name, _, _ in string.Formatter().parse(text) if name]


def test_f1_flows_through_columns(window: MainWindow) -> None:
    """Nothing is left out or scrolls away where more columns show all; a long group goes on under its name."""
    groups = [("A", [(f"A{at}", "") for at in range(8)]), ("B", [(f"B{at}", "") for at in range(23)])]
    for count in (2, 3, 4):
        columns = columns_of(groups, count)
        assert len(columns) <= count
        caps = [cap for column in columns for _, keys in column for cap, _ in keys]
        assert caps == [cap for _, keys in groups for cap, _ in keys]
        assert all(name in ("A", "B") and keys for column in columns for name, keys in column)
    assert max(sum(len(keys) + 2 for _, keys in column) for column in columns_of(groups, 3)) <= 15
