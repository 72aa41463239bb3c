"""Made-up values and a stand-in for `drafts.db`, for the kit's tests and its gallery."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from app.ui.background import Background
from app.ui.change_bus import ChangeBus
from app.ui.jobs_view import JobRunner
from app.ui.language import Language
from app.ui.paged_table_model import Answer, Column
from app.ui.services import Services
from app.ui.session import Session, SignedIn
from app.ui.theme import Look
from app.ui.widgets.rows import Cell, TwoLines

if TYPE_CHECKING:  # the gallery is quick without pytest
    from pytestqt.qtbot import QtBot


class KeptInMemory:
    """Drafts for tests: what a page left is found again by another window with the same object."""

    def __init__(self) -> None:
        self.kept: dict[str, Mapping[str, Any]] = {}

    def load(self, key: str) -> Mapping[str, Any] | None:
        return self.kept.get(key)

    def save(self, key: str, value: Mapping[str, Any]) -> None:
        self.kept[key] = dict(value)

    def forget(self, key: str) -> None:
        self.kept.pop(key, None)


SIGNED_IN = SignedIn(
    actor="wang",
    person="王建国",
    role="护卫员",
    station_name="东门岗",
    site_name="市第一医院",
    sample=True,
    rights=frozenset({"register"}),
)


def services_for(look: Look, language: str = "zh_CN", drafts: KeptInMemory | None = None) -> Services:
    """Services as `main.py` makes them, without a database. Close `background` at the end."""
    return Services(
        words=Language(language),
        theme=look,
        background=Background(),
        bus=ChangeBus(),
        session=Session(SIGNED_IN),
        jobs=JobRunner(),
        drafts=drafts or KeptInMemory(),
        house=None,
    )


def show_active(qtbot: QtBot, window: QWidget) -> None:
    """Show a window and wait until keys go to it; there is no window manager on the tests' screen."""
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


@dataclass(frozen=True, slots=True)
class Visit:
    """A row of the sample table."""

    number: int
    time: str
    name: str
    host: str
    visitor_pass: str
    on_site: str
    over_time: bool = False


VISITS = (
    Visit(1, "08:12", "陈静", "外科 · 探视 12 床", "A017", "1:29"),
    Visit(2, "08:30", "京A·D12345", "后勤 · 送货", "A022", "1:11", over_time=True),
    Visit(3, "08:55", "尉迟晓", "院办 · 会议", "A031", "0:46"),
    Visit(
        4,
        "09:01",
        "买买提江·阿卜杜热合曼·吾斯曼江·图尔荪",
        "门诊部周医生,骨科李主任,外科张护士长 · 会议",
        "A032",
        "0:40",
    ),
)

VISIT_COLUMNS = (
    Column("time", "", lambda row: row.time, width=70, cell=lambda row: Cell(row.time, "ink_soft")),
    Column("name", "", lambda row: row.name, width=130, cell=lambda row: Cell(row.name, bold=True)),
    Column("host", "", lambda row: row.host),
    Column(
        "pass",
        "",
        lambda row: row.visitor_pass,
        width=100,
        cell=lambda row: Cell(row.visitor_pass, "ink_soft"),
    ),
    Column("on_site", "", lambda row: row.on_site, align="right", width=80),
    Column(
        "state",
        "",
        lambda row: "超时" if row.over_time else "",
        align="right",
        width=100,
        cell=lambda row: Cell("超时", "amber", icon="caution") if row.over_time else Cell(""),
    ),
)

REQUESTS = (
    TwoLines("手术室 · 空调不制冷", "1123-C026 · 陈刚 · 派工", "12 分钟", "09:02", "amber"),
    TwoLines("护理部 · 会议室投影无信号", "1123-C024 · 刘洋 · 派工", "40 分钟", "08:47"),
    TwoLines(
        "血透中心 · 地面渗水,水从天花板滴到机器旁边,已经放了桶",
        "1123-C019 · 陈刚 · 挂起:等配件",
        "1 小时 5 分",
        "08:20",
    ),
    TwoLines("12 床 · 呼叫铃不响", "1123-E003 · 未派工", "逾期 8 分", "09:10", "red"),
)


class Pages:
    """Answers pages of a list of rows by key, later or at once, as a query in the background would."""

    def __init__(self, rows: list[Any]) -> None:
        self.rows = rows
        self.asked: list[tuple[Hashable | None, int, Answer]] = []
        self.at_once = True

    def fetch(self, after: Hashable | None, limit: int, answer: Answer) -> None:
        self.asked.append((after, limit, answer))
        if self.at_once:
            answer(self.page(after, limit))

    def page(self, after: Hashable | None, limit: int) -> list[Any]:
        start = (
            0 if after is None else next(at for at, row in enumerate(self.rows) if row.number == after) + 1
        )
        return self.rows[start : start + limit]
