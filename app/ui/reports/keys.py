"""The keys of the page for F1: (title, ((key, what it does), …)), all as codes of words."""

from __future__ import annotations

KEYS = (
    (
        "reports_page.keys_paper",
        (
            ("Ctrl+P", "printing.print"),
            ("Ctrl+S", "reports_page.save"),
            ("F5", "reports_page.make"),
            ("Escape", "reports_page.stop"),
            ("Alt+1…5", "reports_page.quick"),
        ),
    ),
    (
        "reports_page.keys_preview",
        (
            ("PgDn", "reports_page.page_on"),
            ("PgUp", "reports_page.page_back"),
            ("Ctrl+Home", "reports_page.to_begin"),
            ("Ctrl+End", "reports_page.to_end"),
            ("F6", "reports_page.zoom"),
        ),
    ),
)
