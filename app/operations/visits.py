"""What a guard does at the post: register, return the document, complete, see off (VIS-1 to VIS-10).

A registration is a committed row from the moment a match or a field is taken. *Document returned* is one transaction:
the visit, its visitor, who is on site, the change and the audit record.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.base import new_key
from app.db.store import Store
from app.db.visits import (
    departures,
    on_site,
    pass_returns,
    passes_out,
    visit_corrections,
    visitors,
    visits,
)
from app.db.work import Work
from app.domain.business_day import day_of, shift_at
from app.domain.names import same_name
from app.domain.people import Actor
from app.domain.typed import clean, needed
from app.domain.visits import (
    LIMIT_SECONDS,
    OTHER_NAME,
    OVER_REASONS,
    RENAME,
    SETTLEMENTS,
    UNCHECKED,
    WRONG_NUMBER,
    Fields,
    Stamp,
    has_clock,
    held,
    missing,
    pass_text,
    tidied,
)
from app.errors import DomainError
from app.operations.visitors import Known, known_visitor, leave_behind, remember
from app.operations.visits_given import check_length, check_typed, checked


@dataclass(frozen=True, slots=True)
class Registered:
    """What the screen shows as saved after *document returned*."""

    visit_id: UUID
    number: str
    visitor: str
    held_seconds: float | None
    estimated: bool
    missing: int


def stamp(store: Store) -> Stamp:
    """Now, on all clocks (VIS-2)."""
    clock = store.clock
    return Stamp(clock.now(), clock.monotonic(), clock.boot())


def new_visit() -> UUID:
    """The key of a registration that begins: made at the window, so that no step waits for the answer of another."""
    return new_key()


def begin(store: Store, actor: Actor, visit_id: UUID, started: Stamp, fields: Fields) -> None:
    """Opens a registration: a row that survives a crash, its clock running since `started`.

    Raises:
        DomainError: `no_right`, `no_post`, `not_a_choice`.
    """
    actor.need("visits.register")
    plain = checked(fields)
    store.work(actor, "visits.begin", lambda work: _insert(store, work, visit_id, started, plain))


def fill(store: Store, actor: Actor, visit_id: UUID, fields: Fields, started: Stamp | None = None) -> None:
    """Writes what an open registration holds so far; with its start given, also one whose `begin` was refused.

    Raises:
        DomainError: `no_right`, `row_gone`, `already_returned`.
    """
    actor.need("visits.register")
    fields = checked(fields)

    def body(work: Work) -> None:
        if started is not None and not _exists(work, visit_id):
            _insert(store, work, visit_id, started, fields)
            return
        row = _open_row(work, visit_id)
        whole = _with_kept(store, _with_filled(_still_known(work, fields), row), row)
        known = known_visitor(store, work, whole.visitor_id)
        work.update(visits, visit_id, _columns(store, visit_id, row.arrived_at, whole, known))

    store.work(actor, "visits.fill", body)


def document_returned(
    store: Store, actor: Actor, visit_id: UUID, started: Stamp, returned: Stamp, fields: Fields
) -> Registered:
    """Stops the clock and stores the visit, complete or not; always allowed (VIS-2, VIS-3).

    When nothing was taken yet the row is made here, in the same transaction.

    Raises:
        DomainError: `no_right`, `row_gone`, `already_returned` (another window was quicker; the first time stands).
    """
    actor.need("visits.register")
    fields = checked(fields)

    def body(work: Work) -> Registered:
        key = visit_id
        if not _exists(work, key):
            _insert(store, work, key, started, fields)
        row = _open_row(work, key)
        start = Stamp(row.arrived_at, row.started_monotonic, row.boot)
        whole = _with_kept(store, _with_filled(_still_known(work, fields), row), row)
        known = known_visitor(store, work, whole.visitor_id)
        lacks = missing(whole, number_known=known is not None and bool(known.number))
        values = _columns(store, key, start.wall, whole, known)
        time = held(start, returned)
        clocked = has_clock(whole.document_kind, whole.way_in)
        who = remember(store, work, whole, known, start.wall)
        lacks |= OTHER_NAME if who.other_name else 0
        values |= {
            "visitor_id": who.visitor_id,
            "document_returned_at": time.returned_at if clocked else None,
            "registered_at": time.returned_at,
            "held_seconds": round(time.seconds, 3) if clocked else None,
            "held_estimated": time.estimated,
            "missing": lacks,
            "missing_at_return": lacks,
            "completed_at": None if lacks else time.returned_at,
        }
        work.update(visits, key, values)
        site = {"site_id": work.site_id, "visit_id": key, "post_id": row.post_id, "since": start.wall}
        work.derive(
            on_site.insert(), {**site, "visitor_id": who.visitor_id, "pass_number": values["pass_number"]}
        )
        if values["pass_number"]:
            work.derive(passes_out.insert(), {**site, "pass_number": values["pass_number"]})
        return Registered(key, row.number, whole.visitor, values["held_seconds"], time.estimated, lacks)

    return store.work(actor, "visits.document_returned", body)


def complete(
    store: Store,
    actor: Actor,
    visit_id: UUID,
    fields: Fields,
    reason: str = "",
    seen: Fields | None = None,
    settle: str = "",
) -> int:
    """Fills in what was missing, or corrects a finished record; answers the bits still missing (VIS-3).

    A value that was there already and is changed is kept as a correction, with who, when and why; once a record was
    complete that needs the right to correct and a reason. `seen` is what the form began with: a field that was left
    alone keeps what another has written meanwhile.

    A number that is on file under another name stays unfinished until one of `SETTLEMENTS` says which is right: the
    person on file is called as this record says, or the number was not theirs (another is given, or none is kept).

    Raises:
        DomainError: `no_right`, `row_gone` (also for a registration that was discarded), `visit_still_open`,
            `reason_needed`, `not_a_choice`; at the field that was typed: `text_too_long`, `number_in_words` (VIS-14),
            `phone_wrong`, `plate_wrong` (VIS-7).
    """
    actor.need("visits.register")
    fields = checked(fields)
    if settle and settle not in SETTLEMENTS:
        raise DomainError("not_a_choice", field="settle", value=settle)

    def body(work: Work) -> int:
        row = work.connection.execute(_one(visits, work.site_id, visit_id)).first()
        if row is None or row.discarded_at is not None:
            raise DomainError("row_gone")
        if row.registered_at is None:
            raise DomainError("visit_still_open")
        before = _fields_of(store, row)
        check_typed(fields, tidied(before), reason)
        given = fields if seen is None else _left_alone(fields, tidied(seen), row)
        whole = _with_kept(store, _still_known(work, given), row)
        other_number = whole.document_number != before.document_number
        not_theirs = bool(row.missing & OTHER_NAME) and (settle == WRONG_NUMBER or other_number)
        if not_theirs:
            whole = _without_number(whole, before)
        replaced = [name for name in _changed(before, whole) if getattr(before, name) not in ("", UNCHECKED)]
        if (replaced or settle) and row.missing == 0:
            actor.need("visits.correct")
            needed(reason, "reason", "reason_needed")
        known = known_visitor(store, work, whole.visitor_id)
        values = _columns(store, visit_id, row.arrived_at, whole, known)
        on_file = _name_on_file(work, row.visitor_id) if settle == RENAME else ""
        who = remember(
            store,
            work,
            whole,
            known,
            row.arrived_at,
            None if not_theirs else row.visitor_id,
            before=row.visitor,
            rename=settle == RENAME,
        )
        lacks = missing(whole) | (OTHER_NAME if who.other_name else 0)
        values["visitor_id"] = who.visitor_id
        values["missing"] = lacks
        values["document_received_at"] = row.document_received_at
        if lacks == 0 and row.completed_at is None:
            values["completed_at"] = work.now
        if replaced:
            values["corrected_at"] = work.now
        for name in replaced:
            old, new = getattr(before, name), getattr(whole, name)
            _keep_correction(store, work, visit_id, name, old, new, reason)
        if on_file and on_file != whole.visitor:
            _keep_correction(store, work, visit_id, "name_on_file", on_file, whole.visitor, reason)
            _settle_alike(store, work, visit_id, row.visitor_id, on_file, whole.visitor, reason)
        work.update(visits, visit_id, values)
        if who.visitor_id != row.visitor_id:
            here = on_site.c.site_id == work.site_id, on_site.c.visit_id == visit_id
            work.derive(on_site.update().where(*here).values(visitor_id=who.visitor_id))
            if row.visitor_id is not None:
                leave_behind(store, work, row.visitor_id)
        _pass_changed(work, visit_id, row, values["pass_number"])
        return lacks

    return store.work(actor, "visits.complete", body)


def over_reason(store: Store, actor: Actor, visit_id: UUID, reason: str) -> None:
    """Keeps why a document was held longer than 25 s, one of `OVER_REASONS` (VIS-2).

    Raises:
        DomainError: `no_right`, `not_a_choice`, `row_gone` (also for a registration that was discarded),
            `not_over_limit`.
    """
    actor.need("visits.register")
    if reason not in OVER_REASONS:
        raise DomainError("not_a_choice", field="over_reason", value=reason)

    def body(work: Work) -> None:
        row = work.connection.execute(_one(visits, work.site_id, visit_id)).first()
        if row is None or row.discarded_at is not None:
            raise DomainError("row_gone")
        seconds = row.held_seconds
        if row.registered_at is None and has_clock(row.document_kind, row.way_in):
            seconds = held(Stamp(row.arrived_at, row.started_monotonic, row.boot), stamp(store)).seconds
        if seconds is None or seconds <= LIMIT_SECONDS:
            raise DomainError("not_over_limit")
        work.update(visits, visit_id, {"over_reason": reason})

    store.work(actor, "visits.over_reason", body)


def discard(store: Store, actor: Actor, visit_id: UUID, reason: str) -> None:
    """Ends an open registration that was none, at the post that opened it; the row stays, marked, with the reason.

    Who did it stands in the audit record.

    Raises:
        DomainError: `reason_needed`, `text_too_long`, `already_returned`, `row_gone`, `registration_elsewhere`.
    """
    actor.need("visits.register")
    why = needed(reason, "reason", "reason_needed")
    check_length("reason", why)

    def body(work: Work) -> None:
        if _open_row(work, visit_id).post_id != actor.post_id:
            raise DomainError("registration_elsewhere")
        work.update(visits, visit_id, {"discarded_at": work.now, "discard_reason": why})

    store.work(actor, "visits.discard", body)


def depart(store: Store, actor: Actor, visit_id: UUID, *, pass_returned: bool) -> datetime:
    """Logs that a visitor has left, and whether the pass came back (VIS-9, VIS-10). Answers the time.

    Nobody leaves before he came: while the PC's clock is set back, it is the instant of the registration.

    Raises:
        DomainError: `no_right`, `already_left`.
    """
    actor.need("visits.register")

    def body(work: Work) -> datetime:
        gone = work.connection.execute(
            on_site.delete().where(on_site.c.site_id == work.site_id, on_site.c.visit_id == visit_id)
        )
        if gone.rowcount != 1:
            raise DomainError("already_left")
        row = work.connection.execute(_one(visits, work.site_id, visit_id)).one()
        left_at: datetime = max(work.now, row.registered_at)
        values = {
            "visit_id": visit_id,
            "left_at": left_at,
            "post_id": actor.post_id,
            "staff_id": actor.staff_id,
        }
        work.insert(departures, {"id": work.new_key(), **values, "by_rule": False})
        if pass_returned:
            _pass_back(work, visit_id)
        return left_at

    return store.work(actor, "visits.depart", body)


def return_pass(store: Store, actor: Actor, visit_id: UUID) -> None:
    """Logs that a pass came back later than its visitor left (VIS-9).

    Raises:
        DomainError: `pass_not_out`.
    """
    actor.need("visits.register")

    def body(work: Work) -> None:
        if not _pass_back(work, visit_id):
            raise DomainError("pass_not_out")

    store.work(actor, "visits.return_pass", body)


# --- rows ------------------------------------------------------------------------------------------------------------


def _still_known(work: Work, fields: Fields) -> Fields:
    """The fields without a visitor who is on file no more: the row of another record alone was forgotten with it."""
    if fields.visitor_id is None or _exists(work, fields.visitor_id, visitors):
        return fields
    return replace(fields, visitor_id=None)


def _one(table: sa.Table, site_id: int, key: UUID) -> sa.Select[Any]:
    return sa.select(table).where(table.c.site_id == site_id, table.c.id == key)


def _open_row(work: Work, visit_id: UUID) -> Any:
    row = work.connection.execute(
        sa.select(
            visits.c.number,
            visits.c.post_id,
            visits.c.arrived_at,
            visits.c.started_monotonic,
            visits.c.boot,
            visits.c.id,
            visits.c.visitor_id,
            visits.c.visitor,
            visits.c.document_kind,
            visits.c.document_number,
            visits.c.phone,
            visits.c.plate,
            visits.c.host_id,
            visits.c.host,
            visits.c.purpose,
            visits.c.pass_number,
            visits.c.registered_at,
            visits.c.discarded_at,
        ).where(visits.c.site_id == work.site_id, visits.c.id == visit_id)
    ).first()
    if row is None:
        raise DomainError("row_gone")
    if row.registered_at is not None or row.discarded_at is not None:
        raise DomainError("already_returned")
    return row


def _exists(work: Work, key: UUID, table: sa.Table = visits) -> bool:
    found = sa.select(table.c.id).where(table.c.site_id == work.site_id, table.c.id == key)
    return work.connection.execute(found).first() is not None


def _insert(store: Store, work: Work, key: UUID, started: Stamp, fields: Fields) -> None:
    if work.actor.post_id is None:
        raise DomainError("no_post")
    zone = store.site.zone
    day = day_of(started.wall, zone, store.setting(work.connection, "day_starts", 0))
    count = work.number("visits", day.year * 10000 + day.month * 100 + day.day)
    values = _columns(store, key, started.wall, fields, known_visitor(store, work, fields.visitor_id))
    work.insert(
        visits,
        {
            "id": key,
            "number": f"{day:%m%d}-{store.writer.letter}{count:03d}",
            "writer_id": work.writer_id,
            "post_id": work.actor.post_id,
            "guard_id": work.actor.person,
            **values,
            "arrived_at": started.wall,
            "day": day,
            "shift": shift_at(started.wall, zone, store.shifts(work.connection)),
            "document_returned_at": None,
            "registered_at": None,
            "held_seconds": None,
            "held_estimated": False,
            "boot": started.boot,
            "started_monotonic": started.monotonic,
            "over_reason": "",
            "missing": 0,
            "missing_at_return": 0,
            "completed_at": None,
            "corrected_at": None,
            "discarded_at": None,
            "discard_reason": "",
        },
    )


def _columns(
    store: Store, key: UUID, received: datetime, fields: Fields, known: Known | None
) -> dict[str, Any]:
    """The columns that hold the fields: a known visitor's own number and phone where none was typed."""
    number = fields.document_number or (
        known.number if known and fields.document_kind == known.document_kind else ""
    )
    phone = fields.phone or (known.phone if known else "")
    seal, site_id = store.secrets.seal, store.site.site_id
    return {
        "visitor_id": known.id if known else None,
        "visitor": fields.visitor,
        "document_kind": fields.document_kind,
        "document_number": seal(number, "visits.document_number", site_id, key),
        "phone": seal(phone, "visits.phone", site_id, key),
        "plate": fields.plate,
        "host_id": fields.host_id,
        "host": fields.host,
        "purpose": fields.purpose,
        "pass_number": pass_text(fields.pass_number),
        "way_in": fields.way_in,
        "override_reason": fields.override_reason,
        "none_reason": fields.none_reason,
        "document_received_at": received if has_clock(fields.document_kind, fields.way_in) else None,
    }


