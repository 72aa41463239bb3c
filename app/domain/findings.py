"""What a check of a site's data found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

NOTE = "note"
FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong (`fault`) or worth knowing (`note`); its text is `words(code, **values)`."""

    severity: str
    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def fault(self) -> bool:
        """Whether the check fails because of it."""
        return self.severity == FAULT


def fault(code: str, **values: object) -> Finding:
    """A finding that makes the check fail."""
    return Finding(FAULT, code, values)


def note(code: str, **values: object) -> Finding:
    """A finding that does not."""
    return Finding(NOTE, code, values)
