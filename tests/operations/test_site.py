"""A new site, signing in, and editing it (MODE-1, MODE-2)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.clock import Clock
from app.db.audit_check import AuditCheck
from app.db.folder import open_store
from app.db.people import staff
from app.db.records import audit_records
from app.db.search import search_keys
from app.db.site import contacts, customers, sites
from app.db.store import Store
from app.domain.people import DEFAULT_RIGHTS, Actor
from app.domain.site import KINDS, SAMPLE_PASSWORD, SAMPLE_PIN, wait_minutes
from app.errors import DomainError
from app.operations import site, site_editing, staff_editing
from app.operations.passwords import hash_password, is_password
from app.operations.site_editing import CustomerValues, ItemValues
from app.operations.site_rows import customer_keys, item_keys, template
from app.operations.staff_editing import StaffValues
from app.queries import people as people_queries
from app.queries import site as queries

ADMIN, PASSWORD = "站长", "Zhi-chang 7 xiaoshi"


class TurnedClock(Clock):
    """Wall time that a test turns."""

    def __init__(self) -> None:
        super().__init__()
        self.time = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


@contextmanager
def opened(folder: Path, url: str = "", clock: Clock | None = None) -> Iterator[Store]:
    there = open_store(folder, url, clock=clock)
    try:
        yield there.store
    finally:
        there.close()


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def store(tmp_path: Path, clock: TurnedClock) -> Iterator[Store]:
    """A sample hospital with the administrator 站长."""
    site.create_site(tmp_path / "data", "hospital", admin=ADMIN, password=PASSWORD, sample=True, clock=clock)
    with opened(tmp_path / "data", clock=clock) as there:
        yield there


@pytest.fixture
def admin(store: Store) -> Actor:
    return site.sign_in(store, ADMIN, PASSWORD, "center")


def code_of(error: pytest.ExceptionInfo[DomainError]) -> str:
    return error.value.code


# --- creating --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_real_site_has_ready_data_and_no_made_up_people(kind: str, tmp_path: Path) -> None:
    """MODE-2: posts, shifts, purposes, catalogue are ready; people, extensions and phone numbers are the site's own."""
    made = site.create_site(tmp_path / "d", kind, admin=ADMIN, password=PASSWORD)
    ready = template(kind)
    with opened(tmp_path / "d") as store:
        actor = site.sign_in(store, ADMIN, PASSWORD, "post")
        assert [(post.name, post.kind) for post in queries.posts(store, actor)] == list(ready.posts)
        assert [item.code for item in queries.service_items(store, actor)] == [
            item.code for item in ready.items
        ]
        assert [shift.name for shift in queries.shifts(store, actor)] == ["早班", "中班", "夜班"]
        assert [person.name for person in people_queries.employees(store, actor)] == [ADMIN]
        there = queries.customers(store, actor)
        assert len(there) == (len(ready.customers) if ready.customers_ready else 0)
        assert not any(one.contacts or one.extension or one.place for one in there)
        assert set(queries.facts(store, actor).hotlines.values()) == {""}
        assert actor.rights == DEFAULT_RIGHTS["administrator"]
        assert store.site.site_id == made.site_id
        assert 0 < made.site_id < 2**48


def test_first_transaction_is_in_the_chain_and_everything_holds(tmp_path: Path) -> None:
    """The rows of a new site are proven by the first audit record (ARCHITECTURE, who may write a row)."""
    site.create_site(tmp_path / "d", "hospital", admin=ADMIN, password=PASSWORD)
    with opened(tmp_path / "d") as store, store.reading() as connection:
        records = connection.execute(sa.select(audit_records)).all()
        assert [(record.seq, record.action) for record in records] == [(1, "site.create")]
        assert AuditCheck(connection, store.secrets, store.site.site_id).run() == []


def test_recovery_code_opens_without_this_pcs_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The site's key is wrapped for this PC and by the recovery code, and stands nowhere in clear."""
    made = site.create_site(tmp_path / "d", "empty", admin=ADMIN, password=PASSWORD)
    with opened(tmp_path / "d") as store:
        key = store.secrets.site_key
    for path in (tmp_path / "d").iterdir():
        assert key not in path.read_bytes()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "another PC"))
    with pytest.raises(DomainError) as error:
        open_store(tmp_path / "d")
    assert code_of(error) == "key_missing"
    there = open_store(tmp_path / "d", recovery_code=made.recovery_code.lower())
    assert there.store.secrets.site_key == key
    there.close()


