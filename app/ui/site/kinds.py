"""The Site tab's lists, each by what it shows, what its form asks, and which query and operations stand behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from app.domain.people import ROLES, Actor
from app.domain.site import POST_KINDS
from app.operations import site_editing as editing
from app.operations import staff_editing
from app.queries import people as people_queries
from app.queries import site as queries
from app.queries import tallies as tally_queries
from app.ui.language import Language
from app.ui.paged_table_model import Column
from app.ui.site.fields import Field, Options, clock
from app.ui.widgets.rows import Cell

CUSTOMER_KINDS = ("department", "tenant", "owner")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a list's query answers: its rows, and what its form needs to choose from."""

    rows: list[Any]
    facts: Any = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One list. `save(house, actor, key, values)` answers the key; `retire(house, actor, key, active)` both ways."""

    code: str
    right: str
    columns: Sequence[Column]
    fields: Sequence[Field]
    load: Callable[[Any, Actor, bool], Loaded]
    save: Callable[[Any, Actor, UUID | None, Mapping[str, Any]], UUID]
    retire: Callable[[Any, Actor, UUID, bool], None]
    ordered: bool = False
    searched: bool = False


@dataclass(frozen=True, slots=True)
class ContactLine:
    """Somebody at a customer, as the list of all contacts shows them."""

    id: UUID
    customer_id: UUID
    customer: str
    name: str
    extension: str
    phone_shown: str
    active: bool


def name_of(row: Any) -> str:
    """What a row is called."""
    return str(row.name)


def _name_cell(row: Any) -> Cell:
    return Cell(row.name, "ink" if row.active else "ink_faint", bold=row.active)


def _column(name: str, width: int = 0, *, align: str = "left") -> Column:
    return Column(name, f"site_page.{name}", partial(_text, name), align, width)


def _text(name: str, row: Any) -> str:
    value = getattr(row, name)
    if value is None:
        return ""
    return "、".join(value) if isinstance(value, tuple) else str(value)


NAME = Column("name", "site_page.name", name_of, cell=_name_cell)
PERSON = Column("name", "site_page.person_name", name_of, cell=_name_cell)
NAME_FIELD = Field("name", "site_page.name")
PERSON_FIELD = Field("name", "site_page.person_name")


# --- what the forms choose from ---------------------------------------------------------------------------------------


def _post_kinds(words: Language, facts: Any) -> Options:
    return [(kind, words(f"site.post_{kind}")) for kind in POST_KINDS]


def _customer_kinds(words: Language, facts: Any) -> Options:
    return [(kind, words(f"site.customer_{kind}")) for kind in CUSTOMER_KINDS]


def _roles(words: Language, facts: Any) -> Options:
    return [(role, words(f"site.role_{role}")) for role in ROLES]


def _buildings(words: Language, facts: Any) -> Options:
    return [("", words("site_page.no_building")), *(facts or ())]


def _posts(words: Language, facts: Any) -> Options:
    return [("", words("site_page.every_post")), *(facts or ())]


def _customers(words: Language, facts: Any) -> Options:
    return list(facts or ())


# --- queries ----------------------------------------------------------------------------------------------------------


def _plain(query: Callable[..., list[Any]], house: Any, actor: Actor, retired: bool) -> Loaded:
    return Loaded(query(house, actor, retired=retired))


def _load_customers(house: Any, actor: Actor, retired: bool) -> Loaded:
    rows = sorted(
        queries.customers(house, actor, retired=retired), key=lambda row: (row.building, row.place, row.name)
    )
    return Loaded(rows, [(str(one.id), one.name) for one in queries.buildings(house, actor)])


def _load_things(house: Any, actor: Actor, retired: bool) -> Loaded:
    rows = tally_queries.counted_thing_list(house, actor, retired=retired)
    return Loaded(rows, [(str(one.id), one.name) for one in queries.posts(house, actor)])


def _load_contacts(house: Any, actor: Actor, retired: bool) -> Loaded:
    customers = queries.customers(house, actor, retired=retired)
    rows = [
        ContactLine(c.id, one.id, one.name, c.name, c.extension, c.phone_shown, c.active)
        for one in customers
        for c in one.contacts
    ]
    return Loaded(rows, [(str(one.id), one.name) for one in customers if one.active])


# --- operations: one form's values to one call ------------------------------------------------------------------------


def _save_post(house: Any, actor: Actor, key: UUID | None, values: Mapping[str, Any]) -> UUID:
    return editing.save_post(house, actor, values["name"], values["kind"], key)


def _save_named(
    save: Callable[..., UUID], house: Any, actor: Actor, key: UUID | None, values: Mapping[str, Any]
) -> UUID:
    return save(house, actor, values["name"], key)


def _save_shift(house: Any, actor: Actor, key: UUID | None, values: Mapping[str, Any]) -> UUID:
    return editing.save_shift(house, actor, values["name"], values["starts"], values["ends"], key)


def _save_tally_kind(house: Any, actor: Actor, key: UUID | None, values: Mapping[str, Any]) -> UUID:
    return editing.save_tally_kind(house, actor, values["name"], values["turned_away"], key)


def _save_thing(house: Any, actor: Actor, key: UUID | None, values: Mapping[str, Any]) -> UUID:
    post = values["post_id"]
    return editing.save_counted_thing(house, actor, values["name"], UUID(post) if post else None, key)


def _save_customer(house: Any, actor: Actor, key: UUID | None, values: Mapping[str, Any]) -> UUID:
    building = values["building_id"]
    whole = editing.CustomerValues(**{**values, "building_id": UUID(building) if building else None})
    return editing.save_customer(house, actor, whole, key)


def _save_contact(house: Any, actor: Actor, key: UUID | None, values: Mapping[str, Any]) -> UUID:
    customer, phone = UUID(values["customer_id"]), values["phone"]
    if key is None and phone is None:
        phone = ""
    return editing.save_contact(house, actor, customer, values["name"], values["extension"], phone, key)


def _save_item(house: Any, actor: Actor, key: UUID | None, values: Mapping[str, Any]) -> UUID:
    plain = {name: value for name, value in values.items() if name != "group"}
    return editing.save_item(house, actor, editing.ItemValues(group_name=values["group"], **plain), key)


def _save_person(house: Any, actor: Actor, key: UUID | None, values: Mapping[str, Any]) -> UUID:
    whole = staff_editing.StaffValues(
        values["name"], values["title"], frozenset(values["roles"]), tuple(values["skills"]), values["phone"]
    )
    return staff_editing.save_employee(house, actor, whole, key)


def _retire(what: str, house: Any, actor: Actor, key: UUID, active: bool) -> None:
    editing.set_active(house, actor, what, key, active)


def _retire_person(house: Any, actor: Actor, key: UUID, active: bool) -> None:
    staff_editing.set_employee_active(house, actor, key, active)


def reorder(what: str, house: Any, actor: Actor, keys: Sequence[UUID]) -> None:
    """Puts an ordered list into this order."""
    editing.reorder(house, actor, what, keys)


# --- the lists --------------------------------------------------------------------------------------------------------


def _named(code: str, query: Callable[..., list[Any]], save: Callable[..., UUID]) -> Kind:
    return Kind(
        code,
        "site.edit",
        (NAME,),
        (NAME_FIELD,),
        partial(_plain, query),
        partial(_save_named, save),
        partial(_retire, code),
        ordered=True,
    )


def kinds(words: Language) -> dict[str, Kind]:
    """The lists by code; columns that name a kind or a role ask `words` when they are painted."""

    def coded(name: str, start: str, width: int) -> Column:
        return Column(
            name, f"site_page.{name}", lambda row: words(f"{start}{getattr(row, name)}"), width=width
        )

    def times(name: str) -> Column:
        return Column(name, f"site_page.{name}", lambda row: clock(getattr(row, name)), width=90)

    def marks(row: Any) -> str:
        return words("reports.list_comma").join(
            words(f"site_page.mark_{mark}") for mark in ("urgent", "special") if getattr(row, mark)
        )

    def roles(row: Any) -> str:
        return words("reports.list_comma").join(
            words(f"site.role_{role}") for role in ROLES if role in row.roles
        )

    def state(row: Any) -> Cell:
        if not row.active:
            return Cell(words("site_page.retired"), badge="neutral")
        if row.locked_until is not None:
            return Cell(words("site_page.locked"), "red", icon="lock")
        if row.away:
            return Cell(words("site_page.away"), badge="amber")
        if row.has_password is False:
            return Cell(words("site_page.no_password"), "ink_faint")
        return Cell("")

    posts = Kind(
        "posts",
        "site.edit",
        (NAME, coded("kind", "site.post_", 140)),
        (NAME_FIELD, Field("kind", "site_page.kind", "choice", _post_kinds)),
        partial(_plain, queries.posts),
        _save_post,
        partial(_retire, "posts"),
        ordered=True,
    )
    shifts = Kind(
        "shifts",
        "site.edit",
        (NAME, times("starts"), times("ends")),
        (
            NAME_FIELD,
            Field("starts", "site_page.starts", "clock"),
            Field("ends", "site_page.ends", "clock"),
        ),
        partial(_plain, queries.shifts),
        _save_shift,
        partial(_retire, "shifts"),
        ordered=True,
    )
    tally_kinds = Kind(
        "tally_kinds",
        "site.edit",
        (
            NAME,
            Column(
                "turned_away",
                "site_page.turned_away",
                lambda row: words("site_page.asks_reason") if row.turned_away else "",
                width=140,
            ),
        ),
        (NAME_FIELD, Field("turned_away", "site_page.turned_away", "check")),
        partial(_plain, tally_queries.tally_kind_list),
        _save_tally_kind,
        partial(_retire, "tally_kinds"),
        ordered=True,
    )
    counted_things = Kind(
        "counted_things",
        "site.edit",
        (
            NAME,
            Column(
                "post", "site_page.at_post", lambda row: row.post or words("site_page.every_post"), width=160
            ),
        ),
        (NAME_FIELD, Field("post_id", "site_page.at_post", "choice", _posts)),
        _load_things,
        _save_thing,
        partial(_retire, "counted_things"),
        ordered=True,
    )
    customers = Kind(
        "customers",
        "site.edit",
        (NAME, _column("building", 110), _column("place", 190), _column("extension", 90)),
        (
            NAME_FIELD,
            Field("kind", "site_page.kind", "choice", _customer_kinds),
            Field("building_id", "site_page.building", "choice", _buildings),
            Field("place", "site_page.place"),
            Field("extension", "site_page.extension"),
            Field("special", "site_page.special", "check"),
            Field("note", "site_page.note", "lines"),
        ),
        _load_customers,
        _save_customer,
        partial(_retire, "customers"),
        searched=True,
    )
    contacts = Kind(
        "contacts",
        "site.edit",
        (PERSON, _column("customer", 170), _column("extension", 90), _column("phone_shown", 140)),
        (
            PERSON_FIELD,
            Field("customer_id", "site_page.customer", "choice", _customers),
            Field("extension", "site_page.extension"),
            Field("phone", "site_page.phone", "phone"),
        ),
        _load_contacts,
        _save_contact,
        partial(_retire, "contacts"),
        searched=True,
    )
    staff = Kind(
        "staff",
        "staff.edit",
        (
            PERSON,
            _column("title", 120),
            Column("roles", "site_page.roles", roles, width=170),
            Column("state", "", lambda row: state(row).text, width=110, cell=state),
        ),
        (
            PERSON_FIELD,
            Field("title", "site_page.title"),
            Field("roles", "site_page.roles", "many", _roles),
            Field("skills", "site_page.skills", "list"),
            Field("phone", "site_page.phone", "phone"),
        ),
        partial(_plain, people_queries.employees),
        _save_person,
        _retire_person,
        searched=True,
    )
    items = Kind(
        "service_items",
        "site.edit",
        (
            _column("code", 70),
            NAME,
            _column("group", 110),
            _column("promise_minutes", 90, align="right"),
            Column("marks", "site_page.marks", marks, width=100),
        ),
        (
            Field("code", "site_page.code"),
            NAME_FIELD,
            Field("group", "site_page.group"),
            Field("promise_minutes", "site_page.promise_minutes", "number"),
            Field("urgent", "site_page.urgent", "check"),
            Field("special", "site_page.special", "check"),
            Field("skill", "site_page.skill"),
            Field("price", "site_page.price"),
        ),
        partial(_plain, queries.service_items),
        _save_item,
        partial(_retire, "service_items"),
        ordered=True,
        searched=True,
    )
    listed = (
        posts,
        _named("desks", queries.desks, editing.save_desk),
        _named("buildings", queries.buildings, editing.save_building),
        shifts,
        _named("purposes", queries.purposes, editing.save_purpose),
        tally_kinds,
        counted_things,
        customers,
        contacts,
        staff,
        items,
    )
    return {kind.code: kind for kind in listed}
