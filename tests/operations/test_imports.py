"""Tables in: every encoding and separator, every bad row named, whole or nothing, nothing twice."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.db.store import Store
from app.db.visits import visitors, visits
from app.domain.people import pc_actor
from app.domain.tables import SEPARATORS, guarded, read_sheet
from app.domain.visits import OTHER_NAME
from app.errors import DomainError
from app.operations import care
from app.operations.imports import KINDS, Imported, import_table
from app.queries.exports import export_table
from app.queries.visitor_search import matches
from app.words import LANGUAGES, Words
from tests.db.sites import NUMBER, PHONE, guard, new_site, opened

HEADER = "visitor,document_kind,document_number,phone,plate\n"
KNOWN = (
    HEADER + f"欧阳不得见,resident_id,{NUMBER},{PHONE},京A3K7P9\n慕容不可读,passport,E60017342,17800004411,\n"
)
COLUMNS = ("name", "kind", "building", "place", "extension", "contact", "phone")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A sample hospital."""
    new_site(tmp_path / "site")
    with opened(tmp_path / "site") as one:
        yield one


def _bring(
    store: Store, name: str, content: bytes | str, keep_good: bool = False, suffix: str = "csv"
) -> Imported:
    file = store.folder.parent / f"table.{suffix}"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    done = import_table(store, pc_actor(), name, file, keep_good)
    for bad in done.bad:
        for language in LANGUAGES:
            words = Words(language)
            reason = words(f"tables.{bad.code}", value=bad.value)
            assert words("tables.in_column", column=words(f"tables.{bad.column}"), reason=reason)
    return done


