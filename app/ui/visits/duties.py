"""What a guard does besides registering: F5 counts, F7 notes, Ctrl+Shift+H hands over (VIS-1, VIS-16).

The post's page makes one of these; it binds its keys there, keeps its own figures and says in the page's head what was
done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from PySide6.QtCore import QObject

from app.domain.handover import UNDO
from app.domain.people import Actor
from app.errors import DomainError
from app.operations import handover as handing
from app.operations import tallies as counting
from app.queries import handover as handovers
from app.queries import tallies as queries
from app.queries.people import StaffFound, sign_in_people
from app.ui.aid import Aid
from app.ui.page import Command, KeyGroups
from app.ui.start.people import spell
from app.ui.widgets.buttons import KeyHint

if TYPE_CHECKING:
    from app.ui.visits.page import VisitsPage

KEYS = (
    ("F5", "Ctrl+T", "tally"),
    ("F7", "Ctrl+J", "duty"),
    ("Ctrl+Shift+H", "", "handover"),
    ("Ctrl+P", "", "print"),
)
Read = tuple[handovers.HandoverPage, Sequence[StaffFound]]
WATCHED = frozenset(
    {"tallies", "tally_kinds", "handovers", "handover_takings", "posts", "shifts", "counted_things"}
)


class Duties(Aid, QObject):
    """`Duties(page)`; `hints` are for the page's foot, `refresh()` reads its figures again."""

    def __init__(self, page: VisitsPage) -> None:
        super().__init__(page)
        self.page, self.services = page, page.services
        self.words = page.services.words
        self._board: queries.TallyBoard | None = None
        self._last: tuple[UUID, str, Any] | None = None
        self._waiting = False
        self._opening = False
        self.hints = {name: KeyHint(page.theme, "", key) for key, _, name in KEYS if name != "print"}
        for name, hint in self.hints.items():
            hint.clicked.connect(getattr(self, name))
        self._overlay: Any = None
        page.services.bus.changed.connect(self._changed)
        page.services.session.changed.connect(self.refresh)
        self.retranslate()

    def retranslate(self) -> None:
        """The texts of the hints in the language in force."""
        words, total = self.words, 0 if self._board is None else self._board.total
        texts = {
            "tally": words("handover.key_tally_n", n=total) if total else words("handover.key_tally"),
            "duty": words("handover.key_duty"),
            "handover": words("handover.key_handover_waiting" if self._waiting else "handover.key_handover"),
        }
        for name, text in texts.items():
            self.hints[name].setText(text)
            self.hints[name].updateGeometry()

    def bindings(self) -> Sequence[tuple[str, Callable[[], object]]]:
        """The keys and their twins."""
        return [(keys, getattr(self, name)) for *both, name in KEYS for keys in both if keys]

    def key_groups(self) -> KeyGroups:
        """The group of F1."""
        words = self.words
        own = [(f"{key}  {twin}".strip(), words(f"handover.key_{name}")) for key, twin, name in KEYS]
        own.insert(1, ("1…9", words("handover.key_tally_digit")))
        own.insert(2, ("F5 Backspace", words("handover.key_tally_undo")))
        return ((words("handover.keys_group"), own),)

    def commands(self) -> list[Command]:
        """What Ctrl+K offers."""
        return [
            Command(self.words(f"handover.key_{name}"), key, getattr(self, name)) for key, _, name in KEYS
        ]

    def refresh(self) -> None:
        """This shift's counts, and whether somebody is to take over."""
        actor = self._actor()
        if actor.post_id is None or not actor.may("visits.see") or not self.page.isVisible():
            return
        run, house = self.services.background.run, self.services.house
        run(queries.tally_board, house, actor, done=self._counted, owner=self, replaces="board")
        run(handovers.waiting, house, actor, done=self._waits, owner=self, replaces="waiting")

    # --- F5 -----------------------------------------------------------------------------------------------------------

    def tally(self) -> None:
        """F5: the kinds, with a digit each. What is on screen is asked for again meanwhile."""
        if not self._at_post():
            return
        if self._board is None:
            self._ask_board(self._open_tally)
            return
        self._open_tally(self._board)
        self._ask_board(self._counted)

    def _ask_board(self, done: Any) -> None:
        run = self.services.background.run
        run(
            queries.tally_board,
            self.services.house,
            self._actor(),
            done=done,
            failed=self.page.show_error,
            owner=self,
        )

    def _open_tally(self, board: queries.TallyBoard) -> None:
        from app.ui.visits.tallies import TallyOverlay

        self._board = board
        if self._overlay is None:
            self._overlay = TallyOverlay(self.page.theme, self.words, self.page.window())
            self._overlay.counted.connect(self._count)
            self._overlay.undone.connect(self._undo)
        self._overlay.show_board(board, self._undoable(), self._local(board.since))

    def _undoable(self) -> str:
        """The kind of the last tally while it can still be taken back."""
        now = self.services.house.clock.now()
        if self._last is None or not timedelta(0) <= now - self._last[2] <= UNDO:
            return ""
        return self._last[1]

    def _count(self, kind: str, reason: str) -> None:
        run, now = self.services.background.run, self.services.house.clock.now()
        run(
            counting.tally,
            self.services.house,
            self._actor(),
            kind,
            reason,
            done=partial(self._tallied, kind, now),
            failed=self.page.show_error,
            owner=self,
        )

    def _tallied(self, kind: str, at: Any, key: UUID) -> None:
        self._last = key, kind, at
        before = self._board
        n = 1 + next((one.count for one in before.choices if one.name == kind), 0) if before else 1
        if before is not None:
            choices = tuple(replace(one, count=one.count + (one.name == kind)) for one in before.choices)
            self._counted(replace(before, choices=choices, total=before.total + 1))
        self.page.head.say(self.words("handover.tallied_one", name=kind, n=n), "done")
        self.page.saved.emit()

    def _undo(self) -> None:
        if self._last is None:
            return
        key, kind, _ = self._last
        self._last = None
        run = self.services.background.run
        run(
            counting.undo_tally,
            self.services.house,
            self._actor(),
            key,
            done=partial(self._undone, kind),
            failed=self.page.show_error,
            owner=self,
        )

    def _undone(self, kind: str, _answer: object) -> None:
        self.page.head.say(self.words("handover.tally_undone", name=kind), "info")
        self.page.saved.emit()
        self.refresh()

    # --- F7 -----------------------------------------------------------------------------------------------------------

    def duty(self) -> None:
        """F7: the duty log."""
        if not self._at_post():
            return
        from app.ui.visits.duty_log import DutyDialog

        said = DutyDialog(self.services, self.services.session.now.station_name, self.page).ask()
        self._back()
        if said:
            self.page.head.say(str(said), "done")
            self.page.saved.emit()

    # --- Ctrl+Shift+H -------------------------------------------------------------------------------------------------

    def handover(self) -> None:
        """Ctrl+Shift+H: asks first, then the page; where a handover waits, who comes takes it over."""
        if not self._at_post() or self._opening:
            return
        self._opening = True
        self.services.background.run(
            read_handover,
            self.services.house,
            self._actor(),
            done=self._opened,
            failed=self._unreadable,
            owner=self,
        )

    def _unreadable(self, error: DomainError) -> None:
        self._opening = False
        self.page.show_error(error)

    def _opened(self, answer: Read) -> None:
        from app.ui.visits.handover import TakeOverDialog
        from app.ui.widgets.dialogs import confirm

        self._opening = False
        page, people = answer
        words, services, post = self.words, self.services, self.services.session.now.station_name
        if page.waiting is not None:
            self._took(TakeOverDialog(services, page.waiting, people, post, self.page).ask())
            return
        text = words("handover.ask_text", post=" · ".join(part for part in (post, page.shift) if part))
        title, verb = words("handover.ask_title"), words("handover.ask_verb")
        if confirm(self.page, services.theme, words, title, text, verb):
            self.show_page(answer)
        else:
            self._back()

    def show_page(self, answer: Read) -> None:
        """The page that is signed, of what `read_handover` answered."""
        from app.ui.visits.handover import HandoverDialog

        page, people = answer
        post = self.services.session.now.station_name
        done = HandoverDialog(self.services, page, people, post, self.page).ask()
        self._handed_over(cast("handing.HandedOver | None", done))

    def _handed_over(self, done: handing.HandedOver | None) -> None:
        self._back()
        if done is None:
            return
        if done.incoming is not None:
            self._enter(done.incoming)
            said = self.words("handover.handed_over", name=done.incoming.name)
        else:
            said = self.words("handover.handed_over_waiting")
        self.page.head.say(said, "done")
        self.page.saved.emit()
        self.refresh()

    def _took(self, incoming: object) -> None:
        self._back()
        if isinstance(incoming, Actor):
            self._enter(incoming)
            self.page.head.say(self.words("handover.taken_over", name=incoming.name), "done")
            self.page.saved.emit()
            self.refresh()

    def _enter(self, incoming: Actor) -> None:
        """Who took over is at this window now, with what a PIN gives, as after a change of guard."""
        self._last = None
        session = self.services.session
        role = self.words("site.role_guard") if "guard" in incoming.roles else ""
        session.enter(
            replace(
                session.now,
                actor=incoming,
                person=incoming.name,
                role=role,
                rights=incoming.rights,
                by_pin=True,
            )
        )

    # --- Ctrl+P -------------------------------------------------------------------------------------------------------

    def print(self) -> None:
        """Ctrl+P: the post's newest handover, in the preview, with the printer at hand."""
        if not self._at_post():
            return
        actor = self._actor()
        self.services.background.run(
            handovers.handover_sheets,
            self.services.house,
            actor,
            cast("UUID", actor.post_id),
            done=self._print,
            failed=self.page.show_error,
            owner=self,
        )

    def _print(self, sheets: list[handovers.HandoverSheet]) -> None:
        if not sheets:
            self.page.head.say(self.words("handover.nothing_to_print"), "info")
            return
        [sheet] = sheets
        asked = {"name": "handover", "first": sheet.day, "post": sheet.post, "print": True}
        self.page.wanted.emit("reports", {**asked, "scope": sheet.shift} if sheet.shift else asked)

    # --- figures ------------------------------------------------------------------------------------------------------

    def _changed(self, names: frozenset[str]) -> None:
        if names & WATCHED:
            self.refresh()

    def _counted(self, board: queries.TallyBoard) -> None:
        self._board = board
        if self._overlay is not None:
            self._overlay.show_counts(board, self._local(board.since))
        self.retranslate()

    def _waits(self, waiting: handovers.Waiting | None) -> None:
        self._waiting = waiting is not None
        self.retranslate()

    def _local(self, moment: Any) -> Any:
        return moment.astimezone(self.services.house.site.zone)

    def _at_post(self) -> bool:
        return self._actor().post_id is not None

    def _back(self) -> None:
        """The focus goes to the line: not every window system gives it back by itself."""
        self.page.window().activateWindow()
        self.page.registration.line.setFocus()

    def _actor(self) -> Actor:
        return cast("Actor", self.services.session.actor)


def read_handover(house: Any, actor: Actor) -> Read:
    """In the worker thread: the page, and who can sign, guards first, their names spelled (pypinyin: 0.4 s once)."""
    page = handovers.handover_page(house, actor)
    people = sorted(sign_in_people(house, with_pin=True), key=lambda one: "guard" not in one.roles)
    spell(people)
    return page, people
