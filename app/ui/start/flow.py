"""What stands before the window: the first start, signing in, and an error that does not let the window open."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from app.domain.people import Actor, pc_actor
from app.errors import DomainError
from app.ui.language import Language
from app.ui.theme import Look


def first_site(look: Look, words: Language, folder: Path) -> bool:
    """Offers a sample site, an empty one by the wizard, or a backup, and makes it; False when the person left."""
    from app.ui.start.first_start import FirstStart

    return FirstStart(look, words, folder).ask() is not None


def signed_in(
    look: Look, words: Language, store: Any, station: str, notice: str = "", here: str = "post"
) -> Actor | None:
    """Asks who is there; a password that somebody else gave is changed at once. None when the person left.

    `notice` says why somebody has to sign in again; `here` is the post where a guard stands who chooses no station.
    """
    from app.queries.people import must_change_password, sign_in_people
    from app.queries.site import facts, posts
    from app.ui.start.new_password import NewPassword
    from app.ui.start.sign_in import Chosen, SignIn

    site = facts(store, pc_actor())
    people = sign_in_people(store)
    stations = [("", words("start.station_auto")), ("center", words("start.station_center"))]
    stations += [(f"post:{post.name}", post.name) for post in posts(store, pc_actor())]
    stations.append(("all", words("start.station_all")))
    given: list[Chosen] = []

    def check(chosen: Chosen) -> Actor:
        given[:] = [chosen]
        return checked(store, site.sample, chosen.name, chosen.password, chosen.station, here)

    while True:
        page = SignIn(look, words, people, site.name, site.sample, stations, station, check)
        if notice:
            page.strip.say(notice, "warn")
        answer = page.ask()
        if not isinstance(answer, Actor):
            return None
        if site.sample or not must_change_password(store, answer):
            return answer
        change = partial(_changed, store, answer, given[0].password)
        if NewPassword(look, words, answer.name, change, given[0].password).ask() is not None:
            return answer


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


def guard_changed(
    look: Look, words: Language, store: Any, actor: Actor, parent: QWidget | None
) -> Actor | None:
    """The change of guard at the post of `actor` (Ctrl+Shift+G): who takes over, None when nobody did.

    On a sample site everybody has the published PIN (`app.domain.site.SAMPLE_PIN`), and the dialog says so.
    """
    from app.operations.site import change_guard
    from app.queries.people import sign_in_people
    from app.ui.start.guard_change import GuardChange

    people = [one for one in sign_in_people(store, with_pin=True) if one.staff_id != actor.staff_id]
    people.sort(key=lambda one: "guard" not in one.roles)

    def check(person: Any, pin: str) -> Actor:
        return change_guard(store, person.staff_id, pin, actor.station)

    post = actor.station.removeprefix("post:")
    sample = bool(store.secrets.sample)
    answer = GuardChange(look, words, people, check, post, parent, sample=sample).ask()
    return answer if isinstance(answer, Actor) else None


def ask_recovery_code(look: Look, words: Language, folder: Path) -> bool:
    """This PC's key is gone: asks for the site's recovery code; True when the folder opens again."""
    from app.ui.start.unlock import Unlock

    return Unlock(look, words, folder).ask() is not None


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
