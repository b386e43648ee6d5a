"""The first films of an answer, as a narrow list of links with their reasons."""

from html import escape

from core.domain import Answer
from core.serving import Atlas
from ui.panels.clickable import film_link

_STYLE = """
<style>
.sl {margin:0; padding:0 0 0 1.6rem;}
.sl li {margin:0 0 .45rem; padding-left:.2rem; line-height:1.35;}
.sl li::marker {opacity:.55;}
.sl small {display:block; opacity:.72; font-size:.8rem;}
</style>
"""


def short_list_html(atlas: Atlas, answer: Answer, page: str) -> str:
    """Titles in rank order, each with its first reason.

    Args:
        atlas: The films.
        answer: Whose films.
        page: Where the list stands.
    """
    rows = "".join(
        f'<li dir="auto">{film_link(atlas, page, item.item_index, escape(atlas.titles.labels[item.item_index]))}'
        f"{''.join(f'<small>{escape(reason.text)}</small>' for reason in item.reasons[:1])}</li>"
        for item in answer.items
    )
    return f'{_STYLE}<ol class="sl">{rows}</ol>'
