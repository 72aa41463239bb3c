"""The evacuation list as files: atomic, few, honest, and the command that writes them (VIS-13, VIS-14)."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from app import evacuation_copies as copies
from app import papers, settings
from app.domain.people import Actor, pc_actor
from app.domain.visits import Fields
from app.errors import DomainError
from app.main import main
from app.operations import late_entry
from app.operations.nights import close_night
from app.operations.site_errands import VARIABLE, errand
from app.words import Words
from reports import evacuation as paper
from tests.printers import PrivateCups
from tests.reports.reading import is_sound, squeezed, text_of
from tests.sample import Post, at_post, copied, made_site

ZH = Words("zh_CN")
NUMBER = "21010219870412919X"


@pytest.fixture
def post(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    with at_post(copied(made_site(tmp_path_factory), tmp_path / "site")) as opened:
        yield opened


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def saved(post: Post, folder: Path, *, own: bool = False, actor: Actor | None = None) -> copies.Saved:
    return copies.save(post.store, actor or pc_actor(), ZH, folder, own=own)


def test_both_files_open_without_the_program(post: Post, tmp_path: Path) -> None:
    """VIS-13, VIS-14: a sound PDF and a UTF-8 text with its mark; the number of the document is in neither."""
    post.register(visitor="张顺", document_number=NUMBER, pass_number="A017")
    done = saved(post, tmp_path)
    assert done.people == 1
    assert is_sound(done.pdf)
    raw = done.text.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    for text in (squeezed(text_of(done.pdf)), raw.decode("utf-8-sig")):
        assert "张顺" in text
        assert "A017" in text
        assert NUMBER[-6:] not in text
    assert "截至 2026-11-23 09:00" in raw.decode("utf-8-sig")


def test_the_last_three_are_kept_and_nothing_of_others_is_touched(post: Post, tmp_path: Path) -> None:
    """VIS-14: the shortest time; a name that is not quite ours stays."""
    strangers = {
        "evacuation.pdf",
        "evacuation_2026-11-23.pdf",
        "plan.txt",
        "evacuation_2026-11-23_090000.docx",
    }
    for name in strangers:
        (tmp_path / name).write_text("not ours")
    (tmp_path / "deep").mkdir()
    for _ in range(6):
        saved(post, tmp_path)
        post.clock.pass_by(300)
    ours = [name for name in names(tmp_path) if copies.NAME.fullmatch(name)]
    assert ours == [
        f"evacuation_2026-11-23_09{minute}00.{kind}"
        for minute in ("15", "20", "25")
        for kind in ("pdf", "txt")
    ]
    assert strangers | {"deep"} | set(ours) >= {name for name in names(tmp_path) if name != "site"}


def test_a_clock_set_back_leaves_no_list_that_looks_newer(post: Post, tmp_path: Path) -> None:
    """VIS-13: the newest name is the newest list, also when the PC's clock was wrong by a day."""
    post.clock.set_wall(86400)
    saved(post, tmp_path / ".." / tmp_path.name)
    post.clock.set_wall(-86400)
    done = saved(post, tmp_path)
    assert [name for name in names(tmp_path) if name.endswith(".pdf")] == [done.pdf.name]


def test_the_own_folder_is_made_and_is_its_owners(post: Post, tmp_path: Path) -> None:
    """VIS-14: names are for this account's eyes unless the site chooses another folder."""
    done = saved(post, post.folder / "evacuation", own=True)
    for path, mode in ((done.pdf, 0o600), (done.text, 0o600), (done.pdf.parent, 0o700)):
        assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_folder_that_is_gone_is_not_made_on_the_disk_below(post: Post, tmp_path: Path) -> None:
    """A stick that was pulled out."""
    gone = tmp_path / "stick" / "lists"
    with pytest.raises(DomainError) as refused:
        saved(post, gone)
    assert (refused.value.code, refused.value.values["folder"]) == ("evacuation_folder_gone", str(gone))
    assert not gone.parent.exists()


def test_a_full_disk_leaves_the_older_list_and_no_rest(
    post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """VIS-13: whole or not at all."""
    before = saved(post, tmp_path)
    content = before.pdf.read_bytes()
    post.clock.pass_by(300)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(DomainError, match="disk_full"):
            saved(post, tmp_path)
    assert before.pdf.read_bytes() == content
    assert [name for name in names(tmp_path) if name != "site"] == [before.pdf.name, before.text.name]
    assert saved(post, tmp_path).pdf.exists()


def test_what_a_killed_child_left_is_swept(post: Post, tmp_path: Path) -> None:
    left = tmp_path / ".evacuation.999999.pdf.part"
    left.write_bytes(b"half")
    (tmp_path / ".evacuation.999998.pdf.part.1.part").write_bytes(b"half")
    saved(post, tmp_path)
    assert not [name for name in names(tmp_path) if name.endswith(".part")]


def test_a_name_that_no_text_can_hold_stops_nobodys_list(post: Post, tmp_path: Path) -> None:
    """Adversarial: a half character that an old file may hold."""
    values = paper.EvacuationList(
        papers.evacuation_list(post.store, pc_actor(), ZH).letterhead,
        post.clock.now(),
        [paper.EvacuationRow("张\ud800", "楼", "", "岗", post.clock.now(), "")],
    )
    path = tmp_path / "list.txt"
    copies._text(values, ZH, path)
    assert "张?" in path.read_text(encoding="utf-8-sig")


def test_who_may_make_no_documents_saves_nothing(post: Post, tmp_path: Path) -> None:
    with pytest.raises(DomainError, match="no_right"):
        saved(post, tmp_path, actor=replace(post.guard, rights=frozenset({"visits.see"})))
    assert names(tmp_path) == ["site"]


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_writes_where_this_pcs_settings_say(
    post: Post, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(post.folder), "evacuation"]) == 0
    assert len(names(post.folder / settings.EVACUATION)) == 2
    chosen = tmp_path / "共享"
    chosen.mkdir()
    settings.save(post.folder, settings.Settings(evacuation=str(chosen)))
    assert main(["--data", str(post.folder), "evacuation"]) == 0
    assert str(chosen) in capsys.readouterr().out
    assert len(names(chosen)) == 2


