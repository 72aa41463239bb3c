"""The preview's PDF: private, gone with the page, whole where it is saved."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.errors import DomainError
from app.ui.reports import folder as folders
from app.ui.reports.folder import PrivateFolder
from app.ui.reports.saving import Saver


def test_only_this_account_may_look_into_it(tmp_path: Path) -> None:
    """VIS-14: what a visitor's name stands on is nobody else's business."""
    folder = PrivateFolder(tmp_path)
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    first, second = folder.new(), folder.new()
    assert first != second
    first.write_bytes(b"%PDF-1.7")
    copy = folder.copy(first)
    folder.drop(first)
    assert copy.read_bytes() == b"%PDF-1.7"
    folder.close()
    assert list(tmp_path.iterdir()) == []


def test_it_goes_with_its_owner(tmp_path: Path) -> None:
    folder = PrivateFolder(tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    del folder
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_window_left_is_swept_up(tmp_path: Path) -> None:
    left = tmp_path / f"{folders.PREFIX}left"
    left.mkdir()
    (left / "1.pdf").write_bytes(b"%PDF-")
    running = PrivateFolder(tmp_path)
    young = PrivateFolder(tmp_path)
    assert left.exists(), "it may be one that another window is just making"
    for path in (left, running.path):
        os.utime(path, (1, 1))
    folders.sweep(tmp_path)
    assert not left.exists()
    assert running.path.exists()
    running.close()
    young.close()


def test_a_saved_file_is_whole(qtbot: QtBot, tmp_path: Path) -> None:
    source, target = tmp_path / "1.pdf", tmp_path / "日报.pdf"
    source.write_bytes(b"%PDF-" + b"x" * 3_000_000)
    target.write_bytes(b"older")
    saver = Saver()
    with qtbot.waitSignal(saver.saved) as done:
        saver.save(source, target)
        source.unlink()
    assert done.args == [target]
    assert target.stat().st_size == 3_000_005
    assert [path.name for path in tmp_path.iterdir()] == ["日报.pdf"]
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(target.stat().st_mode) == 0o666 & ~umask


@pytest.mark.parametrize("missing", ["source", "folder"])
def test_what_cannot_be_written_is_said(qtbot: QtBot, tmp_path: Path, missing: str) -> None:
    source, target = tmp_path / "1.pdf", tmp_path / "gone" / "日报.pdf"
    if missing == "folder":
        source.write_bytes(b"%PDF-")
    saver = Saver()
    with qtbot.waitSignal(saver.failed) as failed:
        saver.save(source, target)
    error = failed.args[0]
    assert isinstance(error, DomainError)
    assert error.code == "cannot_write_file"


def test_a_failed_save_leaves_nothing_half_written(qtbot: QtBot, tmp_path: Path) -> None:
    source, target = tmp_path / "1.pdf", tmp_path / "older.pdf"
    source.write_bytes(b"%PDF-")
    target.mkdir()  # a folder of that name: the last step, the rename, fails
    saver = Saver()
    with qtbot.waitSignal(saver.failed):
        saver.save(source, target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.pdf", "older.pdf"]
