"""The post's lists in use, and what the screen says of what waits (VIS-2 to VIS-4, VIS-10)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget

from app.ui.visits.complete import CompleteDialog
from app.ui.visits.discard import DiscardDialog
from app.ui.visits.field_row import FieldCell
from app.ui.widgets.buttons import KeyHint
from app.ui.widgets.combo import Combo
from app.ui.widgets.tables import Table
from tests.ui.visits.conftest import Screen

Key, Modifier = Qt.Key, Qt.KeyboardModifier


def with_visitors(screen: Screen, *names: str, **fields: Any) -> None:
    for name in names:
        screen.post.register(visitor=name, **fields)
        screen.post.clock.pass_by(60)
    screen.services.bus.publish({"visits"})
    screen.settle()


def put_aside(screen: Screen, name: str) -> None:
    screen.key(Key.Key_F2)
    screen.type(name)
    screen.key(Key.Key_Return)
    screen.key(Key.Key_Escape)


def into(screen: Screen, name: str) -> Table:
    for _ in range(3):
        if not screen.page.lists.tables[name].isVisible():
            screen.key(Key.Key_F3)
    screen.key(Key.Key_Down, Modifier.ControlModifier)
    table = screen.page.lists.tables[name]
    assert table.hasFocus()
    return table


def marked(table: Table) -> list[int]:
    return [index.row() for index in table.selectionModel().selectedRows()]


def has_rows(table: Table, count: int) -> bool:
    return table.model().rowCount() == count


def back_in_front(screen: Screen) -> None:
    """The dialog is gone; without a window manager nobody else gives the window the keys again."""
    screen.settle()
    screen.window.activateWindow()
    screen.qtbot.waitUntil(screen.window.isActiveWindow)


def complete_marked(screen: Screen) -> None:
    """Enter opens the marked record; its document's number is filled in and stored."""

    def fill(dialog: QWidget) -> None:
        assert isinstance(dialog, CompleteDialog)
        dialog.pass_number.setText("A01")
        QTest.keyClick(dialog.pass_number, Key.Key_Return, Modifier.ControlModifier)

    screen.answer(fill)
    screen.key(Key.Key_Return)
    back_in_front(screen)


def test_one_goes_through_the_unfinished_with_enter_alone(screen: Screen) -> None:
    """VIS-3: after one is stored the next is marked and the focus is still there; with none left it is the line's."""
    with_visitors(screen, "甲", "乙", "丙")
    table = into(screen, "unfinished")
    screen.key(Key.Key_Down)
    for left in (2, 1):
        complete_marked(screen)
        screen.qtbot.waitUntil(partial(has_rows, table, left))
        assert table.hasFocus()
        assert marked(table) == [table.currentIndex().row()]
        assert len(table.selectionModel().selectedIndexes()) == table.model().columnCount()
    complete_marked(screen)
    screen.qtbot.waitUntil(partial(has_rows, table, 0))
    screen.qtbot.waitUntil(screen.page.registration.line.hasFocus)


def test_leaving_a_record_of_the_list_comes_back_to_its_row(screen: Screen) -> None:
    """VIS-3."""
    with_visitors(screen, "甲", "乙")
    table = into(screen, "unfinished")
    screen.key(Key.Key_Down)
    screen.answer(lambda dialog: QTest.keyClick(dialog, Key.Key_Escape))
    screen.key(Key.Key_Return)
    back_in_front(screen)
    assert table.hasFocus()
    assert marked(table) == [1]


def test_home_and_end_are_the_ends_of_the_list(screen: Screen) -> None:
    with_visitors(screen, "甲", "乙", "丙")
    table = into(screen, "today")
    screen.key(Key.Key_End)
    assert marked(table) == [2]
    screen.key(Key.Key_Home)
    assert marked(table) == [0]


