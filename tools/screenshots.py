"""Draws every page, dialog, state and document into `build/screenshots/`: `make screenshots`, no display needed.

Each language, theme and size is a child process with an X screen of its own (Xvfb) and a window manager, two at a
time. A state that fails is named and makes the exit status 1; the others go on. Less at a time:

    make screenshots ARGS="--run zh_CN-light-1366 --only post"
    make screenshots ARGS="--run zh_CN-light-1366 --only post-typing --readme"
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tools.screenshots_index import write_index
from tools.screenshots_paper import SCENE as PAPER
from tools.screenshots_paper import draw_papers
from tools.screenshots_runs import CONTRAST, LANGUAGES, Run, all_runs

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "build" / "screenshots"
README = ("zh_CN-light-1366", "post-typing")  # the picture on top of README
UNTIL = "2026-11-23T10:24:00+08:00"
SITE = ("demo", "--site", "hospital", "--visits", "6000", "--requests", "600", "--until", UNTIL)
RUN_SECONDS = 400
AT_ONCE = 3  # a run mostly waits for the window to be still
OPENBOX = """<?xml version="1.0"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <applications><application type="normal"><decor>no</decor><maximized>yes</maximized></application></applications>
</openbox_config>
"""
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir></fontconfig>
"""


def main(argv: list[str] | None = None) -> int:
    """Takes the pictures; 0 when all are there."""
    options = _parser().parse_args(argv)
    out: Path = options.out.resolve()
    if options.child:
        return _child(next(run for run in all_runs(out) if run.name == options.child), options.only)
    if lacking := [name for name in ("Xvfb", "openbox", "pdftoppm") if shutil.which(name) is None]:
        print(f"Missing here: {', '.join(lacking)}. `make setup` installs them.", file=sys.stderr)
        return 1
    runs = [run for run in all_runs(out) if not options.run or run.name in options.run]
    if not runs:
        print(f"No such run; there are: {', '.join(run.name for run in all_runs(out))}", file=sys.stderr)
        return 1
    if not (options.run or options.only):
        shutil.rmtree(out, ignore_errors=True)
    begun = time.monotonic()
    site = _make_site(out)
    with _printers() as printing, ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        told = [one for run in pool.map(lambda run: _start(run, options.only, printing), runs) for one in run]
    faults = [line for line in told if not line["ok"]]
    states = {(str(line["scene"]), str(line["shot"])) for line in told if line["shot"]}
    if not options.only or PAPER in options.only:
        for language, name, fault in draw_papers(site, out):
            states.add((PAPER, name))
            if fault:
                faults.append({"run": language, "scene": PAPER, "shot": name, "fault": fault})
    said = [f"{one['run']} {one['scene']}-{one['shot']}: {one['fault']}" for one in faults]
    index = write_index(out, _all_shots(), _all_folders(out), said)
    for line in said:
        print(line, file=sys.stderr)
    if options.readme:
        _copy_readme(out)
    taken = len(told) - sum(1 for one in faults if one in told)
    print(f"{taken} pictures of {len(states)} states in {time.monotonic() - begun:.0f} s: {_short(index)}")
    return 1 if faults else 0


def _all_shots() -> list[tuple[str, str]]:
    """Every state in its order, also those that were not asked for now: the index shows what lies there."""
    from reports.registry import REPORTS
    from tools.screenshots_shots import SCENES

    shots = [(scene.name, shot.name) for scene in SCENES for shot in scene.shots]
    return [*shots, *((PAPER, name) for name in REPORTS)]


