"""Forms that none of our rules states, but one from outside may: costs and proofs hold for them."""

from __future__ import annotations

import numpy as np
from helpers import cells, costs, ints, names

from rotasi.engine.limits import Limits
from rotasi.engine.programs.integer_program import write_program
from rotasi.engine.solution import Solution
from rotasi.engine.solve import solve
from rotasi.engine.solvers.cpsat.search import minimise
from rotasi.model.constraints import (
    Balance,
    CellCost,
    Cover,
    Form,
    Mask,
    SameStatus,
    Term,
    Tier,
    Window,
)
from rotasi.model.problem import Axes, Problem, assemble


def prices(*rows: list[int]) -> CellCost:
    """What each cell costs when it is remote."""
    remote = np.array(rows, dtype=np.int64)
    return CellCost(remote, np.zeros_like(remote))


def problem_of(*forms: Form, goals: list[Term], people: int, days: int) -> Problem:
    axes = Axes(np.zeros(people, dtype=np.int64), names("X"), days)
    tiers = [Tier(f"goal {number}", 1, (goal,)) for number, goal in enumerate(goals)]
    soft = any(form.penalty for form in forms)
    return assemble(forms, axes, tiers, soft=soft)


def claims(problem: Problem) -> Solution:
    """The optimum, whose costs are those of its decision."""
    found = solve(problem, Limits())
    assert found.remote is not None
    assert found.status == "OPTIMAL"
    assert list(found.costs) == costs(problem.place(found.places), found.remote)
    return found


def test_a_balance_counts_all_days_of_who_has_nothing_to_decide() -> None:
    """The first is remote on both days; only the second, whom no balance counts, is free."""
    counted = cells("x.")[0]
    problem = problem_of(
        Mask("pin", cells("xx", ".."), remote=True),
        goals=[prices([-1, -1], [-1, -1]), Balance(ints(0, 0), counted)],
        people=2,
        days=2,
    )
    assert claims(problem).costs == (-4, 4)


#: The third is tied; the first two are in the group, not tied that day, and may be remote.
PARTLY_TIED = SameStatus("t", ints(0, 0, 0), names("g"), cells(".", ".", "x"), penalty=5)


def test_who_is_not_tied_on_a_day_is_in_no_minority() -> None:
    problem = problem_of(PARTLY_TIED, goals=[prices([-1], [-1], [1])], people=3, days=1)
    assert claims(problem).costs == (0, -2)


def test_who_is_not_tied_on_a_day_may_be_remote_without_the_group() -> None:
    """Whoever the first sits with is on site."""
    site = Mask("off", cells(".", "x", "x", "x"), remote=False)
    tie = SameStatus("t", ints(0, 0, 0, 0), names("g"), cells(".", "x", "x", "x"), parts=2)
    problem = problem_of(site, tie, goals=[prices([-1], [0], [0], [0])], people=4, days=1)
    program = write_program(problem)
    found = minimise(program, program.costs[0], Limits())
    assert (found.status, found.bound) == ("OPTIMAL", -1)


def test_a_priced_minimum_above_the_maximum_is_cheapest_between_the_two() -> None:
    """From one to three, each is short or over by two in all; fewer cost less at the next goal."""
    window = Window("w", 0, 3, ints(3), ints(1), penalty=2)
    problem = problem_of(window, goals=[prices([1, 1, 1, 1])], people=1, days=4)
    assert claims(problem).costs == (4, 1)
    cover = Cover("c", ints(0, 0, 0, 0), names("g"), ints(3)[None], ints(1)[None], penalty=2)
    problem = problem_of(cover, goals=[prices([1], [1], [1], [1])], people=4, days=1)
    assert claims(problem).costs == (4, 1)
