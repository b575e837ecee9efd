"""Quotas and runs of single ASN: the windows that they compile to, and the breaches they find."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import Row, cells, day, history, ints, policy, roster

from rotasi import Roster
from rotasi.instance.resolve import resolve
from rotasi.model.assignment import Statuses
from rotasi.model.constraints import Window
from rotasi.model.facts import LEAVE, Facts
from rotasi.rules import Rule
from rotasi.rules.individual import Quota

#: First and last day, fewest and most remote days of each person.
Bounds = list[tuple[int, int, list[int], list[int]]]


def quota(**parameters: Any) -> Row:
    return {"kind": "quota"} | parameters


def runs(**parameters: Any) -> Row:
    return {"kind": "max_consecutive"} | parameters


def case_of(
    rule: Row,
    who: Roster | None = None,
    *others: Row,
    past: pd.DataFrame | None = None,
    **settings: Any,
) -> tuple[Rule, Facts]:
    case = resolve(who or roster(), policy(rule, *others, **settings), past)
    return case.policy.rules[0], case.facts


def windows(rule: Rule, facts: Facts) -> Bounds:
    """What the rule compiles to, with bounds that no span can reach cut to its days."""
    found = []
    for form in rule.compile(facts):
        assert isinstance(form, Window)
        assert (form.rule, form.penalty) == (rule.id, rule.penalty or 0)
        assert (form.low.dtype, form.high.dtype) == (np.int64, np.int64)
        most = np.minimum(form.high, form.last - form.first + 1)
        found.append((form.first, form.last, form.low.tolist(), most.tolist()))
    return found


def breaches(rule: Rule, facts: Facts, *letters: str) -> list[tuple[int, int, int, int, int, int]]:
    """ASN, first and last day, needed, found and units, of a roster in letters."""
    codes = {"O": 0, "H": 1, "L": LEAVE}
    grid = np.array([[codes[letter] for letter in row] for row in letters], dtype=np.int8)
    found = rule.audit(facts, Statuses(grid))
    assert found.group.tolist() == [""] * len(found.asn)
    parts = (found.asn, found.first, found.last, found.needed, found.found, found.units)
    return list(zip(*(part.tolist() for part in parts), strict=True))


# ---------------------------------------------------------------- quotas


def test_a_quota_bounds_each_week_of_those_in_scope() -> None:
    rule = quota(max_days=3, scope={"nip": ["b"]})
    two_weeks = case_of(rule, roster(2), end=day(11))
    assert windows(*two_weeks) == [(0, 4, [0, 0], [5, 3]), (5, 9, [0, 0], [5, 3])]
    part = case_of(rule | {"start": day(2), "end": day(8)}, roster(2), end=day(11))
    assert windows(*part) == [(2, 4, [0, 0], [3, 3]), (5, 6, [0, 0], [2, 2])]


def test_a_soft_quota_has_its_price() -> None:
    assert windows(*case_of(quota(max_days=1, penalty=4))) == [(0, 4, [0], [1])]


def test_months_and_the_period_are_bounded_as_a_whole() -> None:
    february = {"start": "2026-01-26", "end": "2026-02-06"}
    assert windows(*case_of(quota(max_days=7, per="month"), **february)) == [
        (0, 4, [0], [5]),
        (5, 9, [0], [5]),
    ]
    assert windows(*case_of(quota(max_days=7, per="period"), **february)) == [(0, 9, [0], [7])]


def test_a_minimum_alone_sets_no_maximum() -> None:
    assert windows(*case_of(quota(min_days=2))) == [(0, 4, [2], [5])]


def test_a_minimum_is_asked_in_whole_weeks_only() -> None:
    rule = quota(min_days=2, max_days=3)
    cut = case_of(rule, start=day(1), end=day(11))
    assert windows(*cut) == [(0, 3, [0], [3]), (4, 8, [2], [3])]


def test_a_minimum_is_lowered_by_each_day_lost() -> None:
    """a is on leave for two days, b pinned to the office for one, c barred on four, d for none."""
    who = roster(4, leave=[("a", 0, 1)], pins=[("b", 0, "O"), ("d", 0, "H")])
    barred = {"kind": "never_remote", "scope": {"nip": ["c"]}, "end": day(3)}
    ban = {"kind": "no_remote_day", "weekdays": ["Fri"], "scope": {"nip": ["b"]}}
    case = case_of(quota(min_days=3, max_days=4), who, barred, ban)
    assert windows(*case) == [(0, 4, [1, 1, 0, 3], [4] * 4)]
    both = case_of(
        quota(min_days=3, max_days=4), roster(1, leave=[("a", 4, 4)]), ban | {"scope": {}}
    )
    assert windows(*both) == [(0, 4, [2], [4])]


def test_a_maximum_may_depend_on_performance() -> None:
    people = [{"performance": value} for value in ("Sangat Baik", "Baik", "Kurang", "")]
    granted = {"Sangat Baik": 4, "Baik": 2}
    rule, facts = case_of(quota(max_by_performance=granted, min_days=3), roster(people))
    # Who is granted fewer than the minimum is asked for no more; who is granted none is barred.
    assert windows(rule, facts) == [(0, 4, [3, 2, 0, 0], [4, 2, 0, 0])]
    assert rule.bars(facts).tolist() == cells(".....", ".....", "xxxxx", "xxxxx").tolist()  # type: ignore[union-attr]
    assert rule.evidence(facts, ints(3, 1, 2)).tolist() == [
        "performance unknown (remote days: 0)",
        "performance Baik (remote days: 2)",
        "performance Kurang (remote days: 0)",
    ]
    change = rule.change(facts, ints(2))
    assert change is not None
    assert (change.column, change.passes, change.fails) == ("performance", "Sangat Baik", "")
    assert change.gain == "performance Baik / Sangat Baik"
    assert change.loss == "performance other than Baik / Sangat Baik"


def test_a_score_is_granted_nothing() -> None:
    people = [{"performance": 95}, {"performance": 40}]
    rule, facts = case_of(quota(max_by_performance={"Sangat Baik": 4}), roster(people))
    assert windows(rule, facts) == [(0, 4, [0, 0], [0, 0])]


def test_a_maximum_of_zero_bars_and_no_evidence_changes_that() -> None:
    rule, facts = case_of(quota(max_days=0, scope={"nip": ["b"]}, end=day(1)), roster(2))
    assert rule.bars(facts).tolist() == cells(".....", "xx...").tolist()  # type: ignore[union-attr]
    assert rule.evidence(facts, ints(1)).tolist() == ["the maximum is 0 days"]
    assert rule.change(facts, ints(1)) is None
    one, facts = case_of(quota(max_days=1))
    assert not one.bars(facts).any()  # type: ignore[union-attr]


def test_days_before_the_period_count_in_their_week_and_month() -> None:
    """a was remote on Monday and Tuesday, b on Wednesday; the period starts on Thursday."""
    past = history(day(3), a="H......HHO", b="OOH")
    thursday = {"past": past, "start": day(3), "end": day(11)}
    weekly = case_of(quota(max_days=2), roster(2), **thursday)
    assert windows(*weekly) == [(0, 1, [0, 0], [0, 1]), (2, 6, [0, 0], [2, 2])]
    # The first letter is 29 December 2025.
    monthly = case_of(quota(max_days=5, per="month"), roster(2), **thursday)
    assert windows(*monthly) == [(0, 6, [0, 0], [3, 4])]
    period = case_of(quota(max_days=5, per="period"), roster(2), **thursday)
    assert windows(*period) == [(0, 6, [0, 0], [5, 5])]


def test_days_before_the_rule_do_not_count() -> None:
    past = history(day(3), a="HHH")
    from_tuesday = case_of(quota(max_days=4, start=day(1)), past=past, start=day(3))
    assert windows(*from_tuesday) == [(0, 1, [0], [2])]


@pytest.mark.parametrize(
    ("letters", "most", "expected"),
    [("H", 3, (1, 2)), ("O", 3, (2, 3)), ("HH", 3, (1, 2)), ("HHHHHHHH", 4, (1, 3))],
)
def test_what_was_worked_on_a_day_off_counts_too(
    letters: str, most: int, expected: tuple[int, int]
) -> None:
    """The week is worked from Tuesday on; of the letters the last is its Monday."""
    tuesday = {"start": day(1), "workdays": ["Tue", "Wed", "Thu", "Fri"]}
    case = case_of(quota(min_days=2, max_days=most), past=history(day(1), a=letters), **tuesday)
    assert windows(*case) == [(0, 3, [expected[0]], [expected[1]])]


def test_what_the_past_uses_up_leaves_nothing_and_asks_nothing() -> None:
    rest = {"start": day(2), "workdays": ["Wed", "Thu", "Fri"]}
    case = case_of(quota(min_days=1, max_days=1), past=history(day(2), a="HH"), **rest)
    assert windows(*case) == [(0, 2, [0], [0])]
    # Two days in the past are nobody's fault; a third is.
    assert breaches(*case, "OOO") == []
    assert breaches(*case, "OHO") == [(0, 0, 2, 2, 3, 1)]


def test_too_many_and_too_few_days_are_breaches() -> None:
    rule = quota(min_days=2, max_days=3, scope={"nip": ["a", "b", "c", "d"]})
    case = case_of(rule, roster(5), end=day(11))
    found = breaches(*case, "HHHOOHHOOO", "HHHHHOOOOH", "OOOOOHHHOO", "HOHOOHHHHO", "HHHHHHHHHH")
    assert found == [
        (1, 0, 4, 3, 5, 2),
        (3, 5, 9, 3, 4, 1),
        (1, 5, 9, 2, 1, 1),
        (2, 0, 4, 2, 0, 2),
    ]


def test_a_quota_of_no_day_finds_nothing() -> None:
    rule, facts = case_of(quota(max_days=0, start=day(5), end=day(6)), end=day(11))
    assert windows(rule, facts) == []
    assert breaches(rule, facts, "HHHHHHHHHH") == []


def test_quotas_know_their_numbers_as_whole() -> None:
    rule, facts = case_of(quota(max_days=3, min_days=1), roster(2))
    assert isinstance(rule, Quota)
    (span,) = rule.spans(facts)
    numbers = (rule.maximum(facts), rule.minimum(facts, span), rule.used(facts, span))
    assert [number.dtype.name for number in numbers] == ["int64"] * 3
    assert [number.tolist() for number in numbers] == [[3, 3], [1, 1], [0, 0]]


# ---------------------------------------------------------------- runs


def binding(found: Bounds) -> Bounds:
    """Windows that ask something of somebody."""
    return [one for one in found if any(one[2]) or min(one[3]) < one[1] - one[0] + 1]


def test_a_run_one_day_too_long_is_not_all_remote() -> None:
    remote = binding(windows(*case_of(runs(remote=2), roster(2, leave=[("b", 1, 1)]))))
    assert remote == [(0, 2, [0, 0], [2, 3]), (1, 3, [0, 0], [2, 3]), (2, 4, [0, 0], [2, 2])]


def test_a_run_one_day_too_long_is_not_all_on_site() -> None:
    on_site = binding(windows(*case_of(runs(on_site=3), roster(2), end=day(4))))
    assert on_site == [(0, 3, [1, 1], [4, 4]), (1, 4, [1, 1], [4, 4])]


def test_runs_go_over_weekends_and_stay_within_the_rule_and_its_scope() -> None:
    rule = runs(remote=3, start=day(2), end=day(8), scope={"nip": ["b"]}, penalty=5)
    found = binding(windows(*case_of(rule, roster(2), end=day(11))))
    assert found == [(2, 5, [0, 0], [4, 3]), (3, 6, [0, 0], [4, 3])]


def test_both_limits_may_be_set() -> None:
    found = binding(windows(*case_of(runs(remote=4, on_site=4))))
    assert found == [(0, 4, [0], [4]), (0, 4, [1], [5])]


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        ("", []),
        ("O", []),
        ("H", [(0, 2, [0], [2])]),
        ("HOH", [(0, 2, [0], [2])]),
        # A longer past says all that shorter ones do, until somebody asks what it costs to break.
        ("HH", [(0, 1, [0], [1]), (0, 2, [0], [2])]),
        ("HHH", [(0, 0, [0], [0]), (0, 1, [0], [1]), (0, 2, [0], [2])]),
        ("HHHH", [(0, 0, [0], [0]), (0, 1, [0], [1]), (0, 2, [0], [2])]),
        ("HHHO", []),
        ("HHH.", []),
        ("HHHL", []),
    ],
)
def test_runs_go_on_from_the_past(past: str, expected: Bounds) -> None:
    """At most three days; the letters end on Friday, and the weekend breaks nothing."""
    before = history(day(-2), a=past)
    found = binding(windows(*case_of(runs(remote=3), past=before, end=day(2))))
    assert found == expected


def test_a_soft_rule_counts_every_window_that_the_past_fills() -> None:
    before = history(day(-2), a="HHH")
    found = binding(windows(*case_of(runs(remote=3, penalty=2), past=before, end=day(2))))
    assert found == [(0, 0, [0], [0]), (0, 1, [0], [1]), (0, 2, [0], [2])]


def test_the_past_counts_from_the_start_of_the_rule_and_not_after_its_end() -> None:
    before = history(day(-2), a="HHH")
    late = case_of(runs(remote=3, start=day(-3)), past=before, end=day(2))
    assert binding(windows(*late)) == [(0, 2, [0], [2])]
    new = case_of(runs(remote=3, start=day(0)), past=before, end=day(2))
    assert binding(windows(*new)) == []


def test_runs_that_are_too_long_are_breaches() -> None:
    """At most two remote days; c's run began with one day in the past."""
    case = case_of(runs(remote=2), roster(4), past=history(day(-2), c="OH", d="H."), end=day(8))
    found = breaches(*case, "HHHOHHH", "OOHHHHO", "HHOHHOO", "HHLHHOO")
    assert found == [
        (2, 0, 1, 2, 3, 1),
        (0, 0, 2, 2, 3, 1),
        (1, 2, 5, 2, 4, 2),
        (0, 4, 6, 2, 3, 1),
    ]


