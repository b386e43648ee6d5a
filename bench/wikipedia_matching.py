"""How many films find their page in Wikipedia's lists, by what, and why the others do not.

    python bench/wikipedia_matching.py DATA [--dataset ml-latest-small] [--with OTHER] [--known] [--sample N] [--seed S]
        [--of EVIDENCE]

DATA holds the dataset and `wikipedia-movies/`. Prints the share of films and of ratings with a page, how many each kind
of evidence ties, how many each reason left without, and the seconds of reading and of matching. `--with` fills the films
in from another dataset in DATA first; `--known` prints what share of the films has a plot, a cast and so on, as read,
filled in, and with Wikipedia. With `--sample` it also
prints N pairs drawn at random, to be checked by hand: precision is the share that is right, and `--right R` gives the 95 %
Wilson interval of R right ones among N. What is printed then is the dataset's: do not publish it.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core.datasets import bundled_folder, load
from core.datasets.linked_facts import FACTS, filled_in
from core.datasets.wikipedia.candidates import Evidence
from core.datasets.wikipedia.enrich import catalog_films, enrich_with_wikipedia
from core.datasets.wikipedia.film_lists import WikipediaFilm, read_films
from core.datasets.wikipedia.matching import Matching, match_films
from core.domain import Catalog, Dataset, LoadReport


def wilson(right: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """The interval of a share, 95 % by default.

    Source: Wilson (1927), "Probable inference, the law of succession, and statistical inference".
    """
    share = right / n
    middle = share + z * z / (2 * n)
    width = z * float(np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)))
    return (middle - width) / (1 + z * z / n), (middle + width) / (1 + z * z / n)


def print_sample(
    catalog: Catalog,
    pages: list[WikipediaFilm],
    matching: Matching,
    kinds: set[Evidence],
    n: int,
    seed: int,
) -> None:
    """Pairs to check: the film as the catalogue has it, and the page's titles, year and text."""
    films = sorted(film for film, kind in matching.evidence_of.items() if kind in kinds)
    rng = np.random.default_rng(seed)
    for number, film in enumerate(sorted(rng.choice(films, min(n, len(films)), replace=False)), 1):
        one, page = catalog.film(int(film)), pages[matching.page_of[int(film)]]
        second = f" / {one.original_title}" if one.original_title else ""
        print(f"\n{number}. {one.label}{second}; {', '.join(one.genres)}; {one.imdb_id}")
        print(f"   {matching.evidence_of[int(film)].words}: {' / '.join(page.titles)}, list of {page.year}")
        print(f"   {page.extract[:200] or ', '.join(page.cast) or 'no text, no cast'}")


def print_known(stages: dict[str, Dataset]) -> None:
    """Share of the films that have a plot, a cast and so on, one column a stage; the plots' share of the ratings last."""
    print(f"{'share of films with':20}" + "".join(f"{name:>16}" for name in stages))
    for column, words in FACTS.items():
        shares = [1 - one.catalog.unknown(column) / one.n_items for one in stages.values()]
        print(f"{words:20}" + "".join(f"{share:16.2%}" for share in shares))
    rated = []
    for one in stages.values():
        counts, has_plot = one.interactions.item_counts(), (one.catalog.items["overview"] != "").to_numpy()
        rated.append(counts[has_plot].sum() / max(counts.sum(), 1))
    print(f"{'ratings with plots':20}" + "".join(f"{share:16.2%}" for share in rated))


def main() -> None:
    """Match, count and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--dataset", default="ml-latest-small")
    parser.add_argument("--with", action="append", default=[], dest="others")
    parser.add_argument("--known", action="store_true")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--of", action="append", choices=[kind.name.lower() for kind in Evidence])
    parser.add_argument("--right", type=int, help="how many of --sample were right")
    options = parser.parse_args()
    if options.right is not None:
        low, high = wilson(options.right, options.sample)
        share = options.right / options.sample
        print(f"{share:.1%} of {options.sample} ({low:.1%} to {high:.1%})")
        return
    dataset = as_read = load(options.dataset, options.data)
    if options.others:
        others = [load(name, bundled_folder(name) or options.data) for name in options.others]
        dataset = filled_in(dataset, others)
        print(*dataset.report.notes[-len(others) :], sep="\n")
    started = time.perf_counter()
    pages = read_films(options.data / "wikipedia-movies", LoadReport())
    read = time.perf_counter()
    matching = match_films(catalog_films(dataset.catalog), pages)
    matched = time.perf_counter()
    chosen = np.array(sorted(matching.page_of), np.int64)
    counts = dataset.interactions.item_counts()
    texts = sum(bool(pages[page].extract) for page in matching.page_of.values())
    print(f"{len(chosen):,} of {dataset.n_items:,} films have a page ({len(chosen) / dataset.n_items:.2%}),")
    print(f"{texts:,} one with text; they carry {counts[chosen].sum() / counts.sum():.2%} of the ratings.")
    print(f"{read - started:.1f} s to read {len(pages):,} pages, {matched - read:.1f} s to match.")
    for kind, count in matching.by_evidence().items():
        print(f"{count:7,}  {kind.name.lower()}: {kind.words}")
    for reason, count in matching.by_loss().items():
        print(f"{count:7,}  without a page: {reason}")
    if options.known:
        enriched = enrich_with_wikipedia(dataset, options.data / "wikipedia-movies")
        print_known({"as read": as_read, "filled in": dataset, "with Wikipedia": enriched})
    if options.sample:
        kinds = {Evidence[name.upper()] for name in options.of} if options.of else set(Evidence)
        print_sample(dataset.catalog, pages, matching, kinds, options.sample, options.seed)


if __name__ == "__main__":
    main()
