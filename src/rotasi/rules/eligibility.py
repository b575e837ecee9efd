"""Rules on who may be remote at all: services, performance, application, discipline, newcomers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from rotasi.messages import _, mark, plural
from rotasi.model.assignment import Breaches, Statuses
from rotasi.model.constraints import Form
from rotasi.model.facts import Facts, Flags, Groups, Ints
from rotasi.rules.base import Change, Rule, Texts, choose, describe, find_remote, forbid, nobody
from rotasi.rules.relief import BE_REMOTE
from rotasi.support.text import as_word
from rotasi.tables.schema import PREDICATES


class EligibilityRule(Rule):
    """A rule that bars persons: whoever fails it is on site on every workday not on leave."""

    exemption: ClassVar[str] = BE_REMOTE

    @abstractmethod
    def fails(self, facts: Facts) -> Flags:
        """ASN whom the rule bars if they are in scope, shape (n,)."""

    def couples(self, facts: Facts) -> Groups:
        """Nobody: each ASN has days of their own."""
        return nobody(facts)

    def bars(self, facts: Facts) -> Flags:
        """The rule's days of those who fail it, shape (n, d)."""
        return self.cells(facts) & self.fails(facts)[:, None]

    def compile(self, facts: Facts) -> Iterator[Form]:
        """Forbid remote work in the barred cells."""
        return forbid(self, self.bars(facts))

    def audit(self, facts: Facts, statuses: Statuses) -> Breaches:
        """Barred ASN who are remote; a unit is an ASN-day that is remote though barred."""
        return find_remote(self.bars(facts), statuses)


class NeverRemote(EligibilityRule):
    """An ASN in scope is on site on every workday not on leave."""

    meaning: ClassVar[str] = mark("Remote work is not allowed")
    kind: Literal["never_remote"]

    def fails(self, facts: Facts) -> Flags:
        """Everybody."""
        return np.ones(facts.shape[0], dtype=bool)


class RequirePerformance(EligibilityRule):
    """Performance below the minimum, or unknown, bars from remote work.

    Parameters
    ----------
    minimum : str or number
        An SKP predicate or a score from 0 to 100; the two scales do not compare.
    """

    meaning: ClassVar[str] = mark("Remote work needs sufficient performance")
    kind: Literal["require_performance"]
    minimum: (
        Literal["Sangat Kurang", "Kurang", "Butuh Perbaikan", "Baik", "Sangat Baik"]
        | Annotated[float, Field(ge=0, le=100)]
    )

    def fails(self, facts: Facts) -> Flags:
        """Those below the minimum, without a value, or on the other scale."""
        ranks, scores = facts.performance
        if isinstance(self.minimum, str):
            return ranks < PREDICATES.index(self.minimum)
        return ~(scores >= self.minimum)

    def evidence(self, facts: Facts, asn: Ints) -> Texts:
        """The predicate or score beside the minimum."""
        text, minimum = _("performance {value} (needed: {minimum})"), as_word(self.minimum)
        other = _("performance {value} (needed: {minimum}; scores and predicates do not compare)")
        by_predicate = isinstance(self.minimum, str)

        def write(value: str) -> str:
            apart = bool(value) and (value in PREDICATES) is not by_predicate
            return (other if apart else text).format(value=value or _("unknown"), minimum=minimum)

        return describe(facts.employees["performance"].iloc[asn], write)

    def change(self, facts: Facts, asn: Ints) -> Change:
        """Performance at or below the minimum; below the lowest there is only an unknown one."""
        minimum, below = as_word(self.minimum), _("performance below {minimum}")
        lowest = self.minimum in (PREDICATES[0], 0)
        return Change(
            "performance",
            passes=minimum,
            fails=self._below(),
            gain=_("performance of at least {minimum}").format(minimum=minimum),
            loss=_("unknown performance") if lowest else below.format(minimum=minimum),
        )

    def _below(self) -> str:
        """The best performance that does not suffice."""
        if isinstance(self.minimum, str):
            return ("", *PREDICATES)[PREDICATES.index(self.minimum)]
        return as_word(np.nextafter(self.minimum, 0)) if self.minimum else ""


