"""The command line as a site's scripts call it (ARCHITECTURE, «the command line»)."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import pytest

from app import settings
from app.main import main
from app.operations.opening import open_site
from app.operations.site import sign_in_as
from app.operations.site_errands import VARIABLE, errand
from tests.reports.reading import text_of

UNTIL = "2026-11-22T18:00:00+08:00"
PASSWORD = "Zhi-chang 7 xiaoshi"
COMMANDS = (
    "init",
    "demo",
    "report",
    "export",
    "import",
    "find",
    "identify",
    "check",
    "backup",
    "restore",
    "print",
)

_made: dict[Path, Path] = {}


@pytest.fixture
def site(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of one small sample site."""
    base = tmp_path_factory.getbasetemp()
    if base not in _made:
        made = tmp_path_factory.mktemp("cli") / "site"
        words = ["demo", "--visits", "300", "--requests", "60", "--seed", "7", "--until", UNTIL]
        assert main(["--data", str(made), *words]) == 0
        _made[base] = made
    return Path(shutil.copytree(_made[base], tmp_path / "site"))


@pytest.fixture
def real(tmp_path: Path) -> Path:
    """A real site with the administrator 站长."""
    password, folder = tmp_path / "password", tmp_path / "real"
    password.write_text(PASSWORD + "\n")
    words = ["init", "--site", "hospital", "--admin", "站长", "--password-file", str(password)]
    assert main(["--data", str(folder), *words, "--recovery-out", str(tmp_path / "code")]) == 0
    return folder


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as rows:
        return list(csv.DictReader(rows))


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    said = capsys.readouterr().err
    assert len(said.strip().splitlines()) == 1
    assert "Traceback" not in said
    return said


@pytest.mark.parametrize("words", [[], *([name] for name in COMMANDS)])
def test_every_command_has_help(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*words, "--help"])
    assert ended.value.code == 0
    assert len(capsys.readouterr().out) > 60


