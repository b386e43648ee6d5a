"""What is said below the pictures of an evaluation."""

import pandas as pd

from core.evaluation.results import StoredResult
from ui.panels.list_length import length_words
from ui.panels.trade_offs import efficient_words


def frame_of(*points: tuple[str, float, float, bool]) -> pd.DataFrame:
    return pd.DataFrame(points, columns=["method", "x", "y", "is_efficient"])


TWO = frame_of(("EASE", 2, 0.4, True), ("_X_", 1, 0.2, True), ("Slow", 9, 0.1, False))


def test_efficient_methods_are_named_and_the_line_is_explained() -> None:
    said = efficient_words(TWO, "ndcg@5", "Learns in", is_joined=True)
    assert said.startswith(r"Nothing here is both better and cheaper than: **EASE**, **\_X\_**.")
    assert "Slow" not in said
    assert "Pareto frontier" in said
    assert "balanced" not in said
    assert "better in both figures than" in efficient_words(TWO, "ndcg@5", "novelty@5", is_joined=True)


def test_an_axis_without_a_direction_says_what_counts_and_why_there_may_be_no_line() -> None:
    sides = frame_of(("EASE", -0.4, 0.4, True), ("X", 0.2, 0.2, True))
    said = efficient_words(sides, "ndcg@5", "popularity_lift@5", is_joined=False)
    assert "Popularity lift@5 has no better direction: the nearer to 0" in said
    assert "no line joins them" in said
    assert "Pareto frontier" not in said
    assert "both sides" not in efficient_words(sides[:1], "popularity_lift@5", "novelty@5", is_joined=False)


def test_one_method_equal_ones_and_none() -> None:
    one = efficient_words(TWO[:1], "ndcg@5", "Learns in", is_joined=False)
    assert one == "Only **EASE** has both figures: there is nothing to hold it against."
    equal = frame_of(("A", 1, 1, True), ("B", 1, 1, True))
    said = efficient_words(equal, "ndcg@5", "Learns in", is_joined=False)
    assert "**A**, **B**" in said
    assert "both sides" not in said
    nothing = frame_of(("A", float("nan"), 1, False))
    assert (
        efficient_words(nothing, "ndcg@5", "Learns in", is_joined=False)
        == "No method has a value on both axes."
    )


def result_of(**about: object) -> StoredResult:
    return StoredResult("", about, {}, {}, {"a": {}} if "slices_of" in about else {}, {})


def test_curves_say_whose_lists_they_are_and_what_grey_means() -> None:
    few = pd.DataFrame({"method": ["A", "B"], "is_leading": [True, True]})
    assert "grey" not in length_words(result_of(), "ndcg@5", few)
    many = few.assign(is_leading=[True, False])
    assert "the 8 best by nDCG@5; the others are grey" in length_words(result_of(), "ndcg@5", many)
    assert "the 8 highest by" in length_words(result_of(), "popularity_lift@5", many)
    assert "means over all splits" in length_words(
        result_of(slices_of="k_fold[1/5]", means="x"), "ndcg@5", few
    )
    assert "those of: Cold users, 5 ratings given" in length_words(
        result_of(slices_of="cold_users[n=5]"), "ndcg@5", few
    )
