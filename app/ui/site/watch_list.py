"""The watch list in the Site tab: its entries with their form, and what was met (VIS-11)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from app.domain.people import Actor
from app.domain.watch_list import TODOS
from app.errors import DomainError
from app.operations import watch_list as operations
from app.queries import watch_list as queries
from app.queries.watch_list import EDIT, REASON, EntryRow, HitRow
from app.ui.language import Language
from app.ui.paged_table_model import Answer, Column
from app.ui.services import Services
from app.ui.site.fields import Field, Options
from app.ui.site.kinds import Kind, Loaded
from app.ui.site.table_section import TableSection
from app.ui.site.things import ThingsSection
from app.ui.widgets.dialogs import Dialog
from app.ui.widgets.forms import Form
from app.ui.widgets.rows import Cell
from app.ui.widgets.text import Text

DAYS = ("valid_from", "valid_until", "review_on")
VALID_FOR, REVIEW_AFTER = timedelta(days=180), timedelta(days=90)
RIGHTS = frozenset({EDIT, REASON})


@dataclass(slots=True)
class _Seen:
    """Which version of an entry a person saw when typing began: another's change is never overwritten unseen."""

    versions: dict[UUID, int] = field(default_factory=dict)
    saving: int = 0


def _todos(words: Language, _facts: Any) -> Options:
    return [(todo, words(f"watch_list.todo_{todo}")) for todo in TODOS]


def _load(house: Any, actor: Actor, retired: bool) -> Loaded:
    """Whoever may not look at it has an empty list and a sentence that says so."""
    if not (actor.rights & RIGHTS):
        return Loaded([])
    return Loaded(queries.entries(house, actor, retired=retired))


def _save(seen: _Seen, house: Any, actor: Actor, key: UUID | None, values: Mapping[str, Any]) -> UUID:
    days: dict[str, Any] = {name: _day(name, values[name]) for name in DAYS}
    plain = {name: values[name] for name in ("name", "number", "phone", "todo", "todo_words")}
    reason = values["reason"] or None
    whole = operations.EntryValues(**plain, **days, reason=reason)
    return operations.save_entry(house, actor, whole, key, seen.saving)


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text.replace("/", "-").replace(".", "-"))
    except ValueError as fault:
        raise DomainError("watch_bad_day", field=name) from fault


def _not_so(house: Any, actor: Actor, key: UUID, active: bool) -> None:
    """An entry is ended with its reason (`WatchListSection.retire`), and none is brought back."""
    raise DomainError("watch_ended")


def _kind(words: Language, seen: _Seen) -> Kind:
    def name(row: EntryRow) -> Cell:
        return Cell(
            row.name or words("watch_list.unnamed"), "ink" if row.active else "ink_faint", bold=row.active
        )

    def state(row: EntryRow) -> Cell:
        if row.overdue:
            return Cell(words("watch_list.review_overdue"), "red", icon="warning")
        if row.state == "active":
            return Cell(row.review_on.isoformat())
        return Cell(words(f"watch_list.state_{row.state}"), badge="neutral")

    def todo(row: EntryRow) -> str:
        if row.todo == "other":
            return row.todo_words
        said = words(f"watch_list.todo_{row.todo}")
        return words("watch_list.todo_joined", todo=said, more=row.todo_words) if row.todo_words else said

    return Kind(
        "watch_list",
        EDIT,
        (
            Column("name", "watch_list.name", lambda row: name(row).text, cell=name),
            Column("todo", "watch_list.todo", todo, width=190),
            Column("state", "watch_list.review_on", lambda row: state(row).text, cell=state, width=128),
        ),
        (
            Field("name", "watch_list.name"),
            Field("number", "watch_list.number", "phone"),
            Field("phone", "watch_list.phone", "phone"),
            Field("todo", "watch_list.todo", "choice", _todos),
            Field("todo_words", "watch_list.todo_words"),
            Field("reason", "watch_list.reason", "lines"),
            Field("valid_from", "watch_list.valid_from"),
            Field("valid_until", "watch_list.valid_until"),
            Field("review_on", "watch_list.review_on"),
        ),
        _load,
        partial(_save, seen),
        _not_so,
        searched=True,
    )