def _xlsx(*rows: tuple[str | float | None, ...]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _count(store: Store, table: sa.Table) -> int:
    with store.reading() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_imported_visitors_are_found_by_pinyin_and_by_digits(store: Store) -> None:
    """VIS-5, VIS-14: found as those who were here are, and masked."""
    done = _bring(store, "visitors", KNOWN)
    assert (done.added, done.updated, done.unchanged, done.bad, done.written) == (2, 0, 0, (), True)
    actor = guard(store)
    for text in ("oybdj", "002X", PHONE[-4:], "京A3K7P9", "欧阳"):
        found = matches(store, actor, text)
        assert [one.name for one in found] == ["欧阳不得见"], text
        assert NUMBER not in repr(found)
    assert not [one for one in care.check(store.folder) if one.fault]


def test_importing_again_changes_nothing_and_new_facts_are_added(store: Store) -> None:
    """A document number is one person: a second import updates the phone, and makes no second visitor.

    Without a number the rule is the post's: by name with the phone, with neither by name alone (VIS-5).
    """
    _bring(store, "visitors", KNOWN)
    assert _bring(store, "visitors", KNOWN).unchanged == 2
    changed = _bring(store, "visitors", HEADER + f"欧阳不得见,,{NUMBER},13800138000,\n")
    assert (changed.added, changed.updated) == (0, 1)
    assert _count(store, visitors) == 2
    actor = guard(store)
    assert [one.name for one in matches(store, actor, "13800138000")] == ["欧阳不得见"]
    assert matches(store, actor, PHONE) == []
    without = HEADER + "何足道,,,13900139000,\n何足道,,,,\n何足道,,,13700137000,\n"
    once = _bring(store, "visitors", without)
    assert (once.added, once.unchanged) == (3, 0)
    assert _bring(store, "visitors", without).unchanged == 3
    assert not [one for one in care.check(store.folder) if one.fault]


def test_every_bad_row_is_named_and_nothing_is_imported(store: Store) -> None:
    """Line, column and reason of each; the good rows only when asked for."""
    content = KNOWN + (
        ",resident_id,,,\n"
        "甲,resident_id,110105194912310021,,\n"
        "乙,,,123,\n"
        "丙,,,,京A\n"
        "丁,membership,1,,\n"
        f"戊,,{NUMBER},,\n"
        "己,resident_id,**************002X,,\n"
        "庚,none,,13700137000,\n"
        "辛13912345678,,,,\n"
    )
    done = _bring(store, "visitors", content)
    assert [(bad.line, bad.code, bad.column) for bad in done.bad] == [
        (4, "bad_needed", "visitor"),
        (5, "bad_number", "document_number"),
        (6, "bad_phone", "phone"),
        (7, "bad_plate", "plate"),
        (8, "bad_kind", "document_kind"),
        (9, "bad_other_name", "visitor"),
        (10, "bad_masked", "document_number"),
        (12, "bad_name_number", "visitor"),
    ]
    assert not done.written
    assert _count(store, visitors) == 0
    kept = _bring(store, "visitors", content, keep_good=True)
    assert (kept.added, len(kept.bad), kept.written, _count(store, visitors)) == (3, 8, True, 3)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", SEPARATORS)
def test_encodings_separators_and_chinese_headers(encoding: str, separator: str) -> None:
    """What Chinese spreadsheets save: with and without a mark, commas, semicolons, tabs."""
    lines = [
        ["科室", "分机号", "联系人", "颜色"],
        ["骨科𠮷", "8421", "解主任", "红"],
        [],
        ['引"号,;', "", "", ""],
    ]
    quoted = [['"' + cell.replace('"', '""') + '"' for cell in line] for line in lines]
    content = "\r\n".join(separator.join(line) for line in quoted).encode(encoding)
    sheet = read_sheet("x.csv", content, COLUMNS, ("name",))
    assert sheet.columns == ("name", "extension", "contact")
    assert sheet.unknown == ("颜色",)
    assert [(row.line, row.values["name"], row.values["extension"]) for row in sheet.rows] == [
        (2, "骨科𠮷", "8421"),
        (4, '引"号,;', ""),
    ]


def test_customers_and_their_contacts_from_xlsx(store: Store) -> None:
    """Numbers that a spreadsheet made of texts are texts again; two rows of one name are one customer."""
    content = _xlsx(
        ("名称", "楼栋", "位置", "分机", "联系人", "电话"),
        ("日间病房", "康复楼", "2 楼", 6201, "单主任", 13800138000),
        ("日间病房", None, None, None, "仇护士", None),
        (None, None, None, None, None, None),
        ("骨科", None, None, None, None, None),
    )
    done = _bring(store, "customers", content, suffix="xlsx")
    assert (done.added, done.updated, done.unchanged, done.bad) == (1, 1, 1, ())
    assert _bring(store, "customers", content, suffix="xlsx").unchanged == 3
    out = store.folder.parent / "customers.csv"
    export_table(store, pc_actor(), "customers", out)
    lines = [line for line in out.read_text(encoding="utf-8-sig").splitlines() if "日间病房" in line]
    assert sorted(line.split(",")[:7] for line in lines) == [
        ["日间病房", "department", "康复楼", "2 楼", "6201", "仇护士", ""],
        ["日间病房", "department", "康复楼", "2 楼", "6201", "单主任", "*******8000"],
    ]


def test_a_table_gives_no_power(store: Store) -> None:
    """Whoever may import cannot make administrators, and never changes the roles of who is there."""
    header = "name,title,roles,skills,phone\n"
    done = _bring(store, "staff", header + "新来,护卫员,保安,,\n坏人,,administrator,,\n坏人,,king,,\n")
    assert [(bad.line, bad.code) for bad in done.bad] == [(3, "bad_role_right"), (4, "bad_role")]
    done = _bring(store, "staff", header + '新来,护卫员,保安,"电工,木工",13800138000\n站长,,guard,,\n')
    assert (done.added, done.unchanged) == (1, 1)
    assert not [one for one in care.check(store.folder) if one.fault]


def test_a_late_slip_and_a_visit_without_a_document_have_no_clock(store: Store) -> None:
    """VIS-2: they have no place in the 25 s share, whatever times were written down by hand."""
    header = "visitor,document_kind,document_number,post,guard,way_in,"
    header += "arrived_at,document_received_at,document_returned_at\n"
    who, times = f"东门岗,{guard(store).name}", "2026-03-01 08:30,2026-03-01 08:30:00,2026-03-01 08:30:40"
    rows = f"甲,resident_id,{NUMBER},{who},late,{times}\n"
    rows += f"乙,none,,{who},,{times}\n丙,passport,E60017342,{who},,{times}\n"
    assert _bring(store, "visits", header + rows).added == 3
    with store.reading() as connection:
        found = connection.execute(sa.select(visits.c.visitor, visits.c.way_in, visits.c.held_seconds)).all()
    assert {row.visitor: (row.way_in, row.held_seconds) for row in found} == {
        "甲": ("late", None),
        "乙": ("typed", None),
        "丙": ("typed", 40.0),
    }


def test_a_file_without_end_is_refused(store: Store) -> None:
    """GOALS: a parser of outside input; a device, or a film that was chosen by mistake."""
    with pytest.raises(DomainError, match="import_too_long"):
        import_table(store, pc_actor(), "visitors", Path("/dev/zero"))


def test_a_past_visit_under_another_name_waits_to_be_looked_at(store: Store) -> None:
    """VIS-3: one rule at the post and in a file: both names stay, the visit is unfinished until somebody settles it."""
    header, keeper = "访客,身份证号,岗亭,护卫员,被访科室,事由,来访时间\n", guard(store).name
    rows = f"欧阳锋,{NUMBER},东门岗,{keeper},骨科,送货,2026-03-01 08:30\n"
    rows += f"洪七,{NUMBER},东门岗,{keeper},骨科,送货,2026-03-02 08:30\n"
    assert _bring(store, "visits", header + rows).added == 2
    with store.reading() as connection:
        lacks = connection.execute(sa.select(visits.c.visitor, visits.c.missing)).all()
        assert connection.execute(sa.select(visitors.c.name)).scalars().all() == ["欧阳锋"]
    assert {row.visitor: row.missing for row in lacks} == {"欧阳锋": 0, "洪七": OTHER_NAME}


def test_past_visits_come_with_their_times_and_are_left(store: Store) -> None:
    """History: local times, a rule closes who has no time of leaving, the second import adds nothing."""
    header = "访客,身份证号,岗亭,护卫员,被访科室,事由,来访时间,接证时间,还证时间,离开时间\n"
    keeper, post = guard(store).name, "东门岗"
    content = header + (
        f"欧阳锋,{NUMBER},{post},{keeper},骨科,送货,"
        "2026-03-01 08:30,2026/3/1 8:30:00,2026-03-01 08:30:12,2026-03-01 09:10\n"
        f"欧阳锋,{NUMBER},{post},{keeper},骨科,送货,2026年3月2日 23:50,,,\n"
    )
    assert _bring(store, "visits", content).added == 2
    assert _bring(store, "visits", content).unchanged == 2
    out = store.folder.parent / "visits.csv"
    export_table(store, pc_actor(), "visits", out)
    first, second = (line.split(",") for line in out.read_text(encoding="utf-8-sig").splitlines()[1:])
    assert first[10:12] == ["2026-03-01T08:30:00.000+08:00", "2026-03-01T08:30:12.000+08:00"]
    assert first[12:14] == ["12.0", "2026-03-01T09:10:00.000+08:00"]
    assert second[10:14] == ["", "", "", "2026-03-02T23:59:59.000+08:00"]
    match = matches(store, guard(store), "oyf")[0]
    assert (match.visits, match.host, match.on_site) == (2, "骨科", False)
    bad = _bring(
        store,
        "visits",
        header
        + f"甲,,西天门,{keeper},,,2026-03-01 08:30,,,\n乙,,{post},没有,,,2026-03-01 08:30,,,\n"
        + f"丙,,{post},{keeper},,,昨天,,,\n丁,,{post},{keeper},,,2126-03-01 08:30,,,\n"
        + f"戊,,{post},{keeper},,,2026-03-01 08:30,,,2026-03-01 08:00\n己,,{post},{keeper},,,2026-13-41 08:30,,,\n",
    ).bad
    assert [one.code for one in bad] == [
        "bad_post", "bad_guard", "bad_time", "bad_future", "bad_order", "bad_time"
    ]  # fmt: skip
    assert _count(store, visits) == 2
    assert not [one for one in care.check(store.folder) if one.fault]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe\x00garbage,\n\x80\x81", "import_"),
        (b"\x00\x01\x02", "import_unreadable"),
        (b"PK\x03\x04 no zip", "import_unreadable"),
        (b"", "import_columns"),
        (b"name\n", "import_no_rows"),
        (b"colour,size\nred,1\n", "import_columns"),
        ("姓名,姓名,电话\n张三,李四,\n", "import_column_twice"),
        ('name,phone\n甲,13800138000\n"乙,13900139000\n丙,\n', "import_quote"),
        ("name\n" + "x\n" * 50_002, "import_too_long"),
    ],
)
def test_what_is_no_table_is_said(store: Store, content: bytes | str, code: str) -> None:
    """Rubbish, nothing, the wrong columns, too much: one clear error each."""
    with pytest.raises(DomainError) as error:
        _bring(store, "customers", content)
    assert error.value.code.startswith(code)
    for language in LANGUAGES:
        assert error.value.text(Words(language))


