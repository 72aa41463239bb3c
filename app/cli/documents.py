"""`report`: a document as PDF."""

from __future__ import annotations

import os
import sys

from app.cli import evacuation
from app.cli.call import Call, opened_site
from app.errors import DomainError


def report(call: Call) -> int:
    """One document, or the names of all; signs that the font lacks are named on stderr."""
    from app import papers
    from app.operations.site_errands import VARIABLE, errand_actor
    from reports.registry import REPORTS

    options = call.options
    if options.list:
        for one in REPORTS.values():
            print(f"{one.name}\t{call.words(one.about)}")
        return 0
    if not options.name:
        raise DomainError("unknown_report", name="", names=", ".join(REPORTS))
    if options.name not in REPORTS:
        raise DomainError("unknown_report", name=options.name, names=", ".join(REPORTS))
    if options.out is None:
        raise DomainError("out_needed")
    wanted = papers.Wanted(options.first, options.last, options.post, options.number, options.which)
    with opened_site(call) as (store, actor):
        if errand := os.environ.get(VARIABLE):
            actor = errand_actor(store, errand, options.out)
        printed = papers.make(store, actor, call.words, options.name, wanted, options.out)
    sent = (
        evacuation.printed(call, options.out, call.words(f"reports.{options.name}")) if options.print else {}
    )
    for sign in printed.missing:
        print(call.words("cli.glyph_missing", sign=sign), file=sys.stderr)
    call.say(
        call.words("cli.made_file", file=options.out, pages=printed.pages),
        file=str(options.out),
        pages=printed.pages,
        **sent,
    )
    return 0
