"""What posters bring the triplet network, and what they cost.

Claim: none yet about real posters. With posters that were fetched, this measures them; without a network it can only show
that the path works and what it costs, on pictures that it makes itself.

    MOVIE_DATA_DIR=... python bench/triplet_posters.py OUT.json [--dataset ml-latest-small] [--seeds 0 1]
        --posters HOME/cache/vectors/poster       what the embedding `poster` has fetched of this dataset
        --generated                               pictures made here, instead

The same films, triplets and measures as in `bench/triplet.py`: films kept out of training (a fifth) and their 10 nearest of
the whole catalogue. Each seed is trained without posters and with them; the difference is given for every seed. The films
with a poster are also measured on their own ("of films with one").

Generated pictures are of two kinds, for the share of the films that has an address of a poster in MovieLens filled in from
Wikipedia (66 %): "told", whose colours and stripes go by the rarest of the film's genres, with as much noise; and "noise",
where they go by nothing. Neither resembles a poster: the first shows whether the network takes up what pictures tell, the
second what it loses where they tell nothing. What real posters bring lies where these do not say.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.triplet import Measure, load
from core.domain import Dataset
from core.embeddings.encoders.poster import FOLDER, Poster, PosterParams
from core.embeddings.encoders.triplet import PLOT_DIRECTIONS
from core.embeddings.poster_download import poster_path
from core.embeddings.triplet_network.features import (
    Features,
    PlotReader,
    attributes_of,
    descriptions,
    poster_block,
)
from core.embeddings.triplet_network.sampling import Relation
from core.embeddings.triplet_network.training import TripletParams, forward, train
from core.genres.labels import main_genres
from core.types import FloatMatrix

SHARE = 0.6595
"""Of ml-latest-small's films, those with an address of a poster: docs/filling-in.md."""
SIDES = (80, 120)
NOISE = 60
GENERATED = ("told", "noise")


def draw_posters(dataset: Dataset, folder: Path, kind: str) -> list[str]:
    """Pictures for a share of the films, put where fetched posters lie; an address a film, "" = none."""
    from PIL import Image

    rng = np.random.default_rng(0)
    genres = main_genres(dataset.catalog)
    names = sorted(set(genres))
    looks = {name: (rng.integers(40, 216, (2, 3)), int(rng.integers(2, 9))) for name in names}
    urls = []
    for item, genre in enumerate(genres):
        if rng.random() >= SHARE:
            urls.append("")
            continue
        colours, stripes = looks[genre if kind == "told" else str(rng.choice(names))]
        rows = (np.arange(SIDES[1]) * stripes // SIDES[1]) % 2
        own = (
            colours[rows][:, None] + rng.normal(0, NOISE, (1, 1, 3)) + rng.normal(0, NOISE, (*SIDES[::-1], 3))
        )
        urls.append(f"https://generated.example/{kind}/{item}")
        path = poster_path(folder / FOLDER, urls[-1])
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(own.clip(0, 255).astype(np.uint8)).save(path, "JPEG", quality=85)
    return urls


def described(urls: Sequence[str], folder: Path, look: str) -> tuple[FloatMatrix, dict[str, float]]:
    """(n_items, dim) vectors of the posters in a folder, and what they cost."""
    started = time.perf_counter()
    vectors = Poster(PosterParams(look=look)).of_kept(urls, workdir=folder)
    n = int(vectors.any(axis=1).sum())
    seconds = time.perf_counter() - started
    return vectors, {
        "posters": n,
        "seconds": round(seconds, 1),
        "ms_a_poster": round(1000 * seconds / max(n, 1), 1),
    }


def measured(
    dataset: Dataset, kinds: dict[str, FloatMatrix], seeds: Sequence[int], params: TripletParams
) -> Iterator[dict[str, Any]]:
    """One row a relation, kind of posters and seed: what neighbours share, without posters and with them."""
    attributes, plots = attributes_of(dataset.catalog), descriptions(dataset.catalog)
    plain = Features.of(attributes, PlotReader.learn(plots, PLOT_DIRECTIONS, seed=0).read(plots))
    relations = {"related": Relation.of_content(attributes)}
    if dataset.interactions.n_users:
        relations["co_liked"] = Relation.of_likes(dataset.interactions)
    for seed in seeds:
        own = replace(params, seed=seed)
        known = np.flatnonzero(plain.known)
        kept_out = np.random.default_rng(seed).permutation(known)[: round(params.validation * len(known))]
        for taught, relation in relations.items():
            for kind, vectors in {"none": None, **kinds}.items():
                features = plain if vectors is None else replace(plain, posters=poster_block(vectors))
                started = time.perf_counter()
                weights, curve = train(features, relation, own)
                space = forward(weights, features)
                row: dict[str, Any] = {
                    "taught_by": taught,
                    "posters": kind,
                    "seed": seed,
                    "seconds": round(time.perf_counter() - started, 1),
                    "loss_kept_out": round(float(curve[-1, 1]), 4),
                    "shares": Measure(dataset, relations, kept_out)(space, space),
                }
                for other, seen in kinds.items():
                    if vectors is None or kind == other:
                        with_one = kept_out[seen[kept_out].any(axis=1)]
                        shares = Measure(dataset, relations, with_one)(space, space)
                        row.setdefault("of films with one", {})[other] = shares
                yield row


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and write the file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--dataset", default="ml-latest-small")
    parser.add_argument("--look", choices=("layout", "clip"), default="layout")
    parser.add_argument("--seeds", type=int, nargs="+", default=(0,))
    parser.add_argument("--epochs", type=int, default=TripletParams().epochs)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--posters", type=Path)
    source.add_argument("--generated", action="store_true")
    options = parser.parse_args(arguments)
    dataset = load(options.dataset)
    kinds, costs = {}, {}
    with tempfile.TemporaryDirectory() as scratch:
        for kind in GENERATED if options.generated else ("fetched",):
            folder = Path(scratch) / kind if options.generated else options.posters
            urls = (
                draw_posters(dataset, folder, kind)
                if options.generated
                else list(dataset.catalog.items["poster_url"])
            )
            kinds[kind], costs[kind] = described(urls, folder, options.look)
            print(kind, costs[kind], flush=True)
    if not all(vectors.any() for vectors in kinds.values()):
        parser.error("no poster of these films lies there: build the embedding poster first")
    result: dict[str, Any] = {
        "dataset": options.dataset,
        "films": dataset.n_items,
        "look": options.look,
        "epochs": options.epochs,
        "pictures": "generated here, no real posters" if options.generated else "fetched posters",
        "machine": {
            "cpus": os.cpu_count(),
            "system": platform.system(),
            "load": round(os.getloadavg()[0], 1),
        },
        "torch": version("torch"),
        "describing": costs,
        "spaces": [],
    }
    for row in measured(dataset, kinds, options.seeds, TripletParams(epochs=options.epochs)):
        print(json.dumps(row), flush=True)
        result["spaces"].append(row)
        options.out.write_text(json.dumps(result, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
