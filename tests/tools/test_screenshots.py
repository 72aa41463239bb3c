"""`make screenshots` in small: one state of the real program in its own screen, and what happens when one fails."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tools import screenshots
from tools.screenshots_index import write_index
from tools.screenshots_runs import all_runs
from tools.screenshots_shots import SCENES

RUN = "zh_CN-light-1366"


def test_one_state_is_photographed_in_its_own_screen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert screenshots.main(["--out", str(out), "--run", RUN, "--only", "sign_in"]) == 0, (
        capsys.readouterr().err
    )
    with Image.open(out / RUN / "sign_in-sample.png") as picture:
        assert picture.width > 600
        assert len(picture.convert("RGB").getcolors(1 << 24) or ()) > 20
    index = (out / "index.html").read_text(encoding="utf-8")
    assert f"{RUN}/sign_in-sample.png" in index
    assert not [path for path in out.iterdir() if path.name.startswith(f"site-{RUN}")]


def test_every_shot_has_a_name_of_its_own() -> None:
    names = [(scene.name, shot.name) for scene in SCENES for shot in scene.shots]
    assert len(names) == len(set(names))
    assert {run.name for run in all_runs(Path("out"))} >= {RUN, "en-dark-150", "en-high_contrast-1366"}


def test_a_failing_state_is_named_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def start(run: object, only: str, printing: object) -> list[dict[str, object]]:
        told = [("post", "typing", ""), ("post", "ready", "AssertionError: no window")]
        return [
            {"ok": not fault, "run": RUN, "scene": scene, "shot": shot, "fault": fault}
            for scene, shot, fault in told
        ]

    monkeypatch.setattr(screenshots, "_start", start)
    assert screenshots.main(["--out", str(tmp_path), "--run", RUN, "--only", "post"]) == 1
    said = capsys.readouterr()
    assert f"{RUN} post-ready: AssertionError: no window" in said.err
    assert said.out.startswith("1 pictures of 2 states")


def test_the_index_leaves_out_what_is_not_there(tmp_path: Path) -> None:
    (tmp_path / RUN).mkdir()
    (tmp_path / RUN / "post-typing.png").write_bytes(b"")
    path = write_index(tmp_path, [("post", "typing"), ("post", "ready")], [RUN], ["a <fault>"])
    text = path.read_text(encoding="utf-8")
    assert f"{RUN}/post-typing.png" in text
    assert f"{RUN}/post-ready.png" not in text
    assert "a &lt;fault&gt;" in text
