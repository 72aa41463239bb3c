"""`identify --photo`: what a photograph of a document says; and the child that reads them for the window."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from app.cli.call import Call
from app.devices.photo_child import Reader, serve
from app.devices.photo_wire import check_size
from app.errors import DomainError


def from_stdin(_call: Call) -> int:
    """Read photographs that come on standard input until it ends; for the window (`app.devices.ocr`)."""
    return serve(sys.stdin.buffer)


def identify_photos(call: Call) -> int:
    """One JSON object for each file, also for one that cannot be read, which is named on stderr too (status 1)."""
    reader = Reader()
    status = 0
    for path in call.options.photo:
        line: dict[str, Any] = {"input": str(path), "kind": "text", "value": "", "valid": False, "reason": ""}
        line |= {"offer": "", "name": "", "number": "", "birth": ""}
        start = perf_counter()
        try:
            line |= _said(reader, path)
        except DomainError as error:
            line["reason"] = error.code
            print(f"{path}: {error.text(call.words)}", file=sys.stderr)
            status = 1
        line["seconds"] = round(perf_counter() - start, 3)
        print(json.dumps(line, ensure_ascii=False), flush=True)
    return status


def _said(reader: Reader, path: Path) -> dict[str, Any]:
    try:
        check_size(path.stat().st_size)
        data = path.read_bytes()
    except OSError as fault:
        raise DomainError("cannot_read_file", file=str(path)) from fault
    reading = reader.read(data)
    if reading is None:
        return {}
    number = reading.number
    return {
        "kind": reading.kind or "text",
        "value": number.value,
        "valid": bool(number.value) and not number.reason,
        "reason": number.reason,
        "offer": number.offer,
        "name": reading.name.value,
        "number": number.value,
        "birth": reading.birth.isoformat() if reading.birth else "",
    }
