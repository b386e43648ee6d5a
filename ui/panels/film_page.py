"""A film's page: everything known of one film, drawn where the caller says, for example in a dialog."""

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.domain import Reason
from core.exploration.film_facts import running_time
from core.exploration.film_page import FilmPage, NearFilm
from core.exploration.film_people import FilmPerson
from core.serving import Atlas
from ui.charts import palette
from ui.map import element, told
from ui.panels.film_cards import poster_html
from ui.panels.film_ratings import how_it_was_rated
from ui.text import is_dark, plain, space_label

Open = Callable[[int], None]
Meet = Callable[[str], None]

SHOWN_FILMS = 8
"""So many other films of a director stand in the row; the rest on the person's own page."""
FRAME = "page-of-film"
"""Key of the container: Streamlit makes a class of it, by which the style speaks of what is inside."""
STYLE = """
<style>
.ma-page {display:grid; grid-template:auto 1fr / max-content 1fr; column-gap:22px; line-height:1.45; overflow-wrap:anywhere;}
.ma-page .ma-poster {grid-row:1 / span 2; border-radius:8px; background-size:cover; background-position:center;
  box-shadow:0 1px 4px rgba(0,0,0,.3);}
.ma-page-rest {align-self:start;}
.ma-page h2 {font-size:1.7rem; line-height:1.2; font-weight:650; margin:0; padding:0;}
.ma-page h2 span {font-weight:400; opacity:.65;}
@media (max-width:640px) {
  .ma-page {column-gap:14px;}
  .ma-page .ma-poster {grid-row:1; width:92px !important; height:138px !important;}
  .ma-page-rest {grid-column:1 / -1; margin-top:6px;}
  .ma-page h2 {font-size:1.4rem;}
}
.ma-page-original {opacity:.75; margin-top:2px;}
.ma-page-line {opacity:.75; margin-top:6px;}
.ma-page-tagline {opacity:.75; font-style:italic; margin-top:8px;}
.ma-page-plot {margin-top:10px; max-width:80ch;}
.ma-page-quiet {opacity:.7; margin-top:10px;}
.ma-facts {display:grid; grid-template-columns:max-content 1fr; gap:3px 18px; margin:0;
  padding:0 !important; line-height:1.45;}
.ma-facts dt {opacity:.65; margin:0; font-weight:400;}
.ma-facts dd {margin:0; overflow-wrap:anywhere;}
.ma-why-list {margin:0; padding-left:1.2em; line-height:1.5;}
[class*="st-key-page-of-"] button[kind="tertiary"] {min-height:1.9rem; max-width:100%;}
[class*="st-key-page-of-"] button[kind="tertiary"] div {justify-content:flex-start; text-align:left;}
[class*="st-key-page-of-"] button[kind="tertiary"] p {white-space:normal; overflow-wrap:anywhere;}
[class*="st-key-row-"] {row-gap:0; column-gap:16px;}
.ma-small-head {font-size:1rem; font-weight:650; margin:0; padding:0;}
</style>
"""


def film_page(
    atlas: Atlas,
    page: FilmPage,
    *,
    on_film: Open,
    on_person: Meet,
    actions: Open | None = None,
    why: Sequence[Reason] = (),
) -> None:
    """Everything known of one film; what is not known is said where it would stand.

    Args:
        atlas: The dataset.
        page: From `core.exploration.film_page.film_page`.
        on_film: Called with an item_index when another film is chosen.
        on_person: Called with a name when somebody is chosen.
        actions: Draws what can be done with this film: like, dislike, seen.
        why: Why it was recommended; the section is left out without any.
    """
    with st.container(key=FRAME):
        st.html(head_html(page))
        if actions is not None:
            actions(page.item_index)
        if why:
            st.subheader("Why it was recommended", anchor=False)
            lines = "".join(f"<li>{escape(reason.text)}</li>" for reason in why)
            st.html(f'{STYLE}<ul class="ma-why-list">{lines}</ul>')
        left, right = st.columns([3, 2], gap="medium")
        with left:
            _facts(page)
            _people(atlas, page, on_film, on_person)
        with right:
            _place(atlas, page)
        if page.saga:
            st.subheader("Series and remakes", anchor=False)
            _films(atlas, page.saga, on_film, f"saga-{page.item_index}")
        _nearest(atlas, page, on_film)
        how_it_was_rated(page)


def head_html(page: FilmPage) -> str:
    """Poster or drawn art, title, year, original title, tagline and plot, escaped."""
    film = page.film
    year = f" <span>({film.year})</span>" if film.year is not None else ""
    parts = [f'<h2 dir="auto">{escape(film.title)}{year}</h2>']
    if film.original_title and film.original_title != film.title:
        parts.append(f'<div class="ma-page-original" dir="auto">{escape(film.original_title)}</div>')
    said = [", ".join(film.genres), running_time(film.runtime), page.ratings.short if page.ratings else ""]
    parts.append(f'<div class="ma-page-line">{escape(" · ".join(filter(None, said)))}</div>')
    if film.tagline:
        parts.append(f'<div class="ma-page-tagline" dir="auto">{escape(film.tagline)}</div>')
    plot = '<div class="ma-page-quiet">What it is about is not known here.</div>'
    if film.overview:
        plot = f'<div class="ma-page-plot" dir="auto">{escape(film.overview)}</div>'
    poster = poster_html(film.title, film.year, film.poster_url, width=150)
    return f'{STYLE}<div class="ma-page">{poster}<div>{"".join(parts)}</div><div class="ma-page-rest">{plot}</div></div>'


