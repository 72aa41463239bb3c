"""When all is there: several recent hosts, and another kind of document by one key (VIS-5, VIS-7)."""

from __future__ import annotations

from app.queries.recent_hosts import recent_hosts
from tests.ui.visits.conftest import Screen
from tests.ui.visits.test_page import NUMBER, Key, Modifier, known, stored


def choices(screen: Screen) -> list[str]:
    return [choice.title for choice in screen.page.registration.choices.choices]


def test_several_recent_hosts_are_one_key_away(screen: Screen) -> None:
    """VIS-5: the last one is taken, Alt and a digit takes another; of one alone nothing is asked."""
    known(screen, host="骨科", purpose="送货")
    screen.type("zhsh")
    screen.key(Key.Key_Return)
    assert choices(screen) == []
    screen.key(Key.Key_F9)
    screen.post.clock.pass_by(60)
    known(screen, host="眼科", purpose="探视")
    screen.type("zhsh")
    screen.key(Key.Key_Return)
    assert [title.split(" · ")[0] for title in choices(screen)] == ["眼科", "骨科"]
    screen.key(Key.Key_2, Modifier.AltModifier)
    entry = screen.page.registration.entry
    assert entry is not None
    assert (entry.fields.host, entry.fields.purpose) == ("骨科", "送货")
    screen.key(Key.Key_F9)
    newest = stored(screen)[0]
    assert (newest.visitor, newest.host, newest.purpose, newest.missing) == ("张顺", "骨科", "送货", ())


def test_recent_hosts_are_different_ones_newest_first(screen: Screen) -> None:
    """VIS-5: not the same door five times."""
    post = screen.post
    for host in ("骨科", "眼科", "骨科", "", "药房"):
        post.register(visitor="张顺", document_number=NUMBER, host=host, purpose="送货")
        post.clock.pass_by(60)
    screen.type("zhsh")
    screen.key(Key.Key_Return)
    entry = screen.page.registration.entry
    assert entry is not None
    visitor = entry.fields.visitor_id
    assert visitor is not None
    found = recent_hosts(post.store, post.guard, visitor)
    assert [one.host for one in found] == ["药房", "骨科", "眼科"]
    assert [one.host for one in recent_hosts(post.store, post.guard, visitor, 1)] == ["药房"]


def test_another_kind_by_one_key(screen: Screen) -> None:
    """VIS-7: the kind is guessed from the number; Ctrl+D, then pinyin or Alt and a digit, changes it."""
    screen.type("陈大文")
    screen.key(Key.Key_Return)
    screen.type("H10385526")
    screen.key(Key.Key_Return)
    entry = screen.page.registration.entry
    assert entry is not None
    assert entry.fields.document_kind == "hm_permit"
    screen.type("gu")
    screen.key(Key.Key_D, Modifier.ControlModifier)
    assert "护照" not in choices(screen), "what is typed filters"
    screen.page.registration.line.clear()
    screen.key(Key.Key_D, Modifier.ControlModifier)
    screen.type("huzhao")
    assert choices(screen) == ["护照"]
    screen.key(Key.Key_Return)
    assert (entry.fields.document_kind, entry.fields.document_number) == ("passport", "H10385526")
    assert (entry.fields.override_reason, entry.stage()) == ("", "host")


def test_a_kind_that_the_number_does_not_fit_waits_to_be_looked_at(screen: Screen) -> None:
    """VIS-7: never silently; F9 is not held up."""
    screen.type("陈大文")
    screen.key(Key.Key_Return)
    screen.type("H10385526")
    screen.key(Key.Key_Return)
    screen.key(Key.Key_D, Modifier.ControlModifier)
    screen.key(Key.Key_Return)
    entry = screen.page.registration.entry
    assert entry is not None
    assert (entry.fields.document_kind, entry.fields.override_reason) == ("resident_id", "unchecked")
    screen.key(Key.Key_F9)
    assert "document" in stored(screen)[0].missing


def test_esc_leaves_the_kind_as_it_is(screen: Screen) -> None:
    """VIS-7: and without a number there is none to change."""
    screen.key(Key.Key_D, Modifier.ControlModifier)
    assert screen.page.registration.mode == "register"
    screen.type("陈大文")
    screen.key(Key.Key_Return)
    screen.type(NUMBER)
    screen.key(Key.Key_Return)
    screen.key(Key.Key_D, Modifier.ControlModifier)
    screen.key(Key.Key_Escape)
    entry = screen.page.registration.entry
    assert entry is not None
    assert (screen.page.registration.mode, entry.fields.document_kind) == ("register", "resident_id")
