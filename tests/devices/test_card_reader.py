"""The resident-card reader against a module on a pseudo-terminal: real bytes, a real port, a cable that comes out.

VIS-8: a reader is recognised, read once a card, and never makes the window wait. VIS-14: only the fields go over.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QThread
from pytestqt.qtbot import QtBot

from app.devices.card_module import Times
from app.devices.reader import DocumentReader, ReaderPhase, ReaderStatus
from app.devices.serial_line import SerialPort, port_choices, serial_ports, usb_ports
from app.devices.simulated_reader import SimulatedReader
from app.domain.card_fields import parse_card
from app.words import Words
from tests.devices import cards
from tests.devices.card_post import (
    ANNA,
    BERT,
    PATIENCE,
    Post,
    once,
)
from tests.devices.sam_module import FIND, READ, PluggedModule, SamModule, frame


def test_a_card_is_found_selected_and_read(plugged: PluggedModule, post: Callable[..., Post]) -> None:
    """Ready, reading, read; in the window's thread, whatever thread reads."""
    at = post(plugged.link)
    at.wait(ReaderPhase.ready)
    plugged.module.lay(ANNA)
    at.until(lambda: at.cards != [])
    assert at.cards == [parse_card(ANNA)]
    at.wait(ReaderPhase.ready)
    phases = [status.phase for status in at.told]
    assert phases == [
        ReaderPhase.missing,
        ReaderPhase.ready,
        ReaderPhase.reading,
        ReaderPhase.lying,
        ReaderPhase.ready,
    ]
    assert at.threads == {QThread.currentThread()}


@pytest.mark.parametrize("block", [cards.permit(), cards.foreigner_2017(), cards.foreigner_2023()])
def test_the_other_cards_are_read_alike(
    plugged: PluggedModule, post: Callable[..., Post], block: bytes
) -> None:
    at = post(plugged.link)
    plugged.module.lay(block)
    at.until(lambda: at.cards != [])
    assert at.cards == [parse_card(block)]


@pytest.mark.parametrize("finds_again", [False, True])
def test_a_lying_card_is_read_once_until_it_is_lifted(
    tmp_path: Path, post: Callable[..., Post], finds_again: bool
) -> None:
    """On modules that find it once and on those that find it all the time; laid again, it is read again."""
    with PluggedModule(tmp_path / "tty", SamModule(finds_again)) as plugged:
        at = post(plugged.link)
        for times in (1, 2, 3):
            plugged.module.lay(ANNA)
            at.until(partial(at.has_read, times))
            at.wait(ReaderPhase.lying)
            at.looks(plugged, 20)
            assert len(at.cards) == plugged.module.reads == times
            if finds_again:
                assert at.reader.status.phase is ReaderPhase.lying
            plugged.module.lift()
            at.wait(ReaderPhase.ready)
            at.looks(plugged, 1)


def test_a_card_at_the_edge_of_the_field_is_told_once(tmp_path: Path, post: Callable[..., Post]) -> None:
    """It comes and goes; another card is told at once."""
    with PluggedModule(tmp_path / "tty", SamModule(finds_again=True)) as plugged:
        at = post(plugged.link, Times(poll=0.004, answer=2.0, read=2.0, quiet=0.01, shown=0.01, again=60.0))
        for reads in (1, 2, 3):
            plugged.module.lay(ANNA)
            at.until(partial(plugged.module.has_read, reads))
            at.wait(ReaderPhase.lying)
            plugged.module.lift()
            at.wait(ReaderPhase.ready)
            at.looks(plugged, 1)
        plugged.module.lay(BERT)
        at.until(lambda: len(at.cards) > 1)
        assert at.names() == ["安某", "白某"]


def test_two_cards_at_once_are_a_problem_and_none_is_read(
    plugged: PluggedModule, post: Callable[..., Post]
) -> None:
    """A second card put on before the first was selected: said so; the one that stays is read when it lies alone."""
    at = post(plugged.link)
    at.wait(ReaderPhase.ready)
    with plugged.lock:
        plugged.module.lay(ANNA)
        plugged.module.lay(BERT)
    at.wait(ReaderPhase.problem, "card_select_failed")
    assert at.cards == []
    plugged.module.lift(ANNA)
    at.until(lambda: at.cards != [])
    assert at.names() == ["白某"]


def test_a_second_card_during_the_reading_is_never_taken_for_the_first(
    plugged: PluggedModule, post: Callable[..., Post]
) -> None:
    """The reading fails, is said so, and what was read in part is nobody's."""
    at = post(plugged.link)
    at.wait(ReaderPhase.ready)
    with plugged.lock:
        plugged.module.coming = BERT
        plugged.module.lay(ANNA)
    at.wait(ReaderPhase.problem, "card_select_failed")
    assert at.cards == []
    plugged.module.lift()
    at.wait(ReaderPhase.ready)
    plugged.module.lay(BERT)
    at.until(lambda: at.cards != [])
    assert at.names() == ["白某"]


