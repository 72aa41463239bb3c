"""The program on a sample site; cycles are collected on the thread of the tests only (see `app.ui.collector`)."""

from __future__ import annotations

import argparse
import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.ui.program import Program
from tests.sample import copied, made_site

Starter = Callable[..., Program]


@pytest.fixture(autouse=True)
def collected_here() -> Iterator[None]:
    """A dialog that is gone is often a cycle: collected in a worker thread, its widgets die there and Qt crashes."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture
def folder(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a sample hospital."""
    return copied(made_site(tmp_path_factory), tmp_path / "site")


def ended(program: Program) -> None:
    """Closes a program and its window."""
    if program.frame is not None:
        program.frame.close()
    program.close()
    if program.frame is not None:
        program.frame.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def started(qapp: QApplication, folder: Path) -> Iterator[Starter]:
    """Starts the program on `folder` for somebody at a station: its window painted, nothing opened yet."""
    programs: list[Program] = []

    def start(whom: str = "guard", station: str = "post") -> Program:
        options = argparse.Namespace(data=folder, lang=None, database="", station=station, as_whom=whom)
        program = Program(options)
        programs.append(program)
        assert program.start()
        return program

    yield start
    for program in programs:
        ended(program)
