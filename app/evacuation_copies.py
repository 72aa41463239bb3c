"""The evacuation list as files that open without the program: a PDF and a text, whole or not at all (VIS-13).

Only the last few are kept: there are names in them (VIS-14). Run in a child process (`yinghou evacuation`).
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app import papers
from app.domain.people import Actor
from app.errors import DomainError
from app.operations.opening import Store
from app.words import Words
from reports.evacuation import EvacuationList, evacuation, evacuation_text

KEPT = 3
NAME = re.compile(r"evacuation_[0-9]{4}-[0-9]{2}-[0-9]{2}_[0-9]{6}\.(pdf|txt)")
PART = ".evacuation.{pid}{suffix}.part"
PARTS = re.compile(r"\.*evacuation\.[0-9]+\.(pdf|txt)\.part.*")


@dataclass(frozen=True, slots=True)
class Saved:
    """What was written: the PDF, the text beside it, how many people are on it, signs that no font has."""

    pdf: Path
    text: Path
    people: int
    missing: tuple[str, ...]


def save(store: Store, actor: Actor, words: Words, folder: Path, *, own: bool) -> Saved:
    """Writes both files and removes older ones. `own`: a folder in the data folder, made if need be, for its owner.

    Another folder must be there: a stick that was pulled out is not made anew on the disk below.

    Raises:
        DomainError: `no_right`, `disk_full`, `evacuation_folder_gone`.
    """
    actor.need("reports.make")
    values = papers.evacuation_list(store, actor, words)
    try:
        if own:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"evacuation_{values.as_of:%Y-%m-%d_%H%M%S}"
        pdf, text = folder / f"{name}.pdf", folder / f"{name}.txt"
        missing = _write(pdf, lambda part: _pdf(values, words, part), own=own)
        _write(text, lambda part: _text(values, words, part), own=own)
        _tidy(folder, name)
    except OSError as fault:
        full = fault.errno in (errno.ENOSPC, errno.EDQUOT)
        code = "disk_full" if full else "evacuation_folder_gone"
        raise (DomainError(code) if full else DomainError(code, folder=str(folder))) from fault
    return Saved(pdf, text, len(values.people), missing)


def _pdf(values: EvacuationList, words: Words, part: Path) -> tuple[str, ...]:
    return evacuation(values, words, part).missing


def _text(values: EvacuationList, words: Words, part: Path) -> tuple[str, ...]:
    part.write_bytes(evacuation_text(values, words).encode("utf-8-sig", errors="replace"))
    return ()


def _write(path: Path, make: Callable[[Path], tuple[str, ...]], *, own: bool) -> tuple[str, ...]:
    """Makes a file beside its place, sees it on the disk, and only then puts it there: also through a power cut."""
    part = path.with_name(PART.format(pid=os.getpid(), suffix=path.suffix))
    try:
        missing = make(part)
        if own:
            part.chmod(0o600)
        handle = os.open(part, os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        part.replace(path)
    finally:
        with contextlib.suppress(OSError):  # of a folder that is gone nothing is left to remove
            part.unlink(missing_ok=True)
    return missing


def _tidy(folder: Path, newest: str) -> None:
    """Keeps the one just written and the few before it. One of a later time is of a clock that was set back since."""
    names = sorted({path.stem for path in folder.iterdir() if NAME.fullmatch(path.name)}, reverse=True)
    kept = {newest, *[name for name in names if name < newest][: KEPT - 1]}
    for path in list(folder.iterdir()):
        old = NAME.fullmatch(path.name) and path.stem not in kept
        left = PARTS.fullmatch(path.name) and str(os.getpid()) not in path.name
        if old or left:
            path.unlink(missing_ok=True)
