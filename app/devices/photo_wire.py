"""What goes between the window and the child process that reads photographs: over two pipes, never over a file.

To the child: `{"read": 3, "bytes": 81234}` and a line end, then so many bytes of the picture; `{"read": 4, "camera":
""}` for a still of that camera ("" the first one); or `{"cancel": 4}`. From the child, a JSON line each: `{"ready":
0.9}` (seconds that warming up took), then for each picture `{"read": 3, "card": {…}, "seconds": 0.2}` or `{"read": 3,
"error": {"code": "…", "values": {…}}}`, and nothing for a cancelled one. It ends when its input does: a window that
crashed leaves none behind.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from app.domain.card_text import CardReading, Mark, ReadField
from app.errors import DomainError

MOST_BYTES = 32 * 1024 * 1024
"""A larger file is refused before it is read or sent: no camera's picture of a document is so large."""


def check_size(size: int) -> None:
    """Refuse what is too large; raises DomainError `photo_too_large`."""
    if size > MOST_BYTES:
        raise DomainError("photo_too_large", megabytes=MOST_BYTES // (1024 * 1024))


def read_order(number: int, size: int) -> bytes:
    """The line before a picture of `size` bytes."""
    return json.dumps({"read": number, "bytes": size}).encode() + b"\n"


def still_order(number: int, camera: str) -> bytes:
    """The line that asks for a still of this camera."""
    return json.dumps({"read": number, "camera": camera}).encode() + b"\n"


def cancel_order(number: int) -> bytes:
    """The line that says that nobody waits for picture `number` any more."""
    return json.dumps({"cancel": number}).encode() + b"\n"


def as_values(reading: CardReading) -> dict[str, Any]:
    """A reading as JSON takes it."""
    return {
        "kind": reading.kind,
        "name": _field_values(reading.name),
        "number": _field_values(reading.number),
        "birth": reading.birth.isoformat() if reading.birth else "",
    }


def from_values(values: Mapping[str, Any]) -> CardReading:
    """What `as_values` made of a reading."""
    birth = values["birth"]
    return CardReading(
        values["kind"],
        _field(values["name"]),
        _field(values["number"]),
        date.fromisoformat(birth) if birth else None,
    )


def error_values(error: DomainError) -> dict[str, Any]:
    """An error as JSON takes it; the window words it."""
    return {"code": error.code, "values": {name: str(value) for name, value in error.values.items()}}


def _field_values(field: ReadField) -> dict[str, Any]:
    return {
        "value": field.value,
        "confidence": round(field.confidence, 4),
        "mark": field.mark.value,
        "reason": field.reason,
        "offer": field.offer,
    }


def _field(values: Mapping[str, Any]) -> ReadField:
    return ReadField(
        values["value"], values["confidence"], Mark(values["mark"]), values["reason"], values["offer"]
    )
