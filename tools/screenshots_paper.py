"""One page of every PDF, as `yinghou report` writes it and poppler draws it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from app.operations import roll_calls
from app.operations.late_entry import issue
from app.operations.opening import open_site
from app.operations.site import sign_in_as
from app.queries.evacuation import on_site_now
from reports.registry import REPORTS
from tools.screenshots_runs import LANGUAGES

DOTS_PER_INCH = "96"
SCENE = "paper"


def draw_papers(site: Path, out: Path) -> list[tuple[str, str, str]]:
    """Writes every document in both languages; answers (language, name, fault), the fault empty when all is well."""
    done = []
    with tempfile.TemporaryDirectory() as scratch:
        site = Path(shutil.copytree(site, Path(scratch) / "site"))
        _drill(site)
        for language in LANGUAGES:
            folder = out / f"{language}-{SCENE}"
            folder.mkdir(parents=True, exist_ok=True)
            done += [(language, name, _draw(site, folder, language, name)) for name in REPORTS]
    return done


def _drill(site: Path) -> None:
    """A roll call in which some stay missing, and a pile of blank slips: a sample site has neither."""
    opened = open_site(site)
    try:
        store, guard = opened.store, sign_in_as(opened.store, "guard", "post")
        issue(store, guard, 8)
        here = on_site_now(store, guard).present
        if here:
            call = roll_calls.begin(store, guard)
            for one in here[len(here) // 4 :]:
                roll_calls.tick(store, guard, call, one.visit_id)
            roll_calls.end(store, guard, call)
    finally:
        opened.close()


def _draw(site: Path, folder: Path, language: str, name: str) -> str:
    pdf = folder / f"{name}.pdf"
    yinghou = [sys.executable, "-m", "app", "--data", str(site), "--lang", language]
    commands = (
        [*yinghou, "report", name, "--out", str(pdf)],
        [
            "pdftoppm",
            "-png",
            "-r",
            DOTS_PER_INCH,
            "-f",
            "1",
            "-l",
            "1",
            "-singlefile",
            str(pdf),
            str(pdf.with_suffix("")),
        ],
    )
    for command in commands:
        if shutil.which(command[0]) is None:
            return f"{command[0]} is missing here"
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode:
            return (made.stderr.strip() or f"{command[0]} ended with {made.returncode}").splitlines()[-1]
    return ""
