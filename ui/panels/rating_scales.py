"""How people use the stars: the strict, the generous, and what that does to a method."""

import streamlit as st

from core.exploration import rating_scales
from core.exploration.rating_histories import people_table
from core.serving import Atlas
from ui import resources
from ui.charts import palette
from ui.charts.ratings import bars
from ui.charts.shared import STILL
from ui.panels.meaning import meaning
from ui.panels.tables import people_to_open
from ui.text import is_dark


def peoples_scales(atlas: Atlas) -> None:
    """How far people's scales differ, as a sentence, a histogram of their means, and a table from strict to generous."""
    inter = atlas.interactions
    if not inter.is_explicit:
        st.caption("There are no stars here, so nobody is strict or generous.")
        return
    scales = resources.once(atlas, "people's scales", make=lambda: rating_scales.people_scales(inter))
    found = rating_scales.scale_figures(scales)
    least = rating_scales.LEAST_RATINGS
    if found is None:
        st.caption(f"Fewer than two people gave {least} ratings, and fewer say nothing about a scale.")
        return
    st.markdown(
        f"The middle half of people have a mean between **{found.low:.2f}** and **{found.high:.2f}** stars, and the middle "
        f"one uses {found.middle_steps:.0f} different ratings. **{found.person_share:.0%}** of the variance of ratings "
        "lies between people, a part of it because some see better films: four stars of one are not four of another."
    )
    left, right = st.columns([2, 3], gap="large")
    with left:
        figure = bars(
            rating_scales.means_histogram(scales, inter.scale),
            palette.ink(is_dark()),
            x="Mean of a person",
            y="People",
        )
        st.plotly_chart(
            figure, key="scales", config=STILL, theme=None, alt="People by the mean of their ratings"
        )
        st.caption(f"{found.n_people:,} people with {least} ratings or more.")
    with right:
        rows = rating_scales.strictest_first(scales)
        users = rows["user_index"].to_numpy()
        table = people_table(inter, users)
        table["Spread"] = rows["spread"].round(2)
        table["Steps used"] = rows["steps"]
        table["From the middle on"] = 100 * rows["liked"]
        people_to_open(
            atlas,
            table,
            users.tolist(),
            key="scales-people",
            column_config={"From the middle on": st.column_config.NumberColumn(format="%.0f %%")},
        )
        st.caption("The strictest first; click a heading to sort, and a row to look at that person above.")
    meaning(
        atlas,
        f"most methods here read a rating from the middle of the scale on as a like. For {found.nearly_all_liked:.0%} of "
        "these people that is 9 in 10 of their ratings or more, so their dislikes are hardly heard. None takes a person's "
        "own mean off their stars: predicted rating works on the stars themselves, user-KNN on likes.",
        "Measure both",
        measured=("predicted_rating", "user_knn"),
    )
