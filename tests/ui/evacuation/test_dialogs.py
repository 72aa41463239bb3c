"""The roll call, late entry and blank slips by keyboard, in a real window (VIS-13)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.db.evacuation import late_entries
from app.operations import late_entry, roll_calls
from app.operations.nights import close_night
from app.queries import evacuation as queries
from app.ui.evacuation.late_entry import LateEntryDialog
from app.ui.evacuation.night import NightDialog
from app.ui.evacuation.roll_call import RollCallDialog
from app.ui.evacuation.slips import SlipsDialog
from app.ui.widgets.dialogs import Dialog
from tests.ui.visits.conftest import Screen

Key, Modifier = Qt.Key, Qt.KeyboardModifier
SHIFTED = Modifier.ControlModifier | Modifier.ShiftModifier


def shown(screen: Screen, dialog: Dialog) -> None:
    screen.qtbot.addWidget(dialog)
    dialog.show()
    screen.qtbot.waitExposed(dialog)
    dialog.activateWindow()
    screen.qtbot.waitUntil(dialog.isActiveWindow)
    screen.settle()


def into(screen: Screen, text: str, then: Qt.Key | None = Key.Key_Return) -> None:
    """Typed where the focus is, Chinese as an input method commits it."""
    field = QApplication.focusWidget()
    assert field is not None
    if text.isascii():
        QTest.keyClicks(field, text)
    else:
        commit = QInputMethodEvent()
        commit.setCommitString(text)
        QApplication.sendEvent(field, commit)
    screen.settle()
    if then is not None:
        press(screen, then)


def press(screen: Screen, key: Qt.Key, modifier: Qt.KeyboardModifier = Modifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or screen.page, key, modifier)
    screen.settle()


def begun(screen: Screen, *names: str) -> RollCallDialog:
    for name in names:
        screen.post.register(visitor=name)
    dialog = RollCallDialog(screen.services, screen.page)
    shown(screen, dialog)
    press(screen, Key.Key_Return)
    screen.settle()
    assert dialog.call is not None
    return dialog


def figures(dialog: RollCallDialog) -> tuple[str, ...]:
    return tuple(dialog.figures[name].text() for name in ("missing", "found", "expected"))


def states(dialog: RollCallDialog) -> dict[str, bool]:
    rows = (dialog.model.row_at(at) for at in range(dialog.model.rowCount()))
    return {row.who.visitor: row.found_at is not None for row in rows if row is not None}


def test_enter_begins_and_typing_ticks(screen: Screen) -> None:
    """VIS-13: Enter, pinyin, Enter; the count missing is in sight, the line is empty for the next."""
    dialog = begun(screen, "张顺", "李明", "仇英")
    assert figures(dialog) == ("3", "0", "3")
    assert dialog.line.hasFocus()
    into(screen, "zs")
    screen.settle()
    assert figures(dialog) == ("2", "1", "3")
    assert dialog.line.text() == ""
    into(screen, "仇")
    screen.settle()
    assert states(dialog) == {"李明": False, "张顺": True, "仇英": True}


def test_what_is_composed_is_searched_already(screen: Screen) -> None:
    """LOOK: the preedit counts."""
    dialog = begun(screen, "张顺", "李明")
    QApplication.sendEvent(dialog.line, QInputMethodEvent("zhshun", []))
    screen.settle()
    assert [match.title for match in dialog.line.matches()] == ["张顺"]


def test_a_bare_enter_never_ends_it_and_nobody_is_said(screen: Screen) -> None:
    dialog = begun(screen, "张顺")
    press(screen, Key.Key_Return)
    into(screen, "wangwu")
    assert "wangwu" in dialog.hint.text()
    press(screen, Key.Key_Return)
    assert dialog.isVisible()
    assert queries.running_roll_call(screen.post.store, screen.post.guard) is not None


def test_a_second_pc_sees_the_ticks(screen: Screen) -> None:
    """VIS-13: without a key here."""
    dialog = begun(screen, "张顺", "李明")
    assert dialog.call is not None
    [li] = [one.who.visit_id for one in dialog.call.people if one.who.visitor == "李明"]
    roll_calls.tick(screen.post.store, screen.post.actor("clerk"), dialog.call.id, li)
    screen.qtbot.waitUntil(lambda: figures(dialog) == ("1", "1", "2"), timeout=3000)


def test_a_mistake_is_taken_back_in_the_list(screen: Screen) -> None:
    """VIS-13: Ctrl+Down into the list, Delete on the row."""
    dialog = begun(screen, "张顺")
    into(screen, "zs")
    screen.settle()
    press(screen, Key.Key_Down, Modifier.ControlModifier)
    assert dialog.table.hasFocus()
    press(screen, Key.Key_Delete)
    screen.settle()
    assert figures(dialog) == ("1", "0", "1")
    press(screen, Key.Key_Return)
    screen.settle()
    assert figures(dialog) == ("0", "1", "1")
    press(screen, Key.Key_Escape)
    assert dialog.isVisible()
    assert dialog.line.hasFocus()


def test_it_is_ended_by_one_key_when_all_are_found(screen: Screen) -> None:
    dialog = begun(screen, "张顺")
    into(screen, "zs")
    screen.settle()
    press(screen, Key.Key_Return, Modifier.ControlModifier)
    screen.qtbot.waitUntil(lambda: not dialog.isVisible())
    ended = dialog.value()
    assert isinstance(ended, queries.RollCall)
    assert ended.missing == 0


def test_with_somebody_missing_it_asks_first(screen: Screen) -> None:
    dialog = begun(screen, "张顺")
    asked: list[str] = []

    def leave(one: QWidget) -> None:
        asked.append(one.windowTitle())
        QTest.keyClick(one, Key.Key_Escape)

    screen.answer(leave)
    press(screen, Key.Key_Return, Modifier.ControlModifier)
    assert asked == ["结束点名？"]
    assert dialog.isVisible()


def test_escape_leaves_it_running_and_the_post_says_so(screen: Screen) -> None:
    """VIS-13: at the foot, for whoever is here next."""
    dialog = begun(screen, "张顺")
    press(screen, Key.Key_Escape)
    assert not dialog.isVisible()
    hint = screen.page.evacuation_hints.roll_call
    screen.qtbot.waitUntil(hint.isVisible, timeout=3000)


def test_nobody_on_site_begins_nothing(screen: Screen) -> None:
    dialog = RollCallDialog(screen.services, screen.page)
    shown(screen, dialog)
    assert dialog.asked.text() == "现在没有人在访，不用点名。"
    assert dialog.primary is not None
    assert not dialog.primary.isEnabled()


# --- late entry -------------------------------------------------------------------------------------------------------


def late(screen: Screen, slips: int = 4) -> LateEntryDialog:
    late_entry.issue(screen.post.store, screen.post.guard, slips)
    dialog = LateEntryDialog(screen.services, screen.page)
    shown(screen, dialog)
    return dialog


def key_in(
    screen: Screen, *, number: str = "", name: str = "张顺", came: str = "815", left: str = ""
) -> None:
    """One slip, field by field, each with Enter."""
    into(screen, number)
    into(screen, name)
    for text in ("", "1234", "guke", "送货"):  # kind, last four, host, purpose
        into(screen, text)
    for text in ("", came, left, "", "", ""):  # day, came, left, phone, plate, pass
        into(screen, text)
    screen.settle()


def rows(screen: Screen) -> list[Any]:
    with screen.post.store.reading() as connection:
        return list(connection.execute(sa.select(late_entries.c.slip_number)).scalars())


def test_a_pile_of_slips_by_enter_alone(screen: Screen) -> None:
    """VIS-13: the next slip's number stands there, the host is found by pinyin, the day stays."""
    dialog = late(screen)
    key_in(screen, number="1")
    assert rows(screen) == ["SA0001"], dialog.said.text()
    assert dialog.slip.text() == "SA0002"
    assert dialog.slip.hasFocus()
    key_in(screen, name="李明", came="8:20", left="8.50")
    assert rows(screen) == ["SA0001", "SA0002"]
    assert len(queries.on_site_now(screen.post.store, screen.post.guard).present) == 1
    assert "SA0002" in dialog.said.text()
    assert [one.missing for one in dialog.entered] == [0, 0]


