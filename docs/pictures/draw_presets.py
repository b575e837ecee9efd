"""The pictures of the presets: ``python docs/pictures/draw_presets.py [FOLDER]``.

Each shows one OPD of the demo city under one preset: a row per ASN, a column per weekday, and below
how many are on site. The same versions give the same bytes.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path as Outline
from matplotlib.ticker import MaxNLocator

import rotasi
from rotasi import Roster, RotasiWarning, Schedule, datasets, presets
from rotasi.rules.headcount import MaxRemote, MinOnSite
from rotasi.support.calendar import read_year

Ints = npt.NDArray[np.int64]

#: The OPD that the picture of each preset shows, and its title.
PICTURES: dict[str, tuple[str, str]] = {
    "bekasi_2026": ("Setda", "Bekasi's draft for 2026: two days a week, half on site"),
    "jabar_wfa_2023": ("Bapenda", "West Java 2023: up to four days a week for good performers"),
    "jabar_se150_november_2025": ("Bapenda", "SE 150, stage I: WFH every Thursday"),
    "jabar_se150_december_2025": ("Bapenda", "SE 150, stage II: at most half remote, in rotation"),
    "bekasi_yearend_2025": ("Bapenda", "Bekasi, end of 2025: WFA on 29, 30 and 31 December"),
    "bekasi_piket": ("Damkar", "Bekasi, end of 2025: piket, two of each section on duty"),
    "bekasi_field_rotation": ("Dishub", "Field OPDs: sections change between office and field"),
    "pandemic_rotation": ("Bapenda", "Pandemic: home and office in turn, by section"),
}
N_ASN = 1000

#: Told apart by those who see no colours, too: pale, middle and dark.
COLOURS = {"WFO": "#c7dcec", "WFH": "#e08214", "LEAVE": "#636363"}
_INK, _FAINT, _OFF, _BAR = "#222222", "#777777", "#f4f4f4", "#8db9d8"
_MEANINGS = {
    "WFO": "on site",
    "WFH": "remote",
    "WFA": "remote",
    "CUTI": "on leave",
    "Kantor": "in the office",
    "Lapangan": "in the field",
}
#: What stands beside ASN whom a rule bars, in the order of the rows.
_REASONS = {
    "never_remote": "always on site",
    "require_performance": "performance",
    "require_application": "no application",
    "bar_disciplined": "discipline",
}
_STYLE: Any = {  # versions of Matplotlib type its keys differently
    "font.size": 8,
    "text.color": _INK,
    "axes.edgecolor": "#aaaaaa",
    "axes.labelcolor": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "hatch.color": "#dddddd",
    "hatch.linewidth": 0.8,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "svg.hashsalt": "rotasi",
    "svg.fonttype": "none",
}
_MINIMUM: Any = {"color": _INK, "linewidth": 1.6}
_NO_METADATA = {"Date": None, "Creator": None}
#: Inches.
_ROW, _COLUMN, _LETTER, _HEAD, _GAP, _BARS, _FOOT = 0.135, 0.29, 0.063, 1.0, 0.2, 1.1, 0.45


@dataclass(frozen=True)
class Sheet:
    """One OPD under one policy, as it is drawn.

    Parameters
    ----------
    opd : str
    grid : DataFrame of str, shape (n, d)
        Statuses; columns are the weekdays of the period, empty on days off.
    beside : list of str, length n
        What stands beside each row; alike rows follow each other.
    need : ndarray of int64, shape (d,)
        Fewest on site that the rules on presence ask for.
    words : dict of str to str
        What people read for each status that occurs.
    """

    opd: str
    grid: pd.DataFrame
    beside: list[str]
    need: Ints
    words: dict[str, str]

    @property
    def days(self) -> pd.DatetimeIndex:
        """The weekdays of the period, days off included."""
        return pd.DatetimeIndex(self.grid.columns)

    @property
    def off(self) -> npt.NDArray[np.bool_]:
        """Whether each weekday is a day off, shape (d,)."""
        return np.asarray(self.grid.isna().all())

    @property
    def weeks(self) -> list[tuple[int, int]]:
        """First and last column of each week."""
        starts = np.flatnonzero(np.r_[True, np.diff(self.days.day_of_week) < 0])
        return list(zip(starts, np.r_[starts[1:], len(self.days)] - 1, strict=True))


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw all pictures into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    here = Path(__file__).parent / "presets"
    parser.add_argument("folder", type=Path, nargs="?", default=here)
    folder: Path = parser.parse_args(arguments).folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, (opd, title) in PICTURES.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RotasiWarning)  # rules miss the other OPDs
            schedule = rotasi.solve(take(opd), presets.load(name), workers=1)
        draw(arrange(schedule, opd), title, folder / f"{name}.svg")


def take(opd: str) -> Roster:
    """One OPD of the demo city."""
    tables = datasets.city_tables(N_ASN)
    people = tables["employees"][tables["employees"]["opd"] == opd]
    own = {name: table[table["nip"].isin(people["nip"])] for name, table in tables.items()}
    return Roster.from_frame(people, leave=own["leave"], wishes=own["wishes"])


def arrange(schedule: Schedule, opd: str) -> Sheet:
    """Put first those who may be remote, by group and days, then those whom each rule bars."""
    policy, grid = schedule.policy, schedule.to_grid()
    notes = _explain(schedule, opd)
    patterns = (grid != "WFH").set_axis(range(grid.shape[1]), axis=1)
    keys = pd.concat([notes, patterns], axis=1)
    by: Any = list(keys)
    order = keys.sort_values(by, kind="stable").index
    days = pd.bdate_range(policy.start, policy.end)
    need = pd.Series(find_minimum(schedule), grid.columns).reindex(days, fill_value=0)
    words = {code: label for code, label in policy.labels if (grid == code).to_numpy().any()}
    beside = list(notes.loc[order, "text"])
    return Sheet(opd, grid.loc[order].reindex(columns=days), beside, need.to_numpy(), words)


def _explain(schedule: Schedule, opd: str) -> pd.DataFrame:
    """What stands beside each ASN: the group, or why they may not be remote."""
    ledger, groups = schedule.ledger().set_index("nip"), schedule.groups().set_index("nip")["group"]
    kinds = {rule.id: rule.kind for rule in schedule.policy.all_rules}
    reason = ledger["rule"].where(~ledger["may_be_remote"]).map(kinds)
    own = groups.astype("str").str.split(" / ").str[-1].str.removeprefix(f"{opd} ")
    free = own.str.replace(r"^(?=\d)", "group ", regex=True).reindex(ledger.index)
    free = free.fillna(f"may be {_MEANINGS[schedule.policy.labels.WFH]}")
    order = reason.map(list(_REASONS).index, na_action="ignore").fillna(-1)
    return pd.DataFrame({"order": order, "text": reason.map(_REASONS).fillna(free)})


def find_minimum(schedule: Schedule) -> Ints:
    """Fewest on site per workday that the rules on presence ask for, shape (d,).

    Groups of a rule, such as units, add up; of several rules the strictest counts.
    """
    facts = schedule.instance.facts
    needs = [np.zeros(len(facts.days), dtype=np.int64)]
    for rule in schedule.policy.rules:
        if isinstance(rule, MinOnSite | MaxRemote):
            groups = rule.groups(facts)
            if isinstance(rule, MinOnSite):
                need = rule.need(facts, groups)
            else:
                need = rule.present(facts, groups) - rule.at_most(rule.base(facts, groups))
            needs.append(np.where(rule.days(facts), need.sum(axis=0), 0))
    return np.asarray(np.max(needs, axis=0), dtype=np.int64)


def draw(sheet: Sheet, title: str, path: Path) -> None:
    """Draw who is where above how many are on site.

    Parameters
    ----------
    sheet : Sheet
    title : str
    path : Path
        What ends in .svg carries no date.
    """
    rows, columns = len(sheet.grid) * _ROW, max(len(sheet.days) * _COLUMN, 3.6)
    margin = 0.6 + _LETTER * max(len(text) for text in sheet.beside)
    width, height = margin + columns + 0.1, _HEAD + rows + _GAP + _BARS + _FOOT
    with rc_context(_STYLE):
        figure = Figure(figsize=(width, height), facecolor="white")
        left, across = margin / width, columns / width
        lower = figure.add_axes((left, _FOOT / height, across, _BARS / height))
        bottom = (_FOOT + _BARS + _GAP) / height
        upper = figure.add_axes((left, bottom, across, rows / height), sharex=lower)
        _draw_people(sheet, upper)
        _draw_presence(sheet, lower)
        for panel in (upper, lower):
            _mark_weeks(sheet, panel)
        _write_heading(sheet, title, figure)
        figure.savefig(path, metadata=_NO_METADATA if path.suffix == ".svg" else None)


def _draw_people(sheet: Sheet, panel: Axes) -> None:
    n, d = sheet.grid.shape
    for status in sheet.words:
        boxes = _outline((sheet.grid == status).to_numpy())
        panel.add_patch(PathPatch(boxes, facecolor=COLOURS[status], linewidth=0))
    panel.hlines(range(1, n), 0, d, color="white", linewidth=0.8)
    panel.vlines(range(1, d), 0, n, color="white", linewidth=0.8)
    panel.set_ylim(n, 0)
    panel.spines[:].set_visible(False)
    panel.tick_params(bottom=False, left=False, labelleft=False, labelbottom=False)
    for first, last in sheet.weeks:
        panel.text(first + 0.1, -0.25, _span(sheet.days[first], sheet.days[last]))
    _name_holidays(sheet, panel)
    _bracket_rows(sheet, panel)


def _outline(cells: npt.NDArray[np.bool_]) -> Outline:
    """Boxes around the flagged cells; neighbours in a row make one, which keeps files small."""
    edges = np.diff(np.pad(cells, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    top, left = np.nonzero(edges == 1)
    right = np.nonzero(edges == -1)[1]
    corners = [(left, top), (right, top), (right, top + 1), (left, top + 1)]
    boxes = np.moveaxis(np.array(corners, dtype=float), 2, 0)
    return Outline.make_compound_path(*(Outline(box) for box in boxes))


def _span(first: pd.Timestamp, last: pd.Timestamp) -> str:
    if first == last:
        return f"{first.day} {first:%b}"
    begin = f"{first.day}" if first.month == last.month else f"{first.day} {first:%b}"
    return f"{begin}–{last.day} {last:%b}"


def _name_holidays(sheet: Sheet, panel: Axes) -> None:
    box = {"facecolor": _OFF, "linewidth": 0, "pad": 1.5}
    for place, day in zip(np.flatnonzero(sheet.off), sheet.days[sheet.off], strict=True):
        name, at = read_year("ID", day.year).names[day.date()], (place + 0.5, len(sheet.grid) / 2)
        panel.text(*at, name, rotation=90, ha="center", va="center", bbox=box, zorder=4)


def _bracket_rows(sheet: Sheet, panel: Axes) -> None:
    """On the left: who may be remote, and why the others may not."""
    top = 0
    for text, rows in groupby(sheet.beside):
        count = len(list(rows))
        ends, middle = [top + 0.12, top + count - 0.12], top + count / 2
        panel.plot([-0.25] * 2, ends, color=_FAINT, linewidth=1.2, clip_on=False)
        panel.text(-0.45, middle, f"{text} · {count}", ha="right", va="center_baseline")
        top += count


def _draw_presence(sheet: Sheet, panel: Axes) -> None:
    n, d = sheet.grid.shape
    panel.bar(np.arange(d) + 0.5, (sheet.grid == "WFO").sum(), width=0.86, color=_BAR)
    (asked,) = np.nonzero(sheet.need)
    panel.hlines(sheet.need[asked], asked + 0.03, asked + 0.97, **_MINIMUM)
    panel.set(xlim=(0, d), ylim=(0, n), ylabel=f"{sheet.words['WFO']} per day")
    panel.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    panel.tick_params(length=0)
    labels = [f"{day:%a}\n{day.day}" for day in sheet.days]
    panel.set_xticks(np.arange(d) + 0.5, labels, fontsize=7)


def _mark_weeks(sheet: Sheet, panel: Axes) -> None:
    """Lines between weeks, and hatched days off."""
    for first, _last in sheet.weeks[1:]:
        panel.axvline(first, color=_FAINT, linewidth=0.9, zorder=5)
    for day in np.flatnonzero(sheet.off):
        span = day + 0.02, day + 0.98
        panel.axvspan(*span, facecolor=_OFF, hatch="////", linewidth=0, zorder=3)


def _write_heading(sheet: Sheet, title: str, figure: Figure) -> None:
    width, height = figure.get_size_inches()
    first, last = sheet.days[0], sheet.days[-1]
    period = f"{first.day} {first:%B %Y} – {last.day} {last:%B %Y}"
    below = f"{sheet.opd} of the demo city, {len(sheet.grid)} ASN · {period}"
    left, (top, middle, low) = 0.1 / width, 1 - np.array([0.24, 0.45, 0.66]) / height
    figure.text(left, top, title, fontsize=11, fontweight="bold", va="center")
    figure.text(left, middle, below, color=_FAINT, va="center")
    place: Any = {"loc": "center left", "bbox_to_anchor": (left, low), "borderaxespad": 0}
    size: Any = {"handlelength": 1, "handleheight": 1, "columnspacing": 1.4, "borderpad": 0}
    figure.legend(handles=list(_list_colours(sheet)), ncols=5, frameon=False, **place, **size)


def _list_colours(sheet: Sheet) -> Iterator[Any]:
    for status, word in sheet.words.items():
        yield Patch(color=COLOURS[status], label=f"{word} ({_MEANINGS[word]})")
    if sheet.need.any():
        yield Line2D([], [], **_MINIMUM, label="minimum asked")


if __name__ == "__main__":
    main()
