"""A visitor without a name is called by what there is, everywhere (VIS-5, VIS-10)."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt

from app.papers import Wanted, make
from app.queries import visits as queries
from app.words import Words
from tests.reports.reading import text_of
from tests.ui.visits.conftest import Screen

Key, Modifier = Qt.Key, Qt.KeyboardModifier
PHONE = "13812345678"


def who(screen: Screen, name: str) -> list[str]:
    model = screen.page.lists.models[name]
    return [str(model.index(row, 1).data()) for row in range(model.rowCount())]


def test_a_visitor_with_only_a_phone_is_called_by_its_end(screen: Screen) -> None:
    """VIS-10: on site, today, unfinished, and as a choice for the departure; VIS-14: by the last four."""
    screen.type(PHONE)
    screen.key(Key.Key_F9)
    for name in ("on_site", "today", "over", "unfinished"):
        if name != "over":
            assert who(screen, name) == ["☎ 5678"], name
        screen.key(Key.Key_F3)
    screen.key(Key.Key_F4)
    screen.type("5678")
    [choice] = screen.page.registration.choices.choices
    assert choice.title == "☎ 5678"
    screen.key(Key.Key_Return)
    assert screen.page.strip.text() == "☎ 5678 已离开"


def test_an_open_one_with_only_a_phone_is_called_so_too(screen: Screen) -> None:
    """VIS-4: among those being registered."""
    screen.type(PHONE)
    screen.key(Key.Key_Return)
    screen.key(Key.Key_Escape)
    assert [row.name for row in screen.page.open_list.rows()] == ["☎ 5678"]


def test_what_was_stored_is_said_with_one_number(screen: Screen) -> None:
    """VIS-5: a plate alone: the number of the record stands once."""
    screen.type("辽A12345")
    screen.key(Key.Key_Return)
    screen.post.clock.pass_by(2)
    screen.key(Key.Key_F9)
    said = screen.page.strip.text()
    [row] = queries.on_site_list(screen.post.store, screen.post.guard)
    assert said.startswith("已还证，2.0 秒")
    assert said.count(row.number) == 1


def test_the_log_names_no_document_that_nobody_saw(screen: Screen, tmp_path: Path) -> None:
    """VIS-7: with a phone only the log prints —, not a kind; a number keeps its kind."""
    screen.post.register(phone=PHONE)
    screen.post.register(visitor="甲", document_number="21010219870412919X")
    out = tmp_path / "log.pdf"
    post = screen.post.guard.station.removeprefix("post:")
    make(screen.post.store, screen.post.guard, Words("zh_CN"), "visit_log", Wanted(post=post), out)
    assert text_of(out).count("身份证") == 1
