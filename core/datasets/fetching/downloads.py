"""Fetching datasets from where they are published: what there is, and the checksum of every file."""

from dataclasses import dataclass
from pathlib import Path

from core.compute.progress import Progress, no_progress
from core.datasets.fetching.transfer import Patience, RemoteFile, fetch_file
from core.datasets.registry import SOURCES
from core.errors import DownloadError, UnknownNameError

USUAL_SPEED = 10e6
"""Bits a second that a line is taken to carry where nothing is known of it."""


@dataclass(frozen=True)
class Download:
    """What `fetch` gets under one name: one archive, or several files in a folder of that name."""

    label: str
    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    @property
    def in_words(self) -> str:
        """How much it is and how long that takes, to be said before: "262 MB, about 4 minutes at 10 Mbit/s"."""
        seconds = self.size * 8 / USUAL_SPEED
        if seconds < 10:
            time = "a few seconds"
        else:
            time = f"about {seconds:.0f} seconds" if seconds < 90 else f"about {seconds / 60:.0f} minutes"
        return f"{max(self.size / 1e6, 1):.0f} MB, {time} at {USUAL_SPEED / 1e6:.0f} Mbit/s"


_TFDS = "sha256 in TensorFlow Datasets' url_checksums/movielens.txt"
_PUBLISHED = "md5 published by GroupLens beside the archive"
_COMPUTED = "sha256 computed from a copy checked by its content; the repository publishes none"
_WIKIPEDIA = "https://raw.githubusercontent.com/prust/wikipedia-movie-data/master"
_DECADES = {
    "1900s": (100_041, "5a42dfc3ff83ab30e3982f93f1164114b41e99e73c632c2321a87772959793e5"),
    "1910s": (2_007_693, "4672fe20aeddfe1c52464efc804ee3091f9e4b5fd385401ff0ce48cf8d367573"),
    "1920s": (3_463_423, "cb892518d2ffda4f2f11a0bd56f28b102fd0d47e5ae1ba2b2e4cb4e964f8127a"),
    "1930s": (2_921_862, "b2ffc5608cbeff231408433ad43f873d422b914bebdf408ebe18427c09a9dcb2"),
    "1940s": (2_972_875, "b4d96fc8b7c36f406e489b6fc017de03dd6a10f4c89a84d2a2a46af74e8b49a3"),
    "1950s": (2_123_294, "8f566bfec734e93f19f688598e82239556401bde63c226510d71190b30855298"),
    "1960s": (1_159_360, "a2450179f0744c07960a7840b9a86b5e0d733f7c0136a4ebcb804a63de9dc0a1"),
    "1970s": (1_217_440, "f9abef01840fc70afd148906c7985fa5548ab1f473520dfa6623a3a397bc4ce3"),
    "1980s": (1_713_927, "21d0f3c203f77169bb6508225aad4740816a3d7efd9e3bac82e3b812d0569672"),
    "1990s": (2_213_647, "facf24e3297937022285d064cc069e8bbe02581c3248a87f0b377c045b4fb61d"),
    "2000s": (2_472_795, "66140e41fe6c79cbb325b6566f156e27fe032a42175f224dfff1b71aa9630207"),
    "2010s": (2_453_005, "e218edfdd8453cdd938fcb8b07b6b177474b3b18361e3422fdd6480d7e3bf9f9"),
    "2020s": (998_941, "505f0f56ecdca7a2643fb3a811399b885f837e2cbfa9ee95a24b9018073e3eb3"),
}
_ARCHIVES = {
    "ml-latest-small": (
        978_202,
        "sha256:696d65a3dfceac7c45750ad32df2c259311949efec81f0f144fdfb91ebc9e436",
        _TFDS,
    ),
    "ml-25m": (261_978_986, "sha256:8b21cfb7eb1706b4ec0aac894368d90acf26ebdfb6aced3ebd4ad5bd1eb9c6aa", _TFDS),
    "ml-32m": (238_950_008, "md5:d472be332d4daa821edc399621853b57", _PUBLISHED),
    "ml-1m": (5_917_549, "sha256:a6898adb50b9ca05aa231689da44c217cb524e7ebd39d264c56e2832f2c54e20", _TFDS),
    "ml-100k": (4_924_029, "sha256:50d2a982c66986937beb9ffb3aa76efe955bf3d5c6b761f4e3a7cd717c6a3229", _TFDS),
}
DOWNLOADS: dict[str, Download] = {
    name: Download(SOURCES[name].label, (RemoteFile(SOURCES[name].url, size, checksum, confirmed_by),))
    for name, (size, checksum, confirmed_by) in _ARCHIVES.items()
} | {
    "wikipedia-movies": Download(
        "Films on Wikipedia by decade",
        tuple(
            RemoteFile(f"{_WIKIPEDIA}/movies-{decade}.json", size, f"sha256:{digest}", _COMPUTED)
            for decade, (size, digest) in _DECADES.items()
        ),
    )
}
"""Everything that `fetch` can get, by name."""


def fetch(
    name: str, folder: Path, progress: Progress = no_progress, *, patience: Patience | None = None
) -> Path:
    """Fetch a dataset, unless it is already there whole.

    Args:
        name: A name in `DOWNLOADS`.
        folder: Where downloads are kept; made if need be.
        progress: Told of bytes done and to do, over all files.
        patience: When to give up on a connection.

    Returns:
        The archive (which `core.datasets.load` reads), or for several files their folder.

    Raises:
        UnknownNameError: Nothing has this name.
        DownloadError: No connection, or it broke for good; what came is kept to go on from.
        ChecksumError: The server gave another file; nothing of it is kept.
    """
    if name not in DOWNLOADS:
        _raise_not_fetchable(name)
    files = DOWNLOADS[name].files
    target = folder / name if len(files) > 1 else folder
    total = DOWNLOADS[name].size
    before = 0
    for file in files:

        def report(done: int, before: int = before, file: RemoteFile = file) -> None:
            progress(before + done, total, file.name)

        path = fetch_file(file, target, report, patience or Patience())
        before += file.size
    return target if len(files) > 1 else path


def is_fetched(name: str, folder: Path) -> bool:
    """Whether every file of a download is in `folder`; their checksums are not verified again."""
    files = DOWNLOADS[name].files
    target = folder / name if len(files) > 1 else folder
    return all((target / file.name).is_file() for file in files)


def _raise_not_fetchable(name: str) -> None:
    if name in SOURCES:
        one = SOURCES[name]
        raise DownloadError(
            f"{one.label} cannot be fetched by a program: its page asks for an account.",
            hint=f"Download it by hand from {one.homepage} and give the folder or the zip archive.",
        )
    raise UnknownNameError("download", name, list(DOWNLOADS))
