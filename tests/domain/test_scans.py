"""What a scanner read: whole, cut, twice, or the lines of a zone (VIS-8, DOCUMENTS sections 6, 7, 10)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.own_codes import make_code
from app.domain.scans import Scan, Scans, cleaned, read_line
from app.domain.wedge import Line, Piece

TODAY = date(2026, 11, 24)
NUMBER = "21010219870412919X"
ZONE = "POCHNOUYANG<<MINGHUI<<<<<<<<<<<<<<<<<<<<<<<<", "EB31009750CHN8402161M3201093LAMBKQOP<<<<<<58"
CARD = "I<ESPBQA0477195<<<<<<<<<<<<<<<", "8807076M3102282ESP<<<<<<<<<<<2", "NAVARRO<SOLIS<<TOMAS<<<<<<<<<<"


def read(text: str, *earlier: str) -> Scan:
    pieces = tuple(Piece(one, n) for n, one in enumerate(earlier, 1))
    return read_line(Line(text, 99, 0, pieces), TODAY)


def fed(*lines: tuple[str, int]) -> list[str]:
    scans = Scans()
    told = [scan for text, time in lines for scan in scans.feed(Line(text, 0, time), TODAY)]
    return [scan.text for scan in (*told, *scans.quiet(TODAY))]


@pytest.mark.parametrize(
    ("text", "earlier", "whole", "run"),
    [
        (NUMBER, (), NUMBER, 99),
        (NUMBER[3:], (NUMBER[:3],), NUMBER, 1),
        (NUMBER[10:], (NUMBER[:2], NUMBER[2:10]), NUMBER, 1),
        (NUMBER, ("zhang", "wei"), NUMBER, 99),
        (NUMBER[2:], ("zhang", NUMBER[:2]), NUMBER, 2),
        ("60017342", ("E",), "E60017342", 1),
        ("0017342", ("E6",), "E60017342", 1),
        ("10385526", ("H",), "H10385526", 1),
        ("E60017342", ("zhang",), "E60017342", 99),
        ("gE60017342", ("z", "h", "a", "n"), "E60017342", 99),
        (f"ng{NUMBER}", (), NUMBER, 99),
        ("e60017342", (), "e60017342", 99),
    ],
)
def test_the_beginning_is_found(text: str, earlier: tuple[str, ...], whole: str, run: int) -> None:
    """VIS-8: the check digit or the shape tells what of the keys before belongs to the scan."""
    scan = read(text, *earlier)
    assert (scan.text, scan.run, scan.fault, scan.found.valid) == (whole, run, "", True)


@pytest.mark.parametrize(
    ("text", "earlier"),
    [("990030792", ("110", "101")), ("hello world", ("12",)), ("60017342", ("a",)), ("30799", ("x",))],
)
def test_what_may_be_cut_is_refused(text: str, earlier: tuple[str, ...]) -> None:
    """VIS-8: a length of six is no proof; when nothing proves where the line began, it is scanned again."""
    assert (read(text, *earlier).fault, read(text, *earlier).text) == ("scan_cut", "")


def test_a_wrong_check_digit_is_told() -> None:
    """VIS-7: a number that came alone and fails its check goes on, and is judged as if typed."""
    scan = read("210102198806159032")
    assert (scan.fault, scan.found.kind, scan.found.valid) == ("", "resident_id", False)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("]Q3YHP00123", "YHP00123"),
        (" \u200b2101\x1d02\x0019870412919X ", NUMBER),
        ("'; DROP TABLE visits; --", "'; DROP TABLE visits; --"),
        ("<b>x</b>", "<b>x</b>"),
        ("]", "]"),
    ],
)
def test_cleaned(raw: str, text: str) -> None:
    """VIS-8: control and invisible characters and the scanner's mark go; the rest stays as it is."""
    assert cleaned(raw) == text


def test_twice_is_once() -> None:
    """VIS-8: a scanner that sends its line twice, at once or 0.9 s later; a second later it is another scan."""
    assert fed((NUMBER, 0), (NUMBER, 40)) == [NUMBER]
    assert fed((NUMBER, 0), (NUMBER, 900), (NUMBER, 1800)) == [NUMBER]
    assert fed((NUMBER, 0), (NUMBER, 1100)) == [NUMBER, NUMBER]
    assert fed((NUMBER, 0), ("E60017342", 40), (NUMBER, 80)) == [NUMBER, "E60017342", NUMBER]


@pytest.mark.parametrize("zone", [ZONE, CARD])
def test_a_zone_is_one_scan(zone: tuple[str, ...]) -> None:
    """DOCUMENTS 6: two or three lines come together, also sent twice, whichever way the scanner repeats."""
    lines = [(line, 50 * n) for n, line in enumerate(zone)]
    assert fed(*lines) == ["\n".join(zone)]
    assert fed(*lines, *[(line, time + 300) for line, time in lines]) == ["\n".join(zone)]
    assert fed(*[(line, time + more) for line, time in lines for more in (0, 20)]) == ["\n".join(zone)]


def test_half_a_zone_is_told_as_it_is() -> None:
    """VIS-8: nothing is lost; that lines are missing is said when it is judged."""
    assert fed((ZONE[0], 0)) == [ZONE[0]]
    assert fed((ZONE[0], 0), (NUMBER, 40)) == [ZONE[0], NUMBER]


def test_an_own_code_is_proof() -> None:
    """DOCUMENTS 7: the check character tells where a code of ours begins."""
    code = make_code("pass", "A0123")
    assert read(code[4:], "w", code[:4]).text == code
    assert read(make_code("job_slip", "20261124031")).fault == ""


@given(st.text(max_size=80), st.lists(st.text(max_size=20), max_size=5))
def test_nothing_makes_it_stumble(text: str, earlier: list[str]) -> None:
    """VIS-8: any text; what is told was there."""
    scan = read(text, *earlier)
    assert scan.fault or scan.text in cleaned("".join(earlier) + text) or scan.text == cleaned(text)