def test_a_report_of_it_is_a_document_like_any_other(post: Post, tmp_path: Path) -> None:
    out = tmp_path / "list.pdf"
    assert main(["--data", str(post.folder), "report", "evacuation", "--out", str(out)]) == 0
    assert "现在没有人在访" in text_of(out)


@pytest.mark.parametrize(("name", "said"), [("roll_call", "还没有点过名"), ("blank_slips", "还没有领过编号")])
def test_where_there_is_none_yet_the_paper_says_so(post: Post, tmp_path: Path, name: str, said: str) -> None:
    out = tmp_path / "x.pdf"
    assert main(["--data", str(post.folder), "report", name, "--out", str(out)]) == 0
    assert said in squeezed(text_of(out))


def test_the_visit_log_marks_late_entries_and_who_was_closed_by_rule(post: Post, tmp_path: Path) -> None:
    """VIS-10, VIS-13: never silently, on paper too."""
    post.register(visitor="李明")
    late_entry.issue(post.store, post.guard, 4)
    came = post.clock.now() - timedelta(hours=1)
    late_entry.enter(post.store, post.guard, late_entry.Slip("1", Fields(visitor="张顺"), came))
    post.clock.pass_by(23 * 3600)
    close_night(post.store)
    out = tmp_path / "log.pdf"
    words = papers.Wanted(first=date(2026, 11, 23))
    papers.make(post.store, pc_actor(), ZH, "visit_log", words, out)
    text = squeezed(text_of(out))
    assert text.count("按规离开") == 2
    assert "补录" in text


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("blank_slips", ["--number", "77"], "没有打印过"),
        ("blank_slips", ["--number", "'; DROP TABLE visits"], "不是空白登记单的单号"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(
    post: Post, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, more: list[str], said: str
) -> None:
    out = tmp_path / "x.pdf"
    assert main(["--data", str(post.folder), "report", name, "--out", str(out), *more]) == 1
    error = capsys.readouterr().err.strip()
    assert said in error
    assert len(error.splitlines()) == 1
    assert not out.exists()


def test_without_a_printer_the_file_is_there_and_says_where(
    post: Post, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """VIS-13."""
    monkeypatch.setenv("CUPS_SERVER", str(tmp_path / "no.sock"))
    post.register(visitor="张顺")
    assert main(["--data", str(post.folder), "evacuation", "--print", "--progress"]) == 1
    told = json.loads(capsys.readouterr().out.splitlines()[-1])["done"]
    assert (told["phase"], told["n"]) == ("", 1)
    assert told["file"] in told["text"]
    assert Path(told["file"]).exists()


def test_who_needs_the_paper_gets_it_though_the_stick_is_gone(
    post: Post, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """VIS-13: the copy that cannot be saved does not stop the list that is asked for now."""
    monkeypatch.setenv("CUPS_SERVER", str(tmp_path / "no.sock"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    gone = tmp_path / "stick"
    words = ["--data", str(post.folder), "evacuation", "--folder", str(gone)]
    assert main(words) == 1
    assert str(gone) in capsys.readouterr().err
    assert main([*words, "--print", "--progress"]) == 1
    told = json.loads(capsys.readouterr().out.splitlines()[-1])["done"]
    assert is_sound(Path(told["file"]))
    assert Path(told["file"]).parent.name.startswith("yinghou-paper-")


def test_it_goes_to_the_first_printer_that_works(
    post: Post, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """VIS-13: not to the default one that is stopped; the pages arrive, with who asked for them at the foot."""
    with PrivateCups() as cups:
        monkeypatch.setenv("CUPS_SERVER", cups.server)
        cups.add_queue("stopped", description="停着的")
        cups.add_queue("works", description="岗亭打印机")
        cups.make_default("stopped")
        cups.stop_queue("stopped")
        folder = post.folder / settings.EVACUATION
        monkeypatch.setenv(VARIABLE, errand(post.store, post.guard, folder))
        post.register(visitor="张顺")
        assert main(["--data", str(post.folder), "evacuation", "--print", "--progress"]) == 0
        told = json.loads(capsys.readouterr().out.splitlines()[-1])["done"]
        assert (told["phase"], told["printer"]) == ("done", "岗亭打印机")
        [job] = cups.jobs("works")
        number = int(re.findall(r"works-([0-9]+)", job)[0])
        assert post.guard.name in text_of(cups.captured(number))


def test_an_errand_for_another_file_signs_nothing(
    post: Post, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(VARIABLE, errand(post.store, post.guard, tmp_path / "other"))
    assert main(["--data", str(post.folder), "evacuation"]) == 1
    assert re.search("不能署名", capsys.readouterr().err)
    assert not (post.folder / settings.EVACUATION).exists()
