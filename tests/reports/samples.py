"""Made-up values for the tests of the documents."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, timezone

from app.domain.handover import Counted
from reports.charts import held_bars
from reports.evacuation import EvacuationList, EvacuationRow, RollCallResult, RollCallRow
from reports.handover import DutyRow, HandoverSheets, Listed, Sheet
from reports.layout import Letterhead
from reports.requests import FollowUpForm, FollowUpRow, JobSlip, Material, RequestList, RequestRow
from reports.slips import BlankSlips
from reports.visits import FigureLine, HeldFigures, Mark, VisitFigures, VisitLog, VisitLogRow

ZONE = timezone(timedelta(hours=8))
TEXT = "空调不制冷，室温 29 度，影响手术安排。请带加压泵与制冷剂；先与护士长联系再进入。"
DAY = date(2026, 11, 23)
NAMES = [
    "陈静", "欧阳敏", "李明", "赵倩", "尉迟晓", "单雪", "张顺", "周伟", "䶮龙", "㛃兰", "𠮷田", "王建国", "郑诗诗",
    "曾强", "仇英", "解放", "刘洋", "孙丽", "吴刚", "徐梅",
]  # fmt: skip
HOSTS = [
    "骨科 李主任",
    "药剂科",
    "外科",
    "后勤",
    "院办",
    "门诊部",
    "信息科",
    "基建科",
    "手术室",
    "检验科 王老师",
]
PURPOSES = ["送货", "会议", "探视", "维修", "面谈", "施工", "送餐", "办事"]
PLACES = ["门诊楼 3 层 手术室", "住院部 B 座 12 层", "行政楼 201", "地下车库 B2", "检验科 分析室"]


def head(*, sample: bool = True) -> Letterhead:
    """A sample site's letterhead."""
    return Letterhead("安和物业服务有限公司", "市第一医院物业服务中心", "王建国", at(15, 58), sample)


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    """An instant of the day, in the site's zone."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def visit_rows(count: int, seed: int = 3) -> Iterator[VisitLogRow]:
    """Visits of one day, in order."""
    dice = random.Random(seed)
    kinds = ("身份证", "身份证", "身份证", "驾驶证", "护照", "港澳通行证")
    for number in range(1, count + 1):
        received = at(6) + timedelta(seconds=number * 57000 // (count + 1))
        document = dice.random() < 0.88
        marks: tuple[Mark, ...] = ()
        if dice.random() < 0.05:
            marks = (dice.choice(("unfinished", "discarded", "late", "corrected", "left_by_rule")),)
        yield VisitLogRow(
            number=f"1123-E{number:03d}",
            received_at=received,
            visitor=dice.choice(NAMES),
            plate=f"京A·D{dice.randrange(10000, 99999)}" if dice.random() < 0.1 else "",
            document_kind=dice.choice(kinds) if document else "",
            document_number="*" * 14 + f"{dice.randrange(10000):04d}" if document else "",
            host=dice.choice(HOSTS),
            purpose=dice.choice(PURPOSES),
            held_seconds=round(min(dice.lognormvariate(1.8, 0.55), 60), 1) if document else None,
            pass_number=f"A{dice.randrange(1, 200):03d}",
            left_at=received + timedelta(minutes=dice.randrange(4, 260)) if dice.random() < 0.8 else None,
            marks=marks,
        )


def figures_of(held: Sequence[float], visits: int) -> HeldFigures:
    """The figures of such held times."""
    ordered = sorted(held)
    middle = ordered[len(ordered) // 2] if ordered else None
    high = ordered[int(len(ordered) * 0.95)] if ordered else None
    within = sum(seconds <= 25 for seconds in held)
    return HeldFigures(
        visits, len(held), within, middle, high, visits * 96 // 100, visits * 99 // 100, visits // 50
    )


def _reasons(over: int) -> list[tuple[str, int]]:
    parts = [
        ("证件难以辨认", over // 2),
        ("访客说不清到访处", over // 3),
        ("同时多人", over - over // 2 - over // 3),
    ]
    return [part for part in parts if part[1]]


def visit_log_of(count: int) -> VisitLog:
    """A day's log with so many visits; its rows are a generator."""
    held = [row.held_seconds for row in visit_rows(count) if row.held_seconds is not None]
    reasons = _reasons(sum(seconds > 25 for seconds in held))
    return VisitLog(
        head(),
        "东门岗",
        DAY,
        "早班",
        "王建国",
        figures_of(held, count),
        held_bars(held),
        reasons,
        visit_rows(count),
    )


