"""Above the preview: day or period, post, request number, saved list; only what the document can be asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import cast

from PySide6.QtCore import QDate, QLocale, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QDateEdit, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from app.ui.icons import paint_icon
from app.ui.language import Language
from app.ui.reports.documents import DAYS, QUICK, SAVED_LISTS, Asked, Document, period, quick_of
from app.ui.theme import Look
from app.ui.widgets.buttons import KeyCap
from app.ui.widgets.choices import ChoiceBar
from app.ui.widgets.flow import FlowLayout
from app.ui.widgets.forms import FieldError
from app.ui.widgets.text import Text

CHEVRON = 24  # logical px at the right edge of a field
TYPING_MS = 500  # after the last change of a date: who steps through days does not start a document for each


class _Choice(QComboBox):
    """A box of choices with a chevron in the theme's ink."""

    def __init__(self, theme: Look) -> None:
        super().__init__()
        self._theme = theme

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        _paint_chevron(self, self._theme)


class _Day(QDateEdit):
    """A day, typed or taken from a calendar."""

    def __init__(self, theme: Look) -> None:
        super().__init__()
        self._theme = theme
        self.setDisplayFormat("yyyy-MM-dd")
        self.setCalendarPopup(True)
        self.setKeyboardTracking(False)
        self.setMinimumDate(QDate(2000, 1, 1))
        self.setMaximumDate(QDate(2199, 12, 31))
        self.setStyleSheet(
            f"QDateEdit::drop-down {{ border: none; width: {CHEVRON}px; }} QDateEdit::down-arrow {{ image: none; }}"
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        _paint_chevron(self, self._theme)


class Options(QWidget):
    """`show_asked(asked)` puts it up; `asked` is what stands there now; `changed()` when a person changed it."""

    changed = Signal()

    def __init__(self, theme: Look, words: Language, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._words = theme, words
        self._today = today
        self._posts: tuple[str, ...] = ()
        self._shifts: tuple[str, ...] = ()
        self._asked = Asked("visit_log", self._today, self._today)
        self._silent = False
        self._labels: dict[str, Text] = {}
        self.scope = _Choice(theme)
        self.quick = ChoiceBar(theme)
        self.cap = KeyCap(theme, "Alt+1…5")
        self.first, self.last = _Day(theme), _Day(theme)
        self.to = Text(theme, "—", tone="ink_soft")
        self.post = _Choice(theme)
        self.number = QLineEdit()
        self.number.setMaxLength(20)
        self.fault = FieldError(theme)
        flow = FlowLayout(across=theme.px(20), down=theme.px(8))
        self._groups = {
            "scope": self._group("scope", self.scope),
            "days": self._group("days", self.first, self.to, self.last),
            "post": self._group("post", self.post),
            "quick": self._group("", self.quick, self.cap),
            "number": self._group("number", self.number),
        }
        for group in self._groups.values():
            flow.addWidget(group)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(4))
        whole.addLayout(flow)
        whole.addWidget(self.fault)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(TYPING_MS)
        self._later.timeout.connect(self.changed)
        self.scope.activated.connect(self._scope_taken)
        self.quick.chosen.connect(self._quick_taken)
        self.first.dateChanged.connect(self._first_changed)
        self.last.dateChanged.connect(self._last_changed)
        self.post.activated.connect(self._post_taken)
        self.number.editingFinished.connect(self._number_taken)
        theme.changed.connect(self._measure)
        self._measure()
        self.retranslate()

    @property
    def asked(self) -> Asked:
        """What the options say now."""
        return self._asked

    @property
    def quicks(self) -> tuple[str, ...]:
        """The quick choices of this document: a log is of one day."""
        return QUICK[:2] if "day" in self._document.asks else QUICK

    def know(self, today: date, posts: Sequence[str], shifts: Sequence[str] = ()) -> None:
        """The site's day, its posts and its shifts."""
        self._today, self._posts, self._shifts = today, tuple(posts), tuple(shifts)
        self._fill()

    def show_asked(self, asked: Asked) -> None:
        """Put this up, without saying `changed`."""
        self._later.stop()
        self._asked = asked
        self.fault.show_text("")
        self._fill()

    def take_quick(self, at: int) -> None:
        """Alt+1…5."""
        if not self._groups["quick"].isHidden() and at < len(self.quicks):
            self.quick.set_value(self.quicks[at])
            self._quick_taken(self.quicks[at])

    def first_field(self) -> QWidget | None:
        """Where the keyboard begins here."""
        fields = {"scope": self.scope, "days": self.first, "post": self.post, "number": self.number}
        return next((fields[name] for name in fields if not self._groups[name].isHidden()), None)

    def retranslate(self) -> None:
        """Write the texts in the language in force."""
        words = self._words
        for name, label in self._labels.items():
            label.setText(words(f"reports_page.{name}"))
        for name, field in (("scope", self.scope), ("post", self.post), ("number", self.number)):
            field.setAccessibleName(words(f"reports_page.{name}"))
        self.first.setAccessibleName(words("reports_page.first_day"))
        self.last.setAccessibleName(words("reports_page.last_day"))
        self.number.setPlaceholderText(words("reports_page.number_hint"))
        for day in (self.first, self.last):
            day.setLocale(QLocale(words.name))
            day.calendarWidget().setLocale(QLocale(words.name))
        self._fill()

    # --- from the person ----------------------------------------------------------------------------------------------

    def _scope_taken(self, at: int) -> None:
        self._change(replace(self._asked, scope=str(self.scope.itemData(at))))

    def _quick_taken(self, quick: object) -> None:
        first, last = period(str(quick), self._today)
        self._change(replace(self._asked, first=first, last=last))

    def _post_taken(self, at: int) -> None:
        self._change(replace(self._asked, post=str(self.post.itemData(at))))

    def _number_taken(self) -> None:
        number = self.number.text().strip()
        if number != self._asked.number:
            self._change(replace(self._asked, number=number))

    def _first_changed(self, day: QDate) -> None:
        first = cast("date", day.toPython())
        last = first if "day" in self._document.asks else max(first, self._asked.last or first)
        self._change(replace(self._asked, first=first, last=last), later=True)

    def _last_changed(self, day: QDate) -> None:
        last = cast("date", day.toPython())
        self._change(replace(self._asked, first=min(last, self._asked.first or last), last=last), later=True)

    def _change(self, asked: Asked, *, later: bool = False) -> None:
        if self._silent or asked == self._asked:
            return
        self._asked = asked
        self.fault.show_text("")
        self._fill()
        self._later.stop()
        if later:
            self._later.start()
        else:
            self.changed.emit()

    # --- to the screen ------------------------------------------------------------------------------------------------

    @property
    def _document(self) -> Document:
        return self._asked.document

    def _fill(self) -> None:
        self._silent = True
        asks, asked, words = self._document.asks, self._asked, self._words
        days = asked.by_days
        self._show("scope", bool(asks & {"list", "waiting", "shift"}))
        self._labels["scope"].setText(
            words("reports_page.shift" if "shift" in asks else "reports_page.scope")
        )
        self._show("days", days)
        self._show("quick", days)
        self._show("post", bool(asks & {"post", "any_post"}) and bool(self._posts))
        self._show("number", "number" in asks)
        self._labels["days"].setText(words("reports_page.day" if "day" in asks else "reports_page.days"))
        for widget in (self.to, self.last):
            widget.setVisible("day" not in asks)
        scopes = [(DAYS, words("reports_page.by_days"))]
        if "list" in asks:
            scopes = [(code, words(f"requests.list_{code}")) for code in SAVED_LISTS] + scopes
        if "waiting" in asks:
            scopes = [("waiting", words("reports.waiting_for_follow_up")), *scopes]
        if "shift" in asks:
            scopes = [(DAYS, words("reports_page.all_shifts")), *((name, name) for name in self._shifts)]
        _offer(self.scope, scopes, asked.scope)
        posts = [(name, name) for name in self._posts]
        if "any_post" in asks:
            posts = [("", words("reports.all_posts")), *posts]
        elif not asked.post and posts:
            self._asked = asked = replace(asked, post=posts[0][0])
        _offer(self.post, posts, asked.post)
        self.quick.set_choices([(quick, words(f"reports_page.{quick}"), "") for quick in self.quicks])
        self.cap.set_keys(f"Alt+1…{len(self.quicks)}")
        first, last = asked.first or self._today, asked.last or asked.first or self._today
        for field, day in ((self.first, first), (self.last, last)):
            if field.date().toPython() != day:
                field.setDate(QDate(day.year, day.month, day.day))
        self.quick.set_value(quick_of(first, last, self._today, self.quicks))
        if self.number.text().strip() != asked.number:
            self.number.setText(asked.number)
        self._silent = False

    def _show(self, group: str, shown: bool) -> None:
        if self._groups[group].isHidden() == shown:
            self._groups[group].setVisible(shown)

    def _group(self, name: str, *widgets: QWidget) -> QWidget:
        group = QWidget()
        row = QHBoxLayout(group)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self._theme.px(8))
        if name:
            self._labels[name] = Text(self._theme, tone="ink_soft")
            row.addWidget(self._labels[name])
        for widget in widgets:
            row.addWidget(widget)
        return group

    def _measure(self) -> None:
        theme = self._theme
        wide: Callable[[str], int] = self.first.fontMetrics().horizontalAdvance
        for field in (self.scope, self.first, self.last, self.post, self.number):
            field.setFixedHeight(theme.row())
        for day in (self.first, self.last):
            day.setFixedWidth(wide("2026-12-30") + theme.px(52))
        for combo in (self.scope, self.post):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            combo.setMaximumWidth(theme.px(240))
            combo.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.number.setFixedWidth(theme.px(168))


def _offer(combo: QComboBox, choices: Sequence[tuple[str, str]], value: str) -> None:
    """Other choices in a box, without a word to its listeners; nothing happens when they are the same."""
    before = [(combo.itemData(at), combo.itemText(at)) for at in range(combo.count())]
    if before != list(choices):
        combo.clear()
        for code, text in choices:
            combo.addItem(text, code)
    combo.setCurrentIndex(max(combo.findData(value), 0))


def _paint_chevron(field: QWidget, theme: Look) -> None:
    size = theme.px(18)
    place = QRectF(field.width() - size - theme.px(6), (field.height() - size) / 2, size, size)
    paint_icon(QPainter(field), "chevron_down", place, theme.colour("ink_soft"))
