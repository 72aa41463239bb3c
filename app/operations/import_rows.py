"""What the rows of every imported table share: the checks of single values and how a fault of one is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.db.prepared import Thing
from app.db.store import Store
from app.domain.business_day import Shift
from app.domain.documents import identify, judge, normalise
from app.domain.names import number_in_name
from app.domain.people import Actor
from app.domain.phones import judge_phone
from app.domain.plates import judge_plate
from app.domain.tables import SheetRow
from app.domain.verdicts import tidy
from app.domain.visits import DOCUMENT_KINDS

LONGEST_NAME = 100
LONGEST = 300
MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]+(\d{1,2})[:时](\d{1,2})分?(?::?(\d{1,2})秒?)?(?:\.\d+)?)?"
)

# What tables call the documents, besides their codes.
KIND_NAMES: Mapping[str, str] = {
    "身份证": "resident_id",
    "居民身份证": "resident_id",
    "二代身份证": "resident_id",
    "护照": "passport",
    "港澳居民来往内地通行证": "hm_permit",
    "回乡证": "hm_permit",
    "台湾居民来往大陆通行证": "tw_permit",
    "台胞证": "tw_permit",
    "港澳台居民居住证": "hmt_residence",
    "外国人永久居留证": "foreign_permanent_id",
    "驾驶证": "driving_licence",
    "军官证": "officer_card",
    "工作证": "work_pass",
    "无": "none",
}


class RowError(Exception):
    """A value that cannot be taken; `code` is in `tables.toml`. Raised before the row has written anything."""

    def __init__(self, code: str, column: str = "", value: str = "") -> None:
        super().__init__(code, column)
        self.code = code
        self.column = column
        self.value = value


@dataclass(frozen=True, slots=True)
class Setting:
    """What a row is read by: the moment of the import, and the site's zone, start of the day and shifts then."""

    now: datetime
    zone: ZoneInfo
    day_starts: int
    shifts: tuple[Shift, ...]
    today: date


@dataclass(frozen=True, slots=True)
class Look:
    """The data as it is while it is decided what becomes of the rows.

    When that is repeated on newer data, `now` stays, and the keys under which visitors are `wanted` are remembered.
    Search keys are looked up on the connection `search`, which is never the one that adds a million of them: PostgreSQL
    keeps in mind each page that a SERIALIZABLE transaction has looked at, and those into which it splits.
    """

    store: Store
    actor: Actor
    connection: sa.Connection
    search: sa.Connection
    now: datetime
    wanted: dict[tuple[str, str, str], str]

    def mine(self, table: sa.Table) -> sa.Select[Any]:
        """All rows of the site in a table."""
        return sa.select(table).where(table.c.site_id == self.store.site.site_id)


Line = TypeVar("Line", contravariant=True)


class Taker(Protocol[Line]):
    """Decides what becomes of rows, one after the other, and writes nothing.

    `things` is what shall be written afterwards, `numbers` how many numbers of visits were given of each day
    (yyyymmdd).
    """

    things: dict[UUID, Thing]
    numbers: dict[int, int]

    def take(self, line: Line) -> str:
        """Answers "added", "updated" or "unchanged". Raises RowError."""


def text(row: SheetRow, column: str, *, needed: bool = False, longest: int = LONGEST) -> str:
    """A plain text. Raises RowError `bad_needed`, `bad_length`."""
    value = tidy(row.values.get(column, ""))
    if needed and not value:
        raise RowError("bad_needed", column)
    if len(value) > longest:
        raise RowError("bad_length", column)
    return value


def name(row: SheetRow, column: str, *, needed: bool = True) -> str:
    """A name, which carries no number: names stand in clear (VIS-14).

    Raises RowError `bad_needed`, `bad_length`, `bad_name_number`.
    """
    value = text(row, column, needed=needed, longest=LONGEST_NAME)
    if number_in_name(value) is not None:
        raise RowError("bad_name_number", column)
    return value


def phone(row: SheetRow, column: str = "phone") -> str:
    """A phone as it is stored, "" for none. Raises RowError `bad_phone`, `bad_masked`."""
    value = _open(row, column)
    if not value:
        return ""
    judged = judge_phone(value)
    if judged is None or judged[1].reason:
        raise RowError("bad_phone", column)
    return judged[1].value


def plate(row: SheetRow, column: str = "plate") -> str:
    """A plate as it is stored, "" for none. Raises RowError `bad_plate`."""
    value = normalise(row.values.get(column, ""))
    if not value:
        return ""
    verdict = judge_plate(value)
    if verdict is None or verdict.reason:
        raise RowError("bad_plate", column, value)
    return verdict.value


def document(row: SheetRow, today: date) -> tuple[str, str]:
    """Kind and number of the document; the kind follows from the number where it is not given.

    Raises:
        RowError: `bad_kind`, `bad_number`, `bad_masked`.
    """
    given = row.values.get("document_kind", "")
    kind = KIND_NAMES.get(given, given)
    number = _open(row, "document_number")
    if kind and kind not in DOCUMENT_KINDS:
        raise RowError("bad_kind", "document_kind", given)
    if not number:
        return kind or "none", ""
    found = judge(kind, number, today) if kind and kind != "none" else identify(number, today)
    if not found.valid or found.kind not in DOCUMENT_KINDS:
        raise RowError("bad_number", "document_number")
    return found.kind, found.value


def moment(
    row: SheetRow, column: str, zone: ZoneInfo, now: datetime, *, needed: bool = False
) -> datetime | None:
    """An instant in UTC, in the site's zone where the text names none; None for none.

    Raises:
        RowError: `bad_time`, `bad_future`, `bad_needed`.
    """
    value = text(row, column, needed=needed)
    if not value:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        match = MOMENT.fullmatch(value)
        if match is None:
            raise RowError("bad_time", column, value) from None
        try:
            found = datetime(*(int(part or 0) for part in match.groups()), tzinfo=zone)  # type: ignore[arg-type, misc]
        except ValueError:
            raise RowError("bad_time", column, value) from None
    try:
        found = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (OverflowError, ValueError):
        raise RowError("bad_time", column, value) from None
    if found > now:
        raise RowError("bad_future", column, value)
    if found.year < 1980:
        raise RowError("bad_time", column, value)
    return found


def parts(value: str) -> list[str]:
    """The words of a list in one cell, in their order, each once."""
    return list(dict.fromkeys(part for part in re.split(r"[,，、;；/\s]+", value) if part))


def _open(row: SheetRow, column: str) -> str:
    value = row.values.get(column, "")
    if "*" in value:
        raise RowError("bad_masked", column)
    return value