class RequireApplication(EligibilityRule):
    """Who has not applied for remote work is barred from it."""

    meaning: ClassVar[str] = mark("Remote work needs an application")
    kind: Literal["require_application"]

    def fails(self, facts: Facts) -> Flags:
        """Those whose `applied` is not true."""
        return ~facts.employees["applied"].fillna(False).to_numpy(bool)

    def evidence(self, facts: Facts, asn: Ints) -> Texts:
        """Whether they have applied."""
        return choose(self.fails(facts)[asn], _("has not applied"), _("has applied"))

    def change(self, facts: Facts, asn: Ints) -> Change:
        """An application, or none."""
        return Change("applied", True, False, _("an application"), _("no application"))


class BarDisciplined(EligibilityRule):
    """A disciplinary record bars from remote work; an unknown one does not."""

    meaning: ClassVar[str] = mark("No remote work under a disciplinary measure")
    kind: Literal["bar_disciplined"]

    def fails(self, facts: Facts) -> Flags:
        """Those whose `disciplined` is true."""
        return facts.employees["disciplined"].fillna(False).to_numpy(bool)

    def evidence(self, facts: Facts, asn: Ints) -> Texts:
        """Whether a measure is known."""
        under, free = _("under a disciplinary measure"), _("no disciplinary measure is known")
        return choose(self.fails(facts)[asn], under, free)

    def change(self, facts: Facts, asn: Ints) -> Change:
        """The end of a measure, or a new one."""
        ended, new = _("no disciplinary measure"), _("a disciplinary measure")
        return Change("disciplined", False, True, ended, new)


class BarNewcomers(EligibilityRule):
    """Who joined less than `months` before the period's first day is barred.

    Parameters
    ----------
    months : int
        Months of service needed on the first day of the policy's period, 1 to 600.
    """

    meaning: ClassVar[str] = mark("No remote work in the first months of service")
    kind: Literal["bar_newcomers"]
    months: Annotated[int, Field(ge=1, le=600)]

    def fails(self, facts: Facts) -> Flags:
        """Those who joined later than the start minus `months`; unknown dates pass."""
        return (facts.employees["joined"] > self._limit(facts.start)).to_numpy(bool)

    def evidence(self, facts: Facts, asn: Ints) -> Texts:
        """Completed months of service on the period's first day beside those needed."""
        start = facts.start
        text = _("joined {date}, months of service: {months} (needed: {needed})")

        def write(joined: pd.Timestamp) -> str:
            if pd.isna(joined):
                return _("date of joining unknown")
            months = 12 * (start.year - joined.year) + start.month - joined.month
            served = max(months - (start.day < joined.day), 0)
            return text.format(date=f"{joined:%Y-%m-%d}", months=served, needed=self.months)

        return describe(facts.employees["joined"].iloc[asn], write)

    def change(self, facts: Facts, asn: Ints) -> Change:
        """Time, which lifts the bar; it comes back only with a date that is yet unknown."""
        limit = self._limit(facts.start)
        text = plural(
            "{months} month of service, for periods from {date} on",
            "{months} months of service, for periods from {date} on",
            self.months,
        )

        def write(joined: pd.Timestamp) -> str:
            if pd.isna(joined):
                return ""
            return text.format(months=self.months, date=self._eligible_from(joined))

        joined = facts.employees["joined"].iloc[asn]
        late = _("joined after {date}").format(date=limit.date())
        loss = choose(joined.isna().to_numpy(bool), late, "")
        return Change("joined", limit, limit + timedelta(days=1), describe(joined, write), loss)

    def _limit(self, start: date) -> pd.Timestamp:
        """The last date of joining that passes for a period with this first day."""
        return pd.Timestamp(start) - pd.DateOffset(months=self.months)

    def _eligible_from(self, joined: pd.Timestamp) -> np.datetime64:
        """The first day of a period for which a date of joining passes."""
        month = np.datetime64(joined, "M") + self.months
        first = month.astype("datetime64[D]") + (joined.day - 1)
        # Six months after 31 August there is no 31 February: then it is the first of March.
        following = (month + 1).astype("datetime64[D]")
        return min(first, following)
