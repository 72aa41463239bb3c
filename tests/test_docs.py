"""What is written about the program agrees with the program: links, commands, rights, the command line."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from app.cli import COMMANDS, parser
from app.domain.people import DEFAULT_RIGHTS, PC_RIGHTS, RIGHTS, ROLES
from app.domain.site import PIN_RIGHTS

ROOT = Path(__file__).resolve().parent.parent
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
PAGES = (*READMES, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))
LINK = re.compile(r"\]\(([^)\s]+)\)")
PICTURE_BYTES = 300_000


def local_links(page: Path) -> list[str]:
    """What a page points to inside the checkout, without what stands behind a #."""
    found = (link.split("#")[0] for link in LINK.findall(page.read_text(encoding="utf-8")))
    return [link for link in found if link and "://" not in link and not link.startswith("mailto:")]


def rows_of(text: str, first: str) -> list[list[str]]:
    """The cells of the table rows whose first cell begins so."""
    cut = [
        line.replace(r"\|", "¦").strip("|").split("|") for line in text.splitlines() if line.startswith("|")
    ]
    rows = [[cell.strip().replace("¦", "|") for cell in row] for row in cut]
    return [row for row in rows if row[0].startswith(first)]


def subcommands() -> dict[str, argparse.ArgumentParser]:
    """Every command with its parser."""
    actions = parser()._actions
    [made] = [action for action in actions if isinstance(action, argparse._SubParsersAction)]
    return dict(made.choices)


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    assert [link for link in local_links(page) if not (page.parent / link).exists()] == []


def test_the_check_of_links_sees_a_dead_one(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("[a](there.md#part) [b](https://example.org) [c](#here)", encoding="utf-8")
    assert local_links(page) == ["there.md"]


@pytest.mark.parametrize("page", READMES, ids=["en", "zh_CN"])
def test_every_make_command_of_a_readme_is_a_target(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)\b", page.read_text(encoding="utf-8")))
    assert {"run", "test", "screenshots"} <= named
    assert named <= targets


@pytest.mark.parametrize("page", READMES, ids=["en", "zh_CN"])
def test_the_table_of_commands_agrees_with_the_parser(page: Path) -> None:
    """Every command is there, and every option that a row names is one of that command."""
    rows = {
        row[0].strip("`").split()[1]: row[0] for row in rows_of(page.read_text(encoding="utf-8"), "`yinghou ")
    }
    made = subcommands()
    assert set(rows) == set(made) == set(COMMANDS)
    for name, said in rows.items():
        options = set(re.findall(r"--[a-z-]+", said))
        known = {option for action in made[name]._actions for option in action.option_strings}
        assert options <= known, name


def test_the_table_of_rights_is_the_default() -> None:
    """docs/rights.md against app.domain.people.DEFAULT_RIGHTS, right by right and role by role."""
    text = (ROOT / "docs" / "rights.md").read_text(encoding="utf-8")
    [head] = rows_of(text, "right")[:1]
    assert tuple(head[2:]) == ROLES
    said = {row[0].strip("`"): row[2:] for row in rows_of(text, "`")}
    assert tuple(said) == RIGHTS
    for right, cells in said.items():
        holders = {role for role, cell in zip(ROLES, cells, strict=True) if cell}
        assert holders == {role for role in ROLES if right in DEFAULT_RIGHTS[role]}, right


@pytest.mark.parametrize(
    ("begins", "rights"), [("**Signing in by PIN**", PIN_RIGHTS), ("**The PC itself**", PC_RIGHTS)]
)
def test_the_lists_of_rights_are_whole(begins: str, rights: frozenset[str]) -> None:
    text = (ROOT / "docs" / "rights.md").read_text(encoding="utf-8")
    part = text[text.index(begins) :].split("\n\n")[0]
    assert set(re.findall(r"`([a-z]+\.[a-z_]+)`", part)) == rights


def test_the_picture_on_top_is_there_and_small() -> None:
    for page in READMES:
        first = re.search(r"!\[[^]]*\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
        assert first is not None
        picture = page.parent / first[1]
        assert picture.read_bytes().startswith(b"\x89PNG")
        assert picture.stat().st_size <= PICTURE_BYTES


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "adr"
    listed = set(local_links(folder / "README.md"))
    assert listed == {page.name for page in folder.glob("[0-9]*.md")}
