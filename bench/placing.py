"""Where does a new film belong on a map that is there? By its nearest films, or by `UMAP.transform`.

    python bench/placing.py [DATASET] [SPACE ...]

Of films drawn by lot, so many that UMAP still searches exactly and nobody waits for its index, a tenth is hidden, the map
drawn of the others, and the hidden ones are placed on it in several ways. Measured is the share of a hidden film's 15 true
nearest films, of those on the map, that are among the 15 nearest to its place.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from core.embeddings import Space
from core.embeddings.base import normalise
from core.maps.placing import nearest_placed, place
from core.serving import Atlas
from core.types import FloatMatrix

RESULT = Path(__file__).parent / "results" / "placing.json"
K = 15
HIDDEN = 0.1
MOST_SHOWN = 4_000
SEED = 0

Points = npt.NDArray[np.float64]


def ways(space: Space, points: FloatMatrix, new: FloatMatrix) -> dict[str, tuple[Points, float]]:
    """Each way of placing by neighbours: the places, and seconds."""
    found = {}
    for k in (1, 5, 15):
        started = time.perf_counter()
        items, weights = nearest_placed(space, points, new, k)
        mean = (points[items] * weights[:, :, None]).sum(1) / weights.sum(1, keepdims=True)
        found[f"mean of {k}" if k > 1 else "nearest film"] = mean, time.perf_counter() - started
    started = time.perf_counter()
    found["place"] = place(space, points, new), time.perf_counter() - started
    return found


def progress(text: str) -> None:
    """Say how far it is."""
    print(text, file=sys.stderr, flush=True)


def measure(atlas: Atlas, name: str) -> dict[str, object]:
    """All ways on one embedding."""
    import umap

    whole = atlas.space(name)
    rng = np.random.default_rng(SEED)
    films = rng.permutation(np.flatnonzero(whole.has_vector))[: round(MOST_SHOWN / (1 - HIDDEN))]
    n_hidden = round(HIDDEN * len(films))
    hidden, shown = np.sort(films[:n_hidden]), np.sort(films[n_hidden:])
    space = Space(whole.name, np.asarray(whole.vectors[shown]), whole.stamp, whole.metric)
    progress(f"{name}: {len(shown)} films shown")
    metric = "cosine" if space.metric == "cosine" else "euclidean"
    reducer = umap.UMAP(n_neighbors=20, min_dist=0.08, metric=metric, random_state=SEED, n_jobs=1)
    points = reducer.fit_transform(space.vectors)
    new = np.asarray(whole.vectors[hidden])
    found = ways(space, points, new)
    started = time.perf_counter()
    found["UMAP.transform"] = reducer.transform(new), time.perf_counter() - started
    unit, asked = (normalise(v) if metric == "cosine" else v for v in (space.vectors, new))
    far = (unit**2).sum(1) - 2 * asked @ unit.T
    true = np.argsort(far, axis=1, kind="stable")[:, :K]
    tree = cKDTree(points)
    shares = {way: _kept(true, tree.query(where, K)[1]) for way, (where, _) in found.items()}
    return {
        "n_shown": len(shown),
        "n_hidden": len(hidden),
        "ways": {
            way: {
                "neighbours_kept": round(float(shares[way].mean()), 4),
                "seconds": round(seconds, 3),
                "lead": _lead(shares[way] - shares["UMAP.transform"]),
            }
            for way, (_, seconds) in found.items()
        },
    }


def _kept(true: npt.NDArray[np.int64], near: npt.NDArray[np.int64]) -> Points:
    return np.asarray((true[:, :, None] == near[:, None, :]).any(2).mean(1))


def _lead(differences: Points) -> list[float]:
    """Mean lead over UMAP.transform with its 95 % interval over films."""
    half = 1.96 * differences.std(ddof=1) / np.sqrt(len(differences))
    return [round(float(differences.mean() + sign * half), 4) for sign in (-1, 0, 1)]


if __name__ == "__main__":
    dataset, *spaces = sys.argv[1:] or ["ml-latest-small"]
    atlas = Atlas.open(dataset)
    result = {
        "what": f"share of {K} true neighbours kept by hidden films, {HIDDEN:.0%} of those drawn by lot, seed {SEED}",
        "dataset": dataset,
        "spaces": {name: measure(atlas, name) for name in spaces or atlas.space_names},
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(json.dumps(result, indent=1))
