"""Who is meant exactly, who may be meant, and who is left in peace (VIS-11)."""

from __future__ import annotations

import time
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.identity_numbers import check_character
from app.domain.names import spellings
from app.domain.watch_list import (
    HINTS,
    MOST,
    STOPS,
    TODOS,
    Person,
    WatchIndex,
    WatchListEntry,
    canonical_number,
    is_proven,
    one_off,
)
from app.domain.watch_words import is_harsh
from app.words import LANGUAGES, Words

DAY = date(2026, 11, 24)


def identity(first17: str) -> str:
    return first17 + check_character(first17)


NUMBER = identity("11010519491231002")  # …X
OTHER = identity("11010519881012103")


def listed(name: str = "", number: str = "", phone: str = "", **more: object) -> WatchListEntry:
    values: dict[str, object] = {"valid_from": DAY, "valid_until": DAY, "version": 1} | more
    key = UUID(int=int(str(values.pop("key", 1))))
    return WatchListEntry(key, name=name, number=number, phone=phone, todo="leader", todo_words="", **values)  # type: ignore[arg-type]


def basis(entry: WatchListEntry, person: Person, today: date = DAY) -> str:
    met = WatchIndex([entry]).look(person, today)
    assert len(met) <= 1
    return met[0].basis if met else ""


@pytest.mark.parametrize(
    "written",
    [
        "11010519491231002X",
        "11010519491231002x",
        "110105 19491231 002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105-19491231-002×",
        "11010519491231002Х",
        "\u200b110105\u200b19491231002x ",
        "110105491231002",
    ],
)
def test_a_number_is_the_same_however_it_is_written(written: str) -> None:
    """VIS-11: full-width digits, lower-case x, a multiplication sign, fifteen digits of the first generation."""
    assert canonical_number(written) == NUMBER
    assert basis(listed(number=NUMBER), Person("谁都行", written)) == "number"
    assert basis(listed(number=written), Person(number=NUMBER)) == "number"


def test_a_permit_with_its_reissue_count_is_the_same() -> None:
    """VIS-11: H and eight digits are for life; the last two only count the cards."""
    assert basis(listed(number="H1234567801"), Person(number="h12345678")) == "number"
    assert basis(listed(number="H1234567801"), Person(number="H1234567903")) == "number_near"


@pytest.mark.parametrize(
    ("entry", "person", "met"),
    [
        (listed("张三", NUMBER), Person("李四", NUMBER), "number"),
        (listed("张三", NUMBER), Person("张三", identity("32010619491231457")), "name_birth"),
        (listed("张三", "002X"), Person("张三", NUMBER), "name_last_four"),
        (listed("张三", "002x"), Person("张三", "P9002X"), "name_last_four"),
        (listed("张三", OTHER), Person("李四", OTHER[:5] + "9" + OTHER[6:]), "number_near"),
        (listed("张三", OTHER), Person("李四", OTHER[:9] + OTHER[10] + OTHER[9] + OTHER[11:]), "number_near"),
        (listed("张三", phone="13812345678"), Person("李四", NUMBER, "138 1234 5678"), "phone"),
        (listed("张三", "E12345678"), Person("李四", "E12345679"), "number_near"),
        (listed("张三"), Person("张三", NUMBER), "name"),
        (listed("张三"), Person("章三", NUMBER), "sound"),
        (listed("单雄信"), Person("善雄信", NUMBER), "sound"),
        (listed("单雄信"), Person("丹雄信", NUMBER), "sound"),
        (listed("王伟"), Person("WANG WEI", "E12345678"), "sound"),
        (listed("吕布"), Person("Lu Bu", "E12345678"), "sound"),
        (listed("欧阳娜娜"), Person("欧阳娜那", NUMBER), "sound"),
        (listed("欧阳娜娜"), Person("欧阳娜美", NUMBER), "name_near"),
        (listed("Anna Karlsson"), Person("Anna Karlson", "E12345678"), "name_near"),
        (listed("张三丰", NUMBER), Person("张三峰", identity("32010619491231457")), "sound"),
        (listed("张三丰", NUMBER), Person("张三木", identity("32010619491231457")), "name_near"),
        (listed("张三", NUMBER), Person("张三", "E12345678"), "name"),
        (listed("张三", NUMBER), Person("张三", OTHER), ""),
        (listed("张三", NUMBER), Person("章三", OTHER), ""),
        (listed("张三", "9999"), Person("张三", NUMBER), ""),
        (listed("张三丰"), Person("张三木", NUMBER), ""),
        (listed("王伟"), Person("王强", NUMBER), ""),
        (listed("张三", phone="13812345678"), Person("章三", NUMBER, "13912345678"), ""),
        (listed("张三", phone="13812345678"), Person("张三", NUMBER, "13912345678"), "name"),
        (listed("张三", NUMBER), Person("张三", settled=False), ""),
        (listed("张三", NUMBER), Person("张三"), "name"),
        (listed(), Person(), ""),
        (listed("张三"), Person("", NUMBER), ""),
    ],
)
def test_what_stops_what_hints_and_what_does_not(entry: WatchListEntry, person: Person, met: str) -> None:
    """VIS-11."""
    assert basis(entry, person) == met


