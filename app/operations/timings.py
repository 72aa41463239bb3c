"""Field timings: how long F9 and the search took at a post, by shift, in buckets, without personal data (GOALS)."""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence

from app.db.records import timings
from app.db.store import Store
from app.db.work import Work
from app.domain.business_day import day_of, shift_at
from app.domain.people import Actor

# Upper bounds in milliseconds; what is longer falls into the last bucket.
BOUNDS = (2, 4, 8, 17, 33, 50, 100, 200, 500, 1000)


def keep(store: Store, actor: Actor, seconds: Mapping[str, Sequence[float]]) -> None:
    """Adds the times of some minutes, by what was timed (`search`, `returned`), in seconds."""

    def body(work: Work) -> None:
        zone = store.site.zone
        day = day_of(work.now, zone, store.setting(work.connection, "day_starts", 0))
        shift = shift_at(work.now, zone, store.shifts(work.connection))
        for what, taken in seconds.items():
            buckets = [0] * (len(BOUNDS) + 1)
            for one in taken:
                buckets[bisect.bisect_left(BOUNDS, one * 1000)] += 1
            row = {"day": day, "shift": shift, "post_id": actor.post_id, "what": what, "buckets": buckets}
            work.insert(timings, {"id": work.new_key(), **row})

    store.work(actor, "timings.keep", body)
