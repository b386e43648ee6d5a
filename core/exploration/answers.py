"""An answer to take away: as a table and as plain values."""

from typing import Any

import pandas as pd

from core import recommenders
from core.domain import Answer, Question
from core.exploration.downloads import as_csv
from core.exploration.film_tables import film_table
from core.serving import Atlas


def answer_table(atlas: Atlas, answer: Answer) -> pd.DataFrame:
    """The films of an answer with rank and reasons: Rank, the columns of `film_table`, Why, Score."""
    table = film_table(atlas, [item.item_index for item in answer.items])
    table.insert(0, "Rank", [item.rank for item in answer.items])
    table["Why"] = [" ".join(reason.text for reason in item.reasons[:4]) for item in answer.items]
    table["Score"] = [item.score for item in answer.items]
    return table


def answer_csv(atlas: Atlas, answer: Answer) -> bytes:
    """The table as CSV, safe to open in a spreadsheet."""
    return as_csv(answer_table(atlas, answer))


def answer_json(atlas: Atlas, question: Question, answer: Answer) -> dict[str, Any]:
    """An answer with what was asked, as plain values."""
    ids = atlas.catalog.ids
    return {
        "dataset": atlas.name,
        "is_simulated": bool(atlas.about.get("is_simulated")),
        "method": answer.method,
        "label": recommenders.method_class(answer.method).label,
        "params": dict(question.params),
        "likes": [str(ids[item]) for item in question.likes],
        "dislikes": [str(ids[item]) for item in question.dislikes],
        "notes": list(answer.notes),
        "films": [
            {
                "rank": item.rank,
                "id": item.item_id,
                "title": item.title,
                "year": item.year,
                "score": item.score,
                "reasons": [reason.text for reason in item.reasons],
            }
            for item in answer.items
        ],
    }
