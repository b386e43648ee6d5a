"""The registry: names, folders, archives, and the wrong dataset."""

import ast
from pathlib import Path

import pytest

from core.datasets import SOURCES, identify, input_files, load, source
from core.errors import ArchiveError, DatasetError, UnknownNameError
from core.storage.fingerprints import fingerprint_files
from tests.datasets.files import MOVIELENS_CSV, write, zipped

TMDB = {
    "tmdb_5000_movies.csv": "id,title,keywords\n",
    "tmdb_5000_credits.csv": "movie_id,title,cast,crew\n",
}


def test_every_source_is_known_by_its_own_name() -> None:
    assert list(SOURCES) == [one.name for one in SOURCES.values()]
    assert {"ml-latest-small", "ml-25m", "ml-32m", "ml-1m", "ml-100k"} <= set(SOURCES)
    assert all(source(name) is one for name, one in SOURCES.items())


def test_an_unknown_name_is_a_typed_error_that_lists_the_known() -> None:
    with pytest.raises(UnknownNameError, match="ml-latest-small"):
        source("ml-1b")


def test_the_folder_its_parent_or_its_only_inner_folder_will_do(tmp_path: Path) -> None:
    write(tmp_path / "data" / "ml-latest-small", MOVIELENS_CSV)
    write(tmp_path / "data" / "other", {"x.txt": "x"})
    write(tmp_path / "single" / "whatever", MOVIELENS_CSV)
    for path in (tmp_path / "data" / "ml-latest-small", tmp_path / "data", tmp_path / "single"):
        assert load("ml-latest-small", path).n_items == 6
        assert [file.name for file in input_files("ml-latest-small", path)] == [
            "movies.csv",
            "ratings.csv",
            "links.csv",
            "tags.csv",
        ]


def test_an_archive_loads_like_its_folder_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    members = {f"ml-latest-small/{name}": text for name, text in MOVIELENS_CSV.items()}
    archive = zipped(tmp_path / "ml.zip", {**members, "__MACOSX/x": "x"})
    dataset = load("ml-latest-small", archive)
    folder = write(tmp_path / "plain" / "ml-latest-small", MOVIELENS_CSV)
    plain = load("ml-latest-small", folder)
    assert dataset.catalog.items.equals(plain.catalog.items)
    assert (dataset.interactions.ratings != plain.interactions.ratings).nnz == 0
    assert list(scratch.iterdir()) == []
    assert input_files("ml-latest-small", archive) == [archive]


def test_own_files_load_from_an_archive_too(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "mine.ZIP", {"inner/films.csv": "id,title\n1,Heat\n"})
    assert load("mine", archive).n_items == 1


def test_another_dataset_is_named_with_the_command_for_it(tmp_path: Path) -> None:
    folder = write(tmp_path / "x", TMDB)
    with pytest.raises(DatasetError) as caught:
        load("ml-1m", folder)
    assert "looks like TMDB 5000, not MovieLens 1M" in caught.value.message
    assert f'build tmdb-5000 --from "{folder}"' in caught.value.hint


def test_what_a_folder_says_about_itself_decides_between_equal_layouts(tmp_path: Path) -> None:
    unnamed = write(tmp_path / "x", MOVIELENS_CSV)
    assert identify(unnamed) == ["ml-latest-small", "ml-25m", "ml-32m"]
    named = write(tmp_path / "ml-32m", MOVIELENS_CSV)
    assert identify(named) == ["ml-32m"]
    readme = {"README.txt": "Summary\n=======\n\nThis dataset (ml-25m) describes 5-star rating"}
    assert identify(write(named, readme)) == ["ml-25m"]
    with pytest.raises(DatasetError, match="looks like MovieLens 25M, not MovieLens 32M"):
        load("ml-32m", named)
    assert identify(tmp_path / "nowhere") == []


def test_a_broken_archive_is_a_typed_error(tmp_path: Path) -> None:
    write(tmp_path, {"x.zip": b"PK\x03\x04 not a zip"})
    with pytest.raises(ArchiveError, match="not a sound zip file"):
        load("ml-1m", tmp_path / "x.zip")


def test_the_fingerprint_follows_content(tmp_path: Path) -> None:
    folder = write(tmp_path / "ml-latest-small", MOVIELENS_CSV)
    before = fingerprint_files(input_files("ml-latest-small", folder))
    assert fingerprint_files(input_files("ml-latest-small", folder)) == before
    write(folder, {"tags.csv": MOVIELENS_CSV["tags.csv"] + "2,1,new,3\r\n"})
    assert fingerprint_files(input_files("ml-latest-small", folder)) != before


def test_no_loader_evaluates_or_unpickles() -> None:
    forbidden = {"eval", "exec", "compile", "read_pickle"}
    for path in (Path(__file__).parents[2] / "core" / "datasets").rglob("*.py"):
        text = path.read_text("utf-8")
        assert "import pickle" not in text, path.name
        tree = ast.parse(text)
        called = {
            node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and not (isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "re")
        }
        assert not called & forbidden, path.name


@pytest.mark.real_data
def test_real_folders_are_told_apart(movie_data_dir: Path) -> None:
    for name in ("ml-latest-small", "ml-100k", "tmdb-5000", "the-movies-dataset"):
        assert identify(movie_data_dir / name) == [name]
