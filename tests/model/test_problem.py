"""A problem: forms put together, its days bounded, its parts taken, groups formed, cases compiled.

Everything expected is written down, or found by trying every way to be remote.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from helpers import cells, day, goals, history, ints, names, policy, roster

from rotasi.instance.compile import compile_forms, compile_problem
from rotasi.instance.resolve import resolve
from rotasi.model.constraints import (
    Balance,
    CellCost,
    CommonDays,
    Cover,
    Form,
    Level,
    Mask,
    SameStatus,
    Tier,
    Window,
)
from rotasi.model.problem import Axes, Problem, assemble


def axes(people: int, days: int) -> Axes:
    return Axes(np.zeros(people, dtype=np.int64), names("X"), days)


def window(first: int, last: int, low: Sequence[int], high: Sequence[int], **more: Any) -> Window:
    return Window("w", first, last, ints(*low), ints(*high), **more)


# ---------------------------------------------------------------- masks


def test_masks_decide_cells_and_the_first_of_each_kind_is_named() -> None:
    masks: list[Form] = [
        Mask("leave", cells("x..", "..."), remote=False),
        Mask("fixed", cells(".x.", "..x"), remote=True),
        Mask("barred", cells("x..", "xx."), remote=False),
        Mask("again", cells(".xx", "..."), remote=True),
    ]
    problem = assemble(masks, axes(2, 3))
    assert problem.rules == ("leave", "fixed", "barred", "again")
    assert problem.low.tolist() == [[0, 1, 1], [0, 0, 1]]
    assert problem.high.tolist() == [[0, 1, 1], [0, 0, 1]]
    assert problem.decided_low.tolist() == [[-1, 1, 3], [-1, -1, 1]]
    assert problem.decided_high.tolist() == [[0, -1, -1], [2, 2, -1]]
    assert not problem.free.any()


def test_masks_that_meet_are_a_conflict_that_names_both() -> None:
    both = [Mask("off", cells("x."), remote=False), Mask("on", cells("x."), remote=True)]
    problem = assemble(both, axes(1, 2))
    assert (problem.low.tolist(), problem.high.tolist()) == ([[1, 0]], [[0, 1]])
    assert problem.decided_low.tolist() == [[1, -1]]
    assert problem.decided_high.tolist() == [[0, -1]]
    assert problem.free.tolist() == [[False, True]]


def test_a_problem_without_forms_leaves_everything_open() -> None:
    problem = assemble([], Axes(ints(1, 0, 1), names("X", "Y"), 2))
    assert problem.shape == (3, 2)
    assert problem.size.tolist() == [1, 1, 1]
    assert problem.opd.tolist() == [1, 0, 1]
    assert problem.opds.tolist() == ["X", "Y"]
    assert problem.free.tolist() == [[True, True]] * 3
    assert (problem.rules, problem.windows, problem.covers, problem.indicators) == ((), (), (), ())
    assert problem.tiers == ()


def test_arrays_have_the_types_that_are_promised() -> None:
    problem = assemble([Mask("off", cells("x."), remote=False)], axes(1, 2))
    kinds = {
        name: getattr(problem, name).dtype.name
        for name in ("size", "low", "high", "decided_low", "decided_high")
    }
    assert kinds == {
        "size": "int64",
        "low": "int8",
        "high": "int8",
        "decided_low": "int16",
        "decided_high": "int16",
    }
    assert [total.dtype.name for total in problem.extreme_totals] == ["int64", "int64"]


# ---------------------------------------------------------------- hard and soft


def every_form(penalty: int) -> list[Form]:
    """A window, a cover, a tie and a gathering at a price; 0 = hard."""
    bounds, group, label = np.zeros((1, 2), dtype=np.int64), ints(0, 0), names("g")
    return [
        window(0, 1, (0, 0), (1, 1), penalty=penalty),
        Cover("c", group, label, bounds, bounds + 1, penalty),
        SameStatus("t", group, label, cells("xx", "xx"), penalty=penalty),
        CommonDays("g", group, label, 0, 1, 1, penalty),
    ]


def test_hard_forms_are_kept_by_their_kind_and_soft_ones_lead_the_objectives() -> None:
    hard, soft = every_form(0), every_form(5)
    price = CellCost(np.ones((2, 2), dtype=np.int64), np.zeros((2, 2), dtype=np.int64))
    mask = Mask("off", cells("x.", ".."), remote=False)
    goal = Tier("goal", -1, (price,))
    mixed = [soft[0], hard[0], soft[1], mask, hard[1], price, hard[2], soft[2], hard[3], soft[3]]
    problem = assemble(mixed, axes(2, 2), [goal], soft=True)
    assert [problem.windows, problem.covers] == [(hard[0],), (hard[1],)]
    assert problem.indicators == (hard[2], hard[3])
    assert [(tier.kind, tier.sign) for tier in problem.tiers] == [("penalty", 1), ("goal", -1)]
    expected = [soft[0], soft[1], price, soft[2], soft[3]]
    assert [id(term) for term in problem.tiers[0].terms] == [id(form) for form in expected]
    assert problem.tiers[1] is goal


def test_a_price_of_one_is_soft() -> None:
    problem = assemble(every_form(1), axes(2, 2), soft=True)
    assert (problem.windows, problem.covers, problem.indicators) == ((), (), ())
    assert len(problem.tiers[0].terms) == 4


def test_a_policy_with_a_soft_rule_has_a_penalty_even_if_nothing_is_priced() -> None:
    (penalty,) = assemble(every_form(0), axes(2, 2), soft=True).tiers
    assert penalty == Tier("penalty", 1, ())


# ---------------------------------------------------------------- extreme totals


def every_total(problem: Problem) -> list[int]:
    """Remote days of one ASN, in every way that masks and windows allow."""
    low, high = problem.low[0], problem.high[0]
    ways = product(*(range(int(a), int(b) + 1) for a, b in zip(low, high, strict=True)))
    return [
        sum(way)
        for way in ways
        if all(
            form.low[0] <= sum(way[form.first : form.last + 1]) <= form.high[0]
            for form in problem.windows
        )
    ]


RUNS = [(first, last) for first in range(4) for last in range(first, 4)]


def holds(outer: tuple[int, int], inner: tuple[int, int]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def are_nested(a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Whether one run of days holds the other, or they share no day."""
    return holds(a, b) or holds(b, a) or a[1] < b[0] or b[1] < a[0]


