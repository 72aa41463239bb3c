"""The window's own memory (USS), idle and after an hour's worth of use, at both sizes (GOALS)."""

from __future__ import annotations

import subprocess
import sys
import time

import psutil

from tests.benchmarks.keyboard import Keyboard
from tests.benchmarks.report import ROOT, Report
from tests.benchmarks.sites import clean_environment, scratch

MOST, SAME = 250.0, 0.10
SEARCHES = ("zhang", "li", "wang", "chen", "zhao", "8811", "1380")
TABS = 5


def measure(full: int) -> Report:
    """The program as a process of its own, used by real keys."""
    report = Report("memory", "Memory of the window", (full // 10, full))
    report.say(
        "USS by psutil of the program's process: after the first rows, and after use by real keys (searches, every"
    )
    report.say("tab, every list of the post, 20 registrations).")
    used = {}
    for size in report.sizes:
        idle, used[size] = _one(size)
        report.figure(f"idle MB @{size}", idle)
        report.figure(f"used MB @{size}", used[size])
        report.say(f"  {size:>9,} visits: {idle:6.1f} MB idle, {used[size]:6.1f} MB after use")
    for size in report.sizes:
        report.goal(f"{size:,} visits: < {MOST:.0f} MB: {used[size]:.0f} MB", used[size] < MOST)
    apart = max(used.values()) / min(used.values()) - 1
    report.goal(f"the same within 10 % at both sizes: {apart:.1%} apart", apart <= SAME)
    return report


def _one(size: int) -> tuple[float, float]:
    with scratch(size) as folder:
        command = [sys.executable, "-m", "app", "--data", str(folder), "--station", "post", "--as", "guard"]
        child = subprocess.Popen(command, cwd=ROOT, env=clean_environment())
        try:
            time.sleep(4)
            process = psutil.Process(child.pid)
            idle = _mb(process)
            _use()
            after = _mb(process)
        finally:
            child.terminate()
            child.wait()
    return idle, after


def _mb(process: psutil.Process) -> float:
    return float(process.memory_full_info().uss) / 1e6


def _use() -> None:
    keyboard = Keyboard()
    for text in SEARCHES * 3:
        for letter in text:
            keyboard.press(letter)
            time.sleep(0.02)
        keyboard.press("Escape")
    for at in range(20):
        for letter in SEARCHES[at % 5]:
            keyboard.press(letter)
            time.sleep(0.01)
        keyboard.press("Return")
        time.sleep(0.05)
        keyboard.press("F9")
    for _ in range(8):
        keyboard.press("F3")
        time.sleep(0.1)
    for tab in (*range(1, TABS + 1), 2):
        keyboard.press("Control_L", str(tab))
        time.sleep(0.4)
    time.sleep(2)