def _without_number(fields: Fields, before: Fields) -> Fields:
    """The fields apart from the person whose number was taken for theirs; another number that was given stays."""
    if fields.document_number == before.document_number:
        fields = replace(fields, document_number="", override_reason="")
    return replace(fields, visitor_id=None)


def _name_on_file(work: Work, visitor_id: UUID | None) -> str:
    if visitor_id is None:
        return ""
    row = work.connection.execute(_one(visitors, work.site_id, visitor_id)).first()
    return row.name if row else ""


def _settle_alike(
    store: Store, work: Work, visit_id: UUID, visitor_id: UUID, on_file: str, name: str, reason: str
) -> None:
    """The other visits of a person who was renamed that wait for the same answer have it now (VIS-3)."""
    alike = sa.select(visits.c.id, visits.c.visitor, visits.c.missing, visits.c.completed_at).where(
        visits.c.site_id == work.site_id,
        visits.c.visitor_id == visitor_id,
        visits.c.id != visit_id,
        visits.c.missing.bitwise_and(OTHER_NAME) != 0,
    )
    for other in work.connection.execute(alike).all():
        if same_name(other.visitor, name):
            values: dict[str, Any] = {"missing": other.missing & ~OTHER_NAME}
            if not values["missing"] and other.completed_at is None:
                values["completed_at"] = work.now
            _keep_correction(store, work, other.id, "name_on_file", on_file, name, reason)
            work.update(visits, other.id, values)


