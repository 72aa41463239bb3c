"""Tables over pages, high rows, room for a seal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.words import Words
from reports.layout import SEAL, Document, Form
from reports.tables import LAST_ROWS, Column, Row, StreamingTable
from reports.visits import visit_log
from tests.reports import samples
from tests.reports.reading import is_sound, pages_of, picture_of, squeezed, text_of

ZH = Words("zh_CN")
COLUMNS = [Column("编号", 60, whole=True), Column("内容", 200), Column("金额", 60, align="right")]


def new_document() -> Document:
    document = Document(samples.head(), Form("TST-01", 1), "试表", ZH)
    document.title()
    return document


def test_a_row_higher_than_a_page_goes_on_over_the_next(tmp_path: Path) -> None:
    text = "".join(chr(0x4E00 + number) for number in range(3000))
    document = new_document()
    StreamingTable(document, COLUMNS).draw([Row(("1", text, "9.00")), Row(("2", "短", "1.00"))], empty="")
    out = tmp_path / "table.pdf"
    printed = document.save(out)
    assert printed.pages >= 2
    read = squeezed(text_of(out))
    assert sum(1 for char in text if char in read) == 3000
    assert all("编号" in page for page in pages_of(out))
    assert is_sound(out)


def test_a_name_of_60_characters_stays_whole(tmp_path: Path) -> None:
    name = "".join(chr(0x5000 + number) for number in range(60))
    document = new_document()
    StreamingTable(document, [Column("姓名", 60), Column("空", 400)]).draw([Row((name, ""))], empty="")
    out = tmp_path / "table.pdf"
    assert document.save(out).pages == 1
    assert name in squeezed(text_of(out))


def test_a_log_takes_a_name_of_60_characters_in_every_text(tmp_path: Path) -> None:
    name = "".join(chr(0x5000 + number) for number in range(60))
    [row] = samples.visit_rows(1)
    row = replace(row, visitor=name, host=name, purpose=name, document_kind=name)
    out = tmp_path / "log.pdf"
    visit_log(replace(samples.visit_log_of(1), rows=[row]), ZH, out)
    counts = Counter(text_of(out))
    assert all(counts[char] == 4 for char in name)


def test_a_long_number_is_never_cut_off(tmp_path: Path) -> None:
    number = "2026112300000000000000000000000099"
    document = new_document()
    StreamingTable(document, COLUMNS).draw([Row((number, "长编号", ""))], empty="")
    out = tmp_path / "table.pdf"
    document.save(out)
    digits = "".join(re.findall(r"^\d+", text_of(out), flags=re.MULTILINE))
    assert digits == number


def test_figures_end_at_the_same_place(tmp_path: Path) -> None:
    document = new_document()
    rows = [Row((str(number), "", f"{10**number:,}")) for number in range(6)]
    StreamingTable(document, COLUMNS).draw(rows, empty="")
    out = tmp_path / "table.pdf"
    document.save(out)
    ends = {len(line.rstrip()) for line in text_of(out).splitlines() if re.match(r"^\d ", line)}
    assert max(ends) - min(ends) <= 1


def test_rows_are_taken_one_at_a_time(tmp_path: Path) -> None:
    """A log of any length: the table asks for no more than the few rows that it draws next."""
    document = new_document()
    seen: list[float] = []

    def rows() -> Iterator[Row]:
        for number in range(50):
            seen.append(document.y)
            yield Row((str(number), "内容", ""))

    StreamingTable(document, COLUMNS).draw(rows(), empty="")
    assert len(set(seen)) == 50 - LAST_ROWS
    document.save(tmp_path / "table.pdf")


def test_room_for_a_seal_is_kept_free(tmp_path: Path) -> None:
    """LOOK: a 42 mm seal over signature and date, with nothing else there but their lines."""
    document = new_document()
    document.y = document.bottom + SEAL - 1
    document.signatures(["主管 ____________", "______ 年 ____ 月 ____ 日"])
    out = tmp_path / "signed.pdf"
    assert document.save(out).pages == 2
    assert "主管" in pages_of(out)[1]
    width, _, pixels = picture_of(out, 2, 72)
    rows = [pixels[y * width : (y + 1) * width] for y in range(len(pixels) // width)]
    inked = [y for y, row in enumerate(rows) if min(row) < 200]
    signature = [y for y in inked if 100 < y < 700]
    assert signature[0] - max(y for y in inked if y < 100) > 40
    assert signature[-1] - signature[0] < 20


@pytest.mark.parametrize("count", range(20, 60, 3))
def test_signatures_never_stand_on_a_page_without_what_is_signed(count: int, tmp_path: Path) -> None:
    out = tmp_path / "log.pdf"
    visit_log(samples.visit_log_of(count), ZH, out)
    last = pages_of(out)[-1]
    assert "交班人" in last
    assert last.count("1123-E") >= 3


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.text(max_size=30), st.text(max_size=200), st.text(max_size=12)), max_size=20),
    st.booleans(),
)
def test_any_rows_at_all_make_a_document(rows: list[tuple[str, str, str]], bands: bool) -> None:
    import tempfile

    document = new_document()
    drawn = StreamingTable(document, COLUMNS, bands=bands).draw((Row(row) for row in rows), empty="无")
    assert drawn == len(rows)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "table.pdf"
        document.save(out)
        assert is_sound(out)
