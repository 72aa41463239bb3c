"""What Ctrl+K finds besides commands: visitors, requests, customers and people, asked in the worker thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject

from app.queries import finding
from app.ui.command_box import Answer, Found
from app.ui.commands import spellings
from app.ui.services import Services

MOST = 5
Rows = Sequence[dict[str, Any]]
Spelt = dict[str, tuple[str, str]]  # a name's pinyin initials and full pinyin
NAMED = ("visitor", "customer", "name")  # where a row's name stands
# Each kind's query, and the right that its own needs: what somebody may not see is not looked for.
FINDERS = {
    "visitor": ("visitors", "visits.see"),
    "request": ("requests", "requests.see"),
    "customer": ("customers", ""),
    "person": ("people", ""),
}
Show = Callable[[str, object], object]  # a page's code and what it is to open


class Finder(QObject):
    """One kind of thing; `show(page, argument)` brings the page of what was chosen to the front."""

    def __init__(self, kind: str, services: Services, show: Show, parent: QObject) -> None:
        super().__init__(parent)
        self.kind, self._services, self._show = kind, services, show

    def __call__(self, text: str, answer: Answer) -> None:
        """Answer what fits the text."""
        typed = text.strip()
        services = self._services
        name, right = FINDERS[self.kind]
        if not typed or not services.session.may(right):
            answer([])
            return
        services.background.run(
            look_up,
            finding.FINDERS[name],
            services.house,
            services.session.actor,
            typed,
            MOST,
            done=partial(self._found, answer),
            owner=self,
            replaces="find",
        )

    def _found(self, answer: Answer, found: tuple[Rows, Spelt]) -> None:
        rows, spelt = found
        answer([self._line(row, spelt) for row in rows])

    def _line(self, row: dict[str, Any], spelt: Spelt) -> Found:
        words = self._services.words
        if self.kind == "visitor":
            about = " · ".join(
                part for part in (row["document_number"][-6:], row["host"], row["purpose"]) if part
            )
            name = row["visitor"]
            return Found("visitor", name, about, partial(self._show, "visits", name), "", spelt.get(name, ()))
        if self.kind == "request":
            state = words(f"requests.state_{row['state']}")
            said = (row["customer"], row["kind"], row["words"])
            title = " · ".join(part for part in said if part)
            about, number = f"{row['number']} · {state}", row["number"]
            return Found("request", title, about, partial(self._show, "requests", number), names=(number,))
        if self.kind == "customer":
            about = " · ".join(part for part in (row["place"], row["contact"], row["extension"]) if part)
            return Found(
                "customer",
                row["customer"],
                about,
                partial(self._show, "requests", {"customer": row["customer"]}),
                names=spelt.get(row["customer"], ()),
            )
        name = row["name"]
        show = partial(self._show, "site", {"person": name})
        return Found("person", name, row["title"], show, names=spelt.get(name, ()))


def look_up(find: finding.Finder, house: Any, actor: Any, text: str, most: int) -> tuple[Rows, Spelt]:
    """What is found, and how its names are spelt where pinyin may have been typed. In the worker thread."""
    rows = find(house, actor, text, most)
    names = [row[field] for row in rows if "words" not in row for field in NAMED if field in row]
    return rows, spellings(names) if text.isascii() and names else {}
