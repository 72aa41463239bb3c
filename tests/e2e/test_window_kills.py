"""`kill -9` of the real window while it registers: a seeded sample (the full count: `make torture`)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.e2e.conftest import Opens
from tests.e2e.stage import ROOT

KILLS = 8


def test_killed_at_random_moments_nothing_shown_as_saved_is_lost(small_demo: Path, tmp_path: Path) -> None:
    """GOALS, VIS-2, VIS-4: what was shown as saved stands, the file is sound, open ones come back, clocks run on."""
    (tmp_path / "work").mkdir()
    words = [str(small_demo), str(tmp_path / "work"), "--count", str(KILLS), "--seed", "20261123"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.torture.windows", *words],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert "Traceback" not in done.stderr, done.stderr
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(results) == KILLS
    assert [result for result in results if result["wrong"]] == []
    assert sum(result["saved"] for result in results) > KILLS


def test_what_stood_in_the_line_survives_a_kill(opens: Opens) -> None:
    """Nothing typed is lost (issue 3): text that was never taken comes back with its clock after a crash."""
    window = opens("--lang", "en")
    window.ready()
    typed = window.keys("F2", "=Smi")
    assert typed["line"] == "Smi"
    window.wait(lambda shown: shown["draft"] == "Smi" and not shown["waits"])
    window.kill()
    again = opens("--lang", "en")
    shown = again.wait(lambda state: state["page"] and state["line"])
    assert shown["line"] == "Smi"
    assert shown["entry"]
    again.keys("F9")
    assert [told.name for told in again.saved()] == ["Smi"]
    held = again.saved()[0].held
    assert held is not None
    assert held > 1.0
