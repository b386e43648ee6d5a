"""What people type on the command line, parsed."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from core import embeddings, recommenders
from core.build.request import DEFAULT_SPACES
from core.domain import Filters
from core.errors import InvalidQueryError
from core.params import parse_params
from core.serving import Atlas

DatasetName = Annotated[str, typer.Argument(help="Name of the dataset, see `datasets`.")]

Fame = Annotated[
    float, typer.Option(help="-1 = less known films that fit, 0 = as the method has it, 1 = well known ones.")
]

Genres = Annotated[list[str] | None, typer.Option("--genre", help="Only films with one of these genres.")]
NotGenres = Annotated[list[str] | None, typer.Option("--not-genre", help="No film with any of these genres.")]
Years = Annotated[str, typer.Option("--years", help="First and last year, e.g. 1990:2005.")]
Languages = Annotated[list[str] | None, typer.Option("--language", help="Original language, e.g. en.")]
MinRatings = Annotated[int, typer.Option("--min-ratings", help="Only films with at least this many ratings.")]
MethodName = Annotated[str, typer.Option("--method", help="Which method answers; taste where it can.")]
SpaceName = Annotated[str, typer.Option("--space", help="Embedding, for methods that search in one.")]
MethodParams = Annotated[
    list[str] | None,
    typer.Option("--param", help="Parameter of the method, name=value; see `methods NAME`."),
]
Diversity = Annotated[float, typer.Option("--diversity", help="0 = the best, 1 = as different as can be.")]
Count = Annotated[int, typer.Option("-k", help="How many.")]


def filters_of(
    genre: Genres, not_genre: NotGenres, years: str, language: Languages, min_ratings: int
) -> Filters:
    """Filters as typed.

    Raises:
        InvalidQueryError: The years cannot be read.
    """
    return Filters(
        tuple(genre or ()), tuple(not_genre or ()), parse_years(years), tuple(language or ()), min_ratings
    )


def params_of(method: str, param: MethodParams, space: str) -> dict[str, Any]:
    """A method's parameters as typed, the embedding among them.

    Raises:
        UnknownNameError, InvalidQueryError: There is no such method, parameter or value.
    """
    params = parse_params(recommenders.method_class(method).Params, param or [])
    return params | ({"space": space} if space else {})


def parse_years(text: str) -> tuple[int, int] | None:
    """ "1990:2005", "1990:", ":2005" or "1999"; None for "".

    Raises:
        InvalidQueryError: Anything else.
    """
    if not text:
        return None
    first, colon, last = text.partition(":")
    try:
        low = int(first) if first else 0
        return low, (int(last) if last else 9999) if colon else low
    except ValueError:
        raise InvalidQueryError(
            f"The years “{text[:40]}” cannot be read.", hint="Write them as 1990:2005."
        ) from None


def expand_spaces(names: Sequence[str]) -> tuple[str, ...]:
    """Encoder names, the one to show first first; none = the default, "all" = every one that needs no network."""
    if "all" not in names:
        return tuple(names) or DEFAULT_SPACES
    offline = [name for name in embeddings.names() if not embeddings.encoder_class(name).needs_network]
    return tuple(dict.fromkeys([*DEFAULT_SPACES, *offline, *(name for name in names if name != "all")]))


def parse_columns(pairs: Sequence[str]) -> dict[str, str]:
    """["title=Name", …] as {"title": "Name"}.

    Raises:
        InvalidQueryError: One without "=".
    """
    for pair in pairs:
        if "=" not in pair:
            raise InvalidQueryError(
                f"The column “{pair[:60]}” cannot be read.", hint="Write it as ours=theirs."
            )
    return dict(pair.split("=", 1) for pair in pairs)


def user_index(atlas: Atlas, user_id: str) -> int | None:
    """user_index of an id, None for "".

    Raises:
        InvalidQueryError: Nobody has this id.
    """
    if not user_id:
        return None
    found = (atlas.interactions.user_ids == user_id).nonzero()[0]
    if not len(found):
        raise InvalidQueryError(f"No user has the id “{user_id[:40]}” in {atlas.about['label']}.")
    return int(found[0])
