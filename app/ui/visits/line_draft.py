"""What stands in the line, kept for a PC that dies: its text and its clock (VIS-2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.visits import Stamp
from app.ui.visits.registration import Registration


def line_draft(registration: Registration) -> Mapping[str, Any] | None:
    """The text and the clock as JSON values, None where nothing is typed."""
    entry = registration.entry
    text = registration.line.whole()
    if not text.strip() and registration.closing:
        ended = registration.closing[-1]
        entry, text = ended.entry, ended.typed
    if entry is None or entry.started is None or not text.strip():
        return None
    stamp = entry.started
    return {
        "text": text,
        "wall": stamp.wall.isoformat(),
        "monotonic": stamp.monotonic,
        "boot": stamp.boot,
        "visit": str(entry.visit_id) if entry.taken else "",
    }


def restore_line(registration: Registration, value: Mapping[str, Any]) -> None:
    """What stood in the line comes back with its clock, unless something is being typed already.

    What was typed into a registration that is a row comes back when that one is taken back into the line.
    """
    text = str(value["text"])
    if value.get("visit"):
        registration.keep_text(UUID(str(value["visit"])), text)
        return
    if registration.line.whole():
        return
    registration.line.setText(text)
    registration.line.textEdited.emit(text)
    if registration.entry is not None:
        wall = datetime.fromisoformat(str(value["wall"]))
        registration.entry.started = Stamp(wall, float(value["monotonic"]), str(value["boot"]))
        registration.resume_clock()
