"""Recommend: what should I watch next, and why?"""

from dataclasses import replace

import streamlit as st

from core import recommenders
from core.domain import Filters, Question
from core.exploration.captions import fame_caption, fit_caption, fit_shares
from core.recommenders import Ability
from core.serving import recommendation
from core.serving.choices import available_methods, default_method
from core.serving.words import asked
from ui import frame, session
from ui.panels import film_cards
from ui.text import calm, plain
from ui.widgets import method_form, words
from ui.widgets import question_form as asking
from ui.widgets.film_picker import add_film

frame.require()

atlas, space = session.current()
st.title("Recommend")

left, answer_side = st.columns([2, 5], gap="large")
with left:
    likes = asking.pick_likes(atlas)
    reading = asking.say(atlas, st.text_area, height=82)
    with st.expander("Dislikes, films already seen, or somebody else"):
        dislikes, seen, user = asking.pick_dislikes(atlas), asking.pick_seen(atlas), asking.pick_person(atlas)
    with st.expander("Filters"):
        filters = asking.pick_filters(atlas)
    with st.expander("Method"):
        labels = {recommenders.method_class(n).label: n for n in available_methods(atlas)}
        default = list(labels.values()).index(default_method(atlas))
        method = labels[st.selectbox("Method", list(labels), default, key="method", bind="query-params")]
        chosen_class = recommenders.method_class(method)
        st.caption(chosen_class.description)
        params = method_form.method_form(chosen_class, atlas, space=space, key="params")
    diversity = st.slider(
        "Variety",
        0.0,
        0.9,
        0.0,
        0.1,
        key="variety",
        bind="query-params",
        help="0: the best. Higher: less alike among themselves (maximal marginal relevance).",
    )
    fame = asking.pick_fame(atlas)
    effect = st.empty()
    k = st.slider("How many", 5, 50, 10, 5, key="k", bind="query-params")

with answer_side, calm():
    given = Question(
        likes, dislikes, seen, "", user, filters=Filters(**filters), k=k, diversity=diversity, fame=fame
    )
    is_empty = not likes and not reading.parts and not reading.rest and user is None
    if is_empty:
        st.info(
            "Name a film you like, or describe what you want. Meanwhile, here is what many people rate highly."
        )
        if Ability.COLD_USER not in chosen_class.abilities:
            method, params = "popularity", {}
    is_starved = words.offer_ways_out(atlas, reading, given)
    with st.spinner("Looking…"):
        question = asked(atlas, reading, given)
        answer = recommendation.recommend(atlas, replace(question, method=method, params=params))
    effect.caption(plain(fame_caption(answer)))
    for note in answer.notes:
        if is_starved:
            st.caption(plain(note))
        else:
            st.warning(plain(note), icon=":material/info:")
    columns = st.columns(2, gap="medium")
    for place, (item, share) in enumerate(zip(answer.items, fit_shares(answer), strict=True)):
        option = atlas.titles.options[item.item_index]
        with columns[place % 2].container(border=True):
            st.html(
                film_cards.card_html(
                    atlas.catalog, item.item_index, rank=item.rank, share=share, reasons=item.reasons
                )
            )
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                for key, icon, help in (
                    ("like", ":material/thumb_up:", "I like it: more like this"),
                    ("dislike", ":material/thumb_down:", "I dislike it: less like this"),
                    ("seen", ":material/visibility:", "Seen: leave it out"),
                ):
                    st.button(
                        "",
                        icon=icon,
                        help=help,
                        key=f"{key}-{item.item_id}",
                        on_click=add_film,
                        args=(key, option),
                        type="tertiary",
                    )
                st.page_link(
                    "pages/map.py",
                    label="Map",
                    icon=":material/scatter_plot:",
                    query_params={"find_on_map": option},
                )
    if answer.items:
        st.caption(
            f"{recommenders.method_class(answer.method).label}, {answer.milliseconds:.0f} ms. "
            f"{plain(fit_caption(answer))}"
        )
