"""The rows of *being registered* (VIS-4): those that are written, and those that could not be written yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from app.domain.visits import Fields, Stamp, has_clock, running_since
from app.queries.visits import OpenRegistration
from app.ui.language import Language
from app.ui.visits.entry import Entry
from app.ui.visits.open_list import OpenRow
from app.ui.visits.texts import called, host_text


def open_rows(
    words: Language,
    written: Iterable[OpenRegistration],
    unsaved: Mapping[UUID, Entry],
    in_line: Entry | None,
    now: Stamp,
) -> tuple[OpenRow, ...]:
    """Those that were put aside, oldest first, without the one that stands in the line."""
    return tuple(_rows(words, list(written), unsaved, in_line, now))


def _rows(
    words: Language,
    written: list[OpenRegistration],
    unsaved: Mapping[UUID, Entry],
    in_line: Entry | None,
    now: Stamp,
) -> Iterator[OpenRow]:
    for row in written:
        if in_line is not None and row.visit_id == in_line.visit_id:
            continue
        fields = row.fields
        name = called(fields.visitor, fields.plate, row.phone_shown, row.number_shown[-6:], row.number)
        kept = unsaved.get(row.visit_id)
        about = host_text(fields.host, fields.purpose) if kept is None else words("visits.not_saved")
        started = Stamp(row.received_wall, row.received_monotonic, row.boot)
        yield _row(row.visit_id, name, about, started, now, fields, kept)
    written_ids = {row.visit_id for row in written}
    for kept in unsaved.values():
        if kept is in_line or kept.visit_id in written_ids or kept.started is None:
            continue
        fields = kept.fields
        name = called(fields.visitor, fields.plate, fields.phone, kept.number_shown[-6:], "—")
        yield _row(kept.visit_id, name, words("visits.not_saved"), kept.started, now, fields, kept)


def _row(
    visit_id: UUID, name: str, about: str, started: Stamp, now: Stamp, fields: Fields, kept: Entry | None
) -> OpenRow:
    since, estimated = running_since(started, now)
    went_back = None if kept is None else kept.held_seconds()
    clocked = has_clock(fields.document_kind, fields.way_in) and went_back is None
    return OpenRow(visit_id, name, about, since, estimated, clocked, went_back)