def test_password_is_not_kept_and_not_cheap(tmp_path: Path) -> None:
    """argon2id; checking one takes at most 100 ms on this PC (median of five)."""
    hashed = hash_password(PASSWORD)
    assert hashed.startswith("$argon2id$")
    times = []
    for _ in range(5):
        start = time.perf_counter()
        assert is_password(PASSWORD, hashed)
        times.append(time.perf_counter() - start)
    assert not is_password(PASSWORD + "x", hashed)
    assert not is_password("", "")
    assert 0.005 < sorted(times)[2] < 0.1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"password": "1234567"}, "password_too_short"),
        ({"admin": "  "}, "name_needed"),
        ({"kind": "castle"}, "unknown_site_kind"),
        ({"mode": "castle"}, "unknown_mode"),
    ],
)
def test_wrong_choices_make_nothing(change: dict[str, str], code: str, tmp_path: Path) -> None:
    values: dict[str, Any] = {"kind": "empty", "admin": ADMIN, "password": PASSWORD} | change
    with pytest.raises(DomainError) as error:
        site.create_site(tmp_path / "d", values.pop("kind"), **values)
    assert code_of(error) == code
    assert not (tmp_path / "d").exists()


def test_folder_that_is_not_empty_stays_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("x")
    with pytest.raises(DomainError) as error:
        site.create_site(tmp_path, "empty", admin=ADMIN, password=PASSWORD)
    assert code_of(error) == "folder_not_empty"
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_failure_half_way_leaves_nothing(tmp_path: Path, own_home: Path) -> None:
    """A disk that is full in the middle: the folder is as it was, and the next try succeeds."""
    folder = tmp_path / "d"
    folder.mkdir()
    (folder / "settings.toml").write_text("language = 'en'\n")
    (own_home / "config" / "yinghou").mkdir(parents=True)
    (own_home / "config" / "yinghou" / "pc.key").write_bytes(b"")
    with pytest.raises(DomainError) as error:
        site.create_site(folder, "hospital", admin=ADMIN, password=PASSWORD)
    assert code_of(error) == "pc_key_damaged"
    (own_home / "config" / "yinghou" / "pc.key").unlink()
    with pytest.raises(RuntimeError), site.new_database(folder, ""):
        raise RuntimeError
    assert [path.name for path in folder.iterdir()] == ["settings.toml"]
    site.create_site(folder, "hospital", admin=ADMIN, password=PASSWORD)


def test_same_on_postgresql(tmp_path: Path, postgres_database: str) -> None:
    """A server holds the same site; a server that has one already is refused and left alone."""
    site.create_site(tmp_path / "a", "office", admin=ADMIN, password=PASSWORD, url=postgres_database)
    with opened(tmp_path / "a", postgres_database) as store:
        assert site.sign_in(store, ADMIN, PASSWORD, "post:北门岗").station == "post:北门岗"
    with pytest.raises(DomainError) as error:
        site.create_site(tmp_path / "b", "office", admin=ADMIN, password=PASSWORD, url=postgres_database)
    assert code_of(error) == "database_not_empty"
    assert not (tmp_path / "b").exists()
    with opened(tmp_path / "a", postgres_database) as store:
        assert queries.posts(store, site.sign_in(store, ADMIN, PASSWORD, ""))


# --- signing in ------------------------------------------------------------------------------------------------------


def test_stations(store: Store) -> None:
    """`post` alone is the first post; an unknown post is answered by the names of those there are."""
    first = queries.posts(store, site.sign_in_as(store, "guard", "center"))[0]
    assert site.resolve_station(store, "post") == ("post:东门岗", first.id)
    assert site.resolve_station(store, "post:东门岗") == ("post:东门岗", first.id)
    assert site.resolve_station(store, "") == ("center", None)
    assert site.resolve_station(store, "all") == ("all", None)
    with pytest.raises(DomainError) as error:
        site.resolve_station(store, "post:天门岗")
    assert code_of(error) == "unknown_post"
    assert "东门岗" in str(error.value.values["posts"])
    with pytest.raises(DomainError) as error:
        site.resolve_station(store, "moon")
    assert code_of(error) == "unknown_station"


