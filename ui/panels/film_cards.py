"""Film cards as HTML. Everything that comes from a dataset is escaped here; addresses are checked."""

import base64
import hashlib
from collections.abc import Callable, Sequence
from html import escape
from urllib.parse import quote

from core.domain import Catalog, Film, Reason
from core.domain.catalog import item_label
from core.policy import shows_poster

STYLE = """
<style>
.ma-card {display:flex; flex-wrap:wrap; gap:10px 14px; align-items:flex-start; font-size:0.92rem; line-height:1.38;}
.ma-text {flex:1 1 170px; min-width:0;}
.ma-poster {flex:none; border-radius:6px; background-size:cover; background-position:center;
  box-shadow:0 1px 3px rgba(0,0,0,.28);}
.ma-title {font-weight:650; font-size:1.04rem; line-height:1.25; overflow-wrap:anywhere;}
.ma-year {opacity:.65; font-weight:400;}
.ma-line {opacity:.78; overflow-wrap:anywhere;}
.ma-why {margin-top:5px; overflow-wrap:anywhere;}
.ma-why div {padding-left:12px; border-left:2px solid color-mix(in srgb, currentColor 28%, transparent); margin-top:3px;}
.ma-chip {display:inline-block; border:1px solid color-mix(in srgb, currentColor 26%, transparent); border-radius:10px;
  padding:0 8px; margin:3px 4px 0 0; font-size:.8rem; opacity:.9;}
.ma-score {height:4px; border-radius:2px; background:color-mix(in srgb, currentColor 14%, transparent); margin:6px 0 2px;
  max-width:220px;}
.ma-score span {display:block; height:4px; border-radius:2px; background:#0f8aa6;}
.ma-rank {opacity:.68; font-variant-numeric:tabular-nums; margin-right:6px;}
.ma-tagline {font-style:italic; opacity:.72; margin-top:6px; overflow-wrap:anywhere;}
.ma-plot {opacity:.86; margin-top:6px; overflow-wrap:anywhere;}
.ma-cut {display:-webkit-box; -webkit-line-clamp:3; -webkit-box-orient:vertical; overflow:hidden; font-size:.86rem;}
.ma-meta {font-size:.82rem; opacity:.8; margin-top:4px; font-variant-numeric:tabular-nums;}
.ma-link {color:inherit; text-decoration:underline; text-decoration-color:color-mix(in srgb, currentColor 35%, transparent);
  text-underline-offset:2px;}
.ma-link:hover, .ma-link:focus-visible {text-decoration-color:currentColor;}
.ma-actions {display:flex; flex-wrap:wrap; gap:4px; margin-top:8px;}
.ma-actions .ma-button {display:inline-flex; align-items:center; gap:5px; font:inherit; font-size:.8rem; min-height:28px;
  padding:1px 9px; border-radius:14px; border:1px solid color-mix(in srgb, currentColor 30%, transparent);
  background:transparent; color:inherit; cursor:pointer;}
.ma-actions .ma-button:hover {background:color-mix(in srgb, currentColor 10%, transparent);}
.ma-actions .ma-button:focus-visible {outline:2px solid #0f8aa6; outline-offset:1px;}
.ma-actions .ma-button[aria-pressed=true] {background:color-mix(in srgb, #0f8aa6 24%, transparent); border-color:#0f8aa6;}
.ma-icon {font-family:"Material Symbols Rounded"; font-size:1.05rem; line-height:1; font-feature-settings:"liga";}
.ma-grid {display:grid; grid-template-columns:repeat(auto-fill, minmax(min(100%, 320px), 1fr)); gap:14px;
  margin:0 !important; padding:0 !important; list-style:none;}
.ma-grid > li {border:1px solid color-mix(in srgb, currentColor 16%, transparent); border-radius:8px; padding:13px 14px;
  margin:0 !important;}
.ma-grid > li.ma-said {grid-column:1 / -1; padding:7px 14px; min-height:0; border-style:dashed;
  display:flex; gap:12px; align-items:center;
  flex-wrap:wrap;}
</style>
"""

LONGEST_LINE = 220
"""Longer titles and lines are shortened in a card; the whole text stands in the tables."""

STUB = 6
"""Length of the shortest bar, in per cent of the longest."""


def poster_html(title: str, year: int | None, url: str, *, width: int = 74) -> str:
    """A poster, over a drawn stand-in that shows where there is none or it cannot be loaded.

    Addresses are those that `core.policy.shows_poster` lets a browser ask, quoted so that they cannot leave the style they
    stand in.
    """
    layers = [_stand_in(title, year)]
    if shows_poster(url):
        layers.insert(0, f"url('{quote(url, safe=':/?&=%+,~@!*-._')}')")
    style = f"width:{width}px;height:{round(width * 1.5)}px;background-image:{','.join(layers)};"
    label = escape(_short(item_label(title, year)), quote=True)
    return f'<div class="ma-poster" role="img" aria-label="Poster of {label}" style="{style}"></div>'


