"""Made-up service requests: what is wanted, and the steps of its way with their times (demo, REQ-1, REQ-2).

Steps are the actions of `app.domain.requests`, in an order that its rules allow. Those after the end of time have not
happened yet: the open requests of the last days come about by themselves, and four of the last ones are set so that
every list has something in it: one overdue, one special and waiting for the manager, one paused, one nobody owns.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from math import exp
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from app.domain.demo_days import Busy, Hours, shared_out
from app.domain.demo_visits import HOUR, MINUTE, midnight
from app.domain.requests import COMPLAINT_CHANNEL

SECOND = 1_000_000
DAY = 24 * HOUR
DESK_HOURS = (2, 1, 1, 1, 1, 2, 5, 20, 44, 52, 48, 36, 24, 30, 44, 42, 36, 24, 16, 12, 10, 7, 5, 3)

_CHANNELS = (
    "hotline_services",
    "hotline_duty",
    "desk",
    "chat",
    "on_site",
    "network",
    "post",
    "hotline_complaints",
)
_CHANNEL_SUMS = list(accumulate((52, 14, 9, 12, 5, 4, 3, 1)))
_WHERE = {
    "hospital": (
        "护士站",
        "医生办公室",
        "3 号病房",
        "7 号病房",
        "12 床卫生间",
        "走廊东头",
        "治疗室",
        "值班室",
        "候诊区",
        "污洗间",
        "示教室",
        "库房",
        "主任办公室",
        "开水间",
        "更衣室",
        "楼梯间",
    ),
    "office": (
        "前台",
        "大会议室",
        "小会议室",
        "开放办公区",
        "茶水间",
        "总经理室",
        "财务室",
        "机房",
        "男洗手间",
        "女洗手间",
        "走廊",
        "电梯厅",
    ),
    "residential": (
        "厨房",
        "主卫",
        "客卫",
        "客厅",
        "阳台",
        "主卧",
        "入户门口",
        "楼道",
        "电梯厅",
        "单元门口",
        "地下车位",
        "楼下绿地",
    ),
}
_TAILS = (
    "请尽快来看看。",
    "昨天修过又坏了。",
    "影响使用，麻烦派人来。",
    "请师傅上门前先打电话。",
    "已经两天了。",
    "早上发现的。",
    "下午两点以后在。",
    "请带上梯子。",
    "急用，谢谢。",
    "可能要换配件。",
    "一共两处。",
    "断断续续的。",
    "请今天处理。",
    "客人等着用。",
)
_RESULTS = {
    "空调": (
        "清洗滤网，试运行正常。",
        "补充冷媒，出风温度正常。",
        "更换温控面板。",
        "疏通冷凝水管，不再滴水。",
    ),
    "给排水": (
        "更换角阀，试水不漏。",
        "疏通管道，排水正常。",
        "更换水龙头一只。",
        "紧固接头，观察半小时无渗漏。",
    ),
    "供电": ("更换灯管两支。", "更换插座面板一只。", "复位断路器，查明电水壶短路。", "更换镇流器。"),
    "门窗": ("更换锁芯。", "调整合页，开关顺畅。", "更换闭门器。", "加固后使用正常。"),
    "弱电": ("重做水晶头，网络恢复。", "重新授权门禁卡。", "更换话机线。", "更换电池后正常。"),
    "智能": ("重新授权门禁卡。", "更换读卡器。", "调整摄像头角度。"),
    "电梯": ("清理地坎杂物，运行正常。", "通知维保单位到场，调整平层。"),
    "保洁": ("已清洁完毕，现场拍照。", "已消毒清理。", "已安排专人跟进。"),
    "运送": ("已送到位，科室签收。", "两人搬运完成。"),
    "搬运": ("两人搬运完成。", "已清运。"),
}
_RESULT_ELSE = ("已办好，用户当场确认。", "已处理，现场恢复正常。", "已办理并登记。")
_PRAISE = ("", "", "", "来得很快。", "师傅很客气。", "处理得干净。", "都好。")
_BLAME = ("修完第二天又不行了。", "问题还在。", "等得太久，也没弄好。")
_RETURN = ("需要专业厂家处理。", "现场没人，进不去。", "不属于本工种，请改派。")
_CANCEL = ("用户来电说自己弄好了。", "重复报修。", "用户改日再约。")
_TALK = ("经理当面听取意见，用户认可。", "电话沟通，用户表示满意。")


class Step(NamedTuple):
    """An action at an instant (microseconds since 1970). `who` is who enters it, as a key; `values` what it needs."""

    at: int
    action: str
    who: bytes
    values: dict[str, Any]


class Wanted(NamedTuple):
    """A made-up request as it is taken, and what happens to it afterwards."""

    received: int
    day: int
    sequence: int
    call_started: int
    channel: str
    item: int
    customer: int
    contact: str
    phone: str
    words: str
    urgency: str
    special: bool
    clerk: bytes
    first_contact: bytes
    promised_at: int | None
    steps: list[Step]


@dataclass(frozen=True, slots=True)
class Crew:
    """Who works at the center, as keys; `handlers` are the people for each item of the catalogue."""

    clerks: Sequence[bytes]
    guards: Sequence[bytes]
    handlers: Sequence[Sequence[bytes]]
    manager: bytes


@dataclass(frozen=True, slots=True)
class Offer:
    """An item of the catalogue: what the promise is, in minutes, and how often it is wanted."""

    name: str
    group: str
    minutes: int
    urgent: bool
    special: bool
    weight: float


@dataclass(frozen=True, slots=True)
class Asker:
    """A customer and the people who call."""

    contacts: Sequence[str]
    special: bool
    mobile: bool
    weight: float


class Requests:
    """The requests of a site from its first day to the end of time."""

    def __init__(
        self,
        kind: str,
        offers: Sequence[Offer],
        askers: Sequence[Asker],
        crew: Crew,
        zone: ZoneInfo,
        until: int,
        random: Random,
    ) -> None:
        self._where = _WHERE.get(kind, _WHERE["office"])
        self._offers = offers
        self._askers = askers
        self._crew = crew
        self._zone = zone
        self._until = until
        self._random = random
        self._offer_sums = list(accumulate(offer.weight for offer in offers))
        self._asker_sums = list(accumulate(asker.weight for asker in askers))

    def days(self, days: Sequence[Busy], total: int) -> Iterator[Wanted]:
        """So many requests on these days, in the order in which they were received."""
        hours = Hours(DESK_HOURS)
        weights = [0.4 + day.weight * self._random.uniform(0.85, 1.15) if day.weight else 0.0 for day in days]
        weights[-1] = days[-1].weight * 1.3
        place = 0
        for day, count in zip(days, shared_out(total, weights), strict=True):
            number = day.day.year * 10000 + day.day.month * 100 + day.day.day
            start = midnight(day, self._zone)
            for sequence, at in enumerate(hours.moments(day, count, self._zone, self._random), 1):
                place += 1
                yield self._wanted(number, start, day.day, sequence, at, place - total + 8)

    def _wanted(self, day: int, start: int, local: date, sequence: int, at: int, last: int) -> Wanted:
        """`last` is 1 to 8 for the last eight requests: some of them are set."""
        random, crew = self._random, self._crew
        item = _place(self._offer_sums, random)
        customer = _place(self._asker_sums, random)
        offer, asker = self._offers[item], self._askers[customer]
        clerk = crew.clerks[(local.toordinal() + int(random.random() * 2)) % len(crew.clerks)]
        channel = _CHANNELS[_place(_CHANNEL_SUMS, random)]
        chance = random.random()
        first_contact = clerk
        if channel == "post" or chance < 0.08:
            first_contact = crew.guards[int(random.random() * len(crew.guards))]
        elif chance < 0.2:
            first_contact = crew.clerks[int(random.random() * len(crew.clerks))]
        special = offer.special or asker.special or last == 3
        promise = at + max(5, round(offer.minutes * random.choice((0.5, 0.75, 1.0, 1.0, 1.0)))) * MINUTE
        at_once = first_contact == clerk and random.random() < 0.8
        contact = random.choice(asker.contacts) if asker.contacts else ""
        phone = (
            f"19900{int(random.random() * 1_000_000):06d}" if asker.mobile and random.random() < 0.7 else ""
        )
        wanted = Wanted(
            at,
            day,
            sequence,
            at - int((15 + 70 * random.random()) * SECOND),
            channel,
            item,
            customer,
            contact,
            phone,
            f"{random.choice(self._where)}{offer.name}，{random.choice(_TAILS)}",
            "emergency" if offer.urgent and offer.minutes <= 15 else "urgent" if offer.urgent else "normal",
            special,
            clerk,
            first_contact,
            promise if at_once else None,
            [],
        )
        if last in (2, 3, 4, 5):
            self._set(wanted, last)
        else:
            self._way(wanted, promise)
        return wanted

    # --- the usual way

    def _way(self, wanted: Wanted, promise: int) -> None:
        random, chance = self._random, self._random.random()
        if chance < 0.015 and wanted.channel != COMPLAINT_CHANNEL:
            self._add(wanted, wanted.received + self._minutes(12), "cancel", words=random.choice(_CANCEL))
            return
        at = self._round(wanted, wanted.received, promise)
        if 0.015 <= chance < 0.03:
            at = self._confirm(wanted, at + self._minutes(20), "dissatisfied")
            at = self._round(wanted, at, at + self._offers[wanted.item].minutes * MINUTE)
            if chance < 0.0155:
                self._add(
                    wanted,
                    at + self._minutes(60),
                    "end_unsatisfied",
                    self._crew.manager,
                    words="用户要求更换设备，本年度预算不支持。",
                )
                return
        answer = "satisfied" if random.random() < 0.86 else "fairly_satisfied"
        at = self._confirm(wanted, at + self._minutes(18), answer)
        self._add(wanted, at + 1, "set_satisfied", wanted.first_contact)
        if wanted.special:
            talked = self._office(at + self._minutes(200))
            self._add(wanted, talked, "manager_talked", self._crew.manager, words=random.choice(_TALK))
            at = talked
        self._follow_up(wanted, at, answer)

    def _round(self, wanted: Wanted, start: int, promise: int) -> int:
        """Dispatch to the result told; answers when the customer was told."""
        random, offer = self._random, self._offers[wanted.item]
        at = start + self._minutes(2 if offer.urgent else 6)
        handler = self._handler(wanted)
        self._add(wanted, at, "dispatch", handler=handler)
        first = start == wanted.received
        if not first or wanted.promised_at is None:
            at += self._minutes(2)
            self._add(wanted, at, "tell", words="")
            self._add(
                wanted,
                at + 20 * SECOND,
                "promise",
                wanted.first_contact,
                promised_at=max(promise, at + 10 * MINUTE),
            )
        chance = random.random()
        if first and chance < 0.03:
            at += self._minutes(20)
            self._add(wanted, at, "return_", words=random.choice(_RETURN))
            handler = self._handler(wanted)
            at += self._minutes(10)
            self._add(wanted, at, "re_dispatch", handler=handler)
        elif first and chance < 0.05:
            at += self._minutes(15)
            other = self._handler(wanted)
            if other != handler:
                self._add(wanted, at, "transfer", handler=other, words="手上有急单。")
                handler = other
        elif first and chance < 0.09:
            at += self._minutes(25)
            resumes = at + int((3 + 20 * random.random()) * HOUR)
            reason = random.choice(("parts", "customer_away", "customer_asked", "supplier"))
            self._add(wanted, at, "pause", reason=reason, resume_at=resumes, words="")
            at = resumes - self._minutes(10)
            self._add(wanted, at, "resume", words="")
        at += self._minutes(9)
        self._add(wanted, at, "begin", handler)
        late = random.random() < 0.05
        room = max(promise - at, 6 * MINUTE)
        done = at + int(room * ((1.1 + 0.8 * random.random()) if late else (0.15 + 0.6 * random.random())))
        self._add(wanted, done, "report_done", words=self._result(offer), handler=handler)
        told = done + self._minutes(7)
        self._add(wanted, told, "tell_result", words="")
        return told

    def _confirm(self, wanted: Wanted, at: int, answer: str) -> int:
        words = self._random.choice(_BLAME if answer == "dissatisfied" else _PRAISE)
        means = ("in_person", "phone", "message")[int(self._random.random() ** 1.5 * 3)]
        who = wanted.contact or "用户"
        self._add(wanted, at, "confirm", who=who, means=means, answer=answer, words=words)
        return at

    def _follow_up(self, wanted: Wanted, at: int, answer: str) -> None:
        random = self._random
        at = self._office(at + int((1 + 30 * random.random()) * HOUR))
        chance = random.random()
        complaint = wanted.channel == COMPLAINT_CHANNEL
        outcome, words, scores, who = (
            answer,
            random.choice(_PRAISE),
            self._scores(answer),
            wanted.contact or "用户",
        )
        person = None
        if not complaint and chance < 0.04:
            outcome, words, scores, who, person = (
                "sampled_out",
                "低风险项目，按抽样计划不回访。",
                {},
                "",
                self._crew.manager,
            )
        elif not complaint and chance < 0.07:
            outcome, words, scores, who = "not_reached", "", {}, ""
        means = "visit" if random.random() < 0.12 else "phone"
        self._add(
            wanted, at, "follow_up", person, outcome=outcome, means=means, who=who, words=words, scores=scores
        )
        self._add(wanted, at + self._minutes(4), "close")

    # --- the set ones: parts of the time that is left, so that they hold at any hour

    def _set(self, wanted: Wanted, which: int) -> None:
        left = max(self._until - wanted.received, 1000)
        handler = self._handler(wanted)

        def at(part: float) -> int:
            return wanted.received + int(left * part)

        if which == 5:  # nobody owns it
            return
        self._add(wanted, at(0.1), "dispatch", handler=handler)
        if wanted.promised_at is None or which == 2:
            self._add(wanted, at(0.15), "tell", words="")
            soon = at(0.7) if which == 2 else max(self._until, wanted.received) + 2 * HOUR
            why = "现场比预想的简单，可以提前。" if wanted.promised_at is not None else ""
            self._add(wanted, at(0.16), "promise", wanted.first_contact, promised_at=soon, words=why)
        if which == 4:
            self._add(
                wanted,
                at(0.5),
                "pause",
                reason="parts",
                resume_at=self._until + 20 * HOUR,
                words="等配件到货。",
            )
        if which == 3:
            self._add(wanted, at(0.2), "begin", handler)
            self._add(
                wanted, at(0.5), "report_done", words=self._result(self._offers[wanted.item]), handler=handler
            )
            self._add(wanted, at(0.6), "tell_result", words="")

    # --- small things

    def _add(
        self, wanted: Wanted, at: int, action: str, person: bytes | None = None, /, **values: Any
    ) -> None:
        wanted.steps.append(Step(at, action, person or wanted.clerk, values))

    def _minutes(self, usual: float) -> int:
        return int(usual * exp(0.5 * self._random.gauss(0.0, 1.0)) * MINUTE) + SECOND

    def _office(self, at: int) -> int:
        """The same instant, or a later one at which the office is open: 9:00 to 17:30."""
        # China has no summer time; the offset of the site's zone is the same all year.
        local = (at + 8 * HOUR) % DAY
        if local < 9 * HOUR:
            return at - local + 9 * HOUR + int(2 * HOUR * self._random.random())
        if local > 17 * HOUR + 30 * MINUTE:
            return at - local + DAY + 9 * HOUR + int(3 * HOUR * self._random.random())
        return at

    def _handler(self, wanted: Wanted) -> bytes:
        people = self._crew.handlers[wanted.item]
        return people[int(self._random.random() * len(people))]

    def _result(self, offer: Offer) -> str:
        found = next((texts for word, texts in _RESULTS.items() if word in offer.group), _RESULT_ELSE)
        return self._random.choice(found)

    def _scores(self, answer: str) -> Mapping[str, int]:
        best = 5 if answer == "satisfied" else 4
        return {name: best - (self._random.random() < 0.15) for name in ("speed", "quality", "manner")}


def _place(sums: Sequence[float], random: Random) -> int:
    return bisect_right(sums, random.random() * sums[-1])
