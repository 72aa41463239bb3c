"""What the lines of a photographed document say: kind, name beside its label, a number that its check digit proves."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.card_text import (
    UNCLEAR,
    CardReading,
    Mark,
    TextLine,
    is_simplified_of,
    read_card,
    repair,
)
from app.domain.documents import DOCUMENT_KINDS
from app.domain.identity_numbers import FULL, check_character, judge_number

TODAY = date(2026, 11, 24)
NUMBER = "21010219870412919X"


def line(text: str, left: float, top: float, height: float = 40, weakest: float = 0.99) -> TextLine:
    """A line as wide as its text: full-width characters are as wide as high."""
    width = sum(height if char > "\u2000" else height / 2 for char in text)
    return TextLine(text, left, top, width, height, weakest)


def card(name: str = "王芳", number: str = NUMBER, birth: str = "1987 年 4 月 12 日") -> list[TextLine]:
    """The front of an identity card."""
    return [
        line("姓名", 60, 50, 24),
        line(name, 150, 44),
        line("样本", 760, 48, 20),
        line("性别女", 60, 110, 30),
        line("民族汉", 260, 110, 30),
        line(f"出生{birth}", 60, 170, 30),
        line("住址", 60, 230, 24),
        line("沈阳市沈河区青年大街1号", 150, 226),
        line("公民身份号码", 60, 450, 24),
        line(number, 300, 440),
    ]


def read(lines: list[TextLine]) -> CardReading:
    return read_card(lines, TODAY)


def test_a_whole_card() -> None:
    """VIS-2: kind, name, number and the birth date that the number says."""
    found = read(card())
    assert (found.kind, found.name.value, found.number.value) == ("resident_id", "王芳", NUMBER)
    assert (found.name.mark, found.number.mark) == (Mark.likely, Mark.sure)
    assert found.birth == date(1987, 4, 12)
    assert found.complete


@given(st.permutations(card("欧阳娜娜")))
def test_the_order_of_the_lines_does_not_matter(lines: list[TextLine]) -> None:
    """The name is what stands beside its label, not what comes after it."""
    assert read(lines) == read(card("欧阳娜娜"))


def test_a_name_in_the_label_s_own_line() -> None:
    lines = [line("姓名 仇刚晨", 60, 44), *card()[3:]]
    assert read(lines).name.value == "仇刚晨"


def test_a_name_in_two_boxes_is_one_name() -> None:
    """王 芳 stands apart on the card; what stands far off on the same row (样本) is none of it."""
    lines = [line("姓名", 60, 50, 24), line("王", 150, 44), line("芳", 250, 44), *card()[2:]]
    assert read(lines).name.value == "王芳"


def test_a_piece_of_the_name_in_the_label_s_box_is_no_character() -> None:
    """The boxes overlap: what was read in both is read once, in the name's own."""
    lines = [line("姓名百", 60, 50, 30), line("薛玲倩", 145, 44), *card()[2:]]
    assert read(lines).name.value == "薛玲倩"


@pytest.mark.parametrize("dot", ["·", "・", ".", "•", " · "])
def test_the_dot_of_a_name_is_kept(dot: str) -> None:
    assert read(card(f"阿卜杜热西提{dot}买买提")).name.value == "阿卜杜热西提·买买提"


def test_a_name_whose_label_cannot_be_seen_is_a_guess() -> None:
    """Glare on 姓名: the line over 性别, always doubtful and with its reason."""
    found = read(card()[1:])
    assert (found.name.value, found.name.mark, found.name.reason) == ("王芳", Mark.doubtful, "no_label")
    assert not found.complete


def test_no_name_is_better_than_a_wrong_one() -> None:
    """Neither label nor 性别: the address is no name."""
    assert read(card()[6:]).name.value == ""


def test_an_unclear_name_is_doubtful() -> None:
    lines = [line("姓名", 60, 50, 24), line("王芳", 150, 44, weakest=0.4), *card()[2:]]
    assert read(lines).name.mark is Mark.doubtful


