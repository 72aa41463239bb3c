"""The readers at this PC (VIS-8): which port the card reader is on, what it is doing, and what was read last."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.devices.reader import ReaderStatus
from app.domain.masks import mask
from app.domain.readings import Reading
from app.ui.readers import Readers
from app.ui.services import Services
from app.ui.site.section import Section
from app.ui.widgets.card import Card, scrolled
from app.ui.widgets.combo import Combo
from app.ui.widgets.forms import Form
from app.ui.widgets.text import Text

LONGEST_SHOWN = 24


class DevicesSection(Section):
    """A choice is taken at once and kept for this PC alone, whoever makes it: there is nothing of the site in it."""

    def __init__(self, services: Services, code: str, parent: QWidget | None = None) -> None:
        super().__init__(services, code, parent)
        theme, words = self.theme, self.words
        self.card = Card(theme, " ")
        self.form = Form(theme, words)
        self.port = Combo(theme)
        self.port.activated.connect(self._chosen)
        self.form.add("card_reader", "site_page.card_reader", self.port)
        self.form.setMaximumWidth(theme.px(640))
        self.state = Text(theme, role="lead", wrap=True)
        self.last = Text(theme, role="lead", wrap=True)
        self.hint = Text(theme, tone="ink_soft", wrap=True)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(theme.px(24), theme.px(18), theme.px(24), theme.px(12))
        column.setSpacing(theme.px(14))
        for widget in (self.form, self.state, self.last, self.hint):
            column.addWidget(widget)
        column.addStretch(1)
        self.card.add(scrolled(inner), 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.card)
        self._heard: Readers | None = None
        self.retranslate()

    def retranslate(self) -> None:
        """All texts in the language in force."""
        self.card.set_title(self.title())
        self.form.retranslate()
        self.hint.setText(self.words("site_page.devices_hint"))
        self.shown()

    def shown(self) -> None:
        """The ports as they are plugged in now, and what the reader is doing."""
        readers = self.services.readers()
        if readers is None:
            return
        if readers is not self._heard:
            self._heard = readers
            readers.state_changed.connect(self._state)
            readers.read.connect(self._read)
        self._state(readers.status)
        self.services.background.run(readers.ports, self.words.words, done=self._found, replaces="ports")

    def enter(self) -> None:
        """The focus goes to where work begins."""
        self.port.setFocus()

    def _found(self, ports: list[tuple[str, str]]) -> None:
        self.port.clear()
        for value, text in ports:
            self.port.addItem(text, value)
        if self._heard is not None:
            self.port.setCurrentIndex(max(0, self.port.findData(self._heard.port)))

    def _chosen(self, _at: int) -> None:
        if self._heard is not None:
            self._heard.use(str(self.port.currentData()))
            self._state(self._heard.status)

    def _state(self, status: ReaderStatus) -> None:
        self.state.setText(status.text(self.words.words))

    def _read(self, reading: Reading) -> None:
        shown = mask(reading.text[:LONGEST_SHOWN])
        self.last.setText(self.words("site_page.device_read", text=shown))
