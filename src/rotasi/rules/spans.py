"""Weeks, months and the period, cut to the workdays of a rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from rotasi.model.facts import Facts, Flags, Ints
from rotasi.support.calendar import Days, month_of, week_of

Per = Literal["week", "month", "period"]


@dataclass(frozen=True)
class Span:
    """A week, a month or the period, cut to the workdays of a rule.

    Parameters
    ----------
    first, last : int
        Day indices, inclusive.
    full : bool
        Whether nothing of it is cut away, so that a minimum is asked.
    """

    first: int
    last: int
    full: bool

    @property
    def days(self) -> slice:
        """The span as a slice of the day axis."""
        return slice(self.first, self.last + 1)


def find_spans(facts: Facts, inside: Flags, per: Per) -> list[Span]:
    """The spans that hold a flagged workday.

    Parameters
    ----------
    facts : Facts
    inside : ndarray of bool, shape (d,)
        Workdays of a rule.
    per : {"week", "month", "period"}

    Returns
    -------
    list of Span
        In order of time. The period is always full.
    """
    (days,) = np.nonzero(inside)
    if per == "period" or not len(days):
        return [Span(int(days[0]), int(days[-1]), full=True)] if len(days) else []
    keys = key_of(facts.days[days], per)
    parts = np.split(days, np.flatnonzero(keys[1:] != keys[:-1]) + 1)
    return [Span(int(p[0]), int(p[-1]), _is_full(facts, p, per)) for p in parts]


def key_of(days: Days, per: Per) -> Days:
    """What the days of one week, or of one month, have in common."""
    return week_of(days) if per == "week" else month_of(days)


def _is_full(facts: Facts, inside: Ints, per: Per) -> bool:
    """Whether all that should be worked in the week or month lies in the rule's days."""
    key = key_of(facts.days[inside[:1]], per)[0]
    if per == "week":
        weekdays = np.array(sorted(facts.calendar.weekdays), dtype="timedelta64[D]")
        whole = key + weekdays
    else:
        first = key.astype("datetime64[D]")
        whole = facts.calendar.workdays(first, (key + 1).astype("datetime64[D]") - 1)
    return bool(np.isin(whole, facts.days[inside]).all())
