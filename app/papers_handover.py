"""The values of the handover sheet, and of the tallies on the visit figures (VIS-1, VIS-15, VIS-16)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from uuid import UUID

from app.domain.people import Actor
from app.domain.visits import missing_parts
from app.operations.opening import Store
from app.queries.duty_log import DutyLine
from app.queries.handover import HandoverSheet, Somebody, handover_sheets, last_handover_day
from app.queries.tallies import TallyFact, tally_facts
from app.words import Words
from reports import handover as paper
from reports.layout import Letterhead
from reports.visits import TallyFigures, TallyLine


def sheets_of(
    store: Store,
    actor: Actor,
    words: Words,
    head: Letterhead,
    post_id: UUID,
    post: str,
    day: date | None,
    shift: str,
) -> paper.HandoverSheets:
    """The handovers of a post and day (its newest day without one), of one shift if asked."""
    asked = day or last_handover_day(store, post_id)
    signed = [] if asked is None else handover_sheets(store, actor, post_id, asked, shift)
    sheets = [_sheet(store, words, one) for one in signed]
    return paper.HandoverSheets(head, post, asked or head.printed_at.date(), sheets)


def tally_figures(
    store: Store, words: Words, begin: datetime, end: datetime, post_id: UUID | None
) -> TallyFigures:
    """What was tallied between two instants, by kind, reason, day, shift and post."""
    facts = tally_facts(store, begin, end, post_id)
    kinds: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for fact in facts:
        kinds[fact.kind] += fact.count
        if fact.reason:
            reasons[words(f"handover.away_{fact.reason}")] += fact.count
    names = [kind for kind, _ in kinds.most_common()]

    def lines(named: Callable[[TallyFact], str]) -> list[TallyLine]:
        groups: dict[str, Counter[str]] = {}
        for fact in facts:
            groups.setdefault(named(fact), Counter())[fact.kind] += fact.count
        return [TallyLine(name, [counts[kind] for kind in names]) for name, counts in groups.items()]

    return TallyFigures(
        kinds.most_common(),
        reasons.most_common(),
        lines(lambda fact: f"{fact.day:%m-%d}"),
        lines(lambda fact: fact.shift),
        lines(lambda fact: fact.post),
    )


def _sheet(store: Store, words: Words, signed: HandoverSheet) -> paper.Sheet:
    zone, seen = store.site.zone, signed.seen

    def listed(people: Sequence[Somebody], count: int, said: Callable[[Somebody], str]) -> paper.Listed:
        return paper.Listed(count, [said(one) for one in people])

    def name(one: Somebody) -> str:
        return next((text for text in (one.visitor, one.plate, one.phone_shown[-4:], one.number) if text), "")

    def since(one: Somebody) -> str:
        local = one.since.astimezone(zone)
        return (
            f"{name(one)} {local:%H:%M}" if local.date() == signed.day else f"{name(one)} {local:%m-%d %H:%M}"
        )

    def lacks(one: Somebody) -> str:
        parts = words("visits.and").join(words(f"visits.part_{part}") for part in missing_parts(one.missing))
        return f"{name(one)} {parts}".strip()

    def rows(lines: Sequence[DutyLine]) -> list[paper.DutyRow]:
        return [
            paper.DutyRow(
                line.at.astimezone(zone),
                words(f"handover.kind_{line.kind}"),
                line.text,
                line.by,
                line.corrected,
            )
            for line in lines
        ]

    counts = seen.counts
    return paper.Sheet(
        post=signed.post,
        day=signed.day,
        shift=signed.shift,
        since=signed.since.astimezone(zone),
        at=signed.at.astimezone(zone),
        outgoing=signed.outgoing,
        incoming=signed.incoming,
        taken_at=None if signed.taken_at is None else signed.taken_at.astimezone(zone),
        visits=seen.visits,
        on_site=seen.on_site,
        on_site_here=seen.on_site_here,
        overdue=listed(seen.overdue, counts["overdue"], since),
        passes_out=listed(
            seen.passes_out, counts["passes_out"], lambda one: f"{one.pass_number} {name(one)}".strip()
        ),
        unfinished=listed(seen.unfinished, counts["unfinished"], lacks),
        open=listed(seen.open, counts["open"], since),
        tallies=seen.tallies,
        reasons=[(words(f"handover.away_{code}"), count) for code, count in seen.reasons],
        leader=seen.leader,
        orders=rows(seen.orders),
        lines=rows(seen.lines),
        line_count=counts["lines"],
        things=signed.things,
        notes=signed.notes,
        chains=signed.heads,
    )
