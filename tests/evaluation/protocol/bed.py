"""The few-likes questions as one bed for tests: a fitted method asked, one value a question."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from core.domain import Dataset
from core.evaluation.protocol.measure import measure
from core.evaluation.splits import Split
from core.evaluation.splits.few_likes import few_likes
from core.evaluation.task import Settings, Task
from core.recommenders import Recommender

DEPTH = 10
FIGURES = ("acceptable", "famous50", "over_decoys")


@dataclass(frozen=True, eq=False)
class Bed:
    """The questions, and what methods may learn from.

    Attributes:
        dataset: The films with the ratings of half of the people; the others decide what is liked together.
        splits: One for each number of likes; asked of every method alike.
    """

    dataset: Dataset
    splits: tuple[Split, ...]

    @property
    def n_questions(self) -> int:
        """How many questions there are."""
        return sum(len(split.users) for split in self.splits)


@dataclass(frozen=True, eq=False)
class Answers:
    """What a method made of a bed, one value a question.

    Attributes:
        person: user_index of who is asked.
        n_likes: How many films they named.
        acceptable: Share of the first ten places, or of as many as there are acceptable films, held by those.
        famous: Share of the listed films that are among the 50 most rated; 0 for an empty list.
        over_decoys: Share of the acceptable films scored above their decoy, ties one half; naming famous films = 0.5.
    """

    person: npt.NDArray[np.int64]
    n_likes: npt.NDArray[np.int64]
    acceptable: npt.NDArray[np.float64]
    famous: npt.NDArray[np.float64]
    over_decoys: npt.NDArray[np.float64]


def make_bed(dataset: Dataset, n_questions: int, rng: np.random.Generator) -> Bed:
    """Draw the questions.

    Raises:
        DatasetError: Nobody rated anything, or no question has enough acceptable films.
    """
    splits = few_likes(dataset.interactions, rng=rng, catalog=dataset.catalog, questions=n_questions)
    return Bed(replace(dataset, interactions=splits[0].train), splits)


def ask(method: Recommender, bed: Bed) -> Answers:
    """Ask a fitted method every question of a bed, those with one like first."""
    settings = Settings(ks=(DEPTH,), metrics=FIGURES)
    values, people, n_likes = [], [], []
    for split in bed.splits:
        found = measure(method, Task.of(bed.dataset, split), settings, lambda done: None)
        columns = [f"acceptable@{DEPTH}", f"famous50@{DEPTH}", "over_decoys"]
        values.append(found.values[:, [found.columns.index(name) for name in columns]])
        people.append(split.users)
        n_likes.append(split.n_known)
    acceptable, famous, over = np.concatenate(values).T
    return Answers(np.concatenate(people), np.concatenate(n_likes), acceptable, np.nan_to_num(famous), over)
