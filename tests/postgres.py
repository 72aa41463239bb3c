"""A real PostgreSQL for the tests: a cluster of its own in a temporary folder, on a socket, removed afterwards.

PostgreSQL refuses to run as root, so under root it runs as `postgres` or `nobody`. It never listens on a network
port and never flushes to the disk (a test's data need not outlive a power cut). Fixtures: `postgres_server`,
`postgres_url` (from a name to a URL), `postgres_database` (a fresh one), `database_url` (a SQLite file, then
a fresh PostgreSQL database: the test runs on both).
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

USER = "yinghou"
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
max_connections = 100
shared_buffers = 64MB
fsync = off
synchronous_commit = off
full_page_writes = off
timezone = 'UTC'
"""
START_TRIES = 1500
TRY_SECONDS = 0.02
STOP_SECONDS = 20
LONGEST_FOLDER = 70  # characters; a socket's path may have 107


class PostgresServer:
    """A running server, owned by the test session. Databases have the owner `yinghou`, without a password."""

    def __init__(self) -> None:
        programs, user = _programs(), _user()
        become: dict[str, Any] = {}
        if user is not None:
            become = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        self._numbers = itertools.count(1)
        self.folder = _folder(user)
        data, environment = self.folder / "data", {"LC_ALL": "C", "HOME": str(self.folder)}
        try:
            initdb: list[str | Path] = [
                programs / "initdb",
                "-D",
                data,
                "-U",
                USER,
                "--auth=trust",
                "--no-sync",
            ]
            initdb += ["--encoding=UTF8", "--locale=C"]
            subprocess.run(
                initdb, check=True, capture_output=True, cwd=self.folder, env=environment, **become
            )
            with (data / "postgresql.conf").open("a", encoding="utf-8") as settings:
                settings.write(SETTINGS.format(folder=self.folder))
            # Should the tests be killed, the system tells the server to go.
            setpriv = shutil.which("setpriv")
            follow = [setpriv, "--pdeathsig", "INT", "--"] if setpriv else []
            with (self.folder / "log").open("wb") as log:
                self._process = subprocess.Popen(
                    [*follow, programs / "postgres", "-D", data],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self.folder,
                    env=environment,
                    **become,
                )
            self._wait_until_ready()
        except BaseException:
            shutil.rmtree(self.folder)
            raise

    @property
    def pid(self) -> int:
        """The server's process id."""
        return self._process.pid

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://{USER}@/{database}?host={self.folder}"

    def create(self, template: str = "template1") -> str:
        """Makes a database as a copy of another that nobody is connected to; answers its name."""
        name = f"test_{next(self._numbers)}"
        self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}"), name, template)
        return name

    def drop(self, database: str) -> None:
        """Removes a database and ends the connections to it."""
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)"), database)

    def stop(self) -> None:
        """Ends the server and removes its folder."""
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder)

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user=USER, dbname="postgres", autocommit=True)

    def _execute(self, statement: sql.SQL, *names: str) -> None:
        with self._connect() as connection:
            connection.execute(statement.format(*map(sql.Identifier, names)))

    def _wait_until_ready(self) -> None:
        for _ in range(START_TRIES):
            try:
                self._connect().close()
            except psycopg.OperationalError:
                pass
            else:
                return
            try:
                self._process.wait(TRY_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            break
        else:
            self._process.kill()
            self._process.wait()
        raise RuntimeError(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()}")


def _programs() -> Path:
    """The newest server's programs: Debian keeps them out of PATH, one folder a version."""
    found = list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return max(found, key=lambda path: float(path.parent.parent.name)).parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise FileNotFoundError("there is no PostgreSQL server here: `make setup` installs it")
    return Path(on_path).resolve().parent


def _user() -> pwd.struct_passwd | None:
    """Whom the server runs as; None for ourselves."""
    if os.geteuid() != 0:
        return None
    users = {entry.pw_name: entry for entry in pwd.getpwall()}
    return users.get("postgres") or users["nobody"]


def _folder(user: pwd.struct_passwd | None) -> Path:
    """A new folder that the server's user can reach, with a path short enough for a socket."""
    for parent in map(Path, (tempfile.gettempdir(), "/tmp", "/var/tmp")):
        reachable = user is None or all(step.stat().st_mode & 0o001 for step in (parent, *parent.parents))
        if reachable and len(str(parent)) < LONGEST_FOLDER:
            folder = Path(tempfile.mkdtemp(prefix="yinghou-pg-", dir=parent))
            if user is not None:
                os.chown(folder, user.pw_uid, user.pw_gid)
            return folder
    raise FileNotFoundError("there is no temporary folder that the PostgreSQL server could use")


SERVER = pytest.StashKey[PostgresServer]()


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> Iterator[PostgresServer]:
    """The session's server, started when first asked for."""
    server = PostgresServer()
    request.config.stash[SERVER] = server
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def postgres_url(postgres_server: PostgresServer) -> Callable[[str], str]:
    """From a database's name to its SQLAlchemy URL on the session's server."""
    return postgres_server.url


@pytest.fixture
def postgres_database(postgres_server: PostgresServer) -> Iterator[str]:
    """The SQLAlchemy URL of a fresh, empty PostgreSQL database; dropped after the test."""
    name = postgres_server.create()
    yield postgres_server.url(name)
    postgres_server.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh, empty database: the test runs once on a SQLite file, once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'yinghou.db'}"
    url: str = request.getfixturevalue("postgres_database")
    return url
