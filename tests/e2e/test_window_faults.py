"""What a guard sees when the surroundings fail: a sentence with the way out, what was typed, nothing lost."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app.operations.demo import make_demo
from app.words import LANGUAGES
from tests.e2e.conftest import Opens
from tests.e2e.stage import State, Window
from tests.faults.conftest import UNTIL
from tests.faults.program import bound_by_permissions, command, make_read_only, make_writable, said
from tests.faults.test_sharing import held
from tests.torture.faultfs import Kind, environment
from tests.torture.judge import judge

BOTH = pytest.mark.parametrize("language", LANGUAGES)
TYPED = ("F2", "=赵大海", "Ctrl+Return", "=E12345678", "Return", "=guk", "Return", "=探视", "Return")
HOLDS = {"visitor": "赵大海", "document_number": "E12345678", "purpose": "探视"}


def _still_there(shown: State) -> None:
    """The registration is back in the line with all that was taken, its own row, nothing typed lost."""
    assert shown["taken"] or shown["entry"]
    assert HOLDS.items() <= shown["fields"].items()
    assert shown["fields"]["host"]


def _says(shown: State, language: str, code: str) -> None:
    assert (shown["strip"], shown["tone"]) == (said(language, code), "error")


def _goes_through(window: Window, site: Path) -> None:
    """Once the fault is gone, F9 stores it; after a `kill -9` it is there."""
    before = len(window.saved())
    shown = window.keys("F9")
    assert len(window.saved()) == before + 1
    assert (shown["entry"], shown["tone"]) == ("", "done")
    assert window.saved()[-1].name in shown["strip"]
    window.kill()
    assert judge(site, window.told, go_on=False).wrong == ()


@BOTH
@pytest.mark.parametrize(
    ("kinds", "error", "code"),
    [
        (Kind.WRITE, errno.ENOSPC, "disk_full"),
        (Kind.WRITE | Kind.SYNC | Kind.TRUNCATE, errno.EROFS, "disk_fault"),
    ],
)
def test_the_disk_is_full_or_gone_at_f9(
    site: Path, opens: Opens, language: str, kinds: Kind, error: int, code: str
) -> None:
    """A registration that is open when the disk fails comes back into the line and is stored once there is room."""
    window = opens("--lang", language, environment=environment())
    window.ready()
    window.keys("F2", "=钱多多", "F9")
    window.keys(*TYPED)
    window.ask(arm={"folder": str(site), "kinds": int(kinds), "error": error, "forever": True})
    shown = window.keys("F9")
    _says(shown, language, code)
    _still_there(shown)
    assert len(window.saved()) == 1
    window.ask(disarm=True)
    _goes_through(window, site)


@BOTH
def test_the_disk_is_full_from_the_first_key(site: Path, opens: Opens, language: str) -> None:
    """Not even the first field can be written: it is said, typing goes on, and nothing of it is lost."""
    window = opens("--lang", language, environment=environment())
    window.ready()
    window.ask(arm={"folder": str(site), "kinds": int(Kind.WRITE), "error": errno.ENOSPC, "forever": True})
    shown = window.keys(*TYPED)
    _says(shown, language, "disk_full")
    _still_there(shown)
    window.ask(disarm=True)
    _goes_through(window, site)


@BOTH
def test_another_program_holds_the_file(site: Path, opens: Opens, language: str) -> None:
    """F9 waits for the lock as long as SQLite does, says who is in the way, and keeps everything."""
    window = opens("--lang", language)
    window.ready()
    window.keys(*TYPED)
    with held(site / "yinghou.db"):
        shown = window.keys("F9")
        _says(shown, language, "database_locked")
        _still_there(shown)
    _goes_through(window, site)


def _no_keys(site: Path) -> None:
    (site / "keys.json").unlink()


def _keys_of_another_site(site: Path) -> None:
    other = site.with_name("other")
    make_demo(other, "office", visits=5, requests=2, seed=8, until=UNTIL)
    shutil.copy(other / "keys.json", site)


def _damaged(site: Path) -> None:
    raw = (site / "yinghou.db").read_bytes()
    (site / "yinghou.db").write_bytes(raw[: len(raw) // 2])


@BOTH
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (_no_keys, "key_file_missing"),
        (_keys_of_another_site, "keys_of_another_site"),
        (_damaged, "file_damaged"),
        (make_read_only, "folder_read_only"),
    ],
)
def test_a_site_that_cannot_be_opened(
    site: Path, opens: Opens, language: str, fault: Callable[[Path], None], code: str
) -> None:
    """The window says why, in the user's language and with the way out, and ends when that was read."""
    fault(site)
    try:
        window = opens("--lang", language, preexec=bound_by_permissions)
        shown = window.wait(lambda state: state["dialog"])
        assert said(language, code, folder=site) in shown["dialog"]
        assert not shown["page"]
        window.send(keys=["Return"])
        assert window.ended() == 1
    finally:
        make_writable(site)


