"""Archives: everything unsafe is refused, and a refused archive leaves nothing on the disk."""

import stat
import zipfile
from pathlib import Path

import pytest

from core.datasets.reading.archives import ArchiveLimits, extract
from core.errors import ArchiveError
from tests.datasets.files import zipped


def test_a_sound_archive_is_extracted_whole(tmp_path: Path) -> None:
    archive = zipped(
        tmp_path / "a.zip", {"in/a.txt": "one", "in/deep/b.bin": bytes(range(256)) * 99, "c": ""}
    )
    folder = extract(archive, tmp_path / "new" / "out")
    assert (folder / "in" / "a.txt").read_text() == "one"
    assert (folder / "in" / "deep" / "b.bin").read_bytes() == bytes(range(256)) * 99
    assert sorted(path.name for path in folder.iterdir()) == ["c", "in"]
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["out"]


@pytest.mark.parametrize(
    "name",
    [
        "../out.txt",
        "in/../../out.txt",
        "/etc/out.txt",
        "C:\\out.txt",
        "C:/out.txt",
        "in\\..\\out.txt",
        "a\nb",
        "..",
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    archive = zipped(tmp_path / "a.zip", {"fine.txt": "x", name: "y"})
    with pytest.raises(ArchiveError, match="not safe to extract"):
        extract(archive, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_refused(tmp_path: Path, kind: int) -> None:
    member = zipfile.ZipInfo("link")
    member.external_attr = (kind | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as content:
        content.writestr(member, "/etc/passwd")
    with pytest.raises(ArchiveError, match="is a link or a device"):
        extract(tmp_path / "a.zip", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as content:
        content.writestr("a.txt", "one")
        content.writestr("A.TXT", "two")
    with pytest.raises(ArchiveError, match="stands in it twice"):
        extract(tmp_path / "a.zip", tmp_path / "out")


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (ArchiveLimits(files=1), "holds 2 entries"),
        (ArchiveLimits(bytes=1999), "would unpack to 2,000 bytes"),
        (ArchiveLimits(ratio=2, ratio_from=100), "times its size"),
    ],
)
def test_bombs_are_refused(tmp_path: Path, limits: ArchiveLimits, words: str) -> None:
    archive = zipped(tmp_path / "a.zip", {"a": b"0" * 1000, "b": b"0" * 1000})
    with pytest.raises(ArchiveError, match=words):
        extract(archive, tmp_path / "out", limits)
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_a_header_that_lies_about_the_size_does_not_get_more_space(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", {"a": b"0" * 100_000})
    data = archive.read_bytes()
    true, lie = (100_000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    assert data.count(true) == 2
    archive.write_bytes(data.replace(true, lie))
    with pytest.raises(ArchiveError, match="not a sound zip file"):
        extract(archive, tmp_path / "out", ArchiveLimits(bytes=1000))
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_broken_archives_are_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    data = zipped(tmp_path / "a.zip", {"a": bytes(range(256)) * 20, "b": "text"}).read_bytes()
    middle = 60
    variants = {
        "no.zip": b"hello",
        "empty.zip": b"",
        "cut.zip": data[: len(data) // 2],
        "flipped.zip": data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :],
    }
    for name, content in variants.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ArchiveError, match="not a sound zip file"):
            extract(tmp_path / name, tmp_path / "out")
        assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob(".extract-*"))


def test_an_encrypted_entry_is_refused(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", {"a": "secret"})
    data = bytearray(archive.read_bytes())
    local, central = data.index(b"PK\x03\x04"), data.index(b"PK\x01\x02")
    data[local + 6] |= 1
    data[central + 8] |= 1
    archive.write_bytes(data)
    with pytest.raises(ArchiveError, match="is encrypted"):
        extract(archive, tmp_path / "out")


def test_an_existing_folder_and_a_missing_archive_are_typed_errors(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", {"a": "x"})
    (tmp_path / "out").mkdir()
    with pytest.raises(ArchiveError, match="already there"):
        extract(archive, tmp_path / "out")
    with pytest.raises(ArchiveError, match="could not be extracted"):
        extract(tmp_path / "none.zip", tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_a_file_where_a_folder_is_needed_is_refused(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", {"a": "x", "a/b": "y"})
    with pytest.raises(ArchiveError, match="could not be extracted"):
        extract(archive, tmp_path / "out")
    assert not (tmp_path / "out").exists()
