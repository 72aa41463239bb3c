"""What a device read of a document or a code, in one form for all of them (VIS-8)."""

from __future__ import annotations

from dataclasses import dataclass, field

SCAN, READER, PHOTO = "scan", "reader", "photo"
"""Ways in (`app.domain.visits.WAYS_IN`)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it was read (a number, a zone, a code), the holder's name where the device knows it, and the way in.

    Its repr holds nothing of the person, so that no log can (VIS-14).
    """

    way_in: str
    text: str = field(repr=False)
    name: str = field(default="", repr=False)
    expired: bool = False
