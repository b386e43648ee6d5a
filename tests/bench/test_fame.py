"""What pages say that the control costs is what was measured."""

import json
from pathlib import Path

from core.exploration.captions import FAME_COST

RESULTS = Path(__file__).resolve().parents[2] / "bench" / "results"


def test_the_cost_on_the_page_is_the_measured_one() -> None:
    measured = json.loads((RESULTS / "fame_ml_latest_small.json").read_text("utf-8"))
    taste = measured["methods"]["taste"]
    ndcg = [taste["held_out"][fame]["ndcg@10"][0] for fame in ("-1", "0", "1")]
    share = [taste["few_likes"][fame]["acceptable"][0] for fame in ("-1", "0", "1")]
    assert "nDCG@10 {:.2f} at −1, {:.2f} at 0 and {:.2f} at 1".format(*ndcg) in FAME_COST
    assert "{:.0f} %, {:.0f} % and {:.0f} %".format(*(100 * value for value in share)) in FAME_COST
    assert not measured["is_simulated"]
