"""The guard post by keyboard alone, with real key events."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.queries import visits as queries
from app.queries.visits import VisitRow
from app.ui.visits.complete import CompleteDialog
from app.ui.visits.page import VisitsPage
from tests.ui.visits.conftest import Screen

Key, Modifier = Qt.Key, Qt.KeyboardModifier
NUMBER = "21010219870412919X"
WRONG = "210102198806159032"


def stored(screen: Screen) -> list[VisitRow]:
    return queries.day_visits(screen.post.store, screen.post.guard)


def known(screen: Screen, name: str = "张顺", **fields: Any) -> None:
    screen.post.register(visitor=name, document_number=NUMBER, **fields)
    screen.services.bus.publish({"visits"})
    screen.settle()


def test_a_returning_visitor_in_initials_enter_and_f9(screen: Screen) -> None:
    """VIS-5: two to four keys, Enter takes the last host and purpose along, F9 returns the document."""
    known(screen)
    screen.key(Key.Key_F2)
    screen.type("zhsh")
    assert [choice.title for choice in screen.page.registration.choices.choices] == ["张顺"]
    screen.key(Key.Key_Return)
    screen.post.clock.pass_by(3)
    screen.key(Key.Key_F9)
    newest = stored(screen)[0]
    assert (newest.visitor, newest.host, newest.purpose, newest.open) == ("张顺", "骨科", "送货", False)
    assert newest.held_seconds == 3.0
    assert screen.page.registration.line.text() == ""


def test_enter_waits_for_the_answer_of_a_fast_typist(screen: Screen) -> None:
    """VIS-5: letters and Enter in one go still take the match."""
    known(screen)
    line = screen.page.registration.line
    QTest.keyClicks(line, "zhsh")
    QTest.keyClick(line, Key.Key_Return)
    QTest.keyClick(line, Key.Key_F9)
    screen.settle()
    newest = stored(screen)[0]
    assert (newest.visitor, newest.host, newest.open) == ("张顺", "骨科", False)


def test_a_new_visitor_typed_in_full(screen: Screen) -> None:
    """VIS-3: name, number, host by pinyin, purpose; each Enter moves on."""
    screen.key(Key.Key_F2)
    screen.type("慕容雪")
    screen.key(Key.Key_Return)
    screen.type(NUMBER)
    assert "1987-04-12" in screen.page.registration.choices.hint
    screen.key(Key.Key_Return)
    screen.type("guke")
    host = screen.page.registration.choices.choices[0].title
    screen.key(Key.Key_Return)
    screen.key(Key.Key_Return)
    assert screen.page.registration.entry is not None
    assert screen.page.registration.entry.stage() == "ready"
    screen.key(Key.Key_F9)
    [row] = stored(screen)
    assert (row.visitor, row.host, row.missing) == ("慕容雪", host, ())
    assert row.number_shown.endswith("919X")


def test_returned_on_untaken_text_is_a_name_and_never_a_match(screen: Screen) -> None:
    """ARCHITECTURE: *returned* takes no match."""
    known(screen)
    screen.type("张顺")
    screen.key(Key.Key_F9)
    newest = stored(screen)[0]
    assert (newest.visitor, newest.number_shown, newest.missing) == (
        "张顺",
        "",
        ("document", "host", "purpose"),
    )


def test_returned_on_an_untaken_number_keeps_it_as_a_number(screen: Screen) -> None:
    """VIS-14: a number never becomes a name in clear."""
    screen.type(NUMBER)
    screen.key(Key.Key_F9)
    [row] = stored(screen)
    assert (row.visitor, row.number_shown[-4:]) == ("", "919X")


def test_keypad_plus_and_the_ctrl_twin_return_too(screen: Screen) -> None:
    """VIS-2."""
    screen.type("甲")
    screen.key(Key.Key_Plus, Modifier.KeypadModifier)
    screen.type("乙")
    screen.key(Key.Key_S, Modifier.ControlModifier)
    assert {row.visitor for row in stored(screen)} == {"甲", "乙"}


def test_esc_clears_what_was_not_taken_and_nothing_remains(screen: Screen) -> None:
    """ARCHITECTURE."""
    screen.type("张")
    screen.key(Key.Key_Escape)
    assert stored(screen) == []
    assert not screen.page.registration.clock.running()


def test_esc_puts_a_taken_registration_aside_with_its_clock(screen: Screen) -> None:
    """VIS-4: it stays open, in sight, and F9 on the empty line returns the oldest."""
    screen.key(Key.Key_F2)
    screen.type("甲")
    screen.key(Key.Key_Return)
    screen.post.clock.pass_by(5)
    screen.key(Key.Key_Escape)
    assert [row.name for row in screen.page.open_list.rows()] == ["甲"]
    screen.key(Key.Key_F2)
    screen.type("乙")
    screen.key(Key.Key_Return)
    screen.post.clock.pass_by(2)
    screen.key(Key.Key_F9)
    screen.post.clock.pass_by(4)
    screen.key(Key.Key_F9)
    held = {row.visitor: row.held_seconds for row in stored(screen)}
    assert held == {"甲": 11.0, "乙": 2.0}


def test_f9_with_nothing_open_does_nothing(screen: Screen) -> None:
    screen.key(Key.Key_F9)
    assert stored(screen) == []


def test_a_wrong_number_is_said_as_typed_and_kept_only_with_a_reason(screen: Screen) -> None:
    """VIS-7."""
    screen.type("慕容雪")
    screen.key(Key.Key_Return)
    screen.type("430102199013")
    assert screen.page.registration.choices.hint != ""
    screen.page.registration.line.clear()
    screen.type(WRONG)
    screen.key(Key.Key_Return)
    assert screen.page.registration.mode == "override"
    screen.key(Key.Key_1, Modifier.AltModifier)
    entry = screen.page.registration.entry
    assert entry is not None
    assert (entry.fields.document_number, entry.fields.override_reason) == (WRONG, "card_says_so")


def test_over_25_s_one_key_gives_the_reason_on_a_strip_that_waits(screen: Screen) -> None:
    """VIS-2: and the strip takes no focus: the next visitor can be typed meanwhile."""
    screen.type("甲")
    screen.key(Key.Key_Return)
    screen.post.clock.pass_by(31)
    screen.key(Key.Key_F9)
    assert screen.page.registration.strip.asking()
    assert QApplication.focusWidget() is screen.page.registration.line
    screen.type("13800")
    assert screen.page.registration.line.text() == "13800"
    screen.key(Key.Key_2, Modifier.AltModifier)
    [row] = stored(screen)
    assert row.over_reason == "handed_late"
    assert not screen.page.registration.strip.asking()


def test_f4_sees_off_by_pass_name_or_number(screen: Screen) -> None:
    """VIS-9, VIS-10."""
    known(screen, pass_number="A017")
    screen.key(Key.Key_F4)
    screen.type("zhsh")
    screen.key(Key.Key_Return)
    assert stored(screen)[0].left_at is not None


def test_a_pass_that_is_out_alone_in_the_line_is_a_departure_without_a_clock(screen: Screen) -> None:
    """VIS-9."""
    known(screen, pass_number="A017")
    screen.type("A017")
    screen.key(Key.Key_Return)
    [row] = stored(screen)
    assert row.left_at is not None
    assert not screen.page.registration.clock.running()


def test_f8_is_no_document_with_a_reason_and_no_clock(screen: Screen) -> None:
    """VIS-2, VIS-7."""
    screen.type("甲")
    screen.key(Key.Key_Return)
    screen.key(Key.Key_F8)
    screen.key(Key.Key_Return)
    assert not screen.page.registration.clock.running()
    screen.key(Key.Key_F9)
    [row] = stored(screen)
    assert (row.document_kind, row.held_seconds) == ("none", None)


def test_digits_in_the_line_are_data(screen: Screen) -> None:
    """LOOK: choices are Alt and a digit, tabs Ctrl and a digit."""
    known(screen)
    screen.type("1")
    assert screen.page.registration.line.text() == "1"


def test_the_search_reads_what_is_still_being_composed(screen: Screen) -> None:
    """VIS-5: in Chinese mode `zhsh` is still in composition."""
    known(screen)
    line = screen.page.registration.line
    QApplication.sendEvent(line, QInputMethodEvent("zh'sh", []))
    screen.settle()
    assert [choice.title for choice in screen.page.registration.choices.choices] == ["张顺"]
    assert screen.page.registration.clock.running()


def test_what_is_typed_survives_a_language_switch_and_a_tab_change(screen: Screen) -> None:
    """Nothing typed is ever lost."""
    screen.type("慕容")
    screen.window.switch_language("en")
    screen.window.show_page("requests")
    screen.window.show_page("visits")
    assert screen.page.registration.line.text() == "慕容"


def test_an_open_registration_comes_back_with_its_clock(screen: Screen) -> None:
    """VIS-4: what a crash leaves is in the list, marked, and its clock ran on."""
    screen.type("甲")
    screen.key(Key.Key_Return)
    screen.post.clock.pass_by(8)
    screen.page.registration.aside()
    screen.settle()
    [row] = screen.page.open_list.rows()
    assert screen.page.registration.now() - row.since == 8.0


def test_a_refused_write_loses_nothing(screen: Screen) -> None:
    """A registration that could not be stored comes back into the line with its fields."""
    screen.type("甲")
    screen.key(Key.Key_Return)
    actor = screen.services.session.now
    weak = replace(screen.post.guard, rights=frozenset())
    screen.services.session.now = replace(actor, actor=weak)
    screen.key(Key.Key_F9)
    assert screen.page.registration.entry is not None
    assert screen.page.registration.entry.fields.visitor == "甲"
    screen.services.session.now = actor
    screen.key(Key.Key_F9)
    [row] = stored(screen)
    assert row.visitor == "甲"
    assert not row.open


def test_a_second_document_in_hand_is_marked(screen: Screen) -> None:
    """VIS-4: one at a time is the standard's way."""
    screen.type("甲")
    screen.key(Key.Key_Return)
    assert screen.page.several.text() == ""
    screen.key(Key.Key_F2)
    screen.type("乙")
    screen.key(Key.Key_Return)
    assert "2" in screen.page.several.text()


