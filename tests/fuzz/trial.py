"""One instance under trial: what rotasi and the oracle say of it, each asked once."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd
from helpers import Instance
from oracle.checker import Judgement, judge
from oracle.facts import Case
from oracle.mip import Answer
from oracle.mip import solve as solve_mip
from saved import fingerprint

import rotasi

Assignment = dict[tuple[str, date], str]
Values = list[tuple[str, int]]

CROWD = 20  # ASN from which on the solvers are given a limit
SECONDS = 2.0  # for each tier of the oracle's solver
TIME_LIMIT = 3.0  # for rotasi


class MismatchError(AssertionError):
    """Two that must agree do not."""


class Trial:
    """An instance, with lazy answers: a relation takes those that it needs.

    Parameters
    ----------
    instance : Instance
        Tables, policy and previous; not changed.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self._chance: dict[str, random.Random] = {}
        self.relation = ""

    @property
    def rng(self) -> random.Random:
        """Chance hangs on instance and relation alone: a file is all it takes to replay."""
        if self.relation not in self._chance:
            self._chance[self.relation] = random.Random(f"{self.relation} {self.fingerprint}")
        return self._chance[self.relation]

    def other(self, instance: Instance) -> Trial:
        """A trial of another instance, which may share the roster."""
        trial = Trial(instance)
        if instance[0] is self.instance[0]:
            trial.roster = self.roster
        return trial

    @cached_property
    def fingerprint(self) -> str:
        """The same for the same content."""
        return fingerprint(self.instance)

    @cached_property
    def case(self) -> Case:
        """The oracle's reading."""
        return Case(*self.instance)

    @cached_property
    def crowd(self) -> bool:
        """Whether this takes long."""
        return len(self.case.people) >= CROWD

    @cached_property
    def answer(self) -> Answer:
        """The optimum that the oracle's MIP proves."""
        return solve_mip(self.case, SECONDS if self.crowd else None)

    @cached_property
    def roster(self) -> rotasi.Roster:
        """The tables as rotasi takes them."""
        return rotasi.Roster.from_frame(**self.instance[0])

    @cached_property
    def policy(self) -> rotasi.Policy:
        """The policy as rotasi takes it."""
        return rotasi.Policy.model_validate(self.instance[1])

    @cached_property
    def schedule(self) -> rotasi.Schedule:
        """What rotasi finds."""
        return self.solve(time_limit=TIME_LIMIT if self.crowd else None)

    def solve(self, **options: Any) -> rotasi.Schedule:
        """What rotasi finds with other options."""
        given = {"previous": self.instance[2], "workers": 1}
        return rotasi.solve(self.roster, self.policy, **given | options)

    def verify(self, frame: pd.DataFrame | rotasi.Schedule) -> rotasi.Report:
        """What rotasi says of a finished roster."""
        return rotasi.verify(frame, self.roster, self.policy, self.instance[2])

    def judge(self, schedule: rotasi.Schedule) -> Judgement:
        """What the oracle says of a schedule, with the groups that it forms."""
        return judge(self.case, assignment_of(schedule.to_frame()), groupings(schedule))


def agree(what: str, found: object, expected: object) -> None:
    """Raise a `MismatchError` unless both are the same."""
    if found != expected:
        raise MismatchError(f"{what}: found {found}, expected {expected}")


def demand(holds: bool, what: str) -> None:
    """Raise a `MismatchError` unless it holds."""
    if not holds:
        raise MismatchError(what)


def values_of(table: pd.DataFrame) -> Values:
    """Kind and value of each objective."""
    return list(zip(table["kind"], table["value"].tolist(), strict=True))


def assignment_of(frame: pd.DataFrame) -> Assignment:
    """A frame of nip, date, status as the oracle takes it."""
    keys = zip(frame["nip"], frame["date"].dt.date, strict=True)
    return dict(zip(keys, frame["status"], strict=True))


def frame_of(assignment: Mapping[tuple[str, date], str]) -> pd.DataFrame:
    """An assignment as rows of nip, date, status."""
    rows = [(*key, status) for key, status in assignment.items()]
    return pd.DataFrame(rows, columns=["nip", "date", "status"])


def groupings(schedule: rotasi.Schedule) -> dict[str, dict[str, Any]]:
    """Who is in which group, by rule."""
    return {
        rule: dict(zip(part["nip"], part["group"], strict=True))
        for rule, part in schedule.groups().groupby("rule")
    }
