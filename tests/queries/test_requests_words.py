"""The search by words against a plain look at every text (REQ-9)."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.db.store import Store
from app.domain.requests_text import contains, flat
from app.operations import requests as taking
from app.queries.requests_search import by_words
from tests.operations.requests_site import RequestsSite, open_site

LETTERS = "空调灯不亮 aＡ1"
TAKEN: defaultdict[UUID, dict[UUID, str]] = defaultdict(dict)
"""The words that each site's requests have, by key."""
TEXTS = st.text(alphabet=LETTERS, min_size=1, max_size=8).filter(str.strip)


@pytest.fixture(scope="module")
def site() -> Iterator[RequestsSite]:
    """One site for all examples: each takes another few requests, and all of them are searched."""
    with (
        tempfile.TemporaryDirectory() as folder,
        open_site(f"sqlite:///{folder}/yinghou.db", Path(folder)) as opened,
    ):
        yield opened


def found(store: Store, text: str) -> set[UUID]:
    with store.reading() as connection:
        return set(by_words(store, connection, text, 10_000))


@settings(max_examples=40)
@given(st.lists(TEXTS, min_size=1, max_size=3), st.lists(TEXTS, min_size=1, max_size=6))
def test_words_are_found_as_by_a_plain_scan(
    site: RequestsSite, texts: list[str], searches: list[str]
) -> None:
    """Every text of two or more characters finds exactly the requests whose words hold it; one character its like."""
    kept = TAKEN[site.store.writer.id]
    for text in texts:
        taken = site.take(words=text)
        kept[taken.request_id] = text
    changed = next(iter(kept))
    version = site.load(changed).version
    taking.change_words(site.store, site.clerk, changed, version, texts[-1])
    kept[changed] = texts[-1]
    for search in searches:
        if len(flat(search)) == 1:
            expected = {key for key, text in kept.items() if flat(text) == flat(search)}
        else:
            expected = {key for key, text in kept.items() if contains(text, search)}
        assert found(site.store, search) == expected
