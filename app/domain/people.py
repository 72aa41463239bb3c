"""Who acts: a person (or this PC itself), the roles and the rights (docs/rights.md)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from app.errors import DomainError

ROLES = ("guard", "clerk", "technician", "supervisor", "manager", "quality", "administrator")

RIGHTS = (
    "visits.see",
    "visits.register",
    "visits.correct",
    "watch.edit",
    "watch.reason",
    "requests.see",
    "requests.take",
    "requests.dispatch",
    "requests.report_done",
    "requests.confirm",
    "requests.follow_up",
    "requests.close",
    "requests.cancel",
    "requests.end_unsatisfied",
    "reports.make",
    "data.export",
    "data.import",
    "data.backup",
    "data.restore",
    "personal.unmask",
    "personal.staff_phones",
    "audit.see",
    "site.edit",
    "staff.edit",
)

_EVERYBODY = frozenset({"requests.see", "requests.take", "reports.make"})
_DESK = _EVERYBODY | {
    "requests.dispatch",
    "requests.report_done",
    "requests.confirm",
    "requests.follow_up",
    "requests.close",
    "requests.cancel",
}

# The default that a new site starts with; afterwards the rows of `role_rights` count.
DEFAULT_RIGHTS: dict[str, frozenset[str]] = {
    "guard": _EVERYBODY | {"visits.see", "visits.register"},
    "clerk": _DESK | {"visits.see", "visits.register", "data.export", "personal.staff_phones"},
    "technician": frozenset({"requests.see", "requests.take", "requests.report_done"}),
    "supervisor": _DESK
    | {
        "visits.see",
        "visits.register",
        "visits.correct",
        "watch.edit",
        "data.export",
        "personal.unmask",
        "personal.staff_phones",
    },
    "manager": frozenset(RIGHTS) - {"staff.edit", "data.restore"},
    "quality": frozenset({"visits.see", "requests.see", "reports.make", "data.export", "audit.see"}),
    "administrator": frozenset(
        {
            "requests.see",
            "site.edit",
            "staff.edit",
            "data.import",
            "data.export",
            "data.backup",
            "data.restore",
            "reports.make",
            "audit.see",
        }
    ),
}

# What the PC itself may do without anybody signed in: always masked.
PC_RIGHTS = frozenset(
    {
        "visits.see",
        "requests.see",
        "reports.make",
        "data.export",
        "data.import",
        "data.backup",
        "data.restore",
    }
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, with which rights, at which station. `staff_id` is None for the PC itself.

    `station` is `center`, `all` or `post:NAME`; `post_id` is that post.
    """

    staff_id: UUID | None
    name: str
    roles: frozenset[str]
    rights: frozenset[str]
    station: str = "center"
    post_id: UUID | None = None

    def may(self, right: str) -> bool:
        """Whether this right is theirs."""
        return right in self.rights

    def need(self, right: str) -> None:
        """Raises DomainError `no_right` unless this right is theirs."""
        if right not in self.rights:
            raise DomainError("no_right", who=self.name, right=right)

    @property
    def person(self) -> UUID:
        """The staff member. Raises DomainError `sign_in_first` for the PC itself."""
        if self.staff_id is None:
            raise DomainError("sign_in_first")
        return self.staff_id


def pc_actor() -> Actor:
    """The PC itself: scripts without `--user`."""
    return Actor(None, "PC", frozenset(), PC_RIGHTS)
