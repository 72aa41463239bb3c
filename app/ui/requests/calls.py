"""One form in work and those of other calls that wait: nothing typed is ever dropped without a question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.ui.requests.intake import Intake
from app.ui.requests.parked import ParkedForms
from app.ui.services import Services
from app.ui.widgets.dialogs import confirm


class Calls(QObject):
    """`front()`: the form is wanted in front; `closed()`: it was thrown away.

    `taken(saved)`: a request was taken; the form is empty and ready for the next call, or being filled for it.
    """

    front = Signal()
    closed = Signal()
    taken = Signal(object)

    def __init__(self, services: Services, intake: Intake, parked: ParkedForms) -> None:
        super().__init__(intake)
        self._services, self.intake, self.parked = services, intake, parked
        intake.taken.connect(self.taken)
        intake.crowded.connect(parked.put)
        intake.came_back.connect(self.front)
        parked.wanted.connect(self.bring_back)

    def new(self) -> None:
        """An empty form; one that is filled already is parked."""
        self.park()
        self.intake.clear()
        self.front.emit()

    def bring_back(self, at: int = 0) -> None:
        """A parked form comes to the front; the one in work waits behind the others."""
        form = self.parked.take(at)
        if form is not None:
            self.park()
            self.intake.put_back(form)
        if form is not None or self.intake.typed():
            self.front.emit()

    def park(self) -> None:
        """The form in work waits as a chip, if anything is typed into it."""
        if self.intake.typed():
            self.parked.put(self.intake.keep())
            self.intake.clear()

    def discard(self) -> None:
        """Throw the form away, after a question if anything is typed."""
        words, intake = self._services.words, self.intake
        if intake.typed() and not confirm(
            intake,
            self._services.theme,
            words,
            words("requests_page.discard_title"),
            words("requests_page.discard_text", name=intake.name()),
            words("requests_page.discard"),
            danger=True,
        ):
            return
        intake.clear()
        self.closed.emit()

    def kept(self) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
        """The form in work (None while nothing is typed) and those that wait.

        What is being taken counts as work until the answer is there: its key keeps it from being taken twice.
        """
        typed = self.intake.keep() if self.intake.typed() else None
        if self.intake.sent is None:
            return typed, self.parked.forms()
        return self.intake.sent, [*self.parked.forms(), *([typed] if typed else [])]

    def put_back(self, form: Mapping[str, Any] | None, parked: list[dict[str, Any]], *, opened: bool) -> None:
        """What a draft holds; a form that was in front comes to the front unless something is typed by now."""
        self.parked.put_back([*parked, *self.parked.forms()])
        if form is None:
            return
        if self.intake.typed() or not opened:
            self.parked.put(form)
            return
        self.intake.put_back(form)
        self.front.emit()
