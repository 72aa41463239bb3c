"""Anything typed into the entry line, with any keys of the post: never an exception, every commit consistent."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.e2e.conftest import Opens
from tests.e2e.stage import Window
from tests.torture.judge import judge

KEYS = (
    "F2",
    "F9",
    "F4",
    "F8",
    "F3",
    "Ctrl+G",
    "Ctrl+S",
    "Return",
    "Ctrl+Return",
    "Escape",
    "Up",
    "Down",
    "Left",
    "Home",
    "Backspace",
    "Delete",
    "Alt+1",
    "Alt+2",
    "Alt+9",
    "Alt+Up",
    "Alt+Down",
    "Alt+Return",
    "Ctrl+A",
    "Ctrl+Z",
    "Ctrl+Delete",
    "Tab",
)
LIKELY = (
    "w",
    "zh",
    "3141",
    "11010519491231002X",
    "110105194912310021",
    "19900000352",
    "京A12345",
    "粤Z1234港",
    "A017",
    "A17",
    "欧阳",
    "guk",
    "E12345678",
    "P<CHNLI<<MING<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
    "%_'\"\\",
    "=1+1",
    "\u202e\u200b",
    "𠮷野",
    "１２３",
)
TEXTS = st.one_of(
    st.sampled_from(LIKELY),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12),
    st.text("0123456789Xx京沪粤港学ABCZ-·. ", min_size=1, max_size=20),
)
TYPED = TEXTS.map(lambda text: "=" + text)
# Texts, and the keys that take and store them, more often than the rest.
STEPS = st.lists(
    st.one_of(st.sampled_from(KEYS), TYPED, st.sampled_from(("Return", "Ctrl+Return", "F9")), TYPED),
    min_size=1,
    max_size=20,
)


def test_no_keys_and_no_text_break_the_line(opens: Opens, site: Path) -> None:
    """VIS-3 to VIS-5: whatever is played, the window answers, raises nothing, and stores only what is consistent."""
    window = opens("--lang", "en")
    window.ready()

    # The window goes on from one example to the next, as a guard's does: Esc at the end puts aside what is open.
    @settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
    @given(STEPS)
    def played(steps: list[str]) -> None:
        _play(window, steps)

    played()
    assert len(window.saved()) > 20
    assert set(window.refusals()) <= {"already_returned", "already_left"}
    window.kill()
    assert judge(site, window.told, go_on=False).wrong == ()


def _play(window: Window, steps: list[str]) -> None:
    shown = window.keys("F2", *steps, "F9", pause=0, calm=False)
    while shown["dialog"]:
        shown = window.keys("Escape", pause=0)
    shown = window.keys("F2", pause=0)
    assert (shown["line"], shown["entry"], shown["focus"]) == ("", "", True), (steps, shown)
    assert window.raised == []
