"""Objectives: the cost that each compiles to, and the value that a reader computes.

Three people on Monday, Tuesday and Wednesday: a and b of OPD X, c of OPD Y; b is on leave on
Tuesday.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from helpers import Row, cells, day, history, policy, roster, rows

from rotasi.instance.resolve import Instance as Resolved
from rotasi.instance.resolve import resolve
from rotasi.model.assignment import Statuses
from rotasi.model.constraints import Balance, CellCost, Level, Tier
from rotasi.model.facts import LEAVE

GRID = np.array([[1, 1, 0], [1, LEAVE, 1], [0, 0, 1]], dtype=np.int8)


def case_of(
    kind: str, *rules: Row, past: pd.DataFrame | None = None, wishes: Any = (), **parameters: Any
) -> Resolved:
    who = roster([{}, {}, {"opd": "Y"}], leave=[("b", 1, 1)], wishes=wishes)
    goal = {"kind": kind} | parameters
    return resolve(who, policy(*rules, end=day(2), objectives=[goal]), past)


def tier_of(case: Resolved) -> Tier:
    tier = case.policy.objectives[0].tier(case.facts)
    assert tier.kind == case.policy.objectives[0].kind
    return tier


def costs(tier: Tier) -> tuple[list[list[int]], list[list[int]]]:
    """What each cell costs remote, and otherwise."""
    (term,) = tier.terms
    assert isinstance(term, CellCost)
    assert (term.remote.dtype, term.otherwise.dtype) == (np.int64, np.int64)
    return term.remote.tolist(), term.otherwise.tolist()


def value(case: Resolved) -> int:
    found = case.policy.objectives[0].value(case.facts, Statuses(GRID))
    assert type(found) is int
    return found


NOTHING = [[0] * 3] * 3


def test_remote_days_count_one_each() -> None:
    most, fewest = case_of("remote_days"), case_of("remote_days", sense="min")
    assert (tier_of(most).sign, costs(tier_of(most))) == (-1, ([[-1] * 3] * 3, NOTHING))
    assert (tier_of(fewest).sign, costs(tier_of(fewest))) == (1, ([[1] * 3] * 3, NOTHING))
    assert value(most) == value(fewest) == 5


def test_wishes_cost_less_than_nothing() -> None:
    wishes = [
        {"nip": "a", "date": day(0), "weight": 3},
        {"nip": "a", "weekday": "Mon", "weight": 2},
        {"nip": "c", "date": day(2), "weight": -4},
        {"nip": "c", "date": day(1), "weight": 9},
    ]
    case = case_of("wishes", wishes=wishes)
    assert tier_of(case).sign == -1
    assert costs(tier_of(case)) == ([[-5, 0, 0], [0, 0, 0], [0, -9, 4]], NOTHING)
    assert value(case) == 5 - 4


def test_fairness_squares_the_days_of_those_who_may_be_remote() -> None:
    barred = {"kind": "never_remote", "scope": {"opd": ["Y"]}}
    case = case_of("fairness", barred, past=history(a="HH", b="O", c="H"))
    tier = tier_of(case)
    (term,) = tier.terms
    assert isinstance(term, Balance)
    assert tier.sign == 1
    assert (term.history.tolist(), term.counted.tolist()) == ([2, 0, 1], [True, True, False])
    # a has two days behind and two now, b two now.
    assert value(case) == 4**2 + 2**2


def test_level_load_squares_the_remote_members_of_a_group() -> None:
    by_opd, all_in_one = case_of("level_load"), case_of("level_load", by=[])
    for case, group in ((by_opd, [0, 0, 1]), (all_in_one, [0, 0, 0])):
        tier = tier_of(case)
        (term,) = tier.terms
        assert isinstance(term, Level)
        assert (tier.sign, term.group.tolist()) == (1, group)
    assert value(by_opd) == 2**2 + 1**2 + 1**2 + 1**2
    assert value(all_in_one) == 2**2 + 1**2 + 2**2


def test_stability_counts_what_differs_from_before() -> None:
    """a has no row of Tuesday; b was remote then, c on leave on Wednesday; b is on leave now."""
    case = case_of("stability", past=rows(a="H.O", b="OHH", c="OHL"))
    tier = tier_of(case)
    assert tier.sign == 1
    assert costs(tier) == (
        cells("..x", "x..", "x.x").astype(int).tolist(),
        cells("x..", ".xx", ".xx").astype(int).tolist(),
    )
    # a as before; b on Monday and Tuesday; c on Tuesday and Wednesday.
    assert value(case) == 4


def test_stability_knows_that_leave_may_stay() -> None:
    case = case_of("stability", past=rows(b="OLO"))
    assert costs(tier_of(case)) == (
        cells("...", "xxx", "...").astype(int).tolist(),
        NOTHING,
    )
