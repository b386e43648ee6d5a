"""What the stages of a build are expected to take, by their names; formulas of methods and embeddings stand with these.

Constants were measured on 2 cores: at 9,742 real films, and at 62,423 and a million generated ones (bench/results).
"""

from collections.abc import Callable, Mapping

from core import embeddings, recommenders
from core.compute.cost import Cost, Size


def cost_of(stage: str, size: Size, encoders: Mapping[str, str]) -> Cost:
    """What a stage of this name takes, by formula.

    Args:
        stage: Such as "map-minilm".
        size: Of the dataset.
        encoders: Encoder -> how it was asked for; see `core.embeddings.create`.
    """
    if stage in _WHOLE:
        return _WHOLE[stage](size)
    kind, _, name = stage.partition("-")
    if kind == "method":
        return recommenders.create_for(name, list(encoders)).cost(size)
    if kind == "space":
        return embeddings.encoder_class(encoders.get(name, name)).cost(size)
    return _A_SPACE[kind](size)


def _map(size: Size) -> Cost:
    n = size.n_items
    searched = min(n, 100_000)  # beyond, neighbours are searched for and the map is measured on so many
    return Cost(4 + 1.8e-3 * n + 2.2e-8 * searched * n, 0.1 + 8e-6 * n)


_WHOLE: Mapping[str, Callable[[Size], Cost]] = {
    "dataset": lambda size: Cost(5e-4 * size.n_items + 1.5e-6 * size.n_ratings, 8e-8 * size.n_ratings),
    "taste-groups": lambda size: Cost(0.2 + 4.5e-7 * size.n_ratings, 4e-8 * size.n_ratings),
    "table": lambda size: Cost(1 + 2.5e-4 * size.n_items, 1e-5 * size.n_items),
    "table-users": lambda size: Cost(5.5e-4 * size.n_users, 1e-5 * size.n_users),
}
_A_SPACE: Mapping[str, Callable[[Size], Cost]] = {
    "map": _map,
    "clusters": lambda size: Cost(7e-4 * size.n_items, 2e-6 * size.n_items),
}
