"""No stamp, no answer and no failed write of one registration reaches another, however fast the keys follow."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.operations import site as site_operations
from app.ui.visits.page import VisitsPage
from tests.ui.visits.conftest import Screen
from tests.ui.visits.test_page import NUMBER, known, stored

Key, Modifier = Qt.Key, Qt.KeyboardModifier


def at_once(screen: Screen, text: str, *keys: Qt.Key) -> None:
    """Letters and keys without waiting for any answer between them."""
    line = screen.page.registration.line
    QTest.keyClicks(line, text)
    for key in keys:
        QTest.keyClick(line, key)


def without(screen: Screen, right: str) -> None:
    """The guard loses a right while signed in: what needs it is refused from now on."""
    session = screen.services.session
    weak = replace(screen.post.guard, rights=screen.post.guard.rights - {right})
    session.now = replace(session.now, actor=weak)


def restored(screen: Screen) -> None:
    session = screen.services.session
    session.now = replace(session.now, actor=screen.post.guard)


def test_f9_after_a_search_that_failed_stores_what_was_typed(screen: Screen) -> None:
    """VIS-3: F9 always works, also when Enter waited for an answer that never came."""
    without(screen, "visits.see")
    at_once(screen, "wang", Key.Key_Return, Key.Key_F9)
    screen.settle()
    restored(screen)
    assert [row.visitor for row in stored(screen)] == ["wang"]
    assert screen.page.registration.line.text() == ""


def test_enter_after_a_search_that_failed_takes_the_text_as_typed(screen: Screen) -> None:
    """VIS-3: and the next F9 is no slower for it."""
    without(screen, "visits.see")
    at_once(screen, "wang", Key.Key_Return)
    screen.settle()
    restored(screen)
    entry = screen.page.registration.entry
    assert entry is not None
    assert (entry.fields.visitor, entry.taken) == ("wang", True)
    screen.key(Key.Key_F9)
    assert [(row.visitor, row.open) for row in stored(screen)] == [("wang", False)]


@pytest.mark.parametrize("then", [Key.Key_Escape, Key.Key_F2, Key.Key_F4, Key.Key_F8, Key.Key_A])
def test_a_stamp_of_f9_is_never_the_next_ones(screen: Screen, then: Qt.Key) -> None:
    """VIS-2: whatever follows F9 before the answer, each registration has its own time."""
    known(screen, "王顺")
    screen.post.clock.pass_by(60)
    QTest.keyClicks(screen.page.registration.line, "wangsh")
    screen.post.clock.pass_by(4)
    at_once(screen, "", Key.Key_Return, Key.Key_F9, then)
    screen.settle()
    screen.key(Key.Key_Escape)
    screen.key(Key.Key_Escape)
    screen.post.clock.pass_by(100)
    screen.type("张三")
    screen.post.clock.pass_by(30)
    screen.key(Key.Key_F9)
    held = {row.visitor: row.held_seconds for row in stored(screen) if row.held_seconds != 6.0}
    assert held == {"王顺": 4.0, "张三": 30.0}


def test_the_next_visitors_first_letters_are_not_swallowed_by_the_last_ones_f9(screen: Screen) -> None:
    """VIS-4: Enter, F9 and the next name in one go: two records, each with what was typed for it."""
    known(screen, "王顺")
    at_once(screen, "wangsh", Key.Key_Return, Key.Key_F9)
    screen.post.clock.pass_by(2)
    QTest.keyClicks(screen.page.registration.line, "Li Si")
    clock = screen.page.registration.clock
    screen.settle()
    assert screen.page.registration.line.text() == "Li Si"
    assert clock.running()
    screen.post.clock.pass_by(3)
    screen.key(Key.Key_F9)
    newest, before = stored(screen)[:2]
    assert (newest.visitor, newest.held_seconds, newest.host) == ("Li Si", 3.0, "")
    assert (before.visitor, before.held_seconds, before.host) == ("王顺", 0.0, "骨科")


def test_f8_while_enter_waits_chooses_no_reason_by_itself(screen: Screen) -> None:
    """VIS-7: the reason why there is no document is the guard's, not the answer's to an older Enter."""
    known(screen, "王顺")
    at_once(screen, "wangsh", Key.Key_Return, Key.Key_F8)
    screen.settle()
    registration = screen.page.registration
    assert registration.mode == "none"
    assert registration.entry is not None
    assert registration.entry.fields.none_reason == ""


def test_an_enter_given_up_with_esc_is_not_carried_out_when_the_text_comes_back(screen: Screen) -> None:
    """Ctrl+Z brings the text, not the key that was pressed behind it."""
    known(screen, "王顺")
    at_once(screen, "wangsh", Key.Key_Return, Key.Key_Escape)
    QTest.keyClick(screen.page.registration.line, Key.Key_Z, Modifier.ControlModifier)
    screen.settle()
    entry = screen.page.registration.entry
    assert screen.page.registration.line.text() == "wangsh"
    assert entry is not None
    assert not entry.taken


def test_an_enter_of_one_guard_is_not_carried_out_for_the_next(screen: Screen) -> None:
    """A change of guard before the answer: the text stays, nothing is taken in another's name."""
    known(screen, "王顺")
    at_once(screen, "wangsh", Key.Key_Return)
    session = screen.services.session
    session.enter(replace(session.now, person="换班的"))
    screen.settle()
    assert screen.page.registration.line.text() == "wangsh"
    assert len(stored(screen)) == 1


