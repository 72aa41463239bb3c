"""Which post this screen is, where the window was opened at the center: one key takes one."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.people import Actor
from app.queries import site as site_queries
from app.ui.services import Services
from app.ui.widgets.buttons import PlainButton
from app.ui.widgets.text import Text

MOST = 9


class PostChooser(QWidget):
    """The site's posts as buttons, Alt+1 … Alt+9 (the page's keys); choosing one changes the session's station."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.services = services
        theme = services.theme
        self._column = QVBoxLayout(self)
        self._column.setSpacing(theme.px(10))
        self._title = Text(theme, role="title", bold=True)
        self._text = Text(theme, tone="ink_soft", wrap=True)
        self._column.addStretch(1)
        self._column.addWidget(self._title, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addWidget(self._text, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addSpacing(theme.px(12))
        self._column.addStretch(2)
        self._buttons: list[PlainButton] = []
        self._posts: list[site_queries.PostRow] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.retranslate()

    def refresh(self) -> None:
        """Ask for the posts."""
        services = self.services
        services.background.run(
            site_queries.posts, services.house, services.session.actor, done=self._show, owner=self
        )

    def retranslate(self) -> None:
        """Write the texts in the language in force."""
        self._title.setText(self.services.words("visits.which_post"))
        self._text.setText(self.services.words("visits.which_post_text"))

    def _show(self, posts: list[site_queries.PostRow]) -> None:
        if posts == self._posts:
            return
        for button in self._buttons:
            button.deleteLater()
        self._posts = posts
        self._buttons = [
            PlainButton(self.services.theme, post.name, f"Alt+{at + 1}")
            for at, post in enumerate(posts[:MOST])
        ]
        for at, button in enumerate(self._buttons):
            button.setMinimumWidth(self.services.theme.px(280))
            button.clicked.connect(partial(self.take, at))
            self._column.insertWidget(self._column.count() - 1, button, 0, Qt.AlignmentFlag.AlignHCenter)

    def take(self, at: int) -> None:
        """Alt and a digit, or a click: this screen is that post from now on."""
        if at < len(self._posts):
            post, session = self._posts[at], self.services.session
            actor = replace(cast("Actor", session.actor), station=f"post:{post.name}", post_id=post.id)
            session.enter(replace(session.now, actor=actor, station=actor.station, station_name=post.name))
