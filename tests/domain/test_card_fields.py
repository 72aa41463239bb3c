"""The text block of a card's chip: what is taken, what is dropped, and rubbish (VIS-8, VIS-14)."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.card_fields import BLOCK_BYTES, CardFields, CardKind, parse_card
from app.domain.documents import DOCUMENT_KINDS, judge
from app.errors import DomainError
from tests.devices import cards

TODAY = date(2026, 11, 24)
BLOCKS = (cards.citizen(), cards.permit(), cards.foreigner_2017(), cards.foreigner_2023())


def code_of(block: bytes) -> str:
    """The code of the error that a block is refused with."""
    with pytest.raises(DomainError) as refused:
        parse_card(block)
    assert refused.value.values == {}
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    return refused.value.code


def test_a_citizens_card() -> None:
    """VIS-7: name, number, birth and validity as the card has them."""
    assert parse_card(cards.citizen()) == CardFields(
        CardKind.citizen,
        "赵小满",
        "21010219870412919X",
        date(1987, 4, 12),
        date(2016, 1, 1),
        date(2036, 1, 1),
    )


def test_a_residence_permit_is_told_by_its_mark() -> None:
    """J: the number of the travel permit that it also carries stays behind."""
    card = parse_card(cards.permit())
    assert (card.kind, card.name, card.number) == (CardKind.hmt_residence, "何家敏", "810000199402269136")
    assert "H10385526" not in str([getattr(card, part.name) for part in fields(card)])


def test_a_foreigners_card_of_2017() -> None:
    """I: a Latin name, a Chinese one only if there is one."""
    card = parse_card(cards.foreigner_2017())
    assert (card.kind, card.name, card.latin_name) == (
        CardKind.foreign_2017,
        "LINDQVIST, ANNA KARIN",
        card.name,
    )
    assert (card.number, card.birth, card.valid_to) == (
        "GBR110071052014",
        date(1971, 5, 20),
        date(2028, 6, 1),
    )
    assert parse_card(cards.foreigner_2017(chinese="安娜")).name == "安娜"


@pytest.mark.parametrize(
    "latin",
    [
        "LINDQVIST ANNA KARIN",
        "A" * 34 + " BC",
        "A" * 35 + " BC",
        "A" * 46,
        "WOLFESCHLEGELSTEINHAUSEN BERGERDORFF HUBERT",
    ],
)
def test_a_foreigners_card_of_2023_joins_the_two_pieces_of_a_name(latin: str) -> None:
    """Y: 35 characters and 11 more; a space at the seam is kept, none is made."""
    card = parse_card(cards.foreigner_2023(latin=latin))
    assert (card.kind, card.name, card.latin_name) == (CardKind.foreign_2023, "安娜", latin)
    assert card.number == "91182619710520905X"


@pytest.mark.parametrize("block", BLOCKS)
def test_every_card_is_a_document_that_a_visit_knows(block: bytes) -> None:
    """The kind and the number go into a visit as they are."""
    card = parse_card(block)
    assert card.document_kind in DOCUMENT_KINDS
    assert judge(card.document_kind, card.number, TODAY).valid


@pytest.mark.parametrize("block", BLOCKS)
def test_nothing_but_what_a_visit_needs_leaves_the_parser(block: bytes) -> None:
    """VIS-14: no address, authority, nation, sex or nationality; and a log of the value holds nothing of the person."""
    card = parse_card(block)
    assert {part.name for part in fields(card)} == {
        "kind",
        "name",
        "number",
        "birth",
        "valid_from",
        "valid_to",
        "latin_name",
    }
    held = [str(getattr(card, part.name)) for part in fields(card)]
    assert not [text for text in held if cards.ADDRESS in text or "公安局" in text]
    assert not [text for text in held[1:] if text and text in repr(card)]


def test_an_address_that_is_no_text_does_not_matter() -> None:
    """What is dropped is not even decoded: half a character there refuses no card."""
    block = bytearray(cards.citizen())
    block[52:122] = b"\x00\xd8" * 35
    assert parse_card(bytes(block)).name == "赵小满"


@pytest.mark.parametrize(
    "name",
    [
        "𠮷田𡈽",
        "\ue863美\ue864",
        "𰻝某",
        "阿不都热合曼·买买提",
        "葛󠄀城",
        "\U000f0001甲",
        "\u9fef王",
        "一" * 15,
    ],
)
def test_rare_characters_of_a_name_are_kept(name: str) -> None:
    """Surrogate pairs, private use, variation selectors, characters younger than the table: kept, never replaced."""
    assert parse_card(cards.citizen(name)).name == name


@pytest.mark.parametrize("name", ["钱　", "钱\0\0", "钱 "])
def test_padding_is_taken_off(name: str) -> None:
    """Some modules pad with full-width spaces or zeros."""
    assert parse_card(cards.citizen(name)).name == "钱"


@pytest.mark.parametrize(
    ("until", "on", "expired"),
    [
        ("20261124", date(2026, 11, 24), False),
        ("20261123", date(2026, 11, 24), True),
        ("长期", date(2126, 11, 24), False),
    ],
)
def test_expired(until: str, on: date, expired: bool) -> None:
    """Good on its last day; 长期 never expires."""
    card = parse_card(cards.citizen(until=until))
    assert card.expired(on) is expired
    assert (card.valid_to is None) is (until == "长期")


def with_bytes(start: int, raw: bytes) -> bytes:
    """A citizen's block with bytes of its own at one place."""
    block = bytearray(cards.citizen())
    block[start : start + len(raw)] = raw
    return bytes(block)


