"""The house rules of docs/architecture.md: one direction of imports, whole columns, files of one idea each."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 600
# Every capability is one column through all the layers. A new one is a new line here and in app/ui/pages.py.
CAPABILITIES = ("visits", "requests")
# Pages that serve all capabilities: they have no column of their own.
SHARED_PAGES = ("help", "reports", "site")
COLUMN = (
    "app/domain/{name}.py",
    "app/db/{name}.py",
    "app/operations/{name}.py",
    "app/queries/{name}.py",
    "app/ui/{name}/page.py",
    "reports/{name}.py",
    "resources/i18n/zh_CN/{name}.toml",
    "resources/i18n/en/{name}.toml",
    "tests/domain/test_{name}*.py",
    "tests/operations/test_{name}*.py",
    "tests/queries/test_{name}*.py",
    "tests/ui/{name}/test_*.py",
    "tests/reports/test_{name}*.py",
)
# What Qt and SQLAlchemy call by these names is documented there; Qt's other names have a capital inside.
OVERRIDDEN = {"data", "event", "flags", "index", "paint", "parent", "run"}
OVERRIDDEN |= {"process_bind_param", "process_result_value", "load_dialect_impl"}


def documented_methods(sources: Iterable[str]) -> set[str]:
    """The names of methods that some class of ours documents: what overrides them says no more."""
    return {
        part.name
        for source in sources
        for holder in ast.walk(ast.parse(source))
        if isinstance(holder, ast.ClassDef)
        for part in holder.body
        if isinstance(part, ast.FunctionDef) and ast.get_docstring(part)
    }


def undocumented_methods(source: str, inherited: Container[str] = ()) -> Iterator[str]:
    """The public methods of a file that have no docstring and are ours to document.

    A class that has a base may override what the base documents (`inherited`).
    """
    holders = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]
    for holder in holders:
        for part in holder.body:
            if (
                not isinstance(part, ast.FunctionDef)
                or ast.get_docstring(part)
                or holder.name.startswith("_")
                or (holder.bases and part.name in inherited)
            ):
                continue
            setter = any(isinstance(by, ast.Attribute) and by.attr == "setter" for by in part.decorator_list)
            if (
                part.name.islower()
                and not part.name.startswith("_")
                and part.name not in OVERRIDDEN
                and not setter
            ):
                yield f"{holder.name}.{part.name}"


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    """Runs import-linter on a checkout with this project's contracts."""
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-logo", "--no-cache", "--config", "pyproject.toml"],
        cwd=root,
        env={"PYTHONPATH": str(root), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def contract_names() -> dict[str, str]:
    """The contracts' names by id."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["id"]: contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]}


def test_imports_go_one_way() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("importer", "imported", "contract"),
    [
        ("app/domain/visits.py", "app.db.visits", "layers"),
        ("app/domain/visits.py", "app.words", "domain"),
        ("app/db/visits.py", "app.operations.visits", "layers"),
        ("app/queries/visits.py", "app.ui.visits", "layers"),
        ("app/ui/visits.py", "app.db.visits", "ui"),
        ("app/ui/visits.py", "reports.visits", "ui"),
        ("app/ui/visits.py", "app.solver.roster", "ui"),
        ("app/ui/visits.py", "app.jobs", "ui"),
        ("app/cli/visits.py", "app.db.visits", "db"),
        ("app/jobs.py", "app.db.visits", "db"),
        ("reports/visits.py", "app.queries.visits", "pure"),
        ("app/devices/reader.py", "app.ui.visits", "pure"),
        ("app/solver/roster.py", "app.queries.visits", "pure"),
    ],
)
def test_each_contract_sees_its_breach(tmp_path: Path, importer: str, imported: str, contract: str) -> None:
    """A bare house in order passes; one import against its direction fails the contract that forbids it."""
    layers = ("domain", "db", "operations", "queries", "ui")
    files = [f"app/{layer}/visits.py" for layer in layers]
    files += [
        "app/cli/visits.py",
        "app/jobs.py",
        "app/main.py",
        "app/words.py",
        "app/errors.py",
        "app/clock.py",
        "reports/visits.py",
    ]
    files += ["app/devices/reader.py", "app/solver/roster.py"]
    for file in files:
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        (path.parent / "__init__.py").touch()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    allowed = {
        "app/main.py": "import app.cli, app.db.visits",
        "app/cli/visits.py": "import app.operations.visits, app.queries.visits, reports.visits, app.solver.roster",
        "app/ui/visits.py": "import app.operations.visits, app.queries.visits, app.devices.reader, app.domain.visits",
        "app/operations/visits.py": "import app.db.visits, app.domain.visits",
        "app/db/visits.py": "import app.domain.visits",
        "app/domain/visits.py": "import app.errors",
        "app/errors.py": "import app.words",
        "reports/visits.py": "import app.domain.visits, app.words",
    }
    for file, imports in allowed.items():
        (tmp_path / file).write_text(f"{imports}\n", encoding="utf-8")
    before = lint_imports(tmp_path)
    assert before.returncode == 0, before.stdout + before.stderr
    with (tmp_path / importer).open("a", encoding="utf-8") as breach:
        breach.write(f"import {imported}\n")
    after = lint_imports(tmp_path)
    assert after.returncode == 1, after.stdout + after.stderr
    assert f"{contract_names()[contract]} BROKEN" in after.stdout


def test_no_file_grows_too_long() -> None:
    """A migration is written once, by a program, and never grows: it is left out."""
    files = [path for folder in ("app", "reports") for path in (ROOT / folder).rglob("*.py")]
    files = [path for path in files if path.parent.name != "versions"]
    assert len(files) > len(COLUMN)
    lengths = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert not {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE}


def test_public_methods_are_documented() -> None:
    paths = [path for folder in ("app", "reports") for path in sorted((ROOT / folder).rglob("*.py"))]
    inherited = documented_methods(path.read_text(encoding="utf-8") for path in paths)
    missing = {
        str(path.relative_to(ROOT)): names
        for path in paths
        if (names := list(undocumented_methods(path.read_text(encoding="utf-8"), inherited)))
    }
    assert missing == {}


def test_the_check_of_methods_sees_one_without_words() -> None:
    source = (
        "class Visit:\n    def paintEvent(self): pass\n    def _own(self): pass\n    def held(self): pass\n"
    )
    assert list(undocumented_methods(source)) == ["Visit.held"]


@pytest.mark.parametrize("name", CAPABILITIES)
def test_each_column_is_whole(name: str) -> None:
    missing = [part.format(name=name) for part in COLUMN if not list(ROOT.glob(part.format(name=name)))]
    assert not missing


def test_every_page_belongs_to_a_column() -> None:
    """A page that is no capability's, or that pages.py does not name, is a column half built."""
    pages = {path.parent.name for path in (ROOT / "app" / "ui").glob("*/page.py")}
    assert pages == {*CAPABILITIES, *SHARED_PAGES}
    listed = (ROOT / "app" / "ui" / "pages.py").read_text(encoding="utf-8")
    assert [name for name in CAPABILITIES if f"app.ui.{name}" not in listed] == []