def test_a_second_card_on_the_one_that_was_read_is_read_too(
    plugged: PluggedModule, post: Callable[..., Post]
) -> None:
    """Where the module itself knows that the first was read already."""
    at = post(plugged.link)
    plugged.module.lay(ANNA)
    at.until(lambda: at.names() == ["安某"])
    plugged.module.lay(BERT)
    at.until(lambda: at.names() == ["安某", "白某"])


def test_a_card_laid_the_moment_another_was_read_is_read_too(
    plugged: PluggedModule, post: Callable[..., Post]
) -> None:
    """Before the reader could look again: a module known to find each card once needs no look between."""
    at = post(plugged.link)
    plugged.module.lay(ANNA)
    at.until(lambda: at.names() == ["安某"])

    def laid(answer: bytes) -> Iterable[bytes]:
        plugged.module.lay(cards.permit())
        return [answer]

    with plugged.lock:
        plugged.spoil = once(laid, READ)
        plugged.module.lay(BERT)
    at.until(lambda: at.names() == ["安某", "白某", "何家敏"])


def test_a_module_that_once_missed_a_lying_card_is_not_read_over_and_over(
    tmp_path: Path, post: Callable[..., Post]
) -> None:
    """What was learnt of a module wrongly is put right by the card that comes again."""
    with PluggedModule(tmp_path / "tty", SamModule(finds_again=True)) as plugged:

        def missed(question: bytes, answer: bytes) -> Iterable[bytes]:
            first = question == FIND and plugged.module.reads == 1 and not missing
            missing.extend([1] * first)
            return [frame(b"\x00\x00\x80") if first else answer]

        missing: list[int] = []
        plugged.spoil = missed
        plugged.module.lay(ANNA)
        at = post(plugged.link, Times(poll=0.004, answer=2.0, read=2.0, again=60.0))
        at.until(lambda: plugged.module.reads > 1)
        at.looks(plugged, 20)
        assert (plugged.module.reads, at.names()) == (2, ["安某"])


def test_where_the_module_cannot_tell_the_second_card_waits_for_both_to_be_lifted(
    tmp_path: Path, post: Callable[..., Post]
) -> None:
    """On a module that finds any card all the time; the guard is told to take the card off meanwhile."""
    with PluggedModule(tmp_path / "tty", SamModule(finds_again=True)) as plugged:
        at = post(plugged.link)
        plugged.module.lay(ANNA)
        at.until(lambda: at.names() == ["安某"])
        plugged.module.lay(BERT)
        at.looks(plugged, 10)
        at.wait(ReaderPhase.lying)
        assert (at.names(), at.told[-1].phase) == (["安某"], ReaderPhase.lying)
        plugged.module.lift()
        at.wait(ReaderPhase.ready)
        plugged.module.lay(BERT)
        at.until(lambda: at.names() == ["安某", "白某"])


def test_a_card_lifted_too_soon_is_said_and_read_when_laid_again(
    plugged: PluggedModule, post: Callable[..., Post]
) -> None:
    def lifted(_answer: bytes) -> Iterable[bytes]:
        plugged.module.lift()
        return [frame(b"\x00\x00\x41")]

    at = post(plugged.link)
    at.wait(ReaderPhase.ready)
    with plugged.lock:
        plugged.spoil = once(lifted, READ)
        plugged.module.lay(ANNA)
    at.wait(ReaderPhase.problem, "card_read_failed")
    at.wait(ReaderPhase.ready)
    plugged.module.lay(ANNA)
    at.until(lambda: at.names() == ["安某"])


def test_a_chip_that_holds_rubbish_is_said_and_not_asked_again(
    tmp_path: Path, post: Callable[..., Post]
) -> None:
    """The frame is good and the text is not: no second try would help until the card is lifted."""
    with PluggedModule(tmp_path / "tty", SamModule(finds_again=True)) as plugged:
        plugged.module.lay(bytes(256))
        at = post(plugged.link)
        at.wait(ReaderPhase.problem, "card_text_unreadable")
        at.looks(plugged, 10)
        assert (plugged.module.reads, at.cards) == (1, [])
        plugged.module.lift()
        at.wait(ReaderPhase.ready)


def test_without_a_port_there_is_no_thread(post: Callable[..., Post]) -> None:
    """A site without a reader pays nothing."""
    before = threading.active_count()
    at = post("")
    assert (threading.active_count(), at.reader.status.phase) == (before, ReaderPhase.none)


