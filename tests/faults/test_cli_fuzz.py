"""Any words on the command line: an answer or one clear line on stderr, never a traceback, the site whole."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.main import main
from app.operations import care

# What a shell can hand over: no NUL; bytes that are no UTF-8 come as lone surrogates.
SIGNS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXT = st.one_of(
    st.text(SIGNS, max_size=12),
    st.sampled_from(
        ("", "-", "--", "%", "_", "'", '"', "\udcff\udc80", "w", "3141", "\u202e", "𠮷", "a" * 3000)
    ),
)
DAY = st.one_of(
    TEXT, st.sampled_from(("2026-02-28", "2026-02-30", "0001-01-01", "9999-12-31", "+10000-01-01"))
)
COUNT = st.one_of(TEXT, st.sampled_from(("0", "-1", "3", "9" * 30, "1e3", "٣")))
NAME = st.sampled_from(
    ("visits", "visitors", "customers", "staff", "requests", "visit_log", "job_slip", "no_such")
)
FILE = st.sampled_from(
    ("good.csv", "empty.csv", "rubbish.xlsx", "folder", "missing", "a/b/c.csv", "out.pdf", "out.csv")
)
LANGUAGE = st.lists(
    st.sampled_from(("--lang=en", "--lang=zh_CN", "--station=post", "--as=guard", "--as=nobody")), max_size=2
)


def _options(*pairs: tuple[str, st.SearchStrategy[str]]) -> st.SearchStrategy[list[str]]:
    """Some of these options, in any order, with their values."""
    return st.lists(st.one_of([_option(name, value) for name, value in pairs]), max_size=3)


def _option(name: str, value: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return value.map(lambda text: f"{name}={text}")


SPAN = (("--from", DAY), ("--to", DAY))
TABLES = st.sampled_from(("visitors", "requests", "customers", "people"))
PAPER = (*SPAN, ("--out", FILE), ("--post", TEXT), ("--number", TEXT), ("--which", TEXT))
INIT = (("--site", TEXT), ("--admin", TEXT), ("--password-file", FILE), ("--plan", FILE))


def _call(
    words: str,
    free: st.SearchStrategy[str] = TEXT,
    most: int = 0,
    *options: tuple[str, st.SearchStrategy[str]],
) -> st.SearchStrategy[list[str]]:
    """A command with so many free words and some of these options."""
    named = _options(*options) if options else st.just([])
    parts = st.tuples(st.just(words.split()), st.lists(free, max_size=most), named)
    return parts.map(lambda found: [word for part in found for word in part])


CALLS: st.SearchStrategy[list[str]] = st.one_of(
    _call("find", st.one_of(TABLES, TEXT), 3, ("--limit", COUNT)),
    _call("find visitors", TEXT, 1, ("--limit", COUNT)),
    _call("identify", TEXT, 4),
    _call("export", st.one_of(NAME, TEXT), 1, *SPAN, ("--out", FILE), ("--reason", TEXT)),
    _call("export visits --out good.csv", TEXT, 0, *SPAN),
    _call("report", st.one_of(NAME, TEXT), 1, *PAPER),
    _call("import", st.one_of(NAME, FILE, TEXT), 2),
    _call("import --keep-good customers", FILE, 1),
    _call("restore", FILE, 1, ("--recovery-code-file", FILE)),
    _call("init --recovery-out code.txt", TEXT, 0, *INIT),
    _call("demo --visits 3", TEXT, 0, ("--seed", COUNT), ("--until", DAY), ("--site", TEXT)),
    _call("backup", FILE, 1),
    _call("no-such-command", TEXT, 2),
)


@contextmanager
def printed() -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    """Stdout and stderr as the system makes them: UTF-8, the one strict, the other never failing."""
    out, err = io.BytesIO(), io.BytesIO()
    before = sys.stdout, sys.stderr
    sys.stdout = io.TextIOWrapper(out, "utf-8", "strict", write_through=True)
    sys.stderr = io.TextIOWrapper(err, "utf-8", "backslashreplace", write_through=True)
    try:
        yield out, err
    finally:
        wrappers = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = before
        for wrapper in wrappers:
            if not wrapper.closed:
                wrapper.detach()


def test_no_words_break_the_command_line(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 0, or another status with a line on stderr; after all of it `check` finds nothing."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)

    @settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
    @given(LANGUAGE, CALLS)
    def called(more: list[str], words: list[str]) -> None:
        _files(work)
        argv = [*more, "--data", str(site), *words]
        with printed() as (_, err):
            try:
                status = main(argv)
            except SystemExit as ended:
                status = int(ended.code or 0)
        said = err.getvalue()
        assert "Traceback" not in said.decode("utf-8", "replace"), argv
        assert status == 0 or said.strip(), argv

    called()
    assert [one for one in care.check(site) if one.fault] == []


def _files(work: Path) -> None:
    for path in work.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    (work / "good.csv").write_text("customer\n甲\n", encoding="utf-8")
    (work / "empty.csv").write_bytes(b"")
    (work / "rubbish.xlsx").write_bytes(b"PK\x03\x04" + bytes(range(256)))
    (work / "folder").mkdir()
