"""The picture of growth: ``python -m benchmarks.plots growth.json growth.svg``.

The same figures give the same bytes, under the same version of Matplotlib.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

Result = dict[str, Any]

#: Colours of phases: blue for files, green for what comes before the model, red for the model.
COLOURS = {
    "read": "#7fb2e5",
    "compile": "#b5d99c",
    "simplify": "#7cbf6b",
    "split": "#3f9a57",
    "fold": "#14663a",
    "build": "#f6b98f",
    "flow": "#f08a24",
    "solve": "#d7352b",
    "deal": "#a8577e",
    "verify": "#8e6bb8",
    "rest": "#a8a8a8",
    "write": "#1f5fa8",
}
_INK, _GRID = "#222222", "#e4e4e4"
_WIDTH = 1.2  # of lines; twice that for the total and for what grows fastest
_STYLE: Any = {  # versions of Matplotlib type its keys differently
    "font.size": 9,
    "axes.titlesize": 9,
    "lines.markersize": 3,
    "text.color": _INK,
    "axes.edgecolor": "#888888",
    "axes.labelcolor": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "svg.hashsalt": "rotasi",
    "svg.fonttype": "path",
}
_NO_METADATA = {"Date": None, "Creator": None}


def draw(result: Result, path: Path) -> None:
    """Draw time above memory, one column per axis.

    Parameters
    ----------
    result : dict
        As `benchmarks.growth.measure` gives it.
    path : Path
        What ends in .svg carries no date.
    """
    with rc_context(_STYLE):
        axes = result["axes"]
        figure = Figure(figsize=(11, 6.4), layout="constrained", facecolor="white")
        grid = figure.subplots(
            2, len(axes), sharex="col", sharey="row", height_ratios=(2.4, 1), squeeze=False
        )
        for axis, time, memory in zip(axes, *grid, strict=True):
            _draw_time(time, axis)
            _draw_memory(memory, axis)
        grid[0][0].set_ylabel("CPU seconds")
        grid[1][0].set_ylabel("peak memory, MiB")
        lines = grid[0][0].get_legend_handles_labels()
        legend = figure.legend(*lines, loc="outside right center", frameon=False)
        for line in legend.get_lines():
            line.set_linewidth(_WIDTH)
        grid[1][0].legend(loc="upper left", frameon=False)
        figure.savefig(path, metadata=_NO_METADATA if path.suffix == ".svg" else None)


def _draw_time(panel: Axes, axis: Result) -> None:
    places, points = _places(axis), axis["points"]
    total = [sum(point["seconds"].values()) for point in points]
    panel.plot(places, total, color=_INK, linewidth=2 * _WIDTH, label="total")
    last = points[-1]["seconds"]
    for name in sorted(last, key=last.__getitem__, reverse=True):
        seconds = [point["seconds"][name] for point in points]
        width = 2 * _WIDTH if name == axis["fastest"] else _WIDTH
        panel.plot(places, seconds, "o-", color=COLOURS[name], linewidth=width, label=name)
    titles = (_power(axis, "total"), f"fastest: {_power(axis, axis['fastest'])}")
    panel.set_title("\n".join(titles), loc="left", linespacing=1.5)
    _dress(panel, axis)


def _draw_memory(panel: Axes, axis: Result) -> None:
    places, points = _places(axis), axis["points"]
    for key, label, style in (("peak_mib", "peak", "-"), ("idle_mib", "before reading", ":")):
        held = [point[key] for point in points]
        if None not in held:
            panel.plot(places, held, style, color=_INK, label=label)
    panel.set_title(f"beyond the dots: {_power(axis, 'memory')}", loc="left")
    panel.set_xlabel(axis["axis"])
    _dress(panel, axis)
    panel.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))


def _dress(panel: Axes, axis: Result) -> None:
    """Logarithmic, with a mark below every second point measured."""
    panel.set(xscale="log", yscale="log")
    panel.xaxis.set_major_locator(FixedLocator(_places(axis)[::-2]))
    for scale in (panel.xaxis, panel.yaxis):
        scale.set_minor_locator(NullLocator())
        scale.set_major_formatter(FuncFormatter(_plain))
    panel.grid(color=_GRID, linewidth=0.8)
    panel.set_axisbelow(True)


def _plain(value: float, _position: int | None = None) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def _power(axis: Result, name: str) -> str:
    """What grows, and how: ``solve ~ ASN`` with its exponent above."""
    power = axis["exponents"][name]
    return "–" if power is None else f"{name} ~ {axis['axis']}$^{{{power:z.2f}}}$"


def _places(axis: Result) -> list[float]:
    return [point[axis["axis"]] for point in axis["points"]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw figures that were kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plots", description=__doc__)
    parser.add_argument("figures", type=Path, help="growth.json")
    parser.add_argument("picture", type=Path, help="what is written: .svg or .png")
    chosen = parser.parse_args(arguments)
    draw(json.loads(chosen.figures.read_text(encoding="utf-8")), chosen.picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
