"""The ways in, by the Keystroke-Level Model, their keys replayed through the real window (GOALS)."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication

from app.queries import requests as request_lists
from app.queries import visits as visit_lists
from app.queries.visitor_search import matches
from tests.benchmarks.klm import K_SLOW, K_USUAL, Hands, new, phoned, returning
from tests.benchmarks.report import Report, ms
from tests.benchmarks.sites import scratch
from tests.benchmarks.window import Window, window
from tests.looks import typed_of

GOALS = {"returning visitor": 5.0, "new visitor in full": 20.0, "phoned request": 18.0}


@dataclass
class Real:
    """The real window: waits after each step until all is answered and painted."""

    here: Window

    def letters(self, text: str) -> float:
        """A typist goes on typing: only what the last letter is waited for counts."""
        at = 0.0
        for letter in text:
            at = self.here.letter(letter)
            self.here.settle()
        return time.perf_counter() - at

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier) -> float:
        """Any other key, shortcuts included."""
        from PySide6.QtTest import QTest

        at = time.perf_counter()
        QTest.keyClick(QApplication.focusWidget() or self.here.main, key, modifier)
        self.here.settle()
        return time.perf_counter() - at

    def compose(self, pinyin: str, text: str) -> float:
        """The letters as preedit, then the commit."""
        target = QApplication.focusWidget()
        assert target is not None
        for at in range(1, len(pinyin) + 1):
            QApplication.sendEvent(target, QInputMethodEvent(pinyin[:at], []))
        self.here.settle()
        at_commit = self.here.commit(text)
        self.here.settle()
        return time.perf_counter() - at_commit


def measure(full: int) -> Report:
    """All ways in that exist, on a site of the full size."""
    report = Report("klm", "The 25 seconds, by the Keystroke-Level Model", (full,))
    report.say(
        "K 0.20 s (0.28 s for a slow typist), M 1.35 s, R as measured here; a modifier is a key, a candidate of the"
    )
    report.say(
        "input method is a match. The document reader, the QR scan and the camera come with later issues."
    )
    with scratch(full) as folder:
        with window(folder) as here:
            _visitors(report, here)
        with window(folder, first="requests") as here:
            before = request_lists.page(here.store, here.services.session.actor, "all", None, 1)  # type: ignore[arg-type]  # the session holds an Actor
            hands = Hands(Real(here))
            phoned(hands)
            [after] = request_lists.page(here.store, here.services.session.actor, "all", None, 1)  # type: ignore[arg-type]  # as above
            report.check(after.number != before[0].number and after.words == "五号手术间27C", "the request")
            _tell(report, "phoned request", hands)
    return report


def _visitors(report: Report, here: Window) -> None:
    guard = here.services.session.actor
    one = next(
        typed
        for typed in typed_of(here.store, 200)
        if 2 <= len(typed.initials) <= 4 and matches(here.store, guard, typed.initials)[0].name == typed.name  # type: ignore[arg-type]  # an Actor
    )
    for name, way in (
        ("returning visitor", lambda hands: returning(hands, one.initials)),
        ("new visitor in full", new),
    ):
        hands = Hands(Real(here))
        way(hands)
        [row] = visit_lists.day_visits(here.store, guard, limit=1)  # type: ignore[arg-type]  # an Actor
        wanted = one.name if name == "returning visitor" else "慕容雪"
        report.check(
            (row.visitor, row.missing, row.open) == (wanted, (), False),
            f"{name}: {row.visitor} {row.missing}",
        )
        _tell(report, name, hands)


def _tell(report: Report, name: str, hands: Hands) -> None:
    usual, slow = hands.seconds(K_USUAL), hands.seconds(K_SLOW)
    report.figure(f"{name} K", hands.keys)
    report.figure(f"{name} M", hands.thoughts)
    report.figure(f"{name} R ms", ms(hands.waited))
    parts = f"{hands.keys} K + {hands.thoughts} M + R {ms(hands.waited):.0f} ms"
    report.say(f"\n{name}: {parts} = {usual:.1f} s, slow {slow:.1f} s")
    report.say(f"  {' · '.join(hands.parts)}")
    report.goal(f"{name} ≤ {GOALS[name]:.0f} s: {usual:.1f} s, slow typist {slow:.1f} s", slow <= GOALS[name])
