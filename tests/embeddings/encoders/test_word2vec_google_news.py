"""The Google News vectors: gensim's own download code on a folder the test fills, and no network."""

import gzip
import json
import urllib.error
from pathlib import Path

import numpy as np
import pytest

from core import embeddings
from core.domain import Dataset
from core.embeddings.encoders import word2vec_google_news as news
from core.errors import ModelUnavailableError

_WORDS = ["heat", "the", "rocket"]


def _write(folder: Path, content: bytes) -> None:
    """A folder as gensim's downloader leaves it."""
    (folder / news.MODEL).mkdir(parents=True)
    (folder / news.MODEL / f"{news.MODEL}.gz").write_bytes(content)
    entry = {"checksum": news.CHECKSUM, "file_name": f"{news.MODEL}.gz", "parts": 1}
    (folder / "information.json").write_text(json.dumps({"corpora": {}, "models": {news.MODEL: entry}}))


def _vectors(dim: int = news.DIM) -> bytes:
    vectors = np.arange(len(_WORDS) * dim, dtype=np.float32).reshape(-1, dim)
    rows = (word.encode() + b" " + row.tobytes() + b"\n" for word, row in zip(_WORDS, vectors, strict=True))
    return gzip.compress(f"{len(_WORDS)} {dim}\n".encode() + b"".join(rows))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """gensim's folder of models, empty, on a machine without network."""
    import gensim.downloader

    def offline(*args: object, **kwargs: object) -> None:
        raise urllib.error.URLError("no network")

    monkeypatch.setattr(gensim.downloader, "BASE_DIR", str(tmp_path))
    monkeypatch.setattr(gensim.downloader, "urlopen", offline)
    monkeypatch.setattr(gensim.downloader.urllib, "urlretrieve", offline)
    return tmp_path


def test_titles_are_the_mean_of_known_words(folder: Path, bare: Dataset) -> None:
    _write(folder, _vectors())
    encoder = news.GoogleNews()
    vectors = encoder.encode_items(bare)  # "Heat", "The Heat", "…!"
    heat, the = np.arange(300, dtype=np.float32), np.arange(300, 600, dtype=np.float32)
    np.testing.assert_allclose(vectors, [heat, (heat + the) / 2, np.zeros(300)])
    assert vectors.shape[1] == encoder.stamp().dim
    assert encoder.coverage(list(bare.catalog.items["title"])).n_with_vector == 2


def test_a_text_is_encoded_later_without_any_state(folder: Path) -> None:
    _write(folder, _vectors())
    assert news.GoogleNews().state() == {}
    later = news.GoogleNews()
    later.restore({})
    assert later.encode_texts(["Rocket!"])[0].tolist() == list(range(600, 900))
    assert later.missing_words("the unheard rocket") == ["unheard"]


def test_without_network_the_error_says_what_to_do(folder: Path, bare: Dataset) -> None:
    with pytest.raises(ModelUnavailableError, match="GENSIM_DATA_DIR"):
        news.GoogleNews().encode_items(bare)


@pytest.mark.parametrize(
    "content",
    [
        b"not gzip",
        gzip.compress(b"three hundred\n"),
        gzip.compress(b"9 300\nheat "),
        _vectors()[:-400],
        _vectors(dim=4),
    ],
    ids=["no gzip", "no header", "cut", "cut gzip", "other dimension"],
)
def test_a_broken_file_is_refused(folder: Path, bare: Dataset, content: bytes) -> None:
    _write(folder, content)
    with pytest.raises(ModelUnavailableError, match="Remove the folder"):
        news.GoogleNews().encode_items(bare)


def test_the_download_is_reported_as_it_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import gensim.downloader

    def load(name: str, return_path: bool) -> str:
        for chunk in (0, 5, 10):
            gensim.downloader._progress(chunk, 100, 1000)
        return str(tmp_path / name)

    monkeypatch.setattr(gensim.downloader, "load", load)
    seen: list[tuple[int, int]] = []
    news.fetch_google_news(lambda done, total, note="": seen.append((done, total)))
    assert seen == [(0, 100), (50, 100), (100, 100)]


def test_it_is_built_only_when_asked_for() -> None:
    assert embeddings.encoder_class("word2vec_google_news").needs_network
    assert not embeddings.encoder_class("word2vec").needs_network
