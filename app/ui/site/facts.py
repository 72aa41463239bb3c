"""The site's own facts: name, company, mode, service methods, hotlines, when its day begins (MODE-1)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.domain.people import Actor
from app.domain.site import HOTLINES, METHODS, MODES
from app.domain.stays import NO_LIMIT
from app.errors import DomainError
from app.operations import site_editing
from app.queries import site as queries
from app.ui.language import Language
from app.ui.services import Services
from app.ui.site import fields as form_fields
from app.ui.site.fields import Field, Options
from app.ui.site.section import Section
from app.ui.widgets.badge import Badge
from app.ui.widgets.buttons import PrimaryButton
from app.ui.widgets.card import Card, band, scrolled
from app.ui.widgets.forms import Form
from app.ui.widgets.text import Text


def _modes(words: Language, facts: Any) -> Options:
    return [(mode, words(f"site.mode_{mode}")) for mode in MODES]


def _methods(words: Language, facts: Any) -> Options:
    return [(method, words(f"site.method_{method}")) for method in METHODS]


FIELDS = (
    Field("name", "site_page.site_name"),
    Field("company", "site_page.company"),
    Field("mode", "site_page.mode", "choice", _modes),
    Field("methods", "site_page.methods", "many", _methods),
    *(Field(f"hotline_{line}", f"site.hotline_{line}") for line in HOTLINES),
    Field("day_starts", "site_page.day_starts", "clock"),
    Field("stay_hours", "site_page.stay_hours", "number_or_none"),
    Field("site_closes", "site_page.site_closes", "clock_or_none"),
    Field("night_closes", "site_page.night_closes", "clock"),
    Field("evacuation_minutes", "site_page.evacuation_minutes", "number"),
)
STAYS = ("stay_hours", "site_closes", "night_closes", "evacuation_minutes")


def save(house: Any, actor: Actor, values: Mapping[str, Any]) -> None:
    """Stores the form: the site's own row, then its settings."""
    site_editing.save_site(house, actor, values["name"], values["company"], values["mode"])
    hotlines = {line: values[f"hotline_{line}"] for line in HOTLINES}
    settings = {"methods": values["methods"], "hotlines": hotlines, "day_starts": values["day_starts"]}
    settings |= {name: NO_LIMIT if values[name] is None else values[name] for name in STAYS}
    site_editing.save_settings(house, actor, settings)


