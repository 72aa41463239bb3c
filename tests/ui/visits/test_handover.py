"""F5, F7 and Ctrl+Shift+H at a guard post, key by key in the real window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.db.handover import handovers, tallies
from app.domain.visits import Fields
from app.operations import handover as handing
from app.operations import visits as registering
from app.queries import duty_log as log_queries
from app.queries import handover as queries
from app.queries.people import sign_in_people
from app.ui.visits.duty_log import DutyDialog
from app.ui.visits.handover import HandoverDialog, TakeOverDialog
from tests.benchmarks.klm import K_SLOW, Hands, M
from tests.ui.visits.conftest import Screen

Key, Modifier = Qt.Key, Qt.KeyboardModifier
HAND_OVER = Modifier.ControlModifier | Modifier.ShiftModifier


def rows(screen: Screen, table: sa.Table) -> list[Any]:
    with screen.post.store.reading() as connection:
        return list(connection.execute(sa.select(table)))


def comes(screen: Screen) -> str:
    """A guard who can take over: his name's initials are zzq."""
    people = sign_in_people(screen.post.store, with_pin=True)
    return next(one.name for one in people if one.name == "赵志强")


def until(screen: Screen, there: Callable[[], bool]) -> None:
    screen.qtbot.waitUntil(there)
    screen.settle()


def left(dialog: QWidget, step: Callable[[Any], None]) -> None:
    """A step that fails must not leave the dialog, and the test, waiting for ever."""
    done = False
    try:
        step(dialog)
        done = True
    finally:
        if not done and isinstance(dialog, QDialog):
            dialog.done(0)


class Steps:
    """Runs one step after the other in whatever dialog is open, each once the one before is answered."""

    def __init__(self, screen: Screen, *steps: Callable[[QWidget], None]) -> None:
        self.screen, self.steps = screen, list(steps)
        self.last: QWidget | None = None
        self.screen.answer(self.next)

    def next(self, dialog: QWidget) -> None:
        if dialog is self.last:
            self.screen.answer(self.next)  # not gone yet
            return
        self.last, step = dialog, self.steps.pop(0)
        self.screen.qtbot.waitUntil(dialog.isActiveWindow)
        if self.steps:
            self.screen.answer(self.next)
        left(dialog, step)


def settled(screen: Screen) -> None:
    screen.qtbot.waitUntil(lambda: screen.services.background.waiting == 0)


def pressed(key: Qt.Key, modifier: Qt.KeyboardModifier = Modifier.NoModifier) -> Callable[[QWidget], None]:
    def step(dialog: QWidget) -> None:
        QTest.keyClick(QApplication.focusWidget() or dialog, key, modifier)

    return step


def typed(text: str) -> None:
    for letter in text:
        QTest.keyClicks(QApplication.focusWidget() or QWidget(), letter)


# --- tallies ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keys", [(Key.Key_F5, Modifier.NoModifier), (Key.Key_T, Modifier.ControlModifier)])
def test_two_keys_count_somebody_and_none_leaks_into_the_line(
    screen: Screen, keys: tuple[Qt.Key, Qt.KeyboardModifier]
) -> None:
    """VIS-1: F5 and a digit; the line is where it was, its clock not begun."""
    screen.key(*keys)
    screen.key(Key.Key_1)
    [row] = rows(screen, tallies)
    assert (row.kind, row.reason) == ("就诊", "")
    line = screen.page.registration.line
    assert line.text() == ""
    assert line.hasFocus()
    assert screen.page.registration.entry is None or screen.page.registration.entry.started is None
    assert screen.page.duties.hints["tally"].text() == "计数 1"
    screen.type("138")
    assert line.text() == "138"  # digits in the line are data as ever


def test_who_is_turned_away_is_asked_why_with_alt_and_a_digit(screen: Screen) -> None:
    """VIS-1: 劝返; letters do nothing, Esc counts nobody."""
    screen.key(Key.Key_F5)
    screen.key(Key.Key_7)
    screen.key(Key.Key_A)
    assert rows(screen, tallies) == []
    screen.key(Key.Key_2, Modifier.AltModifier)
    [row] = rows(screen, tallies)
    assert (row.kind, row.reason) == ("劝返", "not_expected")
    screen.key(Key.Key_F5)
    screen.key(Key.Key_7)
    screen.key(Key.Key_Escape)
    assert len(rows(screen, tallies)) == 1
    assert screen.page.registration.line.text() == ""


