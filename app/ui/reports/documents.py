"""The documents that the page offers, what each can be asked for, and the command line that makes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from app.words import Words

Ask = str  # day, period, post (one), any_post (one or all), number, list (a saved one), waiting, now, shift
DAYS = "days"  # the scope of a document that is made of some days and not of a saved list


@dataclass(frozen=True, slots=True)
class Document:
    """A document by the name of the command line; `form` is its form number as printed on it."""

    name: str
    form: str
    asks: frozenset[Ask]


DOCUMENTS: tuple[Document, ...] = (
    Document("visit_log", "VIS-01", frozenset({"day", "post"})),
    Document("visit_figures", "VIS-02", frozenset({"period", "any_post"})),
    Document("handover", "VIS-03", frozenset({"day", "post", "shift"})),
    Document("job_slip", "REQ-01", frozenset({"number"})),
    Document("request_list", "REQ-02", frozenset({"list", "period"})),
    Document("follow_up_form", "REQ-03", frozenset({"waiting", "period"})),
    Document("evacuation", "VIS-04", frozenset({"now"})),
    Document("roll_call", "VIS-04B", frozenset({"now"})),
    Document("blank_slips", "VIS-04C", frozenset({"number"})),
)
SAVED_LISTS = (
    "mine",
    "open",
    "unassigned",
    "due_today",
    "overdue",
    "awaiting_confirmation",
    "awaiting_follow_up",
    "paused",
    "all",
)
QUICK = ("today", "yesterday", "this_week", "this_month", "last_month")


@dataclass(frozen=True, slots=True)
class Asked:
    """One document as it is asked for. `scope` is a saved list, "waiting", or DAYS; `post` "" is all (or the first)."""

    name: str
    first: date | None = None
    last: date | None = None
    post: str = ""
    number: str = ""
    scope: str = field(default=DAYS)

    @property
    def document(self) -> Document:
        """What kind of document it is. StopIteration for a name that there is not."""
        return next(one for one in DOCUMENTS if one.name == self.name)

    @property
    def by_days(self) -> bool:
        """Whether its days matter."""
        return bool(self.document.asks & {"day", "period"}) and (
            self.scope == DAYS or "shift" in self.document.asks
        )

    def options(self) -> list[str]:
        """The options of `yinghou report NAME` (see `app.papers`)."""
        asks, said = self.document.asks, []
        if self.by_days and self.first is not None:
            last = self.first if "day" in asks else self.last or self.first
            said += ["--from", self.first.isoformat(), "--to", last.isoformat()]
        if self.post and asks & {"post", "any_post"}:
            said += ["--post", self.post]
        if self.number and "number" in asks:
            said += ["--number", self.number]
        if asks & {"list", "shift"} and self.scope != DAYS:
            said += ["--which", self.scope]
        return said

    def command(self, out: Path, language: str) -> list[str]:
        """The whole command for a child of this program."""
        return ["report", self.name, "--out", str(out), "--lang", language, *self.options()]

    def title(self, words: Words) -> str:
        """What this one is called: on the print job, as a file's name without suffix."""
        asks, parts = self.document.asks, [words(f"reports.{self.name}")]
        if "number" in asks:
            parts.append(self.number)
        elif not self.by_days and "now" not in asks:
            code = (
                "reports.waiting_for_follow_up" if self.scope == "waiting" else f"requests.list_{self.scope}"
            )
            parts.append(words(code))
        if asks & {"post", "any_post"}:
            parts.append(self.post)
        if "shift" in asks and self.scope != DAYS:
            parts.append(self.scope)
        if self.by_days and self.first is not None:
            one_day = "day" in asks or self.last in (None, self.first)
            parts.append(f"{self.first}" if one_day else f"{self.first}—{self.last}")
        said = " ".join(part for part in parts if part)
        return "".join(" " if sign in '\\/:*?"<>|' or ord(sign) < 32 else sign for sign in said)


def period(quick: str, today: date) -> tuple[date, date]:
    """First and last day of a quick choice (QUICK); weeks begin on Monday, the running ones end today."""
    match quick:
        case "today":
            return today, today
        case "yesterday":
            return today - timedelta(days=1), today - timedelta(days=1)
        case "this_week":
            return today - timedelta(days=today.weekday()), today
        case "this_month":
            return today.replace(day=1), today
        case "last_month":
            last = today.replace(day=1) - timedelta(days=1)
            return last.replace(day=1), last
    raise KeyError(quick)


def quick_of(first: date, last: date, today: date, among: Sequence[str] = QUICK) -> str | None:
    """The quick choice that means these days, None if none does."""
    return next((quick for quick in among if period(quick, today) == (first, last)), None)


def first_asked(name: str, today: date, post: str = "") -> Asked:
    """What stands in the options of a document before anybody has changed them."""
    asked = Asked(name, today, today)
    match name:
        case "visit_figures":
            return replace(asked, first=today.replace(day=1))
        case "visit_log" | "handover":
            return replace(asked, post=post)
        case "request_list":
            return replace(asked, scope="open")
        case "follow_up_form":
            return replace(asked, scope="waiting")
    return asked


def asked_by(argument: Mapping[str, Any], today: date) -> Asked | None:
    """What another page asks for: `{"name": "job_slip", "number": "1123-C026"}` with any field of Asked; else None."""
    if argument.get("name") not in {document.name for document in DOCUMENTS}:
        return None
    known = {one.name for one in fields(Asked)} - {"name"}
    given = {name: value for name, value in argument.items() if name in known and value is not None}
    if "first" in given:
        given = {"last": given["first"], "scope": DAYS} | given
    return replace(first_asked(str(argument["name"]), today), **given)
