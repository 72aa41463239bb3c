"""Why a document was held longer than 25 s: asked on a strip that waits and takes no focus, once a visit (VIS-2)."""

from __future__ import annotations

from functools import partial
from typing import cast
from uuid import UUID

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.domain.people import Actor
from app.domain.visits import OVER_REASONS
from app.errors import DomainError
from app.operations import visits as operations
from app.ui.services import Services
from app.ui.widgets.strip import Strip

NO_QUESTION = ("row_gone", "not_over_limit")


class OverReasons(Strip):
    """The visits whose reason is not given yet, the oldest first; Alt and a digit reach it through the page."""

    refused = Signal(object)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services.theme, parent, own_keys=False)
        self._services = services
        self._waiting: list[tuple[UUID, str]] = []
        self._asked: set[UUID] = set()

    def add(self, visit_id: UUID, name: str) -> None:
        """One more whose reason is wanted; one that was asked for is not asked for again."""
        if visit_id not in self._asked:
            self._asked.add(visit_id)
            self._waiting.append((visit_id, name))
            self.retranslate()  # the sentence says how many wait

    def forget(self, visit_id: UUID) -> None:
        """No reason is wanted any more: the registration was discarded."""
        self._waiting = [one for one in self._waiting if one[0] != visit_id]
        self.retranslate()

    def retranslate(self) -> None:
        """Ask again, in the language in force."""
        if self.asking():
            self.dismiss()
        self._ask_next()

    def _ask_next(self) -> None:
        if self._waiting and not self.asking():
            words = self._services.words
            texts = [words(f"visits.over_{code}") for code in OVER_REASONS]
            one = self._waiting[0]
            said, more = words("visits.why_over", name=one[1]), len(self._waiting) - 1
            said += words("visits.why_over_more", n=more) if more else ""
            self.ask(said, texts, partial(self._given, one))

    def _given(self, one: tuple[UUID, str], at: int) -> None:
        self._waiting.remove(one)
        services = self._services
        services.background.run(
            operations.over_reason,
            services.house,
            cast("Actor", services.session.actor),
            one[0],
            OVER_REASONS[at],
            failed=partial(self._refused, one),
            owner=self,
        )
        QTimer.singleShot(0, self, self._ask_next)

    def _refused(self, one: tuple[UUID, str], error: DomainError) -> None:
        """Said; and asked again, unless there is no such question any more (VIS-2)."""
        self.refused.emit(error)
        if error.code not in NO_QUESTION:
            self._waiting.append(one)
            self._ask_next()
