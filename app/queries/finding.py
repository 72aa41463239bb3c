"""What the window's search shows, as plain values: `yinghou find` and Ctrl+K ask the same questions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.db.store import Store
from app.domain.people import Actor
from app.queries import requests_search, site
from app.queries.visitor_search import matches

Finder = Callable[[Store, Actor, str, int], list[dict[str, Any]]]


def visitors(store: Store, actor: Actor, text: str, limit: int) -> list[dict[str, Any]]:
    """Visitors, numbers masked (VIS-5)."""
    return [
        {
            "visitor": match.name,
            "document_kind": match.document_kind,
            "document_number": match.number_shown,
            "phone": match.phone_shown,
            "plate": match.plate,
            "host": match.host,
            "purpose": match.purpose,
            "visits": match.visits,
            "last_visit_at": match.last_visit_at.astimezone(store.site.zone).isoformat(timespec="seconds"),
            "on_site": match.on_site,
        }
        for match in matches(store, actor, text, limit)
    ]


def requests(store: Store, actor: Actor, text: str, limit: int) -> list[dict[str, Any]]:
    """Requests by number, words, customer, person or phone (REQ-9)."""
    return [
        {
            "number": row.number,
            "customer": row.customer,
            "place": row.place,
            "kind": row.kind,
            "words": row.words,
            "state": row.state.value,
            "received_at": row.received_at.astimezone(store.site.zone).isoformat(timespec="seconds"),
        }
        for row in requests_search.search(store, actor, text, limit)
    ]


def customers(store: Store, actor: Actor, text: str, limit: int) -> list[dict[str, Any]]:
    """Customers with their place and extension."""
    return [
        {"customer": found.name, "place": found.place, "contact": found.contact, "extension": found.extension}
        for found in site.find_customers(store, actor, text, limit)
    ]


def people(store: Store, actor: Actor, text: str, limit: int) -> list[dict[str, Any]]:
    """The site's own people."""
    return [
        {"name": found.name, "title": found.title} for found in site.find_staff(store, actor, text, limit)
    ]


FINDERS: dict[str, Finder] = {
    "visitors": visitors,
    "requests": requests,
    "customers": customers,
    "people": people,
}
