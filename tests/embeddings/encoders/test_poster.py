"""Posters as a space: what a film without one gets, how posters are described, and when CLIP is used."""

import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core import embeddings
from core.domain import Catalog, Dataset, Interactions
from core.embeddings import poster_descriptors
from core.embeddings.encoders.poster import Poster, PosterParams, outcome_counts
from core.embeddings.poster_descriptors import DIM, describe, open_poster, to_lab
from core.embeddings.poster_download import NO_ADDRESS, OK
from core.errors import InvalidQueryError, ModelUnavailableError
from tests.embeddings.poster_server import LIMITS, poster


def _dataset(urls: list[str]) -> Dataset:
    frame = pd.DataFrame({"item_id": range(len(urls)), "title": ["x"] * len(urls), "poster_url": urls})
    return Dataset("d", "D", Catalog.of(frame), Interactions.empty(len(urls)))


def test_a_film_without_poster_has_no_vector_and_its_reason_is_kept(base: str, tmp_path: Path) -> None:
    urls = [f"{base}/good/red", "", f"{base}/garbage", f"{base}/good/blue"]
    encoder = Poster(PosterParams(look="layout"), limits=LIMITS)
    vectors = encoder.encode_items(_dataset(urls), workdir=tmp_path)
    assert vectors.shape == (4, DIM)
    assert vectors.any(axis=1).tolist() == [True, False, False, True]
    np.testing.assert_allclose(np.linalg.norm(vectors[[0, 3]], axis=1), 1, rtol=1e-5)
    counts = outcome_counts(encoder.state())
    assert (counts[OK], counts[NO_ADDRESS], sum(counts.values())) == (2, 1, 4)
    again = Poster()
    again.restore(encoder.state())
    assert outcome_counts(again.state()) == counts


def test_when_no_poster_can_be_fetched_nothing_is_published(base: str, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match="None of the 2 posters"):
        Poster(PosterParams(look="layout"), limits=LIMITS).encode_items(
            _dataset([f"{base}/garbage", "", f"{base}/garbage?again"]), workdir=tmp_path
        )


def test_without_a_folder_nothing_stays(base: str) -> None:
    encoder = Poster(PosterParams(look="layout"), limits=LIMITS)
    assert encoder.encode_items(_dataset([f"{base}/good/red"])).any()


def test_a_catalogue_without_posters(bare: Dataset, tmp_path: Path) -> None:
    encoder = Poster(PosterParams(look="layout"))
    assert not encoder.encode_items(bare, workdir=tmp_path).any()
    assert outcome_counts(encoder.state()) == {NO_ADDRESS: 3}


def _picture(*, stripes: str = "", colour: tuple[int, int, int] = (200, 30, 30)) -> Image.Image:
    pixels = np.zeros((96, 64, 3), np.uint8)
    pixels[:] = colour
    if stripes == "down":
        pixels[:, ::8] = 255
    if stripes == "across":
        pixels[::8] = 255
    return Image.fromarray(pixels)


def test_alike_posters_are_nearer_than_others() -> None:
    red, dark_red, blue = (
        describe(_picture(colour=c)) for c in ((200, 30, 30), (170, 25, 30), (30, 30, 200))
    )
    assert red @ dark_red > red @ blue + 0.2
    down, across = describe(_picture(stripes="down")), describe(_picture(stripes="across"))
    assert down @ describe(_picture(stripes="down", colour=(190, 40, 30))) > down @ across


def test_the_place_of_a_colour_matters() -> None:
    top, bottom = np.zeros((96, 64, 3), np.uint8), np.zeros((96, 64, 3), np.uint8)
    top[:48], bottom[48:] = 255, 255
    one, other = describe(Image.fromarray(top)), describe(Image.fromarray(bottom))
    assert one @ other < 0.8
    assert one @ one == pytest.approx(1, rel=1e-5)


