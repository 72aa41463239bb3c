"""Made-up people, days and requests of a sample site (demo)."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, time
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.demo_days import Hours, busy_days, shared_out
from app.domain.demo_names import RARE_GIVEN, RARE_SURNAMES
from app.domain.demo_people import Person, person
from app.domain.documents import identify
from app.domain.identity_numbers import region_name
from app.domain.names import name_keys
from app.domain.visits import DOCUMENT_KINDS

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 23)
FLAT = (1.0,) * 24
SEED = bytes(range(32))
FIRST, LAST = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2019, 2030))


@pytest.fixture(scope="module")
def crowd() -> list[Person]:
    return [person(SEED, place) for place in range(6000)]


def test_numbers_are_what_the_post_reads(crowd: list[Person]) -> None:
    """VIS-7: every number is of its kind, valid and already in the form in which it is stored."""
    for one in crowd:
        if one.document_kind in ("none", "work_pass"):
            continue
        said = identify(one.number, TODAY)
        kind = "resident_id" if one.document_kind == "driving_licence" else one.document_kind
        assert (said.kind, said.value, said.valid) == (kind, one.number, True), one
    assert {one.document_kind for one in crowd} == set(DOCUMENT_KINDS)


def test_resident_numbers_are_nobodys_and_of_real_regions(crowd: list[Person]) -> None:
    """Sequence codes 900 to 995 are hardly ever issued (DOCUMENTS); the sex of the code is the name's."""
    numbers = [one.number for one in crowd if one.document_kind == "resident_id"]
    assert len(set(numbers)) == len(numbers) > 4000
    assert all(900 <= int(number[14:17]) <= 995 for number in numbers)
    assert all(region_name(number) for number in numbers)


def test_phones_are_unlikely_and_unlike(crowd: list[Person]) -> None:
    phones = [one.phone for one in crowd if one.phone]
    assert all(re.fullmatch(r"(19900|17800)\d{6}", phone) for phone in phones)
    assert len(set(phones)) == len(phones) > 3000
    assert all(identify(phone, TODAY).kind == "mobile" for phone in phones)


def test_plates_are_plates(crowd: list[Person]) -> None:
    plates = [one.plate for one in crowd if one.plate]
    assert 300 < len(plates) < 1200
    for plate in plates:
        said = identify(plate, TODAY)
        assert (said.kind, said.valid, said.value) == ("plate", True, plate)
        assert not said.warnings


def test_names_are_believable(crowd: list[Person]) -> None:
    """Frequent surnames are frequent; about one name in a hundred is rare; every name can be found."""
    surnames = Counter(one.name[0] for one in crowd)
    assert {name for name, _ in surnames.most_common(3)} == {"王", "李", "张"}
    assert 0.04 < surnames["王"] / len(crowd) < 0.12
    rare = [
        one for one in crowd if set(one.name) & set(RARE_GIVEN) or one.name.startswith(tuple(RARE_SURNAMES))
    ]
    assert 0.004 < len(rare) / len(crowd) < 0.02
    assert all(name_keys(one.name) for one in crowd)
    lengths = Counter(len(one.name) for one in crowd)
    assert lengths[3] > lengths[2] > lengths[4]


def test_same_seed_same_person() -> None:
    assert person(SEED, 77) == person(SEED, 77)
    assert person(SEED, 77) != person(bytes(32), 77)
    assert person(SEED, 77) != person(SEED, 78)


@given(st.integers(0, 5_000), st.lists(st.floats(0, 10), min_size=1, max_size=50))
def test_shares_add_up(total: int, weights: list[float]) -> None:
    shares = shared_out(total, weights)
    assert sum(shares) == total
    assert len(shares) == len(weights)
    assert all(share >= 0 for share in shares)


@given(
    st.integers(FIRST, LAST),
    st.integers(0, 3_000),
)
def test_nothing_is_later_than_the_end(seconds: int, visits: int) -> None:
    """No row later than the instant, at any hour, also where no calendar is decreed yet."""
    end = datetime.fromtimestamp(seconds, UTC)
    days = busy_days(visits, end, ZONE, 0.5, FLAT)
    assert days[-1].day == end.astimezone(ZONE).date()
    moments = Hours(FLAT).moments(days[-1], 20, ZONE, Random(1))
    start = datetime.combine(days[-1].day, time(), ZONE).timestamp() * 1e6
    assert moments == sorted(moments)
    assert all(moment < end.timestamp() * 1e6 for moment in moments)
    assert all(moment >= start - 1 for moment in moments)


def test_holidays_and_make_up_days() -> None:
    """The working calendar knows 调休: Saturday 2024-10-12 was worked, Thursday 2024-10-03 was a holiday."""
    until = datetime(2024, 10, 20, 4, tzinfo=UTC)
    days = {busy.day: busy.weight for busy in busy_days(10_000, until, ZONE, 0.5, FLAT)}
    assert days[date(2024, 10, 12)] > days[date(2024, 10, 19)]
    assert days[date(2024, 10, 3)] < days[date(2024, 10, 19)]
    assert days[date(2024, 10, 3)] < days[date(2024, 10, 10)]


def test_hours_follow_their_weights() -> None:
    hours = [0.0] * 24
    hours[9], hours[10] = 3.0, 1.0
    day = busy_days(100, datetime(2026, 5, 20, tzinfo=UTC), ZONE, 0.5, FLAT)[0]
    start = datetime.combine(day.day, time(), ZONE).timestamp() * 1e6
    counted = Counter(
        int((moment - start) // 3.6e9) for moment in Hours(hours).moments(day, 4000, ZONE, Random(3))
    )
    assert set(counted) == {9, 10}
    assert 2.6 < counted[9] / counted[10] < 3.4
