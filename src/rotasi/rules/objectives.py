"""Objectives: what makes one valid roster better than another."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import numpy as np

from rotasi.messages import mark
from rotasi.model.assignment import Statuses
from rotasi.model.constraints import Balance, CellCost, Level, Tier
from rotasi.model.facts import LEAVE, MISSING, WFH, WFO, Facts, Groups, Ints
from rotasi.rules.base import By, Model, nobody
from rotasi.rules.outside import guard


class Objective(Model, ABC):
    """One tier of the lexicographic objective, stated twice like a rule.

    `tier` is what the solver minimises; `value` is what a reader computes from the roster.
    """

    #: The objective in a few English words (a message id).
    meaning: ClassVar[str]
    #: What its value counts, where that is not what `meaning` says (a message id).
    unit: ClassVar[str] = ""
    #: By language, the translations of the texts of an objective from outside.
    words: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    kind: str

    @property
    def columns(self) -> dict[str, list[str]]:
        """Columns of the employees table that the objective names, by place."""
        return {}

    def couples(self, facts: Facts) -> Groups | None:
        """Groups whose members the objective ties together; None where it does not say."""
        return None

    @classmethod
    def __pydantic_init_subclass__(cls, **_options: Any) -> None:
        guard(cls)

    @abstractmethod
    def tier(self, facts: Facts) -> Tier:
        """State the objective as array forms, to be minimised."""

    @abstractmethod
    def value(self, facts: Facts, statuses: Statuses) -> int:
        """Natural value of a finished roster."""


class RemoteDays(Objective):
    """ASN-days remote.

    Parameters
    ----------
    sense : {"max", "min"}
        Whether as many as possible are sought, or as few.
    """

    meaning: ClassVar[str] = mark("remote days")
    kind: Literal["remote_days"]
    sense: Literal["max", "min"] = "max"

    def couples(self, facts: Facts) -> Groups:
        """Nobody: it sums over ASN."""
        return nobody(facts)

    def tier(self, facts: Facts) -> Tier:
        """Each remote ASN-day counts one."""
        sign = 1 if self.sense == "min" else -1
        return Tier(self.kind, sign, (_priced(np.full(facts.shape, sign, dtype=np.int64)),))

    def value(self, facts: Facts, statuses: Statuses) -> int:
        """Number of remote ASN-days."""
        return int(statuses.remote.sum())


class Wishes(Objective):
    """Sum of the weights of wished ASN-days that are remote; maximised."""

    meaning: ClassVar[str] = mark("wishes")
    unit: ClassVar[str] = mark("wish points")
    kind: Literal["wishes"]

    def couples(self, facts: Facts) -> Groups:
        """Nobody: it sums over ASN."""
        return nobody(facts)

    def tier(self, facts: Facts) -> Tier:
        """Each wish weighs its weight."""
        return Tier(self.kind, -1, (_priced(-facts.wishes),))

    def value(self, facts: Facts, statuses: Statuses) -> int:
        """Weights granted."""
        return int(facts.wishes[statuses.remote].sum())


class Fairness(Objective):
    """Sum over the ASN who may be remote of (remote days, history included)²; minimised."""

    meaning: ClassVar[str] = mark("fairness")
    unit: ClassVar[str] = mark("squares of fairness")
    kind: Literal["fairness"]

    def couples(self, facts: Facts) -> Groups:
        """Nobody: it sums over ASN."""
        return nobody(facts)

    def tier(self, facts: Facts) -> Tier:
        """A balance with history."""
        return Tier(self.kind, 1, (Balance(facts.past_remote_days, facts.may_be_remote),))

    def value(self, facts: Facts, statuses: Statuses) -> int:
        """Sum of squares."""
        days = facts.past_remote_days + statuses.remote.sum(axis=1)
        return int((days[facts.may_be_remote] ** 2).sum())


class LevelLoad(Objective):
    """Sum over groups and days of (members remote)²; minimised.

    Parameters
    ----------
    by : list of str
        Columns that form the groups, over everybody; none makes one group of all.
    """

    meaning: ClassVar[str] = mark("level load")
    unit: ClassVar[str] = mark("squares of level load")
    kind: Literal["level_load"]
    by: By = ["opd"]

    @property
    def columns(self) -> dict[str, list[str]]:
        """The columns of `by`."""
        return {"by": self.by}

    def couples(self, facts: Facts) -> Groups:
        """The groups."""
        return facts.group(self.by, _everybody(facts))

    def tier(self, facts: Facts) -> Tier:
        """A level per group and day."""
        return Tier(self.kind, 1, (Level(self.couples(facts).of),))

    def value(self, facts: Facts, statuses: Statuses) -> int:
        """Sum of squares."""
        counts = self.couples(facts).count(statuses.remote)
        return int((counts**2).sum())


class Stability(Objective):
    """ASN-days whose status differs from `previous`; minimised."""

    meaning: ClassVar[str] = mark("changes")
    kind: Literal["stability"]

    def couples(self, facts: Facts) -> Groups:
        """Nobody: it sums over ASN."""
        return nobody(facts)

    def tier(self, facts: Facts) -> Tier:
        """A cost of one for the status that differs."""
        stay = np.where(facts.on_leave, LEAVE, WFO)
        known = facts.previous != MISSING
        remote = known & (facts.previous != WFH)
        otherwise = known & (facts.previous != stay)
        return Tier(self.kind, 1, (CellCost(remote.astype(np.int64), otherwise.astype(np.int64)),))

    def value(self, facts: Facts, statuses: Statuses) -> int:
        """Number of ASN-days that differ."""
        return int(((facts.previous != MISSING) & (facts.previous != statuses.grid)).sum())


class Changes(Stability):
    """What comes first in a revision, before the penalty: ASN-days that it changes.

    No policy names it. What is past is as it was, so that only days after can cost.
    """

    meaning: ClassVar[str] = mark("changed ASN-days")
    unit: ClassVar[str] = Stability.meaning
    kind: Literal["changes"]  # type: ignore[assignment]

    def value(self, facts: Facts, statuses: Statuses) -> int:
        """Number of ASN-days that differ and are not past."""
        differs = (facts.previous != MISSING) & (facts.previous != statuses.grid)
        return int((differs & facts.open).sum())


def _priced(cost: Ints) -> CellCost:
    return CellCost(cost, np.zeros_like(cost))


def _everybody(facts: Facts) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.ones(facts.shape[0], dtype=bool)
