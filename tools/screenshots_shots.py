"""What is photographed: every page, dialog and state that matters, as lists of `Shot(name, steps)`.

A new page adds its list of shots and a line in SCENES. Steps are keys as a person presses them: `press`, `text` and the
like in `tools/screenshots_stage.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtWidgets import QApplication, QWidget

from app.domain.people import Actor
from app.errors import DomainError
from app.operations import requests_way
from app.ui.requests.page import RequestsPage
from app.ui.site.page import SECTIONS
from app.ui.start.first_start import FirstStart
from app.ui.visits.duties import read_handover
from app.ui.visits.page import VisitsPage
from tools.screenshots_stage import (
    Scene,
    Shot,
    Stage,
    Step,
    chinese,
    language,
    large,
    pass_by,
    press,
    rest,
    text,
    until,
)

NUMBER, WRONG = "21010219870412919X", "210102198806159032"
WATCHED = "330702198209098998"  # on the sample site's watch list


# --- the guard post --------------------------------------------------------------------------------------------------


def _one_registration(name: str, number: str = "") -> tuple[Step, ...]:
    """A name taken, and a number; host and purpose are asked for next."""
    more = (text(number), press("Return")) if number else ()
    return (press("F2"), chinese(name), press("Ctrl+Return"), *more)


POST = (
    Shot("empty"),
    Shot("typing", (text("zh"), pass_by(4.2), rest(0.2))),
    Shot("nobody", (press("Escape"), text("xqzw"), pass_by(3), rest(0.2))),
    Shot(
        "half_filled",
        (press("Escape"), *_one_registration("慕容雪", NUMBER), pass_by(9.4), text("gk"), rest(0.2)),
    ),
    Shot("ready", (press("Return"), press("Return"), pass_by(3.1), rest(0.2))),
    Shot("stored", (press("F9"),)),
    Shot("number_typed", (*_one_registration("诸葛明"), text("4301021990131"), pass_by(2), rest(0.2))),
    Shot("override", (*(press("Backspace"),) * 13, text(WRONG), pass_by(6), rest(0.2), press("Return"))),
    Shot("aside", (press("Escape"), press("Escape"), *_one_registration("司马青"), pass_by(14), rest(0.2))),
    Shot("two_open", (press("Escape"), pass_by(3), rest(1.2))),
    Shot("over_25_s", (*_one_registration("欧阳静", NUMBER), pass_by(31.4), rest(1.2))),
    Shot("why_over", (press("F9"),)),
    Shot("no_document", (press("F2"), chinese("上官云"), press("Ctrl+Return"), press("F8"))),
    Shot("watch_stop", (press("Escape"), press("Escape"), *_one_registration("张晓", WATCHED), rest(0.2))),
    Shot("watch_seen", (press("F10"), press("F9"))),
    Shot("leave", (press("Escape"), press("Escape"), press("F4"), text("l"))),
    Shot("unfinished", (press("Escape"), press("F3"), press("F3"), press("F3"))),
    Shot("complete", (lambda stage: _first_of_list(stage),)),
    Shot("discard", (press("Ctrl+Delete"),)),
    Shot("tally", (press("Escape"), press("Escape"), press("F5"), press("1"), press("F5"))),
    Shot("turned_away", (press("7"),)),
    Shot("duty_log", (press("Escape"), press("F7"), chinese("大厅漏水,已报中心"), rest(0.3))),
    Shot("handover_asked", (press("Escape"), press("Ctrl+Shift+H"), rest(0.4))),
    Shot("handover", (press("Escape"), lambda stage: _handover(stage), rest(0.5))),
    Shot("large_type", (press("Escape"), large(True), press("F2"), text("zh"), pass_by(21), rest(0.2))),
    Shot("guard_change", (large(False), press("Escape"), press("Ctrl+Shift+G"))),
    Shot("keys", (press("F1"),)),
    Shot("search", (press("Escape"), press("Ctrl+K"), text("zh"), rest(0.8))),
    Shot("error", (press("Escape"), lambda stage: stage.window.show_error(DomainError("disk_full")))),
    Shot("roll_call_begin", (press("Ctrl+Shift+R"), rest(0.4))),
    Shot("roll_call", (press("Ctrl+Shift+R"), rest(0.4), press("Return"), rest(0.5), text("zh"), rest(0.3))),
    Shot("late_entry", (press("Ctrl+Shift+L"), rest(0.3), text("12"), press("Return"), chinese("张顺"))),
    Shot("blank_slips", (press("Ctrl+Shift+B"), rest(0.3))),
    Shot("night", (press("Ctrl+Shift+Y"), rest(0.3))),
)


def _handover(stage: Stage) -> None:
    """The page that is signed; not by its question, since one dialog would wait inside the other here."""
    page = stage.page("visits")
    assert isinstance(page, VisitsPage)
    services = page.services
    actor = cast("Actor", services.session.actor)
    services.background.run(read_handover, services.house, actor, done=page.duties.show_page)


def _first_of_list(stage: Stage) -> None:
    """Return on the first row of the list in front."""
    page = stage.page("visits")
    assert isinstance(page, VisitsPage)
    view = page.lists.tables["unfinished"]
    view.setFocus()
    view.selectRow(0)
    stage.key("Return")


# --- requests --------------------------------------------------------------------------------------------------------


def _requests(stage: Stage) -> RequestsPage:
    page = stage.page("requests")
    assert isinstance(page, RequestsPage)
    return page


def list_of(code: str) -> Step:
    """A saved filter."""
    return lambda stage: _requests(stage).filters.take(code)


def request_that(allows: str) -> Step:
    """Goes down the list to the first request to which this can be done."""

    def fits(stage: Stage) -> bool:
        page = _requests(stage)
        card = page.card.card
        if card is not None and card.request.id == page.current and allows in card.allowed:
            return True
        if stage.window.services.background.waiting == 0:
            page.list.view.setFocus()
            stage.key("Down")
        return False

    return until(fits)


def action(code: str) -> Step:
    """The panel of an action."""

    def step(stage: Stage) -> None:
        panels = _requests(stage).panels
        panels.begin(code)
        assert panels.opened() == code, f"{code} is not allowed here"

    return step


def somebody_was_quicker(stage: Stage) -> None:
    """Another PC reports the same job done."""
    card = _requests(stage).card.card
    assert card is not None
    services = stage.window.services
    requests_way.report_done(
        services.house,
        cast("Actor", services.session.actor),
        card.request.id,
        card.request.version,
        "换了 HDMI 线,已试",
    )


LEAVE = (press("Escape"), press("Escape"))
REQUESTS = (
    Shot("first", (rest(0.3),)),
    Shot("request", (list_of("open"), request_that("dispatch"))),
    Shot("dispatch", (action("dispatch"), text("c"), rest(0.3))),
    Shot("promise", (*LEAVE, request_that("promise"), action("promise"))),
    Shot(
        "report_done",
        (*LEAVE, request_that("report_done"), action("report_done"), chinese("换了压缩机电容,出风 16 度")),
    ),
    Shot("pause", (*LEAVE, request_that("pause"), action("pause"))),
    Shot("confirm", (*LEAVE, list_of("awaiting_confirmation"), request_that("confirm"), action("confirm"))),
    Shot(
        "follow_up", (*LEAVE, list_of("awaiting_follow_up"), request_that("follow_up"), action("follow_up"))
    ),
    Shot("overdue", (*LEAVE, list_of("overdue"), press("Down"))),
    Shot("paused", (list_of("paused"), press("Down"))),
    Shot("more", (list_of("open"), press("Down"), press("Alt+."))),
    Shot("intake_empty", (press("Escape"), press("Ctrl+N"))),
    Shot("intake_customer", (text("ssh"), rest(0.3))),
    Shot("intake_kind", (press("Return"), text("kt"), rest(0.3))),
    Shot("intake_full", (press("Return"), chinese("五号手术间,二十七度,病人已经在台上"), press("Alt+3"))),
    Shot("intake_second", (press("Ctrl+N"),)),
    Shot("parked", (press("Escape"), list_of("open"), request_that("report_done"))),
    Shot(
        "conflict",
        (
            action("report_done"),
            chinese("换了一根线"),
            somebody_was_quicker,
            press("Ctrl+Return"),
        ),
    ),
    Shot("nothing_found", (*LEAVE, lambda stage: _search(stage), text("qqqqq"), rest(0.4))),
    Shot("keys", (press("Escape"), press("F1"))),
    Shot("search", (press("Escape"), press("Ctrl+K"), text("ssh"), rest(0.8))),
    Shot("commands", (press("Escape"), press("Ctrl+K"))),
)


def _search(stage: Stage) -> None:
    search = _requests(stage).list.search
    search.setFocus()
    search.clear()


# --- reports ---------------------------------------------------------------------------------------------------------


def document(name: str) -> Step:
    """A document of the list, made and shown."""
    return lambda stage: stage.page("reports").open({"name": name})


REPORTS = (
    *(
        Shot(name, (document(name), rest(0.6)))
        for name in (
            "visit_log",
            "visit_figures",
            "handover",
            "request_list",
            "follow_up_form",
            "job_slip",
            "evacuation",
        )
    ),
    Shot("print", (document("visit_log"), rest(0.6), press("Ctrl+P"), rest(0.4))),
    Shot("save", (press("Ctrl+S"), rest(0.2))),
    Shot("keys", (press("F1"),)),
)


# --- site, help, the rest of the window ------------------------------------------------------------------------------


def section(code: str) -> Step:
    """A section of the Site tab, entered."""
    return lambda stage: stage.page("site").open(code)


SITE = (*(Shot(code, (section(code), rest(0.1))) for code in SECTIONS),)
ADMINISTRATOR = (
    Shot("staff", (section("staff"),)),
    Shot("new_person", (press("Ctrl+N"),)),
    Shot("refused", (press("Ctrl+Return"),)),
    Shot("new_customer", (section("customers"), press("Ctrl+N"))),
    Shot("rights", (section("rights"),)),
    Shot("checked", (section("care"), press("Alt+C"))),
)
HELP = (
    Shot("guide", (rest(0.2),)),
    Shot("menu", (lambda stage: stage.window.display.click(),)),
)
SWITCH = (
    Shot("other_language", (press("F2"), text("zh"), lambda stage: language(_other(stage))(stage))),
    Shot("zoomed", (press("Escape"), press("Ctrl++"), press("Ctrl++"), press("Ctrl++"))),
)


def _other(stage: Stage) -> str:
    return "en" if stage.run.language == "zh_CN" else "zh_CN"


# --- first start and signing in --------------------------------------------------------------------------------------


def _field(name: str) -> Callable[[Stage], QWidget]:
    def find(stage: Stage) -> QWidget:
        front = QApplication.activeModalWidget()
        assert isinstance(front, FirstStart)
        return {
            "name": front.site.name,
            "company": front.site.company,
            "people": front.places.fields["people"],
            "admin": front.admin.admin,
            "password": front.admin.password,
            "again": front.admin.again,
        }[name]

    return find


def into(name: str) -> Step:
    """The focus into a field of the wizard."""
    return lambda stage: _field(name)(stage).setFocus()


def a_guard(stage: Stage) -> None:
    """A line of the people: a name and a role in the language in force."""
    assert stage.program is not None
    chinese(f"王建国 {stage.program.words('site.role_guard')}")(stage)


def _sheet(stage: Stage) -> bool:
    front = QApplication.activeModalWidget()
    return isinstance(front, FirstStart) and front._here() is front.sheet


def _site_made(stage: Stage) -> None:
    front = QApplication.activeModalWidget()
    assert isinstance(front, FirstStart), "the sheet with the recovery code did not come"
    front.accept()


def _window_open(stage: Stage) -> bool:
    return stage.program is not None and stage.program.main_window is not None


FIRST_START = (
    Shot("how"),
    Shot("restore", (press("Alt+6"),)),
    Shot("refused", (press("Ctrl+Return"),)),
    Shot(
        "site",
        (
            press("Escape"),
            press("Alt+4"),
            into("name"),
            chinese("江北医院"),
            into("company"),
            chinese("和悦物业服务有限公司"),
        ),
    ),
    Shot("places", (press("Ctrl+Return"), into("people"), a_guard)),
    Shot("admin", (press("Ctrl+Return"), into("admin"), chinese("李主任"), into("password"), text("short"))),
    Shot("admin_refused", (press("Ctrl+Return"),)),
    Shot(
        "recovery_code",
        (
            into("password"),
            *(press("Backspace"),) * 5,
            text("yangli-zhandian"),
            into("again"),
            text("yangli-zhandian"),
            press("Ctrl+Return"),
            until(_sheet),
        ),
    ),
    Shot("sign_in_real", (_site_made, rest(0.5))),
    Shot(
        "wrong_password",
        (chinese("李主任"), press("Return"), text("nobody-knows"), press("Return"), rest(0.6)),
    ),
    Shot(
        "requests_empty",
        (
            *(press("Backspace"),) * 12,
            text("yangli-zhandian"),
            press("Return"),
            until(_window_open),
            rest(0.3),
        ),
    ),
    Shot("intake_empty_site", (press("Ctrl+N"),)),
    Shot("which_post", (press("Escape"), press("Ctrl+2"), rest(0.3))),
    Shot("post_empty_site", (press("Alt+1"), rest(0.3))),
    Shot("reports_empty_site", (press("Ctrl+3"), rest(0.6))),
)
SIGN_IN = (
    Shot("sample", (rest(0.5),)),
    Shot("sample_narrowed", (text("wjg"), rest(0.3))),
)

SCENES = (
    Scene("start", "", (), FIRST_START),
    Scene("sign_in", "site", (), SIGN_IN),
    Scene("post", "site", ("--as", "guard", "--station", "post"), POST, contrast=True),
    Scene("requests", "site", ("--as", "clerk"), REQUESTS),
    Scene("reports", "site", ("--as", "manager"), REPORTS, before=(press("Ctrl+3"),)),
    Scene("site", "site", ("--as", "manager"), SITE, before=(press("Ctrl+4"),)),
    Scene("administrator", "site", ("--as", "administrator"), ADMINISTRATOR, before=(press("Ctrl+3"),)),
    Scene("help", "site", ("--as", "clerk"), HELP, before=(press("Ctrl+5"),)),
    Scene("switch", "site", ("--as", "guard", "--station", "post"), SWITCH),
)
