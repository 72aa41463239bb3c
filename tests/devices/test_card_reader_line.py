"""The card reader on a bad line: spoiled answers, a cable that comes out, several ports (VIS-8)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.devices.card_module import Times
from app.devices.card_reader import TRIES
from app.devices.reader import ReaderPhase
from app.devices.serial_line import AUTO
from app.domain.card_fields import parse_card
from tests.devices.card_post import (
    ANNA,
    BERT,
    Post,
    byte_by_byte,
    half,
    no_length,
    noise_before,
    once,
    one_bit,
    silent,
    too_long,
    too_short,
    wrong_check,
)
from tests.devices.sam_module import FIND, READ, SELECT, STATUS, PluggedModule, SamModule, whole


@pytest.mark.parametrize("on", [STATUS, FIND, SELECT, READ])
@pytest.mark.parametrize(
    "fault", [wrong_check, one_bit, half, too_long, too_short, no_length, silent, noise_before, byte_by_byte]
)
def test_one_spoiled_answer_costs_no_card(
    plugged: PluggedModule,
    post: Callable[..., Post],
    on: bytes,
    fault: Callable[[bytes], Iterable[bytes]],
) -> None:
    """The card is read, once and right; at worst its problem is said and it is read when it is laid again."""
    plugged.module.lay(ANNA)
    plugged.spoil = once(fault, on)
    at = post(plugged.link, Times(0.004, 0.1, 0.1, 0.008, 0.01, 0.02, 0.0))
    at.until(lambda: at.cards != [] or ReaderPhase.problem in [status.phase for status in at.told])
    if not at.cards:
        assert (on, fault) in ((READ, half), (READ, silent))
        plugged.module.lift()
        at.wait(ReaderPhase.ready)
        plugged.module.lay(ANNA)
        at.until(lambda: at.cards != [])
    assert at.cards == [parse_card(ANNA)]


def test_a_line_that_spoils_every_second_answer_is_no_deaf_reader(
    plugged: PluggedModule, post: Callable[..., Post]
) -> None:
    """Noise now and then is not told."""
    spoiled: list[bytes] = []

    def spoil(question: bytes, answer: bytes) -> Iterable[bytes]:
        spoiled.append(question)
        return wrong_check(answer) if len(spoiled) % 2 == 0 else [answer]

    plugged.spoil = spoil
    at = post(plugged.link)
    at.wait(ReaderPhase.ready)
    at.looks(plugged, 20)
    assert at.reader.status.phase is ReaderPhase.ready
    assert [status.phase for status in at.told] == [ReaderPhase.missing, ReaderPhase.ready]


@pytest.mark.parametrize("fault", [wrong_check, half, too_long, silent])
def test_a_card_that_never_comes_over_is_a_problem_until_it_does(
    tmp_path: Path, post: Callable[..., Post], fault: Callable[[bytes], Iterable[bytes]]
) -> None:
    """Every reading spoiled: said in words, and the next card is read as ever."""
    with PluggedModule(tmp_path / "tty", SamModule(finds_again=True)) as plugged:
        plugged.spoil = lambda question, answer: fault(answer) if question == READ else [answer]
        plugged.module.lay(ANNA)
        at = post(plugged.link, Times(0.004, 0.04, 0.06, 0.008, 0.01, 0.02, 0.0))
        at.until(lambda: at.reader.status.phase is ReaderPhase.problem)
        assert at.reader.status.fault in ("card_garbled", "card_read_failed")
        assert at.cards == []
        with plugged.lock:
            plugged.spoil = whole
        at.until(lambda: at.cards == [parse_card(ANNA)])


def test_unplugged_while_waiting_and_plugged_in_again(
    plugged: PluggedModule, post: Callable[..., Post]
) -> None:
    """Said at once; back by itself, on another terminal under the same name."""
    at = post(plugged.link)
    at.wait(ReaderPhase.ready)
    plugged.unplug()
    at.wait(ReaderPhase.missing, "card_reader_unplugged")
    plugged.plug_in()
    at.wait(ReaderPhase.ready)
    plugged.module.lay(ANNA)
    at.until(lambda: at.names() == ["安某"])


@pytest.mark.parametrize("on", [STATUS, FIND, SELECT, READ])
def test_unplugged_in_the_middle_of_an_answer(
    plugged: PluggedModule, post: Callable[..., Post], on: bytes
) -> None:
    """No half card is told; a clear word while it is out; the card is read after it is in again."""

    def pulled(answer: bytes) -> Iterable[bytes]:
        yield answer[: len(answer) // 2]
        plugged.end()
        yield answer[len(answer) // 2 :]

    plugged.spoil = once(pulled, on)
    plugged.module.lay(ANNA)
    at = post(plugged.link)
    at.wait(ReaderPhase.missing, "card_reader_missing" if on == STATUS else "card_reader_unplugged")
    assert at.cards == []
    plugged.unplug()
    plugged.module.lift()
    plugged.plug_in()
    at.wait(ReaderPhase.ready)
    plugged.module.lay(ANNA)
    at.until(lambda: at.cards == [parse_card(ANNA)])


def test_a_port_that_is_not_there_yet(
    tmp_path: Path, plugged: PluggedModule, post: Callable[..., Post]
) -> None:
    """The program starts before the cable is in; another port may be chosen meanwhile, or none."""
    at = post(tmp_path / "ttyUSB7")
    at.wait(ReaderPhase.missing, "card_reader_missing")
    at.reader.use(str(plugged.link))
    at.wait(ReaderPhase.ready)
    at.reader.use("")
    at.wait(ReaderPhase.none)
    looks = plugged.module.finds
    at.reader.use(str(plugged.link))
    at.until(lambda: plugged.module.finds > looks)


def test_a_port_that_may_not_be_opened(
    plugged: PluggedModule, post: Callable[..., Post], qtbot: QtBot
) -> None:
    """Another program has it: said so; ours when it is free."""
    other = post(plugged.link)
    other.wait(ReaderPhase.ready)
    at = post(plugged.link)
    at.wait(ReaderPhase.missing, "card_reader_denied")
    other.reader.use("")
    at.wait(ReaderPhase.ready)


def test_a_device_that_is_no_reader(plugged: PluggedModule, post: Callable[..., Post]) -> None:
    """It answers nothing, or something else: said; a reader that hangs and recovers is back by itself."""
    with plugged.lock:
        plugged.spoil = lambda _question, _answer: []
    at = post(plugged.link, Times(0.004, 0.03, 0.06, 0.005, 0.01, 0.02, 0.0))
    at.wait(ReaderPhase.missing, "card_reader_silent")
    with plugged.lock:
        plugged.spoil = lambda _question, _answer: [b"ATZ\r\nERROR\r\n"]
    told = len(at.told)
    with plugged.lock:
        plugged.spoil = whole
    at.wait(ReaderPhase.ready)
    assert [status.fault for status in at.told[told:]] == [""]
    with plugged.lock:
        plugged.spoil = lambda _question, _answer: [b"ATZ\r\nERROR\r\n"]
    at.wait(ReaderPhase.missing, "card_reader_silent")


def test_auto_finds_the_reader_among_the_usb_ports(tmp_path: Path, post: Callable[..., Post]) -> None:
    """Another device is spoken to a few times and then left alone; the reader is found when it is plugged in."""
    asked: list[bytes] = []

    def deaf(question: bytes, _answer: bytes) -> Iterable[bytes]:
        asked.append(question)
        return []

    gate, link = PluggedModule(tmp_path / "ttyUSB0"), tmp_path / "ttyUSB1"
    gate.spoil = deaf
    rounds: list[list[str]] = []

    def find_ports() -> list[str]:
        rounds.append([str(path) for path in (gate.link, link) if path.exists()])
        return rounds[-1]

    with gate, PluggedModule(link) as plugged:
        at = post(AUTO, Times(0.004, 0.06, 0.06, 0.005, 0.005, 0.02, 0.0), find_ports)
        at.wait(ReaderPhase.ready)
        assert at.reader.status.port == str(link)
        plugged.unplug()
        at.wait(ReaderPhase.missing, "card_reader_unplugged")
        seen = len(rounds)
        at.until(lambda: len(rounds) > seen + 10)
        assert asked == [STATUS] * 2 * TRIES
        assert at.reader.status.fault == "card_reader_unplugged"
        plugged.plug_in()
        at.wait(ReaderPhase.ready)
        plugged.module.lay(ANNA)
        at.until(lambda: at.names() == ["安某"])


def test_auto_comes_back_to_a_reader_that_hung_for_long(
    plugged: PluggedModule, post: Callable[..., Post]
) -> None:
    """What has answered once is tried for ever, not only a few times."""
    rounds: list[int] = []

    def find_ports() -> list[str]:
        rounds.append(1)
        return [str(plugged.link)]

    at = post(AUTO, Times(0.004, 0.02, 0.06, 0.005, 0.005, 0.02, 0.0), find_ports)
    at.wait(ReaderPhase.ready)
    with plugged.lock:
        plugged.spoil = lambda _question, _answer: []
    at.wait(ReaderPhase.missing, "card_reader_silent")
    seen = len(rounds)
    at.until(lambda: len(rounds) > seen + TRIES + 2)
    with plugged.lock:
        plugged.spoil = whole
    at.wait(ReaderPhase.ready)


def test_auto_without_any_reader(plugged: PluggedModule, post: Callable[..., Post]) -> None:
    """No port at all, or another device at the only one."""
    at = post(AUTO)
    at.wait(ReaderPhase.missing, "card_reader_none")
    plugged.spoil = lambda _question, _answer: []
    other = post(AUTO, Times(0.004, 0.02, 0.06, 0.005, 0.005, 0.02, 0.0), lambda: [str(plugged.link)])
    other.wait(ReaderPhase.missing, "card_reader_none")


def test_a_hundred_spoiled_answers_in_a_row(tmp_path: Path, post: Callable[..., Post]) -> None:
    """A seeded fuzz of the line: no wrong card ever, no thread lost, and a good line reads at once again."""
    chance = random.Random(20261124)

    def spoil(_question: bytes, answer: bytes) -> Iterable[bytes]:
        changed = bytearray(answer)
        for _ in range(chance.randint(0, 4)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        start, end = sorted((chance.randint(0, 12), chance.randint(len(changed) - 12, len(changed))))
        return [
            chance.randbytes(chance.randint(0, 8)),
            bytes(changed[start:end]),
            answer[: chance.randint(0, 9)],
        ]

    with PluggedModule(tmp_path / "tty", SamModule(finds_again=True)) as plugged:
        sent = [0]

        def counted(question: bytes, answer: bytes) -> Iterable[bytes]:
            sent[0] += 1
            return spoil(question, answer) if chance.random() < 0.7 else [answer]

        plugged.spoil = counted
        plugged.module.lay(ANNA)
        at = post(plugged.link, Times(0.001, 0.006, 0.012, 0.002, 0.001, 0.001, 0.0))
        at.until(lambda: sent[0] > 100)
        with plugged.lock:
            plugged.spoil = whole
            plugged.module.lift()
            at.cards, before = [], at.cards
        assert set(before) <= {parse_card(ANNA)}
        at.looks(plugged, 2)
        plugged.module.lay(BERT)
        at.until(lambda: "白某" in at.names())