def _all_folders(out: Path) -> list[str]:
    return [*(run.name for run in all_runs(out)), *(f"{language}-{PAPER}" for language in LANGUAGES)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots", description=__doc__)
    parser.add_argument("--run", action="append", metavar="NAME", help="only this run: zh_CN-light-1366")
    parser.add_argument(
        "--only", default="", metavar="NAME", help="only scenes or shots whose name begins so"
    )
    parser.add_argument("--readme", action="store_true", help="renew the picture in docs/images")
    parser.add_argument("--out", type=Path, default=OUT, help=argparse.SUPPRESS)
    parser.add_argument("--child", default="", help=argparse.SUPPRESS)
    return parser


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def _make_site(out: Path) -> Path:
    """The sample site that all runs copy."""
    site = out / "site-hospital"
    if not site.exists():
        out.mkdir(parents=True, exist_ok=True)
        part = out / "site-part"
        shutil.rmtree(part, ignore_errors=True)
        subprocess.run(
            [sys.executable, "-m", "app", "--data", str(part), *SITE],
            check=True,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        part.rename(site)
    return site


def _copy_readme(out: Path) -> None:
    run, shot = README
    target = ROOT / "docs" / "images"
    target.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(out / run / f"{shot}.png", target / "post.png")


# --- one run ---------------------------------------------------------------------------------------------------------


@contextmanager
def _printers() -> Iterator[dict[str, str]]:
    """A print scheduler of the tests with two printers, for the print dialog; nothing where there is none to start."""
    from tests.printers import CUPSD, PrivateCups

    if not Path(CUPSD).exists():
        yield {}
        return
    with PrivateCups() as cups:
        cups.add_queue("desk", description="服务中心 HP M405")
        cups.add_queue("gate", description="东门岗 激光机")
        cups.make_default("desk")
        cups.stop_queue("gate")
        yield {"CUPS_SERVER": cups.server}


def _start(run: Run, only: str, printing: dict[str, str]) -> list[dict[str, object]]:
    """A child with its own screen; what it says about each shot, one line each."""
    run.folder.mkdir(parents=True, exist_ok=True)
    with _screen(run) as environment:
        environment |= printing
        command = [
            sys.executable,
            "-m",
            "tools.screenshots",
            "--child",
            run.name,
            "--only",
            only,
            "--out",
            str(run.out),
        ]
        try:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                timeout=RUN_SECONDS,
                check=False,
            )
            text, status, errors = done.stdout, done.returncode, done.stderr
        except subprocess.TimeoutExpired as late:
            text, status, errors = _decoded(late.stdout), 1, f"not done in {RUN_SECONDS} s"
    (run.folder / "errors.txt").write_text(errors, encoding="utf-8")
    told = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    if status:
        last = (errors.strip() or f"ended with {status}").splitlines()[-1]
        told.append(
            {"ok": False, "run": run.name, "scene": "", "shot": "", "fault": f"the run ended early: {last}"}
        )
    return told


def _decoded(text: str | bytes | None) -> str:
    return text.decode(errors="replace") if isinstance(text, bytes) else text or ""


@contextmanager
def _screen(run: Run) -> Iterator[dict[str, str]]:
    """An X screen of the run's size with a window manager; the environment of whoever works on it."""
    home = run.out / f"home-{run.name}"
    shutil.rmtree(home, ignore_errors=True)
    (home / ".config" / "openbox").mkdir(parents=True)
    (home / ".config" / "openbox" / "rc.xml").write_text(OPENBOX, encoding="utf-8")
    (home / "fonts.conf").write_text(
        FONTS.format(fonts=ROOT / "resources" / "fonts", cache=home), encoding="utf-8"
    )
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "QT_", "YINGHOU_"))
    }
    environment = kept | {
        "HOME": str(home),
        "FONTCONFIG_FILE": str(home / "fonts.conf"),
        "QT_QPA_PLATFORM": "xcb",
        "QT_SCALE_FACTOR": str(run.size.scale),
        "PYTHONPATH": str(ROOT),
    }
    environment.pop("WAYLAND_DISPLAY", None)
    read, write = os.pipe()
    screen = f"{run.size.width}x{run.size.height}x24"
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", screen, "-nolisten", "tcp", "-noreset"]
    started = [
        subprocess.Popen(command, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ]
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            environment["DISPLAY"] = f":{pipe.readline().strip()}"
        started.append(
            subprocess.Popen(
                ["openbox"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        )
        yield environment
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(10)
        shutil.rmtree(home, ignore_errors=True)


def _child(run: Run, only: str) -> int:
    """Takes the pictures of one run and says what became of each, a JSON line a shot."""
    from PySide6.QtWidgets import QApplication

    from tools.screenshots_shots import SCENES
    from tools.screenshots_stage import Stage, no_cursor

    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    no_cursor(app)
    for scene in SCENES:
        if not _wanted(scene.name, [shot.name for shot in scene.shots], only):
            continue
        if run.theme == CONTRAST and not scene.contrast:
            continue
        folder = run.out / f"site-{run.name}-{scene.name}"
        shutil.rmtree(folder, ignore_errors=True)
        if scene.site:
            shutil.copytree(run.out / f"site-{SITE[2]}", folder)
        stage = Stage(run, folder)
        stage.listen()
        stage.play(scene)
        stage.close_listener()
        shutil.rmtree(folder, ignore_errors=True)
        for one in stage.taken:
            line = {
                "ok": not one.fault,
                "run": run.name,
                "scene": one.scene,
                "shot": one.shot,
                "fault": one.fault,
            }
            print(json.dumps(line), flush=True)
    return 0


def _wanted(scene: str, shots: list[str], only: str) -> bool:
    """Whether a scene, or a shot of it (named scene-shot), begins with what was asked for."""
    return scene.startswith(only) or any(f"{scene}-{shot}".startswith(only) for shot in shots)


if __name__ == "__main__":
    sys.exit(main())