def test_the_unfinished_list_opens_a_record_by_keyboard_and_completes_it(screen: Screen) -> None:
    """VIS-3: F3 to the list, into it, Enter opens the record, Ctrl+Enter keeps it."""
    screen.type("张顺")
    screen.key(Key.Key_F9)
    for _ in range(3):
        screen.key(Key.Key_F3)
    screen.key(Key.Key_Down, Modifier.ControlModifier)
    assert QApplication.focusWidget() is screen.page.lists.tables["unfinished"]

    def fill_in(dialog: QWidget) -> None:
        assert isinstance(dialog, CompleteDialog)
        dialog.number.setText(NUMBER)
        dialog.host.setText("骨科")
        QTest.keyClick(dialog.purpose, Key.Key_A)
        QTest.keyClick(dialog.purpose, Key.Key_Return, Modifier.ControlModifier)

    screen.answer(fill_in)
    screen.key(Key.Key_Return)
    screen.qtbot.waitUntil(lambda: stored(screen)[0].missing == ())


def test_an_empty_search_and_esc_come_back_to_the_line(screen: Screen) -> None:
    screen.key(Key.Key_Down, Modifier.ControlModifier)
    screen.key(Key.Key_Escape)
    assert QApplication.focusWidget() is screen.page.registration.line


