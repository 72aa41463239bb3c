"""What the first start's wizard asks about a new site, and how it is typed: one post, desk or person a line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from app.domain.people import ROLES
from app.domain.site import MODES, POST_KINDS
from app.errors import DomainError

LINES_MOST = 500
COMMAS = str.maketrans("，,、;；", "     ")


@dataclass(frozen=True, slots=True)
class SitePlan:
    """A new site's own facts, on top of the ready data of its kind; what is empty stays as the kind has it.

    `posts` are (name, kind: one of POST_KINDS), `people` are (name, role: one of ROLES).
    """

    name: str = ""
    company: str = ""
    mode: str = ""
    posts: tuple[tuple[str, str], ...] = ()
    desks: tuple[str, ...] = ()
    people: tuple[tuple[str, str], ...] = ()

    def text(self) -> str:
        """The plan as a file's text, for `yinghou init --plan FILE`."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)


def read_plan(text: str) -> SitePlan:
    """The plan from a file's text.

    Raises:
        DomainError: `plan_unreadable` for anything that is no plan.
    """
    try:
        raw = json.loads(text)
        plan = SitePlan(
            name=_text(raw.get("name", "")),
            company=_text(raw.get("company", "")),
            mode=_text(raw.get("mode", "")),
            posts=tuple((_text(name), _text(kind)) for name, kind in raw.get("posts", ())),
            desks=tuple(_text(name) for name in raw.get("desks", ())),
            people=tuple((_text(name), _text(role)) for name, role in raw.get("people", ())),
        )
    except (ValueError, TypeError, AttributeError, RecursionError) as fault:
        raise DomainError("plan_unreadable") from fault
    good = plan.mode in ("", *MODES) and all(kind in POST_KINDS for _, kind in plan.posts)
    if not good or any(role not in ROLES for _, role in plan.people):
        raise DomainError("plan_unreadable")
    return plan


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value.strip()


def typed_names(text: str, field: str) -> tuple[str, ...]:
    """One name a line; empty lines do not count.

    Raises:
        DomainError: `line_twice` (line, name) when a name stands there twice.
    """
    return tuple(_once([(line, "") for line in _lines(text)], field))


def typed_posts(text: str, words: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """One post a line, its kind after a space: `后勤岗 道口`. Without one its name tells: 后勤道口岗 is a lane post.

    `words` names each kind of post in the language in force.

    Raises:
        DomainError: `line_twice` (line, name).
    """
    found = []
    for line in _lines(text):
        name, kind = _split(line, words)
        found.append((name, kind or next((kind for kind in words if words[kind] in name), POST_KINDS[0])))
    _once(found, "posts")
    return tuple(found)


def typed_people(text: str, words: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """One person a line, the role after a space: `王建国 护卫员`; `words` names each role in the language in force.

    Raises:
        DomainError: `line_role_unknown` (line, name, roles), `line_twice` (line, name).
    """
    found = []
    for at, line in enumerate(_lines(text), 1):
        name, role = _split(line, words)
        if not role:
            raise DomainError(
                "line_role_unknown", field="people", line=at, name=name, roles=" / ".join(words.values())
            )
        found.append((name, role))
    _once(found, "people")
    return tuple(found)


def _lines(text: str) -> list[str]:
    whole = (" ".join(line.translate(COMMAS).split()) for line in text.splitlines()[:LINES_MOST])
    return [line for line in whole if line]


def _split(line: str, words: Mapping[str, str]) -> tuple[str, str]:
    """The line without the word at its end, and the key of that word ("" when it ends in none)."""
    for key, word in words.items():
        if line.casefold().endswith(f" {word.casefold()}"):
            return line[: -len(word) - 1].strip(), key
    return line, ""


def _once(rows: Sequence[tuple[str, str]], field: str) -> list[str]:
    names: list[str] = []
    for at, (name, _) in enumerate(rows, 1):
        if name in names:
            raise DomainError("line_twice", field=field, line=at, name=name)
        names.append(name)
    return names