@given(st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_misread_digit_is_never_right(place: int, digit: str) -> None:
    """VIS-7: the check digit fails, so the number is doubtful, has a reason, and no birth date is told from it."""
    misread = NUMBER[:place] + digit + NUMBER[place + 1 :]
    found = read(card(number=misread))
    if misread == NUMBER:
        return
    assert found.number.mark is Mark.doubtful
    assert found.number.reason
    assert found.birth is None
    assert not found.complete


@given(
    st.integers(0, 16),
    st.integers(1, 9),
    st.dates(date(1930, 1, 1), date(2020, 1, 1)),
    st.sampled_from(["110101", "340208"]),
)
def test_a_repair_is_one_swap_and_the_only_one(place: int, more: int, birth: date, region: str) -> None:
    """VIS-7: an offer differs in one character and is right; where two swaps are right, nothing is offered."""
    first17 = f"{region}{birth:%Y%m%d}901"
    number = first17 + check_character(first17)
    misread = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    offer = repair(misread, TODAY)
    if offer:
        assert judge_number(offer, TODAY).valid
        assert sum(one != other for one, other in zip(offer, misread, strict=True)) == 1
        assert read(card(number=misread)).number.offer == offer


def test_a_repair_is_offered_not_taken() -> None:
    """8 for 3 in the sequence, and no other swap makes it right."""
    found = {n: repair(n, TODAY) for n in _misread(NUMBER)}
    proved = [n for n, offer in found.items() if offer == NUMBER]
    assert proved
    number = read(card(number=proved[0])).number
    assert (number.value, number.offer, number.mark) == (proved[0], NUMBER, Mark.doubtful)


def _misread(number: str) -> list[str]:
    swaps = {"0": "8", "1": "7", "2": "7", "8": "3", "9": "4", "4": "9"}
    return [
        number[:at] + swaps[char] + number[at + 1 :] for at, char in enumerate(number[:17]) if char in swaps
    ]


def test_letters_among_the_digits_are_digits() -> None:
    """An identity number has none but a last X: O is 0, I is 1, × is X. The check digit proves it, the guard looks."""
    number = read(card(number="21O1O2I987O412919×")).number
    assert (number.value, number.mark) == (NUMBER, Mark.likely)


def test_a_number_with_unclear_digits_needs_the_printed_birth_date() -> None:
    """Two misread digits may pass the check; the date printed above settles it, either way."""
    unclear = [*card()[:-1], line(NUMBER, 300, 440, weakest=0.3)]
    assert read(unclear).number.mark is Mark.likely
    without = [one for one in unclear if "出生" not in one.text]
    assert (read(without).number.mark, read(without).number.reason) == (Mark.doubtful, UNCLEAR)
    other = read(card(birth="1987 年 4 月 13 日"))
    assert (other.number.mark, other.number.reason) == (Mark.doubtful, "birth_differs")


def test_a_number_in_two_boxes_beside_its_label() -> None:
    lines = [*card()[:-1], line("210102 19870412", 300, 440), line("919X", 640, 440)]
    assert read(lines).number.value == NUMBER


def test_a_character_that_nobody_knows_is_shown_as_missing() -> None:
    """𠮷 is in no model: a name must not become a shorter one that looks right."""
    found = read(card("王□"))
    assert (found.name.value, found.name.mark, found.name.reason) == (
        "王□",
        Mark.doubtful,
        "unknown_character",
    )
    assert not found.complete
    assert read(card("□")).name.value == ""


def test_the_back_of_an_identity_card() -> None:
    lines = [
        line("中华人民共和国", 260, 80),
        line("居民身份证", 260, 170),
        line("签发机关 厦门市公安局", 150, 400),
    ]
    found = read([*lines, line("有效期限 2015.06.07-2035.06.07", 150, 450)])
    assert found.back
    assert found.empty


OTHERS = {
    "hmt_residence": (
        card(number="810000199402269136", birth="1994 年 2 月 26 日"),
        "810000199402269136",
        "王芳",
    ),
    "driving_licence": (
        [
            line("中华人民共和国机动车驾驶证", 200, 20),
            line("证号", 60, 100, 20),
            line("350203196507199141", 300, 96),
            line("姓名", 60, 160, 20),
            line("Name", 60, 184, 14),
            line("苏晓燕", 160, 156),
            line("有效期限 2019-05-06 至 长期", 60, 470, 20),
        ],
        "350203196507199141",
        "苏晓燕",
    ),
    "hm_permit": (
        [
            line("港澳居民来往内地通行证", 60, 24),
            line("姓名", 330, 120, 20),
            line("陈大文", 330, 146, 30),
            line("CHAN, TAI MAN", 330, 186, 24),
            line("证件号码", 330, 380, 20),
            line("H10385526", 430, 378, 24),
        ],
        "H10385526",
        "陈大文",
    ),
    "tw_permit": (
        [
            line("台湾居民来往大陆通行证", 60, 24),
            line("姓名 林志明", 330, 120),
            line("出生日期 1980.03.04", 330, 200, 20),
            line("证件号码", 330, 380, 20),
            line("01274493", 450, 374),
        ],
        "01274493",
        "林志明",
    ),
    "foreign_permanent_id": (
        [
            line("中华人民共和国外国人永久居留身份证", 60, 24),
            line("姓名/Name", 60, 110, 20),
            line("LINDQVIST, ANNA KARIN", 60, 140, 28),
            line("证件号码/ID No.", 60, 420, 20),
            line("91182619710520905X", 300, 416, 36),
        ],
        "91182619710520905X",
        "LINDQVIST, ANNA KARIN",
    ),
}


@pytest.mark.parametrize("kind", sorted(OTHERS))
def test_other_documents_by_their_headings_and_labels(kind: str) -> None:
    """DOCUMENTS 3 to 7; what has no check digit is never more than likely."""
    lines, number, name = OTHERS[kind]
    found = read(lines)
    assert (found.kind, found.number.value, found.name.value) == (kind, number, name)
    proved = FULL.fullmatch(number) is not None
    assert found.number.mark is (Mark.sure if proved else Mark.likely)


def test_the_2017_card_has_a_number_of_fifteen_characters() -> None:
    lines = [
        line("外国人永久居留身份证", 60, 24),
        line("姓名/Name", 60, 110, 20),
        line("SMITH, JOHN", 60, 140),
    ]
    found = read([*lines, line("证件号码/Card No.", 60, 420, 20), line("GBR110071052014", 280, 416)])
    assert (found.kind, found.number.value, found.name.value) == (
        "foreign_permanent_id",
        "GBR110071052014",
        "SMITH, JOHN",
    )


@pytest.mark.parametrize(
    ("simplified", "other", "same"),
    [("悦", "悅", True), ("黄", "黃", True), ("用", "甪", False), ("龚", "䶮", False), ("悦", "悦", False)],
)
def test_simplified_forms_are_told_from_what_only_looks_alike(
    simplified: str, other: str, same: bool
) -> None:
    assert is_simplified_of(simplified, other) is same


@settings(max_examples=60)
@given(
    st.lists(
        st.builds(
            TextLine,
            st.text(max_size=50)
            | st.sampled_from(
                ["姓名", "公民身份号码", NUMBER, "P<CHNWANG<<FANG" + "<" * 29, "出生1987年4月12日"]
            ),
            st.floats(-1e4, 1e4),
            st.floats(-1e4, 1e4),
            st.floats(0, 1e4),
            st.floats(0, 1e3),
            st.floats(0, 1),
        ),
        max_size=12,
    )
)
def test_any_lines_are_taken(lines: list[TextLine]) -> None:
    """A photograph of anything: never an error, and nothing is right that its rule does not prove."""
    found = read_card(lines, TODAY)
    assert found.kind in ("", *DOCUMENT_KINDS)
    if FULL.fullmatch(found.number.value) and found.number.mark is not Mark.doubtful:
        assert judge_number(found.number.value, TODAY).valid
