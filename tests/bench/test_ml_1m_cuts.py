"""MovieLens 1M as papers cut it: from files laid out like GroupLens' and theirs to what the benchmark reads."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench import evaluation_splits, ml_1m_cuts
from core.errors import DatasetError

N_PEOPLE, N_FILMS = 24, 18
RARE = 99


@pytest.fixture
def given(tmp_path: Path) -> tuple[Path, Path, Path]:
    """The folders that are read: everybody rates most films; one film has few likes, the last person few."""
    rng = np.random.default_rng(3)
    rows = [
        (user, item, int(rng.integers(3, 6)), 978300000 + 60 * item)
        for user in range(1, N_PEOPLE + 1)
        for item in range(1, N_FILMS + 1)
        if item % 7 or user != N_PEOPLE
    ]
    rows += [(user, RARE, 5, 978300000) for user in range(1, 10)]
    ml_1m, folds, ncf = (tmp_path / name for name in ("ml-1m", "folds", "ncf"))
    for folder in (ml_1m, ncf):
        folder.mkdir()
    films = [*range(1, N_FILMS + 1), RARE]
    (ml_1m / "movies.dat").write_text("".join(f"{item}::Film {item} (1999)::Drama\n" for item in films))
    (ml_1m / "ratings.dat").write_text("".join("::".join(map(str, row)) + "\n" for row in rows))
    (ml_1m / "users.dat").write_text("".join(f"{user}::M::25::1::1\n" for user in range(1, N_PEOPLE + 1)))
    likes = _ten_core([(user, item) for user, item, stars, _ in rows if stars >= 4])
    for number in range(ml_1m_cuts.N_FOLDS):
        (folds / str(number)).mkdir(parents=True)
        some = [f"{user}\t{item}\t1\t0\n" for user, item in likes[number :: ml_1m_cuts.N_FOLDS]]
        (folds / str(number) / "test.tsv").write_text("".join(some))
    for name in ml_1m_cuts.LEAVE_ONE_OUT:
        (ncf / name).write_text(name)
    return ml_1m, folds, ncf


def _ten_core(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    while True:
        users, items = (pd.Series([pair[side] for pair in pairs]).value_counts() for side in (0, 1))
        left = [(user, item) for user, item in pairs if users[user] >= 10 and items[item] >= 10]
        if left == pairs:
            return left
        pairs = left


def test_the_cuts_are_those_that_the_benchmark_reads(given: tuple[Path, Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    ml_1m_cuts.lay_out(*given, out)
    options = evaluation_splits.Options(tmp_path, out)
    dataset, _, _ = evaluation_splits.new_folds_of_likes(options)
    counts = dataset.interactions.item_counts()
    assert counts.min() >= 10
    assert str(RARE) not in dataset.catalog.ids.tolist()
    published, splits, _ = evaluation_splits.published_folds_of_likes(options)
    assert len(splits) == ml_1m_cuts.N_FOLDS
    assert sum(split.test.nnz for split in splits) == len(dataset.interactions)
    for split in splits:
        assert len(split.train) + split.test.nnz == len(dataset.interactions)
    assert set(published.catalog.ids) == set(dataset.catalog.ids)
    assert [(out / name).read_text() for name in ml_1m_cuts.LEAVE_ONE_OUT] == [*ml_1m_cuts.LEAVE_ONE_OUT]


def test_films_are_known_by_the_numbers_of_either_protocol(
    given: tuple[Path, Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ml_1m, folds, ncf = given
    # the first line of ratings.dat names film 5 first, which the leave-one-out files call 0
    ratings = (ml_1m / "ratings.dat").read_text().splitlines(keepends=True)
    (ml_1m / "ratings.dat").write_text("".join([ratings[4], *ratings[:4], *ratings[5:]]))
    out = tmp_path / "out"
    ml_1m_cuts.lay_out(ml_1m, folds, ncf, out)
    films = pd.read_csv(out / ml_1m_cuts.LEAVE_ONE_OUT_FILMS, dtype=str).set_index("item_id")
    assert films.loc["0", "title"] == "Film 5"
    assert films.loc["1", "title"] == "Film 1"
    assert films.loc[str(N_FILMS), "title"] == f"Film {RARE}"

    monkeypatch.setattr(evaluation_splits, "read_by_minilm", lambda catalog: {"minilm": catalog})
    options = evaluation_splits.Options(tmp_path, out)
    bare, _, nothing = evaluation_splits.published_folds_of_likes(options)
    known, splits, spaces = evaluation_splits.published_folds_of_likes(options, films=ml_1m_cuts.FILMS)
    assert nothing == {}
    assert spaces["minilm"] is known.catalog
    assert set(known.catalog.ids) == set(bare.catalog.ids)
    film = known.catalog.items.set_index("item_id").loc["3"]
    assert (film["title"], film["year"], film["genres"]) == ("Film 3", 1999, ("Drama",))
    assert sum(split.test.nnz for split in splits) == len(bare.interactions)


def test_folds_of_other_ratings_are_refused(given: tuple[Path, Path, Path], tmp_path: Path) -> None:
    ml_1m, folds, ncf = given
    with (folds / "0" / "test.tsv").open("a") as more:
        more.write(f"1\t{RARE}\t1\t0\n")
    with pytest.raises(DatasetError, match=r"1 of \d+ pairs of .*test\.tsv are no likes"):
        ml_1m_cuts.lay_out(ml_1m, folds, ncf, tmp_path / "out")
