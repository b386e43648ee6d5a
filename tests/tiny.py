"""A small made-up catalogue with a known shape, and an encoder that needs no model."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from core import embeddings
from core.compute.progress import Progress, no_progress
from core.domain import Catalog, Dataset, Interactions
from core.embeddings import Encoder, Stamp
from core.types import FloatMatrix

WORLDS = {
    "space": ("Sci-Fi", "A crew flies a rocket to a distant planet and meets aliens.", "alien", "en"),
    "love": ("Romance", "Two strangers fall in love on a train and promise to meet again.", "wedding", "fr"),
    "heist": ("Crime", "A thief plans one last robbery of a bank with an old friend.", "heist", "en"),
    "ghost": ("Horror", "A family moves into a house where something walks at night.", "haunted house", "ja"),
}
NOUNS = ("Story", "House", "Return", "Summer", "Winter", "Letter", "Road", "Island", "Secret")


def tiny_frame(per_world: int = 9) -> pd.DataFrame:
    """`4 * per_world` films in four worlds that share genre, words, keyword and a director."""
    rows = []
    for world, (genre, plot, keyword, language) in WORLDS.items():
        for n in range(per_world):
            rows.append(
                {
                    "item_id": f"{world}-{n}",
                    "title": f"The {world.title()} {NOUNS[n % 9]}",
                    "year": 1960 + 6 * n,
                    "genres": [genre, "Drama"] if n % 3 == 0 else [genre],
                    "overview": f"{plot} Chapter {n} of it.",
                    "keywords": [keyword, "friendship"] if n % 2 else [keyword],
                    "directors": [f"{world.title()} Maker"],
                    "cast": [f"{world.title()} Star", f"Player {n}"],
                    "language": language,
                }
            )
    return pd.DataFrame(rows)


def tiny_dataset(name: str = "tiny", n_users: int = 23, per_world: int = 9) -> Dataset:
    """Users who each like one world; the last film of every world is rated by nobody."""
    catalog = Catalog.of(tiny_frame(per_world))
    rng = np.random.default_rng(7)
    users, items, ratings, stamps = [], [], [], []
    for user in range(n_users):
        liked = user % 4
        for item in range(len(catalog)):
            world, n = divmod(item, per_world)
            if n == per_world - 1 or rng.random() > (0.75 if world == liked else 0.2):
                continue
            users.append(f"u{user}")
            items.append(item)
            ratings.append(rng.choice([4.0, 4.5, 5.0] if world == liked else [1.0, 2.0, 3.0]))
            stamps.append(1_000_000_000 + 86_400 * len(users))
    interactions = Interactions.of(users, items, ratings, len(catalog), timestamps=stamps)
    return Dataset(name, "Tiny films", catalog, interactions, "Made up.", "tests")


def write_own_files(folder: Path, dataset: Dataset) -> Path:
    """The dataset as a person's own CSV files."""
    folder.mkdir(parents=True, exist_ok=True)
    items = dataset.catalog.items
    frame = items[["item_id", "title", "year", "overview", "language"]].copy()
    for name in ("genres", "keywords", "cast", "directors"):
        frame[name] = ["|".join(values) for values in items[name]]
    frame.to_csv(folder / "films.csv", index=False)
    table = dataset.interactions.ratings.tocoo()
    pd.DataFrame(
        {
            "user_id": dataset.interactions.user_ids[table.row],
            "item_id": items["item_id"].to_numpy()[table.col],
            "rating": table.data,
        }
    ).to_csv(folder / "ratings.csv", index=False)
    return folder


@embeddings.register
class Letters(Encoder):
    """Counts of letter pairs in title, plot, keywords and genres: films of one world come out alike."""

    name = "letters"
    label = "Letters"
    description = "For tests."
    dim = 64

    def stamp(self) -> Stamp:
        return Stamp(self.name, "1", self.dim)

    def encode_items(
        self, dataset: Dataset, *, workdir: Path | None = None, progress: Progress = no_progress
    ) -> FloatMatrix:
        items = dataset.catalog.items
        progress(0, len(items))
        texts = [
            f"{row.overview} {' '.join(row.keywords)} {' '.join(row.genres)}"
            for row in items.itertuples(index=False)
        ]
        vectors = self.encode_texts(texts)
        progress(len(items), len(items))
        return vectors

    def encode_texts(self, texts: Sequence[str]) -> FloatMatrix:
        out = np.zeros((len(texts), self.dim), np.float32)
        for row, text in enumerate(texts):
            for a, b in zip(text.lower(), text.lower()[1:], strict=False):
                if a.isalpha() and b.isalpha():
                    out[row, (ord(a) * 31 + ord(b) * 7) % self.dim] += 1
        out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
        return out
