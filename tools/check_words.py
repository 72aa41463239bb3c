"""Finds texts that are missing, unlike in the two languages, or unused: `python -m tools.check_words`.

Both languages must have the same files, keys and placeholders, every code written in the program must exist,
and a call must give what its text names. The program is read as a syntax tree, so a code is found where it is
written as a literal: in `words("visits.returned")`, in `DomainError("no_right")`, or as a string on its own
(a column's title, say). The start of an f-string (`f"visits.reason_{n}"`) counts for every key that begins so.

Chinese is punctuated as Chinese: “ ” and full-width marks.
"""

from __future__ import annotations

import ast
import re
import string
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("zh_CN", "en")
CALLS = {"words", "_words", "t"}
ERROR = "DomainError"
CORNERS = re.compile("[「」『』]")
HALF_WIDTH = re.compile(r"[\u3400-\u9fff] ?[()!,:;?]|[()!,:;?] ?[\u3400-\u9fff]")
TYPED = re.compile("`[^`]*`")  # what is typed on a command line stands as it is typed
TAKEN = {"code", "field"}  # the calls' own names: no placeholder can be called so


@dataclass(frozen=True, slots=True)
class Use:
    """One code written in the program. `values` is None when the call passes them on by **."""

    code: str
    values: frozenset[str] | None
    place: str


@dataclass(slots=True)
class Uses:
    """Every code in the program: literal calls, the beginnings of composed ones, and all other strings."""

    calls: list[Use] = field(default_factory=list)
    beginnings: list[Use] = field(default_factory=list)
    strings: set[str] = field(default_factory=set)


def placeholders(text: str) -> set[str]:
    """The names in braces of one text; ValueError when a brace is out of place."""
    return {
        name.partition(".")[0].partition("[")[0]
        for _, name, _, _ in string.Formatter().parse(text)
        if name is not None
    }


def texts(folder: Path, faults: list[str]) -> dict[str, str]:
    """All texts of one language by code, and a fault for each file or value that is none.

    A text whose braces cannot be read stands in the answer as an empty one, after its fault.
    """
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as bad:
            faults.append(f"{folder.name}/{path.name}: cannot be read: {bad}")
            continue
        for key, value in values.items():
            where = f"{folder.name}/{path.name}: {key}"
            if not isinstance(value, str) or not value.strip():
                faults.append(f"{where} is no text, or an empty one")
                continue
            try:
                taken = placeholders(value) & TAKEN
            except ValueError as bad:
                faults.append(f"{where}: {bad}")
                value = ""
            else:
                faults += [f"{where}: {{{name}}} cannot be given as a value" for name in sorted(taken)]
            found[f"{path.stem}.{key}"] = value
    return found


def punctuation(chinese: dict[str, str]) -> list[str]:
    """Chinese texts with corner quotes, or with half-width marks next to a Chinese character."""
    faults = [f"zh_CN {code}: quotes are “ ”" for code, text in chinese.items() if CORNERS.search(text)]
    for code, text in chinese.items():
        if found := HALF_WIDTH.search(TYPED.sub("`", text)):
            faults.append(f"zh_CN {code}: half-width mark in “{found[0]}”")
    return faults


def _literals(node: ast.expr) -> Iterator[tuple[str, bool]]:
    """What an argument can be: (text, whole). A composed text gives its beginning with whole False."""
    match node:
        case ast.Constant(value=str(text)):
            yield text, True
        case ast.IfExp(body=body, orelse=other):
            yield from _literals(body)
            yield from _literals(other)
        case (
            ast.JoinedStr(values=[ast.Constant(value=str(text)), *_])
            | ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Add())
        ):
            yield text, False


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def uses(folders: list[Path], root: Path) -> Uses:
    """Every code that the Python files of these folders write."""
    found = Uses()
    for path in sorted(file for folder in folders for file in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.strings.add(node.value)
            elif isinstance(node, ast.JoinedStr | ast.BinOp):
                found.beginnings += [
                    Use(text, None, "") for text, whole in _literals(node) if not whole and "." in text
                ]
            elif isinstance(node, ast.Call) and node.args and (name := _name(node.func)) in CALLS | {ERROR}:
                before = "errors." if name == ERROR else ""
                named = {word.arg for word in node.keywords}
                values = None if None in named else frozenset(word for word in named if word) - TAKEN
                place = f"{path.relative_to(root)}:{node.lineno}"
                for text, whole in _literals(node.args[0]):
                    (found.calls if whole else found.beginnings).append(Use(before + text, values, place))
    return found


def compare(chinese: dict[str, str], english: dict[str, str]) -> list[str]:
    """What one language has and the other has not, and texts whose placeholders differ."""
    faults = [f"en lacks {code}" for code in sorted(chinese.keys() - english.keys())]
    faults += [f"zh_CN lacks {code}" for code in sorted(english.keys() - chinese.keys())]
    for code in sorted(chinese.keys() & english.keys()):
        names = placeholders(chinese[code]), placeholders(english[code])
        if names[0] != names[1]:
            faults.append(f"{code}: placeholders differ: zh_CN {sorted(names[0])}, en {sorted(names[1])}")
    return faults


def compare_uses(by_code: dict[str, str], found: Uses) -> list[str]:
    """Codes that do not exist, calls that leave a placeholder open, and texts that nothing uses."""
    faults = []
    for use in found.calls:
        if use.code not in by_code:
            faults.append(f"{use.place}: no text {use.code}")
        elif use.values is not None and (left := placeholders(by_code[use.code]) - use.values):
            faults.append(f"{use.place}: {use.code} needs {', '.join(sorted(left))}")
    faults += [
        f"{use.place}: no text begins with {use.code}"
        for use in found.beginnings
        if use.place and not any(code.startswith(use.code) for code in by_code)
    ]
    # A beginning that is a whole file says nothing of its keys: those must stand as strings somewhere.
    files = {use.code for use in found.beginnings if use.code.endswith(".")} | {"errors."}
    beginnings = tuple(use.code for use in found.beginnings if not use.code.endswith("."))
    for code in sorted(by_code):
        file, _, key = code.partition(".")
        named = code in found.strings or (f"{file}." in files and key in found.strings)
        if not named and not code.startswith(beginnings):
            faults.append(f"nothing uses {code}")
    return faults


def check(root: Path) -> list[str]:
    """Every fault of a checkout's texts, one line each."""
    faults: list[str] = []
    chinese, english = (texts(root / "resources" / "i18n" / language, faults) for language in LANGUAGES)
    faults += compare(chinese, english) + punctuation(chinese)
    return faults + compare_uses(chinese, uses([root / "app", root / "reports"], root))


def main() -> int:
    """Prints the faults; the exit status is 1 if there are any."""
    faults = check(ROOT)
    for fault in faults:
        print(fault)
    if not faults:
        print("Texts: both languages complete, every code in place.")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
