"""The numbers of a chart as tables: the same for who reads instead of looks."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from poolviz.figures.notes import plain
from poolviz.figures.redrawn import decoded
from poolviz.numbers import number
from poolviz.text import _

Table = dict[str, list[str]]
"""Columns of words, by their heading."""


def tabled(figure: go.Figure) -> list[Table]:
    """What the chart shows: its lines, marks and bars as a table, each map as one; else its notes.

    >>> tabled(go.Figure({"data": [{"type": "bar", "name": "mean", "x": ["a"], "y": [2.5]}]}))
    [{'Series': ['mean'], 'x': ['a'], 'y': ['2.5']}]
    """
    traces = [decoded(trace.to_plotly_json()) for trace in figure.data]
    layout = figure.layout.to_plotly_json()
    maps = [_map(trace) for trace in traces if trace["type"] == "heatmap"]
    series = [trace for trace in traces if trace["type"] != "heatmap" and len(trace.get("x", ()))]
    if series and "meta" in series[0]:
        maps.insert(0, _named(series, layout))
    elif series:
        maps.insert(0, _series(series, layout))
    if maps:
        return maps
    notes = [plain(note.get("text") or "") for note in layout.get("annotations", ())]
    return [{_("What it says"): [note for note in notes if note]}]


def _words(values: Any) -> list[str]:
    return [
        plain(v) if isinstance(v, str) else number(np.nan if v is None else float(v))
        for v in values
    ]


def _title(layout: dict[str, Any], which: str) -> str:
    axis = layout.get(f"{which}axis", {})
    return plain((axis.get("title") or {}).get("text") or "") or which


def _series(traces: list[dict[str, Any]], layout: dict[str, Any]) -> Table:
    x, y = _title(layout, "x"), _title(layout, "y")
    if x == y:
        y = f"{y} (y)"
    table: Table = {_("Series"): [], x: [], y: []}
    for trace in traces:
        columns = _words(trace["x"]), _words(trace["y"])
        name = plain(trace.get("name") or "")
        parts = ([name] * len(columns[0]), *columns)
        for column, values in zip(table.values(), parts, strict=True):
            column.extend(values)
    if not any(table[_("Series")]):
        del table[_("Series")]
    return table


def _named(traces: list[dict[str, Any]], layout: dict[str, Any]) -> Table:
    """Bars whose numbers have names of their own: those in ``meta``, of ``customdata``."""
    headings = [_("Series"), _title(layout, "y"), *traces[0]["meta"]]
    rows = [
        [plain(trace["name"]), *_words([y]), *_words(numbers)]
        for trace in traces
        for y, numbers in zip(trace["y"], trace["customdata"], strict=True)
    ]
    return {name: [row[i] for row in rows] for i, name in enumerate(headings)}


def _map(trace: dict[str, Any]) -> Table:
    z = np.asarray(trace["z"], dtype=float)
    rows = _words(trace["y"] if "y" in trace else range(z.shape[0]))
    cols = _words(trace["x"] if "x" in trace else range(z.shape[1]))
    return {_("Row"): rows, **{col: _words(z[:, i]) for i, col in enumerate(cols)}}
