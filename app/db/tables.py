"""Every table of the program, gathered for migrations, checks and exports."""

from __future__ import annotations

from app.db import (
    disclosures,
    evacuation,
    handover,
    people,
    records,
    requests,
    search,
    site,
    visits,
    watch_list,
)
from app.db.base import metadata

__all__ = [
    "disclosures",
    "evacuation",
    "handover",
    "metadata",
    "people",
    "records",
    "requests",
    "search",
    "site",
    "visits",
    "watch_list",
]
