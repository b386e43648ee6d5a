"""The metrics' formulas in LaTeX, for the app and the documents.

The code that they describe is in `accuracy` and `beyond_accuracy`.
"""

WHERE, NEXT_LINE = r"\qquad", r"\\[6pt] \small "
_HITS = r"h_r = 1 \text{ where rank } r \text{ holds a liked film, else } 0"
_LISTS = r"c_j = \text{times film } j \text{ is listed}"
_GENRES = r"p, q = \text{genre shares of the liked and of the listed films}"

FORMULAS: dict[str, str] = {
    "ndcg": r"\frac{\sum_{r=1}^{k} h_r / \log_2(r+1)}{\sum_{r=1}^{\min(k, R)} 1 / \log_2(r+1)}"
    rf"\qquad {_HITS};\; R = \text{{liked held-out films}}",
    "precision": rf"\frac{{1}}{{k}} \sum_{{r=1}}^{{k}} h_r \qquad {_HITS}",
    "recall": rf"\frac{{1}}{{R}} \sum_{{r=1}}^{{k}} h_r \qquad {_HITS};\; R = \text{{liked held-out films}}",
    "map": r"\frac{1}{\min(k, R)} \sum_{r=1}^{k} h_r \cdot \frac{h_1 + \dots + h_r}{r}"
    rf"\qquad {_HITS};\; R = \text{{liked held-out films}}",
    "mrr": r"\frac{1}{\text{rank of the first liked film}} \quad (0 \text{ where it is beyond } k)",
    "hit_rate": rf"\max_{{r \le k}} h_r \qquad {_HITS}",
    "auc": r"\frac{1}{R N} \sum_{i \text{ liked}} \sum_{j \text{ other}} \left([s_i > s_j] + \tfrac12 [s_i = s_j]\right)"
    r"\qquad R \text{ liked, } N \text{ other films, } s = \text{score}",
    "rmse": r"\sqrt{\frac{1}{n} \sum (\hat r - r)^2} \qquad n \text{ held-out ratings of all users}",
    "mae": r"\frac{1}{n} \sum |\hat r - r| \qquad n \text{ held-out ratings of all users}",
    "coverage": rf"\frac{{|\{{j : c_j > 0\}}|}}{{\text{{films}}}} \qquad {_LISTS}",
    "gini": rf"\frac{{\sum_{{j=1}}^{{n}} (2j - n - 1)\, c_j}}{{n \sum c_j}} \qquad {_LISTS} \text{{, ascending}}",
    "novelty": r"\frac1k \sum_{i \text{ listed}} -\log_2 \frac{\text{ratings}_i + 1}{\text{users} + 1}",
    "serendipity": r"\frac1k \, |\text{liked} \cap \text{listed} \setminus \text{the } k \text{ most rated}|",
    "diversity": r"\frac{1}{k(k-1)} \sum_{i \ne j} \left(1 - \cos(g_i, g_j)\right) \qquad g = \text{genres of a film}",
    "popularity_lift": r"\frac{\text{mean ratings of the listed films}}{\text{mean ratings of the user's own}} - 1",
    "miscalibration": rf"\sum_g p_g \log \frac{{p_g}}{{0.99\, q_g + 0.01\, p_g}} \qquad {_GENRES}",
    "genre_accuracy": r"\frac1k \, |\{i \text{ listed} : i \text{ has a genre of a liked film}\}|",
    "top1_cosine": r"\cos\left(v_{\text{first}},\; \tfrac1n \textstyle\sum_{i \text{ liked}} v_i\right)",
}
"""Metric -> formula and, after `WHERE`, what its letters mean; one for every metric of the registry."""


def formula_lines(name: str) -> str:
    """A metric's formula with the meaning of its letters on a line below."""
    return rf"\begin{{gathered}} {FORMULAS[name].replace(WHERE, NEXT_LINE)} \end{{gathered}}"
