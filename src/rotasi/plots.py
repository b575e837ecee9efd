"""Pictures of schedules and comparisons, drawn into axes of Matplotlib; need ``rotasi[plots]``.

Each function takes the axes to draw into, or makes some, and gives them back, so that pictures can
be laid out, changed and saved as Matplotlib does it. None shows a NIP or a name. The colours are
those of Okabe and Ito, which people who see few colours tell apart, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import numpy as np
import numpy.typing as npt
import pandas as pd

from rotasi.analysis.figures import LEVELS
from rotasi.exports.axes import BELOW, draw_grid, label_days, open_axes, tidy, write_tick
from rotasi.exports.headcounts import count_heads
from rotasi.instance.wording import name_objective
from rotasi.messages import _, mark, number
from rotasi.model.facts import LEAVE, MISSING, WFH, WFO
from rotasi.progress import Progress
from rotasi.schedule.result import Schedule
from rotasi.support.arguments import Only, checked, refuse
from rotasi.support.calendar import as_date

if TYPE_CHECKING:
    from matplotlib.axes import Axes
else:  # Matplotlib is loaded when something is drawn
    Axes = Annotated[
        object, Only(mark("axes of Matplotlib"), lambda given: hasattr(given, "get_figure"))
    ]

#: Told apart by lightness, too: on site pale, remote middle, leave dark.
COLOURS = {WFO: "#cfe3f1", WFH: "#e69f00", LEAVE: "#555555"}
_BLUE, _SKY, _RED, _GREY = "#0072b2", "#56b4e9", "#d55e00", "#8c8c8c"
_MILLION = 1e6


@checked
def heat_map(schedule: Schedule, opd: str, ax: Axes | None = None) -> Axes:
    """Draw who of an OPD is on site, remote or on leave: a row per ASN, a column per workday.

    Parameters
    ----------
    schedule : Schedule
    opd : str
    ax : matplotlib.axes.Axes, optional
        Where to draw; left out: new axes.

    Returns
    -------
    matplotlib.axes.Axes
        Its image holds the codes of `Schedule.grid` in roster order; rows are numbered. Days
        before an ASN was there stay empty.

    Raises
    ------
    ArgumentError
        If nobody belongs to the OPD.
    InfeasibleError, TimeLimitError
        If there is no schedule.
    ImportError
        If matplotlib is missing.

    Examples
    --------
    >>> import rotasi
    >>> city = rotasi.datasets.city(300)
    >>> schedule = rotasi.solve(city, rotasi.presets.bekasi_2026())
    >>> ax = rotasi.plots.heat_map(schedule, "Setda")
    >>> ax.figure.savefig("setda.png")  # doctest: +SKIP
    """
    axes = open_axes(ax)
    from matplotlib.colors import ListedColormap
    from matplotlib.patches import Patch

    schedule.raise_for_status()
    rows = _members(schedule, opd)
    grid = schedule.grid[rows]
    axes.imshow(
        np.ma.masked_equal(grid, MISSING),
        cmap=ListedColormap(list(COLOURS.values())),
        vmin=WFO,
        vmax=LEAVE,
        aspect="auto",
        interpolation="nearest",
    )
    labels = schedule.policy.labels
    names = {WFO: labels.WFO, WFH: labels.WFH, LEAVE: labels.LEAVE}
    patches = [Patch(facecolor=COLOURS[code], label=name) for code, name in names.items()]
    axes.legend(handles=patches, **BELOW)
    label_days(axes, _dates(schedule))
    draw_grid(axes, grid.shape)
    axes.set(title=opd, ylabel=_("ASN, in the order of the roster"))
    return axes


@checked
def coverage(schedule: Schedule, opd: str, ax: Axes | None = None) -> Axes:
    """Draw how many of an OPD are on site each workday, and the fewest that hard rules allow.

    Parameters
    ----------
    schedule : Schedule
    opd : str
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        Its first bars are the heads on site, its line the minimum.

    Raises
    ------
    ArgumentError
        If nobody belongs to the OPD.
    InfeasibleError, TimeLimitError
        If there is no schedule.
    ImportError
        If matplotlib is missing.
    """
    axes = open_axes(ax)
    from matplotlib.ticker import MaxNLocator

    schedule.raise_for_status()
    _members(schedule, opd)
    heads = count_heads(schedule.instance, schedule.grid)
    at = heads.opds.labels.tolist().index(opd)
    site, remote, needed = heads.on_site[at], heads.remote[at], heads.needed[at]
    days = np.arange(len(site))
    axes.bar(days, site, width=0.8, color=_BLUE, label=_("on site"))
    axes.bar(days, remote, width=0.8, bottom=site, color=COLOURS[WFO], label=_("remote"))
    short = site < needed
    if short.any():
        missing = (needed - site)[short]
        axes.bar(
            days[short], missing, bottom=site[short], color="none", edgecolor=_RED, hatch="///",
            label=_("missing"),
        )  # fmt: skip
    edges = np.append(days - 0.5, days[-1] + 0.5)
    axes.stairs(
        needed,
        edges,
        baseline=None,
        color="black",
        linewidth=2,
        label=_("needed on site, at least"),
    )
    axes.set(title=opd, ylabel=_("ASN"), xlim=(-0.6, len(days) - 0.4))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    label_days(axes, _dates(schedule))
    axes.legend(**BELOW)
    tidy(axes)
    return axes


@checked
def fairness(schedule: Schedule, opd: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw how evenly remote days are shared: how many ASN have how many of them.

    Parameters
    ----------
    schedule : Schedule
    opd : str, optional
        Left out: all OPDs.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        One bar per number of days. ASN who may be remote on no day, as the ledger says, are left
        out; days of the period count, history does not.

    Raises
    ------
    ArgumentError
        If nobody belongs to the OPD.
    InfeasibleError, TimeLimitError
        If there is no schedule.
    ImportError
        If matplotlib is missing.
    """
    axes = open_axes(ax)
    from matplotlib.ticker import MaxNLocator

    schedule.raise_for_status()
    rows = np.arange(len(schedule.roster)) if opd is None else _members(schedule, opd)
    rows = rows[schedule.instance.facts.may_be_remote[rows]]
    days = (schedule.grid[rows] == WFH).sum(axis=1)
    counts = np.bincount(days) if len(days) else np.zeros(1, dtype=np.int64)
    axes.bar(np.arange(len(counts)), counts, width=0.9, color=_BLUE)
    if len(days):
        text = _("mean {days}").format(days=number(days.mean(), 1))
        axes.axvline(days.mean(), color=_RED, linewidth=2, linestyle="--", label=text)
        axes.legend(frameon=False)
    title = _("{count} ASN who may be remote").format(count=number(len(rows)))
    axes.set(
        title=title if opd is None else f"{opd}: {title}",
        xlabel=_("remote days in the period"),
        ylabel=_("ASN"),
    )
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    tidy(axes)
    return axes


