"""The demo opens quickly because its slow stages are shipped; what is shipped is what a build makes."""

import json
from pathlib import Path

import numpy as np
import pytest

from core import datasets, embeddings
from core.build import Request, build
from core.build.pipeline import shipped_artifact
from core.build.request import DEFAULT_SPACES
from core.embeddings.film_texts import film_texts
from core.maps import (
    clusters,
    faithfulness,
    project,  # by its own name: other tests' fixture replaces the module's
    projection,
)
from core.maps.projection_quality import faithfulness_json
from core.storage import Workspace, artifacts

SHIPPED = Path(datasets.bundled_folder("demo") or "") / "shipped"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The demo as a first start builds it, MiniLM alone."""
    home = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.recommenders.names", lambda: ["content", "popularity"])

        def never(*args: object, **kwargs: object) -> None:
            raise AssertionError("a shipped stage was computed")

        patch.setattr(projection, "project", never)
        patch.setattr(clusters, "cluster", never)
        patch.setattr("core.embeddings.encoders.sentence_transformer.load_model", never)
        build(Request("demo", spaces=("minilm",)), base=home)
    return Workspace("demo", home)


def test_a_first_start_computes_no_slow_stage(workspace: Workspace) -> None:
    live = workspace.live().artifacts
    for kind in ("space", "map", "clusters"):
        assert shipped_artifact("demo", f"{kind}-minilm", live[f"{kind}-minilm"])


def test_every_default_embedding_has_its_map_shipped() -> None:
    for name in DEFAULT_SPACES:
        assert len(list(SHIPPED.glob(f"map-{name}-*"))) == 1
        assert len(list(SHIPPED.glob(f"clusters-{name}-*"))) == 1


@pytest.mark.slow
def test_the_shipped_vectors_are_the_models(workspace: Workspace) -> None:
    dataset = artifacts.load_dataset(workspace.artifact("dataset", workspace.live().artifacts["dataset"]))
    space, _ = artifacts.load_space(next(SHIPPED.glob("space-minilm-*")))
    rows = np.arange(0, dataset.n_items, 27)
    texts = film_texts(dataset.catalog)
    encoded = embeddings.create("minilm").encode_texts([texts[i] for i in rows])
    np.testing.assert_allclose(encoded, space.vectors[rows], atol=2e-3)


@pytest.mark.slow
def test_the_shipped_map_and_groups_are_what_the_build_makes(workspace: Workspace) -> None:
    dataset = artifacts.load_dataset(workspace.artifact("dataset", workspace.live().artifacts["dataset"]))
    space, _ = artifacts.load_space(next(SHIPPED.glob("space-minilm-*")))
    drawn = next(SHIPPED.glob("map-minilm-*"))
    points = np.load(drawn / "coordinates.npy", allow_pickle=False)
    stated = json.loads((drawn / "faithfulness.json").read_text())
    measured = faithfulness_json(faithfulness(space, points))
    assert measured["trustworthiness"] == pytest.approx(stated["trustworthiness"], abs=1e-3)
    again = project(space, seed=0)
    redrawn = faithfulness(space, again)
    assert redrawn is not None
    assert redrawn.trustworthiness == pytest.approx(stated["trustworthiness"], abs=0.02)
    grouped = next(SHIPPED.glob("clusters-minilm-*"))
    found = clusters.cluster(space, points, dataset.catalog, seed=0)
    labels = np.load(grouped / "labels.npy", allow_pickle=False)
    assert (found.labels == labels).mean() > 0.98
    assert found.to_json()["genre_share"] == pytest.approx(
        json.loads((grouped / "clusters.json").read_text())["genre_share"], abs=0.02
    )
