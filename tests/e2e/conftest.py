"""A small sample site, and its window in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.stage import Window, no_traceback
from tests.faults.conftest import site as site
from tests.faults.conftest import small_demo as small_demo
from tests.ui.conftest import collected_here as collected_here

Opens = Callable[..., Window]


@pytest.fixture
def opens(site: Path) -> Iterator[Opens]:
    """Opens a window on the site; every window is ended with the test, and none may have raised anything."""
    windows: list[Window] = []
    with ExitStack() as stack:

        def opened(*options: str, folder: Path = site, **more: Any) -> Window:
            window = stack.enter_context(Window(folder, *options, **more))
            windows.append(window)
            return window

        yield opened
    assert [fault for window in windows for fault in no_traceback(window)] == []
