"""Opening a page as a link does, and clicking what is HTML."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

Click = Callable[..., AppTest]
ROOT = Path(__file__).resolve().parent.parent.parent


def opened(app: AppTest, page: str) -> AppTest:
    """The page, opened by a link with the app's query parameters; Home before it, since AppTest cannot begin elsewhere."""
    asked = dict(app.query_params)
    app.query_params.clear()
    app.run()
    app.query_params.update(asked)
    return app.run() if page == "home" else app.switch_page(f"pages/{page}.py").run()


def maps_of(at: AppTest) -> list[dict[str, Any]]:
    """What the maps of a page are told, without their films."""
    found = [json.loads(element.proto.json) for element in at.get("bidi_component") if element.proto.json]
    return [told for told in found if "colours" in told]