def _facts(page: FilmPage) -> None:
    st.subheader("Facts", anchor=False)
    rows = "".join(
        f'<dt>{escape(fact.label)}</dt><dd dir="auto">{escape(fact.value)}</dd>'
        for fact in page.facts
        if fact.value
    )
    if rows:
        st.html(f'{STYLE}<dl class="ma-facts">{rows}</dl>')
    if missing := [fact.label.lower() for fact in page.facts if not fact.value]:
        st.caption(f"Not known here: {', '.join(missing)}.")
    if page.links:
        with _row(f"links-{page.item_index}"):
            for link in page.links:
                st.link_button(
                    f"{link.label}: the film’s page", link.url, icon=":material/open_in_new:", type="tertiary"
                )


def _people(atlas: Atlas, page: FilmPage, on_film: Open, on_person: Meet) -> None:
    st.subheader("People", anchor=False)
    if not page.directors:
        st.caption("Who directed it is not known here.")
    for place, person in enumerate(page.directors):
        key = f"director-{page.item_index}-{place}"
        with _row(key):
            st.caption("Directed by", width="content")
            _person(person, on_person, key)
        if person.others:
            shown = person.others[:SHOWN_FILMS]
            more = len(person.others) - len(shown)
            with _row(f"{key}-films"):
                st.caption("Also here:", width="content")
                for credit in shown:
                    _film(atlas, credit.item_index, on_film, f"{key}-{credit.item_index}")
                if more:
                    st.button(
                        f"{more} more",
                        key=f"{key}-more",
                        type="tertiary",
                        on_click=on_person,
                        args=(person.name,),
                    )
        else:
            st.caption("No other film of theirs is here.")
    if not page.cast:
        st.caption("Who plays in it is not known here.")
        return
    with _row(f"cast-{page.item_index}"):
        st.caption("With", width="content")
        for place, person in enumerate(page.cast):
            _person(person, on_person, f"cast-{page.item_index}-{place}", with_number=True)


def _row(key: str) -> DeltaGenerator:
    """Small things side by side, wrapped where they are too many."""
    return st.container(horizontal=True, vertical_alignment="center", key=f"row-{key}")


def _person(person: FilmPerson, on_person: Meet, key: str, *, with_number: bool = False) -> None:
    n = len(person.others)
    number = f" :small[· {n} more]" if with_number and n else ""
    st.button(
        plain(person.name) + number, key=key, type="tertiary", on_click=on_person, args=(person.name,),
        help=f"{n:,} other {'film' if n == 1 else 'films'} here",
    )  # fmt: skip


def _film(atlas: Atlas, item: int, on_film: Open, key: str, *, before: str = "", after: str = "") -> None:
    label = before + plain(atlas.titles.labels[item]) + after
    st.button(label, key=key, type="tertiary", on_click=on_film, args=(item,))


def _films(atlas: Atlas, items: Sequence[int], on_film: Open, key: str) -> None:
    with _row(key):
        for item in items:
            _film(atlas, item, on_film, f"{key}-{item}")


def _nearest(atlas: Atlas, page: FilmPage, on_film: Open) -> None:
    st.subheader("Films like it", anchor=False)
    left, right = st.columns(2, gap="medium")
    with left:
        st.html(f'{STYLE}<h4 class="ma-small-head">By what they are about</h4>')
        st.caption(f"Nearest in the embedding {plain(space_label(page.space))}.")
        _near_list(atlas, page.by_content, on_film, f"about-{page.item_index}")
        if page.content_note:
            st.caption(page.content_note)
    with right:
        st.html(f'{STYLE}<h4 class="ma-small-head">By who likes them</h4>')
        simulated = " These people are simulated." if page.is_simulated else ""
        measure = ", with how many like both; well-known films are held back (asymmetric cosine)"
        st.caption(f"Liked by the same people{measure if page.by_ratings else ''}.{simulated}")
        if page.ratings_note:
            st.caption(page.ratings_note)
        _near_list(atlas, page.by_ratings, on_film, f"fans-{page.item_index}")


def _near_list(atlas: Atlas, films: Sequence[NearFilm], on_film: Open, key: str) -> None:
    with st.container(gap=None):
        for one in films:
            mark = " :small[:material/join_inner: in both lists]" if one.in_both else ""
            fans = f" :small[· {one.n_people:,} people]" if one.n_people is not None else ""
            _film(
                atlas,
                one.item_index,
                on_film,
                f"{key}-{one.rank}",
                before=f"{one.rank}\\. ",
                after=fans + mark,
            )


def _place(atlas: Atlas, page: FilmPage) -> None:
    st.subheader("On the map", anchor=False)
    name = space_label(page.space)
    if page.place is None:
        st.caption(f"It has no place on the map of {plain(name)}: nothing of it could be read.")
        return
    group = page.place.group
    words = f"in the group “{group.name}” of {group.size:,} films" if group else "in no group"
    mark = {"items": [page.item_index], "kind": "ring", "size": 9, "colour": palette.ink(is_dark()).accent}
    sent = told.sent_films(atlas, page.space)
    element.one_map(
        f"place-{page.item_index}-{page.space}",
        sent.films,
        told.plain_told(
            atlas,
            page.space,
            sent,
            marks=[mark],
            chosen=told.chosen_told(page.place.group_films),
            still=True,
            hides_legend=True,
            height="260px",
            alt=f"A small map of all films by {name}; this one is ringed, {words}.",
            opacity=0.9,
        ),
        where="film",
    )
    stronger = ", which stand out" if group else ""
    st.caption(f"The ring is this film, {plain(words)}{stronger}. Map of {plain(name)}.")
