"""Every table of the program, gathered for migrations, checks and exports."""

from __future__ import annotations

from app.db import people, records, requests, search, site, visits
from app.db.base import metadata

__all__ = ["metadata", "people", "records", "requests", "search", "site", "visits"]
