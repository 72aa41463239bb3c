"""`find` and `identify`: what the window would show, one JSON object a line."""

from __future__ import annotations

import json
from datetime import datetime

from app.cli.call import Call, opened_site


def find(call: Call) -> int:
    """What the window's search finds, for who is signed in."""
    from app.queries import finding

    with opened_site(call) as (store, actor):
        for found in finding.FINDERS[call.options.what](store, actor, call.options.text, call.options.limit):
            print(json.dumps(found, ensure_ascii=False))
    return 0


def identify(call: Call) -> int:
    """What the entry line makes of each text and photograph, without a site."""
    from app.domain import documents

    if call.options.from_stdin:
        from app.cli.photos import from_stdin

        return from_stdin(call)
    today = datetime.now().astimezone().date()
    for text in call.options.texts:
        said = documents.identify(text, today)
        line = {
            "input": said.input,
            "kind": said.kind,
            "value": said.value,
            "valid": said.valid,
            "reason": said.reason,
            "offer": said.offer,
        }
        print(json.dumps(line, ensure_ascii=False))
    if call.options.photo:
        from app.cli.photos import identify_photos

        return identify_photos(call)
    return 0
