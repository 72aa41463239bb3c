"""Changing one's own password while somebody else sets it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import DomainError
from app.operations import staff_editing
from app.operations.passwords import is_password
from app.operations.site import sign_in
from tests.db.sites import ADMIN, PASSWORD, new_site, opened

FIRST, SECOND, THIRD = "first-password", "second-password", "third-password"


def test_a_password_that_was_set_meanwhile_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The administrator resets it while the old one is being compared: what he set stands."""
    new_site(tmp_path / "a", sample=False)
    with opened(tmp_path / "a") as store:
        admin = sign_in(store, ADMIN, PASSWORD, "center")
        values = staff_editing.StaffValues("新同事", roles=frozenset({"clerk"}))
        key = staff_editing.save_employee(store, admin, values)
        staff_editing.set_password(store, admin, key, FIRST)
        person = sign_in(store, "新同事", FIRST, "center")

        def slow(password: str, hashed: str) -> bool:
            staff_editing.set_password(store, admin, key, SECOND)
            return is_password(password, hashed)

        monkeypatch.setattr(staff_editing, "is_password", slow)
        with pytest.raises(DomainError, match="changed_by_another"):
            staff_editing.change_password(store, person, FIRST, THIRD)
        assert sign_in(store, "新同事", SECOND, "center").person == key
