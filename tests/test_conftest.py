"""The tests' own surroundings: what conftest.py and postgres.py promise."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import sqlalchemy as sa
from PySide6.QtCore import QThread
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QMainWindow
from pytestqt.qtbot import QtBot

from tests.postgres import PostgresServer

LEAVES = """
import os, subprocess, sys, threading
from pathlib import Path

def test_leaves_a_thread():
    threading.Thread(target=threading.Event().wait, name="forgotten", daemon=True).start()

def test_leaves_a_process():
    os.spawnv(os.P_NOWAIT, sys.executable, [sys.executable, "-c", "import time; time.sleep(59)"])

def test_leaves_a_grandchild():
    code = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])"
    subprocess.run([sys.executable, "-c", code], check=True)

def test_leaves_nothing():
    thread = threading.Thread(target=int)
    thread.start()
    subprocess.run([sys.executable, "-c", ""], check=True)
"""


def test_a_leftover_thread_or_process_fails_its_test(tmp_path: Path) -> None:
    """The check of conftest.py sees a thread, a child and an orphaned grandchild, and ends the processes."""
    root = Path(__file__).parent.parent
    (tmp_path / "tests").mkdir()
    for name in ("conftest.py", "postgres.py"):
        text = (root / "tests" / name).read_text(encoding="utf-8")
        (tmp_path / "tests" / name).write_text(
            text.replace("GRACE_SECONDS = 3.0", "GRACE_SECONDS = 0.5"), "utf-8"
        )
    (tmp_path / "tests" / "test_leaves.py").write_text(LEAVES, encoding="utf-8")
    command: list[str | Path] = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    command += ["-c", root / "pyproject.toml", "--rootdir", tmp_path, tmp_path / "tests"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "4 passed, 3 errors" in done.stdout, done.stdout + done.stderr
    assert "left running: thread forgotten" in done.stdout
    assert "time.sleep(59)" in done.stdout
    assert "time.sleep(60)" in done.stdout


def test_home_is_empty_and_ours(own_home: Path) -> None:
    assert Path.home() == own_home
    assert [path.name for path in own_home.iterdir()] == ["run"]
    assert not [name for name in os.environ if name.startswith("YINGHOU_")]
    assert "DBUS_SESSION_BUS_ADDRESS" not in os.environ


def test_a_window_is_shown_on_a_real_x_server(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(QLabel("迎候"))
    with qtbot.waitExposed(window):
        window.show()
    assert QGuiApplication.platformName() == "xcb"
    size = QGuiApplication.primaryScreen().size()
    assert (size.width(), size.height()) == (1366, 768)


def test_database_url_is_fresh_on_both(database_url: str) -> None:
    engine = sa.create_engine(database_url)
    try:
        with engine.begin() as connection:
            assert sa.inspect(connection).get_table_names() == []
            connection.execute(sa.text("CREATE TABLE visits (visitor TEXT)"))
            connection.execute(sa.text("INSERT INTO visits VALUES ('单雄信')"))
            assert connection.scalar(sa.text("SELECT visitor FROM visits")) == "单雄信"
    finally:
        engine.dispose()


def test_a_database_is_copied_from_a_template(postgres_server: PostgresServer) -> None:
    template = postgres_server.create()
    engine = sa.create_engine(postgres_server.url(template), poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE visits (visitor TEXT)"))
    copy = postgres_server.create(template)
    with sa.create_engine(postgres_server.url(copy), poolclass=sa.NullPool).begin() as connection:
        assert sa.inspect(connection).get_table_names() == ["visits"]
    postgres_server.drop(copy)
    postgres_server.drop(template)


def test_the_server_listens_on_no_port(postgres_server: PostgresServer) -> None:
    with sa.create_engine(postgres_server.url("postgres"), poolclass=sa.NullPool).begin() as connection:
        assert connection.scalar(sa.text("SHOW listen_addresses")) == ""
    assert postgres_server.folder.stat().st_uid != 0 or os.geteuid() != 0


def test_a_thread_of_qt_that_ended_is_no_leftover(qtbot: QtBot) -> None:
    """Python up to 3.12 lists a QThread that ran Python code for ever; the check asks the system instead."""
    seen: list[threading.Thread] = []

    class Worker(QThread):
        def run(self) -> None:
            seen.append(threading.current_thread())

    worker = Worker()
    with qtbot.waitSignal(worker.finished):
        worker.start()
    assert worker.wait(5000)
    assert seen[0] is not threading.main_thread()