def problems_of_two_windows() -> Iterator[tuple[Problem, bool]]:
    """Four days, some decided, under any two windows; and whether those are nested."""
    for first, second in product(RUNS, RUNS):
        for bounds in product([(0, 1), (1, 2), (2, 2)], repeat=2):
            forms: list[Form] = [
                window(*run, low=[low], high=[high])
                for run, (low, high) in zip((first, second), bounds, strict=True)
            ]
            for masks in ([], [Mask("on", cells("..x."), True), Mask("off", cells("x..."), False)]):
                yield assemble([*forms, *masks], axes(1, 4)), are_nested(first, second)


def test_extreme_totals_hold_for_any_two_windows_and_are_exact_for_nested_ones() -> None:
    exact = 0
    for problem, nested in problems_of_two_windows():
        (fewest,), (most,) = problem.extreme_totals
        totals = every_total(problem)
        if not totals:
            continue
        assert fewest <= min(totals)
        assert max(totals) <= most
        if nested:
            exact += 1
            assert (fewest, most) == (min(totals), max(totals))
    assert exact > 300


def test_extreme_totals_are_each_persons_own() -> None:
    forms = [
        Mask("on", cells("....", "xx..", "...."), remote=True),
        Mask("off", cells("....", "....", "...x"), remote=False),
        window(0, 1, low=(0, 0, 1), high=(1, 2, 2)),
        window(2, 3, low=(1, 0, 0), high=(2, 0, 2)),
    ]
    fewest, most = assemble(forms, axes(3, 4)).extreme_totals
    assert fewest.tolist() == [1, 2, 1]
    assert most.tolist() == [3, 2, 3]


def test_three_windows_that_end_on_one_day_all_count() -> None:
    bounds = [(0, 3, 0, 3), (2, 3, 0, 1), (1, 3, 2, 3)]
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        forms = [window(a, b, [low], [high]) for a, b, low, high in (bounds[n] for n in order)]
        problem = assemble(forms, axes(1, 4))
        (fewest,), (most,) = problem.extreme_totals
        assert (fewest, most) == (2, 3) == (min(every_total(problem)), max(every_total(problem)))


# ---------------------------------------------------------------- parts


def wide() -> Problem:
    """Three ASN and four days with a form of every kind, hard and soft."""
    grid = np.arange(12, dtype=np.int64).reshape(3, 4)
    group, labels = ints(0, 1, 1), names("p", "q")
    bounds = np.array([[0, 1, 2, 3], [4, 5, 6, 7]], dtype=np.int64)
    forms: list[Form] = [
        Mask("off", cells("x...", "..x.", "...x"), remote=False),
        Mask("on", cells("....", "x...", ".x.."), remote=True),
        window(0, 1, (0, 1, 2), (3, 4, 5)),
        window(1, 2, (6, 7, 8), (9, 10, 11)),
        window(2, 3, (0, 0, 0), (1, 1, 1)),
        Cover("c", group, labels, bounds, bounds + 10, present=bounds + 20),
        SameStatus("t", group, labels, cells("xxx.", ".xxx", "x.x."), parts=2),
        CommonDays("g", group, labels, 1, 2, 1),
        CommonDays("g", group, labels, 0, 3, 1),
        window(1, 1, (0, 1, 0), (1, 1, 1), penalty=5),
        window(0, 2, (0, 0, 0), (1, 1, 1), penalty=5),
    ]
    days = Tier("days", -1, (CellCost(grid, -grid),))
    fair = Tier("fair", 1, (Balance(group, group > 0),))
    return assemble(forms, Axes(ints(0, 1, 1), names("X", "Y"), 4), [days, fair], soft=True)


