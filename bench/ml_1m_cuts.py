"""MovieLens 1M as papers cut it, laid out for bench/evaluation_cuts.py, in one command.

    python -m core fetch ml-1m
    git clone https://github.com/sisinflab/Top-N-Recommendation-Algorithms-A-Quest-for-the-State-of-the-Art quest
    git clone https://github.com/hexiangnan/neural_collaborative_filtering ncf
    python bench/ml_1m_cuts.py ML_1M quest/data/movielens_1m/splitting ncf/Data OUT

ML_1M is the folder of GroupLens' files. OUT gets the ten-core of the likes, the five published folds of it, the files of the
leave-one-out protocol, and twice the films with title, year and genres, by either's numbers. The figures of
docs/evaluation.md were measured on likes, folds and files put together out of other public copies, which
docs/decisions/0013-rules.md names; this way was tried on made files alone. The likes should be 571,531, of 5,949 people and
2,810 films.
"""

import argparse
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core import datasets
from core.datasets.reading.tables import read_colons
from core.domain import Catalog, Interactions
from core.errors import DatasetError

LIKED_FROM, CORE = 4, 10
N_FOLDS = 5
FILMS, LEAVE_ONE_OUT_FILMS = "films.csv", "leave-one-out-films.csv"
LEAVE_ONE_OUT = ("ml-1m.train.rating", "ml-1m.test.rating", "ml-1m.test.negative")
PAIR = ["user_id", "item_id"]


def likes_of(interactions: Interactions, item_ids: npt.NDArray[np.object_]) -> pd.DataFrame:
    """user_id and item_id of the ten-core of the likes: ratings of 4 and more, of people and films with ten of them each."""
    ratings = interactions.ratings.tocoo()
    liked = ratings.data >= LIKED_FROM
    users, items = ratings.row[liked], ratings.col[liked]
    while True:
        many_likes = np.bincount(users) >= CORE
        many_people = np.bincount(items) >= CORE
        stay = many_likes[users] & many_people[items]
        if stay.all():
            break
        users, items = users[stay], items[stay]
    return pd.DataFrame({"user_id": interactions.user_ids[users], "item_id": item_ids[items]})


def fold(likes: pd.DataFrame, path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The likes to learn from and those of a published test part: user, film and more, tabs between, without names.

    Raises:
        DatasetError: The test part has pairs that are no likes of the ten-core.
    """
    test = pd.read_csv(path, sep="\t", header=None, usecols=[0, 1], names=PAIR, dtype=str)
    given = pd.MultiIndex.from_frame(likes.astype(str))
    is_test = given.isin(pd.MultiIndex.from_frame(test))
    if is_test.sum() != len(test):
        raise DatasetError(
            f"{len(test) - int(is_test.sum()):,} of {len(test):,} pairs of {path} are no likes of the ten-core.",
            hint="Give the published folds of MovieLens 1M, and GroupLens' own files.",
        )
    return likes[~is_test], likes[is_test]


def films_of(catalog: Catalog, numbers: Mapping[str, str]) -> pd.DataFrame:
    """item_id, title, year and genres (separated by "|") of some films.

    Args:
        catalog: GroupLens' films.
        numbers: GroupLens' number -> the number that a film goes by here.
    """
    films = catalog.items[["item_id", "title", "year"]].assign(genres=catalog.items["genres"].map("|".join))
    films = films[films["item_id"].isin(numbers)]
    return films.assign(item_id=films["item_id"].map(numbers))


def leave_one_out_numbers(ratings: Path) -> dict[str, str]:
    """GroupLens' number -> that of the leave-one-out files: films are counted from 0 as ratings.dat first names them."""
    rows = read_colons(ratings, ("user_id", "item_id", "rating", "timestamp"), encoding="utf-8")
    return {number: str(place) for place, number in enumerate(rows["item_id"].unique().tolist())}


def lay_out(ml_1m: Path, folds: Path, ncf: Path, out: Path) -> None:
    """Write everything that bench/evaluation_cuts.py reads; what lies there is written anew."""
    dataset = datasets.load("ml-1m", ml_1m)
    likes = likes_of(dataset.interactions, dataset.catalog.ids)
    out.mkdir(parents=True, exist_ok=True)
    likes.to_csv(out / "likes.tsv", sep="\t", header=False, index=False)
    people, films = likes.nunique()
    print(f"{people:,} people, {films:,} films, {len(likes):,} likes")
    for number in range(N_FOLDS):
        folder = out / f"fold{number + 1}"
        folder.mkdir(exist_ok=True)
        parts = fold(likes, folds / str(number) / "test.tsv")
        for name, part in zip(("train", "test"), parts, strict=True):
            part.to_csv(folder / f"{name}.csv", index=False)
    films_of(dataset.catalog, {number: number for number in likes["item_id"].unique().tolist()}).to_csv(
        out / FILMS, index=False
    )
    films_of(dataset.catalog, leave_one_out_numbers(ml_1m / "ratings.dat")).to_csv(
        out / LEAVE_ONE_OUT_FILMS, index=False
    )
    for name in LEAVE_ONE_OUT:
        shutil.copyfile(ncf / name, out / name)


def main() -> None:
    """Lay it out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ml_1m", type=Path, help="folder of GroupLens' files")
    parser.add_argument("folds", type=Path, help="folder with 0/test.tsv to 4/test.tsv")
    parser.add_argument("ncf", type=Path, help="folder with ml-1m.train.rating and its like")
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    lay_out(options.ml_1m, options.folds, options.ncf, options.out)


if __name__ == "__main__":
    main()
