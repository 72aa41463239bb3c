"""Rights that came after the first version: an upgrade gives them to the roles of a site that is there already.

They are rows like any other, so they are written by the site's writer, with change and audit records, before the
migration that they belong to: a kill between the two gives them once more.
"""

from __future__ import annotations

from app.db.people import role_rights
from app.db.work import Work
from app.domain.people import DEFAULT_RIGHTS, ROLES

ADDED = {"0002": ("audit.see",), "0005": ("watch.edit", "watch.reason")}
ACTION = "upgrade"


def add_rights(work: Work, found: str) -> None:
    """Gives the roles what came after the version that was found; nothing in an empty database."""
    new = [right for version, rights in ADDED.items() if "" < found < version for right in rights]
    for right in new:
        for role in ROLES:
            if right in DEFAULT_RIGHTS[role]:
                work.set_row(role_rights, {"role": role, "right": right}, {})