def test_f9_before_a_change_of_guard_is_the_first_guards(screen: Screen) -> None:
    """VIS-2: the answer comes later, and the record still bears who pressed F9."""
    known(screen, "王顺")
    other = site_operations.sign_in_as(screen.post.store, "supervisor", screen.post.guard.station)
    at_once(screen, "wangsh", Key.Key_Return, Key.Key_F9)
    session = screen.services.session
    session.enter(replace(session.now, actor=other, person=other.name))
    screen.settle()
    newest = stored(screen)[0]
    assert newest.visitor == "王顺"
    assert newest.guard == screen.post.guard.name != other.name


def test_a_language_switch_between_enter_and_answer_changes_nothing(screen: Screen) -> None:
    """Nothing typed is lost and no key is forgotten."""
    known(screen, "王顺")
    at_once(screen, "wangsh", Key.Key_Return)
    screen.window.switch_language("en")
    screen.settle()
    entry = screen.page.registration.entry
    assert entry is not None
    assert (entry.fields.visitor, entry.taken) == ("王顺", True)


def test_a_refused_f9_keeps_its_time_for_the_one_that_is_written(screen: Screen) -> None:
    """VIS-2: the document went back at the first F9, however often it must be pressed until the row is written."""
    screen.type("甲")
    screen.post.clock.pass_by(7)
    without(screen, "visits.register")
    screen.key(Key.Key_F9)
    restored(screen)
    registration = screen.page.registration
    assert registration.entry is not None
    assert not registration.clock.running()
    screen.post.clock.pass_by(40)
    screen.key(Key.Key_F9)
    [row] = stored(screen)
    assert (row.visitor, row.held_seconds) == ("甲", 7.0)
    assert not registration.strip.asking()


def test_a_refused_f9_put_aside_waits_without_a_clock_and_is_stored_from_the_list(screen: Screen) -> None:
    """VIS-2, VIS-4: no reason is asked for a time that was not too long; F9 on the empty line writes it."""
    screen.type("甲")
    without(screen, "visits.register")
    screen.post.clock.pass_by(7)
    screen.key(Key.Key_F9)
    restored(screen)
    screen.key(Key.Key_Escape)
    screen.post.clock.pass_by(60)
    screen.page._tick()
    assert [(row.name, row.clocked) for row in screen.page.open_list.rows()] == [("甲", False)]
    assert screen.page.several.text() == ""
    assert not screen.page.registration.strip.asking()
    screen.key(Key.Key_F9)
    [row] = stored(screen)
    assert (row.visitor, row.held_seconds, row.open) == ("甲", 7.0, False)


def test_a_refused_f9_never_comes_back_into_a_line_that_asks_who_leaves(screen: Screen) -> None:
    """It waits in the list: a pass typed for somebody who leaves must not end in it."""
    screen.type("甲")
    without(screen, "visits.register")
    line = screen.page.registration.line
    QTest.keyClick(line, Key.Key_F9)
    QTest.keyClick(line, Key.Key_F4)
    screen.settle()
    restored(screen)
    assert (screen.page.registration.mode, screen.page.registration.entry) == ("leave", None)
    screen.key(Key.Key_Escape)
    assert [row.name for row in screen.page.open_list.rows()] == ["甲"]


def test_what_f9_ended_and_nobody_wrote_yet_is_in_the_draft(screen: Screen) -> None:
    """Nothing typed is lost: the window may be killed between F9 and the answer that it waits for."""
    known(screen, "王顺")
    at_once(screen, "wangsh", Key.Key_Return, Key.Key_F9)
    draft = screen.page.draft()
    assert draft is not None
    assert draft["text"] == "wangsh"
    screen.settle()
    assert screen.page.draft() is None


def test_the_reason_for_more_than_25_s_is_asked_again_when_it_was_refused(screen: Screen) -> None:
    """VIS-2: a reason that was not written is not given."""
    screen.type("甲")
    screen.key(Key.Key_Return)
    screen.post.clock.pass_by(31)
    screen.key(Key.Key_F9)
    strip = screen.page.registration.strip
    without(screen, "visits.register")
    screen.key(Key.Key_1, Modifier.AltModifier)
    assert strip.asking()
    restored(screen)
    screen.key(Key.Key_2, Modifier.AltModifier)
    assert not strip.asking()
    assert stored(screen)[0].over_reason == "handed_late"


