"""One instance under trial: what rotasi and the oracle say of it, each asked once."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd
from helpers import Instance, unpack
from oracle.checker import Judgement, judge
from oracle.facts import Case
from oracle.mip import Answer
from oracle.mip import solve as solve_mip
from saved import chance

import rotasi

Assignment = dict[tuple[str, date], str]
Values = list[tuple[str, int]]

CROWD = 20  # ASN from which on the solvers are given a limit
SECONDS = 3.0  # for each tier of the oracle's solver
TIME_LIMIT = 5.0  # for rotasi


class Mismatch(AssertionError):
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
        self.rng: random.Random = chance(instance, "")

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
    def given(self) -> tuple[rotasi.Roster, rotasi.Policy, pd.DataFrame | None]:
        """Roster, policy and previous as rotasi takes them."""
        return unpack(self.instance)

    @cached_property
    def schedule(self) -> rotasi.Schedule:
        """What rotasi finds."""
        return self.solve(time_limit=TIME_LIMIT if self.crowd else None)

    def solve(self, **options: Any) -> rotasi.Schedule:
        """What rotasi finds with other options."""
        roster, policy, previous = self.given
        return rotasi.solve(roster, policy, previous=previous, **{"workers": 1} | options)

    def verify(self, frame: pd.DataFrame | rotasi.Schedule) -> rotasi.Report:
        """What rotasi says of a finished roster."""
        roster, policy, previous = self.given
        return rotasi.verify(frame, roster, policy, previous)

    def judge(self, schedule: rotasi.Schedule) -> Judgement:
        """What the oracle says of a schedule, with the groups that it forms."""
        return judge(self.case, assignment_of(schedule.to_frame()), groupings(schedule))


def agree(what: str, found: object, expected: object) -> None:
    """Raise a `Mismatch` unless both are the same."""
    if found != expected:
        raise Mismatch(f"{what}: found {found}, expected {expected}")


def demand(holds: bool, what: str) -> None:
    """Raise a `Mismatch` unless it holds."""
    if not holds:
        raise Mismatch(what)


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