def test_a_part_has_its_rows_and_days() -> None:
    whole = wide()
    part = whole.take(ints(2, 0), 1, 2)
    assert part.shape == (2, 2)
    assert (part.opd.tolist(), part.opds.tolist()) == ([1, 0], ["X", "Y"])
    assert (part.low.tolist(), part.high.tolist()) == ([[1, 0], [0, 0]], [[1, 1], [1, 1]])
    assert part.decided_low.tolist() == [[1, -1], [-1, -1]]
    assert part.decided_high.tolist() == [[-1, -1], [-1, -1]]
    assert part.rules == ("off", "on")
    assert whole.take(ints(1), 2, 3).decided_high.tolist() == [[0, -1]]


def test_a_part_keeps_the_size_of_its_rows() -> None:
    crowd = replace(wide(), size=ints(3, 4, 5))
    assert crowd.take(ints(2, 0), 0, 3).size.tolist() == [5, 3]


def test_a_part_keeps_what_lies_within_its_days() -> None:
    part = wide().take(ints(2, 0), 1, 2)
    (run,) = part.windows
    assert (run.first, run.last, run.low.tolist(), run.high.tolist()) == (0, 1, [8, 6], [11, 9])
    (cover,) = part.covers
    assert (cover.group.tolist(), cover.labels.tolist()) == ([1, 0], ["p", "q"])
    assert (cover.low.tolist(), cover.high.tolist()) == ([[1, 2], [5, 6]], [[11, 12], [15, 16]])
    assert cover.present is not None
    assert cover.present.tolist() == [[21, 22], [25, 26]]
    tie, gathering = part.indicators
    assert isinstance(tie, SameStatus)
    assert (tie.group.tolist(), tie.cells.tolist()) == ([1, 0], [[False, True], [True, True]])
    assert isinstance(gathering, CommonDays)
    assert (gathering.first, gathering.last, gathering.group.tolist()) == (0, 1, [1, 0])
    penalty, days, fair = part.tiers
    (short,) = penalty.terms
    assert isinstance(short, Window)
    assert (short.first, short.last, short.low.tolist()) == (0, 0, [0, 0])
    (linear,) = days.terms
    assert isinstance(linear, CellCost)
    assert (linear.remote.tolist(), linear.otherwise.tolist()) == (
        [[9, 10], [1, 2]],
        [[-9, -10], [-1, -2]],
    )
    (balance,) = fair.terms
    assert isinstance(balance, Balance)
    assert balance.history.tolist() == [1, 0]


def test_a_part_of_all_days_keeps_every_form() -> None:
    whole = wide()
    part = whole.take(ints(0, 1, 2), 0, 3)
    assert part.shape == whole.shape
    assert [len(part.windows), len(part.covers), len(part.indicators)] == [3, 1, 3]
    assert [len(tier.terms) for tier in part.tiers] == [2, 1, 1]


# ---------------------------------------------------------------- groups still to be formed


def test_groups_are_formed_in_hard_and_soft_ties_and_nowhere_else() -> None:
    group, labels = ints(0, 0, 1, -1), names("p", "q")
    everywhere = cells("xx", "xx", "xx", "xx")
    forms: list[Form] = [
        SameStatus("hard", group, labels, everywhere, parts=2),
        SameStatus("known", group, labels, everywhere),
        CommonDays("g", group, labels, 0, 1, 1),
        SameStatus("soft", group, labels, everywhere, parts=3, penalty=7),
        SameStatus("soft and known", group, labels, everywhere, penalty=7),
    ]
    problem = assemble(forms, axes(4, 2), soft=True)
    assert [tie.rule for tie in problem.draws] == ["hard", "soft"]
    places = {"hard": ints(0, 1, 1, -1), "soft": ints(2, 0, 1, -1)}
    formed = problem.place(places)
    assert formed.draws == []
    hard, known, gathering = formed.indicators
    assert isinstance(hard, SameStatus)
    assert hard.group.tolist() == [0, 1, 3, -1]
    assert hard.labels.tolist() == ["p", "p", "q", "q"]
    assert (known, gathering) == (forms[1], forms[2])
    soft, soft_and_known = formed.tiers[0].terms
    assert isinstance(soft, SameStatus)
    assert soft.group.tolist() == [2, 0, 4, -1]
    assert (soft.parts, soft.penalty) == (1, 7)
    assert soft_and_known == forms[4]


