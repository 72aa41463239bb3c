"""A stamp that was forgotten: after the work it is entered with its time; what is chosen follows the customer."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from app.queries import requests_card
from app.ui.requests.action_panel import ActionPanel
from app.ui.requests.fields import ChoiceField, LineField, TimeField
from tests.ui.requests.conftest import Screen

ZONE = ZoneInfo("Asia/Shanghai")


def panel_of(screen: Screen) -> ActionPanel:
    panel = screen.page.card.panel()
    assert isinstance(panel, ActionPanel)
    return panel


@pytest.mark.parametrize("code", ["tell", "promise"])
def test_what_was_before_the_work_is_entered_with_its_time(screen: Screen, code: str) -> None:
    """REQ-2: without a time the form stays; with it the stamp is there, a promise that has passed too."""
    desk = screen.desk
    began = desk.clock.now()
    taken = desk.take("感染科", "门锁坏", "诊室")
    screen.made["late"] = taken.request_id
    desk.clock.pass_by(600)
    desk.done(desk.dispatch(taken, "陈刚"), "换锁芯")
    desk.clock.pass_by(3600)
    screen.settle()
    screen.show("late")
    screen.page.panels.begin(code)
    screen.settle()
    panel = panel_of(screen)
    at = panel.fields["at"]
    assert isinstance(at, TimeField)
    if code == "promise":
        until, to = panel.fields["promised_at"], panel.fields["promised_to"]
        assert isinstance(until, TimeField)
        assert isinstance(to, LineField)
        until.line.setText(f"{(began + timedelta(minutes=20)).astimezone(ZONE):%H:%M}")
        to.setText("吴护士长")
    screen.next()
    assert panel_of(screen) is panel, "it was refused, and the form is still there"
    at.line.setText(f"{(began + timedelta(minutes=2)).astimezone(ZONE):%H:%M}")
    screen.next()
    assert screen.page.card.panel() is None
    request = requests_card.card(desk.store, desk.clerk, taken.request_id).request
    assert request.told_at is not None
    assert request.told_at < began + timedelta(minutes=3)
    if code == "promise":
        assert request.promised_at is not None
        assert request.promised_at < desk.clock.now()


def test_satisfied_offers_no_more_than_the_customer_said(screen: Screen) -> None:
    """REQ-2: the answer is offered, and nothing better than it."""
    desk = screen.desk
    taken = desk.take("感染科", "门锁坏", "诊室", promised=20)
    done = desk.told(desk.done(desk.dispatch(taken, "陈刚"), "换锁芯"))
    screen.made["fair"] = desk.confirmed(done, "吴护士长", "fairly_satisfied").request_id
    screen.settle()
    screen.show("fair")
    screen.page.panels.begin("set_satisfied")
    screen.settle()
    degree = panel_of(screen).fields["degree"]
    assert isinstance(degree, ChoiceField)
    assert degree.value() == "fairly_satisfied"
    degree.set_value("satisfied")
    assert degree.value() is None, "there is no such button"
