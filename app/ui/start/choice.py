"""What a person chose at the first start, as a frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from app.domain.site_plan import SitePlan


@dataclass(frozen=True, slots=True)
class StartChoice:
    """What is made in the data folder: a sample site, a real one, or what a backup holds.

    `kind` is hospital, office, residential or empty; `backup` is the file to restore (then nothing else counts but
    `recovery_code`).
    """

    kind: str = "empty"
    sample: bool = False
    plan: SitePlan = field(default_factory=SitePlan)
    admin: str = ""
    password: str = field(default="", repr=False)
    backup: Path | None = None
    recovery_code: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """The site's name."""
        return self.plan.name

    @property
    def company(self) -> str:
        """The company's name."""
        return self.plan.company

    @property
    def mode(self) -> str:
        """The service mode ("": that of the kind)."""
        return self.plan.mode