def test_a_registration_in_the_line_is_not_disturbed(screen: Screen) -> None:
    """VIS-1, VIS-2: somebody asks the way while a document is in hand."""
    screen.type("zhangs")
    screen.key(Key.Key_F5)
    screen.key(Key.Key_2)
    assert screen.page.registration.line.text() == "zhangs"
    assert screen.page.registration.entry is not None
    assert screen.page.registration.entry.started is not None
    assert [row.kind for row in rows(screen, tallies)] == ["问路"]


def test_the_last_tally_is_taken_back_within_ten_seconds(screen: Screen) -> None:
    """VIS-1: F5, Backspace; afterwards the key does nothing."""
    for _ in range(2):
        screen.key(Key.Key_F5)
        screen.key(Key.Key_1)
    screen.key(Key.Key_F5)
    screen.key(Key.Key_Backspace)
    assert sorted(row.undone_at is None for row in rows(screen, tallies)) == [False, True]
    screen.key(Key.Key_F5)
    screen.key(Key.Key_1)
    screen.post.clock.pass_by(11)
    screen.key(Key.Key_F5)
    screen.key(Key.Key_Backspace)
    screen.key(Key.Key_Escape)
    assert sum(row.undone_at is None for row in rows(screen, tallies)) == 2


# --- the duty log ----------------------------------------------------------------------------------------------------


def in_duty(screen: Screen, act: Callable[[DutyDialog], None]) -> None:
    """F7, and something in its dialog once its list is there."""

    def step(dialog: QWidget) -> None:
        assert isinstance(dialog, DutyDialog)
        screen.qtbot.waitUntil(dialog.isActiveWindow)
        settled(screen)
        act(dialog)

    screen.answer(lambda dialog: left(dialog, step))
    screen.key(Key.Key_F7)
    screen.settle()


def note(text: str, *keys: tuple[Qt.Key, Qt.KeyboardModifier]) -> Callable[[DutyDialog], None]:
    def act(dialog: DutyDialog) -> None:
        for key, modifier in keys:
            QTest.keyClick(dialog.line, key, modifier)
        dialog.line.insert(text)
        QTest.keyClick(dialog.line, Key.Key_Return)

    return act


def test_f7_a_line_and_enter(screen: Screen) -> None:
    """VIS-16: two keys and the text; kinds by Alt and a digit; the list of the shift in the same dialog."""
    in_duty(screen, note("大厅漏水"))
    in_duty(screen, note("今晚清场", (Key.Key_5, Modifier.AltModifier)))
    log = log_queries.duty_log(screen.post.store, screen.post.guard)
    assert [(line.kind, line.text) for line in log.lines] == [("order", "今晚清场"), ("incident", "大厅漏水")]
    seen: list[int] = []

    def look(dialog: DutyDialog) -> None:
        seen.append(dialog.table.model().rowCount())
        QTest.keyClick(dialog.line, Key.Key_Down)
        QTest.keyClick(dialog.table, Key.Key_Delete)  # the order that stands is first: done
        settled(screen)
        QTest.keyClick(dialog.table, Key.Key_Escape)

    in_duty(screen, look)
    assert seen == [2]
    assert log_queries.duty_log(screen.post.store, screen.post.guard).standing == ()
    assert screen.page.registration.line.hasFocus()