class EndDialog(Dialog):
    """Asks why an entry ends."""

    def __init__(self, services: Services, name: str, parent: QWidget | None = None) -> None:
        words = services.words
        super().__init__(services.theme, words, words("watch_list.end_title", name=name), parent, width=460)
        self.say(words("watch_list.end_text", n=operations.DEFAULT_KEEP_DAYS))
        self.form = Form(services.theme, words)
        self.field = QLineEdit()
        self.form.add("reason", "watch_list.end_why", self.field)
        self.add(self.form)
        self.add_verbs(words("watch_list.end_verb"), key="Return")
        self.field.setFocus()

    def take(self) -> None:
        """Something must be written."""
        if self.field.text().strip():
            self.accept()
        else:
            self.form.show_error(DomainError("reason_needed", field="reason"))

    def value(self) -> object:
        """What `ask` answers."""
        return self.field.text()


class WatchListSection(ThingsSection):
    """The entries, overdue reviews first: Ctrl+N enters somebody, Return changes, Delete ends with a reason."""

    def __init__(self, services: Services, code: str, parent: QWidget | None = None) -> None:
        self._seen = _Seen()
        self._rights: frozenset[str] = services.session.now.rights & RIGHTS
        self._renews = False
        super().__init__(services, _kind(services.words, self._seen), parent)
        self.who = Text(self.theme, role="caption", tone="ink_soft", wrap=True)
        self.more.addWidget(self.who)
        self.retranslate()
        self._head()

    def retranslate(self) -> None:
        """All texts in the language in force; what a right showed goes with the right, typed or not."""
        rights = self.services.session.now.rights & RIGHTS
        lost, self._rights = self._rights - rights, rights
        if lost:
            self._unsaved.clear()
            self._show(None)
            self.model.reload()
        super().retranslate()
        self.with_retired.setText(self.words("watch_list.with_ended"))
        if not rights:
            self.no_right.setText(self.words("watch_list.not_yours"))

    def draft(self) -> Mapping[str, Any] | None:
        """What is typed and not saved, of who may keep the list."""
        return super().draft() if self.may() else None

    def save(self) -> None:
        """What the form holds, against the version that was seen."""
        row = cast("EntryRow | None", self._row)
        if row is not None and not row.active:
            return
        self._seen.saving = self._seen.versions.get(row.id, row.version) if row is not None else 0
        super().save()

    def retire(self) -> None:
        """Ends the entry with a reason."""
        row = cast("EntryRow | None", self._row)
        if row is None or not row.active or not self.may():
            return
        name = row.name or self.words("watch_list.unnamed")
        reason = EndDialog(self.services, name, self).ask()
        if reason is None:
            return
        self.services.background.run(
            operations.end_entry,
            self.house,
            self.actor(),
            row.id,
            str(reason),
            row.version,
            done=partial(self._ended, name),
            failed=self._refused,
        )

    def _entered(self, row: EntryRow | None) -> str:
        """Who entered it and when; of an ended one why it ended, for who may know."""
        if row is None:
            return ""
        day = row.entered_at.astimezone(ZoneInfo(self.services.session.now.zone))
        said = self.words("watch_list.entered", who=row.entered_by, day=f"{day:%Y-%m-%d}")
        return said + (self.words("watch_list.ended_why", why=row.end_reason) if row.end_reason else "")

    def _ended(self, name: str, _answer: object) -> None:
        self.message.emit(self.words("watch_list.end_done", name=name), "done")
        self.saved.emit()
        self._unsaved.pop(self._key, None)
        self._show(None)
        self.model.refresh()
        self.table.setFocus()

    def changed(self, names: frozenset[str]) -> None:
        """Query again when entries have changed."""
        if "watch_entries" in names:
            self.model.refresh()

    def _refused(self, error: DomainError) -> None:
        """Somebody was quicker: theirs comes into the list, what was typed stays, and is saved when asked once more."""
        if error.code == "changed_by_another":
            self._renews = True
            self.model.refresh()
            error = DomainError("watch_changed")
        super()._refused(error)

    def _follow(self) -> None:
        super()._follow()
        row = cast("EntryRow | None", self._row)
        if self._renews and row is not None and self._seen.versions.get(row.id) != row.version:
            self._seen.versions[row.id] = row.version
            self._renews = False

    def _write(self, values: Mapping[str, Any]) -> None:
        row = cast("EntryRow | None", self._row)
        if row is None and not values:
            today: date = self.house.clock.now().astimezone(self.house.site.zone).date()
            days = (today, today + VALID_FOR, today + REVIEW_AFTER)
            values = dict(zip(DAYS, days, strict=True)) | {"todo": TODOS[0]}
        super()._write(values)
        if row is not None and str(row.id) not in self._unsaved:
            self._seen.versions[row.id] = row.version

    def _fill(self) -> None:
        super()._fill()
        words = self.words
        cast("QLineEdit", self.inputs["number"]).setPlaceholderText(words("watch_list.hint_number"))
        for name in DAYS:
            cast("QLineEdit", self.inputs[name]).setPlaceholderText(words("watch_list.hint_day"))

    def _head(self) -> None:
        super()._head()
        row, words = cast("EntryRow | None", self._row), self.words
        kept = words("watch_list.hint_kept") if row is not None and row.reason is None else ""
        cast("QPlainTextEdit", self.inputs["reason"]).setPlaceholderText(kept)
        shown = row.number_shown if row is not None and row.number_shown else words("watch_list.hint_number")
        cast("QLineEdit", self.inputs["number"]).setPlaceholderText(shown)
        phone = row.phone_shown if row is not None else ""
        cast("QLineEdit", self.inputs["phone"]).setPlaceholderText(phone)
        if row is not None and not row.name:
            self.form_card.set_title(words("watch_list.unnamed"))
        self.retire_button.setText(words("watch_list.end"))
        over = row is not None and not row.active
        if hasattr(self, "who"):
            self.who.setText(self._entered(row))
        self.retire_button.setVisible(self.may() and row is not None and not over)
        self.save_button.setVisible(self.may() and not over)


