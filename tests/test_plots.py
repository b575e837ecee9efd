"""Pictures hold what the schedule holds, in the axes that they are given."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from helpers import people, policy, roster
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.container import ErrorbarContainer

import rotasi
from rotasi import Schedule, plots
from rotasi.messages import use_language
from rotasi.model.facts import LEAVE, MISSING, WFH, WFO

mpl.use("Agg")

NIP = "1985031520100110"


@pytest.fixture(scope="module")
def schedule() -> Schedule:
    """Six of X, one barred and one on leave, and two of Y; half of each OPD on site."""
    who = people([{"nip": f"{NIP}{n:02}", "name": "Rahayu", "applied": n != 3} for n in range(8)])
    who["opd"] = ["X"] * 6 + ["Y"] * 2
    given = roster(who, leave=[(f"{NIP}01", 2, 3)])
    rules: list[dict[str, Any]] = [
        {"kind": "require_application"},
        {"kind": "quota", "max_days": 2},
        {"kind": "min_on_site", "share": 0.5},
    ]
    return rotasi.solve(given, policy(*rules), workers=1)


@pytest.fixture
def ax() -> Iterator[Axes]:
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


@pytest.fixture(autouse=True)
def no_figure_is_left() -> Iterator[None]:
    yield
    plt.close("all")


def draw_all(schedule: Schedule) -> dict[str, Callable[[Axes | None], Axes]]:
    frame = rotasi.compare(schedule.roster, {"one": schedule.policy}, workers=1)
    news: list[rotasi.Progress] = []
    rotasi.solve(schedule.roster, schedule.policy, workers=1, progress=news.append)
    return {
        "heat_map": lambda ax: plots.heat_map(schedule, "X", ax),
        "coverage": lambda ax: plots.coverage(schedule, "X", ax),
        "fairness": lambda ax: plots.fairness(schedule, ax=ax),
        "comparison": lambda ax: plots.comparison(frame, ax),
        "progress": lambda ax: plots.progress(news, ax),
    }


KINDS = ["heat_map", "coverage", "fairness", "comparison", "progress"]


@pytest.mark.parametrize("kind", KINDS)
class TestEveryPicture:
    def test_is_drawn_into_the_axes_given(self, kind: str, schedule: Schedule, ax: Axes) -> None:
        before = plt.get_fignums()
        assert draw_all(schedule)[kind](ax) is ax
        assert plt.get_fignums() == before
        assert ax.has_data()

    def test_makes_axes_of_its_own(self, kind: str, schedule: Schedule) -> None:
        first, second = (draw_all(schedule)[kind](None) for _time in range(2))
        assert first is not second
        first.figure.canvas.draw()

    def test_tells_of_nobody(self, kind: str, schedule: Schedule, ax: Axes) -> None:
        draw_all(schedule)[kind](ax)
        ax.figure.canvas.draw()
        words = " ".join(text.get_text() for text in ax.figure.findobj(mpl.text.Text))
        assert words.strip()
        assert NIP not in words
        assert "Rahayu" not in words


class TestHeatMap:
    def test_shows_the_grid_of_the_opd(self, schedule: Schedule, ax: Axes) -> None:
        plots.heat_map(schedule, "X", ax)
        shown = ax.images[0].get_array()
        assert np.array_equal(shown, schedule.grid[:6])
        assert {WFO, WFH, LEAVE} == set(np.unique(shown))

    def test_leaves_empty_what_is_not_known(self, schedule: Schedule, ax: Axes) -> None:
        grid = schedule.grid.copy()
        grid[0, :2] = MISSING
        plots.heat_map(replace(schedule, grid=grid), "X", ax)
        empty = np.ma.getmaskarray(ax.images[0].get_array())
        assert np.argwhere(empty).tolist() == [[0, 0], [0, 1]]

    def test_colours_differ_in_lightness(self) -> None:
        weights = np.array([0.2126, 0.7152, 0.0722])
        light = [float(np.array(to_rgb(colour)) @ weights) for colour in plots.COLOURS.values()]
        assert np.diff(sorted(light)).min() > 0.15

    def test_names_statuses_as_the_policy_does(self, schedule: Schedule, ax: Axes) -> None:
        labelled = policy(labels={"WFH": "WFA"})
        plots.heat_map(rotasi.solve(schedule.roster, labelled, workers=1), "X", ax)
        legend = ax.get_legend()
        assert legend is not None
        assert [text.get_text() for text in legend.get_texts()] == ["WFO", "WFA", "CUTI"]

    def test_dates_the_days(self, schedule: Schedule, ax: Axes) -> None:
        with use_language("id"):
            plots.heat_map(schedule, "X", ax)
        assert ax.get_xticklabels()[0].get_text() == "Sen\n5 Jan"

    def test_refuses_an_unknown_opd(self, schedule: Schedule, ax: Axes) -> None:
        with pytest.raises(ValueError, match="nobody belongs to the OPD 'Z'"):
            plots.heat_map(schedule, "Z", ax)


class TestCoverage:
    def test_bars_are_heads_and_the_line_is_the_minimum(self, schedule: Schedule, ax: Axes) -> None:
        plots.coverage(schedule, "X", ax)
        grid = schedule.grid[:6]
        site, remote = (
            [bar.get_height() for bar in container] for container in list(ax.containers)[:2]
        )
        assert site == (grid == WFO).sum(axis=0).tolist()
        assert remote == (grid == WFH).sum(axis=0).tolist()
        needed = ax.patches[-1].get_data().values
        assert needed.tolist() == [3, 3, 3, 3, 3]
        assert (site >= needed).all()

    def test_shows_who_is_missing(self, schedule: Schedule, ax: Axes) -> None:
        edited = schedule.to_frame()
        edited.loc[(edited["opd"] == "X") & (edited["date"] == "2026-01-05"), "status"] = "WFH"
        broken = Schedule.from_frame(edited, schedule.roster, schedule.policy)
        plots.coverage(broken, "X", ax)
        (missing,) = ax.containers[2]
        assert (missing.get_x() + missing.get_width() / 2, missing.get_height()) == (0, 3)


class TestFairness:
    def test_counts_those_who_may_be_remote(self, schedule: Schedule, ax: Axes) -> None:
        plots.fairness(schedule, ax=ax)
        ledger = schedule.ledger()
        days = ledger.loc[ledger["may_be_remote"], "remote_days"].to_numpy(int)
        assert len(days) == 7
        heights = [bar.get_height() for bar in ax.containers[0]]
        assert heights == np.bincount(days).tolist()

    def test_takes_one_opd(self, schedule: Schedule, ax: Axes) -> None:
        plots.fairness(schedule, "Y", ax)
        assert sum(bar.get_height() for bar in ax.containers[0]) == 2

    def test_of_nobody_is_empty(self, schedule: Schedule, ax: Axes) -> None:
        never = rotasi.solve(schedule.roster, policy({"kind": "never_remote"}), workers=1)
        plots.fairness(never, ax=ax)
        assert ax.get_title() == "0 ASN who may be remote"


class TestComparison:
    def test_bars_and_ranges_are_the_savings(self, ax: Axes) -> None:
        frame = pd.DataFrame(
            {
                "policy": ["a", "b"],
                "status": ["OPTIMAL", "INFEASIBLE"],
                "remote_days": [5, None],
                "savings_low": [1_000_000, None],
                "savings_mid": [2_000_000, None],
                "savings_high": [5_000_000, None],
            },
            dtype=object,
        )
        plots.comparison(frame, ax)
        bars = ax.patches
        assert bars[0].get_width() == 2
        assert np.isnan(bars[1].get_width())
        (ranges,) = (each for each in ax.containers if isinstance(each, ErrorbarContainer))
        (line,) = ranges.lines[2]
        assert line.get_segments()[0][:, 0].tolist() == [1, 5]
        labels = [label.get_text() for label in ax.get_yticklabels()]
        assert labels == ["a\n5 remote days", "b\nINFEASIBLE"]

    def test_without_savings_bars_are_remote_days(self, schedule: Schedule, ax: Axes) -> None:
        frame = rotasi.compare(schedule.roster, {"one": schedule.policy}, workers=1)
        plots.comparison(frame, ax)
        assert [bar.get_width() for bar in ax.patches] == frame["remote_days"].tolist()
        assert (frame["remote_days"] > 0).all()


class TestProgress:
    def test_lines_are_bound_and_value(self, schedule: Schedule, ax: Axes) -> None:
        news: list[rotasi.Progress] = []
        rotasi.solve(schedule.roster, schedule.policy, workers=1, progress=news.append)
        assert len(news) > 1
        plots.progress(news, ax)
        bound, value = (line.get_ydata() for line in ax.lines)
        assert list(value) == [each.value for each in news]
        assert list(bound) == [each.bound for each in news]
        assert ax.get_title() == f"{len(news)} of {len(news)} blocks proven optimal"

    def test_without_values_counts_blocks(self, ax: Axes) -> None:
        news = [rotasi.Progress(n, 3, ("X",), "OPTIMAL", 0.1, elapsed=n) for n in (1, 2, 3)]
        plots.progress(news, ax)
        assert list(ax.lines[0].get_ydata()) == [1, 2, 3]

    def test_needs_news(self, ax: Axes) -> None:
        with pytest.raises(ValueError, match="no news to draw"):
            plots.progress([], ax)


def test_an_infeasible_schedule_raises() -> None:
    never = rotasi.solve(roster(2), policy({"kind": "min_on_site", "count": 3}), workers=1)
    with pytest.raises(rotasi.InfeasibleError):
        plots.heat_map(never, "X")


def test_without_matplotlib_the_way_to_install_it_is_told() -> None:
    script = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "import rotasi\n"
        "try: rotasi.plots.progress([])\n"
        "except ImportError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == 'pictures need matplotlib: pip install "rotasi[plots]"\n'
