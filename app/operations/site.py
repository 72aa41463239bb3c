"""A new site, and who works at it now: creating, signing in, changing the guard (MODE-2)."""

from __future__ import annotations

import base64
import secrets as random_source
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.clock import Clock
from app.db import faults, migrate
from app.db import folder as data_folder
from app.db import site as tables
from app.db.base import new_key
from app.db.engine import make_engine
from app.db.people import role_rights, staff, staff_roles
from app.db.secrets import SAMPLE_KEY, KeyFile, Secrets, new_recovery_code, pc_key, recovery_key, wrap
from app.db.store import Site, Store, Writer
from app.db.work import Work
from app.domain.people import RIGHTS, ROLES, Actor
from app.domain.site import MODES, PIN_RIGHTS, SAMPLE_PASSWORD, SAMPLE_PIN, wait_minutes
from app.domain.site_plan import SitePlan
from app.domain.typed import needed
from app.errors import DomainError
from app.operations.passwords import checked_password, hash_password, is_password
from app.operations.site_rows import (
    ZONE,
    Employee,
    Newborn,
    keys_in_order,
    sample_employee,
    site_rows,
    template,
)

# The letters of writers stand in numbers that are told by phone: none that is taken for a digit.
WRITER_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


# What a real site is called until it says its name (Site tab).
REAL_NAME = "物业服务中心"


@dataclass(frozen=True, slots=True)
class Created:
    """A new site: its number, and the recovery code to print ("" for a sample site, whose key is published)."""

    site_id: int
    recovery_code: str


@contextmanager
def new_database(folder: Path, url: str) -> Iterator[sa.Engine]:
    """An empty, migrated database in an empty data folder, held alone; a failure leaves nothing behind.

    Raises:
        DomainError: `folder_not_empty`, `folder_is_file`, `folder_read_only`, `folder_in_use`, `database_not_empty`
            (the server has a site already, or tables of another program), `server_unreachable`, `disk_full` and the
            like.
    """
    if folder.exists() and not folder.is_dir():
        raise DomainError("folder_is_file", folder=str(folder))
    if not data_folder.is_empty(folder):
        raise DomainError("folder_not_empty", folder=str(folder))
    address = data_folder.database_url(folder, url)
    there = folder.exists()
    data_folder.make_folder(folder)
    before = {path.name for path in folder.iterdir()}
    lock = data_folder.Lock(folder, alone=True)
    if not data_folder.is_empty(folder):
        lock.release()  # another program made its site here while this one waited: nothing of it is touched
        raise DomainError("folder_not_empty", folder=str(folder))
    engine = make_engine(address)
    fresh = False
    try:
        with faults.worded(saving=False):
            if url:
                with engine.connect() as connection:
                    if not migrate.is_free(connection):
                        raise DomainError("database_not_empty")
                    fresh = migrate.version(connection) == ""
            migrate.upgrade(engine)
            yield engine
    except BaseException:
        if url and fresh:
            migrate.downgrade(engine)
        engine.dispose()
        lock.release()
        for path in list(folder.iterdir()):
            if path.name not in before:
                path.unlink() if path.is_file() else shutil.rmtree(path)
        if not there:
            folder.rmdir()
        raise
    engine.dispose()
    lock.release()


def create_site(
    folder: Path,
    kind: str,
    *,
    name: str = "",
    company: str = "",
    mode: str = "",
    admin: str,
    password: str,
    url: str = "",
    sample: bool = False,
    clock: Clock | None = None,
    plan: SitePlan | None = None,
    keep_code: Callable[[str], object] | None = None,
) -> Created:
    """Makes a site in an empty data folder, with the ready data of its kind and one administrator (MODE-2).

    A real site gets no made-up people; a sample one does, under the published key. A `plan` gives names, posts, desks
    and people of its own, in place of the ready ones; its people have no password yet. `keep_code` is given the
    recovery code before anything is made: a site whose code nobody knows must not be.

    Raises:
        DomainError: `unknown_site_kind`, `unknown_mode`, `name_needed`, `password_too_short`, and what
            `new_database` raises. Nothing half-made remains.
    """
    ready, plan = template(kind), plan or SitePlan()
    ready = replace(
        ready, posts=plan.posts or ready.posts, desks=plan.desks or ready.desks, mode=plan.mode or ready.mode
    )
    name, company = name or plan.name, company or plan.company
    admin = needed(admin, "admin", "name_needed")
    checked_password(password)
    mode = mode or ready.mode
    if mode not in MODES:
        raise DomainError("unknown_mode", mode=mode, modes=", ".join(MODES))
    clock = clock or Clock()
    secrets = Secrets(SAMPLE_KEY if sample else random_source.token_bytes(32))
    site_id = random_source.randbits(48)
    writer = Writer(new_key(), WRITER_LETTERS[0], random_source.token_bytes(32))
    code = "" if sample else new_recovery_code()
    if keep_code is not None:
        keep_code(code)
    keys = key_file(site_id, secrets, writer, code)
    now = clock.now()
    new = Newborn(
        site_id,
        kind,
        name.strip() or (ready.name if sample else REAL_NAME),
        company.strip() or (ready.company if sample else ""),
        mode,
        now,
        secrets,
        keys_in_order(now),
        sample,
    )
    admin_roles = (
        "administrator",
        *(role for one, role in plan.people if one == admin and role != "administrator"),
    )
    employees = [
        Employee(admin, "", admin_roles, (), hash_password(password), ""),
        *([] if not sample else sample_people(kind, secrets, admin)),
        *(Employee(one, "", (role,), (), "", "") for one, role in plan.people if one != admin),
    ]
    rows = list(site_rows(new, ready, writer_row(writer, secrets, new), employees))
    admin_id = next(values["id"] for table, values in rows if table is staff)
    actor = Actor(admin_id, admin, frozenset({"administrator"}), frozenset(RIGHTS))
    with new_database(folder, url) as engine:
        site = Site(site_id, new.name, new.company, kind, mode, ZoneInfo(ZONE))
        store = Store(folder, engine, secrets, site, writer, clock)
        store.work(actor, "site.create", lambda work: _write(work, rows))
        data_folder.write_whole(folder / data_folder.KEYS, keys.text().encode())
    return Created(site_id, code)


