"""`export` and `import`: tables as csv or xlsx."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from app.cli.call import Call, opened_site
from app.errors import DomainError
from app.words import Words

if TYPE_CHECKING:
    from app.domain.tables import BadRow


def export(call: Call) -> int:
    """One table into a file, or the names of all; masked unless a reason is given (VIS-14)."""
    from app.queries import exports
    from app.queries.export_tables import EXPORTS

    options = call.options
    if options.list:
        return _names(call, EXPORTS)
    if options.out is None:
        raise DomainError("out_needed")
    with opened_site(call) as (store, actor):
        done = exports.export_table(
            store,
            actor,
            options.name or "",
            options.out,
            begin=options.first,
            end=options.last,
            reason=options.reason,
        )
    call.say(call.words("tables.exported", rows=done.rows, file=done.file), rows=done.rows)
    return 0


def import_(call: Call) -> int:
    """One table from a file; each bad row is a line on stderr, and status 1."""
    from app.operations import imports

    options = call.options
    if options.list:
        return _names(call, imports.KINDS)
    if options.file is None:
        raise DomainError("file_needed")
    with opened_site(call) as (store, actor):
        done = imports.import_table(store, actor, options.name, options.file, keep_good=options.keep_good)
    faults = [
        {"line": bad.line, "reason": _reason(call.words, bad), "text": _bad_row(call.words, bad)}
        for bad in done.bad
    ]
    for fault in faults:
        print(fault["text"], file=sys.stderr)
    if done.unknown_columns:
        print(call.words("tables.unknown_columns", columns=", ".join(done.unknown_columns)), file=sys.stderr)
    counts = {"added": done.added, "updated": done.updated, "unchanged": done.unchanged}
    said = call.words("tables.imported", **counts) if done.written else call.words("cli.nothing_imported")
    call.say(said, faults=faults, written=done.written, **counts)
    return 1 if faults else 0


def _reason(words: Words, bad: BadRow) -> str:
    reason = words(f"tables.{bad.code}", value=bad.value)
    if bad.column:
        reason = words("tables.in_column", column=words(f"tables.{bad.column}"), reason=reason)
    return reason


def _bad_row(words: Words, bad: BadRow) -> str:
    return words("tables.bad_row", line=bad.line, reason=_reason(words, bad))


def _names(call: Call, names: Iterable[str]) -> int:
    for name in names:
        print(f"{name}\t{call.words(f'tables.about_{name}')}")
    return 0