def test_as_by_role_and_name_on_a_sample_site_only(store: Store, tmp_path: Path) -> None:
    """ARCHITECTURE: `--as` works only under the published key."""
    for role in DEFAULT_RIGHTS:
        actor = site.sign_in_as(store, role, "center")
        assert role in actor.roles
        assert actor.rights >= DEFAULT_RIGHTS[role]
    assert site.sign_in_as(store, "李婷", "center").roles == {"clerk"}
    with pytest.raises(DomainError) as error:
        site.sign_in_as(store, "李四光", "center")
    assert code_of(error) == "unknown_person"
    site.create_site(tmp_path / "real", "hospital", admin=ADMIN, password=PASSWORD)
    with opened(tmp_path / "real") as real, pytest.raises(DomainError) as error:
        site.sign_in_as(real, ADMIN, "center")
    assert code_of(error) == "as_on_real_site"


def test_wrong_passwords_lock_for_a_growing_time(store: Store, clock: TurnedClock) -> None:
    """Five failures lock the account, each further one for longer; the right password then waits too."""
    for _ in range(4):
        with pytest.raises(DomainError) as error:
            site.sign_in(store, ADMIN, "wrong", "center")
        assert code_of(error) == "wrong_sign_in"
    waits: list[int] = []
    for _ in range(4):
        with pytest.raises(DomainError) as error:
            site.sign_in(store, ADMIN, "wrong", "center")
        assert code_of(error) == "locked_until"
        waits.append(int(str(error.value.values["minutes"])))
        with pytest.raises(DomainError) as error:
            site.sign_in(store, ADMIN, PASSWORD, "center")
        assert error.value.values["minutes"] == waits[-1]
        clock.time += timedelta(minutes=waits[-1])
    assert waits == sorted(set(waits))
    assert site.sign_in(store, ADMIN, PASSWORD, "center").name == ADMIN
    with pytest.raises(DomainError) as error:
        site.sign_in(store, ADMIN, "wrong", "center")
    assert code_of(error) == "wrong_sign_in"


def test_waits_grow_to_an_hour() -> None:
    waits = [wait_minutes(failures) for failures in range(20)]
    assert waits[:5] == [0] * 5
    assert waits == sorted(waits)
    assert waits[-1] == 60


def test_unknown_and_retired_names_say_the_same(store: Store, admin: Actor) -> None:
    """Who asks learns neither that a name exists nor that it was retired."""
    key = next(one.id for one in people_queries.employees(store, admin) if one.name == "李婷")
    staff_editing.set_employee_active(store, admin, key, False)
    for name in ("李婷", "没有这人"):
        with pytest.raises(DomainError) as error:
            site.sign_in(store, name, SAMPLE_PASSWORD, "center")
        assert code_of(error) == "wrong_sign_in"


def test_change_of_guard_by_pin(store: Store, admin: Actor) -> None:
    """A PIN changes the guard at a post and gives no more than a post's work needs."""
    boss = next(
        one for one in people_queries.sign_in_people(store, with_pin=True) if "supervisor" in one.roles
    )
    actor = site.change_guard(store, boss.staff_id, SAMPLE_PIN, "post")
    assert actor.station == "post:东门岗"
    assert actor.may("visits.register")
    assert not actor.may("personal.unmask")
    assert not actor.may("data.export")
    with pytest.raises(DomainError) as error:
        site.change_guard(store, boss.staff_id, "4321", "post")
    assert code_of(error) == "wrong_pin"
    with pytest.raises(DomainError) as error:
        site.change_guard(store, boss.staff_id, SAMPLE_PIN, "center")
    assert code_of(error) == "pin_at_post_only"
    staff_editing.set_pin(store, admin, boss.staff_id, "")
    with pytest.raises(DomainError) as error:
        site.change_guard(store, boss.staff_id, "", "post")
    assert code_of(error) == "wrong_pin"


