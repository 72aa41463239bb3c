"""The key file proves itself: a damaged recovery part is said before it is needed, and mended where it can be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.db.backup import backup, daily_backup
from app.db.container import Container
from app.db.folder import BACKUPS, KEYS, read_keys
from app.db.restore import restore
from app.db.saving import SUFFIX
from app.db.secrets import pc_key_folder
from app.domain.people import pc_actor
from app.errors import DomainError
from app.operations import care
from tests.db.sites import new_site, opened

PARTS = ("by_recovery", "salt")


@pytest.fixture
def site(tmp_path: Path) -> tuple[Path, str]:
    """A real site and its recovery code."""
    made = new_site(tmp_path / "site", sample=False)
    return tmp_path / "site", made.recovery_code


def _faults(folder: Path) -> list[str]:
    return [one.code for one in care.check(folder) if one.fault]


def _keys(folder: Path) -> dict[str, str]:
    read: dict[str, str] = json.loads((folder / KEYS).read_text())
    return read


def _change(folder: Path, **values: str | None) -> None:
    keys = {name: value for name, value in {**_keys(folder), **values}.items() if value is not None}
    (folder / KEYS).write_text(json.dumps(keys))


def _flip(folder: Path, part: str) -> None:
    text = _keys(folder)[part]
    _change(folder, **{part: text[:5] + ("A" if text[5] != "A" else "B") + text[6:]})


@pytest.mark.parametrize("part", PARTS)
def test_a_damaged_recovery_part_is_said_and_no_backup_is_made_with_it(
    site: tuple[Path, str], tmp_path: Path, part: str
) -> None:
    """Threat model: the recovery code is needed when the PC is gone; then it is too late to see it."""
    folder, _ = site
    assert _faults(folder) == []
    _flip(folder, part)
    assert _faults(folder) == ["errors.recovery_part_damaged"]
    with opened(folder) as store, pytest.raises(DomainError, match="recovery_part_damaged"):
        backup(store, pc_actor(), tmp_path / "a.yhbackup")
    assert not (tmp_path / "a.yhbackup").exists()


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("older", [True, False])
def test_it_is_mended_from_a_backup(site: tuple[Path, str], tmp_path: Path, part: str, older: bool) -> None:
    """At the next opening; then the code opens later backups, on another PC too. One without a MAC does as well."""
    folder, code = site
    whole = _keys(folder)
    if older:
        _change(folder, mac=None)
    with opened(folder) as store:
        _change(folder, mac=None if older else whole["mac"])
        daily_backup(store, pc_actor())
    _change(folder, mac=whole["mac"])
    _flip(folder, part)
    with opened(folder) as store:
        later = backup(store, pc_actor(), tmp_path / "later.yhbackup").file
    assert _keys(folder) == whole
    assert _faults(folder) == []
    (pc_key_folder() / "pc.key").unlink()
    restore(pc_actor(), later, tmp_path / "other", code)
    assert _faults(tmp_path / "other") == []


def test_another_sites_backup_mends_nothing(site: tuple[Path, str], tmp_path: Path) -> None:
    """Nor does one that is damaged: only what the site's key proves."""
    folder, _ = site
    new_site(tmp_path / "b", sample=False)
    (folder / BACKUPS).mkdir()
    with opened(tmp_path / "b") as store:
        backup(store, pc_actor(), folder / BACKUPS / f"b{SUFFIX}")
    (folder / BACKUPS / f"c{SUFFIX}").write_bytes(b"yinghou backup 1\nrubbish")
    _flip(folder, "by_recovery")
    assert "errors.recovery_part_damaged" in _faults(folder)


def test_an_older_programs_key_file_gets_its_mac_when_it_is_opened(site: tuple[Path, str]) -> None:
    """A key file without one is sound."""
    folder, code = site
    whole = _keys(folder)
    _change(folder, mac=None)
    with opened(folder, code=code):
        assert _keys(folder) == whole
    assert (folder / KEYS).stat().st_mode & 0o077 == 0


def test_restoring_over_damaged_keys_saves_what_was_there_with_sound_ones(
    site: tuple[Path, str], tmp_path: Path
) -> None:
    """The backup made before a restore can be opened by the recovery code, too."""
    folder, code = site
    with opened(folder) as store:
        saved = backup(store, pc_actor(), tmp_path / "a.yhbackup").file
    _flip(folder, "salt")
    done = restore(pc_actor(), saved, folder)
    assert done.before is not None
    source = Container(done.before)
    assert source.keys.site_key(code) == read_keys(folder).site_key()
    assert _faults(folder) == []
