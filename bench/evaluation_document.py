"""How docs/evaluation.md is worded: tables from figures that `evaluation_tables` measured."""

from collections.abc import Mapping, Sequence
from typing import Any

Json = dict[str, Any]
COLUMNS = {
    "ndcg@10": ("nDCG@10", 4),
    "recall@10": ("recall@10", 4),
    "map@10": ("MAP@10", 4),
    "novelty@10": ("novelty, bits", 2),
    "coverage@10": ("coverage", 3),
    "gini@10": ("Gini", 3),
}

INTRODUCTION = """# Evaluation

Written from the figures in `bench/results/` by `python bench/evaluation_tables.py render`; a test fails where the two
differ. `python bench/evaluation_tables.py all` measures everything anew and then writes it. All figures are of real
ratings; none is simulated.

## What the figures mean
A film is liked from a rating of 4. Every film of the catalogue competes for the ten places, except those that a person
has rated already. Methods have the parameters that they ship with. Those of the collaborative methods were once chosen on
parts of the training ratings of one holdout of the same datasets, which lie in the test part of some folds here: a trace
of optimism that all of them share. The hybrid's weights were chosen on other people's ratings, and how much nearness counts
where films have many ratings on holdouts of these datasets, too ([how](decisions/0002-hybrid.md)).
Intervals in brackets are 95 %, from 1,000 resamples of the users. Methods are compared pairwise with paired permutation
tests over users (10,000 permutations), corrected after Holm for all pairs of a table; "better than" means p < 0.05 after
that (with n pairs no corrected p can be below n / 10,001). Users without a liked held-out film are left out of the means
and counted below.
nDCG has binary gains, the discount 1 / log2(rank + 1), and an ideal list cut at min(10, liked); recall divides by all
liked held-out films; average precision divides by min(10, liked).
"""


NOT_WORKED = """## What did not work
What was tried for people with a history, and lost, stands with its figures in
[0002](decisions/0002-hybrid.md#what-lost) (more parts, softmax weights, unguarded climbing on validation nDCG, several iALS,
dislikes as negative entries) and in [0013](decisions/0013-rules.md#what-lost) (people weighed in iALS, fame held back in its
scores, user-KNN as a further part, other weights of the parts). LambdaMART over the hybrid's parts, on four datasets, is
[there too](decisions/0013-rules.md#a-ranker-that-learns-against-the-weighted-sum). For predicted genres,
[genres](genres.md) says what kernels and other films' plots brought and did not bring; for films that nobody has rated,
[cold films](cold-films.md). Posters inside the triplet network were measured on pictures made for the purpose alone:
[filling in](filling-in.md).
"""


def document(
    reports: Sequence[Json],
    cuts: Sequence[tuple[Any, Json]],
    ratings: Json | None,
    definitions: Sequence[tuple[str, str]],
    missing: Sequence[str],
) -> str:
    """The whole text.

    Args:
        reports: What `evaluation_tables.measure` wrote, a dataset each.
        cuts: `evaluation_cuts.Kind` and what `evaluation_cuts.measure` wrote.
        ratings: What `rating_prediction` wrote.
        definitions: Label and sentence of every figure.
        missing: What has not been measured.
    """
    parts = [INTRODUCTION, "\n".join(f"- **{label}**: {sentence}" for label, sentence in definitions) + "\n"]
    for report in reports:
        parts += [
            f"## {report['dataset']}\n",
            counts(report),
            folds(report),
            curve(report),
            cold_films(report),
        ]
    parts += [cut(kind, report) for kind, report in cuts]
    if ratings is not None:
        parts.append(rating_table(ratings))
    parts.append(NOT_WORKED)
    if missing:
        parts.append(f"Not measured with this version: {', '.join(missing)}.\n")
    parts.append(made_with([*reports, *cuts_as_reports(cuts)]))
    return "\n".join(parts)


def counts(report: Json) -> str:
    """Users, films, ratings, and who is left out."""
    found, out = report["about"]["counts"], report["about"]["left_out_of_fold_1"]
    spaces = ", ".join(report["about"]["spaces"])
    left_out = "; ".join(f"{count:,} {reason}" for reason, count in out.items())
    return (
        f"{found['users']:,} users, {found['items']:,} films, {found['interactions']:,} ratings. The embeddings "
        f"({spaces}) are\nmade from what films are about, and have seen no rating.\n"
        f"Left out in the first fold: {left_out}.\n"
    )


