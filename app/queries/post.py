"""What a post's screen knows beforehand: its purposes with their spellings, and the shift that runs."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from app.db.site import purposes
from app.db.store import Store
from app.domain.business_day import shift_at
from app.domain.documents import identify
from app.domain.names import name_keys, typed_key
from app.domain.people import Actor

ANY_NUMBER = "110105194912310029"


@dataclass(frozen=True, slots=True)
class Purpose:
    """A purpose of visit and the keys that find it."""

    name: str
    keys: frozenset[str]

    def fits(self, typed: str) -> bool:
        """Whether a typed text means it: a part of it, or its pinyin."""
        return not typed or typed in self.name or typed_key(typed) in self.keys


@dataclass(frozen=True, slots=True)
class PostFacts:
    """The site's purposes in their order, and the shift of this moment ("" when none runs)."""

    purposes: tuple[Purpose, ...]
    shift: str


def post_facts(store: Store, actor: Actor) -> PostFacts:
    """What the screen needs before the first visitor; the pinyin and region tables are loaded here, not at a key."""
    identify(ANY_NUMBER, store.clock.now().date())
    with store.reading() as connection:
        rows = connection.execute(
            sa.select(purposes.c.name)
            .where(purposes.c.site_id == store.site.site_id, purposes.c.active)
            .order_by(purposes.c.position)
        ).all()
        shift = shift_at(store.clock.now(), store.site.zone, store.shifts(connection))
    return PostFacts(tuple(Purpose(row.name, name_keys(row.name)) for row in rows), shift)