@checked
def comparison(frame: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw what policies save, with the ranges of the estimates.

    Parameters
    ----------
    frame : DataFrame
        As `rotasi.compare` gives it.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        One bar per policy: with savings, their mid in millions of rupiah a year, and an error bar
        from low to high; without, the remote days. Policies without a schedule have
        an empty place.

    Raises
    ------
    ImportError
        If matplotlib is missing.
    """
    needed = {"policy", "status", "remote_days", *(f"savings_{level}" for level in LEVELS)}
    if not needed <= set(frame):
        raise refuse("frame", _("columns are missing; give what rotasi.compare gives"))
    axes = open_axes(ax)
    places = np.arange(len(frame))
    days = _numbers(frame, "remote_days")
    low, mid, high = (_numbers(frame, f"savings_{level}") / _MILLION for level in LEVELS)
    known = bool(np.isfinite(mid).any())
    values, spread = (mid, np.stack([mid - low, high - mid])) if known else (days, None)
    axes.barh(
        places, values, xerr=spread, height=0.65, color=_SKY,
        error_kw={"ecolor": "black", "capsize": 4, "elinewidth": 1.5},
    )  # fmt: skip
    axes.set_yticks(places, _name_policies(frame, days))
    axes.invert_yaxis()
    axes.set(
        xlabel=_("savings in millions of rupiah a year, from low to high")
        if known
        else _("remote days, in ASN-days"),
        xlim=(0, None),
    )
    axes.xaxis.set_major_formatter(write_tick)
    tidy(axes, across=True)
    return axes


@checked
def progress(news: Sequence[Progress], ax: Axes | None = None) -> Axes:
    """Draw how value and bound of the first objective have met while blocks were solved.

    Parameters
    ----------
    news : sequence of Progress
        Recorded by ``solve(…, progress=news.append)``.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        Against seconds since the first block began: the value in the blocks solved, and what the
        value of all can be at best; or the blocks solved, if any of them has no roster. The title
        counts the blocks that are proven.

    Raises
    ------
    ArgumentError
        If there is no news.
    ImportError
        If matplotlib is missing.
    """
    axes = open_axes(ax)
    if not news:
        raise refuse(
            "news", _("there is no news to draw; record it by solve(…, progress=news.append)")
        )
    last = news[-1]
    seconds = [each.elapsed for each in news]
    values = [each.value for each in news if each.value is not None]
    bounds = [each.bound for each in news if each.bound is not None]
    if len(values) == len(bounds) == len(news):
        axes.step(
            seconds, bounds, where="post", color=_RED, linestyle="--", linewidth=2,
            label=_("bound on all blocks"),
        )  # fmt: skip
        axes.step(
            seconds, values, where="post", color=_BLUE, linewidth=2,
            label=_("value in the blocks solved"),
        )  # fmt: skip
        axes.set_ylabel(name_objective(last.objective))
    else:
        done = [each.done for each in news]
        axes.step(seconds, done, where="post", color=_BLUE, linewidth=2, label=_("blocks solved"))
        axes.axhline(last.total, color=_GREY, linestyle="--", label=_("all blocks"))
        axes.set_ylabel(_("blocks"))
    title = _("{proven} of {total} blocks proven optimal")
    axes.set(
        title=title.format(proven=number(last.proven), total=number(last.total)),
        xlabel=_("seconds"),
        ylim=(0, None),
    )
    axes.yaxis.set_major_formatter(write_tick)
    axes.xaxis.set_major_formatter(write_tick)
    axes.legend(frameon=False)
    tidy(axes)
    return axes


def _members(schedule: Schedule, opd: str) -> npt.NDArray[np.int64]:
    """Rows of an OPD in the roster."""
    rows = np.flatnonzero(schedule.roster.employees["opd"].to_numpy(object) == opd)
    if not len(rows):
        raise refuse("opd", _("nobody belongs to the OPD {opd}").format(opd=repr(opd)))
    return rows


def _dates(schedule: Schedule) -> list[date]:
    """The workdays."""
    return [as_date(day) for day in schedule.instance.facts.days]


def _numbers(frame: pd.DataFrame, column: str) -> npt.NDArray[np.float64]:
    """A column of a comparison; NaN where it is empty."""
    numbers = frame[column].astype("Float64").to_numpy(np.float64, na_value=np.nan)
    return np.asarray(numbers, dtype=np.float64)


def _name_policies(frame: pd.DataFrame, days: npt.NDArray[np.float64]) -> list[str]:
    """Each policy with its remote days, or its status where it has none."""
    text = _("{count} remote days")
    return [
        f"{policy}\n{status if np.isnan(count) else text.format(count=number(count))}"
        for policy, status, count in zip(frame["policy"], frame["status"], days, strict=True)
    ]
