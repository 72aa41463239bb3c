"""A guard at a post, and the desk of requests, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.operations.requests_site import RequestsSite, open_site
from tests.postgres import PostgresServer
from tests.sample import Post, at_post, copied, made_site


@pytest.fixture(params=["sqlite", "postgresql"])
def post(
    request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Post]:
    """A sample hospital on each database."""
    if request.param == "sqlite":
        with at_post(copied(made_site(tmp_path_factory), tmp_path / "site")) as opened:
            yield opened
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    folder, template = _on_server(server, tmp_path_factory)
    name = server.create(template=template)
    try:
        with at_post(copied(folder, tmp_path / "site"), server.url(name)) as opened:
            yield opened
    finally:
        server.drop(name)


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[RequestsSite]:
    """A small site for requests on each database, its clock in the test's hand."""
    with open_site(database_url, tmp_path) as opened:
        yield opened


_templates: dict[int, tuple[Path, str]] = {}


def _on_server(server: PostgresServer, folders: pytest.TempPathFactory) -> tuple[Path, str]:
    from tests.sample import make_site

    if server.pid not in _templates:
        name = server.create()
        folder = make_site(folders.mktemp("on-server") / "site", server.url(name))
        sa.create_engine(server.url(name)).dispose()
        _templates[server.pid] = folder, name
    return _templates[server.pid]
