"""Where a reason, a name or a word is needed, a character that nobody sees is none (REQ-6, VIS-3, VIS-14)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.db.people import staff
from app.db.visits import visit_corrections, visits
from app.domain.site import POST_KINDS
from app.domain.visits import Fields
from app.errors import DomainError
from app.operations import requests as taking
from app.operations import requests_aside as aside
from app.operations import requests_way as way
from app.operations import site_editing, staff_editing
from app.operations import visits as registering
from app.operations import visits_complete as completing
from app.operations.site import create_site
from app.queries import exports
from app.queries import requests_card as cards
from tests.operations.requests_site import RequestsSite, refused
from tests.sample import PASSWORD, Post, taken_call

UNSEEN = ["\u200b", "   ", "\u2060", " \ufeff"]


@pytest.mark.parametrize("text", UNSEEN)
def test_a_request_is_not_satisfied_with_what_nobody_sees(site: RequestsSite, text: str) -> None:
    """REQ-6, REQ-8: who confirmed, why it is cancelled, what is wanted, a note."""
    done = site.at("done")
    key, store, clerk = done.request_id, site.store, site.clerk
    with refused("field_needed"):
        way.confirm(store, clerk, key, done.version, text, "phone", "satisfied")
    with refused("reason_needed"):
        way.confirm(store, clerk, key, done.version, "李护士长", "phone", "dissatisfied", text)
    for ending in (aside.cancel, aside.reopen, aside.end_unsatisfied):
        with refused("reason_needed"):
            ending(store, site.manager, key, done.version, text)
    with refused("request_words_needed"):
        taking.change_words(store, clerk, key, done.version, text)
    with refused("request_words_needed"):
        site.take(words=text)
    with refused("field_needed"):
        taking.add_note(store, clerk, key, text)


@pytest.mark.parametrize("text", UNSEEN)
def test_a_registration_is_not_explained_by_what_nobody_sees(post: Post, text: str) -> None:
    """VIS-3: neither discarding nor correcting; a reason that can be read is kept without what cannot."""
    store = post.store
    key, started = registering.new_visit(), registering.stamp(store)
    registering.begin(store, post.guard, key, started, Fields(visitor="张顺"))
    with refused("reason_needed"):
        registering.discard(store, post.guard, key, text)
    registering.discard(store, post.guard, key, f"{text}误开{text}")
    done = post.register(visitor="李四", document_number="21010219870412919X")
    manager, other = post.actor("manager"), Fields(visitor="李四海", host="骨科", purpose="送货")
    with refused("reason_needed"):
        completing.complete(store, manager, done.visit_id, other, text)
    completing.complete(store, manager, done.visit_id, other, f"听错{text}")
    with store.reading() as connection:
        one = sa.select(visits.c.discard_reason).where(visits.c.id == key)
        assert connection.execute(one).scalar_one() == "误开"
        assert set(connection.execute(sa.select(visit_corrections.c.reason)).scalars()) == {"听错"}


@pytest.mark.parametrize("text", UNSEEN)
def test_numbers_are_not_shown_for_what_nobody_sees(post: Post, text: str, tmp_path: Path) -> None:
    """VIS-14: unmasking a caller's phone and exporting whole numbers need a reason that can be read."""
    manager = post.actor("manager")
    call = taken_call(post.store, post.actor("clerk"))
    with refused("reason_needed"):
        cards.card(post.store, manager, call.request_id, unmask=True, reason=text)
    out = tmp_path / "visits.csv"
    if text.strip():
        with refused("reason_needed"):
            exports.export_table(post.store, manager, "visits", out, reason=text)
        assert not out.exists()
    else:
        assert exports.export_table(post.store, manager, "visits", out, reason=text).unmasked is False


@pytest.mark.parametrize("text", UNSEEN)
def test_nothing_is_called_by_what_nobody_sees(post: Post, text: str, tmp_path: Path) -> None:
    """An employee, a post, a customer, a contact, the site, the first administrator: each needs a name to read."""
    store, boss = post.store, post.actor("administrator")
    customer = site_editing.save_customer(store, boss, site_editing.CustomerValues("新科室"))
    calls: list[Callable[[], object]] = [
        lambda: staff_editing.save_employee(store, boss, staff_editing.StaffValues(text)),
        lambda: site_editing.save_post(store, boss, text, POST_KINDS[0]),
        lambda: site_editing.save_customer(store, boss, site_editing.CustomerValues(text)),
        lambda: site_editing.save_contact(store, boss, customer, text),
        lambda: site_editing.save_site(store, boss, text, "", store.site.mode),
        lambda: create_site(tmp_path / "new", "office", admin=text, password=PASSWORD),
    ]
    for call in calls:
        with refused("name_needed"):
            call()


@pytest.mark.parametrize("hidden", ["管\u200b甲", "管甲\u200d", "\u2060管甲", "管甲\x00"])
def test_nobody_is_added_beside_himself(post: Post, hidden: str) -> None:
    """A second employee or post that looks the same is the same."""
    store, boss = post.store, post.actor("administrator")
    staff_editing.save_employee(store, boss, staff_editing.StaffValues("管甲"))
    with refused("staff_name_taken"):
        staff_editing.save_employee(store, boss, staff_editing.StaffValues(hidden))
    site_editing.save_desk(store, boss, "管甲")
    with pytest.raises(DomainError, match="name_taken"):
        site_editing.save_desk(store, boss, hidden)
    kept = staff_editing.save_employee(store, boss, staff_editing.StaffValues(hidden.replace("甲", "乙")))
    with store.reading() as connection:
        assert connection.execute(sa.select(staff.c.name).where(staff.c.id == kept)).scalar_one() == "管乙"