def test_a_slip_keyed_in_twice_is_said_at_its_field_and_nothing_is_lost(screen: Screen) -> None:
    dialog = late(screen)
    key_in(screen, number="1")
    dialog.slip.selectAll()
    key_in(screen, number="1", name="王芳")
    assert "已经补录过" in dialog.forms[0].error("slip").text()
    assert dialog.visitor.text() == "王芳"
    assert len(rows(screen)) == 1


def test_a_number_that_was_never_printed_is_kept_by_a_second_key(screen: Screen) -> None:
    """VIS-13: Alt+1 stands there only then."""
    dialog = late(screen)
    assert not dialog.anyway.isVisible()
    key_in(screen, number="b77")
    assert dialog.anyway.isVisible()
    QTest.keyClick(dialog, Key.Key_1, Modifier.AltModifier)
    screen.settle()
    assert rows(screen) == ["SB0077"]
    assert not dialog.anyway.isVisible()


def test_a_time_to_come_is_said_at_its_field(screen: Screen) -> None:
    """09:00 it is."""
    dialog = late(screen)
    key_in(screen, number="1", came="915")
    assert dialog.forms[1].error("came").text() == "这个时间还没到。请核对日期和时间。"
    assert rows(screen) == []


def test_a_half_typed_slip_comes_back(screen: Screen) -> None:
    """Half-filled forms survive; of one that was stored nothing comes back."""
    dialog = late(screen)
    into(screen, "3")
    into(screen, "张顺")
    dialog.reject()
    screen.settle()
    again = LateEntryDialog(screen.services, screen.page)
    shown(screen, again)
    assert (again.slip.text(), again.visitor.text()) == ("3", "张顺")
    again.visitor.clear()
    again.reject()
    screen.settle()
    third = LateEntryDialog(screen.services, screen.page)
    shown(screen, third)
    assert third.slip.text() == ""


