"""After the document went back: what was missing is filled in, or a record is corrected (VIS-3, VIS-7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.db.evacuation import late_entries
from app.db.store import Store
from app.db.visits import on_site, pass_returns, passes_out, visit_corrections, visitors, visits
from app.db.work import Work
from app.domain.names import same_name
from app.domain.people import Actor
from app.domain.typed import clean, needed
from app.domain.visits import (
    OTHER_NAME,
    RENAME,
    SETTLEMENTS,
    UNCHECKED,
    WRONG_NUMBER,
    Fields,
    fits,
    missing,
    tidied,
)
from app.errors import DomainError
from app.operations.visitors import known_visitor, leave_behind, remember
from app.operations.visits_given import check_typed, checked
from app.operations.visits_rows import TYPED, by_key, columns, fields_of, still_known, with_kept


def complete(
    store: Store,
    actor: Actor,
    visit_id: UUID,
    fields: Fields,
    reason: str = "",
    seen: Fields | None = None,
    settle: str = "",
    as_given: Mapping[str, str] | None = None,
) -> int:
    """Fills in what was missing, or corrects a finished record; answers the bits still missing (VIS-3).

    A value that was there already and is changed is kept as a correction, with who, when and why; once a record was
    complete that needs the right to correct and a reason. `seen` is what the form began with: a field that was left
    alone keeps what another has written meanwhile.

    A number that is on file under another name stays unfinished until one of `SETTLEMENTS` says which is right: the
    person on file is called as this record says, or the number was not theirs (another is given, or none is kept).

    `as_given` holds for `phone` and `plate` why one that does not fit its rule is kept, one of `OVERRIDE_REASONS`; it
    stands among the corrections (VIS-7).

    Raises:
        DomainError: `no_right`, `row_gone` (also for a registration that was discarded), `visit_still_open`,
            `reason_needed`, `not_a_choice`; at the field that was typed: `text_too_long`, `number_in_words` (VIS-14),
            `phone_wrong`, `plate_wrong` (VIS-7).
    """
    actor.need("visits.register")
    fields = checked(fields)
    if settle and settle not in SETTLEMENTS:
        raise DomainError("not_a_choice", field="settle", value=settle)
    given = {name: getattr(fields, name) for name in as_given or {}}
    whys = {
        name: why for name, why in (as_given or {}).items() if given[name] and not fits(name, given[name])
    }

    def body(work: Work) -> int:
        row = work.connection.execute(by_key(visits, work.site_id, visit_id)).first()
        if row is None or row.discarded_at is not None:
            raise DomainError("row_gone")
        if row.registered_at is None:
            raise DomainError("visit_still_open")
        before = fields_of(store, row)
        check_typed(fields, tidied(before), reason, whys)
        given = fields if seen is None else _left_alone(fields, tidied(seen), row)
        whole = with_kept(store, still_known(work, given), row)
        other_number = whole.document_number != before.document_number
        not_theirs = bool(row.missing & OTHER_NAME) and (settle == WRONG_NUMBER or other_number)
        if not_theirs:
            whole = _without_number(whole, before)
        replaced = [name for name in _changed(before, whole) if getattr(before, name) not in ("", UNCHECKED)]
        if (replaced or settle) and row.missing == 0:
            actor.need("visits.correct")
            needed(reason, "reason", "reason_needed")
        known = known_visitor(store, work, whole.visitor_id)
        values = columns(store, visit_id, row.arrived_at, whole, known)
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
        on_slip = row.way_in == "late" and _has_last_four(work, visit_id)
        lacks = missing(whole, number_known=on_slip) | (OTHER_NAME if who.other_name else 0)
        values["visitor_id"] = who.visitor_id
        values["missing"] = lacks
        values["document_received_at"] = row.document_received_at
        if lacks == 0 and row.completed_at is None:
            values["completed_at"] = work.now
        if replaced:
            values["corrected_at"] = work.now
        kept_wrong = [name for name in whys if getattr(before, name) != getattr(whole, name)]
        for name in dict.fromkeys([*replaced, *kept_wrong]):
            old, new = getattr(before, name), getattr(whole, name)
            why = " · ".join(part for part in (reason, whys.get(name, "")) if part)
            _keep_correction(store, work, visit_id, name, old, new, why)
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


def _has_last_four(work: Work, visit_id: UUID) -> bool:
    """Whether a slip holds the last four of the document's number: all that can be had of it (VIS-13)."""
    query = sa.select(late_entries.c.id).where(
        late_entries.c.site_id == work.site_id,
        late_entries.c.visit_id == visit_id,
        late_entries.c.last_four.is_not(None),
    )
    return work.connection.execute(query).first() is not None


def _left_alone(fields: Fields, seen: Fields, row: Any) -> Fields:
    """The fields as the form has them; those that stand as it first saw them are the row's own of now."""
    names = [*TYPED, "host", "host_id", "visitor_id"]
    alone = [name for name in names if getattr(fields, name) == getattr(seen, name)]
    return replace(fields, **{name: getattr(row, name) for name in alone})


def _without_number(fields: Fields, before: Fields) -> Fields:
    """The fields apart from the person whose number was taken for theirs; another number that was given stays."""
    if fields.document_number == before.document_number:
        fields = replace(fields, document_number="", override_reason="")
    return replace(fields, visitor_id=None)


def _name_on_file(work: Work, visitor_id: UUID | None) -> str:
    if visitor_id is None:
        return ""
    row = work.connection.execute(by_key(visitors, work.site_id, visitor_id)).first()
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
