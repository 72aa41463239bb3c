"""The requests tab by keyboard, with real key events on a real site (REQ-1, REQ-2, REQ-6, REQ-9, REQ-10)."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QScrollArea

from app.domain.requests import RequestState
from app.operations import requests_way as way
from app.queries import requests_card as cards
from app.ui.requests.action_panel import ActionPanel
from app.ui.requests.actions import ACTIONS
from app.ui.requests.conflict import ConflictPanel
from tests.ui.requests.conftest import ALT, CONTROL, Losing, Screen

Key = Qt.Key


def card_of(screen: Screen, name: str) -> cards.RequestCard:
    return cards.card(screen.desk.store, screen.desk.clerk, screen.made[name])


def test_counts_rows_and_the_badge_of_the_tab(screen: Screen) -> None:
    """REQ-9: saved filters with live counts; what nobody has and what is overdue stand at the tab, in red."""
    page = screen.page
    counts = {code: page.filters.count(code) for code in ("unassigned", "overdue", "paused", "open", "all")}
    assert counts == {"unassigned": 2, "overdue": 2, "paused": 1, "open": 8, "all": None}
    assert page.list.model.rowCount() == 8
    tab = screen.window.head.tab(0)
    assert "4" in tab.accessibleName() or tab.sizeHint().width() > 0
    screen.key(Key.Key_Up, ALT)
    assert page.filters.current == "paused"
    assert page.list.model.rowCount() == 1


def test_the_whole_way_by_ctrl_return_and_alt_digits(screen: Screen) -> None:
    """REQ-1, REQ-2: received, dispatched, done, told, confirmed, satisfied, followed up, closed; none skipped."""
    screen.show("bell")
    screen.next()
    panel = screen.page.card.panel()
    assert isinstance(panel, ActionPanel)
    assert panel.fields["handler"].matches()[0].title == "陈刚", "the one with the skill"
    screen.key(Key.Key_Return)
    screen.next()
    assert card_of(screen, "bell").request.state == RequestState.DISPATCHED
    screen.next()
    screen.compose("huandianchi", "换电池")
    screen.next()
    assert card_of(screen, "bell").request.state == RequestState.DONE
    screen.next()
    screen.compose("yixiang", "已响")
    screen.next()
    assert card_of(screen, "bell").request.result_told_at is not None
    screen.next()
    screen.key(Key.Key_2, ALT)
    screen.key(Key.Key_4, ALT)
    screen.next()
    card = card_of(screen, "bell")
    assert card.request.state == RequestState.CONFIRMED
    assert (card.confirmations[0].who, card.confirmations[0].means) == ("李主任", "phone")
    screen.next()
    screen.next()
    assert card_of(screen, "bell").request.satisfied_degree == "satisfied"
    screen.next()
    screen.key(Key.Key_2, ALT)
    screen.next()
    screen.next()
    screen.next()
    card = card_of(screen, "bell")
    assert card.request.state == RequestState.CLOSED
    assert card.follow_ups[0].outcome == "fairly_satisfied"
    assert not screen.page.card.primary.isVisible()


def test_a_station_cannot_be_skipped_and_the_message_says_what_is_missing(screen: Screen) -> None:
    """REQ-1."""
    screen.show("lock")
    screen.key(Key.Key_R, ALT)
    assert screen.page.card.panel() is None
    assert "还没派工" in screen.window.strip.text()
    screen.key(Key.Key_E, ALT)
    assert screen.window.strip.text()


def test_needed_choices_are_asked_for_at_their_field(screen: Screen) -> None:
    """REQ-6: confirmation is evidence; by what means and which answer are never filled in by the program."""
    screen.show("cards")
    screen.next()
    screen.next()
    panel = screen.page.card.panel()
    assert isinstance(panel, ActionPanel)
    assert "方式" in panel.form.error("means").text()
    screen.key(Key.Key_1, ALT)
    screen.key(Key.Key_6, ALT)
    screen.next()
    assert panel.form.error("words").text(), "dissatisfied needs the customer's words"
    panel.fields["words"].setFocus()
    screen.compose("haishibuxing", "还是刷不开")
    screen.next()
    card = card_of(screen, "cards")
    assert (card.request.state, card.request.round) == (RequestState.RECEIVED, 2)


def test_the_time_of_the_work_is_not_the_time_of_entry(screen: Screen) -> None:
    """REQ-10: both are kept and both are shown."""
    screen.show("projector")
    screen.next()
    panel = screen.page.card.panel()
    assert isinstance(panel, ActionPanel)
    screen.compose("huanxian", "换线")
    panel.fields["at"].setFocus()
    screen.type("8:50")
    screen.next()
    card = card_of(screen, "projector")
    assert card.request.done_at is not None
    assert card.request.done_at < card.events[0].entered_at
    assert "录入" in screen.page.card.events.lines()[0].text


def test_what_is_typed_into_a_panel_outlives_leaving_it(screen: Screen) -> None:
    screen.show("hot")
    screen.key(Key.Key_G, ALT)
    screen.key(Key.Key_3, ALT)
    panel = screen.page.card.panel()
    assert isinstance(panel, ActionPanel)
    panel.fields["words"].setFocus()
    screen.compose("deng", "等压缩机")
    screen.key(Key.Key_Escape)
    assert screen.page.card.panel() is None
    screen.show("bell")
    screen.show("hot")
    screen.key(Key.Key_G, ALT)
    again = screen.page.card.panel()
    assert isinstance(again, ActionPanel)
    assert again is not panel
    assert again.fields["words"].text() == "等压缩机"
    assert again.fields["reason"].value() == "parts"
    screen.key(Key.Key_7, ALT)
    screen.next()
    assert card_of(screen, "hot").request.paused_reason == "parts"
    assert screen.page.draft() is None


def test_a_lost_race_shows_both_sides_and_mine_can_go_onto_the_new_state(screen: Screen) -> None:
    """The second of two people gets «someone changed this», sees both versions, loses nothing."""
    screen.show("hot")
    screen.next()
    screen.compose("fengjihuan", "风机换好,23℃")
    boss, request = screen.desk.actor("梁雪梅"), card_of(screen, "hot").request
    from app.operations import requests_way

    other = screen.desk.actor("杨立军")
    requests_way.transfer(
        screen.desk.store, boss, request.id, request.version, other.person, "黄勇在电梯机房"
    )
    screen.next()
    conflict = screen.page.card.panel()
    assert isinstance(conflict, ConflictPanel)
    assert "梁雪梅" in conflict.notice.text.text()
    assert ("做了什么、用了什么", "风机换好,23℃") in conflict.panel.mine()
    assert any("杨立军" in text for _, _, text in conflict.news())
    assert conflict.possible
    screen.key(Key.Key_Escape)
    back = screen.page.card.panel()
    assert isinstance(back, ActionPanel)
    assert back.fields["result"].text() == "风机换好,23℃"
    screen.next()
    card = card_of(screen, "hot")
    assert card.request.state == RequestState.DONE
    assert card.dispatches[-1].result == "风机换好,23℃"


def test_mine_goes_onto_the_new_state_at_once(screen: Screen) -> None:
    screen.show("hot")
    screen.next()
    screen.compose("hao", "好了")
    card = card_of(screen, "hot")
    from app.operations import requests_stamps as stamps

    guard = screen.desk.actor("王建国")
    later = card.request.promised_at
    assert later is not None
    stamps.promise(
        screen.desk.store,
        guard,
        card.request.id,
        card.request.version,
        later.replace(minute=45),
        "程护士长",
        "等",
    )
    screen.next()
    screen.next()
    assert card_of(screen, "hot").request.state == RequestState.DONE


def test_when_mine_is_not_possible_any_more_it_can_be_kept_as_a_note(screen: Screen) -> None:
    screen.show("projector")
    screen.next()
    screen.compose("huanxian", "换了一根线")
    request = card_of(screen, "projector").request
    way.report_done(
        screen.desk.store, screen.desk.actor("梁雪梅"), request.id, request.version, "换了 HDMI 线"
    )
    screen.next()
    conflict = screen.page.card.panel()
    assert isinstance(conflict, ConflictPanel)
    assert not conflict.possible
    screen.next()
    card = card_of(screen, "projector")
    assert card.events[0].what == "note"
    assert "换了一根线" in card.events[0].words
    assert screen.page.card.panel() is None


def test_somebody_elses_change_arrives_by_itself_and_the_card_does_not_jump(screen: Screen) -> None:
    page = screen.page
    page.filters.take("unassigned")
    screen.settle()
    screen.show("bell")
    bell = card_of(screen, "bell").request
    handler = screen.desk.actor("陈刚").person
    way.dispatch(screen.desk.store, screen.desk.actor("梁雪梅"), bell.id, bell.version, handler)
    screen.settle()
    assert page.filters.count("unassigned") == 1
    assert page.list.model.rowCount() == 1
    assert page.current == bell.id
    assert page.card.card is not None
    assert page.card.card.request.state == RequestState.DISPATCHED
    page.list.view.setFocus()
    screen.key(Key.Key_Down)
    assert page.current == screen.made["lock"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("hb", ""),
        ("A005", "hot"),
        ("sss", "hot"),
        ("lock", ""),
        ("cg", "projector"),
        ("ktbzl", "hot"),
        ("hujiaol", "bell"),
    ],
)
def test_search_finds_by_number_and_pinyin(screen: Screen, typed: str, name: str) -> None:
    """REQ-9: number, customer, person; «/» goes to the box, Down into the list."""
    page = screen.page
    screen.key(Key.Key_Slash)
    assert page.list.search.hasFocus()
    screen.type(typed)
    rows: list[Any] = [page.list.model.row_at(at) for at in range(page.list.model.rowCount())]
    found = [row.request_id for row in rows]
    if name:
        assert screen.made[name] in found
        screen.key(Key.Key_Down)
        assert page.list.view.hasFocus()
        assert page.current in found
    else:
        assert not found
        assert page.list.stack.currentWidget() is page.list.empty


def test_search_by_words_through_an_input_method(screen: Screen) -> None:
    page = screen.page
    screen.key(Key.Key_F, CONTROL)
    screen.compose("touying", "投影")
    assert page.list.model.rowCount() == 1
    assert page.list.model.row_at(0).request_id == screen.made["projector"]  # type: ignore[union-attr]
    screen.key(Key.Key_Escape)
    assert page.list.model.rowCount() == 8


def test_print_slip_asks_for_the_reports_page(screen: Screen) -> None:
    """REQ-10."""
    asked: list[tuple[str, Any]] = []
    screen.page.wanted.disconnect()
    screen.page.wanted.connect(lambda code, argument: asked.append((code, argument)))
    screen.show("hot")
    screen.key(Key.Key_P, CONTROL)
    number = card_of(screen, "hot").request.number
    assert asked == [("reports", {"name": "job_slip", "number": number})]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_action_has_a_panel_whose_texts_are_there(screen: Screen, language: str) -> None:
    screen.window.switch_language(language)
    screen.show("hot")
    card = card_of(screen, "hot")
    for action in ACTIONS:
        panel = ActionPanel(screen.services, card, action, screen.page)
        assert panel.title.text() == screen.services.words(action.text_code)
        assert panel.send_button.text()
        panel.put_back({})
        assert panel.keep() == {}
        panel.deleteLater()
    screen.settle()


def test_no_two_actions_of_one_state_share_a_key(screen: Screen) -> None:
    for name in screen.made:
        card = card_of(screen, name)
        keys = [action.key for action in ACTIONS if action.code in card.allowed]
        assert len(keys) == len(set(keys))


def test_f1_and_ctrl_k_know_the_keys(screen: Screen) -> None:
    screen.show("hot")
    groups = screen.page.keys()
    keys = {key for _, group in groups for key, _ in group}
    assert {"Ctrl+N", "Ctrl+Return", "Ctrl+P", "/", "Alt+G"} <= keys
    texts = [command.text for command in screen.page.commands()]
    assert any("报完工" in text for text in texts)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("size", [(911, 512), (1366, 768)])
def test_nothing_is_cut(screen: Screen, size: tuple[int, int], language: str) -> None:
    """1366x768, and the same screen at 150 %: no part of the right side is wider than its room."""
    screen.window.resize(*size)
    screen.window.switch_language(language)
    page = screen.page
    screen.show("hot")

    def holds(area: QScrollArea) -> None:
        screen.settle()
        content = area.widget()
        assert content is not None
        assert content.width() <= area.viewport().width()
        buttons = [button for button in page.findChildren(QPushButton) if button.isVisible()]
        assert not [one.text() for one in buttons if one.width() < one.sizeHint().width()]

    holds(page.card.area)
    for name, codes in (
        ("hot", ("report_done", "pause", "promise", "hand_over")),
        ("cards", ("confirm",)),
        ("lamp", ("follow_up",)),
    ):
        screen.show(name)
        for code in codes:
            page.panels.begin(code)
            holds(page.card.area)
    screen.key(Key.Key_N, CONTROL)
    holds(page.intake.area)
    screen.type("sss")
    screen.key(Key.Key_Return)
    screen.key(Key.Key_N, CONTROL)
    holds(page.intake.area)
    assert page.bar.new_button.geometry().right() <= page.width()
    assert screen.window.width() == size[0]


def test_the_steps_aside_each_by_its_key(screen: Screen) -> None:
    """REQ-1: pause and resume, return and re-dispatch, transfer, hand over, cancel."""
    screen.show("hot")
    screen.key(Key.Key_Z, ALT)
    screen.type("ylj")
    screen.key(Key.Key_Return)
    screen.next()
    assert card_of(screen, "hot").handler == "杨立军"
    screen.key(Key.Key_T, ALT)
    screen.compose("meiliang", "没有冷媒")
    screen.next()
    assert card_of(screen, "hot").request.returned_at is not None
    screen.next()
    screen.key(Key.Key_Return)
    screen.next()
    assert card_of(screen, "hot").request.state == RequestState.DISPATCHED
    screen.key(Key.Key_J, ALT)
    screen.type("lt")
    screen.key(Key.Key_Return)
    screen.next()
    assert card_of(screen, "hot").first_contact == "李婷"
    screen.show("leak")
    screen.next()
    screen.next()
    assert not card_of(screen, "leak").request.paused
    screen.show("lock")
    screen.key(Key.Key_Q, ALT)
    screen.next()
    panel = screen.page.card.panel()
    assert isinstance(panel, ActionPanel)
    assert panel.form.error("reason").text()
    screen.compose("ziji", "自己修好了")
    screen.next()
    assert card_of(screen, "lock").request.state == RequestState.CANCELLED
    screen.key(Key.Key_C, ALT)
    screen.compose("youhuai", "又坏了")
    screen.next()
    card = card_of(screen, "lock")
    assert (card.request.state, card.request.round) == (RequestState.RECEIVED, 2)


def test_a_handler_does_not_follow_up_his_own_job(screen: Screen) -> None:
    """REQ-6: the button is there but off, and says why."""
    desk = screen.desk
    mine = desk.dispatch(desk.take("骨科", "门锁坏", promised=30), "李婷")
    saved = desk.confirmed(desk.told(desk.done(mine)), "李主任")
    screen.page.show_request(saved.request_id)
    screen.settle()
    screen.next()
    screen.next()
    view = screen.page.card
    assert view.primary.isVisible()
    assert not view.primary.isEnabled()
    assert "不能回访自己" in view.waits.text()
    screen.next()
    assert view.panel() is None


def test_a_long_list_comes_page_by_page(screen: Screen) -> None:
    """REQ-9: keyset paging; the last row is reached, none twice."""
    desk = screen.desk
    for at in range(130):
        desk.clock.pass_by(60)
        desk.take("骨科", "", f"第 {at} 件")
    screen.settle()
    model = screen.page.list.model
    assert model.rowCount() == 100
    model.fetchMore()
    screen.settle()
    rows: list[Any] = [model.row_at(at) for at in range(model.rowCount())]
    assert len(rows) == 138 == len({row.request_id for row in rows})
    assert model.complete()


def test_a_technician_sees_only_what_he_may_do(screen: Screen) -> None:
    """Rights: another person signs in at the window; the page follows."""
    from dataclasses import replace

    session = screen.services.session
    worker = screen.desk.actor("黄勇")
    session.enter(replace(session.now, actor=worker, person=worker.name, rights=worker.rights))
    screen.show("hot")
    card = screen.page.card.card
    assert card is not None
    assert card.next_step == "report_done"
    assert "transfer" not in card.allowed
    assert screen.page.filters.count("mine") == 0


def press(screen: Screen) -> None:
    """Ctrl+Return at once after the last key."""
    QTest.keyClick(screen.focus(), Key.Key_Return, CONTROL)


def test_a_double_press_saves_nothing_that_nobody_has_seen(screen: Screen) -> None:
    """REQ-1: two quick presses open one form and do not send it; two more do not reach a second station."""
    screen.show("hot")
    before = card_of(screen, "hot").request.version
    for _ in range(2):
        press(screen)
        screen.settle()
    assert screen.page.panels.opened() == "report_done"
    assert card_of(screen, "hot").request.version == before
    screen.desk.clock.pass_by(1)
    screen.compose("hao", "好了")
    for _ in range(2):
        press(screen)
        screen.settle()
    card = card_of(screen, "hot")
    assert (card.request.state, card.request.version) == (RequestState.DONE, before + 1)
    assert screen.page.card.panel() is None


@pytest.mark.parametrize(
    ("name", "field"), [("hot", "result"), ("cards_done", "words")], ids=["report done", "tell the result"]
)
def test_an_empty_form_is_not_saved(screen: Screen, name: str, field: str) -> None:
    """REQ-8, REQ-2: what was done, and what the customer was told, are written; the sentence stands at the field."""
    desk = screen.desk
    if name == "cards_done":
        done = desk.done(desk.dispatch(desk.take("骨科", "门锁坏", promised=30), "马俊"), "换锁芯")
        screen.made[name] = done.request_id
    screen.show(name)
    before = card_of(screen, name).request.version
    screen.next()
    screen.next()
    panel = screen.page.card.panel()
    assert isinstance(panel, ActionPanel)
    assert "请写一句" in panel.form.error(field).text()
    assert panel.fields[field].hasFocus()
    screen.type("  ")
    screen.next()
    assert card_of(screen, name).request.version == before


def test_tab_stays_in_a_panel(screen: Screen) -> None:
    screen.show("lamp")
    screen.next()
    panel = screen.page.card.panel()
    assert isinstance(panel, ActionPanel)
    stops = screen.tab_stops()
    assert screen.focus() is stops[0]
    assert all(panel.isAncestorOf(stop) for stop in stops)
    assert stops[-2:] == [panel.send_button, panel.leave_button]


def test_a_note_whose_answer_was_lost_is_there_once(screen: Screen, answer_lost: Losing) -> None:
    """The form of the note holds its key, also after one went away from it."""
    screen.show("hot")
    screen.key(Key.Key_B, ALT)
    screen.compose("cui", "用户又催")
    with answer_lost():
        screen.next()
    screen.key(Key.Key_Escape)
    screen.key(Key.Key_B, ALT)
    screen.next()
    notes = [event for event in card_of(screen, "hot").events if event.what == "note"]
    assert [event.words for event in notes] == ["用户又催"]
    assert screen.page.card.panel() is None


def test_no_key_stands_twice_under_f1(screen: Screen) -> None:
    groups = screen.page.keys()
    for title, group in groups:
        keys = [key for key, _ in group]
        assert len(keys) == len(set(keys)), title


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_what_stands_on_the_card_is_whole_at_1366(screen: Screen, language: str) -> None:
    """Promised for today, for yesterday or for last year: the four boxes hold their text, if need be the short one."""
    screen.window.resize(1366, 768)
    screen.window.switch_language(language)
    stamps, theme = screen.page.card.stamps, screen.services.theme
    metrics = QFontMetrics(theme.font("body"))
    for days in (0, 1, 9, 400):
        screen.desk.clock.set_wall(86_400 * days)
        for name in screen.made:
            screen.show(name)
            room = stamps.width() / 4 - theme.px(28)
            shown = [min((one.text, one.short or one.text), key=len) for one in stamps.stamps()]
            assert not [text for text in shown if metrics.horizontalAdvance(text) > room]
            title = screen.page.card.title
            if screen.page.card.badge.y() > title.y():
                continue  # it has the line for itself
            assert metrics.horizontalAdvance(title.text()) <= title.width()


def test_a_station_whose_answer_was_lost_is_done_once(screen: Screen, answer_lost: Losing) -> None:
    """REQ-1: sent again, it meets its own version; the person is told that it was his own doing."""
    screen.show("hot")
    before = card_of(screen, "hot").request.version
    screen.next()
    screen.compose("hao", "好了")
    with answer_lost():
        screen.next()
    screen.next()
    conflict = screen.page.card.panel()
    assert isinstance(conflict, ConflictPanel)
    assert "（您）" in conflict.notice.text.text()
    assert not conflict.possible
    assert card_of(screen, "hot").request.version == before + 1
