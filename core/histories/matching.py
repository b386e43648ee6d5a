"""A history found in a catalogue: which films are sure, which doubtful, which are not there."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from core.datasets.exports.entry import Entry, Status
from core.datasets.reading.titles import normalise_title
from core.histories.film_index import FilmIndex, Slip, Tie
from core.histories.history import History
from core.histories.mentions import Mention, mentions_of, opinion_of
from core.histories.strengths import strengths

FAR = 3
"""Years apart up to which a film of the very title is offered."""
LETTERS_OF_ONE, LETTERS_OF_TWO = 8, 16
"""Letters of a title of which one, two may differ for it to be taken as a slip."""
SEEN_ALONE = 0.5
"""Weight of a film that was seen, in a history that holds no opinion at all: what somebody watches, they chose."""
OFFERED = 5
"""How many films are offered for a doubtful one."""
_WHOLE = (Tie.TITLE, Tie.ARTICLE, Tie.SPELLING)


@dataclass(frozen=True)
class Offer:
    """A film of the catalogue that may be meant.

    Attributes:
        item_index: The film.
        tie: What speaks for it.
        apart: Years between the two; None = one of them has none.
        is_enough: Whether it is taken if no other is as good.
        is_other: Whether both have an id, and not the same.
    """

    item_index: int
    tie: Tie
    apart: int | None = 0
    is_enough: bool = True
    is_other: bool = False

    @property
    def merit(self) -> tuple[bool, int, int]:
        """The smaller, the better; two that are equal cannot be told apart."""
        return self.is_other or not self.is_enough, 9 if self.apart is None else self.apart, self.tie


@dataclass(frozen=True)
class Sure:
    """One film of the catalogue, and all that a history says of it."""

    item_index: int
    mentions: tuple[Mention, ...]
    tie: Tie

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All rows."""
        return tuple(entry for mention in self.mentions for entry in mention.entries)


@dataclass(frozen=True)
class Doubtful:
    """A film that may be one of several, or of another year: the likeliest first, then the better known."""

    mention: Mention
    offers: tuple[Offer, ...]


@dataclass(frozen=True)
class Matched:
    """What became of every film of a history.

    Attributes:
        sure: Films that were found, each once.
        doubtful: Films to be confirmed; they count for nothing until then.
        missing: Films that the catalogue does not have.
        newer: The same, and newer than any film that it has.
        newest: Year of its newest film; None = it has no years.
        weights: item_index and weight in [-1, 1] of all films seen, see `strengths`; a favourite weighs 1, a film seen
            without an opinion 0, or `SEEN_ALONE` where there is no opinion on any film.
        wanted: item_index of films on a watchlist that were not seen.
        has_opinions: Whether any film of the history, found or not, is rated or a favourite.
    """

    sure: tuple[Sure, ...]
    doubtful: tuple[Doubtful, ...]
    missing: tuple[Mention, ...]
    newer: tuple[Mention, ...]
    newest: int | None
    weights: tuple[tuple[int, float], ...]
    wanted: tuple[int, ...]
    has_opinions: bool

    def counts(self) -> dict[str, int]:
        """How many films are in each part, and how many of those found are rated, liked, seen and wanted."""
        opinions = [opinion_of(one.entries) for one in self.sure]
        return {
            "found": len(self.sure),
            "doubtful": len(self.doubtful),
            "missing": len(self.missing),
            "newer": len(self.newer),
            "same_film": sum(len(one.mentions) - 1 for one in self.sure),
            "rated": sum(one.level is not None for one in opinions),
            "liked": sum(one.is_liked for one in opinions),
            "seen": sum(one.is_seen for one in opinions),
            "wanted": len(self.wanted),
        }

    def by_tie(self) -> dict[Tie, int]:
        """How many films each kind of tie ties, the strongest first."""
        found = Counter(one.tie for one in self.sure)
        return {kind: found[kind] for kind in Tie if found[kind]}


def match_history(history: History, films: FilmIndex, dataset: str = "") -> Matched:
    """Find the films of a history.

    A film is taken by what its reader said, else by id, else where one film alone fits best:

    - in the same year by its whole title, whatever the spelling or the article, by a title without a subtitle, by a part
      of it, or by a title with a slip (one letter of eight or more, two of sixteen or more);
    - a year apart by its whole title, whatever the spelling;
    - where the history has no year by its whole title, if that has two words or more beside an article.

    All else that is near is offered. Films with different ids are never taken for each other by their titles.

    Args:
        history: What was read.
        films: The catalogue.
        dataset: Its name, to which the person's choices belong.
    """
    chosen = history.choices.get(dataset, {})
    found: dict[int, list[tuple[Mention, Tie]]] = defaultdict(list)
    doubtful: list[Doubtful] = []
    missing: list[Mention] = []
    newer: list[Mention] = []
    mentions = mentions_of(history.entries)
    for mention in mentions:
        offers = _offers(mention, films, chosen)
        if offers and _is_sure(offers):
            found[offers[0].item_index].append((mention, offers[0].tie))
        elif offers:
            doubtful.append(Doubtful(mention, tuple(offers[:OFFERED])))
        elif mention.year and films.newest and mention.year > films.newest:
            newer.append(mention)
        else:
            missing.append(mention)
    has_opinions = any(one.level is not None or one.status == Status.LIKED for one in history.entries)
    sure = tuple(
        Sure(item, tuple(mention for mention, _ in pairs), min(tie for _, tie in pairs))
        for item, pairs in found.items()
    )
    return Matched(
        sure,
        tuple(doubtful),
        tuple(missing),
        tuple(newer),
        films.newest,
        _weights(sure, mentions, has_opinions=has_opinions),
        tuple(one.item_index for one in sure if opinion_of(one.entries).is_wanted),
        has_opinions,
    )