def _write(work: Work, rows: list[tuple[sa.Table, dict[str, object]]]) -> None:
    for table, values in rows:
        if "id" in values:
            work.insert(table, values)
        elif table.name == "search_keys":
            work.derive(table.insert(), {"site_id": work.site_id, **values})
        else:
            own = [column.name for column in table.primary_key if column.name != "site_id"]
            where = {column: values[column] for column in own}
            work.set_row(table, where, {column: v for column, v in values.items() if column not in where})


def key_file(site_id: int, secrets: Secrets, writer: Writer, code: str) -> KeyFile:
    """The key file of a new site: its key wrapped for this PC and by the recovery code.

    Raises:
        DomainError: `pc_key_damaged` when this PC's key cannot be read.
    """
    salt = random_source.token_bytes(16)
    by_pc, by_recovery = "sample", ""
    if not secrets.sample:
        mine = pc_key(make=True)
        if mine is None:
            raise DomainError("pc_key_damaged")
        by_pc = wrap(secrets.site_key, mine, "site by pc")
        by_recovery = wrap(secrets.site_key, recovery_key(code, salt), "site by recovery")
    return KeyFile(
        site_id,
        by_pc,
        by_recovery,
        base64.b64encode(salt).decode(),
        base64.b64encode(writer.id.bytes).decode(),
        wrap(writer.key, secrets.site_key, "writer"),
    ).signed(secrets.site_key)


def writer_row(writer: Writer, secrets: Secrets, new: Newborn) -> dict[str, object]:
    """The row of a site's first writer; its key is wrapped by the site's, as in the key file."""
    wrapped = wrap(writer.key, secrets.site_key, "writer", secrets.random_bytes).encode()
    return {
        "id": writer.id,
        "letter": writer.letter,
        "name": "",
        "wrapped_key": wrapped,
        "created_at": new.now,
    }


def sample_people(kind: str, secrets: Secrets, without: str = "") -> list[Employee]:
    """The made-up employees of a kind, with the published password and PIN and unlikely mobile numbers."""
    salt = secrets.digest("sample", kind)
    password, pin = hash_password(SAMPLE_PASSWORD, salt), hash_password(SAMPLE_PIN, salt)
    return [
        sample_employee(person, password, pin, f"1780000{place:02d}{place * 37 % 100:02d}")
        for place, person in enumerate(template(kind).people, 11)
        if person.name != without
    ]


# --- signing in ------------------------------------------------------------------------------------------------------


def resolve_station(store: Store, text: str) -> tuple[str, UUID | None]:
    """The station that `center`, `post`, `post:NAME` or `all` names, and its post; `post` alone is the first one.

    Raises:
        DomainError: `unknown_station`, `unknown_post` (names the posts there are).
    """
    if text in ("", "center"):
        return "center", None
    if text == "all":
        return "all", None
    word, _, name = text.partition(":")
    if word != "post":
        raise DomainError("unknown_station", station=text)
    posts = tables.posts
    with store.reading() as connection:
        rows = connection.execute(
            sa.select(posts.c.id, posts.c.name)
            .where(posts.c.site_id == store.site.site_id, posts.c.active)
            .order_by(posts.c.position)
        ).all()
    for row in rows:
        if name.strip() in ("", row.name):
            return f"post:{row.name}", row.id
    raise DomainError("unknown_post", name=name, posts="、".join(row.name for row in rows))


def sign_in(store: Store, name: str, password: str, station: str) -> Actor:
    """Signs a person in by name and password; failures in a row lock the account for a growing time.

    Raises:
        DomainError: `wrong_sign_in`, `locked_until` (minutes), `unknown_post`, `unknown_station`.
    """
    where, post_id = resolve_station(store, station)
    table = staff
    with store.reading() as connection:
        row = connection.execute(
            sa.select(table).where(
                table.c.site_id == store.site.site_id, table.c.name == name.strip(), table.c.active
            )
        ).first()
    if row is None:
        is_password(password, "")
        raise DomainError("wrong_sign_in", field="password")
    _checked(store, row, password, row.password_hash, "wrong_sign_in", where)
    return _actor(store, row.id, row.name, where, post_id)


