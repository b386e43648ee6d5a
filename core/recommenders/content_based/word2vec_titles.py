"""System S1: titles as word vectors; the films nearest by L2 distance to the mean of the liked titles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Self

import numpy as np

from core.domain import Dataset, Profile, Reason
from core.embeddings import Space
from core.params import param
from core.recommenders import evidence
from core.recommenders.base import Ability, VectorRecommender, chosen_space
from core.recommenders.content_based.query_points import (
    dislike_weight_param,
    nearest_likes,
    query_points,
    text_weight_param,
)
from core.recommenders.registry import register
from core.text import singular, words
from core.types import Arrays, FloatMatrix, FloatVector


@register
class Word2VecTitles(VectorRecommender):
    """Films whose titles' words are used like those of the liked films' titles.

    Films are rows, not titles: two films of one title lie at distance 0 of each other and are both found.
    """

    name = "word2vec_titles"
    label = "Similar titles"
    description = "The films whose titles lie nearest to those of the films you like, by the words in them."
    system = "S1"
    how = (
        "Reads nothing but titles: a title is the mean of its words, and words stand near each other that are "
        "used alike. Your place is the mean of the titles you like. Titles that lie nearest to it come first, "
        "whatever their films are about."
    )
    formula = r"s(f) = -\lVert q - v_f \rVert, \quad q = \text{mean of liked titles and words}"
    source = (
        "Mikolov et al. (2013), word2vec; exact L2 search over title vectors with profiles of liked films."
    )
    abilities = Ability.LIKES | Ability.DISLIKES | Ability.TEXT | Ability.COLD_ITEM
    reads_ratings = False

    @dataclass(frozen=True)
    class Params:
        space: str = param(
            "word2vec",
            "Mean of a title's known words, the whole title looked up as one word (few are), or words learned from news.",
            choices=("word2vec", "word2vec_exact", "word2vec_google_news"),
        )
        text_weight: float = text_weight_param()
        dislike_weight: float = dislike_weight_param()

    def needs(self) -> tuple[str, ...]:
        """The chosen space."""
        return (self.params.space,)

    def fit(self, dataset: Dataset, spaces: Mapping[str, Space], *, rng: np.random.Generator) -> Self:
        """Nothing to learn beyond the word vectors: keep the space and the catalogue."""
        self.space_, self.catalog_ = chosen_space(spaces, self.params.space, dataset), dataset.catalog
        return self

    def query_vectors(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """(n_profiles, dim): the weighted mean of liked titles and text, moved away from disliked titles."""
        weights = {"text_weight": self.params.text_weight, "dislike_weight": self.params.dislike_weight}
        return query_points(self.space_, profiles, **weights)

    def explain(self, profile: Profile, item_indices: Sequence[int]) -> list[tuple[Reason, ...]]:
        """The words a title shares with the text and with the nearest liked title, else the closest two."""
        near = nearest_likes(self.space_, profile, item_indices)
        texts = [profile.text, *(self._title(item) for item in {*near, *item_indices} if item is not None)]
        vectors = self._word_vectors(texts)
        reasons = []
        for item, liked in zip(item_indices, near, strict=True):
            found = []
            if profile.text:
                why = _match(self._title(item), profile.text, vectors)
                found.append(Reason(f"{why or 'Its title lies close to'} your words.", "words"))
            if liked is not None:
                why = _match(self._title(item), self._title(liked), vectors)
                named = f"{evidence.label(self.catalog_, liked)}, which you like."
                found.append(Reason(f"{why or 'Its title lies close to'} {named}", "words", (liked,)))
            reasons.append(tuple(found or evidence.far_from(self.catalog_, profile)))
        return reasons

    def _title(self, item: int) -> str:
        return str(self.catalog_.items.at[item, "title"])

    def _word_vectors(self, texts: Sequence[str]) -> dict[str, FloatVector]:
        """The vectors of all words of these texts that have one; {} where the space cannot tell."""
        found = sorted({word for text in texts for word in words(text)})
        if self.space_.encode_texts is None or not found:
            return {}
        vectors = self.space_.encode_texts(found)
        return {word: vector for word, vector in zip(found, vectors, strict=True) if np.any(vector)}

    def state(self) -> Arrays:
        """Nothing beyond the space itself."""
        return {}

    def restore(self, dataset: Dataset, spaces: Mapping[str, Space], state: Arrays) -> Self:
        """See `Recommender.restore`."""
        return self.fit(dataset, spaces, rng=np.random.default_rng(0))


def _match(title: str, other: str, vectors: Mapping[str, FloatVector]) -> str:
    """The start of a sentence about the words of a title that another text has, or comes nearest to."""
    there = {singular(word) for word in words(other)}
    shared = [f"“{word}”" for word in words(title) if singular(word) in there]
    if shared:
        return f"Its title shares {', '.join(shared)} with"
    pairs = [(a, b) for a, b in product(words(title), words(other)) if a in vectors and b in vectors]
    if not pairs:
        return ""
    own, near = min(
        pairs, key=lambda pair: (float(np.linalg.norm(vectors[pair[0]] - vectors[pair[1]])), pair)
    )
    return f"“{own}” in its title is used like “{near}” in"
