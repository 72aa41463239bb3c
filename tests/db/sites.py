"""A small site with visits at a post, for the tests of backups, checks, imports and exports."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.db.folder import open_store
from app.db.store import Store
from app.domain.people import Actor
from app.domain.visits import Fields
from app.operations import visits
from app.operations.site import Created, create_site, sign_in, sign_in_as

ADMIN = "站长"
PASSWORD = "Zhi-chang 7 xiaoshi"
NUMBER = "11010519491231002X"
PHONE = "19900000352"


def new_site(folder: Path, *, sample: bool = True, url: str = "") -> Created:
    """A hospital in an empty folder."""
    return create_site(folder, "hospital", admin=ADMIN, password=PASSWORD, sample=sample, url=url)


@contextmanager
def opened(folder: Path, url: str = "", code: str = "") -> Iterator[Store]:
    """Its store, closed at the end."""
    site = open_store(folder, url, recovery_code=code)
    try:
        yield site.store
    finally:
        site.close()


def guard(store: Store) -> Actor:
    """A guard at the first post of a sample site."""
    return sign_in_as(store, "guard", "post")


def administrator(store: Store) -> Actor:
    """The administrator, by password."""
    return sign_in(store, ADMIN, PASSWORD, "center")


def register(store: Store, actor: Actor, name: str, **more: Any) -> None:
    """One visit, from the first key to *document returned*, and the visitor stays."""
    usual = Fields(visitor=name, host="内科", purpose="探视", document_number=NUMBER, phone=PHONE)
    fields = replace(usual, **more)
    key, started = visits.new_visit(), visits.stamp(store)
    visits.begin(store, actor, key, started, fields)
    visits.fill(store, actor, key, fields)
    visits.document_returned(store, actor, key, started, visits.stamp(store), fields)


def busy_site(folder: Path, url: str = "") -> None:
    """A sample site with a few visits, one of them over."""
    new_site(folder, url=url)
    with opened(folder, url) as store:
        actor = guard(store)
        register(store, actor, "欧阳锋", pass_number="A001")
        register(store, actor, "单雄信", document_number="E60017342", document_kind="passport", phone="")
        register(
            store,
            actor,
            "=HYPERLINK(1)",
            document_number="",
            document_kind="none",
            none_reason="forgot",
            phone="",
        )


def folder_content(folder: Path) -> set[str]:
    """The names of what lies in a folder."""
    return {path.name for path in folder.iterdir()} if folder.exists() else set()
