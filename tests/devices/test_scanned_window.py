"""A scanner that types like a keyboard, as real key events into a real window with a real Chinese input method (VIS-8).

A seeded sample; the thousand is `python -m tests.benchmarks.bench_scans`, also on a busy machine.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from random import Random
from threading import Event

import pytest

from app.domain.own_codes import make_code
from tests.ime import ChineseDesktop, until
from tests.scan_runs import chinese_mode, scan_often
from tests.typing_on_x import Keys, Scanned

NUMBER = "21010219870412919X"
OTHER = "310104195710289328"
ZONE = "POCHNOUYANG<<MINGHUI<<<<<<<<<<<<<<<<<<<<<<<<", "EB31009750CHN8402161M3201093LAMBKQOP<<<<<<58"
SAMPLE = 24


@pytest.fixture(scope="module")
def desktop() -> Iterator[ChineseDesktop]:
    """A screen with a Chinese input method, for all tests here."""
    with ChineseDesktop() as started:
        yield started


@pytest.fixture(scope="module")
def window(desktop: ChineseDesktop) -> Iterator[Scanned]:
    """The window, in Chinese mode."""
    with Scanned(desktop.environment) as shown:
        yield shown


@pytest.fixture(scope="module")
def keys(desktop: ChineseDesktop, window: Scanned) -> Iterator[Keys]:
    """The keyboard, once a typed name has come out in Chinese."""
    pressed = Keys(desktop.environment["DISPLAY"])
    chinese_mode(window, pressed)
    yield pressed
    pressed.close()


@pytest.fixture(autouse=True)
def clean(window: Scanned) -> None:
    """Nothing scanned yet, empty fields, the line in front."""
    window.scans.clear()
    window.refused.clear()
    for name, text in (("note", ""), ("count", 0), ("line", "")):
        window.ask(focus=name, text=text)


def wait(seconds: float = 0.15) -> None:
    """What a person or a late event would take; nothing can be asked for it."""
    Event().wait(seconds)


def reads(window: Scanned, **wanted: str | int) -> None:
    """Waits until the window's state is so."""
    state: dict[str, object] = {}

    def holds() -> bool:
        state.update(window.ask(state=True))
        return all(state[name] == value for name, value in wanted.items())

    try:
        until(holds, 3)
    except TimeoutError:
        raise AssertionError(f"wanted {wanted}, is {state}") from None


def scan(keys: Keys, window: Scanned, text: str, gap: int = 4) -> None:
    keys.type(text, [gap] * len(text))
    window.wait_scan()


def test_a_sample_is_whole_and_leaves_nothing_behind(window: Scanned, keys: Keys) -> None:
    """VIS-8: every field, all payloads, lumps, pauses, and syllables that are being composed."""
    run = scan_often(window, keys, SAMPLE, 5, slowest=8)
    assert (run.whole, run.wrong, run.soiled) == (SAMPLE, 0, 0), run.missed


def test_a_person_types_chinese(window: Scanned, keys: Keys) -> None:
    """VIS-8: fast pinyin is nobody's scan; it comes out Chinese."""
    random = Random(4)
    for word, wanted in (("wangfang ", "王芳"), ("shanghai ", "上海"), ("zhongguo ", "中国")):
        window.ask(focus="line", text="")
        keys.type(word, [random.randint(30, 90) for _ in word], 20)
        reads(window, line=wanted)
    assert (window.scans, window.refused) == ([], [])


def test_text_cursor_and_selection_stay(window: Scanned, keys: Keys) -> None:
    """VIS-8: the text is as before, the cursor where it was; who follows the edits hears of the way back."""
    window.ask(focus="line", text="王芳，来访")
    keys.press("Home")
    reads(window, cursor=0)
    scan(keys, window, f"{NUMBER}\n")
    wait()
    after = window.ask(state=True)
    assert window.scans == [NUMBER]
    assert (after["line"], after["cursor"]) == ("王芳，来访", 0)
    assert after["heard"] in ("", "王芳，来访")


def test_what_is_being_composed_goes_and_the_next_word_is_chinese(window: Scanned, keys: Keys) -> None:
    """RECIPES 2: a scan drops the composition; the input method is in Chinese mode as before."""
    keys.type("zhang", [45] * 5, 20)
    until(lambda: window.ask(state=True)["composing"])
    scan(keys, window, "E60017342\n")
    wait()
    state = window.ask(state=True)
    assert (window.scans, state["line"], state["composing"]) == (["E60017342"], "", "")
    keys.type("wangfang ", [50] * 9, 20)
    reads(window, line="王芳")


