"""A small sample site with a day's visits, copied for each test."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.operations.demo import make_demo

UNTIL = datetime(2026, 3, 1, 10, tzinfo=UTC)


@pytest.fixture(scope="session")
def small_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once; never changed."""
    folder = tmp_path_factory.mktemp("small") / "site"
    make_demo(folder, "hospital", visits=60, requests=20, seed=7, until=UNTIL)
    return folder


@pytest.fixture
def site(small_demo: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(small_demo, tmp_path / "site"))
