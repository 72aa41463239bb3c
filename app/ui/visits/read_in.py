"""What a scanner or a card reader read, taken into the registration at the line (VIS-8).

A document's number begins a registration or completes the one in the line; of somebody on file the name, last host and
purpose come with it (VIS-5). A code is taken as if it stood alone in the line and Enter was pressed: a pass that is out
is first of all a departure (VIS-9). What is typed and not taken stays where it is.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject

from app.domain.names import same_name
from app.domain.own_codes import read_code
from app.domain.people import Actor
from app.domain.readings import Reading
from app.domain.verdicts import normalise
from app.domain.visits import LONGEST
from app.errors import DomainError
from app.operations import visits as operations
from app.queries.visitor_search import Match, matches
from app.ui.services import Services
from app.ui.visits.entry import Entry, Meaning, fill_in, is_personal, meaning, take_match

if TYPE_CHECKING:
    from app.ui.visits.registration import Registration

SHOWN = 40
CODES = ("pass_number", "plate", "phone")


class ReadIn(QObject):
    """Takes readings into a registration's line. Nothing here waits: who is on file is asked of the worker."""

    def __init__(self, services: Services, registration: Registration) -> None:
        super().__init__(registration)
        self._services, self._registration = services, registration

    def take(self, reading: Reading) -> None:
        """A document, a pass or another code, as it was read; what is none of them is said and leaves no trace."""
        registration = self._registration
        typed = reading.text.strip()
        said = meaning(Entry(operations.new_visit()), typed, registration.today())
        whole = len(typed) <= LONGEST and said.fault not in ("length", "characters")
        if said.part == "document_number" and is_personal(said) and whole:
            self._document(reading, said)
        elif whole and (read_code(normalise(typed)) is not None or (said.part in CODES and not said.fault)):
            self._code(said, typed)
        else:
            text = typed if len(typed) <= SHOWN else f"{typed[:SHOWN]}…"
            registration.choices.show_hint(self._services.words("visits.not_understood", text=text), "amber")

    def _document(self, reading: Reading, said: Meaning) -> None:
        """Another document than the one in the line is the next visitor's: the line's own is put aside, in sight."""
        registration = self._registration
        free = registration.entry is None and not registration.line.whole().strip()
        if registration.mode == "leave" or (said.fault and free):
            registration.enter_text(reading.text)
            return
        now = registration.entry
        if now is not None and now.taken and _is_another(now, said.value):
            registration.start()
        entry = registration.begin()
        if entry.fields.document_number == said.value:
            return
        if entry.fields.document_kind == "none":  # it came out after all
            entry.set(none_reason="")
        name = reading.name or said.name
        typing = bool(registration.line.whole().strip())
        fill_in(entry, replace(said, name="" if typing else name))
        entry.set(way_in=reading.way_in, override_reason="unchecked" if said.fault else "")
        entry.expired = reading.expired or said.expired
        registration.mode = "register"
        registration.resume_clock()
        registration.keep(entry)
        self._services.background.run(
            matches,
            self._services.house,
            cast("Actor", self._services.session.actor),
            said.value,
            1,
            done=partial(self._on_file, entry),
            failed=self._failed,
            owner=self,
        )

    def _on_file(self, entry: Entry, found: list[Match]) -> None:
        """The one with this number comes with last host and purpose; another name than that on file stays as read."""
        if not found or found[0].by != "document" or entry.returned is not None or entry.fields.visitor_id:
            return
        known, fields = found[0], entry.fields
        if fields.visitor and not same_name(fields.visitor, known.name):
            return
        if self._registration.entry is entry and self._registration.line.whole().strip():
            return  # somebody is typing the rest already
        way_in = fields.way_in
        kept = {name: value for name in ("host", "purpose", "plate") if (value := getattr(fields, name))}
        number, kind = fields.document_number, fields.document_kind
        take_match(entry, known)
        entry.set(document_number=number, document_kind=kind, way_in=way_in, **kept)
        if "host" in kept:
            entry.set(host_id=fields.host_id)
        self._registration.keep(entry)

    def _code(self, said: Meaning, typed: str) -> None:
        registration = self._registration
        entry = registration.entry
        if entry is not None and (entry.taken or registration.line.whole().strip()):
            fill_in(registration.begin(), said)
            registration.keep(registration.begin())
        else:
            registration.enter_text(typed)

    def _failed(self, _error: DomainError) -> None:
        """Nobody can say who it is: the number stands, the rest is typed (VIS-3)."""


def _is_another(entry: Entry, number: str) -> bool:
    """Whether the registration has a document's number already, and it is not this one."""
    if entry.fields.document_number:
        return entry.fields.document_number != number
    return bool(entry.number_shown) and entry.number_shown[-4:] != number[-4:]
