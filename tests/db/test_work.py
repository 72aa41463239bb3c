"""What a transaction promises by itself, whatever the operation above it looked at before."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.db.base import new_key
from app.db.folder import DATABASE
from app.db.requests import requests
from app.db.site import purposes
from app.db.store import Store
from app.domain.people import pc_actor
from app.errors import DomainError
from app.operations import requests as taking
from app.operations.site import sign_in_as
from app.queries.site import find_customers
from tests.db.sites import new_site, opened

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"])
SECRET = "要抹掉的名字甲乙丙丁"


def _taken(store: Store) -> UUID:
    clerk = sign_in_as(store, "clerk", "center")
    [customer] = find_customers(store, clerk, "guke", 1)
    new = taking.NewRequest(
        store.clock.now(),
        "hotline_services",
        clerk.person,
        words="空调不制冷",
        customer_id=customer.customer_id,
    )
    return taking.take(store, clerk, new).request_id


@BOTH
def test_a_lost_race_is_seen_by_the_write_itself(
    tmp_path: Path, request: pytest.FixtureRequest, database: str
) -> None:
    """Two who both read version 1: the second write changes nothing, also when nobody looked again before it."""
    url = request.getfixturevalue("postgres_database") if database == "postgresql" else ""
    new_site(tmp_path / "a", url=url)
    with opened(tmp_path / "a", url) as store:
        key = _taken(store)

        def write(place: str) -> None:
            store.work(pc_actor(), "x", lambda work: work.update_version(requests, key, 1, {"place": place}))

        write("一楼")
        with pytest.raises(DomainError, match="changed_by_another"):
            write("二楼")
        with store.reading() as connection:
            row = connection.execute(sa.select(requests).where(requests.c.id == key)).one()
        assert (row.version, row.place) == (2, "一楼")


def test_what_is_deleted_is_gone_from_the_file(tmp_path: Path) -> None:
    """VIS-14: erasing overwrites the bytes (`secure_delete`), in the file and, once it is closed, in its journal."""
    folder, key = tmp_path / "a", new_key()
    new_site(folder)

    def in_the_folder() -> list[str]:
        return [
            path.name for path in folder.iterdir() if path.is_file() and SECRET.encode() in path.read_bytes()
        ]

    with opened(folder) as store:
        values = {"id": key, "name": SECRET, "position": 99, "active": True}
        store.work(pc_actor(), "x", lambda work: work.insert(purposes, values))
    assert in_the_folder() == [DATABASE]
    with opened(folder) as store:
        store.work(pc_actor(), "x", lambda work: work.delete(purposes, key))
    assert in_the_folder() == []


def test_what_is_replaced_is_gone_from_the_file(tmp_path: Path) -> None:
    """The same for a value that another takes the place of."""
    folder, key = tmp_path / "a", new_key()
    new_site(folder)
    with opened(folder) as store:
        values = {"id": key, "name": SECRET * 40, "position": 99, "active": True}
        store.work(pc_actor(), "x", lambda work: work.insert(purposes, values))
        store.work(pc_actor(), "x", lambda work: work.update(purposes, key, {"name": "-"}))
    assert SECRET.encode() not in (folder / DATABASE).read_bytes()
