"""The page that shows all pictures side by side: one row for each state, one picture for each run."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

STYLE = """
body { font: 15px/1.4 sans-serif; margin: 2rem; background: #f4f5f5; color: #1c2326; }
h2 { margin-top: 3rem; } h3 { font-weight: normal; margin: 1.5rem 0 .4rem; } nav a { margin-right: 1rem; }
.row { display: flex; gap: 12px; overflow-x: auto; padding-bottom: 8px; }
figure { margin: 0; flex: 0 0 auto; } figcaption { color: #5b6770; font-size: 12px; }
img { height: 220px; border: 1px solid #cdd5d8; background: #fff; } .fault { color: #b3261e; }
"""


def write_index(
    out: Path, shots: Sequence[tuple[str, str]], runs: Sequence[str], faults: Sequence[str]
) -> Path:
    """Writes `index.html`: `shots` are (scene, name) in order, `runs` the folders; what is missing is left out."""
    scenes = list(dict.fromkeys(scene for scene, _ in shots))
    parts = [
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>Yinghou: pictures</title>",
        f"<style>{STYLE}</style><h1>Yinghou: every page and state</h1>",
        "<nav>" + "".join(f"<a href='#{scene}'>{escape(_said(scene))}</a>" for scene in scenes) + "</nav>",
        "".join(f"<p class='fault'>{escape(fault)}</p>" for fault in faults),
    ]
    for scene in scenes:
        parts.append(f"<h2 id='{scene}'>{escape(_said(scene))}</h2>")
        for of, name in shots:
            if of == scene:
                parts.append(
                    f"<h3>{escape(_said(name))}</h3><div class='row'>{_pictures(out, runs, scene, name)}</div>"
                )
    path = out / "index.html"
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def _said(name: str) -> str:
    return name.replace("_", " ")


def _pictures(out: Path, runs: Sequence[str], scene: str, name: str) -> str:
    figures = []
    for run in runs:
        for file in (f"{run}/{scene}-{name}.png", f"{run}/{name}.png"):
            if (out / file).exists():
                figures.append(
                    f"<figure><a href='{file}'><img loading='lazy' src='{file}' alt='{escape(_said(name))}'></a>"
                    f"<figcaption>{escape(run)}</figcaption></figure>"
                )
    return "".join(figures)
