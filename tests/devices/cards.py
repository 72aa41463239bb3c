"""Text blocks of made-up cards, built by the table of DOCUMENTS section 11 and by nothing of the program."""

from __future__ import annotations

ADDRESS = "某省某市某路一号不该被看见"


def _field(text: str, size: int) -> bytes:
    raw = text.encode("utf-16-le")
    assert len(raw) <= size
    return raw + b" \0" * ((size - len(raw)) // 2)


def citizen(
    name: str = "赵小满",
    number: str = "21010219870412919X",
    *,
    birth: str = "19870412",
    since: str = "20160101",
    until: str = "20360101",
    mark: str = " ",
    reserve: str = "",
) -> bytes:
    """Name 30, sex 2, nation 4, birth 16, address 70, number 36, authority 30, from 16, to 16, reserve 36."""
    block = _field(name, 30) + _field("1", 2) + _field("01", 4) + _field(birth, 16) + _field(ADDRESS, 70)
    block += _field(number, 36) + _field("某市公安局", 30) + _field(since, 16) + _field(until, 16)
    return block + _field(reserve, 28) + _field(mark, 2) + _field("", 6)


def permit(name: str = "何家敏", number: str = "810000199402269136") -> bytes:
    """A residence permit: the reserve begins with the number and the issues of the travel permit."""
    return citizen(name, number, birth="19940226", mark="J", reserve="H1038552601")


def foreigner_2017(
    latin: str = "LINDQVIST, ANNA KARIN", chinese: str = "", number: str = "GBR110071052014"
) -> bytes:
    """Latin name 120, sex 2, number 30, nationality 6, Chinese name 30, from, to, birth 16 each, version, authority."""
    block = _field(latin, 120) + _field("2", 2) + _field(number, 30) + _field("GBR", 6) + _field(chinese, 30)
    block += _field("20180601", 16) + _field("20280601", 16) + _field("19710520", 16)
    return block + _field("01", 4) + _field("1500", 8) + _field("I", 2) + _field("", 6)


def foreigner_2023(
    chinese: str = "安娜", latin: str = "LINDQVIST ANNA KARIN", number: str = "91182619710520905X"
) -> bytes:
    """Chinese 30, sex 2, reissues 4, birth 16, Latin 70, number 36, reserved 30, from, to, Latin 22, nation 6."""
    block = _field(chinese, 30) + _field("2", 2) + _field("00", 4) + _field("19710520", 16)
    block += _field(latin[:35], 70) + _field(number, 36) + _field("", 30) + _field("20240601", 16)
    return (
        block
        + _field("20340601", 16)
        + _field(latin[35:], 22)
        + _field("826", 6)
        + _field("Y", 2)
        + _field("", 6)
    )
