"""One call of a command: what it was asked, how it answers, the site that it opens, the files that it is handed."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.errors import DomainError
from app.words import Words


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a command: its options, its words, where progress goes."""

    options: argparse.Namespace
    words: Words
    folder: Path
    url: str

    def tell(self, done: float, total: float, text: str = "") -> None:
        """Progress for the window that started us; silent on a terminal."""
        if self.options.progress:
            print(json.dumps({"progress": done / total if total else 0.0, "text": text}), flush=True)

    def say(self, text: str, **done: object) -> None:
        """What was done: a line on a terminal, the last JSON line for a window."""
        if self.options.progress:
            print(json.dumps({"done": done | {"text": text}}, ensure_ascii=False), flush=True)
        else:
            print(text, flush=True)


@contextmanager
def opened_site(call: Call) -> Iterator[tuple[Any, Any]]:
    """The opened store and who acts: `--as` (sample), `--user`, or the PC itself."""
    from app.domain.people import pc_actor
    from app.operations import site
    from app.operations.opening import open_site

    opened = open_site(call.folder, call.url)
    try:
        station = call.options.station or "center"
        if call.options.as_whom:
            actor = site.sign_in_as(opened.store, call.options.as_whom, station)
        elif call.options.user:
            actor = site.sign_in(opened.store, call.options.user, password(call), station)
        else:
            actor = pc_actor()
        yield opened.store, actor
    finally:
        opened.close()


def password(call: Call) -> str:
    """The password of `--user`, from its file; refused (`password_file_needed`) without one."""
    path = call.options.password_file
    if path is None:
        raise DomainError("password_file_needed")
    return first_line(path)


def whole(path: Path) -> str:
    """A file's text, with or without a BOM; refused (`cannot_read_file`) when it is none."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise DomainError("cannot_read_file", file=str(path)) from fault


def first_line(path: Path) -> str:
    """The first line of a file that holds a password or a recovery code; "" when it is empty."""
    lines = whole(path).splitlines()
    return lines[0].strip() if lines else ""