def test_first_password_must_be_changed(store: Store, admin: Actor) -> None:
    key = staff_editing.save_employee(store, admin, StaffValues("新来的", roles=frozenset({"clerk"})))
    with pytest.raises(DomainError):
        site.sign_in(store, "新来的", "", "center")
    staff_editing.set_password(store, admin, key, "first-password")
    actor = site.sign_in(store, "新来的", "first-password", "center")
    assert people_queries.must_change_password(store, actor)
    for old, new, code in (
        ("wrong", "second-password", "wrong_password"),
        ("first-password", "short", "password_too_short"),
        ("first-password", "first-password", "password_same"),
    ):
        with pytest.raises(DomainError) as error:
            staff_editing.change_password(store, actor, old, new)
        assert code_of(error) == code
    staff_editing.change_password(store, actor, "first-password", "second-password")
    assert not people_queries.must_change_password(store, actor)
    site.sign_in(store, "新来的", "second-password", "center")


# --- editing ---------------------------------------------------------------------------------------------------------


def test_editing_needs_the_right(store: Store) -> None:
    guard = site.sign_in_as(store, "guard", "post")
    with pytest.raises(DomainError) as error:
        site_editing.save_post(store, guard, "南门岗", "lane")
    assert code_of(error) == "no_right"
    manager = site.sign_in_as(store, "manager", "center")
    with pytest.raises(DomainError) as error:
        staff_editing.save_employee(store, manager, StaffValues("谁"))
    assert code_of(error) == "no_right"


def test_posts_are_added_renamed_and_retired(store: Store, admin: Actor) -> None:
    key = site_editing.save_post(store, admin, " 南门岗 ", "lane")
    assert queries.posts(store, admin)[-1].name == "南门岗"
    site_editing.save_post(store, admin, "南大门岗", "main_gate", key)
    with pytest.raises(DomainError) as error:
        site_editing.save_post(store, admin, "东门岗", "lane", key)
    assert code_of(error) == "name_taken"
    site_editing.set_active(store, admin, "posts", key, False)
    assert key not in [post.id for post in queries.posts(store, admin)]
    assert key in [post.id for post in queries.posts(store, admin, retired=True)]
    for post in queries.posts(store, admin)[1:]:
        site_editing.set_active(store, admin, "posts", post.id, False)
    with pytest.raises(DomainError) as error:
        site_editing.set_active(store, admin, "posts", queries.posts(store, admin)[0].id, False)
    assert code_of(error) == "last_post"


def test_shifts_purposes_desks_buildings_and_order(store: Store, admin: Actor) -> None:
    site_editing.save_shift(store, admin, "长白班", 8 * 60, 20 * 60)
    with pytest.raises(DomainError) as error:
        site_editing.save_shift(store, admin, "空班", 60, 60)
    assert code_of(error) == "bad_shift"
    site_editing.save_desk(store, admin, "中")
    site_editing.save_building(store, admin, "新楼")
    site_editing.save_purpose(store, admin, "采样")
    keys = [purpose.id for purpose in queries.purposes(store, admin)]
    site_editing.reorder(store, admin, "purposes", [keys[-1], *keys[:-1]])
    assert queries.purposes(store, admin)[0].name == "采样"
    assert [shift.name for shift in queries.shifts(store, admin)][-1] == "长白班"


def test_customer_is_found_as_it_is_now(store: Store, admin: Actor) -> None:
    """REQ-9: name, place, contacts and extension find it; what it was called before does not."""
    key = site_editing.save_customer(
        store, admin, CustomerValues("介入科", place="外科楼 15 楼", extension="7999")
    )
    contact = site_editing.save_contact(store, admin, key, "单主任", "7998", "199 0000 0352")
    for text in ("jrk", "介入", "7999", "799", "7998", "shanz", "wkl"):
        assert key in [one.customer_id for one in queries.find_customers(store, admin, text, 50)], text
    row = next(one for one in queries.customers(store, admin) if one.id == key)
    assert row.contacts[0].phone_shown == "*******0352"
    site_editing.save_customer(store, admin, CustomerValues("血管外科", place="内科楼"), key)
    assert key not in [one.customer_id for one in queries.find_customers(store, admin, "jrk", 50)]
    assert key in [one.customer_id for one in queries.find_customers(store, admin, "xgwk", 50)]
    site_editing.set_active(store, admin, "contacts", contact, False)
    assert key not in [one.customer_id for one in queries.find_customers(store, admin, "shanz", 50)]
    site_editing.set_active(store, admin, "customers", key, False)
    assert queries.find_customers(store, admin, "xgwk", 50) == []
    site_editing.set_active(store, admin, "customers", key, True)
    assert key in [one.customer_id for one in queries.find_customers(store, admin, "xgwk", 50)]


