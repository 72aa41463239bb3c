"""One request: who and what, its stations, the next step, the four stamps, what happened (REQ-1, REQ-2)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from app.domain.people import Actor
from app.domain.requests import STATIONS, RequestState, forbidden
from app.queries.requests_card import RequestCard
from app.ui.requests.actions import ACTIONS, BESIDE, BY_CODE
from app.ui.requests.event_list import EventList
from app.ui.requests.page_keys import MORE_KEY, NEXT_KEY, PRINT_KEY
from app.ui.requests.texts import Due, clock_text, due_of, moment_text, title_of
from app.ui.services import Services
from app.ui.widgets.badge import Badge
from app.ui.widgets.buttons import PrimaryButton, QuietButton
from app.ui.widgets.card import scrolled
from app.ui.widgets.flow import FlowLayout
from app.ui.widgets.text import Text
from app.ui.widgets.track import FourStamps, Stamp, Station, StationTrack

NARROW = 620  # px: below, number and badges stand under the title
EVERY = 20_000  # ms between two looks at the clock
ASIDE = {  # what the badge says where no promised time runs, and its tone
    "paused": ("neutral", "pause"),
    "returned": ("amber", "back"),
    "cancelled": ("neutral", ""),
    "ended_unsatisfied": ("red", "warning"),
    "closed": ("neutral", "done"),
}


class Overview(QWidget):
    """Buttons, stamps and history: behind a panel they ask for no height."""

    def heightForWidth(self, width: int) -> int:
        return 0 if self.isHidden() else super().heightForWidth(width)


class CardView(QWidget):
    """The right-hand side. `begun(code)`: an action was chosen; `printed()`: the job slip is wanted."""

    begun = Signal(str)
    printed = Signal()

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self.words, self.theme = services, services.words, services.theme
        self.card: RequestCard | None = None
        theme = self.theme
        content = QWidget()
        whole = QVBoxLayout(content)
        whole.setContentsMargins(theme.px(26), theme.px(16), theme.px(26), theme.px(10))
        whole.setSpacing(theme.px(8))
        whole.addLayout(self._make_head())
        self.about = Text(theme, tone="ink_soft", wrap=True)
        self.said = Text(theme, wrap=True)
        self.track = StationTrack(theme)
        for widget in (self.about, self.said):
            whole.addWidget(widget)
        whole.addSpacing(theme.px(2))
        whole.addWidget(self.track)
        self.stack = QStackedWidget()
        self.overview = self._make_overview()
        self.stack.addWidget(self.overview)
        whole.addWidget(self.stack, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self.area = scrolled(content)
        outer.addWidget(self.area)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self.retranslate()

    def show_card(self, card: RequestCard) -> None:
        """Show this request, or the newest state of the one that is shown."""
        other = self.card is None or self.card.request.id != card.request.id
        self.card = card
        self._fill()
        if other:
            self.area.verticalScrollBar().setValue(0)

    def show_panel(self, panel: QWidget | None, beneath: QWidget | None = None) -> None:
        """Put a panel in the place of buttons, stamps and history; None brings them back. `beneath` is kept."""
        for at in range(self.stack.count() - 1, 0, -1):
            old = self.stack.widget(at)
            if old is not None and old is not panel and old is not beneath:
                self.stack.removeWidget(old)
                old.hide()
                old.deleteLater()
        if panel is not None and self.stack.indexOf(panel) < 0:
            self.stack.addWidget(panel)
        self.stack.setCurrentWidget(panel or self.overview)
        self._fit()
        if panel is not None:
            QTimer.singleShot(0, panel, partial(self._into_sight, panel))

    def _into_sight(self, panel: QWidget) -> None:
        """Down to the panel's buttons, where the room is low, as far as its title stays in sight."""
        content = self.area.widget()
        if content is None or panel is not self.panel():
            return
        tall = self.area.viewport().height()
        top = panel.mapTo(content, QPoint(0, 0)).y()
        end = top + max(panel.heightForWidth(panel.width()), panel.minimumSizeHint().height())
        bar = self.area.verticalScrollBar()
        bar.setValue(max(bar.value(), min(top, end - tall + self.theme.px(8))))

    def panel(self) -> QWidget | None:
        """The panel that is open, or None."""
        at = self.stack.currentWidget()
        return None if at is self.overview else at

    def step(self) -> str:
        """The primary action, "" when there is nothing that this person can do next."""
        if self.card is None or self.card.next_step not in self.card.allowed:
            return ""
        return self.card.next_step

    def more_menu(self) -> QMenu:
        """What else can be done, each with its key."""
        menu = QMenu(self)
        if self.card is not None:
            for action in ACTIONS:
                if action.code in self.card.allowed and action.code not in self._beside():
                    entry = menu.addAction(f"{self.words(action.text_code)}\t{action.key}")
                    entry.triggered.connect(partial(self.begun.emit, action.code))
        return menu

    def retranslate(self) -> None:
        """Everything that the card says."""
        self._history.setText(self.words("requests_page.history"))
        self._print.setText(self.words("requests_page.print_slip"))
        self._more.setText(self.words("requests_page.more"))
        self._fill()

    # --- made once ----------------------------------------------------------------------------------------------------

    def _make_head(self) -> QVBoxLayout:
        theme = self.theme
        self.title = Text(theme, role="figure", bold=True, elide=True)
        self.number = Text(theme, tone="ink_soft")
        self.round_badge, self.urgency, self.special = Badge(theme), Badge(theme), Badge(theme)
        self.unlisted = Badge(theme)
        self.badge = Badge(theme, role="body")
        self._upper, self._second = QHBoxLayout(), QHBoxLayout()
        for row in (self._upper, self._second):
            row.setSpacing(theme.px(12))
        self._upper.addWidget(self.title)
        self._narrow = self._stacked = False
        self._arrange()
        head = QVBoxLayout()
        head.setSpacing(theme.px(6))
        head.addLayout(self._upper)
        head.addLayout(self._second)
        return head

    def _arrange(self) -> None:
        """Number and badges beside the title, or below it where there is no room for all."""
        parts = (self.number, self.unlisted, self.urgency, self.special, self.round_badge)
        for row in (self._upper, self._second):
            for at in range(row.count() - 1, -1, -1):
                item = row.itemAt(at)
                if item is not None and item.widget() is not self.title:
                    row.takeAt(at)
        row = self._second if self._stacked else self._upper
        for part in parts:
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        row.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignVCenter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < self.theme.px(NARROW)
        if narrow != self._narrow:
            self._narrow = narrow
            self._fill()
        self._fit_head()

    def _fit_head(self) -> None:
        """The title is not cut while its badges can stand below it."""
        parts = (self.number, self.unlisted, self.urgency, self.special, self.round_badge, self.badge)
        beside = sum(part.sizeHint().width() for part in parts if not part.isHidden())
        title = self.title.fontMetrics().horizontalAdvance(self.title.text())
        spaces = self.theme.px(26) * 2 + self.theme.px(12) * (len(parts) + 1)
        stacked = self._narrow or title + beside + spaces > self.width()
        if stacked != self._stacked:
            self._stacked = stacked
            self._arrange()

    def _make_overview(self) -> QWidget:
        theme = self.theme
        overview = Overview()
        whole = QVBoxLayout(overview)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(10))
        row = QWidget()
        self._flow = FlowLayout(row, across=0, down=theme.px(4))
        self.primary = PrimaryButton(theme, "", NEXT_KEY)
        self.primary.clicked.connect(self._next)
        self._flow.addWidget(self.primary)
        self._quiet: dict[str, QuietButton] = {}
        for code in BESIDE:
            self._quiet[code] = self._quiet_button(BY_CODE[code].key, partial(self.begun.emit, code))
        self._print = self._quiet_button(PRINT_KEY, self.printed.emit)
        self._more = self._quiet_button(MORE_KEY, self.open_more)
        whole.addWidget(row)
        self.waits = Text(theme, tone="ink_soft", wrap=True)
        whole.addWidget(self.waits)
        self.contact = Text(theme, tone="ink_soft")
        self.stamps = FourStamps(theme)
        self.lacking = Text(theme, role="caption", tone="ink_soft", wrap=True)
        whole.addWidget(self.contact)
        whole.addWidget(self.stamps)
        whole.addWidget(self.lacking)
        whole.addSpacing(theme.px(6))
        self._history = Text(theme, bold=True)
        self.events = EventList(theme, self.words)
        whole.addWidget(self._history)
        whole.addWidget(self.events)
        whole.addStretch(1)
        return overview

    def _quiet_button(self, key: str, run: Callable[[], object]) -> QuietButton:
        button = QuietButton(self.theme, "", key)
        button.clicked.connect(run)
        self._flow.addWidget(button)
        return button

    def open_more(self) -> None:
        """Open the menu of what else can be done, below its button."""
        menu = self.more_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    # --- filled -------------------------------------------------------------------------------------------------------

    def _beside(self) -> tuple[str, ...]:
        card = self.card
        if card is None:
            return ()
        # A promise that stands is changed now and then, not every time.
        rare = {card.next_step, "promise" if card.request.promise_given_at else ""}
        return tuple(code for code in BESIDE if code in card.allowed and code not in rare)

    def _fill(self) -> None:
        card = self.card
        if card is None:
            return
        words, now, zone = self.words, self._now(), self._zone()
        request = card.request
        self.title.setText(title_of(card.customer, card.kind, request.words))
        self.number.setText(request.number)
        urgency = words(f"requests.urgency_{card.urgency}") if card.urgency != "normal" else ""
        self.urgency.set(urgency, "red" if card.urgency == "emergency" else "amber")
        self.special.set(words("requests_page.special") if request.special else "", "accent")
        self.unlisted.set("" if card.listed else words("requests_page.unlisted"), "amber", "caution")
        self.round_badge.set(
            words("requests_page.round", n=request.round) if request.round > 1 else "", "amber"
        )
        extension = words("requests_page.extension", number=card.extension) if card.extension else ""
        promise = card.promise_minutes
        about = [
            card.place,
            card.contact,
            extension,
            card.phone,
            words(f"requests.channel_{request.channel}"),
        ]
        if promise:
            about.append(words("requests_page.catalogue_promise", n=promise))
        if request.appointment_at is not None:
            when = moment_text(words, request.appointment_at, now, zone)
            about.append(words("requests_page.appointment", when=when))
        self.about.setText(" · ".join(part for part in about if part))
        self.said.setText(request.words if card.kind else "")
        self.said.setVisible(bool(self.said.text()))
        self._fill_badge()
        self.track.set_stations(self._stations())
        self._fill_buttons()
        self.contact.setText(self._contact())
        self.stamps.set_stamps(self._stamps())
        lacking = [words(f"requests.missing_{code}") for code in card.missing_to_close]
        late = request.state in (RequestState.CONFIRMED, RequestState.FOLLOWED_UP)
        what = words("requests_page.list_mark").join(lacking)
        self.lacking.setText(words("requests_page.lacking", what=what) if lacking and late else "")
        self.lacking.setVisible(bool(self.lacking.text()))
        self.events.show_events(card.events, now, zone)
        self._fit_head()
        self._fit()

    def _fill_badge(self) -> None:
        card = self.card
        if card is None:
            return
        words, request = self.words, card.request
        state = "paused" if request.paused else "returned" if request.returned_at else request.state.value
        due = due_of(words, request.promised_at, request.state, request.paused, self._now(), self._zone())
        if request.paused and request.resume_at is not None:
            when = moment_text(words, request.resume_at, self._now(), self._zone())
            why = words(f"requests.pause_{request.paused_reason}")
            late = request.resume_at < self._now()
            text = words("requests_page.paused_until", why=why, when=when)
            self.badge.set(text, "amber" if late else "neutral", "pause")
        elif state in ASIDE and due.tone != "red":
            tone, icon = ASIDE[state]
            self.badge.set(words(f"requests.state_{state}"), tone, icon)
        else:
            self._show_due(due)

    def _show_due(self, due: Due) -> None:
        card = self.card
        if not due.text or card is None or card.request.promised_at is None:
            self.badge.set("")
            return
        when = moment_text(self.words, card.request.promised_at, self._now(), self._zone())
        text = due.text
        if due.tone != "red" and not self._narrow:
            text = self.words("requests_page.promised_in", left=due.text, when=when)
        icon = {"red": "warning", "amber": "caution"}.get(due.tone, "")
        self.badge.set(text, due.tone or "neutral", icon)

    def _stations(self) -> list[Station]:
        """Reached ones with time and person; the next one is where it stands now, as on a metro map."""
        card = cast("RequestCard", self.card)
        words, now, zone = self.words, self._now(), self._zone()
        here = next((at for at, one in enumerate(card.stations) if one.at is None), len(STATIONS))
        stations = []
        for at, one in enumerate(card.stations):
            name = words(f"requests.state_{one.state.value}")
            if one.at is not None and at < here:
                local = one.at.astimezone(zone)
                today = local.date() == now.astimezone(zone).date()
                note = f"{local:%H:%M} {one.by}" if today else f"{local:%m-%d} {one.by}"
                stations.append(Station(name, "done", note))
            else:
                current = at == here and not card.request.ended
                stations.append(Station(name, "current" if current else "open"))
        return stations

    def _stamps(self) -> list[Stamp]:
        card = cast("RequestCard", self.card)
        words, now, zone = self.words, self._now(), self._zone()
        shown = []
        for stamp in card.stamps:
            label = words(f"requests.stamp_{stamp.code}")
            if stamp.at is None:
                text = words(f"requests_page.waits_{stamp.code}")
                if stamp.code == "promised" and card.request.promised_at is not None:
                    when = moment_text(words, card.request.promised_at, now, zone)
                    text = words("requests_page.promise_wished", when=when)
                shown.append(Stamp(label, text))
                continue
            text, short = moment_text(words, stamp.at, now, zone), ""
            if stamp.code == "promised" and card.request.promised_at is not None:
                promised = moment_text(words, card.request.promised_at, now, zone)
                text, short = f"{text} → {promised}", f"→ {promised}"
            elif stamp.code == "satisfied" and stamp.note:
                text = f"{clock_text(stamp.at, zone)} {words(f'requests.answer_{stamp.note}')}"
                short = words(f"requests.answer_{stamp.note}")
            shown.append(Stamp(label, text, given=True, short=short))
        return shown

    def _contact(self) -> str:
        """Who the first contact is; for a special customer, whether the manager has talked to him (REQ-3)."""
        card, words = cast("RequestCard", self.card), self.words
        text = words("requests_page.first_contact", name=card.first_contact)
        talk = card.manager_talk
        if talk is None:
            return text
        when = moment_text(words, talk.at, self._now(), self._zone()) if talk.at else ""
        said = f"{when} {talk.by}" if when else words("requests_page.waits_manager_talk")
        return f"{text} · {words('requests.stamp_manager_talk')} {said}"

    def _fill_buttons(self) -> None:
        card, words = cast("RequestCard", self.card), self.words
        step = card.next_step
        self.primary.setVisible(bool(step))
        why = ""
        if step:
            self.primary.setText(words(BY_CODE[step].text_code))
            self.primary.setEnabled(step in card.allowed)
            if step not in card.allowed:
                refusal = forbidden(card.request, cast("Actor", self._services.session.actor), step)
                why = refusal.text(words.words) if refusal is not None else ""
        self.waits.setText(why)
        self.waits.setVisible(bool(why))
        beside = self._beside()
        for code, button in self._quiet.items():
            button.setText(words(BY_CODE[code].text_code))
            button.setVisible(code in beside)
        rest = [one for one in ACTIONS if one.code in card.allowed and one.code not in (*beside, step)]
        self._more.setVisible(bool(rest))
        self.primary.updateGeometry()
        self._flow.invalidate()

    def _fit(self) -> None:
        """The stack is as high as what is in front, not as its highest part."""
        for at in range(self.stack.count()):
            widget = self.stack.widget(at)
            if widget is None:
                continue
            policy = widget.sizePolicy()
            front = widget is self.stack.currentWidget()
            kind = policy.Policy.Preferred if front else policy.Policy.Ignored
            policy.setVerticalPolicy(kind)
            widget.setSizePolicy(policy)
        self.stack.updateGeometry()

    def _next(self) -> None:
        if self.step():
            self.begun.emit(self.step())

    def _tick(self) -> None:
        if self.isVisible():
            self._fill_badge()

    def _now(self) -> Any:
        return self._services.house.clock.now()

    def _zone(self) -> Any:
        return self._services.house.site.zone
