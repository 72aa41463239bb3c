"""Every document with its values: what a report's name and options mean, from the queries to the paper.

Run in a child process (`yinghou report NAME`): reportlab in a thread would cost the window its frames.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from app.domain.business_day import day_bounds
from app.domain.people import Actor
from app.domain.visits import Figures, Tally, VisitFact
from app.errors import DomainError
from app.operations.opening import Store
from app.papers_handover import sheets_of, tally_figures
from app.queries import evacuation as evacuation_queries
from app.queries import requests_paper, requests_search, visits
from app.queries import site as site_queries
from app.queries.requests import LISTS
from app.words import Words
from reports import evacuation as evacuation_papers
from reports import handover as handover_papers
from reports import requests as request_papers
from reports import slips as slip_papers
from reports import visits as visit_papers
from reports.charts import held_bars
from reports.layout import Letterhead, Printed
from reports.registry import REPORTS


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for on the command line; None or "" where nothing was."""

    first: date | None = None
    last: date | None = None
    post: str = ""
    number: str = ""
    which: str = ""


def make(store: Store, actor: Actor, words: Words, name: str, wanted: Wanted, out: Path) -> Printed:
    """Writes one document as PDF; without options the newest that has data.

    Raises:
        DomainError: `no_right`, `unknown_report` (names those there are), `unknown_post`, `unknown_request`,
            `unknown_list`, `unknown_slip`, `cannot_write_file`.
    """
    actor.need("reports.make")
    report = REPORTS.get(name)
    if report is None:
        raise DomainError("unknown_report", name=name, names=", ".join(REPORTS))
    paper = _Paper(store, actor, words, wanted)
    values = getattr(paper, name)()
    try:
        return report.render(values, words, out)
    except OSError as fault:
        raise DomainError("cannot_write_file", file=str(out)) from fault


def evacuation_list(store: Store, actor: Actor, words: Words) -> evacuation_papers.EvacuationList:
    """Who is on site now, for paper and for text (VIS-13). Raises DomainError `no_right`."""
    return _Paper(store, actor, words, Wanted()).evacuation()


