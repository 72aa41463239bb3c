"""Tables as people send them: csv in the usual encodings and separators, or xlsx; read into rows of texts.

Whatever the bytes are, reading ends in a `Sheet` or in a `DomainError`: never in anything else.
"""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from app.errors import DomainError

MOST_ROWS = 50_000
"""Rows of one file: it is imported in one transaction."""
MOST_COLUMNS = 200
LONGEST = 4_000
"""Characters of one cell."""
UNPACKED = 400_000_000
"""Bytes that an xlsx may unpack to: a small file that grows without end is no table."""
SEPARATORS = (",", ";", "\t")
ZIP = b"PK\x03\x04"
FORMULA = ("=", "+", "-", "@")

# The names that a column may have in the first row, besides its code.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "name": ("名称", "姓名", "科室", "用户", "业主", "租户", "单位", "customer", "staff"),
    "kind": ("类别", "类型", "种类"),
    "building": ("楼", "楼栋", "楼宇", "建筑"),
    "place": ("位置", "地点", "房间", "房号"),
    "extension": ("分机", "分机号", "内线"),
    "contact": ("联系人",),
    "phone": ("电话", "手机", "手机号", "联系电话", "电话号码", "mobile"),
    "title": ("职务", "岗位职务", "职位"),
    "roles": ("角色", "role"),
    "skills": ("技能", "工种", "skill"),
    "visitor": ("访客", "访客姓名", "来访人", "来访者", "姓名", "name"),
    "document_kind": ("证件类型", "证件种类", "证件"),
    "document_number": ("证件号", "证件号码", "身份证号", "身份证号码"),
    "plate": ("车牌", "车牌号"),
    "post": ("岗亭", "岗位", "登记岗亭"),
    "guard": ("护卫员", "保安", "保安员", "登记人"),
    "host": ("被访人", "受访人", "被访科室", "被访单位", "去向"),
    "purpose": ("事由", "来访事由", "来访目的"),
    "pass_number": ("访客证", "访客证号"),
    "way_in": ("登记方式",),
    "arrived_at": ("来访时间", "到达时间", "进入时间"),
    "document_received_at": ("接证时间", "接证"),
    "document_returned_at": ("还证时间", "还证"),
    "left_at": ("离开时间", "离开"),
}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: its line in the file (the first is 1) and its texts by column code, trimmed, "" where empty."""

    line: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be taken: where, in which column ("" for the whole row), and why (`tables.<code>`)."""

    line: int
    code: str
    column: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: the codes of the columns that were known, the names of those that were not, and the rows."""

    columns: tuple[str, ...]
    unknown: tuple[str, ...]
    rows: tuple[SheetRow, ...]


def read_sheet(file: str, content: bytes, columns: Sequence[str], needed: Sequence[str]) -> Sheet:
    """Reads a table whose first row with something in it names the columns, by code or in Chinese.

    Raises:
        DomainError: `import_unreadable`, `import_quote`, `import_columns` (names those that are missing),
            `import_column_twice`, `import_no_rows`, `import_too_long`.
    """
    lines = _cells(file, content)
    header: list[str] = []
    for _, header in lines:
        if any(header):
            break
    codes = [_code(name, columns) for name in header]
    missing = [name for name in needed if name not in codes]
    if missing:
        raise DomainError("import_columns", file=file, columns=", ".join(missing))
    for at, code in enumerate(codes):
        if code and code in codes[:at]:  # one of the two would be lost without a word
            twice = f"{header[codes.index(code)]}, {header[at]}"
            raise DomainError("import_column_twice", file=file, columns=twice)
    rows = []
    for line, cells in lines:
        values = {code: cell for code, cell in zip(codes, cells, strict=False) if code and cell}
        if values:
            rows.append(SheetRow(line, {code: values.get(code, "") for code in codes if code}))
        if len(rows) > MOST_ROWS:
            raise DomainError("import_too_long", file=file, most=MOST_ROWS)
    if not rows:
        raise DomainError("import_no_rows", file=file)
    unknown = tuple(name for name, code in zip(header, codes, strict=True) if name and not code)
    return Sheet(tuple(code for code in codes if code), unknown, tuple(rows))


def _code(name: str, columns: Sequence[str]) -> str:
    plain = "".join(unicodedata.normalize("NFKC", name).split()).strip("*:").lower()
    if plain in columns:
        return plain
    return next((code for code in columns if plain in ALIASES.get(code, ())), "")


def _cells(file: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Line numbers and texts of each row that is not empty."""
    rows = _xlsx(file, content) if content.startswith(ZIP) else _csv(file, content)
    for line, cells in rows:
        texts = [_plain(cell) for cell in cells[:MOST_COLUMNS]]
        if any(texts):
            yield line, texts


def _plain(cell: str) -> str:
    text = cell.strip().strip("\ufeff").strip()[:LONGEST]
    # An apostrophe that keeps a spreadsheet from calculating (our own exports write it) is no part of the text.
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA else text


def _csv(file: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(content)
    if text is None or any(ord(char) < 32 and char not in "\t\r\n" for char in text):
        raise DomainError("import_unreadable", file=file)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    before = 0
    while True:
        try:
            row = next(reader, None)
        except csv.Error as fault:
            raise DomainError("import_quote", file=file, line=before + 1) from fault
        if row is None:
            return
        yield before + 1, row
        before = reader.line_num


def _decoded(content: bytes) -> str | None:
    """The text, by its mark, else as UTF-8, else as GB18030 (what Chinese spreadsheets save); None for neither."""
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _xlsx(file: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
    import warnings
    import zipfile

    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(part.file_size for part in packed.infolist())
        if size > UNPACKED:
            raise DomainError("import_too_long", file=file, most=MOST_ROWS)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            rows = []
            for line, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), 1):
                rows.append((line, [_text(value) for value in row]))
                if line > MOST_ROWS + 1000:
                    raise DomainError("import_too_long", file=file, most=MOST_ROWS)
            book.close()
    except DomainError:
        raise
    except Exception as fault:  # a damaged xlsx raises whatever zip, xml or openpyxl stumble over
        raise DomainError("import_unreadable", file=file) from fault
    yield from rows


def _text(value: Any) -> str:
    """What a spreadsheet's cell would have been in a csv."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e18:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value)


def guarded(text: str) -> str:
    """A text for a csv cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith((*FORMULA, "\t", "\r")) else text
