"""A chart that all visitors see alike is copied by many threads at once."""

import sys
from concurrent.futures import ThreadPoolExecutor

import plotly.graph_objects as go
import pytest

from ui.charts.shared import own_copy


@pytest.fixture
def hurried_threads() -> object:
    """Threads that take turns all the time."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("hurried_threads")
def test_many_copies_at_once_are_whole() -> None:
    shared = go.Figure([go.Contour(z=[[1, 2], [3, 4]], colorscale="Viridis"), go.Scattergl(x=[1], y=[2])])
    with ThreadPoolExecutor(8) as threads:
        copies = list(threads.map(lambda _: own_copy(shared), range(200)))
    assert {tuple(trace.type for trace in copy.data) for copy in copies} == {("contour", "scattergl")}


def test_what_is_put_on_a_copy_is_not_on_the_chart() -> None:
    shared = go.Figure(go.Scattergl(x=[1], y=[2]))
    own_copy(shared).add_scatter(x=[1], y=[1]).update_layout(title="own")
    assert len(shared.data) == 1
    assert shared.layout.title.text is None