def test_a_run_that_was_too_long_already_is_charged_for_its_new_days_alone() -> None:
    case = case_of(runs(remote=2), past=history(day(-2), a="HHHH"), end=day(2))
    assert breaches(*case, "OHH") == []
    assert breaches(*case, "HHO") == [(0, 0, 1, 2, 6, 2)]


def test_runs_on_site_are_told_apart_from_those_remote() -> None:
    case = case_of(runs(remote=1, on_site=2), roster(2))
    assert breaches(*case, "OOOHO", "HHLOO") == [(1, 0, 1, 1, 2, 1), (0, 0, 2, 2, 3, 1)]


def test_runs_are_looked_for_in_scope_on_the_days_of_the_rule() -> None:
    rule = runs(remote=2, start=day(1), end=day(3), scope={"nip": ["a"]})
    case = case_of(rule, roster(2))
    assert breaches(*case, "HHHOH", "HHHHH") == []
    assert breaches(*case, "HHHHH", "HHHHH") == [(0, 1, 3, 2, 3, 1)]


def test_a_rule_without_a_day_finds_no_run() -> None:
    rule, facts = case_of(runs(remote=1, start=day(5), end=day(6)), end=day(11))
    assert windows(rule, facts) == []
    assert breaches(rule, facts, "HHHHHHHHHH") == []