def _stand_in(title: str, year: int | None) -> str:
    """A drawn poster: the title on a colour of its own, the same every time."""
    hue = int(hashlib.blake2b(title.encode("utf-8", "replace"), digest_size=2).hexdigest(), 16) % 360
    lines = "".join(
        f'<text x="10" y="{34 + 17 * i}" font-size="14" font-weight="600" fill="#fff">{escape(line)}</text>'
        for i, line in enumerate(_wrap(title, 13, 6))
    )
    foot = f'<text x="10" y="168" font-size="12" fill="#fff" opacity=".75">{year}</text>' if year else ""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 180" font-family="sans-serif">'
        f'<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="hsl({hue},32%,38%)"/>'
        f'<stop offset="1" stop-color="hsl({(hue + 40) % 360},38%,20%)"/></linearGradient></defs>'
        f'<rect width="120" height="180" fill="url(#g)"/><rect x="10" y="14" width="22" height="3" fill="#fff" '
        f'opacity=".6"/>{lines}{foot}</svg>'
    )
    return f"url('data:image/svg+xml;base64,{base64.b64encode(svg.encode('utf-8', 'replace')).decode()}')"


def _wrap(text: str, width: int, most: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        word = word if len(word) <= width else word[: width - 1] + "…"
        if lines and len(lines[-1]) + len(word) < width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines if len(lines) <= most else [*lines[: most - 1], lines[most - 1][: width - 1] + "…"]


def card_html(
    catalog: Catalog,
    item: int,
    *,
    rank: int | None = None,
    share: float | None = None,
    reasons: Sequence[Reason] = (),
    with_plot: bool = False,
    short_plot: bool = False,
    facts: str = "",
    more: str = "",
    actions: str = "",
    title: Callable[[str], str] = str,
    person: Callable[[str], str] = escape,
) -> str:
    """One film: poster, title, people, genres; with rank, score and reasons where it was recommended.

    Args:
        catalog: The films.
        item: item_index.
        rank: 1-based place in an answer.
        share: How well it fits among the films shown, 0 = least, 1 = best, drawn as a bar; None = no bar.
        reasons: Why it was recommended; the first four are shown.
        with_plot: Whether tagline and the whole overview are shown.
        short_plot: Whether the first lines of the overview are shown.
        facts: A line of further facts.
        more: What stands below the facts, as HTML that is safe.
        actions: Buttons, as HTML that is safe.
        title: Makes safe HTML, such as a link, of the escaped title.
        person: Makes safe HTML of a name as it stands.
    """
    film = catalog.film(item)
    head = f'<span class="ma-rank">{rank}</span>' if rank is not None else ""
    year = f' <span class="ma-year">({film.year})</span>' if film.year is not None else ""
    year += f' <span class="ma-year">{film.runtime}&nbsp;min</span>' if film.runtime else ""
    parts = [f'<div class="ma-title" dir="auto">{head}{title(escape(_short(film.title)))}{year}</div>']
    if film.original_title and film.original_title != film.title:
        parts.append(f'<div class="ma-line" dir="auto"><i>{escape(_short(film.original_title))}</i></div>')
    if people := _people(film, person):
        parts.append(f'<div class="ma-line">{people}</div>')
    parts.append("".join(f'<span class="ma-chip">{escape(_short(g))}</span>' for g in film.genres))
    if facts:
        parts.append(f'<div class="ma-meta">{escape(facts)}</div>')
    if more:
        parts.append(more)
    if share is not None:
        # the least is a stub, not nothing: it is in the list
        fit = f"Fits {100 * share:.0f} of 100, where 100 is the best of these films and 0 the least"
        width = STUB + (100 - STUB) * min(max(share, 0), 1)
        parts.append(
            f'<div class="ma-score" role="img" aria-label="{fit}"><span style="width:{width:.0f}%"></span></div>'
        )
    if reasons:
        lines = "".join(f"<div>{escape(reason.text)}</div>" for reason in reasons[:4])
        parts.append(f'<div class="ma-why">{lines}</div>')
    if with_plot and film.tagline:
        parts.append(f'<div class="ma-tagline" dir="auto">{escape(film.tagline)}</div>')
    if with_plot and film.overview:
        parts.append(f'<div class="ma-plot" dir="auto">{escape(film.overview)}</div>')
    if short_plot and film.overview:
        parts.append(f'<div class="ma-plot ma-cut" dir="auto">{escape(film.overview)}</div>')
    if actions:
        parts.append(f'<div class="ma-actions">{actions}</div>')
    poster = poster_html(film.title, film.year, film.poster_url, width=110 if with_plot else 74)
    return f'{STYLE}<div class="ma-card">{poster}<div class="ma-text">{"".join(parts)}</div></div>'


def _people(film: Film, person: Callable[[str], str]) -> str:
    """Who made it and who plays in it, as HTML."""
    parts = [
        f"{lead} {', '.join(person(_short(name)) for name in names)}"
        for lead, names in (("Directed by", film.directors[:2]), ("With", film.cast[:4]))
        if names
    ]
    return ". ".join(parts)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 1] + "…"
