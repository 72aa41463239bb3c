"""The bar over the tab: forms that wait, the site's hotlines, and the button that takes a new request."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.domain.site import HOTLINES
from app.ui.requests.page_keys import NEW_KEY
from app.ui.requests.parked import ParkedForms
from app.ui.services import Services
from app.ui.widgets.badge import Badge
from app.ui.widgets.buttons import PrimaryButton
from app.ui.widgets.card import Panel


class TopBar(Panel):
    """`parked` holds the forms that wait, `new_button` is pressed or its key."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services.theme, "paper", parent)
        theme, self._words = services.theme, services.words
        self._lines: Mapping[str, str] = {}
        self.parked = ParkedForms(theme, self._words)
        self.new_button = PrimaryButton(theme, "", NEW_KEY)
        self.new_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hotlines = {code: Badge(theme, "", "neutral", "phone") for code in HOTLINES}
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(16), theme.px(9), theme.px(16), theme.px(9))
        row.setSpacing(theme.px(10))
        row.addWidget(self.parked)
        row.addStretch(1)
        for badge in self.hotlines.values():
            row.addWidget(badge)
        row.addWidget(self.new_button)
        self.parked.changed.connect(self._fit)
        self.retranslate()

    def show_hotlines(self, lines: Mapping[str, str]) -> None:
        """The numbers of the three hotlines (REQ-4), by name; one without a number does not show."""
        self._lines = dict(lines)
        self.retranslate()

    def retranslate(self) -> None:
        """Verbs and names."""
        self.new_button.setText(self._words("requests_page.new"))
        self.new_button.updateGeometry()
        for code, badge in self.hotlines.items():
            number = self._lines.get(code, "")
            name = self._words(f"requests_page.hotline_{code}")
            badge.set(f"{name} {number}" if number else "", "neutral", "phone")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where all does not fit, the hotlines go first: what was typed and the verb stay whole."""
        shown = [badge for badge in self.hotlines.values() if badge.text()]
        parts = [self.new_button, *shown, *([self.parked] if self.parked.forms() else [])]
        margins = self._row.contentsMargins()
        wide = sum(part.sizeHint().width() + self._row.spacing() for part in parts)
        fits = wide + margins.left() + margins.right() <= self.width()
        for badge in shown:
            badge.setVisible(fits)
