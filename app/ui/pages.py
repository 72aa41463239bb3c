"""The tabs, in order. A new capability adds one line here."""

from __future__ import annotations

import importlib
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from app.ui.page import Page
from app.ui.services import Services


@dataclass(frozen=True, slots=True)
class PageSpec:
    """One tab: `factory` is `module:Class`, imported when first shown; `right` is needed to see it ("": none).

    `of_post`: what is typed on it belongs to the guard post, whoever works there, not to the person.
    """

    code: str
    title_code: str
    icon: str
    factory: str
    right: str = ""
    of_post: bool = False

    def make(self, services: Services, parent: QWidget) -> Page:
        """Import the class and make the page."""
        module, _, name = self.factory.partition(":")
        made = getattr(importlib.import_module(module), name)(services, parent)
        if not isinstance(made, Page):
            raise TypeError(f"{self.factory} is no Page")
        return made


PAGES: tuple[PageSpec, ...] = (
    PageSpec(
        "requests", "window.tab_requests", "request", "app.ui.requests.page:RequestsPage", "requests.see"
    ),
    PageSpec(
        "visits", "window.tab_visits", "post", "app.ui.visits.page:VisitsPage", "visits.see", of_post=True
    ),
    PageSpec("reports", "window.tab_reports", "report", "app.ui.reports.page:ReportsPage", "reports.make"),
    PageSpec("site", "window.tab_site", "site", "app.ui.site.page:SitePage"),
    PageSpec("help", "window.tab_help", "help", "app.ui.help.page:HelpPage"),
)