@pytest.mark.parametrize("colour", [(0, 0, 0), (119, 119, 119), (255, 255, 255)])
def test_a_poster_of_one_grey_still_has_a_description(colour: tuple[int, int, int]) -> None:
    found = describe(_picture(colour=colour))
    assert found.shape == (DIM,)
    assert np.linalg.norm(found) == pytest.approx(1, rel=1e-5)


def test_lab_of_known_colours() -> None:
    # sRGB white, black, red, and mid grey as published tables give them
    rgb = np.array([[1, 1, 1], [0, 0, 0], [1, 0, 0], [0.5, 0.5, 0.5]], np.float32)
    expected = [[100, 0, 0], [0, 0, 0], [53.24, 80.09, 67.20], [53.39, 0, 0]]
    np.testing.assert_allclose(to_lab(rgb), expected, atol=0.15)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "CMYK"])
def test_every_kind_of_image_is_read(mode: str) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (40, 60), "red").convert(mode).save(stream, "JPEG" if mode == "CMYK" else "PNG")
    assert open_poster(stream.getvalue()).mode == "RGB"


def test_large_posters_are_shrunk_and_other_formats_refused(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(poster("red", "PNG", (1500, 3000)))
    assert max(open_poster(tmp_path / "large").size) == poster_descriptors.LARGEST_SIDE
    with pytest.raises(ValueError, match="no known format"):
        open_poster(poster("red", "BMP"))


@pytest.fixture(scope="module")
def tiny_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers folder: CLIP of one random layer a side."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Transformer
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPProcessor, CLIPTokenizer

    base = tmp_path_factory.mktemp("clip")
    words = {"<|startoftext|>": 0, "<|endoftext|>": 1, "a</w>": 2, "a": 3}
    (base / "vocab.json").write_text(json.dumps(words))
    (base / "merges.txt").write_text("#version: 0.2\n")
    tokenizer = CLIPTokenizer(str(base / "vocab.json"), str(base / "merges.txt"))
    layer = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    text = {**layer, "vocab_size": 4, "max_position_embeddings": 64, "bos_token_id": 0, "eos_token_id": 1}
    torch.manual_seed(0)
    config = CLIPConfig(
        text_config=text, vision_config={**layer, "image_size": 16, "patch_size": 8}, projection_dim=12
    )
    CLIPModel(config).save_pretrained(base)
    pictures = CLIPImageProcessor(size={"shortest_edge": 16}, crop_size={"height": 16, "width": 16})
    CLIPProcessor(pictures, tokenizer).save_pretrained(base)
    folder = tmp_path_factory.mktemp("models") / "tiny-clip"
    SentenceTransformer(modules=[Transformer(str(base))]).save(str(folder))
    return folder


def test_clip_is_used_where_it_is_here_and_the_stamp_says_so(
    base: str, tmp_path: Path, tiny_clip: Path
) -> None:
    encoder = Poster(PosterParams(model=str(tiny_clip)), limits=LIMITS)
    stamp = encoder.stamp()
    assert stamp.options == {"asked_for": "auto", "look": f"clip: {tiny_clip}"}
    assert stamp.dim == 12
    vectors = encoder.encode_items(_dataset([f"{base}/good/red", f"{base}/good/blue", ""]), workdir=tmp_path)
    assert vectors.shape == (3, 12)
    assert (vectors[0] != vectors[1]).any()
    assert not vectors[2].any()


def test_without_clip_here_the_layout_is_used_and_the_stamp_says_so(tmp_path: Path) -> None:
    stamp = Poster(PosterParams(model=str(tmp_path / "absent"))).stamp()
    assert stamp.options == {"asked_for": "auto", "look": "layout"}
    assert stamp.dim == DIM


def test_clip_asked_for_and_not_to_be_had_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match="holds no"):
        Poster(PosterParams(look="clip", model=str(tmp_path / "absent"))).stamp()
    with pytest.raises(InvalidQueryError, match="look"):
        embeddings.create("poster", look="eyes")


def test_it_is_built_only_when_asked_for_and_reads_no_text() -> None:
    assert Poster.needs_network
    with pytest.raises(InvalidQueryError):
        Poster().encode_texts(["a red poster"])