# ---------------------------------------------------------------- cases


def test_a_case_is_compiled_to_what_it_says() -> None:
    """b is on leave on Tuesday; a is pinned WFO on Monday and c WFH on Wednesday."""
    who = roster(
        [{"opd": "Y"}, {"opd": "X"}, {"opd": "Y"}],
        leave=[("b", 1, 1)],
        pins=[("a", 0, "O"), ("c", 2, "H")],
        wishes=[{"nip": "b", "date": day(3), "weight": 4}],
    )
    rule = {"kind": "no_remote_day", "weekdays": ["Fri"], "scope": {"opd": ["X"]}}
    cover = {"kind": "max_remote", "count": 1}
    terms = policy(rule, cover, weekly_cap=3)
    problem = compile_problem(resolve(who, terms, history(a="HH")))
    assert problem.shape == (3, 5)
    assert problem.size.tolist() == [1, 1, 1]
    assert (problem.opd.tolist(), problem.opds.tolist()) == ([1, 0, 1], ["X", "Y"])
    assert problem.rules == ("leave", "pin", "pin", "no_remote_day-1")
    assert problem.low.tolist() == [[0] * 5, [0] * 5, [0, 0, 1, 0, 0]]
    assert problem.high.tolist() == [[0, 1, 1, 1, 1], [1, 0, 1, 1, 0], [1] * 5]
    assert problem.decided_low.tolist() == [[-1] * 5, [-1] * 5, [-1, -1, 2, -1, -1]]
    assert problem.decided_high.tolist() == [[1, -1, -1, -1, -1], [-1, 0, -1, -1, 3], [-1] * 5]
    (cap,) = problem.windows
    assert (cap.rule, cap.first, cap.last, cap.high.tolist()) == ("weekly_cap", 0, 4, [3, 3, 3])
    (most,) = problem.covers
    assert most.group.tolist() == [1, 0, 1]
    assert most.high.tolist() == [[1] * 5] * 2
    kinds = [(tier.kind, tier.sign) for tier in problem.tiers]
    assert kinds == [("remote_days", -1), ("wishes", -1), ("fairness", 1)]
    (wish,) = problem.tiers[1].terms
    assert isinstance(wish, CellCost)
    assert wish.remote.tolist() == [[0] * 5, [0, 0, 0, -4, 0], [0] * 5]
    (fair,) = problem.tiers[2].terms
    assert isinstance(fair, Balance)
    assert fair.history.tolist() == [2, 0, 0]


def test_what_always_holds_decides_before_the_rules_of_the_policy() -> None:
    terms = policy({"kind": "never_remote"}, {"kind": "max_consecutive", "remote": 2})
    who = roster(2, leave=[("a", 0, 0)], pins=[("b", 0, "O"), ("b", 1, "H")])
    forms = compile_forms(resolve(who, terms))
    assert [form.rule for form in forms if isinstance(form, Mask)] == [
        "leave", "pin", "pin", "never_remote-1",
    ]  # fmt: skip
    leave, on_site, remote = forms[:3]
    assert isinstance(leave, Mask)
    assert isinstance(on_site, Mask)
    assert isinstance(remote, Mask)
    assert leave.cells.tolist() == cells("x....", ".....").tolist()
    assert on_site.cells.tolist() == cells(".....", "x....").tolist()
    assert remote.cells.tolist() == cells(".....", ".x...").tolist()
    assert [mask.remote for mask in (leave, on_site, remote)] == [False, False, True]
    others = [form.rule for form in forms[3:] if isinstance(form, Window)]
    assert others[0] == "weekly_cap"
    assert set(others[1:]) == {"max_consecutive-1"}


@pytest.mark.parametrize("penalty", [None, 3])
def test_a_soft_rule_is_a_price_before_every_objective(penalty: int | None) -> None:
    rule = {"kind": "never_remote", "penalty": penalty}
    terms = policy(rule, end=day(1), objectives=goals("remote_days", "level_load"))
    problem = compile_problem(resolve(roster(), terms))
    kinds = [tier.kind for tier in problem.tiers]
    if penalty is None:
        assert kinds == ["remote_days", "level_load"]
        assert problem.high.tolist() == [[0, 0]]
        return
    assert kinds == ["penalty", "remote_days", "level_load"]
    (price,) = problem.tiers[0].terms
    assert isinstance(price, CellCost)
    assert (price.remote.tolist(), price.otherwise.tolist()) == ([[3, 3]], [[0, 0]])
    assert problem.high.tolist() == [[1, 1]]
    (level,) = problem.tiers[2].terms
    assert isinstance(level, Level)
