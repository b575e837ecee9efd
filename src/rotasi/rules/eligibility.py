"""Rules on who may be remote at all: services, performance, application, discipline, newcomers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from rotasi.columns import PREDICATES
from rotasi.facts import Facts, Flags
from rotasi.forms import Form
from rotasi.messages import mark
from rotasi.rules.base import Rule, find_remote, forbid
from rotasi.statuses import Breaches, Statuses


class EligibilityRule(Rule):
    """A rule that bars persons: whoever fails it is on site on every workday not on leave."""

    @abstractmethod
    def fails(self, facts: Facts) -> Flags:
        """ASN whom the rule bars if they are in scope, shape (n,)."""

    def bars(self, facts: Facts) -> Flags:
        """The rule's days of those who fail it, shape (n, d)."""
        return self.cells(facts) & self.fails(facts)[:, None]

    def compile(self, facts: Facts) -> Iterator[Form]:
        """Forbid remote work in the barred cells."""
        return forbid(self, self.bars(facts))

    def audit(self, facts: Facts, statuses: Statuses) -> Breaches:
        """Barred ASN who are remote; a unit is an ASN-day."""
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


class RequireApplication(EligibilityRule):
    """Who has not applied for remote work is barred from it."""

    meaning: ClassVar[str] = mark("Remote work needs an application")
    kind: Literal["require_application"]

    def fails(self, facts: Facts) -> Flags:
        """Those whose `applied` is not true."""
        return ~facts.employees["applied"].fillna(False).to_numpy(bool)


class BarDisciplined(EligibilityRule):
    """A disciplinary record bars from remote work; an unknown one does not."""

    meaning: ClassVar[str] = mark("No remote work under a disciplinary measure")
    kind: Literal["bar_disciplined"]

    def fails(self, facts: Facts) -> Flags:
        """Those whose `disciplined` is true."""
        return facts.employees["disciplined"].fillna(False).to_numpy(bool)


class BarNewcomers(EligibilityRule):
    """Who joined less than `months` before the period's first day is barred.

    Parameters
    ----------
    months : int
    """

    meaning: ClassVar[str] = mark("No remote work in the first months of service")
    kind: Literal["bar_newcomers"]
    months: Annotated[int, Field(ge=1, le=600)]

    def fails(self, facts: Facts) -> Flags:
        """Those who joined later than the start minus `months`; unknown dates pass."""
        limit = pd.Timestamp(facts.start) - pd.DateOffset(months=self.months)
        return (facts.employees["joined"] > limit).to_numpy(bool)
