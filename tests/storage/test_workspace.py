"""The workspace: names, fingerprints, artefacts that are whole or not there, and the manifest that names the live ones."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from core.errors import BuildError, InvalidQueryError, NotBuiltError
from core.settings import home
from core.storage import Manifest, Workspace, fingerprint
from core.storage.manifest import MANIFEST_VERSION
from core.storage.vector_table import TableLocation
from core.storage.workspace_folder import validate_name


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace("tiny", tmp_path)


def put(workspace: Workspace, stage: str, key: str, text: str = "whole") -> Path:
    """Write an artefact of one file."""
    with workspace.writing(stage, key) as folder:
        (folder / "file.txt").write_text(text)
    return workspace.artifact(stage, key)


def test_the_home_folder_is_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(tmp_path / "there" / ".." / "here"))
    assert home() == tmp_path.resolve() / "here"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("MOVIE_ATLAS_HOME", "~/atlas")
    assert home() == tmp_path.resolve() / "atlas"
    assert Workspace("tiny").folder == home() / "workspaces" / "tiny"


def test_without_it_the_home_folder_is_beside_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    beside = Path(__file__).resolve().parents[2] / "data"
    monkeypatch.setenv("MOVIE_ATLAS_HOME", "")
    assert home() == beside
    monkeypatch.delenv("MOVIE_ATLAS_HOME")
    assert home() == beside


@pytest.mark.parametrize("name", ["a", "9", "ml-1m", "own_films-2", "a" * 64])
def test_names_that_can_be_a_folder(name: str) -> None:
    assert validate_name(name) == name
    assert Workspace(name, Path("base")).folder == Path("base") / "workspaces" / name


@pytest.mark.parametrize(
    "name", ["", "A", "-a", "_a", "a/b", "..", "a.b", "a b", "é", "a\n", "a" * 65, "x" + "/.." * 500]
)
def test_names_that_cannot_be_a_folder_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidQueryError, match="cannot be a dataset's name"):
        Workspace(name, tmp_path)


def test_a_fingerprint_is_that_of_the_values_not_of_how_they_are_written() -> None:
    assert fingerprint("a", {"x": 1, "y": [2]}) == fingerprint("a", {"y": [2], "x": 1})
    assert fingerprint("Misérables") == hashlib.blake2b('["Misérables"]'.encode(), digest_size=12).hexdigest()
    different = [("a", "b"), ("b", "a"), ("ab",), ("a", "b", None), (["a", "b"],), ("a", 1), ("a", "1"), ()]
    assert len({fingerprint(*parts) for parts in different}) == len(different)


def test_a_manifests_key_is_that_of_its_dataset_and_artefacts() -> None:
    one = Manifest("tiny", {"space-a": "1"}, {"seconds": 1})
    assert one.key == Manifest("tiny", {"space-a": "1"}, {"seconds": 2}).key
    assert (
        len({one.key, Manifest("tiny", {"space-a": "2"}).key, Manifest("other", {"space-a": "1"}).key}) == 3
    )


def test_a_manifest_names_its_artefacts_by_kind() -> None:
    stages = (
        "space-minilm",
        "map-minilm",
        "space-doc2vec",
        "spaceship",
        "table",
        "table-users",
        "my-space-x",
    )
    manifest = Manifest("tiny", dict.fromkeys(stages, "1"))
    assert manifest.names("space") == ["doc2vec", "minilm"]
    assert manifest.names("table") == ["users"]
    assert manifest.names("method") == []


def test_an_artefact_is_there_when_it_is_whole(workspace: Workspace) -> None:
    final = workspace.artifact("space-letters", "abc")
    assert final == workspace.folder / "artifacts" / "space-letters-abc"
    with workspace.writing("space-letters", "abc") as folder:
        (folder / "file.txt").write_text("half")
        assert folder.is_dir()
        assert folder.parent == workspace.folder / "partial"
        assert not final.exists()
    assert (final / "file.txt").read_text() == "half"
    assert not list((workspace.folder / "partial").iterdir())


def test_an_error_leaves_nothing_of_an_artefact(workspace: Workspace) -> None:
    def fail_half_way() -> None:
        with workspace.writing("table", "abc") as folder:
            (folder / "file.txt").write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert not workspace.artifact("table", "abc").exists()
    assert not list((workspace.folder / "partial").iterdir())


def test_an_artefact_that_came_first_stays(workspace: Workspace) -> None:
    put(workspace, "table", "abc", "first")
    assert (put(workspace, "table", "abc", "second") / "file.txt").read_text() == "first"
    assert not list((workspace.folder / "partial").iterdir())


def test_the_same_artefact_can_be_written_twice_at_once(workspace: Workspace) -> None:
    with workspace.writing("table", "abc") as one, workspace.writing("table", "abc") as other:
        assert one != other


def test_what_was_published_is_live(workspace: Workspace) -> None:
    assert workspace.manifest() is None
    assert workspace.readable_manifest() is None
    with pytest.raises(NotBuiltError, match="tiny is not built yet") as caught:
        workspace.live()
    assert "python -m core build tiny" in caught.value.hint
    put(workspace, "table", "abc")
    manifest = Manifest("tiny", {"table": "abc"}, {"label": "Les Misérables", "counts": [1, None, 0.5]})
    workspace.publish(manifest)
    assert workspace.live() == workspace.manifest() == workspace.readable_manifest() == manifest
    assert workspace.manifest_path == workspace.folder / "manifest.json"
    there = {path.name for path in workspace.folder.iterdir()}
    assert there == {"artifacts", "partial", "manifest.json", "manifest.copy.json"}


def test_publishing_keeps_the_artefacts_of_this_and_the_last_manifest(workspace: Workspace) -> None:
    for key in ("one", "two", "three"):
        with workspace.building():
            put(workspace, "table", key)
            put(workspace, "dataset", key)
            workspace.publish(Manifest("tiny", {"table": key, "dataset": key}))
    there = {path.name for path in (workspace.folder / "artifacts").iterdir()}
    assert there == {"table-two", "dataset-two", "table-three", "dataset-three"}


def test_a_build_that_publishes_several_times_takes_nothing_from_pages_until_it_ends(
    workspace: Workspace,
) -> None:
    def there() -> set[str]:
        return {path.name for path in (workspace.folder / "artifacts").iterdir()}

    def publish(key: str) -> None:
        put(workspace, "table", key)
        workspace.publish(Manifest("tiny", {"table": key}))

    for key in ("old", "start"):
        with workspace.building():
            publish(key)
    with workspace.building():
        for key in ("first", "second", "last"):
            publish(key)
            assert workspace.live().artifacts == {"table": key}
            assert {"table-start", "table-first"} <= there()
    assert there() == {"table-start", "table-last"}


def test_a_build_that_publishes_nothing_removes_nothing(workspace: Workspace) -> None:
    for key in ("one", "two"):
        with workspace.building():
            put(workspace, "table", key)
            workspace.publish(Manifest("tiny", {"table": key}))

    def stopped() -> None:
        with workspace.building():
            put(workspace, "table", "three")
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        stopped()
    there = {path.name for path in (workspace.folder / "artifacts").iterdir()}
    assert there == {"table-one", "table-two", "table-three"}


def test_a_stray_file_among_the_artefacts_does_no_harm(workspace: Workspace) -> None:
    put(workspace, "table", "abc")
    (workspace.folder / "artifacts" / ".DS_Store").write_text("")
    with workspace.building():
        workspace.publish(Manifest("tiny", {"table": "abc"}))
    assert workspace.live().artifacts == {"table": "abc"}


def test_publishing_replaces_a_broken_manifest(workspace: Workspace) -> None:
    put(workspace, "table", "abc")
    workspace.manifest_path.write_text("{broken")
    assert workspace.readable_manifest() is None
    workspace.publish(Manifest("tiny", {"table": "abc"}))
    assert workspace.live().artifacts == {"table": "abc"}


@pytest.mark.parametrize("text", ["{broken", "", b"\xff\xfe"])
def test_a_manifest_that_cannot_be_read_is_said(workspace: Workspace, text: str | bytes) -> None:
    workspace.folder.mkdir(parents=True)
    workspace.manifest_path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(NotBuiltError, match="workspace of tiny cannot be read"):
        workspace.manifest()


def test_a_manifest_that_is_a_folder_is_said(workspace: Workspace) -> None:
    workspace.manifest_path.mkdir(parents=True)
    with pytest.raises(NotBuiltError, match="cannot be read"):
        workspace.manifest()


@pytest.mark.parametrize("value", [[], [MANIFEST_VERSION], "version", {}, {"version": 0}, {"version": None}])
def test_a_manifest_of_another_version_is_said(workspace: Workspace, value: object) -> None:
    workspace.folder.mkdir(parents=True)
    workspace.manifest_path.write_text(json.dumps(value))
    with pytest.raises(NotBuiltError, match="another version of Movie Atlas"):
        workspace.live()


def test_a_manifest_on_disk_has_these_parts(workspace: Workspace) -> None:
    """Workspaces that are there already stay readable."""
    workspace.folder.mkdir(parents=True)
    parts = {"version": 1, "dataset": "tiny", "artifacts": {"table": "abc"}, "about": {"label": "Tiny"}}
    workspace.manifest_path.write_text(json.dumps(parts))
    assert workspace.live() == Manifest("tiny", {"table": "abc"}, {"label": "Tiny"})


def test_building_clears_what_was_left_half_written(workspace: Workspace) -> None:
    left = workspace.folder / "partial" / "table-abc-12345678"
    left.mkdir(parents=True)
    whole = put(workspace, "table", "whole")
    with workspace.building():
        assert not left.exists()
        assert whole.exists()


def test_one_build_at_a_time(workspace: Workspace, tmp_path: Path) -> None:
    with workspace.building():
        with pytest.raises(BuildError, match="tiny is being built already"), workspace.building():
            pytest.fail("two builds at once")
        with Workspace("other", tmp_path).building():
            pass
    with workspace.building():
        pass


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (OSError("odd"), "odd"),
        (
            shutil.Error(
                [("a", "b", "[Errno 28] No space left on device: 'b'"), ("c", "d", "[Errno 5] other: 'd'")]
            ),
            "No space left on device",
        ),
        (shutil.Error("a and b are one file"), "a and b are one file"),
    ],
)
def test_a_disk_that_refuses_is_said(workspace: Workspace, error: OSError, words: str) -> None:
    with (
        pytest.raises(BuildError, match=f"The build of tiny stopped: {words}\\.") as caught,
        workspace.building(),
    ):
        raise error
    assert str(workspace.folder) in caught.value.hint


def test_a_home_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BuildError, match="stopped"), Workspace("tiny", tmp_path / "file").building():
        pytest.fail("there is no folder to build in")


@pytest.mark.parametrize(
    ("store", "location"),
    [
        ("db://films", TableLocation("db://films", "tiny-abc-movies")),
        ("db://films/", TableLocation("db://films", "tiny-abc-movies")),
        ("s3://bucket/films", TableLocation("s3://bucket/films/tiny/abc", "movies")),
        ("s3://bucket/films//", TableLocation("s3://bucket/films/tiny/abc", "movies")),
        ("s3://bucket/X", TableLocation("s3://bucket/X/tiny/abc", "movies")),
    ],
)
def test_a_table_in_a_remote_store_carries_the_fingerprint(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, store: str, location: TableLocation
) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_STORE_URI", store)
    assert workspace.table_location("abc") == location


def test_a_table_is_in_its_artefact_where_there_is_no_remote_store(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(workspace.folder / "artifacts" / "table-abc" / "lancedb")
    monkeypatch.delenv("MOVIE_ATLAS_STORE_URI", raising=False)
    assert workspace.table_location("abc") == TableLocation(folder, "movies")
    monkeypatch.setenv("MOVIE_ATLAS_STORE_URI", "")
    assert workspace.table_location("abc", "users") == TableLocation(folder, "users")
