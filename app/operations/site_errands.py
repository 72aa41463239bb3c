"""A child of the window works for the person signed in there: who that is goes along as an errand.

Only the window can write it, and it is good for one file: so nobody puts another's name at a paper's foot from the
command line.
"""

from __future__ import annotations

import hmac
from pathlib import Path
from uuid import UUID

from app.db.store import Store
from app.domain.people import Actor
from app.errors import DomainError
from app.operations.site import actor_now

VARIABLE = "YINGHOU_ERRAND"  # of the child's environment, where a list of processes does not show it


def errand(store: Store, actor: Actor, out: Path, *, by_pin: bool = False) -> str:
    """What the window hands on to the child that writes `out` for `actor`.

    Raises:
        DomainError: `sign_in_first` for the PC itself.
    """
    said = f"{actor.person} {'pin' if by_pin else 'password'}"
    return f"{said} {_proof(store, said, out)}"


def errand_actor(store: Store, text: str, out: Path) -> Actor:
    """For whom the child writes `out`, with the rights he has now.

    Raises:
        DomainError: `errand_refused` (no window of this site wrote it for this file, or the person is gone).
    """
    said, _, proof = text.rpartition(" ")
    if not hmac.compare_digest(proof.encode(), _proof(store, said, out).encode()):
        raise DomainError("errand_refused")
    person, _, by = said.partition(" ")
    nobody = Actor(UUID(person), "", frozenset(), frozenset())
    actor = actor_now(store, nobody, by_pin=by == "pin")
    if actor is None:
        raise DomainError("errand_refused")
    return actor


def _proof(store: Store, said: str, out: Path) -> str:
    return store.secrets.digest("errand", f"{said} {out.absolute()}").hex()
