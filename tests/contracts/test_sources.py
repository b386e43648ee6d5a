"""What every registered source of films promises, whoever wrote it."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from core import datasets
from core.datasets import SOURCES, Source, identify, input_files, load
from core.errors import DatasetError
from core.storage.workspace_folder import validate_name
from tests.datasets.files import LAYOUTS, is_balanced, write, zipped

Files = Mapping[str, str | bytes]
BROKEN = {
    "empty": b"",
    "blank": b"\n\n",
    "binary": b"\0\1\2" * 50,
    "one word": b"nonsense",
    "quote": b'"a,b\n1',
}
"""What may stand in a file in place of a table."""


class SourceContract:
    """A subclass gives the fixtures `name`, of a registered source, and `files`, a small sound folder of it."""

    @pytest.fixture
    def source(self, name: str) -> Source:
        return datasets.source(name)

    @pytest.fixture
    def folder(self, name: str, files: Files, tmp_path: Path) -> Path:
        return write(tmp_path / "sound" / name, files)

    def test_it_says_what_it_is(self, name: str, source: Source) -> None:
        assert source.name == validate_name(name)
        assert source.label.strip()
        assert source.description.endswith(".")
        assert source.licence.endswith(".")
        assert source.homepage.startswith("https://") or source.bundled
        assert source.url == "" or source.url.startswith("https://")
        assert source.version >= 1
        assert isinstance(source.place, int)
        assert source.bundled is None or identify(source.bundled) == [name]

    def test_lists_go_by_place(self) -> None:
        assert list(SOURCES.values()) == sorted(SOURCES.values(), key=lambda one: one.place)

    def test_an_empty_a_missing_and_a_wrong_folder_are_typed_errors(self, name: str, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        with pytest.raises(DatasetError, match="holds no"):
            load(name, tmp_path / "empty")
        with pytest.raises(DatasetError, match="nothing at"):
            load(name, tmp_path / "missing")
        with pytest.raises(DatasetError, match="nothing at"):
            input_files(name, tmp_path / "missing")
        write(tmp_path, {"movies.csv": b"\0\1\2"})
        with pytest.raises(DatasetError, match="is not a folder"):
            load(name, tmp_path / "movies.csv")
        assert identify(tmp_path) == []

    @pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
    def test_odd_files_are_neither_taken_nor_read(
        self, source: Source, content: bytes, tmp_path: Path
    ) -> None:
        write(tmp_path, {path.name: content for path in source.files(tmp_path)})
        assert not source.recognises(tmp_path)
        with pytest.raises(DatasetError):
            source.load(tmp_path)

    def test_folders_in_place_of_files_are_neither_taken_nor_read(
        self, source: Source, tmp_path: Path
    ) -> None:
        for path in source.files(tmp_path):
            path.mkdir()
        assert not source.recognises(tmp_path)
        with pytest.raises(DatasetError):
            source.load(tmp_path)

    def test_its_files_are_named_in_a_fixed_order(self, source: Source, tmp_path: Path) -> None:
        for folder in (tmp_path, tmp_path / "missing"):
            paths = source.files(folder)
            assert paths
            assert paths == source.files(folder)
            assert len(set(paths)) == len(paths)
            assert all(path.parent == folder for path in paths)

    def test_a_sound_folder_is_recognised_and_accounts_for_every_row(self, name: str, folder: Path) -> None:
        assert name in identify(folder)
        dataset = load(name, folder)
        assert dataset.name == name
        assert dataset.label == datasets.source(name).label
        assert dataset.licence
        assert dataset.source
        assert is_balanced(dataset)
        assert dataset.catalog.has_ids == datasets.source(name).has_ids
        assert {table.name for table in dataset.report.tables} <= {
            file.name for file in input_files(name, folder)
        }

    def test_loading_again_or_from_an_archive_gives_the_same(
        self, name: str, files: Files, folder: Path, tmp_path: Path
    ) -> None:
        first = load(name, folder)
        archive = zipped(tmp_path / "archive.zip", {f"{name}/{file}": text for file, text in files.items()})
        for again in (load(name, folder), load(name, folder.parent), load(name, archive)):
            pd.testing.assert_frame_equal(again.catalog.items, first.catalog.items)
            assert (again.interactions.ratings != first.interactions.ratings).nnz == 0

    def test_a_broken_file_among_sound_ones_is_a_typed_error_or_reported(
        self, source: Source, files: Files, folder: Path
    ) -> None:
        for path in source.files(folder):
            for content in BROKEN.values():
                path.write_bytes(content)
                source.recognises(folder)
                try:
                    dataset = source.load(folder)
                except DatasetError:
                    continue
                assert is_balanced(dataset)
            write(folder, files)


class TestSources(SourceContract):
    """Every source of the registry; the sound folders are those of `tests/datasets/files.py`."""

    @pytest.fixture(params=list(SOURCES))
    def name(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    @pytest.fixture
    def files(self, name: str) -> Files:
        bundled = datasets.bundled_folder(name)
        if bundled:
            return {path.name: path.read_bytes() for path in input_files(name, bundled)}
        if name not in LAYOUTS:
            pytest.skip("there is no small folder of it in tests/datasets/files.py")
        return LAYOUTS[name]
