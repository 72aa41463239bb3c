"""The protocol of the module: frames in a stream, and answers of every kind (VIS-8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.devices.card_module import CardModule, Frames, Times
from app.domain.card_fields import parse_card
from app.errors import DomainError
from tests.devices.card_post import (
    ANNA,
    QUICK,
    Post,
)
from tests.devices.sam_module import PluggedModule, frame


class Tape:
    """A line that plays what was recorded, in pieces."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = pieces

    def write(self, data: bytes) -> None:
        """Nobody listens."""

    def read(self) -> bytes:
        return self.pieces.pop(0) if self.pieces else b""

    def drop_input(self) -> None:
        """What is recorded comes later."""


GOOD_READ = b"\x00\x00\x90\x01\x00\x04\x00" + ANNA + bytes(1024)
PIECES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [frame(GOOD_READ), frame(GOOD_READ[:-3]), frame(b"\x00\x00\x9f"), b"\xaa\xaa\xaa\x96\x69"]
    ),
    st.binary(min_size=3, max_size=30).map(frame),
)


@given(st.lists(PIECES, max_size=6))
def test_whatever_a_module_answers_is_a_card_or_a_domain_error(pieces: list[bytes]) -> None:
    module = CardModule(Tape(pieces), Times(answer=0.002, read=0.002, quiet=0.0), lambda: False)
    for ask in (module.wake, module.find, module.select, module.read, module.settle):
        try:
            found = ask()
        except DomainError:
            continue
        assert found in (None, True, False, parse_card(ANNA))


class Stale(Tape):
    """A line on which something waits already; the answer comes after the question."""

    def __init__(self, waiting: bytes, answer: bytes) -> None:
        super().__init__([waiting])
        self.answer = answer

    def write(self, data: bytes) -> None:
        self.pieces.append(self.answer)

    def drop_input(self) -> None:
        self.pieces.clear()


def test_what_came_before_the_question_is_no_answer_to_it() -> None:
    """A late answer about the card before must never be taken for this one's."""
    line = Stale(frame(b"\x00\x00\x9f"), frame(b"\x00\x00\x80"))
    assert not CardModule(line, QUICK, lambda: False).find()
    line = Stale(frame(GOOD_READ), frame(b"\x00\x00\x41"))
    with pytest.raises(DomainError, match="card_read_failed"):
        CardModule(line, QUICK, lambda: False).read()


def test_the_late_answer_to_a_read_is_not_taken_for_another_questions() -> None:
    line = Tape([frame(GOOD_READ)])
    with pytest.raises(DomainError, match="card_garbled"):
        CardModule(line, QUICK, lambda: False).select()


@pytest.mark.parametrize(
    "sizes", [b"\x00\xff\x04\x01", b"\x01\x00\x03\xff", b"\x01\x00\x00\x00", b"\x00\x00\x00\x00", b""]
)
def test_a_read_whose_sizes_do_not_fit_is_garbled(sizes: bytes) -> None:
    line = Tape([frame(b"\x00\x00\x90" + sizes + ANNA + bytes(1024))])
    with pytest.raises(DomainError, match="card_garbled"):
        CardModule(line, QUICK, lambda: False).read()


@given(
    st.lists(st.tuples(st.binary(max_size=20), st.binary(min_size=3, max_size=50)), max_size=5),
    st.lists(st.integers(1, 30), min_size=1),
)
def test_frames_come_out_whole_however_they_are_cut(sent: list[tuple[bytes, bytes]], cuts: list[int]) -> None:
    """Noise between frames, pieces of any size. Noise that is itself a preamble is the next test's."""
    stream = b"".join(noise.replace(b"\x69", b"\x68") + frame(body) for noise, body in sent)
    frames, found = Frames(), []
    while stream:
        for cut in cuts:
            frames.feed(stream[:cut])
            stream = stream[cut:]
            while (body := frames.take()) is not None:
                found.append(body)
    assert found == [body for _, body in sent]


def test_a_preamble_in_the_noise_does_not_hide_the_frame_behind_it() -> None:
    frames = Frames()
    frames.feed(
        b"\xaa\xaa\xaa\x96\x69\xff\xff\x01" + b"\xaa\xaa\xaa\x96\x69\x00\x05" + frame(b"\x00\x00\x90")
    )
    assert frames.take() == b"\x00\x00\x90"
    assert frames.take() is None


def test_the_commands_are_those_of_the_protocol(plugged: PluggedModule, post: Callable[..., Post]) -> None:
    """Byte for byte as DOCUMENTS has them; the fingerprint (30 10) is never asked for."""
    sent: list[bytes] = []

    def listen(question: bytes, answer: bytes) -> Iterable[bytes]:
        sent.append(frame(question)[5:])
        return [answer]

    plugged.spoil = listen
    plugged.module.lay(ANNA)
    at = post(plugged.link)
    at.until(lambda: at.cards != [])
    assert [part.hex() for part in sent[:4]] == ["000311ffed", "0003200122", "0003200221", "0003300132"]
