"""What the guard is told before F9, and what Enter, Esc and Ctrl+Z do to what is typed; by real key events."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.parting import parted
from app.operations.visits import new_visit
from app.queries import visits as queries
from app.ui.visits.entry import Entry, meaning, take_untaken, words_behind
from tests.ui.visits.conftest import Screen
from tests.ui.visits.test_entry import TODAY
from tests.ui.visits.test_page import NUMBER, WRONG, Key, Modifier, known, stored


def titles(screen: Screen) -> list[str]:
    return [choice.title for choice in screen.page.registration.choices.choices]


def begin(screen: Screen, *texts: str) -> None:
    """Each text and Enter."""
    for text in texts:
        screen.type(text)
        screen.key(Key.Key_Return)


def test_a_number_on_file_under_another_name_is_said_while_it_is_typed(screen: Screen) -> None:
    """VIS-3: at once, before Enter and F9; nothing is refused, both names stay, the record waits to be looked at."""
    known(screen, "张三")
    begin(screen, "李四")
    assert screen.page.registration.notice.text() == ""
    screen.type(NUMBER)
    assert "张三" in screen.page.registration.notice.text()
    assert screen.page.registration.notice.isVisible()
    screen.key(Key.Key_Return)
    assert "张三" in screen.page.registration.notice.text()
    screen.key(Key.Key_Escape)
    assert screen.page.registration.notice.text() == ""
    screen.key(Key.Key_Return, Modifier.AltModifier)
    assert "张三" in screen.page.registration.notice.text()
    begin(screen, "guke")
    screen.key(Key.Key_Return)
    screen.key(Key.Key_F9)
    newest = stored(screen)[0]
    assert (newest.visitor, newest.missing, newest.open) == ("李四", ("other_name",), False)
    assert not screen.page.registration.notice.isVisible()
    assert "待补" in screen.page.strip.text()


def test_the_same_name_written_otherwise_is_no_other_name(screen: Screen) -> None:
    """VIS-3."""
    known(screen, "Anna Karin")
    begin(screen, "ANNA KARIN")
    screen.type(NUMBER)
    assert screen.page.registration.notice.text() == ""


def test_a_pass_that_somebody_has_is_said_while_it_is_typed(screen: Screen) -> None:
    """VIS-9: whose it is and since when; it can be given all the same."""
    known(screen, "张三", pass_number="A017")
    begin(screen, "李四")
    screen.type("a17")
    notice = screen.page.registration.notice
    assert "张三" in notice.text()
    assert "A017" in notice.text()
    screen.key(Key.Key_Backspace)
    screen.key(Key.Key_Backspace)
    screen.type("18")
    assert notice.text() == ""
    screen.key(Key.Key_Backspace)
    screen.type("7")
    screen.key(Key.Key_Return)
    assert "张三" in notice.text()
    screen.key(Key.Key_F9)
    assert stored(screen)[0].pass_number == "A017"


def test_a_short_pass_of_a_returning_visitor_is_no_host(screen: Screen) -> None:
    """VIS-9: `a17` is the pass A017."""
    known(screen)
    begin(screen, "zhsh", "a17")
    entry = screen.page.registration.entry
    assert entry is not None
    assert (entry.fields.host, entry.fields.pass_number) == ("骨科", "A017")


def test_a_host_of_no_directory_is_kept_and_said(screen: Screen) -> None:
    """VIS-3: a hint under the line and afterwards, never a bar."""
    begin(screen, "甲", NUMBER)
    screen.type("锅炉房老周")
    assert "通讯录" in screen.page.registration.choices.hint
    screen.key(Key.Key_Return)
    assert "锅炉房老周" in screen.page.registration.notice.text()
    screen.key(Key.Key_Escape)
    begin(screen, "乙", NUMBER)
    screen.type("guke")
    screen.key(Key.Key_Return)
    assert "通讯录" not in screen.page.registration.notice.text()


def test_who_has_just_the_name_that_was_typed_comes_first(screen: Screen) -> None:
    """VIS-5: `zhaosi` is 赵四, however often 赵思诗 was here."""
    screen.post.register(visitor="赵四", document_number=NUMBER)
    for _ in range(5):
        screen.post.register(visitor="赵思诗", document_number=WRONG)
    screen.type("zhaosi")
    assert titles(screen) == ["赵四", "赵思诗"]
    assert screen.page.registration.choices.hint == ""


def test_longer_names_never_crowd_out_the_one_that_was_typed(screen: Screen) -> None:
    """VIS-5: whoever has just this name is found among thirty who come more often."""
    screen.post.register(visitor="赵四")
    for at in range(30):
        for _ in range(2):
            screen.post.register(visitor=f"赵思{chr(0x4E00 + at)}", phone=f"139123456{at:02d}")
    screen.type("zhaosi")
    assert titles(screen)[0] == "赵四"


def test_a_longer_name_is_said_to_be_one_before_enter_takes_it(screen: Screen) -> None:
    """VIS-5: nobody is called just so; the hint names whom Enter takes, the foot says how to register as typed."""
    known(screen, "赵思诗")
    screen.type("zhaosi")
    choices = screen.page.registration.choices
    assert "赵思诗" in choices.hint
    assert "照输入" in choices.foot
    screen.type("s")
    assert choices.hint == ""
    screen.key(Key.Key_Escape)
    screen.type("zss")
    assert choices.hint == ""


def test_somebody_who_is_open_already_can_be_gone_on_with(screen: Screen) -> None:
    """VIS-4: Enter registers again all the same; Alt and a digit goes on with the open one."""
    known(screen)
    begin(screen, "zhsh")
    screen.key(Key.Key_Escape)
    screen.post.clock.pass_by(4)
    screen.key(Key.Key_F2)
    screen.type("zhsh")
    assert titles(screen) == ["张顺", "张顺"]
    screen.key(Key.Key_2, Modifier.AltModifier)
    screen.key(Key.Key_F9)
    assert screen.page.open_list.rows() == ()
    assert stored(screen)[0].held_seconds == 4.0
    assert len(stored(screen)) == 2


def test_an_open_one_who_is_nobody_on_file_yet_is_offered_too(screen: Screen) -> None:
    """VIS-4: and a name that is written out stays a new visitor for Enter."""
    begin(screen, "慕容雪")
    screen.key(Key.Key_Escape)
    screen.type("mrx")
    assert titles(screen) == ["慕容雪"]
    screen.key(Key.Key_Escape)
    screen.type("慕容雪")
    assert titles(screen) == ["慕容雪", "慕容雪"]
    screen.key(Key.Key_Return)
    entry = screen.page.registration.entry
    assert entry is not None
    [open_one] = screen.page.open_list.rows()
    assert entry.visit_id != open_one.visit_id


def test_what_esc_cleared_comes_back_with_its_clock(screen: Screen) -> None:
    """GOALS: undo; nothing typed is thrown away, and nothing is written for it (ARCHITECTURE)."""
    screen.type("zhang")
    screen.post.clock.pass_by(3)
    screen.key(Key.Key_Escape)
    assert "zhang" in screen.page.registration.choices.hint
    assert stored(screen) == []
    screen.key(Key.Key_Z, Modifier.ControlModifier)
    assert screen.page.registration.line.text() == "zhang"
    assert screen.page.registration.clock.seconds() == 3.0
    screen.key(Key.Key_Escape)
    screen.key(Key.Key_Escape)
    assert screen.page.registration.line.text() == ""
    begin(screen, "甲")
    screen.key(Key.Key_F9)
    screen.key(Key.Key_Z, Modifier.ControlModifier)
    assert screen.page.registration.line.text() == ""


def test_f9_with_nothing_to_act_on_says_so(screen: Screen) -> None:
    """VIS-2."""
    screen.key(Key.Key_F9)
    assert "F2" in screen.page.registration.choices.hint


def test_no_document_shows_its_reason_and_not_the_number_on_file(screen: Screen) -> None:
    """VIS-7."""
    known(screen)
    begin(screen, "zhsh")
    screen.key(Key.Key_F8)
    screen.key(Key.Key_Return)
    document = screen.page.registration.fields.cells()[1].value
    assert "忘带" in document
    assert NUMBER[-4:] not in document


@pytest.mark.parametrize("words", ["张三", "锅炉房"])
@pytest.mark.parametrize("number", ["13912345678", NUMBER, "139 1234 5678", "１３９１２３４５６７８"])
def test_a_number_typed_with_a_name_is_parted_from_it(words: str, number: str) -> None:
    """VIS-14: names stand in clear in the file."""
    for typed in (words + number, f"{number} {words}", f"{words}，{number}"):
        assert parted(typed)[0] == words
        entry = Entry(new_visit())
        take_untaken(entry, typed, TODAY)
        assert entry.fields.visitor == words
        assert entry.fields.document_number or entry.fields.phone


@given(st.text(max_size=40))
def test_any_text_is_parted_or_left(text: str) -> None:
    """VIS-14: what is left as words holds no number at its ends, and nothing is lost."""
    words, number = parted(text)
    left = re.sub(r"\W", "", words + number)
    assert sorted(left) == sorted(re.sub(r"\W", "", text))


def test_a_plate_typed_behind_a_name_goes_to_its_own_field(screen: Screen) -> None:
    """VIS-5, VIS-7: by keys, with a phone besides, and at once by F9 too."""
    begin(screen, "张三沪A12345 13912345678")
    entry = screen.page.registration.entry
    assert entry is not None
    assert (entry.fields.visitor, entry.fields.plate, entry.fields.phone) == (
        "张三",
        "沪A12345",
        "13912345678",
    )
    screen.key(Key.Key_Escape)
    screen.type("李四 沪ad12345")
    screen.key(Key.Key_F9)
    assert (stored(screen)[0].visitor, stored(screen)[0].plate) == ("李四", "沪AD12345")


def test_a_phone_typed_behind_a_name_goes_to_its_own_field(screen: Screen) -> None:
    """VIS-14: by keys; and a wrong identity number is asked for as ever."""
    begin(screen, "张三13912345678")
    entry = screen.page.registration.entry
    assert entry is not None
    assert (entry.fields.visitor, entry.fields.phone, entry.stage()) == ("张三", "13912345678", "document")
    begin(screen, NUMBER, "锅炉房 13812345678")
    assert (entry.fields.host, entry.fields.phone) == ("锅炉房", "13812345678")
    screen.key(Key.Key_Escape)
    begin(screen, f"李四{WRONG}")
    assert screen.page.registration.mode == "override"
    assert screen.page.registration.line.text() == WRONG
    screen.key(Key.Key_F9)
    assert (stored(screen)[0].visitor, stored(screen)[0].missing[0]) == ("李四", "document")


def test_words_behind_a_wrong_number_go_to_the_next_field(screen: Screen) -> None:
    """VIS-7: the number waits among the unfinished, as after F9; the host is the host."""
    begin(screen, "慕容雪", WRONG)
    assert screen.page.registration.mode == "override"
    screen.type("骨科")
    assert screen.page.registration.line.text() == "骨科"
    screen.key(Key.Key_Return)
    entry = screen.page.registration.entry
    assert entry is not None
    assert (entry.fields.document_number, entry.fields.override_reason) == (WRONG, "unchecked")


@pytest.mark.parametrize(
    ("typed", "words"),
    [(WRONG + "guke", "guke"), (WRONG + " x", ""), (WRONG + "1", ""), (WRONG[:-1], ""), ("guke", "")],
)
def test_a_correction_of_the_number_is_no_word(typed: str, words: str) -> None:
    """VIS-7."""
    assert words_behind(WRONG, typed) == words


@pytest.mark.parametrize("stage", ["host", "purpose"])
def test_a_room_is_no_pass(stage: str) -> None:
    """VIS-9: B12 is a place where one is asked for."""
    fields = replace(Entry(new_visit()).fields, visitor="甲", document_number=NUMBER)
    fields = fields if stage == "host" else replace(fields, host="骨科")
    assert meaning(Entry(new_visit(), fields=fields), "B12", TODAY).part == stage


def test_who_came_in_last_stands_on_top_and_the_stay_counts_on(screen: Screen) -> None:
    """VIS-10: the minutes go on without a question to the file."""
    for name in ("甲", "乙"):
        begin(screen, name)
        screen.key(Key.Key_F9)
    model = screen.page.lists.models["on_site"]
    assert [model.row_at(at).visitor for at in range(2)] == ["乙", "甲"]  # type: ignore[union-attr]  # two rows
    screen.post.clock.pass_by(61)
    with screen.qtbot.waitSignal(model.dataChanged):
        pass  # the page's own tick
    stay = model.index(0, model.columnCount() - 1)
    assert model.data(stay) == "0:01"


def test_the_first_row_of_a_list_is_marked_when_it_gets_the_keys(screen: Screen) -> None:
    """LOOK: one sees what Enter opens."""
    begin(screen, "甲")
    screen.key(Key.Key_F9)
    screen.key(Key.Key_Down, Modifier.ControlModifier)
    table = screen.page.lists.tables["on_site"]
    assert [index.row() for index in table.selectionModel().selectedRows()] == [0]


def test_the_clock_says_was_held_after_the_return(screen: Screen) -> None:
    """VIS-2: 接证至今 is over."""
    begin(screen, "甲")
    assert screen.page.registration.clock.said() == "接证至今"
    screen.key(Key.Key_F9)
    assert screen.page.registration.clock.said() == "接还证用时"


def test_nobodys_name_and_a_plate_is_found_for_the_departure(screen: Screen) -> None:
    """VIS-10: a visitor whose name was not taken leaves by plate or by the number's last four."""
    begin(screen, "京A12345")
    screen.key(Key.Key_F9)
    assert stored(screen)[0].plate == "京A12345"
    screen.key(Key.Key_F4)
    screen.type("12345")
    screen.key(Key.Key_Return)
    assert queries.on_site_list(screen.post.store, screen.post.guard) == []
