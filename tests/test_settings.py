"""This PC's settings: rubbish means defaults, a save replaces the file whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.settings import FILE, LARGEST, SMALLEST, THEMES, Settings, data_folder, load, save
from app.words import LANGUAGES

SETTINGS = st.builds(
    Settings,
    language=st.sampled_from(LANGUAGES),
    theme=st.sampled_from(THEMES),
    large=st.booleans(),
    zoom=st.floats(SMALLEST, LARGEST),
    station=st.sampled_from(["", "center", "all", "post:东门岗", "post:a\\b\"c'"]),
    database=st.sampled_from(["", "postgresql://yinghou@server/site"]),
    card_reader=st.sampled_from(["", "auto", "/dev/ttyUSB0", "COM3"]),
)


def test_without_a_file_there_are_the_defaults(tmp_path: Path) -> None:
    """A first start, also when the folder is not there yet."""
    assert load(tmp_path / "nowhere").settings == Settings()
    assert load(tmp_path / "nowhere").ignored == ()


@given(settings=SETTINGS)
def test_what_was_saved_is_read_back(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Every value, and nothing is left beside the file."""
    folder = tmp_path_factory.mktemp("settings")
    save(folder, settings)
    save(folder, settings)
    assert load(folder).settings == settings
    assert [path.name for path in folder.iterdir()] == [FILE]


@given(content=st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode)))
def test_rubbish_is_never_an_error(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever the file holds, there are settings whose every value may be used."""
    folder = tmp_path_factory.mktemp("settings")
    (folder / FILE).write_bytes(content)
    found = load(folder).settings
    assert found.language in LANGUAGES
    assert found.theme in THEMES
    assert SMALLEST <= found.zoom <= LARGEST


VALUES = st.one_of(
    st.sampled_from(
        ['"zh_CN"', '"en"', '"dark"', "true", "1.5", "150", "nan", "-1", '"post:a"', "[1]", "1979-05-27"]
    ),
    st.integers().map(str),
)


@given(st.dictionaries(st.sampled_from([*Settings.__slots__, "colour"]), VALUES))
def test_bad_values_are_named_and_good_ones_kept(values: dict[str, str]) -> None:
    """Each value that cannot be used is named once; the others stand."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / FILE).write_text("\n".join(f"{name} = {value}" for name, value in values.items()))
        found = load(Path(folder))
    assert set(found.ignored) <= set(values)
    for name in Settings.__slots__:
        if name not in values or name in found.ignored:
            assert getattr(found.settings, name) == getattr(Settings(), name)
    assert "colour" not in values or "colour" in found.ignored


def test_a_folder_instead_of_the_file_is_named(tmp_path: Path) -> None:
    """What cannot be read at all is named by the file."""
    (tmp_path / FILE).mkdir()
    assert load(tmp_path).ignored == (FILE,)


def test_the_data_folder_is_the_argument_then_the_variable_then_the_systems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--data` before YINGHOU_DATA before the user's own folder; none of them is made."""
    assert data_folder().name == "yinghou"
    assert not data_folder().exists()
    monkeypatch.setenv("YINGHOU_DATA", str(tmp_path / "variable"))
    assert data_folder() == tmp_path / "variable"
    assert data_folder(str(tmp_path / "argument")) == tmp_path / "argument"
