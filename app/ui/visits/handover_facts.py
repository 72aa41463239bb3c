"""What the post hands over, to be read at a glance: figures first, then who and what needs somebody (VIS-16)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.queries.handover import HandoverPage, Somebody
from app.ui.services import Services
from app.ui.visits.texts import called
from app.ui.widgets.text import Text

NAMED = 12  # so many are named of each sort; the sheet on paper names what fits there


class HandoverFacts(QWidget):
    """Lines of a title and what belongs to it; amber and ▲ where something is to be done, soft where all is well."""

    def __init__(self, services: Services, page: HandoverPage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._words, self._zone = services.theme, services.words, services.house.site.zone
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(services.theme.px(4))
        self._show(page)

    def _show(self, page: HandoverPage) -> None:
        words, seen = self._words, page.seen
        counts, comma = seen.counts, words("reports.list_comma")
        since = words("handover.page_since", since=f"{page.since.astimezone(self._zone):%m-%d %H:%M}")
        self._say(f"{since} · {words('handover.page_visits', n=seen.visits)}", "")
        self._say(words("handover.page_on_site", n=seen.on_site, here=seen.on_site_here), "")
        needs = (
            ("page_open", counts["open"], self._named(seen.open, time=True)),
            ("page_overdue", counts["overdue"], self._named(seen.overdue, time=True)),
            ("page_passes", counts["passes_out"], self._named(seen.passes_out, pass_number=True)),
            ("page_unfinished", counts["unfinished"], self._named(seen.unfinished)),
            ("page_orders", len(seen.orders), comma.join(line.text for line in seen.orders)),
        )
        for code, n, below in needs:
            if n:
                self._say(words(f"handover.{code}", n=n), below, "amber")
        if not any(n for _, n, _ in needs):
            self._say(words("handover.page_all_well"), "", "green")
        tallies = comma.join(f"{kind} {count}" for kind, count in seen.tallies)
        if tallies:
            self._say(words("handover.tallies"), tallies)
        leader = seen.leader
        self._say(
            words("handover.page_leader", name=leader) if leader else words("handover.page_no_leader"), ""
        )
        lines = [line for line in seen.lines if line.kind not in ("order", "leader")]
        if lines:
            said = "\n".join(
                f"{line.at.astimezone(self._zone):%H:%M} {words(f'handover.kind_{line.kind}')} {line.text}"
                for line in lines[:NAMED]
            )
            self._say(words("handover.page_lines", n=len(lines)), said)

    def _named(self, people: Sequence[Somebody], *, time: bool = False, pass_number: bool = False) -> str:
        said = []
        for one in people[:NAMED]:
            name = called(one.visitor, one.plate, one.phone_shown, one.number)
            more = f"{one.since.astimezone(self._zone):%H:%M}" if time else ""
            said.append(" ".join(part for part in (one.pass_number * pass_number, name, more) if part))
        return self._words("reports.list_comma").join(said) + ("…" if len(people) > NAMED else "")

    def _say(self, title: str, below: str, tone: str = "ink") -> None:
        mark = {"amber": "▲ ", "green": "✓ "}.get(tone, "")
        self._column.addWidget(Text(self._theme, mark + title, tone=tone, bold=tone == "amber", wrap=True))
        if below:
            self._column.addWidget(Text(self._theme, below, role="caption", tone="ink_soft", wrap=True))
