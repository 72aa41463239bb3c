"""A guard at a post of a sample site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sample import Post, at_post, copied, made_site


@pytest.fixture
def post(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    with at_post(copied(made_site(tmp_path_factory), tmp_path / "site")) as opened:
        yield opened
