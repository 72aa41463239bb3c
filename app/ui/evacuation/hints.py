"""At the foot of the post's screen: the evacuation list's key, a roll call that runs, whom the night closed."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.domain.people import Actor
from app.queries import evacuation as queries
from app.ui.aid import Aid
from app.ui.evacuation.desk import EvacuationDesk
from app.ui.services import Services
from app.ui.widgets.buttons import KeyHint

WATCHED = frozenset({"roll_calls", "roll_call_ends", "nights_closed"})


class EvacuationHints(Aid, QWidget):
    """`notice(text, way_out, run)`: to be said once to whoever is here, with what to do about it."""

    notice = Signal(str, str, object)

    def __init__(self, services: Services, desk: EvacuationDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.services, self._desk, self.words = services, desk, services.words
        self._now: queries.AtPost | None = None
        self._told: set[tuple[object, object]] = set()
        theme = services.theme
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(18))
        self.list = KeyHint(theme, "", "Ctrl+Shift+E")
        self.roll_call = KeyHint(theme, "", "Ctrl+Shift+R")
        self.night = KeyHint(theme, "", "Ctrl+Shift+Y")
        for hint, run in (
            (self.list, desk.print),
            (self.roll_call, desk.roll_call),
            (self.night, desk.night),
        ):
            hint.clicked.connect(run)
            row.addWidget(hint)
        services.bus.changed.connect(self._heard)
        self.retranslate()

    def retranslate(self) -> None:
        """Write the texts in the language in force."""
        words, now = self.words, self._now
        self.list.setText(words("evacuation.key_print"))
        self.roll_call.setText(words("evacuation.roll_call_join"))
        night = now.night if now is not None else None
        if night is not None:
            time = f"{night.boundary.astimezone(self.services.house.site.zone):%H:%M}"
            self.night.setText(words("evacuation.night_hint", n=night.closed))
            self.night.setToolTip(words("evacuation.night_notice", n=night.closed, time=time))
        self.night.setVisible(night is not None)
        self.roll_call.setVisible(now is not None and now.roll_call is not None)

    def refresh(self) -> None:
        """Ask how it stands."""
        services = self.services
        actor = cast("Actor", services.session.actor)
        services.background.run(
            queries.at_post, services.house, actor, done=self._known, owner=self, replaces="at post"
        )

    def _known(self, now: queries.AtPost) -> None:
        self._now = now
        self.retranslate()
        words, person = self.words, self.services.session.now.person
        if now.roll_call is not None and (person, now.roll_call) not in self._told:
            self._told.add((person, now.roll_call))
            if self._desk.calling:
                return
            text, join = words("evacuation.roll_call_runs"), words("evacuation.roll_call_join")
            self.notice.emit(text, join, self._desk.roll_call)
        elif now.night is not None and (person, now.night.id) not in self._told:
            self._told.add((person, now.night.id))
            self.notice.emit(self.night.toolTip(), words("evacuation.night_show"), self._desk.night)

    def _heard(self, names: frozenset[str]) -> None:
        if names & WATCHED and self.isVisible():
            self.refresh()
