"""Axes of Matplotlib, as all pictures of rotasi have them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from rotasi.messages import _, month_name, number, weekday_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: A legend below the days, where it hides nothing.
BELOW: dict[str, Any] = {
    "loc": "upper center",
    "bbox_to_anchor": (0.5, -0.2),
    "ncols": 4,
    "frameon": False,
}
_FEW = 60  # rows with edges between the cells
_WEEK = 9  # workdays each of which gets its own label
_MOST = 12  # labels of weeks


def open_axes(ax: Axes | None) -> Axes:
    """The axes given, or new ones."""
    try:
        from matplotlib import pyplot as plt
    except ImportError as error:
        text = _('pictures need matplotlib: pip install "rotasi[plots]"')
        raise ImportError(text) from error
    return plt.subplots(figsize=(8, 4.5), layout="constrained")[1] if ax is None else ax


def label_days(axes: Axes, days: Sequence[date]) -> None:
    """Date the workdays: all of a few, else the first of each week."""
    weeks = [day.isocalendar()[:2] for day in days]
    firsts = [i for i in range(len(days)) if i == 0 or weeks[i] != weeks[i - 1]]
    places = list(range(len(days))) if len(days) <= _WEEK else firsts[:: len(firsts) // _MOST + 1]
    texts = [
        f"{weekday_name(days[i].weekday())[:3]}\n{days[i].day} {month_name(days[i].month)[:3]}"
        for i in places
    ]
    axes.set_xticks(places, texts)


def draw_grid(axes: Axes, shape: tuple[int, ...]) -> None:
    """White lines between the cells, if there are few rows; numbers that count from 1."""
    from matplotlib.ticker import MaxNLocator

    rows, days = shape
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.yaxis.set_major_formatter(lambda value, _place: f"{value + 1:.0f}")
    axes.set_xticks(np.arange(days - 1) + 0.5, minor=True)
    axes.set_yticks(np.arange(rows - 1) + 0.5 if rows <= _FEW else [], minor=True)
    axes.grid(which="minor", color="white", linewidth=0.8)
    axes.tick_params(which="both", length=0)
    axes.spines[:].set_visible(False)


def write_tick(value: float, _place: float = 0) -> str:
    """A number beside an axis, in the language in use when it was drawn.

    >>> write_tick(1200.0), write_tick(0.25)
    ('1,200', '0.25')
    """
    decimals = next(digits for digits in range(6) if digits == 5 or value == round(value, digits))
    return number(value, decimals)


def tidy(axes: Axes, *, across: bool = False) -> None:
    """No frame, and pale lines behind the bars, which run across or upwards."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="x" if across else "y", color="#e5e5e5")
    axes.set_axisbelow(True)
