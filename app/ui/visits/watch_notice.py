"""The watch list at the post: a stop that waits for a key of its own, a hint that only asks for a second look (VIS-11).

Whatever is taken or returned is looked up in the worker thread, behind the step that writes it. A stop says what to do
and by what it was met, never why. F10 (or one of the answers) acknowledges it; Enter does not, and F9 is never held
up: the stop then stays in sight, by name, until it is acknowledged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, cast
from uuid import UUID

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.people import Actor
from app.errors import DomainError
from app.operations import watch_list as operations
from app.operations.watch_list import Hit
from app.queries.watch_list import WatchList
from app.ui.aid import Aid
from app.ui.icons import paint_icon
from app.ui.language import Language
from app.ui.page import KeyGroups
from app.ui.services import Services
from app.ui.visits.entry import Entry
from app.ui.visits.notice import Notice
from app.ui.widgets.buttons import KeyHint
from app.ui.widgets.text import Text

SEEN = ("F10", "Ctrl+B")
ANSWERS = (("leader", "Alt+L"), ("turned_away", "Alt+J"), ("let_in", "Alt+F"))
WATCHED = frozenset({"watch_entries"})
WARM_MS = 3_000
MOST_REMEMBERED = 50


def todo_text(words: Language, hit: Hit) -> str:
    """What the guard is to do, in one phrase."""
    if hit.todo == "other":
        return hit.todo_words
    plain = words(f"watch_list.todo_{hit.todo}")
    return words("watch_list.todo_joined", todo=plain, more=hit.todo_words) if hit.todo_words else plain


class WatchNotice(Aid, QWidget):
    """Shows the stop that waits longest, else what is known of the registration in the line. Never takes the focus.

    `stopped(Hit)`: a stop has come up that nobody has acknowledged yet.
    """

    stopped = Signal(object)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.services = services
        self.words, self.theme = services.words, services.theme
        self._list = WatchList(services.house)
        self._hits: dict[UUID, tuple[Hit, ...]] = {}
        self._waiting: list[Hit] = []  # stops that nobody has acknowledged yet, oldest first
        self._asked: set[UUID] = set()
        self._entry: Entry | None = None
        self._shown: Hit | None = None
        self._said = self._about = ""
        theme = self.theme
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self.stop = QWidget()
        rows = QVBoxLayout(self.stop)
        rows.setContentsMargins(theme.px(44), theme.px(6), theme.px(12), theme.px(7))
        rows.setSpacing(theme.px(4))
        self.what = Text(theme, role="lead", tone="red", bold=True, elide=True)
        self.about = Text(theme, role="body", tone="ink", elide=True)
        self.hints = {"": KeyHint(theme, "", SEEN[0])} | {
            code: KeyHint(theme, "", key) for code, key in ANSWERS
        }
        below = QHBoxLayout()
        below.setSpacing(theme.px(10))
        below.addWidget(self.about, 1)
        for code, hint in self.hints.items():
            hint.clicked.connect(partial(self.answer, code))
            below.addWidget(hint)
        rows.addWidget(self.what)
        rows.addLayout(below)
        self.hint = Notice(theme)
        whole.addWidget(self.stop)
        whole.addWidget(self.hint)
        services.bus.changed.connect(self._changed)
        QTimer.singleShot(WARM_MS, self, self._warm)
        self.retranslate()

    # --- what the post asks for ---------------------------------------------------------------------------------------

    def bindings(self) -> Sequence[tuple[str, Callable[[], object]]]:
        """The keys of the post that are this notice's."""
        seen = [(keys, partial(self.answer, "")) for keys in SEEN]
        return [*seen, *((keys, partial(self.answer, code)) for code, keys in ANSWERS)]

    def key_groups(self) -> KeyGroups:
        """The same for F1."""
        said = [("  ".join(SEEN), self.words("watch_list.key_seen"))]
        said += [(keys, self.words(f"watch_list.key_{code}")) for code, keys in ANSWERS]
        return ((self.words("watch_list.keys_title"), said),)

    def holds(self, entry: Entry | None) -> bool:
        """Whether a stop of this registration is not acknowledged yet."""
        return entry is not None and any(hit.visit_id == entry.visit_id for hit in self._waiting)

    def look(self, entry: Entry) -> None:
        """Look up a registration whose newest fields are being written; the answer finds it wherever it is by then."""
        self._asked.add(entry.visit_id)
        self._run(
            operations.check,
            self._list,
            entry.visit_id,
            entry.fields,
            done=partial(self._met, entry.visit_id),
        )

    def look_visit(self, visit_id: UUID) -> None:
        """The same for a record that was completed or corrected."""
        self._run(operations.check, self._list, visit_id, done=partial(self._met, visit_id))

    def show_for(self, entry: Entry | None) -> None:
        """The registration in the line is this one now; one taken up again is looked up again."""
        self._entry = entry
        if entry is not None and entry.taken and entry.visit_id not in self._asked:
            self.look(entry)
        self._show()

    def answer(self, code: str) -> None:
        """A key of the notice: seen (""), or what was done about the one that is shown."""
        hit = self._shown
        if hit is None or (not code and hit.seen) or (code and code == hit.done):
            return
        self._waiting = [one for one in self._waiting if one is not hit]
        now = replace(hit, seen=True, done=code or hit.done)
        self._hits[hit.visit_id] = tuple(
            now if one == hit else one for one in self._hits.get(hit.visit_id, ())
        )
        if hit.hit_id is not None:
            self._run(operations.answer, hit.hit_id, code, failed=partial(self._not_answered, hit))
        self._show()

    def retranslate(self) -> None:
        """The texts in the language in force."""
        for code, hint in self.hints.items():
            hint.setText(self.words(f"watch_list.key_{code or 'seen'}"))
            hint.setAccessibleName(hint.text())
            hint.updateGeometry()
        self._show()

    # --- answers ------------------------------------------------------------------------------------------------------

    def _met(self, visit_id: UUID, hits: tuple[Hit, ...]) -> None:
        known = {(one.hit_id or one.basis): one for one in self._hits.get(visit_id, ())}
        # What was answered while this look was under way is not asked again.
        hits = tuple(
            replace(one, seen=one.seen or was.seen, done=one.done or was.done)
            if (was := known.get(one.hit_id or one.basis)) is not None
            else one
            for one in hits
        )
        self._hits.pop(visit_id, None)
        if hits:
            self._hits[visit_id] = hits
        while len(self._hits) > MOST_REMEMBERED:
            self._hits.pop(next(iter(self._hits)))
        # A stop that was shown stays until it is acknowledged, also when the number that met it was corrected since.
        met = {one.hit_id for one in hits}
        kept = [one for one in self._waiting if one.visit_id != visit_id or one.hit_id not in {*met, None}]
        before = {(one.visit_id, one.basis) for one in self._waiting}
        self._waiting = [*kept, *(one for one in hits if one.exact and not one.seen)]
        self._show()
        for one in self._waiting:
            if (one.visit_id, one.basis) not in before:
                self.stopped.emit(one)

    def _not_answered(self, hit: Hit, error: DomainError) -> None:
        """It could not be written: the stop waits again, and the window says why."""
        if hit.exact and not hit.seen:
            self._waiting.append(hit)
        self._hits[hit.visit_id] = (hit,)
        self._show()
        self.services.background.failure.emit(error)

    def _changed(self, names: frozenset[str]) -> None:
        if names & WATCHED:
            self._list.changed()
            self._run(self._again)

    def _warm(self) -> None:
        self._run(self._again)

    def _again(self, _house: object, _actor: Actor) -> None:
        """In the worker thread: the index is made before somebody waits for it."""
        self._list.index()

    # --- showing ------------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        mine = self._hits.get(self._entry.visit_id, ()) if self._entry is not None else ()
        stops = self._waiting or [one for one in mine if one.exact]
        near = next((one for one in mine if not one.exact), None)
        self._shown = stops[0] if stops else near
        if stops:
            self._show_stop(stops[0])
        self.stop.setVisible(bool(stops))
        self.hint.show_text("" if stops or near is None else self._near_text(near))
        self.setVisible(bool(stops) or near is not None)
        self.update()

    def _show_stop(self, hit: Hit) -> None:
        words = self.words
        said = words("watch_list.stop", todo=todo_text(words, hit))
        more = len(self._waiting) - 1
        if more > 0:
            said += words("watch_list.stop_more", n=more)
        name = hit.visitor or words("watch_list.stop_nameless")
        about = words("watch_list.stop_about", name=name, basis=words(f"watch_list.basis_{hit.basis}"))
        if hit.done:
            about += " · " + words("watch_list.stop_done", what=words(f"watch_list.done_{hit.done}"))
        self.hints[""].setVisible(not hit.seen)
        self._said, self._about = said, about
        self.setAccessibleName(f"{said} {about}")
        self._fit()

    def _fit(self) -> None:
        """In a narrow window the keys keep their line, and who it is follows what to do."""
        keys = [hint for hint in self.hints.values() if not hint.isHidden()]
        gap = self.theme.px(10)
        room = self.width() - self.theme.px(56) - sum(hint.sizeHint().width() + gap for hint in keys)
        narrow = room < min(self.about.fontMetrics().horizontalAdvance(self._about), self.theme.px(220))
        self.what.setText(f"{self._said} · {self._about}" if narrow else self._said)
        self.about.setText(self._about)
        self.about.setVisible(not narrow)

    def _near_text(self, hit: Hit) -> str:
        words = self.words
        return words(
            "watch_list.hint", basis=words(f"watch_list.basis_{hit.basis}"), todo=todo_text(words, hit)
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.stop.isHidden():
            return
        theme, box = self.theme, QRectF(self.stop.geometry())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("red"), 2))
        painter.setBrush(theme.colour("red_soft"))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), theme.px(6), theme.px(6))
        size = theme.px(24)
        place = QRectF(theme.px(11), box.center().y() - size / 2, size, size)
        paint_icon(painter, "warning", place, theme.colour("red"))

    def _run(self, step: Callable[..., object], *values: object, **more: Any) -> None:
        services = self.services
        actor = cast("Actor", services.session.actor)
        services.background.run(step, services.house, actor, *values, owner=self, **more)