def hanging(plugged: PluggedModule) -> threading.Event:
    """The module never answers a read; set when it is asked."""
    asked = threading.Event()

    def hang(question: bytes, answer: bytes) -> Iterable[bytes]:
        if question == READ:
            asked.set()
            return []
        return [answer]

    plugged.spoil = hang
    plugged.module.lay(ANNA)
    return asked


def test_nothing_is_told_after_the_end(plugged: PluggedModule, post: Callable[..., Post]) -> None:
    """Also not what is on its way; and the end comes while an answer is awaited."""
    asked = hanging(plugged)
    at = post(plugged.link, Times(poll=0.004, read=3600.0))
    assert asked.wait(PATIENCE / 1000)
    at.reader.close()
    QCoreApplication.processEvents()
    assert (at.told, at.cards) == ([], [])
    assert not [thread for thread in threading.enumerate() if thread.name == "card reader"]


def test_what_was_heard_on_another_port_is_not_told(
    plugged: PluggedModule, post: Callable[..., Post]
) -> None:
    """The setting is changed while a status of the old port is on its way."""
    asked = hanging(plugged)
    at = post(plugged.link, Times(poll=0.004, read=3600.0))
    assert asked.wait(PATIENCE / 1000)
    at.reader.use("")
    at.wait(ReaderPhase.none)
    assert at.told == [ReaderStatus()]


def test_the_thread_sleeps_while_nothing_happens(plugged: PluggedModule, post: Callable[..., Post]) -> None:
    """No busy waiting: while a module is silent for half a second, the thread uses next to no time of the CPU."""
    asked = threading.Event()

    def hang(question: bytes, answer: bytes) -> Iterable[bytes]:
        if question == FIND:
            asked.set()
            return []
        return [answer]

    plugged.spoil = hang
    at = post(plugged.link, Times(poll=0.004, answer=0.25, quiet=0.01))
    at.until(asked.is_set)
    thread = next(thread for thread in threading.enumerate() if thread.name == "card reader")
    begun = _cpu_seconds(thread)
    at.wait(ReaderPhase.missing, "card_reader_silent")
    assert _cpu_seconds(thread) - begun < 0.1


def _cpu_seconds(thread: threading.Thread) -> float:
    words = Path(f"/proc/self/task/{thread.native_id}/schedstat").read_text(encoding="ascii").split()
    return int(words[0]) / 1e9


def test_every_status_has_words() -> None:
    """In both languages, with the port in it where it matters."""
    for language in ("zh_CN", "en"):
        words = Words(language)
        for phase in set(ReaderPhase) - {ReaderPhase.problem}:
            assert ReaderStatus(phase, port="COM3").text(words)
        assert "COM3" in ReaderStatus(ReaderPhase.missing, "card_reader_denied", "COM3").text(words)


def test_the_choices_of_the_setting() -> None:
    """None, auto, what is there, and what was chosen even if it is not."""
    words = Words("en")
    ports = [SerialPort("/dev/ttyUSB0", "CP2102", True), SerialPort("/dev/ttyS0", "n/a", False)]
    assert port_choices(words, "COM9", ports) == [
        ("", "No card reader"),
        ("auto", "Find it (USB ports)"),
        ("/dev/ttyUSB0", "/dev/ttyUSB0 (CP2102)"),
        ("/dev/ttyS0", "/dev/ttyS0"),
        ("COM9", "COM9 (not plugged in now)"),
    ]
    assert len(port_choices(words, "auto", ports)) == 4
    assert set(usb_ports()) <= {port.device for port in serial_ports()}


def test_the_simulated_reader_behaves_as_a_real_one(qtbot: QtBot) -> None:
    """Training and the window's tests see the same signals in the same order."""
    simulated = SimulatedReader()
    reader: DocumentReader = simulated
    heard: list[object] = []
    reader.card_read.connect(heard.append)
    reader.state_changed.connect(lambda status: heard.append((status.phase, status.fault)))
    anna, bert = parse_card(ANNA), parse_card(BERT)
    simulated.lay(anna)
    simulated.lay(bert)
    simulated.lift()
    simulated.unplug()
    simulated.lay(anna)
    simulated.plug_in()
    reader.close()
    simulated.lay(anna)
    assert heard == [
        (ReaderPhase.reading, ""),
        (ReaderPhase.lying, ""),
        anna,
        (ReaderPhase.problem, "card_select_failed"),
        (ReaderPhase.ready, ""),
        (ReaderPhase.missing, "card_reader_unplugged"),
        (ReaderPhase.ready, ""),
        (ReaderPhase.none, ""),
    ]