def test_what_cannot_be_imported_at_all(store: Store, tmp_path: Path) -> None:
    """No such table, no such file, no right."""
    with pytest.raises(DomainError, match="table_unknown"):
        import_table(store, pc_actor(), "passwords", tmp_path / "x.csv")
    with pytest.raises(DomainError, match="import_missing"):
        import_table(store, pc_actor(), "customers", tmp_path / "x.csv")
    with pytest.raises(DomainError, match="no_right"):
        import_table(store, guard(store), "customers", tmp_path / "x.csv")


XLSX = _xlsx(("name", "phone"), ("骨科", 13800138000), ("内科", 1.5), ("=1+1", True))


def _refused(act: Callable[[], object]) -> str:
    """The code of the error that it ends in, "" for none."""
    try:
        act()
    except DomainError as error:
        return error.code
    return ""


@given(
    st.one_of(st.binary(max_size=400), st.text(max_size=200).map(lambda text: text.encode("utf-8", "ignore")))
)
def test_the_reader_never_fails_otherwise(content: bytes) -> None:
    """Any bytes end in a sheet or in one of the reader's own errors."""
    for start in (b"", b"name,phone\n", b"\xef\xbb\xbf", b"PK\x03\x04"):
        code = _refused(partial(read_sheet, "x", start + content, COLUMNS, ("name",)))
        assert code.startswith("import_") or not code


