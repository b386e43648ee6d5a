"""All five systems are asked all kinds of question, come back from their arrays, and import nothing heavy."""

import subprocess
import sys

import numpy as np
import pytest

from core.domain import Filters, Profile
from core.recommenders import create, method_class
from core.recommenders.filters import FilterIndex
from core.recommenders.ranking import top_k
from tests.recommenders.films import RATINGS, dataset, encode, space

pytestmark = pytest.mark.slow

SYSTEMS = {
    "word2vec_titles": "S1",
    "user_vectors": "S2",
    "doc2vec_genre": "S3",
    "genre_clusters": "S4",
    "triplet": "S5",
}
KNOWN = list(RATINGS)[2]
QUESTIONS = {
    "one film": Profile.of_likes([4]),
    "five liked films": Profile.of_likes([0, 3, 4, 6, 9]),
    "a text": Profile(text="ghost in a rocket"),
    "likes, dislikes and a text": Profile.of_likes([7], [0], text="joke"),
    "a known user": Profile.of_ratings(
        np.array(list(RATINGS[KNOWN])),
        list(RATINGS[KNOWN].values()),
        (0.5, 5.0),
        user=list(RATINGS).index(KNOWN),
    ),
    "a user with no ratings": Profile(),
}


def spaces():
    titles = encode(list(dataset().catalog.items["title"]))
    return {
        "word2vec": space("word2vec", vectors=titles, metric="l2"),
        "minilm": space(),
        "doc2vec": space("doc2vec"),
        "triplet": space("triplet"),
    }


@pytest.fixture(scope="module")
def models():
    return {name: create(name).fit(dataset(), spaces(), rng=np.random.default_rng(1)) for name in SYSTEMS}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("name", SYSTEMS)
def test_every_system_answers_every_question(models, name, question):
    model, profile = models[name], QUESTIONS[question]
    (scores,) = model.score([profile])
    assert scores.shape == (12,)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).any() == model.can_use(profile), "it answers just what it says it can use"
    reasons = model.explain(profile, list(range(12)))
    assert len(reasons) == 12
    assert all(reasons) == model.can_use(profile)


@pytest.mark.parametrize("name", SYSTEMS)
def test_filters_that_leave_three_or_no_films_are_obeyed(models, name):
    index = FilterIndex(dataset().catalog, np.zeros(12, np.int64))
    (scores,) = models[name].score([Profile.of_likes([4])])
    three, none = (index.mask(Filters(years=years)) for years in ((1990, 1992), (1800, 1801)))
    assert three.sum() == 3
    assert set(top_k(scores, 10, allowed=three)) == {3, 4, 5} & set(np.flatnonzero(np.isfinite(scores)))
    assert not len(top_k(scores, 10, allowed=none))


@pytest.mark.parametrize("name", SYSTEMS)
def test_state_is_arrays_and_restores_the_same_scores(models, name):
    state = models[name].state()
    assert all(array.dtype != object for array in state.values())
    again = create(name).restore(dataset(), spaces(), state)
    asked = list(QUESTIONS.values())
    np.testing.assert_array_equal(again.score(asked), models[name].score(asked))
    assert again.explain(asked[0], [4]) == models[name].explain(asked[0], [4])


@pytest.mark.parametrize("name", SYSTEMS)
def test_asking_one_by_one_or_together_is_the_same(models, name):
    asked = list(QUESTIONS.values())
    together = models[name].score(asked)
    for row, profile in zip(together, asked, strict=True):
        np.testing.assert_allclose(models[name].score([profile])[0], row, atol=1e-5)
    assert models[name].score([]).shape == (0, 12)


@pytest.mark.parametrize(("name", "system"), SYSTEMS.items())
def test_every_system_says_where_it_comes_from(name, system):
    cls = method_class(name)
    assert cls.system == system
    assert cls.description.endswith(".")
    assert cls.source


def test_finding_all_methods_imports_nothing_heavy():
    heavy = ("torch", "sentence_transformers", "gensim", "umap", "numba", "streamlit", "sklearn")
    found = f"print([name for name in {heavy} if name in sys.modules])"
    code = f"import sys; from core import recommenders; recommenders.names(); {found}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
