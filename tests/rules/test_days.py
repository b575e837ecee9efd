"""Fixed remote days and days without remote work: which cells they decide, and who breaks them."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from helpers import cells, day, policy, roster

from rotasi import Roster
from rotasi.instance.resolve import resolve
from rotasi.model.assignment import Statuses
from rotasi.model.constraints import CellCost, Mask, Window
from rotasi.model.facts import Facts
from rotasi.rules import Rule
from rotasi.rules.days import DayRule, FixedRemoteDay

NO_HOLIDAYS = {"country": ""}


def case_of(
    rule: dict[str, Any], who: Roster | None = None, *others: dict[str, Any], **settings: Any
) -> tuple[Rule, Facts]:
    case = resolve(who or roster(), policy(rule, *others, **settings))
    return case.policy.rules[0], case.facts


def fixed(**parameters: Any) -> dict[str, Any]:
    return {"kind": "fixed_remote_day"} | parameters


def without(**parameters: Any) -> dict[str, Any]:
    return {"kind": "no_remote_day"} | parameters


# ---------------------------------------------------------------- which days are named


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"weekdays": ["Mon"]}, [0, 7]),
        ({"weekdays": ["Fri", "Wed"]}, [2, 4, 9, 11]),
        ({"dates": [day(11), day(1)]}, [1, 11]),
        ({"dates": [day(-7), day(12), day(5)]}, [5]),
        ({"weekdays": ["Mon", "Fri"], "start": day(4)}, [4, 7, 11]),
        ({"weekdays": ["Mon", "Fri"], "end": day(7)}, [0, 4, 7]),
    ],
)
def test_days_are_named_by_weekday_or_date_within_period_and_rule(
    parameters: dict[str, Any], expected: list[int]
) -> None:
    rule, facts = case_of(without(**parameters), end=day(11))
    assert isinstance(rule, DayRule)
    assert rule._named(facts).tolist() == [day(number) for number in expected]


# ---------------------------------------------------------------- fixed days


def wanted(parameters: dict[str, Any], off: list[date], **settings: Any) -> list[int]:
    """Days, counted from Monday, on which somebody should be remote."""
    holidays = NO_HOLIDAYS | {"extra": off}
    rule, facts = case_of(fixed(**parameters), holidays=holidays, end=day(11), **settings)
    assert isinstance(rule, FixedRemoteDay)
    (row,) = rule.wanted(facts)
    return [(date_.item() - day(0)).days for date_ in facts.days[row]]


def test_fixed_days_are_workdays() -> None:
    assert wanted({"weekdays": ["Wed"]}, []) == [2, 9]
    assert wanted({"weekdays": ["Wed"], "start": day(3)}, []) == [9]
    assert wanted({"dates": [day(1), day(5)]}, []) == [1]


@pytest.mark.parametrize(
    ("if_holiday", "expected"), [("skip", [9]), ("previous", [1, 9]), ("next", [3, 9])]
)
def test_a_fixed_day_off_falls_away_or_moves(if_holiday: str, expected: list[int]) -> None:
    assert wanted({"weekdays": ["Wed"], "if_holiday": if_holiday}, [day(2)]) == expected


def test_a_fixed_day_moves_over_weekends_and_holidays() -> None:
    friday_and_monday = [day(4), day(7)]
    assert wanted({"dates": [day(4)], "if_holiday": "next"}, friday_and_monday) == [8]
    assert wanted({"dates": [day(7)], "if_holiday": "previous"}, friday_and_monday) == [3]
    assert wanted({"dates": [day(5)], "if_holiday": "next"}, []) == [7]
    assert wanted({"dates": [day(6)], "if_holiday": "previous"}, []) == [4]


def test_a_fixed_day_that_moves_out_of_the_period_or_the_rule_falls_away() -> None:
    assert wanted({"dates": [day(0)], "if_holiday": "previous"}, [day(0)]) == []
    assert wanted({"dates": [day(11)], "if_holiday": "next"}, [day(11)]) == []
    moved = {"dates": [day(2)], "if_holiday": "next", "end": day(2)}
    assert wanted(moved, [day(2)]) == []


def test_a_far_move_reaches_the_nearest_workday() -> None:
    """All workdays of the first week are off: its Monday moves to the second week's."""
    week = [day(number) for number in range(5)]
    assert wanted({"dates": [day(0)], "if_holiday": "next"}, week) == [7]