class FactsSection(Section):
    """One form; Ctrl+Return stores it."""

    def __init__(self, services: Services, code: str, parent: QWidget | None = None) -> None:
        super().__init__(services, code, parent)
        theme = self.theme
        self._clean: dict[str, Any] = {}
        self._kept: Mapping[str, Any] | None = None
        self._facts: queries.SiteFacts | None = None
        self.card = Card(theme, " ")
        self.state = Badge(theme)
        self.card.add_badge(self.state)
        self.form = Form(theme, self.words)
        self.inputs: dict[str, QWidget] = {}
        for field in FIELDS:
            widget = form_fields.make(field, theme, self._typed)
            form_fields.fill(field, widget, self.words, None)  # now: Tab goes in the order of making
            self.inputs[field.name] = self.form.add(field.name, field.label, widget)
        self.fixed = Text(theme, tone="ink_soft", wrap=True)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(theme.px(24), theme.px(18), theme.px(24), theme.px(12))
        column.setSpacing(theme.px(14))
        self.form.setMaximumWidth(theme.px(640))
        column.addWidget(self.form)
        column.addWidget(self.fixed)
        column.addStretch(1)
        self.card.add(scrolled(inner), 1)
        self.no_right = Text(theme, role="caption", tone="ink_soft")
        self.save_button = PrimaryButton(theme, "", "Ctrl+Return")
        self.save_button.clicked.connect(self.save)
        foot = band(theme, self.no_right, None, self.save_button)
        foot.setContentsMargins(theme.px(24), theme.px(6), theme.px(24), theme.px(8))
        self.card.add(foot)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.card)
        for keys in ("Ctrl+Return", "Ctrl+Enter", "Ctrl+S"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.save)
        self.retranslate()

    def retranslate(self) -> None:
        """All texts in the language in force."""
        words = self.words
        self.card.set_title(self.title())
        for field in FIELDS:
            form_fields.fill(field, self.inputs[field.name], words, None)
        self.form.retranslate()
        self.save_button.setText(words("site_page.save"))
        self.no_right.setText(self.look_only(site_editing.RIGHT))
        if self._facts is not None:
            kind = words(f"site.kind_{self._facts.kind}")
            self.fixed.setText(words("site_page.fixed", kind=kind, zone=self._facts.zone))
        self._head()

    def shown(self) -> None:
        """The tab or section came to the front."""
        self.services.background.run(
            queries.facts,
            self.house,
            self.actor(),
            done=self._loaded,
            failed=self.show_error,
            replaces="facts",
        )

    def enter(self) -> None:
        """The focus goes to where work begins."""
        self.inputs["name"].setFocus()

    def changed(self, names: frozenset[str]) -> None:
        """Query again when shown rows have changed."""
        if names & {"sites", "site_settings"}:
            self.shown()

    def draft(self) -> Mapping[str, Any] | None:
        """What is typed and not saved."""
        return self._read() if self._facts is not None and self._dirty() else self._kept

    def restore_draft(self, value: Mapping[str, Any]) -> None:
        """Put back what was typed."""
        self._kept = value
        if self._facts is not None:
            self._put_kept()

    def save(self) -> None:
        """Stores what the form holds."""
        if not self.services.session.may(site_editing.RIGHT) or not self.save_button.isEnabled():
            return
        self.form.clear_errors()
        try:
            values = {
                field.name: form_fields.meant(field, form_fields.typed(field, self.inputs[field.name]))
                for field in FIELDS
            }
        except DomainError as error:
            self.form.show_error(error)
            return
        self.save_button.setEnabled(False)
        done = partial(self._stored, self._read())
        self.services.background.run(save, self.house, self.actor(), values, done=done, failed=self._refused)

    def _loaded(self, facts: queries.SiteFacts) -> None:
        typed = self._facts is not None and self._dirty()
        self._facts = facts
        if not typed:
            values: dict[str, Any] = {name: getattr(facts, name) for name in ("name", "company", "mode")}
            values["methods"] = list(facts.methods)
            values |= {f"hotline_{line}": facts.hotlines.get(line, "") for line in HOTLINES}
            values["day_starts"] = form_fields.clock(facts.day_starts)
            own = {field.name: field for field in FIELDS}
            values |= {name: form_fields.shown(own[name], getattr(facts, name)) for name in STAYS}
            self._clean = {}
            for field in FIELDS:
                form_fields.put(field, self.inputs[field.name], values[field.name])
            self._clean = self._read()
            self._put_kept()
        self.retranslate()

    def _put_kept(self) -> None:
        kept, self._kept = self._kept, None
        for field in FIELDS:
            if kept is not None and field.name in kept:
                form_fields.put(field, self.inputs[field.name], kept[field.name])

    def _stored(self, values: dict[str, Any], _answer: object) -> None:
        self._clean = values
        self.message.emit(self.words("site_page.saved", name=values["name"]), "done")
        self.saved.emit()
        self._head()

    def _refused(self, error: DomainError) -> None:
        self._head()
        self.show_error(error)

    def _read(self) -> dict[str, Any]:
        return {field.name: form_fields.typed(field, self.inputs[field.name]) for field in FIELDS}

    def _dirty(self) -> bool:
        return bool(self._clean) and self._read() != self._clean

    def _typed(self, *_ignored: object) -> None:
        if self._clean:
            self._head()

    def _head(self) -> None:
        may, dirty = self.services.session.may(site_editing.RIGHT), self._dirty()
        self.state.set(self.words("site_page.unsaved") if dirty else "", "amber", "edit" if dirty else "")
        self.save_button.setVisible(may)
        self.save_button.setEnabled(may and dirty)
        self.no_right.setVisible(not may)
        for widget in self.inputs.values():
            widget.setEnabled(may)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.save()
        elif event.key() == Qt.Key.Key_Escape:
            self.leaving.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and isinstance(self.focusWidget(), QLineEdit):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)