def visit_figures_of(days: int) -> VisitFigures:
    """Figures of so many days."""
    dice = random.Random(5)

    def line(name: str, visits: int) -> FigureLine:
        held = [min(dice.lognormvariate(1.8, 0.5), 60) for _ in range(visits * 88 // 100)]
        return FigureLine(name, figures_of(held, visits))

    held = [min(dice.lognormvariate(1.8, 0.55), 60) for _ in range(days * 210)]
    first = DAY - timedelta(days=max(days - 1, 0))
    customers = [(f"{name.split()[0]}", dice.randrange(20, 900)) for name in HOSTS] if days else []
    return VisitFigures(
        letterhead=head(sample=False),
        first_day=first,
        last_day=DAY,
        about="全部岗位",
        total=figures_of(held, days * 240),
        held=held_bars(held),
        by_day=[line(f"{first + timedelta(days=n):%Y-%m-%d}", dice.randrange(150, 260)) for n in range(days)],
        by_shift=[line(name, 2400) for name in ("早班", "中班", "夜班")] if days else [],
        by_post=[line(name, 1800) for name in ("东门岗", "西门岗", "急诊道口岗")] if days else [],
        by_guard=[line(name, 600) for name in NAMES] if days else [],
        by_way_in=[line(name, 900) for name in ("常来访客", "新访客", "预约扫码", "读卡器")] if days else [],
        reasons=_reasons(sum(seconds > 25 for seconds in held)),
        customers=customers,
        hours=[(hour, dice.randrange(5, 300) if days else 0) for hour in range(6, 23)],
        implausible=3 if days else 0,
    )


def job_slip_of(text: str = TEXT) -> JobSlip:
    """An urgent job."""
    return JobSlip(
        letterhead=head(),
        number="1123-E026",
        qr="YHR1123-E0267",
        customer="手术室",
        place="门诊楼 3 层 5 号手术间",
        contact="孙护士长",
        extension="8321",
        kind="空调通风 · 制冷异常",
        text=text,
        urgency="紧急",
        urgent=True,
        received_at=at(9, 2),
        promised_at=at(10, 30),
        first_contact="李婷",
        handler="赵师傅",
        dispatched_at=at(9, 5),
        materials=(Material("R410A 制冷剂", "2 瓶"),),
    )


def request_rows(count: int) -> Iterator[RequestRow]:
    """Requests in order."""
    dice = random.Random(7)
    texts = (
        "空调不制冷",
        "水龙头漏水，地面湿滑，请尽快处理，病人较多",
        "更换灯管",
        "会议室布置 30 人，需投影与茶水",
        "电梯异响",
    )
    for number in range(1, count + 1):
        received = at(7) + timedelta(minutes=number * 3 % 900)
        yield RequestRow(
            number=f"1123-E{number:03d}",
            received_at=received,
            customer=dice.choice(HOSTS).split()[0],
            place=dice.choice(PLACES),
            text=dice.choice(texts),
            first_contact=dice.choice(NAMES),
            handler=dice.choice(NAMES),
            state=dice.choice(("已受理", "已派工", "已完工", "已确认", "已回访", "已办结")),
            promised_at=received + timedelta(hours=2) if dice.random() < 0.9 else None,
            overdue=dice.random() < 0.1,
        )


def request_list_of(count: int) -> RequestList:
    """A list of so many requests."""
    return RequestList(head(), "2026-11-23 全部", request_rows(count))


def follow_up_form_of(count: int) -> FollowUpForm:
    """Some asked about already, the rest to be asked."""
    rows = [
        FollowUpRow(
            row.number, row.customer, row.place, "孙护士长", "8321",
            at(14), "孙护士长", "satisfied" if n else "dissatisfied", "" if n else "仍有异响，请再查一次", "李婷",
        )
        if n < 2
        else FollowUpRow(row.number, row.customer, row.place, "刘老师", "8107")
        for n, row in enumerate(request_rows(count))
    ]  # fmt: skip
    return FollowUpForm(head(), "2026-11-23 待回访", rows)


def evacuation_rows(count: int) -> list[EvacuationRow]:
    """People on site, by building."""
    dice = random.Random(11)
    rows = [
        EvacuationRow(
            dice.choice(NAMES) if number % 9 else f"京A·D{number:05d}",
            dice.choice(["门诊楼", "住院部 B 座", ""]),
            dice.choice(HOSTS),
            "东门岗",
            at(7) + timedelta(minutes=number),
            f"A{number:03d}" if number % 3 else "",
            over_time=number % 5 == 0,
        )
        for number in range(1, count + 1)
    ]
    return sorted(rows, key=lambda one: (not one.building, one.building))


def evacuation_of(count: int) -> EvacuationList:
    """An evacuation list; every tenth was closed in the night besides."""
    return EvacuationList(head(), at(15, 57), evacuation_rows(count), evacuation_rows(count // 10))


def roll_call_of(count: int) -> RollCallResult:
    """A roll call in which every fourth is missing."""
    rows = [
        RollCallRow(
            who, None if number % 4 == 0 else at(15, 40), "" if number % 4 == 0 else "王建国", number == 3
        )
        for number, who in enumerate(evacuation_rows(count))
    ]
    return RollCallResult(head(), at(15, 30), "王建国", at(15, 50) if count != 1 else None, "王建国", rows)


def blank_slips_of(count: int) -> BlankSlips:
    """Blank slips from number 1 on."""
    return BlankSlips(head(), [f"SA{number:04d}" for number in range(1, count + 1)])


def handover_sheet_of(count: int) -> Sheet:
    """A handover with so many of everything: people, lines of the duty log, orders, things, chains."""
    dice = random.Random(9)

    def people() -> Listed:
        return Listed(count, [f"A{at:03d} {dice.choice(NAMES)}" for at in range(min(count, 200))])

    def lines(kind: str) -> list[DutyRow]:
        rows = range(min(count, 200))
        return [DutyRow(at(7) + timedelta(minutes=one), kind, TEXT, "王建国", one % 7 == 3) for one in rows]

    return Sheet(
        post="东门岗",
        day=DAY,
        shift="早班",
        since=at(7),
        at=at(15, 2),
        outgoing="王建国",
        incoming="赵志强" if count else "",
        taken_at=at(15, 2) if count else None,
        visits=count,
        on_site=count * 2,
        on_site_here=count,
        overdue=people(),
        passes_out=people(),
        unfinished=people(),
        open=people(),
        tallies=[(kind, count) for kind in ("就诊", "问路", "员工", "急救", "劝返")] if count else [],
        reasons=[("没有预约", count)] if count else [],
        leader="王队长" if count else "",
        orders=lines("上级指示"),
        lines=lines("事件"),
        line_count=count,
        things=[Counted(f"钥匙{one}", 12, 12 - one % 2) for one in range(min(count, 40))],
        notes=TEXT * min(count, 30),
        chains=[(chr(65 + one), one + 1000, f"{one:064x}") for one in range(min(count, 12))],
    )


def handover_of(count: int) -> HandoverSheets:
    """A day's handovers at a post: none, or two with so many of everything."""
    sheets = [handover_sheet_of(count), handover_sheet_of(0)] if count else []
    return HandoverSheets(head(), "东门岗", DAY, sheets)
