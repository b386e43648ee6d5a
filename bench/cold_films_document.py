"""The page docs/cold-films.md, made of what `bench/cold_films.py` kept."""

from typing import Any

Json = dict[str, Any]

INTRO = """\
# Films that nobody has rated

Written by `python bench/cold_films.py render` from the figures in `bench/results/`; a test fails where the two differ. All
ratings are real ones.

A tenth of the rated films loses all its ratings, three times by three draws. Methods learn from the ratings of the other
films; then every person's cold films are ranked by what the films are about. **Among themselves**: only the cold films
compete for the ten places. **Among all films**: every film of the catalogue does that the person has not rated, and only
cold ones count as hits, so that a method which never shows a cold film has 0. Here all films are scored by their content
alike; but `learned_content` learned from those that have ratings.

nDCG@10 has binary gains (rated 4 or more), the discount 1 / log2(rank + 1), and an ideal list cut at min(10, liked). A
person's figure is the mean over the draws that hold out a film they like; others are left out. Intervals in brackets are
95 %, from 1,000 resamples of the people; those of "times genres alone" resample both figures together. Equal scores are
listed by chance.

- `genres alone`: cosine of a film's genres to the mean of the genres of the films that somebody likes.
- `genres, learned`: the regression of `learned_content`, told the genres and nothing else. What lies between the two rows is
  due to learning, what lies between this one and `learned_content` to the other content.
- `learned_content, one list for everybody`: the films that are expected to be liked most, the same for all people. What lies
  above it is due to the person.
- `content`: cosine of MiniLM vectors; `genre_clusters`: the same within the best genres; `random`: by chance.
- `learned_content`: [what it does](methods.md#learned-content-learned_content). It reads title, plot, people, genres and
  year, and other people's ratings of **other** films. It reads no votes, no popularity and no rating of a cold film.

Plots and people are those of [Wikipedia's film lists](wikipedia.md), for as many films as they know. That a film has a page
there is itself a trace of fame, which every method here but the genres can read. MovieLens's tags are taken out of the films
and of their vectors: where somebody has tagged a film, somebody has seen it. The row "with tags" has them.

The settings of `learned_content` were chosen on two other draws of MovieLens 100K's films (100 and 101), and looked at on a
third of latest-small (100); cold films of the draws here are partly those of these. One draw can mislead: on the single
one of [the evaluation](evaluation.md), `genre_clusters` looks much better than over three.
"""

COLUMNS = "| method | nDCG@10 | times genres alone | places given to cold films |\n| --- | --- | --- | --- |"


def document(found: list[Json]) -> str:
    """The whole page, from the figures of every dataset."""
    parts = [INTRO]
    for one in found:
        counts = one["counts"]
        parts.append(
            f"## {one['dataset']}\n\n{counts['users']:,} people, {counts['items']:,} films, "
            f"{100 * one['share_with_plot']:.0f} % of them with a plot; {one['n_films']:,} cold films in each of "
            f"{len(one['seeds'])} draws ({', '.join(map(str, one['seeds']))}).\n"
        )
        for question, figures in one["questions"].items():
            ordered = sorted(figures["methods"].items(), key=lambda pair: -pair[1]["ndcg"]["mean"])
            rows = "\n".join(row(label, values) for label, values in ordered)
            parts.append(f"**{question.capitalize()}** ({figures['users']:,} people):\n\n{COLUMNS}\n{rows}\n")
    made = "\n".join(f"- {made_with(one)}" for one in found)
    return "\n".join([*parts, f"## Made with\n\n{made}\n"])


def row(label: str, values: Json) -> str:
    """One method's line."""
    ndcg, times = values["ndcg"], values["times_genres"]
    ratio = f"{times['mean']:.1f} [{times['low']:.1f}, {times['high']:.1f}]"
    return (
        f"| `{label}` | {ndcg['mean']:.4f} [{ndcg['low']:.4f}, {ndcg['high']:.4f}] | {ratio} "
        f"| {100 * values['unrated_share']:.1f}% |"
    )


def made_with(one: Json) -> str:
    """When and on what the figures of a dataset were measured."""
    machine, versions = (
        one["machine"],
        ", ".join(f"{name} {number}" for name, number in one["versions"].items()),
    )
    system = f"{machine['cpus']} cores, {machine['system']}, Python {machine['python']}"
    return f"{one['dataset']}: {one['date']}, {system}, {versions}."