@pytest.mark.parametrize(
    "block",
    [
        b"",
        cards.citizen()[:-1],
        cards.citizen() + b"\0",
        b"\0" * 256,
        b"\xff" * 256,
        b" \0" * 128,
        cards.citizen(name=""),
        cards.citizen(name="王\n五"),
        cards.citizen(name="王\u202e五"),
        cards.citizen(name="王\uffff"),
        cards.citizen(number="21010219870412919"),
        cards.citizen(number="２１０１０２１９８７０４１２９１９"),
        cards.citizen(number="GBR110071052014"),
        cards.citizen(birth="19870231"),
        cards.citizen(birth="1987041"),
        cards.citizen(birth="00000101"),
        cards.citizen(since="长期"),
        cards.citizen(until="永久"),
        cards.citizen(until="20151231"),
        cards.foreigner_2017(latin=""),
        cards.foreigner_2017(number="91182619710520905X"[:15]),
        with_bytes(0, b"\x00\xd8"),
        with_bytes(28, b"\x42\xd8"),
        cards.citizen(mark="I"),
    ],
)
def test_rubbish_is_refused_with_one_code(block: bytes) -> None:
    """Half a pair, a day that never was, another card's layout: one code, and nothing of the card in the error."""
    assert code_of(block) == "card_text_unreadable"


def parsed(block: bytes) -> CardFields | str:
    """The fields, or the code of the DomainError; anything else that is raised fails the test."""
    try:
        return parse_card(block)
    except DomainError as error:
        return error.code


@given(st.binary(min_size=BLOCK_BYTES, max_size=BLOCK_BYTES))
def test_any_256_bytes_are_fields_or_the_one_error(block: bytes) -> None:
    found = parsed(block)
    assert isinstance(found, CardFields) or found == "card_text_unreadable"


@given(
    st.sampled_from(BLOCKS),
    st.lists(st.tuples(st.integers(0, BLOCK_BYTES - 1), st.integers(0, 255)), max_size=6),
)
def test_a_card_with_some_bytes_wrong_is_fields_or_the_one_error(
    block: bytes, changes: list[tuple[int, int]]
) -> None:
    changed = bytearray(block)
    for place, value in changes:
        changed[place] = value
    found = parsed(bytes(changed))
    if isinstance(found, CardFields):
        assert found.name == found.name.strip() != ""
        found.name.encode()
    else:
        assert found == "card_text_unreadable"


NAMES = st.text(
    st.characters(categories=["Lo", "Co", "Lu", "Mn"], exclude_characters="\u3164\uffa0"),
    min_size=1,
    max_size=7,
)


@given(NAMES)
def test_any_name_of_letters_comes_back_whole(name: str) -> None:
    assert parse_card(cards.citizen(name)).name == name
