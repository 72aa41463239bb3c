"""The key file of a data folder."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from app.db.secrets import KeyFile, pc_key, pc_key_folder
from app.errors import DomainError

GOOD = KeyFile(7, "sample", "", "c2FsdA==", "AZvB3xkscRq3yo2vZt9bAQ==", "d3JhcHBlZA==")


def test_a_key_file_is_read_as_it_was_written() -> None:
    """ARCHITECTURE, keys: wrapped keys and this folder's writer."""
    assert KeyFile.read(GOOD.text()) == GOOD


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"site_id": "x"}',
        json.dumps({"site_id": 7}),
        "[" * 100_000,
        GOOD.text().replace("7,", "1e999,", 1),
        GOOD.text().replace("7,", "-1,", 1),
        GOOD.text().replace("7,", f"{1 << 63},", 1),
        GOOD.text().replace("7,", "NaN,", 1),
        replace(GOOD, writer_id="!!").text(),
        replace(GOOD, writer_id="c2FsdA==").text(),
        replace(GOOD, salt="!!").text(),
    ],
)
def test_what_is_no_key_file_is_said_at_once(text: str) -> None:
    """GOALS: a damaged file is a clear message, not a traceback when it is used."""
    with pytest.raises(DomainError, match="key_file_damaged"):
        KeyFile.read(text)


def test_only_its_owner_reads_the_pcs_key() -> None:
    """Threat model: another user of this PC, with the data folder in hand, opens nothing."""
    made = pc_key(make=True)
    assert made is not None
    assert pc_key() == made
    assert (pc_key_folder() / "pc.key").stat().st_mode & 0o077 == 0
    assert pc_key_folder().stat().st_mode & 0o077 == 0