def test_a_line_is_corrected_from_the_list(screen: Screen) -> None:
    """VIS-16: by a further line; Esc first leaves the correction, then the dialog."""
    in_duty(screen, note("大厅漏水"))

    def again(dialog: DutyDialog) -> None:
        QTest.keyClick(dialog.line, Key.Key_Down)
        QTest.keyClick(dialog.table, Key.Key_Return)
        assert dialog.line.text() == "大厅漏水"
        QTest.keyClick(dialog.line, Key.Key_Escape)
        assert dialog.isVisible()
        assert dialog.line.text() == ""
        QTest.keyClick(dialog.line, Key.Key_Down)
        QTest.keyClick(dialog.table, Key.Key_Return)
        dialog.line.setText("二楼漏水")
        QTest.keyClick(dialog.line, Key.Key_Return)

    in_duty(screen, again)
    log = log_queries.duty_log(screen.post.store, screen.post.guard)
    assert [(line.text, line.corrects, line.corrected) for line in log.lines] == [
        ("二楼漏水", True, False),
        ("大厅漏水", False, True),
    ]


def test_what_was_typed_and_not_noted_comes_back(screen: Screen) -> None:
    """VIS-16: Esc, or the program killed: the line is a draft; once noted it is none."""

    def half(dialog: DutyDialog) -> None:
        QTest.keyClick(dialog.line, Key.Key_2, Modifier.AltModifier)
        dialog.line.insert("巡查到三")
        QTest.keyClick(dialog.line, Key.Key_Escape)

    found: list[tuple[object, str]] = []

    def back(dialog: DutyDialog) -> None:
        found.append((dialog.bar.value(), dialog.line.text()))
        dialog.line.insert("楼")
        QTest.keyClick(dialog.line, Key.Key_Return)

    def empty(dialog: DutyDialog) -> None:
        found.append((dialog.bar.value(), dialog.line.text()))
        QTest.keyClick(dialog.line, Key.Key_Escape)

    in_duty(screen, half)
    in_duty(screen, back)
    in_duty(screen, empty)
    assert found == [("patrol", "巡查到三"), ("incident", "")]


# --- the handover ----------------------------------------------------------------------------------------------------


def in_handover(screen: Screen, act: Callable[[HandoverDialog], None]) -> None:
    """Ctrl+Shift+H, the question answered, and something on the page once its draft is asked for."""
    seen: list[QWidget] = []

    def page(dialog: QWidget) -> None:
        assert isinstance(dialog, HandoverDialog)
        screen.qtbot.waitUntil(dialog.isActiveWindow)
        settled(screen)
        seen.append(dialog)
        act(dialog)

    until(screen, lambda: QApplication.activeWindow() is not None)  # before, no shortcut hears a key
    Steps(screen, pressed(Key.Key_Return), page)
    QTest.keyClick(QApplication.focusWidget() or screen.page, Key.Key_H, HAND_OVER)
    until(screen, lambda: bool(seen))
    until(screen, lambda: QApplication.activeModalWidget() is None and not screen.page.duties._opening)


def sign(dialog: HandoverDialog, screen: Screen, pin: str = "1234", coming: str = "1234") -> None:
    dialog.pin.setFocus()
    typed(pin)
    QTest.keyClick(dialog.pin, Key.Key_Return)
    typed("zzq")
    QTest.keyClick(dialog.incoming, Key.Key_Return)
    typed(coming)
    QTest.keyClick(dialog.incoming_pin, Key.Key_Return)
    settled(screen)


