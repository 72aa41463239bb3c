"""The post's own keys, in one place: what is bound, what stands in caps, what F1 shows."""

from __future__ import annotations

from app.ui.language import Language
from app.ui.page import KeyGroups

# Every F-key has a twin for keyboards where F-keys want Fn, and for input methods that keep some to themselves.
KEYS = (
    ("F2", "Ctrl+G", "start"),
    ("F9", "Ctrl+S", "returned"),
    ("F4", "Ctrl+L", "leave"),
    ("F8", "Ctrl+U", "no_document"),
    ("F3", "Ctrl+E", "next_list"),
)
KIND_KEY, DISCARD_KEY = "Ctrl+D", "Ctrl+Delete"


def key_groups(words: Language) -> KeyGroups:
    """Registering, and what the line itself takes."""
    register = [(f"{key}  {twin}", words(f"visits.key_{name}")) for key, twin, name in KEYS]
    register[1] = (f"{register[1][0]}  +", register[1][1])
    line = [
        ("Return", words("visits.key_enter")),
        ("Ctrl+Return", words("visits.key_as_typed")),
        ("Alt+1…9", words("visits.key_choice")),
        (KIND_KEY, words("visits.key_kind")),
        ("Esc", words("visits.key_aside")),
        ("Ctrl+Z", words("visits.key_undo")),
        ("Alt+↑  Alt+↓", words("visits.key_mark")),
        ("Alt+Return", words("visits.key_resume")),
        ("Ctrl+↓", words("visits.key_list")),
        (DISCARD_KEY, words("visits.key_discard")),
    ]
    return (words("visits.keys_register"), register), (words("visits.keys_line"), line)