def test_a_work_pass_is_not_one_persons_number() -> None:
    """VIS-11: companies number alike: with another name it is nobody's, one digit off says nothing."""
    entry = listed("张三", "GP001234")
    assert basis(entry, Person("李四", "GP001234", issued=False)) == ""
    assert basis(entry, Person("章三", "GP001234", issued=False)) == "number"
    assert basis(entry, Person("", "GP001234", issued=False)) == "number"
    assert basis(entry, Person("李四", "GP001235", issued=False)) == ""


def test_the_last_four_of_two_proven_numbers_agree_by_chance() -> None:
    """VIS-11: the same name with another birth date and a check digit that holds is a namesake, not a stop."""
    end = next(f"{n:03d}" for n in range(1000) if identity(f"32010619880101{n:03d}")[-4:] == f"{n:03d}X")
    first = next(
        body
        for body in (f"{place}19900101{end}" for place in range(110101, 659001))
        if identity(body)[-1] == "X"
    )
    assert basis(listed("张三", identity(f"32010619880101{end}")), Person("张三", identity(first))) == ""
    assert basis(listed("张三", f"{end}X"), Person("张三", identity(first))) == "name_last_four"


@pytest.mark.parametrize(
    ("name", "alike"),
    [("王䶮", "王眼"), ("陈㛃", "陈杰"), ("𠮷田", "吉田"), ("李\U0002b5af", "李\U0002b5af")],
)
def test_rare_characters_sound_as_they_are_read(name: str, alike: str) -> None:
    """VIS-11: extension characters have their readings; one that nobody can read is only itself."""
    assert basis(listed(name), Person(alike)) in ("sound", "name")
    assert basis(listed(name), Person(name)) == "name"
    assert basis(listed("李\U0002b5af"), Person("李")) == ""


def test_every_reading_of_a_name_sounds_alike() -> None:
    """VIS-11: each of several characters by each of its readings, the surname's own one too."""
    assert {"shanle", "danle", "shanyue", "danyue"} <= spellings("单乐")
    assert len(spellings("单参着朴缪轧")) <= 512


def test_a_name_of_sixty_characters_is_found_and_quick() -> None:
    """VIS-11: no look-up takes a frame, whatever is typed."""
    long = "阿卜杜热合曼" * 10
    index = WatchIndex([listed(long)])
    assert index.look(Person(long), DAY)[0].basis == "name"
    assert index.look(Person(long[:-1] + "满"), DAY)[0].exact is False
    begun = time.perf_counter()
    index.look(Person("单参着朴缪轧" * 10, "9" * 200), DAY)
    assert time.perf_counter() - begun < 0.0167


def test_an_entry_counts_from_its_first_day_to_the_last_both_included() -> None:
    """VIS-11: at midnight of its last day it is over, without being read again."""
    entry = listed(number=NUMBER, valid_from=date(2026, 11, 1), valid_until=date(2026, 11, 30))
    index, person = WatchIndex([entry]), Person(number=NUMBER)
    met = [bool(index.look(person, date(2026, *day))) for day in ((10, 31), (11, 1), (11, 30), (12, 1))]
    assert met == [False, True, True, False]