def test_search_keys_are_those_of_the_rows(store: Store, admin: Actor) -> None:
    """However a customer, item or person was edited, its keys are those of what it is now, and no others."""
    customer = queries.find_customers(store, admin, "骨科", 1)[0]
    site_editing.save_contact(store, admin, customer.customer_id, "解护士", "7502")
    item = queries.find_items(store, admin, "空调不制冷", 1)[0]
    site_editing.save_item(store, admin, ItemValues("Z99", "空调不冷了", "空调通风", 60), item.item_id)
    person = queries.find_staff(store, admin, "陈刚", 1)[0]
    staff_editing.save_employee(
        store, admin, StaffValues("陈钢", roles=frozenset({"technician"})), person.staff_id
    )
    with store.reading() as connection:
        kept: dict[UUID, set[str]] = {}
        for row in connection.execute(sa.select(search_keys).where(search_keys.c.scope != "visitor")):
            kept.setdefault(row.entity_id, set()).add(row.key)
        row = connection.execute(sa.select(customers).where(customers.c.id == customer.customer_id)).one()
        people = connection.execute(
            sa.select(contacts).where(contacts.c.customer_id == customer.customer_id)
        ).all()
    extensions = [row.extension, *(one.extension for one in people)]
    assert kept[row.id] == customer_keys(row.name, row.place, extensions, [one.name for one in people])
    assert kept[item.item_id] == item_keys("Z99", "空调不冷了")
    assert queries.find_staff(store, admin, "陈钢", 5)[0].staff_id == person.staff_id
    assert queries.find_staff(store, admin, "陈刚", 5) == []


def test_last_administrator_stays(store: Store, admin: Actor) -> None:
    """Nobody can lock everybody out of the site."""
    others = [one for one in people_queries.employees(store, admin) if "administrator" in one.roles]
    for one in others:
        if one.id != admin.staff_id:
            staff_editing.set_employee_active(store, admin, one.id, False)
    with pytest.raises(DomainError) as error:
        staff_editing.set_employee_active(store, admin, admin.person, False)
    assert code_of(error) == "last_administrator"
    with pytest.raises(DomainError) as error:
        staff_editing.save_employee(
            store, admin, StaffValues(ADMIN, roles=frozenset({"manager"})), admin.person
        )
    assert code_of(error) == "last_administrator"


def test_names_are_not_given_twice(store: Store, admin: Actor) -> None:
    with pytest.raises(DomainError) as error:
        staff_editing.save_employee(store, admin, StaffValues("李婷"))
    assert code_of(error) == "staff_name_taken"
    with pytest.raises(DomainError) as error:
        staff_editing.save_employee(store, admin, StaffValues("某人", roles=frozenset({"king"})))
    assert code_of(error) == "unknown_role"


def test_phones_of_staff_are_masked_and_encrypted(store: Store, admin: Actor, tmp_path: Path) -> None:
    """VIS-14 and docs/rights.md: whose phone shows to whom is a right."""
    staff_editing.save_employee(store, admin, StaffValues("新来的", phone="199-0000-0352"))
    assert people_queries.employees(store, admin)[-1].phone_shown == "*******0352"
    clerk = site.sign_in_as(store, "clerk", "center")
    assert people_queries.employees(store, clerk)[-1].phone_shown == "19900000352"
    with store.reading() as connection:
        sealed = connection.execute(sa.select(staff.c.phone).where(staff.c.name == "新来的")).scalar_one()
    assert b"0352" not in sealed


def test_site_and_settings(store: Store, admin: Actor) -> None:
    """MODE-1: the mode and each method can be chosen; what is none is refused whole."""
    site_editing.save_site(store, admin, "第二医院", "某物业", "butler")
    site_editing.save_settings(
        store, admin, {"methods": ["one_stop"], "hotlines": {"duty": "0571-60000999"}, "day_starts": 60}
    )
    facts = queries.facts(store, admin)
    assert (facts.name, facts.mode, facts.methods, facts.day_starts) == (
        "第二医院",
        "butler",
        ("one_stop",),
        60,
    )
    for bad in ({"methods": ["magic"]}, {"hotlines": {"pizza": "1"}}, {"day_starts": -1}, {"unknown": 1}):
        with pytest.raises(DomainError) as error:
            site_editing.save_settings(store, admin, bad)
        assert code_of(error) == "bad_setting"
    with store.reading() as connection:
        assert connection.execute(sa.select(sites.c.company)).scalar_one() == "某物业"
        assert AuditCheck(connection, store.secrets, store.site.site_id).run() == []


