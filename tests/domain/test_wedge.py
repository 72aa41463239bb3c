"""Scanner or person, by the rhythm of the keys (VIS-8, RECIPES section 2)."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.wedge import LONGEST, Key, Rhythm, Verb
from tests.scanning import SHIFT, Desk, code_of, count_scans, count_typists, payload, scanner_gaps, typed

NUMBER = "21010219870412919X"


def verbs(rhythm: Rhythm, keys: list[Key]) -> list[Verb]:
    return [answer.verb for key in keys for answer in rhythm.feed(key)]


def scanned(*texts: str, gap: int = 5, start: int = 1000) -> list[Key]:
    keys = []
    for text in texts:
        keys += typed(text, [gap] * len(text), start)
        start = keys[-1].time + 2000
    return keys


def test_three_keys_pass_and_the_fourth_is_swallowed() -> None:
    """VIS-8: at the first key the field is remembered; the fourth proves the machine; Return makes the scan."""
    pressed = [key for key in scanned("123456\n") if key.press]
    assert verbs(Rhythm(), pressed) == [
        *(Verb.REMEMBER, Verb.PASS, Verb.PASS, Verb.TAKE, Verb.SWALLOW, Verb.SWALLOW, Verb.SCAN)
    ]


def test_what_was_swallowed_comes_up_unseen() -> None:
    """VIS-8: the release of a swallowed key is swallowed, that of a key that passed is not."""
    releases = [key for key in scanned("123456\n") if not key.press]
    rhythm = Rhythm()
    found = {key.code: rhythm.feed(key)[-1].verb for key in scanned("123456\n")}
    assert [found[key.code] for key in releases] == [Verb.PASS] * 3 + [Verb.SWALLOW] * 4


def test_shift_alone_never_reaches_the_input_method() -> None:
    """VIS-8: Shift down and up without its letter would switch libpinyin to English."""
    rhythm = Rhythm()
    found = [(key, rhythm.feed(key)[-1].verb) for key in scanned("123456X\n")]
    assert {verb for key, verb in found if key.code == SHIFT} == {Verb.SWALLOW}


def test_held_shift_is_let_go_unseen() -> None:
    """VIS-8: pressed before the first swallowed letter, let go after it."""
    rhythm = Rhythm()
    keys = [*scanned("123"), Key(1020, SHIFT, modifier=True), *scanned("X", start=1016)]
    found = [rhythm.feed(key)[-1].verb for key in keys if key.code != SHIFT or key.press][-2:]
    assert found == [Verb.TAKE, Verb.SWALLOW]
    assert rhythm.feed(Key(1030, SHIFT, press=False, modifier=True))[-1].verb is Verb.SWALLOW


def test_no_return_gives_back() -> None:
    """VIS-8: what was swallowed without an end comes back, all of it, in its place."""
    desk = Desk("之前")
    desk.feed(scanned("abcdef"))
    desk.rest()
    assert (desk.text, desk.scans) == ("之前abcdef", [])


def test_short_line_is_given_back_with_its_return() -> None:
    """VIS-9: a short pass (A017) that is scanned goes on as if it were typed."""
    desk = Desk()
    desk.feed(scanned("A017\n"))
    assert (desk.text, desk.scans) == ("A017\n", [])


def test_a_key_held_down_is_no_scanner() -> None:
    """VIS-8: key repeat, with and without releases between, never begins to swallow."""
    held = [Key(1000 + 20 * n, code_of("a"), "a") for n in range(60)]
    assert set(verbs(Rhythm(), held)) <= {Verb.PASS, Verb.REMEMBER}
    assert set(verbs(Rhythm(), scanned("a" * 60, gap=20))) <= {Verb.PASS, Verb.REMEMBER}


def test_arrows_and_commands_begin_anew() -> None:
    """VIS-8: keys that type nothing pass and end a chain, however fast they come."""
    keys = [Key(1000 + 5 * n, 80 + n % 4, "") for n in range(30)]
    keys += [Key(2000 + 5 * n, 100 + n, "c", command=True) for n in range(30)]
    assert set(verbs(Rhythm(), keys)) == {Verb.PASS}


def test_control_characters_in_a_scan_are_dropped() -> None:
    """VIS-8: a group separator comes as Control and a bracket; it belongs to no number."""
    desk = Desk()
    keys = scanned(f"{NUMBER}\n")
    keys.insert(24, Key(keys[23].time, 77, "]", command=True))
    desk.feed(keys)
    assert [scan.text for scan in desk.scans] == [NUMBER]


def test_carriage_return_and_line_feed_are_one_end() -> None:
    """VIS-8: a second end belongs to the first."""
    desk = Desk()
    desk.feed(scanned(f"{NUMBER}\n\n"))
    desk.rest()
    assert ([scan.text for scan in desk.scans], desk.text) == ([NUMBER], "")


def test_who_types_on_right_after_a_scan_gets_the_letters() -> None:
    """VIS-8: after a scan the next line's keys are expected; a person's come back."""
    desk = Desk()
    desk.feed(scanned(f"{NUMBER}\n"))
    end = desk.rhythm
    assert end.swallowing
    desk.feed(typed("zhangfang", [90] * 9, 1000 + 5 * 19))
    desk.rest()
    assert ([scan.text for scan in desk.scans], desk.text) == ([NUMBER], "zhangfang")


def test_another_scan_soon_after_is_whole_and_leaves_no_trace() -> None:
    """VIS-8: keys that come later than a scanner's next line are looked at anew, the field remembered."""
    desk = Desk("王芳 来访")
    desk.feed(scanned(f"{NUMBER}\n"))
    desk.feed(typed("E04451410\n", [124, 11, 8, 90, 11, 10, 5, 9, 9, 15], 1000 + 5 * 19))
    desk.rest()
    assert ([scan.text for scan in desk.scans], desk.text) == ([NUMBER, "E04451410"], "王芳 来访")


