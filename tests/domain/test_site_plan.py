"""A new site as the wizard's lines say it (MODE-2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.people import ROLES
from app.domain.site import POST_KINDS
from app.domain.site_plan import SitePlan, read_plan, typed_names, typed_people, typed_posts
from app.errors import DomainError

POSTS = {"main_gate": "大门", "lane": "道口"}
PEOPLE = {"guard": "护卫员", "clerk": "Service clerk"}


def test_a_post_says_its_kind_after_a_space_or_in_its_name() -> None:
    typed = "东门岗\n后勤道口岗\n\n 西岗，道口 \n南岗 大门"
    assert typed_posts(typed, POSTS) == (
        ("东门岗", "main_gate"),
        ("后勤道口岗", "lane"),
        ("西岗", "lane"),
        ("南岗", "main_gate"),
    )


def test_people_need_a_role_and_the_line_is_named() -> None:
    assert typed_people("王建国 护卫员\nAnn Lee  service CLERK", PEOPLE) == (
        ("王建国", "guard"),
        ("Ann Lee", "clerk"),
    )
    with pytest.raises(DomainError) as refused:
        typed_people("王建国 护卫员\n\n李婷", PEOPLE)
    assert (refused.value.code, refused.value.field) == ("line_role_unknown", "people")
    assert refused.value.values["line"] == 2


def test_a_name_stands_there_once() -> None:
    with pytest.raises(DomainError) as refused:
        typed_names("左1\n左2\n左1", "desks")
    assert (refused.value.code, refused.value.field, refused.value.values["line"]) == (
        "line_twice",
        "desks",
        3,
    )


names = st.text(min_size=1, max_size=8).map(str.strip).filter(bool)
plans = st.builds(
    SitePlan,
    names,
    names,
    st.sampled_from(("", "hotel", "butler")),
    st.lists(st.tuples(names, st.sampled_from(POST_KINDS))).map(tuple),
    st.lists(names).map(tuple),
    st.lists(st.tuples(names, st.sampled_from(ROLES))).map(tuple),
)


@given(plans)
def test_a_plan_comes_back_as_it_was_written(plan: SitePlan) -> None:
    assert read_plan(plan.text()) == plan


@given(st.text() | st.from_regex(r"\{.*\}", fullmatch=True))
def test_what_is_no_plan_is_refused_in_words(text: str) -> None:
    refused = None
    try:
        read_plan(text)
    except DomainError as error:
        refused = error.code
    assert refused in (None, "plan_unreadable")