def test_a_list_that_the_keys_are_in_gets_the_room(screen: Screen) -> None:
    """VIS-10: who is on site is one look; back at the line the line's half has its room again."""
    with_visitors(screen, "甲")
    screen.window.resize(1366, 768)
    QApplication.processEvents()
    before = screen.page.lists.height()
    into(screen, "on_site")
    QApplication.processEvents()
    assert screen.page.lists.height() > before * 1.2
    screen.key(Key.Key_Escape)
    QApplication.processEvents()
    assert screen.page.lists.height() == before


def test_a_list_does_not_grow_under_the_mouse(screen: Screen) -> None:
    """The second click of a double click must meet the same row."""
    with_visitors(screen, "甲")
    before = screen.page.lists.height()
    table = screen.page.lists.tables["on_site"]
    place = table.visualRect(table.model().index(0, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Modifier.NoModifier, place)
    QApplication.processEvents()
    assert table.hasFocus()
    assert screen.page.lists.height() == before


def test_times_and_figures_are_whole_in_a_narrow_list(screen: Screen) -> None:
    """At 1366 x 768 and 150 % the wide columns shrink, never the time."""
    with_visitors(screen, "甲")
    screen.window.set_look(factor=1.5)
    screen.window.resize(1366, 768)
    QApplication.processEvents()
    into(screen, "today")
    QApplication.processEvents()
    table, theme = screen.page.lists.tables["today"], screen.services.theme
    body, head = QFontMetrics(theme.font("body")), QFontMetrics(theme.font("caption"))
    assert table.columnWidth(0) >= body.horizontalAdvance("08:07") + theme.px(18 + 8)
    assert table.columnWidth(4) >= head.horizontalAdvance("用时（秒）") + theme.px(16)
    assert sum(table.columnWidth(at) for at in range(6)) <= table.viewport().width() + 1


def test_a_name_of_three_characters_is_whole_beside_an_empty_field(screen: Screen) -> None:
    """At 150 % an empty field gives its room to one that says something; only the longest is ever cut."""
    fields = screen.page.registration.fields
    screen.services.theme.use(factor=1.5)
    values = ("詹春梅", "身份证 3301", "", "送货", "")
    fields.show_cells(tuple(FieldCell("证", value) for value in values))
    fields.resize(640, 90)
    wide = fields.widths()
    letter = screen.services.theme.font("lead", bold=True).pixelSize()
    assert wide[0] >= 3 * letter + screen.services.theme.px(18)
    assert wide[3] >= 2 * letter + screen.services.theme.px(18)
    assert abs(sum(wide) + 4 * screen.services.theme.px(10) - 640) < 1
    fields.show_cells(tuple(FieldCell("证", value) for value in ("詹春梅", "长" * 60, "", "送货", "")))
    assert fields.widths()[0] == wide[0] or fields.widths()[0] >= 3 * letter + screen.services.theme.px(18)


def test_the_digits_on_the_strip_rest_while_the_list_has_them(screen: Screen) -> None:
    """VIS-2: Alt and a digit is the list's; the strip's caps are pale, a digit beyond the list answers no reason."""
    with_visitors(screen, "张顺", document_number="21010219870412919X")
    screen.key(Key.Key_F2)
    screen.type("甲")
    screen.post.clock.pass_by(30)
    screen.key(Key.Key_F9)
    strip = screen.page.registration.strip
    caps = strip.findChildren(KeyHint)
    assert strip.asking()
    assert not any(cap.resting() for cap in caps)
    screen.type("zhsh")
    assert all(cap.resting() for cap in caps)
    screen.key(Key.Key_5, Modifier.AltModifier)
    assert strip.asking()
    screen.key(Key.Key_Escape)
    assert not any(cap.resting() for cap in caps)
    screen.key(Key.Key_5, Modifier.AltModifier)
    assert not strip.asking()


def test_the_strip_says_how_many_more_wait(screen: Screen) -> None:
    """VIS-2."""
    strip = screen.page.registration.strip
    for name, said in (("甲", "甲 超 25 秒，原因？"), ("乙", "甲 超 25 秒，原因？（后面还有 1 位）")):
        screen.key(Key.Key_F2)
        screen.type(name)
        screen.post.clock.pass_by(30)
        screen.key(Key.Key_F9)
        assert strip.text() == said
    screen.key(Key.Key_1, Modifier.AltModifier)
    screen.qtbot.waitUntil(lambda: strip.text() == "乙 超 25 秒，原因？")


def test_the_marked_row_shows_the_key_that_takes_it_back(screen: Screen) -> None:
    """VIS-4: a cap on the marked row only: another row has no dark edge of a cap where this one has it."""
    put_aside(screen, "甲")
    put_aside(screen, "乙")
    cells = screen.page.open_list.grab().toImage()
    tall = screen.services.theme.row("post")
    line = screen.services.theme.colour("line").rgb()

    def edges(row: int) -> int:
        return sum(cells.pixel(x, row * tall + tall // 2) == line for x in range(cells.width()))

    assert edges(0) == 2
    assert edges(1) == 0
    screen.key(Key.Key_Down, Modifier.AltModifier)
    screen.key(Key.Key_Return, Modifier.AltModifier)
    entry = screen.page.registration.entry
    assert entry is not None
    assert entry.fields.visitor == "乙"


def test_the_next_guard_finds_a_quiet_clock_and_is_named(screen: Screen) -> None:
    """VIS-2: what ended is no document in hand."""
    screen.type("甲")
    screen.post.clock.pass_by(30)
    screen.key(Key.Key_F9)
    clock = screen.page.registration.clock
    assert clock.state() == "over"
    assert clock.said() == "已还证，超 25 秒"
    session = screen.services.session
    session.enter(replace(session.now, person="孙德明"))
    screen.settle()
    assert clock.state() == "idle"
    assert screen.page.strip.text() == "孙德明 接岗"


def test_a_running_clock_goes_on_for_the_next_guard(screen: Screen) -> None:
    """VIS-4: the document is still in a hand."""
    put_aside(screen, "甲")
    screen.key(Key.Key_Return, Modifier.AltModifier)
    session = screen.services.session
    session.enter(replace(session.now, person="孙德明"))
    screen.settle()
    assert screen.page.registration.clock.running()


def test_what_was_done_is_said_whole_where_it_is_narrow(screen: Screen) -> None:
    """The day's figures give way to it and come back."""
    with_visitors(screen, "甲")
    screen.window.set_look(factor=1.5)
    screen.window.resize(1366, 768)
    QApplication.processEvents()
    assert screen.page.head.figures.isVisible()
    screen.type("长孙无忌之子")
    screen.key(Key.Key_F9)
    assert not screen.page.head.figures.isVisible()
    screen.page.strip.dismiss()
    assert screen.page.head.figures.isVisible()


def test_a_quick_reason_of_a_discard_has_its_key(screen: Screen) -> None:
    """LOOK: Alt and a digit takes the reason, and no digit gets into the field."""
    screen.type("甲")
    screen.key(Key.Key_Return)
    seen: list[str] = []

    def act(dialog: QWidget) -> None:
        assert isinstance(dialog, DiscardDialog)
        QTest.keyClick(dialog.findChildren(QLineEdit)[0], Key.Key_2, Modifier.AltModifier)
        seen.append(str(dialog.value()))
        dialog.reject()

    screen.answer(act)
    screen.key(Key.Key_Delete, Modifier.ControlModifier)
    assert seen == ["访客走了"]


def test_a_choice_of_the_record_is_seen_to_open(screen: Screen) -> None:
    """LOOK: a list to choose from looks otherwise than a line to type in."""
    with_visitors(screen, "甲")
    seen: list[bool] = []

    def look(dialog: QWidget) -> None:
        boxes = dialog.findChildren(QComboBox)
        seen.extend(isinstance(box, Combo) for box in boxes)
        dialog.close()

    screen.answer(look)
    table = into(screen, "unfinished")
    table.selectionModel().setCurrentIndex(
        table.model().index(0, 0), QItemSelectionModel.SelectionFlag.NoUpdate
    )
    screen.key(Key.Key_Return)
    assert seen == [True] * 5
