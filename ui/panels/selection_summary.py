"""What some films have in common against the rest: bars, and what is more frequent among them than luck would have it."""

from collections.abc import Mapping
from html import escape
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.exploration.selection import TEST, Summary

_STYLE = """
<style>
.ma-sum {display:grid; grid-template-columns:repeat(auto-fit,minmax(220px,1fr)); gap:6px 26px; font-size:.86rem;}
.ma-sum h4 {font-size:.86rem; font-weight:650; margin:0 0 4px; padding:0;}
.ma-sum-row {display:grid; grid-template-columns:minmax(0,7.2em) 1fr 3em; gap:8px; align-items:center; line-height:1.55;}
.ma-sum-row span:first-child {overflow:hidden; text-overflow:ellipsis; white-space:nowrap;}
.ma-sum-row span:last-child {text-align:right; font-variant-numeric:tabular-nums;}
.ma-sum-bar {position:relative; height:9px; border-radius:2px; background:color-mix(in srgb,currentColor 10%,transparent);}
.ma-sum-bar i {position:absolute; left:0; top:0; height:9px; border-radius:2px; background:#0f8aa6;}
.ma-sum-bar b {position:absolute; top:-2px; width:2px; height:13px; background:currentColor;}
.ma-more {display:flex; flex-wrap:wrap; gap:5px; list-style:none; margin:2px 0 8px; padding:0; font-size:.86rem;}
.ma-more li {border:1px solid color-mix(in srgb,currentColor 24%,transparent); border-radius:11px; padding:1px 9px;}
.ma-more small {opacity:.78; margin-left:5px; font-variant-numeric:tabular-nums;}
</style>
"""
ROWS = 7
MORE = 18


def selection_summary(found: Summary, others: str = "all other films") -> None:
    """Show a summary.

    Args:
        found: From `core.exploration.selection.summary`.
        others: What the films are compared with.
    """
    more = found.more(MORE)
    st.markdown(f"**More frequent here** than among {others} (over-represented)")
    if more.empty:
        st.caption("Nothing that could not be luck.")
    else:
        st.html(f"{_STYLE}<ul class='ma-more'>{''.join(_item(row) for row in more.to_dict('records'))}</ul>")
    parts = [
        _bars(title, found.commonest(kind, ROWS))
        for kind, title in (
            ("Genre", "Genres"),
            ("Decade", "Decades"),
            ("Person", "People"),
            ("Language", "Languages"),
        )
    ]
    st.html(f"{_STYLE}<div class='ma-sum'>{''.join(parts)}</div>")
    st.caption(
        f"Bars: the share of these {found.n:,} films of which it is known; the stroke: the share among {others} "
        f"({found.n_others:,}). {_medians(found.medians)} Over-represented: {TEST}."
    )


def _item(row: Mapping[Any, Any]) -> str:
    lift = float(str(row["lift"]))
    times = "only here" if np.isinf(lift) else f"{lift:.1f}×" if lift < 10 else f"{lift:.0f}×"
    return f"<li>{escape(str(row['name']))}<small>{times}, {row['here']:,} films</small></li>"


def _bars(title: str, table: pd.DataFrame) -> str:
    if table.empty:
        return ""
    longest = max(float(table[["share_here", "share_elsewhere"]].max().max()), 1e-9)
    rows = []
    for row in table.to_dict("records"):
        here, there = float(row["share_here"]), float(np.nan_to_num(row["share_elsewhere"]))
        name = escape(str(row["name"]))
        rows.append(
            f'<div class="ma-sum-row"><span title="{name}">{name}</span><span class="ma-sum-bar">'
            f'<i style="width:{100 * here / longest:.1f}%"></i><b style="left:{100 * there / longest:.1f}%"></b></span>'
            f"<span>{here:.0%}</span></div>"
        )
    return f"<section><h4>{title}</h4>{''.join(rows)}</section>"


def _medians(table: pd.DataFrame) -> str:
    formats = {"Year": "{:.0f}", "Mean rating": "{:.2f}", "Number of ratings": "{:,.0f}"}
    said = [
        f"{row['what'].lower()} {formats[row['what']].format(row['here'])} here, "
        f"{formats[row['what']].format(row['elsewhere'])} there"
        for row in table.to_dict("records")
        if not np.isnan(row["here"]) and not np.isnan(row["elsewhere"])
    ]
    return f"Medians: {'; '.join(said)}." if said else ""
