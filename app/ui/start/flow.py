"""What stands before the window: the first start, signing in, and an error that does not let the window open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from app.domain.people import Actor, pc_actor
from app.errors import DomainError
from app.ui.background import Background
from app.ui.frame import press
from app.ui.language import Language
from app.ui.theme import Look


def first_site(look: Look, words: Language, folder: Path) -> bool:
    """Offers a sample site, an empty one by the wizard, or a backup, and makes it; False when the person left."""
    from app.ui.start.first_start import FirstStart

    return FirstStart(look, words, folder).ask() is not None


def signed_in(
    look: Look,
    words: Language,
    background: Background,
    store: Any,
    station: str,
    notice: str = "",
    here: str = "post",
) -> Actor | None:
    """Asks who is there; a password that somebody else gave is changed at once. None when the person left.

    `notice` says why somebody has to sign in again; `here` is the post where a guard stands who chooses no station.

    Raises:
        DomainError: the people and posts cannot be read.
    """
    from app.queries.people import must_change_password, sign_in_people
    from app.queries.site import posts
    from app.ui.start.new_password import NewPassword
    from app.ui.start.sign_in import Chosen, Entrance, SignIn

    sample = bool(store.secrets.sample)
    first = [("", words("start.station_auto")), ("center", words("start.station_center"))]
    last = ("all", words("start.station_all"))

    def read() -> Entrance:
        there = [(f"post:{post.name}", post.name) for post in posts(store, pc_actor())]
        return Entrance(sign_in_people(store), [*first, *there, last])

    def check(chosen: Chosen) -> tuple[Actor, str | None]:
        """Who it is, and the password that must be changed."""
        actor = checked(store, sample, chosen.name, chosen.password, chosen.station, here)
        return actor, None if sample or not must_change_password(store, actor) else chosen.password

    while True:
        page = SignIn(look, words, background, store.site.name, sample, read, check, station)
        if notice:
            page.strip.say(notice, "warn")
        answer = page.ask()
        if page.error is not None:
            raise page.error
        if not isinstance(answer, tuple):
            return None
        actor: Actor
        old: str | None
        actor, old = answer
        if old is None:
            return actor
        change = partial(_changed, store, actor, old)
        if NewPassword(look, words, background, actor.name, change, old).ask() is not None:
            return actor


def offered_station(before: Actor) -> tuple[str, str]:
    """What sign-in offers after somebody else, and where a guard stands who leaves it at that.

    Whoever comes to a post is not at the post for that, nor a guard at the center because a clerk was: a guard stands
    at a post, everybody else is the center's.
    """
    if before.post_id is not None:
        return "", before.station
    return ("", "post") if before.station == "center" else (before.station, "post")


def checked(store: Any, sample: bool, name: str, password: str, station: str, here: str = "post") -> Actor:
    """Signs a person in; without a station a guard stands at the post `here` (`post`: the first), others at the center.

    Raises:
        DomainError: what `operations.site.sign_in` and `sign_in_as` raise.
    """
    from app.operations import site

    at = station or "center"
    actor = site.sign_in_as(store, name, at) if sample else site.sign_in(store, name, password, at)
    if not station and "guard" in actor.roles and not actor.roles - {"guard"}:
        where, post_id = site.resolve_station(store, here)
        return replace(actor, station=where, post_id=post_id)
    return actor


def change_guard(
    look: Look,
    words: Language,
    background: Background,
    store: Any,
    actor: Actor,
    enter: Callable[[Actor], object],
    window: QWidget,
) -> None:
    """The change of guard at the post of `actor` (Ctrl+Shift+G): `enter(who)` when somebody took over.

    What he had typed before that, the next visitor's name, is then typed into the window. On a sample site everybody
    has the published PIN (`app.domain.site.SAMPLE_PIN`), and the dialog says so.

    Raises:
        DomainError: the people cannot be read.
    """
    from app.operations import site
    from app.queries.people import sign_in_people
    from app.ui.start.guard_change import GuardChange

    def people() -> list[Any]:
        others = [one for one in sign_in_people(store, with_pin=True) if one.staff_id != actor.staff_id]
        return sorted(others, key=lambda one: "guard" not in one.roles)

    def check(person: Any, pin: str) -> Actor:
        return site.change_guard(store, person.staff_id, pin, actor.station)

    post = actor.station.removeprefix("post:")
    sample = bool(store.secrets.sample)
    dialog = GuardChange(look, words, background, people, check, post, window, sample=sample)
    answer = dialog.ask()
    window.activateWindow()  # not every window system gives the focus back by itself
    if dialog.error is not None:
        raise dialog.error
    if not isinstance(answer, Actor):
        return
    enter(answer)
    for key in dialog.asking.typed:
        press(window, key)


def ask_recovery_code(look: Look, words: Language, background: Background, folder: Path) -> bool:
    """This PC's key is gone: asks for the site's recovery code; True when the folder opens again."""
    from app.ui.start.unlock import Unlock

    return Unlock(look, words, background, folder).ask() is not None


def tell(look: Look, words: Language, error: DomainError) -> None:
    """Says why the window cannot open and what to do, and waits until it is read."""
    from app.ui.widgets.dialogs import Dialog

    dialog = Dialog(look, words, words("start.cannot_open"), None, width=520)
    dialog.say(error.text(words.words))
    dialog.add_verbs(words("start.close"), None, key="Return")
    dialog.ask()


def _changed(store: Any, actor: Actor, old: str, new: str) -> None:
    from app.operations.staff_editing import change_password

    change_password(store, actor, old, new)