def test_a_change_of_shift_takes_19_keys_and_three_thoughts(screen: Screen) -> None:
    """VIS-16: under 10 s at the keyboard when nothing is amiss, for a slow typist too; who comes is at the window."""
    store, guard = screen.post.store, screen.post.guard
    page = queries.handover_page(store, guard)
    counted = tuple(type(one)(one.name, one.last, 8) for one in page.things)
    handing.hand_over(
        store, guard, handing.Given(page.after, counted), "1234", _id(screen), "1234"
    )  # the last count is on file
    screen.post.clock.pass_by(3600)
    screen.settle()
    hands = Hands(_Still())

    def signs(dialog: QWidget) -> None:
        assert isinstance(dialog, HandoverDialog)
        screen.qtbot.waitUntil(dialog.isActiveWindow)
        settled(screen)
        hands.think("all is there, as last time")
        QTest.keyClick(QApplication.focusWidget() or dialog, Key.Key_0, Modifier.AltModifier)
        hands.press(Key.Key_0, "Alt+0", Modifier.AltModifier)
        assert dialog.pin.hasFocus()
        typed("1234")
        hands.type("1234")
        QTest.keyClick(dialog.pin, Key.Key_Return)
        hands.press(Key.Key_Return, "↵")
        typed("zz")
        hands.type("zz")
        hands.think("accept the match")
        QTest.keyClick(dialog.incoming, Key.Key_Return)
        hands.press(Key.Key_Return, "↵")
        assert dialog.incoming_pin.hasFocus()
        typed("1234")
        hands.type("1234")
        QTest.keyClick(dialog.incoming_pin, Key.Key_Return)
        hands.press(Key.Key_Return, "↵")

    Steps(screen, pressed(Key.Key_Return), signs)
    hands.think("first key")
    QTest.keyClick(screen.page.registration.line, Key.Key_H, HAND_OVER)
    hands.press(Key.Key_H, "Ctrl+Shift+H", Modifier.ControlModifier)
    hands.keys += 1  # two modifiers
    hands.press(Key.Key_Return, "↵")
    until(screen, lambda: len(rows(screen, handovers)) == 2 and QApplication.activeModalWidget() is None)
    assert (hands.keys, hands.thoughts) == (19, 3)
    assert hands.seconds(K_SLOW) < 10.0
    assert hands.seconds(K_SLOW) == pytest.approx(19 * K_SLOW + 3 * M)
    newest = max(rows(screen, handovers), key=lambda row: row.at)
    assert [count for _, _, count in newest.seen["things"]] == [8, 8, 8]
    assert screen.services.session.now.person == comes(screen)
    assert screen.services.session.now.by_pin
    assert screen.page.registration.line.hasFocus()


class _Still:
    """A device for the sum alone: the keys are pressed by the test itself."""

    def letters(self, text: str) -> float:
        return 0.0

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier) -> float:
        return 0.0

    def compose(self, pinyin: str, text: str) -> float:
        return 0.0


def _id(screen: Screen) -> Any:
    people = sign_in_people(screen.post.store, with_pin=True)
    return next(one.staff_id for one in people if one.name == "赵志强")


def test_a_wrong_pin_stands_at_its_field_and_nothing_typed_goes(screen: Screen) -> None:
    """VIS-16: as at a change of guard."""
    said: list[str] = []

    def act(dialog: HandoverDialog) -> None:
        dialog.notes.setText("门禁坏")
        sign(dialog, screen, coming="9999")
        said.append(dialog.form.error("incoming_pin").text())
        assert dialog.notes.text() == "门禁坏"
        assert dialog.incoming_pin.selectedText()
        typed("1234")
        QTest.keyClick(dialog.incoming_pin, Key.Key_Return)

    in_handover(screen, act)
    assert said == ["PIN 不对。请再输一次，或改用密码登录。"]
    [row] = rows(screen, handovers)
    assert row.notes is not None


def test_a_half_filled_page_is_a_draft_and_holds_no_pin(screen: Screen) -> None:
    """VIS-16: killed between key and commit, nothing typed is lost; the PIN is never kept."""
    kept: list[Any] = []

    def half(dialog: HandoverDialog) -> None:
        dialog.counts["钥匙"].setText("11")
        dialog.notes.setText("北门灯坏")
        dialog.incoming.setFocus()
        typed("zzq")
        QTest.keyClick(dialog.incoming, Key.Key_Return)
        dialog.pin.setText("1234")
        dialog.kept.keep()  # as a quarter of a second after the last key, and before it is signed
        settled(screen)
        kept.append(screen.services.drafts.load(f"handover {screen.post.guard.post_id}"))
        dialog.done(0)  # not by Esc: as if it was killed

    def back(dialog: HandoverDialog) -> None:
        kept.append(
            (dialog.counts["钥匙"].text(), dialog.notes.text(), dialog.incoming.text(), dialog.pin.text())
        )
        sign(dialog, screen)

    in_handover(screen, half)
    assert "1234" not in str(kept[0])
    in_handover(screen, back)
    assert kept[1] == ("11", "北门灯坏", comes(screen), "")
    assert len(rows(screen, handovers)) == 1
    assert screen.services.drafts.load(f"handover {screen.post.guard.post_id}") is None


