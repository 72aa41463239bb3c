"""The runs of `make screenshots`: which language, theme and size a child process takes its pictures in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

LANGUAGES = ("zh_CN", "en")
THEMES = ("light", "dark")
CONTRAST = "high_contrast"


@dataclass(frozen=True, slots=True)
class Size:
    """A screen in device pixels, and how much larger everything on it is."""

    name: str
    width: int
    height: int
    scale: float = 1.0


SIZES = (
    Size("1366", 1366, 768),
    Size("1920", 1920, 1080),
    Size("150", 1920, 1080, 1.5),
)


@dataclass(frozen=True, slots=True)
class Run:
    """One child process; its pictures lie in a folder of its own, named like it."""

    language: str
    theme: str
    size: Size
    out: Path

    @property
    def name(self) -> str:
        """zh_CN-light-1366."""
        return f"{self.language}-{self.theme}-{self.size.name}"

    @property
    def folder(self) -> Path:
        """Where its pictures go."""
        return self.out / self.name


def all_runs(out: Path) -> list[Run]:
    """Each language in each theme at each size, and both languages in high contrast at the first."""
    runs = [Run(language, theme, size, out) for size in SIZES for language in LANGUAGES for theme in THEMES]
    return [*runs, *(Run(language, CONTRAST, SIZES[0], out) for language in LANGUAGES)]
