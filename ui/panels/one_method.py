"""One method: what it does, what it is good and bad at, what can be turned, and what it costs."""

from collections.abc import Sequence

import streamlit as st

from core.evaluation.results import StoredResult
from core.evaluation.results.standing import MethodRank, standings
from core.params import param_fields
from core.recommenders import Ability, Recommender
from core.serving import Atlas
from ui.text import plain

READS = {
    Ability.LIKES: "films you like",
    Ability.DISLIKES: "films you dislike",
    Ability.TEXT: "your words",
    Ability.COLD_USER: "answers strangers",
    Ability.COLD_ITEM: "finds films that nobody rated",
    Ability.RATINGS: "predicts stars",
}
SYSTEMS = "One of the five published systems ({})"


def what_it_does(method: type[Recommender]) -> None:
    """Three sentences, the formula, what it reads, and where it comes from."""
    words, formula = st.columns([3, 2], gap="large", vertical_alignment="center")
    with words:
        st.markdown(plain(method.how))
        reads = [text for ability, text in READS.items() if ability in method.abilities]
        with st.container(horizontal=True, gap="small"):
            for text in reads:
                st.badge(text, color="gray")
            if method.system:
                st.badge(SYSTEMS.format(method.system), color="blue")
        st.caption(plain(f"After {method.source}"))
    with formula:
        st.latex(_in_lines(method.formula))
        st.caption("s(f): score of a film f. Films with the highest score come first.")


def _in_lines(formula: str) -> str:
    """A formula with a line for each of its parts, so that it fits beside a text."""
    return r"\begin{gathered}" + formula.replace(r", \quad ", r" \\ ") + r"\end{gathered}"


def good_and_bad_at(method: type[Recommender], results: Sequence[StoredResult]) -> bool:
    """Its place among all methods for every purpose that was measured here; False where none was."""
    found = standings(method.name, results)
    if not found:
        st.caption("It has not been measured on these films yet.")
        return False
    head = ("What for", "Place", "How good", "Best", "Clearly better than")
    lines = [head, ["---"] * len(head), *map(_row, found)]
    st.markdown("\n".join("| " + " | ".join(cells) + " |" for cells in lines))
    simulated = " Simulated ratings: this says nothing about real people." if found[0].is_simulated else ""
    st.caption(f"Its best places first; means over people with their 95 % intervals.{simulated}")
    return True


def _row(one: MethodRank) -> list[str]:
    return [
        f"{one.purpose.label} :small[:gray[{one.purpose.technical}]]",
        f"**{one.words}**",
        f"{plain(one.figure)} {one.mean:.3f} :small[:gray[{one.low:.3f} to {one.high:.3f}, {one.n_users:,} people]]",
        "itself" if one.rank == 1 else f"{plain(one.best)} {one.best_mean:.3f}",
        f"{one.beaten} methods" if one.beaten != 1 else "1 method",
    ]


def parameters(method: type[Recommender]) -> bool:
    """Every parameter: what it is, what it may be, and whether another value means to learn anew; False without any."""
    specs = param_fields(method.Params)
    if not specs:
        st.caption("It has no parameters.")
        return False
    head = ("Parameter", "Ships with", "May be", "What it does", "Another value")
    lines = [head, ["---"] * len(head)]
    for spec in specs:
        meta = spec.metadata
        bounds = [meta.get("low"), meta.get("high")]
        may = (
            "an embedding"
            if meta.get("choices_from") == "spaces"
            else ", ".join(map(str, meta.get("choices", ())))
        )
        may = may or ("yes or no" if isinstance(spec.default, bool) else f"{bounds[0]:g} to {bounds[1]:g}")
        when = "learns anew" if meta["is_learned"] else "answers at once"
        lines.append([f"`{spec.name}`", plain(str(spec.default)), plain(may), plain(meta["help"]), when])
    st.markdown("\n".join("| " + " | ".join(cells) + " |" for cells in lines))
    return True


def what_it_costs(atlas: Atlas, method: type[Recommender], milliseconds: float) -> None:
    """Seconds of learning here, and of this answer."""
    stage = f"method-{method.name}"
    is_unpacked = stage not in atlas.about.get("expected", {})  # its seconds are those of the unpacking
    took = None if is_unpacked else atlas.about.get("seconds", {}).get(stage)
    learned = f"Learned here in {took:,.1f} s. " if took is not None else ""
    st.caption(f"{learned}This answer with its reasons took {milliseconds:.0f} ms.")
