"""Posters that failed are tried again by a later build, and the space is made anew only where one has come."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from core.build import Request, build
from core.embeddings import Space
from core.embeddings.encoders import poster
from core.embeddings.encoders.poster import outcome_counts
from core.embeddings.poster_download import OK
from core.storage import Workspace, artifacts
from core.types import Arrays
from tests.embeddings.poster_server import LIMITS, PosterServer, serving

N_GOOD = 30
STAGES = {"space-poster", "map-poster", "clusters-poster", "table"}


@pytest.fixture
def server() -> Iterator[PosterServer]:
    """A server of posters: two of them fail until it is well."""
    with serving() as running:
        yield running


@pytest.fixture
def films(tiny_place: Path, server: PosterServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny films with an address each; their methods are left out."""
    for variable in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    patient = replace(LIMITS, connect=30, read=30, total=60)  # a busy machine is no fault of the server
    monkeypatch.setattr(poster, "PosterLimits", lambda: patient)
    monkeypatch.setattr("core.recommenders.names", lambda: ["popularity"])
    base = f"http://127.0.0.1:{server.server_port}"
    frame = pd.read_csv(tiny_place / "films" / "films.csv")
    frame["poster_url"] = [f"{base}/good/rgb({5 * n},90,{7 * n})" for n in range(len(frame))]
    frame.loc[N_GOOD, "poster_url"] = f"{base}/late/red"
    frame.loc[N_GOOD + 1, "poster_url"] = f"{base}/gone/blue"
    frame.loc[N_GOOD + 2 :, "poster_url"] = ""
    frame.to_csv(tiny_place / "films" / "films.csv", index=False)
    return tiny_place / "films"


def served() -> tuple[Space, Arrays]:
    workspace = Workspace("tiny")
    with workspace.reading(workspace.readable_manifest(), "space-poster") as folder:
        return artifacts.load_space(folder)


def outcomes() -> dict[str, int]:
    return outcome_counts(served()[1])


def request(films: Path) -> Request:
    return Request("tiny", films, spaces=("letters", "poster:look=layout"))


def test_a_poster_that_failed_is_tried_again_until_it_comes(films: Path, server: PosterServer) -> None:
    first = build(request(films))
    assert first.ran.keys() >= STAGES
    assert (outcomes()[OK], outcomes()["HTTP status 500"], outcomes()["HTTP status 404"]) == (N_GOOD, 1, 1)
    before = server.asked.copy()

    assert build(Request("tiny", films, spaces=("letters",))).ran == {}, "nothing came: nothing is made"
    assert {path for path, n in server.asked.items() if n > before[path]} == {"/late/red"}

    server.is_well = True
    assert set(build(request(films)).ran) == STAGES
    assert outcomes()[OK] == N_GOOD + 1
    assert outcomes()["HTTP status 404"] == 1, "what is not there is asked once"
    has_vector = served()[0].has_vector
    assert has_vector.tolist() == [n <= N_GOOD for n in range(len(has_vector))]
    assert {n for path, n in server.asked.items() if path.startswith("/good")} == {1}, "what came is kept"

    asked = server.asked.copy()
    assert build(request(films)).ran == {}
    assert server.asked == asked, "nothing is left to try"


def test_another_address_is_asked_where_the_old_one_was_not_there(films: Path, server: PosterServer) -> None:
    build(request(films))
    server.is_well = True
    frame = pd.read_csv(films / "films.csv", keep_default_na=False)
    frame.loc[N_GOOD + 1, "poster_url"] = frame.loc[N_GOOD + 1, "poster_url"].replace("blue", "green")
    frame.to_csv(films / "films.csv", index=False)
    assert "space-poster" in build(request(films)).ran
    assert (outcomes()[OK], server.asked["/gone/blue"], server.asked["/gone/green"]) == (N_GOOD + 2, 1, 1)
    assert build(request(films)).ran == {}


def test_posters_that_were_cleared_away_are_not_missed_while_their_vectors_serve(
    films: Path, tiny_place: Path
) -> None:
    build(request(films))
    for kept in (tiny_place / "cache" / "vectors" / "poster" / poster.FOLDER).rglob("*"):
        if kept.is_file():
            kept.unlink()
    assert build(request(films)).ran == {}
    assert outcomes()[OK] == N_GOOD


def test_a_network_that_sees_posters_is_taught_after_them_and_anew_once_one_more_has_come(
    films: Path, server: PosterServer
) -> None:
    network = "triplet:posters=layout,epochs=1,dim=8,hidden=8"
    asked = Request("tiny", films, spaces=("letters", network, "poster:look=layout"))
    first = list(build(asked).ran)
    assert first.index("space-poster") < first.index("space-triplet"), "it reads what that one has fetched"
    assert build(asked).ran == {}
    server.is_well = True
    assert {"space-poster", "space-triplet"} <= set(build(asked).ran)
    assert build(asked).ran == {}
