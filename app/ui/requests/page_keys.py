"""The keys of the requests tab, in one place: what is bound, what stands in caps, what F1 shows."""

from __future__ import annotations

from app.ui.language import Language
from app.ui.page import KeyGroups
from app.ui.requests.actions import ACTIONS

NEW_KEY, PARKED_KEY, DISCARD_KEY = "Ctrl+N", "Ctrl+Shift+N", "Ctrl+Delete"
NEXT_KEY, PRINT_KEY, MORE_KEY = "Ctrl+Return", "Ctrl+P", "Alt+."
SEARCH_KEYS, EVERYWHERE_KEY = ("/", "Ctrl+F"), "Ctrl+Shift+F"
INTAKE_KEYS = (
    ("Alt+F", "first_contact"),
    ("Alt+H", "channel"),
    ("Alt+U", "urgency"),
    ("Alt+T", "appointment_at"),
)

TOGETHER = {"pause": "requests_page.key_pause"}  # one key for there and back


def key_groups(words: Language) -> KeyGroups:
    """Taking a request, working on one, finding one."""
    take = [(NEW_KEY, words("requests_page.new")), (PARKED_KEY, words("requests_page.key_parked"))]
    take += [(key, words(f"requests_page.field_{name}")) for key, name in INTAKE_KEYS]
    take += [
        ("Alt+1…9", words("requests_page.key_choice")),
        (DISCARD_KEY, words("requests_page.discard")),
    ]
    work = [(NEXT_KEY, words("requests_page.key_next"))]
    work += [
        (action.key, words(TOGETHER.get(action.code, action.text_code)))
        for action in ACTIONS
        if action.code not in ("re_dispatch", "resume")
    ]
    work += [(PRINT_KEY, words("requests_page.print_slip")), (MORE_KEY, words("requests_page.more"))]
    find = [
        ("/", words("requests_page.key_search")),
        (EVERYWHERE_KEY, words("requests_page.key_everywhere")),
        ("Alt+↑  Alt+↓", words("requests_page.key_filter")),
        ("↑  ↓", words("requests_page.key_list")),
    ]
    return (
        (words("requests_page.new"), take),
        (words("requests_page.keys_work"), work),
        (words("requests_page.keys_find"), find),
    )
