"""A morning at the desk: a dozen requests in all states, made by the operations on a sample hospital."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.db.store import Store
from app.domain.people import Actor
from app.operations import requests as taking
from app.operations import requests_aside as aside
from app.operations import requests_stamps as stamps
from app.operations import requests_way as way
from app.operations.requests_change import SavedRequest
from app.operations.site import sign_in_as
from app.queries import site as site_queries
from tests.clocks import TurnedClock


@dataclass
class Desk:
    """The store, its people and a clock that can be turned."""

    store: Store
    clock: TurnedClock
    clerk: Actor

    def actor(self, name: str) -> Actor:
        """Somebody by name or role."""
        return sign_in_as(self.store, name, "center")

    def take(
        self, customer: str, item: str = "", words: str = "", first: Actor | None = None, **more: Any
    ) -> SavedRequest:
        """A request taken by the clerk."""
        found = site_queries.find_customers(self.store, self.clerk, customer, 1)
        items = site_queries.find_items(self.store, self.clerk, item, 1) if item else []
        who = found[0] if found else None
        promised = more.pop("promised", None)
        new = taking.NewRequest(
            call_started_at=self.clock.now(),
            channel=more.pop("channel", "hotline_services"),
            first_contact_id=(first or self.clerk).person,
            words=words,
            item_id=items[0].item_id if items else None,
            customer_id=who.customer_id if who else None,
            customer="" if who else customer,
            contact=who.contact if who else "",
            promised_at=None if promised is None else self.clock.now() + timedelta(minutes=promised),
            promise_reason="等配件" if promised and promised > 60 else "",
            **more,
        )
        return taking.take(self.store, self.clerk, new)

    def dispatch(self, saved: SavedRequest, handler: str, **more: Any) -> SavedRequest:
        """Given to a handler by name."""
        person = self.actor(handler).person
        return way.dispatch(self.store, self.clerk, saved.request_id, saved.version, person, **more)

    def done(self, saved: SavedRequest, result: str = "") -> SavedRequest:
        """Reported done from the slip."""
        return way.report_done(self.store, self.clerk, saved.request_id, saved.version, result)

    def told(self, saved: SavedRequest) -> SavedRequest:
        """The result told."""
        return stamps.tell_result(self.store, self.clerk, saved.request_id, saved.version)

    def confirmed(self, saved: SavedRequest, who: str, answer: str = "satisfied") -> SavedRequest:
        """What the customer said on the phone."""
        key, version = saved.request_id, saved.version
        return way.confirm(self.store, self.clerk, key, version, who, "phone", answer)


def a_morning(desk: Desk) -> dict[str, UUID]:
    """Makes the requests of a morning and leaves the clock at 09:20; the keys by a short name."""
    made: dict[str, UUID] = {}
    clock, guard = desk.clock, desk.actor("王建国")
    clock.set_wall(-86_400 * 1.0)
    cloth = desk.take("院办公室", "横幅悬挂", "周五活动,门诊大厅 2 条", promised=60 * 24 * 3)
    made["banner"] = desk.dispatch(cloth, "郭建民").request_id
    cards = desk.take("药剂科", "补办门禁卡", "3 张,新来的药师", promised=60)
    cards = desk.told(desk.done(desk.dispatch(cards, "陈刚"), "三张都办好,放在接待台"))
    made["cards"] = cards.request_id
    clock.set_wall(86_400 - 3600)
    old = desk.take("消毒供应中心", "灯具不亮", "灭菌间两盏灯", promised=40)
    old = desk.confirmed(desk.told(desk.done(desk.dispatch(old, "马俊"), "换灯管两支")), "吕护士长")
    made["lamp"] = old.request_id
    clock.pass_by(600)
    leak = desk.take("血液净化中心", "水管漏水", "水从天花板滴到机器旁边,已经放了桶", promised=25)
    leak = desk.dispatch(leak, "杨立军")
    when = clock.now() + timedelta(hours=2)
    made["leak"] = aside.pause(
        desk.store, desk.clerk, leak.request_id, leak.version, "parts", when, "等 DN25 接头"
    ).request_id
    clock.pass_by(900)
    bell = desk.take("骨科", "呼叫铃不响", "12 床", promised=10)
    made["bell"] = bell.request_id
    clock.pass_by(900)
    made["projector"] = desk.dispatch(
        desk.take("护理部", "", "会议室投影无信号,十点开会", promised=40), "陈刚"
    ).request_id
    clock.pass_by(900)
    hot = desk.take("手术室", "空调不制冷", "5 号手术间 27℃,10:45 有手术", guard, channel="post")
    made["hot"] = hot.request_id
    clock.pass_by(60)
    hot = stamps.tell(desk.store, desk.clerk, hot.request_id, hot.version, "维修工带压力表过去,先查风机")
    due = clock.now() + timedelta(minutes=20)
    hot = stamps.promise(desk.store, guard, hot.request_id, hot.version, due, "程护士长")
    desk.dispatch(hot, "黄勇", words="10:45 前必须降到 24℃")
    clock.pass_by(420)
    made["lock"] = desk.take("感染科", "门锁坏", "处置室").request_id
    return made
