"""The watch list of a sample site: three made-up entries of nobody who ever came, to look at and to try (VIS-11)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.db.secrets import Secrets
from app.db.watch_list import watch_entries
from app.domain.identity_numbers import check_character
from app.operations.site_rows import Newborn, Row

# Sequence 899: the demo's visitors have 900 and later ones. Name, first 17 digits, phone, what to do, words, why; days
# since it was entered and until its review.
_ENTRIES = (
    (
        "冉守义",
        "33010219700101899",
        "",
        "call_center",
        "分机 8001",
        "样例：多次占用消防通道，劝说不听",
        40,
        50,
    ),
    ("笪新民", "33020519650315899", "17800999001", "call_host", "", "样例：推销，科室要求先核实", 25, 35),
    ("", "33070219820909899", "", "leader", "", "样例：曾冒用他人姓名来访", 60, -2),
)


def watch_rows(new: Newborn, manager: UUID, until: datetime, zone: Any) -> list[Row]:
    """The rows; drawn after all else, so that the rest of a sample site is what it was without them."""
    today = until.astimezone(zone).date()
    rows: list[Row] = []
    for name, first17, phone, todo, words, reason, since, review in _ENTRIES:
        number = first17 + check_character(first17)
        key = new.key()
        sealed = {
            "name": name,
            "document_number": number,
            "phone": phone,
            "reason": reason,
            "todo_words": words,
        }
        days = {
            "valid_from": today - timedelta(days=since),
            "valid_until": today + timedelta(days=180),
            "review_on": today + timedelta(days=review),
        }
        values: dict[str, Any] = {
            "id": key,
            "version": 1,
            **_sealed(new.secrets, new.site_id, key, sealed),
            "number_digest": new.secrets.digest("d", number),
            "phone_digest": new.secrets.digest("p", phone) if phone else None,
            "todo": todo,
            **{column: _stored_day(day) for column, day in days.items()},
            "entered_at": new.now,
            "entered_by": manager,
            "ended_at": None,
            "ended_by": None,
            "end_reason": None,
        }
        rows.append((watch_entries, values))
    return rows


def _sealed(secrets: Secrets, site_id: int, key: UUID, texts: dict[str, str]) -> dict[str, bytes | None]:
    return {
        column: secrets.seal(text, f"watch_entries.{column}", site_id, key) for column, text in texts.items()
    }


def _stored_day(day: date) -> int:
    return day.year * 10000 + day.month * 100 + day.day