@pytest.mark.parametrize(
    "words",
    [
        ["no-such-command"],
        ["demo", "--visits", "many"],
        ["find", "visitors"],
        ["find", "visitors", "0", "--limit=--"],
        ["--lang", "xx"],
    ],
)
def test_wrong_use_is_one_line_and_a_status(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    one_line(capsys)


@pytest.mark.parametrize(
    ("words", "chinese", "english"),
    [
        (
            ["nope"],
            "没有“nope”这个命令。可用的命令：init, demo,",
            "there is no command “nope”. The commands: init,",
        ),
        (
            ["find", "doors", "x"],
            "what 不能是“doors”。可选：visitors, requests",
            "Choose from: visitors, requests",
        ),
        (["d'oh"], "没有“d'oh”这个命令", "no command “d'oh”"),
        (["check", "--no\nsuch"], "看不懂：--no such", "not understood: --no such"),
        (["demo", "--site=moon"], "--site 不能是“moon”。可选：hospital", "--site cannot be “moon”"),
        (["find"], "还缺：what, text", "missing: what, text"),
        (["check", "--bad", "x"], "看不懂：--bad x", "not understood: --bad x"),
        (["check", "--da", "x"], "“--da”写得不全，可能是：--data, --database", "“--da” is cut short"),
        (["demo", "--visits"], "--visits 后面还缺内容", "--visits needs something after it"),
        (["demo", "--site=--"], "--site 后面还缺内容", "--site needs something after it"),
        (["report", "--list=x"], "--list 后面不带内容，却写了“x”", "--list takes nothing after it"),
        (
            ["report", "--from", "24.11."],
            "--from 要写日期，例如 2026-11-24，不能是“24.11.”",
            "takes a day such as",
        ),
        (
            ["report", "--to", "1812-11-24"],
            "--to 要写日期，例如 2026-11-24，不能是“1812-11-24”",
            "a day such as",
        ),
        (["demo", "--until", "noon"], "--until 要写时间", "--until takes a time such as"),
        (
            ["demo", "--visits", "many"],
            "--visits 要写个数，从 0 到 1000000000，不能是“many”",
            "takes a count from",
        ),
        (["demo", "--visits", "1000000001"], "不能是“1000000001”", "not “1000000001”"),
        (["demo", "--seed", "x"], "--seed 不能是“x”", "--seed cannot be “x”"),
    ],
)
def test_wrong_use_is_said_in_the_users_language(
    words: list[str], chinese: str, english: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By `--lang` before or after, by the folder's own setting, and Chinese where nothing is said."""
    settings.save(tmp_path, settings.Settings(language="en"))
    bare = ["--data", str(tmp_path / "none")]
    for call, said in (
        ([*bare, *words], chinese),
        (["--lang=zh_CN", "--data", str(tmp_path), *words], chinese),
        ([*bare, "--lang", "en", *words], english),
        ([f"--data={tmp_path}", *words], english),
    ):
        with pytest.raises(SystemExit) as ended:
            main(call)
        assert ended.value.code == 2
        line = one_line(capsys)
        assert line.startswith("yinghou")
        assert said in line


def test_global_options_stand_before_and_after(site: Path, tmp_path: Path) -> None:
    for at, words in enumerate(
        (["--data", str(site), "export", "visits"], ["export", "visits", "--data", str(site)])
    ):
        assert main([*words, "--out", str(tmp_path / f"{at}.csv")]) == 0
    assert table(tmp_path / "0.csv") == table(tmp_path / "1.csv")


def test_the_data_folder_comes_from_the_environment_too(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YINGHOU_DATA", str(site))
    assert main(["export", "visits", "--out", str(tmp_path / "v.csv")]) == 0
    assert len(table(tmp_path / "v.csv")) == 300


def test_without_a_site_every_command_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (
        ["check"],
        ["export", "visits", "--out", str(tmp_path / "v.csv")],
        ["find", "people", "wjg"],
    ):
        assert main(["--data", str(tmp_path / "nothing"), *words]) == 1
        one_line(capsys)
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_every_report_is_written_in_both_languages(
    site: Path, tmp_path: Path, lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "--list"]) == 0
    names = [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()]
    assert len(names) >= 5
    for name in names:
        out = tmp_path / f"{name}.pdf"
        assert main(["--data", str(site), "--lang", lang, "report", name, "--out", str(out)]) == 0
        assert out.read_bytes().startswith(b"%PDF-")


def test_an_unknown_report_post_and_request_are_named(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = ["--data", str(site)], ["--out", str(tmp_path / "x.pdf")]
    for words in (
        ["report", "no-such", *out],
        ["report", "visit_log", "--post", "月球岗", *out],
        ["report", "job_slip", "--number", "0101-Z999", *out],
        ["report", "visit_log"],
    ):
        assert main([*data, *words]) == 1
        one_line(capsys)


def test_numbers_are_masked_without_a_right_and_a_reason(site: Path, tmp_path: Path) -> None:
    """VIS-14."""
    out = tmp_path / "v.csv"
    assert main(["--data", str(site), "export", "visits", "--out", str(out)]) == 0
    assert all(re.fullmatch(r"\**.{0,4}", row["document_number"]) for row in table(out))
    assert (
        main(
            [
                "--data",
                str(site),
                "--as",
                "manager",
                "export",
                "visits",
                "--reason",
                "警方调取",
                "--out",
                str(out),
            ]
        )
        == 0
    )
    assert any(re.fullmatch(r"[0-9]{17}[0-9X]", row["document_number"]) for row in table(out))
    assert (
        main(
            ["--data", str(site), "--as", "guard", "export", "visits", "--reason", "想看", "--out", str(out)]
        )
        == 1
    )


def test_find_answers_json_best_first(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """VIS-5, REQ-9: what the window's search would show."""
    assert main(["--data", str(site), "export", "visits", "--out", str(tmp_path / "v.csv")]) == 0
    name = next(row["visitor"] for row in table(tmp_path / "v.csv") if row["visitor"])
    capsys.readouterr()
    assert main(["--data", str(site), "find", "visitors", name]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert found[0]["visitor"] == name
    assert set(found[0]) >= {"visitor", "document_kind", "document_number", "phone", "plate"}
    for what, text in (("people", "wjg"), ("customers", "guke"), ("requests", "空调")):
        assert main(["--data", str(site), "find", what, text]) == 0
        assert all(json.loads(line) for line in capsys.readouterr().out.splitlines())


def test_identify_needs_no_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("YINGHOU_DATA", str(tmp_path / "none"))
    assert main(["identify", "21010219870412919X", "京A3I7P9", "张三"]) == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["kind"], one["valid"]) for one in said] == [
        ("resident_id", True),
        ("plate", False),
        ("text", False),
    ]
    assert not (tmp_path / "none").exists()


def test_a_real_site_refuses_as(real: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert (
        main(
            [
                "--data",
                str(real),
                "--as",
                "administrator",
                "export",
                "visits",
                "--out",
                str(tmp_path / "x.csv"),
            ]
        )
        == 1
    )
    one_line(capsys)


def test_user_and_password_file_sign_in(
    real: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--data", str(real), "--user", "站长", "export", "staff", "--out", str(tmp_path / "s.csv")]
    assert main([*words, "--password-file", str(tmp_path / "password")]) == 0
    (tmp_path / "wrong").write_text("falsch falsch\n")
    capsys.readouterr()
    assert main([*words, "--password-file", str(tmp_path / "wrong")]) == 1
    one_line(capsys)
    assert main(words) == 1


def test_init_writes_the_recovery_code_for_the_owner_only_and_overwrites_nothing(
    real: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = tmp_path / "code"
    assert re.fullmatch(r"([A-Z2-9]{5}-){4}[A-Z2-9]{5}\n", code.read_text())
    assert code.stat().st_mode & 0o077 == 0
    before = code.read_text()
    words = ["init", "--site", "office", "--admin", "甲", "--password-file", str(tmp_path / "password")]
    capsys.readouterr()
    assert main(["--data", str(tmp_path / "second"), *words, "--recovery-out", str(code)]) == 1
    one_line(capsys)
    assert code.read_text() == before
    assert not (tmp_path / "second").exists()


def test_backup_check_restore(site: Path, tmp_path: Path) -> None:
    """A backup comes back whole; the checks hold before and after."""
    data = ["--data", str(site)]
    saved = tmp_path / "site.backup"
    assert main([*data, "check"]) == 0
    assert main([*data, "backup", str(saved)]) == 0
    other = ["--data", str(tmp_path / "other")]
    assert main([*other, "restore", str(saved)]) == 0
    for at, words in enumerate((data, other)):
        assert main([*words, "export", "visits", "--out", str(tmp_path / f"{at}.csv")]) == 0
    assert table(tmp_path / "0.csv") == table(tmp_path / "1.csv")
    assert main([*other, "check"]) == 0


def test_a_bad_row_is_named_and_nothing_is_half_imported(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "visitors.csv"
    lines = ["visitor,document_kind,document_number,phone,plate", "甲,resident_id,21010219870412919X,,"]
    file.write_text("\n".join([*lines, "乙,resident_id,210102198806159032,,"]), encoding="utf-8")
    capsys.readouterr()
    assert main(["--data", str(site), "import", "visitors", str(file)]) == 1
    said = capsys.readouterr()
    assert "3" in said.err.splitlines()[0]
    assert main(["--data", str(site), "find", "visitors", "919X"]) == 0
    assert "甲" not in capsys.readouterr().out
    assert main(["--data", str(site), "import", "visitors", str(file), "--keep-good"]) == 1
    capsys.readouterr()
    assert main(["--data", str(site), "find", "visitors", "919X"]) == 0
    assert "甲" in capsys.readouterr().out


def test_progress_is_json_lines_for_the_window(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert (
        main(["--data", str(site), "report", "visit_log", "--out", str(tmp_path / "x.pdf"), "--progress"])
        == 0
    )
    assert "done" in json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (
        main(["--data", str(site), "report", "no-such", "--out", str(tmp_path / "x.pdf"), "--progress"]) == 1
    )
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said["error"]["code"] == "unknown_report"


def test_without_a_display_the_window_says_so(
    site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main(["--data", str(site)]) == 1
    one_line(capsys)


@pytest.mark.parametrize(
    "words",
    [
        ["report", "request_list", "--which", "nobody's", "--out", "x.pdf"],
        ["--database", "nonsense://geheim@x/y", "export", "visits", "--out", "x.csv"],
        ["--database", "postgresql://u:geheim@h:abc/x", "check"],
        ["--database", "::::", "backup", "x.yhbackup"],
    ],
)
def test_what_is_not_there_or_no_address_is_said_in_one_line(
    site: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
) -> None:
    """ARCHITECTURE: errors on stderr, one line a fault, no traceback; the address may hold a password."""
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()
    assert main(["--data", str(site), *words]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "geheim" not in err


def test_the_recovery_code_opens_a_folder_whose_pc_lost_its_key(
    real: Path, tmp_path: Path, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The way out that `key_missing` names."""
    [key] = own_home.rglob("pc.key")
    key.unlink()
    data = ["--data", str(real)]
    capsys.readouterr()
    assert main([*data, "find", "people", "站长"]) == 1
    one_line(capsys)
    (tmp_path / "wrong").write_text("AAAAA-BBBBB-CCCCC-DDDDD-EEEEE\n")
    assert main([*data, "unlock", "--recovery-code-file", str(tmp_path / "wrong")]) == 1
    one_line(capsys)
    assert main([*data, "unlock", "--recovery-code-file", str(tmp_path / "code")]) == 0
    assert main([*data, "find", "people", "站长"]) == 0


def test_nobody_elses_name_gets_to_a_papers_foot(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A document made by hand is the PC's; a window's errand is good for one file and cannot be made up."""
    out, other = tmp_path / "list.pdf", tmp_path / "other.pdf"
    words = ["--data", str(site), "report", "request_list", "--which", "mine"]
    with pytest.raises(SystemExit):
        main([*words, "--out", str(out), "--printed-by", "王建国"])
    capsys.readouterr()
    assert main([*words, "--out", str(out)]) == 1
    one_line(capsys)
    assert main([*words[:-2], "--out", str(out)]) == 0
    assert "本机" in text_of(out)
    opened = open_site(site)
    clerk = sign_in_as(opened.store, "clerk", "center")
    good = errand(opened.store, clerk, out)
    opened.close()
    capsys.readouterr()
    monkeypatch.setenv(VARIABLE, good)
    assert main([*words, "--out", str(out)]) == 0
    assert clerk.name in text_of(out)
    assert "本机" not in text_of(out)
    assert main([*words, "--out", str(other)]) == 1
    assert not other.exists()
    for bad in (good.replace("password", "pin"), f"{clerk.staff_id} password 00", "王建国", " "):
        monkeypatch.setenv(VARIABLE, bad)
        assert main([*words, "--out", str(out)]) == 1