def test_two_reasons_refused_are_asked_again_each_for_its_own(screen: Screen) -> None:
    """VIS-2: a reason never reaches another visit."""
    for name in ("甲", "乙"):
        screen.type(name)
        screen.key(Key.Key_Return)
        screen.post.clock.pass_by(31)
        screen.key(Key.Key_F9)
    strip = screen.page.registration.strip
    without(screen, "visits.register")
    screen.key(Key.Key_1, Modifier.AltModifier)
    restored(screen)
    screen.key(Key.Key_2, Modifier.AltModifier)
    screen.key(Key.Key_3, Modifier.AltModifier)
    assert not strip.asking()
    assert {row.visitor: row.over_reason for row in stored(screen)} == {
        "乙": "handed_late",
        "甲": "host_asked",
    }


def test_a_line_too_long_is_said_and_stays(screen: Screen) -> None:
    """Nothing typed is cut: Enter takes nothing, F9 keeps it whole."""
    line = screen.page.registration.line
    line.insert("长" * 201)
    line.textEdited.emit(line.text())
    screen.key(Key.Key_Return)
    assert line.text() == "长" * 201
    assert "200" in screen.page.registration.choices.hint
    assert isinstance(screen.page, VisitsPage)
    screen.key(Key.Key_F9)
    assert [row.visitor for row in stored(screen)] == ["长" * 201]


def test_a_scanned_pass_is_the_pass_that_is_printed(screen: Screen) -> None:
    """VIS-9: typed, scanned or in full width: one pass; F4 finds who has it."""
    known(screen, "王顺", pass_number="ａ-017")
    screen.key(Key.Key_F4)
    screen.type("YHPA017X")
    screen.key(Key.Key_Return)
    assert stored(screen)[0].left_at is not None
    assert stored(screen)[0].number_shown.endswith(NUMBER[-4:])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Li Lei (139 1234 5678)", {"visitor": "Li Lei", "phone": "13912345678"}),
        (
            "张三H10385526",
            {"visitor": "张三", "document_number": "H10385526", "document_kind": "hm_permit"},
        ),
        (
            f"张三13912345678 {NUMBER}送货",
            {"visitor": "张三 送货", "phone": "13912345678", "document_number": NUMBER},
        ),
    ],
)
def test_enter_parts_numbers_from_a_name(screen: Screen, typed: str, kept: dict[str, str]) -> None:
    """VIS-14: with one Enter, each in its own field."""
    screen.type(typed)
    screen.key(Key.Key_Return, Modifier.ControlModifier)
    entry = screen.page.registration.entry
    assert entry is not None
    assert {name: getattr(entry.fields, name) for name in kept} == kept
    assert screen.page.registration.line.text() == ""
    screen.key(Key.Key_F9)
    assert stored(screen)[0].visitor == kept["visitor"]


def test_enter_asks_about_a_wrong_number_beside_a_name(screen: Screen) -> None:
    """VIS-7: the name is taken, the number stands in the line and asks for its reason."""
    screen.type("张三21010219870412919送货")
    screen.key(Key.Key_Return, Modifier.ControlModifier)
    registration = screen.page.registration
    assert registration.entry is not None
    assert registration.entry.fields.visitor == "张三 送货"
    assert (registration.mode, registration.line.text()) == ("override", "21010219870412919")
    screen.key(Key.Key_F9)
    assert stored(screen)[0].missing == ("document", "host", "purpose")


def test_a_misread_pass_is_said_and_not_taken(screen: Screen) -> None:
    """DOCUMENTS 7: the text stays to be typed again."""
    screen.type("YHPA018X")
    screen.key(Key.Key_Return)
    registration = screen.page.registration
    assert "校验" in registration.choices.hint
    assert registration.line.text() == "YHPA018X"
    screen.key(Key.Key_F9)
    assert stored(screen)[0].pass_number == "YHPA018X"


def test_letters_typed_on_a_whole_registration_are_not_its_host(screen: Screen) -> None:
    """VIS-3, VIS-5: F9 leaves the host that is there; the letters come back by Ctrl+Z as the next visitor's."""
    known(screen, host="骨科", purpose="送货")
    screen.type("zs")
    screen.key(Key.Key_Return)
    entry = screen.page.registration.entry
    assert entry is not None
    assert entry.stage() == "ready"
    host = entry.fields.host
    screen.type("qq")
    screen.key(Key.Key_F9)
    assert [row.host for row in stored(screen) if row.host == "qq"] == []
    assert stored(screen)[-1].host == host
    assert "qq" in screen.page.registration.choices.hint
    screen.key(Key.Key_Z, Modifier.ControlModifier)
    assert screen.page.registration.line.text() == "qq"
