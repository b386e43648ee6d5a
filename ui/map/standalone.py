"""The map as one HTML file that needs neither a server nor anything from the network."""

import json
from base64 import b64encode
from collections.abc import Mapping
from html import escape
from typing import Any

from ui.charts.palette import Ink
from ui.map.element import script, style
from ui.map.payload import PackedFilms

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:">
<title>{title}</title>
<style>
:root {{--st-font: "Source Sans 3", "Source Sans Pro", system-ui, sans-serif; --st-text-color: {text};
  --st-background-color: {ground};  --st-primary-color: {accent};}}
body {{margin: 0; padding: 14px 18px; background: {ground}; color: {text}; font-family: var(--st-font);}}
h1 {{font-size: 1.15rem; margin: 0 0 8px;}}
#find {{font: inherit; color: inherit; padding: 5px 9px; width: 16rem; max-width: 100%; background: transparent;
  border-radius: 6px;  border: 1px solid color-mix(in srgb, {text} 40%, transparent);}}
#said {{margin-left: 8px;}}
#map {{container-type: inline-size;}}
p {{font-size: .82rem; max-width: 60rem;}}
{style}
</style></head>
<body><h1>{title}</h1>
<label>Find a title <input id="find" type="search" autocomplete="off"></label><span id="said" role="status"></span>
<div id="map"></div><p>{caption}</p>
<script id="told" type="application/json">{told}</script>
<script>{script}</script>
</body></html>
"""


def standalone_page(
    films: PackedFilms, told: Mapping[str, Any], ink: Ink, *, title: str, caption: str
) -> bytes:
    """A map as an HTML document, UTF-8.

    Args:
        films: What the map is of.
        told: What the map shows, as for the element.
        ink: Colours of the theme.
        title: What it is a map of.
        caption: What it shows, and how far it can be believed.
    """
    content = b64encode(films.content).decode("ascii")
    data = json.dumps({"films": content, "told": dict(told) | {"linked": False}}, ensure_ascii=False)
    return _PAGE.format(
        title=escape(title),
        caption=escape(caption),
        text=ink.text,
        ground=ink.ground,
        accent=ink.accent,
        style=style(),
        told=data.replace("<", "\\u003c"),
        script=script("standalone"),
    ).encode()