def test_stops_come_before_hints_and_no_more_than_can_be_read() -> None:
    """VIS-11: many entries of one name are no wall of text, and a stop is never lost among them."""
    many = [listed("王伟", key=key) for key in range(1, 5001)]
    index = WatchIndex([*many, listed("王伟", NUMBER, key=9000)])
    begun = time.perf_counter()
    met = index.look(Person("王伟", NUMBER), DAY)
    assert time.perf_counter() - begun < 0.1
    assert (len(met), met[0].basis, met[1].basis) == (MOST, "number", "name")


def test_an_index_that_follows_keeps_what_has_not_changed() -> None:
    """VIS-11: rebuilt on a change record; an entry that is gone is met no more, a changed one by its new values."""
    first = WatchIndex([listed("张三", key=1), listed("李四", key=2)])
    then = WatchIndex([listed("张三", key=1), listed("赵六", key=2, version=2)], first)
    assert then._known[UUID(int=1)] is first._known[UUID(int=1)]
    assert then.look(Person("赵六"), DAY)
    assert not then.look(Person("李四"), DAY)


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=20))
def test_nothing_typed_makes_it_fall(name: str, number: str, phone: str) -> None:
    """VIS-11: whatever is typed, a look-up answers; the same number in the same writing always stops."""
    met = WatchIndex([listed(name, number, phone)]).look(Person(name, number, phone), DAY)
    assert all(one.basis in (*STOPS, *HINTS) for one in met)
    if len(canonical_number(number)) > 4:
        assert met[0].basis == "number"


@given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_two_proven_numbers_are_never_one_digit_off(first17: str, at: int, by: int) -> None:
    """VIS-11: ISO 7064 sees every single slip, so a near number is somebody's slip and no other person's number."""
    one = identity(first17)
    other = one[:at] + str((int(one[at]) + by) % 10) + one[at + 1 :]
    assert not (is_proven(one) and is_proven(other))


def test_one_character_off() -> None:
    """VIS-11: another one, one too many, one too few; not two, not none."""
    assert one_off("张三丰", "张三峰")
    assert one_off("张三丰", "张丰")
    assert one_off("张丰", "张三丰")
    assert not one_off("张三丰", "张三丰")
    assert not one_off("张三丰", "李四丰")
    assert not one_off("张", "王")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "扣押",
            "请扣留此人",
            "搜身",
            "搜 包",
            "搜.查",
            "拘留",
            "扣他的证件",
            "關押",
            "抓住他",
            "限制自由",
            "没收手机",
        ),
        *(
            "ｄｅｔａｉｎ",
            "Detain him",
            "d e t a i n",
            "search his bag",
            "SEARCH",
            "seize the card",
            "arrest",
            "frisk",
        ),
        *("搜\u200b身", "hold the document", "pat him down", "confiscating", "lock him up", "détain"),
    ],
)
def test_no_text_says_to_detain_search_or_seize(text: str) -> None:
    """VIS-11: however it is spaced, widened or hidden, in both languages."""
    assert is_harsh(text)


@pytest.mark.parametrize(
    "text",
    ["请领班到场", "先联系骨科护士站，再放行", "Call the research desk first", "请他在关口稍等", "扣子", ""],
)
def test_what_is_polite_is_not_refused(text: str) -> None:
    assert not is_harsh(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_programs_own_texts_pass_the_same_test(language: str) -> None:
    """VIS-11: of the whole file that a guard may see."""
    words = Words(language)
    assert all(words.has(f"watch_list.todo_{todo}") for todo in TODOS)
    shown = ("todo_", "basis_", "stop", "hint", "key_", "done_")
    texts = {code: text for code, text in words.file("watch_list").items() if code.startswith(shown)}
    assert len(texts) > 15
    assert [code for code, text in texts.items() if is_harsh(text)] == []
