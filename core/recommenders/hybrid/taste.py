"""Taste: what a few likes lead to. Made for visitors who name a film or two, and for whoever says it in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy import sparse

from core.compute.cost import Cost, Size
from core.compute.progress import within
from core.domain import Addend, Dataset, Profile, Reason
from core.embeddings import Space
from core.errors import CannotFitError
from core.models import linear
from core.params import param
from core.recommenders import evidence
from core.recommenders.base import Ability, AddsUp, Recommender
from core.recommenders.baselines.popularity import Popularity
from core.recommenders.collaborative.ease import Ease, memory_param
from core.recommenders.collaborative.item_knn import ItemKnn
from core.recommenders.content_based.content import Content
from core.recommenders.content_based.shared_facts import (
    SharedFacts,
    fact_matrices,
    facts_state,
    restored_facts,
)
from core.recommenders.hybrid.lift import lift
from core.recommenders.hybrid.parts import put_z_scores, restored, state_of
from core.recommenders.hybrid.taste_sum import fact_addends, weighed
from core.recommenders.hybrid.unwanted import Unwanted
from core.recommenders.registry import register
from core.recommenders.score_sums import score_sum, written_out
from core.types import Arrays, FloatMatrix, FloatVector

FACTS = {"directors": 3.0, "saga": 5.0, "keywords": 3.0, "cast": 2.0, "genres": 1.0}
LIFT, LIKENESS, QUALITY = 6.0, 0.5, 0.1
MOST_WEIGHED = 50
"""Up to so many likes each is asked for itself, to say which one leads to a film."""
FEW, MANY = 5, 10
"""Up to so many liked films the answer is that of a few likes; from so many on that of a history; between, both."""


HOW = (
    "For a film or two that you like: what the same people like, freed of fame, and what shares makers, "
    "series and subjects. Whoever likes ten films or more is answered by their history (EASE) instead. "
    "What is like something you dislike goes down."
)
FORMULA = (
    r"s(f) = 6\,\text{lift} + \tfrac{1}{2}\,z_{\text{likeness}} + \text{facts} "
    r"+ \tfrac{1}{10}\,z_{\text{quality}}"
)
SUM_WORDS = "What people like together, what films are about, the facts that they share, and quality, each × its weight."


@register
class Taste(Recommender, AddsUp):
    """What people like together, freed of fame, and what films have in common; quality settles the rest.

    For a few likes, score = 6 lift + 0.5 likeness + facts + 0.1 quality:

    - lift: item-item weights, divided by the popularity of the film to be recommended to the power 0.8, as in `lift`;
    - likeness: cosine in the space to likes and words, standardised over the films;
    - facts: 5 a saga, 3 a director or all keywords in common, 2 cast, 1 genres, rare ones first, averaged over the likes;
    - quality: how many rate a film and how highly, as `popularity` has it, standardised.

    Whoever likes ten films or more has a history: EASE answers, standardised, and between five and ten both do. A
    dislike takes away what is more like it than like anything wanted. Without ratings, lift and EASE are left out.
    Weights were chosen on few-likes questions (bench/few_likes.py) and by reading lists.
    """

    name = "taste"
    label = "Taste"
    description = (
        "For a film or two that you like: what people like together whatever its fame, the same makers, series and "
        "subjects first. Reads your words, and leaves out what is like films you dislike."
    )
    how, formula, sum_words = HOW, FORMULA, SUM_WORDS
    source = "Item-item weights: Aiolli (2013); TF-IDF: Salton and Buckley (1988); histories: Steck (2019)."
    version = 3
    abilities = Ability.LIKES | Ability.DISLIKES | Ability.TEXT | Ability.COLD_USER | Ability.COLD_ITEM

    @dataclass(frozen=True)
    class Params:
        space: str = param("minilm", "The embedding that says what films are about.", choices_from="spaces")
        text_weight: float = param(
            2.0, "How much a text counts beside the liked films.", low=0, high=10, is_learned=False, search=()
        )
        dislike_weight: float = param(
            8.0, "How far disliked films push away what is like them.", low=0, high=50, is_learned=False
        )
        balance: float = param(0.8, "How far fame is held back in the lift.", low=0, high=1, search=())
        memory_gb: float = memory_param()

    def needs(self) -> tuple[str, ...]:
        """The chosen space."""
        return (self.params.space,)

    def cut(self, size: Size) -> tuple[Any, ...]:
        """See `Recommender.cut`: EASE's."""
        return linear.cut(size.n_items, self.params.memory_gb)

    def cost(self, size: Size) -> Cost:
        """See `Recommender.cost`: that of its parts."""
        return sum((part.cost(size) for part in self.parts().values()), Cost())

    def fit(self, dataset: Dataset, spaces: Mapping[str, Space], *, rng: np.random.Generator) -> Self:
        """See `Recommender.fit`."""
        parts = self.parts() | self.learned_parts
        for name, part in [pair for pair in parts.items() if pair[0] not in self.learned_parts]:
            part.progress = within(self.progress, part.label)
            try:
                part.fit(dataset, spaces, rng=rng)
            except CannotFitError:  # no ratings, or too many films for EASE
                del parts[name]
        return self._prepare(dataset, spaces, parts, fact_matrices(dataset.catalog))

    def parts(self) -> dict[str, Recommender]:
        """See `Recommender.parts`."""
        return {
            "content": Content(Content.Params(self.params.space, self.params.text_weight, 0.0)),
            "quality": Popularity(),
            "lift": ItemKnn(ItemKnn.Params(balance=self.params.balance, n_neighbors=400)),
            "history": Ease(Ease.Params(memory_gb=self.params.memory_gb)),
        }

    def _prepare(
        self,
        dataset: Dataset,
        spaces: Mapping[str, Space],
        parts: dict[str, Recommender],
        facts: dict[str, sparse.csr_matrix],
    ) -> Self:
        self.parts_, self.catalog_ = parts, dataset.catalog
        self.space_ = spaces[self.params.space]
        self.unwanted_ = Unwanted(self.space_)
        self.facts_, self.shared_ = facts, SharedFacts(facts, FACTS)
        self.counts_ = dataset.interactions.item_counts().astype(np.float32)
        self.quality_: FloatVector = _standardised(parts["quality"].score([Profile()]))[0]
        return self

    def score(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """See the class; every film is scored for everybody."""
        if not len(profiles):
            return np.empty((0, len(self.catalog_)), np.float32)
        share = _share_of_history(self, profiles)
        total: FloatMatrix = np.zeros((len(profiles), len(self.catalog_)), np.float32)
        if len(rows := np.flatnonzero(share < 1)):
            total[rows] = _of_few(self, [profiles[row] for row in rows.tolist()])
        if len(rows := np.flatnonzero(share > 0)):
            history = _standardised(self.parts_["history"].score([profiles[row] for row in rows.tolist()]))
            own = share[rows, None]
            total[rows] = (1 - own) * _standardised(total[rows]) + own * history
        for row, profile in enumerate(profiles):
            if len(profile.dislikes):
                total[row] -= self.params.dislike_weight * self.unwanted_.of(profile)
        return total

    def parts_of(self, profiles: Sequence[Profile]) -> dict[str, FloatMatrix]:
        """What each part gives for a few likes, already weighed; (n, n_items) each."""
        found = {"content": self.content_of(profiles), "facts": self.shared_.of(profiles)}
        if "lift" in self.parts_:
            found["lift"] = self.lift_of(profiles)
        return found

    def lift_of(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """(n, n_items) the lift, weighed; zeros without ratings."""
        if "lift" not in self.parts_:
            return np.zeros((len(profiles), len(self.catalog_)), np.float32)
        return np.float32(LIFT) * lift(np.nan_to_num(self.parts_["lift"].score(profiles)), self.counts_)

    def content_of(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """(n, n_items) the likeness, weighed."""
        return LIKENESS * _standardised(self.parts_["content"].score(profiles))

    def explain(self, profile: Profile, item_indices: Sequence[int]) -> list[tuple[Reason, ...]]:
        """The liked film that leads to each film, what the two share, and the words found in its own."""
        items = [int(item) for item in item_indices]
        if not len(profile.likes) and not profile.text:
            return self.parts_["quality"].explain(profile, items)
        if not len(profile.likes):
            return self.parts_["content"].explain(profile, items)
        if len(profile.likes) >= MANY and "history" in self.parts_:
            return self.parts_["history"].explain(profile, items)
        if len(profile.likes) > MOST_WEIGHED:
            return self.parts_["content"].explain(profile, items)
        liked = _leading_likes(self, profile, items)
        return [
            _reasons(self, profile, item, like, together=together)
            for item, (like, together) in zip(items, liked, strict=True)
        ]

    def addends(self, profile: Profile, item: int) -> list[Addend]:
        """See `AddsUp`: the sum of a few likes, of a history, or both standardised, and what dislikes take away."""
        return _addends(self, profile, item)

    def state(self) -> Arrays:
        """The arrays of every part as "part.array", and of every kind of fact."""
        return state_of(self.parts_) | facts_state(self.facts_)

    def restore(self, dataset: Dataset, spaces: Mapping[str, Space], state: Arrays) -> Self:
        """See `Recommender.restore`."""
        parts = restored(self.parts(), dataset, spaces, state)
        return self._prepare(dataset, spaces, parts, restored_facts(state, len(dataset.catalog)))


def _addends(method: Taste, profile: Profile, item: int) -> list[Addend]:
    """The sum of a few likes, of a history, or both standardised, and what dislikes take away."""
    share, found = float(_share_of_history(method, [profile])[0]), []
    if share == 0:
        found = _few_addends(method, profile, item)
    else:
        history = method.parts_["history"]
        z = float(_standardised(history.score([profile]))[0, item])
        detail = f"z = {z:.2f} × {share:.2f} for so many likes"
        found = [Addend("All your likes (EASE)", share * z, detail, of=score_sum(history, profile, item))]
    if 0 < share < 1:
        few, each = _of_few(method, [profile]), _few_addends(method, profile, item)
        own = written_out(method.label, float(few[0, item]), each, method.sum_words)
        z, rest = float(_standardised(few)[0, item]), 1 - share
        found.append(Addend("Each of your likes", rest * z, f"z = {z:.2f} × {rest:.2f}", of=own))
    if len(profile.dislikes):
        against = float(method.unwanted_.of(profile)[item])
        weight = method.params.dislike_weight
        found.append(Addend("More like what you dislike", -weight * against, f"{against:.2f} × {weight:g}"))
    return found


def _reasons(method: Taste, profile: Profile, item: int, like: int, *, together: bool) -> tuple[Reason, ...]:
    """What leads from a like to a film, and which words of the text it has."""
    found = evidence.shared(method.catalog_, like, item)
    if together:
        label = evidence.label(method.catalog_, like)
        first = Reason(f"The same people like it and {label}.", "similar_users", (like,))
        found = [first, *found[1:]] if len(found) > 1 else [first]
    if profile.text:
        found.append(evidence.matching_words(method.catalog_, profile.text, item, method.space_.name))
    return tuple(found)


def _standardised(scores: FloatMatrix) -> FloatMatrix:
    """Scores less their row's mean, by its standard deviation; unknown ones and rows of equal ones become 0."""
    into: FloatMatrix = np.zeros(scores.shape, np.float32)
    put_z_scores(scores, np.ones(scores.shape[1], bool), into, np.arange(len(scores)))
    return into


def _leading_likes(method: Taste, profile: Profile, items: Sequence[int]) -> list[tuple[int, bool]]:
    """For each film the like that leads to it, and whether it is people who like both that do."""
    likes = [int(like) for like in profile.likes]
    alone = [Profile.of_likes([like]) for like in likes]
    columns = np.asarray(items, np.int64)
    facts, lift = method.shared_.of(alone)[:, columns], method.lift_of(alone)[:, columns]
    total = lift + facts
    if len(likes) > 1:  # of one like it is known that it leads
        total = total + method.content_of(alone)[:, columns]
    found = []
    for column in range(len(items)):
        row = int(total[:, column].argmax())
        found.append((likes[row], bool(lift[row, column] > max(facts[row, column], 1.0))))
    return found


def _share_of_history(method: Taste, profiles: Sequence[Profile]) -> FloatVector:
    """(n,) how much of each answer is that of a history, by the number of likes."""
    known = np.array([len(profile.likes) for profile in profiles], np.float32)
    if "history" not in method.parts_:
        return 0 * known
    return np.asarray(np.clip((known - FEW) / (MANY - FEW), 0, 1), np.float32)


def _of_few(method: Taste, profiles: Sequence[Profile]) -> FloatMatrix:
    """(n, n_items) the scores by a few likes."""
    parts = method.parts_of(profiles)
    return np.asarray(sum(parts.values(), QUALITY * method.quality_[None, :]), np.float32)


def _few_addends(method: Taste, profile: Profile, item: int) -> list[Addend]:
    parts = method.parts_
    found = [
        weighed(
            "Likeness of content",
            LIKENESS,
            method.content_of([profile])[0, item] / LIKENESS,
            score_sum(parts["content"], profile, item),
        ),
        weighed("Quality: how many rate it and how highly", QUALITY, method.quality_[item]),
    ]
    if "lift" in parts:
        lifted = method.lift_of([profile])[0, item] / LIFT
        found.append(
            weighed(
                "People who like both, whatever its fame",
                LIFT,
                lifted,
                score_sum(parts["lift"], profile, item),
            )
        )
    return [*found, *fact_addends(method.facts_, FACTS, profile, item)]
