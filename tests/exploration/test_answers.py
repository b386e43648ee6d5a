"""An answer to take away, and a surprise from further down."""

import csv
import io

from core.domain import Question
from core.exploration.answers import answer_csv, answer_json, answer_table
from core.serving import Atlas, recommend
from core.serving.surprise import surprise


def test_the_table_the_csv_and_the_values_say_the_same(atlas: Atlas) -> None:
    question = Question(likes=(0,), method="content", k=5)
    answer = recommend(atlas, question)
    table = answer_table(atlas, answer)
    assert table["Rank"].tolist() == [1, 2, 3, 4, 5]
    rows = list(csv.DictReader(io.StringIO(answer_csv(atlas, answer).decode("utf-8-sig"))))
    assert [row["Film"] for row in rows] == table["Film"].tolist()
    values = answer_json(atlas, question, answer)
    assert [film["id"] for film in values["films"]] == [item.item_id for item in answer.items]
    assert values["likes"] == [str(atlas.catalog.ids[0])]


def test_a_surprise_is_behind_the_list_and_the_same_for_one_seed(atlas: Atlas) -> None:
    question = Question(likes=(0,), method="content", k=5)
    listed = {item.item_index for item in recommend(atlas, question).items}
    found = [surprise(atlas, question, seed) for seed in range(1, 12)]
    assert all(one is not None and one.item_index not in listed for one in found)
    assert len({one.item_index for one in found if one}) > 1
    assert surprise(atlas, question, 1) == found[0]
