"""Rules on single days: fixed remote days and days without remote work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal, Self

import numpy as np
from pydantic import model_validator

from rotasi.messages import mark
from rotasi.model.assignment import Breaches, Statuses, breaches_on_days
from rotasi.model.constraints import Form, Mask, Window
from rotasi.model.facts import Facts, Flags, Groups, within
from rotasi.rules.base import Date, FlawError, Rule, Weekday, find_remote, forbid, nobody
from rotasi.rules.relief import BE_ON_SITE, BE_REMOTE
from rotasi.support.calendar import WEEKDAYS, Days, weekday_of

_REACH = np.timedelta64(31, "D")  # a moved day never travels further than this


class DayRule(Rule):
    """A rule on listed dates or on weekdays.

    Parameters
    ----------
    weekdays : list of str, optional
        ``Mon`` … ``Sun``, all among the policy's `workdays`.
    dates : list of date, optional
        Instead of `weekdays`.
    """

    weekdays: list[Weekday] = []
    dates: list[Date] = []

    @model_validator(mode="after")
    def _check_days(self) -> Self:
        if bool(self.weekdays) == bool(self.dates):
            raise FlawError("weekdays", mark("give either weekdays or dates"))
        return self

    def couples(self, facts: Facts) -> Groups:
        """Nobody: each ASN has days of their own."""
        return nobody(facts)

    def days(self, facts: Facts) -> Flags:
        """The named workdays on which the rule holds, shape (d,)."""
        return super().days(facts) & np.isin(facts.days, self._worked(facts))

    def _worked(self, facts: Facts) -> Days:
        """Dates that stand for the named ones; those that are no workdays count for nothing."""
        return self._named(facts)

    def _named(self, facts: Facts) -> Days:
        """Dates of the period, worked or not, that the rule names and holds on."""
        period = np.arange(np.datetime64(facts.start), np.datetime64(facts.end) + 1)
        period = period[within(period, self.start, self.end)]
        if self.dates:
            return period[np.isin(period, np.array(self.dates, dtype="datetime64[D]"))]
        wanted = [WEEKDAYS.index(weekday) for weekday in self.weekdays]
        return period[np.isin(weekday_of(period), wanted)]


class FixedRemoteDay(DayRule):
    """ASN who may be remote and are not on leave are remote on these days.

    Parameters
    ----------
    if_holiday : {"skip", "previous", "next"}
        What becomes of a day that is no workday: it falls away, or moves to the nearest workday
        before or after, if that lies within the period and the rule's dates.
    """

    meaning: ClassVar[str] = mark("Fixed remote day")
    exemption: ClassVar[str] = BE_ON_SITE
    kind: Literal["fixed_remote_day"]
    if_holiday: Literal["skip", "previous", "next"] = "skip"

    @property
    def speaks_of_remote(self) -> bool:
        """Who is barred has no fixed day."""
        return True

    def wanted(self, facts: Facts) -> Flags:
        """ASN-days that should be remote, shape (n, d)."""
        return self.cells(facts) & ~facts.barred & ~facts.on_leave

    def compile(self, facts: Facts) -> Iterator[Form]:
        """A mask; or, where soft, a window of one day each."""
        cells = self.wanted(facts)
        if self.penalty is None:
            yield Mask(self.id, cells, remote=True)
            return
        for day in np.flatnonzero(cells.any(axis=0)):
            low = cells[:, day].astype(np.int64)
            yield Window(self.id, int(day), int(day), low, np.ones_like(low), self.penalty)

    def audit(self, facts: Facts, statuses: Statuses) -> Breaches:
        """Those who are not remote on a fixed day; a unit is an ASN-day that should be remote."""
        return breaches_on_days(self.wanted(facts) & ~statuses.remote, needed_remote=True)

    def _worked(self, facts: Facts) -> Days:
        days = self._named(facts)
        worked = facts.calendar.are_workdays(days)
        if self.if_holiday == "skip" or worked.all():
            return days[worked]
        around = facts.calendar.workdays(days[0] - _REACH, days[-1] + _REACH)
        place = np.searchsorted(around, days[~worked]) - (self.if_holiday == "previous")
        return np.concatenate([days[worked], around[place[(place >= 0) & (place < len(around))]]])


class NoRemoteDay(DayRule):
    """Nobody in scope is remote on these days."""

    meaning: ClassVar[str] = mark("Day without remote work")
    exemption: ClassVar[str] = BE_REMOTE
    kind: Literal["no_remote_day"]

    def bans(self, facts: Facts) -> Flags:
        """The scope on the named workdays, shape (n, d)."""
        return self.cells(facts)

    def compile(self, facts: Facts) -> Iterator[Form]:
        """Forbid remote work in the banned cells."""
        return forbid(self, self.bans(facts))

    def audit(self, facts: Facts, statuses: Statuses) -> Breaches:
        """Remote ASN on such a day; a unit is an ASN-day that should not be remote."""
        return find_remote(self.bans(facts), statuses)
