"""Cycles are collected on the thread of the tests only, as in the program (see `app.ui.collector`)."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def collected_here() -> Iterator[None]:
    """A dialog that is gone is often a cycle: collected in a worker thread, its widgets die there and Qt crashes."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()