def interval(figure: Json, digits: int) -> str:
    """ "0.391 [0.380, 0.402]", or the bare figure where there is no interval."""
    if "low" not in figure:
        return f"{figure['mean']:.{digits}f}"
    return f"{figure['mean']:.{digits}f} [{figure['low']:.{digits}f}, {figure['high']:.{digits}f}]"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def folds(report: Json) -> str:
    """Main table, and what the tests say about the hybrid."""
    found = report["folds"]
    order = sorted(found, key=lambda name: -found[name]["figures"]["ndcg@10"]["mean"])
    rows, n_tested = [], sum(one["better_than"] is not None for one in found.values())
    for name in order:
        one = found[name]
        figures = [interval(one["figures"][column], digits) for column, (_, digits) in COLUMNS.items()]
        seconds = f"{one['seconds']['fit']:.1f}"
        better = one["better_than"]
        marks = "not tested" if better is None else f"{len(better)} of {n_tested - 1}"
        rows.append([f"`{name}`", *figures, seconds, marks])
    head = ["method", *(label for label, _ in COLUMNS.values()), "fit, s", "better than"]
    n_folds = report["about"]["n_folds"]
    times = "once" if n_folds == 5 else f"{n_folds // 5} times"
    text = (
        f"### People with a history: {n_folds} folds\n\nThe ratings are dealt into five parts, {times}; each part is held "
        "out once, and a user's figure is the mean over all folds.\nCoverage and Gini are means over the folds, without an "
        "interval. Seconds are of one fold.\n\n"
    )
    if added := report["about"].get("added"):
        text += "Measured alone on the same folds, and tested against none of the others: "
        text += ", ".join(f"`{name}` ({date})" for name, date in added.items()) + ".\n\n"
    return text + table(head, rows) + "\n" + verdict(found, order)


def verdict(found: Json, order: Sequence[str]) -> str:
    """One sentence on the hybrid against the best of the others."""
    best = next(n for n in order if not n.startswith("hybrid") and "hybrid_minus_this" in found[n])
    test = found[best]["hybrid_minus_this"]
    p = "p < 0.001" if test["p_holm"] < 0.001 else f"p = {test['p_holm']:.3f}"
    is_better = order[0] == "hybrid" and test["p_holm"] < 0.05
    said = "significantly better than" if is_better else "**not** significantly better than"
    return (
        f"The hybrid is {said} the best single method, `{best}`: nDCG@10 differs by {test['difference']:+.4f} "
        f"({p} after\nHolm, {test['n_users']:,} users).\n"
    )


def curve(report: Json) -> str:
    """nDCG@10 against the number of known ratings."""
    rows = report["curve"]
    known = sorted({row["n_known"] for row in rows})
    of = {(row["method"], row["n_known"]): row for row in rows}
    methods = sorted({row["method"] for row in rows}, key=lambda name: -of[name, known[-1]]["mean"])
    lines = [[f"`{name}`", *(interval(of[name, n], 3) for n in known)] for name in methods]
    head = ["nDCG@10 with … ratings known", *map(str, known)]
    about = report["cold_users"]
    left_out = "; ".join(f"{count:,} {reason}" for reason, count in about["left_out"].items())
    text = (
        f"### New people: nDCG@10 by number of known ratings\n\n{about['tested_users']:,} users are wholly unknown to the "
        "methods and are told a few of their ratings; what is asked for is the same\nin every column. 0 = the method "
        f"answers nothing. {left_out}.\n\n"
    )
    return text + table(head, lines) + "\n" + against_content(of, known)


def against_content(of: Mapping[tuple[str, int], Json], known: Sequence[int]) -> str:
    """Whether the hybrid is worse than content anywhere on the curve."""
    worse = [str(n) for n in known if of["hybrid", n]["mean"] < of["content", n]["mean"]]
    if not worse:
        return "The hybrid is nowhere below `content`.\n"
    return f"The hybrid is **below** `content` with {', '.join(worse)} known ratings.\n"