def change_guard(store: Store, staff_id: UUID, pin: str, station: str) -> Actor:
    """Signs another guard in at a post by PIN. A PIN gives the rights that a post's work needs and no others.

    Raises:
        DomainError: `wrong_pin`, `locked_until`, `pin_at_post_only`, `row_gone`, `unknown_post`.
    """
    where, post_id = resolve_station(store, station)
    if post_id is None:
        raise DomainError("pin_at_post_only")
    with store.reading() as connection:
        row = connection.execute(
            sa.select(staff).where(
                staff.c.site_id == store.site.site_id, staff.c.id == staff_id, staff.c.active
            )
        ).first()
    if row is None:
        raise DomainError("row_gone")
    _checked(store, row, pin, row.pin_hash, "wrong_pin", where)
    actor = _actor(store, row.id, row.name, where, post_id)
    return replace(actor, rights=actor.rights & PIN_RIGHTS)


def actor_now(store: Store, actor: Actor, *, by_pin: bool = False) -> Actor | None:
    """The person at a window as he stands in the database now: his name, roles and rights; None once he is retired.

    Somebody signed in by PIN (`by_pin`) has no more than that gives. A window asks whenever people or roles changed.
    """
    with store.reading() as connection:
        mine = (staff.c.site_id == store.site.site_id, staff.c.id == actor.person, staff.c.active)
        name = connection.execute(sa.select(staff.c.name).where(*mine)).scalar()
    if name is None:
        return None
    now = _actor(store, actor.person, name, actor.station, actor.post_id)
    return replace(now, rights=now.rights & PIN_RIGHTS) if by_pin else now


def sign_in_as(store: Store, name_or_role: str, station: str) -> Actor:
    """Signs in without a password, on a sample site only, by name or as the first person of a role.

    Raises:
        DomainError: `as_on_real_site`, `unknown_person`, `unknown_post`, `unknown_station`.
    """
    if not store.secrets.sample:
        raise DomainError("as_on_real_site")
    where, post_id = resolve_station(store, station)
    mine = (staff.c.site_id == store.site.site_id, staff.c.active)
    if name_or_role in ROLES:
        link = sa.and_(staff_roles.c.site_id == staff.c.site_id, staff_roles.c.staff_id == staff.c.id)
        query = sa.select(staff.c.id, staff.c.name).join(staff_roles, link)
        query = query.where(*mine, staff_roles.c.role == name_or_role).order_by(staff.c.id).limit(1)
    else:
        query = sa.select(staff.c.id, staff.c.name).where(*mine, staff.c.name == name_or_role)
    with store.reading() as connection:
        row = connection.execute(query).first()
    if row is None:
        raise DomainError("unknown_person", name=name_or_role)
    return _actor(store, row.id, row.name, where, post_id)


def _checked(
    store: Store, row: sa.Row[tuple[object, ...]], given: str, hashed: str, wrong: str, station: str
) -> None:
    now = store.clock.now()
    if row.locked_until is not None and row.locked_until > now:
        raise DomainError("locked_until", minutes=_minutes(row.locked_until - now))
    right = is_password(given, hashed)
    outsider = Actor(row.id, row.name, frozenset(), frozenset(), station)

    def body(work: Work) -> int:
        if right:
            if row.failures or row.locked_until is not None:
                work.update(staff, row.id, {"failures": 0, "locked_until": None})
            work.note("staff", row.id, {"signed_in": station})
            return 0
        mine = (staff.c.site_id == work.site_id, staff.c.id == row.id)
        failures = int(work.connection.execute(sa.select(staff.c.failures).where(*mine)).scalar_one()) + 1
        wait = wait_minutes(failures)
        until = work.now + timedelta(minutes=wait) if wait else None
        work.update(staff, row.id, {"failures": failures, "locked_until": until})
        return wait

    wait = store.work(outsider, "staff.sign_in" if right else "staff.sign_in_failed", body)
    if right:
        return
    if wait:
        raise DomainError("locked_until", minutes=wait)
    raise DomainError(wrong, field="password" if wrong == "wrong_sign_in" else "pin")


def _minutes(left: timedelta) -> int:
    return max(1, -(-int(left.total_seconds()) // 60))


def _actor(store: Store, staff_id: UUID, name: str, station: str, post_id: UUID | None) -> Actor:
    site_id = store.site.site_id
    with store.reading() as connection:
        roles = frozenset(
            connection.execute(
                sa.select(staff_roles.c.role).where(
                    staff_roles.c.site_id == site_id, staff_roles.c.staff_id == staff_id
                )
            ).scalars()
        )
        rights = frozenset(
            connection.execute(
                sa.select(role_rights.c.right).where(
                    role_rights.c.site_id == site_id, role_rights.c.role.in_(sorted(roles))
                )
            ).scalars()
        )
    return Actor(staff_id, name, roles, rights, station, post_id)
