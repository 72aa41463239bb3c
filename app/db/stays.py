"""How long a visitor may stay, as the site has set it (VIS-10)."""

from __future__ import annotations

import sqlalchemy as sa

from app.db.site import site_settings
from app.db.store import Store
from app.domain.stays import NO_LIMIT, StayRule, default_rule


def stay_rule(store: Store, connection: sa.Connection) -> StayRule:
    """The site's limit: what was set, else what a site of its kind begins with."""
    rows = connection.execute(
        sa.select(site_settings.c.key, site_settings.c.value).where(
            site_settings.c.site_id == store.site.site_id,
            site_settings.c.key.in_(("stay_hours", "site_closes")),
        )
    )
    given, usual = {row.key: row.value for row in rows}, default_rule(store.site.kind)
    hours, closes = given.get("stay_hours", usual.hours), given.get("site_closes", usual.closes)
    return StayRule(None if hours == NO_LIMIT else hours, None if closes == NO_LIMIT else closes)