def test_days_that_meet_are_one() -> None:
    assert wanted({"dates": [day(1), day(2)], "if_holiday": "previous"}, [day(2)]) == [1]


def test_fixed_days_bind_members_who_may_be_remote_and_are_there() -> None:
    """b is on leave on Monday, c is barred, d is out of scope."""
    who = roster(4, leave=[("b", 0, 0)])
    barred = {"kind": "never_remote", "scope": {"nip": ["c"]}}
    scope = {"nip": ["a", "b", "c"]}
    rule, facts = case_of(fixed(weekdays=["Mon", "Tue"], scope=scope), who, barred)
    (mask,) = rule.compile(facts)
    assert isinstance(mask, Mask)
    assert (mask.rule, mask.remote) == ("fixed_remote_day-1", True)
    assert mask.cells.tolist() == cells("xx...", ".x...", ".....", ".....").tolist()


def test_a_soft_fixed_day_is_a_window_of_a_day() -> None:
    who = roster(2, leave=[("b", 0, 0)])
    rule, facts = case_of(fixed(weekdays=["Mon", "Tue"], penalty=6), who)
    windows = list(rule.compile(facts))
    told = []
    for window in windows:
        assert isinstance(window, Window)
        assert (type(window.first), type(window.last)) == (int, int)
        assert window.low.dtype == np.int64
        bounds = (window.low.tolist(), window.high.tolist())
        told.append((window.rule, window.first, window.last, *bounds, window.penalty))
    assert told == [
        ("fixed_remote_day-1", 0, 0, [1, 0], [1, 1], 6),
        ("fixed_remote_day-1", 1, 1, [1, 1], [1, 1], 6),
    ]


def test_who_is_on_site_on_a_fixed_day_breaks_it() -> None:
    rule, facts = case_of(fixed(weekdays=["Mon", "Tue"]), roster(2))
    grid = np.array([[1, 0, 0, 0, 0], [1, 1, 0, 0, 0]], dtype=np.int8)
    found = rule.audit(facts, Statuses(grid))
    assert (found.asn.tolist(), found.first.tolist(), found.last.tolist()) == ([0], [1], [1])
    assert (found.needed.tolist(), found.found.tolist()) == ([1], [0])


# ---------------------------------------------------------------- days without remote work


@pytest.mark.parametrize("penalty", [None, 6])
def test_a_day_without_remote_work_forbids_it_in_scope(penalty: int | None) -> None:
    parameters = without(weekdays=["Tue", "Fri"], scope={"nip": ["b"]}, penalty=penalty)
    rule, facts = case_of(parameters | {"end": day(3)}, roster(2))
    expected = cells(".....", ".x...")
    assert rule.bans(facts).tolist() == expected.tolist()  # type: ignore[union-attr]
    (form,) = rule.compile(facts)
    if penalty is None:
        assert isinstance(form, Mask)
        assert (form.rule, form.remote) == ("no_remote_day-1", False)
        assert form.cells.tolist() == expected.tolist()
    else:
        assert isinstance(form, CellCost)
        assert form.remote.tolist() == (expected * 6).tolist()
        assert not form.otherwise.any()


def test_who_is_remote_on_such_a_day_breaks_it() -> None:
    rule, facts = case_of(without(weekdays=["Tue"]), roster(2))
    grid = np.array([[1, 0, 0, 0, 0], [1, 1, 0, 0, 0]], dtype=np.int8)
    found = rule.audit(facts, Statuses(grid))
    assert (found.asn.tolist(), found.first.tolist(), found.last.tolist()) == ([1], [1], [1])
    assert (found.needed.tolist(), found.found.tolist()) == ([0], [1])