def test_time_stamps_run_over() -> None:
    """VIS-8: the X server's clock begins anew after 49.7 days."""
    desk = Desk()
    keys = [Key((key.time - 1040) % 2**32, key.code, key.char, key.press) for key in scanned(f"{NUMBER}\n")]
    desk.feed(keys)
    assert [scan.text for scan in desk.scans] == [NUMBER]


def test_a_megabyte_is_bounded() -> None:
    """VIS-8: what is longer than any code is swallowed to its end, kept no further, and refused."""
    rhythm, kept = Rhythm(), 0
    for n in range(1_000_000):
        char = "'; DROP TABLE visits;<b>"[n % 24]
        rhythm.feed(Key(1000 + n, code_of(char), char))
        kept = max(kept, len(rhythm._chain.text))
    [answer] = rhythm.feed(Key(1_001_000, code_of("\n"), "\n"))
    assert answer.line is not None
    assert (kept, answer.line.over_long) == (LONGEST, True)


def test_a_megabyte_without_an_end_is_refused_too() -> None:
    """VIS-8: nothing of it is given back."""
    desk = Desk()
    desk.feed(scanned("<script>" * 600, gap=1))
    desk.rest()
    assert ([scan.fault for scan in desk.scans], desk.text) == (["scan_too_long"], "")


@pytest.mark.parametrize("cut", range(1, 18))
def test_a_pause_anywhere_leaves_the_number_whole(cut: int) -> None:
    """VIS-8: a number whose keys pause for 0.1 s is never told cut."""
    for pause in (40, 100, 250):
        desk = Desk("王芳")
        gaps = [5] * 19
        gaps[cut] = pause
        desk.feed(typed(f"{NUMBER}\n", gaps, 1000))
        desk.rest()
        assert ([scan.text for scan in desk.scans], desk.text) == ([NUMBER], "王芳"), pause


def test_sample_of_scans_and_people() -> None:
    """VIS-8: a tenth of the full count (tests/benchmarks/bench_scans.py); nothing wrong is ever told."""
    counted = count_scans(1000, 11)
    assert counted.whole >= 999
    assert counted.wrong == 0
    for manner in ("even", "bursts", "rolls"):
        typists = count_typists(500, 11, manner)
        assert (typists.false, typists.soiled) == (0, 0)
        assert typists.taken == 0 or manner == "rolls"


KEYS = st.lists(
    st.tuples(
        st.integers(0, 200),
        st.sampled_from("0123456789abXEH\n\t ]<"),
        st.integers(0, 300),
        st.booleans(),
    ),
    max_size=60,
)


@given(KEYS)
def test_nothing_typed_is_lost_or_doubled(presses: list[tuple[int, str, int, bool]]) -> None:
    """VIS-8: whatever comes, each character is in the field, in a scan, or in a refused line: once."""
    desk, now, wanted = Desk(), 1000, ""
    for gap, char, held, command in presses:
        now += gap
        desk.feed(
            [
                Key(now, code_of(char), char, command=command),
                Key(now + held, code_of(char), char, press=False),
            ]
        )
        wanted += char
    desk.rest()
    if not desk.scans and not any(command for *_, command in presses):
        assert desk.text == wanted
    assert not desk.rhythm.swallowing


@given(st.integers(0, 2**31), st.sampled_from(("digits", "ends in X", "E", "H")), st.integers(0, 40))
def test_even_scans_are_whole(seed: int, kind: str, before: int) -> None:
    """VIS-8: gaps of 1–25 ms, any payload, any moment after typing from 0.3 s on."""
    random = Random(seed)
    text, desk = payload(random, kind), Desk()
    desk.feed(typed("w" * (before % 5), [90] * 5, 1000))
    field = desk.text
    desk.feed(typed(f"{text}\n", scanner_gaps(random, len(text) + 1, "even"), 2000 + before))
    assert ([scan.text for scan in desk.scans], desk.text) == ([text], field)


@given(st.integers(0, 2**31))
def test_a_scan_of_part_is_never_told(seed: int) -> None:
    """VIS-8: keys that are lost, doubled or late by up to a second never make another valid number of the same kind."""
    random = Random(seed)
    text, desk = payload(random, random.choice(("digits", "ends in X"))), Desk()
    gaps = [0, *(random.choice((2, 5, 20, 40, 110, 280)) for _ in text)]
    desk.feed(typed(f"{text}\n", gaps, 1000))
    desk.rest()
    assert all(scan.text == text for scan in desk.scans if scan.found.valid and not scan.fault)