@given(
    st.lists(st.tuples(st.integers(0, len(XLSX) - 1), st.integers(0, 255)), max_size=8),
    st.integers(0, len(XLSX)),
)
def test_a_damaged_xlsx_never_fails_otherwise(changes: list[tuple[int, int]], cut: int) -> None:
    """A workbook with changed bytes, or cut."""
    raw = bytearray(XLSX)
    for place, value in changes:
        raw[place] = value
    for content in (bytes(raw), bytes(raw[:cut])):
        code = _refused(partial(read_sheet, "x", content, COLUMNS, ("name",)))
        assert code.startswith("import_") or not code


@given(name=st.sampled_from(sorted(KINDS)), values=st.lists(st.text(max_size=30), min_size=15, max_size=15))
def test_rows_of_anything_are_taken_or_named(name: str, values: list[str], shared_store: Store) -> None:
    """Whatever stands in the cells, a row is taken or its fault is named."""
    columns = KINDS[name].columns
    cells = ["".join(char for char in value if char.isprintable()).replace('"', "") for value in values]
    content = ",".join(columns) + "\n" + ",".join(f'"{cell}"' for cell in cells[: len(columns)])
    done: list[Imported] = []
    code = _refused(lambda: done.append(_bring(shared_store, name, content.encode("utf-8", "ignore"))))
    assert code.startswith("import_") or done[0].written != bool(done[0].bad)


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One site for many examples."""
    folder = tmp_path_factory.mktemp("shared")
    new_site(folder / "site")
    with opened(folder / "site") as one:
        yield one


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=20))
def test_a_guarded_cell_is_read_back(text: str) -> None:
    """What the export guards against being a formula, the import takes off again."""
    cell = guarded(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    if text.isprintable() and text.strip() == text and not text.startswith("'") and "\ufeff" not in text:
        content = 'name\n"{}"'.format(cell.replace('"', '""')).encode()
        assert read_sheet("x", content, COLUMNS, ("name",)).rows[0].values["name"] == text
