"""Under which keys a visitor is found (VIS-5): the name's readings, and keyed digests of the numbers."""

from __future__ import annotations

from app.db.secrets import Secrets
from app.domain.names import name_keys, whole_keys

LAST = 4


def visitor_keys(secrets: Secrets, name: str, number: str, phone: str, plate: str) -> set[str]:
    """All search keys of a visitor; numbers are normalised already, "" where there is none."""
    keys = {*name_keys(name), *whole_keys(name)}
    if number:
        keys.add(secrets.search_key("d", number))
        keys.add(secrets.search_key("d4", number[-LAST:]))
    if phone:
        keys.add(secrets.search_key("p", phone))
        keys.add(secrets.search_key("p4", phone[-LAST:]))
    if plate:
        keys.add(f"v:{plate}")
        keys.add(f"v4:{plate[-LAST:]}")
    return keys
