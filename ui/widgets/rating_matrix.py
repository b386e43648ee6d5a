"""The rating matrix's picture: its orders and colours, the part in view, and what was marked in it."""

import streamlit as st

from core.exploration import hidden_ratings, prediction_errors
from core.exploration import rating_histories as profiles
from core.exploration import rating_matrix as matrix
from core.exploration.downloads import safe_cells
from core.exploration.film_tables import film_table
from core.serving import Atlas
from core.serving.taste import taste_groups_of
from ui import resources
from ui.charts import matrix_picture, palette
from ui.question import changes, keep
from ui.question.asked import own_films
from ui.question.parts import STARS, method_label
from ui.text import calm, is_dark, plain
from ui.widgets import matrix_orders, matrix_view
from ui.widgets.film_table import films_to_open


@st.fragment
@calm()  # what a fragment throws does not reach the frame
def picture(atlas: Atlas) -> None:
    """The part of the matrix in view; a click lists what a cell holds, or chooses a person and a film."""
    changes.open_from_here()
    keep(atlas)
    inter, simulated = atlas.interactions, _simulated(atlas)
    row = st.container(horizontal=True, vertical_alignment="top", gap="small")  # breaks on narrow screens
    films, people, last = (row.container(width="stretch") for _ in range(3))
    orders = matrix_orders.choose_orders(atlas, films, people)
    with last:
        colours = matrix_orders.choose_colours(atlas)
    grid = _part_in_view(atlas, orders)
    shade, said = _colours(atlas, grid, orders, colours)
    matrix_view.matrix_view(
        atlas,
        matrix_view.Picture(
            grid,
            shade,
            f"{orders.key}-{colours.key}",
            f"The rating matrix. {orders.items.title}. {orders.users.title}. Arrow keys move, plus and minus zoom, Enter "
            "chooses what is in the middle; below stands what was chosen.",
        ),
        palette.ink(is_dark()),
    )
    st.caption(f"{plain(matrix.caption(grid, len(inter)))} {plain(said)}{simulated}")
    if taste_groups_of(atlas) is None:
        st.caption(
            "Orders by taste group come with a build: an older version made what is here. Build it again on Data."
        )
    if any(own_films(atlas).values()):
        st.caption("Above the first row: where your own films stand (○ liked, × not liked, grey: seen).")
    marked = matrix_view.area_of(st.session_state["block"], atlas)
    if marked:
        _block(atlas, matrix.block_of(inter, grid.users, grid.items, marked))
    else:
        st.markdown(
            "**Click a cell** to list its films and people; near enough, a cell is one rating, and a click shows its "
            "person and its film below. Wheel, pinch and + − zoom, dragging moves, Shift and dragging marks a box."
        )


def _part_in_view(atlas: Atlas, orders: matrix_orders.Orders) -> matrix.Grid:
    """What is in view, in cells; everything is counted once for all visitors."""
    inter = atlas.interactions
    area, everything = matrix_view.shown_area(atlas), matrix.whole(inter)
    if area != everything:
        return matrix.part(inter, orders.users, orders.items, area)
    return resources.once(
        atlas, "matrix", orders.key, make=lambda: matrix.part(inter, orders.users, orders.items, everything)
    )


def _colours(
    atlas: Atlas, grid: matrix.Grid, orders: matrix_orders.Orders, colours: matrix_orders.Colours
) -> tuple[matrix_picture.Shade, str]:
    """The colours of the cells, and what is said of them."""
    if colours.method:
        method = colours.method
        found = resources.lately(
            atlas,
            "matrix errors",
            orders.key,
            grid.area,
            method,
            make=lambda: prediction_errors.errors_in(atlas, method, grid),
        )
        said = prediction_errors.caption(found, method_label(method), grid)
        return matrix_picture.errors(found, is_dark=is_dark()), said
    if result := colours.hidden_by:
        hidden = resources.lately(
            atlas,
            "hidden ratings",
            result.key,
            result.created,
            make=lambda: hidden_ratings.hidden_ratings(atlas, result),
        )
        here = resources.lately(
            atlas,
            "hidden in view",
            orders.key,
            grid.area,
            result.key,
            result.created,
            make=lambda: hidden_ratings.hidden_in(hidden, grid),
        )
        shade = matrix_picture.hidden(grid, here, atlas.interactions, is_dark=is_dark())
        return shade, hidden_ratings.caption(hidden, here)
    if colours.show == STARS:
        return matrix_picture.stars(grid, atlas.interactions.scale, is_dark=is_dark()), ""
    return matrix_picture.shade_of(grid, atlas.interactions, is_dark=is_dark()), ""


def _block(atlas: Atlas, chosen: matrix.Block) -> None:
    """The films and people of some cells."""
    n_pairs = len(chosen.users) * len(chosen.items)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(f"{chosen.n_ratings:,} of {n_pairs:,} pairs rated", anchor=False)
        st.button("Clear", icon=":material/close:", on_click=_clear)
    mean = f"Their mean is {chosen.mean:.2f}. " if chosen.n_ratings else ""
    st.caption(f"{mean}Here = ratings within the marked part of the picture.{_simulated(atlas)}")
    left, right = st.columns([3, 2], gap="medium")
    films = film_table(atlas, chosen.items.tolist()).drop(columns=["Directed by", "Id"])
    films.insert(1, "Here", chosen.per_item)
    with left:
        films_to_open(atlas, films, chosen.items.tolist(), key="block-films")
    people = profiles.people_table(atlas.interactions, chosen.users)
    people.insert(1, "Here", chosen.per_user)
    right.dataframe(safe_cells(people), hide_index=True, key="block-people")


def _clear() -> None:
    st.session_state["block"] = None


def _simulated(atlas: Atlas) -> str:
    return " Simulated ratings." if atlas.about.get("is_simulated") else ""
