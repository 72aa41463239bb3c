"""What Ctrl+K finds besides commands: visitors, requests, customers and people, asked in the worker thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject

from app.queries import finding
from app.ui.command_box import Answer, Found
from app.ui.services import Services

MOST = 5
Show = Callable[[str, object], object]  # a page's code and what it is to open


class Finder(QObject):
    """One kind of thing; `show(page, argument)` brings the page of what was chosen to the front."""

    def __init__(self, kind: str, services: Services, show: Show, parent: QObject) -> None:
        super().__init__(parent)
        self.kind, self._services, self._show = kind, services, show

    def __call__(self, text: str, answer: Answer) -> None:
        """Answer what fits the text."""
        typed = text.strip()
        if not typed:
            answer([])
            return
        services = self._services
        services.background.run(
            finding.FINDERS[
                {"visitor": "visitors", "request": "requests", "customer": "customers", "person": "people"}[
                    self.kind
                ]
            ],
            services.house,
            services.session.actor,
            typed,
            MOST,
            done=partial(self._found, answer),
            owner=self,
            replaces="find",
        )

    def _found(self, answer: Answer, rows: Sequence[dict[str, Any]]) -> None:
        answer([self._line(row) for row in rows])

    def _line(self, row: dict[str, Any]) -> Found:
        words = self._services.words
        if self.kind == "visitor":
            about = " · ".join(
                part for part in (row["document_number"][-6:], row["host"], row["purpose"]) if part
            )
            return Found("visitor", row["visitor"], about, partial(self._show, "visits", row["visitor"]))
        if self.kind == "request":
            state = words(f"requests.state_{row['state']}")
            title = f"{row['customer']} · {row['words']}"
            return Found(
                "request", title, f"{row['number']} · {state}", partial(self._show, "requests", row["number"])
            )
        if self.kind == "customer":
            about = " · ".join(part for part in (row["place"], row["contact"], row["extension"]) if part)
            return Found(
                "customer",
                row["customer"],
                about,
                partial(self._show, "requests", {"customer": row["customer"]}),
            )
        return Found(
            "person", row["name"], row["title"], partial(self._show, "site", {"person": row["name"]})
        )