def cold_films(report: Json) -> str:
    """Films wholly held out: ranked among themselves, and among all films."""
    parts = ["### Films that nobody has rated\n"]
    for question, title in zip(report["cold_items"], ("among themselves", "among all films"), strict=True):
        found = question["methods"]
        rows = [
            [
                f"`{name}`",
                *(interval(one["figures"][m], 4) for m in ("ndcg@10", "recall@10", "map@10")),
                interval(one["figures"]["coverage@10"], 3),
                f"{one['unrated_share']:.2%}",
            ]
            for name, one in sorted(found.items(), key=lambda pair: -pair[1]["figures"]["ndcg@10"]["mean"])
        ]
        left_out = "; ".join(f"{count:,} {reason}" for reason, count in question["left_out"].items())
        parts.append(
            f"**{question['n_films']:,} films without any rating, {title}** "
            f"({question['counts']['tested_users']:,} users; {left_out}).\n"
        )
        parts.append(
            table(
                ["method", "nDCG@10", "recall@10", "MAP@10", "coverage", "places given to unrated films"],
                rows,
            )
        )
    parts.append(
        "Equal scores are listed in an order drawn by chance for each user: catalogues are sorted by fame, which would\n"
        "favour methods that cannot tell unrated films apart. Popularity cannot, so it stands where random does.\n"
    )
    return "\n".join(parts)


LABELS = {
    "ndcg@10": "nDCG@10",
    "hit_rate@10": "HR@10",
    "precision@10": "precision@10",
    "recall@10": "recall@10",
    "map@10": "MAP@10",
    "mrr@10": "MRR@10",
}


def cut(kind: Any, report: Json) -> str:
    """One further cut: what is asked, the table, what others published for it, and the hybrid against the best other."""
    found = report["methods"]
    order = sorted(found, key=lambda name: -found[name]["figures"]["ndcg@10"]["mean"])
    columns = [name for name in LABELS if name in found[order[0]]["figures"]]
    rows = []
    for name in order:
        figures = [interval(found[name]["figures"][column], 4) for column in columns]
        beaten = f"{len(found[name]['better_than'])} of {len(found) - 1}"
        rows.append([f"`{name}`", *figures, f"{found[name]['seconds']['fit']:.1f}", beaten])
    for name, figures in (kind.published or {}).items():
        given = [f"{figures[column]:.3f}" if column in figures else "" for column in columns]
        rows.append([f"published: {name}", *given, "", ""])
    about = report["about"]
    counts = about["counts"]
    size = (
        f"{counts['users']:,} people, {counts['items']:,} films, {counts['interactions']:,} ratings; {about['n_folds']} "
        f"{'split' if about['n_folds'] == 1 else 'splits'}."
    )
    head = ["method", *(LABELS[column] for column in columns), "fit, s", "better than"]
    return f"## {kind.title}\n\n{kind.words}\n{size}\n\n" + table(head, rows) + "\n" + verdict(found, order)


def cuts_as_reports(cuts: Sequence[tuple[Any, Json]]) -> list[Json]:
    """The cuts as `made_with` wants them."""
    return [{"dataset": kind.title, "about": report["about"]} for kind, report in cuts]


def rating_table(ratings: Json) -> str:
    """RMSE on ML-100K's canonical folds, beside published figures."""
    folds_of = ", ".join(f"{fold['rmse']:.3f}" for fold in ratings["folds"])
    rows = [[f"`{ratings['method']}`", f"**{ratings['mean']['rmse']:.3f}**", f"u1 to u5: {folds_of}"]]
    rows += [
        [name, f"{value:.3f}", "published, on random fifths"] for name, value in ratings["published"].items()
    ]
    seconds, within = ratings["mean"]["fit_seconds"], ratings["mean"]["within_one_spread"]
    return (
        "## Predicted ratings: MovieLens 100K, folds u1 to u5\n\n"
        + table(["method", "RMSE", "where"], rows)
        + f"\nA fit takes {seconds:.0f} s; {within:.0%} of the ratings lie within one spread of their prediction (68 % "
        "expected of a normal\ndistribution). The published figures are of other splits of the same ratings: near, but not "
        "the same question.\n"
    )


def made_with(reports: Sequence[Json]) -> str:
    """Versions, machine, dates."""
    lines = ["## Made with\n"]
    for report in reports:
        about = report["about"]
        versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
        machine = about["machine"]
        lines.append(
            f"- {report['dataset']}: {about['date']}, {machine['cpus']} cores, {machine['system']}, Python "
            f"{machine['python']}, {versions}; seed {about['seed']}."
        )
    lines.append(
        "\nSeconds were taken on a machine that did other work at the same time: read them as upper bounds.\n"
    )
    return "\n".join(lines)
