"""A list of the site's things and the form that adds and changes them, by keyboard alone; nothing typed is lost."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.domain.names import name_matches
from app.errors import DomainError
from app.ui.page import Command
from app.ui.paged_table_model import Answer, PagedTableModel
from app.ui.services import Services
from app.ui.site import fields as form_fields
from app.ui.site.kinds import Kind, Loaded, reorder
from app.ui.site.section import Section
from app.ui.widgets.badge import Badge
from app.ui.widgets.buttons import KeyHint, PrimaryButton, QuietButton
from app.ui.widgets.card import Card, band, scrolled
from app.ui.widgets.check import Check
from app.ui.widgets.dialogs import confirm
from app.ui.widgets.forms import Form
from app.ui.widgets.tables import Table
from app.ui.widgets.text import Text

ALL = 100_000  # lists of a site are whole: some hundred rows
NEW = ""


def found(load: Any, house: Any, actor: Any, retired: bool, text: str) -> Loaded:
    """The rows that a typed text finds: by a part of any of their texts, or by the pinyin of their name."""
    loaded: Loaded = load(house, actor, retired)
    wanted = text.strip()
    if not wanted:
        return loaded
    low = wanted.casefold()

    def fits(row: Any) -> bool:
        texts = (
            getattr(row, name, "")
            for name in ("name", "customer", "building", "place", "extension", "code", "group", "title")
        )
        return any(low in str(one).casefold() for one in texts) or name_matches(row.name, wanted)

    return Loaded([row for row in loaded.rows if fits(row)], loaded.facts)


class ThingsSection(Section):
    """One `Kind`: Ctrl+N adds, Return changes, Delete retires after a question (and brings back), Alt+Up/Down moves."""

    def __init__(self, services: Services, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(services, kind.code, parent)
        self.kind = kind
        self._key = NEW  # of the row in the form
        self._row: Any = None
        self._writing = False
        self._saving = False
        self._unsaved: dict[str, dict[str, Any]] = {}
        self._select: str | None = None
        self._facts: Any = None
        self._answer: Answer | None = None
        self.model = PagedTableModel(
            kind.columns, self._fetch, self._key_of, self.words, page=ALL, parent=self
        )
        self._build()
        self.model.loaded.connect(self._loaded)
        self.retranslate()
        self._show(None)

    # --- parts --------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        theme, kind = self.theme, self.kind
        self.card = Card(theme, " ")
        self.add_hint = KeyHint(theme, "", "Ctrl+N", tone="ink_soft")
        self.add_hint.clicked.connect(self.add)
        self.with_retired = Check(theme)
        self.with_retired.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.with_retired.toggled.connect(self._filter)
        self.card.add_right(self.with_retired)
        self.card.add_right(self.add_hint)
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.search.setVisible(kind.searched)
        holder = QHBoxLayout()
        holder.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(4))
        holder.addWidget(self.search)
        if kind.searched:
            self.card.add(holder)
        self.table = Table(theme)
        self.table.setModel(self.model)
        self.table.set_columns(kind.columns)
        self.table.taken.connect(self._taken)
        self.table.selectionModel().currentRowChanged.connect(self._moved)
        self.table.installEventFilter(self)
        self.card.add(self.table, 1)
        self.form_card = Card(theme, " ")
        self.state = Badge(theme)
        self.form_card.add_badge(self.state)
        self.form = Form(theme, self.words)
        self.inputs: dict[str, QWidget] = {}
        for field in kind.fields:
            widget = form_fields.make(field, theme, self._typed)
            form_fields.fill(field, widget, self.words, None)  # now: Tab goes in the order of making
            self.inputs[field.name] = self.form.add(field.name, field.label, widget)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(theme.px(18), theme.px(14), theme.px(18), theme.px(8))
        column.setSpacing(theme.px(10))
        column.addWidget(self.form)
        self.more = QVBoxLayout()
        column.addLayout(self.more)
        column.addStretch(1)
        self.form_card.add(scrolled(inner), 1)
        self.no_right = Text(theme, role="caption", tone="ink_soft", wrap=True)
        self.save_button = PrimaryButton(theme, "", "Ctrl+Return")
        self.retire_button = QuietButton(theme, "", "Delete", tone="ink_soft")
        self.save_button.clicked.connect(self.save)
        self.retire_button.clicked.connect(self.retire)
        foot = band(theme, self.retire_button, None, self.no_right, self.save_button)
        foot.setContentsMargins(theme.px(12), theme.px(6), theme.px(18), theme.px(8))
        self.form_card.add(foot)
        for keys in ("Ctrl+Return", "Ctrl+Enter", "Ctrl+S"):
            self._shortcut(keys, self.save)
        if kind.searched:
            self._shortcut("Ctrl+F", self._to_search)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(16))
        whole.addWidget(self.card, 5)
        whole.addWidget(self.form_card, 4)
        self.form_card.setMinimumWidth(theme.px(300))
        self.form_card.setMaximumWidth(theme.px(480))

    def _shortcut(self, keys: str, slot: Any) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(slot)

    def retranslate(self) -> None:
        """All texts in the language in force; what is typed stays."""
        words = self.words
        self.card.set_title(self.title())
        self.add_hint.setText(words("site_page.add"))
        self.add_hint.updateGeometry()
        self.with_retired.setText(words("site_page.with_retired"))
        self.search.setPlaceholderText(words("site_page.search"))
        self.save_button.setText(words("site_page.save"))
        self.no_right.setText(self.look_only(self.kind.right))
        self._fill()
        self.form.retranslate()
        self.model.retranslate()
        self._head()

    def may(self) -> bool:
        """Whether the one signed in may change this list."""
        return self.services.session.may(self.kind.right)

    # --- the window's questions ---------------------------------------------------------------------------------------

    def shown(self) -> None:
        """The tab or section came to the front."""
        self.model.refresh()
        self._head()

    def enter(self) -> None:
        """The focus goes to where work begins."""
        self.table.setFocus()

    def changed(self, names: frozenset[str]) -> None:
        """Query again when shown rows have changed."""
        if names & WATCHED.get(self.code, frozenset({self.code})):
            self.model.refresh()

    def commands(self) -> Sequence[Command]:
        """What Ctrl+K offers here."""
        return (
            [Command(f"{self.words('site_page.add')} · {self.title()}", "Ctrl+N", self.add)]
            if self.may()
            else []
        )

    def draft(self) -> Mapping[str, Any] | None:
        """What is typed and not saved."""
        self._keep()
        return {"rows": dict(self._unsaved), "at": self._key} if self._unsaved else None

    def restore_draft(self, value: Mapping[str, Any]) -> None:
        """Put back what was typed."""
        self._unsaved = {str(key): dict(values) for key, values in value.get("rows", {}).items()}
        at = str(value.get("at", NEW))
        if at == NEW and NEW in self._unsaved:
            self._show(None)
        elif at in self._unsaved:
            self._select = at

    # --- doing --------------------------------------------------------------------------------------------------------

    def add(self) -> None:
        """An empty form, or the new one that was begun and left."""
        if not self.may():
            self.error.emit(DomainError("no_right", who=self.actor().name, right=self.kind.right))
            return
        if self._saving:
            return
        self._keep()
        self.table.clearSelection()
        self.table.setCurrentIndex(QModelIndex())
        self._show(None)
        self._first().setFocus()

    def save(self) -> None:
        """What the form holds, as one operation."""
        if not self.may() or self._saving or not self.save_button.isEnabled():
            return
        self.form.clear_errors()
        try:
            values = {
                field.name: form_fields.meant(field, form_fields.typed(field, self.inputs[field.name]))
                for field in self.kind.fields
            }
        except DomainError as error:
            self.form.show_error(error)
            return
        self.save_button.setEnabled(False)
        self._saving = True
        key = UUID(self._key) if self._key else None
        self.services.background.run(
            self.kind.save,
            self.house,
            self.actor(),
            key,
            values,
            done=partial(self._stored, self._key, self._read()),
            failed=self._refused,
        )

    def retire(self) -> None:
        """Retires the row after a question, or brings a retired one back."""
        row = self._row
        if row is None or not self.may():
            return
        words = self.words
        if row.active and not confirm(
            self,
            self.theme,
            words,
            words("site_page.retire_title", name=row.name),
            words("site_page.retire_staff" if self.code == "staff" else "site_page.retire_text"),
            words("site_page.retire"),
        ):
            return
        self.services.background.run(
            self.kind.retire,
            self.house,
            self.actor(),
            row.id,
            not row.active,
            done=partial(self._retired, row.name, not row.active),
            failed=self.show_error,
        )

    def shift_row(self, step: int) -> None:
        """Moves the row up or down in the list's order."""
        rows = [row for at in range(self.model.rowCount()) if (row := self.model.row_at(at)) is not None]
        at = self.table.currentIndex().row()
        to = at + step
        if not (self.kind.ordered and self.may() and 0 <= at < len(rows) and 0 <= to < len(rows)):
            return
        if self.search.text():
            return  # the order of a part says nothing about the whole
        rows[at], rows[to] = rows[to], rows[at]
        self._select = str(rows[to].id)
        self.services.background.run(
            reorder,
            self.code,
            self.house,
            self.actor(),
            [row.id for row in rows],
            done=self._reordered,
            failed=self.show_error,
        )

    # --- answers ------------------------------------------------------------------------------------------------------

    def _fetch(self, after: Hashable | None, limit: int, answer: Answer) -> None:
        if after is not None:
            answer([])
            return
        self._answer = answer
        self.services.background.run(
            found,
            self.kind.load,
            self.house,
            self.actor(),
            self.with_retired.isChecked(),
            self.search.text(),
            done=self._answered,
            failed=self._not_loaded,
            replaces=f"rows-{self.code}",
        )

    def _answered(self, loaded: Loaded) -> None:
        if loaded.facts != self._facts:
            self._facts = loaded.facts
            typed = self._dirty()
            self._fill()
            if not typed:
                self._clean = self._read()  # the first option is chosen, not typed
            if self._row is not None and self._key not in self._unsaved:
                self._write(self._values_of(self._row))
        if self._answer is not None:
            self._answer(loaded.rows)

    def _not_loaded(self, error: DomainError) -> None:
        self.model.failed()
        self.error.emit(error)

    def _loaded(self) -> None:
        self.card.set_count(self.model.rowCount())
        wanted, self._select = self._select, None
        at = self.model.row_of(UUID(wanted)) if wanted else -1
        if at >= 0:
            self.table.selectRow(at)
            self.table.scrollTo(self.model.index(at, 0))
        begun = NEW in self._unsaved or self._dirty() or self._first().hasFocus()
        if self._key == NEW and not begun and self.model.rowCount():
            self.table.selectRow(0)
        self._follow()

    def _follow(self) -> None:
        """The row in the form as it stands now; what is typed over it stays."""
        at = self.model.row_of(UUID(self._key)) if self._key else -1
        row = self.model.row_at(at)
        if row is not None and row is not self._row:
            typed = self._row is not None and self._dirty()
            self._row = row
            if not typed and self._key not in self._unsaved:
                self._write(self._values_of(row))
            self._head()

    def _stored(self, before: str, typed: dict[str, Any], key: UUID) -> None:
        """Saved: the form goes on with the row, unless another one was taken meanwhile."""
        self._saving = False
        self._unsaved.pop(before, None)
        self.message.emit(self.words("site_page.saved", name=str(typed.get("name", "")).strip()), "done")
        self.saved.emit()
        if self._key == before:
            self._key, self._clean, self._select = str(key), typed, str(key)
            self._head()
            self.table.setFocus()
        self.model.refresh()

    def _refused(self, error: DomainError) -> None:
        self._saving = False
        self.save_button.setEnabled(self.may())
        self.show_error(error)

    def _retired(self, name: str, active: bool, _answer: object) -> None:
        code = "brought_back" if active else "retired_done"
        self.message.emit(self.words(f"site_page.{code}", name=name), "done")
        self.saved.emit()
        self._unsaved.pop(self._key, None)
        self._show(None)
        self.model.refresh()
        self.table.setFocus()

    def _reordered(self, _answer: object) -> None:
        self.saved.emit()
        self.model.refresh()

    # --- the form -----------------------------------------------------------------------------------------------------

    def _moved(self, current: QModelIndex, previous: QModelIndex) -> None:
        row = self.model.row_at(current.row()) if current.isValid() else None
        if row is None or str(row.id) == self._key:
            return
        self._keep()
        self._show(row)

    def _taken(self, index: QModelIndex) -> None:
        if self.may():
            self._first().setFocus()

    def _show(self, row: Any) -> None:
        """The form of a row, or of a new one; what was typed there before and not saved comes again."""
        self._row, self._key = row, str(row.id) if row is not None else NEW
        self.form.clear_errors()
        plain = self._values_of(row) if row is not None else {}
        self._write(plain)
        if self._key in self._unsaved:
            self._writing = True
            for field in self.kind.fields:
                form_fields.put(field, self.inputs[field.name], self._unsaved[self._key].get(field.name))
            self._writing = False
        self._head()

    def _values_of(self, row: Any) -> dict[str, Any]:
        values = {}
        for field in self.kind.fields:
            value = getattr(row, field.name, None)
            value = (
                str(value) if isinstance(value, UUID) else list(value) if isinstance(value, tuple) else value
            )
            values[field.name] = form_fields.shown(field, value)
        return values

    def _write(self, values: Mapping[str, Any]) -> None:
        self._writing = True
        for field in self.kind.fields:
            form_fields.put(field, self.inputs[field.name], values.get(field.name))
        self._writing = False
        self._clean = self._read()

    def _read(self) -> dict[str, Any]:
        return {field.name: form_fields.typed(field, self.inputs[field.name]) for field in self.kind.fields}

    def _dirty(self) -> bool:
        return self._read() != self._clean

    def _keep(self) -> None:
        """Remember what is typed in the form in front, if it differs from what is stored."""
        if self._dirty():
            self._unsaved[self._key] = self._read()
        else:
            self._unsaved.pop(self._key, None)

    def _typed(self, *_ignored: object) -> None:
        if not self._writing and hasattr(self, "_clean"):
            self._head()

    def _head(self) -> None:
        """The form's title and buttons."""
        words, row, may = self.words, self._row, self.may()
        dirty = hasattr(self, "_clean") and self._dirty()
        self.form_card.set_title(row.name if row is not None else words("site_page.new"))
        self.state.set(words("site_page.unsaved") if dirty else "", "amber", "edit" if dirty else "")
        self.save_button.setVisible(may)
        self.save_button.setEnabled(may and (dirty or row is None))
        self.retire_button.setVisible(may and row is not None)
        self.retire_button.setText(
            words("site_page.bring_back" if row is not None and not row.active else "site_page.retire")
        )
        self.add_hint.setVisible(may)
        self.no_right.setVisible(not may)
        for widget in self.inputs.values():
            widget.setEnabled(may)

    def _fill(self) -> None:
        for field in self.kind.fields:
            form_fields.fill(field, self.inputs[field.name], self.words, self._facts)

    def _first(self) -> QWidget:
        return self.inputs[self.kind.fields[0].name]

    def _filter(self, *_ignored: object) -> None:
        if hasattr(self, "table"):
            self.model.refresh()

    def _to_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    @staticmethod
    def _key_of(row: Any) -> Hashable:
        key: UUID = row.id
        return key

    # --- keys ---------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        key, alt = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if watched is self.search:
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.table.setFocus()
                return True
            if key == Qt.Key.Key_Escape:
                self.search.clear()
                self.table.setFocus()
                return True
            return False
        if alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.shift_row(1 if key == Qt.Key.Key_Down else -1)
            return True
        if key == Qt.Key.Key_Delete:
            self.retire()
            return True
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Escape):
            self.leaving.emit()
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return in a field saves (in a text of many lines it is a line); Esc goes back to the list, typed or not."""
        if event.key() == Qt.Key.Key_Escape:
            self.table.setFocus()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not isinstance(
            self.focusWidget(), QPlainTextEdit
        ):
            self.save()
        else:
            super().keyPressEvent(event)


WATCHED = {
    "customers": frozenset({"customers", "contacts", "buildings"}),
    "contacts": frozenset({"customers", "contacts"}),
    "staff": frozenset({"staff", "staff_roles"}),
}
"""Which tables a list shows besides its own."""