def _is_sure(offers: list[Offer]) -> bool:
    best = offers[0]
    is_alone = len(offers) == 1 or offers[1].merit != best.merit
    return best.is_enough and not best.is_other and is_alone


def _offers(mention: Mention, films: FilmIndex, chosen: Mapping[str, str]) -> list[Offer]:
    """Films that may be meant, the best first; of equally good ones the best known."""
    choice = chosen.get(mention.key)
    if choice is not None and (not choice or choice in films.item_of):
        return [Offer(films.item_of[choice], Tie.CHOICE)] if choice else []
    known = films.with_id(mention.imdb_id, mention.tmdb_id)
    if known is not None:
        return [Offer(known, Tie.ID)]
    found = [
        offer
        for item, tie in films.titled(mention.names).items()
        if (offer := _by_title(mention, films, item, tie))
    ]
    if not any(one.is_enough for one in found):
        years = None if mention.year is None else (mention.year, mention.year - 1, mention.year + 1)
        taken = {one.item_index for one in found}
        slips = [slip for slip in films.similar(mention.names, years) if slip.item_index not in taken]
        found += [_by_slip(mention, films, slip) for slip in slips]
    found = [one for one in found if not one.is_other or (one.tie in _WHOLE and one.apart == 0)]
    return sorted(found, key=lambda one: (one.merit, -int(films.counts[one.item_index]), one.item_index))


def _by_title(mention: Mention, films: FilmIndex, item: int, tie: Tie) -> Offer | None:
    """A film of that title, unless it is of quite another year."""
    apart = _apart(mention, films, item)
    is_whole = tie in _WHOLE
    if apart is not None and apart > (FAR if is_whole else 1):
        return None
    # without a year, titles of one word are those of other films too often
    has_words = all(len(normalise_title(name).split()) > 1 for name in mention.names)
    is_exact = mention.year is None and tie in (Tie.TITLE, Tie.SPELLING) and has_words
    is_near = apart == 1 and is_whole and tie != Tie.ARTICLE  # "The Fear" (1995) is not "Fear" (1996)
    is_enough = apart == 0 or is_near or is_exact
    return Offer(item, tie, apart, is_enough, _is_other(mention, films, item))


def _by_slip(mention: Mention, films: FilmIndex, slip: Slip) -> Offer:
    apart = _apart(mention, films, slip.item_index)
    is_small = slip.letters >= (LETTERS_OF_ONE if slip.slips <= 1 else LETTERS_OF_TWO) and slip.slips <= 2
    is_enough = is_small and slip.has_same_numbers and apart == 0
    is_other = _is_other(mention, films, slip.item_index)
    return Offer(slip.item_index, Tie.SIMILAR, apart, is_enough, is_other)


def _apart(mention: Mention, films: FilmIndex, item: int) -> int | None:
    year = films.years[item]
    return None if mention.year is None or year is None else abs(mention.year - year)


def _is_other(mention: Mention, films: FilmIndex, item: int) -> bool:
    pairs = ((mention.imdb_id, films.imdb_ids[item]), (mention.tmdb_id, films.tmdb_ids[item]))
    return any(own and theirs and own != theirs for own, theirs in pairs)


def _weights(
    sure: tuple[Sure, ...], mentions: list[Mention], *, has_opinions: bool
) -> tuple[tuple[int, float], ...]:
    """What every seen film weighs. The person's scale is that of all their films, found or not."""
    own = {one.item_index: opinion_of(one.entries) for one in sure}
    placed = {mention.key for one in sure for mention in one.mentions}
    elsewhere = [opinion_of(mention.entries) for mention in mentions if mention.key not in placed]
    opinions = [*own.values(), *elsewhere]
    unrated = 0.0 if has_opinions else SEEN_ALONE
    rated = [item for item, opinion in own.items() if opinion.level is not None]
    levels = [opinion.level for opinion in opinions if opinion.level is not None]
    strength = dict(zip(rated, strengths(levels).tolist(), strict=False))  # those that were found come first
    return tuple(
        (item, 1.0 if opinion.is_liked else strength.get(item, unrated))
        for item, opinion in own.items()
        if opinion.is_seen
    )