def _fields_of(store: Store, row: sa.Row[Any]) -> Fields:
    unseal, site_id = store.secrets.open, store.site.site_id
    names = [name for name in Fields.__slots__ if name not in ("document_number", "phone")]
    return Fields(
        **{name: getattr(row, name) for name in names},
        document_number=unseal(row.document_number, "visits.document_number", site_id, row.id),
        phone=unseal(row.phone, "visits.phone", site_id, row.id),
    )


_KEPT = (
    "visitor",
    "document_kind",
    "document_number",
    "phone",
    "plate",
    "host",
    "purpose",
    "pass_number",
    "way_in",
)


def _changed(before: Fields, after: Fields) -> list[str]:
    """Which kept fields differ. A reason is about its document: with another document it is another reason."""
    old, new = asdict(before), asdict(after)
    changed = [name for name in _KEPT if old[name] != new[name]]
    if "document_kind" in changed or "document_number" in changed:
        return changed
    return changed + [name for name in ("none_reason", "override_reason") if old[name] != new[name]]


def _with_kept(store: Store, fields: Fields, row: Any) -> Fields:
    """The fields with the row's own number and phone where none is given: those never leave the file (VIS-14).

    A row whose document turned out to be *none* keeps its phone: its number is of another kind and stays behind.
    """
    if fields.visitor_id not in (None, row.visitor_id):
        return fields
    unseal, site_id = store.secrets.open, store.site.site_id
    number, phone = fields.document_number, fields.phone
    if not number and fields.document_kind == row.document_kind:
        number = unseal(row.document_number, "visits.document_number", site_id, row.id)
    if not phone:
        phone = unseal(row.phone, "visits.phone", site_id, row.id)
    return replace(fields, document_number=number, phone=phone)