def test_who_types_on_after_a_scan_types_chinese(window: Scanned, keys: Keys) -> None:
    """VIS-8: from 0.13 s after the scan's Return on, keys are a person's; nothing of the first syllable is lost."""
    for pause, number in ((130, "H82267058"), (180, "H98286473"), (260, "H21275990")):
        window.ask(focus="line", text="")
        text = f"{number}\nwangfang "
        keys.type(text, [4] * 10 + [pause] + [50] * 8, 3)
        reads(window, line="王芳")
    assert len(window.scans) == 3


def test_a_window_that_hangs_changes_nothing(window: Scanned, keys: Keys) -> None:
    """VIS-8: the server's time stamps count, not when the window looks."""
    window.send(stall=0.5)
    wait(0.1)
    scan(keys, window, f"{OTHER}\n", gap=10)
    window.answered()
    wait()
    assert (window.scans, window.ask(state=True)["line"]) == ([OTHER], "")


def test_a_line_sent_twice_is_one_scan(window: Scanned, keys: Keys) -> None:
    """VIS-8: at once, and with a line feed behind the carriage return."""
    scan(keys, window, f"{NUMBER}\n\n{NUMBER}\n")
    wait(0.3)
    assert (window.scans, window.ask(state=True)["line"]) == ([NUMBER], "")


def test_a_zone_of_two_lines_is_one_scan(window: Scanned, keys: Keys) -> None:
    """DOCUMENTS 6: a passport's machine-readable zone."""
    scan(keys, window, "".join(f"{line}\n" for line in ZONE), gap=2)
    wait(0.3)
    assert (window.scans, window.ask(state=True)["line"]) == (["\n".join(ZONE)], "")


def test_no_return_gives_the_letters_back(window: Scanned, keys: Keys) -> None:
    """VIS-8: what no Return ends was a person after all; also where letters are keys."""
    keys.type("a1b2c3", [4] * 6)
    reads(window, line="a1b2c3")
    window.ask(focus="count", text=0)
    keys.type("987654", [4] * 6)
    reads(window, count=9876540)  # in front of the 0 that stands there
    assert window.scans == []


def test_a_short_line_goes_on_as_typed(window: Scanned, keys: Keys) -> None:
    """VIS-9: a short pass reaches the line with its Return."""
    keys.type("A017\n", [4] * 5)
    reads(window, line="A017", returned=1)
    assert window.scans == []


def test_tab_ends_a_scan_and_moves_nothing(window: Scanned, keys: Keys) -> None:
    """VIS-8: some scanners send Tab; the focus stays where it was."""
    scan(keys, window, "M51190047\t")
    assert (window.scans, window.ask(state=True)["focus"]) == (["M51190047"], "line")


def test_a_key_held_down_is_no_scan(window: Scanned, keys: Keys) -> None:
    """VIS-8: faster key repeat than any chain's gap; every repeat is in the field."""
    keys.hold("7", 0.6, 15)
    wait()
    text = window.ask(state=True)["line"]
    assert set(text) == {"7"}
    assert len(text) > 20
    assert (window.scans, window.refused) == ([], [])


def test_too_long_is_refused(window: Scanned, keys: Keys) -> None:
    """VIS-8: no field sees any of it, and the line is usable at once."""
    keys.type("drop'; " * 600 + "\n", [0] * 4201, 0)
    window.wait_scan()
    assert (window.scans, window.refused) == ([], ["scan_too_long"])
    wait(0.3)
    keys.type("wangfang ", [50] * 9, 20)
    reads(window, line="王芳")


def test_another_layout_and_caps_lock(window: Scanned, desktop: ChineseDesktop) -> None:
    """VIS-8: the layout in force tells what a key is; Caps Lock does not turn a scan's letters round."""
    code = make_code("pass", "ZY017")
    try:
        subprocess.run(["setxkbmap", "de"], env=desktop.environment, check=True)
        german = Keys(desktop.environment["DISPLAY"])
        german.press("Caps_Lock")
        scan(german, window, f"{code}\n", gap=6)
        german.press("Caps_Lock")
        german.close()
    finally:
        subprocess.run(["setxkbmap", "us"], env=desktop.environment, check=True)
    assert window.scans == [code]
