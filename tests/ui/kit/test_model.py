"""PagedTableModel: pages by key, late answers, refresh without a reset (pitfall 7)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtTest import QTest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.ui.language import Language
from app.ui.paged_table_model import PagedTableModel
from app.ui.services import Services
from app.ui.theme import Look
from app.ui.widgets.rows import CELL, ROW_TONE, Cell
from app.ui.widgets.tables import Table
from tests.ui.kit.samples import VISIT_COLUMNS, Pages, Visit


def visits(*numbers: int) -> list[Visit]:
    return [Visit(number, "08:00", f"visitor {number}", "host", "A1", "0:10") for number in numbers]


def model_of(pages: Pages, page: int = 10) -> PagedTableModel:
    return PagedTableModel(
        VISIT_COLUMNS,
        pages.fetch,
        lambda row: row.number,
        Language(),
        page=page,
        tone=lambda row: "amber" if row.over_time else "",
    )


def numbers(model: PagedTableModel) -> list[int]:
    return [model.row_at(at).number for at in range(model.rowCount())]  # type: ignore[union-attr]


def test_it_asks_for_the_first_page_itself_and_for_more_by_key(qtmodeltester: ModelTester) -> None:
    pages = Pages(visits(*range(1, 26)))
    model = model_of(pages)
    assert model.rowCount() == 0
    model.reload()
    assert numbers(model) == list(range(1, 11))
    model.fetchMore()
    model.fetchMore()
    assert numbers(model) == list(range(1, 26))
    assert [after for after, _, _ in pages.asked] == [None, 10, 20]
    assert not model.canFetchMore()
    assert model.complete()
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]  # pytest-qt has no types here


def test_a_view_fetches_while_it_scrolls(qtbot: QtBot, look: Look) -> None:
    pages = Pages(visits(*range(1, 301)))
    model, table = model_of(pages, page=100), Table(look)
    qtbot.addWidget(table)
    table.setModel(model)
    table.set_columns(VISIT_COLUMNS)
    table.resize(800, 400)
    table.show()
    model.reload()
    assert model.rowCount() == 100
    for _ in range(3):
        table.scrollToBottom()
        qtbot.wait(10)
    qtbot.waitUntil(lambda: model.rowCount() == 300)


def test_pages_are_inserted_and_never_reset(qtbot: QtBot) -> None:
    model = model_of(Pages(visits(*range(1, 26))))
    resets: list[bool] = []
    inserted: list[tuple[int, int]] = []
    model.modelReset.connect(lambda: resets.append(True))
    model.rowsInserted.connect(lambda parent, first, last: inserted.append((first, last)))
    model.reload()
    model.fetchMore()
    assert (len(resets), inserted) == (1, [(0, 9), (10, 19)])


def test_an_answer_of_an_older_filter_is_dropped(qtbot: QtBot) -> None:
    old, new = Pages(visits(1, 2, 3)), Pages(visits(7, 8))
    old.at_once = False
    model = model_of(old)
    model.reload()
    assert model.loading()
    model.reload(new.fetch)
    old.asked[0][2](visits(1, 2, 3))
    assert numbers(model) == [7, 8]


def test_a_refresh_keeps_selection_and_place(qtbot: QtBot, look: Look) -> None:
    pages = Pages(visits(*range(1, 31)))
    model, table = model_of(pages), Table(look)
    qtbot.addWidget(table)
    table.setModel(model)
    model.reload()
    model.fetchMore()
    table.selectRow(4)
    resets: list[bool] = []
    model.modelReset.connect(lambda: resets.append(True))
    changed = visits(*range(1, 31))
    changed[5] = replace(changed[5], over_time=True)
    pages.rows = [*visits(99), *changed[:2], *changed[3:]]
    model.refresh()
    assert resets == []
    assert numbers(model) == [99, 1, 2, *range(4, 21)] + [21] * (model.rowCount() == 21)
    assert model.row_at(table.currentIndex().row()).number == 5  # type: ignore[union-attr]
    assert model.index(model.row_of(6), 0).data(ROW_TONE) == "amber"


def test_a_change_while_an_answer_is_awaited_is_not_lost(qtbot: QtBot) -> None:
    pages = Pages(visits(1, 2))
    pages.at_once = False
    model = model_of(pages)
    model.reload()
    model.refresh()
    assert len(pages.asked) == 1
    pages.asked[0][2](visits(1, 2))
    assert len(pages.asked) == 2
    pages.asked[1][2](visits(1, 2, 3))
    assert numbers(model) == [1, 2, 3]


def test_after_a_failure_it_can_ask_again(qtbot: QtBot) -> None:
    pages = Pages(visits(1, 2))
    pages.at_once = False
    model = model_of(pages)
    model.reload()
    model.failed()
    pages.at_once = True
    model.fetchMore()
    assert numbers(model) == [1, 2]


def test_a_row_that_comes_twice_is_shown_once(qtbot: QtBot) -> None:
    """A row that moved down between two pages is in both answers."""
    pages = Pages(visits(*range(1, 11)))
    model = model_of(pages)
    model.reload()
    pages.at_once = False
    model.fetchMore()
    pages.asked[-1][2](visits(10, 11))
    assert numbers(model) == list(range(1, 12))


@given(st.lists(st.integers(0, 12), unique=True), st.lists(st.integers(0, 12), unique=True))
def test_a_refresh_always_ends_at_the_new_rows(before: list[int], after: list[int]) -> None:
    """Whatever came, went or moved: the model is the new list, and its signals told a view the same."""
    pages = Pages(visits(*before))
    model = model_of(pages, page=50)
    model.reload()
    shadow: list[Any] = list(before)

    def inserted(parent: QModelIndex, first: int, last: int) -> None:
        shadow[first:first] = [model.row_at(at).number for at in range(first, last + 1)]  # type: ignore[union-attr]

    def removed(parent: QModelIndex, first: int, last: int) -> None:
        del shadow[first : last + 1]

    model.rowsInserted.connect(inserted)
    model.rowsRemoved.connect(removed)
    pages.rows = visits(*after)
    model.refresh()
    assert numbers(model) == after
    assert shadow == after


def test_data_for_eyes_and_for_screen_readers(qtbot: QtBot, services: Services) -> None:
    model = model_of(Pages([replace(visits(1)[0], over_time=True)]))
    model.reload()
    assert model.index(0, 1).data() == "visitor 1"
    assert model.index(0, 1).data(Qt.ItemDataRole.AccessibleTextRole) == "visitor 1"
    assert model.index(0, 5).data(CELL) == Cell("超时", "amber", icon="caution")
    assert model.index(0, 4).data(Qt.ItemDataRole.TextAlignmentRole) & int(Qt.AlignmentFlag.AlignRight)
    assert model.index(5, 0).data() is None
    assert model.headerData(0, Qt.Orientation.Horizontal) == ""


def test_return_takes_the_row(qtbot: QtBot, look: Look) -> None:
    model, table = model_of(Pages(visits(1, 2, 3))), Table(look)
    qtbot.addWidget(table)
    table.setModel(model)
    table.set_columns(VISIT_COLUMNS)
    model.reload()
    table.show()
    table.selectionModel().setCurrentIndex(model.index(0, 0), QItemSelectionModel.SelectionFlag.SelectCurrent)
    taken: list[int] = []
    table.taken.connect(lambda index: taken.append(index.row()))
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert taken == [1]


def test_columns_fill_the_width_and_shrink_together(qtbot: QtBot, look: Look) -> None:
    """Nothing hides to the right, at any zoom."""
    model, table = model_of(Pages(visits(1))), Table(look)
    qtbot.addWidget(table)
    table.setModel(model)
    table.set_columns(VISIT_COLUMNS)
    table.show()
    for width, factor in ((1300, 1.0), (560, 1.0), (900, 1.5)):
        look.use(factor=factor)
        table.resize(width, 300)
        total = sum(table.columnWidth(at) for at in range(len(VISIT_COLUMNS)))
        assert abs(total - table.viewport().width()) <= len(VISIT_COLUMNS)
    look.use(factor=1.0)
