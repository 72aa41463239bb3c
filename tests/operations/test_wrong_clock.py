"""A PC whose clock is wrong: nobody leaves before he came, and the newest day is not one that has not come."""

from __future__ import annotations

import sqlalchemy as sa

from app.db.visits import departures
from app.operations import visits as operations
from app.queries import visits as queries
from tests.sample import Post

HOUR, DAY = 3600, 86_400


def test_nobody_leaves_before_he_came(post: Post) -> None:
    """VIS-10: the clock was set back by an hour after the registration; the departure is at its instant."""
    done = post.register(visitor="张顺", document_number="21010219870412919X")
    registered = post.clock.now()
    post.clock.set_wall(-HOUR)
    left = operations.depart(post.store, post.guard, done.visit_id, pass_returned=False)
    assert left == registered
    with post.store.reading() as connection:
        assert connection.execute(sa.select(departures.c.left_at)).scalar_one() == registered
    later = post.register(visitor="李四").visit_id
    post.clock.pass_by(60)
    assert operations.depart(post.store, post.guard, later, pass_returned=False) == post.clock.now()


def test_the_newest_day_is_not_one_to_come(post: Post) -> None:
    """A registration under a clock a year ahead does not decide which day's log is printed."""
    assert queries.last_day(post.store) is None
    post.clock.set_wall(400 * DAY)
    post.register(visitor="张顺")
    ahead = queries.last_day(post.store)
    post.clock.set_wall(-400 * DAY)
    assert queries.last_day(post.store) is None
    post.register(visitor="李四")
    today = queries.last_day(post.store)
    assert today is not None
    assert ahead is not None
    assert (ahead - today).days == 400
    assert queries.last_day(post.store, post.guard.post_id) == today
    post.clock.set_wall(DAY)
    assert queries.last_day(post.store) == today