def test_the_reason_of_an_open_one_is_asked_once(screen: Screen) -> None:
    """VIS-2: past 25 s while it is open still, and not again when it goes back."""
    screen.type("甲")
    screen.key(Key.Key_Return)
    screen.key(Key.Key_Escape)
    screen.post.clock.pass_by(26)
    screen.qtbot.waitUntil(screen.page.registration.strip.asking)
    screen.key(Key.Key_1, Modifier.AltModifier)
    screen.key(Key.Key_F9)
    assert not screen.page.registration.strip.asking()
    [row] = stored(screen)
    assert (row.over_reason, row.open) == ("hard_to_read", False)


def test_what_was_typed_into_an_open_registration_comes_back_after_a_crash(screen: Screen) -> None:
    """Nothing typed is lost: the row is there, and the text that was not taken yet stands in its line again."""
    screen.key(Key.Key_F2)
    screen.type("慕容雪")
    screen.key(Key.Key_Return)
    screen.type("210102198704")
    draft = screen.page.draft()
    assert draft is not None
    other = VisitsPage(screen.services, screen.window)
    other.restore_draft(draft)
    other._refresh_open()
    screen.settle()
    [open_one] = queries.open_registrations(screen.post.store, screen.post.guard)
    other._resume(open_one.visit_id)
    assert other.registration.line.text() == "210102198704"


def test_a_name_written_out_is_never_taken_for_a_longer_one(screen: Screen) -> None:
    """VIS-5: 慕容雪 is somebody else than 慕容雪梓; initials still take the first."""
    known(screen, "慕容雪梓")
    screen.type("慕容雪")
    screen.key(Key.Key_Return)
    screen.key(Key.Key_F9)
    assert {row.visitor for row in stored(screen)} == {"慕容雪梓", "慕容雪"}
    screen.type("mrx")
    screen.key(Key.Key_1, Modifier.AltModifier)
    assert screen.page.registration.entry is not None
    assert screen.page.registration.entry.fields.visitor.startswith("慕容雪")
