"""What the page offers and how it asks for it: held against the documents and the command line that there are."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import cli
from app.queries.requests import LISTS
from app.ui.reports.documents import (
    DOCUMENTS,
    QUICK,
    SAVED_LISTS,
    Asked,
    asked_by,
    first_asked,
    period,
    quick_of,
)
from app.words import LANGUAGES, Words
from reports.registry import REPORTS

TODAY = date(2026, 11, 24)
DAYS = st.dates(date(2001, 1, 1), date(2198, 1, 1))


def test_the_page_offers_every_document_with_its_form_number() -> None:
    assert [(one.name, one.form) for one in DOCUMENTS] == [
        (one.name, one.form.number) for one in REPORTS.values()
    ]


def test_saved_lists_are_those_of_the_requests_page() -> None:
    assert sorted(SAVED_LISTS) == sorted(LISTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_document_has_its_words(language: str) -> None:
    words = Words(language)
    for one in DOCUMENTS:
        for code in (f"reports.{one.name}", f"reports.about_{one.name}", f"reports_page.below_{one.name}"):
            assert words(code)


@given(today=DAYS, quick=st.sampled_from(QUICK))
def test_quick_choices_are_whole_periods_up_to_today(today: date, quick: str) -> None:
    first, last = period(quick, today)
    assert first <= last <= today
    assert quick_of(first, last, today) is not None
    if quick == "this_week":
        assert first.weekday() == 0
    if quick.endswith("_month"):
        assert first.day == 1


def test_last_month_ends_with_its_last_day() -> None:
    assert period("last_month", date(2028, 3, 31)) == (date(2028, 2, 1), date(2028, 2, 29))
    assert period("last_month", date(2027, 1, 1)) == (date(2026, 12, 1), date(2026, 12, 31))
    with pytest.raises(KeyError):
        period("some_day", TODAY)


@pytest.mark.parametrize("name", [one.name for one in DOCUMENTS])
def test_the_command_line_understands_what_is_asked(name: str) -> None:
    asked = Asked(name, date(2026, 11, 1), TODAY, "东门岗", "1123-C026")
    options = cli.parse(asked.command(Path("out.pdf"), "en"))
    assert (options.name, options.lang) == (name, "en")
    assert options.first == (date(2026, 11, 1) if asked.by_days else None)
    last = date(2026, 11, 1) if name in ("visit_log", "handover") else TODAY
    assert options.last == (last if asked.by_days else None)
    assert options.number == ("1123-C026" if name in ("job_slip", "blank_slips") else "")
    assert options.post == ("东门岗" if name.startswith("visit_") or name == "handover" else "")


def test_a_handover_is_asked_for_by_day_post_and_shift() -> None:
    """VIS-16: reprinted as it was signed; without a shift all of the day."""
    asked = asked_by({"name": "handover", "first": TODAY, "post": "东门岗", "scope": "夜班"}, TODAY)
    assert asked is not None
    day = f"{TODAY}"
    assert asked.options() == ["--from", day, "--to", day, "--post", "东门岗", "--which", "夜班"]
    assert asked.title(Words("zh_CN")) == f"交接班记录 东门岗 夜班 {day}"
    assert "--which" not in first_asked("handover", TODAY, "东门岗").options()


def test_a_saved_list_and_those_waiting_have_no_days() -> None:
    assert first_asked("request_list", TODAY).options() == ["--which", "open"]
    assert first_asked("follow_up_form", TODAY).options() == []


def test_another_page_names_what_it_wants() -> None:
    asked = asked_by({"name": "job_slip", "number": "1123-C026", "print": True}, TODAY)
    assert asked is not None
    assert asked.options() == ["--number", "1123-C026"]
    of_a_day = asked_by({"name": "follow_up_form", "first": TODAY}, TODAY)
    assert of_a_day is not None
    assert of_a_day.options() == ["--from", "2026-11-24", "--to", "2026-11-24"]
    assert asked_by({"name": "no_such"}, TODAY) is None


@given(text=st.text(max_size=30))
def test_a_title_can_be_a_files_name(text: str) -> None:
    title = Asked("visit_log", TODAY, TODAY, post=text).title(Words("zh_CN"))
    assert not set('\\/:*?"<>|\n\x00') & set(title)
    assert title.startswith("来访登记日报")
    assert title.endswith("2026-11-24")
