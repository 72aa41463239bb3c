"""Half-filled forms survive: a crash, another window, a damaged file."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from app.db.drafts import FILE, Drafts
from app.db.secrets import Secrets
from app.errors import DomainError
from tests.db.sites import NUMBER

SECRETS = Secrets(bytes(range(32)))


def test_a_draft_is_kept_taken_and_dropped(tmp_path: Path) -> None:
    """By owner and name; a later one replaces it; nobody sees another's."""
    drafts = Drafts(tmp_path, SECRETS)
    drafts.keep("a", "visit", {"visitor": "张"})
    drafts.keep("a", "visit", {"visitor": "张三", "open": True})
    drafts.keep("a", "request", {"words": "水管漏水"})
    drafts.keep("b", "visit", {"visitor": "李"})
    assert drafts.take("a", "visit") == {"visitor": "张三", "open": True}
    assert set(drafts.all("a")) == {"visit", "request"}
    drafts.drop("a", "visit")
    assert drafts.take("a", "visit") is None
    assert drafts.take("b", "visit") == {"visitor": "李"}
    own = drafts.of("b")
    own.save("visit", {"visitor": "李四"})
    assert own.load("visit") == {"visitor": "李四"}
    own.forget("visit")
    assert own.load("visit") is None
    drafts.close()


def test_two_windows_share_the_file_and_nothing_typed_stands_in_it(tmp_path: Path) -> None:
    """VIS-14: values are encrypted, also in the journal, and readable with the site's key alone."""
    first, second = Drafts(tmp_path, SECRETS), Drafts(tmp_path, SECRETS)
    first.keep("a", "visit", {"number": NUMBER})
    assert second.take("a", "visit") == {"number": NUMBER}
    for path in tmp_path.iterdir():
        assert NUMBER.encode() not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0 or path.suffix != ".db"
    first.close()
    second.close()
    stranger = Drafts(tmp_path, Secrets(bytes(32)))
    assert stranger.take("a", "visit") is None
    stranger.close()


def test_a_draft_is_bound_to_its_owner_and_name(tmp_path: Path) -> None:
    """A value moved to another name does not open."""
    drafts = Drafts(tmp_path, SECRETS)
    drafts.keep("a", "visit", {"x": 1})
    drafts.close()
    raw = sqlite3.connect(tmp_path / FILE)
    raw.execute("UPDATE drafts SET owner = 'b'")
    raw.commit()
    raw.close()
    again = Drafts(tmp_path, SECRETS)
    assert again.all("b") == {}
    again.close()


def test_a_killed_program_leaves_its_draft(tmp_path: Path) -> None:
    """What `keep` returned for is there after kill -9."""
    script = (
        "import sys, time; from pathlib import Path\n"
        "from app.db.drafts import Drafts; from app.db.secrets import Secrets\n"
        "Drafts(Path(sys.argv[1]), Secrets(bytes(range(32)))).keep('a', 'visit', {'visitor': '张三'})\n"
        "print('kept', flush=True); time.sleep(60)"
    )
    program = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert program.stdout is not None
    assert program.stdout.readline() == b"kept\n"
    os.kill(program.pid, signal.SIGKILL)
    program.wait(10)
    program.stdout.close()
    drafts = Drafts(tmp_path, SECRETS)
    assert drafts.take("a", "visit") == {"visitor": "张三"}
    drafts.close()


@pytest.mark.parametrize("damage", ["rubbish", "header", "middle"])
def test_a_damaged_file_is_set_aside_and_a_fresh_one_begun(tmp_path: Path, damage: str) -> None:
    """Drafts never stop the work; the damaged file is kept under another name, and that is said."""
    drafts = Drafts(tmp_path, SECRETS)
    for number in range(300):
        drafts.keep("a", f"form {number}", {"words": "水" * 200})
    drafts.close()
    raw = (tmp_path / FILE).read_bytes()
    wrong = {
        "rubbish": b"no database at all " * 500,
        "header": bytes(100) + raw[100:],
        "middle": raw[:4096] + b"\xa5" * (len(raw) - 4096),
    }[damage]
    (tmp_path / FILE).write_bytes(wrong)
    drafts = Drafts(tmp_path, SECRETS)
    drafts.keep("a", "visit", {"visitor": "张三"})
    assert drafts.take("a", "visit") == {"visitor": "张三"}
    assert drafts.set_aside is not None
    assert drafts.set_aside.read_bytes()[-100:] == wrong[-100:]
    drafts.close()
    again = Drafts(tmp_path, SECRETS)
    assert again.set_aside is None
    assert again.take("a", "visit") == {"visitor": "张三"}
    again.close()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    """The surroundings' faults are errors, not a reason to begin anew."""
    with pytest.raises(DomainError, match="cannot_open"):
        Drafts(tmp_path / "nowhere", SECRETS)
