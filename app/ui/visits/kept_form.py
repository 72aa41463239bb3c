"""A half-filled dialog of the post, kept as a draft while it is typed and found again when it opens (VIS-16).

It belongs to the post, whoever stands there. A PIN is never kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from app.domain.people import Actor
from app.ui.services import Services

SOON = 250  # ms after a key


class KeptForm(QObject):
    """`KeptForm(services, "duty", values, parent)`: call `touch()` after every change, `forget()` once it is saved.

    `values()` answers JSON values, None for an empty form. `load(put)` asks for what was kept.
    """

    def __init__(
        self, services: Services, name: str, values: Callable[[], Mapping[str, Any] | None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._services, self._values = services, values
        self._key = f"{name} {cast('Actor', services.session.actor).post_id}"
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SOON)
        self._timer.timeout.connect(self.keep)

    def load(self, put: Callable[[Mapping[str, Any] | None], object]) -> None:
        """Ask for the draft; `put` gets it, or None."""
        self._services.background.run(self._services.drafts.load, self._key, done=put, owner=self.parent())

    def touch(self, *_: object) -> None:
        """Something changed."""
        self._timer.start()

    def keep(self) -> None:
        """Keep what is typed, now."""
        self._timer.stop()
        values, drafts = self._values(), self._services.drafts
        if values is None:
            self._services.background.run(drafts.forget, self._key)
        else:
            self._services.background.run(drafts.save, self._key, values)

    def forget(self) -> None:
        """It is saved for good."""
        self._timer.stop()
        self._services.background.run(self._services.drafts.forget, self._key)
