"""The text of a film that an embedding model reads."""

import re

from core.domain import Catalog

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"'(])")
_INITIAL = re.compile(r"(?:^|[\s(])(?:[A-Z]|Mr|Mrs|Ms|Dr|St|Jr|Sr|Lt|Sgt|vs|No|Vol)\.$")
_MAKING = re.compile(
    r"\b(?:directed|produced|written|wrote|co-written|screenplay|starring|stars|co-stars|released?|distributed|premiered?"
    r"|box office|gross(?:ed|ing|es)?|budget|critics?|critical|reviews?|awards?|awarded|nominat\w+|oscars?|soundtrack"
    r"|composed|sequel|prequel|remake|franchise|instal+ment|filmed|filming|shot (?:in|on)|voices? of|voiced|film features"
    r"|based (?:on|upon)|adapted|adaptation|debut|studios?|pictures|million|theatrical\w*|registry|rotten|cinematograph\w*"
    r"|trilogy|supporting (?:role|cast)\w*|ensemble cast|title role|portray(?:s|ed)|played by|academy|festival)\b",
    re.IGNORECASE,
)


def plot_of(overview: str) -> str:
    """The sentences of an overview that tell what happens, without those about how the film was made and received.

    Encyclopaedia texts are mostly about directors, budgets and prizes; read whole, they bring films together that
    were made alike, not films that are alike. Where no sentence is left, the first one stays.
    """
    sentences: list[str] = []
    for piece in _SENTENCE_END.split(overview.strip()):
        if sentences and _INITIAL.search(sentences[-1]):
            sentences[-1] += " " + piece  # "directed by J. Lee Thompson" is one sentence
        else:
            sentences.append(piece)
    return " ".join([s for s in sentences if not _MAKING.search(s)] or sentences[:1])


def film_texts(catalog: Catalog, *, plot_words: int = 110) -> list[str]:
    """One text a film: genres, keywords, plot, director, cast, and the title last.

    What a film is about stands first, because a model weighs the beginning and cuts off what exceeds its window (256
    word pieces for MiniLM): with the title in front, "Heat" comes out nearest to "The Heat" and "Dead Heat". The plot
    (`plot_of`) is cut after `plot_words` words so that the people still fit; the rest is not read.
    """
    texts = []
    for film in catalog.films():
        parts = []
        if film.genres:
            parts.append(", ".join(film.genres) + ".")
        if film.keywords:
            parts.append(", ".join(film.keywords[:12]) + ".")
        if film.overview:
            parts.append(" ".join(plot_of(film.overview).split()[:plot_words]))
        if film.directors:
            parts.append("Directed by " + ", ".join(film.directors[:3]) + ".")
        if film.cast:
            parts.append("Starring " + ", ".join(film.cast[:5]) + ".")
        parts.append(film.label + ".")
        texts.append(" ".join(parts))
    return texts
