"""HTML that can be clicked: what an element does stands in it, and `ui.widgets.clicks` does it.

A link has its address as well, so that it opens in a new tab.
"""

from html import escape

from core.serving import Atlas
from ui.question import main_link


def film_link(atlas: Atlas, page: str, item: int, inner: str) -> str:
    """A link to a film's page around some HTML, which is escaped already."""
    option = atlas.titles.options[item]
    return _anchor(main_link(atlas, page, film=option), "film", option, inner)


def person_link(atlas: Atlas, page: str, name: str) -> str:
    """A link to a person's films."""
    return _anchor(main_link(atlas, page, who=name), "who", name, escape(name))


def _anchor(href: str, do: str, what: str, inner: str) -> str:
    return (
        f'<a class="ma-link" href="{escape(href, quote=True)}" target="_self" data-do="{do}" '
        f'data-what="{escape(what, quote=True)}">{inner}</a>'
    )


def button(do: str, what: str, label: str, inner: str, *, rank: int = 0, is_on: bool | None = None) -> str:
    """A button as HTML.

    Args:
        do: One of `ui.widgets.clicks.ACTIONS`.
        what: To what it is done.
        label: Its name, for those who do not see it and as a hint.
        inner: What it shows, escaped already.
        rank: Place in the list where it stands.
        is_on: Whether it is pressed, for one that can be; None = it cannot.
    """
    pressed = "" if is_on is None else f' aria-pressed="{str(is_on).lower()}"'
    name = escape(label, quote=True)
    return (
        f'<button type="button" class="ma-button" data-do="{do}" data-what="{escape(what, quote=True)}" '
        f'data-rank="{rank}" aria-label="{name}" title="{name}"{pressed}>{inner}</button>'
    )
