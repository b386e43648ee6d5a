"""Maps are drawn beside what comes next, and nothing that is served lacks one."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.build import Request, build
from core.build.ahead import Ahead
from core.build.method_stages import fit_method
from core.build.plan import Allowance
from core.build.publishing import Made
from core.compute.cost import Cost
from core.compute.progress import Progress, Step, no_progress
from core.embeddings import Space
from core.embeddings.encoders.word2vec import Word2Vec
from core.errors import BuildError
from core.maps.drawing import Drawn, Start, draw
from core.recommenders import Recommender
from core.recommenders.collaborative.ease import Ease
from core.recommenders.content_based.content import Content
from core.serving import Atlas
from core.storage import Workspace

PATIENCE = 60.0
"""Seconds after which something that should have happened has not."""


@pytest.fixture
def ahead(tiny_place: Path) -> Iterator[Ahead]:
    found = Ahead(Workspace("tiny", tiny_place))
    yield found
    found.close()


class StopHereError(Exception):
    """Raised by a progress that has seen enough."""


def folder_of(place: Path) -> Path:
    return Workspace("tiny", place).artifact("map-a", "key")


def test_what_was_made_ahead_is_there_at_its_turn_with_the_seconds_that_it_took(
    ahead: Ahead, tiny_place: Path
) -> None:
    may_end, told = threading.Event(), []

    def make(folder: Path, progress: Progress) -> None:
        progress(3, 10, "half way")
        assert may_end.wait(PATIENCE)
        (folder / "a.txt").write_text("made")

    def tell(done: int, total: int, note: str = "") -> None:
        told.append((done, total, note))
        if told[-1][0] == 3:
            may_end.set()

    assert ahead.is_ready("key")
    ahead.begin("map-a", "key", make)
    assert ahead.was_begun("key")
    assert not ahead.is_ready("key")
    seconds = ahead.take("key", tell)
    assert seconds is not None
    assert 0 < seconds < PATIENCE
    assert (3, 10, "half way") in told
    assert (folder_of(tiny_place) / "a.txt").read_text() == "made"
    assert ahead.take("key", no_progress) is None, "it is taken once"


@pytest.mark.parametrize("error", [BuildError("No room."), TimeoutError("of its own")])
def test_what_goes_wrong_is_raised_at_its_turn(ahead: Ahead, tiny_place: Path, error: Exception) -> None:
    def make(folder: Path, progress: Progress) -> None:
        raise error

    ahead.begin("map-a", "key", make)
    until(lambda: ahead.is_ready("key"))
    with pytest.raises(type(error)):
        ahead.take("key", no_progress)
    assert not folder_of(tiny_place).exists()


def test_who_waits_can_be_stopped_and_what_is_left_stops_and_leaves_nothing(
    ahead: Ahead, tiny_place: Path
) -> None:
    begun, ended = threading.Event(), threading.Event()

    def make(folder: Path, progress: Progress) -> None:
        try:
            for done in range(int(PATIENCE * 100)):
                begun.set()
                time.sleep(0.01)
                progress(done, 0)
        finally:
            ended.set()

    def stop(done: int, total: int, note: str = "") -> None:
        raise StopHereError

    ahead.begin("map-a", "key", make)
    ahead.begin("map-b", "other", make)
    assert begun.wait(PATIENCE)
    with pytest.raises(StopHereError):
        ahead.take("key", stop)
    ahead.close()
    assert ended.is_set()
    workspace = Workspace("tiny", tiny_place)
    assert not list((workspace.folder / "partial").iterdir())
    assert not folder_of(tiny_place).exists()


def until(is_so) -> None:
    ends = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.01)


def request(place: Path) -> Request:
    methods = ("content", "ease", "popularity", "word2vec_titles")
    return Request("tiny", place / "films", spaces=("letters", "word2vec"), methods=methods)


def test_methods_are_learned_while_maps_are_drawn_and_an_embedding_is_served_with_its_map(
    tiny_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = build(request(tiny_place), base=tiny_place / "plain").manifest
    meanwhile = {"letters": Ease, "word2vec": Content}  # it needs no embedding; it needs the other one
    learned, drawn = {method: threading.Event() for method in meanwhile.values()}, []

    def apart(space: Space, start: Start | None, *, seed: int, progress: Progress) -> Drawn:
        assert learned[meanwhile[space.name]].wait(PATIENCE), (
            "what does not need this map is learned meanwhile"
        )
        drawn.append(space.name)
        return draw(space, start, seed=seed, progress=progress)

    def telling(method: type[Ease] | type[Content]) -> None:
        fit = method.fit

        def tell(self: Recommender, *arguments: object, rng: np.random.Generator) -> Recommender:
            learned[method].set()
            return fit(self, *arguments, rng=rng)

        monkeypatch.setattr(method, "fit", tell)

    served = []

    def look(step: Step) -> None:
        if Workspace("tiny", tiny_place).readable_manifest() is not None:
            atlas = Atlas.open("tiny", tiny_place)
            served.append(tuple(atlas.space_names))
            assert all(len(atlas.coordinates(space)) == 36 for space in atlas.space_names)

    monkeypatch.setattr("core.build.space_stages.APART_FROM", 1)
    monkeypatch.setattr("core.build.space_stages.draw_apart", apart)
    for method in learned:
        telling(method)
    result = build(request(tiny_place), on_step=look)
    assert drawn == ["letters", "word2vec"]
    assert ("letters",) in served
    assert set(served) <= {("letters",), ("letters", "word2vec")}
    assert result.manifest.artifacts == plain.artifacts
    assert {"map-letters", "map-word2vec"} <= set(result.ran)
    assert build(request(tiny_place)).ran == {}


def test_a_map_that_cannot_be_drawn_ahead_is_why_an_embedding_is_not_there(
    tiny_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def apart(space: Space, start: Start | None, *, seed: int, progress: Progress) -> Drawn:
        if space.name == "word2vec":
            raise BuildError("No memory.")
        return draw(space, start, seed=seed, progress=progress)

    monkeypatch.setattr("core.build.space_stages.APART_FROM", 1)
    monkeypatch.setattr("core.build.space_stages.draw_apart", apart)
    with pytest.raises(BuildError, match="No memory"):
        build(request(tiny_place))
    atlas = Atlas.open("tiny", tiny_place)
    assert list(atlas.space_names) == ["letters"], "what was made before is served"


def test_an_embedding_that_finds_nothing_to_read_is_not_there_and_says_why(
    tiny_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn = Word2Vec.encode_items
    monkeypatch.setattr(
        Word2Vec, "encode_items", lambda self, dataset, **how: 0 * learn(self, dataset, **how)
    )
    about = build(request(tiny_place)).manifest.about
    why = about["cannot_build"]["word2vec"]
    assert "finds nothing in any film of" in why
    assert "needs the embedding word2vec" in about["cannot_fit"]["word2vec_titles"]
    assert list(Atlas.open("tiny", tiny_place).space_names) == ["letters"]

    with monkeypatch.context() as patch:
        patch.setattr(Word2Vec, "encode_items", None)  # same films, same answer: nothing is read again
        for asked in (request(tiny_place), Request("tiny", spaces=("word2vec",), minutes=0.0)):
            again = build(asked)
            assert not again.ran
            assert again.manifest.about["cannot_build"] == {"word2vec": why}

    monkeypatch.setattr(Word2Vec, "encode_items", learn)
    monkeypatch.setattr(Word2Vec, "version", 99)
    newer = build(request(tiny_place)).manifest
    assert "space-word2vec" in newer.artifacts
    assert not {"word2vec"} & set(newer.about["cannot_build"])
    assert "refused" not in newer.about


def test_what_takes_long_waits_for_the_first_map(tiny_place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = {"map-letters": 10.0, "method-ease": 5.0}
    monkeypatch.setattr(Allowance, "expected", lambda self, stage: Cost(seconds.get(stage, 1.0)))
    learned: list[str] = []
    quick = threading.Event()

    def apart(space: Space, start: Start | None, *, seed: int, progress: Progress) -> Drawn:
        if space.name == "letters":
            assert quick.wait(PATIENCE)
            learned.append("first map")
        return draw(space, start, seed=seed, progress=progress)

    def learn(name: str, made: Made, *, is_wanted: bool) -> None:
        learned.append(name)
        fit_method(name, made, is_wanted=is_wanted)
        if name == "item_knn":
            quick.set()

    monkeypatch.setattr("core.build.space_stages.APART_FROM", 1)
    monkeypatch.setattr("core.build.space_stages.draw_apart", apart)
    monkeypatch.setattr("core.build.pipeline.fit_method", learn)
    build(replace(request(tiny_place), methods=("content", "ease", "item_knn")))
    assert learned.index("item_knn") < learned.index("first map") < learned.index("ease")
