"""Machine-readable zones as a camera reads them: the vectors of DOCUMENTS section 6, whole and damaged."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.card_text import Mark, TextLine, read_card
from app.domain.card_zone import read_zone

TODAY = date(2026, 11, 24)
OWN = ("POCHNOUYANG<<MINGHUI<<<<<<<<<<<<<<<<<<<<<<<<", "EB31009750CHN8402161M3201093LAMBKQOP<<<<<<58")
SWEDISH = ("P<SWELINDQVIST<<ANNA<KARIN<<<<<<<<<<<<<<<<<<", "71402258A3SWE9911307F2804040<<<<<<<<<<<<<<<8")
SPANISH = (
    "I<ESPBQA0477195<<<<<<<<<<<<<<<",
    "8807076M3102282ESP<<<<<<<<<<<2",
    "NAVARRO<SOLIS<<TOMAS<<<<<<<<<<",
)


def rows(*texts: str, sure: float = 0.95) -> list[tuple[str, float, float]]:
    return [(text, 400.0 + 46 * place, sure) for place, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("zone", "kind", "name", "number"),
    [
        (OWN, "passport", "OUYANG MINGHUI", "EB3100975"),
        (SWEDISH, "passport", "LINDQVIST ANNA KARIN", "71402258A"),
        (SPANISH, "mrz", "NAVARRO SOLIS TOMAS", "BQA047719"),
    ],
)
def test_the_vectors(zone: tuple[str, ...], kind: str, name: str, number: str) -> None:
    found = read_zone([("PASSPORT", 20.0, 0.9), *rows(*zone)], TODAY)
    assert found is not None
    assert (found.kind, found.name, found.number, found.reason) == (kind, name, number, "")


def test_fillers_lost_and_doubled_and_other_brackets() -> None:
    """A camera loses fillers in a long run of them; the form says how many there are."""
    found = read_zone(
        rows("P<SWELINDQVIST<<ANNA<KARIN<<<<<<<<<<", SWEDISH[1].replace("<<<", "《<<<", 1)), TODAY
    )
    assert found is not None
    assert (found.number, found.reason) == ("71402258A", "")


def test_digits_in_names_and_letters_in_dates() -> None:
    """Where only letters can stand 0 is O, where only digits can O is 0."""
    damaged = (OWN[0].replace("OUYANG", "0UYANG"), OWN[1].replace("8402161", "84O2I61"))
    found = read_zone(rows(*damaged), TODAY)
    assert found is not None
    assert (found.name, found.birth, found.reason) == ("OUYANG MINGHUI", date(1984, 2, 16), "")


def test_a_misread_character_elsewhere_does_not_make_the_number_doubtful() -> None:
    found = read_zone(rows(OWN[0], OWN[1].replace("KQOP", "KQ0P")), TODAY)
    assert found is not None
    assert (found.number, found.reason) == ("EB3100975", "")


def test_a_number_whose_check_digit_fails_is_doubtful_with_the_repair_that_is_proved() -> None:
    """VIS-7: EB31O0975 is not taken for EB3100975, only offered."""
    lines = [
        TextLine(text, 20, top, 800, 30, sure)
        for text, top, sure in rows(OWN[0], OWN[1].replace("3100", "31O0"))
    ]
    found = read_card(lines, TODAY)
    assert (found.kind, found.number.value, found.number.offer) == ("passport", "EB31O0975", "EB3100975")
    assert found.number.mark is Mark.doubtful
    assert found.birth is None


def test_the_printed_characters_are_the_name() -> None:
    lines = [TextLine(text, 20, top, 800, 30, sure) for text, top, sure in rows(*OWN)]
    lines += [TextLine("姓名/Name", 330, 90, 90, 18, 0.9), TextLine("欧阳明辉", 330, 112, 110, 28, 0.9)]
    assert read_card(lines, TODAY).name.value == "欧阳明辉"


@pytest.mark.parametrize(
    "texts", [[], ["<" * 44] * 2, ["A" * 44] * 2, [OWN[1]], [OWN[0][:20], OWN[1]], [OWN[0] * 3, OWN[1] * 3]]
)
def test_no_zone(texts: list[str]) -> None:
    """A zone of another length, half a zone, letters without fillers."""
    found = read_zone(rows(*texts), TODAY)
    assert found is None or found.reason