# --- blank slips, the night -------------------------------------------------------------------------------------------


def test_how_many_slips_is_checked_before_a_number_is_given_out(screen: Screen) -> None:
    dialog = SlipsDialog(screen.services, screen.page)
    shown(screen, dialog)
    into(screen, "0")
    assert dialog.isVisible()
    assert "400" in dialog.form.error("count").text()
    dialog.count.selectAll()
    into(screen, "8")
    assert dialog.value() == 8
    assert not dialog.isVisible()


def test_the_names_of_the_night_are_one_key_away(screen: Screen) -> None:
    """VIS-10: never silently."""
    screen.post.register(visitor="张顺")
    screen.post.clock.pass_by(23 * 3600)
    close_night(screen.post.store)
    screen.qtbot.waitUntil(screen.page.evacuation_hints.night.isVisible, timeout=3000)
    screen.settle()
    assert "已按规关闭" in screen.page.head.strip.text()
    seen: list[int] = []

    def read(dialog: QWidget) -> None:
        assert isinstance(dialog, NightDialog)
        seen.append(dialog.model.rowCount())
        QTest.keyClick(dialog, Key.Key_Escape)

    screen.answer(read)
    press(screen, Key.Key_Y, SHIFTED)
    screen.qtbot.waitUntil(lambda: bool(seen))
    assert seen == [1]


def test_a_pass_that_comes_back_in_the_morning_is_noted(screen: Screen) -> None:
    """VIS-9: of somebody whom the night closed: Enter on the row, once."""
    screen.post.register(visitor="张顺", pass_number="A017")
    screen.post.clock.pass_by(23 * 3600)
    close_night(screen.post.store)
    dialog = NightDialog(
        screen.services, queries.closed_in_the_night(screen.post.store, screen.post.guard), screen.page
    )
    shown(screen, dialog)
    assert dialog.table.hasFocus()
    for _ in range(2):
        press(screen, Key.Key_Return)
    assert "A017 已收回" in dialog.said.text()
    [one] = queries.closed_in_the_night(screen.post.store, screen.post.guard)
    assert not one.pass_out
    press(screen, Key.Key_Escape)
    assert not dialog.isVisible()


def test_over_time_is_marked_by_word_shape_and_colour(screen: Screen) -> None:
    """VIS-10: in the list on site and in its name; a minute later without a question to the file."""
    screen.post.register(visitor="张顺")
    screen.post.clock.pass_by(4 * 3600 - 66)
    screen.services.bus.publish({"visits"})
    screen.settle()
    model = screen.page.lists.models["on_site"]
    row = model.row_at(0)
    stay = next(column for column in model.columns if column.code == "stay")
    assert stay.cell is not None
    assert row is not None
    assert "超时" not in stay.text(row)
    screen.post.clock.pass_by(60)
    assert stay.text(row) == "4:00 超时"
    assert (stay.cell(row).icon, stay.cell(row).tone) == ("caution", "amber")
    screen.services.bus.publish({"visits"})
    screen.settle()
    assert "超时 1" in screen.page.lists._texts["on_site"]


def test_the_keys_are_named_and_offered(screen: Screen) -> None:
    """F1 and Ctrl+K; each key once on the page."""
    groups = dict(screen.page.keys())
    assert len(groups["疏散和停电"]) == 5
    offered = {command.keys: command.text for command in screen.page.commands()}
    assert offered["Ctrl+Shift+E"] == "疏散名单"
    keys = [command.keys for command in screen.page.commands() if command.keys]
    assert len(keys) == len(set(keys))