class WatchHitsSection(TableSection):
    """Each time that somebody met the list, newest first: no number, no reason."""

    def columns(self) -> Sequence[Column]:
        """When, which visit, who was there, who on the list, by what, what was done."""
        return (
            Column("at", "watch_list.hit_at", lambda row: self._time(row.at), width=106),
            Column("visit", "watch_list.hit_visit", lambda row: row.number, width=100),
            Column("guard", "watch_list.hit_guard", lambda row: row.guard, width=84),
            Column("entry", "watch_list.hit_entry", lambda row: row.entry, width=104),
            Column("basis", "watch_list.hit_basis", lambda row: self._basis(row).text, cell=self._basis),
            Column(
                "done", "watch_list.hit_done", lambda row: self._done(row).text, cell=self._done, width=170
            ),
        )

    def key(self, row: HitRow) -> Hashable:
        """Its place in the list."""
        return row.after

    def note_text(self) -> str:
        """What is kept of a hit, for who may read it."""
        return self.words("watch_list.hits_note") if self._may() else ""

    def empty_text(self) -> str:
        """Nothing yet, or nothing for who looks."""
        return self.words("watch_list.empty_hits" if self._may() else "watch_list.not_yours")

    def shown(self) -> None:
        """The tab or section came to the front."""
        self.retranslate()
        self.model.reload()

    def changed(self, names: frozenset[str]) -> None:
        """Rows of this table have changed somewhere."""
        if "watch_hits" in names:
            self.model.refresh()

    def fetch(self, after: Any, limit: int, answer: Answer) -> None:
        """Page by page, of who may see them."""
        if not self._may():
            answer([])
            return
        self.services.background.run(
            queries.hits,
            self.house,
            self.actor(),
            after,
            limit,
            done=answer,
            failed=self.not_loaded,
            owner=self,
        )

    def _may(self) -> bool:
        return bool(self.services.session.now.rights & RIGHTS)

    def _time(self, at: datetime) -> str:
        zone = ZoneInfo(self.services.session.now.zone)
        local, this_year = at.astimezone(zone), self.house.clock.now().astimezone(zone).year
        return f"{local:%m-%d %H:%M}" if local.year == this_year else f"{local:%Y-%m-%d}"

    def _basis(self, row: HitRow) -> Cell:
        said = self.words(f"watch_list.basis_{row.basis}")
        return Cell(said, "red", icon="warning") if row.exact else Cell(said, "amber", icon="caution")

    def _done(self, row: HitRow) -> Cell:
        words = self.words
        if row.done:
            return Cell(
                words("watch_list.done_by", what=words(f"watch_list.done_{row.done}"), who=row.done_by)
            )
        if row.seen_at is not None:
            return Cell(words("watch_list.done_by", what=words("watch_list.done_seen"), who=row.seen_by))
        return Cell(words("watch_list.done_none"), "red") if row.exact else Cell("—", "ink_soft")
