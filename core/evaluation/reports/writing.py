"""A report as one HTML file, as Markdown, as tables for LaTeX, and as BibTeX."""

import json
from collections.abc import Callable, Mapping, Sequence
from html import escape
from math import floor, log10
from typing import Any

from core.evaluation.reports import content
from core.evaluation.reports.content import MethodTable
from core.evaluation.reports.references import references_of
from core.evaluation.results.stored import StoredResult

DATA_ID = "movie-atlas-evaluation"
"""Of the element that holds the whole evaluation as JSON."""

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #59636e; --line: #d5dae0; --paper: #ffffff; --mark: #0b6bcb; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eaed; --soft: #a3adb8; --line: #3a424c; --paper: #14171a; --mark: #6cb6ff; }
}
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto;
  max-width: 72rem; padding: 0 1.25rem; }
h1 { font-size: 1.6rem; margin-bottom: .25rem; } h2 { font-size: 1.15rem; margin-top: 2.25rem; }
p.lead { color: var(--soft); margin-top: 0; } p.simulated { border-left: 4px solid #b35900; padding-left: .75rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .875rem; }
th, td { text-align: left; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 600; vertical-align: bottom; } td { font-variant-numeric: tabular-nums; }
table.figures td { white-space: nowrap; } small { color: var(--soft); } pre { overflow-x: auto; font-size: .8125rem; }
code, pre { font-family: ui-monospace, monospace; } svg { max-width: 100%; height: auto; }
svg text { fill: var(--ink); font-size: 13px; } svg .axis { fill: var(--soft); font-size: 12px; }
svg line { stroke: var(--mark); stroke-width: 2; } svg line.grid { stroke: var(--line); stroke-width: 1; }
svg circle { fill: var(--mark); }
"""


def as_html(value: Mapping[str, Any]) -> str:
    """One file that needs no other: tables, a picture, how it was measured, what to cite, and all of it as JSON."""
    result = StoredResult.of(value)
    title = f"Recommendation methods on {result.about['label']}"
    parts = [f"<h1>{escape(title)}</h1>", f'<p class="lead">{escape(content.headline(result))}</p>']
    if result.is_simulated:
        parts.append(
            '<p class="simulated"><strong>Simulated data.</strong> A program made these ratings: the figures compare '
            "methods on them and say nothing about people.</p>"
        )
    for table in content.method_tables(result):
        parts += [
            f"<h2>{escape(table.title)}</h2>",
            _picture(table),
            _table(table.head, table.rows, "figures"),
        ]
    parts.append(
        f"<p>In brackets: {escape(str(result.about['intervals']))}. “Better than”: ranks of the methods that are worse "
        "beyond chance (paired permutation test over users, 5 %, Holm's correction for all pairs).</p>"
    )
    parts += ["<h2>How it was measured</h2>", _table(("", ""), content.settings(result))]
    parts += ["<h2>Parameters</h2>", _table(("Method", "Parameters"), content.parameters(result))]
    if remarks := content.remarks(result):
        items = "".join(f"<li>{escape(one)}</li>" for one in remarks)
        parts += ["<h2>What to know</h2>", f"<ul>{items}</ul>"]
    again = f"{content.command(result.about)}\npython -m core reproduce REPORT.html"
    parts += [
        "<h2>To measure it again</h2>",
        "<p>The second line runs what this file says and tells what has come out otherwise.</p>",
        f"<pre>{escape(again)}</pre>",
    ]
    parts += ["<h2>To cite</h2>", f"<pre>{escape(as_bibtex(value))}</pre>"]
    # "<" is written otherwise, so that no text of the data can end the element
    data = json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
    parts.append(f'<script type="application/json" id="{DATA_ID}">{data}</script>')
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    body = "\n".join(parts)
    return f'<!doctype html>\n<html lang="en"><head>{head}<style>{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n'


def as_markdown(value: Mapping[str, Any]) -> str:
    """The tables, how it was measured, and what to cite."""
    result = StoredResult.of(value)
    lines = [
        f"# Recommendation methods on {_cell(str(result.about['label']))}",
        "",
        _cell(content.headline(result)),
        "",
    ]
    if result.is_simulated:
        lines += ["**Simulated data**: a program made these ratings.", ""]
    for table in content.method_tables(result):
        lines += [f"## {table.title}", "", *_pipes(table.head, table.rows), ""]
    lines += [f"In brackets: {result.about['intervals']}.", "", "## How it was measured", ""]
    lines += [*_pipes(("what", "how"), content.settings(result)), "", "## Parameters", ""]
    lines += [*_pipes(("method", "parameters"), content.parameters(result)), ""]
    if remarks := content.remarks(result):
        lines += ["## What to know", "", *(f"- {_cell(one)}" for one in remarks), ""]
    lines += [
        "## To measure it again",
        "",
        "```sh",
        content.command(result.about),
        "```",
        "",
        "## To cite",
        "",
    ]
    lines += ["```bibtex", as_bibtex(value).rstrip(), "```", ""]
    return "\n".join(lines)


def as_latex(value: Mapping[str, Any]) -> str:
    """The tables for `booktabs`, each with its caption."""
    result = StoredResult.of(value)
    found = []
    for table in content.method_tables(result):
        columns = "rl" + "r" * (len(table.head) - 2)
        # the first figure alone with its interval: with all of them no page would hold the table
        short = [(*row[:3], *(cell.partition(" [")[0] for cell in row[3:])) for row in table.rows]
        rows = [" & ".join(map(_in_latex, row)) + r" \\" for row in short]
        simulated = " Simulated ratings." if result.is_simulated else ""
        how = f"{result.split}, {table.title.lower()}, {result.about['intervals']}."
        caption = f"{content.headline(result)} {how}{simulated}"
        found.append(
            "\n".join(
                [
                    r"\begin{table}",
                    r"\centering",
                    rf"\begin{{tabular}}{{{columns}}}",
                    r"\toprule",
                    " & ".join(map(_in_latex, table.head)) + r" \\",
                    r"\midrule",
                    *rows,
                    r"\bottomrule",
                    r"\end{tabular}",
                    rf"\caption{{{_in_latex(caption)}}}",
                    r"\end{table}",
                    "",
                ]
            )
        )
    return "% needs \\usepackage{booktabs}\n" + "\n".join(found)


def as_bibtex(value: Mapping[str, Any]) -> str:
    """This software, the data and the methods."""
    return "\n".join(reference.bibtex for reference in references_of(value))


WRITERS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    ".html": as_html,
    ".md": as_markdown,
    ".tex": as_latex,
    ".bib": as_bibtex,
}
"""Ending of a file -> what writes it."""


def _picture(table: MethodTable, width: int = 760, row: int = 26, left: int = 200) -> str:
    """Dots with their intervals, one a method."""
    if not table.rows:
        return ""
    high = max(max(one[2], one[0]) for one in table.best) or 1.0
    scale = (width - left - 40) / high
    bottom, marks = len(table.rows) * row + 10, []
    for tick in _ticks(high):
        x = left + tick * scale
        marks.append(f'<line class="grid" x1="{x:.1f}" y1="4" x2="{x:.1f}" y2="{bottom}"/>')
        marks.append(f'<text class="axis" x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{tick:g}</text>')
    for place, (cells, (mean, low, top)) in enumerate(zip(table.rows, table.best, strict=True)):
        y = place * row + row / 2 + 4
        marks.append(f'<text x="{left - 12}" y="{y + 4}" text-anchor="end">{escape(cells[1])}</text>')
        marks.append(
            f'<line x1="{left + low * scale:.1f}" y1="{y}" x2="{left + top * scale:.1f}" y2="{y}"/>'
            f'<circle cx="{left + mean * scale:.1f}" cy="{y}" r="4.5"/>'
        )
    words = escape(f"{table.head[2]} of every method with its interval, best first", quote=True)
    return f'<svg viewBox="0 0 {width} {bottom + 24}" width="{width}" role="img" aria-label="{words}">{"".join(marks)}</svg>'


def _ticks(high: float) -> list[float]:
    """Round numbers from 0 to `high`, six at most."""
    power = 10 ** floor(log10(high / 5))
    step = next(power * one for one in (1, 2, 2.5, 5, 10) if power * one * 5 >= high * 0.999)
    return [round(place * step, 10) for place in range(int(high / step + 1e-9) + 1)]


def _figure(cell: str) -> str:
    """A cell whose interval stands below its mean."""
    mean, bracket, interval = cell.partition(" [")
    return (
        f"{escape(mean)}<br><small>{escape(bracket.strip() + interval)}</small>" if bracket else escape(cell)
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], kind: str = "") -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head) if any(head) else ""
    body = "".join(f"<tr>{''.join(f'<td>{_figure(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="wide"><table class="{kind}">{f"<tr>{top}</tr>" if top else ""}{body}</table></div>'


def _pipes(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(map(_cell, line)) + " |" for line in lines]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


_LATEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "–": "--",
    "“": "``",
    "”": "''",
}


def _in_latex(text: str) -> str:
    return "".join(_LATEX.get(letter, letter) for letter in text)