# --- finding ---------------------------------------------------------------------------------------------------------


def test_hosts_are_departments_and_their_people(store: Store, admin: Actor) -> None:
    """Hosts found by pinyin, in one list (the guard post's registration line)."""
    found = queries.hosts(store, admin, "gk", 6)
    assert found[0].text == "骨科"
    assert "骨科 李主任" in [host.text for host in found]
    assert found[0].extension == "7501"
    assert any(host.text == "骨科 李主任" for host in queries.hosts(store, admin, "李主任", 6))
    assert queries.hosts(store, admin, "8301", 6)[0].text == "骨科门诊"
    assert queries.hosts(store, admin, "", 6) == []
    assert queries.hosts(store, admin, "xinshengerke", 3)[0].text == "新生儿科"
    assert queries.hosts(store, admin, "xinshengerkx", 3) == []


def test_items_are_found_by_name_and_code(store: Store, admin: Actor) -> None:
    assert queries.find_items(store, admin, "ktbzl", 5)[0].name == "空调不制冷"
    assert queries.find_items(store, admin, "b01", 5)[0].name == "水管漏水"
    assert len(queries.find_items(store, admin, "", 50)) == len(template("hospital").items)


def test_names_are_shown_before_signing_in_on_a_sample_site_only(store: Store, tmp_path: Path) -> None:
    assert "王建国" in [one.name for one in people_queries.sign_in_people(store)]
    site.create_site(tmp_path / "real", "hospital", admin=ADMIN, password=PASSWORD)
    with opened(tmp_path / "real") as real:
        assert people_queries.sign_in_people(real) == []


def test_data_folder_is_the_owners_alone(store: Store) -> None:
    assert store.folder.stat().st_mode & 0o077 == 0
    assert (store.folder / "keys.json").stat().st_mode & 0o077 == 0


# --- who is there now -------------------------------------------------------------------------------------------------


def test_no_site_is_made_whose_code_could_not_be_kept(tmp_path: Path) -> None:
    """The recovery code is kept before anything is made; where that fails the folder stays empty."""

    def full(code: str) -> None:
        raise OSError(28, "No space left on device")

    folder = tmp_path / "data"
    with pytest.raises(OSError, match="No space"):
        site.create_site(folder, "office", admin=ADMIN, password=PASSWORD, keep_code=full)
    assert not folder.exists() or not list(folder.iterdir())
    kept: list[str] = []
    made = site.create_site(folder, "office", admin=ADMIN, password=PASSWORD, keep_code=kept.append)
    assert kept == [made.recovery_code]


def test_an_actor_is_as_the_database_has_him(store: Store, admin: Actor) -> None:
    """Roles given and taken, a right taken from a role, a new name, retirement; by PIN no more than a PIN gives."""
    clerk = site.sign_in_as(store, "clerk", "post")
    assert site.actor_now(store, clerk) == clerk
    values = StaffValues("新名", roles=frozenset({"manager"}))
    staff_editing.save_employee(store, admin, values, clerk.person)
    now = site.actor_now(store, clerk)
    assert now is not None
    assert (now.name, now.roles, now.station, now.post_id) == (
        "新名",
        frozenset({"manager"}),
        clerk.station,
        clerk.post_id,
    )
    assert now.may("personal.unmask")
    by_pin = site.actor_now(store, clerk, by_pin=True)
    assert by_pin is not None
    assert not by_pin.may("personal.unmask")
    staff_editing.set_employee_active(store, admin, clerk.person, False)
    assert site.actor_now(store, clerk) is None


def test_who_can_sign_in_is_told_to_who_edits_people(store: Store, admin: Actor) -> None:
    clerk = site.sign_in_as(store, "clerk", "center")
    assert all(one.has_password is None for one in people_queries.employees(store, clerk))
    assert all(one.has_pin is None for one in people_queries.employees(store, clerk))
    assert people_queries.employees(store, admin)[0].has_password is True
