"""The columns of the post's lists: who is on site, today's visits, what is unfinished."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from app.domain.visits import LIMIT_SECONDS, held_tenths
from app.queries.visits import OnSite, VisitRow
from app.ui.language import Language
from app.ui.paged_table_model import Column
from app.ui.visits.texts import called, host_text, stay_text
from app.ui.widgets.rows import Cell


def on_site_columns(
    words: Language, now: Callable[[], datetime], zone: ZoneInfo, over_time: Callable[[OnSite], bool]
) -> tuple[Column, ...]:
    """Since when, who, with whom, which pass, how long and whether that is over time (VIS-10)."""

    def since(row: OnSite) -> str:
        local = row.since.astimezone(zone)
        return f"{local:%H:%M}" if local.date() == now().astimezone(zone).date() else f"{local:%m-%d %H:%M}"

    def stay(row: OnSite) -> str:
        text = stay_text(row.since, now())
        return words("visits.over_time", stay=text) if over_time(row) else text

    def stay_cell(row: OnSite) -> Cell:
        return Cell(stay(row), "amber", icon="caution") if over_time(row) else Cell(stay(row))

    return (
        Column(
            "since", "visits.column_since", since, width=104, cell=lambda row: Cell(since(row), "ink_soft")
        ),
        Column("who", "visits.column_visitor", _who, width=150, cell=lambda row: Cell(_who(row), bold=True)),
        Column("host", "visits.column_host", lambda row: host_text(row.host, row.purpose)),
        Column(
            "pass",
            "visits.column_pass",
            lambda row: row.pass_number,
            width=84,
            cell=lambda row: Cell(row.pass_number, "ink_soft"),
        ),
        Column("stay", "visits.column_stay", stay, align="right", width=108, cell=stay_cell),
    )


def visit_columns(words: Language, zone: ZoneInfo) -> tuple[Column, ...]:
    """Time, who, document, with whom, held, what is missing or when they left."""

    def arrived(row: VisitRow) -> str:
        return f"{row.arrived_at.astimezone(zone):%H:%M}"

    def held(row: VisitRow) -> Cell:
        if row.held_seconds is None:
            return Cell("—", "ink_soft")
        text = f"{held_tenths(row.held_seconds):.1f}"
        if row.held_estimated:
            text = words("visits.estimated", text=text)
        return Cell(text, "red", icon="warning") if row.held_seconds > LIMIT_SECONDS else Cell(text)

    def state(row: VisitRow) -> Cell:
        if row.discarded:
            return Cell(words("visits.state_discarded"), badge="neutral")
        if row.open:
            return Cell(words("visits.state_open"), badge="amber")
        if row.missing:
            return Cell(_lacks(words, row), badge="amber")
        if row.left_at is not None and row.left_by_rule:
            time = f"{row.left_at.astimezone(zone):%H:%M}"
            return Cell(words("visits.state_by_rule", time=time), "amber", icon="caution")
        if row.left_at is not None:
            return Cell(words("visits.state_left", time=f"{row.left_at.astimezone(zone):%H:%M}"), "ink_soft")
        return Cell(words("visits.state_on_site"), "ink_soft")

    return (
        Column(
            "time", "visits.column_time", arrived, width=72, cell=lambda row: Cell(arrived(row), "ink_soft")
        ),
        Column("who", "visits.column_visitor", _who, width=130, cell=_who_cell),
        Column(
            "number", "visits.column_number", _tail, width=96, cell=lambda row: Cell(_tail(row), "ink_soft")
        ),
        Column("host", "visits.column_host", lambda row: host_text(row.host, row.purpose)),
        Column("held", "visits.column_held", lambda row: held(row).text, align="right", width=92, cell=held),
        Column("state", "visits.column_state", lambda row: state(row).text, width=225, cell=state),
    )


def _who(row: OnSite | VisitRow) -> str:
    number = row.number_shown[-6:] if isinstance(row, VisitRow) else ""
    return called(row.visitor, row.plate, row.phone_shown, row.pass_number, number, row.number)


def _who_cell(row: VisitRow) -> Cell:
    """Who met the watch list exactly is marked (VIS-11)."""
    return Cell(_who(row), "red", bold=True, icon="warning") if row.watched else Cell(_who(row), bold=True)


def _tail(row: VisitRow) -> str:
    return row.number_shown[-6:]


def _lacks(words: Language, row: VisitRow) -> str:
    return words(
        "visits.lacks", parts=words("visits.and").join(words(f"visits.part_{part}") for part in row.missing)
    )
