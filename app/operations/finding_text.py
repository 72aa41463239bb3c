"""What a check found, in the user's words: tables and columns by their names in his language, keys as a short tail."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from app.domain.findings import Finding
from app.words import Words

TAIL = 6


def finding_text(words: Words, finding: Finding) -> str:
    """The sentence for a finding."""
    shown: dict[str, Callable[[str], str]] = {
        "table": lambda name: _table(words, name),
        "to": lambda name: _table(words, name),
        "column": lambda name: _column(words, name),
        "row": _tail,
    }
    values = {
        name: shown[name](str(value)) if name in shown else value for name, value in finding.values.items()
    }
    return words(finding.code, **values)


def _table(words: Words, name: str) -> str:
    """A table's name; of a missing column (`table.column`) the table's."""
    code = f"care.table_{name.partition('.')[0]}"
    return words(code) if words.has(code) else words("care.table_other")


def _column(words: Words, name: str) -> str:
    """A column's name as forms and exports call it; the rest are the program's own."""
    code = f"tables.{name.removesuffix('_id')}"
    return words(code) if words.has(code) else words("care.column_other")


def _tail(key: str) -> str:
    """The end of a key, enough to tell one record from another when somebody asks for help."""
    try:
        return UUID(key).hex[-TAIL:]
    except ValueError:
        return key