class _Paper:
    """The values of each document, one method per report's name."""

    def __init__(self, store: Store, actor: Actor, words: Words, wanted: Wanted) -> None:
        self.store, self.actor, self.words, self.wanted = store, actor, words, wanted
        self.zone = store.site.zone
        site = store.site
        by = words("reports.this_pc") if actor.staff_id is None else actor.name
        now = store.clock.now().astimezone(self.zone)
        self.head = Letterhead(site.company, site.name, by, now, store.secrets.sample)

    def visit_log(self) -> visit_papers.VisitLog:
        """The visit log of a post and day (VIS-15's evidence)."""
        post = self._post()
        day = self.wanted.first or visits.last_day(self.store, post.id) or self.head.printed_at.date()
        begin, end = self._bounds(day, day)
        facts = list(visits.facts(self.store, begin, end, post.id))
        total = _counted(facts)
        return visit_papers.VisitLog(
            self.head,
            post.name,
            day,
            "",
            self.words("reports.list_comma").join(dict.fromkeys(fact.guard for fact in facts)),
            _held(total.figures()),
            held_bars(total.times()),
            self._reasons(facts),
            self._log_rows(post.id, begin, end),
        )

    def visit_figures(self) -> visit_papers.VisitFigures:
        """The visit figures of a period: the month of the newest visit unless days are given (VIS-15)."""
        newest = visits.last_day(self.store) or self.head.printed_at.date()
        last = self.wanted.last or self.wanted.first or newest
        first = self.wanted.first or last.replace(day=1)
        begin, end = self._bounds(first, last)
        post = self._post() if self.wanted.post else None
        groups: dict[str, dict[Any, Tally]] = {
            name: {} for name in ("day", "shift", "post", "guard", "way_in")
        }
        total = Tally()
        hours: Counter[int] = Counter()
        hosts: Counter[str] = Counter()
        reasons: Counter[str] = Counter()
        for fact in visits.facts(self.store, begin, end, post.id if post else None):
            total.add(fact)
            for name, tallies in groups.items():
                tallies.setdefault(getattr(fact, name), Tally()).add(fact)
            hours[fact.hour] += 1
            hosts[fact.host] += bool(fact.host)
            reasons[fact.over_reason] += bool(fact.over_reason)
        figures = total.figures()
        texts: dict[str, Callable[[Any], str]] = {
            "day": lambda day: f"{day:%m-%d}",
            "way_in": lambda code: self.words(f"visits.way_{code}"),
        }
        lines = {
            name: tuple(
                visit_papers.FigureLine(texts.get(name, str)(value), _held(tally.figures()))
                for value, tally in (sorted(tallies.items()) if name == "day" else tallies.items())
            )
            for name, tallies in groups.items()
        }
        return visit_papers.VisitFigures(
            self.head,
            first,
            last,
            post.name if post else self.words("reports.all_posts"),
            _held(figures),
            held_bars(total.times()),
            lines["day"],
            lines["shift"],
            lines["post"],
            lines["guard"],
            lines["way_in"],
            [(self.words(f"visits.over_{code}"), count) for code, count in reasons.most_common() if count],
            [(host, count) for host, count in hosts.most_common(visit_papers.TOP_CUSTOMERS) if count],
            sorted(hours.items()),
            figures.implausible,
            tally_figures(self.store, self.words, begin, end, post.id if post else None),
        )

    def handover(self) -> handover_papers.HandoverSheets:
        """The handovers of a post and day, of one shift if `which` names it; the newest day's unless asked (VIS-16)."""
        post, wanted = self._post(), self.wanted
        return sheets_of(
            self.store, self.actor, self.words, self.head, post.id, post.name, wanted.first, wanted.which
        )

    def job_slip(self) -> request_papers.JobSlip:
        """The job slip of a request, the newest dispatched one unless a number is given (REQ-10)."""
        slip = requests_paper.slip(self.store, self.actor, self._request())
        return request_papers.JobSlip(
            letterhead=self.head,
            number=slip.number,
            qr=slip.qr,
            customer=slip.customer,
            place=slip.place,
            contact=slip.contact,
            extension=slip.extension,
            kind=slip.kind,
            text=slip.text,
            urgency=self.words(f"requests.urgency_{slip.urgency}"),
            urgent=slip.urgent,
            received_at=slip.received_at,
            promised_at=slip.promised_at,
            first_contact=slip.first_contact,
            handler=slip.handler,
            dispatched_at=slip.dispatched_at,
        )

    def request_list(self) -> request_papers.RequestList:
        """A saved filter as it stands, or the requests of some days: those of the newest day unless asked otherwise."""
        if self.wanted.which:
            if self.wanted.which not in LISTS:
                raise DomainError("unknown_list", name=self.wanted.which, names=", ".join(LISTS))
            if self.wanted.which == "mine":
                _ = self.actor.person  # the PC is nobody: `sign_in_first`
            lines = requests_paper.list_for_paper(self.store, self.actor, self.wanted.which)
            about = self.words(f"requests.list_{self.wanted.which}")
        else:
            first, last = self._request_days()
            lines = requests_paper.list_of_days(self.store, self.actor, first, last)
            about = f"{first:%Y-%m-%d}" if first == last else f"{first:%Y-%m-%d} — {last:%Y-%m-%d}"
        return request_papers.RequestList(self.head, about, [self._request_row(line) for line in lines])

    def follow_up_form(self) -> request_papers.FollowUpForm:
        """The follow-up form: who is to be asked, and on given days who was (REQ-7)."""
        first, last = self.wanted.first, self.wanted.last or self.wanted.first
        rows = requests_paper.follow_up_rows(self.store, self.actor, first, last)
        if first is None and not rows:
            first, last = self._request_days()
            rows = requests_paper.follow_up_rows(self.store, self.actor, first, last)
        about = (
            self.words("reports.waiting_for_follow_up")
            if first is None
            else f"{first:%Y-%m-%d} — {last:%Y-%m-%d}"
        )
        return request_papers.FollowUpForm(
            self.head,
            about,
            [
                request_papers.FollowUpRow(
                    row.number,
                    row.customer,
                    row.place,
                    row.contact,
                    row.extension,
                    row.asked_on,
                    row.asked_whom,
                    row.answer if row.answer in request_papers.ANSWERS else "",
                    row.text,
                    row.asked_by,
                )
                for row in rows
            ],
        )

    def evacuation(self) -> evacuation_papers.EvacuationList:
        """Who is on site now, at all posts (VIS-13)."""
        now = evacuation_queries.on_site_now(self.store, self.actor)
        return evacuation_papers.EvacuationList(
            self.head,
            now.as_of.astimezone(self.zone),
            [self._on_site(one) for one in now.present],
            [self._on_site(one) for one in now.closed],
        )

    def roll_call(self) -> evacuation_papers.RollCallResult:
        """The last roll call, a paper that says so where there was none (VIS-13)."""
        call = evacuation_queries.roll_call(self.store, self.actor)
        if call is None:
            return evacuation_papers.RollCallResult(self.head, None, "", None, "", ())
        rows = [
            evacuation_papers.RollCallRow(
                self._on_site(one.who), self._local(one.found_at), one.found_by, one.left
            )
            for one in call.people
        ]
        return evacuation_papers.RollCallResult(
            self.head,
            call.started_at.astimezone(self.zone),
            call.started_by,
            self._local(call.ended_at),
            call.ended_by,
            rows,
        )

    def blank_slips(self) -> slip_papers.BlankSlips:
        """The run of blank slips that a number is in, the newest unless one is given (VIS-13)."""
        number = self.wanted.number
        numbers = evacuation_queries.slip_run(self.store, self.actor, number)
        if number and not numbers:
            raise DomainError("unknown_slip", number=number)
        return slip_papers.BlankSlips(self.head, numbers)

    def _on_site(self, one: evacuation_queries.Present) -> evacuation_papers.EvacuationRow:
        names = [part for part in (one.visitor, one.plate) if part]
        other = f"☎ {one.phone_shown[-4:]}" if one.phone_shown else one.number
        return evacuation_papers.EvacuationRow(
            " ".join(names) or other,
            one.building,
            one.host,
            one.post,
            one.since.astimezone(self.zone),
            one.pass_number,
            one.over_time,
        )

    def _local(self, moment: datetime | None) -> datetime | None:
        return None if moment is None else moment.astimezone(self.zone)

    def _request_row(self, line: requests_paper.ListLine) -> request_papers.RequestRow:
        return request_papers.RequestRow(
            line.number,
            line.received_at,
            line.customer,
            line.place,
            line.text,
            line.first_contact,
            line.handler,
            self.words(f"requests.state_{line.state}"),
            line.promised_at,
            line.overdue,
        )

    def _log_rows(self, post_id: UUID, begin: datetime, end: datetime) -> Iterator[visit_papers.VisitLogRow]:
        for row in visits.log(self.store, post_id, begin, end):
            marks: list[visit_papers.Mark] = []
            if row.discarded:
                marks.append("discarded")
            elif row.missing or row.open:
                marks.append("unfinished")
            if row.late:
                marks.append("late")
            if row.left_by_rule:
                marks.append("left_by_rule")
            yield visit_papers.VisitLogRow(
                row.number,
                row.arrived_at.astimezone(self.zone),
                row.visitor,
                row.plate,
                self._kind_seen(row),
                row.number_shown,
                row.host,
                row.purpose,
                row.held_seconds,
                row.pass_number,
                None if row.left_at is None else row.left_at.astimezone(self.zone),
                tuple(marks),
            )

    def _kind_seen(self, row: visits.VisitRow) -> str:
        """The kind of the document, "" where none was seen: the kind that a record begins with proves nothing."""
        seen = row.number_shown or row.document_kind != "resident_id"
        return self.words(f"documents.short_{row.document_kind}") if seen else ""

    def _reasons(self, facts: list[VisitFact]) -> list[tuple[str, int]]:
        counted = Counter(fact.over_reason for fact in facts if fact.over_reason)
        return [(self.words(f"visits.over_{code}"), count) for code, count in counted.most_common()]

    def _post(self) -> site_queries.PostRow:
        posts = site_queries.posts(self.store, self.actor)
        name = self.wanted.post
        for post in posts:
            if name == post.name:
                return post
        if name:
            raise DomainError("unknown_post", name=name, posts="、".join(post.name for post in posts))
        newest = {post.id: visits.last_day(self.store, post.id) or date.min for post in posts}
        if not posts:
            raise DomainError("no_posts")
        return max(posts, key=lambda post: newest[post.id])

    def _request(self) -> UUID | None:
        if not self.wanted.number:
            return None
        found = requests_search.search(self.store, self.actor, self.wanted.number, 1)
        if not found:
            raise DomainError("unknown_request", number=self.wanted.number)
        return found[0].request_id

    def _request_days(self) -> tuple[date, date]:
        newest = requests_paper.newest_day(self.store, self.actor) or self.head.printed_at.date()
        first = self.wanted.first or newest
        return first, self.wanted.last or first

    def _bounds(self, first: date, last: date) -> tuple[datetime, datetime]:
        with self.store.reading() as connection:
            starts = self.store.setting(connection, "day_starts", 0)
        end = day_bounds(max(first, last), self.zone, starts)[1]
        return day_bounds(first, self.zone, starts)[0], end


def _counted(facts: list[VisitFact]) -> Tally:
    tally = Tally()
    for fact in facts:
        tally.add(fact)
    return tally


def _held(figures: Figures) -> visit_papers.HeldFigures:
    return visit_papers.HeldFigures(
        figures.visits,
        figures.documents,
        figures.within,
        figures.median,
        figures.p95,
        figures.complete_at_return,
        figures.complete_at_shift_end,
        figures.corrected,
    )
