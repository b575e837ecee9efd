"""Days for the online coordination meetings of each OPD, chosen exactly."""

from __future__ import annotations

from itertools import combinations
from typing import Annotated

import numpy as np
import pandas as pd

from rotasi.messages import mark
from rotasi.model.facts import LEAVE, Facts, Flags, Groups, Ints
from rotasi.rules.days import FixedRemoteDay
from rotasi.schedule.result import Schedule
from rotasi.support.arguments import Only, checked
from rotasi.support.calendar import Days, week_of, weekday_of

_REACH = np.timedelta64(31, "D")  # no run of days off behind the period is longer
_WEEK = 7  # days, and more than any distance inside a week

Meetings = Annotated[
    int, Only(mark("a whole number from 1 to 7"), lambda given: 1 <= given <= _WEEK)
]


@checked
def coordination(
    schedule: Schedule,
    per_week: Meetings = 2,
) -> pd.DataFrame:
    """Choose the days of online coordination meetings, per OPD and ISO week.

    Among all choices of `per_week` workdays of the week that one is taken which, in this order,

    1. has the fewest days to avoid: those on which a `fixed_remote_day` rule reaches anyone of
       the OPD, and eves of holidays (the last workday before a weekday off);
    2. has the fewest ASN-days of leave;
    3. is spread most: the smallest distance between two of its days is the largest;
    4. is the earliest.

    "At least two a week" is Kota Bekasi's draft for 2026 (Berdaya News, 3 November 2025).

    Parameters
    ----------
    schedule : Schedule
    per_week : int
        Meetings per OPD and ISO week, 1 … 7.

    Returns
    -------
    DataFrame, one row per OPD and meeting, by OPD in alphabetical order and by date
        opd, week (ISO, such as ``2026-W02``), date (datetime64), on_leave, present (ASN not on
        leave, on site or remote), short (the week has fewer workdays than `per_week`: all of
        them are taken).

    Raises
    ------
    ArgumentError
        If `per_week` is out of range, or `schedule` is no Schedule.
    InfeasibleError, TimeLimitError
        If there is no schedule.

    Examples
    --------
    >>> import pandas as pd, rotasi
    >>> roster = rotasi.Roster.from_frame(pd.DataFrame({"nip": ["a"], "opd": ["Bappeda"]}))
    >>> policy = rotasi.Policy.model_validate({"start": "2026-01-05", "end": "2026-01-09"})
    >>> rotasi.coordination(rotasi.solve(roster, policy))["date"].dt.day_name().tolist()
    ['Monday', 'Friday']
    """
    schedule.raise_for_status()
    facts = schedule.instance.facts
    opds = facts.opds
    away = opds.count(schedule.grid == LEAVE)
    avoided = _find_fixed(schedule, opds) | _find_eves(facts)
    chosen, short = np.zeros(away.shape, dtype=bool), np.zeros(len(facts.days), dtype=bool)
    weeks = week_of(facts.days)
    for week in np.unique(weeks):
        place = np.flatnonzero(weeks == week)
        short[place] = len(place) < per_week
        chosen[:, place] = _choose(facts.days[place], avoided[:, place], away[:, place], per_week)
    return _describe(facts, opds, away, chosen, short)


def _choose(days: Days, avoided: Flags, away: Ints, per_week: int) -> Flags:
    """The best days of one week per OPD.

    Parameters
    ----------
    days : ndarray of datetime64[D], shape (w,)
    avoided : ndarray of bool, shape (g, w)
    away : ndarray of int64, shape (g, w)
        ASN on leave.
    per_week : int

    Returns
    -------
    ndarray of bool, shape (g, w)
    """
    choices = np.array(list(combinations(range(len(days)), min(per_week, len(days)))))
    gaps = np.diff(days[choices].astype(np.int64), axis=1)
    spread = gaps.min(axis=1, initial=_WEEK)
    absent = away[:, choices].sum(axis=2)
    # One number stands for the three criteria: what is less weighty never adds up to one unit.
    cost = avoided[:, choices].sum(axis=2) * (absent.max() + 1) + absent
    cost = cost * (_WEEK + 1) + (_WEEK - spread)
    # Choices come in the order of their days, and argmin takes the first: the earliest.
    best = choices[cost.argmin(axis=1)]
    chosen = np.zeros(away.shape, dtype=bool)
    np.put_along_axis(chosen, best, True, axis=1)
    return chosen


def _find_fixed(schedule: Schedule, opds: Groups) -> Flags:
    """Days on which a fixed remote day reaches anyone of an OPD, shape (g, d)."""
    facts = schedule.instance.facts
    rules = [rule for rule in schedule.policy.rules if isinstance(rule, FixedRemoteDay)]
    fixed = np.zeros(facts.shape, dtype=bool)
    for rule in rules:
        fixed |= rule.wanted(facts)
    return opds.count(fixed) > 0


def _find_eves(facts: Facts) -> Flags:
    """The last workdays before days off that are not the regular weekend, shape (d,)."""
    dates = np.arange(facts.days[0], facts.days[-1] + _REACH)
    worked = facts.calendar.are_workdays(dates)
    off = np.isin(weekday_of(dates), list(facts.calendar.weekdays)) & ~worked
    before = np.cumsum(off)  # weekdays off up to each date
    workdays = np.flatnonzero(worked)
    eves = dates[workdays[:-1]][np.diff(before[workdays]) > 0]
    return np.isin(facts.days, eves)


def _describe(facts: Facts, opds: Groups, away: Ints, chosen: Flags, short: Flags) -> pd.DataFrame:
    opd, day = np.nonzero(chosen)
    dates = pd.DatetimeIndex(facts.days[day].astype("datetime64[s]"))
    iso = dates.isocalendar()
    weeks = iso["year"].astype("str") + "-W" + iso["week"].astype("str").str.zfill(2)
    on_leave = away[opd, day]
    return pd.DataFrame(
        {
            "opd": opds.labels[opd].astype(str),
            "week": weeks.to_numpy(),
            "date": dates,
            "on_leave": on_leave,
            "present": np.bincount(opds.of)[opd] - on_leave,
            "short": short[day],
        }
    )