@BOTH
def test_the_file_of_half_filled_forms_cannot_be_opened(site: Path, opens: Opens, language: str) -> None:
    """No window without a word: what is typed could not be kept, so it is said, and the window does not open."""
    nowhere = environment(site / "drafts.db", Kind.OPEN | Kind.WRITE, error=errno.ENOSPC)
    window = opens("--lang", language, environment=nowhere)
    shown = window.wait(lambda state: state["dialog"])
    assert said(language, "cannot_open") in shown["dialog"]
    window.send(keys=["Return"])
    assert window.ended() == 1


def test_a_page_of_the_file_is_damaged_while_the_window_is_open(site: Path, opens: Opens) -> None:
    """Rubbish written over the data by another program: said as damage, nothing raised, the line keeps what it has."""
    window = opens("--lang", "en", environment=environment())
    window.ready()
    window.keys(*TYPED)
    window.ask(arm={"folder": str(site), "kinds": int(Kind.READ), "error": errno.EIO, "forever": True})
    raw = bytearray((site / "yinghou.db").read_bytes())
    raw[100:] = b"\xa5" * (len(raw) - 100)
    (site / "yinghou.db").write_bytes(raw)
    (site / "yinghou.db-wal").write_bytes(b"")
    shown = window.keys("F9")
    assert (shown["strip"], shown["tone"]) in (
        (said("en", "file_damaged"), "error"),
        (said("en", "disk_fault"), "error"),
    )
    _still_there(shown)
    assert window.saved() == []


def test_two_windows_and_a_command_on_one_folder(site: Path, opens: Opens, tmp_path: Path) -> None:
    """Each sees what the other stores; one document goes back once; a command reads beside them."""
    one, two = opens("--lang", "en"), opens("--lang", "en")
    one.ready()
    two.ready()
    one.keys(*TYPED, "Escape")
    visit = one.state()["open"][0]["visit"]
    two.wait(lambda state: [row["visit"] for row in state["open"]] == [visit])
    one.keys("F2", "=钱多多", "F9")
    two.keys("F2", "=孙小美", "F9")
    assert command(site, "export", "visits", "--out", tmp_path / "visits.csv").status == 0
    one.ask(keys=["Escape", "F9"])
    two.ask(keys=["Escape", "F9"])
    one.wait(lambda state: not state["waits"])
    two.wait(lambda state: not state["waits"] and not state["open"])
    returned = [told for window in (one, two) for told in window.saved() if told.visit == visit]
    assert len(returned) == 1
    one.kill()
    two.kill()
    assert len(one.saved()) + len(two.saved()) == 3
    assert judge(site, [*one.told, *two.told], go_on=False).wrong == ()


def test_the_clock_is_set_back_an_hour_in_the_middle_of_a_registration(site: Path, opens: Opens) -> None:
    """VIS-2: the clock on the screen and the stored time go on; so they do after a crash in between."""
    window = opens("--lang", "en", environment=environment())
    started = window.ready()["now"]
    window.keys(*TYPED)
    window.ask(clock=-3600)
    shown = window.keys("F9")
    assert "done" in shown["tone"]
    first = window.saved()[0].held
    assert first is not None
    assert 0.0 < first <= shown["now"] - started
    begun = shown["now"]
    window.keys("F2", "=钱多多", "Ctrl+Return")
    window.kill()
    again = opens("--lang", "en", environment=environment(clock=-7200))
    row = again.ready()["open"][0]
    assert row["estimated"] is False
    assert row["since"] >= begun
    shown = again.keys("F9")
    held_for = again.saved()[0].held
    assert held_for is not None
    assert abs(held_for - (shown["now"] - row["since"])) < 2.0
    again.kill()
    assert judge(site, [*window.told, *again.told], go_on=False).wrong == ()