_TYPED = ("visitor", "plate", "purpose", "pass_number")


def _with_filled(fields: Fields, row: Any) -> Fields:
    """The fields with what another window filled in meanwhile: the line only fills fields, it empties none (VIS-4)."""
    kept = {name: getattr(row, name) for name in _TYPED if not getattr(fields, name)}
    if not fields.host:
        kept |= {"host": row.host, "host_id": row.host_id}
    if fields.visitor_id is None and fields.visitor in ("", row.visitor):
        kept["visitor_id"] = row.visitor_id
    return replace(fields, **kept)


def _left_alone(fields: Fields, seen: Fields, row: Any) -> Fields:
    """The fields as the form has them; those that stand as it first saw them are the row's own of now."""
    names = [*_TYPED, "host", "host_id", "visitor_id"]
    alone = [name for name in names if getattr(fields, name) == getattr(seen, name)]
    return replace(fields, **{name: getattr(row, name) for name in alone})


def _keep_correction(
    store: Store, work: Work, visit_id: UUID, name: str, old: str, new: str, reason: str
) -> None:
    key = work.new_key()
    seal, site_id = store.secrets.seal, store.site.site_id
    work.insert(
        visit_corrections,
        {
            "id": key,
            "visit_id": visit_id,
            "at": work.now,
            "staff_id": work.actor.person,
            "field": name,
            "old": seal(old, "visit_corrections.old", site_id, key),
            "new": seal(new, "visit_corrections.new", site_id, key),
            "reason": clean(reason),
        },
    )


