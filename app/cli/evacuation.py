"""`evacuation`: who is on site now, as files that open without the program, and at once on paper (VIS-13)."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from app import settings
from app.cli.call import Call, opened_site
from app.errors import DomainError

PASSING = "yinghou-paper-"
FOLLOWED_SECONDS = 20.0
"""So long the job is followed: who needs the paper is told soon what became of it."""


def evacuation(call: Call) -> int:
    """Saves the list; with `--print` it goes to the first printer that works, and what became of it is said."""
    from app import evacuation_copies
    from app.operations.site_errands import VARIABLE, errand_actor

    options = call.options
    own = settings.evacuation_folder(call.folder, settings.Settings())
    folder = options.folder or settings.evacuation_folder(call.folder, settings.load(call.folder).settings)
    with opened_site(call) as (store, actor):
        if errand := os.environ.get(VARIABLE):
            actor = errand_actor(store, errand, folder)
        try:
            saved = evacuation_copies.save(store, actor, call.words, folder, own=folder == own)
        except DomainError as error:
            if not options.print or error.code not in ("evacuation_folder_gone", "disk_full"):
                raise
            # Who needs the paper now gets it, wherever the copies cannot go; a window sweeps this up later.
            folder = Path(tempfile.mkdtemp(prefix=PASSING))
            saved = evacuation_copies.save(store, actor, call.words, folder, own=True)
    for sign in saved.missing:
        print(call.words("cli.glyph_missing", sign=sign), file=sys.stderr)
    said: dict[str, Any] = {"file": str(saved.pdf), "n": saved.people}
    if not options.print:
        call.say(call.words("evacuation.written", file=saved.pdf), **said)
        return 0
    said |= printed(call, saved.pdf, call.words("reports.evacuation"))
    call.say(evacuation_said(call, said), **said)
    return 0 if said["phase"] in ("done", "unknown") else 1


def evacuation_said(call: Call, said: dict[str, Any]) -> str:
    """What became of the list, in one sentence."""
    words, phase = call.words, said["phase"]
    values = {"n": said["n"], "file": said["file"]}
    if not phase:
        return words("evacuation.no_printer", **values)
    if phase == "done":
        return words("evacuation.printed", n=said["n"], printer=said["printer"])
    code = "not_printed" if phase in ("failed", "aborted", "cancelled") else "sent"
    return words(f"evacuation.{code}", **values, printer=said["printer"], state=said["state"])


def printed(call: Call, pdf: Path, title: str) -> dict[str, Any]:
    """Sends a PDF to the first printer that works: `printer`, `phase` ("" without one, "failed" refused), `state`."""
    from app.devices.printer import Printer, PrinterState, print_and_follow, system_printing

    def well(one: Printer) -> bool:
        return one.accepts and one.state != PrinterState.stopped

    none = {"printer": "", "phase": "", "state": ""}
    try:
        port = system_printing()
        found = port.printers()
    except DomainError as error:
        return none | {"state": error.text(call.words)}
    # A printer that takes jobs and is stopped prints when somebody starts it: too late, while another stands there.
    chosen = next(filter(well, found), None) or next((one for one in found if one.accepts), None)
    if chosen is None:
        return none
    told = {"printer": chosen.description, "phase": "failed"}
    media = "A4" if not chosen.media or "A4" in chosen.media else chosen.media[0]
    try:
        state = print_and_follow(
            port, pdf, chosen.name, title, media, 1, lambda _state: None, FOLLOWED_SECONDS
        )
    except DomainError as error:
        return told | {"state": error.text(call.words)}
    return told | {"phase": str(state.phase.value), "state": state.text(call.words)}
