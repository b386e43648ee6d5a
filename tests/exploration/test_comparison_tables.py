"""Tables and files of a comparison."""

import io

import pandas as pd
import pytest

from core.domain import Answer, Question, Recommendation
from core.exploration.comparison import Column, Comparison, Pair
from core.exploration.comparison_tables import agreement_table, lists_table
from core.exploration.downloads import as_csv
from core.text import csv_safe


def column(method: str, films: dict[int, str], fallback_for: str | None = None) -> Column:
    found = tuple(
        Recommendation(n, i, f"id{i}", title, 1990 + i if i else None, -0.5 * n)
        for n, (i, title) in enumerate(films.items(), 1)
    )
    return Column(Question(method=method), method.upper(), Answer(found, method, fallback_for))


def test_every_film_of_every_list() -> None:
    found = Comparison(
        (
            column("ease", {1: "A", 0: "B"}),
            column("content", {0: "B", 2: "C"}),
            column("slim", {1: "A"}, "slim"),
        ),
        (Pair(0, 1, 1, 2, 0.5, 0.4),),
        2,
    )
    table = lists_table(found)
    assert table.astype(object).where(table.notna(), None).to_dict("list") == {
        "rank": [1, 2, 1, 2, 1],
        "method": ["EASE", "EASE", "CONTENT", "CONTENT", "SLIM"],
        "film_id": ["id1", "id0", "id0", "id2", "id1"],
        "title": ["A", "B", "B", "C", "A"],
        "year": [1991, None, None, 1992, 1991],
        "score": [-0.5, -1.0, -0.5, -1.0, -0.5],
        "mark": ["only here", "all agree", "all agree", "only here", "not compared"],
    }
    assert agreement_table(found).to_dict("records") == [
        {"first": "EASE", "second": "CONTENT", "k": 2, "common": 1, "longest": 2, "overlap": 0.5, "rbo": 0.4}
    ]
    assert list(lists_table(Comparison((), (), 2)).columns) == list(table.columns)


@pytest.mark.parametrize(
    "title", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")']
)
def test_no_text_is_run_as_a_formula(title: str) -> None:
    assert csv_safe(title) == "'" + title
    table = pd.DataFrame({"title": [title], "score": [-0.5], title: ["B"]})
    back = pd.read_csv(io.BytesIO(as_csv(table)), keep_default_na=False)
    assert back["title"][0] == "'" + title
    assert back["score"][0] == -0.5, "numbers stay numbers"
    assert back.columns[2].startswith("'")


def test_other_texts_are_left_alone() -> None:
    assert csv_safe("Amélie = love") == "Amélie = love"
    assert csv_safe("") == ""
    assert as_csv(pd.DataFrame({"title": ["Amélie"]})).decode("utf-8-sig") == '"title"\r\n"Amélie"\r\n'