def _pass_changed(work: Work, visit_id: UUID, row: sa.Row[Any], pass_number: str) -> None:
    """Keeps the derived tables in step when a pass is noted or corrected after the document went back."""
    if row.pass_number == pass_number or row.registered_at is None:
        return
    here = (on_site.c.site_id == work.site_id, on_site.c.visit_id == visit_id)
    work.derive(on_site.update().where(*here).values(pass_number=pass_number))
    work.derive(
        passes_out.delete().where(passes_out.c.site_id == work.site_id, passes_out.c.visit_id == visit_id)
    )
    back = work.connection.execute(
        sa.select(pass_returns.c.id).where(
            pass_returns.c.site_id == work.site_id, pass_returns.c.visit_id == visit_id
        )
    ).first()
    if pass_number and back is None:
        values = {"site_id": work.site_id, "visit_id": visit_id, "post_id": row.post_id}
        work.derive(passes_out.insert(), {**values, "pass_number": pass_number, "since": row.arrived_at})


def _pass_back(work: Work, visit_id: UUID) -> bool:
    out = work.connection.execute(
        passes_out.delete().where(passes_out.c.site_id == work.site_id, passes_out.c.visit_id == visit_id)
    )
    if out.rowcount:
        values = {"visit_id": visit_id, "returned_at": work.now, "staff_id": work.actor.staff_id}
        work.insert(pass_returns, {"id": work.new_key(), **values})
    return bool(out.rowcount)