def test_open_registrations_are_said_and_put_aside_by_a_tick(screen: Screen) -> None:
    """VIS-16, VIS-4."""
    store, guard = screen.post.store, screen.post.guard
    key = registering.new_visit()
    registering.begin(store, guard, key, registering.stamp(store), Fields(visitor="张顺"))
    screen.settle()
    said: list[str] = []

    def act(dialog: HandoverDialog) -> None:
        sign(dialog, screen)
        said.append(dialog.form.error("aside").text())
        assert rows(screen, handovers) == []
        dialog.aside.setChecked(True)
        QTest.keyClick(dialog, Key.Key_Return, Modifier.ControlModifier)

    in_handover(screen, act)
    assert said == ["还有 1 份登记没有还证。请先还证，或者放一边交给下一班。"]
    [row] = rows(screen, handovers)
    assert row.seen["open"] == [key.hex]


def test_another_window_was_quicker(screen: Screen) -> None:
    """VIS-16: said in the dialog, nothing is written twice."""
    said: list[str] = []

    def act(dialog: HandoverDialog) -> None:
        store, guard = screen.post.store, screen.post.guard
        handing.hand_over(store, guard, handing.Given(None), "1234", _id(screen), "1234")
        sign(dialog, screen)
        said.append(dialog.fault.text())
        QTest.keyClick(dialog, Key.Key_Escape)

    in_handover(screen, act)
    assert said == ["这个岗亭刚才已经在另一个窗口交了班。请按 Esc 退出，再看一遍。"]
    assert len(rows(screen, handovers)) == 1


def test_nobody_has_come_yet_and_then_somebody_does(screen: Screen) -> None:
    """VIS-16: it waits, the foot says so; the same keys take it over."""

    def leave(dialog: HandoverDialog) -> None:
        dialog.pin.setText("1234")
        QTest.keyClick(dialog.pin, Key.Key_Return, Modifier.ControlModifier)

    in_handover(screen, leave)
    assert screen.page.duties.hints["handover"].text() == "待接班"
    assert screen.services.session.now.person == screen.post.guard.name

    def take(dialog: QWidget) -> None:
        assert isinstance(dialog, TakeOverDialog)
        screen.qtbot.waitUntil(dialog.incoming.hasFocus)
        typed("zzq")
        QTest.keyClick(dialog.incoming, Key.Key_Return)
        typed("1234")
        QTest.keyClick(dialog.incoming_pin, Key.Key_Return)

    screen.answer(lambda dialog: left(dialog, take))
    QTest.keyClick(screen.page.registration.line, Key.Key_H, HAND_OVER)
    until(screen, lambda: screen.services.session.now.person == comes(screen))
    assert screen.page.duties.hints["handover"].text() == "交接班"


def test_ctrl_p_prints_the_newest_handover(screen: Screen) -> None:
    """VIS-16: the Reports page with that sheet; before the first one it says so."""
    screen.key(Key.Key_P, Modifier.ControlModifier)
    assert screen.page.head.strip.text() == "这个岗亭还没有交接班记录。"
    in_handover(screen, lambda dialog: sign(dialog, screen))
    wanted: list[Any] = []
    screen.page.wanted.disconnect()
    screen.page.wanted.connect(lambda code, argument: wanted.append((code, argument)))
    screen.key(Key.Key_P, Modifier.ControlModifier)
    [(code, argument)] = wanted
    assert code == "reports"
    assert (argument["name"], argument["post"], argument["scope"]) == ("handover", "东门岗", "早班")


def test_the_keys_are_under_f1_and_ctrl_k(screen: Screen) -> None:
    """LOOK: every key is shown; every F-key has a twin."""
    groups = dict(screen.page.keys())
    assert next(keys for keys, _ in groups["值班"]) == "F5  Ctrl+T"
    assert {"F5", "F7", "Ctrl+Shift+H", "Ctrl+P"} <= {command.keys for command in screen.page.commands()}
